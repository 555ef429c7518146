"""The headline (标题) as shown, and what stands in for it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extraction.body import selected
from crawler.extraction.claims import Claim
from crawler.extraction.fields import Meta, value_of
from crawler.extraction.furniture import is_footer, is_info_line, is_lone_date
from crawler.extraction.labels import is_labelled
from crawler.extraction.markup import BOUNDARY, Element, Line, Survey, plain
from crawler.extraction.remembered import remembered
from crawler.extraction.vocabulary import FIELD_OF, KNOWN, PROPOSAL, key
from crawler.page import Page
from crawler.platforms.base import Platform

_TITLE_NAME = re.compile(r"title|headline|biaoti|\bbt\b|tit\b|_bt\b|bt_|heading", re.IGNORECASE)
_NOT_TITLE_NAME = re.compile(
    r"sub-?title|site|logo|column|lanmu|nav|list|foot|head-?er|vice|fubiaoti|share|banner", re.IGNORECASE
)
_SEPARATORS = re.compile(r"\s*[-_|—–－＿｜]+\s*|\s+-\s+|\s{2,}")
_CRUMBS = re.compile(r"[>›»＞/][^<>›»＞/]{1,40}[>›»＞/]|>>|»|^首页|^欢迎|今天是|www\.|://")
_FORM = re.compile(
    r"关于.{4}|(?:答复函?|复函|意见|提案|建议案?|议案|通知|公告|公示|通报|办法|规定|细则|方案|报告|总结|说明|决定|批复|计划)"
    r"(?:[（(][^（()）]{1,30}[)）])?$"
)
"""How titles of documents begin or end, and names of sites and columns rarely do."""
_PLACEHOLDER = re.compile(
    r"(?:新建\s?)?(?:Microsoft\s?)?(?:Word|WPS|Office)\s?(?:文字|文档|document)?.{0,20}|新建\s?(?:文本)?文档.{0,8}|无标题.{0,8}|未命名.{0,8}|"
    r"Untitled.{0,20}|New\s?Page.{0,4}|Document|index|default|title|标题|首页|主页|网站首页|"
    r"(?:政府|政务)?(?:信息|政务|政府)公开(?:目录|指南|内容|详情|专栏|平台|页面?)?|"
    r"(?:文章|新闻|信息|内容|公文|文件|公告|提案|建议|资讯)?(?:详情|详细|详细内容|正文|内容|查看|显示|浏览|展示|最终|细览|阅读)(?:页面?|内容|信息)?|"
    r"(?:文章|新闻|信息|公文|文件|提案|建议)页面?",
    re.IGNORECASE,
)
"""``<title>`` as word processors, editors and templates leave it."""
_COLUMN = re.compile(
    r"(?:(?:人大代表?|政协委员?|代表|委员|重点|两会)?(?:建议|提案|议案|意见|批评|[和、与及])+|(?:政府)?信息|政务|通知|公告|法定主动|工作|新闻|办理)"
    r"(?:公开|公告|动态|中心|资讯|要闻|目录|指南|办理|答复|复文|回复|结果|情况|内容|专栏|专题|栏目|详情|正文|选登)*"
)
"""Names of columns, that stand above the headline."""
_WELCOME = re.compile(r"欢迎您?(?:访问|光临|使用|登录|来到|进入)|欢迎您[！!]?$|请登录|今天是")
_TITLE_OF_REPLY = re.compile(
    r"(?:.{0,30}(?:关于|对|就)|第).{4,100}(?:提案|建议|议案|意见|批评).{0,24}(?:答复|复函|回复|函复|意见|函)(?:意见|函|的函|件|情况)?"
    r"(?:[（(][^（()）]{1,20}[)）])?"
)
"""The title of a reply, as it stands between masthead (文头) and salutation."""
_BEGINS_TITLE = re.compile(r"(?:.{2,20}(?:局|厅|委|府|室|会|院))?(?:关于|对)")
_MASTHEAD_LINES, _MOST_TITLE_LINES = 10, 3
_BIG = re.compile(
    r"font-size\s*:\s*(?:1[89]|[2-9]\d)(?:\.\d+)?\s*px|font-size\s*:\s*(?:1[4-9]|[2-9]\d)[\d.]*\s*pt|bold"
)
_CENTRED = re.compile(r"text-align\s*:\s*center")
_BOUNDARIES = re.compile(f"{BOUNDARY}+")
_GLUED = re.compile(
    r"[\s　【\[(（|]*(?:(?:[一-鿿]{2,6}[：:]\s*)?(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)|"
    r"(?:来源|信息来源|文章来源|发布时间|发布日期|作者|浏览次数|点击数?)\s*[：:])"
)
"""What an info line glued to the headline begins with: a date, or a label."""
_LONGEST, _LONGEST_RAW = 250, 4000
"""Characters of a title, and with the blanks and boundaries of inline elements that may stand in it."""
_SHORTEST_TITLE = 10
_LEAST_WITH_TITLE, _LEAST = 3.0, 2.0
"""Scores that a headline must pass: where ``<title>`` says something, and where it is too short to."""
_NEAR_LINES = 30
_TAGS = {"h1": 3.0, "h2": 2.0, "h3": 1.5, "h4": 1.0}
_EXACT, _BEGINS, _HOLDS = 8.0, 6.0, 3.0
"""What a heading gains that is a title stated elsewhere, begins one (or one it), or is a part of one: the most that
looks can give together is less than the first."""
_NEXT_TO_BODY = 0.5
_NAME_OF_FORM, _LONGEST_LABEL = re.compile(r"(?:表|单|情况|系统|平台|信息|详情|内容)$"), 12
_MOST_WRAPPERS = 6


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline with the element that shows it, if one does."""

    claims: list[Claim]
    element: Element | None = None

    @property
    def text(self) -> str | None:
        """The best title of those claimed."""
        return str(self.claims[0].value) if self.claims else None


