"""博达 Visual SiteBuilder (VSB, 西安博达): page numbers of its lists run backwards.

Recognised by what its templates leave in every page: scripts and styles under ``/system/resource/``, the counters
``_jsq_(…)`` and ``_showDynClicks("wbnews", owner, id)``, row ids ``line_u6_0``, the form ``_newscontent_fromname``, the
pager ``pb_sys_common``. ``#vsb_content`` and ``.v_news_content`` alone are weak marks: editors paste them into other
systems together with the text, so two weak marks are wanted. Known from saved lists and running crawlers of VSB sites.

Lists: ``/{slug}.htm`` is page 1; of T pages, page p is ``/{slug}/{T-p+1}.htm`` and the last is ``/{slug}/1.htm``. File
names shift whenever T grows, so the pager's own 下页 link is the best source and the arithmetic only the second. The
dynamic form is ``list.jsp?urltype=tree.TreeTempUrl&wbtreeid=N`` with ``aNt`` (total), ``aNp`` (page), ``aNc`` (count).
"""

import re
from collections.abc import Collection
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from crawler.page import Page
from crawler.platforms.base import ListPage, ListRequest, ListRow, Platform
from crawler.platforms.generic import by_class, holds_any
from crawler.platforms.pagers import stated
from crawler.platforms.rows import NEXT_WORDS, find_rows, read_row, text_of, unique, visible
from crawler.platforms.urls import same

_STRONG = re.compile(
    r"""_newscontent_fromname|_showDynClick(?:s|Batch)\s?\(|\b_jsq_\s?\(|["'(]/?(?:\.\./){0,5}system/resource/(?:js|css|code)/"""
    r"""|\bid=["']?line(?:_u\d{1,4}|\d{3,9})_\d{1,4}\b|\bpb_sys_common\b|\bid=["']?fanye\d{3,9}\b"""
)
_STRONG_WORDS = (
    "_newscontent_fromname", "_showDynClick", "_jsq_", "system/resource/", "id=line", 'id="line', "id='line",
    "pb_sys_common", "fanye",
)  # fmt: skip
_WEAK = (
    re.compile(r"\bid=[\"']?v(?:sb|bs)_content"),
    re.compile(r"\bv_news_content\b"),
    re.compile(r"urltype=(?:tree\.TreeTempUrl|news\.\w{1,40}Url)"),
    re.compile(r"""href=["'][^"'\s]{0,200}/?info/\d{3,6}/\d{1,9}\.html?["']"""),
)
_WEAK_WORDS = ("sb_content", "bs_content", "v_news_content", "urltype=", "info/")
_ROW_ID = re.compile(r"line(?:_u\d{1,4}|\d{3,9})_\d{1,4}")
_PAGE_FILE = re.compile(r"(.*/)([^/]+)/(\d{1,6})(\.html?)", re.IGNORECASE)
_FIRST_FILE = re.compile(r"(.*/)([^/]+)(\.html?)", re.IGNORECASE)
_PAGE_PARAM = re.compile(r"a(\d{1,9})p")
_OF = re.compile(r"(\d{1,6})\s{0,9}/\s{0,9}(\d{1,6})")


class Vsb(Platform):
    """博达 VSB."""

    key: ClassVar[str] = "vsb"
    name: ClassVar[str] = "博达 Visual SiteBuilder"
    containers: ClassVar[tuple[str, ...]] = (
        "(//*[starts-with(@id, 'vsb_content') or starts-with(@id, 'vbs_content')])[position()<4]"
        "//*[contains(concat(' ', normalize-space(@class), ' '), ' v_news_content ')]",
        by_class("v_news_content"),
        "//*[starts-with(@id, 'vsb_content') or starts-with(@id, 'vbs_content')]",
    )
    # Of elements left open, which hold each other, the first will do: all that each holds would be gathered anew.
    headlines: ClassVar[tuple[str, ...]] = (
        "(//form[@name='_newscontent_fromname'])[1]//*[self::h1 or self::h2 or self::h3]",
        by_class("titlestyle", "article-title"),
    )
    noise: ClassVar[tuple[str, ...]] = (
        "//script | //style",
        "//*[@id='div_vote_id']",
        "(//form[@name='_newscontent_fromname'])[1]//div[starts-with(normalize-space(.), '上一条')"
        " or starts-with(normalize-space(.), '下一条') or contains(., '关闭窗口')][not(.//p)]",
    )

    def recognise(self, page: Page) -> bool:
        """One strong mark, or two weak ones."""
        html = page.html
        if holds_any(html, _STRONG_WORDS) and _STRONG.search(html):
            return True
        return holds_any(html, _WEAK_WORDS) and sum(bool(mark.search(html)) for mark in _WEAK) >= 2

    def list_in(self, page: Page) -> ListPage:
        """Rows by their ids (``line_u6_0``) or by repetition; the next page from 下页, else counted backwards."""
        rows = _rows(page)
        current, pages = _position(page)
        total = stated(page).total
        url = _next_link(page, {row.url for row in rows})
        if url is None and pages is not None:
            url = _counted(page, current, pages)
        return ListPage(rows, ListRequest(url) if url else None, total, pages)


