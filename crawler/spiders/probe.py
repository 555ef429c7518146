"""Asking an unknown portal for `dafu probe`: within a few polite requests its columns, how they go on, and a sample."""

from __future__ import annotations

import asyncio
import base64
import heapq
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urljoin, urlsplit

import scrapy
from pydantic import ValidationError
from scrapy import signals
from scrapy.exceptions import IgnoreRequest

from crawler import probe
from crawler.extraction import Record, extract
from crawler.extraction.verdict import is_challenge
from crawler.failures import why
from crawler.page import Page, is_html, parse
from crawler.platforms import recognise
from crawler.platforms.base import ListPage, ListRequest
from crawler.platforms.urls import is_home
from crawler.portals import UNKNOWN_PLACE, Column, Portal, Region, TlsFlaw, to_toml
from crawler.registry import definitions
from crawler.runner import told_by
from crawler.spiders.manners import answered_as, mind
from crawler.wording import first_fault
from storage import hosts
from storage.database import Database, open_database
from storage.refusal import Refused
from storage.settings import Settings, load_settings

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

MOST_REQUESTS = 20
"""Requests of one probe, robots.txt, redirects and retries among them."""

SAMPLE = 3
"""Details that are read."""

PATIENCE = 120.0
"""Seconds for which a host that a crawl holds is waited for."""

_HOLD = 90.0
"""Seconds for which the host is others' no more while one request is under way."""

_POLL = 0.2


class Busy(IgnoreRequest):
    """Not asked, because crawls have the host."""


class Spent(IgnoreRequest):
    """Not asked, because the probe has asked enough."""


class Gate:
    """Through which each request goes out, as through a crawl's lease: counts them, and keeps crawls off the host."""

    def __init__(self, database: Database | None, delay: float) -> None:
        self.asked = 0
        self._database, self._delay = database, delay

    @asynccontextmanager
    async def of(self, host: str) -> AsyncIterator[None]:
        """Wait until nobody else speaks to the host.

        Raises :class:`Spent` after :data:`MOST_REQUESTS`, :class:`Busy` where crawls do not let the host go.
        """
        if self.asked >= MOST_REQUESTS:
            raise Spent(f"{MOST_REQUESTS} requests are enough for a probe")
        give_up_at = time.monotonic() + PATIENCE
        while self._database is not None and not hosts.reserve(self._database, host, _HOLD):
            if time.monotonic() >= give_up_at:
                raise Busy(f"{host} is being crawled at this moment; probe it when the crawl is over")
            await asyncio.sleep(_POLL)
        self.asked += 1
        try:
            yield
        finally:
            if self._database is not None:
                hosts.free(self._database, host, self._delay)


@dataclass(frozen=True)
class Answer:
    """What came of one request: a response, or why there is none."""

    url: str
    status: int = 0
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    modified: str = ""
    failure: tuple[str, str] = ("", "")

    @property
    def page(self) -> Page | None:
        """The web page, if it is one and no error."""
        if self.status in (200, 203) and self.body and self._readable:
            return parse(self.body, self.url, self.content_type)
        return None

    @property
    def _readable(self) -> bool:
        kind = self.content_type.partition(";")[0].strip().lower()
        return is_html(self.body, self.content_type) or kind.endswith(("json", "xml", "javascript", "text/plain"))

    @property
    def said(self) -> str:
        """The answer in one line."""
        return f"{self.status}" if self.status else ": ".join(self.failure)


