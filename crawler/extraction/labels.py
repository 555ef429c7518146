"""The labelled block (信息公开 table, list or line) and the info line under the headline.

Seen layouts, all read by the same two rules: tables of two to six cells a row, ``th``/``td``, ``dl``, lists, sibling
``div`` or ``span`` pairs, "label：value" in one node, the colon outside the label. A cell or line that is nothing but
a known label takes the next cell or line as its value; a line that holds known labels with colons is cut at them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from crawler.extraction import vocabulary
from crawler.extraction.markup import BOUNDARY, Element, Line, Survey, plain
from crawler.extraction.remembered import remembered

_GAP = r"[\s\x1f　]{0,6}"
_COLON = r"[:：∶﹕︰]"
_FURNITURE = re.compile(
    r"(?:[\s\x1f　|｜【】\[\]()（）<>]|字体|字号|打印|关闭|收藏|分享|微信|微博|朋友圈|大|中|小|默认|纠错|我要|本页|"
    r"本文|网页|页面|扫一扫|加入|到|至|返回|复制|链接|下载|保存)+$"
)
_COLON_MARK = re.compile(_COLON)
_BRACKETED = re.compile(rf"[【\[［〔]{_GAP}([一-鿿](?:{_GAP}[一-鿿]){{1,10}}){_GAP}[】\]］〕]{_GAP}{_COLON}?")
_TOKEN = re.compile(r"[^\s\x1f　|｜]+")
_DATE_AT = re.compile(r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)")
_SENTENCE = re.compile(r"[，。；！？]")
_LONGEST_INFO = 150
_RUN = re.compile(rf"([一-鿿](?:[\s\x1f　]{{0,6}}[一-鿿]){{0,60}}){_GAP}{_COLON}")
_WORD = re.compile(r"[一-鿿]+")
_CHUNK = re.compile(r"[^\x1f]+")
_MOST_PARTS = 6
_DATE_BEHIND = re.compile(
    r"(?:^|[\s　|｜])(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?"
    r"(?:\s{1,4}\d{1,2}[:：]\d{1,2}(?:[:：]\d{1,2})?)?$"
)
_COUNTER_BEHIND = re.compile(
    r"[\s　|｜]{0,6}(?:(?:浏览|阅读|点击|访问|热度|人气)(?:次数|量|数)?[\s：:]{0,3}\d{1,9}\s?次?"
    r"|\d{1,9}\s?人?次?\s?(?:浏览|阅读|点击|访问)(?:次数|量)?)$"
)
"""A counter of visits that stands behind a value without a label of its own; it would change every day."""
_LONG_LABEL, _LONGEST_LABEL = 4, 8
_LONGEST_SPREAD = 40
"""Characters of a label with the blanks and brackets that spread it out."""
_UNKNOWN = re.compile(rf"(?:^|[\s\x1f　|｜【\[（(]){_GAP}([一-鿿]{{2,10}}){_COLON}")
_NO_VALUE = frozenset(
    ("", "无", "暂无", "空", "-", "--", "—", "——", "/", "null", "undefined", "none", "NULL", "暂缺", "无。")
)
_PROSE = re.compile(
    r"[。；？！]|，[^，]*，|[“‘《、，][\s\x1f　]*$|^[^:：]*[一-鿿]$|"
    r"^[\s\x1f　]*[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)、.．](?!\d)"
)
"""What stands before the first label of a sentence that mentions one (应标注“索引号：…”), not of an info line."""
_CLOSING = {"】": "【", "]": "[", "）": "（", ")": "("}
_LONGEST_LINE = 700
_LONGEST_VALUE = 300
_NEAR = 14
_MOST_LINES_OF_CELL = 4
_MOST_LINKED = 60
_MOST_WRAPPERS = 3
_MOST_BEFORE_INFO = 300
_MOST_BLOCKS = 5_000
"""Blocks and lines with labels that are read; no page has a hundredth of it."""
_LABEL_SHAPE = rf"[一-鿿](?:[ 　]{{0,6}}[一-鿿]){{1,9}}[ 　]{{0,4}}{_COLON}?"
_BEGINNINGS = frozenset(word[:n] for word in vocabulary.KNOWN for n in range(len(word) + 1))
LONE_LABELS = frozenset(
    (
        *(
            "日期",
            "时间",
            "发布",
            "名称",
            "标题",
            "分类",
            "主题",
            "编号",
            "来源",
            "来自",
            "供稿",
            "出处",
            "编辑",
            "附件",
        ),
        *("效力", "打印", "点击", "阅读", "浏览", "发布于", "发表于"),
    )
)
"""Words too common for a label that no colon and no table marks."""
_KEYS_OF_BLOCKS = frozenset(
    word for name in ("index_number", "publisher", "document_number", "issued_on") for word in vocabulary.FIELDS[name]
)
_KEYS_OF_PAGES = vocabulary.KNOWN - vocabulary.PROPOSAL
_KEYS_OF_INDEX = frozenset(vocabulary.FIELDS["index_number"])
_KEYS_OF_INFO = frozenset(vocabulary.FIELDS["published_at"])


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value as printed; ``key`` is the label as the vocabulary writes it.

    ``place`` is ``table`` for a labelled block, ``info`` for a line of running text, ``script`` for embedded data;
    ``index`` the number of the line in the survey. ``after`` tells that it stands below the body.
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
        return len(self.text) <= 40 and is_label(self.text)

    @property
    def spans_rows(self) -> bool:
        return self.cell is not None and self.cell.get("rowspan", "1").strip() not in ("", "0", "1")


def is_label(text: str) -> bool:
    """Whether a text is a label of the vocabulary and nothing else."""
    return vocabulary.key(text) in vocabulary.KNOWN


def tidy(value: str) -> str:
    """A printed value on one line, without the page's furniture (font size, print, share) behind it."""
    value = re.sub(r"[\s　]*\x1f[\s　\x1f]*", BOUNDARY, value[: 4 * _LONGEST_VALUE]).strip(BOUNDARY + " 　")
    value = value.lstrip("】］]〕 　")
    cut = _FURNITURE.search(value)
    if cut and (BOUNDARY in cut.group() or re.search(r"[\s　【\[(（|｜]", cut.group())):
        start = cut.start() + re.search(r"[\s\x1f　【\[(（|｜]", cut.group()).start()  # type: ignore[union-attr]
        value = value[:start]
    value = plain(value).rstrip(" 　|｜【[（(;；,，")
    if value[-1:] in _CLOSING and _CLOSING[value[-1]] not in value:
        value = value[:-1].rstrip()
    return "" if value in _NO_VALUE or is_label(value) else value[:_LONGEST_VALUE]


