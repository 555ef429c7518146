"""大汉 Hanweb (jcms, jpage; later jpaas): lists as an XML datastore inside the page, continued by dataproxy.jsp.

Recognised by the footer ``大汉版通`` or ``Produced By 大汉网络``, field comments ``<!--<$[标题]>begin-->`` and
``ZJEG_RSS``, the metas ``Maketime``, ``WebId`` and ``guid``, scripts and pictures under ``/module/…``, ``/script/0/``
and ``/picture/0/``, a ``<datastore>``, and its URL shapes ``/col/colN/`` and ``/art/YYYY/M/D/art_C_I.html``. The field
comments travel with pasted text, and so do single links; two of these weak marks are wanted where no strong one is.
Known from public crawlers of Jiangsu, Zhejiang and Shandong portals and from saved pages.

Lists (jpage): ``<script type="text/xml"><datastore>`` holds the first records as CDATA, a ``nextgroup`` link with the
parameters, and ``$('#UNIT').jpage({totalRecord:N, perPage:N})``. The rest comes from
``/module/web/jpage/dataproxy.jsp`` (older ``/module/jpage/…``) as the page's own script asks for it: a POST with
``startrecord``, ``endrecord`` (from 1) and ``perpage`` in the query and the constant parameters (columnid, unitid,
webid …) in the form. The form is repeated in the query here, as the ``nextgroup`` link has it too, so that an answer's
URL alone tells how to go on. Each request starts after the records that have really come, so a server that cuts
``perpage`` costs requests but no records; one that ignores ``startrecord`` is asked by ``page``. Where no columnid
and unitid are found (encrypted ids), the ``nextgroup`` link is followed as it is.

Static lists and 集约化 lists (jpaas, ``queryData`` with tagId and pageId) are read too; the latter go on by
``/api-gateway/jpaas-publish-server/front/page/build/unit`` with ``paramJson={"pageNo":2,"pageSize":"15"}``.
Still newer ones hold no item at all, only ``var params={webSiteCode:…,channelCode:…,perPage:'15'}`` and
``loadPageData(params, …)``; what that asks for was found nowhere, so such a list shows no rows.
"""

import html as entities
import json
import re
from dataclasses import replace
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.page import Page
from crawler.platforms.base import ListPage, ListRequest, ListRow, Platform
from crawler.platforms.feeds import answer, positive
from crawler.platforms.generic import NOISE, by_class, by_id, holds_any
from crawler.platforms.pagers import list_of
from crawler.platforms.rows import find_rows, read_row, unique
from crawler.platforms.urls import joined, same

_HERE = r"""["'(](?:\.\./){0,6}/?"""  # a link within the site; editors paste links to other portals
_STRONG = {
    "大汉": re.compile(r"大汉版通|Produced\s{1,9}By\s{1,9}大汉", re.IGNORECASE),
    "<datastore>": re.compile("<datastore>"),
    "jpaas-publish-server": re.compile("jpaas-publish-server"),
    ".jpage": re.compile(r"\.jpage\s?\("),
    "script/0/": re.compile(rf"{_HERE}script/0/\d{{6}}"),
    "module/": re.compile(rf"{_HERE}module/(?:(?:web/|jslib/jquery/)?jpage/|visitcount/|download/downfile\.jsp)"),
}
_WEAK = {
    ("<!--<$[", "<!--ZJEG_RSS."): re.compile(r"<!--(?:<\$\[[^\]]{1,40}\]>begin|ZJEG_RSS\.)"),
    ("module/jslib", "picture/0", "script/0"): re.compile(rf"{_HERE}(?:module/jslib|picture/0|script/0)/"),
    ("col/col",): re.compile(rf"{_HERE}col/col\d{{1,12}}/"),
    ("/art_",): re.compile(rf"{_HERE}art/\d{{4}}/(?:\d{{1,2}}/\d{{1,2}}/)?art_"),
}
"""Marks, each behind words that are found a hundred times as fast and stand in few pages."""
_METAS = ({"maketime"}, {"webid", "guid"})
_OWN_URL = re.compile(r"/col/col\d{1,12}/|/art/\d{4}/(?:\d{1,2}/\d{1,2}/)?art_")
_OWN_API = re.compile(r"/jpage/dataproxy\.jsp|/jpaas-publish-server/")
_PROXY = "/module/web/jpage/dataproxy.jsp"
_PROXY_PATH = re.compile(r"""["'(]?((?:https?://[\w.:-]{1,100})?/module/[\w/]{0,60}jpage/dataproxy\.jsp)""")
_HREF = re.compile(r"""href\s?=\s?["']([^"'<>\s]{1,2000})""", re.IGNORECASE)
_TOTAL = re.compile(r"""totalrecord['"]?\s{0,9}[:=>]\s{0,9}['"]?(\d{1,8})""", re.IGNORECASE)
_PER_PAGE = re.compile(r"""\bperpage['"]?\s{0,9}[:=>]\s{0,9}['"]?(\d{1,4})""", re.IGNORECASE)
_CONSTANTS = (
    "col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype",
)  # fmt: skip
_PARAMETER = {
    name: re.compile(
        rf"""\b{name}['"]?\s{{0,9}}[:=]\s{{0,9}}(?:'([^'<>]{{0,200}})'|"([^"<>]{{0,200}})"|([\w/.%-]{{1,200}}))"""
    )
    for name in _CONSTANTS
}
_DEFAULTS = {"col": "1", "appid": "1", "path": "/", "sourceContentType": "1", "permissiontype": "0"}
# jpage fetches three pages at a time; some servers answer nothing to more than this.
_PAGES_AT_ONCE, _MOST_RECORDS = 3, 100
_UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_QUERY_DATA = re.compile(r"""queryData\s?=\s?["'](\{[^<>{}]{1,1500}\})""")
_QUERY_ITEM = re.compile(r"""['"](\w{1,40})['"]\s?:\s?['"]([^'"]{0,200})['"]""")
_FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


