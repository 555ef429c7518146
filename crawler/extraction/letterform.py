"""The form of an official letter (函): its header, the salutation, and the sentence that opens it.

Works on lines alone. Every pattern runs over folded lines (:func:`crawler.extraction.numbers.fold`), whose places are
those of the printed ones.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from crawler.extraction.numbers import fold, read_date

ROLE: Final = r"(?:委员|代表)"
GROUP: Final = r"(?:代表团|(?:代表|委员)(?:\((?:代表|委员)\))?(?:小?组|团)|界别?小?组?|活动组)"
"""A delegation, 界别 or committee group that proposes as one."""
RECEIVED: Final = (
    r"(?:收悉|[已己]悉|收到|交由|交给|交办|转交|转来|[已己][交转]|转由"
    r"|由我[局委办厅院县区市镇乡单]|(?:答复|函复|回复|复函)如下)"
)

_SUBMITTED = re.compile(r"提出|提交|所提|提的|反映")
_ANSWERED = re.compile(RECEIVED + r"|现.{0,20}(?:答复|函复|函告|意见)|如下")
_NAMED = re.compile(
    r"(?:(?:提案|建议|议案|意见)案?[》”\"」)〕号的]|提案|建议|议案|书面意见|来函|来信).{0,24}(?:收悉|[已己]悉|(?:答复|函复|回复|复函)如下)"
    r"|收到(?:了|贵|您|你).{0,120}(?:提案|建议|议案|意见)|《[^《》]{4,160}》,?(?:收悉|[已己]悉|答复如下)"
)
_YOU = re.compile(r"您|你|贵[单位委会党团部局办市组]")
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十0-9]{1,3}\)|[0-9]{1,2}[.、]|第[一二三1-3][章条])"
)
_LABELLED = re.compile(
    r"类 *别|分 *类|办理|答复|办复|签发|附件|抄送|联系|承办|经办|电话|主题词|关键词|标题|来源|索引号|文号|发布|公开"
    r"|编号|届次|题目|案由|案号|建议内容|提案内容|内容|时间|日期|地址|注|备注|主办|协办|(?:提案|建议|领衔|附议)[人者号代编名标题]|是否"
)
_NOT_ADDRESSED = re.compile(r"如下|下列|以下|现将|通知|有关事项|关于|[。;?!《》“”|]")
_BODY_WORDS = re.compile(
    r"各|局|委|政府|部门|单位|办|院|公司|厅|政协|人大|党|部|民盟|民建|民革|民进|农工|九三|台盟|工商联|会|中心|街道|镇|乡|学校|社|团|处"
)
_NAMES_FIRST = re.compile(
    rf"(?P<who>(?:尊敬的)?[^:。;!?《》]{{2,90}}?(?:{GROUP}|{ROLE}(?:等 ?[0-9一二三四五六七八九十]{{0,3}} ?[人名位])?))"
    r"(?P<polite>,? ?(?:您|你们?)?好)?(?P<mark>[:,!]|(?= *(?:您|你|贵)))"
)
_BODY_FIRST = re.compile(
    r"(?P<who>[^:。,;!?《》]{2,40}(?:局|委|会|办|政府|组|部|厅|院|联|社|处))(?P<mark>:)(?= *(?:您|你|贵|.{0,60}提出))"
)
_NAMES_ALONE = re.compile(rf"(?P<who>(?:尊敬的)?[^:。;!?《》]{{2,120}}(?:{GROUP}|{ROLE}))(?:,? ?(?:您|你们?)?好)?[!,]?")
_CONTINUED = re.compile(r"^[^。:]*[一-鿿)]、$|^各[^。:]*[一-鿿)],$")
_TO = re.compile(r"(?:致(?!公党)|主送) *:? *(?=[一-鿿])")
_LETTER_CELL = re.compile(
    r" *((?:办理|承办单位)?(?:答复|回复|复函|办理)(?:内容|意见|情况|结果)?) *\| *([^|]{30,})$", re.DOTALL
)
_RUN_ON = re.compile(r"(?<=[。:：!！?？;；])[ \u3000\xa0]{2,}|[ \u3000\xa0]{4,}")
_SENT_TO = re.compile(r"\([^()]{1,40}\)")
_POLITE = re.compile(r"(?:您|你们?|大家)?好[!。,]*")
_NOT_NAMES = re.compile(r"关于|答复|复函|提出的")


@dataclass(frozen=True, slots=True)
class Letter:
    """Lines as printed and folded; where the header ends and the text begins; the salutation and what follows it."""

    lines: tuple[str, ...]
    folded: tuple[str, ...]
    header_end: int
    """Index of the salutation's line; without one, of the first line of running text."""
    salutation: str | None
    """As printed, without the colon; None where the letter has none."""
    opening: str
    """What is said first about the proposal, the salutation cut off; at most three lines, joined by newlines."""
    closing_start: int
    """Index from which a closing may be looked for: never before the opening."""

    @property
    def header(self) -> tuple[str, ...]:
        """The lines above the salutation as printed."""
        return self.lines[: self.header_end]


def is_opening(line: str) -> bool:
    """Whether a line says that a proposal was received: 您提出的…收悉, …交由我局办理, 提出如下协办意见."""
    head = fold(line)[:400]
    return bool((_SUBMITTED.search(head) and _ANSWERED.search(head)) or _NAMED.search(head))


