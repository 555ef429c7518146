"""What a reply says about the proposal (提案, 建议) that it answers: whose it is, session, number and subject."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from crawler.extraction.letterform import RECEIVED
from crawler.extraction.numbers import NUMERAL, fold, numeral
from crawler.extraction.record import Body, Level
from crawler.extraction.remembered import remembered

_LEVELS: Final[dict[str, Level]] = {
    "全国": "national",
    "自治区": "province",
    "省": "province",
    "市": "city",
    "州": "city",
    "盟": "city",
    "地区": "city",
    "县": "county",
    "区": "county",
    "旗": "county",
    "镇": "township",
    "乡": "township",
}
MUNICIPALITIES: Final = ("北京市", "上海市", "天津市", "重庆市")
_PLACE = "(全国|自治区|地区|省|州|盟|市|县|旗|区|镇|乡)"
_TERM = rf"第?{NUMERAL}{{1,3}}届"
_CPPCC, _NPC = "政协|政治协商会议", "人大|人民代表大会"
_BEFORE = re.compile(rf"(?:{_PLACE} ?(?:{_TERM})?|(?:{_TERM})?(全国))? ?({_CPPCC}|{_NPC})")
_WITHIN = re.compile(
    rf"({_CPPCC}|{_NPC})(?:{_TERM})?[一-鿿]{{0,12}}?{_PLACE}(?= ?(?:{_TERM}|委员会|常委会|[0-9]{{4}}年|第))"
)
_SESSION = re.compile(
    rf"第?({NUMERAL}{{1,3}})届((?:(?!届|政府|常委|常务|号|次)[^。;]){{0,20}}?)第?({NUMERAL}{{1,3}})次"
)
_TERM_ALONE = re.compile(
    rf"(?:{_CPPCC}|{_NPC}|[省市州盟县区旗镇乡])第?({NUMERAL}{{1,3}})届"
    rf"|第?({NUMERAL}{{1,3}})届(?:{_CPPCC}|{_NPC}|委员会|全国)"
)
_CODE = r"[A-Za-z]{0,4}-?[0-9]{1,10}(?:[-·][A-Za-z]{0,3}[0-9]{1,6}){0,2}"
_WORD: Final = r"(?:(?:重点|集体|平时|闭会|联名|党派)?(?:提案|建议案?|议案|书面意见|议事原案|题案))"
_MATTER = (
    r"(?:号?(?:重点|集体|个人|平时|闭会|会议|人大|政协|代表|委员|联名|党派|界别)?"
    r"(?:提案|建议|议案|书面意见|议事原案|题案|案)|建设)"
)
_NUMBERED = re.compile(
    rf"第 ?({_CODE}(?: ?号?[、,和及] ?第? ?{_CODE})*|[一二三四五六七八九十百零〇]{{1,6}}) ?号"
    rf"|(?<![-·0-9A-Za-z〕\])】]) ?((?:{_CODE}[、,]){{0,9}}{_CODE}) ?号 ?(?:\([^()]{{0,12}}\))? ?{_MATTER}"
    rf"|[〔\[【(] ?({_CODE}) ?[〕\]】)] ?号"
    rf"|第 ?({_CODE}) ?\([^()]{{1,20}}\) ?号"
    rf"|(?:提案|建议|议案|次会议) ?({_CODE}) ?号"
    rf"|第 ?({_CODE}) ?(?=提案|建议|议案)"
    rf"|(?:编号|案号|提案号|建议号)[为是:]{{0,2}} ?({_CODE})"
)
_NUMBER_IN_QUOTES = re.compile(
    rf"“((?:第 ?)?{_CODE} ?号?|[^“”]{{0,30}}(?:{_CPPCC}|{_NPC})[^“”]{{0,40}}?{_CODE} ?号[^“”]{{0,12}})”"
)
_UNITS_PLACE = re.compile(
    r"[一-鿿]{0,8}?(自治区|省(?!会)|市(?![场政容民区内])|州|盟|县(?!城)|旗|(?<!开发|高新|示范)(?<![新园社小景库矿城市])区(?![域划]))"
)
_QUOTES: Final = {"《": "》", "“": "”", "「": "」", "『": "』", '"': '"', "〈": "〉", "＂": "＂"}
_SUBMITTED = re.compile(r"(?:提出|提交|所提|(?<!前)提(?=的))(?:了|的)?(?: ?的)?")
_ADDRESS = re.compile(
    r"(?:尊敬的)?(?:您们?(?!好)|你们?|贵[单位委会党团部局办市组]{1,2}|该)(?:[两二三]位|们)?(?:在.{0,30}?上?)?的?"
)
_LEAD = re.compile(
    rf"^[ :,]*(?:第 ?{_CODE} ?号)?{_WORD}?(?:\(?第? ?{_CODE} ?号\)?)?"
    r"(?:题为|名为|标题为|内容为)?[ :,]*$"
)
_END = re.compile(
    r"(?:[已己]经?|均已|现已)? ?(?:我[局委办厅院县区市镇乡]|我单位|我们|本[局委办]|县|市|区)?"
    rf"(?:[已己]经?|均已|于.{{0,12}}日)? ?{RECEIVED}"
    r"|(?<=提案|建议|议案)(?:(?:后|一文|一事)(?=[,已收])|的?办理情况)"
    r"|[,。;] ?(?:我(?:局|委|厅|办|院|们|县|市|区|公司|单位)|本(?:局|委|单位)|对此)"
    r"|(?<=提案|建议|议案)(?:我(?:局|委|厅|办|院|们|县|市|区|公司|单位)|本(?:局|委|单位))"
    r"|[,。;] ?(?:现(?:就|将|答|函|回|作|对|根|已|经)|经(?:研究|商|认真|调|会|我|过))|[。;\n]"
)
_END_WORDS = re.compile(rf"{RECEIVED}|现.{{0,12}}(?:答复|函复|函告)")
_CALLED = re.compile(rf"(?:{_WORD}|号)(?:\([^()]{{1,20}}\))?[:, ]*$")
_NUMBER_TAIL = re.compile(
    rf" *(?:的 *)?(?:[(〔\[【] *(?:提案|建议|议案)?(?:第|编号:?|案号:?)? *{_CODE} *号?(?:{_MATTER})? *[)〕\]】] *号?"
    rf"|第 *{_CODE} *号) *(?:{_MATTER})?$"
)
_NUMBER_AFTER = re.compile(
    rf" ?的?(?:{_WORD})?,? ?(?:[(〔\[【] ?(?:[^()《》“”。]{{0,30}}第|{_WORD}|(?:编号|案号)[:为]?)? ?(?P<inside>{_CODE})"
    rf" ?号|第 ?(?P<bare>{_CODE}) ?号|〔(?P<hooked>{_CODE})〕 ?号)"
)
_NUMBER_BEFORE = re.compile(rf"(?:第 ?(?P<counted>{_CODE}) ?号(?:{_MATTER})?|(?P<named>{_CODE}) ?号 ?{_WORD})[:,]? ?$")
_DOUBLED = re.compile(r"(提案|建议|议案)的?(?:提案|建议|议案)$")
_TITLE_SUBJECT = re.compile(
    r"(?:关于)?对?(?P<subject>(?:关于)?.{4,120}?(?:建议|提案|议案))(?:办理情况)?的?(?:办理)?(?:情况)?的?"
    r"(?:会办|协办)?(?:答复|复函|回复|函复|意见|函)"
)


_AROUND_SUBJECT = re.compile(
    rf"^(?:[^:《》“”]{{0,40}}{_CODE}号(?:{_WORD})?:|[(【\[〔](?:第?{_CODE}号?|[A-F甲乙丙]类?)[)】\]〕]|第?{_CODE}号?(?=关于)"
    rf"|(?:提案|建议|议案)(?:题目|标题|名称)?:)|[(【\[〔][^()【】\[\]〔〕]{{1,20}}[)】\]〕]$"
)
"""Numbers and marks around a proposal's own title at the head of a page: 第12号：关于…的提案（A类）."""
_OWN_SUBJECT = re.compile(
    r"(?:关于|加强|推进|加快).{4,100}(?:建议|提案|议案)"
    r"|(?:(?!委员|代表|办理|答复|复函|提出|提交|年度?|会议|期间|报送|收到).){6,100}的(?:建议|提案|议案)"
)
_SOMEBODYS = re.compile(
    r"关于[一-鿿·、]{2,40}?(?:等.{0,4}[名位人])?(?:委员|代表)(?:提出|提交)的?(?:建议|提案|议案)"
    r"|关于[一-鿿·]{2,4}(?:委员|代表)的?(?:建议|提案|议案)"
)
"""What names the proposer only: 关于何晓风委员提案."""

