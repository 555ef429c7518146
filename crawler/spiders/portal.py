"""One spider walks any portal; manual re-crawl is the same spider given URLs."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy import signals
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.defer import deferred_from_coro

from archive.keeper import Asked, Keeper, mend_left
from archive.reextract import body_of, read_body, reread, source_of
from archive.warc import ArchiveError, Writer
from crawler import probe
from crawler.backoff import BackOff
from crawler.extraction import Record, reader_id
from crawler.extraction.files import file_kind
from crawler.extraction.parts import MISSING, first_part, next_part, part_number
from crawler.failures import (
    DISK,
    LEFT,
    STUB,
    THE_PAGES_OWN,
    THE_PORTALS_OWN,
    WALLS,
    LeadsElsewhere,
    of_record,
    of_status,
    why,
)
from crawler.lease import Lease
from crawler.page import Page, is_html, parse
from crawler.platforms import recognise
from crawler.platforms.base import ListPage, ListRequest
from crawler.platforms.urls import is_home
from crawler.portals import Portal
from crawler.registry import known_portal
from crawler.runner import begin_run
from crawler.spiders.ending import Tally, conclude
from crawler.spiders.manners import answered_as, mind, way
from crawler.spiders.walk import GivenUp, Walk
from storage import captures, documents, frontier, health, runs
from storage.database import open_database
from storage.identity import canonical_url
from storage.models import Attachment, Capture, Url, utc_now
from storage.refusal import Refused
from storage.settings import Settings, load_settings

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

MOST_PARTS = 50
"""Pages of one document after which it is given up as endless."""

STUB_SIZE = 512
"""Bytes below which a page without rows is no list's last page but a stub, as deep pages are on sites that serve only
their newest ones."""

_STOPPED = {
    "shutdown": "stopped before its end",
    "closespider_timeout": "stopped before its end: its time is up (DAFU_RUN_MINUTES)",
}
"""Scrapy's reasons for closing early that are no failures: the next run goes on."""

_NO_PART = {"http-404", "http-410", "soft-404", "not-html", "empty", "no-part"}
"""Answers that a document does not go on as its page says. After any other failure of a part, what is stored stays
where it holds more."""

