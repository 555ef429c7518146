"""Any portal whose family is not known: the list is learnt from its repeated rows, the pager from links and scripts.

Recognises everything and stands last. Pagers number their pages from one (``index_1.html`` is the second), from two
(``list_2.shtml``), or by query (``?page=2``), and are links, scripts or postbacks of a form. The containers are those
that public crawlers of many vendors' portals name most often, in that order.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import ClassVar

from crawler.page import Page
from crawler.platforms import fetched
from crawler.platforms.base import ListPage, Named, Platform
from crawler.platforms.pagers import list_of
from crawler.platforms.urls import same_host


def by_id(name: str) -> Named:
    """XPath of the element with this id in any spelling of case: TRS sites write zoom, Zoom and ZOOM."""
    path = f"//*[@id][translate(@id, '{name.upper()}', '{name.lower()}')='{name.lower()}']"
    return Named(path, (f"#{name.lower()}",))


def by_class(*names: str) -> Named:
    """XPath of elements that carry one of these class names. The plain test stands first: it costs a third."""
    path = "//*[@class][{}][{}]".format(
        " or ".join(f"contains(@class, '{n}')" for n in names),
        " or ".join(f"contains(concat(' ', normalize-space(@class), ' '), ' {n} ')" for n in names),
    )
    return Named(path, tuple(f".{name}" for name in names))


def holds_any(html: str, words: Iterable[str]) -> bool:
    """Whether one of ``words`` stands in a page: a hundred times as fast as a pattern that begins with none of them."""
    return any(word in html for word in words)


PAGER_SCRIPT = "createPageHTML"
VENDORS = (
    "dataproxy.jsp", "/system/resource/", "_newscontent_fromname", PAGER_SCRIPT, "/gkmlpt/", "j-fontContent",
)  # fmt: skip
"""Words of families that leave marks in their pages."""

CONTAINERS = (
    by_id("zoom"),
    by_class("TRS_Editor", "TRS_UEDITOR", "trs_editor_view", "TRS_PreAppend"),
    by_id("UCAP-CONTENT"),
    "//ucapcontent",
    "//*[starts-with(@id, 'vsb_content')]",
    by_class("v_news_content"),
    by_id("ivs_content"),
    by_class("article-content", "article_con", "article_content"),
    by_class("content"),
    by_id("NewsContent"),
    by_class("conTxt"),
    by_class("xxgk_content"),
    by_class("j-fontContent"),
    "//*[@id='detailContent' or @id='zoomcon']",
    by_class("view"),
)
HEADLINES = (
    by_class("article-title", "content_title", "xq-title", "article_title"),
    "//h1",
    "//h2[not(ancestor::*[self::nav or self::header or self::footer])]",
)
NOISE = (by_class("bdsharebuttonbox", "share", "ewm", "qrcode"),)


def has_shape(page: Page, shape: re.Pattern[str], others: Iterable[str] = VENDORS) -> bool:
    """Whether a family known by its URL ``shape`` only may have made ``page``: its own URL or three links within its
    host have the shape, and no mark of a family that leaves marks (``others``) stands in it."""
    own = bool(page.url and shape.search(page.url))
    if not (own or shape.search(page.hrefs)) or holds_any(page.html, others):
        return False
    if own:
        return True
    links = islice(filter(shape.search, page.hrefs.split("\n")), 60)
    urls = {url for link in links if (url := page.absolute(link))}
    return sum(page.url is None or same_host(url, page.url) for url in urls) >= 3


def metas(page: Page) -> dict[str, str]:
    """The page's metas by name in lower case, the first of each name that holds something."""
    found: dict[str, str] = {}
    for node in page.root.iter("meta"):
        if (name := node.get("name")) and (content := node.get("content")):
            found.setdefault(name.strip().lower(), content.strip())
    return found


class Generic(Platform):
    """Fallback without a vendor."""

    key: ClassVar[str] = "generic"
    name: ClassVar[str] = "unknown vendor"
    containers: ClassVar[tuple[str, ...]] = CONTAINERS
    headlines: ClassVar[tuple[str, ...]] = HEADLINES
    noise: ClassVar[tuple[str, ...]] = NOISE

    def recognise(self, page: Page) -> bool:
        """Every page."""
        return True

    def is_answer(self, page: Page) -> bool:
        """What an interface gave that a page's script asks."""
        return fetched.is_answer(page)

    def list_in(self, page: Page) -> ListPage:
        """Rows learnt from repetition; the next page from 下一页, numbers or the pager's script, or what a script
        fetches."""
        return fetched.read(page) if self.is_answer(page) else fetched.goes_on(page, list_of(page))
