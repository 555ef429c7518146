"""The next page of an ASP.NET list: the page's form, posted back with the name of the pager that was clicked.

``javascript:__doPostBack('AspNetPager1','2')``, ``__doPostBack('GridView1','Page$Next')`` and, with validation,
``WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions("lbNext", "", …))`` set the hidden fields ``__EVENTTARGET``
and ``__EVENTARGUMENT`` and send the form: that is ASP.NET's own protocol. All pages of such a list have one URL, so
which of them a page is can only be learnt from its pager: the number that is no link, or 第2页/共9页.
"""

import codecs
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

from lxml import etree

from crawler.page import Page
from crawler.platforms.base import ListRequest
from crawler.platforms.rows import NEXT_WORDS, text_of, visible
from crawler.platforms.urls import same_host

_WORDS = ("__doPostBack", "WebForm_PostBackOptions")
_CALL = re.compile(
    r"""(?:__doPostBack|WebForm_PostBackOptions)\(\s{0,9}['"]([^'"]{1,200})['"]\s{0,9},\s{0,9}['"]([^'"]{0,200})['"]"""
)
_NUMBER = re.compile(r"(?:Page\$)?(\d{1,6})")
_SIGNS = frozenset((">", "›", "»", "next"))
_POSITION = re.compile(
    r"第\s{0,9}(\d{1,6})\s{0,9}页|(?:当前页|页次|当前第)\s{0,9}[:：]?\s{0,9}(\d{1,6})|(\d{1,6})\s{0,9}/\s{0,9}\d{1,6}"
)
_SENT = frozenset(("", "hidden", "text", "search"))
_MOST_FIELDS = 500


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
        return None if form is None else _posted(page, form, target, argument)
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


def _posted(page: Page, form: etree._Element, target: str, argument: str) -> ListRequest | None:
    url = page.absolute(form.get("action") or "") or page.url
    if url is None or not same_host(url, page.url or ""):
        return None
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
    fields.update(__EVENTTARGET=target, __EVENTARGUMENT=argument)
    body = urlencode(fields, encoding=_charset(page.charset), errors="replace").encode("ascii")
    return ListRequest(
        url, "POST", body, {"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url or ""}
    )


def _charset(name: str) -> str:
    """The charset that a browser would send the page's form in."""
    try:
        return "utf-8" if codecs.lookup(name).name.startswith("utf") else name
    except LookupError:
        return "utf-8"
