"""Text out of markup: what stands on lines of its own, what runs together, what is never text.

Both readers of this module walk the tree once, without recursion: pages nest thousands of elements deep.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from crawler.extraction.remembered import remembered

Element: TypeAlias = etree._Element

_BLOCKS = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody td
    tfoot th thead tr ul ucapcontent
"""
_NEVER_TEXT = """
    script style noscript template head title meta link select option datalist textarea button input object embed
    iframe svg math audio video canvas map xml
"""
BLOCKS = frozenset(_BLOCKS.split())
CELLS = frozenset(("td", "th", "dt", "dd"))
_PREFORMATTED = frozenset(("pre", "listing", "xmp", "plaintext"))
NEVER_TEXT = frozenset(_NEVER_TEXT.split())
BOUNDARY = "\x1f"
"""Stands in a :class:`Line` where an inline element begins or ends."""

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WHITE = " \t\r\n\f"
_NOTHING = f"{_WHITE}{BOUNDARY}\xa0　"
_BREAKS = re.compile(r"(?<![ \t\r\n\f])[\r\n][ \t\r\n\f]*")
_BLANKS = re.compile(r"[ \t\f][ \t\r\n\f]*")
_CJK = r"[⺀-鿿豈-﫿　-〿＀-￯]"
_BROKEN = re.compile(rf"(?<={_CJK}) ?\n ?(?={_CJK})")
_VARIABLE = re.compile(r"""\b(?P<name>[A-Za-z_]\w{0,40})\s{0,4}=\s{0,4}(['"])(?P<value>[^'"<>\\]{1,80})\2""")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_MOST_SPAN, _MOST_SPANNED = 60, 120
"""Rows or columns that a cell is taken to span, and columns of a table in which cells may span any."""
_MOST_CELLS, _MOST_LINES_OF_TEXT = 20_000, 10_000
_WHITE_SPACE = re.compile(r"white-space\s*:\s*(pre(?:-wrap|-line)?|break-spaces|normal|nowrap|initial)\b", re.I)
_RULE = re.compile(r"([.#][\w-]{1,60})(?:\s{1,9}(?:p|div|span|td)|>p)?\s{0,9}\{([^{}]{0,2000})\}")
_STYLED = etree.XPath(
    "boolean(descendant-or-self::*[contains(@style, 'white-space')]"
    "[contains(@style, 'pre') or contains(@style, 'break-spaces')])"
)
_TYPED_PARAGRAPH = "\n　　"
"""How paragraphs begin in plain text that was put into a page as it is."""


def is_hidden(element: Element) -> bool:
    """Whether the element itself says that it is not shown (``style`` or ``hidden``)."""
    style = element.get("style")
    return (style is not None and _hides(style)) or element.get("hidden") is not None


@remembered
def _hides(style: str) -> bool:
    return _HIDDEN.search(style) is not None


@remembered
def _keeps_lines(style: str) -> bool | None:
    """Whether a style shows line breaks of the source as such (``white-space: pre-wrap``); ``None`` if it is silent."""
    found = _WHITE_SPACE.search(style)
    return None if found is None else found.group(1).lower() not in ("normal", "nowrap", "initial")


def _names_that_keep_lines(root: Element) -> frozenset[str]:
    """Classes (.plain) and ids (#text, lower case) for which a ``<style>`` of the page says that lines are kept."""
    return frozenset(
        rule[1].lower() if rule[1][0] == "#" else rule[1]
        for sheet in root.iter("style")
        if sheet.text and "white-space" in sheet.text
        for rule in _RULE.finditer(sheet.text[:200_000])
        if _keeps_lines(rule[2])
    )


