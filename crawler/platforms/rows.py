"""Rows of a list page: which links are its entries, with their full titles and dates. Knows no vendor.

A list is learnt from its repetition: links that stand in elements of one shape under ancestors of one shape, with
dates beside them or long titles that lead to detail pages. Navigation has neither, and a hidden tab is another list.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from urllib.parse import urldefrag, urlsplit

from lxml import etree

from crawler.page import Page
from crawler.platforms.base import ListRow

_YEAR, _SEP = r"((?:19|20)\d\d)", r"\s{0,9}[-/.年月∕]\s{0,9}"
_DATE = re.compile(rf"(?<!\d){_YEAR}{_SEP}(\d{{1,2}}){_SEP}(\d{{1,2}})(?!\d)")
_LABEL = r"[\[【(（]?\s{0,9}(?:(?:发布|公开|更新|发文|成文)?(?:日期|时间)\s{0,9}[:：])?\s{0,9}"
_CLOCK = r"日?(?:\s{0,9}\d{1,2}:\d\d(?::\d\d)?)?\s{0,9}[\])）】]?"
_ONLY_DATE = re.compile(rf"{_LABEL}{_YEAR}{_SEP}(\d{{1,2}}){_SEP}(\d{{1,2}}){_CLOCK}")
# Two-storey dates: the day large above the month, or month and day above the year.
_DAY_FIRST = re.compile(rf"(\d{{1,2}})\s+{_YEAR}{_SEP}(\d{{1,2}})月?")
_YEAR_LAST = re.compile(rf"(\d{{1,2}}){_SEP}(\d{{1,2}})日?\s+{_YEAR}年?")
_SHORT_DATE = re.compile(r"[\[【(（]?\s{0,9}\d{1,2}\s{0,9}[-/.月]\s{0,9}\d{1,2}日?\s{0,9}[\])）】]?")

_DAY_AT_END = re.compile(r"[\[【(（\s](\d{1,2})\s{0,3}[-/.月]\s{0,3}(\d{1,2})日?\s{0,3}[\])）】]?\s{0,9}$")
_YEAR_HEADING = re.compile(r"\W{0,3}((?:19|20)\d\d)\s?年?度?\W{0,3}")

_BRACKETED_DATE = re.compile(rf"[\[【(（]{_YEAR}{_SEP}\d{{1,2}}{_SEP}\d{{1,2}}日?[\])）】]$")

_BULLETS = re.compile(r"^(?:[\s·•●■◆▪▸►»›>\-]|[\[【](?:置顶|顶|热|新)[\]】])+")
_CUT = re.compile(r"\s?(?:…|\.\.|··|。。)[…·.。]*$")
_SMALL_LINK = re.compile(
    r"[<>《》«»‹›\[\]【】\s]*(?:\d+|首\s*页|尾\s*页|末\s*页|上一?页|下一?页|前一?页|后一?页|更多|more|详细|详情|查看|"
    r"阅读全文|查看全文|next|prev(?:ious)?|跳转|go)?[<>《》«»‹›\[\]【】\s]*",
    re.IGNORECASE,
)
NEXT_WORDS = re.compile(r"[\[【<>《》«»‹›\s]*(?:下一页|下页|后一页|后页|下一頁|下頁)[\]】<>《》«»‹›\s]*")
_NEIGHBOUR = re.compile(r"[【\[]?\s*(?:上|下|前|后)一?(?:条|篇|则)\s*[】\]]?\s*[:：]?\s*$")
_HEX = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LIST_FILE = re.compile(r"(?:(?:index|list|default|more)(?:[_-]?\d{1,5})?(?:\.\w+)?)?", re.IGNORECASE)
_DETAIL_QUERY = re.compile(r"(?:^|[&?])\w{0,12}id=[\w-]*\d", re.IGNORECASE)

_SKIPPED = frozenset(
    {"script", "style", "noscript", "select", "header", "footer", "nav", "aside", "iframe", "template"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HEADINGS_OF_YEARS = _HEADINGS | {"dt", "th", "caption", "strong", "b"}
_BLOCKS = frozenset({"p", "div", "td", "th", "li", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6"})
_ROW_TAGS = frozenset({"li", "tr"})
_PATH_LEVELS = 6
_ROW_LEVELS = 6
_LONG_TITLE = 8
_ASIDE = 0.65
_LONGEST_ROW, _LARGEST_ROW = 600, 150
_MOST_NODES, _MOST_LINKS = 60, 6


def iso_date(text: str) -> str | None:
    """The first full date in ``text`` as ISO, in any notation seen in lists; ``None`` when a part is missing.

    2024-06-27, 2024/6/27, 2024.6.27, 2024年6月27日 with blanks or line breaks inside; ``[06-27]`` has no year and
    so is no date.
    """
    for found in _DATE.finditer(text):
        if day := _valid(found[1], found[2], found[3]):
            return day
    return None


def is_detail(url: str) -> bool:
    """Whether the shape of ``url`` is that of a detail page: a number or a long id where lists have index or list."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    name = parts.path.rsplit("/", 1)[-1]
    if _LIST_FILE.fullmatch(name) and not _DETAIL_QUERY.search(parts.query):
        return False
    return bool(_HEX.search(name) or re.search(r"\d{2,}|(?<=_)\d+", name) or _DETAIL_QUERY.search(parts.query))


