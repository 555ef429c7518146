"""政府信息公开目录管理平台 (gkmlpt): the catalogue of Guangdong's governments. Its lists are JSON only.

Recognised by the folder ``/gkmlpt/`` in the page's own URL, or by ``window._CONFIG`` with ``SID`` and ``TREE`` or
``DETAIL``; a link to ``/gkmlpt/index`` alone stands on every page of Guangdong's other systems. Known from several
running crawlers of the province's sites, which agree on what follows.

List: ``/gkmlpt/index#{category}`` holds no rows; they come from ``/gkmlpt/api/all/{category}?page=N&sid=SID``, below
the same folder (``/zqrsj/gkmlpt/…``), with the SID that the page's script states. The category stands in the fragment
only; without one it is 0, which is everything. Answer: ``articles``, a hundred at a time, ``total``, and
``classify.post_count``, which on some sites counts more than the list holds, so it is taken only where no total
stands. How many a page holds is not stated, so the walk ends by the total, else at a page without articles.

Detail: ``/gkmlpt/content/a/bbbb/post_{id}.html``. The body is a JSON string (``"content":"\\u003cp\\u003e…"``) that a
script shows in ``.article-content``; index number, 文号 and publisher are JSON too (``identifier``,
``document_number``, ``publisher``), attachments its ``attachment``.
"""

import re
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlencode

from crawler.page import Page
from crawler.platforms.base import ListPage, ListRequest, Platform
from crawler.platforms.feeds import answer, entries, positive, row_of
from crawler.platforms.generic import CONTAINERS, HEADLINES, NOISE, by_class
from crawler.platforms.urls import asked, joined, with_query

_FOLDER, _DETAIL = "/gkmlpt/", "/gkmlpt/content/"
_API = re.compile(r".*/gkmlpt/api/\w{1,20}/\d{1,9}/?")
_SID = re.compile(r"""\bSID['"]?\s{0,9}:\s{0,9}['"]?(\d{1,12})\b""")
_TREE = re.compile(r"""\b(?:TREE|DETAIL)['"]?\s{0,9}:""")
_CATEGORY = re.compile(r"/?(\d{1,9})")
_URLS, _TITLES = ("url", "post_url"), ("title",)
_DATES = ("display_publish_time", "first_publish_time", "created_at", "date")


class Gkmlpt(Platform):
    """Guangdong's catalogue."""

    key: ClassVar[str] = "gkmlpt"
    name: ClassVar[str] = "政府信息公开目录管理平台 gkmlpt (Guangdong)"
    containers: ClassVar[tuple[str, ...]] = (by_class("article-content"), *CONTAINERS)
    headlines: ClassVar[tuple[str, ...]] = HEADLINES
    noise: ClassVar[tuple[str, ...]] = NOISE

    def recognise(self, page: Page) -> bool:
        """The folder in the page's own URL, or the script's configuration."""
        if page.url and _FOLDER in page.url:
            return True
        return "_CONFIG" in page.html and bool(_SID.search(page.html) and _TREE.search(page.html))

    def is_answer(self, page: Page) -> bool:
        """What the interface gave."""
        return bool(_API.fullmatch(asked(page.url)[0]))

    def list_in(self, page: Page) -> ListPage:
        """An answer's articles; of the catalogue's own page no rows, and the request for the first of them."""
        if self.is_answer(page):
            return _articles(page)
        sid = _SID.search(page.html)
        if sid is None or page.url is None or _DETAIL in page.url:
            return ListPage()
        own, _, fragment = page.url.partition("#")
        category = _CATEGORY.fullmatch(fragment)
        folder = own.partition(_FOLDER)[0] + _FOLDER if _FOLDER in own else _FOLDER
        query = urlencode({"page": "1", "sid": sid[1]})
        url = joined(own, f"{folder}api/all/{category[1] if category else 0}?{query}")
        return ListPage(next=ListRequest(url) if url else None)


def _articles(page: Page) -> ListPage:
    articles, stated = entries(page.html, "articles"), answer(page.html)
    rows = tuple(row for entry in articles if (row := row_of(page, entry, _URLS, _TITLES, _DATES)))
    total = positive(stated.get("total"))
    current = positive(asked(page.url)[1].get("page")) or 1
    classify = stated.get("classify")
    counted = positive(classify.get("post_count")) if total is None and isinstance(classify, dict) else total
    listing = ListPage(rows, total=counted)
    if not articles or page.url is None or (total is not None and current * len(articles) >= total):
        return listing
    return replace(listing, next=ListRequest(with_query(page.url, page=str(current + 1))))
