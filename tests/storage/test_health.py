"""Why a run ended as it did, judged by what it and the portal's runs before it counted."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from crawler.extraction.record import Label, Provenance, Record
from storage import health, runs
from storage.database import Database
from storage.health import Before, Coverage, Ended, judge
from storage.models import COUNTS, Run

A, B = "http://www.harbour.example/a.htm", "http://www.harbour.example/b.htm"
WHOLE = {"pages": 30, "characters": 30_000, "fields": {"publisher": 29, "title": 30, "text": 30}, "unknown_labels": {}}
PLAIN = Counter(dict.fromkeys(COUNTS, 0))


def read(pages: int, characters: int = 1000, **fields: int) -> Coverage:
    return Coverage(pages, pages * characters, Counter(fields))


def ended(outcome: str = "partial", counts: dict[str, int] | None = None, **values: Any) -> Ended:
    values["failures"] = Counter(values.get("failures", {}))
    return Ended(outcome, {**PLAIN, "listed": 9, "fetched": 10, **(counts or {})}, **values)


def first_page(reason: str, more: str | None = None) -> Ended:
    """The columns' first pages failed so, and nothing else was asked."""
    return ended(columns={A: reason, B: more}, failures={reason: 1}, counts={"fetched": 0})


SEEN = Before(had_rows=frozenset({A, B}))


@pytest.mark.parametrize(
    ("run", "before", "cause"),
    [
        (ended("done"), Before(), "unchanged"),
        (ended("done", {"new": 1}), Before(), None),
        (ended("done", {"gone": 1}), Before(), None),
        (ended("stopped"), Before(), None),
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
        (ended(failures={"http-404": 10}), SEEN, None),  # pages that never were there are none of the portal's ills
        (ended("done", {"gone": 5}, missing=5, asked_again=10), SEEN, "gone"),
        (ended("done", {"gone": 2}, missing=2, asked_again=2), SEEN, None),
        (ended("done", {"gone": 4}, missing=4, asked_again=10), SEEN, None),
        (ended(too_few="3 rows listed, at least 5 expected"), SEEN, "unexpected-count"),
        (ended(failures={"short-list": 1}), SEEN, "unexpected-count"),
        (ended("done", {"new": 1}, rows={A: 12}), Before(rows={A: 30}), "unexpected-count"),
        (ended("done", {"new": 1}, rows={A: 16}), Before(rows={A: 30}), None),
        (ended("done", {"new": 1}, rows={A: 1}), Before(rows={A: 4}), None),
        (ended("done", {"new": 1}, rows={B: 1}), Before(rows={A: 30}), None),
        (ended("done", {"new": 9}, coverage=read(30, publisher=1, title=30, text=30)), Before([WHOLE]), "redesigned"),
        (ended("done", {"new": 9}, coverage=read(30, publisher=29, title=30, text=30)), Before([WHOLE]), None),
        (ended("done", {"new": 9}, coverage=read(30, publisher=20, title=30, text=30)), Before([WHOLE]), None),
        (ended("done", {"new": 9}, coverage=read(7, title=7, text=7)), Before([WHOLE]), None),  # too few to tell
        (ended("done", coverage=read(30, 90, publisher=30, title=30, text=30)), Before([WHOLE]), "redesigned"),
        (ended("done", {"new": 9}, coverage=read(9, title=9, text=9)), Before([{**WHOLE, "pages": 7}]), None),
    ],
)  # fmt: skip
def test_each_end_has_its_cause(run: Ended, before: Before, cause: str | None) -> None:
    found, words = judge(run, before)
    assert found == cause
    assert found is None or found in health.CAUSES
    assert all(words)


def test_a_redesign_is_told_in_words() -> None:
    run = ended("done", coverage=read(100, publisher=3, title=100, text=10))
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
    run = ended("done", coverage=read(3, title=3, text=3))
    assert judge(run, Before([three, WHOLE]))[0] == "unchanged"
    assert judge(run, Before([three, three, WHOLE]))[0] == "redesigned"
    nothing_read = ended("done")
    assert judge(nothing_read, Before([three, three, three, WHOLE]))[0] == "unchanged", "told once, by who read it"


