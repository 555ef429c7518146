"""Document numbers (文号): 机关代字 + 〔year〕 + running number + 号 (GB/T 9704-2012), and what pages make of them."""

import re
from dataclasses import dataclass

from crawler.extraction.numbers import fold

_OPEN, _CLOSE = r"[〔\[【﹝「『〈{]", r"[〕\]】﹞」』〉}]"
_YEAR = r"(?:19[4-9][0-9]|20[0-9]{2})"
_NUMBER = re.compile(
    rf"(?:{_OPEN} {{0,3}}(?P<year>{_YEAR})年? {{0,3}}{_CLOSE}|(?P<round>\( ?(?P<year_round>{_YEAR})年? ?\)))"
    r" {0,3}(?P<serial>第? ?[0-9]{1,5}) {0,3}号"
    rf"|{_OPEN} ?(?P<year_lost>{_YEAR}) ?(?P<serial_lost>[0-9]{{1,4}}) ?号"
)
_CUT_OFF = re.compile(rf"{_OPEN}(?P<year>{_YEAR})(?P<serial>[0-9]{{1,4}})")
_UNOPENED = re.compile(
    rf"(?P<year>{_YEAR})(?:{_CLOSE} ?(?P<serial>[1-9][0-9]{{0,4}})|(?P<glued>[1-9][0-9]{{0,2}})) ?号"
)
_LABEL = re.compile(r" *(?:(?:(?:发文)?[文字] *号|(?:发文|文件|公文)?(?:字|编) *号) *: *|[(]?[A-F甲乙丙丁]类?[)]? +)")
_ORDER = re.compile(r"((?:国务院|[一-鿿]{1,12}(?:部|署|总局|委员会|委|银行|会|政府|厅|局)))令 ?\(?第 ?([0-9]{1,4}) ?号")
_CODE = re.compile(r"[一-鿿A-Za-z·]{1,24}$")
_ROUND_ENDS = "发函字复办规政通建提文答议令综电批请示委会告号"
_LEAD = re.compile(
    r".*(?:根据|按照|依据|依照|遵照|参照|贯彻落实|贯彻|落实|执行|转发|印发|下发|制定|出台|发布|公布|详见|参见|文件|通知|意见|办法|方案"
    r"|规定|精神|编号为?|文号为?|字号为?|以及|[我本该][局市县区委省厅部办州]|[的了由在号是为等](?!\Z))"
)
_NOT_OURS = re.compile(r"(?:采购|招标|项目|备案|许可证?|编|证|合同|案|档)(?:编号|号)?[:为]? ?$")


@dataclass(frozen=True, slots=True)
class Number:
    """A document number in the usual form (云民函〔2022〕31号), where it stands, and whether it was repaired."""

    value: str
    start: int
    end: int
    repaired: bool = False


def numbers_in(text: str) -> list[Number]:
    """Every document number in the text, in order; brackets become 〔〕, blanks go, the agency's code stays.

    A closing bracket lost inside (〔20217号) is restored, because four digits of year leave one reading only.
    """
    folded = fold(text)
    found = []
    for match in _NUMBER.finditer(folded):
        code = _agency(folded, match.start())
        if not code or (match["round"] and code[-1] not in _ROUND_ENDS):
            continue
        year = match["year"] or match["year_round"] or match["year_lost"]
        serial = re.sub(r"\s", "", match["serial"] or match["serial_lost"])
        value = f"{code}〔{year}〕{serial}号"
        found.append(Number(value, match.start() - len(code), match.end(), match["year_lost"] is not None))
    return found


def own_number(line: str) -> Number | None:
    """The document number that a line states by itself; what may be glued to it (B类, 同意公开, 签发人) is left over.

    A number cut off after its digits (〔201915) or without its opening bracket (2019〕15号) or any (201915号) is
    restored: year and running number have one reading only.
    """
    folded = fold(line)
    label = _LABEL.match(folded)
    start = label.end() if label else len(folded) - len(folded.lstrip())
    for number in numbers_in(folded):
        rest = folded[number.end :].strip()
        if not folded[start : number.start].strip() and len(rest) <= 24 and not re.search("[。,;》]|文件", rest):
            return number
        break
    if (match := _CUT_OFF.search(folded)) and not folded[match.end() :].strip(" 号〕]】"):
        code = folded[start : match.start()].strip()
        if 2 <= len(code) <= 14 and _CODE.fullmatch(code) and code[0] != "第":
            return Number(f"{code}〔{match['year']}〕{match['serial']}号", start, len(folded), repaired=True)
    if len(folded) <= 40 and (match := _UNOPENED.search(folded)):
        code, serial = folded[start : match.start()].strip(), match["serial"] or match["glued"]
        ends = _ROUND_ENDS if match["serial"] else "发函字复"
        if 2 <= len(code) <= 14 and _CODE.fullmatch(code) and code[-1] in ends and not folded[match.end() :].strip():
            return Number(f"{code}〔{match['year']}〕{serial}号", start, len(folded), repaired=True)
    return None


def cited(text: str, own: set[str]) -> tuple[list[str], bool]:
    """The documents that a text cites, in order of first mention and without its own; whether one had to be repaired.

    Orders (国务院令第711号) count; numbers of purchases, files and permits do not.
    """
    folded = fold(text)
    found: list[tuple[int, str, bool]] = []
    for number in numbers_in(folded):
        if not _NOT_OURS.search(folded[max(0, number.start - 8) : number.start]):
            found.append((number.start, number.value, number.repaired))
    for match in _ORDER.finditer(folded) if "令" in folded else ():
        found.append((match.start(), f"{_trimmed(match[1], folded[: match.start()])}令第{match[2]}号", False))
    values: dict[str, bool] = {}
    for _, value, repaired in sorted(found):
        if value not in own:
            values[value] = values.get(value, True) and repaired
    return list(values), any(values.values())


def _agency(text: str, end: int) -> str | None:
    """The agency's code (机关代字) that ends at ``end``: the words of the sentence before it are cut off."""
    before = text[max(0, end - 26) : end].rstrip(" ")
    if len(before) < end - max(0, end - 26) - 2:
        return None
    match = _CODE.search(before)
    if not match:
        return None
    code = _trimmed(match[0], before[: match.start()])
    return code if 2 <= len(code) <= 14 else None


def _trimmed(code: str, before: str) -> str:
    lead = _LEAD.match(code)
    cut = code[lead.end() :] if lead else code
    conjunction = (lead and lead.end()) or before[-1:] in tuple("号)》”")
    return re.sub("^[和及与以](?=..)", "", cut) if conjunction else cut
