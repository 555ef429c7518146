"""How a portal is, by what its runs counted: how often it is crawled, which fields its pages state, what is usual."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crawler.extraction.record import Record
from crawler.extraction.vocabulary import KNOWN, key
from storage.database import Database
from storage.models import Failure, Run, Url, Walk

ENOUGH = 8
"""Pages on which a share of pages is judged, now and before."""

USUAL, FALLEN = 0.7, 1 / 3
"""A field that was found on so many of the pages before, and now on less than this part of so many, has fallen: of 8
pages that would by chance be so once in a thousand times."""

RUNS_BEFORE = 20
"""Runs that make what is usual."""

MOST_LABELS, MOST_OF_ONE = 20, 40
"""Unknown labels kept of a run, and characters of each."""


@dataclass
class Coverage:
    """What pages that were read held: how many stated each main field, how long their texts were together, and the
    labels in their labelled blocks that the vocabulary does not know."""

    pages: int = 0
    characters: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    unknown_labels: Counter[str] = field(default_factory=Counter)

    FIELDS = ("title", "publisher", "published_at", "index_number", "proposals", "addressee", "signed_on", "text")

    def add(self, record: Record) -> None:
        """Count a page. A title counts where a headline shows it: rows of lists and ``<title>`` outlive a redesign."""
        self.pages += 1
        self.characters += len(record.text or "")
        stated = [name for name in self.FIELDS if getattr(record, name)]
        if "title" in stated and not _is_shown(record):
            stated.remove("title")
        self.fields.update(stated)
        labels = {label.label[:MOST_OF_ONE] for label in record.labels if not label.label.startswith("meta:")}
        self.unknown_labels.update(label for label in labels if key(label) and key(label) not in KNOWN)

    @property
    def shares(self) -> dict[str, float]:
        """The part of the pages that state each field."""
        if not self.pages:
            return {}
        return {name: self.fields[name] / self.pages for name in self.FIELDS}

    def as_json(self) -> dict[str, Any]:
        """For the run's row: the commonest unknown labels only."""
        return {
            "pages": self.pages, "characters": self.characters, "fields": dict(self.fields),
            "unknown_labels": dict(self.unknown_labels.most_common(MOST_LABELS)),
        }  # fmt: skip

    @classmethod
    def of(cls, kept: Iterable[Mapping[str, Any] | None]) -> "Coverage":
        """Of several runs together, as their rows keep it."""
        whole = cls()
        for one in kept:
            if one is not None:
                whole.pages += one["pages"]
                whole.characters += one["characters"]
                whole.fields.update(one["fields"])
                whole.unknown_labels.update(one["unknown_labels"])
        return whole


def _is_shown(record: Record) -> bool:
    evidence = record.provenance.get("title")
    return evidence is not None and evidence.where == "headline"


def now_and_usual(newest_first: Sequence[Mapping[str, Any] | None]) -> tuple[Coverage, Coverage]:
    """What the newest runs read, as many of them as enough pages take, and what those before read."""
    pages = runs = 0
    while runs < len(newest_first) and pages < ENOUGH:
        pages += (newest_first[runs] or {}).get("pages", 0)
        runs += 1
    return Coverage.of(newest_first[:runs]), Coverage.of(newest_first[runs : runs + RUNS_BEFORE])


def fallen(now: Coverage, usual: Coverage) -> list[str]:
    """What is no longer found on pages, in words, the worst first."""
    if min(now.pages, usual.pages) < ENOUGH:
        return []
    was, is_ = usual.shares, now.shares
    names = [name for name in was if was[name] >= USUAL and is_[name] < FALLEN * was[name]]
    words = [
        f"{name} found on {is_[name]:.0%} of pages, usually {was[name]:.0%}"
        for name in sorted(names, key=lambda name: is_[name] / was[name])
    ]
    length, before = now.characters / now.pages, usual.characters / usual.pages
    if "text" not in names and length < FALLEN / 2 * before:
        words.append(f"texts of {length:.0f} characters, usually {before:.0f}")
    return words


