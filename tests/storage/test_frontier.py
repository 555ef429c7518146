"""Which URLs are asked next."""

from storage import documents, frontier
from storage.models import Url

from .conftest import World, day, letter

A, B, C = (f"http://mzj.harbour.example/info/1/{n}.htm" for n in "abc")


def urls(found: list[Url]) -> list[str]:
    return [url.url for url in found]


def discover(world: World, *listed: str, portal: str = "harbour") -> list[tuple[str, bool]]:
    found = frontier.discover(world.database, portal, ((url, f"title of {url}", "2026-01-02") for url in listed))
    return [(url.url, is_new) for url, is_new in found]


def test_rows_are_new_once_and_in_order(world: World) -> None:
    assert discover(world, B, A, B + "#top", "http://MZJ.harbour.example:80/info/1/a.htm") == [(B, True), (A, True)]
    assert discover(world, A, C) == [(A, False), (C, True)]
    assert urls(frontier.pending(world.database, "harbour")) == [B, A, C]
    assert frontier.pending(world.database, "other") == []


def test_the_first_list_that_named_a_url_stays_right(world: World) -> None:
    frontier.discover(world.database, "harbour", [(A, None, "2026-01-02")])
    frontier.discover(world.database, "harbour", [(A, "later", None)])
    frontier.discover(world.database, "harbour", [(A, "latest", "2026-09-09")])
    row = frontier.known(world.database, A)
    assert row is not None
    assert (row.row_title, row.row_date) == ("later", "2026-01-02")


def test_what_was_read_is_pending_no_more_and_asked_again_longest_ago_first(world: World) -> None:
    discover(world, A, B, C)
    for number, url in enumerate((C, A)):
        world.show(url, letter(text=f"{letter().text}{url}"), on=number)
    assert urls(frontier.pending(world.database, "harbour")) == [B]
    assert urls(frontier.revisits(world.database, "harbour", 9)) == [C, A]
    documents.still_there(world.database, C, day(5))
    assert urls(frontier.revisits(world.database, "harbour", 9)) == [A, C]
    assert urls(frontier.revisits(world.database, "harbour", 1)) == [A]
    assert frontier.revisits(world.database, "harbour", 0) == []
    assert urls(frontier.everything(world.database, "harbour")) == [A, B, C]


def test_a_url_that_fails_is_given_up_after_some_runs_but_not_by_a_full_crawl(world: World) -> None:
    discover(world, A)
    for number in range(frontier.MOST_TRIES):
        assert urls(frontier.pending(world.database, "harbour")) == [A]
        frontier.tried_in_vain(world.database, A, day(number), own_fault=True)
    assert frontier.pending(world.database, "harbour") == []
    assert urls(frontier.everything(world.database, "harbour")) == [A]
    world.show(A, letter(), on=9)
    row = frontier.known(world.database, A)
    assert row is not None
    assert (row.tries, row.asked_at) == (0, day(9))


def test_what_is_no_document_is_not_asked_again(world: World) -> None:
    discover(world, A, B)
    frontier.tried_in_vain(world.database, A, day(1), own_fault=False, no_document="not-html")
    assert urls(frontier.pending(world.database, "harbour")) == [B]
    world.show(A, letter(), on=2)
    row = frontier.known(world.database, A)
    assert row is not None
    assert row.no_document is None


def test_a_known_document_that_fails_stays_a_document(world: World) -> None:
    world.show(A, letter())
    for number in range(7):
        frontier.tried_in_vain(world.database, A, day(number + 1), own_fault=True, no_document="not-html")
    assert urls(frontier.revisits(world.database, "harbour", 9)) == [A]
    row = frontier.known(world.database, A)
    assert row is not None
    assert (row.no_document, row.asked_at) == (None, day(7))


def test_what_is_not_known_is_not_known(world: World) -> None:
    assert frontier.known(world.database, A) is None
    frontier.tried_in_vain(world.database, A, day(0), own_fault=True)
    assert frontier.everything(world.database, "harbour") == []
    discover(world, A)
    assert frontier.known(world.database, A + "#x") is not None


def test_a_host_s_fault_uses_up_no_tries(world: World) -> None:
    discover(world, A)
    for number in range(frontier.MOST_TRIES + 1):
        frontier.tried_in_vain(world.database, A, day(number), own_fault=False)
    assert urls(frontier.pending(world.database, "harbour")) == [A]
    assert frontier.given_up(world.database, "harbour") == 0
    for number in range(frontier.MOST_TRIES):
        frontier.tried_in_vain(world.database, A, day(number), own_fault=True)
    assert frontier.given_up(world.database, "harbour") == 1


def test_what_is_missing_is_asked_again_beside_the_budget_until_it_is_gone(world: World) -> None:
    for number, url in enumerate((A, B)):
        world.show(url, letter(text=f"{letter().text}{url}"), on=number)
    assert frontier.missing(world.database, "harbour") == []
    documents.gone(world.database, B, world.run, day(2), days=2)
    assert urls(frontier.missing(world.database, "harbour")) == [B]
    assert urls(frontier.revisits(world.database, "harbour", 9)) == [A]
    documents.gone(world.database, B, world.run, day(4), days=2)
    assert frontier.missing(world.database, "harbour") == []
    assert urls(frontier.revisits(world.database, "harbour", 9)) == [A, B]


def test_what_was_asked_in_vain_waits_behind_all_others(world: World) -> None:
    discover(world, A, B, C)
    frontier.tried_in_vain(world.database, A, day(1), own_fault=True)
    assert urls(frontier.pending(world.database, "harbour")) == [B, C, A]
