"""What templates put around and into a body and is not its text: counters, share, print, previous and next, footers.

Words decide only together with shape: a letter may say 返回 or 相关政策 too.
"""

import re
from collections.abc import Sequence
from itertools import islice

from crawler.extraction.dates import read_moment
from crawler.extraction.files import is_file
from crawler.extraction.labels import LONE_LABELS, is_labelled, split_line
from crawler.extraction.markup import Element, Line
from crawler.extraction.remembered import remembered
from crawler.extraction.vocabulary import FIELD_OF, KNOWN, key

_NAME = re.compile(
    r"share|qr-?code|(?<![a-z])ewm|wzewm|erweima|\bprint|print(?:er|-btn|btn)|pagination|\bpager|prenext|prev-?next|"
    r"bread-?crumb|crumbs?\b|\bposition\b(?!-)|toolbar|xgbd|xgxx|xgyd|xglj|xgwz|xgnews|\brelated|recommend|tuijian|jiucuo|"
    r"\bcomments?\b|copyright|footer|foot\b|\bhits?\b|sxt\b|sxp\b|syp\b|shangxia|dianji|couplet|barrierfree|fontsize|"
    r"font-size|zihao|\bwza-",
    re.IGNORECASE,
)
_STEPS = "(?:[上下]一[篇条页个则]|前一[篇条]|后一[篇条]|[上下][篇条])(?:文章|新闻|信息|公告|稿件|内容|记录)?"
_RELATED = (
    "相关阅读|相关报道|相关链接|相关文章|相关新闻|相关信息|相关稿件|相关文件|相关附件|相关内容|相关政策|相关解读|推荐阅读|延伸阅读|"
    "热门推荐|猜你喜欢|友情链接"
)
_TOOLS = (
    "打印(?:本页|此页|此文|本文|文章|正文)?|关闭(?:此?窗口|本页|此页|当前页面?|页面)?|(?:加入)?收藏(?:本页|此页|此文|本文|夹)?|"
    "分享(?:到|至|按钮)?|字体(?:大小)?|字号|(?:发表|查看|我要)?评论|(?:告诉|推荐给|转发给)(?:好友|朋友)|"
    "返回(?:顶部|列表|上一页|首页)?|浏览次数|浏览量|点击数|点击次数|点击率|点击|阅读次数|阅读量|访问量|访问次数|语音播报|我要纠错|纠错"
)
_EDITORS = "(?:责任|网络|值班|本文)?编辑|责编|(?:信息|供稿)?审核人?|初审|复审|终审|一审|二审|三审|校对|发布人|录入"
_OPEN, _END = r"[【\[（(\s|]{0,4}", r"(?=$|[\s：:∶】\]）)|｜/])"
_STEP_LINE = re.compile(rf"{_OPEN}(?:{_STEPS}){_END}")
_RELATED_LINE = re.compile(rf"{_OPEN}(?:{_RELATED}){_END}")
_RELATED_BEGINS = re.compile(rf"{_OPEN}(?!相关(?:附件|文件))(?:{_RELATED})\s{{0,4}}[：:】\]]")
_TOOL_LINE = re.compile(rf"(?:{_OPEN}(?:{_TOOLS}|大\s{{0,4}}中\s{{0,4}}小)[】\]）)]?){{1,8}}{_END}")
_EDITOR_LINE = re.compile(rf"{_OPEN}(?:{_EDITORS})\s{{0,6}}[：:∶]")
_QR_LINE = re.compile(r"扫一扫|扫码(?:查看|关注|分享)|扫描二维码|您是第\s{0,9}\d{0,9}\s{0,9}位|Produced By|分享到")
_DISCLAIMER = re.compile(r"免责|版权|声明[：:]|提示[：:]|本网|本站|网友|留言|满意度|二维码|评价|邮箱|^注[：:]?转载")
_EMPTY_LIST = re.compile(r"(?:附件|文件|相关附件|附件下载|文件下载|相关附件下载|相关下载)[：:]?")
_FOOTER = re.compile(
    r"版权所有|ICP备|ICP证|公网安备|网安备|网站标识码|技术支持[：:]|网站地图|运营维护|运维电话|dcs\.conac|建议使用.{0,30}浏览器|Copyright|^主办[：:]|^承办[：:]|"
    r"主办[\s　,，].{2,30}(?:承办|维护|制作|管理|建设)$|^[【\[（(]?(?:免责|版权|郑重|特别)声明[：:】\]）)]"
)
_SITE = re.compile(r"版权所有|ICP备|ICP证|公网安备|网安备|网站标识码|Copyright", re.IGNORECASE)
_DISCLAIMS = re.compile(r"[【\[（(]?(?:免责|版权|郑重|特别)声明[：:】\]）)]")
_WHERE = re.compile(r"(?:当前|所在|现在的?|您的)位置[是：:]|^(?:网站|本站)?首\s?页\s{0,4}[/>＞›»→-]")
_BARE_DATE = re.compile(r"[【\[（(\s]{0,3}(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}")
_DATE = r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)\s?日?"
_MOMENT = re.compile(
    rf"[\s　\x1f【\[(（]{{0,4}}{_DATE}(?:[\s　\x1f]{{1,4}}\d{{1,2}}[:：]\d{{1,2}}|[\s　\x1f]{{0,4}}[|｜])"
    r"[^，。；！？]{0,60}"
)
"""A date with its time of day, or parted from what follows by a bar."""
_LONE_DATE = re.compile(rf"[\s　【\[(（]{{0,4}}(?:(?:日期|时间|发布于?)\s?[：:]?\s?)?{_DATE}[\s　】\])）]{{0,4}}")
_DATE_BEHIND = re.compile(
    rf"(?:^|[\s　\x1f|｜]){_DATE}(?:[\s\x1f]{{1,4}}\d{{1,2}}[:：]\d{{1,2}}(?:[:：]\d{{1,2}})?)?[\s　\x1f]{{0,4}}$"
)
_SOURCE_LINE = re.compile(
    r"[【\[(（]\s?(?:(?:信息|文章|稿件|新闻|内容)?来源|来自|稿源|供稿(?:单位|部门|人)?|撰稿人?|作者|文/图|通讯员)\s?[：:][^。；]{0,40}[】\]）)]"
)
"""Where a text comes from, in brackets below it."""
_SOURCE_BELOW = re.compile(
    r"(?:(?:信息|文章|稿件|新闻|内容)?来源|稿源|供稿单位)\s?[：:][^，。；：]{2,30}"
    r"(?:[\s　|｜]{1,9}(?:责任)?编辑\s?[：:].{0,20})?"
)
_WELCOME = re.compile(r"欢迎您?(?:访问|光临|登录|使用)[^。]{0,12}$")
_ASKS = re.compile(
    r"[【\[（(\s]?(?:我要|您?对|请您?|发表|网友|网民|读者|用户|公众|本页|在线|文章|办理|答复)?"
    r"(?:评价|满意度|评论|留言|反馈|纠错|打分|互动|调查|点评|您?是否满意|登录|验证码)"
)
_MOST_LINES_OF_FORM = 30
_CLASS = re.compile(r"[A-Da-dＡ-Ｄ甲乙丙丁][\s　]?类?")
_ADDRESS = re.compile(r"(?:单位|联系|办公|通讯|机关)?(?:地\s{0,4}址|电\s{0,4}话|邮\s{0,4}编|邮政编码|传真)\s?[：:]")
_ORGAN = re.compile(r"[一-鿿]{3,30}(?:局|厅|委|府|会|办公室|中心|院|处|网)")
_DATE_OF_LETTER = re.compile(r"[\s　]*(?:(?:19|20)\d\d|二[〇○零ＯO0][一二三四五六七八九〇○零]{2})\s?年.{1,8}日[\s　]*")
_OF_PAGES = frozenset(("index_number", "publisher", "published_at", "topic", "validity"))
"""Fields that a page states of its document and no letter of itself."""
_SHORT_LINE, _MOSTLY = 60, 0.6
_MANY_LINKS = 5
_MOST_LINKS, _MOST_RUNS, _LONGEST_NAME = 60, 20, 500
_HEAD_LINES, _TAIL_LINES = 30, 15


