"""Where a page's body text (正文) is, and the text itself.

Who does what: the platform says which element holds the body and what in it is furniture. Where no platform's
container fits, trafilatura finds the main content on a copy of the page without navigation, labelled block and
footer; the smallest element that holds what it found becomes the container. The text of the container is then read
by :func:`~crawler.extraction.markup.text_of`, not by trafilatura, whose output on a clean container loses nested
tables and bare text nodes, drops repeated short lines and splits table cells over lines.
"""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from lxml import etree

from crawler.extraction.attachments import is_file
from crawler.extraction.dates import read_moment
from crawler.extraction.labels import LONE_LABELS, split_line
from crawler.extraction.markup import BOUNDARY, Element, Line, Survey, plain, text_of
from crawler.extraction.vocabulary import FIELD_OF, KNOWN, key
from crawler.page import Page
from crawler.platforms.base import Platform

_SENTENCE = re.compile(r"[，。；：？！、]")
_FURNITURE_NAME = re.compile(
    r"share|bdshare|qr-?code|ewm|erweima|print|pagination|pager|prenext|prev-?next|breadcrumb|crumb|position|"
    r"toolbar|xgbd|xgxx|xgyd|xglj|xgwz|xgnews|relat|recommend|tuijian|jiucuo|comment|copyright|footer|foot\b|hits?\b|"
    r"sxt\b|sxp\b|syp\b|shangxia|dianji|couplet|barrierfree|fontsize|font-size|zihao|wza-",
    re.IGNORECASE,
)
_FURNITURE_START = re.compile(
    r"[【\[（(]?(上一篇|下一篇|上一条|下一条|上一页|下一页|上篇|下篇|相关阅读|相关报道|相关链接|相关文章|相关新闻|相关信息|相关稿件|相关文件|"
    r"相关附件|相关内容|相关政策|相关解读|推荐阅读|延伸阅读|热门推荐|猜你喜欢|扫一扫|分享到|分享至|分享：|友情链接|附件下载[:：]?$|"
    r"文件下载[:：]?$|相关附件[:：]?$|当前位置|您现在的位置|您的位置)"
)
_HEAD_FURNITURE = re.compile(
    r"^[【\[（(\s]*(打印|关闭|收藏|分享|字体|字号|浏览次数|浏览量|点击数|点击|阅读次数|阅读|访问量|语音播报|大\s*中\s*小|返回)"
)
_TAIL_FURNITURE = re.compile(
    r"^[【\[（(\s]*(打印|关闭|收藏|分享|返回|扫一扫|扫码|责任编辑|责编|编辑[:：]|审核[:：]|审核人|初审|复审|终审|一审|二审|三审|"
    r"校对[:：]|"
    r"信息审核|网络编辑|值班编辑|本文编辑|浏览次数|浏览量|点击数|点击[:：]|阅读次数|访问量|上一篇|下一篇|上一条|下一条|相关阅读|相关报道|"
    r"相关链接|我要纠错|您是第|版权所有|字体|字号|大\s*中\s*小|(附件|文件)下载[:：]?$|相关附件[:：]?$|Produced By)"
)
_FOOTER = re.compile(
    r"版权所有|ICP备|ICP证|公网安备|网安备|网站标识码|技术支持[:：]|网站地图|建议使用.{0,30}浏览器|Copyright|^主办[:：]|^承办[:：]|当前位置|所在位置"
)
_SHORT_LINE = 60
_FEWEST = 120
"""Characters of body below which a container is suspect when the page has much more."""
_HEAD_LINES, _TAIL_LINES = 30, 15


@dataclass(frozen=True, slots=True)
class Place:
    """The element that holds the body, the span of its lines in the survey, and a flag where no platform named it."""

    element: Element | None
    span: tuple[int, int]
    flag: str | None = None


