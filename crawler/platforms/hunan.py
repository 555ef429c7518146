"""The family of Zhuzhou and other Hunan portals: ``/cNNN/YYYYMMDD/iNNN.html``. Vendor unknown.

Recognised by that URL shape, of the page itself or of several links in it (``c`` and ``i`` with digits around an
eight-digit date), known from public crawlers of the family's hosts; no mark in the markup is known, so it counts only
where nothing of another family stands in the page. Lists: ``/cNNN/index.html``, then ``/cNNN/pages/2.html`` …
"""

import re
from typing import ClassVar

from crawler.page import Page
from crawler.platforms.base import ListPage, Platform
from crawler.platforms.generic import HEADLINES, NOISE, by_class, by_id, has_shape
from crawler.platforms.pagers import counted_on, list_of

_URL = re.compile(r"/c\d{1,9}/(?:19|20)\d{6}/i\d{1,12}\.html")
_LIST = re.compile(
    r"(https?://[^/?#]{1,200}/(?:[^?#]{1,300}/)?c\d{1,9}/)(?:index\.html|pages/\d{1,5}\.html)?(?:[?#].*)?"
)


class Hunan(Platform):
    """Hunan's family."""

    key: ClassVar[str] = "hunan"
    name: ClassVar[str] = "Hunan /cNNN/YYYYMMDD/iNNN.html"
    containers: ClassVar[tuple[str, ...]] = (by_class("art_cont"), by_id("zoom"), by_class("article_bg"))
    headlines: ClassVar[tuple[str, ...]] = HEADLINES
    noise: ClassVar[tuple[str, ...]] = NOISE

    def recognise(self, page: Page) -> bool:
        """The page's own URL, or three links, have the shape; no other family's marks."""
        return has_shape(page, _URL)

    def list_in(self, page: Page) -> ListPage:
        """Rows and pager as on an unknown portal; where the list states more pages but links none, ``pages/N.html``."""
        found = _LIST.fullmatch(page.url or "")
        return counted_on(page, list_of(page), found[1], "pages/{}.html") if found else list_of(page)
