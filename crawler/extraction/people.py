"""Whose proposal it is (提案人, 领衔代表), from the salutation or the opening sentence."""

import re
from typing import Final

from crawler.extraction.letterform import GROUP, ROLE
from crawler.extraction.numbers import fold

_BODIES: Final = re.compile(
    r"民盟|民建|民革|民进|农工|致公|九三|台盟|工商联|无党派|知联会|侨联|妇联|团委|共青团|团[省市州县区旗]委|总工会|科协|青联|文联|残联|红十字"
    r"|政协.{0,12}(?:委|组|办|联络处|工委)|界别?$|界.{0,4}组|代表团|代表组|委员组|小组|联络组|联工委|专委会|专门委员会"
)
_FEW: Final = "(?:[0-9]{1,3}|[二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九几])"
_ROLES = re.compile(
    rf"(?:(?:全国|自治区|省|市|州|县|区|旗|镇|乡)?(?:人大|政协))?(?:等? *{_FEW} *[位名](?:{ROLE})?|等)?"
    rf"(?:各位|诸位)?(?:人大|政协)?{ROLE}$"
)
_TITLED = re.compile(rf"^(?:.{{0,8}}(?:政协|人大))?{ROLE}(?=[一-鿿·]{{2,12}}(?:同志|先生|女士)?$)")
_OTHERS = re.compile(rf"(?:等 *(?:{_FEW})? *[位名人]?|{_FEW} *[位名])(?:同志|委员|代表)?$")
_GROUP = re.compile(rf"(?:{GROUP})$")
_OFFICE = re.compile(r"(?:组|团|处|站|室)$")
_GO_BETWEEN = re.compile(
    r"提案.{0,12}委(?:员会)?(?:办公室)?$|(?:选联|代选|联络|代表|选任联|人代选).{0,4}工?委(?:员会)?$"
    r"|(?:政协|人大).{0,20}办(?:公室)?$"
)
"""Committees and offices that hand proposals on; addressed beside a person they did not propose."""
_HELD: Final = re.compile(
    r".+(?:书记|主任|主席|主委|[会校院局厂站所村社镇乡部科处园长]长|秘书长|董事长|理事长|教授|经理|常委|律师|医师|医生|教师|老师"
    r"|研究员|工程师|院士|[会盟社党成]员|人士|界别|[一-鿿]{2}界|负责人|委员|代表)(?!(?:委员|代表)$)(?=[一-鿿]{2,4}$|[一-鿿]{1,12}·)"
)
"""Posts and memberships before a name."""
_FROM = re.compile(r"^[一-鿿]{1,8}(?:[省市县区州旗镇乡村]|街道|社区)(?=[一-鿿]{2,4}$|[一-鿿]{1,12}·)")
_NO_PERSON = re.compile(r"(?:[会组团委办室处部社联盟界站]|学会|支部)$")
_EVERYBODY = re.compile(
    r".*(?:届|会议|大会).*|.*(?:[们的]|各级)|[住驻在].{1,10}[省市县区州旗]|(?:提案|建议|议案|领衔|附议|联名)[人者]?"
    r"|界别|基层|一线|在座|与会|列席|出席|参会|党外|妇女|青年|农民|工人|代表|委员"
)
_NOTE = re.compile(r"(?<=委员|代表)\([^()]*\)$")
_BETWEEN = re.compile(
    r"[、,;]|(?<=[委会办室])(?:并|暨)(?=[一-鿿·]{2,8}(?:委员(?!会)|代表))"
    r"|(?<=委员)(?:并|和|及|暨| *(?=[一-鿿·]{2,8}(?:委员(?!会)|代表)))(?!会)"
    r"|(?<=代表)(?:并|和|及|暨| *(?=[一-鿿·]{2,8}代表))(?!团)"
)
_REST: Final = re.compile(r"(?:并?转)?(?:各|其他|其它)|(?:联名|附议|附名|联署|相关|有关)(?:人|的)?$")
_NOBODY: Final = ("人大", "政协", "各位", "有关", "全体", "诸位")
_HOW: Final = r"(?:联名|共同|联合|分别|领衔|牵头|在[^,。;]{2,40}上)"
_PROPOSED = re.compile(rf"(?P<who>[^,。;:!?\n]{{2,90}}?){_HOW}{{0,2}}(?:提出|提交|所提)的?")
_BEFORE_TITLE = re.compile(rf"(?P<who>[^,。;:!?()《“\n]{{2,60}}{ROLE})(?:同志)?的?(?=[《“])")
_IN_BRACKETS = re.compile(
    rf"[》”号案议]\((?:(?P<who>[^()。]{{2,60}}{ROLE}){_HOW}?(?:提出|提交|提案|领衔)?"
    r"|(?:第一)?(?:提案|建议|提议|领衔)(?:人|者|代表)[:为] ?(?P<named>[^()。]{2,60}))\)"
)
_INSIDE = re.compile(rf"\((?P<who>[^()。《]{{2,60}}{ROLE})(?=《)")
_LED_IN = re.compile(
    r"^.{0,24}(?:转来|交办|转办|批转|转交|送来)的?由?|^(?:现?(?:关于|针对|根据|按照|收到|就|将|对|由))+"
    r"|^.{0,40}(?:次会议|次全会|会议|会上)(?:期间|上|中)?的?(?:第[^号]{1,12}号(?:提案|建议|议案)?)?,?"
)


