"""Attachments (附件): links to files in the body or right below it."""

import re
from itertools import islice, takewhile
from urllib.parse import unquote, urlsplit

from crawler.extraction.files import is_file
from crawler.extraction.furniture import is_footer, is_furniture, is_related
from crawler.extraction.markup import Element, Line, Survey, is_hidden, plain
from crawler.extraction.record import Attachment
from crawler.page import Page

_WRITTEN = re.compile(r"""document\.write\s{0,9}\(\s{0,9}(['"])((?:(?!\1).){8,4000})\1""", re.IGNORECASE | re.DOTALL)
_ANCHOR = re.compile(
    r"""<a\s[^>]{0,500}?href\s*=\s*\\?["']?(?P<href>[^"'\s>\\]{3,500})[^>]{0,500}>(?P<name>[^<]{0,300})""",
    re.IGNORECASE,
)
_JUNK_NAME = re.compile(r"^(下载|点击下载|附件下载|点击查看|查看|浏览|预览|下载附件|附件|here|\s)*$", re.IGNORECASE)
_HEADING = re.compile(
    r"附件|附表|附图|附：|附:|原文|正文|全文|文件|文档|材料|答复|相关下载|^点?击?下载|\bfiles?\b|attach", re.IGNORECASE
)
"""Heads the files of a document; 常用下载, 软件下载, 表格下载 head those of the site."""
_NEAR_LINES, _MOST_LINES, _LONGEST_HEADING = 12, 36, 12
_MOST = 200


def read_attachments(page: Page, survey: Survey, body: Element | None) -> list[Attachment]:
    """Files linked in the body, or below it before the footer; each URL once, named by the link's text.

    Names come from the link's text, else its ``title``, else the last part of the URL. URLs are absolute where the
    page's own URL is known.
    """
    if body is None:
        return []
    found: dict[str, str] = {}

    def add(href: str, *names: str | None) -> None:
        url = page.absolute(href)
        if url is None or len(found) >= _MOST:
            return
        found[url] = found.get(url) or next(filter(None, map(_name, names)), "")

    for link in _links(body):
        text = "".join(str(part) for part in link.itertext())
        if not _is_others(link) and is_file(link.get("href", ""), text):
            add(link.get("href", ""), text, link.get("title"))
    for link in _below(survey, body):
        text = "".join(str(part) for part in link.itertext())
        if is_file(link.get("href", ""), text):
            add(link.get("href", ""), text, link.get("title"))
    for href, text in _written(body):
        if is_file(href, text):
            add(href, text)
    return [Attachment(name=name or _last_part(url), url=url) for url, name in found.items()]


def _last_part(url: str) -> str:
    return _name(unquote(urlsplit(url).path.rsplit("/", 1)[-1])) or url


def _name(text: str | None) -> str:
    name = " ".join(plain(text or "").split())
    return "" if _JUNK_NAME.match(name) else name


def _links(element: Element) -> list[Element]:
    return [link for link in element.iter("a") if link.get("href") and not is_hidden(link)]


def _is_others(link: Element) -> bool:
    """Whether a link in the body is one of those to other documents, with the words that head them on one line."""
    line = next(link.iterancestors("p", "li", "td", "div"), None)
    return line is not None and is_related("".join(map(str, islice(line.itertext("*"), 5)))[:40])


def _below(survey: Survey, body: Element) -> list[Element]:
    """Links right after the body: in siblings that follow it, or that follow one of its nearest ancestors."""
    found: list[Element] = []
    _, last = survey.spans.get(body, (0, 0))
    element: Element | None = body
    for _ in range(4):
        if element is None or element.tag in ("body", "html"):
            break
        for sibling in element.itersiblings():
            if not isinstance(sibling.tag, str) or is_hidden(sibling):
                continue
            lines = survey.inside(sibling)
            if sibling.tag == "a":
                found.append(sibling)
            if not lines or len(lines) > _MOST_LINES or lines[0].index > last + _NEAR_LINES:
                continue
            if any(is_footer(line.text) for line in lines):
                return found
            if _is_of_site(sibling, lines[0]):
                continue
            if not is_furniture(lines) or "附件" in lines[0].plain:
                found.extend(_links(sibling))
        element = element.getparent()
    return found


def _is_of_site(box: Element, first: Line) -> bool:
    """Whether a box beside the body is headed as files for any visitor of the site (常用下载), by its first line."""
    headed = not first.linked and len(first.plain) <= _LONGEST_HEADING and not is_file(first.plain)
    return box.tag in ("aside", "nav", "footer") or (headed and _HEADING.search(first.plain) is None)


def _written(body: Element) -> list[tuple[str, str]]:
    """Links that a script beside the body writes (``document.write('<a href="./P0….doc">…')``)."""
    around = [body, *takewhile(lambda above: above.tag not in ("body", "html"), islice(body.iterancestors(), 3))]
    found: list[tuple[str, str]] = []
    for script in around[-1].iter("script"):
        source = (script.text or "")[:20_000]
        if "document.write" in source and "href" in source:
            for written in _WRITTEN.finditer(source):
                found += [(m["href"], m["name"]) for m in _ANCHOR.finditer(written[2])]
    return found
