"""One spider walks any portal; manual re-crawl is the same spider given URLs."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy import signals
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.defer import deferred_from_coro

from archive.keeper import Asked, Keeper, mend_left
from archive.reextract import body_of, read_body, reread, source_of
from archive.warc import ArchiveError, Writer
from crawler.extraction import reader_id
from crawler.failures import DISK, why
from crawler.lease import Lease
from crawler.page import is_html, parse
from crawler.platforms import recognise
from crawler.platforms.base import ListRequest
from crawler.portals import Portal
from crawler.registry import known_portal
from crawler.runner import begin_run
from crawler.spiders.manners import mind
from storage import captures, documents, frontier, runs
from storage.database import open_database
from storage.identity import canonical_url
from storage.models import COUNTS, Attachment, Capture, Url, utc_now
from storage.refusal import Refused
from storage.settings import Settings, load_settings

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

MOST_LIST_PAGES = 5000
"""Pages of one column after which a walk is given up as endless."""

THE_PORTALS_OWN = {"http-404", "http-410", "not-html", "robots"}
"""Failures that are answers: asking again would not help, so they don't make a run partial."""

THE_PAGES_OWN = {
    "empty",
    "soft-404",
    "cut-off",
    "over-limit",
    "redirects",
    "offsite",
    "error",
    "http-304",
    "http-400",
    "http-401",
}
"""Failures that a page may have for ever. All others are its host's, and a host that is down for days must not use up
its pages' tries."""

_STOPPED = {
    "shutdown": "stopped before its end",
    "closespider_timeout": "stopped before its end: its time is up (DAFU_RUN_MINUTES)",
}
"""Scrapy's reasons for closing early that are no failures: the next run goes on."""

_LIST, _ATTACHMENT, _PAGE, _REVISIT = 30, 20, 10, 0


@dataclass
class Walk:
    """How far this run has walked one column."""

    column: str
    may_stop_early: bool
    pages: int = 0
    total: int | None = None
    asked: set[tuple[str, bytes | None]] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)