class Mass:
    """How much prose each stretch of a page holds: characters outside links, sentences counting full."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        seen: set[str] = set()
        weights = [0.0]
        for line in survey.lines:
            weights.append(0.0 if line.text in seen else _weight(line))
            if len(line.text) >= 12:
                seen.add(line.text)  # pages printed twice, for desktop and telephone, hold their prose once
        self._sums = list(accumulate(weights))

    def between(self, first: int, last: int) -> float:
        """Prose in the lines ``[first, last)``."""
        return self._sums[last] - self._sums[first]

    def of(self, element: Element) -> float:
        """Prose in ``element``."""
        return self.between(*self.survey.spans.get(element, (0, 0)))


def _weight(line: Line) -> float:
    if _FOOTER.search(line.text):
        return 0.0
    length = len(line.text) - line.text.count(BOUNDARY)
    own = max(length - line.linked, 0)
    if own < 2:
        return 0.0
    return float(own) if length >= 12 and _SENTENCE.search(line.text) else own * 0.25


def find_body(page: Page, platform: Platform, survey: Survey) -> Place:
    """The element that holds the body text.

    The platform's containers are tried best first; one that holds far less prose than the page's densest part is
    passed over. Without any, trafilatura looks for the main content (flag ``body:generic``).
    """
    mass = Mass(survey)
    root = page.root
    densest = _densest(root, survey, mass)
    most = mass.of(densest)
    fitting: list[Element] = []
    short: Element | None = None
    for path in platform.containers:
        element = _fullest(matches(root, path), survey, mass)
        if element is None:
            continue
        if mass.of(element) >= 0.5 * most or most - mass.of(element) < _FEWEST:
            fitting.append(element)
        elif short is None:
            short = element
    if fitting:
        # Of containers one within the other, the inner is the body proper if it holds nearly all.
        best = fitting[0]
        for element in fitting[1:]:
            if best in element.iterancestors() and mass.of(element) >= 0.85 * mass.of(best):
                best = element
        return Place(best, survey.spans[best])
    if short is not None and mass.of(densest) < 3 * _FEWEST:
        return Place(short, survey.spans[short])
    if most < 20:
        return Place(short, survey.spans.get(short, (0, 0)) if short is not None else (0, 0))
    element = _by_trafilatura(root, survey, mass, densest)
    flag = "body:generic" if short is None else "body:container_too_short"
    return Place(element, survey.spans[element], flag)


_compiled = cache(etree.XPath)


def matches(root: Element, path: str) -> list[Element]:
    """The elements that an XPath of a platform selects; none for a broken one."""
    try:
        found = _compiled(path)(root)
    except etree.XPathError:
        return []
    return [element for element in found if isinstance(element, etree._Element)] if isinstance(found, list) else []


def _fullest(elements: Sequence[Element], survey: Survey, mass: Mass) -> Element | None:
    """The match with most prose; their parent where siblings share the body among them."""
    shown = [element for element in elements if element in survey.spans]
    if not shown:
        return None
    best = max(shown, key=mass.of)
    rivals = [e for e in shown if e is not best and e.getparent() is best.getparent() and mass.of(e) > 0]
    parent = best.getparent()
    if rivals and parent in survey.spans and parent.tag not in ("body", "html"):
        together = mass.of(best) + sum(map(mass.of, rivals))
        if together > 1.15 * mass.of(best) and together > 0.9 * mass.of(parent):
            return parent
    return best


def _densest(root: Element, survey: Survey, mass: Mass) -> Element:
    """Walk down from the root as long as one child holds most of the prose."""
    element = root
    while True:
        here = mass.of(element)
        children = [child for child in element if child in survey.spans]
        best = max(children, key=mass.of, default=None)
        if best is None or mass.of(best) < 0.72 * here or here == 0:
            return element
        if best.tag in ("p", "tr", "tbody", "li", "font", "span") or (best.tag == "table" and _holds_lines(best)):
            return element
        element = best


def _holds_lines(table: Element) -> bool:
    return len(table.findall(".//tr")) > 3


def _by_trafilatura(root: Element, survey: Survey, mass: Mass, densest: Element) -> Element:
    """The smallest element that holds what trafilatura takes for the main content; ``densest`` where that is little."""
    import trafilatura  # slow to import, and most pages do not need it

    tree = copy.deepcopy(root)
    try:
        text = trafilatura.extract(tree, include_comments=False, include_tables=True, favor_recall=True)
    except Exception:  # trafilatura has no list of what it may raise
        return densest
    wanted = {re.sub(r"\W+", "", line) for line in re.split(r"[\n|]", text or "")}
    hits = []
    for line in survey.lines:
        text = re.sub(r"\W+", "", plain(line.text))
        if _weight(line) >= 12 and text in wanted:
            wanted.remove(text)  # of a page printed twice the first copy
            hits.append(line.index)
    if not hits:
        return densest
    total = sum(_weight(survey.lines[index]) for index in hits)
    element: Element | None = survey.lines[hits[len(hits) // 2]].owner
    while element is not None:
        first, last = survey.spans.get(element, (0, 0))
        if sum(_weight(survey.lines[index]) for index in hits if first <= index < last) >= 0.9 * total:
            break
        element = element.getparent()
    if element is None or element not in survey.spans or mass.of(element) < 0.6 * mass.of(densest):
        return densest
    return element


def body_text(page: Page, platform: Platform, survey: Survey, place: Place, unwanted: set[Element]) -> str:
    """The body as printed: every paragraph once, in order, without what is furniture of the page.

    ``unwanted`` are elements known not to be body (labelled block, headline).
    """
    if place.element is None:
        return ""
    mass = Mass(survey)
    most = 0.3 * mass.of(place.element)
    noise = {element for path in platform.noise for element in matches(page.root, path)}
    keep = {place.element, *place.element.iterancestors()}

    def drop(element: Element) -> bool:
        if element in unwanted and mass.of(element) <= most:
            return True
        if element in keep or isinstance(element, etree._Comment):
            return False
        if element in noise:
            return True
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if len(name) > 1 and _FURNITURE_NAME.search(name) and mass.of(element) <= most:
            return True
        lines = survey.inside(element)
        if lines and _is_file_box(element, lines):
            return True
        if not lines or len(lines) > 40 or mass.of(element) > most:
            return False
        return _FURNITURE_START.match(lines[0].plain) is not None and _is_list_of_links(lines)

    lines = _below_info_line(text_of(place.element, drop))
    return "\n".join(trim(_above_footer(lines) if place.flag else lines))


def _is_file_box(element: Element, lines: Sequence[Line]) -> bool:
    """Whether an element is the editor's box for a file, not text: a ``fieldset``, or a lone link with a file's icon.

    UEditor and 帝国 CMS set files into the body so. A list that the letter itself heads with 附件 is text.
    """
    if element.tag not in ("fieldset", "p") or len(lines) > 6 or lines[0].plain.startswith("附件："):
        return False
    links = [link for link in element.iter("a") if is_file(link.get("href") or "", str(link.xpath("string()")))]
    if element.tag == "fieldset":
        return bool(links)
    return (
        len(links) == len(lines) == 1
        and lines[0].linked >= 0.9 * len(lines[0].plain)
        and is_file(lines[0].plain)
        and next(element.iter("img"), None) is not None
    )


def _is_list_of_links(lines: Sequence[Line]) -> bool:
    """Whether what follows an opening such as 上一篇 or 相关阅读 is links or nothing, not prose."""
    length = sum(len(line.plain) for line in lines)
    return (len(lines) == 1 and length <= _SHORT_LINE) or sum(line.linked for line in lines) >= 0.4 * length


def _below_info_line(lines: Sequence[str]) -> Sequence[str]:
    """What stands below an info line (来源, 发布时间, 浏览次数) that the container holds together with the headline."""
    said = 0
    for place, line in enumerate(lines[:_HEAD_LINES]):
        if _is_info_line(line):
            return lines[place + 1 :]
        said += len(line)
        if said > 4 * _SHORT_LINE:
            break
    return lines


def _is_info_line(line: str) -> bool:
    _, pairs = split_line(line)
    keys = {key(label) for label, _ in pairs}
    dated = any(FIELD_OF.get(key(label)) == "published_at" and read_moment(value) for label, value in pairs)
    return dated and (len(keys & KNOWN) > 1 or not keys <= LONE_LABELS)


def _above_footer(lines: Sequence[str]) -> Sequence[str]:
    for place in range(max(0, len(lines) - _TAIL_LINES), len(lines)):
        if _FOOTER.search(lines[place]) and len(lines[place]) < 200:
            return lines[:place]
    return lines


def trim(lines: Sequence[str]) -> list[str]:
    """Lines without furniture at head and foot (font size, print, counters, editors, previous and next)."""
    first, last = 0, len(lines)
    while first < last and first < 8 and len(lines[first]) <= _SHORT_LINE and _HEAD_FURNITURE.match(lines[first]):
        first += 1
    while last > first and len(lines[last - 1]) <= _SHORT_LINE and _TAIL_FURNITURE.match(lines[last - 1]):
        last -= 1
    return list(lines[first:last])
