"""Who signed a letter and when (落款): the unit's line and the date's line under the text."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from crawler.extraction.letterform import Letter
from crawler.extraction.numbers import fold, read_date
from crawler.extraction.record import Kind

_ORGANISATION: Final = (
    r"(?:局|委|委员会|厅|部|办|办公室|政府|国务院|处|中心|院|街道|办事处|镇|乡|公司|银行|社|会|联社|学校|学院|大学|中学|小学"
    r"|队|所|站|网|馆|党组|党委|工委|检察院|集团|联盟|团委|工会|妇联|残联|文联|科协|侨联|社科联|工商联|分局|分行|总局|署|法院|场|园|室|组|科|库|段|台|厂|车站|海关|支行|开发区|新区|高新区|园区)"
)
_UNIT = re.compile(rf"[一-鿿A-Za-z0-9·()（）“”]{{1,48}}{_ORGANISATION}(?:\([^()]{{1,12}}\))?")
_LABEL = re.compile(
    r"(?:落款|(?:落款|发文|答复|回复|承办)?(?:单位|机关|部门)|(?:答复|回复|函复|落款|签发|发文|成文)?(?:日期|时间))"
    r" *: *"
)
_CELL_LABEL = re.compile(
    r"(?:落款|发文|答复|回复|承办)(?:单位|机关|部门)|(?:答复|回复|函复|落款|签发|成文)(?:日期|时间)"
)
_FAREWELL = re.compile(r"(?:特此|专此|此)(?:函复|答复|回复|复函|复)[。!,] *")
_SEAL = re.compile(r" *[(\[【] *(?:盖章|代章|公章|印章|章|印) *[)\]】]")
_UNIT_AND_DATE = re.compile(
    r"(?P<unit>.*?[一-鿿)]) *(?P<date>(?:[0-9〇○零Oo一二三四五六七八九] ?){4} ?[年.\-/].{3,14})"
)
_DATE_AND_UNIT = re.compile(r"(?P<date>[0-9〇○零Oo一二三四五六七八九]{4} ?年.{3,12}?日) *(?P<unit>[一-鿿].{3,60})")
_CONTACT = re.compile(r"[(]?(?:联系|承办|经办|单位负责|主管|电话|手机|负责人|具体|传真|邮编|人:)")
_CONTACT_BEHIND = re.compile(r"(?<=日) *[(](?:联系|承办|经办)[^()]{2,60}[)]$")
_AFTER = re.compile(
    r"(?:抄送|抄报|附件|附表|主动公开|依申请公开|不予公开|公开方式|[(]?此件|信息公开|主题词|[(]?联系|办复类别|注:|备注|报:"
    r"|.{0,24}印发|[0-9]{4}年? ?[0-9]{1,2}月$)"
)
_NOT_FILLED_IN: Final = "[0-9〇○零Oo一二三四五六七八九十×Xx*_＿ ]"
_NO_DATE = re.compile(
    rf"{_NOT_FILLED_IN}{{0,8}}年{_NOT_FILLED_IN}{{0,8}}月(?:{_NOT_FILLED_IN}{{0,8}}[日号曰]?)?|(?:19|20)[0-9]{{4,6}}"
)
"""What stands in a date's place and is none: 2022年2月30日, 2022年6月  日, 二〇××年×月, 2020111 with two readings."""
_PROSE = re.compile(r"[。;,!?:《》|]|[0-9]{5,}")
_APPENDED = re.compile(r"附(?:件 *[0-9一二三四五]{0,2})? *:[^。;]{2,40}(?:意见|答复|复函|函)")
"""Another letter below the signature (附：市财政局会办意见), with a signature of its own."""
_ANSWER_HEADING = re.compile(
    r"(?:[一二三四五]、|\([一二三四五]\))?[一-鿿]{2,20}(?:答复|回复|办理)(?:意见|情况|内容)?:?"
)
_ATTACHED = re.compile(r"附件 *[0-9一二三四五]{0,2} *(?P<list>:)?")


@dataclass(frozen=True, slots=True)
class Signature:
    """The signing unit (several joined by 、) and date, with the lines as printed."""

    unit: str | None
    unit_raw: str
    date: str | None
    date_raw: str
    repaired: bool


