"""文档 and 版本: deciding, in one transaction, what a page that was read is to the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from crawler.extraction.parts import MISSING
from crawler.extraction.record import Record
from storage.database import Database
from storage.identity import (
    NOT_SAID,
    bare_number,
    canonical_url,
    content_digest,
    is_edited,
    new_document_id,
    proposal_category,
    region_of,
    stands_against,
    text_digest,
)
from storage.models import (
    Answer,
    Attachment,
    Capture,
    Document,
    Failure,
    Finding,
    Proposal,
    Reading,
    Run,
    Url,
    Version,
    utc_now,
)

Verdict = Literal["new", "changed", "unchanged", "duplicate"]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs between two readings."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Saved:
    """What the store decided. ``changes`` are empty unless the verdict is ``changed``."""

    verdict: Verdict
    document: str
    version: int
    changes: Sequence[Change] = ()


def save(
    database: Database,
    portal: str,
    listed_url: str,
    capture_id: int,
    record: Record,
    reader: str,
    parts: Sequence[int] = (),
) -> Saved:
    """Store what ``capture_id``, with the captures of its further ``parts``, was read as, under the URL that was asked.

    A URL that showed the same content before is unchanged, whatever the bytes were; one that showed other content
    has a new version, or shows an earlier one again. A URL not read before is a duplicate where a document of the
    same text exists and nothing stands against their being one; else it is a new document. An answer that is older
    than what is stored (two runs asked at about the same time) changes nothing.
    """
    with database.writing() as session:
        capture = session.get_one(Capture, capture_id)
        url = _url(session, portal, listed_url, capture.fetched_at)
        if url.version is not None and _knows_later(url, capture.fetched_at):
            return Saved("unchanged", url.version.document_id, url.version.number)
        url.asked_at, url.no_document = capture.fetched_at, None
        url.missing_since = url.gone_since = None
        url.incomplete = _is_incomplete(record)
        url.tries = url.tries if url.incomplete else 0
        url.first_seen = url.first_seen or capture.fetched_at
        url.last_seen = capture.fetched_at
        if capture.status != 304:
            url.validator_id = capture.id
        saved = _decide(session, url, capture, record, reader, parts)
        version = url.version
        assert version is not None
        version.last_seen = max(version.last_seen, capture.fetched_at)
        if saved.verdict != "unchanged":
            _find(session, capture.run_id, url, saved.verdict, saved.changes)
        return saved


def still_there(database: Database, listed_url: str, at: datetime) -> None:
    """The portal said that nothing changed (304)."""
    with database.writing() as session:
        url = session.scalar(select(Url).where(Url.canonical == canonical_url(listed_url)))
        if url is None or url.version is None or _knows_later(url, at):
            return
        url.asked_at = url.last_seen = url.version.last_seen = at
        url.tries, url.missing_since, url.gone_since = 0, None, None


def gone(database: Database, listed_url: str, run_id: int, at: datetime, days: float = 0) -> bool:
    """The portal said that the page is not there (404, 410, or an error page with status 200).

    The URL is missing from then on, and gone once that is said ``days`` later again without an answer in between: sites
    lose pages for a night. Returns whether with this URL the last one that showed its document is gone.
    """
    with database.writing() as session:
        url = session.scalar(select(Url).where(Url.canonical == canonical_url(listed_url)))
        if url is None or url.document_id is None or _knows_later(url, at):
            return False
        was_there = url.gone_since is None
        url.asked_at, url.missing_since = at, url.missing_since or at
        if at - url.missing_since >= timedelta(days=days):
            url.gone_since = url.missing_since
        session.flush()
        left = select(func.count()).where(Url.document_id == url.document_id, Url.gone_since.is_(None))
        went = was_there and url.gone_since is not None and not session.scalar(left)
        if went:
            _find(session, run_id, url, "gone")
        return went


def prior_reading(database: Database, listed_url: str) -> Reading | None:
    """What the URL showed when it was last read."""
    with database.reading() as session:
        query = select(Reading).join(Url, Url.capture_id == Reading.capture_id)
        return session.scalar(query.where(Url.canonical == canonical_url(listed_url)))


def attachments_of(database: Database, listed_url: str) -> list[Attachment]:
    """The attachments of the version that the URL shows."""
    with database.reading() as session:
        query = select(Attachment).join(Url, Url.version_id == Attachment.version_id)
        query = query.where(Url.canonical == canonical_url(listed_url)).order_by(Attachment.position)
        return list(session.scalars(query))


def attachments_never_asked(database: Database, portal: str) -> list[tuple[str, Attachment]]:
    """Attachments that pages of the portal name and that were neither had nor failed: what an interrupted run left.

    Each with the listed URL of its page. One that failed is asked again when its page's turn comes.
    """
    with database.reading() as session:
        query = select(Url.url, Attachment).join(Attachment, Attachment.version_id == Url.version_id)
        query = query.where(
            Url.portal == portal, Attachment.capture_id.is_(None), Attachment.url.not_in(select(Failure.url))
        )
        return [(row[0], row[1]) for row in session.execute(query.order_by(Attachment.id))]


def attachment_capture(database: Database, listed_url: str, attachment_url: str) -> Capture | None:
    """The capture that holds an attachment's bytes as the page at ``listed_url`` shows it now."""
    with database.reading() as session:
        return session.scalar(
            select(Capture)
            .join(Attachment, Attachment.capture_id == Capture.id)
            .join(Url, Url.version_id == Attachment.version_id)
            .where(Url.canonical == canonical_url(listed_url), Attachment.canonical == canonical_url(attachment_url))
        )


