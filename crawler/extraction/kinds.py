"""What kind of document (文种) a page holds: reply (答复), co-handler's opinion (协办/会办意见), policy, or other."""

import re

from crawler.extraction.letterform import Letter, is_opening, take_apart
from crawler.extraction.numbers import fold
from crawler.extraction.record import Evidence, Kind

_MATTER = re.compile(r"提案|建议|书面意见|议案|议事原案|题案|委员(?!会)|代表")
_NUMBERED = re.compile(
    r"[0-9]{1,10}号[^0-9]{0,6}(?:提案|建议|议案|议事原案|书面意见|案)|第[A-Za-z]{0,4}-?[0-9]{1,10}号"
)
_OPINION = re.compile(r"(?:协办|会办|协助办理)(?:的)?(?:意见|函|复函|答复|回复)")
_OPINION_TEXT = re.compile(
    r"(?:协办|会办)(?:答复)?意见.{0,12}(?:函|告|报|复|反馈|如下|回复)|提出.{0,6}(?:协办|会办)意见"
    r"|供(?:贵.{1,4})?.{0,8}答复.{0,4}时?参考|请(?:贵.{1,4})?一并答复"
)
_ANSWER = re.compile(r"答复|复函|回复|函复|办复|复文")
_ANSWER_END = re.compile(r"(?:答复|复函|回复|函复|办复|复文)(?:函|意见书?|的函)?(?:[(《:].*)?$")
_ABOUT_PROPOSALS = re.compile(r"提案|建议|书面意见|议案|议事原案|(?:委员|代表)(?:提出|来信)")
_SUMMARY = re.compile(
    r"(?:[0-9]{4}年度?.{0,24}|总体|工作|落实|上半年|下半年)(?:办理|办复|答复)(?:工作)?(?:完成)?(?:情况|总结|工作)"
    r"(?:的?(?:报告|总结|通报|说明|汇报|统计|公示|汇总|一览|报道)|\(.{0,20}\))?$"
    r"|办理(?:工作)?(?:完成)?情况的?(?:报告|总结|说明|汇报|统计表?|汇总表?|一览表|公开表|通报)"
    r"|(?:总体|整体)(?:办理|办复)?情况|(?:提案|建议)(?:办理)?(?:目录|清单|台账|一览表|汇总表?|统计表)"
)
_NEWS = re.compile(
    r"召开|举行|举办|视察|调研|督办|面商|座谈|协商会|走访|推进会|培训班|开展.{0,20}活动|解读|一图读懂|图解|答记者问|启动|喜获|荣获"
)
_NO_ANSWER = re.compile(
    r"(?:反馈|征询|意见|登记|签收|评价)表$|召开|举行|举办|视察|督办|座谈会|协商会|推进会|通知$|办法$|规定$|制度$"
)
_NOT_POLICY = re.compile(
    r"招标|采购|中标|成交|招聘|招录|招考|招募|遴选|征集|征求意见|征稿|拍卖|出让|公示|开标|竞价|比选|磋商|询价|面试|体检"
    r"|拟录用|录取|意见稿|遗失|送达|解读|一图读懂|图解"
)
_NOTICE = re.compile(
    r"(?:关于|印发|转发|下达|公布|发布|《).{0,200}(?:通知|通告|通报|公告|意见|决定|决议|批复|命令|规定|办法|方案|细则"
    r"|措施|规划|计划|要点|复函|的函|令)$"
)
_RULES = re.compile(
    r"(?:条例|办法|规定|细则|规则|规程|章程|准则|规范|实施方案|工作方案|行动方案|规划|规划纲要|目标纲要|应急预案|行动计划"
    r"|实施计划|工作要点|若干措施|^中华人民共和国.{2,30}法|解释|令(?:第.{1,8}号)?)》?$"
)
_RULES_TEXT = re.compile(
    r"第[一1][条章篇节]|前言|序言|目录|总则|[一1][、.]|\([一1]\)|为(?:了|深入|贯彻|进一步|加强|规范|切实|做好|全面)|根据|.{0,60}公布"
)
_DATELINE = re.compile(
    r"(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日(?:[,至]|上午|下午)|本报讯|日前|近日|连日来|.{0,20}记者"
)
_APPENDED = re.compile(r"[(〔【\[][^()〔〕【】\[\]]{1,30}[)〕】\]]$")
_NUMBER_APPENDED = re.compile(
    r"(?:(?<=通知|意见|规定|办法|决定|批复|公告|通告|通报|条例|细则|方案|答复|复函|措施|解释)|(?=\())"
    r"\(?[一-鿿A-Za-z]{1,12}[〔【\[(][0-9]{4}[〕】\])]第?[0-9]{1,5}号\)?$"
)
_CITIZEN = re.compile(r"网友|网民|市民|居民|群众|来信人|先生|女士")
_CITIZENS_TITLE = re.compile(r"网友|网民|市民建议|信箱|留言|咨询|投诉|信访|政府信息公开申请")
_CIRCULAR = re.compile(r"(?:^|[,、;直属])各(?!位|联名|附议)|(?:有关|相关|直属|成员|承办)(?:单位|部门)(?:$|[,、;])")
_COUNTED = re.compile(
    r"(?:建议|提案|议案)(?!第)[^。;0-9]{0,12}[0-9]{1,4} ?[件条]|[0-9]{1,4} ?[件条][^。;]{0,12}(?:建议|提案|议案)"
)
_HANDLED = re.compile(
    r"满意率|办复率|面商率|见面率|办结率|答复率|满意[的件]|全部(?:办复|办结|答复)|按[期时](?:办复|办结)|[ABC]类[^。;]{0,8}件|主办[^。;]{0,8}件|会办[^。;]{0,8}件"
)
_ANSWER_LINE = re.compile(r"答复(?:内容|意见|情况)|办理答复|回复内容")
_PROPOSAL_LABEL = re.compile(r"领衔代表|附议代表|附议人|代表团|案由|承办单位|主办单位|办理情况|提案人|提出人|建议人")