def unrolled(line: str) -> str:
    """A row of a form (领衔代表 | 张三 | 承办单位 | 水利局) as a line of labels and values; other lines unchanged."""
    if "|" not in line or len(line) > 400:
        return line
    cells = [cell.strip() for cell in line.split("|")]
    pairs = list(zip(cells[::2], cells[1::2], strict=False))
    if len(cells) % 2 or not all(_LABELLED.match(fold(a)) and not _LABELLED.match(fold(b)) for a, b in pairs):
        return line
    return "    ".join(f"{label.rstrip(':：')}：{value}" for label, value in pairs)


def columns(line: str) -> tuple[str, ...]:
    """A folded line, and what stands side by side on it, set apart by blanks: 办理结果:A 是否公开:是."""
    parts = re.split(r" {2,}| (?=[一-鿿]{2,8} ?:)", line.strip())
    return (line, *parts) if len(parts) > 1 else (line,)


@lru_cache(maxsize=1)  # what the letter says and what kind it is are read one after the other
def take_apart(text: str) -> Letter:
    """Find the parts of a letter in lines of text; what is no letter has no salutation and an empty opening."""
    printed = tuple(part.strip() for line in text.split("\n") for part in _parts(line) if part.strip())
    folded = tuple(fold(line) for line in printed)
    near_top = True
    for index, line in enumerate(folded):
        near_top = near_top and index < 16
        found = _salutation(line, folded[index + 1] if index + 1 < len(folded) else "", near_top)
        if found is None:
            near_top = near_top and "。" not in line and not _HEADING.match(line)
            continue
        begin, end, start = found
        first, salutation = index, printed[index][begin:end].strip()
        while first and len(folded[first - 1]) <= 80 and _CONTINUED.search(folded[first - 1]):
            first -= 1
            salutation = printed[first] + salutation
        rest = printed[index][start:].strip()
        return Letter(printed, folded, first, salutation, _opening(rest, printed[index + 1 : index + 5]), index + 1)
    return _without_salutation(printed, folded)


def _parts(line: str) -> list[str]:
    """The paragraphs of a letter that stands in one cell of a form (答复内容 | 张三委员：…) or is one line whose
    paragraphs only blanks set apart; other lines are one."""
    if len(line) > 200 and "|" not in line and len(paragraphs := _RUN_ON.split(line)) > 3:
        return paragraphs
    if "|" not in line or not (match := _LETTER_CELL.match(line)):
        return [line]
    return [match[1], *re.split(r"(?<=[。：:！]) +", match[2])]


def _opening(rest: str, following: tuple[str, ...]) -> str:
    """The first lines after the salutation, from the one that names the proposal if there is one."""
    said = rest and not _POLITE.fullmatch(fold(rest)) and not _SENT_TO.fullmatch(fold(rest))
    after = ([rest] if said else []) + list(following)
    start = next((index for index, line in enumerate(after[:4]) if is_opening(line)), 0)
    return "\n".join(after[start : start + 3])


def _without_salutation(printed: tuple[str, ...], folded: tuple[str, ...]) -> Letter:
    for index, line in enumerate(folded[:200]):
        if _YOU.match(re.sub(r"^(?:答复(?:内容|意见)|办理情况) *: *", "", line)) and is_opening(line):
            return Letter(printed, folded, index, None, "\n".join(printed[index : index + 3]), index + 1)
    prose = (i for i, line in enumerate(folded[:10]) if len(line) > 60 or "。" in line or _HEADING.match(line))
    first = next(prose, min(len(folded), 8))
    return Letter(printed, folded, first, None, "", first)


def _salutation(line: str, following: str, near_top: bool) -> tuple[int, int, int] | None:
    """Begin and end of the addressee and start of what follows it in the line; None without a salutation."""
    begin = lead.end() if (lead := _TO.match(line)) else 0
    found = _addressed(line[begin:], following, near_top)
    return (begin, begin + found[0], begin + found[1]) if found else None


def _addressed(line: str, following: str, near_top: bool) -> tuple[int, int] | None:
    if _HEADING.match(line) or "|" in line or _LABELLED.match(line) or read_date(line):
        return None
    for pattern in (_NAMES_FIRST, _BODY_FIRST):
        match = pattern.match(line[:240])
        if match and _addresses(match, line[match.end() :].strip(), following, near_top):
            return match.end("who"), match.end()
    if match := _NAMES_ALONE.fullmatch(line[:200]):
        called = _YOU.match(following) or is_opening(following)
        return (match.end("who"), len(line)) if called and not _NOT_NAMES.search(line) else None
    if not line.endswith(":") or not 3 <= len(line) <= 160 or _NOT_ADDRESSED.search(line) or ":" in line[:-1]:
        return None
    to_body = near_top and _BODY_WORDS.search(line) and len(following) >= 8 and not re.match("各位|本位", line)
    return (len(line) - 1, len(line)) if to_body or is_opening(following) else None


def _addresses(match: re.Match[str], rest: str, following: str, near_top: bool) -> bool:
    """Whether a role's or body's name at the head of a line is spoken to, not spoken of."""
    if _NOT_NAMES.search(match["who"]):
        return False
    if _POLITE.fullmatch(rest) or _SENT_TO.fullmatch(rest):
        rest = ""
    called = rest or following
    spoken_to = bool(_YOU.match(called))
    if rest:
        return (spoken_to or is_opening(rest)) and (match["mark"] == ":" or (spoken_to and is_opening(rest)))
    if match["mark"] == ":":
        return near_top or spoken_to or is_opening(called)
    return spoken_to and is_opening(called)