_MOST_NUMBERS: Final = 100
"""Numbers of proposals read from one text; no letter answers as many."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one piece of text says; None or empty where it says nothing."""

    body: Body | None
    level: Level | None
    term: int | None
    session: int | None
    numbers: tuple[str, ...]


def facts_of(text: str) -> Facts:
    """Whose proposal, session and number a title or an opening sentence states.

    The level is that of the word before 政协 or 人大 (市政协, 县十七届人大) or after it (政协云川县第九届委员会); a
    bare 市 is a city, but the four municipalities are provinces. Orders of 届 and 次 seen: 九届三次会议,
    第十届委员会第二次会议, 第五届人大五次会议, 十九届人大第六次会议; Arabic digits too. A number needs 第…号, brackets
    or the word 提案, 建议 after it, so that house numbers stay out. What quotes hold is left aside, unless it is the
    number or the session itself (“123号”建议).
    """
    named = _NUMBER_IN_QUOTES.sub(r"\1", fold(text))
    folded = re.sub(r"(?<=[一-鿿]) +(?=[一-鿿0-9])|(?<=[0-9]) +(?=[一-鿿])", "", without_quotes(named))
    body, level = _whose(folded)
    term = session = None
    if match := _SESSION.search(folded):
        term, session = _counted(match[1]), _counted(match[3])
    elif match := _TERM_ALONE.search(folded):
        term = _counted(match[1] or match[2])
    numbers: list[str] = []
    for match in _NUMBERED.finditer(folded):
        printed = next(group for group in match.groups() if group)
        if len(numbers) > _MOST_NUMBERS:
            break
        for one in re.split(r" ?号?[、,和及] ?第? ?", printed, maxsplit=_MOST_NUMBERS)[:_MOST_NUMBERS]:
            if one not in numbers and not (match[2] and re.search("附$|[路街道]$", folded[: match.start()])):
                numbers.append(one)
    return Facts(body, level, term, session, tuple(numbers))


