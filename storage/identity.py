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

NOT_SAID = frozenset({"url", "labels", "provenance", "flags"})
"""Fields of a record that say how it was read, and (labels) what a page shows beside what it says: counters, today."""

_FOLLOWING = ("text", "title")
"""Where values are read that follow from what the text and the title say."""

_BETWEEN_WORDS = re.compile(r"[\s|]+")
_CUT = re.compile(r"\s?(?:…|\.\.\.)+$")

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
    """What of a record (as JSON values) makes a version, in a form that outlives a site's redesign.

    Values read in the text or the title are left out, for these are there themselves. The text is without its breaks
    and without lines that only repeat the headline or an attachment's link, which one template sets inside the body and
    another beside it; attachments are without their host and session ids; a time of publication is its day.
    """
    content = {
        name: value
        for name, value in record.items()
        if name not in NOT_SAID and name != "kind" and _where(record, name)[0] not in _FOLLOWING
    }
    files = record.get("attachments") or []
    beside = {_BETWEEN_WORDS.sub("", name) for name in (record.get("title") or "", *(file["name"] for file in files))}
    lines = (_BETWEEN_WORDS.sub("", line) for line in (record.get("text") or "").split("\n"))
    return content | {
        "title": record.get("title"),
        "text": "".join(line for line in lines if line not in beside),
        "attachments": [{"name": file["name"], "path": _path(file["url"])} for file in files],
        "published_at": (record.get("published_at") or "")[:10] or None,
    }


def is_edited(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether two records of one URL (as JSON values) say that what is published there was changed.

    A value that came or went with its label did so with the template; a title that was cut is no other.
    """
    old, new = content_of(before), content_of(after)
    return any(
        old.get(name) != new.get(name) and not _is_templates(name, before, after) for name in old.keys() | new.keys()
    )


def _is_templates(name: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    was, is_ = before.get(name), after.get(name)
    if name == "title" and was and is_:
        return any(_CUT.search(one) and other.startswith(_CUT.sub("", one)) for one, other in ((was, is_), (is_, was)))
    if name in ("text", "attachments") or bool(was) == bool(is_):
        return was == is_
    stated, silent = (before, after) if was else (after, before)
    block, label = _where(stated, name)
    shown = {re.sub(r"[\s:：]", "", known["label"]).removeprefix("meta:").lower() for known in silent["labels"]}
    return block == "list" or (bool(label) and label.lower() not in shown)


def _where(record: dict[str, Any], name: str) -> tuple[str, str]:
    """The part of the page and the label by which a value was read."""
    block, _, label = (record.get("provenance") or {}).get(name, {}).get("where", "").partition(":")
    return block, label


def _path(url: str) -> str:
    try:
        return urlsplit(canonical_url(url))._replace(scheme="", netloc="").geturl()
    except ValueError:
        return url


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