class _Lines:
    """Whether line breaks of the source are line breaks of the page, where a walk through it has come to.

    ``some`` tells whether they are anywhere in it.
    """

    def __init__(self, root: Element) -> None:
        self.names = _names_that_keep_lines(root.getroottree().getroot())
        self.open: list[tuple[Element, bool]] = []
        styled = self.names or next(root.iter(*_PREFORMATTED), None) is not None or _STYLED(root)
        self.some = bool(styled)

    def start(self, element: Element) -> None:
        """``element`` begins."""
        style = element.get("style")
        kept = None if style is None else _keeps_lines(style)
        if kept is None and element.tag in _PREFORMATTED:
            kept = True
        if kept is None and self.names:
            names = [f".{name}" for name in (element.get("class") or "").split()]
            kept = not self.names.isdisjoint([*names, f"#{(element.get('id') or '').lower()}"]) or None
        if kept is not None:
            self.open.append((element, kept))

    def end(self, element: Element) -> None:
        """``element`` ends."""
        if self.open and self.open[-1][0] is element:
            self.open.pop()

    def of(self, text: str) -> list[str]:
        """The lines that a piece of text is shown on."""
        if (self.open and self.open[-1][1]) or text.count(_TYPED_PARAGRAPH) > 1:
            return text.split("\n", _MOST_LINES_OF_TEXT)
        return [text]


def _is_anchor(element: Element) -> bool:
    """Whether an ``a`` is a mark to jump to, or bare, and no link: left open, it holds all that follows."""
    if element.get("href") is not None:
        return False
    return (element.get("name") or element.get("id")) is not None or not element.attrib


def written_by(script: Element) -> str:
    """What a small script writes in its place: ``var pubdata='2019年04月28日'; if(…) document.write(pubdata)``.

    TRS templates print dates and sources so. Empty for any other script.
    """
    source = script.text or ""
    if "document.write" not in source or len(source) > 3000:
        return ""
    variable = _VARIABLE.search(source)
    if variable is None or not re.search(rf"document\.write[^;]{{0,200}}\b{variable['name']}\b", source):
        return ""
    return variable["value"]


def plain(text: str) -> str:
    """Text of one line without boundaries, invisible characters and the blanks around it."""
    return _INVISIBLE.sub("", text.replace(BOUNDARY, "").replace("\xa0", " ")).strip()


def _collapsed(text: str) -> str:
    """White space of markup as a browser shows it, but with a bare line break of the source kept for :func:`_line`."""
    if not text.strip(_WHITE):
        return "\n" if text[0] in "\r\n" else " "
    if "\n" in text or "\t" in text or "  " in text or "\r" in text:
        text = _BLANKS.sub(" ", _BREAKS.sub("\n", text))
    return text


def _line(parts: list[str]) -> str:
    """The parts of one line joined; a source line break leaves no blank between two Chinese characters."""
    text = "".join(parts)
    if not text.strip(_NOTHING):
        return ""
    if "\n" in text:
        text = _BROKEN.sub("", text).replace("\n", " ")
    return _INVISIBLE.sub("", text.replace("\xa0", " ")).strip()


@dataclass(slots=True, eq=False)
class Line:
    """One line of a page: the text between two block boundaries, with where it stands.

    ``cell`` is the nearest table or definition-list cell, ``row`` that cell's row. ``linked`` counts the characters
    inside links. ``plain`` is the text without boundaries.
    """

    text: str
    owner: Element
    cell: Element | None
    row: Element | None
    linked: int
    index: int = 0
    plain: str = field(init=False)

    def __post_init__(self) -> None:
        self.plain = self.text.replace(BOUNDARY, "").strip() if BOUNDARY in self.text else self.text


@dataclass(slots=True, eq=False)
class Survey:
    """Every line of a page in order, and for each block, and what holds blocks, the span ``[first, last)`` of lines.

    ``named`` holds the shown elements by class (.content) and id (#zoom, in lower case), in the page's order.
    """

    lines: list[Line] = field(default_factory=list)
    spans: dict[Element, tuple[int, int]] = field(default_factory=dict)
    named: dict[str, list[Element]] = field(default_factory=dict)
    depth: int = 0
    revealed: frozenset[Element] = frozenset()

    def inside(self, element: Element) -> list[Line]:
        """The lines of ``element``; none for one that is not a block or not shown."""
        first, last = self.spans.get(element, (0, 0))
        return self.lines[first:last]