def squeeze(text: str) -> str:
    """Text for comparison: compatibility forms folded, nothing but letters and digits."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def _text(survey: Survey, element: Element, known: Sequence[str]) -> str:
    """A heading's text, without the date and source that some templates print in the same element behind it."""
    lines = survey.inside(element)
    joined = " ".join(_without_info(line.text, known) for line in lines).strip()
    return re.sub(r"(?<=[一-鿿]) (?=[一-鿿])", "", joined) if len(lines) > 1 else joined


def _without_info(text: str, known: Sequence[str]) -> str:
    """``text`` up to where an inline element with a date or a label begins, unless a stated title goes on there.

    Seen on Shanghai's portals: ``<h2>title<small>（2024年05月21日）来源：…</small></h2>``.
    """
    text = _BOUNDARIES.sub(BOUNDARY, text)
    longer: str | None = None
    place = text.find(BOUNDARY)
    while 0 <= place <= _LONGEST_RAW:
        if _GLUED.match(plain(text[place : place + _LONGEST])) and (title := squeeze(text[:place])):
            longer = squeeze(text) if longer is None else longer
            if title in known or longer not in known:
                return plain(text[:place])
        place = text.find(BOUNDARY, place + 1)
    return plain(text)


def read_headline(
    page: Page,
    platform: Platform,
    survey: Survey,
    body: tuple[int, int],
    meta: Meta,
    row_title: str | None,
    named: str | None,
) -> Headline:
    """Claims on the title: as shown, else ``ArticleTitle``, else the list's row, else ``<title>`` without the site.

    What is shown is the heading above the body that ``<title>``, ``ArticleTitle`` and the labelled block (``named``)
    confirm best; where they confirm none, what looks most like a headline. A ``<title>`` that is the site's name, the
    same on all its pages, says nothing.
    """
    article_title, site = value_of(meta, "ArticleTitle"), value_of(meta, "SiteName")
    document_title = " ".join(next((title.text for title in page.root.iter("title") if title.text), "").split())
    bare = without_site(document_title, site)
    if _PLACEHOLDER.fullmatch(bare) or (_is_site(bare, squeeze(site or "")) and not _FORM.search(bare)):
        bare = ""
    known = [squeeze(text) for text in (article_title, row_title, named, bare and document_title, bare) if text]
    outside = {squeeze(part) for part in _SEPARATORS.split(document_title) if part not in bare} | {squeeze(site or "")}
    claims: list[Claim] = []
    text, best = _shown(page, platform, survey, body, known, outside)
    if text:
        claims.append(Claim("title", text, "headline", text, 10))
    if article_title:
        claims.append(Claim("title", article_title, "meta:ArticleTitle", article_title, 20))
    if row_title:
        claims.append(Claim("title", row_title, "list", row_title, 40))
    if not text and not bare and (inner := _in_masthead(survey.lines[slice(*body)])):
        claims.append(Claim("title", inner, "body", inner, 45))
    if bare:
        claims.append(Claim("title", bare, "title", document_title, 50))
    return Headline(claims, best)


