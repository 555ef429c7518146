"""Documents that a portal prints over several pages (分页): which page goes on with one, and their bodies joined.

A further part's address is the first one's with a counter: ``123_2.html``, ``123-2.shtml``, ``123.html?page=2``; 拓尔思
TRS counts from 0 (``createPageHTML(3, 0, "t20240507_123", "html")``: its second page is ``t20240507_123_1.html``). The
address alone tells nothing (``art_41_2.html`` may be document 2 of column 41): a pager must lead there.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import parse_qsl, urljoin, urlsplit, urlunsplit

from lxml import etree

from crawler.extraction.attachments import read_attachments
from crawler.extraction.body import Mass, Place, body_text, find_body, hidden_body
from crawler.extraction.fields import read_meta, title_in
from crawler.extraction.headline import read_headline
from crawler.extraction.labels import read_labels
from crawler.extraction.linear import DEEPEST, is_too_large
from crawler.extraction.markup import Element, Survey, is_hidden, plain, survey
from crawler.extraction.record import Attachment
from crawler.extraction.verdict import what_is_wrong
from crawler.page import Page, parse
from crawler.platforms.base import Platform

Part: TypeAlias = tuple[bytes, str, str | None]
"""A further page of a document: its bytes as served, its URL, the HTTP header ``content_type``."""

MISSING = "parts:missing"
"""Flag of a document of which the page says that it goes on, and what follows is not there."""

_COUNTER = re.compile(r"[_-]([1-9]\d?)")
_COUNTED = re.compile(r"(.+)[_-][1-9]\d?")
_PAGE_PARAMS = frozenset(("page", "pageno", "pagenum", "pageindex", "pagenumber", "currentpage", "curpage", "pn", "p"))
_PAGE_PARAM = re.compile(rf"[?&;](?i:{'|'.join(sorted(_PAGE_PARAMS))})=[1-9]")
_LIST_NAME = re.compile(r"(?:(?:index|list|default|more|page)[_-]?\d{0,5})?", re.IGNORECASE)
_FORWARD = re.compile(r"[\[【<>《》«»‹›→\s]*(?:下一?页|后一?页|next(?: page)?)[\]】<>《》«»‹›→\s]*|[>›»→]{1,2}", re.I)
_BACK = re.compile(r"[\[【<>《》«»‹›←\s]*(?:上一?页|前一?页|首页|第一页|prev(?:ious)?|first)[\]】<>《》«»‹›←\s]*", re.I)
_NUMBER = re.compile(r"[\[【(（第\s]{0,3}(\d{1,2})[\]】)）页\s]{0,3}")
_LONGEST_WORD = 30

_CALL = re.compile(
    r"""\b\w{0,20}page\w{0,20}\(\s{0,9}(['"][\w-]{1,60}['"]\s{0,9},)?\s{0,9}(\d{1,3})\s{0,9},\s{0,9}\d{1,3}\s{0,9},"""
    r"""\s{0,9}['"](?:\./)?([\w.-]{1,120})['"]\s{0,9},\s{0,9}['"]\.?(\w{2,5})['"]""",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\bcountPage\s{0,9}=\s{0,9}['\"]?(\d{1,3})\b")
_COMMENT = re.compile(r"^\s{0,40}//[^\n]*", re.MULTILINE)

_PAGER_WORDS = re.compile(
    r"首页|尾页|末页|最后一?页|第一页|上一?页|前一?页|下一?页|后一?页|跳转到?|转到|[共第页]|(?<!\d)\d{1,3}(?!\d)|\W|go|next|prev(?:ious)?",
    re.IGNORECASE,
)
_LONGEST_PAGER, _HEAD_LINES, _TAIL_LINES, _REPEATED = 80, 4, 40, 6


@dataclass(frozen=True, slots=True)
class _Address:
    host: str
    head: str
    extension: str
    query: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        return self.head.rpartition("/")[2]

    @property
    def unpaged(self) -> tuple[tuple[tuple[str, str], ...], int | None]:
        """The query without its page number, and that number."""
        rest, number = [], None
        for key, value in self.query:
            if key.lower() in _PAGE_PARAMS and re.fullmatch(r"\d{1,2}", value):
                number = int(value)
            else:
                rest.append((key, value))
        return tuple(rest), number


def _address(url: str) -> _Address | None:
    try:
        parts = urlsplit(url)
        port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    except ValueError:
        return None
    folder, slash, name = parts.path.rpartition("/")
    stem, dot, extension = name.rpartition(".")
    query = tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    head = f"{folder}{slash}{stem if dot else name}"
    return _Address(f"{parts.hostname}{port}", head, extension.lower() if dot else "", query)


def part_number(url: str, first: str) -> int | None:
    """The counter in ``url`` where it is the address ``first`` with a counter; 0 for ``first`` itself, whatever the
    scheme; ``None`` for any other address."""
    here, base = _address(url), _address(first)
    if here is None or base is None:
        return None
    if here == base:
        return 0
    if (here.host, here.extension) != (base.host, base.extension):
        return None
    if here.query == base.query:
        found = _COUNTER.fullmatch(here.head[len(base.head) :]) if here.head.startswith(base.head) else None
        return int(found[1]) if found else None
    (rest, number), (own_rest, own_number) = here.unpaged, base.unpaged
    if here.head != base.head or rest != own_rest or (own_number or 0) > 1:
        return None
    return number


def next_part(page: Page, first: str | None = None) -> str | None:
    """The URL of the page on which the document of ``page`` goes on; ``None`` where it ends.

    ``first`` is the URL of the document's first page, by default ``page`` itself. A link of a pager (2, 下一页) counts,
    and a script that writes one, if it leads to the first page's address with the counter that comes next. So nothing
    leads back, and neighbours (上一篇, 下一篇), lists and what is related never match.
    """
    if page.url is None:
        return None
    first = first or page.url
    own, base = part_number(page.url, first), _address(first)
    if own is None or base is None or _LIST_NAME.fullmatch(base.name) or not _may_go_on(page.html, base.name):
        return None
    written = _written(page, base, own)
    if written is not None:
        return written
    for text, url in _short_links(page, _leads_on):
        number = part_number(url, first)
        if number is None or number not in ((own + 1,) if own else (1, 2)):
            continue
        shown = _NUMBER.fullmatch(text)
        if _FORWARD.fullmatch(text) or (shown and int(shown[1]) in ((number, number + 1) if own else (2,))):
            return url
    return None


def _may_go_on(html: str, name: str) -> bool:
    """Whether an address with a counter may stand in the page at all: most have none, and need no look at the links."""
    return any(f"{name}{mark}" in html for mark in "_-\"'") or _PAGE_PARAM.search(html) is not None


def first_part(page: Page) -> str | None:
    """The URL of the document's first page, where ``page`` is a later one: its own address has a counter, and its pager
    leads back to the address without (1, 首页, 上一页) or is written for that."""
    address = _address(page.url) if page.url is not None else None
    if page.url is None or address is None:
        return None
    parts = urlsplit(page.url)
    counted = _COUNTED.fullmatch(address.name)
    if counted is not None and not _LIST_NAME.fullmatch(counted[1]):
        tail = f".{parts.path.rpartition('.')[2]}" if address.extension else ""
        path = f"{address.head.removesuffix(address.name)}{counted[1]}{tail}"
        first = urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
        base = _address(first)
        if base is not None and any(_pagers(page, base)):
            return first
        if any(part_number(url, first) == 0 for _, url in _short_links(page, _leads_back)):
            return first
    rest, number = address.unpaged
    if (number or 0) > 1 and not _LIST_NAME.fullmatch(address.name):
        for _, url in _short_links(page, _leads_back):
            other = _address(url)
            if other is not None and (other.host, other.head) == (address.host, address.head):
                back, to = other.unpaged
                if back == rest and other.extension == address.extension and (to or 0) <= 1:
                    return url
    return None


def _leads_on(text: str) -> bool:
    return _FORWARD.fullmatch(text) is not None or _NUMBER.fullmatch(text) is not None


def _leads_back(text: str) -> bool:
    number = _NUMBER.fullmatch(text)
    return _BACK.fullmatch(text) is not None or (number is not None and int(number[1]) == 1)


def _short_links(page: Page, fits: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Text and URL of the shown links that are no longer than a pager's and whose text ``fits``."""
    for link in page.root.iter("a"):
        href = link.get("href")
        if not href:
            continue
        text = ""
        for piece in link.itertext():
            text += str(piece)
            if len(text) > 4 * _LONGEST_WORD:
                break
        text = plain(text) or plain(link.get("title") or "")
        if not 0 < len(text) <= _LONGEST_WORD or not fits(text):
            continue
        url = page.absolute(href)
        if url is not None and not any(is_hidden(element) for element in (link, *link.iterancestors())):
            yield text, url.partition("#")[0]


def _pagers(page: Page, base: _Address) -> Iterator[tuple[int, int]]:
    """How many pages the scripts say that write the pager of the document at ``base``, and the first one's number."""
    for script in page.root.iter("script"):
        code = script.text or ""
        if "age" not in code:
            continue
        code = _COMMENT.sub("", code[:200_000])
        for found in _CALL.finditer(code):
            if (found[3], found[4].lower()) == (base.name, base.extension):
                yield int(found[2]), 1 if found[1] else 0
        if (count := _COUNT.search(code)) and (f'"{base.name}_' in code or f"'{base.name}_" in code):
            yield int(count[1]), 0


def _written(page: Page, base: _Address, own: int) -> str | None:
    assert page.url is not None
    for pages, first in _pagers(page, base):
        number = (own or first) + 1
        if number < pages + first and number < 100:
            return urljoin(page.url, f"{base.name}_{number}.{base.extension}")
    return None


def join(
    page: Page, platform: Platform, lines: Survey, place: Place, text: str, parts: Sequence[Part]
) -> tuple[str, list[Attachment], list[str]]:
    """The text of a document whose first page is ``page``, with what its further pages hold.

    ``lines``, ``place`` and ``text`` are the first page's. Returns text without lines of pagers, the further pages'
    attachments, and flags: ``parts:N`` of N pages joined, ``parts:missing`` where it goes on and what follows is not
    given, says nothing, or repeats what was said.
    """
    whole = next_part(page) is None
    if whole and not parts:
        return text, [], []
    texts, files = [_without_pager(text, lines)], dict[str, Attachment]()
    last, added = page, True
    for data, url, content_type in parts:
        last = parse(data, url, content_type)
        said, linked = _read(last, platform, place)
        said = _without_repeated(said, texts[0])
        added = bool(said or linked) and said not in texts
        if not added:
            break
        texts.append(said)
        for file in linked:
            files.setdefault(file.url, file)
    whole = added and next_part(last, page.url) is None
    flags = [f"parts:{len(texts)}"] if len(texts) > 1 else []
    return "\n".join(filter(None, texts)), list(files.values()), flags if whole else [*flags, MISSING]


def _read(page: Page, platform: Platform, like: Place) -> tuple[str, list[Attachment]]:
    """Body and attachments of a further page, whose body stands where that of the first one does (``like``)."""
    if is_too_large(page.html):
        return "", []
    lines = survey(page.root)
    if lines.depth > DEEPEST:
        return "", []
    if revealed := hidden_body(page, platform, lines):
        lines = survey(page.root, revealed)
    container = _same(like.element, lines)
    if container is None:
        place = find_body(page, platform, lines)
    else:
        place = Place(container, lines.spans[container], Mass(lines), like.flag)
    labelled, meta = read_labels(lines, place.span), read_meta(page.root)
    headline = read_headline(page, platform, lines, place.span, meta, None, title_in(labelled))
    unwanted = labelled.elements | ({headline.element} if headline.element is not None else set())
    text = body_text(page, platform, lines, place, unwanted)
    if not text and container is not None:  # a last part may hold nothing but the signature
        text = body_text(page, platform, lines, Place(container, place.span, place.mass), unwanted)
    text = _without_pager(text, lines)
    wrong = what_is_wrong(page, lines, place, text, headline.text, meta)
    if wrong == "page:missing" or (container is None and wrong not in (None, "page:list")):
        return "", []
    return text, read_attachments(page, lines, place.element)


def _same(container: Element | None, lines: Survey) -> Element | None:
    """The one element that carries the id, else the classes of the first page's container."""
    if container is None or not isinstance(container.tag, str):
        return None
    for name, key in (("id", "#{}"), ("class", ".{}")):
        value = container.get(name)
        if not value or not value.split():
            continue
        found = lines.named.get(key.format(value.lower() if name == "id" else value.split()[0]), [])
        found = [e for e in found if (e.tag, e.get(name)) == (container.tag, value) and _holds_text(e, lines)]
        if len(found) == 1:
            return found[0]
    return None


def _holds_text(element: etree._Element, lines: Survey) -> bool:
    first, last = lines.spans.get(element, (0, 0))
    return first < last


def _is_pager(line: str) -> bool:
    """Whether a line is a pager's: 首页 1 2 3 下一页 尾页, 第1/3页."""
    return 0 < len(line) <= _LONGEST_PAGER and not _PAGER_WORDS.sub("", line) and re.search(r"\d|页", line) is not None


def _without_pager(text: str, lines: Survey) -> str:
    """``text`` without a pager's lines near its ends, where the page shows a pager with links."""
    if not any(line.linked and _is_pager(line.plain) for line in lines.lines):
        return text
    said = text.split("\n")
    last = len(said) - _TAIL_LINES
    kept = [
        line
        for number, line in enumerate(said)
        if not _is_pager(line) or not (number >= last or (number < _HEAD_LINES and "页" in line))
    ]
    return "\n".join(kept)


def _without_repeated(text: str, first: str) -> str:
    """``text`` without the lines at its head that stand at the head of the ``first`` page, too: headline, info line."""
    known = set(first.split("\n")[:_REPEATED])
    lines = text.split("\n")
    begin = next((number for number, line in enumerate(lines[:_REPEATED]) if line not in known), 0)
    if begin == 0 and all(line in known for line in lines):
        return ""
    return "\n".join(lines[begin:])
