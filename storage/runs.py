"""运行: the truth about runs. Who begins a whole crawl holds its portal until it ends; re-crawls go on beside it."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from storage.database import Database
from storage.models import Capture, Failure, Finding, Run, Walk, utc_now
from storage.refusal import Refused

StoreError = OperationalError
"""The store can't be written or read: disk full, locked for longer than a writer waits, connection lost."""

SILENCE = timedelta(seconds=60)
"""A run whose process has not been heard of for this long is dead."""


def begin(
    database: Database,
    portal: str,
    region: str,
    platform: str,
    *,
    trigger: str = "manual",
    full: bool = False,
    urls: Sequence[str] | None = None,
    due_at: datetime | None = None,
) -> int:
    """A new run of ``portal``; returns its id.

    Runs that their processes left unfinished (killed, machine off) are ended as failed first. Raises
    :class:`~storage.refusal.Refused` for a whole crawl (one without ``urls``) while another one of the portal goes on.
    """
    now = utc_now()
    with database.writing() as session:
        if due_at is not None and session.scalar(select(Run.id).where(Run.portal == portal, Run.due_at == due_at)):
            raise Refused(f"the crawl of {portal} due at {due_at:%Y-%m-%d %H:%M} UTC was begun already")
        for other in session.scalars(select(Run).where(Run.portal == portal, Run.ended_at.is_(None))):
            if is_dead(other, now):
                _end(other, now, "failed", "its process died", "died")
            elif urls is None and other.urls is None:
                raise Refused(
                    f"portal {portal} is being crawled (run {other.id}, process {other.pid}, since "
                    f"{other.started_at:%Y-%m-%d %H:%M:%S} UTC); wait for it to end or stop that process"
                )
        run = Run(
            portal=portal, region=region, platform=platform, trigger=trigger, full=full,
            urls=list(urls) if urls is not None else None,
            due_at=due_at, started_at=now, heartbeat_at=now, pid=os.getpid(),
        )  # fmt: skip
        session.add(run)
        session.flush()
        return run.id


def take(database: Database, run_id: int, way: str | None = None) -> Run:
    """Make this process the one that carries out the run, and keep the ``way`` in which it reaches the portal.

    Raises :class:`~storage.refusal.Refused` for a run that does not exist or has ended.
    """
    with database.writing() as session:
        run = session.get(Run, run_id)
        if run is None or run.ended_at is not None:
            raise Refused(f"run {run_id} refused: {'it has ended' if run else 'there is none'}; begin a new one")
        run.pid = os.getpid()
        run.heartbeat_at = utc_now()
        run.way = way
        return run


def report(database: Database, run_id: int, counts: Mapping[str, int]) -> bool:
    """A sign of life with the counts so far. Returns whether the run still goes on: false where another process
    took this one, silent for too long (suspended, say), for dead and ended its run."""
    alive = update(Run).where(Run.id == run_id).values(heartbeat_at=utc_now(), **counts).returning(Run.ended_at)
    with database.writing() as session:
        return session.scalar(alive) is None


def trouble(error: StoreError) -> str:
    """A :data:`StoreError` in one line, without its SQL."""
    return f"the store can't be written: {' '.join(str(error.orig).split())}"


def finish(
    database: Database,
    run_id: int,
    outcome: str,
    message: str | None = None,
    cause: str | None = None,
    coverage: dict[str, Any] | None = None,
) -> bool:
    """End the run unless it has ended already; returns whether this call ended it.

    ``coverage`` is a :class:`storage.health.Coverage`.
    """
    with database.writing() as session:
        run = session.get_one(Run, run_id)
        if run.ended_at is not None:
            return False
        _end(run, utc_now(), outcome, message, cause)
        run.coverage = coverage
        return True


def fail(database: Database, run_id: int, url: str, reason: str, message: str) -> None:
    """Keep what could not be had, and why."""
    with database.writing() as session:
        session.add(Failure(run_id=run_id, url=url, reason=reason, message=message, at=utc_now()))