def find_signature(letter: Letter, kind: Kind, published_at: str | None) -> Signature | None:
    """The signature below the text; None where nothing is signed.

    A line that is a date alone signs, together with the units' lines above it (contacts may stand between); dates under
    an attachment's heading do not count. Of several, replies and opinions are signed by the last that stands below the
    end of a sentence (cells of a flattened table do not), policies by the first, since what they issue follows; other
    pages only at their end. A date without a unit counts only near the end or before attachments; a unit without a date
    only at a letter's end.
    """
    is_letter = kind in ("reply", "opinion")
    dated, last = list(_dated(letter, published_at)), _end_of_text(letter)
    with_unit = [(index, one) for index, one in dated if one.unit]
    below_text = [(index, one) for index, one in with_unit if _is_below_text(letter, index, one)]
    if kind == "other":
        at_end = (one for index, one in with_unit if index >= last - 3 or _heads_attachment(letter, index))
        with_unit = [*below_text[:1], *((0, one) for one in at_end)]
    if with_unit:
        return _all_answering(letter, below_text or with_unit[-1:]) if is_letter else with_unit[0][1]
    for index, one in reversed(dated) if is_letter else dated:
        below = _units(list(letter.lines[index + 1 : index + 2]))
        if not one.repaired and (index >= last - 2 or _ends_here(letter, index, below is not None)):
            return replace(one, unit=below, unit_raw=letter.lines[index + 1]) if below else one
    return _undated(letter, last) if is_letter else None


def _all_answering(letter: Letter, signed: list[tuple[int, Signature]]) -> Signature:
    """The last signature; where several departments answer the same proposer one below the other, with all units."""
    index, last = signed[-1]
    to, units, raw = fold(letter.salutation or "□"), [last.unit or ""], [last.unit_raw]
    for above, one in reversed(signed[:-1]):
        between = letter.folded[above + 1 : index - 1]
        if not any(line.startswith(to) or _ANSWER_HEADING.fullmatch(line) for line in between):
            break
        units.insert(0, one.unit or "")
        raw.insert(0, one.unit_raw)
        index = above
    every = dict.fromkeys(unit for joined in units for unit in joined.split("、"))
    return replace(last, unit="、".join(every), unit_raw="\n".join(raw))


def _is_below_text(letter: Letter, index: int, one: Signature) -> bool:
    return _ends_a_text(letter, index - one.unit_raw.count("\n") - 2)


def _heads_attachment(letter: Letter, index: int) -> bool:
    return index + 1 < len(letter.folded) and bool(_ATTACHED.fullmatch(letter.folded[index + 1]))


def _ends_a_text(letter: Letter, index: int) -> bool:
    """Whether the line at this place is the end of running text, not a cell or a heading."""
    return index >= 0 and bool(re.search(r"[。!;)]$|特此|此复|专此|敬礼|谢谢", letter.folded[index]))


def _dated(letter: Letter, published_at: str | None) -> list[tuple[int, Signature]]:
    found: list[tuple[int, Signature]] = []
    for index in range(letter.closing_start, len(letter.lines)):
        line = _SEAL.sub("", letter.folded[index]).strip()
        if "|" in line:
            found += _in_row(letter, index, published_at)
            continue
        if len(line) > 80 or "印发" in line:
            continue
        if (attached := _ATTACHED.fullmatch(line)) and (found or not attached["list"]):
            break
        if found and _APPENDED.fullmatch(line) and _is_below_text(letter, *found[-1]) and found[-1][1].unit:
            break
        line = _CONTACT_BEHIND.sub("", line)
        bare = _LABEL.sub("", re.sub(r"^.*。(?=.)", "", line).strip(" 。."))
        date, unit, unit_raw = read_date(bare, published_at), None, ""
        if date is None and (match := _UNIT_AND_DATE.fullmatch(bare)):
            unit = _units([match["unit"]])
            date = read_date(match["date"], published_at) if unit else None
            unit_raw = letter.lines[index]
        if date is None and (match := _DATE_AND_UNIT.fullmatch(bare)):
            unit, unit_raw = _units([match["unit"]]), letter.lines[index]
            date = read_date(match["date"], published_at) if unit else None
        if date is None:
            continue
        above, above_raw = _units_above(letter, index)
        if unit is None:
            unit, unit_raw = above, above_raw
        elif above and above_raw:
            unit, unit_raw = f"{above}、{unit}", f"{above_raw}\n{unit_raw}"
        found.append((index, Signature(unit, unit_raw, date.iso, letter.lines[index], date.repaired)))
    return found