class ProbeSpider(scrapy.Spider):
    """Arguments: ``url=URL``, ``tls_accept=FLAW,FLAW``, ``store=1`` where crawls may go on that the store knows of.
    Prints a line of JSON for each request, then all it found."""

    name: ClassVar[str] = "probe"  # type: ignore[misc]
    lease: Gate
    url: str
    tls_accept: tuple[TlsFlaw, ...]
    database: Database | None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's constructor."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        settings = load_settings()
        spider.tls_accept = tuple(filter(None, kwargs.get("tls_accept", "").split(",")))
        # Nothing is known yet but the host; a definition with its defaults says how it is asked.
        host = urlsplit(spider.url).netloc.lower()
        nothing = Portal(
            key="probe", name=host, hosts=(host,), region=Region(code=UNKNOWN_PLACE, names=(host,)),
            columns=(_column(spider.url),), tls_accept=spider.tls_accept,
        )  # fmt: skip
        mind(crawler, nothing, settings)
        crawler.settings.set("RETRY_TIMES", 1, priority="spider")
        crawler.settings.set("REDIRECT_MAX_TIMES", 4, priority="spider")  # a loop must not use up the requests
        spider.database = open_database(settings) if kwargs.get("store") == "1" else None
        spider.lease = Gate(spider.database, crawler.settings.getfloat("DOWNLOAD_DELAY"))
        spider._hosts = set()
        spider._robots, spider._robots_said, spider._crawl_delay = None, "", None
        spider._notes, spider._lists, spider._pages, spider._seen = [], [], [], {}
        spider._queue, spider._order, spider._closest, spider._next, spider._way = [], 0, [], {}, {}
        crawler.signals.connect(spider._on_robots, signals.robots_parsed)
        crawler.signals.connect(spider._on_response, signals.response_received)
        return spider

    _hosts: set[str]
    _robots: RobotParser | None
    _robots_said: str
    _crawl_delay: float | None
    _notes: list[str]
    _lists: list[probe.List]
    _pages: list[Page]
    _seen: dict[str, str]
    _queue: list[tuple[int, int, int, probe.Lead]]
    _order: int
    _closest: list[str]
    _next: dict[int, ListRequest | None]  # by the list's id
    _way: dict[str, str]  # by place: the page that led there by a link that promised nothing

    def is_own(self, url: str) -> bool:
        """Whether redirects may lead there: anywhere on the first request, then only to the hosts that it led to."""
        return not self._hosts or urlsplit(url).netloc in self._hosts

    async def start(self) -> AsyncIterator[Any]:
        """Everything, one request after the other."""
        found: dict[str, Any]
        try:
            found = await self._look()
        except Refused as refusal:
            found = {"refused": str(refusal)}
        found["requests"] = self.lease.asked
        _print(found)
        never: tuple[scrapy.Request, ...] = ()
        for request in never:  # all is asked by now
            yield request

    def closed(self, reason: str) -> None:
        """Let the store go."""
        if self.database is not None:
            self.database.close()

    async def _look(self) -> dict[str, Any]:
        first = await self._first()
        home = await self._home(first)
        lead = probe.Lead(first.url, "", 1000)
        if first is not home or not is_home(first.url):
            await self._take(lead, first)
        if home is not first and home.page is not None:
            await self._take(probe.Lead(home.url, "", 0), home)
        elif first is home and is_home(first.url):
            await self._take(probe.Lead(first.url, "", 0), first)
        await self._search()
        self._add_columns_not_asked()
        columns, notes = probe.settle(self._lists)
        for column in columns:
            if self.lease.asked < MOST_REQUESTS - SAMPLE - 1:
                await self._turn(column)
        columns, notes = probe.settle(self._lists)
        if not columns:
            raise Refused(self._why_none(first))
        for column in columns:
            if column.second == "" and column.goes_on:
                self._notes.append(f"second page not asked for lack of requests: {column.name}")
            if column.goes_on is False and column.total is not None and column.total > len(column.rows):
                held = f"{column.name} says that it holds {column.total}"
                self._notes.append(f"{held}, but nothing leads on from {len(column.rows)} rows")
        if self._closest:
            self._notes.append(f"looked at, no column of replies: {'; '.join(self._closest[:8])}")
        sample, golden, conditional = await self._sample(columns)
        who = probe.identity(self._pages)
        own = [first.url, home.url, *(column.url for column in columns)]
        netlocs = list(dict.fromkeys(urlsplit(url).netloc for url in own[2:]))
        netlocs += [host for host in probe.hosts_of_rows(columns, self.is_own) if host not in netlocs]
        portal = probe.definition(
            columns, who, probe.key_of(netlocs[0]), netlocs, self.tls_accept, self._crawl_delay
        )  # fmt: skip
        return {
            "portal": portal.model_dump(mode="json"),
            "site_code": who.site_code,
            "robots": self._robots_said or "not asked",
            "crawl_delay": self._crawl_delay,
            "conditional": conditional,
            "charset": _charset(first),
            "columns": [_as_json(column) for column in columns],
            "sample": sample,
            "notes": list(dict.fromkeys([*self._notes, *notes, *self._unknown(who, portal)])),
            "golden": golden,
        }

    async def _first(self) -> Answer:
        """The page that the operator named, or where it sends browsers."""
        answer = await self._ask(ListRequest(self.url))
        for _ in range(2):
            page = answer.page
            if _is_challenge(answer):
                riddle = f"{answer.url} answers {answer.status} with a riddle for browsers (WAF)"
                raise Refused(f"{riddle}; dafu solves none: try from another network, or ask the site's owner")
            if page is None:
                raise Refused(f"{answer.url} can't be probed: {answer.said}{_advice(answer)}")
            target = probe.moved_to(page)
            if target is None:
                break
            answer = await self._ask(ListRequest(target))
        if answer.page is None:
            raise Refused(f"{answer.url} can't be probed: {answer.said}{_advice(answer)}")
        if urlsplit(answer.url).netloc != urlsplit(self.url).netloc:
            self._notes.append(f"{self.url} leads to {answer.url}")
        self._hosts = {urlsplit(answer.url).netloc}
        return answer

    async def _home(self, first: Answer) -> Answer:
        if is_home(first.url):
            return first
        answer = await self._ask(ListRequest(urljoin(first.url, "/")))
        if (page := answer.page) and (target := probe.moved_to(page)) and self.is_own(target):
            answer = await self._ask(ListRequest(target))
        if answer.page is None:
            self._notes.append(f"the home page {answer.url} could not be had: {answer.said}")
        return answer

    async def _search(self) -> None:
        """Follow the best leads until the requests that are left are needed for second pages and the sample."""
        while self._queue:
            found = sum(one.asked for one in self._lists)
            turning = min(sum(one.goes_on for one in self._lists), 3)
            if self.lease.asked + 1 + turning + SAMPLE + 1 > MOST_REQUESTS:
                break
            negative, _, _, lead = heapq.heappop(self._queue)
            # Where a column was found behind a link that promised nothing, others stand behind the links beside it.
            ways = {self._way.get(_place(one.lead.via), "") for one in self._lists} - {""}
            if found and -negative < probe.STRONG - 5 and lead.via not in ways:
                continue
            await self._take(lead, await self._ask(ListRequest(lead.url)))

    async def _take(self, lead: probe.Lead, answer: Answer) -> None:
        """Judge one answer: a column, a reply, or a signpost; and keep the leads on it."""
        page = answer.page
        if page is None:
            if lead.score >= probe.STRONG and not lead.again and (answer.failure[0] or answer.status >= 500):
                self._order += 1
                heapq.heappush(self._queue, (-lead.score, -(lead.year or 0), self._order, replace(lead, again=True)))
            elif lead.text:
                self._closest.append(f"{lead.text} {answer.url} ({answer.said})")
            return
        if self._seen.setdefault(_place(answer.url), lead.url) != lead.url:
            return  # redirected to what is known
        self._way[_place(answer.url)] = lead.via if lead.score < 10 else ""
        self._pages.insert(0 if is_home(answer.url) else len(self._pages), page)
        if (target := probe.moved_to(page)) and self.is_own(target):
            self._push([probe.Lead(target, lead.text, lead.score + 1, lead.via)])
        record = extract(answer.body, answer.url, content_type=answer.content_type)
        of_topic = probe.rate(lead.text, answer.url) >= probe.STRONG
        entries: set[str] = set()
        platform = recognise(page)
        listing = platform.read_list(page)
        if not is_home(answer.url) and not probe.is_article(record, listing.rows):
            if not listing.rows and listing.next is not None:  # the page only says where its rows come from
                listing = await self._follow(listing.next, platform.key)
            one = probe.read_list(lead, page, platform.key, listing)
            self._next[id(one)] = listing.next
            entries = {row.url for row in one.rows if one.is_column or row.date}  # others may be a menu's
            if following := self._next[id(one)]:
                entries.add(following.url)
            of_topic = of_topic or one.is_column
            if one.is_column:
                self._lists.append(one)
            elif one.of_topic or lead.score >= 1000:
                self._closest.append(f"{one.name} {one.url} ({len(one.rows)} rows, {one.likely} like replies)")
        explore = 3 if 14 <= probe.rate(lead.text, answer.url) < 35 else 2 if lead.text else 1
        letter = probe.is_letter(record)
        self._push(probe.leads(page, of_topic=of_topic, is_letter=letter, entries=entries, explore=explore))

    async def _follow(self, wanted: ListRequest, hint: str) -> ListPage:
        """What an interface gives; nothing where it gives no list."""
        answer = await self._ask(wanted)
        if answer.page is None:
            self._notes.append(f"{answer.url}: {answer.said}")
            return ListPage()
        return recognise(answer.page, hint).read_list(answer.page)

    async def _turn(self, column: probe.List) -> None:
        """Ask for a list's second page: it proves the pager."""
        following = self._next.get(id(column))
        if following is None or column.second:
            return
        if urlsplit(following.url).netloc not in self._hosts:
            column.second = f"leads to another host, {urlsplit(following.url).netloc}"
            return
        answer = await self._ask(following)
        if answer.page is None:
            column.second = answer.said
            return
        listing = recognise(answer.page, column.platform).read_list(answer.page)
        fresh = column.take(listing.rows)
        column.second = f"{fresh} more rows" if fresh else "nothing new"

    def _push(self, leads: Sequence[probe.Lead]) -> None:
        for lead in leads:
            if urlsplit(lead.url).netloc not in self._hosts:
                if lead.score >= probe.STRONG and lead.text:
                    self._notes.append(f"on another host, probe it by itself: {lead.text} {lead.url}")
                continue
            for one in self._lists:  # what the operator named may be linked by its name
                if not one.lead.text and lead.text and _place(one.lead.url) == _place(lead.url):
                    one.name = lead.text if probe.rate(lead.text, "") >= probe.STRONG else one.name
            if _place(lead.url) in self._seen or any(lead.url == other.url for _, _, _, other in self._queue):
                continue
            if self._robots is not None and not self._robots.allowed(lead.url, "dafu"):
                if lead.score >= probe.STRONG:
                    self._notes.append(f"not asked, robots.txt forbids it: {lead.text} {lead.url}")
                continue
            self._order += 1
            heapq.heappush(self._queue, (-lead.score, -(lead.year or 0), self._order, lead))

    def _add_columns_not_asked(self) -> None:
        """Columns of years, and others that stand beside columns, for which no request was left: they are taken by
        their links, unproved. What else promised much is told."""
        parents = {one.url for one in self._lists} | {one.lead.via for one in self._lists if one.lead.year}
        beside = {one.lead.via for one in self._lists if one.lead.score >= probe.SURE}
        missed: list[str] = []
        for negative, _, _, lead in sorted(self._queue, key=lambda entry: entry[:3]):
            if -negative < probe.STRONG:
                continue
            if (lead.year and lead.via in parents) or (-negative >= probe.SURE and lead.via in beside):
                name = lead.text or str(lead.year)
                self._lists.append(probe.List(lead, name, lead.url, "", (), asked=False))
                self._notes.append(f"taken by its link alone, for lack of requests: {name} {lead.url}")
            elif not lead.year:
                missed.append(f"{lead.text or '(no text)'} {lead.url}")
        if missed:
            self._notes.append(f"not looked at for lack of requests: {', '.join(missed[:5])}{' …' * (len(missed) > 5)}")

    async def _sample(self, columns: Sequence[probe.List]) -> tuple[list[dict[str, Any]], dict[str, Any] | None, str]:
        """Three details, from several columns; one of them, a reply, as golden page; whether requests may be
        conditional."""
        sample: list[dict[str, Any]] = []
        golden: dict[str, Any] | None = None
        conditional = "no page was read"
        for column, row in _chosen(columns):
            if len(sample) == SAMPLE:
                break
            answer = await self._ask(ListRequest(row.url))
            if answer.page is None:
                said = answer.said if answer.status != 200 else f"no web page but {answer.content_type}"
                sample.append({"url": row.url, "title": row.title, "answer": said})
                continue
            record = extract(
                answer.body, answer.url, content_type=answer.content_type, platform=column.platform or None,
                row_title=row.title, row_date=row.date,
            )  # fmt: skip
            if not any("kind" in shown for shown in sample):
                conditional = await self._again(answer)
            sample.append({"url": answer.url, "answer": str(answer.status), **_shown(record)})
            self._pages.append(answer.page)
            if golden is None and record.kind == "reply":
                golden = {
                    "url": answer.url, "content_type": answer.content_type, "row_title": row.title,
                    "row_date": row.date, "body": base64.b64encode(answer.body).decode(), "record": record.as_json(),
                }  # fmt: skip
        return sample, golden, conditional

    async def _again(self, answer: Answer) -> str:
        """Ask for a page that is known, conditionally."""
        stated = {"If-None-Match": answer.etag, "If-Modified-Since": answer.modified}
        headers = {name: value for name, value in stated.items() if value}
        if not headers:
            return "no: answers carry neither ETag nor Last-Modified"
        again = await self._ask(ListRequest(answer.url, headers=headers))
        names = " and ".join(
            name for name, value in (("ETag", answer.etag), ("Last-Modified", answer.modified)) if value
        )
        return f"yes: 304 ({names})" if again.status == 304 else f"no: {names} are sent, but the answer is {again.said}"

    async def _ask(self, wanted: ListRequest) -> Answer:
        try:
            request = scrapy.Request(
                wanted.url,
                method=wanted.method,
                body=wanted.body or b"",
                headers=dict(wanted.headers),
                dont_filter=True,
            )
            self._seen.setdefault(_place(wanted.url), wanted.url) if wanted.method == "GET" else None
            assert self.crawler.engine is not None
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            answer = Answer(wanted.url, failure=why(error, wanted.url))
        else:
            answer = _answer(response, wanted.url)
        _print({"asked": wanted.url, "answer": answer.said})
        return answer

    def _on_robots(self, robotparser: RobotParser, request: scrapy.Request) -> None:
        self._robots = robotparser
        inner = getattr(robotparser, "rp", None)  # Protego's
        delay = inner.crawl_delay("dafu") if inner is not None else None
        self._crawl_delay = min(float(delay), 3600.0) if delay else None

    def _on_response(self, response: Response) -> None:
        if urlsplit(response.url).path == "/robots.txt":
            rules = response.body.lower().count(b"disallow:")
            if response.status == 200 and is_html(response.body, ""):
                self._robots_said = "answers 200 with a web page: no rules"
            elif response.status == 200:
                self._robots_said = f"{rules} Disallow line{'s' * (rules != 1)}, obeyed"
            else:
                self._robots_said = f"answers {response.status}: no rules"

    def _unknown(self, who: probe.Identity, portal: Portal) -> Iterator[str]:
        """What could not be found out."""
        if who.name is None:
            yield "the organisation's name is not stated; the host stands for it"
        if who.region.code == UNKNOWN_PLACE:
            yield "no 网站标识码 on the pages: region.code is not known (000000), replies are told apart without it"
        elif portal.region.names == ("不详",):
            yield "the place's name does not follow from the organisation's"
        for host in portal.hosts:
            if not host.partition(":")[0].endswith(".gov.cn"):
                yield f"{host} is not under gov.cn: make sure that it is no copy of a government's site"

    def _why_none(self, first: Answer) -> str:
        said = f"no columns of replies found from {first.url} within {self.lease.asked} requests"
        if not self._closest:
            page = first.page
            bare = page is not None and next(page.root.iter("a"), None) is None
            what = "the page holds no link at all: a script may write them" if bare else "no link leads to any"
            return f"{said}, and {what}; give a column's or a reply's address"
        return f"{said}; closest came: {'; '.join(self._closest[:5])}"


