"""The tables. Names are those of the shared vocabulary; constraints make nonsense impossible."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


class Instant(TypeDecorator[datetime]):
    """An instant, stored in UTC without a zone (SQLite keeps none) and always given back with one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way in; a time without a zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time needs its zone: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way out."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All tables of dafu."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, dict[str, Any]: JSON, list[str]: JSON, list[int]: JSON}  # noqa: RUF012


COUNTS = ("listed", "fetched", "new", "changed", "unchanged", "duplicates", "gone", "failed")
"""What a run counts, in the order that tables show."""

OUTCOMES = ("done", "partial", "failed", "stopped")


class Run(Base):
    """运行: one crawl of one portal. A run without an outcome is going on: one whole crawl a portal at most, beside any
    number of re-crawls."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("portal", "due_at"),
        Index("uq_runs_portal_unfinished", "portal", unique=True,
              sqlite_where=text("ended_at IS NULL AND urls IS NULL"),
              postgresql_where=text("ended_at IS NULL AND urls IS NULL")),
        CheckConstraint("trigger IN ('schedule', 'manual')", name="trigger"),
        CheckConstraint("outcome IN ('done', 'partial', 'failed', 'stopped')", name="outcome"),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended_with_outcome"),
        *(CheckConstraint(f'"{name}" >= 0', name=name) for name in COUNTS),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    portal: Mapped[str] = mapped_column(String(64), index=True)
    region: Mapped[str] = mapped_column(String(6), doc="the portal's GB/T 2260 code at that time")
    platform: Mapped[str] = mapped_column(String(32), doc="the portal's platform at that time")
    trigger: Mapped[str] = mapped_column(String(16))
    full: Mapped[bool] = mapped_column(default=False)
    urls: Mapped[list[str] | None] = mapped_column(
        JSON(none_as_null=True), doc="a re-crawl's URLs; null: a whole crawl"
    )
    due_at: Mapped[datetime | None]
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    pid: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    cause: Mapped[str | None] = mapped_column(String(32), doc="why it ended so, as crawler.spiders.ending names it")
    message: Mapped[str | None] = mapped_column(Text)
    way: Mapped[str | None] = mapped_column(Text, doc="how the portal was reached: direct or by which proxy; TLS")
    coverage: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), doc="what the pages that were read held, as storage.health counts it"
    )
    listed: Mapped[int] = mapped_column(default=0)
    fetched: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)

    @property
    def counts(self) -> dict[str, int]:
        """The counts by name, in the order that tables show."""
        return {name: getattr(self, name) for name in COUNTS}


class Host(Base):
    """主机: who speaks to a host, so that no two runs do at once. It is free where nobody who is alive holds it and
    ``free_at`` has passed."""

    __tablename__ = "hosts"

    host: Mapped[str] = mapped_column(Text, primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"), doc="who speaks to it")
    next_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"), doc="who waits for it and has the next turn")
    free_at: Mapped[datetime] = mapped_column(doc="when the delay after the last answer is over")


class Walk(Base):
    """How far one run walked one column (栏目). Only after a complete walk may the next one stop early."""

    __tablename__ = "walks"
    __table_args__ = (CheckConstraint("pages >= 0 AND rows >= 0", name="counts"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    column: Mapped[str] = mapped_column(Text, primary_key=True, doc="URL of the column")
    pages: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None] = mapped_column(doc="documents that the list says it holds")
    complete: Mapped[bool] = mapped_column(default=False)
    whole: Mapped[bool] = mapped_column(
        default=False, server_default=false(), doc="every page was read: none was left because all on it was known"
    )


class Failure(Base):
    """What could not be had in a run, and why."""

    __tablename__ = "failures"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    url: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(32), doc="class of failure: dns, timeout, http-503, not-html …")
    message: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Finding(Base):
    """What one run found of one document: that it is new, changed, gone, or stands under another URL too."""

    __tablename__ = "findings"
    __table_args__ = (CheckConstraint("verdict IN ('new', 'changed', 'duplicate', 'gone')", name="verdict"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(16))
    url: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    changes: Mapped[list[Any]] = mapped_column(JSON, doc="[field, before, after] each, where changed")
    document: Mapped["Document"] = relationship()


class Capture(Base):
    """抓取记录: one response as received, and where its WARC record lies."""

    __tablename__ = "captures"
    __table_args__ = (
        UniqueConstraint("warc_file", "warc_offset"),
        CheckConstraint("warc_offset >= 0 AND warc_length > 0 AND size >= 0", name="place"),
        CheckConstraint("status BETWEEN 100 AND 999", name="status"),
        Index("ix_captures_url_fetched_at", "canonical", "fetched_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    url: Mapped[str] = mapped_column(Text, doc="as asked")
    canonical: Mapped[str] = mapped_column(Text)
    fetched_at: Mapped[datetime]
    status: Mapped[int]
    content_type: Mapped[str | None] = mapped_column(Text)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), doc="of the payload as served, as in WARC-Payload-Digest")
    size: Mapped[int] = mapped_column(doc="bytes of the payload as served")
    warc_file: Mapped[str] = mapped_column(Text)
    warc_offset: Mapped[int]
    warc_length: Mapped[int]
    truncated: Mapped[str | None] = mapped_column(String(16), doc="WARC-Truncated reason of a cut-off body")
    revisit_of: Mapped[int | None] = mapped_column(ForeignKey("captures.id"), doc="the capture that has the payload")
    row_title: Mapped[str | None] = mapped_column(Text, doc="the list row's title when this was asked for")
    row_date: Mapped[str | None] = mapped_column(String(16))

    @property
    def payload_of(self) -> int:
        """The capture whose WARC record holds the payload: this one, unless it is a revisit."""
        return self.revisit_of or self.id


class Document(Base):
    """文档: one published thing, whatever URLs it stands under. ``id`` is opaque and permanent."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("documents.id"))
    urls: Mapped[list["Url"]] = relationship(back_populates="document", order_by="Url.id")
    versions: Mapped[list["Version"]] = relationship(back_populates="document", order_by="Version.number")


