"""Runs as child processes: each crawl has a fresh process, so that a crash or a leak ends with it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.portals import Portal
from storage import runs
from storage.database import Database
from storage.models import Run
from storage.refusal import Refused
from storage.settings import Settings

POLL = 0.2
"""Seconds between two looks at the children."""

GRACE = 600
"""Seconds beyond ``run_minutes`` in which a run, which then stops by itself, may finish what is under way."""

_PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


def begin_run(
    database: Database,
    portal: Portal,
    *,
    trigger: str = "manual",
    full: bool = False,
    urls: Sequence[str] | None = None,
    due_at: datetime | None = None,
) -> int:
    """A new run of ``portal``; raises :class:`~storage.refusal.Refused` for a second whole crawl of it at a time."""
    return runs.begin(
        database, portal.key, portal.region.code, portal.platform, trigger=trigger, full=full, urls=urls, due_at=due_at
    )


@dataclass(frozen=True, slots=True)
class Job:
    """One crawl to carry out."""

    portal: Portal
    full: bool = False
    urls: tuple[str, ...] | None = None
    trigger: str = "manual"
    due_at: datetime | None = None


@dataclass(slots=True)
class Child:
    """A crawl under way: its run and its process."""

    run_id: int
    portal: Portal
    process: subprocess.Popen[bytes]
    log: Path
    whole: bool = True
    started: float = field(default_factory=time.monotonic)
    killed: str | None = None

    def hold_to(self, settings: Settings) -> None:
        """Kill it where it goes beyond the limits of time or memory. What it has kept is not lost."""
        if self.process.poll() is not None:
            return
        used = _memory(self.process.pid) // 2**20
        if used > settings.run_memory:
            self._kill(f"it used {used} MB of memory, more than {settings.run_memory} (DAFU_RUN_MEMORY)")
        elif time.monotonic() - self.started > settings.run_minutes * 60 + GRACE:
            self._kill(f"it did not stop when its {settings.run_minutes:g} minutes were over (DAFU_RUN_MINUTES)")

    def _kill(self, why: str) -> None:
        self.killed = why
        self.process.kill()

    def ask_to_stop(self) -> None:
        """Let it finish what is under way; asked twice it stops at once (Scrapy's own rule)."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)


def scrapy_command(spider: str, arguments: Mapping[str, object], overrides: Mapping[str, str]) -> list[str]:
    """The command line that runs one of our spiders in a process of its own."""
    command = [sys.executable, "-m", "scrapy", "crawl", spider]
    for flag, pairs in (("-a", arguments), ("-s", overrides)):
        for name, value in pairs.items():
            command += [flag, f"{name}={value}"]
    return command


def told_by(
    spider: str, arguments: Mapping[str, object], settings: Settings, overrides: Mapping[str, str],
    on_line: Callable[[dict[str, Any]], None],
) -> tuple[int, str]:  # fmt: skip
    """Run one of our spiders that tells what it finds as lines of JSON; ``on_line`` hears each as it comes.

    Returns the exit code of its process, and the last line of its log, which is shown whole where ``overrides`` set
    LOG_LEVEL.
    """
    command = scrapy_command(spider, arguments, {"LOG_LEVEL": "ERROR", **overrides})
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            env=child_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if "LOG_LEVEL" in overrides else log,
        )
        assert process.stdout is not None
        with process:
            for line in process.stdout:
                if line.startswith(b"{"):
                    on_line(json.loads(line))
        log.seek(0)
        last = log.read().decode(errors="replace").splitlines()[-1:]
    return process.returncode, "".join(last)


def child_environment(settings: Settings) -> dict[str, str]:
    """Our environment for a child: it finds the same settings from whatever folder it runs in."""
    environment = os.environ | {
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        "DAFU_HOME": str(settings.home.resolve()),
        "DAFU_DATABASE_URL": settings.database,
    }
    if settings.portals:
        environment["DAFU_PORTALS"] = str(settings.portals.resolve())
    return environment