def checked(url: str, key: str | None, tls_accept: Sequence[str]) -> tuple[str, list[str]]:
    """The address with its scheme, and the flaws; what an operator may have mistyped.

    Raises :class:`~storage.refusal.Refused` with what is wrong.
    """
    address = url if "://" in url else f"http://{url}"
    try:
        Portal(
            key=key or "probe", name=url, hosts=(urlsplit(address).netloc.lower(),), columns=(_column(address),),
            region=Region(code=UNKNOWN_PLACE, names=(url,)), tls_accept=tuple(tls_accept),
        )  # fmt: skip
    except ValidationError as error:
        name, reason = first_fault(error, lambda place: Portal.model_fields)
        where = {"key": "--key", "tls_accept": "--tls-accept"}.get(name.partition(".")[0], url)
        raise Refused(f"{where} refused: {reason}", exit_code=2) from None
    except ValueError:
        raise Refused(f"{url} refused: this is no address of a web page", exit_code=2) from None
    parts = urlsplit(address)
    return parts._replace(path=parts.path or "/").geturl(), list(tls_accept)


def save(found: dict[str, Any], settings: Settings) -> Path:
    """Write a probe's definition and its golden page where :func:`~crawler.registry.definitions` finds them: KEY.toml,
    KEY.html (the bytes as served) and KEY.json (what was read of them, and how the columns listed). Returns the first.

    Raises :class:`~storage.refusal.Refused` where the key is in use, or the folder can't be written.
    """
    key = found["portal"]["key"]
    known = definitions(settings)
    if key in known.files:
        raise Refused(f"{known.files[key]} defines '{key}' already; remove it, or give another --key")
    file = (settings.portals or settings.home / "portals") / f"{key}.toml"
    golden = found["golden"]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if golden:
            file.with_suffix(".html").write_bytes(base64.b64decode(golden["body"]))
        kept = {name: value for name, value in (golden or {}).items() if name != "body"}
        state = {**kept, "columns": found["columns"]}
        file.with_suffix(".json").write_text(json.dumps(state, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        file.write_text(found["toml"], encoding="utf-8")
    except OSError as error:
        raise Refused(f"{file} can't be written: {error.strerror}") from None
    return file


def _column(url: str) -> Column:
    """A column of a portal of which nothing is known yet; hosts are compared in small letters."""
    netloc = urlsplit(url).netloc
    return Column(name=url, url=url.replace(netloc, netloc.lower(), 1) if netloc else url)


def look_at(
    url: str, settings: Settings, overrides: Mapping[str, str], tls_accept: Sequence[str] = (), key: str | None = None,
    on_request: Callable[[str, str], None] = lambda url, answer: None,
) -> dict[str, Any]:  # fmt: skip
    """Probe a portal in a child process; ``on_request`` hears of each request. Returns what was found: ``portal``, the
    definition as JSON, ``toml``, ``columns``, ``sample``, ``robots``, ``notes`` …

    Raises :class:`~storage.refusal.Refused` where nothing can be had, or no columns are found.
    """
    store = bool(settings.database_url) or (settings.home / "dafu.db").is_file()
    arguments = {"url": url, "tls_accept": ",".join(tls_accept), "store": int(store)}
    found: dict[str, Any] = {}

    def hear(line: dict[str, Any]) -> None:
        if "asked" in line:
            on_request(line["asked"], line["answer"])
        else:
            found.update(line)

    code, _ = told_by("probe", arguments, settings, overrides, hear)
    if "refused" in found:
        raise Refused(found["refused"])
    if not found:
        raise Refused(f"the probe of {url} ended with exit code {code}; -s LOG_LEVEL=INFO shows more")
    if key is not None:
        found["portal"]["key"] = key
    for known in definitions(settings).values():
        if set(known.hosts) & set(found["portal"]["hosts"]):
            found["notes"].append(f"portal {known.key} is on this host already")
    about = [f"Written by dafu probe {url}", *found["notes"]]
    found["toml"] = to_toml(Portal.model_validate(found["portal"]), about)
    return found


def _answer(response: Response, asked: str) -> Answer:
    url = answered_as(response.url, asked)
    headers = {
        name: (response.headers.get(name) or b"").decode("latin-1")
        for name in ("Content-Type", "ETag", "Last-Modified")
    }
    return Answer(
        url, response.status, response.body, headers["Content-Type"], headers["ETag"], headers["Last-Modified"]
    )


def _is_challenge(answer: Answer) -> bool:
    if answer.status != 200:
        return bool(answer.status) and is_challenge(answer.status, answer.body)
    return "page:challenge" in extract(answer.body, answer.url, content_type=answer.content_type).flags


def _advice(answer: Answer) -> str:
    if answer.failure[0] == "tls" and "tls_accept" in answer.failure[1]:
        return "; --tls-accept allows it to the probe and writes that"
    advice = {"dns": "; is the address right?", "timeout": "; the host may drop packets from this network"}
    return advice.get(answer.failure[0], "")


def _chosen(columns: Sequence[probe.List]) -> Iterator[tuple[probe.List, Any]]:
    """Rows for the sample, one of each column in turn: those like replies first."""
    queues = [
        (
            column,
            sorted(column.rows, key=lambda row: (_is_file(row.url), not probe.is_likely(row.title, column.of_topic))),
        )
        for column in columns
    ]
    hosts_of = {urlsplit(column.url).netloc for column in columns}
    for at in range(max((len(rows) for _, rows in queues), default=0)):
        for column, rows in queues:
            if at < len(rows) and urlsplit(rows[at].url).netloc in hosts_of:
                yield column, rows[at]


def _is_file(url: str) -> bool:
    return bool(re.search(r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|zip|rar|jpe?g|png)$", urlsplit(url).path, re.IGNORECASE))


def _shown(record: Record) -> dict[str, Any]:
    values = record.as_json()
    fields = [
        name for name, value in values.items()
        if value not in (None, [], {}) and name not in ("url", "kind", "text", "flags", "labels", "provenance")
    ]  # fmt: skip
    shown = {name: values[name] for name in ("title", "kind", "published_at", "signed_on", "proposals", "flags")}
    return {**shown, "characters": len(record.text or ""), "fields": fields}


def _as_json(column: probe.List) -> dict[str, Any]:
    return {
        "name": column.name, "url": column.url, "publishes": column.publishes, "platform": column.platform,
        "rows": len(column.rows), "like_replies": column.likely, "total": column.total, "pages": column.pages,
        "goes_on": column.goes_on, "second_page": column.second, "asked": column.asked,
    }  # fmt: skip


def _charset(answer: Answer) -> str:
    page = answer.page
    assert page is not None
    return f"{page.charset} (decided by {page.decided_by})"


def _place(url: str) -> str:
    parts = urlsplit(probe.bare(url))
    return f"{parts.netloc}{parts.path or '/'}?{parts.query}#{parts.fragment}"


def _print(found: Mapping[str, Any]) -> None:
    print(json.dumps(found, ensure_ascii=False), flush=True)