def survey(root: Element, revealed: frozenset[Element] = frozenset(), most_lines: int = 60_000) -> Survey:
    """Walk ``root`` once and list its shown lines. Stops at ``most_lines``; empty cells are lines too.

    Elements of ``revealed`` count as shown although they say that they are not.
    """
    found = Survey(revealed=revealed)
    lines, named = found.lines, found.named
    open_blocks: list[tuple[Element, int]] = []
    open_inline: list[int] = []
    cells: list[Element] = []
    rows: list[Element] = []
    parts: list[str] = []
    links = 0
    linked = 0
    depth = deepest = 0
    skipped: Element | None = None
    kept = _Lines(root)
    keeping = kept.some

    def flush() -> None:
        nonlocal linked
        if parts:
            text = _line(parts)
            if text and text.strip(_NOTHING):
                owner = open_blocks[-1][0] if open_blocks else root
                cell = cells[-1] if cells else None
                row = rows[-1] if rows and cell is not None else None
                lines.append(Line(text, owner, cell, row, linked, len(lines)))
            parts.clear()
        linked = 0

    def put(text: str) -> None:
        nonlocal linked
        for place, piece in enumerate(kept.of(text)):
            if place:
                flush()
            if piece:
                parts.append(piece := _collapsed(piece))
                if links:
                    linked += len(piece.strip())

    walk = etree.iterwalk(root, events=("start", "end", "comment"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            get = element.get
            styled = get("style") is not None or get("hidden") is not None
            if tag in NEVER_TEXT or (styled and is_hidden(element) and element not in revealed):
                skipped = element
                walk.skip_subtree()
                if tag in BLOCKS:
                    flush()
                elif tag == "script":
                    parts.append(written_by(element))
                continue
            if len(lines) > most_lines:
                break
            if names := get("class"):
                for name in names.split():
                    named.setdefault(f".{name}", []).append(element)
            if name := get("id"):
                named.setdefault(f"#{name.lower()}", []).append(element)
            depth += 1
            if tag in BLOCKS:
                flush()
                open_blocks.append((element, len(lines)))
                if tag in CELLS:
                    cells.append(element)
                elif tag == "tr":
                    rows.append(element)
            elif tag == "br":
                flush()
            else:
                parts.append(BOUNDARY)
                open_inline.append(len(lines))
                if tag == "a" and not _is_anchor(element):
                    links += 1
            if keeping:
                kept.start(element)
            if text := element.text:
                if keeping or _TYPED_PARAGRAPH in text:
                    put(text)
                else:
                    parts.append(text := _collapsed(text))
                    if links:
                        linked += len(text.strip())
            continue
        if element is skipped:
            skipped = None
        elif event == "end":
            if keeping:
                kept.end(element)
            if depth > deepest:
                deepest = depth
            depth -= 1
            if tag in BLOCKS:
                flush()
                _, first = open_blocks.pop()
                if tag in CELLS:
                    if first == len(lines):
                        lines.append(Line("", element, element, rows[-1] if rows else None, 0, len(lines)))
                    cells.pop()
                elif tag == "tr":
                    rows.pop()
                found.spans[element] = (first, len(lines))
            elif tag != "br":
                parts.append(BOUNDARY)
                first = open_inline.pop()
                if len(lines) > first:
                    found.spans[element] = (first, len(lines))
                if tag == "a" and not _is_anchor(element):
                    links -= 1
        if (text := element.tail) and element is not root:
            if keeping or _TYPED_PARAGRAPH in text:
                put(text)
            else:
                parts.append(text := _collapsed(text))
                if links:
                    linked += len(text.strip())
    flush()
    found.depth = max(deepest, depth)
    for element, first in open_blocks:
        found.spans.setdefault(element, (first, len(lines)))
    return found


def text_of(
    root: Element,
    unwanted: Callable[[Element], bool] = lambda element: False,
    revealed: frozenset[Element] = frozenset(),
) -> list[str]:
    """The lines of ``root`` in order, each once; a row of a table is one line, its cells parted by " | ".

    Elements for which ``unwanted`` holds are left out with all that is in them. Inline elements join without a
    space, because Word's styled runs split numbers and brackets. A cell that spans rows is printed once and leaves
    its column empty below, so that columns stay where they are. Tables that only lay out a page (one column, or
    tables within) are read as plain blocks.
    """
    lines: list[str] = []
    parts: list[str] = []
    tables: list[_Table | None] = []
    skipped: Element | None = None
    kept = _Lines(root)
    keeping = kept.some

    def put(text: str) -> None:
        for place, piece in enumerate(kept.of(text)):
            if place:
                flush()
            if piece:
                parts.append(_collapsed(piece))

    def flush() -> None:
        if not parts:
            return
        text = _line(parts)
        parts.clear()
        if not text:
            return
        table = tables[-1] if tables else None
        if table is not None and table.open:
            table.add(text)
        else:
            lines.append(text)

    walk = etree.iterwalk(root, events=("start", "end", "comment"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            hidden = tag in NEVER_TEXT or (is_hidden(element) and element not in revealed)
            if element is not root and (hidden or unwanted(element)):
                skipped = element
                walk.skip_subtree()
                if tag in BLOCKS:
                    flush()
                continue
            if tag in BLOCKS:
                flush()
                if tag == "table":
                    tables.append(_Table() if _is_data(element) else None)
                elif tables and tables[-1] is not None:
                    if tag == "tr" and tables[-1].cells:  # inside a cell of a row that is still open
                        lines.extend(tables[-1].end_row())
                    elif tag in ("td", "th"):
                        tables[-1].start_cell(element)
            elif tag == "br":
                flush()
            if keeping:
                kept.start(element)
            if text := element.text:
                put(text) if keeping or _TYPED_PARAGRAPH in text else parts.append(_collapsed(text))
            continue
        if element is skipped:
            skipped = None
        elif event == "end" and tag not in BLOCKS:
            if keeping:
                kept.end(element)
        elif event == "end":
            if keeping:
                kept.end(element)
            flush()
            if tables:
                table = tables[-1]
                if tag == "table":
                    tables.pop()
                    if table is not None:
                        lines.extend(table.end_row())
                elif table is not None and tag == "tr":
                    lines.extend(table.end_row())
                elif table is not None and tag in ("td", "th"):
                    table.open = False
        if element is not root and (text := element.tail):
            put(text) if keeping or _TYPED_PARAGRAPH in text else parts.append(_collapsed(text))
    flush()
    return lines


class _Table:
    """The row being read of one data table."""

    def __init__(self) -> None:
        self.cells: list[list[str]] = []
        self.open = False
        self.held: dict[int, int] = {}  # column → further rows that a cell above still covers

    def start_cell(self, element: Element) -> None:
        while self.held.get(len(self.cells), 0) > 0:
            self.held[len(self.cells)] -= 1
            self.cells.append([])
        rows = columns = 1
        if len(self.cells) < _MOST_SPANNED:  # each row goes through the spans above it
            rows, columns = _span(element, "rowspan"), _span(element, "colspan")
        for column in range(len(self.cells), len(self.cells) + columns):
            if rows > 1:
                self.held[column] = rows - 1
        self.cells.append([])
        self.cells.extend([] for _ in range(columns - 1))
        self.column = len(self.cells) - columns
        self.open = True

    def add(self, text: str) -> None:
        self.cells[self.column].append(text)

    def end_row(self) -> Iterator[str]:
        cells = [" ".join(cell) for cell in self.cells]
        for column in self.held:
            if column >= len(cells):
                self.held[column] -= 1
        self.cells, self.open = [], False
        if any(cells):
            while not cells[-1]:
                cells.pop()
            yield " | ".join(cells)


def _span(element: Element, name: str) -> int:
    value = element.get(name, "1")
    return max(1, min(int(value), _MOST_SPAN)) if value.isdecimal() and len(value) < 6 else 1


def _is_data(table: Element) -> bool:
    """Whether a table holds data: no table inside, and a row of two cells or more."""
    widest = width = 0
    for seen, element in enumerate(table.iter("table", "tr", "td", "th")):
        if element.tag == "table" and element is not table:
            return False
        if element.tag == "tr":
            width = 0
        elif element.tag != "table":
            width += 1
            widest = max(widest, width)
        if seen > _MOST_CELLS:
            break
    return widest > 1