class Hanweb(Platform):
    """大汉."""

    key: ClassVar[str] = "hanweb"
    name: ClassVar[str] = "大汉 Hanweb (jpage, jpaas)"
    containers: ClassVar[tuple[str, ...]] = (
        by_id("zoom"),
        by_class("article_zoom", "bt-content", "bt_content", "main-txt", "wip_art_con", "wzzw-article"),
        "//*[starts-with(@class, 'bt-art-')]",
    )
    headlines: ClassVar[tuple[str, ...]] = (
        "//*[comment()[contains(., '[标题')]]",
        "//td[@class='title'] | //h1",
    )
    noise: ClassVar[tuple[str, ...]] = (*NOISE, by_class("xgbd"))

    def recognise(self, page: Page) -> bool:
        """One strong mark (an interface's URL among them), or two weak ones (of which the page's own URL is one)."""
        if page.url and _OWN_API.search(page.url):
            return True
        if any(word in page.html and mark.search(page.html) for word, mark in _STRONG.items()):
            return True
        stated = {(node.get("name") or "").lower() for node in page.root.iter("meta")}
        found = bool(page.url and _OWN_URL.search(page.url)) + sum(not names.isdisjoint(stated) for names in _METAS)
        for words, mark in _WEAK.items():
            found += holds_any(page.html, words) and mark.search(page.html) is not None
            if found >= 2:
                return True
        return False

    def list_in(self, page: Page) -> ListPage:
        """Records of a datastore (in the page or as dataproxy's answer), else a jpaas unit, else a static list."""
        if "<record" in page.html and (stored := _datastore(page)).rows:
            return stored
        if (unit := _unit(page)) is not None:
            return unit
        listing = list_of(page)
        if listing.rows or ".jpage" not in page.html:
            return listing
        total = _number(_TOTAL, page.html)
        return replace(listing, next=_continuation(page, page.html, 0, total), total=total)


def _datastore(page: Page) -> ListPage:
    text = _unwrapped(page.html)
    records = [_content(chunk) for chunk in re.split(r"<record\b[^<>]{0,40}>", text)[1:]]
    rows = unique(filter(None, (_record_row(page, record) for record in records)))
    total = _number(_TOTAL, text)
    return ListPage(rows, _continuation(page, text, len(records), total), total)


def _unwrapped(text: str) -> str:
    """The XML of an answer that some servers wrap for a script: callback("<datastore>…")."""
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        return text
    try:
        value = json.loads(text[text.find("(") + 1 : text.rfind(")")])
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, str) else text


def _content(chunk: str) -> str:
    if (start := chunk.find("<![CDATA[")) >= 0 and not chunk[:start].strip():
        return chunk[start + 9 :].partition("]]>")[0]
    return chunk.partition("</record>")[0]


def _record_row(page: Page, record: str) -> ListRow | None:
    if "href" not in record:
        record = entities.unescape(record)
    inner = Page(page.base_url, f"<html><body><div>{record}</div></body></html>")
    body = inner.root.find("body")
    return None if body is None else read_row(inner, body)


