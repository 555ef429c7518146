"""When a walk through a list may stop: where all that follows is known."""

import pytest

from crawler.spiders.portal import Walk
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