def is_furniture_name(element: Element) -> bool:
    """Whether an element's tag, class or id names a widget or another part of the page."""
    return element.tag in ("nav", "aside", "footer") or any(
        _is_furniture_name(element.get(name) or "") for name in ("class", "id")
    )


@remembered
def _is_furniture_name(name: str) -> bool:
    return _NAME.search(name) is not None


def is_furniture(lines: Sequence[Line]) -> bool:
    """Whether an element with these lines is links to other pages, with the words that head them, or a QR code's."""
    first = lines[0].plain
    if len(lines) == 1 and len(first) <= _SHORT_LINE and _QR_LINE.match(first):
        return True
    length = sum(len(line.plain) for line in lines)
    links = sum(line.linked for line in lines) >= 0.4 * length
    if _STEP_LINE.match(first):
        return links or (len(lines) == 1 and length <= _SHORT_LINE)
    if len(lines) == 1:
        return links and is_related(first) and lines[0].linked >= _MOSTLY * length
    return bool(_RELATED_LINE.match(first)) and links


def is_related(text: str) -> bool:
    """Whether a text begins as links to other documents do: 相关链接：… Files of its own are none."""
    return _RELATED_BEGINS.match(text) is not None


def is_link_list(element: Element, lines: Sequence[Line]) -> bool:
    """Whether an element lists links to other documents (最新发布, 热点, navigation), not to files."""
    titles = sum(line.linked >= 6 for line in lines)
    if titles < 2 and sum(line.linked > 0 for line in lines) < _MANY_LINKS:
        return False
    linked = sum(line.linked for line in lines) > 0.7 * sum(len(line.plain) for line in lines)
    return linked and not _has_file(element)