def read_row(page: Page, element: etree._Element) -> ListRow | None:
    """The entry that ``element`` (a li, tr, record …) holds: of its links the one that leads to a detail page with
    the longest title. ``None`` for a row without a usable link."""
    best: ListRow | None = None
    nested = _ROW_TAGS if element.tag in _ROW_TAGS else ()
    for link in islice((node for node in visible(element, nested) if node.tag == "a"), _MOST_LINKS):
        url = page.absolute(link.get("href") or "")
        title = title_of(link)
        if url is None or (title is not None and _SMALL_LINK.fullmatch(title)):
            continue
        if best is None or _weight(url, title) > _weight(best.url, best.title):
            best = ListRow(url, title)
    return best and ListRow(best.url, best.title, row_date(element))


def find_rows(page: Page) -> tuple[ListRow, ...]:
    """The entries of the page's list in order, each URL once; empty where the page holds no list.

    Lists that a template left inside an HTML comment for its script to show are read only when nothing is visible.
    """
    rows = _learn(page, page.root)
    if rows:
        return rows
    for comment in islice(page.root.iter(etree.Comment), 400):
        text = comment.text or ""
        if (
            text.count("href") > 1
            and (rows := _learn(page, Page(page.base_url, text).root))
            and any(row.date for row in rows)
        ):
            return rows
    return ()


def unique(rows: Iterable[ListRow]) -> tuple[ListRow, ...]:
    """Rows in order, each URL once (置顶 rows stand twice); what a first sighting lacks is taken from a later one."""
    kept: dict[str, ListRow] = {}
    for row in rows:
        first = kept.setdefault(row.url, row)
        kept[row.url] = ListRow(row.url, first.title or row.title, first.date or row.date)
    return tuple(kept.values())


def visible(element: etree._Element, without: Container[str] = ()) -> Iterator[etree._Element]:
    """``element`` and its descendants in document order, without comments, scripts, site furniture, hidden parts and
    the subtrees of tags in ``without``."""
    walk = etree.iterwalk(element, events=("start",))
    for _, node in walk:
        skipped = node.tag in _SKIPPED and not _is_pager(node)
        if skipped or (node is not element and (node.tag in without or _hidden(node))):
            walk.skip_subtree()
        else:
            yield node


def _is_pager(node: etree._Element) -> bool:
    """Whether a ``nav`` holds a pager (Bootstrap's and others' ``pagination``)."""
    return node.tag == "nav" and any("pag" in (inner.get("class") or "").lower() for inner in islice(node.iter(), 4))


def text_of(element: etree._Element, limit: int = 2000, *, links: bool = True) -> str:
    """The visible text of ``element`` with one blank at most between words, about ``limit`` characters of it."""
    return _fold("".join(_pieces(element, limit, lambda node: not links and node.tag == "a")))


def title_of(link: etree._Element) -> str | None:
    """The full title of a link: its ``title`` attribute where the shown text is a cut form of it, else its text."""
    heading = next((node for node in islice(visible(link), _MOST_NODES) if node.tag in _HEADINGS), None)
    shown = _fold("".join(_pieces(link if heading is None else heading, 500, lambda node: bool(_whole_date(node)))))
    shown = _without_edge_date(shown)
    shown = _BULLETS.sub("", shown).strip()
    hover = _fold((link.get("title") or "")[:500])
    stem = _CUT.sub("", shown)
    if hover and (not shown or (len(hover) > len(stem) and (hover.startswith(stem) or stem != shown))):
        return hover
    return shown or None


