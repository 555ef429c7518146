"""Reading of pages that are too large or too deep for the tree: one pass over the markup, no structure kept."""

import html as entities
import re
from collections.abc import Iterator

from crawler.extraction.markup import BLOCKS, NEVER_TEXT, plain

_LARGEST, _MOST_TAGS, _MOST_TOGETHER = 5_000_000, 60_000, 1.25
"""Characters of markup, and tags in it, above which a page is read without a tree, and the sum of both shares."""
DEEPEST = 1_500
"""Nesting above which the tree is not trusted: the parser cuts off what lies below its own limit of 2048."""

_TAG = re.compile(r"<(?:!--|(/?)([A-Za-z][A-Za-z0-9:]{0,20})[^<>]{0,4000}>)")
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_BREAKS = BLOCKS | {"br"}
_SKIPPED = NEVER_TEXT - {"head", "meta", "link", "input"}


def is_too_large(html: str) -> bool:
    """Whether a page is to be read without a tree: reading it with one would take seconds."""
    size, tags = len(html) / _LARGEST, html.count("<") / _MOST_TAGS
    return max(size, tags) > 1 or size + tags > _MOST_TOGETHER


def linear_lines(html: str) -> list[str]:
    """The lines of text in ``html`` in order, in time linear in its length, whatever its nesting."""
    lines: list[str] = []
    parts: list[str] = []

    def flush() -> None:
        if not parts:
            return
        line = plain(_BLANKS.sub(" ", entities.unescape("".join(parts))))
        parts.clear()
        if line:
            lines.append(line)

    for text, tag in _pieces(html):
        if text:
            parts.append(text)
        if tag in _BREAKS:
            flush()
    flush()
    return lines


def linear_title(html: str) -> str | None:
    """The first ``<title>`` of the page's head."""
    match = _TITLE.search(html[:100_000])
    return plain(_BLANKS.sub(" ", entities.unescape(match[1]))) or None if match else None


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """Stretches of text, each with the tag (lower case) that ends it; comments, scripts and styles left out."""
    lower = html.lower()
    position = 0
    unclosed: set[str] = set()
    while True:
        match = _TAG.search(html, position)
        if match is None:
            yield html[position:], ""
            return
        tag = (match[2] or "!--").lower()
        yield html[position : match.start()], tag
        position = match.end()
        if tag == "!--" or (tag in _SKIPPED and not match[1]):
            closing = "-->" if tag == "!--" else f"</{tag}"
            end = -1 if closing in unclosed else lower.find(closing, position)
            if end < 0:
                unclosed.add(closing)  # so that a million of them are not searched for a million times
            else:
                position = end + (3 if tag == "!--" else 0)