def test_coverage_counts_what_pages_state_and_labels_that_nobody_knows() -> None:
    coverage = Coverage()
    headline = {"title": Provenance(where="headline", raw="关于夜航的答复")}
    labels = [
        Label(label="登 记 号：", value="7"), Label(label="索 引 号", value="x"), Label(label="meta:Foo", value="y"),
        Label(label="登 记 号：", value="8"), Label(label="：", value=""),
    ]  # fmt: skip
    coverage.add(Record(title="关于夜航的答复", text="照明", publisher="港口局", provenance=headline, labels=labels))
    coverage.add(Record(title="关于夜航的答复", labels=[Label(label="长" * 99, value="")]))
    assert coverage.as_json() == {
        "pages": 2, "characters": 2, "fields": {"title": 1, "publisher": 1, "text": 1},
        "unknown_labels": {"登 记 号：": 1, "长" * 40: 1},
    }  # fmt: skip
    both = Coverage.of([coverage.as_json(), None, coverage.as_json()])
    assert (both.pages, both.shares["publisher"], both.unknown_labels["登 记 号："]) == (4, 0.5, 2)
    many = Coverage(unknown_labels=Counter({str(n): n for n in range(1, 99)}))
    assert list(many.as_json()["unknown_labels"])[:2] == ["98", "97"]
    assert len(many.as_json()["unknown_labels"]) == 20


def crawl(
    database: Database, outcome: str = "done", *, ago: float = 0, rows: int = 0, whole: bool = True,
    coverage: dict[str, Any] | None = None, urls: list[str] | None = None, **counts: int,
) -> int:  # fmt: skip
    """A crawl so many days ago."""
    run = runs.begin(database, "harbour", "990102", "vsb", urls=urls)
    runs.walked(database, run, A, 1, rows, None, True, whole)
    runs.report(database, run, counts)
    runs.finish(database, run, outcome, None, None, coverage)
    at = datetime.now(UTC) - timedelta(days=ago)
    with database.writing() as session:
        session.execute(update(Run).where(Run.id == run).values(started_at=at, ended_at=at))
    return run


def test_before_is_what_whole_crawls_of_the_portal_showed(database: Database) -> None:
    crawl(database, rows=40, coverage=WHOLE)
    crawl(database, rows=5, whole=False)
    crawl(database, urls=["http://www.harbour.example/1"], rows=2, coverage={**WHOLE, "pages": 1})
    now = crawl(database, rows=1)
    before = health.before(database, "harbour", now)
    assert (before.rows, before.had_rows, list(before.coverage)) == ({A: 40}, {A}, [WHOLE])
    assert health.before(database, "another", now) == Before([], {}, frozenset())


def test_health_of_a_portal(database: Database) -> None:
    crawl(database, ago=9, coverage=WHOLE, new=3)
    crawl(database, ago=8, coverage=WHOLE)
    crawl(database, ago=7, coverage=WHOLE)
    crawl(database, "failed", ago=6, coverage={**WHOLE, "fields": {"title": 30, "text": 30}})
    crawl(database, ago=0, urls=["http://www.harbour.example/1"])
    (found,) = health.of_portals(database)
    assert found.last_success is not None
    assert found.last_new is not None
    now = datetime.now(UTC)
    assert [(now - at).days for at in (found.last_success, found.last_new)] == [7, 9]
    assert found.run.outcome == "failed", "a re-crawl says nothing of the portal's lists"
    assert found.interval is not None
    assert round(found.interval / timedelta(days=1), 2) == 1
    assert found.overdue(now, found.interval)
    assert not found.overdue(now, timedelta(days=5))
    assert not found.overdue(now, None)
    assert found.worst == ("publisher", 0, 29 / 30)
    assert not found.scheduled
    assert [h.portal for h in health.of_portals(database, "another")] == []
