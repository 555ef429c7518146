"""ASP and ASP.NET without a vendor: ``ShowArticle.asp?ArticleID=1``, ``Pages_315_100633.aspx``, ``News_show.asp?id=1``.

Recognised by ASP.NET's hidden field ``__VIEWSTATE``, or by names in ``.asp`` and ``.aspx`` of the page itself or of
three links. Known from pages of counties in several provinces and from crawlers. Lists: ``?page=2`` on ASP; ASP.NET
posts its form back, mostly by AspNetPager (:mod:`crawler.platforms.postback`), which any family's list may do. Details
share no markup: metadata is one line under the title, a table, or ``<span id="lblSource">`` beside its label.
"""

import re
from typing import ClassVar

from crawler.page import Page
from crawler.platforms.base import ListPage, Platform
from crawler.platforms.generic import CONTAINERS, HEADLINES, NOISE, has_shape
from crawler.platforms.pagers import list_of

_URL = re.compile(r"\.(?:aspx?|ASPX?)(?![\w.])")
_STATE = re.compile(r"""<input\s[^<>]{0,100}?name=["']?__VIEWSTATE\b""", re.IGNORECASE)


class AspNet(Platform):
    """ASP and ASP.NET."""

    key: ClassVar[str] = "aspnet"
    name: ClassVar[str] = "ASP, ASP.NET"
    containers: ClassVar[tuple[str, ...]] = CONTAINERS
    headlines: ClassVar[tuple[str, ...]] = HEADLINES
    noise: ClassVar[tuple[str, ...]] = NOISE

    def recognise(self, page: Page) -> bool:
        """The hidden field, or the names of the page itself or of three links; no other family's marks."""
        if "__VIEWSTATE" in page.html and _STATE.search(page.html):
            return True
        return has_shape(page, _URL)

    def list_in(self, page: Page) -> ListPage:
        """Rows and pager as on an unknown portal, with postbacks."""
        return list_of(page)