def failed_before(database: Database, run_id: int, url: str, reason: str) -> bool:
    """Whether a run before this one met the same failure at this URL."""
    met = select(Failure.id).where(Failure.url == url, Failure.reason == reason, Failure.run_id < run_id)
    with database.reading() as session:
        return session.scalar(met.limit(1)) is not None


def walked(
    database: Database,
    run_id: int,
    column: str,
    pages: int,
    rows: int,
    total: int | None,
    complete: bool,
    whole: bool = False,
) -> None:
    """Keep how far the run walked a column; ``whole`` says that it read every page."""
    walk = Walk(
        run_id=run_id, column=column, pages=pages, rows=rows, total=total, complete=complete, whole=whole
    )  # fmt: skip
    with database.writing() as session:
        session.merge(walk)


def last_walk_was_complete(database: Database, column: str) -> bool:
    """Whether the newest walk of the column, in whatever run, reached its end."""
    with database.reading() as session:
        newest = select(Walk.complete).where(Walk.column == column).order_by(Walk.run_id.desc()).limit(1)
        return bool(session.scalar(newest))


def last_total(database: Database, column: str) -> int | None:
    """What the column said at its newest walk that it holds; ``None`` where it never said."""
    with database.reading() as session:
        newest = select(Walk.total).where(Walk.column == column, Walk.total.is_not(None))
        return session.scalar(newest.order_by(Walk.run_id.desc()).limit(1))


def state(database: Database, run_id: int) -> Run:
    """The run as it stands now."""
    with database.reading() as session:
        return session.get_one(Run, run_id)


def last_that_kept(database: Database, portal: str) -> datetime | None:
    """When the portal's newest run began that kept anything."""
    kept = select(Capture.id).where(Capture.run_id == Run.id).exists()
    with database.reading() as session:
        began = select(Run.started_at).where(Run.portal == portal, kept)
        return session.scalar(began.order_by(Run.id.desc()).limit(1))


def find(database: Database, run_id: int) -> Run | None:
    """The run with this id, if there is one."""
    with database.reading() as session:
        return session.get(Run, run_id)


def newest(database: Database, *, portal: str | None = None, limit: int = 20) -> list[Run]:
    """The newest runs first."""
    query = select(Run).order_by(Run.id.desc()).limit(limit)
    with database.reading() as session:
        return list(session.scalars(query.where(Run.portal == portal) if portal else query))


def last_due(database: Database, portal: str) -> datetime | None:
    """When the portal's newest scheduled run was due."""
    with database.reading() as session:
        due = select(Run.due_at).where(Run.portal == portal, Run.due_at.is_not(None))
        return session.scalar(due.order_by(Run.due_at.desc()).limit(1))


def failures(database: Database, run_ids: Sequence[int]) -> list[Failure]:
    """What failed in these runs, oldest first."""
    query = select(Failure).where(Failure.run_id.in_(run_ids)).order_by(Failure.id)
    with database.reading() as session:
        return list(session.scalars(query))


def findings(database: Database, run_ids: Sequence[int]) -> list[Finding]:
    """What these runs found new, changed, gone or twice, in order."""
    with database.reading() as session:
        return list(session.scalars(select(Finding).where(Finding.run_id.in_(run_ids)).order_by(Finding.id)))


def _end(run: Run, now: datetime, outcome: str, message: str | None, cause: str | None) -> None:
    run.ended_at, run.outcome, run.message, run.cause = now, outcome, message, cause


def unfinished(database: Database) -> list[Run]:
    """The runs that have not ended."""
    with database.reading() as session:
        return list(session.scalars(select(Run).where(Run.ended_at.is_(None)).order_by(Run.id)))


def is_dead(run: Run, now: datetime) -> bool:
    """Whether an unfinished run's process is gone, or has been silent for too long."""
    if now - run.heartbeat_at > SILENCE:
        return True
    try:
        os.kill(run.pid or 0, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_zombie(run.pid or 0)


def _is_zombie(pid: int) -> bool:
    """Whether a process has ended and only waits for its parent to look; signals still reach it (Linux: proc(5))."""
    try:
        state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state in (b"Z", b"X")
