"""What a platform (站群系统) is: facts about one CMS family, and the reading of its lists.

Behaviour lives in functions that take a :class:`~crawler.page.Page`; facts are class attributes, so that most of a
family is data. A family is recognised a page at a time, because one host mixes families.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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

    ``total`` is the number of documents the list claims to hold, ``pages`` the number of its pages.
    """

    rows: tuple[ListRow, ...] = ()
    next: ListRequest | None = None
    total: int | None = None
    pages: int | None = None


class Platform:
    """One CMS family. Subclasses state facts and override :meth:`read_list`."""

    key: ClassVar[str]
    """Short name, used in portal definitions: ``vsb``, ``hanweb`` …"""
    name: ClassVar[str]
    """The vendor's or family's name as people know it."""
    containers: ClassVar[tuple[str, ...]] = ()
    """XPath of the element that holds the body text, best first."""
    blocks: ClassVar[tuple[str, ...]] = ()
    """XPath of the labelled block (信息公开 table, dl, list) and of the info line under the headline."""
    headlines: ClassVar[tuple[str, ...]] = ()
    """XPath of the headline as shown."""
    noise: ClassVar[tuple[str, ...]] = ()
    """XPath of what stands inside the container but is not text: counters, share widgets, previous/next."""

    def recognise(self, page: Page) -> bool:
        """Whether ``page`` was rendered by this family, by marks that no other family leaves."""
        raise NotImplementedError

    def read_list(self, page: Page) -> ListPage:
        """Rows, next page and stated totals of a list page (HTML, or the XML/JSON that the family's list API gives)."""
        raise NotImplementedError
