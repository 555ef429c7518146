"""主机: a host is leased to one run at a time, in whatever process that goes on."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.database import Database
from storage.models import Host, Run, utc_now
from storage.runs import is_dead

LONGEST = timedelta(hours=1)
"""No delay is longer; a host that is said to be free later than this from now was left by a clock that went wrong."""


def take(database: Database, host: str, run_id: int, gave: datetime | None = None) -> bool:
    """Whether ``run_id`` may speak to ``host`` from now on; else it has noted that it waits, and asks again soon.

    It may where no other run that is alive holds the host or has the next turn, and the delay after the last answer is
    over. The run that gave the last answer back minds that delay itself, if it passes what :func:`give_back` returned.
    """
    now = utc_now()
    try:
        with database.writing() as session:
            row = session.get(Host, host, with_for_update=True)
            if row is None:
                session.add(Host(host=host, run_id=run_id, free_at=now))
                return True
            first = row.next_id if _goes_on(session, row.next_id, now) else None
            held = row.run_id != run_id and _goes_on(session, row.run_id, now)
            delayed = row.free_at != gave and now < row.free_at < now + LONGEST
            row.next_id = first or run_id
            if held or delayed or row.next_id != run_id:
                return False
            row.run_id, row.next_id = run_id, None
            return True
    except IntegrityError:  # PostgreSQL: another process made the host's row between our look and our insert
        return False


def give_back(database: Database, host: str, run_id: int, delay: float) -> datetime:
    """End the hold of ``run_id``, if it still has it; returns when others may have the host: in ``delay`` seconds."""
    free_at = utc_now() + min(timedelta(seconds=delay), LONGEST)
    held = update(Host).where(Host.host == host, Host.run_id == run_id)
    with database.writing() as session:
        session.execute(held.values(run_id=None, free_at=free_at))
    return free_at


def reserve(database: Database, host: str, seconds: float) -> bool:
    """Whether somebody who has no run may speak to ``host`` once: not while a run holds it or has the next turn, nor
    before the delay after the last answer is over. Runs wait then for ``seconds``, or until :func:`free`."""
    now = utc_now()
    try:
        with database.writing() as session:
            row = session.get(Host, host, with_for_update=True)
            if row is None:
                session.add(Host(host=host, free_at=now + timedelta(seconds=seconds)))
                return True
            taken = _goes_on(session, row.run_id, now) or _goes_on(session, row.next_id, now)
            if taken or now < row.free_at < now + LONGEST:
                return False
            row.free_at = now + timedelta(seconds=seconds)
            return True
    except IntegrityError:
        return False


def free(database: Database, host: str, delay: float) -> None:
    """End what :func:`reserve` began: others may have the host in ``delay`` seconds."""
    reserved = update(Host).where(Host.host == host, Host.run_id.is_(None))
    with database.writing() as session:
        session.execute(reserved.values(free_at=utc_now() + min(timedelta(seconds=delay), LONGEST)))


def _goes_on(session: Session, run_id: int | None, now: datetime) -> bool:
    run = session.get(Run, run_id) if run_id is not None else None
    return run is not None and run.ended_at is None and not is_dead(run, now)