def save_attachment(database: Database, listed_url: str, attachment_url: str, capture_id: int) -> Verdict:
    """Store the bytes of an attachment of the page at ``listed_url``.

    Other bytes under the same URL than before are a new version of the document.
    """
    with database.writing() as session:
        capture = session.get_one(Capture, capture_id)
        url = session.scalars(select(Url).where(Url.canonical == canonical_url(listed_url))).one()
        version = url.version
        assert version is not None
        wanted = canonical_url(attachment_url)
        attachment = next((a for a in version.attachments if a.canonical == wanted), None)
        if attachment is None:  # another run stored a version without it since this was asked
            return "unchanged"
        if attachment.capture_id is None:
            attachment.capture_id = capture_id
            return "new"
        before = session.get_one(Capture, attachment.capture_id)
        same = (before.status, before.digest) == (capture.status, capture.digest)
        if same or capture.status != 200 or capture.fetched_at < before.fetched_at:
            return "unchanged"
        if before.status != 200:
            attachment.capture_id = capture_id
            return "new"
        earlier = _version_with_bytes(session, version, attachment, capture.digest)
        if earlier is not None:
            _show(session, url, earlier)
            earlier.last_seen = max(earlier.last_seen, capture.fetched_at)
        else:
            successor = _new_version(session, url, version.document_id, capture, version.capture_id)
            for old in version.attachments:
                session.add(_copy(old, successor, capture_id if old is attachment else old.capture_id))
        changed = Change("attachments", {"url": attachment.url, "digest": before.digest}, {"digest": capture.digest})
        _find(session, capture.run_id, url, "changed", [changed])
        return "changed"


def reread(database: Database, capture_id: int, record: Record, reader: str) -> bool:
    """Replace a capture's reading by a newer reader's, which never makes a version.

    Returns whether any value differs.
    """
    with database.writing() as session:
        reading = session.get_one(Reading, capture_id)
        differs = reading.record != record.as_json()
        _fill(reading, record, reader)
        for url in session.scalars(select(Url).where(Url.capture_id == capture_id)):
            url.incomplete = _is_incomplete(record)
        if differs:
            for version in session.scalars(select(Version).where(Version.capture_id == capture_id)):
                kept = {a.canonical: a.capture_id for a in version.attachments}
                session.execute(delete(Attachment).where(Attachment.version_id == version.id))
                session.expire(version, ["attachments"])
                _attach(session, version, record, kept)
                newest = select(func.max(Version.number)).where(Version.document_id == version.document_id)
                if version.number == session.scalar(newest):
                    _link_proposals(session, version.document_id, record, _region(session, capture_id))
        return differs


