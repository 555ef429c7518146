"""How a run ended: its outcome and cause, judged by what it and the portal's runs before it counted."""

from collections import Counter
from typing import Any

import pytest

from crawler.spiders.ending import CAUSES, Tally, conclude, judge
from storage.health import Before, Coverage
from storage.models import COUNTS

A, B = "http://www.harbour.example/a.htm", "http://www.harbour.example/b.htm"
WHOLE = {"pages": 30, "characters": 30_000, "fields": {"publisher": 29, "title": 30, "text": 30}, "unknown_labels": {}}
PLAIN = Counter(dict.fromkeys(COUNTS, 0))


def read(pages: int, characters: int = 1000, **fields: int) -> Coverage:
    return Coverage(pages, pages * characters, Counter(fields))


def ended(counts: dict[str, int] | None = None, **values: Any) -> Tally:
    values["failures"] = Counter(values.get("failures", {}))
    return Tally({**PLAIN, "listed": 9, "fetched": 10, **(counts or {})}, **values)


def first_page(reason: str, more: str | None = None) -> Tally:
    """The columns' first pages failed so, and nothing else was asked."""
    return ended(columns={A: reason, B: more}, failures={reason: 1}, counts={"fetched": 0})


SEEN = Before(had_rows=frozenset({A, B}))


@pytest.mark.parametrize(
    ("run", "before", "cause"),
    [
        (ended(), Before(), "unchanged"),
        (ended({"new": 1}), Before(), None),
        (ended({"gone": 1}), Before(), None),
        (first_page("dns"), SEEN, "unreachable-dns"),
        (first_page("tls"), SEEN, "unreachable-tls"),
        (first_page("timeout"), SEEN, "unreachable-timeout"),
        (first_page("connection"), SEEN, "unreachable"),
        (first_page("http-502"), SEEN, "unreachable"),
        (first_page("http-403"), SEEN, "blocked"),
        (first_page("challenge"), SEEN, "blocked"),
        (first_page("login"), SEEN, "blocked"),
        (first_page("robots"), SEEN, "blocked"),
        (first_page("http-429"), SEEN, "rate-limited"),
        (first_page("offsite"), SEEN, "moved"),
        (first_page("http-404"), SEEN, "gone"),
        (first_page("soft-404"), SEEN, "gone"),
        (first_page("no-rows"), SEEN, "redesigned"),
        (first_page("empty"), SEEN, "redesigned"),
        (first_page("no-rows"), Before(), None),  # it never showed any: the definition is wrong, not the portal new
        (first_page("error"), SEEN, None),
        (ended(columns={A: "timeout", B: None}, failures={"timeout": 1}), SEEN, "unreachable-timeout"),
        (ended(left={"www.harbour.example": "challenge"}, columns={A: "timeout"}), SEEN, "blocked"),
        (ended(left={"www.harbour.example": "http-503"}), SEEN, "rate-limited"),
        (ended(failures={"timeout": 3}), SEEN, None),  # three pages of thirteen
        (ended(failures={"timeout": 10}), SEEN, "unreachable-timeout"),
        (ended(columns={A: None}, failures={"http-403": 2}, counts={"fetched": 2}), SEEN, None),
        (ended(columns={A: None}, failures={"http-403": 3}, counts={"fetched": 3}), SEEN, "blocked"),
        (ended(failures={"timeout": 1}, counts={"fetched": 0}), Before(), "unreachable-timeout"),  # a re-crawl
        (ended(failures={"http-404": 10}), SEEN, "unchanged"),  # never were there: none of its ills
        (ended({"gone": 5}, missing=5, asked_again=10), SEEN, "gone"),
        (ended({"gone": 2}, missing=2, asked_again=2), SEEN, None),
        (ended({"gone": 4}, missing=4, asked_again=10), SEEN, None),
        (ended(too_few="3 rows listed, at least 5 expected"), SEEN, "unexpected-count"),
        (ended(failures={"short-list": 1}), SEEN, "unexpected-count"),
        (ended({"new": 1}, rows={A: 12}), Before(rows={A: 30}), "unexpected-count"),
        (ended({"new": 1}, rows={A: 16}), Before(rows={A: 30}), None),
        (ended({"new": 1}, rows={A: 1}), Before(rows={A: 4}), None),
        (ended({"new": 1}, rows={B: 1}), Before(rows={A: 30}), None),
        (ended({"new": 9}, coverage=read(30, publisher=1, title=30, text=30)), Before([WHOLE]), "redesigned"),
        (ended({"new": 9}, coverage=read(30, publisher=29, title=30, text=30)), Before([WHOLE]), None),
        (ended({"new": 9}, coverage=read(30, publisher=20, title=30, text=30)), Before([WHOLE]), None),
        (ended({"new": 9}, coverage=read(7, title=7, text=7)), Before([WHOLE]), None),  # too few to tell
        (ended(coverage=read(30, 90, publisher=30, title=30, text=30)), Before([WHOLE]), "redesigned"),
        (ended({"new": 9}, coverage=read(9, title=9, text=9)), Before([{**WHOLE, "pages": 7}]), None),
    ],
)  # fmt: skip
def test_each_end_has_its_cause(run: Tally, before: Before, cause: str | None) -> None:
    found, words = judge(run, before)
    assert found == cause
    assert found is None or found in CAUSES
    assert all(words)