@dataclass
class Before:
    """What the portal's runs before this one showed."""

    coverage: Sequence[Mapping[str, Any] | None] = ()
    """Of each run, the newest first."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """By column: rows of the last walk that was complete and read every page."""
    had_rows: frozenset[str] = frozenset()
    """Columns that ever showed rows."""


def before(database: Database, portal: str, run_id: int) -> Before:
    """What the whole crawls of the portal before ``run_id`` showed."""
    with database.reading() as session:
        crawls = select(Run.id).where(Run.portal == portal, Run.id < run_id, Run.urls.is_(None))
        kept = select(Run.coverage).where(Run.id.in_(crawls), Run.coverage.is_not(None)).order_by(Run.id.desc())
        newest = (
            select(func.max(Walk.run_id))
            .where(Walk.run_id.in_(crawls), Walk.complete, Walk.whole)
            .group_by(Walk.column)
        )
        rows = select(Walk.column, Walk.rows, Walk.run_id).where(Walk.complete, Walk.whole, Walk.run_id.in_(newest))
        had = select(Walk.column).where(Walk.run_id.in_(crawls), Walk.rows > 0).distinct()
        return Before(
            list(session.scalars(kept.limit(2 * RUNS_BEFORE))),
            {row[0]: row[1] for row in session.execute(rows.order_by(Walk.run_id))},
            frozenset(session.scalars(had)),
        )


@dataclass(frozen=True)
class Health:
    """How a portal is."""

    portal: str
    documents: int
    missing: int
    run: Run
    last_success: datetime | None
    last_new: datetime | None
    interval: timedelta | None
    """Between two of its crawls, usually; ``None`` before there are three."""
    scheduled: bool
    """Whether the scheduler ever crawled it."""
    now: Coverage
    usual: Coverage
    failures: Mapping[str, int]
    """Of its last run, by class."""

    def overdue(self, at: datetime, interval: timedelta | None) -> bool:
        """Whether it was not crawled for one and a half times the ``interval`` that is meant between two crawls."""
        return interval is not None and self.run.ended_at is not None and at - self.run.started_at > 1.5 * interval

    @property
    def worst(self) -> tuple[str, float, float] | None:
        """Of the fields that are usual the one that has fallen most: its name, its share now and usually."""
        if min(self.now.pages, self.usual.pages) < ENOUGH:
            return None
        now = self.now.shares
        usual = {name: share for name, share in self.usual.shares.items() if share >= USUAL}
        name = min(usual, key=lambda name: now[name] / usual[name], default=None)
        return None if name is None else (name, now[name], usual[name])


def of_portals(database: Database, portal: str | None = None) -> list[Health]:
    """The health of each portal that was ever crawled, or of one."""
    with database.reading() as session:
        keys = select(Run.portal).where(Run.portal == portal) if portal else select(Run.portal)
        return [_health(session, name) for name in session.scalars(keys.distinct().order_by(Run.portal))]


def _health(session: Session, portal: str) -> Health:
    mine = select(Run).where(Run.portal == portal)
    whole = list(session.scalars(mine.where(Run.urls.is_(None)).order_by(Run.id.desc()).limit(3 * RUNS_BEFORE)))
    last = whole[0] if whole else session.scalars(mine.order_by(Run.id.desc()).limit(1)).one()
    ended = select(func.max(Run.ended_at)).where(Run.portal == portal, Run.urls.is_(None))
    documents = select(func.count(Url.document_id.distinct())).where(Url.portal == portal)
    missing = select(func.count()).where(Url.portal == portal, Url.missing_since.is_not(None), Url.gone_since.is_(None))
    reasons = select(Failure.reason, func.count()).where(Failure.run_id == last.id).group_by(Failure.reason)
    starts = [run.started_at for run in whole[: RUNS_BEFORE + 1]]
    gaps = [later - earlier for later, earlier in pairwise(starts)]
    now, usual = now_and_usual([run.coverage for run in whole if run.coverage])
    return Health(
        portal=portal,
        documents=session.scalar(documents) or 0,
        missing=session.scalar(missing) or 0,
        run=last,
        last_success=session.scalar(ended.where(Run.outcome == "done")),
        last_new=session.scalar(ended.where(Run.new > 0)),
        interval=timedelta(seconds=median(gap.total_seconds() for gap in gaps)) if len(gaps) > 1 else None,
        scheduled=session.scalar(select(Run.id).where(Run.portal == portal, Run.due_at.is_not(None)).limit(1))
        is not None,
        now=now,
        usual=usual,
        failures={row[0]: row[1] for row in session.execute(reasons.order_by(func.count().desc(), Failure.reason))},
    )
