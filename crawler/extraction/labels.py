"""The labelled block (信息公开 table, list or line) and the info line under the headline.

Seen layouts, all read by the same two rules: tables of two to six cells a row, ``th``/``td``, ``dl``, lists, sibling
``div`` or ``span`` pairs, "label：value" in one node, the colon outside the label. A cell or line that is nothing but
a known label takes the next cell or line as its value; a line that holds known labels with colons is cut at them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from crawler.extraction import vocabulary
from crawler.extraction.markup import BOUNDARY, Element, Line, Survey, plain

_GAP = r"[\s\x1f　]{0,6}"
_COLON = r"[:：∶﹕︰]"
_FURNITURE = re.compile(
    r"(?:[\s\x1f　|｜【】\[\]()（）<>]|字体|字号|打印|关闭|收藏|分享|微信|微博|朋友圈|大|中|小|默认|纠错|我要|本页|本文|网页|"
    r"页面|扫一扫|加入|到|至|返回|复制|链接|下载|保存)+$"
)
_UNKNOWN = re.compile(rf"(?:^|[\s\x1f　|｜【\[（(]){_GAP}([一-鿿]{{2,10}}){_COLON}")
_NO_VALUE = frozenset(
    ("", "无", "暂无", "空", "-", "--", "—", "——", "/", "null", "undefined", "none", "NULL", "暂缺", "无。")
)
_LONGEST_LINE = 700
_LONGEST_VALUE = 300
_NEAR = 14
_MOST_LINES_OF_CELL = 4
LONE_LABELS = frozenset(
    ("日期", "时间", "名称", "标题", "分类", "主题", "编号", "来源", "供稿", "出处", "编辑", "附件")
)
"""Words too common for a label that no colon and no table marks."""
_KEYS_OF_BLOCKS = frozenset(
    word for name in ("index_number", "publisher", "document_number", "issued_on") for word in vocabulary.FIELDS[name]
)

_KEYS_OF_INFO = frozenset(vocabulary.FIELDS["published_at"])


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value as printed; ``key`` is the label as the vocabulary writes it.

    ``place`` is ``table`` for a cell of a labelled block and ``info`` for a line of running text; ``index`` the number
    of the line in the survey. ``after`` tells that it stands below the body.
    """

    label: str
    key: str
    value: str
    place: str
    index: int
    after: bool = False

    @property
    def field(self) -> str | None:
        """The field that the label stands for, if any."""
        return vocabulary.FIELD_OF.get(self.key)


@dataclass(slots=True)
class Labelled:
    """What a page's labels say, what stands unlabelled on the info line, and where in the body labels stand."""

    pairs: list[Pair] = field(default_factory=list)
    unlabelled: list[tuple[int, str]] = field(default_factory=list)
    elements: set[Element] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class _Unit:
    """A table cell with all its lines, or a line that stands in no cell."""

    text: str
    owner: Element
    cell: Element | None
    row: Element | None
    first: int
    linked: int

    @property
    def is_label(self) -> bool:
        return len(self.text) <= 40 and _is_label(self.text)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = sorted(vocabulary.KNOWN, key=lambda word: (-len(word), word))
    spaced = "|".join(_GAP.join(word) for word in words)
    colon = re.compile(rf"(?<![一-鿿])({spaced}){_GAP}{_COLON}")
    marked = re.compile(rf"(?:^|\x1f)[\s　]*({spaced})[\s　]*(?=\x1f)")
    return colon, marked


def _is_label(text: str) -> bool:
    return vocabulary.key(text) in vocabulary.KNOWN


def tidy(value: str) -> str:
    """A printed value on one line, without the page's furniture (font size, print, share) behind it."""
    value = re.sub(r"[\s　]*\x1f[\s　\x1f]*", BOUNDARY, value).strip(BOUNDARY + " 　")
    cut = _FURNITURE.search(value)
    if cut and (BOUNDARY in cut.group() or re.search(r"[\s　【\[(（|｜]", cut.group())):
        start = cut.start() + re.search(r"[\s\x1f　【\[(（|｜]", cut.group()).start()  # type: ignore[union-attr]
        value = value[:start]
    value = plain(value).rstrip(" 　|｜【[（(;；,，")
    return "" if value in _NO_VALUE or _is_label(value) else value[:_LONGEST_VALUE]


