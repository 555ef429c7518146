"""The form of an official letter (函): what stands above the salutation, the salutation itself, and the opening sentence.

Works on lines alone. Every pattern runs over folded lines (:func:`crawler.extraction.numbers.fold`), whose places are
those of the printed ones.
"""

import re
from dataclasses import dataclass
from typing import Final

from crawler.extraction.numbers import fold, read_date

ROLE: Final = r"(?:委员|代表)"
GROUP: Final = r"(?:代表团|(?:代表|委员)(?:\((?:代表|委员)\))?(?:小?组|团)|代表小组|界别?小?组?|活动组)"
RECEIVED: Final = r"(?:收悉|已悉|收到|交由|交给|交办|转交|转来|已交|已转|由我[局委办厅院县区市镇乡单]|转由|答复如下|函复如下|回复如下|复函如下)"
_SUBMITTED = re.compile(r"(?:提出|提交|所提|提的|反映)")
_YOU = re.compile(r"(?:您|你|贵[单位委会党团部局办市组]|尊敬的您)")
_HEADING = re.compile(r"(?:[一二三四五六七八九十]{1,3}[、.]|[(][一二三四五六七八九十0-9]{1,3}[)]|[0-9]{1,2}[.、])")
_LABELLED = re.compile(
    r"(?:类 *别|分 *类|办理结果|答复类别|办复类别|办理类别|签发人?|附件|抄送|联系|承办|经办|电话|主题词|关键词|标题|来源|索引号|文号|发布|公开"
    r"|编号|案由|案号|建议内容|提案内容|内容|时间|日期|地址|答复内容|答复意见|办理情况|注|备注)"
)
_NOT_ADDRESSED = re.compile(r"如下|下列|以下|现将|通知|有关事项|关于|[。;;?!《》“”|]")
_BODY_WORDS = re.compile(
    r"(?:各|局|委|政府|部门|单位|办|院|公司|厅|政协|人大|党|部|民盟|民建|民革|民进|农工|致公|九三|台盟|工商联|会|中心|街道|镇|乡|学校|社|团|处)"
)
_NAMES_FIRST = re.compile(
    rf"(?P<who>(?:尊敬的)?[^:。;!?《》]{{2,90}}?(?:{GROUP}|{ROLE}))(?P<polite>您好|你好|好)?(?P<mark>[:,!]|(?= *(?:您|你|贵)))"
)
_BODY_FIRST = re.compile(
    r"(?P<who>[^:。,;!?《》]{2,40}(?:局|委|会|办|政府|组|部|厅|院|联|社|处))(?P<mark>:)(?= *(?:您|你|贵|.{0,60}提出))"
)
_NAMES_ALONE = re.compile(rf"(?:尊敬的)?[^:。;!?《》]{{2,120}}(?:{GROUP}|{ROLE})(?:您好|你好)?[!,]?")


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
    """What the sender says first, the salutation cut off; at most three lines, joined by newlines."""
    closing_start: int
    """Index from which a closing may be looked for: never before the opening."""

    @property
    def header(self) -> tuple[str, ...]:
        """The lines above the salutation as printed."""
        return self.lines[: self.header_end]


def is_opening(folded: str) -> bool:
    """Whether a folded line says that a proposal was received: 您提出的…收悉, …交由我局办理, 提出如下协办意见."""
    head = folded[:400]
    return bool(
        _SUBMITTED.search(head) and re.search(RECEIVED + "|现.{0,20}(?:答复|函复|函告|意见)|如下", head)
    ) or bool(re.search(r"(?:提案|建议|议案|来函|来信)[》”\"」)〕号的]*.{0,24}(?:收悉|已悉)", head))


def take_apart(text: str) -> Letter:
    """Find the parts of a letter in a text of lines; a text that is no letter has no salutation and an empty opening."""
    printed = tuple(line.strip() for line in text.split("\n") if line.strip())
    folded = tuple(fold(line) for line in printed)
    for index, line in enumerate(folded):
        following = folded[index + 1] if index + 1 < len(folded) else ""
        found = _salutation(line, following, near_top=index < 16)
        if found is None:
            continue
        end, start = found
        rest = printed[index][start:].strip()
        after = ([rest] if rest else []) + list(printed[index + 1 : index + 4])
        return Letter(printed, folded, index, printed[index][:end].strip(), "\n".join(after[:3]), index + 1)
    return _without_salutation(printed, folded)


def _without_salutation(printed: tuple[str, ...], folded: tuple[str, ...]) -> Letter:
    for index, line in enumerate(folded[:200]):
        if _YOU.match(line.lstrip("(一、")[:4]) and is_opening(line):
            return Letter(printed, folded, index, None, "\n".join(printed[index : index + 3]), index + 1)
    prose = (i for i, line in enumerate(folded[:10]) if len(line) > 60 or "。" in line or _HEADING.match(line))
    first = next(prose, min(len(folded), 8))
    return Letter(printed, folded, first, None, "", first)


def _salutation(line: str, following: str, near_top: bool) -> tuple[int, int] | None:
    """End of the addressee and start of what follows it in the line; None if the line holds no salutation."""
    if _HEADING.match(line) or "|" in line or _LABELLED.match(line) or read_date(line):
        return None
    for pattern in (_NAMES_FIRST, _BODY_FIRST):
        match = pattern.match(line[:240])
        if not match:
            continue
        rest = line[match.end() :].strip()
        called = rest or following
        if rest and not _YOU.match(rest) and not is_opening(rest):
            continue
        if (
            re.search("关于|答复|提出的", match["who"])
            or (match["mark"] not in (":", "")
            and rest
            and not _YOU.match(rest))
        ):
            continue
        if match["mark"] == ":" and not rest and not (near_top or is_opening(called) or _YOU.match(called)):
            continue
        if match["mark"] in ("", "!", ",") and not (_YOU.match(called) and is_opening(called)):
            continue
        return match.end("who"), match.end()
    if _NAMES_ALONE.fullmatch(line) and not re.search("关于|的答复|复函", line):
        if _YOU.match(following) or is_opening(following):
            polite = re.search(r"(?:您好|你好)?[!,]?$", line)
            return (polite.start() if polite else len(line)), len(line)
        return None
    if line.endswith(":") and 3 <= len(line) <= 160 and not _NOT_ADDRESSED.search(line) and _BODY_WORDS.search(line):
        if near_top and len(following) >= 8 and ":" not in line[:-1] and not re.match(r"[各本]位", line):
            return len(line) - 1, len(line)
        if is_opening(following):
            return len(line) - 1, len(line)
    return None
