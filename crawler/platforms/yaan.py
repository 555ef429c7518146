"""The family of Ya'an, in the style of ASP.NET: ``/{channel}/show/{guid}.html`` and ``/{channel}/list/{GUID}.html``.

Recognised by these URL shapes, of the page itself or of several links in it, or by the body's class ``xqing-web-box``;
known from public crawlers of the city's and its departments' hosts. Anhui's ``/…/show/{number}.html`` has no guid and
does not match. How lists are paged is not known; the pager is read as on an unknown portal.
"""

import re
from typing import ClassVar

from crawler.page import Page
from crawler.platforms.base import ListPage, Platform
from crawler.platforms.generic import HEADLINES, NOISE, by_class, by_id, has_shape
from crawler.platforms.pagers import list_of

_GUID = r"(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32})"
_URL = re.compile(rf"/(?:show|list)/{_GUID}\.html")
_BODY = "xqing-web-box"


class Yaan(Platform):
    """Ya'an's family."""

    key: ClassVar[str] = "yaan"
    name: ClassVar[str] = "Ya'an /show/{guid}.html"
    containers: ClassVar[tuple[str, ...]] = (by_class("xqing-web-box"), by_id("zoom"))
    headlines: ClassVar[tuple[str, ...]] = (by_class("xq-title"), *HEADLINES)
    noise: ClassVar[tuple[str, ...]] = NOISE

    def recognise(self, page: Page) -> bool:
        """The body's class, or the URL shape of the page or of three links; no other family's marks."""
        return has_shape(page, _URL) or (_BODY in page.html and "/show/" in (page.url or page.html))

    def list_in(self, page: Page) -> ListPage:
        """Rows and pager as on an unknown portal."""
        return list_of(page)