def kind_of(title: str | None, text: str, column: str | None = None) -> tuple[Kind, Evidence]:
    """The kind of a page with this title and text; ``column`` is the column's name (栏目), if known.

    In this order: a letter with an opinion for another department's reply is an opinion, one to a proposer (salutation
    and 您提出的…收悉) a reply, whatever the title; then the title: 协办意见, 答复 about a proposal; summaries and news
    are other, notices and rules policy; last the column's name, for a reply that stands under the proposal's own title.
    Nothing of that: other. The evidence says which words decided.
    """
    return kind_of_letter(title, take_apart(text), column)


def kind_of_letter(title: str | None, letter: Letter, column: str | None = None) -> tuple[Kind, Evidence]:
    """As :func:`kind_of`, for a text already taken apart."""
    name = re.sub(r"\s", "", fold((title or "")[:500])) or _headline(letter)
    return (
        _by_letter(name, letter)
        or _by_title(name, letter)
        or _by_labels(name, letter)
        or _by_column(name, letter, column or "")
        or ("other", Evidence(where="none", raw=""))
    )


def _by_letter(name: str, letter: Letter) -> tuple[Kind, Evidence] | None:
    opening, to = fold(letter.opening), fold(letter.salutation or "")
    headline = _headline(letter)
    about = _MATTER.search(name + opening[:200]) and not _is_from_citizen(name, to)
    to_proposer = bool(re.search("委员(?!会)|代表", to))
    first = Evidence(where="text:opening", raw=letter.opening[:60])
    circular = _is_circular(to)
    if about and not to_proposer and not circular and (found := _OPINION_TEXT.search(opening)):
        return "opinion", Evidence(where="text:opening", raw=found[0])
    if (found := _OPINION.search(_unquoted(name)) or _OPINION.search(_unquoted(headline))) and not (
        (to_proposer and is_opening(opening) and _ANSWER_END.search(_stem(name))) or _NO_ANSWER.search(_stem(name))
    ):
        return "opinion", Evidence(where="title", raw=found[0])
    if letter.salutation and about and is_opening(opening) and not circular:
        return "reply", first
    if to_proposer and re.search("答复如下|函复如下|回复如下|收悉", opening):
        return "reply", first
    if not letter.salutation and about and opening and not _SUMMARY.search(_unquoted(_stem(name))):
        return "reply", first
    return None


