"""From bytes to record: every reader's claims on one page, settled."""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from crawler.extraction.attachments import read_attachments
from crawler.extraction.body import Place, body_text, find_body, hidden_body
from crawler.extraction.claims import Claim, settle
from crawler.extraction.embedded import body_of, embedded_document, pairs_of, titles_of
from crawler.extraction.fields import Meta, field_claims, read_meta, title_in, value_of
from crawler.extraction.files import file_kind, file_name, without_extension
from crawler.extraction.headline import read_headline, without_site
from crawler.extraction.kinds import kind_of
from crawler.extraction.labels import Labelled, read_labels
from crawler.extraction.letter import number_above, read_letter
from crawler.extraction.linear import DEEPEST, is_too_large, linear_lines, linear_title
from crawler.extraction.markup import survey, text_of
from crawler.extraction.parts import Part, join
from crawler.extraction.record import Attachment, Label, Record
from crawler.extraction.verdict import what_is_wrong
from crawler.page import Page, parse
from crawler.platforms import PLATFORMS, recognise

_LONGEST_LETTER, _MOST_LINES = 400_000, 20_000
"""Characters and lines of text that are read as a letter; of a longer text its two ends."""

_SHORTEST_BODY = 40
"""Characters of body below which a script is asked for it."""


def extract(
    data: bytes,
    url: str | None = None,
    *,
    content_type: str | None = None,
    platform: str | None = None,
    row_title: str | None = None,
    row_date: str | None = None,
    parts: Sequence[Part] = (),
) -> Record:
    """Read one page: the bytes as served, its URL, and what the list that led to it said.

    ``content_type`` is the HTTP header, ``platform`` the key of the family that the portal claims to be of,
    ``row_title`` and ``row_date`` (ISO) the list row's, ``parts`` the pages on which the document goes on, in order.
    Never raises, and depends on nothing but its arguments: what cannot be read is absent, and flagged.
    """
    try:
        if (kind := file_kind(data, url)) is not None:
            return _read_file(kind, url, row_title, row_date)
        return _read(parse(data, url, content_type), platform, row_title, row_date, parts)
    except Exception as error:  # hostile input must not stop a crawl; what was read wrong is in the flag
        return Record(url=url, flags=[f"unreadable:{type(error).__name__}"])


def _read(page: Page, hint: str | None, row_title: str | None, row_date: str | None, parts: Sequence[Part]) -> Record:
    if is_too_large(page.html):
        return _read_linear(page, row_title, row_date)
    lines = survey(page.root)
    if lines.depth > DEEPEST:
        return _read_linear(page, row_title, row_date)
    platform = recognise(page, hint if hint in PLATFORMS else None)
    if revealed := hidden_body(page, platform, lines):
        lines = survey(page.root, revealed)
    place = find_body(page, platform, lines)
    labelled = read_labels(lines, place.span)
    meta = read_meta(page.root)
    headline = read_headline(page, platform, lines, place.span, meta, row_title, title_in(labelled))
    unwanted = labelled.elements | ({headline.element} if headline.element is not None else set())
    text = body_text(page, platform, lines, place, unwanted)
    shown = len(text) >= _SHORTEST_BODY
    document = embedded_document(page, headline.text, shown)
    written = body_of(document) if document and not shown else None
    if document and (shown or written is not None):
        labelled.pairs.extend(pairs_of(document))
    if document and written is not None:
        text, place = "\n".join(text_of(written)), Place(written, (0, 0), place.mass, "body:script")
        headline.claims.extend(Claim("title", title, "script:title", title, 9) for title in titles_of(document))
    wrong = what_is_wrong(page, lines, place, text, headline.text, meta) if written is None else None
    claims = [*headline.claims, *field_claims(page.url, labelled, meta, row_date)]
    claims += number_above(line for _, line in labelled.unlabelled)
    labels = [Label(label=pair.label, value=pair.value) for pair in labelled.pairs]
    labels += [Label(label=f"meta:{name}", value=value) for name, value in meta]
    if wrong:
        return _record(page, claims, labels, "", [], [place.flag, wrong], meta)
    is_body = place.element is not None and (text or place.element.tag != "body")
    anchor = place.element if is_body else headline.element  # a page may hold nothing but files
    attachments = read_attachments(page, lines, anchor)
    text, more, flags = join(page, platform, lines, place, text, parts)
    known = {file.url for file in attachments}
    attachments += [file for file in more if file.url not in known]
    return _record(page, claims, labels, text, attachments, [place.flag, *flags], meta)


def _read_file(kind: str, url: str | None, row_title: str | None, row_date: str | None) -> Record:
    """A document that is a file itself: what its row in the list says, and the file as its attachment."""
    title = without_extension(row_title or "")
    claims = [Claim("title", title, "list", title, 40)] if title else []
    claims += field_claims(url, Labelled(), [], row_date)
    file = [Attachment(name=row_title or file_name(url), url=url)] if url else []
    return _record(Page(url, ""), claims, [], "", file, [f"file:{kind}"], [])


def _read_linear(page: Page, row_title: str | None, row_date: str | None) -> Record:
    """A page too large or too deep for the tree: its text without structure, the title from its head."""
    title, lines = linear_title(page.html), linear_lines(page.html)
    claims = [Claim("title", without_site(title, None), "title", title, 50)] if title else []
    claims += [Claim("title", row_title, "list", row_title, 40)] if row_title else []
    claims += field_claims(page.url, Labelled(), [], row_date)
    return _record(page, claims, [], "\n".join(lines), [], ["body:linear"], [])


def _record(
    page: Page,
    claims: list[Claim],
    labels: list[Label],
    text: str,
    attachments: list[Attachment],
    flags: list[str | None],
    meta: Meta,
) -> Record:
    """Add what the text and the title say, and settle everything."""
    title, published = _best(claims, "title"), _best(claims, "published_at")
    inner = _two_ends(text)
    is_page = not any(flag and flag.startswith("page:") for flag in flags)
    if is_page:  # of a letter that is a file or pictures the page's title tells the proposal
        claims += read_letter(inner, title, published, labels)
    kind, evidence = kind_of(title, inner, value_of(meta, "ColumnName"))
    claims.append(Claim("kind", kind if is_page else "other", evidence.where, evidence.raw))
    settled = settle(claims)
    if page.decided_by == "replaced":
        flags = [*flags, "undecodable"]
    return Record(
        url=page.url,
        text=text or None,
        attachments=attachments,
        flags=list(dict.fromkeys([*filter(None, flags), *settled.flags])),
        labels=labels,
        provenance=settled.provenance,
        **settled.values,
    )


def _two_ends(text: str) -> str:
    """Text that is read as a letter: all of it, of a very long one its beginning and end."""
    if len(text) > _LONGEST_LETTER:
        text = f"{text[: _LONGEST_LETTER // 2]}\n{text[-_LONGEST_LETTER // 2 :]}"
    if text.count("\n") < _MOST_LINES:
        return text
    lines = text.split("\n")
    return "\n".join([*lines[: _MOST_LINES // 2], *lines[-_MOST_LINES // 2 :]])


def _best(claims: list[Claim], field: str) -> str | None:
    best = min((claim for claim in claims if claim.field == field), key=lambda claim: claim.rank, default=None)
    return None if best is None else str(best.value)


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