def start(database: Database, settings: Settings, job: Job, overrides: Mapping[str, str]) -> Child:
    """Begin the run of ``job`` and start its process; ``overrides`` are Scrapy settings that win over the definition.

    Raises :class:`~storage.refusal.Refused` for a second whole crawl of the portal at a time, or where the store or the
    log can't be written.
    """
    try:
        run_id = begin_run(database, job.portal, trigger=job.trigger, full=job.full, urls=job.urls, due_at=job.due_at)
    except runs.StoreError as error:
        raise Refused(f"crawl of {job.portal.key} could not be started: {runs.trouble(error)}") from None
    command = scrapy_command("portal", {"portal": job.portal.key, "run": run_id}, overrides)
    log = settings.home / "logs" / f"{job.portal.key}-{run_id:06d}.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env=child_environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        with contextlib.suppress(runs.StoreError):  # then the next run ends it
            runs.finish(database, run_id, "failed", f"its process could not be started: {error.strerror}")
        raise Refused(f"crawl of {job.portal.key} could not be started: {error}") from None
    return Child(run_id, job.portal, process, log, whole=job.urls is None)


def settle(database: Database, child: Child) -> Run:
    """The run of a child that has ended; one that ended without statistics is a failed run.

    Where the store can't be written, only the run that is returned says so; the portal's next run ends the stored one.
    """
    code = child.process.wait()
    how = f"ended with {f'signal {signal.Signals(-code).name}' if code < 0 else f'exit code {code}'} and no statistics"
    message = f"its process {f'was killed: {child.killed}' if child.killed else how}; see {child.log}"
    try:
        runs.finish(database, child.run_id, "failed", message, "died")
    except runs.StoreError as error:
        run = runs.state(database, child.run_id)
        run.outcome, run.message = "failed", f"{message}; its end can't be stored, {runs.trouble(error)}"
        return run
    return runs.state(database, child.run_id)


def _memory(pid: int) -> int:
    """Bytes of memory that a process has in use; 0 where the system does not say (Linux does, in /proc)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_SIZE
    except (OSError, IndexError, ValueError):
        return 0


class Crew:
    """Carries out jobs, ``hands`` at a time; two whole crawls of one portal one after the other."""

    def __init__(
        self, database: Database, settings: Settings, overrides: Mapping[str, str] | None = None, hands: int = 2
    ) -> None:
        self._database, self._settings, self._overrides, self._hands = database, settings, overrides or {}, hands
        self._waiting: list[Job] = []
        self._children: list[Child] = []
        self.refused: list[str] = []

    def add(self, job: Job) -> None:
        """Put a job at the end of the queue."""
        self._waiting.append(job)

    @property
    def busy(self) -> bool:
        """Whether anything waits or is under way."""
        return bool(self._waiting or self._children)

    def is_busy_with(self, portal: str) -> bool:
        """Whether a job of this portal waits or is under way."""
        return any(job.portal.key == portal for job in self._waiting) or any(
            child.portal.key == portal for child in self._children
        )

    def under_way(self) -> list[Run]:
        """The runs that go on, with their counts so far."""
        return [runs.state(self._database, child.run_id) for child in self._children]

    def step(self) -> list[Run]:
        """Start what can start; return the runs that have ended since the last step."""
        for child in self._children:
            child.hold_to(self._settings)
        ended = [child for child in self._children if child.process.poll() is not None]
        self._children = [child for child in self._children if child not in ended]
        for job in list(self._waiting):
            refusable = job.urls is None and any(c.whole and c.portal.key == job.portal.key for c in self._children)
            if len(self._children) < self._hands and not refusable:
                self._waiting.remove(job)
                try:
                    self._children.append(start(self._database, self._settings, job, self._overrides))
                except Refused as error:
                    self.refused.append(str(error))
        return [settle(self._database, child) for child in ended]

    def stop(self) -> None:
        """Drop what waits and ask what is under way to stop."""
        self._waiting.clear()
        for child in self._children:
            child.ask_to_stop()

    def work(
        self, on_step: Callable[[list[Run]], None] = lambda _: None, on_stop: Callable[[int], None] = lambda _: None
    ) -> list[Run]:
        """Carry out everything; ``on_step`` sees the runs under way a few times a second. Returns the ended runs.

        Ctrl-C asks the children to stop and waits for them, ``on_stop`` sees how many; a second one makes them stop at
        once.
        """
        ended: list[Run] = []
        interrupts = 0
        while self.busy:
            try:
                if interrupts == 1 and self._children:
                    on_stop(len(self._children))
                    interrupts += 1
                ended += self.step()
                on_step(self.under_way())
                time.sleep(POLL)
            except KeyboardInterrupt:
                interrupts += 1
                self.stop()
        return ended
