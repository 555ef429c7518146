"""The page after a list page, and what the page states about the whole list. Knows no vendor.

The pager's own 下一页 link comes first, then its numbers, then the arithmetic of the scripts that write pagers. A
candidate is taken only when it leads forward: never to the page itself, and within one numbering only upwards, so that
a pager whose last page links to itself or to the first page ends the walk.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import etree

from crawler.page import Page
from crawler.platforms.base import ListPage, ListRequest
from crawler.platforms.postback import next_click, next_postback
from crawler.platforms.rows import NEXT_WORDS, find_rows, text_of, visible
from crawler.platforms.urls import PAGE_PARAMS, same, same_host

_NEXT_SIGNS = re.compile(r"(?:[>›»]{1,2}|next\s*(?:page)?\s*[>›»]*)", re.IGNORECASE)

_NUMBERED_FILE = re.compile(r"(.*/)(?:([^/]*?)[_-]|(index|list|default|page))(\d{1,5})(\.\w{2,5})", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"(.*/)(\d{1,3})\.\w{2,5}")
_BELOW_NUMBER = re.compile(r"(.*/\d{1,9})/(\d{1,3})/?")
_NUMBERED_FOLDER = re.compile(r"(.*/)(?:pages?|p)/(\d{1,5})(?:\.\w{2,5})?/?", re.IGNORECASE)
_FIRST_FILE = re.compile(r"(?:index|default)\.\w{2,5}", re.IGNORECASE)
_QUOTED_PATH = re.compile(r"""['"]([^'"\s<>]{1,300}\.(?:[sj]?html?|jsp|aspx?|php|do)(?:\?[^'"\s<>]{0,300})?)['"]""")

# Names differ (createPageHTML, createPage, pageNav …), arguments do not:
# createPageHTML(total, current from 0, "index", "html") and, with the container first and current from 1,
# createPageHTML('page_div', total, current, 'name', 'shtml', rows); createPage(…) alike.
_CREATE_PAGE = re.compile(
    r"""\b\w{0,20}page\w{0,20}\(\s{0,9}(['"][\w-]{1,60}['"]\s{0,9},)?\s{0,9}['"]?(\d{1,6})['"]?\s{0,9},"""
    r"""\s{0,9}['"]?(\d{1,6})['"]?\s{0,9},\s{0,9}['"]([\w./-]{1,120})['"]\s{0,9},\s{0,9}['"]\.?(\w{2,5})['"]"""
    r"""(?:\s{0,9},\s{0,9}['"]?(\d{1,8})\b)?""",
    re.IGNORECASE,
)
_PAGER_OBJECT = re.compile(r"\bPager\(\s{0,9}\{([^{}]{0,400})\}", re.IGNORECASE)
_SETTING = re.compile(r"""(\w{1,20})['"]?\s{0,9}:\s{0,9}['"]?([\w./-]{1,120})""")
_CURRENT_PAGE = re.compile(r"\bcurrentPage\s{0,9}=\s{0,9}['\"]?(\d{1,6})")
_COUNT_PAGE = re.compile(r"\bcountPage\s{0,9}=\s{0,9}['\"]?(\d{1,6})")
_WRITTEN_NAME = re.compile(r"""["'/]([\w-]{0,60}[_-])["']\s{0,9}\+.{0,80}?\.([sj]?html?)\b""")
_FROM_ZERO = re.compile(r"\b(?:i|_?n?curr\w{0,20})\s{0,9}={2,3}\s{0,9}0\b", re.IGNORECASE)  # in that function, too
_HYPHEN = re.compile(r"""\+\s{0,9}["']-["']\s{0,9}\+""")  # in the function that writes the links, inlined

_TOTAL = re.compile(
    r"共(?:有|计)?\s{0,9}(\d{1,8})\s{0,9}(?:条|篇|个?记录|records?)|"
    r"(?:总(?:记录|条)?数|记录总数|Total\s?records?)\s{0,9}[:：]?\s{0,9}(\d{1,8})",
    re.IGNORECASE,
)
_PAGES = re.compile(
    r"(?:条|篇|记录)[,，;；]?\s{0,9}(?:第\s{0,9})?(?:\d{1,6})\s{0,9}/\s{0,9}(\d{1,6})(?!\s{0,9}[-/\d])|"
    r"(?<![\d/-])\d{1,6}\s{0,9}/\s{0,9}(\d{1,6})\s{0,9}页|"
    r"(?:共(?:有|计)?|总)\s{0,9}(\d{1,6})\s{0,9}页|总页数\s{0,9}[:：]?\s{0,9}(\d{1,6})"
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a pager's script or text says: the number of pages, of documents, and the next page's URL."""

    pages: int | None = None
    total: int | None = None
    next: str | None = None


def list_of(page: Page) -> ListPage:
    """A list as any vendor may have made it: rows learnt from repetition; the next page from 下一页, numbers or the
    pager's script."""
    rows = find_rows(page)
    following, total, pages = next_page(page, {row.url for row in rows})
    return ListPage(rows, following, total, pages)


def number_of(url: str) -> tuple[str, int | None]:
    """A list page's URL without its page number, and that number (``None`` for the bare first page).

    ``/a/index_2.html``, ``/a/?page=2`` and ``/a/pages/2.html`` all belong to ``/a/``; ``/a/list_2.shtml`` to
    ``/a/list.shtml``, ``/list/45/2`` to ``/list/45``. The scheme is left out, because portals mix http and https.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, None
    path = parts.path or "/"
    number: int | None = None
    patterns = (_NUMBERED_FOLDER, _BARE_NUMBER, _BELOW_NUMBER)
    if found := next(filter(None, (pattern.fullmatch(path) for pattern in patterns)), None):
        path, number = found[1], int(found[2])
    elif found := _NUMBERED_FILE.fullmatch(path):
        path, number = f"{found[1]}{found[2] or found[3] or ''}{found[5]}", int(found[4])
    folder, _, name = path.rpartition("/")
    if _FIRST_FILE.fullmatch(name):
        path = folder + "/"
    query = []
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if key.lower() in PAGE_PARAMS and value.isdecimal() and len(value) <= 6:
            number = int(value)
        else:
            query.append((key, value))
    return f"{parts.netloc}{path}?{urlencode(sorted(query))}", number


def leads_forward(page: Page, url: str) -> bool:
    """Whether ``url`` can be the page after ``page``: on its host, another page, and not back in one numbering."""
    if page.url is None:
        return True
    if same(url, page.url) or not same_host(url, page.url):
        return False
    (own_list, own), (list_, number) = number_of(page.url), number_of(url)
    if own_list != list_:
        return number is not None or own is None
    if number is None:
        return False
    if own is None:
        # index_1.html is the second page of a static list, ?page=1 and pages/1.html are the first again.
        return number > (0 if _NUMBERED_FILE.search(url) else 1)
    return number > own


def next_link(page: Page, entries: Collection[str] = ()) -> str | None:
    """Where the pager's 下一页 leads; ``entries`` are URLs of the list's rows, which no pager leads to.

    A bare ``>`` or ``next`` counts only when it leads to a numbered page. A script's link counts when a path stands
    in it in quotes.
    """
    signs: list[str] = []
    for node in visible(page.root):
        if node.tag not in ("a", "link", "input", "button"):
            continue
        rel = (node.get("rel") or "").lower().split()
        if node.tag == "link" and "next" not in rel:
            continue
        text = text_of(node, 60) or (node.get("title") or node.get("value") or _pictured(node)).strip()
        words = "next" in rel or NEXT_WORDS.fullmatch(text)
        if not words and not _NEXT_SIGNS.fullmatch(text):
            continue
        url = _target(page, node)
        if url is None or url in entries or not leads_forward(page, url):
            continue
        if words:
            return url
        if number_of(url)[1] is not None:
            signs.append(url)
    return signs[0] if signs else None


def _pictured(node: etree._Element) -> str:
    return next((text for image in node.iter("img") if (text := image.get("alt") or image.get("title"))), "")


def numbered_link(page: Page, entries: Collection[str] = ()) -> str | None:
    """The link with the number after the current page's, for pagers that have numbers only."""
    if page.url is None:
        return None
    mine, own = number_of(page.url)
    numbers: dict[int, str] = {}
    gaps: list[str] = []
    for node in visible(page.root):
        text = text_of(node, 20) if node.tag == "a" else ""
        if text and not text.strip(".…·>» ") and (url := _target(page, node)):
            gaps.append(url)
        if text.isdecimal() and len(text) <= 5 and (url := _target(page, node)) and url not in entries:
            numbers.setdefault(int(text), url)
    here = next((shown for shown, url in numbers.items() if same(url, page.url)), None)
    if here is None and own is not None:
        theirs = [(shown, *number_of(url)) for shown, url in numbers.items()]
        shifts = [shown - n for shown, list_, n in theirs if n is not None and list_ == mine]
        here = own + shifts[0] if shifts else None
    following = (1 if here is None else here) + 1
    url = numbers.get(following)
    if url is None and here is not None and len(numbers) > 1:  # behind a gap: 1 2 3 …
        url = next((other for other in gaps if number_of(other) == (mine, following)), None)
    numbered = url is not None and number_of(url)[1] is not None and leads_forward(page, url)
    return url if numbered else None


def scripted(page: Page) -> Counted:
    """What the page's scripts say that write its pager: createPageHTML, createPage, Pager, currentPage, countPage."""
    for script in page.root.iter("script"):
        code = script.text or ""
        if found := _CREATE_PAGE.search(code):
            total = int(found[6]) if found[6] else None
            pages, current = int(found[2]), int(found[3])
            first = 1 if found[1] and current and not _FROM_ZERO.search(code) else 0
            if "-" in code and _HYPHEN.search(
                code
            ):  # such files are numbered from two, whatever the script counts from
                return _count(page, pages, current + 1 - first, 1, f"{found[4]}-", found[5], total)
            return _count(page, pages, current, first, f"{found[4]}_", found[5], total)
        if found := _PAGER_OBJECT.search(code):
            settings = {key.lower(): value for key, value in _SETTING.findall(found[1])}
            size, current = settings.get("size", ""), settings.get("current", "0")
            if size.isdecimal() and current.isdecimal():
                name, extension = settings.get("prefix", "index"), settings.get("suffix", "html").lstrip(".")
                return _count(page, int(size), int(current), 0, f"{name}_", extension)
        if (count := _COUNT_PAGE.search(code)) and (current_page := _CURRENT_PAGE.search(code)):
            written = _WRITTEN_NAME.search(code)
            stem, extension = (written[1], written[2]) if written else ("index_", "html")
            if len(stem) == 1:  # 'index'+"_"+n: the name stands before it
                named = re.search(rf"""([\w-]{{1,60}})['"]\s{{0,3}}\+\s{{0,3}}['"]{stem}""", code)
                stem = f"{named[1] if named else 'index'}{stem}"
            return _count(page, int(count[1]), int(current_page[1]), 0, stem, extension)
    return Counted()


def stated(page: Page) -> Counted:
    """What the page prints about its list outside of links: 共1432条 1/144, 共23页, Total record …

    Of several such statements the last counts: pagers stand below the rows.
    """
    text = text_of(page.root, 400_000, links=False)
    record = next((text_of(node, 40) for node in page.root.iterfind(".//a[@title='Total record']")), "")
    return Counted(_last(_PAGES, text), _last(_TOTAL, f"{text} Total record {record}"))


def next_page(page: Page, entries: Collection[str] = ()) -> tuple[ListRequest | None, int | None, int | None]:
    """Next request, total and pages of a list page that any vendor may have made."""
    script, printed = scripted(page), stated(page)
    url = next_link(page, entries) or script.next or numbered_link(page, entries)
    total = script.total if script.total is not None else printed.total
    pages = script.pages if script.pages is not None else printed.pages
    return (ListRequest(url) if url else next_postback(page, pages) or next_click(page, pages)), total, pages


def counted_on(page: Page, listing: ListPage, folder: str, name: str) -> ListPage:
    """``listing``, and where it states more pages but links none, the next one by its number: ``folder`` and ``name``,
    in which ``{}`` is the number; the first page has none."""
    number = (number_of(page.url or "")[1] or 1) + 1
    if listing.next is not None or listing.pages is None or number > listing.pages:
        return listing
    url = folder + name.format(number)
    return replace(listing, next=ListRequest(url)) if leads_forward(page, url) else listing


def _count(
    page: Page, pages: int, current: int, first: int, stem: str, extension: str, total: int | None = None
) -> Counted:
    """The next page of a script's numbering, whose first page has the number ``first`` and no number in its file's
    name; the others' begin with ``stem``. The page's own URL, where it has a number, says better than the script which
    page this is."""
    if page.url is None:
        return Counted(pages, total)
    own = number_of(page.url)[1]
    following = (own or max(current, first)) + 1
    if following >= pages + first:
        return Counted(pages, total)
    try:
        url = urljoin(page.url, f"{stem}{following}.{extension}")
    except ValueError:
        return Counted(pages, total)
    return Counted(pages, total, url if leads_forward(page, url) else None)


def _target(page: Page, node: etree._Element) -> str | None:
    href = node.get("href") or ""
    url = page.absolute(href)
    if url is not None:
        return url
    code = href if href.lower().startswith("javascript:") else ""
    found = _QUOTED_PATH.search(code) or _QUOTED_PATH.search(node.get("onclick") or node.get("tagname") or "")
    return page.absolute(found[1]) if found else None


def _last(pattern: re.Pattern[str], text: str) -> int | None:
    numbers = [next(filter(None, found.groups())) for found in pattern.finditer(text)]
    return int(numbers[-1]) if numbers else None