def _rows(page: Page) -> tuple[ListRow, ...]:
    marked: dict[str, list[ListRow]] = {}
    for node in visible(page.root):
        if _ROW_ID.fullmatch(node.get("id") or "") and (row := read_row(page, node)):
            marked.setdefault((node.get("id") or "").rpartition("_")[0], []).append(row)
    # A page may show several lists, each under its own unit number; the column's own is the longest.
    longest = max(marked.values(), key=len, default=[])
    return unique(longest) or find_rows(page)


def _position(page: Page) -> tuple[int | None, int | None]:
    """The user's page number and the number of pages: ``共1432条 1/144``, or 1/11 in an element of its own."""
    for node in visible(page.root):
        place = (node.get("class") or "") == "p_t" or (node.get("id") or "").startswith("fanye")
        if place and (found := _OF.search(text_of(node, 200))):
            return int(found[1]), int(found[2])
    printed = stated(page)
    found = re.search(rf"(\d{{1,6}})\s{{0,9}}/\s{{0,9}}{printed.pages}\b", text_of(page.root, 400_000))
    return (int(found[1]) if found else None), printed.pages


def _next_link(page: Page, entries: Collection[str]) -> str | None:
    for node in visible(page.root):
        if node.tag != "a" or not NEXT_WORDS.fullmatch(text_of(node, 60)):
            continue
        url = page.absolute(node.get("href") or "")
        if url and url not in entries and _leads_on(page, url):
            return url
    return None


def _leads_on(page: Page, url: str) -> bool:
    """Whether ``url`` is a later page than the page's own: down in file numbers, up in ``a…p`` parameters."""
    if page.url is None:
        return True
    try:
        own, other = urlsplit(page.url), urlsplit(url)
        if same(url, page.url) or own.hostname != other.hostname:
            return False
    except ValueError:
        return False
    own_file, file = _PAGE_FILE.fullmatch(own.path), _PAGE_FILE.fullmatch(other.path)
    if own_file and not file and other.path == f"{own_file[1]}{own_file[2]}{own_file[4]}":
        return False
    if own_file and file and own_file.group(1, 2) == file.group(1, 2):
        return int(file[3]) < int(own_file[3])
    own_page, next_page = _parameter(own.query), _parameter(other.query)
    return next_page is None or next_page > (own_page or 1)


def _counted(page: Page, current: int | None, pages: int) -> str | None:
    """The next page by arithmetic. The file's number beats the printed position, which may be stale."""
    if page.url is None:
        return None
    try:
        parts = urlsplit(page.url)
    except ValueError:
        return None
    if found := _PAGE_FILE.fullmatch(parts.path):
        number = int(found[3]) - 1
        return urljoin(page.url, f"{number}{found[4]}") if number >= 1 else None
    if (tree := re.search(r"(?:^|&)wbtreeid=(\d{1,9})(?:&|$)", parts.query)) and parts.path.endswith(".jsp"):
        following = (_parameter(parts.query) or current or 1) + 1
        if following > pages:
            return None
        kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _PAGE_PARAM.fullmatch(k)]
        return urlunsplit(parts._replace(query=urlencode([*kept, (f"a{tree[1]}p", str(following))]), fragment=""))
    if (found := _FIRST_FILE.fullmatch(parts.path)) and current in (None, 1) and pages > 1:
        return urljoin(page.url, f"{found[2]}/{pages - 1}{found[3]}")
    return None


def _parameter(query: str) -> int | None:
    for key, value in parse_qsl(query):
        if _PAGE_PARAM.fullmatch(key) and value.isdecimal() and len(value) <= 6:
            return int(value)
    return None
