"""Leaving hosts alone that ask for it: waiting where they say so, and stopping where they answer with walls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from crawler.lease import Lease

TOO_FAST_IN_A_ROW, WALLS_IN_A_ROW = 3, 5
"""Refusals for haste, and challenges or logins, in a row after which a run leaves a host alone. Walls stand before some
pages and not before others, and fall within seconds where the host is asked more slowly."""

LONGEST_WAIT = 600.0
"""Seconds that a run waits for a host at most; one that wants more of them is left alone."""

TOO_FAST = (429, 503)


class BackOff:
    """What one run makes of hosts that want to be left alone. ``left`` says which it asks no more, and the class of
    failure with which they answered: ``challenge``, ``login``, ``http-429``, ``http-503``."""

    def __init__(self, lease: Lease, time_left: Callable[[], float]) -> None:
        self._lease, self._time_left = lease, time_left
        self._met: dict[str, list[str]] = {}
        self.left: dict[str, str] = {}

    def heard(self, url: str, status: int, retry_after: str | None) -> None:
        """``url`` was answered so. After 429 or 503 wait as long as ``Retry-After`` says, or twice as long each time,
        and ask more slowly from then on.

        503 without ``Retry-After`` may be a fault of one page, so only other pages' count as a row.
        """
        if status not in TOO_FAST:
            return
        told = seconds_of(retry_after, datetime.now(UTC)) if retry_after else None
        host, row = self._row(url)
        if told is not None or status == 429 or url not in row:
            row.append(url)
        wait = told if told is not None else min(max(self._lease.delay, 1) * 2 ** (len(row) - 1), LONGEST_WAIT)
        if len(row) >= TOO_FAST_IN_A_ROW or wait > LONGEST_WAIT:
            self._leave(host, f"http-{status}")
        else:
            self._lease.slow_down(host)
            self._lease.pause(host, min(wait, max(self._time_left(), 0)))

    def walled(self, url: str, reason: str) -> None:
        """``url`` was answered by a challenge or a login: wait before asking on, twice as long each time."""
        host, row = self._row(url)
        row.append(url)
        if len(row) >= WALLS_IN_A_ROW:
            self._leave(host, reason)
        else:
            self._lease.pause(host, min(self._lease.delay * 2 ** len(row), max(self._time_left(), 0)))

    def answered(self, url: str) -> None:
        """``url`` was answered by what it is."""
        self._met.pop(_host(url), None)

    def _row(self, url: str) -> tuple[str, list[str]]:
        host = _host(url)
        return host, self._met.setdefault(host, [])

    def _leave(self, host: str, reason: str) -> None:
        self.left.setdefault(host, reason)
        self._lease.leave(host, f"{host} is left alone until the next run ({reason})")


def seconds_of(retry_after: str, now: datetime) -> float | None:
    """How long a ``Retry-After`` says to wait, in seconds (RFC 9110, 10.2.3: seconds or a date); ``None`` for what is
    neither."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max((at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds(), 0)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