def titles_by_number(naming: str) -> dict[str, str]:
    """The titles that a sentence quotes with the number right behind or before each: 《…》（第11号）、《…》（第23号）.

    Only what stands together counts; a number to which two titles would belong has none.
    """
    folded = fold(naming[:1200])
    found: dict[str, str] = {}
    if "号" not in folded:
        return found
    for quoted in re.finditer("□{6,}", without_quotes(folded)):
        opened, end = quoted.span()
        if _closing(folded, opened) != end - 1 or not (title := _tidy(naming[opened + 1 : end - 1])):
            continue
        match = _NUMBER_AFTER.match(folded[end : end + 60]) or _NUMBER_BEFORE.search(
            folded[max(0, opened - 24) : opened]
        )
        number = next((group for group in match.groups() if group), None) if match else None
        if number:
            found[number] = "" if number in found else title
    return {number: title for number, title in found.items() if title}


def sittings(text: str) -> list[Facts]:
    """What a text with several numbers says of each, where it names more than one sitting or both 政协 and 人大.

    What is said once holds for the numbers that follow. Empty where one sitting is meant throughout.
    """
    folded = without_quotes(fold(text[:2000]))
    each: list[Facts] = []
    start, several = 0, False
    for match in _NUMBERED.finditer(folded):
        one = facts_of(folded[start : match.end() + 2])
        if each:
            several = several or bool(one.body or one.term)
            last = each[-1]
            said = (one.body, one.level) if one.body else (last.body, one.level or last.level)
            sitting = (one.term, one.session) if one.term else (last.term, last.session)
            one = Facts(said[0], said[1] or last.level, *sitting, one.numbers)
        each.append(one)
        start = match.end()
    return each if several else []


