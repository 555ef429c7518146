"""拓尔思 TRS WCM and 海云, the largest family: Hubei, Chongqing, Ningxia, Guangxi, Guizhou, Jilin, Fujian, ministries.

Recognised by its URL shape, of the page itself or of three links: ``/YYYYMM/tYYYYMMDD_{id}.html`` (also ``.shtml``,
``.htm``; ``…_wap.html`` for telephones); else by two weak marks: the editor's classes ``TRS_Editor``, ``TRS_UEDITOR``,
``trs_editor_view``, ``TRS_PreAppend``, which editors paste into other systems with the text, the pager's script
``createPageHTML``, which others have taken over, and TRS's search ``/was5/web/search``. Known from many saved pages and
crawlers. The date in the URL is the system's, and 1970 on moved pages.

Lists: ``index.html``, then ``index_1.html``; the count stands in a script, in any of these forms:
``createPageHTML(4, 0, "index", "html")``, ``createPageHTML('page_div', 10, 1, 'list', 'shtml', 200)``, ``Pager({…})``,
``var countPage = 4``. Some number from two, with ``_2`` or ``-2``. Deep pages may be stubs of some hundred bytes with
status 200: no rows, no pager, so the number of pages that earlier pages state is what tells that something is missing.

Fujian fills lists from TRS's search server: ``/was5/web/search?channelid=…&classsql=chnlid%3D…&prepage=15&page=N``,
also ``/fjdzapp/data?…``. The answer's entries are ``docs`` or ``data``, their number ``count``; ``pagenum`` is not
used, as crawlers differ over what it counts. A page that holds such a URL in full, and no rows, leads there.

Detail: no one container is sure (:data:`~crawler.platforms.generic.CONTAINERS` begins with this family's); metadata in
metas, a table or a list; attachments are relative (``./P0….pdf``), also in ``#appendixlist`` or written by a script.
"""

import html as entities
import re
from dataclasses import replace
from typing import ClassVar

from crawler.page import Page
from crawler.platforms.base import ListPage, ListRequest, Platform
from crawler.platforms.feeds import entries, positive, row_of
from crawler.platforms.generic import CONTAINERS, HEADLINES, NOISE, PAGER_SCRIPT, VENDORS, has_shape, holds_any
from crawler.platforms.pagers import list_of
from crawler.platforms.urls import asked, same_host, with_query

_URL = re.compile(r"/t(?:19|20)\d{6}_\d{1,12}(?:_\w{1,9})?\.s?html?")
_OTHERS = tuple(mark for mark in VENDORS if mark != PAGER_SCRIPT)
_EDITOR = ("TRS_Editor", "TRS_UEDITOR", "trs_editor_view", "TRS_PreAppend", "trs_paper_default")
_SCRIPTS = (PAGER_SCRIPT, "/was5/web/search")
_CHANNEL = re.compile(r"/was5/web/search\?[^\s\"'<>]{0,500}classsql=chnlid", re.IGNORECASE)
_SEARCH = re.compile(r"(?:/was5/web/search|/fjdzapp/data)/?")
_SEARCH_WORDS = ("/was5/web/search?", "/fjdzapp/data?")
_WRITTEN = re.compile(r"""["']([^"'<>\s]{0,200}/(?:was5/web/search|fjdzapp/data)\?[^"'<>\s]{0,1500})["']""")
_COUNT = re.compile(r"""["']count["']\s{0,9}:\s{0,9}["']?(\d{1,8})\b""")
_URLS, _TITLES = ("docpuburl", "url", "chnldocurl"), ("title", "doctitle")
_DATES = ("time", "pubtime", "pubdate", "docreltime")


class Trs(Platform):
    """拓尔思."""

    key: ClassVar[str] = "trs"
    name: ClassVar[str] = "拓尔思 TRS WCM"
    containers: ClassVar[tuple[str, ...]] = CONTAINERS
    headlines: ClassVar[tuple[str, ...]] = HEADLINES
    noise: ClassVar[tuple[str, ...]] = NOISE

    def recognise(self, page: Page) -> bool:
        """The search server's URL, the URL shape of the page or of three links, a list that the search server fills, or
        two weak marks."""
        if self.is_answer(page) or has_shape(page, _URL, _OTHERS):
            return True
        if "/was5/web/search?" in page.html and _CHANNEL.search(page.html):
            return True
        scripts = [word in page.html for word in _SCRIPTS]
        weak = any(scripts) and sum(scripts) + holds_any(page.html, _EDITOR) >= 2
        return weak and not holds_any(page.html, _OTHERS)

    def is_answer(self, page: Page) -> bool:
        """What the search server gave, where it is JSON."""
        return bool(_SEARCH.fullmatch(asked(page.url)[0])) and page.html.lstrip()[:1] == "{"

    def list_in(self, page: Page) -> ListPage:
        """Rows and pager as on an unknown portal; where there are no rows, the search server's request."""
        if self.is_answer(page):
            return _documents(page)
        listing = list_of(page)
        if listing.rows or page.url is None or not holds_any(page.html, _SEARCH_WORDS):
            return listing
        for found in _WRITTEN.finditer(page.html):
            url = page.absolute(entities.unescape(found[1]))
            if url and same_host(url, page.url) and "channelid" in asked(url)[1] and "classsql" in asked(url)[1]:
                return replace(listing, next=ListRequest(with_query(url, page="1")))
        return listing


def _documents(page: Page) -> ListPage:
    documents = entries(page.html, "docs") or entries(page.html, "data")
    rows = tuple(row for entry in documents if (row := row_of(page, entry, _URLS, _TITLES, _DATES)))
    stated = _COUNT.search(page.html)  # what surrounds the documents is often no JSON
    total = int(stated[1]) if stated else None
    current = positive(asked(page.url)[1].get("page")) or 1
    more = bool(documents) and (total is None or current * len(documents) < total)
    following = ListRequest(with_query(page.url, page=str(current + 1))) if more and page.url else None
    return ListPage(rows, following, total)
