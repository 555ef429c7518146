"""开普云 Ucap and the systems that answer channels as JSON: Sichuan, Heilongjiang, Gansu, the CSRC and others.

Recognised by the URL of that interface, a ``<meta name="channelid">`` of 32 hex digits, the element ``<ucapcontent>``,
or by URL shapes, which are weaker marks: ``/cNNN/YYYYMM/{32 hex}.shtml``, ``/YYYY/M/D/{32 hex}.shtml`` and
``/cNNN/cNNN/content.shtml``. Known from running crawlers. That one vendor makes all of these is not verified: the JSON
interface, the metas and the URL shapes were found together on some sites, each alone on others.

Lists are static (``list.shtml``, ``list_2.shtml``, often with ``createPageHTML('page_div', …)``) and read as on an
unknown portal, or empty and filled by a script from ``/common/search/{channel}`` (also ``/searchList/{channel}``,
``/search/{channel}``) with ``_isJson=true``, ``page=N`` and ``_pageSize``: ``data.{page,rows,total,results[]}``. Which
of the three it is stands in a script, often in a file of its own; where the page does not say, the first is asked. One
province is known to want a token there that only a browser makes; its answer then is no list, and the walk fails.

Detail: body in ``<ucapcontent>`` or ``#UCAP-CONTENT``, else ``#detailContent``. The list's JSON repeats the metadata
table as ``domainMetaList`` and the attachments as ``resList``; both are read from the page.
"""

import re
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlencode

from crawler.page import Page
from crawler.platforms.base import ListPage, ListRequest, Platform
from crawler.platforms.feeds import answer, entries, positive, row_of
from crawler.platforms.generic import CONTAINERS, HEADLINES, NOISE, by_id, has_shape, metas
from crawler.platforms.pagers import list_of
from crawler.platforms.urls import asked, joined, with_query

_API = re.compile(r"(?:/\w{1,30})?/(?:common/search|searchList|search)/[0-9a-f]{32}/?", re.IGNORECASE)
_CHANNEL = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_URL = re.compile(
    r"/c\d{1,9}/(?:19|20)\d{4}/[0-9a-f]{32}\.s?html"
    r"|/(?:19|20)\d\d/\d{1,2}/\d{1,2}/[0-9a-f]{32}\.s?html"
    r"|/c\d{3,9}/c\d{3,9}/content\.s?html"
)
_INTERFACE = re.compile(r"(?:/\w{1,30})?/(?:common/search|searchList)/")
_PAGE_SIZE = 15
_URLS, _TITLES, _DATES = ("url",), ("title",), ("publishedTimeStr", "publishedTime")


class Ucap(Platform):
    """开普 and the JSON channels."""

    key: ClassVar[str] = "ucap"
    name: ClassVar[str] = "开普 Ucap, JSON channels"
    containers: ClassVar[tuple[str, ...]] = (
        "//ucapcontent",
        by_id("UCAP-CONTENT"),
        by_id("detailContent"),
        *CONTAINERS,
    )
    headlines: ClassVar[tuple[str, ...]] = HEADLINES
    noise: ClassVar[tuple[str, ...]] = NOISE

    def recognise(self, page: Page) -> bool:
        """The interface's URL, the meta, the element, or the URL shape of the page or of three links."""
        if self.is_answer(page) or _channel(page) or next(page.root.iter("ucapcontent"), None) is not None:
            return True
        return has_shape(page, _URL)

    def is_answer(self, page: Page) -> bool:
        """What the interface gave."""
        path, query = asked(page.url)
        return bool(_API.fullmatch(path)) and ("_isJson" in query or page.html.lstrip()[:1] == "{")

    def list_in(self, page: Page) -> ListPage:
        """The static list; where there is none, or a pager that only a script knows, the interface's request."""
        if self.is_answer(page):
            return _results(page)
        listing = list_of(page)
        channel = _channel(page)
        if listing.next or not channel or not page.url or metas(page).get("articletitle") or _URL.search(page.url):
            return listing
        interface = _INTERFACE.search(page.html)
        if listing.rows and not interface:
            return listing
        # As many to a page as the first one shows, so that the second one follows on it.
        number, size = (2, len(listing.rows)) if listing.rows else (1, _PAGE_SIZE)
        query = {"page": number, "_pageSize": size, "_isAgg": "true", "_isJson": "true", "_template": "index"}
        path = interface[0] if interface else "/common/search/"
        url = joined(page.url, f"{path}{channel}?{urlencode(query)}&_rangeTimeGte=&_channelName=")
        return replace(listing, next=ListRequest(url)) if url else listing


def _channel(page: Page) -> str | None:
    channel = metas(page).get("channelid", "")
    return channel if _CHANNEL.fullmatch(channel) else None


def _results(page: Page) -> ListPage:
    results, data, query = entries(page.html, "results"), answer(page.html).get("data"), asked(page.url)[1]
    rows = tuple(row for entry in results if (row := row_of(page, entry, _URLS, _TITLES, _DATES)))
    stated = data if isinstance(data, dict) else {}
    total, size = positive(stated.get("total")), positive(stated.get("rows"))
    current = positive(query.get("page")) or positive(stated.get("page")) or 1
    # ``rows`` counts this page's on some servers: it is the page's size only where it is what was asked for.
    if size is None or size != positive(query.get("_pageSize")):
        size = len(results)
    following = None
    if results and page.url and (total is None or current * size < total):
        following = ListRequest(with_query(page.url, page=str(current + 1)))
    return ListPage(rows, following, total, -(-total // size) if total and size else None)
