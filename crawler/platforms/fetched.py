"""Lists that a page's script fetches from an interface nobody has described: JSON or pieces of HTML, page by page.

Found by the address that the script builds, which must hold a page's number under a usual name and something that says
which list is meant: ``"/api/list?channelId=7&pageNum=" + n``, a template string, or an address with an object of
parameters beside it (jQuery, axios). Variables count where the page sets them to a number or a word. The answer's
entries are the longest array of objects that have an address and a title. Of interfaces that are posted to only the
first page is asked, for an answer's own address does not tell which page it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.page import Page
from crawler.platforms.base import ListPage, ListRequest, ListRow
from crawler.platforms.feeds import answer, positive, row_of
from crawler.platforms.pagers import list_of
from crawler.platforms.rows import text_of, visible
from crawler.platforms.urls import PAGE_PARAMS, asked, same_host, with_query

_NUMBER = "\x00"
"""Stands for the page's number in an address."""

_PAGED = re.compile("|".join(sorted(PAGE_PARAMS - {"p", "pn"})) + "|[?&]pn?=", re.IGNORECASE)
_ADDRESS = re.compile(r"""(['"`])((?:https?://[\w.:-]{1,100})?/[\w./-]{1,200}(?:\?[^'"`<>\s]{0,400})?)\1""")
_PLUS = re.compile(r"""\s{0,9}\+\s{0,9}(?:(['"`])([^'"`<>\s]{0,300})\1|([a-zA-Z_$][\w$.]{0,60}|\d{1,9}))""")
_FILLED = re.compile(r"\$\{\s{0,9}([\w$.]{1,60})\s{0,9}\}")
_OBJECT = re.compile(r"[^{}]{0,200}(?:\{[^{}]{0,60})?\{([^{}]{1,500})\}")
_PAIR = re.compile(r"""['"]?(\w{1,40})['"]?\s{0,9}:\s{0,9}(?:['"]([^'"]{0,200})['"]|([\w$.]{1,60}))""")
_POST = re.compile(r"""\bpost\b""", re.IGNORECASE)
_CALL = re.compile(r"""([a-zA-Z_$][\w$]{0,60})\(([^()]{1,200})\)""")
_MORE = re.compile(r"(?:点击|查看)?(?:加载|查看|显示)?更多(?:内容|信息|\.{3}|…)?")
_URLS = ("url", "link", "href", "linkurl", "docurl", "docpuburl", "staticurl", "articleurl", "detailurl", "path")
_TITLES = ("title", "doctitle", "articletitle", "infotitle", "subject", "name")
_DATES = (
    "publishdate", "publishtime", "publishedtime", "pubdate", "pubtime", "releasetime", "releasedate", "docreltime",
    "date", "time", "createtime", "createdate", "inputtime", "addtime", "updatetime",
)  # fmt: skip
_TOTALS = ("total", "totalcount", "totalrecord", "totalelements", "totalnum", "recordcount", "recordcounts", "count")
_DEEPEST, _MOST_VALUES = 5, 20_000


def goes_on(page: Page, listing: ListPage) -> ListPage:
    """``listing``, and where no link leads on from it, the page that the page's script would fetch: the first one where
    it shows no rows, the second one where it has a button for more (加载更多)."""
    if listing.next is not None or page.url is None or "script" not in page.html:
        return listing
    if listing.rows and not _has_button(page):
        return listing
    return replace(listing, next=next(_requests(page, "2" if listing.rows else "1"), None))


def is_answer(page: Page) -> bool:
    """Whether ``page`` is what such an interface gave: JSON, or a piece of HTML asked for by a page's number."""
    start = page.html.lstrip("\ufeff \t\r\n")[:500]
    if start[:1] in ("{", "["):
        return True
    return not re.search(r"<(?:!doctype|html|head|body)\b", start, re.IGNORECASE) and _own_number(page) is not None


def read(page: Page) -> ListPage:
    """The rows of an answer, what it says that the list holds, and the next page while there are rows."""
    text = page.html.lstrip("\ufeff \t\r\n")
    if text[:1] in ("{", "["):
        value = answer(text if text[0] == "{" else f'{{"list":{text}}}')
        listing = ListPage(_rows_of(page, value), None, _total_of(value))
    else:
        listing = list_of(page)
        if listing.next is not None or listing.pages is not None:
            return listing
    number = _own_number(page) or 0
    if not listing.rows or not number or number * len(listing.rows) >= (listing.total or 10**9):
        return listing
    return replace(listing, next=ListRequest(_with_number(page.url or "", str(number + 1))))