def _is_incomplete(record: Record) -> bool:
    return MISSING in record.flags


def _decide(session: Session, url: Url, capture: Capture, record: Record, reader: str, parts: Sequence[int]) -> Saved:
    digest = content_digest(record)
    if url.document_id is None:
        twin = _same_page(session, url, capture, digest) or _twin(session, record)
        _read(session, capture, record, reader, parts)
        url.capture_id = capture.id
        if twin is not None:
            _show(session, url, twin)
            return Saved("duplicate", twin.document_id, twin.number)
        document = Document(id=new_document_id())
        session.add(document)
        version = _new_version(session, url, document.id, capture, capture.id)
        _attach(session, version, record)
        _link_proposals(session, document.id, record, _region(session, capture.id))
        return Saved("new", document.id, version.number)

    assert url.version is not None
    before = session.get_one(Reading, url.capture_id)
    if before.content_digest == digest or not is_edited(before.record, record.as_json()):
        return Saved("unchanged", url.document_id, url.version.number)
    changes = compare(before.record, record.as_json())
    _read(session, capture, record, reader, parts)
    url.capture_id = capture.id
    earlier = session.scalar(
        select(Version)
        .join(Reading, Reading.capture_id == Version.capture_id)
        .where(Version.document_id == url.document_id, Reading.content_digest == digest)
        .order_by(Version.number.desc())
        .limit(1)
    )
    if earlier is not None:
        _show(session, url, earlier)
        return Saved("changed", url.document_id, earlier.number, changes)
    kept = {a.canonical: a.capture_id for a in url.version.attachments}
    version = _new_version(session, url, url.document_id, capture, capture.id)
    _attach(session, version, record, kept)
    _link_proposals(session, url.document_id, record, _region(session, capture.id))
    return Saved("changed", url.document_id, version.number, changes)


