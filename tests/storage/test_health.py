"""How a portal is, by what its runs counted."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from crawler.extraction.record import Label, Provenance, Record
from storage import health, runs
from storage.database import Database
from storage.health import Before, Coverage
from storage.models import Run

A = "http://www.harbour.example/a.htm"
WHOLE = {"pages": 30, "characters": 30_000, "fields": {"publisher": 29, "title": 30, "text": 30}, "unknown_labels": {}}


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