def row_date(element: etree._Element) -> str | None:
    """The date of a row: an element that holds nothing but a date (the last one), else the first date outside links."""
    found = None
    for node in islice(visible(element), _MOST_NODES):
        if day := _whole_date(node):
            found = day
    return found or iso_date(" ".join(_pieces(element, 2000, lambda node: node.tag == "a")))


def _learn(page: Page, root: etree._Element) -> tuple[ListRow, ...]:
    groups: dict[tuple[str, ...], list[etree._Element]] = defaultdict(list)
    known: dict[etree._Element, str] = {}
    all_rows = _row_elements(page, root)
    for element in all_rows:
        groups[_shape(element, known)].append(element)
    best: tuple[tuple[bool, int], list[etree._Element], tuple[ListRow, ...]] | None = None
    for elements in groups.values():
        rows = _without_columns(unique(_rows_of_group(page, elements)))
        score = _score(page, rows, sum(_has_short_date(element) for element in elements))
        if score and (best is None or score > best[0]):
            best = score, elements, rows
    if best is None:
        return ()
    _, elements, rows = best
    if any(row.date for row in rows):
        entries = _of_other_shapes(page, all_rows, elements) | set(elements)
    else:
        entries = set(_main_of(page, elements))
    if len(entries) == len(elements):
        return rows
    elements = [element for element in all_rows if element in entries]
    return _without_columns(unique(_rows_of_group(page, elements)))


def _of_other_shapes(
    page: Page, all_rows: Sequence[etree._Element], elements: Sequence[etree._Element]
) -> set[etree._Element]:
    """Entries among ``elements`` that a template made otherwise, with a picture say: dated, and of the same parent."""
    parents = {element.getparent() for element in elements}
    known = set(elements)
    others = (element for element in all_rows if element not in known and element.getparent() in parents)
    read = ((element, read_row(page, element)) for element in others)
    return {
        element for element, row in read
        if row and row.date and is_detail(row.url) and len(row.title or "") >= _LONG_TITLE
    }  # fmt: skip


def _main_of(page: Page, elements: Sequence[etree._Element]) -> Sequence[etree._Element]:
    """Of undated ``elements`` that stand in several places those of the longest list: where templates have no classes,
    a sidebar's rows look like the list's, but are fewer and cut short."""
    titles: dict[etree._Element | None, list[int]] = defaultdict(list)
    for element in elements:
        if row := read_row(page, element):
            titles[_place_of(element)].append(len(row.title or ""))
    main = max(titles, key=lambda place: sum(titles[place]))
    mean = sum(titles[main]) / max(len(titles[main]), 1)
    aside = {
        place for place, lengths in titles.items()
        if len(lengths) < len(titles[main]) and sum(lengths) < _ASIDE * mean * len(lengths)
    }  # fmt: skip
    return [element for element in elements if _place_of(element) not in aside]


def _place_of(element: etree._Element) -> etree._Element | None:
    """What holds the list in which a row stands."""
    holder = next(element.iterancestors("ul", "ol", "dl", "table"), element.getparent())
    return None if holder is None else holder.getparent()


def _without_columns(rows: tuple[ListRow, ...]) -> tuple[ListRow, ...]:
    """Rows without the [column] links that stand beside entries: short ones among many that lead to details."""
    details = sum(is_detail(row.url) for row in rows)
    if details * 2 < len(rows):
        return rows
    return tuple(row for row in rows if is_detail(row.url) or row.date or len(row.title or "") >= _LONG_TITLE)


