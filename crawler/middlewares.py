"""Between Scrapy and the network: every response is kept before anybody reads it; robots.txt as RFC 9309 says;
redirects lead nowhere but to the portal's own hosts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares import retry
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Request, Response
from scrapy.http.headers import Headers
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred
from twisted.web import http

from archive.keeper import Asked, Keeper
from archive.warc import Exchange
from crawler.extraction.verdict import is_challenge
from crawler.failures import LeadsElsewhere, RobotsUnreachable, why

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

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


class RetryMiddleware(retry.RetryMiddleware):
    """Scrapy's, which asks again for bodies that were cut off as well."""

    def process_response(  # type: ignore[override]  # Scrapy deprecates its third parameter
        self, request: Request, response: Response
    ) -> Request | Response:
        """A request to be asked again, or the answer where enough was tried or nothing is wrong."""
        if response.status == 200 and "dataloss" in response.flags and not request.meta.get("dont_retry", False):
            return self._retry(request, "cut-off") or response
        return super().process_response(request, response)


class RobotsMiddleware(RobotsTxtMiddleware):
    """robots.txt by RFC 9309: 4xx means no rules; 5xx or unreachable means all is disallowed, unless a copy was kept.

    The spider's ``kept_robots(netloc)`` gives the newest copy in the archive, or ``None``.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._closed: dict[str, tuple[str, str]] = {}

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Ask what the rules allow; nothing where they can't be had."""
        netloc = urlsplit(request.url).netloc
        if netloc in self._closed:
            kind, reason = self._closed[netloc]
            raise RobotsUnreachable(f"robots.txt can't be had, so nothing may be asked: {reason}", kind)
        # Of several requests that waited for the rules, Scrapy (2.19, asyncio) hands them to one and None to the rest.
        rules = self._parsers.get(netloc)
        super().process_request_2(rp if rules is None or isinstance(rules, Deferred) else rules, request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or "dataloss" in response.flags:
            walled = is_challenge(response.status, response.body)
            kind = "challenge" if walled else f"http-{response.status}" if response.status >= 500 else "connection"
            response = response.replace(body=self._kept(netloc, kind, f"it answers {response.status}"))
        elif response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        parser = build_from_crawler(self._parserimpl, self.crawler, self._kept(netloc, *why(exc, f"https://{netloc}/")))
        waiting, self._parsers[netloc] = self._parsers[netloc], parser
        if isinstance(waiting, Deferred):
            waiting.callback(parser)

    def _kept(self, netloc: str, kind: str, reason: str) -> bytes:
        kept: Callable[[str], bytes | None] | None = getattr(self.crawler.spider, "kept_robots", None)
        copy = kept(netloc) if kept is not None else None
        if copy is None:
            self._closed[netloc] = kind, reason
        return copy or b""


class RedirectsMiddleware:
    """Refuses redirects to hosts that are not the portal's, by the spider's ``is_own(url)`` where it has one.

    A robots.txt may lie on another host (RFC 9309, 2.3.1.2).
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let what was not redirected pass; it was judged when it was found."""
        is_own: Callable[[str], bool] | None = getattr(self._crawler.spider, "is_own", None)
        if is_own is None or "redirect_urls" not in request.meta or request.meta.get("dont_obey_robotstxt"):
            return
        if not is_own(request.url):
            host = urlsplit(request.url).netloc
            raise LeadsElsewhere(f"it leads to {request.url}, and that host is not the portal's", host)


def _pairs(headers: Headers, without: frozenset[bytes] = frozenset()) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        if name.lower() not in without
        for value in values
    ]
