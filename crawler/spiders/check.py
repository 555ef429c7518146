"""Looking at the columns of portals without keeping anything: `dafu portals check`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import scrapy

from crawler.extraction import extract
from crawler.failures import why
from crawler.page import parse
from crawler.platforms import recognise
from crawler.portals import Portal
from crawler.registry import definitions, known_portal
from crawler.runner import told_by
from crawler.spiders.manners import answered_as, mind
from storage import runs
from storage.console import say
from storage.database import open_database
from storage.settings import Settings, load_settings

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure


_GOLDEN = -1
"""The index of the golden page among the columns."""


class CheckSpider(scrapy.Spider):
    """Asks the first page of each column of ``portal=KEY``, and the page ``golden=URL``, and prints what it finds, a
    JSON line each."""

    name: ClassVar[str] = "check"  # type: ignore[misc]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's constructor."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        settings = load_settings()
        spider.definition = known_portal(settings, kwargs.get("portal"))
        mind(crawler, spider.definition, settings)
        return spider

    definition: Portal

    def is_own(self, url: str) -> bool:
        """Whether the URL is on one of the portal's hosts: redirects elsewhere are not followed."""
        return self.definition.owns(url)

    async def start(self) -> AsyncIterator[Any]:
        """The columns' first pages."""
        for index, column in enumerate(self.definition.columns):
            # Scrapy's own filter would silently drop a column that moved to where another one is.
            yield scrapy.Request(
                column.url, self.parse_column, errback=self.on_error, cb_kwargs={"index": index}, meta=self._meta(),
                dont_filter=True,
            )  # fmt: skip
        if url := getattr(self, "golden", None):
            yield scrapy.Request(
                url, self.parse_golden, errback=self.on_error, cb_kwargs={"index": _GOLDEN}, meta=self._meta(),
                dont_filter=True,
            )  # fmt: skip

    def parse_golden(self, response: Response, index: int) -> None:
        """Print which fields are read of the page that was kept with the definition."""
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        record = extract(response.body, response.url, content_type=content_type, platform=self.definition.platform)
        self._print(index, answer=str(response.status), record=record.as_json())

    def parse_column(self, response: Response, index: int, shell: str = "") -> Iterator[scrapy.Request]:
        """Print what the list says; where a script fetches the rows (on ``shell``) what it gets."""
        answer = f"{response.status}{', moved to ' + response.url if 'redirect_urls' in response.meta else ''}"
        if response.status != 200:  # an error page has links, too
            self._print(index, answer=answer)
            return
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        column = self.definition.columns[index].url
        page = parse(response.body, answered_as(response.url, column), content_type)
        platform = recognise(page, self.definition.platform)
        listing = platform.read_list(page)
        if not (listing.rows or shell) and listing.next is not None:
            wanted = listing.next
            yield scrapy.Request(
                wanted.url, self.parse_column, method=wanted.method, body=wanted.body or b"",
                headers=dict(wanted.headers), errback=self.on_error, dont_filter=True, meta=self._meta(),
                cb_kwargs={"index": index, "shell": response.url},
            )  # fmt: skip
            return
        self._print(
            index,
            answer=answer,
            platform=platform.key,
            rows=len(listing.rows),
            total=listing.total,
            next=listing.next.url if listing.next else None,
            first=listing.rows[0].title if listing.rows else None,
            # On https what was http is the same place; a list elsewhere, the home page say, confirms nothing.
            confirmed=bool(listing.rows) and _place(shell or response.url) == _place(column),
        )

    def _meta(self) -> dict[str, Any]:
        return {"proxy": self.definition.proxy} if self.definition.proxy else {}

    def on_error(self, failure: Failure) -> None:
        """Print why there is no answer."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        error: BaseException = failure.value  # type: ignore[assignment]
        self._print(request.cb_kwargs["index"], answer=": ".join(why(error, request.url)))

    def _print(self, index: int, **found: Any) -> None:
        print(json.dumps({"index": index, **found}, ensure_ascii=False), flush=True)


def look(portals: Sequence[Portal], settings: Settings, overrides: dict[str, str]) -> list[dict[str, Any]]:
    """What each column of ``portals`` answers now, which keys of its definition are inferred, which of them the answers
    confirm, and what changed since `dafu probe` or the last crawl; one child process a portal, one after the other."""
    return [line for portal in portals for line in _look(portal, settings, overrides)]


def _look(portal: Portal, settings: Settings, overrides: dict[str, str]) -> list[dict[str, Any]]:
    before = _before(portal, settings)
    arguments = {"portal": portal.key} | ({"golden": before["url"]} if "url" in before else {})
    lines: list[dict[str, Any]] = []
    code, last = told_by("check", arguments, settings, overrides, lines.append)
    told = {line.pop("index"): line for line in lines}
    silent = {"answer": f"none; the check ended with exit code {code}" + f": {last}" * bool(last)}
    blank = dict.fromkeys(("answer", "platform", "rows", "total", "next", "first")) | {"rows": 0, "confirmed": False}
    found = [
        {"portal": portal.key, "column": column.name, **blank, **told.get(index, silent)}
        for index, column in enumerate(portal.columns)
    ]
    sure = _confirmed(portal, [line["confirmed"] for line in found])
    for index, line in enumerate(found):
        line["inferred"] = _inferred(portal, index)
        line["confirmed"] = [key for key in line["inferred"] if key in sure]
        line["changed"] = _changed(before["columns"].get(portal.columns[index].url, {}), line)
    if "url" in before:
        found[0]["changed"] += _changed_golden(before["record"], told.get(_GOLDEN, silent))
    return found


def _before(portal: Portal, settings: Settings) -> dict[str, Any]:
    """What `dafu probe` kept beside the definition: how each column listed, and the golden page's URL and record. Where
    it kept nothing, what the last crawls said of the columns."""
    kept = definitions(settings).files[portal.key].with_suffix(".json")
    try:
        before = json.loads(kept.read_text(encoding="utf-8"))
        return {**before, "columns": {column["url"]: column for column in before["columns"]}}
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError) as error:
        say(f"dafu: {kept} is not what dafu probe wrote and is ignored: {type(error).__name__}")
    if not settings.database_url and not (settings.home / "dafu.db").is_file():
        return {"columns": {}}
    database = open_database(settings)
    totals = {column.url: {"total": runs.last_total(database, column.url)} for column in portal.columns}
    database.close()
    return {"columns": totals}


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What a column is otherwise than it was; a column without rows needs no more words."""
    if not now["rows"]:
        return []
    pairs = [(name, before.get(name), now[name]) for name in ("platform", "total")]
    changed = [f"{name} {was} → {now_is}" for name, was, now_is in pairs if was and was != now_is]
    if before.get("goes_on") is not None and before["goes_on"] != bool(now["next"]):
        changed.append("goes on no more" if before["goes_on"] else "goes on now")
    return changed


