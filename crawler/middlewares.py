"""Between Scrapy and the network: every response is kept before anybody reads it; robots.txt as RFC 9309 says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Request, Response
from scrapy.http.headers import Headers
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred
from twisted.web import http

from archive.keeper import Asked, Keeper
from archive.warc import Exchange

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

_HIDDEN = frozenset({b"proxy-authorization"})
"""Request headers that speak to the proxy, not to the portal, and hold a password."""


class ArchiveMiddleware:
    """Writes each exchange to the archive; ``response.meta["capture"]`` is then its row."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep the exchange, whatever its status. An error here (disk full) ends the request as failed."""
        keeper = self._keeper()
        if keeper is None:
            return response
        request.meta["capture"] = keeper.keep(
            Exchange(
                url=response.url,
                fetched_at=datetime.now(UTC),
                method=request.method,
                request_headers=[("Host", urlsplit(request.url).netloc), *_pairs(request.headers, _HIDDEN)],
                request_body=request.body,
                status=response.status,
                reason=http.RESPONSES.get(response.status, b"").decode("ascii"),
                response_headers=_pairs(response.headers),
                payload=response.body,
                protocol=response.protocol or "HTTP/1.1",
                ip_address=str(response.ip_address) if response.ip_address and not request.meta.get("proxy") else None,
                truncated="disconnect" if "dataloss" in response.flags or "partial" in response.flags else None,
            ),
            request.meta.get("asked") or Asked(),
        )
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Leave a metadata record for a body that was over the limit."""
        keeper = self._keeper()
        if keeper is not None and isinstance(exception, DownloadCancelledError):
            keeper.note(request.url, datetime.now(UTC), str(exception))

    def _keeper(self) -> Keeper | None:
        keeper: Keeper | None = getattr(self._crawler.spider, "keeper", None)
        return keeper


class RobotsMiddleware(RobotsTxtMiddleware):
    """robots.txt by RFC 9309: 4xx means no rules; 5xx or unreachable means all is disallowed, unless a copy was kept.

    The spider's ``kept_robots(netloc)`` gives the newest copy in the archive, or ``None``.
    """

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            response = response.replace(body=self._kept_or_closed(netloc))
        elif response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        parser = build_from_crawler(self._parserimpl, self.crawler, self._kept_or_closed(netloc))
        waiting, self._parsers[netloc] = self._parsers[netloc], parser
        if isinstance(waiting, Deferred):
            waiting.callback(parser)

    def _kept_or_closed(self, netloc: str) -> bytes:
        kept: Callable[[str], bytes | None] | None = getattr(self.crawler.spider, "kept_robots", None)
        copy = kept(netloc) if kept is not None else None
        return copy if copy is not None else b"User-agent: *\nDisallow: /\n"


def _pairs(headers: Headers, without: frozenset[bytes] = frozenset()) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        if name.lower() not in without
        for value in values
    ]