def _knows_later(url: Url, at: datetime) -> bool:
    """Whether an answer of the portal's is stored that came later than ``at``."""
    last = url.asked_at if url.missing_since else url.last_seen
    return last is not None and at < last


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The fields that differ between two records (as JSON values), but how they were read."""
    return [
        Change(name, before.get(name), value)
        for name, value in after.items()
        if name not in NOT_SAID and before.get(name) != value
    ]


def _find(session: Session, run_id: int, url: Url, verdict: str, changes: Sequence[Change] = ()) -> None:
    assert url.version is not None
    session.add(
        Finding(
            run_id=run_id,
            document_id=url.version.document_id,
            verdict=verdict,
            url=url.url,
            version=url.version.number,
            changes=[[change.field, change.before, change.after] for change in changes],
        )
    )


def _url(session: Session, portal: str, listed_url: str, at: datetime) -> Url:
    canonical = canonical_url(listed_url)
    url = session.scalar(select(Url).where(Url.canonical == canonical))
    if url is None:
        url = Url(canonical=canonical, url=listed_url, portal=portal, listed_at=at, tries=0)
        session.add(url)
        session.flush()
    return url


def _same_page(session: Session, url: Url, capture: Capture, digest: str) -> Version | None:
    """What another URL shows that led to this very page (a redirect), if its bytes or its content are the same."""
    other = (
        select(Version)
        .join(Url, Url.version_id == Version.id)
        .join(Capture, Capture.id == Url.capture_id)
        .join(Reading, Reading.capture_id == Capture.id)
        .where(Url.id != url.id, Capture.canonical == capture.canonical)
        .where(
            or_(
                Reading.content_digest == digest,
                func.coalesce(Capture.revisit_of, Capture.id) == capture.payload_of,
            )
        )
    )
    return session.scalar(other.limit(1))


def _twin(session: Session, record: Record) -> Version | None:
    digest = text_digest(record)
    if digest is None:
        return None
    same_text = (
        select(Version, Reading)
        .join(Reading, Reading.capture_id == Version.capture_id)
        .where(Reading.text_digest == digest)
        .order_by(Version.id)
    )
    for version, reading in session.execute(same_text):
        if stands_against(Record.model_validate(reading.record), record) is None:
            found: Version = version
            return found
    return None


def _read(session: Session, capture: Capture, record: Record, reader: str, parts: Sequence[int]) -> None:
    reading = session.get(Reading, capture.id)
    if reading is None:
        reading = Reading(capture_id=capture.id)
        session.add(reading)
    reading.parts = list(parts)
    _fill(reading, record, reader)
    session.flush()


def _fill(reading: Reading, record: Record, reader: str) -> None:
    reading.reader, reading.read_at, reading.record = reader, utc_now(), record.as_json()
    reading.content_digest, reading.text_digest = content_digest(record), text_digest(record)


def _new_version(session: Session, url: Url, document_id: str, capture: Capture, read_from: int) -> Version:
    newest = session.scalar(select(func.max(Version.number)).where(Version.document_id == document_id))
    at = capture.fetched_at
    version = Version(
        document_id=document_id, number=(newest or 0) + 1, capture_id=read_from, first_seen=at, last_seen=at
    )
    session.add(version)
    session.flush()
    _show(session, url, version)
    return version


def _show(session: Session, url: Url, version: Version) -> None:
    url.document_id, url.version_id = version.document_id, version.id
    session.flush()
    session.refresh(url)


def _attach(session: Session, version: Version, record: Record, kept: dict[str, int | None] | None = None) -> None:
    seen: set[str] = set()
    for position, attachment in enumerate(record.attachments):
        canonical = canonical_url(attachment.url)
        if canonical not in seen:
            seen.add(canonical)
            row = Attachment(
                version_id=version.id,
                position=position,
                name=attachment.name,
                url=attachment.url,
                canonical=canonical,
                capture_id=(kept or {}).get(canonical),
            )
            session.add(row)
    session.flush()


def _version_with_bytes(session: Session, version: Version, attachment: Attachment, digest: str) -> Version | None:
    """The version that differs from ``version`` in this, that ``attachment`` has the bytes of ``digest``."""

    def held(by: Version) -> dict[str, str | None]:
        return {a.canonical: a.capture.digest if a.capture else None for a in by.attachments}

    wanted = held(version) | {attachment.canonical: digest}
    siblings = select(Version).where(Version.document_id == version.document_id, Version.id != version.id)
    siblings = siblings.where(Version.capture_id == version.capture_id).order_by(Version.number.desc())
    return next((sibling for sibling in session.scalars(siblings) if held(sibling) == wanted), None)


def _copy(old: Attachment, version: Version, capture_id: int | None) -> Attachment:
    return Attachment(
        version_id=version.id, position=old.position, name=old.name, url=old.url, canonical=old.canonical,
        capture_id=capture_id,
    )  # fmt: skip


def _region(session: Session, capture_id: int) -> str:
    region = select(Run.region).join(Capture, Capture.run_id == Run.id).where(Capture.id == capture_id)
    return session.scalars(region).one()


def _link_proposals(session: Session, document_id: str, record: Record, portal_region: str) -> None:
    session.execute(delete(Answer).where(Answer.document_id == document_id))
    if record.kind not in ("reply", "opinion"):
        return
    linked: set[int] = set()
    for position, stated in enumerate(record.proposals):
        region = region_of(stated.level, portal_region)
        date = record.signed_on or record.published_at
        year = int(date[:4]) if date and stated.term is None else None
        number = bare_number(stated.number or "")
        if stated.body is None or not number or region is None or (stated.term is None and year is None):
            continue
        identity = {
            "region": region, "body": stated.body, "category": proposal_category(stated), "term": stated.term,
            "session": stated.session, "year": year, "number": number,
        }  # fmt: skip
        proposal = session.scalar(select(Proposal).filter_by(**identity))
        if proposal is None:
            proposal = Proposal(**identity)
            session.add(proposal)
            session.flush()
        if proposal.id not in linked:
            linked.add(proposal.id)
            session.add(Answer(document_id=document_id, proposal_id=proposal.id, position=position))
    session.flush()