_LIST, _PART, _ATTACHMENT, _PAGE, _REVISIT = 30, 25, 20, 10, 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A web page as answered: its capture, the capture that holds its bytes (of a 304 an older one), the bytes."""

    capture: Capture
    payload: Capture
    body: bytes

    @property
    def page(self) -> Page:
        """The page, to be looked at."""
        return parse(self.body, self.capture.url, self.payload.content_type)


@dataclass
class Whole:
    """The pages of one document as far as they have come, and what the further ones were when it was last read."""

    listed_url: str
    pages: list[Taken]
    texts: set[str | None]
    before: dict[str, int]


class PortalSpider(scrapy.Spider):
    """Arguments: ``portal=KEY``, and ``run=ID`` where the run was begun already; ``full=1`` to ask everything again."""

    name: ClassVar[str] = "portal"  # type: ignore[misc]
    lease: Lease
    back_off: BackOff

    def __init__(self, portal: Portal, settings: Settings, run_id: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.portal = portal
        self.dafu = settings
        self.database = open_database(settings)
        self.the_run = runs.take(self.database, run_id, way(portal))
        prefix = f"{portal.key}-{run_id:06d}-{utc_now():%Y%m%d%H%M%S}"
        cut = mend_left(self.database, settings.warc_folder, portal.key)
        if cut:
            self.logger.warning("a WARC file ended within a record, as a killed run leaves it: %d bytes cut", cut)
        writer = Writer(settings.warc_folder, prefix, "dafu/0.1", settings.warc_size)
        self.keeper = Keeper(self.database, writer, run_id)
        self.tally = Tally()
        self.counts = self.tally.counts
        self.walks: list[Walk] = []
        self.fatal: tuple[str, str | None] | None = None
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
        until = monotonic() + settings.run_minutes * 60
        spider.back_off = BackOff(spider.lease, lambda: until - monotonic())
        spider.tally.left = spider.back_off.left
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
            yield self._begin_walk(column.url)
        for url in self.portal.years:
            if canonical_url(url) not in self._columns:
                yield scrapy.Request(
                    url, self.parse_years, priority=_LIST, errback=self.on_error, dont_filter=True, meta=self._meta()
                )
        if self.the_run.full:
            for row in frontier.everything(self.database, self.portal.key):
                yield from self._ask_page(row, _PAGE)
            return
        for row in frontier.pending(self.database, self.portal.key):
            yield from self._ask_page(row, _PAGE)
        for listed_url, attachment in documents.attachments_never_asked(self.database, self.portal.key):
            yield from self._ask_attachment(listed_url, attachment)
        for row in frontier.missing(self.database, self.portal.key):
            yield from self._ask_page(row, _REVISIT)
        budget = self.portal.politeness.revisits
        for row in frontier.revisits(self.database, self.portal.key, self.dafu.revisits if budget is None else budget):
            yield from self._ask_page(row, _REVISIT)

    def _begin_walk(self, column_url: str) -> scrapy.Request:
        walk = Walk(
            column_url,
            may_stop_early=not self.the_run.full and runs.last_walk_was_complete(self.database, column_url),
            stop_after=self.portal.politeness.stop_after_known,
        )
        self.walks.append(walk)
        self._note_walk(walk)
        return self._list_request(walk, ListRequest(column_url))

    def parse_years(self, response: Response) -> Iterator[scrapy.Request]:
        """Walk the columns that a page links for years of which the definition does not know yet."""
        if response.status != 200:
            self._failed(response.url, of_status(response.status, response.body))
            return
        page = parse(response.body, response.url, response.meta["capture"].content_type)
        for column in probe.new_years(page, self.portal.columns):
            if self.portal.owns(column.url) and canonical_url(column.url) not in self._columns:
                self._columns.add(canonical_url(column.url))
                self.tally.new_columns.append(f"{column.name} {column.url}")
                yield self._begin_walk(column.url)

    def parse_list(self, response: Response, walk: Walk) -> Iterator[scrapy.Request]:
        """Ask for the rows that are new, then for the next page, until a page holds nothing new."""
        capture: Capture = response.meta["capture"]
        if response.status in (404, 410) and walk.has_all:
            walk.complete = walk.whole = True
            self._note_walk(walk)
            return
        if response.status != 200 or capture.truncated:
            self._list_failed(walk, response.url, of_status(response.status, response.body))
            return
        page = parse(response.body, answered_as(response.url, walk.column), capture.content_type)
        platform = recognise(page, self.the_run.platform)
        listing = platform.read_list(page)
        if listing.rows:
            self.back_off.answered(response.url)
        elif not walk.is_shell(listing):
            reason, message = self._no_list(response, walk, listing, platform.is_answer(page))
            if reason == STUB:
                walk.complete = True
                self._note_walk(walk)
            if reason:
                self._list_failed(walk, response.url, reason, message)
                return
        if not walk.pages and walk.column in self.portal.years:
            yield from self.parse_years(response)
        own = [row for row in listing.rows if self.is_own(row.url) and canonical_url(row.url) not in self._columns]
        found = frontier.discover(self.database, self.portal.key, ((row.url, row.title, row.date) for row in own))
        self.counts["listed"] += sum(row.canonical not in walk.rows for row, _ in found)
        follows = walk.go_on(listing, found)
        for row, is_new in found:
            if is_new:
                yield from self._ask_page(row, _PAGE)
        if isinstance(follows, GivenUp):
            self._failed(response.url, *follows)
        elif follows is not None and self.is_own(follows.url):
            yield self._list_request(walk, follows)
        elif follows is not None:
            self._failed(follows.url, "offsite", "the list goes on at a host that is not the portal's")
        self._note_walk(walk)

    def parse_page(self, response: Response, listed_url: str) -> Iterator[scrapy.Request]:
        """Read a document's page and store what it is, or ask for the page on which it goes on."""
        capture: Capture = response.meta["capture"]
        self.counts["fetched"] += 1
        prior = documents.prior_reading(self.database, listed_url)
        self.tally.asked_again += prior is not None
        of_parts = prior is not None and (bool(prior.parts) or MISSING in prior.record["flags"])
        if response.status == 304 and response.meta["asked"].validated is not None and not of_parts:
            documents.still_there(self.database, listed_url, capture.fetched_at)
            self.back_off.answered(response.url)
            self.counts["unchanged"] += 1
            yield from self._ask_attachments(listed_url)
            return
        if response.status in (404, 410) and prior is not None:
            self._missing(listed_url, capture)
            return
        taken, reason, message = self._take(response)
        if taken is not None:
            record = self._read([taken])
            reason, message = of_record(record)
            if "redirect_urls" in response.meta and is_home(response.url) and not is_home(listed_url):
                reason, message = "soft-404", f"it leads to the home page {response.url}"
            if reason == "soft-404" and prior is not None:
                self._missing(listed_url, capture)
                return
        if taken is None or reason:
            self._failed(
                listed_url, reason, message
            )  # first: after a kill here the URL still waits, and says why again
            self._not_read(listed_url, capture.fetched_at, reason)
            return
        first = first_part(taken.page) if prior is None else None
        row = frontier.known(self.database, first) if first is not None else None
        if row is not None and row.no_document is None:
            canonical = canonical_url(listed_url)
            frontier.tried_in_vain(self.database, canonical, capture.fetched_at, own_fault=False, no_document="part")
            if self.the_run.urls is not None:
                yield from self._ask_page(row, _PAGE, conditional=False)
            return
        follows = next_part(taken.page) if MISSING in record.flags else None
        if follows is None:
            yield from self._save(listed_url, [taken], record)
            return
        before: dict[str, int] = {}
        if prior is not None and self.the_run.urls is None:
            before = {part.canonical: part.id for part in (captures.get(self.database, id_) for id_ in prior.parts)}
        yield self._part_request(Whole(listed_url, [taken], {record.text}, before), follows)

    def parse_part(self, response: Response, whole: Whole, part_url: str) -> Iterator[scrapy.Request]:
        """Add a further page to its document; then ask for the next one, or store what there is."""
        self.counts["fetched"] += 1
        taken, reason, message = self._take(response)
        first, follows = whole.pages[0], None
        if taken is not None:
            record = self._read([first, taken])
            if part_number(response.url, first.capture.url) != part_number(part_url, first.capture.url):
                reason, message = "no-part", f"it leads to {response.url}"
            elif "parts:2" not in record.flags or record.text in whole.texts:
                reason, message = of_record(self._read([taken]))
                reason, message = reason or "no-part", message or "it says nothing but what the pages before it say"
            else:
                whole.pages.append(taken)
                whole.texts.add(record.text)
                follows = next_part(taken.page, first.capture.url) if MISSING in record.flags else None
        if follows is None:
            yield from self._end(whole, part_url, reason, message)
        elif len(whole.pages) >= MOST_PARTS:
            message = f"the document goes on after {len(whole.pages)} pages; given up"
            yield from self._end(whole, follows, "no-part", message)
        elif sum(len(page.body) for page in whole.pages) > self.dafu.max_body:
            yield from self._end(whole, follows, "over-limit", "the document's pages are too large (DAFU_MAX_BODY)")
        else:
            yield self._part_request(whole, follows)

    def on_part_error(self, failure: Failure) -> Iterator[scrapy.Request]:
        """No answer came to a further page of a document: store what there is."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        reason, message = self._why(failure)
        if reason not in (DISK, LEFT):
            yield from self._end(request.cb_kwargs["whole"], request.cb_kwargs["part_url"], reason, message)

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
            self._failed(attachment_url, of_status(response.status, response.body))
            return
        if response.status == 200 and is_html(response.body, capture.content_type):
            reason, message = of_record(self._read([Taken(capture, capture, response.body)]))
            if reason in WALLS:
                self._attachments.pop(key)
                self._failed(attachment_url, reason, message)
                return
        self.back_off.answered(response.url)
        if response.status != 200:
            self._failed(attachment_url, of_status(response.status, response.body))
        pages = self._attachments[key]
        self._attachments[key] = capture
        assert isinstance(pages, list)
        for page in pages:
            self._save_attachment(page, attachment_url, capture)

    def on_error(self, failure: Failure) -> None:
        """No answer came: keep why, and go on."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        reason, message = self._why(failure)
        if reason in (DISK, LEFT):
            return
        if "walk" in request.cb_kwargs:
            self._list_failed(request.cb_kwargs["walk"], request.url, reason, message)
            return
        named = request.cb_kwargs.get("listed_url") or request.cb_kwargs.get("attachment_url")
        self._failed(named or request.url, reason, message)
        if "listed_url" in request.cb_kwargs:
            self._not_read(request.cb_kwargs["listed_url"], utc_now(), reason)

    def _why(self, failure: Failure) -> tuple[str, str]:
        """Why no answer came. A full disk is no failure of the page's: the next run asks for it as if this had not."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        error = failure.value or RuntimeError("unknown")
        reason, message = (DISK, runs.trouble(error)) if isinstance(error, runs.StoreError) else why(error, request.url)
        if reason == DISK:
            self._give_up(message, DISK)
        self.tally.waiting += reason == LEFT
        if isinstance(error, LeadsElsewhere):
            self.tally.moved[error.host] += 1
        return reason, message

    def closed(self, reason: str) -> None:
        """End the run: its numbers, its outcome, and a line for what an operator should know."""
        self.keeper.close()
        self.lease.close()
        tally = self.tally
        tally.columns = {walk.column: walk.no_list for walk in self.walks}
        tally.rows = {walk.column: len(walk.rows) for walk in self.walks if walk.whole}
        tally.unfinished = sum(not walk.complete for walk in self.walks)
        read_whole = all(walk.whole for walk in self.walks if walk.complete)
        expected = self.portal.expectations.min_listed
        if self.the_run.urls is None and read_whole and self.counts["listed"] < expected:
            tally.too_few = f"{self.counts['listed']} rows listed, at least {expected} expected"
        if not self.the_run.full:
            tally.given_up = frontier.given_up(self.database, self.portal.key)
        before = health.Before()
        with contextlib.suppress(runs.StoreError):
            if self.the_run.urls is None:
                before = health.before(self.database, self.portal.key, self.the_run.id)
        stopped = _STOPPED.get(reason)
        fatal = self.fatal or ((reason, None) if reason != "finished" and stopped is None else None)
        ending = conclude(tally, before, stopped or "", fatal)
        try:
            runs.report(self.database, self.the_run.id, self.counts)
            coverage = tally.coverage.as_json() if self.the_run.urls is None else None
            runs.finish(self.database, self.the_run.id, ending.outcome, ending.message, ending.cause, coverage)
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
        walk.ask(wanted)
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

    def _part_request(self, whole: Whole, part_url: str) -> scrapy.Request:
        headers, validated = self._validators(whole.before.get(canonical_url(part_url)))
        return scrapy.Request(
            part_url, self.parse_part, headers=headers, priority=_PART, dont_filter=True,
            cb_kwargs={"whole": whole, "part_url": part_url}, errback=self.on_part_error,
            meta=self._meta(Asked(validated=validated)),
        )  # fmt: skip

    def _take(self, response: Response) -> tuple[Taken | None, str, str]:
        """The web page that was answered, or why there is none (class and text of the failure)."""
        capture: Capture = response.meta["capture"]
        payload, body = capture, response.body
        if response.status == 304 and response.meta["asked"].validated is not None:
            payload = captures.get(self.database, capture.payload_of)
            try:
                body = body_of(self.dafu.warc_folder, payload)
            except ArchiveError as error:
                return None, "archive", f"unchanged, says the portal, but the archive has lost it: {error}"
        elif response.status != 200 or capture.truncated:
            return None, of_status(response.status, response.body), ""
        if not is_html(body, payload.content_type) and file_kind(body, response.url) is None:
            return None, "not-html", f"what stands here is no web page and no document but {payload.content_type}"
        return Taken(capture, payload, body), "", ""

    def _read(self, pages: Sequence[Taken]) -> Record:
        first, *further = pages
        parts = [(part.capture, part.payload) for part in further]
        source = source_of(first.capture, first.payload, self.the_run.platform, parts)
        return read_body(source, first.body, [part.body for part in further])

    def _save(self, listed_url: str, pages: Sequence[Taken], record: Record) -> Iterator[scrapy.Request]:
        """Store a document that is read; then ask for its attachments."""
        capture, *parts = (page.capture for page in pages)
        if any(flag.startswith("file:") for flag in record.flags):  # the page is its own attachment, and here already
            self._attachments.setdefault(canonical_url(listed_url), capture)
        self.back_off.answered(capture.url)
        self.tally.coverage.add(record)
        self._read_anew(listed_url, capture)
        saved = documents.save(
            self.database, self.portal.key, listed_url, capture.id, record, reader_id(), [part.id for part in parts]
        )
        self.counts["duplicates" if saved.verdict == "duplicate" else saved.verdict] += 1
        if saved.verdict != "duplicate":
            yield from self._ask_attachments(listed_url)

    def _end(self, whole: Whole, part_url: str, reason: str, message: str) -> Iterator[scrapy.Request]:
        """Store a document of several pages; where one could not be had (``reason``), as far as it came."""
        at = whole.pages[0].capture.fetched_at
        if reason:
            self._failed(part_url, reason, message)
            prior = documents.prior_reading(self.database, whole.listed_url)
            if prior is not None and len(prior.parts) >= len(whole.pages) and reason not in _NO_PART:
                self._not_read(whole.listed_url, at, reason)
                return
        yield from self._save(whole.listed_url, whole.pages, self._read(whole.pages))
        if reason:
            own_fault = reason in THE_PAGES_OWN | THE_PORTALS_OWN
            frontier.tried_in_vain(self.database, canonical_url(whole.listed_url), at, own_fault=own_fault)

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
        headers = {name: value for name, value in stated.items() if value and shown.status in (200, 304)}
        return headers, shown.payload_of if headers else None

    def _ask_attachments(self, listed_url: str) -> Iterator[scrapy.Request]:
        wanted_again = self.the_run.full or self.the_run.urls is not None
        for attachment in documents.attachments_of(self.database, listed_url):
            if attachment.capture_id is None or wanted_again or attachment.canonical in self._attachments:
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
        before = documents.attachment_capture(self.database, listed_url, attachment_url)
        if before is not None and before.digest != capture.digest and self._is_same_file(before, capture):
            return
        if documents.save_attachment(self.database, listed_url, attachment_url, capture.id) == "changed":
            self.counts["changed"] += 1

    def _is_same_file(self, one: Capture, other: Capture) -> bool:
        """Whether two answers hold the same bytes, compressed or not: servers compress as they like."""
        try:
            bodies = [body_of(self.dafu.warc_folder, captures.get(self.database, c.payload_of)) for c in (one, other)]
        except ArchiveError:
            return False
        return one.status == other.status == 200 and bodies[0] == bodies[1]

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
        self.tally.elsewhere.add(urlsplit(url).netloc)
        return False

    def _failed(self, url: str, reason: str, message: str = "") -> None:
        self.counts["failed"] += 1
        self.tally.failures[reason] += 1
        if reason in WALLS:
            self.back_off.walled(url, reason)
        try:
            runs.fail(self.database, self.the_run.id, url, reason, message)
        except runs.StoreError as error:
            self._give_up(runs.trouble(error), DISK)

    def _list_failed(self, walk: Walk, url: str, reason: str, message: str = "") -> None:
        if not walk.rows:
            walk.no_list = reason
        self._failed(url, reason, message)

    def _no_list(self, response: Response, walk: Walk, listing: ListPage, is_answer: bool) -> tuple[str, str]:
        """Why a page without rows is no list (class and text of the failure); empty where it is the list's end.

        An interface's answer may be as short as it likes.
        """
        capture: Capture = response.meta["capture"]
        first = not walk.rows
        if is_html(response.body, capture.content_type) and not is_answer:
            record = read_body(source_of(capture, capture, self.the_run.platform), response.body)
            reason, message = of_record(record)
            stub = reason == "empty" or len(response.body) < STUB_SIZE
            if reason not in ("", "empty"):
                return reason, message
            total = walk.total if listing.total is None else listing.total
            if stub and not first and (total is None or len(walk.rows) < total):
                if runs.failed_before(self.database, self.the_run.id, response.url, "empty"):
                    return STUB, "this page of the list shows nothing, as before; what may follow it can't be had"
                return "empty", "this page of the list shows nothing"
        return ("no-rows", "the list shows no rows; the page may have been redesigned") if first else ("", "")

    def _missing(self, listed_url: str, capture: Capture) -> None:
        """A page that was read before is not there."""
        self.back_off.answered(capture.url)
        self.tally.missing += 1
        if documents.gone(self.database, listed_url, self.the_run.id, capture.fetched_at, self.dafu.gone_days):
            self.counts["gone"] += 1

    def _give_up(self, message: str, cause: str | None = None) -> None:
        """End the run now: what is fetched can't be kept."""
        if self.fatal is None:
            self.fatal = message, cause
            self.logger.error("giving up: %s", message)
            assert self.crawler.engine is not None
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=DISK))

    def _note_walk(self, walk: Walk) -> None:
        numbers = (walk.pages, len(walk.rows), walk.total)
        runs.walked(self.database, self.the_run.id, walk.column, *numbers, walk.complete, walk.whole)

    def _begin_reporting(self) -> None:
        self._reporting = create_looping_call(self._report)
        self._reporting.start(1.0, now=False)

    def _report(self) -> None:
        slot = self.crawler.engine._slot if self.crawler.engine else None
        self.lease.ending = slot is not None and slot.closing is not None
        try:
            if not runs.report(self.database, self.the_run.id, self.counts):
                self._give_up("its run was ended by another process, which took this one for dead")
        except runs.StoreError as error:
            self._give_up(runs.trouble(error), DISK)

    def _on_bug(self, failure: Failure, response: Response | Failure | None) -> None:
        """A callback's exception, an errback's (with its failure), or (with nothing) one of :meth:`start`."""
        if isinstance(failure.value, runs.StoreError):
            self._give_up(runs.trouble(failure.value), DISK)
        elif response is None:
            self._give_up(f"not everything could be asked for: {failure.getErrorMessage()}")
        else:
            asked = response.request  # type: ignore[union-attr]
            self._failed(asked.url if asked else self.portal.key, "error", failure.getErrorMessage())
