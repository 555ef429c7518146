"""What a platform (站群系统) is: facts about one CMS family, and the reading of its lists.

Behaviour lives in functions that take a :class:`~crawler.page.Page`; facts are class attributes, so that most of a
family is data. A family is recognised a page at a time, because one host mixes families.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import ClassVar

from crawler.page import Page


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list: where it leads, its title as printed (the full one) and its date (ISO), if any."""

    url: str
    title: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class ListRequest:
    """How a list page is asked for. ``body`` is the encoded form of a POST."""

    url: str
    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListPage:
    """What one list page says: its rows in order, the page after it, and what it states about the whole list.

    ``total`` is the number of documents the list claims to hold, ``pages`` the number of its pages. ``cut`` says that
    the page was too large, so that its end was not read: rows and the next page may be missing.
    """

    rows: tuple[ListRow, ...] = ()
    next: ListRequest | None = None
    total: int | None = None
    pages: int | None = None
    cut: bool = False


_MOST_CHARACTERS, _MOST_TAGS = 2 * 2**20, 25_000
_TAG = re.compile(r"<|&lt|&#0{0,9}60|&#x0{0,9}3c|\\u003c", re.IGNORECASE)  # XML and JSON hold markup escaped
_TAG_BEGINS = "<&\\"
# Character references and JSON may state controls and halves of a surrogate pair: no database takes all of these.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clip(page: Page) -> Page:
    """``page`` itself, or of one larger than any list its beginning: reading time grows with the tags."""
    html = page.html[:_MOST_CHARACTERS]
    if len(html) == len(page.html) and sum(map(html.count, _TAG_BEGINS)) <= _MOST_TAGS:
        return page
    beyond = next(islice(_TAG.finditer(html), _MOST_TAGS, None), None)
    if beyond is None and len(html) == len(page.html):
        return page
    return replace(page, html=html[: beyond.start()] if beyond else html)


def _as_text(row: ListRow) -> ListRow:
    return replace(row, title=_NO_TEXT.sub("", row.title or "").strip() or None)


class Named(str):
    """An XPath that selects by class (``names`` like .content) or id (like #zoom, lower case) and nothing else."""

    names: tuple[str, ...]

    def __new__(cls, path: str, names: tuple[str, ...]) -> "Named":
        """``path`` with the ``names`` in it."""
        found = super().__new__(cls, path)
        found.names = names
        return found


class Platform:
    """One CMS family. Subclasses state facts and override :meth:`recognise` and :meth:`list_in`."""

    key: ClassVar[str]
    """Short name, used in portal definitions: ``vsb``, ``hanweb`` …"""
    name: ClassVar[str]
    """The vendor's or family's name as people know it."""
    containers: ClassVar[tuple[str, ...]] = ()
    """XPath of the element that holds the body text, best first."""
    headlines: ClassVar[tuple[str, ...]] = ()
    """XPath of the headline as shown."""
    noise: ClassVar[tuple[str, ...]] = ()
    """XPath of what stands inside the container but is not text: counters, share widgets, previous/next."""

    def recognise(self, page: Page) -> bool:
        """Whether ``page`` was rendered by this family, by marks that no other family leaves."""
        raise NotImplementedError

    def read_list(self, page: Page) -> ListPage:
        """Rows, next page and stated totals of a list page (HTML, or the XML/JSON that the family's list API gives).

        Of a page too large only the beginning is read, and what is returned says so.
        """
        # JSON may hold all documents' markup, which is not read, and cut in its middle it would be none.
        beginning = page if self.is_answer(page) and not page.html.lstrip().startswith("<") else clip(page)
        found = self.list_in(beginning)
        rows = (row if _NO_TEXT.search(row.title or "") is None else _as_text(row) for row in found.rows)
        return replace(found, rows=tuple(rows), cut=beginning is not page)

    def is_answer(self, page: Page) -> bool:
        """Whether ``page`` is what the family's list interface gave: rows and nothing else, or nothing at all."""
        return False

    def list_in(self, page: Page) -> ListPage:
        """What :meth:`read_list` gives, of a page of bounded size or an interface's answer."""
        raise NotImplementedError