def test_a_redesign_is_told_in_words() -> None:
    run = ended(coverage=read(100, publisher=3, title=100, text=10))
    before = Before(
        [{**WHOLE, "pages": 100, "characters": 99_000, "fields": {"publisher": 98, "title": 80, "text": 90}}]
    )
    assert judge(run, before) == (
        "redesigned",
        ["publisher found on 3% of pages, usually 98%", "text found on 10% of pages, usually 90%"],
    )
    words = judge(first_page("no-rows"), SEEN)[1]
    assert words == [f"the column {A} shows no rows any more"]
    words = judge(ended(rows={A: 3}), Before(rows={A: 30}))[1]
    assert words == [f"the column {A} holds 3 rows, and held 30 when it was last read to its end"]


def test_runs_that_read_little_are_judged_together() -> None:
    """A portal of three pages a run shows its redesign in the third run."""
    three = {"pages": 3, "characters": 3000, "fields": {"title": 3, "text": 3}, "unknown_labels": {}}
    run = ended(coverage=read(3, title=3, text=3))
    assert judge(run, Before([three, WHOLE]))[0] == "unchanged"
    assert judge(run, Before([three, three, WHOLE]))[0] == "redesigned"
    nothing_read = ended()
    assert judge(nothing_read, Before([three, three, three, WHOLE]))[0] == "unchanged", "told once, by who read it"


@pytest.mark.parametrize(
    ("tally", "outcome", "cause", "message"),
    [
        (ended({"new": 1}), "done", None, None),
        (ended(), "done", "unchanged", None),
        (ended({"new": 1}, failures={"http-404": 1}), "done", None, None),
        (ended({"new": 1}, failures={"timeout": 1}), "partial", None, None),
        (ended({"new": 1}, elsewhere={"b.x", "a.x"}), "done", None, "not asked, other hosts: a.x, b.x"),
        (ended(columns={A: None, B: None}, unfinished=1), "partial", None, "1 of 2 columns not read to the end"),
        (ended({"new": 1}, too_few="3 rows"), "partial", "unexpected-count", "unexpected-count: 3 rows"),
        (
            ended(given_up=2, moved=Counter({"a.x": 1})),
            "done",
            "unchanged",
            "2 URLs given up after 5 vain tries; --full asks them again; "
            "moved to a.x? a page redirects there; if so, put it into 'hosts' of the portal's definition",
        ),
        (
            ended(left={"www.harbour.example": "http-429"}, waiting=3),
            "partial",
            "rate-limited",
            "rate-limited: www.harbour.example is left alone until the next run (http-429); 3 URLs wait for it",
        ),
        (
            ended({"listed": 0, "fetched": 0}, failures={"timeout": 1}, columns={A: "timeout"}),
            "failed",
            "unreachable-timeout",
            "unreachable-timeout: nothing could be had; see the failures",
        ),
    ],
)
def test_a_run_s_end_in_words(tally: Tally, outcome: str, cause: str | None, message: str | None) -> None:
    assert conclude(tally, Before()) == (outcome, cause, message)


def test_what_ended_a_run_early_says_so() -> None:
    fewer = conclude(ended({"new": 9}, rows={A: 12}), Before(rows={A: 30}))
    assert fewer[:2] == ("partial", "unexpected-count"), "nothing was lost, and yet something is amiss"
    assert conclude(ended(), Before(), "its time is up") == ("stopped", None, "its time is up")
    assert conclude(ended(), Before(), fatal=("no room", "disk")) == ("failed", "disk", "disk: no room")
    assert conclude(ended(), Before(), "its time is up", ("no room", None)) == ("failed", None, "no room")
