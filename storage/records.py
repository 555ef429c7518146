"""Reading the store back: one document as people and dumps see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from storage.database import Database
from storage.frontier import WAITING
from storage.identity import canonical_url
from storage.models import Attachment, Capture, Document, Proposal, Reading, Run, Url, Version

BATCH = 200
"""Documents that a dump holds in memory at once."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A document with all its versions, as `dafu show` prints it."""

    row: dict[str, Any]
    versions: list[Version]
    urls: list[Url]
    attachments: list[Attachment]


def rows(database: Database) -> Iterator[dict[str, Any]]:
    """Every document's record in the order of their first sighting: the newest version that a URL of it shows."""
    with database.reading() as session:
        first_seen = func.min(Url.first_seen)
        ids = session.scalars(
            select(Url.document_id).where(Url.document_id.is_not(None)).group_by(Url.document_id)
            .order_by(first_seen, Url.document_id)
        ).all()  # fmt: skip
        for start in range(0, len(ids), BATCH):
            batch = {d.id: d for d in session.scalars(_documents().where(Document.id.in_(ids[start : start + BATCH])))}
            yield from (_row(session, batch[i]) for i in ids[start : start + BATCH] if i is not None)
            session.expunge_all()


def count(database: Database) -> dict[str, int]:
    """How much the store holds."""
    with database.reading() as session:
        tables = {"documents": Document, "versions": Version, "captures": Capture, "proposals": Proposal, "runs": Run}
        counted = {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}
        waiting = select(func.count()).select_from(Url).where(WAITING)
        return counted | {"urls waiting": session.scalar(waiting) or 0}


def find(database: Database, id_or_url: str, version: int | None = None) -> Shown | None:
    """A document by its id (of a merged one: the survivor's) or by any URL that it stands under."""
    with database.reading() as session:
        document = session.scalar(_documents().where(Document.id == id_or_url))
        while document is not None and document.merged_into is not None:
            document = session.scalar(_documents().where(Document.id == document.merged_into))
        if document is None and "://" in id_or_url:
            wanted = select(Url.document_id).where(Url.canonical == canonical_url(id_or_url))
            document = session.scalar(_documents().where(Document.id == session.scalar(wanted)))
        if document is None:
            return None
        current = _current(document)
        if version is not None:
            chosen = [v for v in document.versions if v.number == version]
            if not chosen:
                return None
            current = chosen[0]
        query = select(Attachment).where(Attachment.version_id == current.id).order_by(Attachment.position)
        attachments = list(session.scalars(query.options(selectinload(Attachment.capture))))
        return Shown(_row(session, document, current), list(document.versions), list(document.urls), attachments)


def portals(database: Database) -> list[dict[str, Any]]:
    """Each portal that was ever crawled: documents it shows, and its last run."""
    with database.reading() as session:
        shown = select(Url.portal, func.count(Url.document_id.distinct())).group_by(Url.portal)
        documents: dict[str, int] = {row[0]: row[1] for row in session.execute(shown)}
        last = select(Run).where(Run.id.in_(select(func.max(Run.id)).group_by(Run.portal))).order_by(Run.portal)
        return [
            {"portal": run.portal, "documents": documents.get(run.portal, 0), "run": run}
            for run in session.scalars(last)
        ]


def _documents() -> Any:
    return select(Document).options(
        selectinload(Document.urls), selectinload(Document.versions).selectinload(Version.capture)
    )


def _current(document: Document) -> Version:
    shown = {url.version_id for url in document.urls}
    return max((v for v in document.versions if v.id in shown), key=lambda v: v.number)


def _row(session: Session, document: Document, version: Version | None = None) -> dict[str, Any]:
    version = version or _current(document)
    capture = version.capture
    reading = session.get_one(Reading, capture.id)
    own = next((url for url in document.urls if url.canonical == capture.canonical), document.urls[0])
    gone = [url.gone_since for url in document.urls]
    return {
        "id": document.id,
        "portal": own.portal,
        "urls": [url.url for url in document.urls],
        "first_seen": _iso(min(url.first_seen for url in document.urls if url.first_seen)),
        "last_seen": _iso(max(url.last_seen for url in document.urls if url.last_seen)),
        "gone_since": None if None in gone else _iso(max(at for at in gone if at)),
        "version": version.number,
        "capture": _cited(session, capture),
        **reading.record,
        "parts": [_cited(session, session.get_one(Capture, part)) for part in reading.parts],
    }


def _cited(session: Session, capture: Capture) -> dict[str, Any]:
    """When something was received, and where the bytes lie that it was read from."""
    payload = session.get_one(Capture, capture.payload_of)
    return {
        "time": _iso(capture.fetched_at),
        "warc_file": payload.warc_file,
        "offset": payload.warc_offset,
        "digest": payload.digest,
    }


def _iso(at: Any) -> str:
    return str(at.isoformat(timespec="seconds"))