def is_file_box(element: Element, lines: Sequence[Line]) -> bool:
    """Whether an element is the editor's box for a file, not text: a ``fieldset``, or a lone link with a file's icon.

    UEditor and 帝国 CMS set files into the body so. A list that the letter itself heads with 附件 is text.
    """
    if element.tag == "fieldset":
        return len(lines) <= 6 and _has_file(element)
    if element.tag != "p" or len(lines) > 1 or not is_file(lines[0].plain):
        return False
    alone = lines[0].linked >= 0.9 * len(lines[0].plain) and next(element.iter("img"), None) is not None
    return alone and _has_file(element)


def is_form(element: Element, lines: Sequence[Line]) -> bool:
    """Whether an element asks readers for something (评价, 评论, 留言, 纠错): a form, or what its words head."""
    if element.tag != "form" and (len(lines) > _MOST_LINES_OF_FORM or not _ASKS.match(lines[0].plain)):
        return False
    return any(control.get("type") != "hidden" for control in element.iter("input", "textarea", "select", "button"))


def _has_file(element: Element) -> bool:
    links = islice(element.iter("a"), _MOST_LINKS)  # links left open hold each other, and all that follows
    return any(is_file(link.get("href") or "", _words(link)) for link in links)


def _words(link: Element) -> str:
    runs = islice(link.itertext("*"), _MOST_RUNS)
    return "".join(str(run)[:_LONGEST_NAME] for run in runs)[:_LONGEST_NAME]


def is_footer(text: str) -> bool:
    """Whether a line belongs to a page's footer or is its breadcrumbs."""
    return _FOOTER.search(text) is not None or _WHERE.search(text) is not None


def below_info_line(lines: Sequence[str]) -> Sequence[str]:
    """What stands below an info line (来源, 发布时间, 浏览次数) that the container holds together with the headline."""
    said = 0
    for place, line in enumerate(lines[:_HEAD_LINES]):
        if is_info_line(line):
            return lines[place + 1 :]
        said += len(line)
        if said > 4 * _SHORT_LINE:
            break
    return lines


