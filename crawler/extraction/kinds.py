"""What kind of document (文种) a page holds: a reply (答复), a co-handler's opinion (协办/会办意见), a policy, or other."""

import re
from typing import Final

from crawler.extraction.letterform import Letter, is_opening, take_apart
from crawler.extraction.numbers import fold
from crawler.extraction.record import Evidence, Kind

_PROPOSAL: Final = r"(?:提案|建议|议案|议事原案|题案|意见建议|委员|代表)"
_OPINION = re.compile(r"(?:协办|会办|分办|协助办理)(?:的)?(?:意见|函|复函|答复)")
_OPINION_TEXT = re.compile(
    r"(?:协办|会办)(?:答复)?意见.{0,12}(?:函|告|报|复|反馈|如下|回复)|提出.{0,6}(?:协办|会办)意见|供(?:贵.{1,4})?.{0,8}答复.{0,4}(?:时)?参考|请(?:贵.{1,4})?一并答复"
)
_REPLY = re.compile(r"(?:答复|复函|回复|函复|办复|复文|答 复)")
_REPLY_END = re.compile(
    r"(?:答复|复函|回复|函复|答复函|答复意见书?|回复函|回复意见|答复的函|回复的函|办复)(?:意见)?(?:[(《:].*)?$"
)
_SUMMARY = re.compile(
    r"(?:[0-9]{4}年度?.{0,24}|总体|工作|落实|上半年|下半年)(?:办理|办复|答复)(?:工作)?(?:完成)?(?:情况|总结|工作)(?:的?(?:报告|总结|通报|说明|汇报|统计|公示|汇总|一览|报道)|[(].*[)])?$"
    r"|办理(?:工作)?(?:完成)?情况的?(?:报告|总结|说明|汇报|统计表?|汇总表?|一览表|公开表|通报)|(?:总体|整体)(?:办理|办复)?情况|(?:提案|建议)(?:办理)?(?:目录|清单|台账|一览表|汇总表?|统计表)"
)
_NEWS = re.compile(
    r"(?:召开|举行|举办|视察|调研|督办|面商|座谈|协商会|走访|推进会|培训班|开展.{0,20}活动|解读|一图读懂|图解|问答|答记者问|启动|喜获|荣获)"
)
_NOT_POLICY = re.compile(
    r"(?:招标|采购|中标|成交|招聘|招录|招考|招募|遴选|征集|征求意见|征稿|拍卖|出让|公示|开标|竞价|比选|磋商|询价|面试|体检|拟录用|录取|意见稿|遗失|送达|解读|一图读懂|图解)"
)
_NOTICE = re.compile(
    r"(?:关于|印发|转发|下达|公布|发布|《).{0,200}(?:通知|通告|通报|公告|意见|决定|决议|批复|命令|规定|办法|方案|细则|措施|规划|计划|要点|复函|的函|令)$"
)
_RULES = re.compile(
    r"(?:条例|办法|规定|细则|规则|规程|章程|准则|规范|实施方案|工作方案|行动方案|规划|工作要点|若干措施|暂行规定|[一-鿿]法|解释|令)$"
)
_TAIL = re.compile(
    r"(?:[(（][一-鿿A-Za-z]{0,12}[〔【\[][0-9]{4}[〕】\]][0-9]{1,5}号?[)）]|[一-鿿A-Za-z]{1,10}[〔【\[][0-9]{4}[〕】\]]第?[0-9]{1,5}号"
    r"|[(〔【\[][^()〔〕【】\[\]]{1,30}[)〕】\]])$"
)
_ANSWER_COLUMN = re.compile(r"(?:答复|复函|回复|复文)")
_ONLY_PROPOSAL = re.compile(r"(?:领衔代表|附议代表|附议人|代表团|案由|承办单位|主办单位|办理情况|提案人|提出人)")


def kind_of(title: str | None, text: str, column: str | None = None) -> tuple[Kind, Evidence]:
    """The kind of a page with this title and text; ``column`` is the column's name (栏目), if known.

    In this order: a letter to a proposer (salutation and 您提出的…收悉) is a reply, one to another department with an
    opinion to be taken into its reply is an opinion, whatever the title; then the title: 协办意见, 答复 about a proposal,
    summaries and news are other, notices and rules are policy; last the column's name, for a reply under the proposal's
    own title. Nothing of that: other. The evidence says which words decided.
    """
    letter = take_apart(text)
    return kind_of_letter(title, letter, column)