def _in_masthead(lines: Sequence[Line]) -> str | None:
    """The title of a reply between masthead and salutation, on one line or a few; ``None`` where there is none."""
    head: list[str] = []
    for line in lines[:_MASTHEAD_LINES]:
        if line.plain.endswith(("：", ":", "。")) or line.linked:
            break
        head.append(line.plain)
    for count in range(_MOST_TITLE_LINES, 0, -1):
        for start in range(len(head) - count + 1):
            joined = "".join(head[start : start + count])
            if count > 1 and not _BEGINS_TITLE.match(joined):
                continue
            if len(joined) <= _LONGEST and _TITLE_OF_REPLY.fullmatch(joined) and not is_labelled(joined):
                return joined
    return None


def _shown(
    page: Page, platform: Platform, survey: Survey, body: tuple[int, int], known: list[str], sites: set[str]
) -> tuple[str, Element | None]:
    """The headline's text with its element; no element for a line that shares its element with more."""
    first, last = body
    platforms = {element for path in platform.headlines for element in selected(page, survey, path)}
    near = {line.owner for line in survey.lines[max(0, first - _NEAR_LINES) : first]}
    found: tuple[str, Element | None] = "", None
    best_score = _LEAST_WITH_TITLE if any(len(title) >= _SHORTEST_TITLE for title in known) else _LEAST
    for element, (start, end) in survey.spans.items():
        if not 0 < end - start <= 6 or (last > first and start > first + 2):
            continue
        score = _TAGS.get(element.tag, 0) + 2.0 * (element in platforms)
        if not score and element not in near and _name_score(element) <= 0:
            continue
        if sum(len(line.text) for line in survey.lines[start:end]) > _LONGEST_RAW:
            continue
        text = _text(survey, element, known)
        squeezed = squeeze(text)
        if not 4 <= len(squeezed) <= _LONGEST or squeezed in sites:
            continue
        agreement = max((_agreement(squeezed, title) for title in known), default=0.0)
        if sum(line.linked for line in survey.lines[start:end]) > 0.7 * len(text):
            continue
        if agreement < _EXACT and _is_no_title(text):
            continue
        if end > start + 1 and agreement < _EXACT and _COLUMN.fullmatch(survey.lines[start].plain):
            continue
        if start and end == start + 1 and FIELD_OF.get(key(survey.lines[start - 1].plain)) == "title":
            continue  # the value of 信息名称
        score += _NEXT_TO_BODY * (last - first > 0 and end == first)
        score += _looks(element, text) + agreement - 0.05 * min(max(first - end, 0), 40) - (start >= first)
        if (end == start + 1 and text != survey.lines[start].plain) or _is_above_info_line(survey, end):
            score += 2.5
        if score > best_score:
            found, best_score = (text, element), score
    for line in survey.lines[max(0, first - _NEAR_LINES) : min(last, first + 2)]:
        start, end = survey.spans.get(line.owner, (0, 0))
        squeezed = squeeze(text := _without_info(line.text, known))
        if end - start <= 6 or line.linked or not 4 <= len(squeezed) <= _LONGEST or squeezed in sites:
            continue
        agreement = max((_agreement(squeezed, title) for title in known), default=0.0)
        if (agreement < _EXACT and _is_no_title(text)) or text.endswith(("：", ":", "。")):
            continue
        score = agreement + _form(text) - 0.05 * max(first - line.index, 0) - (line.index >= first)
        score += 2.5 * (text != line.plain or _is_above_info_line(survey, line.index + 1))
        score += _NEXT_TO_BODY * (last - first > 0 and line.index + 1 == first)
        if score > best_score:
            found, best_score = (text, None), score
    return found