@remembered
def is_info_line(line: str) -> bool:
    """Whether a line is the info line under a headline: a labelled date, a date with other labels or with its time."""
    if _MOMENT.fullmatch(line):
        return True
    _, pairs = split_line(line)
    keys = {key(label) for label, _ in pairs}
    dated = any(FIELD_OF.get(key(label)) == "published_at" and read_moment(value) for label, value in pairs)
    if dated and (len(keys & KNOWN) > 1 or not keys <= LONE_LABELS):
        return True
    if pairs and FIELD_OF.get(key(pairs[-1][0])) in ("source", "publisher") and _DATE_BEHIND.search(pairs[-1][1]):
        return True
    return bool(keys & KNOWN) and _BARE_DATE.match(line) is not None


def is_lone_date(line: str) -> bool:
    """Whether a line is a date and nothing else, as some templates print it under the headline."""
    return _LONE_DATE.fullmatch(line) is not None


def is_part_of_text(line: Line) -> bool:
    """Whether a line that follows a body may belong to it: no label, tool, editor, disclaimer, footer or link."""
    text = line.plain
    if 2 * line.linked > len(text) or is_footer(text) or is_labelled(text) or is_info_line(text):
        return False
    return not (_DISCLAIMER.search(text[:_SHORT_LINE]) or (len(text) <= _SHORT_LINE and _is_tail(text)))


def is_tool(line: str) -> bool:
    """Whether a short line is tools (font size, print, comments) or leads to the previous or next document."""
    return len(line) <= _SHORT_LINE and any(p.match(line) for p in (_TOOL_LINE, _STEP_LINE))


def is_page_part(line: Line) -> bool:
    """Whether a line above a body is the page's: navigation, breadcrumbs, a label of the page's, an info line."""
    text = line.plain
    if 2 * line.linked > len(text) or is_footer(text) or is_info_line(line.text) or is_lone_date(text):
        return True
    if len(text) <= _SHORT_LINE and _WELCOME.search(text):
        return True
    _, pairs = split_line(line.text)
    return is_tool(text) or any(
        FIELD_OF.get(key(label)) in _OF_PAGES and not _CLASS.fullmatch(value.strip()) for label, value in pairs
    )


def above_footer(lines: Sequence[str], certain: bool) -> Sequence[str]:
    """What stands above the page's footer, if the last lines hold one below some text.

    In a container that is known to be the body's (``certain``) only what no letter says of itself begins a footer: it
    holds one where a tag inside it was left open.
    """
    first = max(0, len(lines) - _TAIL_LINES)
    if not certain:
        lines = _above_address(lines)
    above = sum(map(len, lines[:first]))
    for place in range(first, len(lines)):
        line = lines[place]
        disclaims = _DISCLAIMS.match(line) is not None
        ends = disclaims or ("。" not in line and (_SITE if certain else _FOOTER).search(line) is not None)
        if ends and len(line) < 200 and above >= _SHORT_LINE // 2:
            while place > first and _FOOTER.search(lines[place - 1]):
                place -= 1
            return lines[:place]
        above += len(line)
    return lines


def _above_address(lines: Sequence[str]) -> Sequence[str]:
    """What stands above the name and address of an organisation that follow the date of a letter.

    A table left open takes in the footer that stands behind it.
    """
    for place in range(max(2, len(lines) - _TAIL_LINES), len(lines)):
        date, name, address = lines[place - 2 : place + 1]
        if _ADDRESS.match(address) and _ORGAN.fullmatch(name) and _DATE_OF_LETTER.fullmatch(date):
            return lines[: place - 1]
    return lines


def trim(lines: Sequence[str]) -> Sequence[str]:
    """Lines without tools at head and foot (font size, print, counters, editors, previous and next)."""
    first, last = 0, len(lines)
    while first < min(last, 8) and len(lines[first]) <= _SHORT_LINE and _TOOL_LINE.match(lines[first]):
        first += 1
    while last > first and len(lines[last - 1]) <= _SHORT_LINE and _is_tail(lines[last - 1]):
        last -= 1
    return lines[first:last]


def _is_tail(line: str) -> bool:
    if _EMPTY_LIST.fullmatch(line) or _SOURCE_LINE.fullmatch(line) or _SOURCE_BELOW.fullmatch(line):
        return True
    return any(p.match(line) for p in (_TOOL_LINE, _EDITOR_LINE, _STEP_LINE, _RELATED_LINE, _QR_LINE))
