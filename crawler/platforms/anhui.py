"""安徽's family (龙讯, a name that has not been verified): catalogues at ``/public/column/{organ}``, lists by label.

Recognised by the interface ``/site/label/8888``, ``publicInfoList`` and ``.j-fontContent`` in the markup, or by URL
shapes, of the page itself or of three links: ``/public/{organ}/{id}.html``, ``/public/column/{organ}``,
``/OpennessContent/show/{id}.html``, ``/Jczwgk/show/{id}.html``. Known from saved pages of the province and from some
ten crawlers of its sites; the markup of a whole list page was not found.

List: ``/public/column/{organ}?type=4&catId=C&action=list``; its rows, or those after the first page, come as HTML from
``/site/label/8888?labelName=publicInfoList&siteId=&organId=&catId=&pageSize=15&pageIndex=N&file=…`` by GET or POST. The
page's script may hold that request, else it is put together: organ and category from the page's URL, the site from
``<meta name="SiteId">``. ``file`` names the site's template; where the page does not say it, the most common one is
asked, and whether another site answers to that is not verified. ``pageCount:N`` in a script is the number of pages.
How an answer states it is not known, so without it the walk ends at an answer without rows (暂无相关信息).

Detail: body ``.j-fontContent``; the table of metadata stands twice, for desktop and telephone; attachments are
``/group6/M00/…``; the counter ``.j-info-hit`` is filled by a script.
"""

import html as entities
import re
from dataclasses import replace
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode

from crawler.page import Page
from crawler.platforms.base import ListPage, ListRequest, Platform
from crawler.platforms.feeds import positive
from crawler.platforms.generic import CONTAINERS, HEADLINES, NOISE, by_class, has_shape, holds_any, metas
from crawler.platforms.pagers import list_of
from crawler.platforms.urls import asked, same_host, with_query

_MARKS = ("/site/label/8888", "publicInfoList", "j-fontContent")
_URL = re.compile(
    r"/public/(?:column/\d{1,12}\b|\d{1,12}/\d{1,12}\.html)|/(?:OpennessContent|Jczwgk)/show/\d{1,12}\.html",
    re.IGNORECASE,
)
_LABEL, _COLUMN = "/site/label/8888", re.compile(r"(.*?)/public/column/(\d{1,12})/?")
_WRITTEN = re.compile(r"""((?:https?://[\w.:-]{1,100})?(?:/\w{1,40}){0,3}/site/label/8888)(?:\?([^"'<>\s]{0,2000}))?""")
_PAGES = re.compile(r"""\bpageCount['"]?\s{0,9}[:=]\s{0,9}['"]?(\d{1,6})\b""")
_PARAMETERS = {
    "IsAjax": "1", "dataType": "html", "labelName": "publicInfoList", "siteId": "", "organId": "", "catId": "",
    "type": "4", "action": "list", "pageSize": "15", "isDate": "true", "dateFormat": "yyyy-MM-dd",
    "file": "/xxgk/publicInfoList_newest2020",
}  # fmt: skip
_STATED = {
    name: re.compile(
        rf"""\b{name}['"]?\s{{0,9}}[:=]\s{{0,9}}(?:'([\w/.-]{{1,100}})'|"([\w/.-]{{1,100}})"|(\d{{1,12}})\b)"""
    )
    for name in ("siteId", "organId", "catId", "pageSize", "file")
}


class Anhui(Platform):
    """Anhui's family."""

    key: ClassVar[str] = "anhui"
    name: ClassVar[str] = "Anhui /public/{organ}/{id}.html"
    containers: ClassVar[tuple[str, ...]] = (by_class("j-fontContent"), *CONTAINERS)
    headlines: ClassVar[tuple[str, ...]] = HEADLINES
    noise: ClassVar[tuple[str, ...]] = NOISE

    def recognise(self, page: Page) -> bool:
        """A mark in the markup or the interface's URL; else the URL shape of the page or of three links."""
        if holds_any(page.html, _MARKS) or self.is_answer(page):
            return True
        return has_shape(page, _URL)

    def is_answer(self, page: Page) -> bool:
        """Rows as HTML, and behind the last page a remark of a few bytes."""
        return asked(page.url)[0].endswith(_LABEL)

    def list_in(self, page: Page) -> ListPage:
        """Rows and links as on an unknown portal; where no link leads on, the label's next page."""
        listing = list_of(page)
        query = asked(page.url)[1]
        pages = max((int(number) for number in _PAGES.findall(page.html)), default=listing.pages)
        listing = replace(listing, pages=pages)
        if listing.next is not None or page.url is None:
            return listing
        if self.is_answer(page):
            number = (positive(query.get("pageIndex")) or 1) + 1
            more = bool(listing.rows) if pages is None else number <= pages
            return replace(listing, next=ListRequest(with_query(page.url, pageIndex=str(number)))) if more else listing
        number = 2 if listing.rows else 1
        label = _label(page, len(listing.rows)) if pages is None or number <= pages else None
        return replace(listing, next=ListRequest(with_query(label, pageIndex=str(number)))) if label else listing


def _label(page: Page, shown: int) -> str | None:
    """The label's request: as the page's script has it, completed from the page's URL and metas. Where nothing says how
    many a page holds, as many as are ``shown``, so that the second page follows on the first."""
    path, query = asked(page.url)
    column, site = _COLUMN.fullmatch(path), metas(page).get("siteid")
    written = _WRITTEN.search(page.html)
    if column is None and (written is None or "publicInfoList" not in page.html):
        return None
    known = {"siteId": site} if site else {}
    for name, pattern in _STATED.items():
        if found := pattern.search(page.html):
            known[name] = found[1] or found[2] or found[3]
    if column:
        known["organId"] = column[2]
    known.update({name: query[name] for name in ("catId", "type", "action") if query.get(name)})
    if written and written[2]:
        known.update(parse_qsl(entities.unescape(written[2])))
    if shown:
        known.setdefault("pageSize", str(shown))
    interface = written[1] if written else f"{column[1] if column else ''}{_LABEL}"
    url = page.absolute(f"{interface}?{urlencode({**_PARAMETERS, **known})}")
    return url if url and page.url and same_host(url, page.url) else None