def _is_above_info_line(survey: Survey, end: int) -> bool:
    if end >= len(survey.lines):
        return False
    below = survey.lines[end].plain
    if below[:_LONGEST_LABEL] == below and key(below) in PROPOSAL:  # the head of a form about a proposal
        return not _NAME_OF_FORM.search(survey.lines[end - 1].plain)
    return is_info_line(survey.lines[end].text) or is_lone_date(below)


def _is_no_title(text: str) -> bool:
    """Whether a text is breadcrumbs, a greeting, an info line, or nothing but the name of an organisation or site."""
    if is_footer(text) or _CRUMBS.search(text) or is_labelled(text) or _GLUED.match(text) or key(text) in KNOWN:
        return True
    if _COLUMN.fullmatch(text):
        return True
    return (_is_site(text, "") or _WELCOME.search(text) is not None) and not _FORM.search(text)


def _name_score(element: Element) -> float:
    return _score_of(f"{element.get('class') or ''} {element.get('id') or ''}")


@remembered
def _score_of(name: str) -> float:
    return 1.5 if _TITLE_NAME.search(name) and not _NOT_TITLE_NAME.search(name) else 0.0


def _looks(element: Element, text: str) -> float:
    """How much an element looks like a headline: by its name, size, weight and place on the line, and by its words.

    What wraps all of the text (``<td align=center><font size=5><b>``) counts with the element.
    """
    named = big = centred = False
    inner: Element | None = element
    for _ in range(_MOST_WRAPPERS):
        if inner is None:
            break
        style = inner.get("style") or ""
        named = named or _name_score(inner) > 0
        size = inner.get("size") if inner.tag == "font" else None
        big = big or inner.tag in ("b", "strong", "big") or (size or "") in ("4", "5", "6", "7", "+1", "+2", "+3")
        big = big or _BIG.search(style) is not None
        centred = centred or inner.tag == "center" or inner.get("align") in ("center", "middle")
        centred = centred or _CENTRED.search(style) is not None
        inner = inner[0] if len(inner) == 1 and not (inner.text or "").strip() else None
    return 1.5 * named + 0.75 * big + 0.75 * centred + _form(text)


def _form(text: str) -> float:
    return 2.0 if len(text) >= _SHORTEST_TITLE and _FORM.search(text) else 0.0


def _agreement(shown: str, stated: str) -> float:
    """How well a heading agrees with what ``<title>``, a meta tag or the list's row states."""
    if shown == stated:
        return _EXACT
    shorter, longer = sorted((shown, stated), key=len)
    if len(shorter) < 8 or shorter not in longer or 3 * len(shorter) < len(longer):
        return 0.0
    return _BEGINS if longer.startswith(shorter) else _HOLDS


def without_site(title: str, site: str | None) -> str:
    """``<title>`` without the names of site and columns that templates append or prepend."""
    parts = [part.strip() for part in _SEPARATORS.split(title) if part.strip()]
    if len(parts) < 2:
        return title
    name = squeeze(site or "")
    kept = [part for part in parts if not _is_site(part, name)]
    if not kept:
        return title
    longest = max(kept, key=len)
    start = title.find(kept[0])
    end = title.find(longest) + len(longest)
    joined = title[start:end].strip() if start < end else longest
    return joined or title


def _is_site(part: str, site: str) -> bool:
    squeezed = squeeze(part)
    if site and (squeezed in site or (site in squeezed and len(squeezed) <= len(site) + 8)):
        return True
    return (
        len(squeezed) <= 24
        and re.search(
            r"(门户网站|政府网|官网|网站|人民政府|局|委员会|委|厅|办公室|(?:工作|宣传|组织|统战)部|网|系统|平台|信息网|之窗|门户)$",
            squeezed,
        )
        is not None
    )
