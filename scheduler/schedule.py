"""When what is crawled: due times from the portals' definitions and the store's last runs; APScheduler wakes us.

The scheduler keeps no state of its own. What is due is computed at start from the last runs, and dues that were
missed while it was down count as one.
"""

import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler

from crawler.portals import TIMEZONE, Portal, cron_trigger
from crawler.runner import POLL, Crew, Job
from storage import runs
from storage.console import local, say
from storage.database import Database
from storage.models import Run
from storage.settings import Settings


def next_due(portal: Portal, after: datetime) -> datetime:
    """The portal's first due time later than ``after``, in UTC."""
    due: datetime | None = cron_trigger(portal.schedule.cron).get_next_fire_time(None, after + timedelta.resolution)
    assert due is not None, "a definition whose schedule never comes round is refused"
    return due.astimezone(UTC)


def missed(portal: Portal, last: datetime | None, now: datetime) -> datetime | None:
    """The newest due time that passed unused since ``last``, the newest one that was used; ``None`` if none did.

    A portal that was never crawled on schedule has missed nothing: its first due time is the next one.
    """
    if last is None:
        return None
    back = timedelta(hours=1)
    while (due := next_due(portal, max(last, now - back))) > now:
        if now - back <= last:
            return None
        back *= 24  # further back only where nearer nothing was due: a year of missed minutes is half a million
    found = None
    while due <= now:
        found, due = due, next_due(portal, due)
    return found


class Scheduler:
    """Crawls portals when they are due, until it is told to stop."""

    def __init__(self, database: Database, settings: Settings, portals: dict[str, Portal], hands: int = 2) -> None:
        self._database, self._portals = database, portals
        self._crew = Crew(database, settings, hands=hands)
        self._lock = threading.Lock()
        self._stopping = False
        self._since = datetime.now(UTC)

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; then let the crawls under way end cleanly, and return."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        clock = BackgroundScheduler(timezone=TIMEZONE)
        for portal in self._portals.values():
            due = missed(portal, runs.last_due(self._database, portal.key), self._since)
            if due is not None:
                self._queue(portal, due)
            clock.add_job(
                self._due,
                cron_trigger(portal.schedule.cron),
                args=[portal],
                # However late we wake, a due crawl is made once (APScheduler's own default drops it after a second).
                misfire_grace_time=None,
                coalesce=True,
            )
            say(f"{portal.key}: next crawl {local(next_due(portal, self._since))}")
        clock.start()
        try:
            self._work()
        finally:
            clock.shutdown(wait=False)

    def _due(self, portal: Portal) -> None:
        last = runs.last_due(self._database, portal.key)
        due = missed(portal, max(last, self._since) if last else self._since, datetime.now(UTC))
        if due is not None:
            self._queue(portal, due)

    def _queue(self, portal: Portal, due: datetime) -> None:
        with self._lock:
            if self._crew.is_busy_with(portal.key):
                say(f"{portal.key}: due {local(due)}, but still being crawled; skipped")
                return
            self._crew.add(Job(portal, trigger="schedule", due_at=due))

    def _work(self) -> None:
        while not self._stopping:
            self._step()
            time.sleep(POLL)
        say("stopping: waiting for the crawls under way")
        with self._lock:
            self._crew.stop()
        while self._crew.busy:
            self._step()
            time.sleep(POLL)

    def _step(self) -> None:
        with self._lock:
            for run in self._crew.step():
                say(_line(run))
            for refused in self._crew.refused:
                say(f"skipped: {refused}")
            self._crew.refused.clear()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # A plain flag: setting an Event that the interrupted code waits for may block for ever.
        self._stopping = True


def _line(run: Run) -> str:
    counts = ", ".join(f"{number} {name}" for name, number in run.counts.items() if number)
    return (
        f"{run.portal}: run {run.id} {run.outcome} ({counts or 'nothing'}){' — ' + run.message if run.message else ''}"
    )
