"""JEECMS: ``/{column}/{id}.jhtml``, as on counties of Zhengzhou and of Hubei (应城).

Recognised by ``.jhtml`` after a number or ``index``, of the page itself or of three links. Known from URLs of such
pages and the product's default templates; TRS's search has ``.jhtml`` too, under other names. Lists:
``/{column}/index.jhtml``, then ``index_2.jhtml`` …; the default pager says 共 40 条记录 1/3 页 and links with
``onclick="location.href=encodeURI('index_2.jhtml');"``. No detail page's container has been verified; labels of the
metadata may be missing (values alone in a list).
"""

import re
from typing import ClassVar

from crawler.page import Page
from crawler.platforms.base import ListPage, Platform
from crawler.platforms.generic import CONTAINERS, HEADLINES, NOISE, has_shape
from crawler.platforms.pagers import counted_on, list_of

_URL = re.compile(r"\.jhtml(?:(?<=\d\.jhtml)|(?<=\bindex\.jhtml))")
_LIST = re.compile(r"(https?://[^/?#]{1,200}/(?:[^?#]{1,300}/)?)(?:index(?:_\d{1,5})?\.jhtml)?(?:[?#].*)?")


class Jeecms(Platform):
    """JEECMS."""

    key: ClassVar[str] = "jeecms"
    name: ClassVar[str] = "JEECMS .jhtml"
    containers: ClassVar[tuple[str, ...]] = CONTAINERS
    headlines: ClassVar[tuple[str, ...]] = HEADLINES
    noise: ClassVar[tuple[str, ...]] = NOISE

    def recognise(self, page: Page) -> bool:
        """The page's own URL, or three links, have the shape; no other family's marks."""
        return has_shape(page, _URL)

    def list_in(self, page: Page) -> ListPage:
        """Rows and pager as on an unknown portal; where the list states more pages but links none, ``index_N``."""
        found = _LIST.fullmatch(page.url or "")
        return counted_on(page, list_of(page), found[1], "index_{}.jhtml") if found else list_of(page)
