"""One HTML page: its bytes decoded once, parsed once, shared by everything that reads it."""

import codecs
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal
from urllib.parse import urljoin, urlsplit

from lxml import etree

DecidedBy = Literal["bom", "meta", "utf-8", "gb18030", "header", "replaced"]

_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Pages declared gb2312 or gbk hold characters of GB 18030, which contains both.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "hz-gb-2312": "gb18030",
    "cp936": "gb18030",
}
# Encodings of Python that are no charsets of web pages.
_NO_CHARSETS = {"unicode-escape", "raw-unicode-escape", "utf-7", "idna", "punycode", "undefined"}
_ENOUGH = 16
"""Characters beyond ASCII that tell UTF-8 for certain: what is written in another charset does not read as it."""
# libxml2 drops all that follows </html>; pages glued together from parts have one in their middle.
_ENDS = re.compile(rb"</(?:body|html)\b[^<>]*>", re.IGNORECASE)
# XML and HTML allow none of these; lxml refuses a document with NUL in it.
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
# What no URL holds, though a link may as character references: controls, line breaks, halves of a surrogate pair.
_SESSION = re.compile(r";jsessionid=[\w.!-]{1,200}", re.IGNORECASE)
_NO_URL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the charset that gave it and what decided for that charset."""

    text: str
    charset: str
    decided_by: DecidedBy


def decode(data: bytes, content_type: str | None = None) -> Decoded:
    """Bytes to text in the order BOM, meta, strict UTF-8, strict GB 18030, header; never fails.

    Header, meta and bytes of these portals disagree often, so a declared charset counts only when the bytes
    decode in it without error, and never against a page of UTF-8. What no charset fits is decoded with replacement
    characters and says so in ``decided_by``; so is UTF-8 that a cut or a stray byte damaged, which may pass for GBK.
    """
    for bom, charset in _BOMS:
        if data.startswith(bom):
            return Decoded(data[len(bom) :].decode(charset, "replace"), charset, "bom")
    declared = _META_CHARSET.search(data[:8192])
    header = _HEADER_CHARSET.search(content_type or "")
    as_utf8 = data.decode("utf-8", "replace")
    foreign, broken = len(as_utf8) - len(as_utf8.encode("ascii", "ignore")), as_utf8.count("�")
    if foreign >= _ENOUGH and broken * 20 <= foreign:
        said_so = declared is not None and declared.group(1).lower() in (b"utf-8", b"utf8")
        return Decoded(as_utf8, "utf-8", "replaced" if broken else "meta" if said_so else "utf-8")
    tries: list[tuple[str, DecidedBy]] = [("utf-8", "utf-8"), ("gb18030", "gb18030")]
    if declared:
        tries.insert(0, (declared.group(1).decode("ascii"), "meta"))
    if header:
        tries.append((header.group(1), "header"))
    for name, decided_by in tries:
        charset = _WIDER.get(name.lower(), name.lower())
        try:
            if codecs.lookup(charset).name.replace("_", "-") not in _NO_CHARSETS:
                return Decoded(data.decode(charset), charset, decided_by)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    likelier = min(("utf-8", "gb18030"), key=lambda charset: data.decode(charset, "replace").count("�"))
    return Decoded(data.decode(likelier, "replace"), likelier, "replaced")


@dataclass(frozen=True)
class Page:
    """A decoded page. ``root`` is shared: readers copy what they want to change."""

    url: str | None
    html: str
    charset: str = "utf-8"
    decided_by: DecidedBy = "utf-8"
    size: int = field(default=0)

    @cached_property
    def root(self) -> etree._Element:
        """The parsed tree; an empty document for a page that holds no markup at all."""
        data = _ENDS.sub(b"", self.html.encode("utf-8", "replace").translate(None, _CONTROLS))
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
        try:
            root = etree.fromstring(data, parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            root = None
        return etree.fromstring(b"<html><body></body></html>", parser) if root is None else root

    @cached_property
    def hrefs(self) -> str:
        """Where its links lead, as written, one a line."""
        return "\n".join(re.sub(r"[\t\r\n]", "", href) for node in self.root.iter("a") if (href := node.get("href")))

    @cached_property
    def base_url(self) -> str | None:
        """What relative links start from: ``<base href>`` where the page has one, else its own URL."""
        href = next((base.get("href") for base in self.root.iter("base") if base.get("href") is not None), None)
        if href is None or len(href) > 2000:  # a long one would cost its length for every link
            return self.url
        try:
            return urljoin(self.url or "", href.strip())
        except ValueError:
            return self.url

    def absolute(self, href: str) -> str | None:
        """``href`` as an absolute http(s) URL; ``None`` for scripts, anchors, mail and broken URLs.

        A session's number, which Java servers write into each link for readers without cookies, is left out. Where the
        page's own URL is unknown, a relative ``href`` comes back as written.
        """
        href = _NO_URL.sub("", href).strip()
        if not href or href.startswith("#"):
            return None
        if ";" in href:
            href = _SESSION.sub("", href)
        try:
            url = urljoin(self.base_url or "", href)
            parts = urlsplit(url)
        except ValueError:
            return None
        if parts.scheme and parts.scheme not in ("http", "https"):
            return None
        return url


def parse(data: bytes, url: str | None = None, content_type: str | None = None) -> Page:
    """The page in ``data``, as served from ``url`` with the HTTP header ``content_type``."""
    decoded = decode(data, content_type)
    return Page(url, decoded.text, decoded.charset, decoded.decided_by, len(data))


def is_html(data: bytes, content_type: str | None = None) -> bool:
    """Whether ``data`` is a web page: by what the header says, and where it says nothing useful, by how it begins."""
    media_type = (content_type or "").split(";")[0].strip().lower()
    head = data[:1024].lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower()
    if media_type in ("text/html", "application/xhtml+xml"):
        return not head.startswith((b"%pdf-", b"pk\x03\x04", b"\xd0\xcf\x11\xe0"))
    if media_type in ("", "text/plain", "application/octet-stream", "text/xml", "application/xml"):
        return head.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<meta")) or b"<html" in head
    return False
