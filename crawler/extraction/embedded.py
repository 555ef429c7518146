"""Documents that a page carries as JSON in a script, to be rendered by the browser.

The 政府信息公开目录管理平台 (gkmlpt, all of Guangdong) does so: ``window._CONFIG = {…, DETAIL: {"title": …, "content":
"<p>…", "identifier": …}}``. Read only where the page shows no body of its own.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import lxml.html
from lxml import etree

from crawler.extraction.labels import Pair
from crawler.extraction.markup import Element
from crawler.extraction.vocabulary import key

_START = re.compile(r"""["']?\bDETAIL["']?\s{0,4}[:=]\s{0,4}(?=\{)""")
_LABELS = {
    "identifier": "索引号",
    "publisher": "发布机构",
    "document_number": "文号",
    "date": "成文日期",
    "display_publish_time": "发布日期",
    "classify_theme_name": "主题分类",
    "keywords": "关键词",
    "source": "来源",
}
_MOST_STARTS = 5


def embedded_document(html: str) -> dict[str, Any] | None:
    """The document that a script of the page holds, if any: a mapping with HTML in ``content``."""
    for _, start in zip(range(_MOST_STARTS), _START.finditer(html), strict=False):
        try:
            found, _ = json.JSONDecoder().raw_decode(html, start.end())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and isinstance(found.get("content"), str) and found["content"].strip():
            return found
    return None


def body_of(document: dict[str, Any]) -> Element | None:
    """The document's body as an element."""
    try:
        body: Element = lxml.html.fragment_fromstring(document["content"], create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return body


def pairs_of(document: dict[str, Any]) -> list[Pair]:
    """What the document's fields say, as labels; times of day and time stamps in China's time (UTC+8)."""
    found = []
    for name, label in _LABELS.items():
        value = document.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and name in ("date", "display_publish_time"):
            value = _moment(value)
        if isinstance(value, str) and value.strip():
            found.append(Pair(label, key(label), _printable(value), "script", 0))
    return found


def titles_of(document: dict[str, Any]) -> list[str]:
    """The document's title, if it has one."""
    title = document.get("title")
    return [_printable(title)] if isinstance(title, str) and title.strip() else []


def _printable(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def _moment(stamp: int) -> str | None:
    if not 0 < stamp < 10**13:
        return None
    seconds = stamp / 1000 if stamp > 10**11 else stamp
    return (datetime.fromtimestamp(seconds, UTC) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")