def kind_of_letter(title: str | None, letter: Letter, column: str | None = None) -> tuple[Kind, Evidence]:
    """As :func:`kind_of`, for a text already taken apart."""
    name = re.sub(r"\s", "", fold(title or ""))
    opening = fold(letter.opening)
    to = fold(letter.salutation or "")
    to_proposer = bool(re.search(r"(?:委员|代表)(?:团|\(|小?组)?", to)) and "委员会" not in to
    about = bool(re.search(_PROPOSAL, name + opening[:200]))
    received = is_opening(opening)
    headline = "".join(re.sub(r"\s", "", line) for line in letter.folded[: letter.header_end] if len(line) < 120)
    if not to_proposer and (found := _OPINION_TEXT.search(opening)) and about:
        return "opinion", Evidence(where="text:opening", raw=found[0])
    if found := _OPINION.search(_quoteless(name)) or _OPINION.search(_quoteless(headline)):
        if not (to_proposer and received and _REPLY_END.search(_stem(name))):
            return "opinion", Evidence(where="title", raw=found[0])
    if letter.salutation and received and about and not _is_circular(to):
        return "reply", Evidence(where="text:opening", raw=letter.opening[:60])
    if to_proposer and re.search(r"答复如下|函复如下|回复如下|收悉", opening):
        return "reply", Evidence(where="text:opening", raw=letter.opening[:60])
    by_title = _by_title(name)
    if by_title and by_title[0] != "reply":
        return by_title
    if received and about and re.search("您|你们?|贵", opening[:40]):
        return "reply", Evidence(where="text:opening", raw=letter.opening[:60])
    if by_title:
        return by_title
    if (found := _REPLY_END.search(headline)) and re.search("提案|建议|议案", headline):
        return "reply", Evidence(where="text:header", raw=found[0])
    answered = next(
        (line for line in letter.folded if re.match(r"答复(?:内容|意见|情况)|办理答复|回复内容", line)), None
    )
    if answered and re.search("提案|建议|议案", name + "".join(letter.folded[:6])):
        return "reply", Evidence(where="text:label", raw=answered[:20])
    if column and _ANSWER_COLUMN.search(column) and re.search("提案|建议|议案", name + column):
        listed = sum(bool(_ONLY_PROPOSAL.match(line)) for line in letter.folded[:40])
        if letter.folded and listed < 2 and not _NEWS.search(_quoteless(name)):
            return "reply", Evidence(where="column", raw=column)
    return "other", Evidence(where="none", raw="")


def _by_title(name: str) -> tuple[Kind, Evidence] | None:
    stem = _stem(name)
    plain = _quoteless(stem)
    if found := _SUMMARY.search(plain):
        return "other", Evidence(where="title", raw=found[0])
    if (
        _REPLY.search(plain)
        and re.search(r"提案|建议|议案|议事原案|(?:委员|代表)(?:提出|来信)", name)
        and not _NOT_NEWS_FREE.search(plain)
    ):
        return "reply", Evidence(where="title", raw=_REPLY.search(plain)[0])  # type: ignore[index]
    if _NOT_POLICY.search(plain):
        return "other", Evidence(where="title", raw=_NOT_POLICY.search(plain)[0])  # type: ignore[index]
    for pattern in (_NOTICE, _RULES):
        if (found := pattern.search(stem)) and not (pattern is _RULES and _NEWS.search(plain)):
            return "policy", Evidence(where="title", raw=stem[-12:])
    return None


_NOT_NEWS_FREE = re.compile(r"(?:召开|举行|举办|视察|督办|座谈会|协商会|推进会|通知$|办法$|情况通报$|规定$)")


def _stem(name: str) -> str:
    """The title without what is appended in brackets: （试行）, （某局）, （国发〔2017〕28号）."""
    for _ in range(3):
        shorter = _TAIL.sub("", name)
        if shorter == name or len(shorter) < 4:
            break
        name = shorter
    return name


def _quoteless(name: str) -> str:
    return re.sub(r"《[^《》]{0,200}》|“[^“”]{0,200}”", "", name)


def _is_circular(to: str) -> bool:
    """Whether an addressee is everyone below (各县区人民政府…): notices and circulars, never replies."""
    return to.startswith("各") or ",各" in to or "、各" in to
