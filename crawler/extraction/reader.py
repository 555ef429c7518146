"""From bytes to record: every reader's claims on one page, settled."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from crawler.extraction.attachments import read_attachments
from crawler.extraction.body import body_text, find_body
from crawler.extraction.claims import Claim, settle
from crawler.extraction.fields import field_claims, read_meta, title_in, value_of
from crawler.extraction.headline import read_headline
from crawler.extraction.kinds import kind_of
from crawler.extraction.labels import read_labels
from crawler.extraction.letter import read_letter
from crawler.extraction.markup import survey
from crawler.extraction.record import Label, Record
from crawler.extraction.verdict import what_is_wrong
from crawler.page import Page, parse
from crawler.platforms import PLATFORMS, recognise


def extract(
    data: bytes,
    url: str | None = None,
    *,
    content_type: str | None = None,
    platform: str | None = None,
    row_title: str | None = None,
    row_date: str | None = None,
) -> Record:
    """Read one page: the bytes as served, its URL, and what the list that led to it said.

    ``content_type`` is the HTTP header, ``platform`` the key of the family that the portal claims to be of,
    ``row_title`` and ``row_date`` (ISO) the list row's. Never raises, and depends on nothing but its arguments: what
    cannot be read is absent, and flagged.
    """
    try:
        return _read(parse(data, url, content_type), platform, row_title, row_date)
    except Exception as error:  # hostile input must not stop a crawl; what was read wrong is in the flag
        return Record(url=url, flags=[f"unreadable:{type(error).__name__}"])


def _read(page: Page, hint: str | None, row_title: str | None, row_date: str | None) -> Record:
    platform = recognise(page, hint if hint in PLATFORMS else None)
    lines = survey(page.root)
    place = find_body(page, platform, lines)
    labelled = read_labels(lines, place.span)
    meta = read_meta(page.root)
    site = value_of(meta, "SiteName")
    headline = read_headline(
        page, platform, lines, place.span, value_of(meta, "ArticleTitle"), site, row_title, title_in(labelled)
    )
    shown = headline.claims[0].value if headline.claims else None
    unwanted = set(labelled.elements)
    if headline.element is not None:
        unwanted.add(headline.element)
    text = body_text(page, platform, lines, place, unwanted)
    wrong = what_is_wrong(page, lines, place, text, shown, meta)
    labels = [Label(label=pair.label, value=pair.value) for pair in labelled.pairs]
    labels += [Label(label=f"meta:{name}", value=value) for name, value in meta]
    claims = [*headline.claims, *field_claims(page.url, labelled, meta, row_date)]
    flags = [flag for flag in (place.flag, wrong) if flag]
    if page.decided_by == "replaced":
        flags.append("undecodable")
    if wrong:
        text = ""
    published = next((c.value for c in sorted(claims, key=lambda c: c.rank) if c.field == "published_at"), None)
    title = next((c.value for c in sorted(claims, key=lambda c: c.rank) if c.field == "title"), None)
    if text:
        claims += read_letter(text, title, published, labels)
    kind, evidence = kind_of(title, text, value_of(meta, "ColumnName"))
    claims.append(Claim("kind", "other" if wrong else kind, evidence.where, evidence.raw))
    settled = settle(claim for claim in claims if claim.field != "flags")
    for claim in claims:
        if claim.field == "flags":
            settled.flags.extend([claim.value] if isinstance(claim.value, str) else claim.value)
    return Record(
        url=page.url,
        text=text or None,
        attachments=[] if wrong else read_attachments(page, lines, place.element),
        flags=list(dict.fromkeys([*flags, *settled.flags])),
        labels=labels,
        provenance=settled.provenance,
        **settled.values,
    )


@cache
def reader_id() -> str:
    """Names this version of the reader: two readings of one capture under the same id are identical.

    A short digest of the sources that decide what is read and of the versions of trafilatura and lxml.
    """
    here = Path(__file__).resolve().parent
    sources = [here.parent / "page.py", *sorted((here.parent / "platforms").rglob("*.py")), *sorted(here.rglob("*.py"))]
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.relative_to(here.parent).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    for package in ("trafilatura", "lxml"):
        digest.update(f"{package} {version(package)}\0".encode())
    return digest.hexdigest()[:12]
