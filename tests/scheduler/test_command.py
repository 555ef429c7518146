"""`dafu schedule` as a user runs it: what was missed is crawled, SIGTERM ends it cleanly."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from crawler.demo import City, Server
from crawler.demo.cli import DEFINITIONS
from dafu import app
from storage import records, runs
from storage.database import Database
from storage.models import Run

DAFU = Path(sys.executable).with_name("dafu")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(City()) as server:
        yield server


@pytest.fixture
def definitions(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One portal of the demo city, due at 03:00."""
    folder = home.parent / "definitions"
    folder.mkdir()
    (folder / "demo-mzj.toml").write_text((DEFINITIONS / "demo-mzj.toml").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("DAFU_PORTALS", str(folder))
    return folder


def crawled_on_schedule(database: Database, due_at: datetime) -> int:
    run = runs.begin(database, "demo-mzj", "990100", "vsb", trigger="schedule", due_at=due_at)
    runs.finish(database, run, "done")
    return run


def listed(*options: str) -> Any:
    done = CliRunner().invoke(app, ["schedule", "list", *options])
    assert done.exit_code == 0
    return done.stdout


def test_the_list_of_a_portal_never_crawled(database: Database, definitions: Path) -> None:
    [row] = [row for row in json.loads(listed("--json")) if row["portal"] == "demo-mzj"]
    due = datetime.fromisoformat(row["next_due"])
    assert timedelta(0) < due - datetime.now(UTC) <= timedelta(days=1)
    assert due.astimezone(UTC).strftime("%H:%M") == "19:00"
    assert (row["cron"], row["overdue"], row["last_run"], row["outcome"]) == ("0 3 * * *", False, None, None)
    assert "03:00:00" in listed()
    assert "missed" not in listed()


def test_the_list_of_a_portal_that_missed_its_time(database: Database, definitions: Path) -> None:
    crawled_on_schedule(database, datetime.now(UTC) - timedelta(days=5))
    [row] = [row for row in json.loads(listed("--json")) if row["portal"] == "demo-mzj"]
    assert timedelta(0) <= datetime.now(UTC) - datetime.fromisoformat(row["next_due"]) < timedelta(days=1)
    assert (row["overdue"], row["outcome"]) == (True, "done")
    assert "(missed)" in listed()


@pytest.fixture
def schedule(definitions: Path, server: Server) -> Iterator[subprocess.Popen[str]]:
    """`dafu schedule`, started; killed at the end where a test has not ended it."""
    environment = os.environ | {"http_proxy": server.proxy_url, "no_proxy": ""}
    child = subprocess.Popen(
        [DAFU, "schedule"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    yield child
    if child.poll() is None:
        child.kill()
        child.wait()


def wait_for(what: Any, seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def ended(database: Database, after: int) -> Run | None:
    newest = runs.newest(database, limit=1)[0]
    return newest if newest.id > after and newest.ended_at else None


@pytest.fixture
def missed_run(database: Database) -> int:
    """The last scheduled run, of three days ago; what came after was missed."""
    return crawled_on_schedule(database, datetime.now(UTC) - timedelta(days=3))


def test_what_was_missed_is_crawled_once_and_sigterm_ends_it(
    database: Database, missed_run: int, schedule: subprocess.Popen[str]
) -> None:
    run = wait_for(lambda: ended(database, missed_run))
    assert (run.trigger, run.outcome) in {("schedule", "done"), ("schedule", "partial")}
    assert run.due_at is not None
    assert timedelta(0) <= datetime.now(UTC) - run.due_at < timedelta(days=1)
    assert run.new > 5
    assert records.count(database)["documents"] > 5
    time.sleep(0.5)
    schedule.send_signal(signal.SIGTERM)
    _, said = schedule.communicate(timeout=20)
    assert schedule.returncode == 0
    assert "Traceback" not in said
    assert "demo-mzj: next crawl" in said
    assert f"demo-mzj: run {run.id} {run.outcome}" in said
    assert len(runs.newest(database)) == 2, "three missed dues count as one"


@pytest.mark.slow
def test_sigterm_in_the_middle_of_a_crawl_stops_it_cleanly(
    database: Database, missed_run: int, server: Server, schedule: subprocess.Popen[str]
) -> None:
    server.fail(r"/info/", "slow:1")
    wait_for(lambda: any("/info/" in line.url for line in server.log))
    schedule.send_signal(signal.SIGTERM)
    _, said = schedule.communicate(timeout=30)
    assert schedule.returncode == 0
    assert "stopping: waiting for the crawls under way" in said
    assert "Traceback" not in said
    [run] = [run for run in runs.newest(database) if run.id > missed_run]
    assert run.ended_at is not None
    assert run.outcome == "stopped"
