"""The record: what dafu reads out of one page. Field names are those of shared vocabulary and never change.

An absent value is ``None``, never ``""``; an absent list is ``[]``. A value that the page does not state
stays absent: a wrong value is worse than a missing one.
"""

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

# C0 and C1 but line break and tab: a page may hold them as character references. Halves of a surrogate pair, which
# JSON in a page may hold, are in no encoding.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

Kind = Literal["reply", "opinion", "policy", "other"]
"""文种: 答复 · 协办/会办意见 · 规范性文件、通知… · anything else."""

Body = Literal["cppcc", "npc"]
"""Whose proposal: 政协 (提案) or 人大 (建议, 议案)."""

Level = Literal["national", "province", "city", "county", "township"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    @field_validator("*", mode="before")
    @classmethod
    def _without_controls(cls, value: Any) -> Any:
        if isinstance(value, list):
            return [cls._without_controls(item) for item in value]
        return _CONTROLS.sub("", value) if isinstance(value, str) else value


class Proposal(_Part):
    """A 提案/建议 that a reply answers. ``number`` is kept as printed, leading zeros and letters included."""

    body: Body | None = None
    level: Level | None = None
    term: int | None = Field(default=None, ge=1, le=99, description="届")
    session: int | None = Field(default=None, ge=1, le=99, description="次")
    number: str | None = None
    title: str | None = None


class Contact(_Part):
    """Somebody named for questions: 承办负责人, 承办人, 联系人…; ``role`` as printed."""

    role: str | None = None
    name: str | None = None
    phone: str | None = None


class Attachment(_Part):
    """附件. ``url`` is absolute where the page's URL is known, else as written."""

    name: str
    url: str


class Label(_Part):
    """One 标签 with its value as printed in the labelled block or a meta tag (``meta:NAME``)."""

    label: str
    value: str


class Evidence(_Part):
    """Where a value was read and what stood there, e.g. ``table:索引号``, ``meta:PubDate``, ``text:signature``."""

    where: str
    raw: str


class Provenance(Evidence):
    """The evidence a value was taken from, and the evidence that lost to it."""

    rejected: list[Evidence] = []


class Record(_Part):
    """One page as read. Dates are ISO strings as the page states them: dates, not instants."""

    url: str | None = None
    kind: Kind = "other"
    title: str | None = None
    index_number: str | None = None
    publisher_id: str | None = None
    publisher: str | None = None
    document_number: str | None = None
    issued_on: str | None = None
    published_at: str | None = None
    topic: str | None = None
    keywords: list[str] = []
    disclosure: str | None = None
    consent: str | None = None
    validity: str | None = None
    source: str | None = None
    proposals: list[Proposal] = []
    proposers: list[str] = []
    addressee: str | None = None
    result_category: str | None = None
    signed_by: str | None = None
    signed_on: str | None = None
    contacts: list[Contact] = []
    met_in_person: bool | None = None
    copied_to: list[str] = []
    cited_documents: list[str] = []
    attachments: list[Attachment] = []
    text: str | None = None
    flags: list[str] = []
    labels: list[Label] = []
    provenance: dict[str, Provenance] = {}

    @field_validator("*", mode="after")
    @classmethod
    def _absent_if_empty(cls, value: Any) -> Any:
        return None if value == "" else value

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values in the order of the fields."""
        return self.model_dump(mode="json")
