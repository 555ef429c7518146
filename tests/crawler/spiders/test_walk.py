"""When a walk through a list may stop: where all that follows is known."""

import pytest

from crawler.platforms.base import ListPage, ListRequest, ListRow
from crawler.spiders.walk import GivenUp, Walk
from storage.models import Url

OLD, NEW = False, True


@pytest.mark.parametrize(
    ("pages", "stop_after", "stops"),
    [
        ([[("2024-05-09", OLD), ("2024-05-08", OLD)]], None, [True]),
        ([[(None, OLD), (None, OLD)]], None, [True]),
        ([[("2024-05-09", OLD), ("2024-05-08", NEW)]], None, [False]),
        ([[("2020-01-01", OLD), ("2024-05-08", OLD)], [("2024-05-07", OLD)]], None, [False, True]),  # pinned
        ([[("2024-05-07", OLD), ("2024-05-08", OLD), ("2024-05-08", OLD)]], None, [False]),
        ([[]], None, [False]),
        ([[("2024-05-09", OLD)] * 3, [("2024-05-08", OLD)] * 3], 5, [False, True]),
        ([[("2024-05-09", OLD)] * 4 + [("2024-05-08", NEW)], [("2024-05-07", OLD)] * 4], 5, [False, False]),
        ([[("2020-01-01", OLD)] * 5 + [("2024-05-08", OLD)] * 2], 5, [False]),
        ([[("2024-05-09", NEW), ("2024-05-08", OLD), ("2024-05-07", OLD)]], 2, [True]),
    ],
)
def test_known_rows_in_order_end_a_walk(
    pages: list[list[tuple[str | None, bool]]], stop_after: int | None, stops: list[bool]
) -> None:
    walk = Walk("http://www.harbour.example/", may_stop_early=True, stop_after=stop_after)
    assert [walk.all_known([(Url(row_date=date), is_new) for date, is_new in rows]) for rows in pages] == stops


def page(
    *rows: int, to: int | None = None, total: int | None = None, pages: int | None = None, cut: bool = False
) -> ListPage:
    """A list page with these rows and a next page."""
    return ListPage(
        tuple(ListRow(f"http://www.harbour.example/{n}.htm") for n in rows),
        None if to is None else ListRequest(f"http://www.harbour.example/list_{to}.htm"), total, pages, cut,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pages", "asked", "ends"),
    [
        ([page(1, 2, to=2), page(3, 4, to=3), page(5)], 2, None),
        ([page(1, 2, to=2), page(3, to=2)], 1, None),  # a circle
        ([page(1, 2, to=2), page(1, 2, to=3)], 1, None),  # the last page for ever
        ([page(1, 2, to=2, total=9), page(1, 2, to=3), page(3, 4, to=4), page(5, 6, 7, 8, 9)], 3, None),  # shifted
        ([page(1, 2, to=2, total=9), page(1, 2, to=3), page(1, 2, to=4)], 2, "short-list"),
        ([page(1, 2, to=2, pages=4), page(1, 2, to=3), page(1, 2, to=4)], 2, "short-list"),
        ([page(1, 2, to=2, pages=3), page(3)], 1, "short-list"),
        ([page(1, 2, to=2, pages=2), page(3)], 1, None),
        ([page(1, 2, to=2, total=4), page(3)], 1, None),  # one less than said
        ([page(to=2), page(1, 2)], 1, None),  # a script fetches the rows
        ([page(1, to=2), page(2, cut=True)], 1, "over-limit"),
    ],
)  # fmt: skip
def test_a_walk_ends_where_the_list_does(pages: list[ListPage], asked: int, ends: str | None) -> None:
    walk = Walk("http://www.harbour.example/list.htm", may_stop_early=False)
    walk.ask(ListRequest(walk.column))
    for number, listing in enumerate(pages):
        follows = walk.go_on(listing, [])
        if isinstance(follows, ListRequest):
            walk.ask(follows)
            assert number < asked
        else:
            assert number == asked
            assert (follows[0] if isinstance(follows, GivenUp) else None) == ends
            assert walk.complete == walk.whole == (ends is None)