def _row_elements(page: Page, root: etree._Element) -> list[etree._Element]:
    """For every link the element that is its row: the nearest li or tr with few targets, else the largest element
    that leads to this one target only."""
    own = urldefrag(page.url or "")[0]
    targets: dict[etree._Element, set[str]] = {}
    links: list[etree._Element] = []
    for link in visible(root):
        if link.tag != "a":
            continue
        url = page.absolute(link.get("href") or "")
        if url is None or urldefrag(url)[0] == own:
            continue
        if any(node.tag == "a" for node in islice(link.iterancestors(), _ROW_LEVELS)):
            continue
        links.append(link)
        for node in (link, *islice(link.iterancestors(), _ROW_LEVELS)):
            seen = targets.setdefault(node, set())
            if len(seen) <= 3:
                seen.add(url)
    small: dict[etree._Element, bool] = {}

    def fits(node: etree._Element) -> bool:
        if node not in small:
            few = (
                node.tag not in ("body", "html")
                and sum(1 for _ in islice(node.iter(), _LARGEST_ROW + 1)) <= _LARGEST_ROW
            )
            small[node] = few and len(text_of(node)) <= _LONGEST_ROW
        return small[node]

    rows: dict[etree._Element, None] = {}
    for link in links:
        if _NEIGHBOUR.search(_before(link)):
            continue
        row = next((node for node in islice(link.iterancestors(), _ROW_LEVELS) if node.tag in _ROW_TAGS), None)
        if row is None or len(targets[row]) > 3 or not fits(row):
            row = link
            for node in islice(link.iterancestors(), _ROW_LEVELS):
                if len(targets[node]) > 1 or not fits(node):
                    break
                row = node
        rows.setdefault(row)
    return list(rows)


def _rows_of_group(page: Page, elements: Sequence[etree._Element]) -> list[ListRow]:
    read = [(element, row) for element in elements if (row := read_row(page, element))]
    if any(row.date for _, row in read):
        return [row for _, row in read]
    # The date may stand beside the row (dt and dd, or a flat run of links): after all of them or before all of them.
    after = [_beside(element, forward=True) for element, _ in read]
    before = [_beside(element, forward=False) for element, _ in read]
    dates = before if sum(map(bool, before)) > sum(map(bool, after)) else after
    if not any(dates):
        dates = _below_year_headings([element for element, _ in read])
    return [ListRow(row.url, row.title, day) for (_, row), day in zip(read, dates, strict=True)]


def _below_year_headings(elements: Sequence[etree._Element]) -> list[str | None]:
    """The days of rows that print month and day only, where a heading above them says the year: 2024年."""
    wanted, years, year = set(elements), dict[etree._Element, str](), ""
    ends = [_DAY_AT_END.search(" ".join(_pieces(row, 2000, lambda node: node.tag == "a"))) for row in elements]
    if not any(ends):
        return [None] * len(elements)
    for node in elements[0].getroottree().iter():
        if node in wanted and year:
            years[node] = year
        elif node.tag in _HEADINGS_OF_YEARS and (found := _YEAR_HEADING.fullmatch(text_of(node, 20))):
            year = found[1]
    return [
        _valid(years[row], end[1], end[2]) if end and row in years else None
        for row, end in zip(elements, ends, strict=True)
    ]


def _has_short_date(element: etree._Element) -> bool:
    return any(
        len(node) == 0 and _SHORT_DATE.fullmatch(" ".join(_pieces(node, 40)).strip())
        for node in islice(visible(element), _MOST_NODES)
        if node is not element
    )


def _beside(element: etree._Element, *, forward: bool) -> str | None:
    """The date between ``element`` and the next (or previous) link among its siblings."""
    parent = element.getparent()
    text = [element.tail or ""] if forward else []
    if not forward and element.getprevious() is None and parent is not None:
        text.append(parent.text or "")
    for node in islice(element.itersiblings(preceding=not forward), 4):
        is_link = isinstance(node.tag, str) and next(node.iter("a"), None) is not None
        if not forward or not is_link:
            text.append(node.tail or "")
        if is_link:
            break
        if isinstance(node.tag, str):
            text.append(text_of(node, 200))
    return iso_date(" ".join(text))