class Url(Base):
    """A URL that a portal lists: what it shows now, or that it is still to be read. The frontier (待抓取) is here."""

    __tablename__ = "urls"
    __table_args__ = (
        CheckConstraint("(document_id IS NULL) = (version_id IS NULL)", name="document_and_version"),
        CheckConstraint("gone_since IS NULL OR document_id IS NOT NULL", name="gone_was_there"),
        CheckConstraint("tries >= 0", name="tries"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    canonical: Mapped[str] = mapped_column(Text, unique=True)
    url: Mapped[str] = mapped_column(Text, doc="as listed")
    portal: Mapped[str] = mapped_column(String(64), index=True)
    row_title: Mapped[str | None] = mapped_column(Text)
    row_date: Mapped[str | None] = mapped_column(String(16))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"), doc="what it shows now")
    capture_id: Mapped[int | None] = mapped_column(
        ForeignKey("captures.id"), doc="the capture whose reading this URL shows"
    )
    validator_id: Mapped[int | None] = mapped_column(
        ForeignKey("captures.id"), doc="the newest capture that showed this; its validators go with the next request"
    )
    listed_at: Mapped[datetime]
    first_seen: Mapped[datetime | None]
    last_seen: Mapped[datetime | None]
    asked_at: Mapped[datetime | None] = mapped_column(index=True)
    missing_since: Mapped[datetime | None] = mapped_column(
        doc="since when the portal says that it is not there; null: it was there when last asked"
    )
    gone_since: Mapped[datetime | None] = mapped_column(doc="the same, once that was said for long enough")
    tries: Mapped[int] = mapped_column(default=0, doc="vain tries, for reasons of its own, since it was last read")
    no_document: Mapped[str | None] = mapped_column(String(32), doc="why what stands here is no document")
    incomplete: Mapped[bool] = mapped_column(
        default=False, server_default=false(), doc="the document goes on, and what follows could not be had"
    )
    document: Mapped[Document | None] = relationship(back_populates="urls")
    version: Mapped["Version | None"] = relationship()


class Version(Base):
    """版本: one distinct published content of a document, with its first and last sighting."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("last_seen >= first_seen", name="seen"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    number: Mapped[int]
    capture_id: Mapped[int] = mapped_column(ForeignKey("captures.id"), index=True, doc="the capture it was read from")
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    document: Mapped[Document] = relationship(back_populates="versions")
    capture: Mapped[Capture] = relationship()
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.position")


class Reading(Base):
    """读取: what the reader made of one capture, with those of the document's further pages. A new reading replaces an
    older one of the same capture and never makes a version."""

    __tablename__ = "readings"

    capture_id: Mapped[int] = mapped_column(ForeignKey("captures.id"), primary_key=True)
    reader: Mapped[str] = mapped_column(String(64))
    read_at: Mapped[datetime]
    content_digest: Mapped[str] = mapped_column(String(64), index=True, doc="of all that makes a version")
    text_digest: Mapped[str | None] = mapped_column(String(64), index=True, doc="of the text alone, if long enough")
    record: Mapped[dict[str, Any]]
    parts: Mapped[list[int]] = mapped_column(
        default=list, server_default="[]", doc="captures of the pages on which the document goes on, in order"
    )


class Attachment(Base):
    """附件 of one version; its bytes are those of its capture."""

    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("version_id", "canonical"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    canonical: Mapped[str] = mapped_column(Text, index=True)
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("captures.id"))
    capture: Mapped[Capture | None] = relationship()


class Proposal(Base):
    """提案/建议: what replies answer."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("body IN ('cppcc', 'npc')", name="body"),
        CheckConstraint("category IN ('提案', '建议', '议案')", name="category"),
        CheckConstraint("length(region) = 6", name="region"),
        CheckConstraint("term IS NOT NULL OR year IS NOT NULL", name="dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(String(6), doc="GB/T 2260")
    body: Mapped[str] = mapped_column(String(8))
    category: Mapped[str] = mapped_column(String(8))
    term: Mapped[int | None]
    session: Mapped[int | None]
    year: Mapped[int | None] = mapped_column(doc="only where no term is stated")
    number: Mapped[str] = mapped_column(String(32), doc="without padding")


# NULLs are distinct in a unique constraint; two proposals without a session are not two proposals.
Index(
    "uq_proposals_identity",
    Proposal.region,
    Proposal.body,
    Proposal.category,
    func.coalesce(Proposal.term, 0),
    func.coalesce(Proposal.session, 0),
    func.coalesce(Proposal.year, 0),
    Proposal.number,
    unique=True,
)


class Answer(Base):
    """That a document answers a proposal, as its newest version says; position 0 is the main one."""

    __tablename__ = "answers"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), primary_key=True, index=True)
    position: Mapped[int]