def _changed_golden(before: Mapping[str, Any], told: Mapping[str, Any]) -> list[str]:
    """Which fields that were read of the golden page are not any more, or why it can't be read."""
    if told["answer"] != "200":
        return [f"golden page: {told['answer']}"]
    lost = [
        name for name, value in before.items()
        if value and not told["record"].get(name) and name not in ("flags", "labels", "provenance")
        and before["provenance"].get(name, {}).get("where") != "list"
    ]  # fmt: skip
    return [f"golden page: {', '.join(lost)} no longer read"] if lost else []


def _inferred(portal: Portal, index: int) -> list[str]:
    """The inferred keys that are a column's or its host's."""
    its = ("hosts", f"hosts.{_host(portal, index)}", "columns", f"columns.{index}")
    return [key for key in portal.inferred if key in its or key.startswith(f"columns.{index}.")]


def _confirmed(portal: Portal, columns: Sequence[bool]) -> set[str]:
    """What the columns that show their rows are proof of: their URLs and hosts, but not what they publish."""
    sound = [index for index, shows_rows in enumerate(columns) if shows_rows]
    hosts = {_host(portal, index) for index in sound}
    every = {"hosts"} if len(hosts) == len(portal.hosts) else set()
    return {f"columns.{index}.url" for index in sound} | {f"hosts.{host}" for host in hosts} | every


def _host(portal: Portal, index: int) -> int:
    return portal.hosts.index(urlsplit(portal.columns[index].url).netloc)


def _place(url: str) -> tuple[str, ...]:
    return tuple(urlsplit(url)[1:4])