def proposers_in(addressee: str) -> list[str]:
    """The names in a salutation without role words (张三、李四两位委员); a party or a delegation is one name."""
    folded = re.sub("^(?:尊敬的|敬爱的)", "", fold(addressee).strip(" :"))
    folded = re.sub(r"\((?!(?:代表|委员)\))[^()]{0,40}\)", "", folded)
    named = bool(re.search(rf"委员(?!会|联络)|代表(?!团)|{_FEW} *[位名]|(?:同志|先生|女士)$", folded))
    names: list[str] = []
    for part in _BETWEEN.split(folded):
        bare = _NOTE.sub("", part.strip() if _OFFICE.search(part) else _TITLED.sub("", part.strip())).strip()
        if named and _GO_BETWEEN.search(bare):
            continue
        bare = re.sub(r"^[一-鿿]{2,8}代表团(?=[一-鿿·]{2,4}(?:等|代表|$))", "", bare)
        if named and len(bare) > 4 and not _NO_PERSON.search(bare):
            bare = _HELD.sub("", bare)
        if _GROUP.search(bare) or (_BODIES.search(bare) and not re.search(rf"{ROLE}$", bare)):
            names.append(bare.replace(" ", ""))
        elif named:
            for ending in (_OTHERS, _ROLES, _OTHERS):
                bare = ending.sub("", bare).strip()
            bare = re.sub(rf"{_HOW}$|^(?:全国|[省市州盟县区旗镇乡])?(?:政协|人大)(?!常委)(?=[一-鿿·]{{2,}})", "", bare)
            bare = re.sub("^(?:尊敬的|各位|和|及)|(?:同志|先生|女士|副?主任)$", "", bare)
            if len(bare) > 4:
                bare = _FROM.sub("", _HELD.sub("", bare))
            names.extend(name for name in spaced(bare) if not _EVERYBODY.fullmatch(name))
    return [name for name in dict.fromkeys(names) if len(name) >= 2 and name not in _NOBODY and not _REST.match(name)]


def hands_on(name: str) -> bool:
    """Whether this is a committee or office through which proposals go (提案委员会, 政协办公室)."""
    return bool(_GO_BETWEEN.search(name))


def spaced(text: str) -> list[str]:
    """Names set apart by blanks; single characters belong together (张  三), a lone one to a surname (欧阳  三)."""
    tokens = text.split()
    if all(len(token) >= 2 for token in tokens):
        return tokens
    joined: list[str] = []
    for token in tokens:
        if joined and len(token) == 1 and len(joined[-1]) == 1:
            joined[-1] += token
        else:
            joined.append(token)
    if len(joined) == 2 and (len(joined[0]), len(joined[1])) == (2, 1):
        return ["".join(joined)]
    return joined


def proposers_in_opening(opening: str) -> list[str]:
    """Who submitted, where the opening names somebody else than the one addressed: 民盟提出的…, 张三委员提出的…."""
    folded = re.sub(r"^在[^,。]{2,40}[上中], *", "", fold(opening[:200]).lstrip())
    first = folded.split("。")[0]
    places = (_PROPOSED.match(folded), _BEFORE_TITLE.match(first), _IN_BRACKETS.search(first), _INSIDE.search(first))
    for match in places:
        if match and (names := _proposing(match["who"] or f"{match['named']}委员")):
            return names
    return []


def _proposing(who: str) -> list[str]:
    """The names in what is said to propose, without the words that lead in; none where that is the addressee."""
    if re.search(r"[您你]|^贵.{0,4}$|我[局委]|《", who):
        return []
    who = re.sub(rf"{_HOW}+$", "", _LED_IN.sub("", _LED_IN.sub("", who.strip())))
    if not who:
        return []
    found = proposers_in(who)
    if not found and _BODIES.search(who) and len(who) <= 30:
        return [who.replace(" ", "")]
    return found