def _score(page: Page, rows: Sequence[ListRow], short_dates: int) -> tuple[bool, int] | None:
    """How much a group looks like the page's list; ``None`` when it does not at all. Dated groups win over undated.

    ``short_dates`` are dates without a year: no date for a row, but as good a sign of one.
    """
    count = len(rows)
    dated = max(sum(row.date is not None for row in rows), min(short_dates, count))
    long = sum(len(row.title or "") >= _LONG_TITLE for row in rows)
    details = sum(is_detail(row.url) for row in rows)
    # One dated link that leads to no detail may be the page's head: "today is …" beside the column's name.
    mostly = (dated * 2 >= count and details * 2 >= count) or (1 < count == dated and long * 2 >= count)
    folder = (page.url or "").rsplit("/", 1)[0]
    near = sum(row.url.startswith(folder + "/") for row in rows) if folder.count("/") > 2 else 0
    many = count >= 3 and details * 5 >= count * 3 and long * 5 >= count * 3
    rest = near == details == long == count  # a last page may hold one row, and a list no dates
    if not count or not (mostly or many or rest):
        return None
    return mostly, dated * 3 + min(long, details) + near


def _shape(element: etree._Element, known: dict[etree._Element, str]) -> tuple[str, ...]:
    """Tags and first classes from the row's tag upwards, without numbers: the same for all rows of one list.

    ``known`` keeps what the rows' common ancestors are called.
    """
    parts = [str(element.tag)]
    for node in islice(element.iterancestors(), _PATH_LEVELS):
        if node not in known:
            names = (node.get("class") or "")[:200].split()
            known[node] = f"{node.tag}.{re.sub(r'[0-9]+', '', names[0]) if names else ''}"
        parts.append(known[node])
    return tuple(parts)


def _weight(url: str, title: str | None) -> tuple[bool, int]:
    return is_detail(url), len(title or "")


def _whole_date(node: etree._Element) -> str | None:
    if len(node) > 4:
        return None
    texts = [text.strip() for text in _pieces(node, 120)]
    text = " ".join(filter(None, texts))
    if not 6 <= len(text) <= 60:
        return None
    if found := _ONLY_DATE.fullmatch(text):
        return _valid(found[1], found[2], found[3])
    if found := _DAY_FIRST.fullmatch(text):
        return _valid(found[2], found[3], found[1])
    if found := _YEAR_LAST.fullmatch(text):
        return _valid(found[3], found[1], found[2])
    return None


def _without_edge_date(text: str) -> str:
    """``text`` without a date that stands as a word of its own at its start or end (a link around the whole row)."""
    words = text.split(" ")
    for edge in (0, -1):
        while len(words) > 1 and (_ONLY_DATE.fullmatch(words[edge]) or _SHORT_DATE.fullmatch(words[edge])):
            del words[edge]
    return _BRACKETED_DATE.sub("", " ".join(words))


def _before(link: etree._Element) -> str:
    """The text right before a link: 上一条： and 下一篇： mark neighbours of a detail page, not entries."""
    previous = link.getprevious()
    parent = link.getparent()
    text = previous.tail if previous is not None else parent.text if parent is not None else None
    if not (text or "").strip() and previous is not None and isinstance(previous.tag, str) and previous.tag != "a":
        text = text_of(previous, 60)
    return (text or "")[-40:]


def _pieces(
    element: etree._Element, limit: int, skip: Callable[[etree._Element], bool] = lambda node: False
) -> Iterator[str]:
    """Visible pieces of text in order, about ``limit`` characters, without the subtrees that ``skip`` names."""
    size = 0
    walk = etree.iterwalk(element, events=("start", "end", "comment"))
    for event, node in walk:
        text: str | None
        if event != "start":
            text = node.tail if node is not element else None
        elif (node.tag in _SKIPPED and not _is_pager(node)) or (node is not element and (_hidden(node) or skip(node))):
            walk.skip_subtree()
            text = " "
        else:
            text = node.text
            if node.tag == "br":
                text = "\n"
            elif node is not element and node.tag in _BLOCKS:
                text = " " + (text or "")
        if text:
            yield text
            size += len(text)
        size += 1  # nodes count too, or a tree without text would be walked to its end
        if size > limit:
            return


def _hidden(node: etree._Element) -> bool:
    style = node.get("style")
    return node.get("hidden") is not None or (
        style is not None and "display:none" in re.sub(r"\s", "", style[:1000]).lower()
    )


def _fold(text: str) -> str:
    """One blank at most between words; none where a line break splits Chinese text."""
    text = text.strip()

    def gap(found: re.Match[str]) -> str:
        broken = "\n" in found[0] or "\r" in found[0]
        return "" if broken and min(text[found.start() - 1], text[found.end()]) > "\xff" else " "

    return re.sub(r"\s+", gap, text)


def _valid(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