def _in_row(letter: Letter, index: int, published_at: str | None) -> list[tuple[int, Signature]]:
    """The signature in a form's row: 答复单位 | X | 答复日期 | Y, also with the unit in the row above."""
    cells = _cells(letter.folded[index])
    date = next(
        (read_date(value, published_at) for label, value in cells.items() if label[-2:] in ("日期", "时间")), None
    )
    if date is None:
        return []
    for above in (index, index - 1):
        for label, value in _cells(letter.folded[above]).items() if above >= letter.closing_start else ():
            if label[-2:] not in ("日期", "时间") and (unit := _units([value])):
                return [(index, Signature(unit, letter.lines[above], date.iso, letter.lines[index], date.repaired))]
    return [(index, Signature(None, "", date.iso, letter.lines[index], date.repaired))]


def _cells(row: str) -> dict[str, str]:
    """The values beside labels of a signature in a row of a table; nothing of other rows."""
    cells = [cell.strip(" :") for cell in row[:400].split("|")] if "|" in row else []
    return {a: b for a, b in pairwise(cells) if _CELL_LABEL.fullmatch(a) and b}


def _units_above(letter: Letter, index: int) -> tuple[str | None, str]:
    lines: list[str] = []
    skipped = 0
    for above in range(index - 1, max(letter.closing_start - 1, index - 9, -1), -1):
        line = letter.folded[above]
        between = not _SEAL.sub("", line).strip() or (_CONTACT.match(line) and len(line) < 80)
        if not lines and skipped < 3 and between and _units([line]) is None:
            skipped += 1
            continue
        if _units([line]) is None:
            break
        lines.insert(0, letter.lines[above])
    return _units(lines), "\n".join(lines)


def _units(lines: list[str]) -> str | None:
    """Units printed on these lines, joined by 、; None where a line is no unit's name."""
    units: list[str] = []
    for line in lines:
        folded = _LABEL.sub("", _SEAL.sub("", fold(line)).strip(), count=1).strip()
        folded = _FAREWELL.sub("", folded)
        if folded[:1] == "(" and folded[-1:] == ")":
            folded = folded[1:-1]
        if (
            _PROSE.search(folded)
            or re.search("[0-9]{4} ?年", folded)
            or not 2 <= len(folded) <= 90
            or re.match("特此|此复|专此|此致|以上|附|抄|[一二三四五六七八九十]、", folded)
        ):
            return None
        parts = [part for part in re.split(r" {2,}|、|\t", folded) if part]
        if len(parts) == 1:
            parts = folded.split(" ")
        parts = [part.replace(" ", "") for part in parts]
        if len(parts) == 2 and len(parts[1]) <= 3:  # an office of the unit: 云川市民政局 办公室
            parts = ["".join(parts)]
        if not all(_UNIT.fullmatch(part) for part in parts):
            parts = [folded.replace(" ", "")]
            if not _UNIT.fullmatch(parts[0]):
                return None
        units.extend(parts)
    return "、".join(dict.fromkeys(units)) or None


def _end_of_text(letter: Letter) -> int:
    """Index of the last line that is neither a contact, a copy list, a mark, an attachment nor a date that is none."""
    for index in range(len(letter.lines) - 1, letter.closing_start - 1, -1):
        line = letter.folded[index]
        if not (_CONTACT.match(line) or _AFTER.match(line) or (_NO_DATE.fullmatch(line) and not read_date(line))):
            return index
    return len(letter.lines) - 1


def _ends_here(letter: Letter, index: int, unit_follows: bool) -> bool:
    """Whether the text proper ends with this line: a sentence, an attachment's name or a contact stands before it."""
    before = letter.folded[index - 1] if index > letter.closing_start else ""
    after = letter.folded[index + 1 : index + 2]
    closed = _ends_a_text(letter, index - 1) or bool(_AFTER.match(before) or _CONTACT.match(before))
    return closed and (
        unit_follows or not after or len(after[0]) > 8 or bool(_AFTER.match(after[0]) or _CONTACT.match(after[0]))
    )


def _undated(letter: Letter, last: int) -> Signature | None:
    if last <= letter.closing_start:
        return None
    unit, raw = _units_above(letter, last + 1)
    if unit and len(unit) >= 5 and _ends_a_text(letter, last - raw.count("\n") - 1):
        return Signature(unit, raw, None, "", False)
    return None
