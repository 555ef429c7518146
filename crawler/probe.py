"""What pages of an unknown portal tell about it: which links lead towards columns (栏目) of replies, which lists are
such columns, whose portal it is. Pure judging; :mod:`crawler.spiders.probe` does the asking.

The words and slugs are those under which portals publish replies: 建议提案办理, 人大建议, 政协提案, 提案复文 …,
``jytabl``, ``rddbjy``, ``zxta``, ``yata``, ``2024njytabl`` …, mostly below 法定主动公开内容 and its 其他, with a child
for each year.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal
from urllib.parse import parse_qsl, urldefrag, urlsplit

from lxml import etree

from crawler.extraction.kinds import kind_of
from crawler.extraction.record import Record
from crawler.page import Page
from crawler.platforms import ListPage, ListRow
from crawler.platforms.rows import iso_date, text_of
from crawler.platforms.urls import is_home
from crawler.portals import UNKNOWN_PLACE, Column, Politeness, Portal, Region, TlsFlaw

STRONG, SURE = 60, 100
"""Scores from which a link says by its address, and by its own words, that it leads to replies; below the first it only
leads where such links are."""

_LONGEST_NAME, _LONGEST_INTRO, _MOST_LINKS = 30, 300, 5000

_TOPIC = re.compile(
    r"提案|议案|(?:两会|代表委员|人大政协)[^,，。]{0,4}(?:意见|办理|答复)|(?:人大|代表|两会)[^,，。]{0,10}建议|建议[^,，。]{0,8}(?:办理|答复|复文|回复|复函|办复|提案|议案|结果)"
)
_NOT_IT = re.compile(
    r"征集|征求|咨询|投诉|网民|网友|市民|公众|群众|留言|信箱|合理化|意见建议|建议意见|提交|登录|须知|知识|线索|系统|培训|格式"
    r"|平台|制度|办法|动态|工作条例|督办|面商|协商|座谈|调研|走访"
)
_ARTICLE = re.compile(r"^(?:关于|对)|号(?:提案|建议|议案)|《")
_SIGNPOSTS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"指南|年报|年度报告|制度|申请|监督|解读|意见箱|规划|预决算|财政|招标|采购|人事|应急"), 0),
    (re.compile(r"法定主动公开"), 34),
    (re.compile(r"其他(?:法定|主动|应|公开|信息|事项|政府)|其它(?:法定|主动|应|公开|信息)"), 33),
    (re.compile(r"(?:网站|站点|本站)(?:地图|导航)"), 32),
    (re.compile(r"信息公开|公开目录"), 28),
    (re.compile(r"政务公开|结果公开|办理结果|办理情况"), 27),
    (re.compile(r"^(?:人大|政协|两会|代表委员|人大政协)"), 26),
    (re.compile(r"公开|^其[他它]$"), 14),
)
"""Links on the way to the columns, by their words; the first that fits decides."""
_SLUG = re.compile(
    r"(?<![a-z])(?:20\d\d)?[a-z]{0,2}(?:jyta|jytia|rdjy|rddbjy|rddbya|dbjy|zxta|zxya|zxwy|zxtian|yata|ytabl|ytbl|"
    r"tabl(?!e)|tadf|tafw|tahf|rdya|jianyi\w{0,3}tian|tianbanli|tianfuwen)"
)
_DULL = re.compile(
    r"新闻|要闻|动态|图片|视频|招聘|公告|公示|通知|简介|概况|领导|机构|联系|登录|注册|政策|解读|预算|决算|采购|首页|下载|手机|微信|邮箱"
    r"|无障碍|站群|党建|党务|廉|天气|简繁|搜索"
)
"""Links that hardly lead to columns of replies."""
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)\s*(?:年度?|n(?:ian)?)?")
_MORE = re.compile(r"[\[【<>《》«»\s.…+]*(?:更多|more|查看更多|全部)?[\]】<>《》«»\s.…+]*", re.IGNORECASE)
_WORDS = re.compile("[一-鿿].*[一-鿿]")
_PLACE = re.compile(r"(?:当前|您的?|您?现在的?|所在)(?:所在)?的?位置|您在这里|^位置")
_CRUMBS = re.compile(r"crumb|bread|position|location|weizhi|dqwz|curmb|\bplace\b|\bwz\b|\bpath\b|local", re.IGNORECASE)
_REFRESH = re.compile(r"url\s{0,3}=\s{0,3}['\"]?([^'\"\s>]{1,500})", re.IGNORECASE)
_MOVED = re.compile(
    r"location(?:\.href)?\s{0,3}=\s{0,3}['\"]([^'\"\s<>]{1,500})['\"]|location\.replace\(\s{0,3}['\"]([^'\"\s<>]{1,500})",
)
_HANWEB_ART = re.compile(r"/art/\d{4}/\d{1,2}/\d{1,2}/art_(\d{1,9})_\d+\.html")
_PAGER = re.compile(
    r"(?:[第共首尾末上下前后一最转到跳页条\W_]|\d{1,3}(?!\d)|go|next|prev|last|first|page)+", re.IGNORECASE
)
_OBJECT = re.compile(r"\{[^{}\[\]]{1,2000}")  # one category of a tree, up to where its children begin
_NUMBER = re.compile(r"""["']?\bid["']?\s{0,3}:\s{0,3}["']?(\d{1,9})\b""")
_NAME = re.compile(r"""["']?\bname["']?\s{0,3}:\s{0,3}["']([^"'<>]{1,100})["']""")


@dataclass(frozen=True, slots=True)
class Lead:
    """A link that may lead to a column of replies, or to where one is linked; ``via`` is the page it stands on.
    ``again`` says that it was asked in vain before."""

    url: str
    text: str
    score: int
    via: str = ""
    again: bool = False

    @property
    def year(self) -> int | None:
        """The year whose replies it names: 2024年, /2024njytabl/."""
        found = _YEAR.search(self.text) or _YEAR.search(urlsplit(self.url).path)
        return int(found[1]) if found else None


def rate(text: str, url: str) -> int:
    """How much a link's words and address (path and query only) promise: 100 and more for 政协提案 or 建议提案办理,
    :data:`STRONG` for a known slug, less for what lies on the way, 0 for anything else."""
    words = re.sub(r"\s", "", text)
    if len(words) > _LONGEST_NAME or _ARTICLE.search(words):
        return 35 if kind_of(words, "")[0] == "reply" else 0  # a reply's page leads to its column
    parts = urlsplit(url)
    slug = bool(_SLUG.search(f"{parts.path}?{parts.query}".lower()))
    if _TOPIC.search(words):
        if _NOT_IT.search(words) and not re.search("答复|复文|复函|办理(?:结果|情况)|公开", words):
            return 20
        if re.search(r"召开|举行|(?:通报|总结|报告|公告|通知|方案)$", words):
            return 20
        return 100 + 20 * slug + 10 * bool(re.search("答复|复文|复函|办理|公开", words))
    if slug and not _NOT_IT.search(words):
        return STRONG
    return next((score for pattern, score in _SIGNPOSTS if pattern.search(words)), 0)


def leads(
    page: Page, *, of_topic: bool = False, is_letter: bool = False, entries: Collection[str] = (), explore: int = 0
) -> list[Lead]:
    """The links of ``page`` that may lead to columns of replies, each URL once with its best score.

    ``of_topic``: the page itself is about replies, so years and links below its folder count as well. ``is_letter``:
    the page is a reply, so the links of its breadcrumbs and the folders above it do. ``entries`` are the URLs of the
    page's list, its rows and the page after it, which are no columns. ``explore`` is the score of links that promise
    nothing, but may be a menu's: where nothing better is found, what lies behind them is.
    """
    via = page.url or ""
    found: dict[str, Lead] = {}

    def add(href: str, text: str, score: int) -> None:
        url = page.absolute(href)
        if url is None or not score or same_page(url, via) or url in entries:
            return
        url = bare(url)
        if url not in found or found[url].score < score:
            found[url] = Lead(url, text or (found[url].text if url in found else ""), score, via)

    for node in islice(page.root.iter("a", "area"), _MOST_LINKS):
        href, text = node.get("href") or "", link_text(node)
        if _PAGER.fullmatch(text):
            continue
        score = rate(text, page.absolute(href) or "") if href else 0
        if of_topic and score < STRONG and len(text) <= _LONGEST_NAME and not _ARTICLE.search(text):
            url = page.absolute(href) or ""
            if (year := _YEAR.search(text)) and text.startswith(year[0]):
                score = STRONG + 30
            elif text and is_below(url, via) and not _NOT_IT.search(text) and not re.search(r"\d{4,}", url[len(via) :]):
                score = max(score, STRONG - 5)
        if (score >= STRONG - 5 or (explore and not score)) and _is_dated(node):
            continue  # a row of news about proposals: columns have no date
        if not score and explore and _WORDS.search(text) and len(text) <= 10 and not _DULL.search(text):
            score = explore
        add(href, text, score)
    for category, name in _catalogue(page):
        add(f"{bare(via)}#{category}", name, rate(name, ""))
    for frame in page.root.iter("frame", "iframe"):
        src = frame.get("src") or ""
        add(src, "", max(rate("", page.absolute(src) or ""), STRONG - 1 if of_topic else 30))
    if is_letter:
        crumbs = breadcrumbs(page)
        for at, (href, text) in enumerate(crumbs):
            add(href, text, max(rate(text, ""), 70 + at if at + 1 == len(crumbs) else 40 + at))
        for at, url in enumerate(folders_of(via)):
            add(url, "", max(rate("", url), STRONG - 3 if at == 0 else 45))
    return sorted(found.values(), key=lambda lead: -lead.score)


def new_years(page: Page, known: Iterable[Column]) -> list[Column]:
    """The columns that ``page`` links for years after those of the ``known`` ones, named or addressed like these."""
    known = list(known)
    years = (_YEAR.search(column.name) or _YEAR.search(urlsplit(column.url).path) for column in known)
    newest = max((int(found[1]) for found in years if found), default=0)
    names = {re.sub(r"\d+", "", column.name) for column in known}
    paths = {re.sub(r"\d+", "", urlsplit(column.url).path) for column in known}
    found = (
        lead for lead in leads(page, of_topic=True)
        if lead.score >= STRONG and (lead.year or 0) > newest
        and (re.sub(r"\d+", "", lead.text) in names or re.sub(r"\d+", "", urlsplit(lead.url).path) in paths)
    )  # fmt: skip
    return [Column(name=lead.text or str(lead.year), url=lead.url, publishes="mixed") for lead in found]


def _is_dated(link: etree._Element) -> bool:
    """Whether a link is a row of a list: a day, but not today's, stands beside it, or in it."""
    row = next(link.iterancestors("li", "tr", "dd", "p", "dl"), None)
    if row is None or sum(1 for _ in islice(row.iter("a"), 4)) > 3:
        return False
    text = text_of(row, 300)
    return iso_date(text) is not None and not re.search("今天|今日|星期", text)


def _catalogue(page: Page) -> Iterator[tuple[str, str]]:
    """Number and name of each category in the tree of a gkmlpt catalogue, whose script shows it as
    ``/gkmlpt/index#{number}``."""
    if "/gkmlpt/" not in (page.url or "") or "TREE" not in page.html:
        return
    for script in page.root.iter("script"):
        for item in islice(_OBJECT.finditer(script.text or ""), 5000):
            number, name = _NUMBER.search(item[0]), _NAME.search(item[0])
            if number and name:
                with suppress(ValueError):
                    yield number[1], str(json.loads(f'"{name[1]}"'))


def link_text(node: etree._Element) -> str:
    """What a link says: its text, or its hover title, or its picture's; of 更多 what stands beside it."""
    text = text_of(node, 200)
    if not text or _MORE.fullmatch(text):
        pictures = (picture.get("alt") or picture.get("title") or "" for picture in node.iter("img"))
        text = (node.get("title") or node.get("alt") or next(filter(None, pictures), "")).strip()
    if not text or _MORE.fullmatch(text):
        beside = (text_of(parent, 60) for parent in islice(node.iterancestors(), 2))
        named = (re.sub(r"(?:查看)?(?:更多|more)|[>»+]", "", words, flags=re.IGNORECASE).strip() for words in beside)
        text = next((words for words in named if _WORDS.search(words) and len(words) <= _LONGEST_NAME), "")
    return text[:200]


def breadcrumbs(page: Page) -> list[tuple[str, str]]:
    """The links of 当前位置: 首页 > … > 栏目 as (href, text), without the home page's."""
    for node in page.root.iter("div", "p", "td", "span", "ul", "ol", "nav", "section", "li", "dl"):
        named = _CRUMBS.search(f"{node.get('class') or ''} {node.get('id') or ''}"[:200])
        links = list(islice(node.iter("a"), 12))
        if not 1 <= len(links) <= 11 or not (named or _PLACE.search((node.text or "")[:80])):
            continue
        text = text_of(node, 400)
        if len(text) > 300 or not (_PLACE.search(text[:40]) or re.search(r"[>›»/＞]|首页", text)):
            continue
        trail = [(link.get("href") or "", text_of(link, 100)) for link in links]
        trail = [(href, said) for href, said in trail if not is_home(page.absolute(href) or "") and said != "首页"]
        if trail:
            return trail
    return []


def folders_of(url: str) -> list[str]:
    """The folders above a detail page in which its column may lie, nearest first; those that only date it are left
    out. 大汉 addresses name the column by its number."""
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    if found := _HANWEB_ART.search(parts.path):
        return [f"{base}/col/col{found[1]}/index.html"]
    names = [name for name in parts.path.split("/")[:-1] if name]
    while names and re.fullmatch(r"[\d-]{1,10}|art|show|info|content|c", names[-1]):
        names.pop()
    return [f"{base}/{'/'.join(names[:depth])}/" for depth in range(len(names), max(len(names) - 2, 0), -1)]


def moved_to(page: Page) -> str | None:
    """Where a page without content sends browsers: by meta refresh, or by a script that sets ``location``."""
    for meta in page.root.iter("meta"):
        if (meta.get("http-equiv") or "").lower() == "refresh" and (
            found := _REFRESH.search(meta.get("content") or "")
        ):
            return page.absolute(found[1])
    if sum(1 for _ in islice(page.root.iter("a"), 6)) > 5 or len(text_of(page.root, 500)) > 200:
        return None
    for script in page.root.iter("script"):
        if found := _MOVED.search((script.text or "")[:20_000]):
            url = page.absolute(found[1] or found[2])
            return None if url is None or same_page(url, page.url or "") else url
    return None


def is_likely(title: str | None, of_topic: bool) -> bool:
    """Whether a row's title is a reply's or an opinion's. In a column that is about replies (``of_topic``) a proposal's
    own title will do: 关于……的建议."""
    kind, evidence = kind_of(title, "")
    if kind != "other" or evidence.where != "none":
        return kind in ("reply", "opinion")
    words = re.sub(r"\s", "", title or "")
    if re.search(r"号(?:[^,，。]{0,8})(?:提案|建议|议案)", words):
        return True
    return of_topic and bool(re.search(r"(?:提案|建议|议案|答复|复函|回复|复文|[….]{2,})[》”)）]*$", words))


@dataclass(slots=True)
class List:
    """A list that was read, as a candidate for a column."""

    lead: Lead
    name: str
    url: str
    platform: str
    rows: tuple[ListRow, ...]
    total: int | None = None
    pages: int | None = None
    goes_on: bool = False
    second: str = ""
    """What its second page was: empty where it was not asked."""
    asked: bool = True
    likely: int = 0

    @property
    def of_topic(self) -> bool:
        """Whether name or address say that it is about replies."""
        return rate(self.name, self.url) >= STRONG or rate(self.lead.text, self.url) >= STRONG

    @property
    def is_column(self) -> bool:
        """Whether it publishes replies: a quarter of its rows where its name says so, else a third and three."""
        count = len(self.rows)
        if self.of_topic:
            return self.likely >= 1 and self.likely * 4 >= count
        return self.likely >= min(3, max(count, 2)) and self.likely * 3 >= count

    @property
    def publishes(self) -> Literal["replies", "mixed"]:
        """What the definition says."""
        return "replies" if self.rows and self.likely == len(self.rows) else "mixed"

    def take(self, rows: Iterable[ListRow]) -> int:
        """Add rows of a further page; returns how many are new."""
        known = {row.url for row in self.rows}
        fresh = tuple(row for row in rows if row.url not in known)
        self.rows += fresh
        self.likely = sum(is_likely(row.title, self.of_topic) for row in self.rows)
        return len(fresh)


def read_list(lead: Lead, page: Page, platform: str, listing: ListPage) -> List:
    """The list on ``page``, to which ``lead`` led."""
    found = List(lead, column_name(lead, page), page.url or lead.url, platform, ())
    found.total, found.pages, found.goes_on = listing.total, listing.pages, listing.next is not None
    found.take(listing.rows)
    return found


def column_name(lead: Lead, page: Page) -> str:
    """The column's name: the link's words where they are of the topic, else what the page calls itself."""
    own = [_meta(page, "ColumnName"), *_title_parts(page)[:1]]
    if rate(lead.text, "") >= STRONG:
        return lead.text
    name = next((name for name in (*own, lead.text) if name and len(name) <= 60), page.url or lead.url)
    return f"{name} {lead.text}" if _YEAR.match(lead.text) and not _YEAR.search(name) else name


def is_letter(record: Record) -> bool:
    """Whether a page is a reply itself, and not a list of them whose name holds 答复."""
    return record.kind in ("reply", "opinion") and bool(record.addressee or record.signed_on or record.document_number)


def is_article(record: Record, rows: Sequence[ListRow] = ()) -> bool:
    """Whether a page is one document, whose links to others are no column: a reply, what names itself by ArticleTitle,
    or a dated text. A text that begins with the titles of the page's own ``rows`` is a list that prints what each is
    about."""
    text = re.sub(r"\s", "", record.text or "")
    places = sorted(text.find(re.sub(r"\s", "", row.title)) for row in rows if row.title)
    printed = [place for place in places if place >= 0]
    if "page:list" in record.flags or (len(printed) >= max(3, len(rows) // 3) and printed[0] < _LONGEST_INTRO):
        return False
    named = any(label.label.lower() == "meta:articletitle" and label.value.strip() for label in record.labels)
    return is_letter(record) or named or (len(record.text or "") >= 200 and record.published_at is not None)


def settle(lists: Sequence[List]) -> tuple[list[List], list[str]]:
    """The columns that are needed, and what is to be said of those left out.

    A list whose rows all stand in another that goes on as far is left out. Where a list holds the newest of its years'
    children and more, it is taken to hold all years.
    """
    kept: list[List] = []
    dropped: list[tuple[List, List]] = []
    # A catalogue that a script shows as a whole, #485 being one category: with the categories it is not needed.
    wholes = {urldefrag(one.url)[0] for one in lists if "#" in one.url}
    lists = [one for one in lists if one.url not in wholes]
    for one in sorted(lists, key=lambda one: (not one.asked, not one.goes_on, -len(one.rows), -one.lead.score)):
        whole = next((other for other in kept if _holds(other, one)), None)
        if whole is None:
            kept.append(one)
        else:
            dropped.append((one, whole))
    for parent in list(kept):
        children = [one for one in lists if one is not parent and one.lead.year and one.lead.via == parent.url]
        inside = [one for one, whole in dropped if whole is parent and one in children]
        newest = max(children, key=lambda one: one.lead.year or 0, default=None)
        if newest in inside and newest is not None and _has_more(parent, newest):
            for one in children:
                if one in kept:
                    kept.remove(one)
                    dropped.append((one, parent))
    notes = [f"left out, its rows stand in {whole.url}: {one.name} {one.url}" for one, whole in dropped]
    order = {id(one): at for at, one in enumerate(lists)}
    return sorted(kept, key=lambda one: order[id(one)]), notes


def _holds(whole: List, part: List) -> bool:
    if not part.rows or not {row.url for row in part.rows} <= {row.url for row in whole.rows}:
        return False
    if not part.goes_on:
        return True
    return whole.goes_on and None not in (whole.total, part.total) and (whole.total or 0) >= (part.total or 0)


def _has_more(parent: List, child: List) -> bool:
    if parent.total is not None and child.total is not None:
        return parent.total > child.total
    return parent.goes_on and not child.goes_on and len(parent.rows) > len(child.rows)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose portal it is, as far as its pages say: name, 网站标识码 and the place that follows from both."""

    name: str | None = None
    site_code: str | None = None
    region: Region = field(default_factory=lambda: Region(code=UNKNOWN_PLACE, names=("不详",)))


def identity(pages: Iterable[Page]) -> Identity:
    """What the pages say, the home page first."""
    name = code = None
    for page in pages:
        name = name or site_name(page)
        code = code or site_code(page)
    division = code[:6] if code and code.isdecimal() else UNKNOWN_PLACE
    names = place_names(name or "", division)
    return Identity(name, code, Region(code=division, names=names or ("不详",)))


def site_code(page: Page) -> str | None:
    """The 政府网站标识码: ten digits, or bm and eight, by meta tag or in the footer."""
    said = _meta(page, "SiteIDCode") or ""
    if re.fullmatch(r"(?:\d\d|bm)\d{8}", said):
        return said
    for footer in islice(re.finditer("网站标识码", page.html), 20):
        after = re.sub(r"<[^<>]{0,300}>|&nbsp;|\s", "", page.html[footer.end() : footer.end() + 400])
        if found := re.match(r"[^0-9a-zA-Z<]{0,5}((?:\d\d|bm)\d{8})(?!\d)", after):
            return found[1]
    return None


def site_name(page: Page) -> str | None:
    """The organisation's name: SiteName, else the part of the title that names one."""
    said = [_meta(page, "SiteName") or "", *reversed(_title_parts(page))]
    plain = [
        re.sub(r"^欢迎(?:访问|光临)|(?:政府)?(?:门户)?(?:官方)?(?:网站|官网|门户)(?:首页)?$|^首页$", "", one)
        for one in said
    ]
    plain = [name for name in plain if 3 <= len(name) <= 40]
    organs = [
        name
        for name in plain
        if re.search(r"(?:政府|局|委|厅|办公室|委员会|中心|法院|检察院|政协|人大|会|院|站|队)$", name)
    ]
    return next(iter(organs or plain), None)


_PLACES = re.compile(
    r"([^省市县区州盟旗]{2,6}(?:省|自治区))?([^省市县区州盟旗]{1,8}(?:自治州|地区|[市州盟]))?"
    r"((?!城市|社区|市区|景区|园区|校区)[^省市县区州盟旗]{1,10}(?:自治县|自治旗|[县区旗市]))?"
)
_PROVINCES = (
    "11北京市12天津市13河北省14山西省15内蒙古自治区21辽宁省22吉林省23黑龙江省31上海市32江苏省33浙江省34安徽省35福建省"
    "36江西省37山东省41河南省42湖北省43湖南省44广东省45广西壮族自治区46海南省50重庆市51四川省52贵州省53云南省54西藏自治区"
    "61陕西省62甘肃省63青海省64宁夏回族自治区65新疆维吾尔自治区"
)
"""GB/T 2260: the first two digits of a division's code."""


def place_names(organisation: str, division: str) -> tuple[str, ...]:
    """The places that an organisation's name begins with, from the province down: 某某市民政局 governs in 某某市. The
    province is added by the division's code (GB/T 2260)."""
    found = _PLACES.match(organisation)
    names = [name for name in (found.groups() if found else ()) if name]
    province = re.search(rf"{division[:2]}(\D+)", _PROVINCES)
    if province and province[1] not in names and division[:2] not in ("00", "bm"):
        names.insert(0, province[1])
    return tuple(names)


_SECOND_LEVEL = ("gov", "com", "org", "net", "edu", "ac")


def key_of(host: str) -> str:
    """A portal's key by its host: mzj.linyi.gov.cn is linyi-mzj, www.kmpl.gov.cn kmpl."""
    labels = re.sub(r":\d+$", "", host).split(".")
    if not all(label.isdecimal() for label in labels):
        labels = labels[:-1] if len(labels) > 1 else labels
        while len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
            labels.pop()
        labels = [label for label in labels if label != "www"] or labels
        labels.reverse()
    return re.sub(r"-+", "-", re.sub(r"[^a-z0-9]", "-", "-".join(labels))).strip("-")[:64].strip("-") or "portal"


def definition(
    columns: Sequence[List], who: Identity, key: str, hosts: Collection[str], tls_accept: Collection[TlsFlaw],
    delay: float | None,
) -> Portal:  # fmt: skip
    """The portal's definition; ``inferred`` names what no answer has confirmed."""
    families = [column.platform for column in columns if column.asked]
    inferred = ["name"] * (who.name is None) + ["region.code", "region.names"]
    inferred += [f"columns.{at}.url" for at, column in enumerate(columns) if not column.asked]
    return Portal(
        key=key,
        name=who.name or next(iter(hosts)),
        platform=max(families, key=families.count) if families else "generic",
        hosts=tuple(hosts),
        region=who.region,
        columns=tuple(Column(name=c.name, url=c.url, publishes=c.publishes) for c in columns),
        years=tuple(dict.fromkeys(c.lead.via for c in columns if c.lead.year and urlsplit(c.lead.via).netloc in hosts)),
        politeness=Politeness(delay=max(delay or 0, Politeness().delay)),
        tls_accept=tuple(tls_accept),
        inferred=tuple(inferred),
    )


def hosts_of_rows(columns: Sequence[List], own: Callable[[str], bool]) -> list[str]:
    """Hosts beside the portal's own where a third and three of a column's replies stand, if they are of the same site:
    a department's replies may lie on its government's host for publicity."""
    found: dict[str, None] = {}
    for column in columns:
        netlocs = [urlsplit(row.url).netloc for row in column.rows if not own(row.url)]
        for netloc in dict.fromkeys(netlocs):
            count = netlocs.count(netloc)
            if count >= 3 and count * 3 >= len(column.rows) and same_site(netloc, urlsplit(column.url).netloc):
                found[netloc] = None
    return list(found)


def same_site(host: str, other: str) -> bool:
    """Whether two hosts are of one registered name: mzj.linyi.gov.cn and www.linyi.gov.cn."""
    return _site(host) == _site(other)


def _site(host: str) -> list[str]:
    labels = re.sub(r":\d+$", "", host.lower()).split(".")
    return labels[-3:] if labels[-2:-1] and labels[-2] in _SECOND_LEVEL else labels[-2:]


def is_below(url: str, page: str) -> bool:
    """Whether ``url`` lies below the folder of ``page`` and that is not the whole host."""
    folder = urldefrag(page)[0].partition("?")[0].rpartition("/")[0]
    return folder.count("/") > 2 and url.startswith(folder + "/")


def same_page(url: str, other: str) -> bool:
    """Whether two URLs ask for the same, whatever the scheme."""
    one, two = (urlsplit(bare(address)) for address in (url, other))
    return (one.netloc, one.path or "/", parse_qsl(one.query), one.fragment) == (
        two.netloc, two.path or "/", parse_qsl(two.query), two.fragment,
    )  # fmt: skip


def bare(url: str) -> str:
    """``url`` without its fragment, unless a script makes a page of it: #485 of a catalogue, #/list."""
    address, fragment = urldefrag(url)
    return url if re.fullmatch(r"/?\d{1,9}|[!/].*", fragment) else address


def _meta(page: Page, name: str) -> str | None:
    for meta in page.root.iter("meta"):
        if (meta.get("name") or "").lower() == name.lower() and (content := (meta.get("content") or "").strip()):
            return content[:200]
    return None


def _title_parts(page: Page) -> list[str]:
    title = next(page.root.iter("title"), None)
    words = " ".join((title.text or "").split())[:300] if title is not None else ""
    return [part.strip() for part in re.split(r"\s*[-_|—–]+\s*|\s{1,}", words) if part.strip()]