def _counted(text: str) -> int | None:
    value = numeral(text)
    return value if value and value <= 99 else None


def _whose(folded: str) -> tuple[Body | None, Level | None]:
    level: Level | None = None
    for pattern in (_WITHIN, _BEFORE):
        for match in pattern.finditer(folded):
            place = match[2] if pattern is _WITHIN else match[1] or match[2]
            if place and level is None:
                end = match.end(2) if pattern is _WITHIN else match.end(1)
                level = "province" if folded[: max(end, 0)].endswith(MUNICIPALITIES) else _LEVELS[place]
        if level:
            break
    first = re.search(f"{_CPPCC}|{_NPC}", folded)
    body: Body | None = None
    if first:
        body = "cppcc" if first[0] in _CPPCC.split("|") else "npc"
    return body, level


def level_of_unit(name: str) -> Level | None:
    """The level of the place whose unit this is (云川县教育局, 市水利局); None for branches, townships, no place.

    A letter that names 政协 or 人大 without a place means those of its own.
    """
    if re.search("分局|分公司|镇|乡|街道", name):
        return None
    level: Level | None = None
    place = _UNITS_PLACE.match(fold(name))
    while place:
        level = _LEVELS[place[1]]
        place = _UNITS_PLACE.match(name, place.end()) if place[1] in ("省", "自治区", "市", "州", "盟") else None
    return level


@remembered
def without_quotes(text: str) -> str:
    """The text with everything in 《》 and “” blanked out by □, in place; nested quotes go with the outer one."""
    kept: list[str] = []
    stack: list[str] = []
    closed = _balanced(text)
    for index, character in enumerate(text):
        quoted = bool(stack)
        if quoted and character == stack[-1]:
            stack.pop()
        elif index in closed:
            stack.append(_QUOTES[character])
            quoted = True
        kept.append("□" if quoted else character)
    return "".join(kept)


def _balanced(text: str) -> set[int]:
    """Places of the opening quotes that are closed later on."""
    closed: set[int] = set()
    stacks: dict[str, list[int]] = {"》": [], "”": []}
    for index, character in enumerate(text):
        if character in "《“":
            stacks[_QUOTES[character]].append(index)
        elif stacks.get(character):
            closed.add(stacks[character].pop())
    return closed


def subject_in_opening(opening: str) -> str | None:
    """The proposal's title as the opening sentence names it: what is quoted after 提出的, else the words up to 收悉.

    关于“…”的提案 keeps its frame; an unquoted title loses the number that follows it; a mere 第12号提案 is no title.
    """
    first = opening.split("\n")[0][:700]
    folded = fold(first)
    match = re.match(r"[^《“。]{0,24}(?:您们?|你们?|贵[单位委会党团部局办市组]{1,2}|来函) ?的?(?=[《“])", folded)
    match = match or _SUBMITTED.search(folded)
    if not match or match.start() > 160:
        match = _ADDRESS.search(folded[:120])
        if not match and not (match := re.match(r" *(?=[《“])", folded)):
            return _quoted_proposal(first)
    start = match.end()
    opened = next((i for i in range(start, min(start + 60, len(folded))) if folded[i] in _QUOTES), None)
    end = _END.search(folded, start)
    if opened is not None and (end is None or opened < end.start()):
        close = _closing(folded, opened)
        before = folded[start:opened]
        if close is not None and close - opened > 4:
            inner, after = first[opened + 1 : close].strip(), folded[close + 1 : close + 16]
            if _LEAD.match(before):
                return _tidy(inner)
            if before.strip() == "关于" and inner.startswith("关于"):
                return _tidy(inner)
            if before.strip() == "关于":
                if framed := re.match(r" ?的?(?:相关|有关)?(?:提案|建议|议案|题案)", after):
                    return _tidy(first[start : close + 1 + framed.end()])
                if re.match(r" ?(?:[(〔\[第,;。已收现]|$)", after):
                    return _tidy(inner)
            end = _END.search(folded, close)
    if end is None:
        return _quoted_proposal(first)
    return _unquoted(first[start : end.start()]) or _quoted_proposal(first)


