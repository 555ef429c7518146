"""The next page of a list where a click runs a script that sends a form, or that goes to an address it writes.

ASP.NET: ``javascript:__doPostBack('AspNetPager1','2')``, ``__doPostBack('GridView1','Page$Next')`` and, with
validation, ``WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions("lbNext", "", …))`` set the hidden fields
``__EVENTTARGET`` and ``__EVENTARGUMENT`` and send the page's form: that is ASP.NET's own protocol.

Others: ``javascript:goPage(2)`` with a function of any name that puts the number into a form's hidden field and sends
it, or that sets ``location`` to an address that holds the number. Where the function stands in a file of its own, a
hidden field that is named like a page's number says enough.

All pages of such a list may have one URL, so which of them a page is can only be learnt from its pager: the number
that is no link, or 第2页/共9页.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import urlencode

from lxml import etree

from crawler.page import Page
from crawler.platforms.base import ListRequest
from crawler.platforms.rows import NEXT_WORDS, text_of, visible
from crawler.platforms.urls import PAGE_PARAMS, same_host

_WORDS = ("__doPostBack", "WebForm_PostBackOptions")
_CALL = re.compile(
    r"""(?:__doPostBack|WebForm_PostBackOptions)\(\s{0,9}['"]([^'"]{1,200})['"]\s{0,9},\s{0,9}['"]([^'"]{0,200})['"]"""
)
_NUMBER = re.compile(r"(?:Page\$)?(\d{1,6})")
_FUNCTION = re.compile(
    r"(?:javascript:)?\s{0,9}(?:return\s{1,9})?([a-zA-Z_$][\w$]{0,40})\(\s{0,9}['\"]?(\d{1,6})['\"]?\s{0,9}[,)]"
)
_FIELD = r"""(?:\[\s{0,3}['"]#?|[.#'"]|getElementById\(\s{0,3}['"])([\w-]{1,60})['"]?\s{0,3}[\])]{0,2}"""
_SIGNS = frozenset((">", "›", "»", "next"))
_POSITION = re.compile(
    r"第\s{0,9}(\d{1,6})\s{0,9}页|(?:当前页|页次|当前第)\s{0,9}[:：]?\s{0,9}(\d{1,6})|(\d{1,6})\s{0,9}/\s{0,9}\d{1,6}"
)
_SENT = frozenset(("", "hidden", "text", "search"))
_MOST_FIELDS, _LONGEST_FUNCTION = 500, 1500


def next_postback(page: Page, pages: int | None = None) -> ListRequest | None:
    """The request that a click on 下一页, or on the number after the current one, would send.

    ``pages`` is the number of pages that the list states, on the last of which no pager leads on.
    """
    if page.url is None or not any(word in page.html for word in _WORDS):
        return None
    links = list(islice(_links(page), 200))
    current = _current(page, [link for link, _, _, _ in links])
    if pages is not None and current is not None and current >= pages:
        return None
    words = [click for click in links if NEXT_WORDS.fullmatch(click[1]) or click[1].lower() in _SIGNS]
    numbers = [click for click in links if click[1] == str((current or 1) + 1)]
    for link, _, target, argument in (*words, *numbers):
        leads = _NUMBER.fullmatch(argument)
        if leads and current is not None and int(leads[1]) <= current:
            continue  # on the last page, 下一页 may lead to it or to the first
        form = next(link.iterancestors("form"), None)
        return None if form is None else _sent(page, form, {"__EVENTTARGET": target, "__EVENTARGUMENT": argument})
    return None


def next_click(page: Page, pages: int | None = None) -> ListRequest | None:
    """The request that a click on 下一页, or on the number after the current one, would send by a script's function.

    ``pages`` is the number of pages that the list states.
    """
    if page.url is None:
        return None
    clicks = list(islice(_calls(page), 200))
    current = _current(page, [link for link, _, _, _ in clicks])
    for link, words, function, number in clicks:
        is_next = NEXT_WORDS.fullmatch(words) or words.lower() in _SIGNS or (current and words == str(current + 1))
        if not is_next or (current is not None and int(number) != current + 1) or (pages and int(number) > pages):
            continue
        return _called(page, link, function, number)
    return None


def _calls(page: Page) -> Iterator[tuple[etree._Element, str, str, str]]:
    """Links that call a function with a number: the link, its words, the function, the number."""
    for node in visible(page.root):
        if node.tag != "a" or node.get("disabled") is not None:
            continue
        href = (node.get("href") or "")[:500]
        code = href if href.lower().startswith("javascript:") else ""
        if found := _FUNCTION.match(code) or _FUNCTION.match((node.get("onclick") or "")[:500]):
            yield node, text_of(node, 40), found[1], found[2]


def _called(page: Page, link: etree._Element, function: str, number: str) -> ListRequest | None:
    """The request that ``function(number)`` would send, as its code says; else as a form's field does."""
    forms = [*link.iterancestors("form"), *islice(page.root.iter("form"), 20)]
    if code := _code_of(page, function):
        parameter, body = code
        given = rf"(?:\s{{0,3}}=\s{{0,3}}|\.val\(\s{{0,3}}|\.value\s{{0,3}}=\s{{0,3}}){re.escape(parameter)}\b"
        for found in re.finditer(_FIELD + given, body):
            form = next((form for form in forms if found[1] in _fields(form)), None)
            if form is not None:
                return _sent(page, form, {found[1]: number})
        written = re.search(
            rf"location[\w.]{{0,9}}\s{{0,3}}[=(]\s{{0,3}}['\"]([^'\"]{{1,500}})['\"]\s{{0,3}}\+\s{{0,3}}{re.escape(parameter)}\b"
            r"(?:\s{0,3}\+\s{0,3}['\"]([^'\"]{0,500})['\"])?",
            body,
        )
        url = page.absolute(f"{written[1]}{number}{written[2] or ''}") if written else None
        return ListRequest(url) if url and same_host(url, page.url or "") else None
    for form in forms:
        named = [name for name in _fields(form) if name.lower() in PAGE_PARAMS]
        if len(named) == 1:
            return _sent(page, form, {named[0]: number})
    return None


def _code_of(page: Page, function: str) -> tuple[str, str] | None:
    """The first parameter of a function that a script on the page holds, and its beginning."""
    head = re.compile(
        rf"(?:function\s{{1,9}}{re.escape(function)}|\b{re.escape(function)}\s{{0,9}}=\s{{0,9}}function)\s{{0,9}}\(\s{{0,9}}(\w{{1,40}})"
    )
    for script in page.root.iter("script"):
        if found := head.search(script.text or ""):
            return found[1], (script.text or "")[found.end() : found.end() + _LONGEST_FUNCTION]
    return None


def _links(page: Page) -> Iterator[tuple[etree._Element, str, str, str]]:
    for node in visible(page.root):
        if node.tag != "a" or node.get("disabled") is not None:
            continue
        if found := _CALL.search((node.get("href") or "")[:2000]) or _CALL.search((node.get("onclick") or "")[:2000]):
            yield node, text_of(node, 40), found[1], found[2]


def _current(page: Page, links: list[etree._Element]) -> int | None:
    """The number of this page: the one among the pager's numbers that is no link, else the position in words."""
    numbers = [link for link in links if text_of(link, 20).isdecimal()]
    for link in numbers[:1]:
        for pager in islice(link.iterancestors(), 3):
            shown = [
                text
                for node in islice(pager.iter("span", "font", "b", "strong", "em", "a", "td"), 200)
                if len(node) == 0 and (text := (node.text or "").strip().strip("[]")).isdecimal() and _is_here(node)
            ]
            if len(shown) == 1 and len(shown[0]) <= 6:
                return int(shown[0])
    for link in links:
        for pager in islice(link.iterancestors("div", "td", "tr", "p"), 2):
            if found := _POSITION.search(text_of(pager, 400)):
                return int(next(filter(None, found.groups())))
    return None


def _is_here(node: etree._Element) -> bool:
    return not (node.get("href") or node.get("onclick")) and next(node.iterancestors("a"), None) is None


def _sent(page: Page, form: etree._Element, changes: Mapping[str, str]) -> ListRequest | None:
    """The request that sends ``form`` with these fields changed."""
    url = page.absolute(form.get("action") or "") or page.url
    if url is None or not same_host(url, page.url or ""):
        return None
    fields = urlencode({**_fields(form), **changes}, encoding=_charset(page.charset), errors="replace")
    if (form.get("method") or "get").lower() != "post":
        return ListRequest(f"{url.partition('#')[0].partition('?')[0]}?{fields}")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url or ""}
    return ListRequest(url, "POST", fields.encode("ascii"), headers)


def _fields(form: etree._Element) -> dict[str, str]:
    """What a form would send, without its buttons."""
    fields: dict[str, str] = {}
    for node in islice(form.iter("input", "select", "textarea"), _MOST_FIELDS):
        name = node.get("name")
        if not name or node.get("disabled") is not None:
            continue
        if node.tag == "textarea":
            fields[name] = node.text or ""
        elif node.tag == "select":
            options = list(islice(node.iter("option"), 1000))
            chosen = next((o for o in options if o.get("selected") is not None), options[0] if options else None)
            fields[name] = "" if chosen is None else chosen.get("value", (chosen.text or "").strip())
        elif (node.get("type") or "").lower() in _SENT or node.get("checked") is not None:
            fields[name] = node.get("value") or ""
    return fields


def _charset(name: str) -> str:
    """The charset that a browser would send the page's form in."""
    try:
        return "utf-8" if codecs.lookup(name).name.startswith("utf") else name
    except LookupError:
        return "utf-8"