@remembered
def split_line(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What stands before the first label of a line, and the line's labels with their values as printed.

    A sentence that mentions labels (应标注“索引号：…”) states none.
    """
    if len(text) > _LONGEST_LINE:
        return text, ()
    marks = sorted([*_before_colons(text), *_in_brackets(text)])
    if marks and _is_prose(text, marks[0][0]):
        return text, ()
    if BOUNDARY in text.strip(BOUNDARY):
        bare = list(_between_boundaries(text))
        alone = len(bare) == 1 and not plain(text[: bare[0][0]])
        if alone or len(bare) + len(marks) > 1 or any(vocabulary.key(word) in _KEYS_OF_BLOCKS for *_, word in bare):
            marks += [mark for mark in bare if not any(start <= mark[0] < end for start, end, _ in marks)]
    if not marks:
        marks = _beside_dates(text)
    if not marks:
        return text, ()
    known = sorted(marks)
    for match in _UNKNOWN.finditer(text):
        if not any(start < match.end() and match.start(1) < end for start, end, _ in known):
            marks.append((match.start(1), match.end(), match.group(1)))
    marks.sort()
    pairs = []
    for place, (_, end, word) in enumerate(marks):
        stop = marks[place + 1][0] if place + 1 < len(marks) else len(text)
        pairs.append((word, text[end:stop]))
    return text[: marks[0][0]], tuple(pairs)


def _before_colons(text: str) -> Iterator[tuple[int, int, str]]:
    """Known labels before a colon: start, end behind the colon, and the label. Blanks inside a label do not count.

    A long label is found behind a value that runs into it (来源：某局发布时间：2019-01-02).
    """
    if not _COLON_MARK.search(text):
        return
    for match in _RUN.finditer(text):
        words = list(_WORD.finditer(match.group(1)))
        start: int | None = None
        for first in range(max(0, len(words) - _MOST_PARTS), len(words)):
            if "".join(word.group() for word in words[first:]) in vocabulary.KNOWN:
                start = words[first].start()
                break
        if start is None:
            word = words[-1]
            lengths = range(min(len(word.group()) - 1, _LONGEST_LABEL), _LONG_LABEL - 1, -1)
            start = next((word.end() - n for n in lengths if word.group()[-n:] in vocabulary.KNOWN), None)
        if start is not None:
            yield match.start(1) + start, match.end(), text[match.start(1) + start : match.end(1)]


def _in_brackets(text: str) -> list[tuple[int, int, str]]:
    """Known labels in brackets with the value behind them (【索引号】…【发布机构】…): start, end, and the label."""
    marks = [
        (*match.span(), match.group(1))
        for match in _BRACKETED.finditer(text)
        if vocabulary.key(match.group(1)) in vocabulary.KNOWN
    ]
    keys = {vocabulary.key(word) for *_, word in marks}
    return marks if any(key in vocabulary.FIELD_OF and key not in LONE_LABELS for key in keys) else []


def _beside_dates(text: str) -> list[tuple[int, int, str]]:
    """Known labels on an info line without any colon (发布时间 2021-06-03 来源 某局 浏览 20): start, end, label.

    The line must begin with a label or a date, and hold both.
    """
    if len(text) > _LONGEST_INFO or _SENTENCE.search(text) or not _DATE_AT.search(text):
        return []
    marks: list[tuple[int, int, str]] = []
    for place, token in enumerate(_TOKEN.finditer(text)):
        word = token.group()
        date = _DATE_AT.search(word)
        if date and date.start():
            word = word[: date.start()]
        if vocabulary.key(word) in vocabulary.KNOWN:
            marks.append((token.start(), token.start() + len(word), word))
        elif not place and not date:
            return []
    return marks if any(vocabulary.key(word) in vocabulary.FIELD_OF for *_, word in marks) else []


def is_labelled(text: str) -> bool:
    """Whether a short line states a label of the vocabulary with a colon, as blocks and info lines do."""
    if len(text) > 150 or _COLON_MARK.search(text) is None:
        return False
    first = next(_before_colons(text), None)
    return first is not None and not _is_prose(text, first[0])


def _is_prose(text: str, label: int) -> bool:
    """Whether what stands before the first label, which begins at ``label``, makes the line a sentence."""
    before = text[:label]
    return bool(plain(before)) and _PROSE.search(before) is not None


def _between_boundaries(text: str) -> Iterator[tuple[int, int, str]]:
    """Known labels that fill an element, or several in a row, with no colon: ``<span>索引号</span><span>…</span>``."""
    chunks = [(m.start(), m.end(), m.group().strip(" 　")) for m in _CHUNK.finditer(text)]
    keys = [vocabulary.key(chunk) for *_, chunk in chunks]
    place = 0
    while place < len(chunks):
        if keys[place] not in _BEGINNINGS:
            place += 1
            continue
        most = length = 0
        while most < _MOST_PARTS and place + most < len(chunks) and length <= _LONGEST_SPREAD:
            length += len(chunks[place + most][2])
            most += 1
        for parts in range(most, 0, -1):
            word = "".join(keys[place : place + parts])
            end = chunks[place + parts - 1][1]
            if word in vocabulary.KNOWN and word not in LONE_LABELS and end < len(text):
                yield chunks[place][0], end, text[chunks[place][0] : end]
                place += parts - 1
                break
        place += 1


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


def _box(survey: Survey, element: Element) -> Element:
    """The outermost of the elements that wrap one line and nothing else."""
    for _ in range(_MOST_WRAPPERS):
        above = element.getparent()
        first, last = survey.spans.get(above, (0, 0)) if above is not None else (0, 0)
        if above is None or last - first != 1:
            break
        element = above
    return element


def _close(survey: Survey, label: _Unit, value: _Unit) -> bool:
    """Whether a line that follows a lone label is its value: a cell of the same row, or the next of its siblings."""
    if label.row is not None or value.row is not None:
        return label.row is value.row
    if label.cell is not None or value.cell is not None:
        return label.cell is not None and value.cell is not None and label.cell.getparent() is value.cell.getparent()
    ours, theirs = label.owner, value.owner
    if ours is theirs:
        return True
    parent, other = ours.getparent(), theirs.getparent()
    if parent is other or ours is other or theirs is parent:
        return True
    if other is not None and other.getparent() is ours:  # <li>label<ul><li>value
        return True
    ours, theirs = _box(survey, ours), _box(survey, theirs)
    return ours.getparent() is theirs.getparent() is not None


def _may_be_value(survey: Survey, label: _Unit, value: _Unit, body: tuple[int, int]) -> bool:
    first, last = body
    if not _close(survey, label, value) or value.is_label or (label.cell is None and first <= value.first < last):
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
    above = element.getparent()
    return element if above is None or above.tag in ("body", "html") else above


@dataclass(slots=True)
class _Group:
    """The labels of one block, in order."""

    pairs: list[Pair] = field(default_factory=list)
    units: list[_Unit] = field(default_factory=list)

    @property
    def keys(self) -> set[str]:
        return {pair.key for pair in self.pairs if pair.key in _KEYS_OF_PAGES}

    @property
    def is_form(self) -> bool:
        """Whether this is the head of a proposal (案号, 提案人, 承办单位), a part of the text that it stands in."""
        return len({pair.key for pair in self.pairs} & vocabulary.PROPOSAL) > 1

    @property
    def is_block(self) -> bool:
        """Whether two fields of the document are named, one of them such as blocks alone state."""
        named = {pair.key for pair in self.pairs if pair.field}
        return len(named) > 1 and bool(named & _KEYS_OF_BLOCKS)

    @property
    def is_solid(self) -> bool:
        """Whether this is a labelled block (信息公开 table), not a line of running text or the head of a data table."""
        filled = {pair.key for pair in self.pairs if pair.value}
        named = self.keys & _KEYS_OF_BLOCKS
        return bool(named & filled or (named and len(filled) > 1)) and (
            bool(named & _KEYS_OF_INDEX) or len(named) > 1 or (bool(named) and len(self.keys) > 3)
        )


def read_labels(survey: Survey, body: tuple[int, int]) -> Labelled:
    """All labels outside ``body`` (a span of lines), and blocks of them that stand inside.

    In the body a label counts only within a table or list that is a labelled block, or on an info line at its head:
    letters use such words too. Below the body and far above it only labelled blocks count, and a 来源 close by.
    """
    first, last = body
    found = Labelled()
    for block, group in _collect(survey, body, found.unlabelled).items():
        solid, pairs = group.is_solid, group.pairs
        start = pairs[0].index
        if first <= start < last:
            if group.is_form and not group.keys & _KEYS_OF_INDEX:
                continue
            group = group if solid else _at_head(survey, group, body)
            apart = _apart(survey, block, group, body) if group.pairs else []
            if not apart:
                continue
            pairs = group.pairs
            found.elements.update(apart)
        elif not solid and start >= last > first and start < last + _NEAR and group.is_block:
            solid = True
        elif not solid and last > first:
            pairs = [pair for pair in pairs if _is_near(pair, body)]
        for pair in pairs:
            if solid or pair.key in vocabulary.KNOWN or pair.place == "info":
                place = "table" if solid else "info"
                found.pairs.append(replace(pair, place=place, after=pair.index >= last > first))
    found.pairs.sort(key=lambda pair: pair.index)
    return found


def _is_near(pair: Pair, body: tuple[int, int]) -> bool:
    """Whether a label outside a block stands where a page says it of its document: not far above, 来源 right below."""
    first, last = body
    if pair.index >= last:
        return pair.field == "source" and pair.index < last + _NEAR
    return first - pair.index <= (_NEAR if pair.key in LONE_LABELS else 3 * _NEAR)


def _collect(survey: Survey, body: tuple[int, int], unlabelled: list[tuple[int, str]]) -> dict[Element, _Group]:
    """Every label with its value, by the block it stands in; text before the first label of a line near the body."""
    first, last = body
    units = _units(survey.lines)
    groups: dict[Element, _Group] = {}

    def add(unit: _Unit, label: str, value: str, place: str) -> None:
        block = _block_of(unit.cell if unit.cell is not None else unit.owner)
        group = groups.setdefault(block, _Group())
        printed = plain(label).strip("：:∶﹕︰ 　【[")
        word, tidied = vocabulary.key(label), tidy(value)
        is_organ = vocabulary.FIELD_OF.get(word) in ("publisher", "source")
        if is_organ:
            tidied = _COUNTER_BEHIND.sub("", tidied)
        behind = _DATE_BEHIND.search(tidied) if is_organ else None
        if behind:  # 来源：某局　2021-06-09 10:20
            if first - _NEAR <= unit.first < first:
                unlabelled.append((unit.first, behind.group().strip()))
            tidied = tidied[: behind.start()].rstrip(" 　|｜")
        group.pairs.append(Pair(printed, word, tidied, place, unit.first))
        group.units.append(unit)

    place = 0
    while place < len(units) and len(groups) < _MOST_BLOCKS:
        unit = units[place]
        following = units[place + 1] if place + 1 < len(units) else None
        place += 1
        if not unit.text or unit.linked > _MOST_LINKED or len(unit.text) > _LONGEST_LINE:
            continue
        if unit.linked and unit.linked >= len(plain(unit.text)):
            continue  # navigation
        if unit.cell is None and first + _NEAR <= unit.first < last:
            continue  # the body's own prose
        if unit.is_label:
            lone = unit.cell is None and vocabulary.key(unit.text) in LONE_LABELS and not re.search(_COLON, unit.text)
            below = None if lone else _below(units, place - 1)
            if below is None and following is not None and not lone and _may_be_value(survey, unit, following, body):
                add(unit, unit.text, following.text, "table")
                place += 1
            elif not lone:
                add(unit, unit.text, below.text if below else "", "table")
            continue
        before, pairs = split_line(unit.text)
        if plain(before) and first - _NEAR <= unit.first < first:
            parts = [part for part in map(plain, before.split(BOUNDARY)) if part]
            dated = not unit.linked and any(
                _DATE_AT.match(part) for part in parts[1:]
            )  # <span>某局</span><span>2021-06-09</span>
            unlabelled.append((unit.first, " ".join(parts) if dated else plain(before)))
        for label, value in pairs:
            add(unit, label, value, "table" if unit.cell is not None else "info")
        if not pairs and following is not None and _may_be_unknown_label(unit, following):
            add(unit, unit.text, following.text, "table")
            place += 1
    return groups


def _may_be_unknown_label(unit: _Unit, following: _Unit) -> bool:
    """Whether a cell with a word not known looks like a label: short, and the first cell of its row or a ``th``."""
    if unit.cell is None or unit.row is None or following.row is not unit.row or following.is_label:
        return False
    named = unit.cell.tag == "th" or unit.cell.getprevious() is None
    return named and re.fullmatch(_LABEL_SHAPE, plain(unit.text)) is not None and len(unit.row) in (2, 4, 6)


def _at_head(survey: Survey, group: _Group, body: tuple[int, int]) -> _Group:
    """Of labels inside the body those at its very head, if they are an info line: one is a date, with another label."""
    first, _ = body
    head = _Group()
    said = 0
    here = first
    for pair, unit in zip(group.pairs, group.units, strict=True):
        while here < min(unit.first, first + _NEAR):
            said += len(survey.lines[here].text)
            here += 1
        if said > _MOST_BEFORE_INFO or here >= first + _NEAR:
            break
        head.pairs.append(pair)
        head.units.append(unit)
    together = len({pair.index for pair in head.pairs}) < len(head.pairs)  # 时间 and 来源 apart: of a meeting
    stated = head.keys & _KEYS_OF_INFO and (together or head.keys - LONE_LABELS)
    return head if stated and len(head.keys) > 1 else _Group()


def _apart(survey: Survey, block: Element, group: _Group, body: tuple[int, int]) -> list[Element]:
    """The elements inside the body that hold labels and nothing else: a labelled block or an info line, if any."""
    first, last = body
    lines = survey.inside(block)
    if block.tag in ("table", "dl", "ul") and group.is_solid and len(lines) <= 3 * len(group.units) + 6:
        return [block]
    whole = not lines or (lines[0].index <= first and lines[-1].index >= last - 1)
    stated = len({unit.first for unit in group.units})
    if not whole and len(lines) <= 2 * stated + (stated > 1):
        return [block]
    owners = [unit.owner for unit in group.units]
    return owners if all(len(survey.inside(owner)) == 1 for owner in owners) else []


def _below(units: Sequence[_Unit], position: int) -> _Unit | None:
    """The cell under a label, in a table whose first row holds nothing but labels, two of them known."""
    row = units[position].row
    if row is None:
        return None
    start = position
    while start > 0 and units[start - 1].row is row:
        start -= 1
    end = position
    while end + 1 < len(units) and units[end + 1].row is row:
        end += 1
    while start < end and units[start].spans_rows:
        start += 1  # a caption beside both rows
    heads = units[start : end + 1]
    width = len(heads)
    known = sum(unit.is_label for unit in heads)
    values = units[end + 1 : end + 1 + width]
    if position < start or width < 2 or len(values) < width or known < 2:
        return None
    if known < width and (2 * known <= width or not all(re.fullmatch(_LABEL_SHAPE, unit.text) for unit in heads)):
        return None
    if values[0].row is None or any(unit.row is not values[0].row or unit.is_label for unit in values):
        return None
    after = units[end + 1 + width] if end + 1 + width < len(units) else None
    if after is not None and after.row is values[0].row:
        return None
    if any(row.tag == "tr" for row in values[0].row.itersiblings()) and (after is None or not after.is_label):
        return None  # a table of data, one document a row
    return values[position - start]