def _quoted_proposal(printed: str) -> str | None:
    """The first thing quoted that is a proposal by its own or the words around it; in “” only where it is received.

    Remarks taken from a proposal stand in “” as well, but in sentences of their own.
    """
    folded = fold(printed)
    if headed := re.search(r"(?:案由|题目|标题)[:为是] ?([^,。;《》“]{4,100})", folded):
        return _tidy(printed[headed.start(1) : headed.end(1)])
    for left, asked in (("《", None), ("“", _END_WORDS)):
        for opened in (index for index, character in enumerate(folded) if character == left):
            close = _closing(folded, opened)
            if not close or close - opened <= 4:
                continue
            before, after = folded[max(0, opened - 40) : opened], folded[close + 1 : close + 200].split("。")[0]
            if asked and not asked.search(after):
                continue
            inner = printed[opened + 1 : close]
            called = re.search(rf"{_WORD}$", fold(inner)) or re.match(rf" ?的?(?:相关)?{_WORD}", after)
            if called or (_CALLED.search(before) and _END_WORDS.search(after[:60])):
                return _tidy(inner)
    return None


def _unquoted(printed: str) -> str | None:
    printed = re.sub(rf"的 *第? *{_CODE} *号 *({_MATTER})$", r"的\1", printed)
    folded = fold(printed)
    for _ in range(2):
        if tail := _NUMBER_TAIL.search(folded):
            printed = printed[: tail.start()]
            folded = fold(printed)
    printed = printed.strip(" ,，、:：的")
    if (
        not re.search(rf"^(?:进一步|切实)?关于|(?:{_WORD}|意见)$", folded.strip(" ,、:的"))
        or re.search(r"[!?;]|[您你]们?[在说写]|^号", folded)
        or len(re.sub(r"的|相关|这一|各项|宝贵|意见|建议|提案|议案", "", printed)) < 4
    ):
        return None
    doubled = _DOUBLED.search(printed)
    return _tidy(printed[: doubled.end(1)] if doubled else printed)


def _tidy(printed: str) -> str | None:
    title = printed.strip()
    return title if 4 <= len(title) <= 200 else None


def _closing(folded: str, opened: int) -> int | None:
    """Where the quote opened at this place closes; inner quotes of the same kind are counted."""
    left, right = folded[opened], _QUOTES[folded[opened]]
    depth = 0
    for index in range(opened, min(len(folded), opened + 300)):
        if folded[index] == left and not (left == right and depth):
            depth += 1
        elif folded[index] == right:
            depth -= 1
            if depth == 0:
                return index
    return None


def subject_in_title(title: str) -> str | None:
    """The proposal's title as the reply's title names it: quoted, after a colon, or all that the title speaks of."""
    folded = re.sub(r"\s", "", fold(title))
    for opened, character in enumerate(folded):
        if character in "《“":
            inner = folded[opened + 1 : _closing(folded, opened) or opened]
            if len(inner) >= 6 and (character == "《" or re.search("(?:建议|提案|议案)$", inner)):
                return inner
    if found := re.search(r"答复(?:函|意见)?:(.{4,80}(?:建议|提案|议案))$", folded):
        return found[1]
    own = _AROUND_SUBJECT.sub("", folded[:300])
    if _OWN_SUBJECT.fullmatch(own) and not re.search(f"{_CODE}号|次会议|{_CPPCC}|{_NPC}", own):
        return own
    if re.search(f"第?{_CODE}号|{_CPPCC}|{_NPC}", folded):
        return None
    at = folded.find("关于")
    found = _TITLE_SUBJECT.match(folded[at:] if at >= 0 else "")
    if not found:
        return None
    subject = re.sub(r"^(?:关于)?.{2,40}(?:委员|代表)提出的(?:关于)?", "关于", found["subject"])
    if not subject.startswith("关于"):
        subject = "关于" + subject.removeprefix("对")
    return subject if len(subject) >= 8 and not _SOMEBODYS.fullmatch(subject) else None


def vote(evidence: list[tuple[Body, int]]) -> Body | None:
    """The body with the most weight; None without evidence. 提案 and 建议 are confused even within one page."""
    count: Counter[Body] = Counter()
    for body, weight in evidence:
        count[body] += weight
    return count.most_common(1)[0][0] if count else None
