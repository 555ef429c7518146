"""Where a page's body text (正文) is, and the text itself.

Who does what: the platform says which element holds the body and what in it is furniture. Where none of a platform's
containers fits, trafilatura finds the main content, and the smallest element that holds what it found becomes the
container: with all containers withheld, this raised clean bodies of saved pages from 0.89 to 0.93 (F1 0.968 to 0.998)
over our own densest element alone. The text of the container is then read by
:func:`~crawler.extraction.markup.text_of`, not by trafilatura, which even on the cleaned container drops repeated and
short lines and splits cells (clean bodies of saved pages 0.70 against 0.96).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, chain

from lxml import etree

from crawler.extraction.files import is_file
from crawler.extraction.furniture import (
    above_footer,
    below_info_line,
    is_file_box,
    is_footer,
    is_form,
    is_furniture,
    is_furniture_name,
    is_info_line,
    is_link_list,
    is_lone_date,
    is_page_part,
    is_part_of_text,
    is_tool,
    trim,
)
from crawler.extraction.labels import is_label, is_labelled
from crawler.extraction.markup import BLOCKS, BOUNDARY, Element, Line, Survey, is_hidden, plain, text_of
from crawler.page import Page
from crawler.platforms.base import Named, Platform

_SENTENCE = re.compile(r"[，。；：？！、]")
_ADDRESS = re.compile(r"[\s　\x1f]*(?:办公|通讯|单位|联系)?(?:地址|电话|邮编|传真|热线)\s?[：:]")
_NUMERIC = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_SALUTATION = re.compile(r"[^，。；：:]{3,60}[：:]")
_SAYS = re.compile(r"。|收悉|如下[：:]")
_STATES = re.compile(r"[，。；？！]| \| ")
_GREETING = re.compile(r"^欢迎(?:您)?(?:访问|光临|来到)|今天是|欢迎您?(?:访问|光临|登录|使用).{0,12}$")
_FEWEST = 120
"""Characters of prose that furniture does not have, and below which a container is suspect when the page has more."""
_FEWEST_OF_BODY, _SHORTEST_PROSE = 20, 12
_FEWEST_SENTENCES, _MOST_SENTENCES, _MOST_HIDDEN = 5, 15, 60
_HEAD_LINES, _MOST_OF_HEAD, _NEAR_HEADLINE = 30, 240, 3
"""Lines and characters of a container among which an info line is looked for."""
_HEADING_OF_FILES, _MOST_FILES = re.compile(r"(?:相关)?附\s?件(?:下载|列表|信息)?\s?[：:]?"), 20
_MOST_LINES_OF_FURNITURE, _SENTENCE_LENGTH = 40, 30
_LARGEST_FOR_TRAFILATURA, _MOST_TAGS_FOR_TRAFILATURA, _DEEPEST_FOR_TRAFILATURA = 500_000, 6_000, 200
"""Characters, tags and nesting beyond which trafilatura takes seconds; the densest element stands in.

Saved pages have up to 2,600 tags.
"""
_CLEAR = 0.9
"""Share of a page's prose that makes its densest element the body without a second opinion."""
_PARTS = frozenset(("p", "tr", "tbody", "li", "font", "span"))
"""Elements that hold a paragraph or a row, not a body."""
_WHOLE = frozenset(("html", "body"))
_PARAGRAPHS = frozenset(("p", "div", "section", "center", "blockquote", "table", "span", "font", "ol", "ul"))
_SIGNED = re.compile(r"(?:19|20|二)[\d\s〇○零０ＯOo一二三四五六七八九]{1,12}[年./-].{1,6}[月./-].{1,6}日?\s*$")
_SIGNER = re.compile(r"[一-鿿、\s　]{3,30}(?:局|厅|委|会|府|办公室|中心|院|队|办|处)|特此(?:答复|函复|复函|回复)。?")
_TAIL_LINES, _MOST_WRAPPERS = 8, 4
_CELLS = frozenset(("tr", "td", "th", "tbody", "thead"))