def _continuation(page: Page, text: str, count: int, total: int | None) -> ListRequest | None:
    if page.url is None:
        return None
    try:
        parts = urlsplit(page.url)
    except ValueError:
        return None
    asked = dict(parse_qsl(parts.query, keep_blank_values=True)) if parts.path.endswith("dataproxy.jsp") else {}
    if asked and not count:
        return None
    link = _HREF.search(text.partition("<nextgroup>")[2].partition("</nextgroup>")[0][:3000])
    following = page.absolute(entities.unescape(link[1])) if link else None
    if following and urlsplit(following).hostname != parts.hostname:
        following = None
    constants = {name: asked[name] for name in _CONSTANTS if name in asked} or _constants(text, following)
    per_page = positive(asked.get("perpage")) or _number(_PER_PAGE, text) or 15
    start = positive(asked.get("startrecord")) or 1
    counted = "startrecord" in asked or {"page", "perpage"} <= asked.keys()
    if (asked and not counted) or not {"columnid", "unitid"} <= constants.keys():
        return ListRequest(following) if following and not same(following, page.url) else None
    constant = urlencode(constants).encode("ascii")
    number = positive(asked.get("page"))
    if number is None and start > 1 and total is not None and _is_first(following, start, count, total):
        number = (start - 1) // per_page
    if number is not None:
        place = {"page": str(number + 1), "perpage": str(per_page)}
        url = urlunsplit(parts._replace(query=urlencode({**place, **constants}), fragment=""))
        return ListRequest(url, "POST", constant, _FORM) if total and number * per_page < total else None
    seen = start + count - 1
    if seen >= total if total is not None else asked and count < per_page:
        return None
    at_once = min(per_page * _PAGES_AT_ONCE, max(_MOST_RECORDS, per_page))
    place = {"startrecord": str(seen + 1), "endrecord": str(seen + at_once), "perpage": str(per_page)}
    proxy = page.url if asked else following or joined(page.url, _proxy_path(text))
    if proxy is None:
        return None
    url = urlunsplit(urlsplit(proxy)._replace(query=urlencode({**place, **constants}), fragment=""))
    return ListRequest(url, "POST", constant, _FORM)


def _is_first(following: str | None, start: int, count: int, total: int) -> bool:
    """Whether an answer holds the first records although others were asked for: some servers know ``page`` only."""
    linked = dict(parse_qsl(urlsplit(following).query)) if following else {}
    return count > total - start + 1 or linked.get("page") == "2"


def _constants(text: str, following: str | None) -> dict[str, str]:
    """The parameters that never change in one list: from the nextgroup link, completed from the page's script."""
    linked = dict(parse_qsl(urlsplit(following).query, keep_blank_values=True)) if following else {}
    found = {name: linked[name].strip("'") for name in _CONSTANTS if name in linked}
    for name, pattern in _PARAMETER.items():
        if name not in found and (stated := pattern.search(text)):
            found[name] = stated[1] or stated[2] or stated[3] or ""
    return {name: value for name in _CONSTANTS if (value := found.get(name, _DEFAULTS.get(name))) is not None}


def _proxy_path(text: str) -> str:
    found = _PROXY_PATH.search(text)
    return found[1] if found else _PROXY


def _unit(page: Page) -> ListPage | None:
    """A jpaas list: the page that embeds ``queryData``, or the JSON answer of its build/unit interface."""
    if page.url is None:
        return None
    if page.url.partition("?")[0].endswith(_UNIT):
        asked = dict(parse_qsl(page.url.partition("?")[2], keep_blank_values=True))
        content = answer(page.html).get("data")
        inner = content.get("html") if isinstance(content, dict) else None
        shown = Page(page.url, inner) if isinstance(inner, str) else Page(page.url, "")
        place = answer(asked.pop("paramJson", ""))
        current, size = positive(place.get("pageNo")) or 1, positive(place.get("pageSize"))
    elif found := _QUERY_DATA.search(page.html):
        asked, shown, current, size = dict(_QUERY_ITEM.findall(entities.unescape(found[1]))), page, 1, None
    else:
        return None
    rows = find_rows(shown)
    pager = next(shown.root.iterfind(".//*[@rows][@count]"), None)
    total = positive(pager.get("count")) if pager is not None else None
    size = size or (positive(pager.get("rows")) if pager is not None else None) or 15
    following = None
    if not rows and shown is page and asked.get("pageType") == "column":
        current, total = 0, None
    if (rows or not current) and (
        total is None or current * size < total
    ):  # a row without a link would make a page look like the last
        param = json.dumps({"pageNo": current + 1, "pageSize": str(size)}, separators=(",", ":"))
        url = joined(page.url, f"{_UNIT}?{urlencode({**asked, 'paramJson': param})}")
        following = ListRequest(url) if url else None
    return ListPage(rows, following, total, -(-total // size) if total is not None else None)


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found[1]) if found else None
