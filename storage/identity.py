"""When two URLs, two pages or two proposals are the same."""

import hashlib
import json
import re
import secrets
import unicodedata
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from crawler.extraction.record import Proposal, Record

_NOT_CONTENT = {"url", "labels", "provenance", "flags"}
"""What a page shows may hold counters and today's date (labels); the rest says how it was read, not what it says."""

_LEAST_TEXT = 80
"""Characters below which an equal text is no evidence: 见附件 stands on a thousand pages."""

_DIGITS = {"national": 0, "province": 2, "city": 4, "county": 6}
_MUNICIPALITIES = ("11", "12", "31", "50")
"""直辖市, whose 市政协 is a province's (GB/T 2260: 北京, 天津, 上海, 重庆)."""

_FIRST_COUNTY_LEVEL_CITY = "81"
"""GB/T 2260: the last two figures of a 县级市 are 81 to 99."""

_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """One spelling for one URL: host in lower case, no default port, fragment or session id, query in order.

    The scheme stays: some hosts answer differently on http and https. What is no http(s) URL comes back as is.
    """
    try:
        parts = urlsplit(canonicalize_url(re.sub(r";jsessionid=[^?#]*", "", url, flags=re.IGNORECASE)))
        port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    except ValueError:
        return url
    host = parts.hostname
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return url
    host = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, host + port, parts.path or "/", parts.query, ""))


def new_document_id() -> str:
    """A fresh opaque id: 16 random characters (79 bits), written without letters that are easily confused."""
    alphabet = "23456789abcdefghjkmnpqrstuvwxyz"
    return "".join(secrets.choice(alphabet) for _ in range(16))


def content_of(record: dict[str, Any]) -> dict[str, Any]:
    """What of a record (as JSON values) makes a version: every value, not how it was read, and no session ids."""
    content = {name: value for name, value in record.items() if name not in _NOT_CONTENT}
    content["attachments"] = [{**a, "url": canonical_url(a["url"])} for a in content.get("attachments") or []]
    return content


def content_digest(record: Record) -> str:
    """Digest of all that makes a version."""
    content = content_of(record.as_json())
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def text_digest(record: Record) -> str | None:
    """Digest of the text without white space and width variants; ``None`` where it is too short to tell."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", record.text or ""))
    return hashlib.sha256(text.encode()).hexdigest() if len(text) >= _LEAST_TEXT else None


def stands_against(one: Record, other: Record) -> str | None:
    """Why two pages of equal text are two documents all the same; ``None`` where nothing says so."""
    if {one.kind, other.kind} == {"reply", "opinion"}:
        return "a reply and an opinion"
    if one.document_number and other.document_number and one.document_number != other.document_number:
        return "different document numbers"
    numbers = [{bare_number(p.number) for p in record.proposals if p.number} for record in (one, other)]
    if numbers[0] and numbers[1] and not numbers[0] & numbers[1]:
        return "different proposals"
    return None


def bare_number(printed: str) -> str:
    """A proposal's number without 第, 号, white space and padding zeros: 第091号 → 91, D022 stays."""
    number = re.sub(r"[第号\s]", "", unicodedata.normalize("NFKC", printed))
    return number.lstrip("0") or number[:1]


def proposal_category(proposal: Proposal) -> str:
    """提案 for a 政协 proposal; of 人大's, 议案 where its title says so, else 建议."""
    if proposal.body == "cppcc":
        return "提案"
    return "议案" if proposal.title and "议案" in proposal.title else "建议"


def region_of(level: str | None, portal_region: str) -> str | None:
    """GB/T 2260 code of the place whose 政协 or 人大 is meant, seen from a portal in ``portal_region``.

    市 on a county-level city's own portal is that city. A place below the portal's own (a county's proposal on a
    city's portal) can't be told from the code: ``None``. Nor can anything from 000000, a place that is not known.
    """
    if not portal_region.strip("0"):
        return None
    digits = _DIGITS.get(level or "", -1)
    own = len(portal_region.rstrip("0"))
    own += own % 2
    if level == "city" and portal_region.startswith(_MUNICIPALITIES):
        digits = 2
    if level is None or digits == own or (level == "city" and portal_region[4:] >= _FIRST_COUNTY_LEVEL_CITY):
        return portal_region
    return portal_region[:digits].ljust(6, "0") if 0 <= digits < own else None
