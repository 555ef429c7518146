"""How a run ended, judged by what it and the portal's runs before it counted, not by one threshold for all.

Outcomes (``runs.outcome``): done, partial (something is left that another run may have), failed (nothing could be had,
or nothing can be kept), stopped (before its end; the next run goes on).

Causes (``runs.cause``): ``unchanged`` (nothing new, changed or gone), ``blocked`` (challenges, logins, refusals),
``rate-limited``, ``unreachable-dns``, ``unreachable-tls``, ``unreachable-timeout``, ``unreachable``, ``moved`` (it
leads to another host), ``gone`` (it says that its columns, or most of the known pages, are not there), ``redesigned``
(rows or fields are no longer found), ``unexpected-count`` (fewer rows than it says or than before), ``disk`` (what is
fetched can't be kept), ``died`` (the process did). None where a run was done with something to tell, lost a page here
and there, or was stopped.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.failures import THE_PORTALS_OWN
from storage.frontier import MOST_TRIES
from storage.health import Before, Coverage, fallen, now_and_usual
from storage.models import COUNTS

FEW, FEW_ROWS = 0.5, 5
"""A list read to its end that holds less than this part of the rows it held, and so many fewer, is suspicious."""

_MANY = 3
"""Pages that must fail alike, or be missing, where the portal's lists came."""

_CLASSES = {
    "challenge": "blocked", "login": "blocked", "http-401": "blocked", "http-403": "blocked", "robots": "blocked",
    "http-429": "rate-limited", "http-503": "rate-limited", "dns": "unreachable-dns", "tls": "unreachable-tls",
    "timeout": "unreachable-timeout", "http-408": "unreachable-timeout", "http-504": "unreachable-timeout",
    "refused": "unreachable", "connection": "unreachable", "robots-unreachable": "unreachable",
    "cut-off": "unreachable", "http-404": "gone", "http-410": "gone", "soft-404": "gone", "offsite": "moved",
    "no-rows": "redesigned", "empty": "redesigned", "short-list": "unexpected-count",
    "endless-list": "unexpected-count", "disk": "disk",
}  # fmt: skip


def class_of(reason: str) -> str:
    """The cause that a failure of this class would be, if it befell a whole run; the class itself where it is none."""
    return _CLASSES.get(reason) or ("unreachable" if reason.startswith("http-5") else reason)


@dataclass
class Tally:
    """What a run counts while it goes on. Columns are named by their URLs."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    """As the run's row shows them."""
    failures: Counter[str] = field(default_factory=Counter)
    """By class."""
    columns: dict[str, str | None] = field(default_factory=dict)
    """Why a column's first page showed no list, if so."""
    unfinished: int = 0
    """Columns that were not read to their end."""
    rows: dict[str, int] = field(default_factory=dict)
    """By column, where it was read to the end and whole."""
    left: Mapping[str, str] = field(default_factory=dict)
    """Hosts that were left alone, and the class of failure that they answered with."""
    waiting: int = 0
    """URLs that were not asked, because their host is left alone."""
    given_up: int = 0
    """URLs that only a full crawl asks for again."""
    missing: int = 0
    """Known pages of which the portal said that they are not there."""
    asked_again: int = 0
    """Known pages that were asked."""
    too_few: str = ""
    """In words: fewer rows than the definition expects."""
    new_columns: list[str] = field(default_factory=list)
    """Columns that the definition does not name and that were read all the same: name and URL."""
    elsewhere: set[str] = field(default_factory=set)
    """Hosts that rows or attachments lead to and that are not the portal's."""
    moved: Counter[str] = field(default_factory=Counter)
    """Hosts that are not the portal's and that its pages redirect to."""
    coverage: Coverage = field(default_factory=Coverage)

    @property
    def lost(self) -> int:
        """Failures that another run might make good."""
        return sum(number for reason, number in self.failures.items() if reason not in THE_PORTALS_OWN)

    @property
    def outcome(self) -> str:
        """Of a run that came to its end."""
        if self.lost and not (self.counts["listed"] or self.counts["fetched"]):
            return "failed"
        return "partial" if self.lost or self.unfinished or self.waiting or self.too_few else "done"


class Ending(NamedTuple):
    """A run's outcome, its cause, if any, and a line for what an operator should know."""

    outcome: str
    cause: str | None
    message: str | None