def split_line(text: str) -> tuple[str, list[tuple[str, str]]]:
    """What stands before the first label of a line, and the line's labels with their values as printed."""
    if len(text) > _LONGEST_LINE:
        return text, []
    colon, marked = _patterns()
    marks = [(m.start(1), m.end(), m.group(1)) for m in colon.finditer(text)]
    if BOUNDARY in text and len(text) < _LONGEST_LINE:
        bare = [
            (m.start(1), m.end(), m.group(1))
            for m in marked.finditer(text)
            if vocabulary.key(m.group(1)) not in LONE_LABELS
        ]
        if len(bare) + len(marks) > 1 or any(vocabulary.key(word) in _KEYS_OF_BLOCKS for *_, word in bare):
            marks += [mark for mark in bare if not any(start <= mark[0] < end for start, end, _ in marks)]
    if not marks:
        return text, []
    known = sorted(marks)
    for match in _UNKNOWN.finditer(text):
        if not any(start < match.end() and match.start(1) < end for start, end, _ in known):
            marks.append((match.start(1), match.end(), match.group(1)))
    marks.sort()
    pairs = []
    for place, (_, end, word) in enumerate(marks):
        stop = marks[place + 1][0] if place + 1 < len(marks) else len(text)
        pairs.append((word, text[end:stop]))
    return text[: marks[0][0]], pairs


def _units(lines: Iterable[Line]) -> list[_Unit]:
    units: list[_Unit] = []
    for cell, group in groupby(lines, key=lambda line: line.cell if line.cell is not None else line):
        inside = list(group)
        if cell is inside[0].cell and (len(inside) <= _MOST_LINES_OF_CELL or all(len(x.text) < 9 for x in inside)):
            text = " ".join(line.text for line in inside)
            linked = sum(line.linked for line in inside)
            units.append(_Unit(text, inside[0].owner, inside[0].cell, inside[0].row, inside[0].index, linked))
        else:  # a line of its own, or a cell that lays out the page
            units.extend(_Unit(line.text, line.owner, None, None, line.index, line.linked) for line in inside)
    return units


def _close(label: _Unit, value: _Unit) -> bool:
    """Whether a line that follows a lone label is its value: a cell of the same row, or the next of its siblings."""
    if label.row is not None or value.row is not None:
        return label.row is value.row
    if label.cell is not None or value.cell is not None:
        return label.cell is not None and value.cell is not None and label.cell.getparent() is value.cell.getparent()
    ours, theirs = label.owner, value.owner
    if ours is theirs:
        return True
    parent, other = ours.getparent(), theirs.getparent()
    return parent is other or ours is other or theirs is parent


def _may_be_value(label: _Unit, value: _Unit, body: tuple[int, int]) -> bool:
    first, last = body
    if not _close(label, value) or value.is_label or (label.cell is None and first <= value.first < last):
        return False
    before, pairs = split_line(value.text)
    return not pairs or (label.cell is not None and bool(plain(before)))


def _block_of(element: Element) -> Element:
    """The table, list or, for a lone line, the element whose labels belong together."""
    for parent in (element, *element.iterancestors()):
        if parent.tag in ("table", "dl", "ul"):
            return parent
        if parent.tag in ("body", "html"):
            break
    parent = element.getparent()
    return element if parent is None or parent.tag in ("body", "html") else parent


