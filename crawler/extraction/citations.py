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
_ORDER = re.compile(r"令 ?\(?第 ?([0-9]{1,4}) ?号")
_ORDERS = re.compile(r"(?:国务院|[一-鿿]{1,16}(?:部|署|总局|委员会|委|银行|会|政府|厅|局|办公室|主席))$")
_CODE = re.compile(r"[一-鿿A-Za-z·]{1,24}$")
_ROUND_ENDS = "发函字复办规政通建提文答议令综电批请示委会告号"
_LEAD = re.compile(
    r".*(?:按照|依照|遵照|参照|对照|比照|依据|根据|遵守|恪守|遵循|遵从|执行|落实|贯彻|实施|施行|履行|围绕|结合"
    r"|参考|参阅|查阅|查看|借鉴|援引|引用|引自|摘自|源自|出自|来自|对应|衔接|符合|满足|适用|采用|依托|鉴于|基于|由于|关于"
    r"|对于|属于|截至|截止|经过|通过|随着|有关|相关|现行|最新|新版|原有|上述|前述|下述|其中|另外|此外|同时|同期|随后|以后|之后"
    r"|先后|陆续|相继|分别|已经|应当|必须|需要|可以|严格|认真|全面(?!依法|深化)|切实|坚决|坚持|具体|主要|进一步|继续|持续|充分"
    r"|积极|依法(?!治)|依规|详见|参见|例如|比如|譬如|诸如|包括|包含|涵盖|亦即|简称|全称|题为|编号|文号|字号|发文|来文|原文|全文"
    r"|标题|出台|颁布|颁发|印制|制发|制定|制订|修订|修改|修正|废止|替代|取代|代替|转发|批转|印发|下发|发布|公布|出具|报送|上报"
    r"|下达|批复|批准|核准|同意|收到|接到|传达|领会|配套|以及|或者|如果|但是|而且|因为|因此|为此|据此|文件|通知|意见|办法|方案"
    r"|规定|精神(?!文明)|要求|条例|细则|决定|[我本该][局市县区委省厅部办州]|(?<!自)由|(?<=[一二三四五六七八九十])日"
    r"|[的了在号是为等按见须拟或与年月])(?!\Z)"
)
_OFFICE = re.compile(
    r"[一-鿿]*(?:国务院|人民政府|办公[厅室]|总局|委员会|改革委|健康委|国资委|[省市县区州]政府|[国省市县区州旗盟][一-鿿]{1,8}[局厅]"
    r"|(?:财政|教育|建设|农业|农村|交通运输|公安|民政|水利|商务|环境|环保|资源|科技|信息化|文化|旅游|司法|管理|社会保障)部)"
)
"""The issuer's name before its code (云川市教育局云教发)."""
_OF_NAME = re.compile(r"(?:督查|督查室|党组?|党委|办公?室?)?(?:[发办字函规复电]|明电)?")
"""What makes one code together with the name: 云县教育局字."""
_NATIONAL = re.compile(r".+(?=国办[发函秘]|国卫|国市监|国医改|国知|国能|国信办|国乡振|中办[发字]|人社部|退役军人部)")
_FIRST = "和同于自至将经如即并依从应可通当都仍均凭"
"""What may lead in a code as a word and begin one as a place (和县, 自贡, 如东, 依兰): the other codes decide."""
_NO_PLACE = "政府党委办发财教人民公安交水农建住卫医文体环市县区省审国中"
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
    return _numbers(fold(text))


def _numbers(folded: str) -> list[Number]:
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
    for number in _numbers(folded):
        before, rest = folded[start : number.start].strip(), folded[number.end :].strip()
        if before == "(" and rest == ")":  # （云民函〔2021〕5号）
            return number
        if (
            (not before or (not rest and _OFFICE.fullmatch(before) and not _LEAD.match(before)))
            and len(rest) <= 24
            and not re.search("[。,;》]|文件", rest)
        ):
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
    for number in _numbers(folded):
        if not _NOT_OURS.search(folded[max(0, number.start - 8) : number.start]):
            found.append((number.start, number.value, number.repaired))
    for match in _ORDER.finditer(folded):
        before = folded[max(0, match.start() - 24) : match.start()]
        if issuer := _ORDERS.search(before):
            value = f"{_trimmed(issuer[0], before[: issuer.start()])}令第{match[1]}号"
            found.append((match.start(), value, False))
    codes = {value.partition("〔")[0] for value in (*own, *(value for _, value, _ in found))}
    places = {code[:1] for code in codes} - {*_NO_PLACE, *_FIRST}
    values: dict[str, bool] = {}
    for _, value, repaired in sorted(found):
        if value[0] in _FIRST and (value[1] in places or value[1:].partition("〔")[0] in codes):
            value = value[1:]
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
    if (office := _OFFICE.match(code)) and not _OF_NAME.fullmatch(code, office.end()):
        code = code[office.end() :]
    if national := _NATIONAL.match(code):
        code = code[national.end() :]
    return code if 2 <= len(code) <= 14 else None


def _trimmed(code: str, before: str) -> str:
    lead = _LEAD.match(code)
    cut = code[lead.end() :] if lead else code
    if not lead and re.search(r"[月\-./][0-9]{1,2}$", before[-6:]):
        cut = cut.removeprefix("日")  # 2019年4月3日公安部令
    listed = re.search(
        r"(?:文件|通知|意见|办法|方案|规定|精神|要求|条例|细则|决定|[等号)》”])$", lead[0] if lead else before
    )
    words = "[及与以就其和]|对(?![外口台])" if listed else "[及以就其]|对(?![外口台])"
    return re.sub(f"^(?:{words})(?=..)", "", cut)