def conclude(tally: Tally, before: Before, stopped: str = "", fatal: tuple[str, str | None] | None = None) -> Ending:
    """How the run ended that counted so much.

    ``stopped`` says, in words, why it was stopped before its end; ``fatal``, in words, why it could not go on, and the
    cause.
    """
    cause, words = judge(tally, before)
    outcome = "partial" if tally.outcome == "done" and cause not in (None, "unchanged") else tally.outcome
    notes = [*words, *_notes(tally)]
    if fatal is not None:
        outcome, cause = "failed", fatal[1]
        notes.append(fatal[0])
    elif stopped:
        outcome, cause = "stopped", None
        notes.append(stopped)
    prefix = f"{cause}: " if notes and cause not in (None, "unchanged") else ""
    return Ending(outcome, cause, prefix + "; ".join(notes) or None)


def _notes(tally: Tally) -> list[str]:
    notes = [f"{host} is left alone until the next run ({why})" for host, why in tally.left.items()]
    if tally.waiting:
        notes.append(f"{tally.waiting} URLs wait for it")
    if tally.unfinished:
        notes.append(f"{tally.unfinished} of {len(tally.columns)} columns not read to the end")
    if tally.outcome == "failed":
        notes.append("nothing could be had; see the failures")
    if tally.given_up:
        notes.append(f"{tally.given_up} URLs given up after {MOST_TRIES} vain tries; --full asks them again")
    if tally.new_columns:
        notes.append(f"read, too, though not in the definition: {', '.join(tally.new_columns)}")
    for host, number in tally.moved.most_common():
        pages = "a page redirects" if number == 1 else f"{number} pages redirect"
        notes.append(f"moved to {host}? {pages} there; if so, put it into 'hosts' of the portal's definition")
    if tally.elsewhere:
        notes.append("not asked, other hosts: " + ", ".join(sorted(tally.elsewhere)))
    return notes


def judge(tally: Tally, before: Before) -> tuple[str | None, list[str]]:
    """The cause of a run that came to its end, if any, and what an operator should be told of it."""
    if tally.left:
        return class_of(next(iter(tally.left.values()))), []
    found = _columns(tally, before) or _pages(tally) or _redesign(tally, before) or _counts(tally, before)
    if found is not None:
        return found
    counts = tally.counts
    if tally.outcome == "done" and not any(counts[name] for name in ("new", "changed", "duplicates", "gone")):
        return "unchanged", []
    return None, []


def _columns(tally: Tally, before: Before) -> tuple[str, list[str]] | None:
    """Columns that show no list at all."""
    failed = {
        column: class_of(reason)
        for column, reason in tally.columns.items()
        if reason is not None and (class_of(reason) != "redesigned" or column in before.had_rows)
    }
    failed = {column: cause for column, cause in failed.items() if cause in CAUSES}
    if not failed:
        return None
    cause = Counter(failed.values()).most_common(1)[0][0]
    said = {"redesigned": "shows no rows any more", "gone": "is not there", "moved": "leads to another host"}.get(cause)
    words = [f"the column {column} {said}" for column, its in failed.items() if its == cause]
    return cause, words if said else []


def _pages(tally: Tally) -> tuple[str, list[str]] | None:
    """Failures of one kind that befell most of what was asked; known pages that are missing in numbers."""
    if tally.missing >= _MANY and 2 * tally.missing >= tally.asked_again:
        return "gone", [f"{tally.missing} of {tally.asked_again} known pages that were asked again are not there"]
    kinds: Counter[str] = Counter()
    for reason, number in tally.failures.items():
        kinds[class_of(reason)] += number
    for of_lists in ("gone", "redesigned", "moved", "unexpected-count"):
        kinds.pop(of_lists, None)
    if not kinds:
        return None
    kind, number = kinds.most_common(1)[0]
    asked = tally.counts["fetched"] + sum(tally.failures.values())
    few = number < _MANY and None in tally.columns.values()  # a page or two; the lists came
    return (kind, []) if kind in CAUSES and 2 * number >= asked and not few else None


def _redesign(tally: Tally, before: Before) -> tuple[str, list[str]] | None:
    if not tally.coverage.pages:
        return None
    words = fallen(*now_and_usual([tally.coverage.as_json(), *before.coverage]))
    return ("redesigned", words) if words else None


def _counts(tally: Tally, before: Before) -> tuple[str, list[str]] | None:
    words = [
        f"the column {column} holds {rows} rows, and held {before.rows[column]} when it was last read to its end"
        for column, rows in tally.rows.items()
        if rows < FEW * before.rows.get(column, 0) and before.rows[column] - rows >= FEW_ROWS
    ]
    if words or tally.too_few or {"short-list", "endless-list"} & tally.failures.keys():
        return "unexpected-count", words + [tally.too_few] * bool(tally.too_few)
    return None


CAUSES = {*_CLASSES.values(), "unchanged", "died"}
"""Every cause there is."""
