"""Documents that a page carries in a script, to be rendered by the browser: whole, or what stands around the body.

The 政府信息公开目录管理平台 (gkmlpt, all of Guangdong) writes ``window._CONFIG = {…, DETAIL: {"title": …, "content":
"<p>…", "identifier": …}}``; sites built with Vue, Nuxt or React ``window.__INITIAL_STATE__ = {…}``, ``__NUXT__ =
(function(a,b){return {…}}("…"))``, ``<script type="application/json">`` or ``JSON.parse("…")``; older ones
``var detail = {title: '…'}`` or ``var title = '…'``. None of that needs to be valid JSON, so scripts are read as
tokens: every pair of braces is an object, with the strings and numbers that are assigned to names in it.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import quote, unquote

import lxml.html
from lxml import etree

from crawler.extraction import vocabulary
from crawler.extraction.labels import Pair
from crawler.extraction.markup import Element, plain
from crawler.page import Page

_NAMES = {
    "title": """
        title doctitle articletitle infotitle newstitle contenttitle documenttitle maintitle headline biaoti bt xxmc
        wzbt subject
    """,
    "content": """
        content doccontent articlecontent infocontent newscontent contenthtml htmlcontent contents body html text txt
        neirong nr zw zhengwen detailcontent dochtmlcon richtext contenttxt contenttext fulltext xxnr infodetail
        maintext wznr bodyhtml contentbody
    """,
    "索引号": "identifier indexnumber indexno indexcode indexnum syh suoyinhao xxsyh csyh infoindex indexid",
    "发布机构": """
        publisher publishorg publishunit publishdept publishdepartment publishorgan pubunit pubdept puborg puborgan fbjg
        fabujigou fbdw fwjg issuer issueorg issueunit publishingunit orgname
    """,
    "文号": "documentnumber docnumber docno documentno fileno filenum filenumber wenhao wh fwzh wjbh cwjbh docnum",
    "成文日期": "issuedate issuedon cwrq writtendate writedate datewritten scrq documentdate docdate signdate",
    "发布日期": """
        displaypublishtime pubdate publishdate publishtime pubtime publishedtime publishedat releasetime releasedate
        fbsj fbrq fabushijian docreltime docpubtime firstpublishedtime datepublished showtime publisheddate
    """,
    "主题分类": "classifythemename themename ztfl zhutifenlei themeclassname",
    "关键词": "keywords keyword gjz ztc guanjianzi dockeywords",
    "公开方式": "gkfs gongkaifangshi opentype publictype publicway opentypename",
    "有效性": "yxx youxiaoxing sxx validityname",
    "来源": "source contentsource docsource ly laiyuan infosource articlesource sourcename wzly",
}
_WORDS = ("title", "content", "bt", "biaoti", "body", "html", "subject", "headline", "xxmc")
_LABEL_OF = {name: label for label, names in _NAMES.items() for name in names.split()}
_DATES = ("成文日期", "发布日期")
_TOKEN = re.compile(
    r""""(?:[^"\\]|\\.)*+(?:"|\\?$)|'(?:[^'\\]|\\.)*+(?:'|\\?$)|`(?:[^`\\]|\\.)*+(?:`|\\?$)|//[^\n]*|/\*(?:.*?\*/|.*)|"""
    r"""[=!<>]=+|=>|[\w$]+|[{}\[\]():,=;+?]""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": "", "0": "", "\n": "", "\r\n": ""}
_WRITTEN = re.compile(
    r"""(?:getElementById\(\s{0,9}["']|\$\(\s{0,9}["']\#)(\w{2,40})["']\s{0,9}\)\s{0,9}\.\s{0,9}"""
    r"""(?:(?:innerHTML|innerText|textContent)\s{0,9}=|(?:text|html|val)\()\s{0,9}(["'])([^"'\\<>]{1,300})\2"""
)
_TOLD = re.compile(r"[一-鿿]|\\u[4-9][0-9a-fA-F]{3}|%[Ee][4-9]%|%5[Cc]u[4-9]|&#x?[0-9a-fA-F]{4,5};")
_PROSE = re.compile(r"[一-鿿][，。；：、]")
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_SHORTEST, _LEAST_PROSE, _START = 40, 3, 6
_MOST_OF_SCRIPT, _MOST_OF_PAGE, _MOST_DEPTH, _MOST_OBJECTS = 1_000_000, 3_000_000, 3, 20_000


@dataclass(slots=True)
class Document:
    """What a script says of one document: its title, its body as HTML, and values by label (发布机构 …)."""

    title: str | None = None
    content: str | None = None
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Object:
    values: dict[str, str] = field(default_factory=dict)
    named: bool = False
    """Whether it is the value of a name, not an item of a list."""


def embedded_document(page: Page, title: str | None = None, shows_body: bool = False) -> Document | None:
    """The document that a script of the page holds, if any.

    Of a page that shows its body only the document of the page's own ``title`` is taken; of any other the one with the
    longest body.
    """
    documents, written = _documents(page, _spellings(title) if shows_body else None)
    if shows_body:
        ours = [found for found in documents if title and found.title and _squeezed(found.title) == _squeezed(title)]
        best = max(ours, key=lambda found: len(found.labels), default=Document())
        best.labels = written | best.labels
        return best if best.labels else None
    filled = [found for found in documents if found.content and _is_prose(found.content)]
    if not filled:
        kept = [found for element in _kept(page) if _is_prose(found := _as_markup(element))]
        return Document(title=None, content=max(kept, key=len), labels=written) if kept else None
    best = max(filled, key=lambda found: len(found.content or ""))
    best.labels = written | best.labels
    return best


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _is_prose(content: str) -> bool:
    said = _MARKUP.sub("", content[:100_000])
    return len(said) >= _SHORTEST and len(_PROSE.findall(said)) >= _LEAST_PROSE


def _kept(page: Page) -> Iterator[str]:
    """Markup that elements keep for a script to show: in a text area, a template, a hidden field or an attribute."""
    left = 2 * len(page.html)  # elements left open hold each other, and all that follows
    for element in page.root.iter("textarea", "template", "noscript", "script"):
        if left <= 0:
            break
        kind = element.get("type", "")
        if element.tag == "script" and (not kind.startswith("text/") or "javascript" in kind):
            continue
        inner = [element.text or "", *(etree.tostring(child, encoding="unicode", method="html") for child in element)]
        left -= sum(map(len, inner))
        yield "".join(inner)[:_MOST_OF_SCRIPT]
    for field_of_form in page.root.iter("input"):
        yield field_of_form.get("value", "")[:_MOST_OF_SCRIPT]


def _spellings(title: str | None) -> tuple[str, ...]:
    """How the beginning of a title may be written in a script."""
    start = (title or "")[:_START].strip().encode("utf-8", "replace").decode("utf-8")
    escaped = json.dumps(start)[1:-1]
    return (start, escaped, escaped.replace("\\", "\\\\"), quote(start), quote(escaped)) if start else ()


def _documents(page: Page, spellings: tuple[str, ...] | None) -> tuple[list[Document], dict[str, str]]:
    """All documents in scripts and attributes, and the values that scripts write into elements named like labels.

    With ``spellings`` only of scripts that hold one of them, and none in attributes.
    """
    found: list[Document] = []
    written: dict[str, str] = {}
    budget = _MOST_OF_PAGE
    for script in page.root.iter("script"):
        source = script.text or ""
        if not 40 < len(source) <= min(budget, _MOST_OF_SCRIPT) or _TOLD.search(source) is None:
            continue
        budget -= len(source)
        for match in _WRITTEN.finditer(source):
            label = _label(match[1])
            if label and label not in ("title", "content"):
                written.setdefault(label, match[3].strip())
        if spellings is None or any(text in source for text in spellings):
            found.extend(_read(source))
    if spellings is not None:
        return found, written
    values = (value for element in page.root.iter(etree.Element) for value in element.attrib.values())
    for value in islice((str(value) for value in values if len(value) > 200 and "{" in value), 20):
        if len(value) <= min(budget, _MOST_OF_SCRIPT) and _TOLD.search(value):
            budget -= len(value)
            found.extend(_read(value))
    return found, written


def _read(source: str) -> Iterator[Document]:
    waiting = [(source, 0)]
    while waiting:
        source, depth = waiting.pop()
        if not any(name in source.lower() for name in _WORDS):
            continue
        objects, texts = _objects(source)
        yield from filter(None, map(_document, objects))
        if depth < _MOST_DEPTH:
            for text in texts:
                inner = unquote(text) if text[:3].upper() in ("%7B", "%5B") else text
                inner = html.unescape(inner) if inner[:20].lstrip("[{ ").startswith("&quot;") else inner
                if inner.lstrip()[:1] in ("{", "["):
                    waiting.append((inner, depth + 1))


def _objects(source: str) -> tuple[list[_Object], list[str]]:
    """The objects of a script, outer ones last, each with what nested ones of its own say; and its long strings.

    The names that stand for the arguments of a function that is called at once (Nuxt) are replaced by them.
    """
    done: list[_Object] = []
    texts: list[str] = []
    labelled: dict[str, str] = {}
    stack = [_Object(named=True)]
    name: str | None = None  # what the last token may be the name of a value
    target: str | None = None  # what the next value is assigned to
    last: tuple[_Object, str] | None = None  # where the last value went, for one that is added to it
    adds = False
    arguments = _arguments(source)
    for match in _TOKEN.finditer(source):
        token = match.group()
        first = token[0]
        if first in "\"'`" or first.isalnum() or first in "_$":
            is_text = first in "\"'`"
            value = _text(token) if is_text else arguments.get(token, token if token.isdecimal() else None)
            if is_text and len(token) > 100:
                texts.append(value or "")
            if adds and last is not None and is_text:
                last[0].values[last[1]] += value or ""
            elif target is not None and value is not None:
                stack[-1].values.setdefault(target, value)
                last = (stack[-1], target) if is_text else None
            name, target, adds = value if is_text else token, None, False
        elif first in ":=" and len(token) == 1:
            target, name, adds, last = name, None, False, None
        elif first == "{":
            if len(stack) > 500 or len(done) > _MOST_OBJECTS:
                break
            stack.append(_Object(named=target is not None))
            target = name = last = None
        elif first == "}":
            if len(stack) > 1:
                inner = stack.pop()
                _hand_on(inner, stack[-1], labelled)
                done.append(inner)
            target = name = last = None
        elif first == "+":
            adds = last is not None
        elif not token.startswith(("//", "/*")):
            target = name = last = None
            adds = False
    while stack:
        done.append(stack.pop())
    for found in done:
        if labelled and {"title", "content"} & {_label(key) for key in found.values}:
            found.values = {**labelled, **found.values}
    return done, texts


def _hand_on(inner: _Object, outer: _Object, labelled: dict[str, str]) -> None:
    """Give what a nested object says to the one around it, unless it is a document itself or an item of a list."""
    word = next((inner.values[k] for k in ("label", "name", "key", "title", "text") if k in inner.values), None)
    value = next((inner.values[k] for k in ("value", "val", "content") if k in inner.values), None)
    if word and value and len(word) < 20 and vocabulary.key(word) in vocabulary.FIELD_OF:
        labelled.setdefault(vocabulary.key(word), value)
        inner.values.clear()
    elif inner.named and not any(_label(key) in ("title", "content") for key in inner.values):
        for key, text in inner.values.items():
            if _label(key) is not None:
                outer.values.setdefault(key, text)


def _arguments(source: str) -> dict[str, str]:
    """Parameter to string or number, of a script that is one function called at once: ``(function(a,b){…}("x",1))``."""
    head = re.search(r"\(\s{0,9}function\s{0,9}\(([\w$,\s]{1,20000})\)\s{0,9}\{", source)
    call = source.rfind("}(")
    if head is None or call < head.end():
        return {}
    values: list[str | None] = []
    value: str | None = None
    depth = 0
    for match in _TOKEN.finditer(source, call + 2):
        token = match.group()
        if token in "([{":
            depth += 1
        elif token in ")]}":
            if not depth:
                break
            depth -= 1
        elif token == "," and not depth:
            values.append(value)
            value = None
        elif not depth and (token[0] in "\"'`" or token.isdecimal()):
            value = _text(token) if token[0] in "\"'`" else token
    values.append(value)
    names = [name.strip() for name in head[1].split(",")]
    return {name: value for name, value in zip(names, values, strict=False) if value is not None}


def _text(token: str) -> str:
    """What a string literal says; halves of surrogate pairs are joined, lone ones replaced."""

    def unescaped(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            return chr(int(code, 16)) if int(code, 16) < 0x110000 else ""
        return _ESCAPED.get(match[4], match[4])

    inner = token[1:-1] if len(token) > 1 and token[-1] == token[0] else token[1:]
    if "\\" in inner:
        inner = _ESCAPE.sub(unescaped, inner)
        inner = inner.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return inner


def _label(name: str) -> str | None:
    """What a name in a script stands for: ``title``, ``content``, or a label of the vocabulary."""
    if len(name) > 40:
        return None
    squeezed = name.replace("_", "").replace("-", "").lower()
    if squeezed in _LABEL_OF:
        return _LABEL_OF[squeezed]
    word = vocabulary.key(name)
    return word if word in vocabulary.FIELD_OF and word not in ("标题", "名称") else None


def _document(found: _Object) -> Document | None:
    """What one object says as a document; ``None`` unless it has a title or a body."""
    document = Document()
    dated = "content" in found.values and "title" in found.values and "date" in found.values
    for name, value in found.values.items():
        label = "成文日期" if name == "date" and dated else _label(name)
        if label is None or not value.strip():
            continue
        if label == "content":
            markup = _as_markup(value)
            document.content = max(document.content or "", markup, key=len)
        elif label == "title":
            document.title = document.title or _printable(value)
        else:
            read = _moment(value) if label in _DATES and value.isdecimal() else _printable(value)
            if read:
                document.labels.setdefault(label, read)
    return document if document.content or document.title else None


def _as_markup(content: str) -> str:
    """A body as markup, where it is escaped once more or plain text with line breaks."""
    if "<" not in content and re.search(r"%3C[a-zA-Z]", content[:2000]):
        content = unquote(content)
    if _MARKUP.search(content[:2000]) is None and "&lt;" in content[:2000]:
        content = html.unescape(content)
    if _MARKUP.search(content) is None:
        content = content.strip().replace("\n", "<br>")
    return content


def body_of(document: Document) -> Element | None:
    """The document's body as an element."""
    try:
        body: Element = lxml.html.fragment_fromstring(_allowed(document.content or ""), create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    return body


def pairs_of(document: Document) -> list[Pair]:
    """What the document's fields say, as labels; times of day and time stamps in China's time (UTC+8)."""
    return [Pair(label, vocabulary.key(label), value, "script", 0) for label, value in document.labels.items()]


def titles_of(document: Document) -> list[str]:
    """The document's title, if it has one."""
    return [document.title] if document.title else []


def _allowed(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text.encode("utf-8", "replace").decode("utf-8"))


def _printable(text: str) -> str:
    text = html.unescape(_MARKUP.sub("", _allowed(text[:2000])))
    return " ".join(plain(_allowed(text)).split())


def _moment(digits: str) -> str | None:
    stamp = int(digits) if len(digits) < 14 else 0
    if len(digits) == 8 and digits.startswith(("19", "20")):
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    if stamp < 10**8:
        return None
    seconds = stamp / 1000 if stamp > 10**11 else stamp
    return (datetime.fromtimestamp(seconds, UTC) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")
