"""抓取记录: what was received, and where it lies in the archive."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from storage.database import Database
from storage.models import Capture, Reading, Run


def add(database: Database, capture: Capture) -> Capture:
    """Store one capture; its WARC record is on disk already."""
    with database.writing() as session:
        session.add(capture)
        session.flush()
        return capture


def with_payload(database: Database, canonical: str, digest: str | None = None) -> Capture | None:
    """The newest whole capture of a URL with status 200 that holds its own payload (of that ``digest``, if given)."""
    query = select(Capture).where(
        Capture.canonical == canonical,
        Capture.status == 200,
        Capture.truncated.is_(None),
        Capture.revisit_of.is_(None),
    )
    if digest is not None:
        query = query.where(Capture.digest == digest)
    with database.reading() as session:
        return session.scalar(query.order_by(Capture.id.desc()).limit(1))


def newest_with_payload(database: Database) -> Capture | None:
    """The newest capture whose WARC record holds its own payload."""
    with database.reading() as session:
        return session.scalar(select(Capture).where(Capture.revisit_of.is_(None)).order_by(Capture.id.desc()).limit(1))


def readable(database: Database, capture_ids: Sequence[int] | None = None) -> list[tuple[Capture, Capture, str]]:
    """Captures that can be read again: those given, or all that have a reading, oldest first.

    Returns (capture, the capture that holds its payload, its portal's platform at that time); the first two differ
    for a revisit.
    """
    payload = aliased(Capture)
    query = (
        select(Capture, payload, Run.platform)
        .join(payload, payload.id == func.coalesce(Capture.revisit_of, Capture.id))
        .join(Run, Run.id == Capture.run_id)
        .order_by(Capture.id)
    )
    if capture_ids is None:
        query = query.where(Capture.id.in_(select(Reading.capture_id)))
    else:
        query = query.where(Capture.id.in_(capture_ids))
    with database.reading() as session:
        return [(row[0], row[1], row[2]) for row in session.execute(query)]


def parts(database: Database, capture_ids: Sequence[int] | None = None) -> dict[int, list[tuple[Capture, Capture]]]:
    """Of readings made of several captures (of those captures' first, or all): the further ones, in order.

    Each with the capture that holds its payload.
    """
    query = select(Reading.capture_id, Reading.parts)
    if capture_ids is not None:
        query = query.where(Reading.capture_id.in_(capture_ids))
    with database.reading() as session:
        made_of = {row[0]: row[1] for row in session.execute(query) if row[1]}
        return {
            first: [
                (part, session.get_one(Capture, part.payload_of))
                for part in (session.get_one(Capture, part_id) for part_id in further)
            ]
            for first, further in made_of.items()
        }


def end_in(database: Database, warc_file: str) -> int:
    """Where in a WARC file the last record ends that a capture points to; 0 where none does."""
    query = select(func.max(Capture.warc_offset + Capture.warc_length)).where(Capture.warc_file == warc_file)
    with database.reading() as session:
        return session.scalar(query) or 0


def name_row(database: Database, capture_id: int, row_title: str | None, row_date: str | None) -> None:
    """Give a capture the list row that is known of its URL now: it is read again with that."""
    with database.writing() as session:
        capture = session.get_one(Capture, capture_id)
        capture.row_title, capture.row_date = row_title, row_date


def get(database: Database, capture_id: int) -> Capture:
    """One capture by its id."""
    with database.reading() as session:
        return session.get_one(Capture, capture_id)
