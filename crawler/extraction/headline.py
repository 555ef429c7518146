"""The headline (标题) as shown, and what stands in for it."""

import re
import unicodedata
from dataclasses import dataclass

from crawler.extraction.body import matches
from crawler.extraction.claims import Claim
from crawler.extraction.fields import Meta, value_of
from crawler.extraction.markup import Element, Survey
from crawler.page import Page
from crawler.platforms.base import Platform

_TITLE_NAME = re.compile(r"title|headline|biaoti|\bbt\b|tit\b|_bt\b|bt_|heading", re.IGNORECASE)
_NOT_TITLE_NAME = re.compile(
    r"sub-?title|site|logo|column|lanmu|nav|list|foot|head-?er|vice|fubiaoti|share", re.IGNORECASE
)
_SEPARATORS = re.compile(r"\s*[-_|—–－＿｜]+\s*|\s+-\s+|\s{2,}")
_LONGEST = 250
_SHORTEST_TITLE = 10
_LEAST_WITH_TITLE, _LEAST = 3.0, 1.0
"""Scores that a headline must pass: where ``<title>`` says something, and where it is too short to."""
_NEAR_LINES = 30
_TAGS = {"h1": 3, "h2": 2, "h3": 1}


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


def _text(survey: Survey, element: Element) -> str:
    joined = " ".join(line.plain for line in survey.inside(element)).strip()
    return re.sub(r"(?<=[一-鿿]) (?=[一-鿿])", "", joined) if len(survey.inside(element)) > 1 else joined


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

    What is shown is the platform's headline element, or else the heading above the body that ``<title>``,
    ``ArticleTitle`` and the labelled block (``named``) confirm best.
    """
    article_title, site = value_of(meta, "ArticleTitle"), value_of(meta, "SiteName")
    document_title = " ".join("".join(page.root.xpath("//title[1]//text()")[:1]).split())
    known = [squeeze(text) for text in (article_title, row_title, named, document_title) if text]
    claims: list[Claim] = []
    best = _shown(page.root, platform, survey, body, known, squeeze(site or ""))
    if best is not None:
        text = _text(survey, best)
        claims.append(Claim("title", text, "headline", text, 10))
    if article_title:
        claims.append(Claim("title", article_title, "meta:ArticleTitle", article_title, 20))
    if row_title:
        claims.append(Claim("title", row_title, "list", row_title, 40))
    bare = without_site(document_title, site)
    if bare:
        claims.append(Claim("title", bare, "title", document_title, 50))
    return Headline(claims, best)


def _shown(
    root: Element, platform: Platform, survey: Survey, body: tuple[int, int], known: list[str], site: str
) -> Element | None:
    first, last = body
    platforms = {element for path in platform.headlines for element in matches(root, path)}
    near = {line.owner for line in survey.lines[max(0, first - _NEAR_LINES) : first]}
    best: Element | None = None
    best_score = _LEAST_WITH_TITLE if any(len(title) >= _SHORTEST_TITLE for title in known) else _LEAST
    for element, (start, end) in survey.spans.items():
        if not 0 < end - start <= 6 or (last > first and start > first + 2):
            continue
        score = _TAGS.get(element.tag, 0) + 4.0 * (element in platforms)
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if _TITLE_NAME.search(name) and not _NOT_TITLE_NAME.search(name):
            score += 1.5
        if not score and element not in near:
            continue
        text = _text(survey, element)
        squeezed = squeeze(text)
        if not 4 <= len(squeezed) <= _LONGEST or squeezed == site:
            continue
        if sum(line.linked for line in survey.lines[start:end]) > 0.7 * len(text):
            continue
        agreement = max((_agreement(squeezed, title) for title in known), default=0.0)
        score += agreement - 0.05 * min(max(first - end, 0), 40)
        if score > best_score and (agreement or element not in near or element.tag in _TAGS or score > _LEAST):
            best, best_score = element, score
    return best


def _agreement(shown: str, stated: str) -> float:
    """How well a heading agrees with what ``<title>``, a meta tag or the list's row states."""
    if shown == stated:
        return 4.0
    shorter, longer = sorted((shown, stated), key=len)
    if len(shorter) < 8 or shorter not in longer or 3 * len(shorter) < len(longer):
        return 0.0
    return 3.0 if longer.startswith(shorter) else 1.5


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