def _by_title(name: str, letter: Letter) -> tuple[Kind, Evidence] | None:
    stem = _stem(name)
    plain = _unquoted(stem)
    if (found := _SUMMARY.search(plain)) and not _NUMBERED.search(plain):
        return "other", Evidence(where="title", raw=found[0])
    if (counts := _counts(letter)) and not _NUMBERED.search(plain):
        return "other", Evidence(where="text", raw=counts)
    found = _ANSWER_END.search(plain) or (_ANSWER.search(plain) if _NUMBERED.search(plain) else None)
    asks = _NO_ANSWER.search(plain) or _is_circular(fold(letter.salutation or ""))
    if found and _ABOUT_PROPOSALS.search(name) and not (asks or _is_from_citizen(name, "")):
        return "reply", Evidence(where="title", raw=found[0])
    headline = _headline(letter)
    if (found := _ANSWER_END.search(headline)) and _NUMBERED.search(headline):
        return "reply", Evidence(where="text:header", raw=found[0])
    if found := _NOT_POLICY.search(plain):
        return "other", Evidence(where="title", raw=found[0])
    reported = bool(letter.folded) and bool(_DATELINE.match(letter.folded[0]))
    if (found := _NOTICE.search(stem)) and not reported:
        return "policy", Evidence(where="title", raw=found[0][-12:])
    ruled = not letter.folded or any(_RULES_TEXT.match(line) for line in letter.folded[:12])
    if (found := _RULES.search(stem)) and ruled and not reported and not _NEWS.search(plain):
        return "policy", Evidence(where="title", raw=found[0])
    return None


def _counts(letter: Letter) -> str | None:
    """The words with which a yearly summary counts the proposals handled; None for a letter to somebody."""
    if letter.salutation or letter.opening:
        return None
    start = "。".join(letter.folded[:12])[:1500]
    counted = _COUNTED.search(start)
    return counted[0] if counted and _HANDLED.search(start) else None


def _by_labels(name: str, letter: Letter) -> tuple[Kind, Evidence] | None:
    """A form of proposal and answer on one page (建议内容…, 答复内容…)."""
    answer = next((line for line in letter.folded if _ANSWER_LINE.match(line)), None)
    if answer and re.search("提案|建议|议案", name + "".join(letter.folded[:6])):
        return "reply", Evidence(where="text:label", raw=answer[:20])
    return None


def _by_column(name: str, letter: Letter, column: str) -> tuple[Kind, Evidence] | None:
    if not _ANSWER.search(column) or not re.search("提案|建议|议案", name + column) or not letter.folded:
        return None
    labels = sum(bool(_PROPOSAL_LABEL.match(line)) for line in letter.folded[:40])
    if labels < 2 and not _NEWS.search(_unquoted(name)):
        return "reply", Evidence(where="column", raw=column)
    return None


def _headline(letter: Letter) -> str:
    """The letter's own title: the short lines of its header, joined."""
    return "".join(re.sub(r"\s", "", line) for line in letter.folded[: letter.header_end][-24:] if len(line) < 120)


def _stem(name: str) -> str:
    """The title without what is appended in brackets: （试行）, （某局）, （云政发〔2019〕5号）."""
    for _ in range(3):
        shorter = _APPENDED.sub("", _NUMBER_APPENDED.sub("", name))
        if shorter == name or len(shorter) < 4:
            break
        name = shorter
    return name


def _unquoted(name: str) -> str:
    return re.sub(r"《[^《》]{0,200}》|“[^“”]{0,200}”", "", name)


def _is_from_citizen(name: str, to: str) -> bool:
    """Whether a letter answers a citizen's suggestion (网友, 市民) and not a 提案 or 建议 of 政协 or 人大."""
    cited = _CITIZENS_TITLE.search(name) or _CITIZEN.search(to)
    return bool(cited) and not re.search("委员(?!会)|代表|提案|议案|政协|人大", name + to)


def _is_circular(to: str) -> bool:
    """Whether an addressee is everyone below (各县区人民政府, 市直有关单位…): notices and circulars, never replies."""
    return bool(_CIRCULAR.search(to))