def read_labels(survey: Survey, body: tuple[int, int]) -> Labelled:
    """All labels outside ``body`` (a span of lines), and blocks of them that stand inside at its head or foot.

    In the body a label counts only within a table or list that holds an index number, or two labels of a labelled
    block: letters quote such words too.
    """
    first, last = body
    units = _units(survey.lines)
    groups: dict[Element, list[Pair]] = {}
    elements: dict[Element, list[_Unit]] = {}
    found = Labelled()

    def add(unit: _Unit, label: str, value: str, place: str) -> None:
        name = vocabulary.key(label)
        pair = Pair(plain(label).rstrip("：:∶ 　"), name, tidy(value), place, unit.first, unit.first >= last > first)
        block = _block_of(unit.cell if unit.cell is not None else unit.owner)
        groups.setdefault(block, []).append(pair)
        elements.setdefault(block, []).append(unit)

    position = 0
    while position < len(units):
        unit = units[position]
        position += 1
        if not unit.text or unit.linked > 60 or len(unit.text) > _LONGEST_LINE:
            continue
        place = "table" if unit.cell is not None else "info"
        if unit.is_label:
            lone = unit.cell is None and vocabulary.key(unit.text) in LONE_LABELS and not re.search(_COLON, unit.text)
            following = units[position] if position < len(units) else None
            if following is not None and not lone and _may_be_value(unit, following, body):
                add(unit, unit.text, following.text, "table")
                position += 1
                continue
            below = _below(units, position - 1)
            if below is not None:
                add(unit, unit.text, below.text, "table")
            elif not lone:
                add(unit, unit.text, "", "table")
            continue
        before, pairs = split_line(unit.text)
        if plain(before) and first - _NEAR <= unit.first < first:
            found.unlabelled.append((unit.first, plain(before)))
        for label, value in pairs:
            add(unit, label, value, place)

    for block, pairs in groups.items():
        keys = {pair.key for pair in pairs}
        solid = bool(keys & set(vocabulary.FIELDS["index_number"])) or len(keys & _KEYS_OF_BLOCKS) > 1
        inside = first <= pairs[0].index < last
        if inside:
            apart = _apart(survey, block, elements[block], solid, keys, body)
            if not apart:
                continue
            found.elements.update(apart)
        if pairs[0].after and not solid:
            pairs = [pair for pair in pairs if pair.field == "source" and pair.index < last + _NEAR]
        elif not solid and not inside and last > first:
            pairs = [pair for pair in pairs if pair.key not in LONE_LABELS or first - _NEAR <= pair.index < first]
        for pair in pairs:
            place = "table" if solid else pair.place if len(keys) > 3 else "info"
            found.pairs.append(Pair(pair.label, pair.key, pair.value, place, pair.index, pair.after))
    found.pairs.sort(key=lambda pair: pair.index)
    return found


def _apart(
    survey: Survey, block: Element, units: Sequence[_Unit], solid: bool, keys: set[str], body: tuple[int, int]
) -> list[Element]:
    """What holds labels inside the body and nothing else: a labelled block or an info line. Empty for words of the text."""
    first, last = body
    lines = survey.inside(block)
    if block.tag in ("table", "dl", "ul") and solid and len(lines) <= 3 * len(units) + 6:
        return [block]
    at_head = units[-1].first < first + _NEAR and sum(len(x.text) for x in survey.lines[first : units[0].first]) < 300
    if not solid and not (at_head and keys & _KEYS_OF_INFO and len(keys) > 1):
        return []
    whole = not lines or (lines[0].index <= first and lines[-1].index >= last - 1)
    if not whole and len(lines) <= 2 * len(units) + 1:
        return [block]
    owners = [unit.owner for unit in units]
    return owners if all(len(survey.inside(owner)) == 1 for owner in owners) else []


def _below(units: Sequence[_Unit], position: int) -> _Unit | None:
    """The cell under a label, in a table whose first row holds nothing but labels."""
    row = units[position].row
    if row is None:
        return None
    start = position
    while start > 0 and units[start - 1].row is row:
        start -= 1
    end = position
    while end + 1 < len(units) and units[end + 1].row is row:
        end += 1
    width = end - start + 1
    values = units[end + 1 : end + 1 + width]
    if width < 2 or len(values) < width or not all(unit.is_label for unit in units[start : end + 1]):
        return None
    if values[0].row is None or any(unit.row is not values[0].row or unit.is_label for unit in values):
        return None
    return values[position - start]