def _requests(page: Page, number: str) -> Iterator[ListRequest]:
    for script in page.root.iter("script"):
        code = (script.text or "")[:100_000]
        if not _PAGED.search(code):
            continue
        code = _bound(page, code)
        for found in islice(_ADDRESS.finditer(code), 300):
            end, text = _joined(code, found)
            address, fields = text, {}
            if "?" not in text and (given := _OBJECT.match(code, end)):
                fields = _fields_of(code, given[1])
            query = parse_qsl(urlsplit(address).query, keep_blank_values=True) if "?" in address else []
            names = {name.lower() for name, _ in query} | {name.lower() for name in fields}
            if not names & PAGE_PARAMS or len(names - PAGE_PARAMS) < 1 or None in fields.values() or "\x01" in address:
                continue
            url = page.absolute(address.replace(_NUMBER, number))
            if url is None or not same_host(url, page.url or ""):
                continue
            sent = {name: (value or "").replace(_NUMBER, number) for name, value in fields.items()}
            posted = fields and _POST.search(code[max(0, found.start() - 120) : end + 200])
            if posted:
                headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "XMLHttpRequest"}
                yield ListRequest(url, "POST", urlencode(sent).encode("ascii"), headers)
            else:
                yield ListRequest(_with_number(with_query(url, **sent) if sent else url, number))


def _bound(page: Page, code: str) -> str:
    """A script's code, before it what a button's call gives its functions' parameters: ``onclick="more(9, this)"``."""
    for node in visible(page.root):
        called = _CALL.search((node.get("onclick") or node.get("href") or "")[:300])
        defined = called and re.search(rf"function\s+{re.escape(called[1])}\s*\(([\w\s,$]{{1,200}})\)", code)
        if called and defined:
            pairs = zip(defined[1].split(","), called[2].split(","), strict=False)
            return "".join(f"{name.strip()} = {value.strip()};" for name, value in pairs) + code
    return code


def _joined(code: str, found: re.Match[str]) -> tuple[int, str]:
    """An address and all that is added to it, and where that ends; what nobody can know is marked by ``\\x01``."""
    text, end = _filled(code, found[2]), found.end()
    while plus := _PLUS.match(code, end):
        text += _filled(code, plus[2]) if plus[1] else _value(code, plus[3], text.rpartition("=")[0])
        end = plus.end()
    return end, text


def _filled(code: str, text: str) -> str:
    return _FILLED.sub(lambda slot: _value(code, slot[1], text[: slot.start()].rpartition("=")[0]), text)


def _value(code: str, name: str, before: str) -> str:
    """What a variable adds to an address: the page's number, or what the script sets it to."""
    if re.split(r"[?&]", before)[-1].lower() in PAGE_PARAMS:
        return _NUMBER
    known = _set_to(code, name)
    return "\x01" if known is None else known


def _set_to(code: str, name: str) -> str | None:
    if name.isdecimal():
        return name
    last = re.escape(name.rpartition(".")[2])
    found = re.search(rf"""\b{last}['"]?\s{{0,9}}[=:]\s{{0,9}}(?:['"]([^'"<>]{{0,200}})['"]|(\d{{1,12}}))""", code)
    return None if found is None else found[1] if found[1] is not None else found[2]


def _fields_of(code: str, inside: str) -> dict[str, str | None]:
    """The parameters of an object, if one is a page's number; ``None`` for values that nobody can know."""
    fields = {
        name: _NUMBER if name.lower() in PAGE_PARAMS else text if text or not variable else _set_to(code, variable)
        for name, text, variable in _PAIR.findall(inside)
    }
    return fields if any(name.lower() in PAGE_PARAMS for name in fields) else {}


def _has_button(page: Page) -> bool:
    """Whether a button asks for more rows, and is no link."""
    for node in visible(page.root):
        if node.tag in ("a", "button", "div", "span", "p") and len(node) <= 2 and _MORE.fullmatch(text_of(node, 20)):
            href = (node.get("href") or "").strip().lower()
            if not href or href.startswith(("javascript", "#")):
                return True
    return False


def _own_number(page: Page) -> int | None:
    query = asked(page.url)[1]
    return next(
        (number for name, value in query.items() if name.lower() in PAGE_PARAMS and (number := positive(value))), None
    )


def _with_number(url: str, number: str) -> str:
    names = [name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True) if name.lower() in PAGE_PARAMS]
    return with_query(url, **{names[0]: number}) if names else url


def _rows_of(page: Page, value: Mapping[str, Any]) -> tuple[ListRow, ...]:
    best: tuple[ListRow, ...] = ()
    for found in _values(value):
        if isinstance(found, list) and len(found) > len(best):
            entries = [{key.lower(): one for key, one in entry.items()} for entry in found if isinstance(entry, dict)]
            rows = tuple(row for entry in entries if (row := row_of(page, entry, _URLS, _TITLES, _DATES)) and row.title)
            best = max(best, rows, key=len)
    return best


def _total_of(value: Mapping[str, Any]) -> int | None:
    for found in _values(value):
        if isinstance(found, dict):
            keys = {key.lower(): one for key, one in found.items()}
            if total := next((number for key in _TOTALS if (number := positive(keys.get(key)))), None):
                return total
    return None


def _values(value: object) -> Iterator[object]:
    """What a JSON value holds, from the outside in."""
    level: list[object] = [value]
    for _ in range(_DEEPEST):
        yield from level
        inside = (one.values() if isinstance(one, dict) else one if isinstance(one, list) else () for one in level)
        level = list(islice((one for values in inside for one in values), _MOST_VALUES))
