"""No two processes speak to a host at once: each takes it from the store before a request goes out.

It is done where the bytes go out, below everything of Scrapy's that makes a request wait or sends one of its own:
robots.txt, redirects and retries are covered, and a hold lasts no longer than what is under way.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.utils.asyncio import CallLaterResult, call_later
from scrapy.utils.httpobj import urlparse_cached

from crawler.failures import LeftAlone
from crawler.tls import TlsHandler
from storage import hosts, runs
from storage.database import Database

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.backoff import BackOff

logger = logging.getLogger(__name__)

POLL = 0.2
"""Seconds between two tries to take a host that another run holds."""

TURN = 5.0
"""Seconds after which nothing new goes out under a hold, so that others get their turn."""

LINGER = 0.05
"""Seconds that a hold outlives its last answer: the next request may follow at once, and needs no transaction then."""

SLOWEST = 60.0
"""Seconds between two requests to a host that says again and again that it is asked too fast."""

PATIENCE = 5.0
"""Seconds for which a store that can't be written is tried again, before the request fails by it."""


@dataclass(slots=True)
class _Hold:
    until: float
    under_way: int = 0
    giving_back: CallLaterResult | None = None

    def stay(self) -> None:
        """Not to be given back for now."""
        if self.giving_back:
            self.giving_back.cancel()


class Lease:
    """The hosts to which one run speaks: with ``at_once`` requests under way at most, ``delay`` seconds between two.

    Scrapy minds both, but the first only where there is a delay: its slots (2.19, asyncio) count a request when it goes
    out, and without a delay all that wait go out in one step.
    """

    def __init__(self, database: Database, run_id: int, delay: float, at_once: int) -> None:
        self._database, self._run_id, self.delay = database, run_id, delay
        self._places: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(at_once))
        self._holds: dict[str, _Hold] = {}
        self._gave: dict[str, datetime] = {}
        self._not_before: dict[str, float] = {}
        self._paused: dict[str, float] = {}
        self._slower: dict[str, float] = {}
        self._left: dict[str, str] = {}
        self.ending = False

    def slow_down(self, host: str) -> None:
        """Everything goes out to a host half as fast as before from now on."""
        self._slower[host] = min(2 * self._slower.get(host, self.delay), max(self.delay, SLOWEST))

    def pause(self, host: str, seconds: float) -> None:
        """Nothing goes out to a host for so many seconds."""
        self._paused[host] = max(self._paused.get(host, 0), monotonic() + seconds)
        self._not_before[host] = max(self._not_before.get(host, 0), self._paused[host])

    def leave(self, host: str, why: str) -> None:
        """Nothing goes out to a host any more: what waits or comes fails with :class:`~crawler.failures.LeftAlone`."""
        self._left[host] = why

    @asynccontextmanager
    async def of(self, host: str) -> AsyncIterator[None]:
        """Wait until the host may be spoken to; hold it until what is done under this is done.

        Raises :data:`~storage.runs.StoreError` where the store can't be written for longer than :data:`PATIENCE`, and
        :class:`~crawler.failures.LeftAlone` for a host that was left, or that a run which is ``ending`` would wait for.
        """
        async with self._places[host]:
            hold = await self._enter(host)
            try:
                yield
            finally:
                hold.under_way -= 1
                if not hold.under_way:
                    left = min(LINGER, hold.until - monotonic())
                    hold.giving_back = call_later(max(left, 0), self._give_back, host)

    def close(self) -> None:
        """Give everything back; nothing may be under way. Where the store can't be written, the run's end does it."""
        for host, hold in list(self._holds.items()):
            self._give_back(host)
            hold.stay()

    async def _enter(self, host: str) -> _Hold:
        give_up_at = None
        while True:
            if host in self._left:
                raise LeftAlone(self._left[host])
            if self.ending and self._paused.get(host, 0) > monotonic():
                raise LeftAlone("the run ends before the host may be asked again")
            hold, now = self._holds.get(host), monotonic()
            if hold is not None and not hold.under_way and now >= hold.until:
                self._give_back(host)
                hold = self._holds.get(host)
            pause = self._not_before.get(host, 0) - now
            if pause <= 0 and hold is None:
                try:
                    if hosts.take(self._database, host, self._run_id, self._gave.get(host)):
                        hold = self._holds[host] = _Hold(now + TURN)
                except runs.StoreError:
                    give_up_at = give_up_at or monotonic() + PATIENCE
                    if monotonic() >= give_up_at:
                        raise
            if pause <= 0 and hold is not None and now < hold.until:
                hold.under_way += 1
                hold.stay()
                # Requests that waited for the host together must not go out together: half the delay is the least
                # that Scrapy, which varies it, leaves between two.
                self._not_before[host] = monotonic() + self._slower.get(host, self.delay / 2)
                return hold
            await asyncio.sleep(min(pause, 1) if pause > 0 else LINGER if hold is not None else POLL)

    def _give_back(self, host: str) -> None:
        self._holds[host].stay()
        try:
            rest = max(self._not_before.get(host, 0) - monotonic(), self._slower.get(host, self.delay))
            self._gave[host] = hosts.give_back(self._database, host, self._run_id, rest)
        except runs.StoreError as error:
            logger.warning("can't give %s back yet: %s", host, runs.trouble(error))
            self._holds[host].giving_back = call_later(1, self._give_back, host)
        else:
            del self._holds[host]


class _Leased(HTTP11DownloadHandler):
    """Asks under the spider's ``lease``, where it has one, and tells its ``back_off`` before it asks again."""

    async def download_request(self, request: Request) -> Response:
        """The answer, as Scrapy's own handler gets it."""
        lease: Lease | None = getattr(self._crawler.spider, "lease", None)
        if lease is None:
            return await super().download_request(request)
        async with lease.of(urlparse_cached(request).hostname or ""):
            response = await super().download_request(request)
            back_off: BackOff | None = getattr(self._crawler.spider, "back_off", None)
            if back_off is not None:
                stated = response.headers.get("Retry-After")
                back_off.heard(response.url, response.status, stated.decode("latin-1") if stated else None)
            return response


class HttpHandler(_Leased):
    """For http."""


class HttpsHandler(_Leased, TlsHandler):
    """For https."""