class Mass:
    """How much prose each stretch of a page holds: characters outside links, sentences counting full."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        seen: set[str] = set()
        weights = [0.0]
        label: Line | None = None
        for line in survey.lines:
            weight = 0.0 if line.text in seen else _weight(line)
            if label is not None and line.row is label.row and weight < _FEWEST:
                weight *= 0.05  # the value in a labelled block: a title there is no prose
            weights.append(weight)
            label = line if line.row is not None and len(line.text) <= 20 and is_label(line.text) else None
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
    length = len(line.text) - line.text.count(BOUNDARY)
    own = max(length - line.linked, 0)
    if own < 2:
        return 0.0
    if (length < 12 and line.row is None) or 2 * line.linked > length:
        return own * 0.05
    if is_footer(line.text) or _GREETING.search(line.text) or is_tool(line.plain):
        return 0.0
    if is_labelled(line.text) or _ADDRESS.match(line.text):
        return own * 0.05
    return float(own) if _SENTENCE.search(line.text) else own * 0.25


@dataclass(frozen=True, slots=True)
class Place:
    """The element that holds the body, the span of its lines in the survey, and a flag where no platform named it.

    ``mass`` is the page's prose, by which it was found.
    """

    element: Element | None
    span: tuple[int, int]
    mass: Mass
    flag: str | None = None


def find_body(page: Page, platform: Platform, survey: Survey) -> Place:
    """The element that holds the body text, and which of its lines are body: those below an info line at its head."""
    place = _find(page, platform, survey, Mass(survey))
    place = replace(place, span=(_below_info_line(survey, place.span, place.flag is not None), place.span[1]))
    return place if place.element is None or place.element.tag in _WHOLE else _to_the_end(survey, place)


def _to_the_end(survey: Survey, place: Place) -> Place:
    """``place``, and the paragraphs right behind it where it holds a part of the letter only (no date at its end).

    A stray ``</div>`` in what an editor pasted closes the container early, and some templates wrap nothing but the
    first paragraphs (an inner ``#zoom``): the rest of the letter then stands beside the container, without names.
    """
    element, (first, last) = place.element, place.span
    if element is None or _is_signed(survey.lines[max(first, last - _TAIL_LINES) : last]):
        return place
    end, whole = last, element
    for _ in range(_MOST_WRAPPERS):
        parent = element.getparent()
        if parent is None or parent.tag == "html":
            break
        reached = _paragraphs(survey, parent, end)
        if reached > end:
            end, whole = reached, parent
        if end < survey.spans.get(parent, (0, 0))[1]:
            break
        element = parent
    added = survey.lines[last:end]
    said = sum(len(line.plain) for line in added if _SENTENCE.search(line.text) and not line.linked)
    signed = any(_SIGNER.fullmatch(line.plain) for line in added)
    if said < _SENTENCE_LENGTH // 2 and not signed and not _is_signed(added):
        return place
    return replace(place, element=whole, span=(first, end), flag=place.flag or "body:container_too_short")


def _is_signed(lines: Sequence[Line]) -> bool:
    return any(_SIGNED.search(line.plain[-_SENTENCE_LENGTH:]) for line in lines)


def _paragraphs(survey: Survey, parent: Element, start: int) -> int:
    """The line on which the paragraphs end that stand in ``parent`` from line ``start`` on, bare or in plain boxes."""
    here = start
    while here < len(survey.lines) and is_part_of_text(survey.lines[here]):
        child: Element | None = survey.lines[here].owner
        end = here + 1
        for _ in range(_MOST_WRAPPERS):
            if child is None or child is parent or child.getparent() is parent:
                break
            child = child.getparent()
        if child is None or (child is not parent and child.getparent() is not parent):
            return here
        if child is not parent:
            named = child.tag != "p" and (child.get("class") or child.get("id"))
            _, end = survey.spans.get(child, (here, here + 1))
            if named or child.tag not in _PARAGRAPHS or is_furniture_name(child):
                return here
            if not all(is_part_of_text(line) for line in survey.lines[here:end]):
                return here
        here = max(end, here + 1)
    return here


def _below_info_line(survey: Survey, span: tuple[int, int], wide: bool) -> int:
    """The line on which the body begins, in a container that holds headline and info line (来源, 发布时间) too.

    In a container that is not known to be the letter's (``wide``) a bare date below the headline will do.
    """
    first, last = span
    named_by_none = wide
    said = 0
    for line in survey.lines[first : min(last, first + _HEAD_LINES)]:
        dated = (wide and said) or 0 < line.index - first < _NEAR_HEADLINE
        if is_info_line(line.text) or (dated and is_lone_date(line.plain) and (wide or _NUMERIC.search(line.plain))):
            return line.index + 1 if line.index + 1 < last else first
        said += len(line.text)
        wide = wide and _SENTENCE.search(line.text) is None
        if said > _MOST_OF_HEAD:
            break
    return _below_page_parts(survey, span) if named_by_none else first


def _below_page_parts(survey: Survey, span: tuple[int, int]) -> int:
    """The line below the last part of the page (navigation, breadcrumbs, info line) above the first full sentence."""
    first, last = span
    begin = first
    for line in survey.lines[first:last]:
        if is_page_part(line):
            begin = line.index + 1
        elif _SAYS.search(line.text) and not is_labelled(line.text):
            return begin
    return first


def _find(page: Page, platform: Platform, survey: Survey, mass: Mass) -> Place:
    """The element that holds the body text, with all of its lines.

    The platform's containers are tried best first; one that holds far less prose than the page's densest part is
    passed over. Without any, the densest part is the body where it holds nearly all prose, else
    trafilatura looks for the main content (flag ``body:generic``).
    """
    root = page.root
    densest = _densest(root, survey, mass)
    most = mass.of(densest)
    best: Element | None = None
    short: Element | None = None
    for path in platform.containers:
        # Of containers one within the other, the inner is the body proper if it holds nearly all.
        element = _fullest(selected(page, survey, path, best), survey, mass)
        if element is None:
            continue
        if best is not None:
            best = element if mass.of(element) >= 0.85 * mass.of(best) else best
        elif mass.of(element) >= 0.5 * most or most - mass.of(element) < _FEWEST:
            best = element
        else:
            short = element if short is None else short
    if best is not None:
        return Place(best, survey.spans[best], mass)
    if short is not None and mass.of(densest) < 3 * _FEWEST:
        return Place(short, survey.spans[short], mass)
    if most < _FEWEST_OF_BODY:
        return Place(short, survey.spans.get(short, (0, 0)) if short is not None else (0, 0), mass)
    clear = most >= _CLEAR * mass.of(root) and densest.tag not in _WHOLE
    small = len(page.html) <= _LARGEST_FOR_TRAFILATURA and page.html.count("<") <= _MOST_TAGS_FOR_TRAFILATURA
    simple = not clear and small and survey.depth <= _DEEPEST_FOR_TRAFILATURA
    element = _by_trafilatura(root, survey, mass, densest) if simple else densest
    flag = "body:generic" if short is None else "body:container_too_short"
    return Place(element, survey.spans[element], mass, flag)


def hidden_body(page: Page, platform: Platform, survey: Survey) -> frozenset[Element]:
    """What has to be revealed of a page whose body is hidden (``style="display:none"``) until a script shows it.

    Empty where the page shows prose of its own: what is hidden beside that is the copy for telephones, another tab or
    a notice. Without any, the hidden element with most prose is revealed, with the hidden ones around it.
    """
    said = 0
    for line in survey.lines:
        said += 0 if line.linked else len(_SENTENCE.findall(line.text))
        if said > _MOST_SENTENCES:
            return frozenset()
    hidden = [element for element in matches(page.root, "//*[@style or @hidden]") if is_hidden(element)]
    if not 0 < len(hidden) <= _MOST_HIDDEN:
        return frozenset()
    prose = {element: len(_SENTENCE.findall("\n".join(text_of(element)))) for element in hidden}
    best = max(hidden, key=lambda element: prose[element])
    if prose[best] < _FEWEST_SENTENCES or prose[best] <= 2 * said:
        return frozenset()
    if said >= _FEWEST_SENTENCES and not any(
        best in (match, *match.iterancestors()) for path in platform.containers for match in matches(page.root, path)
    ):
        return frozenset()
    return frozenset(element for element in (best, *best.iterancestors()) if is_hidden(element))


@cache
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(re.sub(r"(^|[|(])\s*//", r"\1.//", path))


def selected(page: Page, survey: Survey, path: str, inside: Element | None = None) -> list[Element]:
    """The elements of ``page`` that a platform's XPath selects, or those in one element; by name only shown ones."""
    if not isinstance(path, Named):
        return matches(page.root if inside is None else inside, path)
    found = [element for name in path.names for element in survey.named.get(name, ())]
    return found if inside is None else [element for element in found if inside in element.iterancestors()]


def matches(element: Element, path: str) -> list[Element]:
    """The elements inside ``element`` that an XPath selects; none for a broken one."""
    try:
        found = _compiled(path)(element)
    except etree.XPathError:
        return []
    return [item for item in found if isinstance(item, etree._Element)] if isinstance(found, list) else []


def _fullest(elements: Sequence[Element], survey: Survey, mass: Mass) -> Element | None:
    """The match with most prose; their parent where siblings share the body among them."""
    filled = [element for element in elements if element in survey.spans]
    if not filled:
        return None
    best = max(filled, key=mass.of)
    rivals = [e for e in filled if e is not best and e.getparent() is best.getparent() and mass.of(e) > 0]
    parent = best.getparent()
    if rivals and parent in survey.spans and parent.tag not in _WHOLE:
        together = mass.of(best) + sum(map(mass.of, rivals))
        if together > 1.15 * mass.of(best) and together > 0.9 * mass.of(parent):
            return parent
    return best


def _densest(root: Element, survey: Survey, mass: Mass) -> Element:
    """Walk down from the root as long as one child holds most of the prose, and the rest is no part of the letter.

    Rows and cells of a table that only lays out the page are walked through; in them the child must hold nearly all,
    lest a table of data shrink to its longest cell.
    """
    element = found = root
    while True:
        here = mass.of(element)
        best = max((child for child in element if child in survey.spans), key=mass.of, default=None)
        if best is None or here == 0:
            return found
        inside = best.tag in _PARTS or best.tag == "td" or (best.tag == "table" and _holds_lines(best))
        if mass.of(best) < (0.9 if inside else 0.72) * here or _shares(survey, mass, element, best):
            return found
        element = best
        if not _is_part(survey, best) and not (best.tag == "table" and _holds_lines(best)):
            found = best


def _is_part(survey: Survey, element: Element) -> bool:
    """Whether an element holds a paragraph or a row, not a body: by its tag, or a nameless one of a single line."""
    first, last = survey.spans.get(element, (0, 0))
    return (
        element.tag in _PARTS
        or element.tag not in BLOCKS
        or (last - first == 1 and not (element.get("class") or element.get("id")))
    )


def _shares(survey: Survey, mass: Mass, element: Element, best: Element) -> bool:
    """Whether sentences stand bare, in paragraphs or in nameless boxes of ``element`` beside its fullest child."""
    (first, last), (begin, end) = survey.spans.get(element, (0, 0)), survey.spans.get(best, (0, 0))
    if first < begin and _SALUTATION.fullmatch(survey.lines[begin - 1].plain) and not survey.lines[begin - 1].linked:
        return not is_label(survey.lines[begin - 1].plain)
    if mass.of(element) - mass.of(best) < _SHORTEST_PROSE:
        return False
    for line in chain(survey.lines[first:begin], survey.lines[end:last]):
        if line.linked or not _SAYS.search(line.text) or mass.between(line.index, line.index + 1) < _SHORTEST_PROSE:
            continue
        box: Element | None = line.owner
        for _ in range(_MOST_WRAPPERS):
            if box is None or box is element:
                break
            if box.tag not in _PARAGRAPHS or (box.tag != "p" and (box.get("class") or box.get("id"))):
                break
            box = box.getparent()
        if box is element:
            return True
    return False


def _holds_lines(table: Element) -> bool:
    return len(table.findall(".//tr")) > 3


def _by_trafilatura(root: Element, survey: Survey, mass: Mass, densest: Element) -> Element:
    """The smallest element that holds what trafilatura takes for the main content; ``densest`` where that is little."""
    import trafilatura  # slow to import, and most pages do not need it

    html = etree.tostring(root, encoding="unicode", method="html")
    try:
        text = trafilatura.extract(html, include_comments=False, include_tables=True, favor_recall=True)
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
        held = sum(_weight(survey.lines[index]) for index in hits if first <= index < last)
        if held >= 0.9 * total and element.tag not in _PARTS:
            break
        element = element.getparent()
    for _ in range(2 * _MOST_WRAPPERS):
        parent = None if element is None or element.tag in _WHOLE else element.getparent()
        if (
            element is None
            or parent is None
            or not (_is_part(survey, element) or _shares(survey, mass, parent, element))
        ):
            break
        element = parent
    if element is None or element not in survey.spans or element.tag in _WHOLE:
        return densest
    if mass.of(element) < 0.4 * mass.of(densest):
        return densest
    return element


def _is_headed(before: Sequence[Line]) -> bool:
    """Whether the text that ends with these lines announces files (附件：), further ones between at most."""
    for line in reversed(before[-_MOST_FILES:]):
        if not is_file(line.plain):
            return _HEADING_OF_FILES.fullmatch(line.plain) is not None
    return False


def _is_row_of_files(row: Element, lines: Sequence[Line]) -> bool:
    """Whether a row below the letter lists its files beside the word 附件, in a template that is a table."""
    if len(lines) < 2 or lines[0].linked or _HEADING_OF_FILES.fullmatch(lines[0].plain) is None:
        return False
    return all(2 * line.linked > len(line.plain) for line in lines[1:] if line.text) and any(
        is_file(link.get("href") or "", str(link.xpath("string()"))) for link in row.iter("a")
    )


def body_text(page: Page, platform: Platform, survey: Survey, place: Place, unwanted: set[Element]) -> str:
    """The body as printed: every paragraph once, in order, without what is furniture of the page.

    ``unwanted`` are elements known not to be body (labelled block, headline).
    """
    if place.element is None:
        return ""
    mass = place.mass
    most = 0.3 * mass.of(place.element)
    noise = {element for path in platform.noise for element in selected(page, survey, path, place.element)}
    keep = {place.element, *place.element.iterancestors()}
    begin, end = place.span

    def drop(element: Element) -> bool:
        if element in keep or element in noise:
            return element not in keep
        first, last = survey.spans.get(element, (0, 0))
        if first < last and (last <= begin or first >= end):
            return True
        lines = survey.lines[first:last]
        if element.tag == "tr" and first >= end - _TAIL_LINES and _is_row_of_files(element, lines):
            return True
        if lines and is_form(element, lines) and mass.of(element) <= min(most, _FEWEST):
            return True
        if place.flag and lines and is_link_list(element, lines):
            return mass.of(element) <= most
        if not lines or len(lines) > _MOST_LINES_OF_FURNITURE or (element.tag in _CELLS and element not in unwanted):
            return False
        prose = mass.of(element)
        sentence = len(lines) == 1 and prose > _SENTENCE_LENGTH and not lines[0].linked
        if prose > most or (sentence and element not in unwanted):
            return False
        if element in unwanted:
            return True
        if is_file_box(element, lines):
            return not _is_headed(survey.lines[begin:first])
        return prose <= _FEWEST and (is_furniture_name(element) or is_furniture(lines))

    lines = below_info_line(text_of(place.element, drop, survey.revealed))
    lines = trim(above_footer(lines, certain=place.flag is None))
    prose = mass.between(begin, end)
    if prose >= _FEWEST_OF_BODY and sum(map(len, lines)) < 0.3 * prose:  # a rule took furniture for what is not
        shown = (line for line in survey.lines[begin:end] if is_part_of_text(line) and line.owner not in unwanted)
        lines = trim([line.plain for line in shown])
    if place.flag and not any(_STATES.search(line) and not is_file(line) for line in lines):
        return ""  # names of files, editors: the document is in its attachments
    return "\n".join(lines)
