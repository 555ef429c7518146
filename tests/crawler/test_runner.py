"""Children are held to their limits, and a run that can't be ended in the store is told all the same."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import runner
from crawler.demo import City, Server
from crawler.demo.cli import DEFINITIONS
from crawler.platforms import PLATFORMS
from crawler.portals import load_portals
from crawler.runner import Child, Crew, Job
from storage import database as databases
from storage import runs
from storage.database import Database, open_database
from storage.models import Run
from storage.settings import Settings

PORTAL = load_portals([DEFINITIONS], PLATFORMS)["demo-mzj"]
HOG = "import time; held = bytearray(b'x') * 400_000_000; time.sleep(60)"


@pytest.fixture
def settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DAFU_PORTALS", str(DEFINITIONS))
    return Settings(home=home, portals=DEFINITIONS)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The demo city, whose pages take a second each."""
    with Server(City()) as server:
        server.fail(r"\.htm", "slow:1")
        monkeypatch.setenv("http_proxy", server.proxy_url)
        monkeypatch.setenv("no_proxy", "")
        yield server


def crawled(database: Database, settings: Settings) -> Run:
    crew = Crew(database, settings)
    crew.add(Job(PORTAL))
    (run,) = crew.work()
    return run


def test_a_run_stops_by_itself_when_its_time_is_up(
    database: Database, settings: Settings, slow: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAFU_RUN_MINUTES", "0.01")
    run = crawled(database, settings)
    assert run.outcome == "stopped"
    assert "its time is up (DAFU_RUN_MINUTES)" in (run.message or "")
    assert run.fetched < 20, "what was under way is kept, nothing else is asked"


def test_a_run_that_does_not_stop_is_killed(
    database: Database, settings: Settings, slow: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "GRACE", 0.5)
    began = time.monotonic()
    run = crawled(database, settings.model_copy(update={"run_minutes": 0.01}))  # the child has its six hours
    assert time.monotonic() - began < 20
    assert run.outcome == "failed"
    assert "was killed: it did not stop when its 0.01 minutes were over (DAFU_RUN_MINUTES)" in (run.message or "")


def child_of(database: Database, code: str) -> Child:
    process = subprocess.Popen([sys.executable, "-c", code])
    run_id = runner.begin_run(database, PORTAL)
    return Child(run_id, PORTAL, process, Path("the.log"))


def test_a_run_that_takes_too_much_memory_is_killed(database: Database, settings: Settings) -> None:
    child = child_of(database, HOG)
    modest = child_of_other(HOG.replace("400", "1"))
    end = time.monotonic() + 30
    while child.process.poll() is None and time.monotonic() < end:
        for held in (child, modest):
            held.hold_to(settings.model_copy(update={"run_memory": 256}))
        time.sleep(0.05)
    assert child.process.poll() == -signal.SIGKILL
    assert modest.process.poll() is None
    modest.process.kill()
    modest.process.wait()
    run = runner.settle(database, child)
    assert run.outcome == "failed"
    assert "MB of memory, more than 256 (DAFU_RUN_MEMORY); see the.log" in (run.message or "")


def child_of_other(code: str) -> Child:
    return Child(0, PORTAL, subprocess.Popen([sys.executable, "-c", code]), Path("other.log"))


def test_an_end_that_can_t_be_stored_is_told_and_made_up_for(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "BUSY_TIMEOUT", 0.1)
    impatient = open_database(settings)
    child = child_of(database, "")
    assert child.process.wait() == 0
    with database.writing() as session:
        session.get_one(Run, child.run_id).pid = child.process.pid
    other = sqlite3.connect(settings.home / "dafu.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    run = runner.settle(impatient, child)
    assert run.outcome == "failed"
    assert "its end can't be stored, the store can't be written: database is locked" in (run.message or "")
    crew = Crew(impatient, settings)
    crew.add(Job(PORTAL))
    assert crew.step() == []
    assert crew.refused == [
        f"crawl of {PORTAL.key} could not be started: the store can't be written: database is locked"
    ]
    other.close()
    impatient.close()
    assert runs.state(database, child.run_id).ended_at is None
    assert runner.begin_run(database, PORTAL) > child.run_id
    assert runs.state(database, child.run_id).message == "its process died"