class PortalSpider(scrapy.Spider):
    """Arguments: ``portal=KEY``, and ``run=ID`` where the run was begun already; ``full=1`` to ask everything again."""

    name: ClassVar[str] = "portal"  # type: ignore[misc]
    lease: Lease

    def __init__(self, portal: Portal, settings: Settings, run_id: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.portal = portal
        self.dafu = settings
        self.database = open_database(settings)
        self.the_run = runs.take(self.database, run_id)
        prefix = f"{portal.key}-{run_id:06d}-{utc_now():%Y%m%d%H%M%S}"
        cut = mend_left(self.database, settings.warc_folder, portal.key)
        if cut:
            self.logger.warning("a WARC file ended within a record, as a killed run leaves it: %d bytes cut", cut)
        writer = Writer(settings.warc_folder, prefix, "dafu/0.1", settings.warc_size)
        self.keeper = Keeper(self.database, writer, run_id)
        self.counts = dict.fromkeys(COUNTS, 0)
        self.lost = 0  # failures that another run might make good
        self.elsewhere: set[str] = set()  # hosts that rows or attachments lead to and that are not the portal's
        self.fatal: str | None = None
        self.incomplete: set[str] = set()
        self.cut_short = False  # a walk stopped where all was known, so its rows are not all that the list holds
        self._columns = {canonical_url(column.url) for column in portal.columns}  # a list is never a document
        self._asked: set[str] = set()
        self._attachments: dict[str, Capture | list[str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's constructor: finds the portal, begins the run and sets what the portal's definition says."""
        key, run, full = (kwargs.pop(name, None) for name in ("portal", "run", "full"))
        try:
            settings = load_settings()
            portal = known_portal(settings, key)
            if run is None:
                database = open_database(settings)
                run = begin_run(database, portal, full=full in ("1", "true", "yes"))
                database.close()
            spider = cls(portal, settings, int(run), **kwargs)
        except (Refused, ValueError) as error:
            raise SystemExit(f"dafu: {error}") from None
        mind(crawler, portal, settings)
        spider.lease = Lease(
            spider.database,
            spider.the_run.id,
            delay=crawler.settings.getfloat("DOWNLOAD_DELAY"),
            at_once=max(crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"), 1),
        )
        spider._set_crawler(crawler)
        crawler.signals.connect(spider._begin_reporting, signals.spider_opened)
        crawler.signals.connect(spider._on_bug, signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """The columns' first pages; what earlier runs left unread; what is due to be asked again."""
        for request in self._first_requests():
            yield request

    def _first_requests(self) -> Iterator[scrapy.Request]:
        if self.the_run.urls is not None:
            for url in self.the_run.urls:
                row = frontier.known(self.database, url)
                row = row or Url(url=url, canonical=canonical_url(url))
                yield from self._ask_page(row, _PAGE, conditional=False)
            return
        for column in self.portal.columns:
            walk = Walk(
                column.url,
                may_stop_early=not self.the_run.full and runs.last_walk_was_complete(self.database, column.url),
            )
            self.incomplete.add(column.url)
            self._note_walk(walk)
            yield self._list_request(walk, ListRequest(column.url))
        if self.the_run.full:
            for row in frontier.everything(self.database, self.portal.key):
                yield from self._ask_page(row, _PAGE)
            return
        for row in frontier.pending(self.database, self.portal.key):
            yield from self._ask_page(row, _PAGE)
        for listed_url, attachment in documents.attachments_never_asked(self.database, self.portal.key):
            yield from self._ask_attachment(listed_url, attachment)
        budget = self.portal.politeness.revisits
        for row in frontier.revisits(self.database, self.portal.key, self.dafu.revisits if budget is None else budget):
            yield from self._ask_page(row, _REVISIT)

    def parse_list(self, response: Response, walk: Walk) -> Iterator[scrapy.Request]:
        """Ask for the rows that are new, then for the next page, until a page holds nothing new."""
        capture: Capture = response.meta["capture"]
        if response.status != 200 or capture.truncated:
            self._failed(response.url, _status_reason(response.status, capture))
            return
        page = parse(response.body, response.url, capture.content_type)
        listing = recognise(page, self.the_run.platform).read_list(page)
        walk.pages += 1
        walk.total = listing.total if listing.total is not None else walk.total
        own = [row for row in listing.rows if self.is_own(row.url) and canonical_url(row.url) not in self._columns]
        found = frontier.discover(self.database, self.portal.key, ((row.url, row.title, row.date) for row in own))
        self.counts["listed"] += sum(row.canonical not in walk.rows for row, _ in found)
        # Rows that lead elsewhere count for the walk: a page may hold nothing else, and more of our own come after it.
        fresh = {canonical_url(row.url) for row in listing.rows} - walk.rows
        walk.rows |= fresh
        if walk.pages == 1 and not listing.rows:
            self._failed(response.url, "no-rows", "the list shows no rows; the page may have been redesigned")
            return
        for row, is_new in found:
            if is_new:
                yield from self._ask_page(row, _PAGE)
        follows = listing.next
        if walk.may_stop_early and found and not any(is_new for _, is_new in found):
            self.incomplete.discard(walk.column)
            self.cut_short = True
        elif follows is None or (follows.url, follows.body) in walk.asked or not fresh:
            if listing.cut:
                self._failed(
                    response.url, "over-limit", "the list is too large to be read whole; its last rows are missing"
                )
            elif walk.total is not None and walk.total - len(walk.rows) > max(2, walk.total // 20):
                message = f"the list says that it holds {walk.total}, and {len(walk.rows)} could be read"
                self._failed(response.url, "short-list", message)
            else:
                self.incomplete.discard(walk.column)
        elif walk.pages >= MOST_LIST_PAGES:
            self._failed(follows.url, "endless-list", f"the list goes on after {walk.pages} pages; given up")
        elif not self.is_own(follows.url):
            self._failed(follows.url, "offsite", "the list goes on at a host that is not the portal's")
        else:
            yield self._list_request(walk, follows)
        self._note_walk(walk)

    def parse_page(self, response: Response, listed_url: str) -> Iterator[scrapy.Request]:
        """Read a document's page and store what it is; then ask for its attachments."""
        capture: Capture = response.meta["capture"]
        self.counts["fetched"] += 1
        if response.status == 304 and response.meta["asked"].validated is not None:
            documents.still_there(self.database, listed_url, capture.fetched_at)
            self.counts["unchanged"] += 1
            yield from self._ask_attachments(listed_url)
            return
        if response.status in (404, 410) and documents.prior_reading(self.database, listed_url) is not None:
            if documents.gone(self.database, listed_url, self.the_run.id, capture.fetched_at):
                self.counts["gone"] += 1
            return
        reason, message = None, ""
        if response.status != 200 or capture.truncated:
            reason = _status_reason(response.status, capture)
        elif not is_html(response.body, capture.content_type):
            reason, message = "not-html", f"what stands here is no web page but {capture.content_type}"
        else:
            record = read_body(source_of(capture, capture, self.the_run.platform), response.body)
            if "page:missing" in record.flags:
                reason, message = "soft-404", "the page says that it is not there"
            elif not (record.text or record.attachments):
                reason, message = "empty", "the page holds no text"
        if reason is not None:
            self._failed(
                listed_url, reason, message
            )  # first: after a kill here the URL still waits, and says why again
            self._not_read(listed_url, capture.fetched_at, reason)
            return
        self._read_anew(listed_url, capture)
        saved = documents.save(self.database, self.portal.key, listed_url, capture.id, record, reader_id())
        self.counts["duplicates" if saved.verdict == "duplicate" else saved.verdict] += 1
        if saved.verdict != "duplicate":
            yield from self._ask_attachments(listed_url)

    def parse_attachment(self, response: Response, attachment_url: str) -> None:
        """Store an attachment's bytes with every page that names it."""
        capture: Capture = response.meta["capture"]
        self.counts["fetched"] += 1
        key = canonical_url(attachment_url)
        if response.status == 304 and response.meta["asked"].validated is not None:
            self._attachments.pop(key)
            return
        if capture.truncated or response.status not in (200, 404, 410):
            self._attachments.pop(key)
            self._failed(attachment_url, _status_reason(response.status, capture))
            return
        if response.status != 200:
            self._failed(attachment_url, _status_reason(response.status, capture))
        pages = self._attachments[key]
        self._attachments[key] = capture
        assert isinstance(pages, list)
        for page in pages:
            self._save_attachment(page, attachment_url, capture)

    def on_error(self, failure: Failure) -> None:
        """No answer came: keep why, and go on."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        error = failure.value or RuntimeError("unknown")
        reason, message = (DISK, runs.trouble(error)) if isinstance(error, runs.StoreError) else why(error, request.url)
        if reason == DISK:  # no failure of the page's: the next run asks for it as if this one had not
            self._give_up(message)
            return
        named = request.cb_kwargs.get("listed_url") or request.cb_kwargs.get("attachment_url")
        self._failed(named or request.url, reason, message)
        if "listed_url" in request.cb_kwargs:
            self._not_read(request.cb_kwargs["listed_url"], utc_now(), reason)

    def closed(self, reason: str) -> None:
        """End the run: its numbers, its outcome, and a line for what an operator should know."""
        self.keeper.close()
        self.lease.close()
        outcome, notes = "done", []
        if self.lost or self.incomplete:
            outcome = "partial"
        if self.incomplete:
            notes.append(f"{len(self.incomplete)} of {len(self.portal.columns)} columns not read to the end")
        expected = self.portal.expectations.min_listed
        if self.the_run.urls is None and not self.cut_short and self.counts["listed"] < expected:
            outcome = "partial"
            notes.append(f"{self.counts['listed']} rows listed, at least {expected} expected")
        if self.lost and not any(self.counts[name] for name in ("listed", "fetched")):
            outcome = "failed"
            notes.append("nothing could be had; see the failures")
        given_up = frontier.given_up(self.database, self.portal.key)
        if given_up and not self.the_run.full:
            notes.append(f"{given_up} URLs given up after {frontier.MOST_TRIES} vain tries; --full asks them again")
        if self.elsewhere:
            notes.append("not asked, other hosts: " + ", ".join(sorted(self.elsewhere)))
        if reason != "finished" or self.fatal:
            stopped = _STOPPED.get(reason)
            outcome = "failed" if self.fatal or not stopped else "stopped"
            notes.append(self.fatal or stopped or reason)
        try:
            runs.report(self.database, self.the_run.id, self.counts)
            runs.finish(self.database, self.the_run.id, outcome, "; ".join(notes) or None)
        except runs.StoreError as error:  # whoever looks for this process next will end the run
            self.logger.error("run %d can't be ended: %s", self.the_run.id, runs.trouble(error))
        self.database.close()

    def kept_robots(self, netloc: str) -> bytes | None:
        """The newest robots.txt of a host in the archive."""
        for scheme in ("https", "http"):
            capture = captures.with_payload(self.database, f"{scheme}://{netloc}/robots.txt")
            if capture is not None:
                with contextlib.suppress(ArchiveError):
                    return body_of(self.dafu.warc_folder, capture)
        return None

    def _list_request(self, walk: Walk, wanted: ListRequest) -> scrapy.Request:
        walk.asked.add((wanted.url, wanted.body))
        return scrapy.Request(
            wanted.url, self.parse_list, method=wanted.method, body=wanted.body or b"", headers=dict(wanted.headers),
            priority=_LIST, cb_kwargs={"walk": walk}, errback=self.on_error, dont_filter=True, meta=self._meta(),
        )  # fmt: skip

    def _ask_page(self, row: Url, priority: int, conditional: bool = True) -> Iterator[scrapy.Request]:
        if row.canonical in self._asked:
            return
        self._asked.add(row.canonical)
        headers, validated = self._validators(row.validator_id if conditional else None)
        asked = Asked(row.row_title, row.row_date, validated)
        # Scrapy's own filter would drop a redirect to a page that was asked under its new URL already.
        yield scrapy.Request(
            row.url, self.parse_page, headers=headers, priority=priority, cb_kwargs={"listed_url": row.url},
            errback=self.on_error, meta=self._meta(asked), dont_filter=True,
        )  # fmt: skip

    def _meta(self, asked: Asked | None = None) -> dict[str, Any]:
        meta: dict[str, Any] = {"asked": asked or Asked()}
        if self.portal.proxy:
            meta["proxy"] = self.portal.proxy
        return meta

    def _validators(self, capture_id: int | None) -> tuple[dict[str, str], int | None]:
        """The conditional headers that go with a capture, and the capture that holds its payload."""
        if capture_id is None:
            return {}, None
        shown = captures.get(self.database, capture_id)
        stated = {"If-None-Match": shown.etag, "If-Modified-Since": shown.last_modified}
        headers = {name: value for name, value in stated.items() if value and shown.status == 200}
        return headers, shown.payload_of if headers else None

    def _ask_attachments(self, listed_url: str) -> Iterator[scrapy.Request]:
        wanted_again = self.the_run.full or self.the_run.urls is not None
        for attachment in documents.attachments_of(self.database, listed_url):
            if attachment.capture_id is None or wanted_again:
                yield from self._ask_attachment(listed_url, attachment)

    def _ask_attachment(self, listed_url: str, attachment: Attachment) -> Iterator[scrapy.Request]:
        if not self.is_own(attachment.url):
            return
        state = self._attachments.get(attachment.canonical)
        if isinstance(state, list):
            state.append(listed_url)
            return
        if state is not None:
            self._save_attachment(listed_url, attachment.url, state)
            return
        self._attachments[attachment.canonical] = [listed_url]
        headers, validated = self._validators(attachment.capture_id)
        yield scrapy.Request(
            attachment.url, self.parse_attachment, headers=headers, priority=_ATTACHMENT, dont_filter=True,
            cb_kwargs={"attachment_url": attachment.url}, errback=self.on_error,
            meta=self._meta(Asked(validated=validated)),
        )  # fmt: skip

    def _save_attachment(self, listed_url: str, attachment_url: str, capture: Capture) -> None:
        if documents.save_attachment(self.database, listed_url, attachment_url, capture.id) == "changed":
            self.counts["changed"] += 1

    def _read_anew(self, listed_url: str, capture: Capture) -> None:
        """Read again what the URL showed before, where a better reader or a list row that only now is known would make
        the same page look edited."""
        prior = documents.prior_reading(self.database, listed_url)
        if prior is None:
            return
        before = captures.get(self.database, prior.capture_id)
        if (before.row_title, before.row_date) != (capture.row_title, capture.row_date):
            captures.name_row(self.database, before.id, capture.row_title, capture.row_date)
        elif prior.reader == reader_id():
            return
        for result in reread(self.database, self.dafu.warc_folder, [prior.capture_id]):
            if result.error:
                self.logger.warning("can't read %s again: %s", listed_url, result.error)

    def _not_read(self, listed_url: str, at: datetime, reason: str) -> None:
        never = reason if reason in THE_PORTALS_OWN else None
        canonical = canonical_url(listed_url)
        frontier.tried_in_vain(self.database, canonical, at, own_fault=reason in THE_PAGES_OWN, no_document=never)

    def is_own(self, url: str) -> bool:
        """Whether the URL is on one of the portal's hosts; a foreign host is noted for the operator."""
        if self.portal.owns(url):
            return True
        self.elsewhere.add(urlsplit(url).netloc)
        return False

    def _failed(self, url: str, reason: str, message: str = "") -> None:
        self.counts["failed"] += 1
        if reason not in THE_PORTALS_OWN:
            self.lost += 1
        try:
            runs.fail(self.database, self.the_run.id, url, reason, message)
        except runs.StoreError as error:
            self._give_up(runs.trouble(error))

    def _give_up(self, message: str) -> None:
        """End the run now: what is fetched can't be kept."""
        if self.fatal is None:
            self.fatal = message
            self.logger.error("giving up: %s", message)
            assert self.crawler.engine is not None
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=DISK))

    def _note_walk(self, walk: Walk) -> None:
        complete = walk.column not in self.incomplete
        runs.walked(self.database, self.the_run.id, walk.column, walk.pages, len(walk.rows), walk.total, complete)

    def _begin_reporting(self) -> None:
        self._reporting = create_looping_call(self._report)
        self._reporting.start(1.0, now=False)

    def _report(self) -> None:
        try:
            if not runs.report(self.database, self.the_run.id, self.counts):
                self._give_up("its run was ended by another process, which took this one for dead")
        except runs.StoreError as error:
            self._give_up(runs.trouble(error))

    def _on_bug(self, failure: Failure, response: Response | Failure | None) -> None:
        """A callback's exception, an errback's (with its failure), or (with nothing) one of :meth:`start`."""
        if isinstance(failure.value, runs.StoreError):
            self._give_up(runs.trouble(failure.value))
        elif response is None:
            self._give_up(f"not everything could be asked for: {failure.getErrorMessage()}")
        else:
            asked = response.request  # type: ignore[union-attr]
            self._failed(asked.url if asked else self.portal.key, "error", failure.getErrorMessage())


def _status_reason(status: int, capture: Capture) -> str:
    return "cut-off" if status == 200 and capture.truncated else f"http-{status}"
