"""Looking at the columns of portals without keeping anything: `dafu portals check`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import scrapy

from crawler.page import parse
from crawler.platforms import recognise
from crawler.portals import Portal
from crawler.registry import known_portal
from crawler.runner import child_environment, scrapy_command
from crawler.spiders.manners import mind
from storage.settings import Settings, load_settings

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure


class CheckSpider(scrapy.Spider):
    """Asks the first page of each column of ``portal=KEY`` and prints what it finds, a JSON line a column."""

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
        for column in self.definition.columns:
            meta = {"proxy": self.definition.proxy} if self.definition.proxy else {}
            # Scrapy's own filter would silently drop a column that moved to where another one is.
            yield scrapy.Request(
                column.url, self.parse_column, errback=self.on_error, cb_kwargs={"column": column.name}, meta=meta,
                dont_filter=True,
            )  # fmt: skip

    def parse_column(self, response: Response, column: str) -> None:
        """Print what the list says."""
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        page = parse(response.body, response.url, content_type)
        platform = recognise(page, self.definition.platform)
        listing = platform.read_list(page)
        self._print(
            column,
            answer=f"{response.status}{', moved to ' + response.url if 'redirect_urls' in response.meta else ''}",
            platform=platform.key,
            rows=len(listing.rows),
            total=listing.total,
            next=listing.next.url if listing.next else None,
            first=listing.rows[0].title if listing.rows else None,
        )

    def on_error(self, failure: Failure) -> None:
        """Print why there is no answer."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        self._print(request.cb_kwargs["column"], answer=failure.getErrorMessage())

    def _print(self, column: str, **found: Any) -> None:
        print(json.dumps(_line(self.definition, column, **found), ensure_ascii=False), flush=True)


def _line(portal: Portal, column: str, **found: Any) -> dict[str, Any]:
    blank = {"answer": None, "platform": None, "rows": 0, "total": None, "next": None, "first": None}
    return {"portal": portal.key, "column": column, **blank, **found}


def look(portals: Sequence[Portal], settings: Settings, overrides: dict[str, str]) -> list[dict[str, Any]]:
    """What each column of ``portals`` answers now; one child process a portal, one after the other."""
    found = []
    for portal in portals:
        command = scrapy_command("check", {"portal": portal.key}, {"LOG_LEVEL": "ERROR", **overrides})
        done = subprocess.run(
            command, env=child_environment(settings), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False
        )
        told = [json.loads(line) for line in done.stdout.decode().splitlines() if line.startswith("{")]
        silent = [column.name for column in portal.columns if column.name not in {line["column"] for line in told}]
        why = f"none; the check ended with exit code {done.returncode}"
        found += [*told, *(_line(portal, column, answer=why) for column in silent)]
    return found
