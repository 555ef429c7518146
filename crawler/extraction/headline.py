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
from crawler.extraction.markup import BOUNDARY, Element, Survey, plain
from crawler.extraction.remembered import remembered
from crawler.extraction.vocabulary import KNOWN, key
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
_BIG = re.compile(
    r"font-size\s*:\s*(?:1[89]|[2-9]\d)(?:\.\d+)?\s*px|font-size\s*:\s*(?:1[4-9]|[2-9]\d)[\d.]*\s*pt|bold"
)
_CENTRED = re.compile(r"text-align\s*:\s*center")
_GLUED = re.compile(
    r"[\s　【\[(（|]*(?:(?:[一-鿿]{2,6}[：:]\s*)?(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)|"
    r"(?:来源|信息来源|文章来源|发布时间|发布日期|作者|浏览次数|点击数?)\s*[：:])"
)
"""What an info line glued to the headline begins with: a date, or a label."""
_LONGEST = 250
_SHORTEST_TITLE = 10
_LEAST_WITH_TITLE, _LEAST = 3.0, 2.0
"""Scores that a headline must pass: where ``<title>`` says something, and where it is too short to."""
_NEAR_LINES = 30
_TAGS = {"h1": 3.0, "h2": 2.0, "h3": 1.5, "h4": 1.0}
_EXACT, _BEGINS, _HOLDS = 8.0, 6.0, 3.0
"""What a heading gains that is a title stated elsewhere, begins one (or one it), or is a part of one: the most that
looks can give together is less than the first."""
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
    place = text.find(BOUNDARY)
    while place >= 0:
        title = squeeze(text[:place])
        if title and _GLUED.match(plain(text[place:])):
            longer = squeeze(text)
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
    if _is_site(bare, squeeze(site or "")) and not _FORM.search(bare):
        bare = ""
    known = [squeeze(text) for text in (article_title, row_title, named, bare and document_title, bare) if text]
    outside = {squeeze(part) for part in _SEPARATORS.split(document_title) if part not in bare} | {squeeze(site or "")}
    claims: list[Claim] = []
    best = _shown(page, platform, survey, body, known, outside)
    if best is not None:
        text = _text(survey, best, known)
        claims.append(Claim("title", text, "headline", text, 10))
    if article_title:
        claims.append(Claim("title", article_title, "meta:ArticleTitle", article_title, 20))
    if row_title:
        claims.append(Claim("title", row_title, "list", row_title, 40))
    if bare:
        claims.append(Claim("title", bare, "title", document_title, 50))
    return Headline(claims, best)


def _shown(
    page: Page, platform: Platform, survey: Survey, body: tuple[int, int], known: list[str], sites: set[str]
) -> Element | None:
    first, last = body
    platforms = {element for path in platform.headlines for element in selected(page, survey, path)}
    near = {line.owner for line in survey.lines[max(0, first - _NEAR_LINES) : first]}
    best: Element | None = None
    best_score = _LEAST_WITH_TITLE if any(len(title) >= _SHORTEST_TITLE for title in known) else _LEAST
    for element, (start, end) in survey.spans.items():
        if not 0 < end - start <= 6 or (last > first and start > first + 2):
            continue
        score = _TAGS.get(element.tag, 0) + 2.0 * (element in platforms)
        if not score and element not in near and _name_score(element) <= 0:
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
        score += _looks(element, text) + agreement - 0.05 * min(max(first - end, 0), 40) - (start >= first)
        if (end == start + 1 and text != survey.lines[start].plain) or _is_above_info_line(survey, end):
            score += 2.5
        if score > best_score:
            best, best_score = element, score
    return best


def _is_above_info_line(survey: Survey, end: int) -> bool:
    if end >= len(survey.lines):
        return False
    return is_info_line(survey.lines[end].text) or is_lone_date(survey.lines[end].plain)


def _is_no_title(text: str) -> bool:
    """Whether a text is breadcrumbs, a greeting, an info line, or nothing but the name of an organisation or site."""
    if is_footer(text) or _CRUMBS.search(text) or is_labelled(text) or _GLUED.match(text) or key(text) in KNOWN:
        return True
    return _is_site(text, "") and not _FORM.search(text)


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
    form = 2.0 if len(text) >= _SHORTEST_TITLE and _FORM.search(text) else 0.0
    return 1.5 * named + 0.75 * big + 0.75 * centred + form


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
        and re.search(r"(门户网站|政府网|官网|网站|人民政府|局|委员会|委|厅|办公室|网)$", squeezed) is not None
    )
