"""栏目: walking one column's list from page to page, until it ends or all that follows is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.platforms.base import ListPage, ListRequest
from storage.identity import canonical_url
from storage.models import Url

MOST_LIST_PAGES = 5000
"""Pages of one column after which a walk is given up as endless."""

MISSING_ROWS, MISSING_PART = 2, 20
"""Rows that a list may hold fewer than it says: so many, or one in so many."""


class GivenUp(NamedTuple):
    """Why a walk ends before its list does: the class of the failure and its text."""

    reason: str
    message: str


@dataclass
class Walk:
    """How far a run has walked one column."""

    column: str
    may_stop_early: bool
    stop_after: int | None = None
    """Known rows in a row after which all that follows is taken for known."""
    pages: int = 0
    total: int | None = None
    """Rows that the list says that it holds."""
    stated_pages: int | None = None
    """Pages that it says that it has."""
    rows: set[str] = field(default_factory=set)
    """Canonical URLs."""
    complete: bool = False
    """Whether all that the list holds is known now."""
    whole: bool = False
    """Whether every page of it was read."""
    no_list: str | None = None
    """Why the first page showed no list (class of the failure), if so."""
    _asked: set[tuple[str, bytes | None]] = field(default_factory=set)
    _known: int = 0
    _stale: int = 0

    def ask(self, wanted: ListRequest) -> None:
        """Note that a page is asked for: none is twice, or a pager that leads in a circle would never end."""
        self._asked.add((wanted.url, wanted.body))

    def is_shell(self, listing: ListPage) -> bool:
        """Whether this is a first page without rows because a script fetches them, and so do we."""
        return not listing.rows and not self.rows and self._next(listing) is not None

    def go_on(self, listing: ListPage, own: Sequence[tuple[Url, bool]]) -> ListRequest | GivenUp | None:
        """Take in a list page, and say what to ask next, if the walk goes on.

        ``own`` are its rows on the portal's hosts, each with whether it was unknown until now. Rows that lead elsewhere
        count for the walk: a page may hold nothing else, and more of our own come after it.
        """
        is_shell, follows = self.is_shell(listing), self._next(listing)
        self.pages += 1
        self.total = self.total if listing.total is None else listing.total
        self.stated_pages = listing.pages or self.stated_pages
        fresh = {canonical_url(row.url) for row in listing.rows} - self.rows
        is_known = self.all_known([(row, new) for row, new in own if row.canonical in fresh])
        self.rows |= fresh
        self._stale = 0 if fresh else self._stale + 1
        if self.may_stop_early and is_known:
            self.complete = True
            return None
        # One page that says nothing new is no end where there should be more: lists shift while they are read.
        if follows is not None and (fresh or is_shell or (self.falls_short and self._stale == 1)):
            if self.pages >= MOST_LIST_PAGES:
                return GivenUp("endless-list", f"the list goes on after {self.pages} pages; given up")
            return follows
        if listing.cut:
            return GivenUp("over-limit", "the list is too large to be read whole; its last rows are missing")
        if self.falls_short:
            return GivenUp("short-list", self.falls_short)
        self.complete = self.whole = True
        return None

    @property
    def has_all(self) -> bool:
        """Whether as much was read as the list says that it holds: a page after that need not be there."""
        if self.total is not None:
            return len(self.rows) >= self.total
        return self.stated_pages is not None and self.pages >= self.stated_pages

    @property
    def falls_short(self) -> str:
        """In words: what was read is clearly less than what the list says of itself."""
        if self.total is not None:
            if self.total - len(self.rows) > max(MISSING_ROWS, self.total // MISSING_PART):
                return f"the list says that it holds {self.total}, and {len(self.rows)} could be read"
        elif self.stated_pages is not None and self.pages < self.stated_pages:
            return f"the list says that it has {self.stated_pages} pages, and {self.pages} could be read"
        return ""

    def all_known(self, rows: Sequence[tuple[Url, bool]]) -> bool:
        """Whether after these rows, the next page's that were on none before (each with whether it is new), all that
        follows is known: as many known rows in a row as ``stop_after`` says, or a page of nothing else.

        A row above one of a later date does not count: it is pinned (置顶), or the list is in no order of dates.
        """
        newest, ordered = "", []
        for row, _ in reversed(rows):
            ordered.append(not row.row_date or row.row_date >= newest)
            newest = max(newest, row.row_date or "")
        for (_, is_new), in_order in zip(rows, reversed(ordered), strict=True):
            self._known = 0 if is_new else self._known + in_order
        if self.stop_after is not None:
            return self._known >= self.stop_after
        return bool(rows) and all(ordered) and not any(is_new for _, is_new in rows)

    def _next(self, listing: ListPage) -> ListRequest | None:
        wanted = listing.next
        return None if wanted is None or (wanted.url, wanted.body) in self._asked else wanted
