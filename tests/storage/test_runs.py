"""Who begins a run holds its portal until it ends, and no longer."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from storage import runs
from storage.database import Database
from storage.models import Run, utc_now
from storage.refusal import Refused

DUE = datetime(2026, 3, 1, 19, tzinfo=UTC)


def begin(database: Database, portal: str = "harbour", due_at: datetime | None = None) -> int:
    trigger = "schedule" if due_at else "manual"
    return runs.begin(database, portal, "990102", "vsb", trigger=trigger, due_at=due_at)


def change(database: Database, run_id: int, **values: object) -> None:
    with database.writing() as session:
        session.execute(update(Run).where(Run.id == run_id).values(**values))


@pytest.fixture
def dead_pid() -> int:
    """The id of a process that has ended and was waited for."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_a_run_as_it_begins(database: Database) -> None:
    before = utc_now()
    run_id = runs.begin(database, "harbour", "990102", "vsb", full=True, urls=["http://a.example/"], due_at=DUE)
    run = runs.state(database, run_id)
    assert (run.portal, run.region, run.platform, run.full, run.urls) == (
        "harbour", "990102", "vsb", True, ["http://a.example/"],
    )  # fmt: skip
    assert (run.due_at, run.pid, run.ended_at, run.outcome) == (DUE, os.getpid(), None, None)
    assert before <= run.started_at <= utc_now()
    assert set(run.counts.values()) == {0}


def test_a_portal_is_crawled_once_at_a_time(database: Database) -> None:
    first = begin(database)
    with pytest.raises(Refused, match=rf"portal harbour is being crawled \(run {first}, process {os.getpid()}"):
        begin(database)
    assert begin(database, "other")
    assert runs.finish(database, first, "done")
    assert begin(database) > first


def test_re_crawls_go_on_beside_a_crawl_and_each_other(database: Database, dead_pid: int) -> None:
    def again() -> int:
        return runs.begin(database, "harbour", "990102", "vsb", urls=["http://a.example/"])

    before, crawl, beside, other = again(), begin(database), again(), again()
    assert [run.id for run in runs.unfinished(database)] == [before, crawl, beside, other]
    with pytest.raises(Refused, match=rf"is being crawled \(run {crawl},"):
        begin(database)
    for dead in (before, crawl, other):
        change(database, dead, pid=dead_pid)
    newest = begin(database)
    assert [run.id for run in runs.unfinished(database)] == [beside, newest]
    assert {runs.state(database, run).message for run in (before, crawl, other)} == {"its process died"}


def test_the_same_due_time_twice_is_refused_even_after_the_run_ended(database: Database) -> None:
    runs.finish(database, begin(database, due_at=DUE), "failed", "no network")
    with pytest.raises(Refused, match="due at 2026-03-01 19:00 UTC was begun already"):
        begin(database, due_at=DUE)
    assert begin(database, due_at=DUE + timedelta(days=1))
    assert begin(database, "other", due_at=DUE)


def test_a_dead_processs_run_is_ended_as_failed_and_the_next_goes_on(database: Database, dead_pid: int) -> None:
    left = begin(database)
    change(database, left, pid=dead_pid)
    runs.report(database, left, {"fetched": 3})
    run = begin(database)
    ended = runs.state(database, left)
    assert (ended.outcome, ended.message, ended.fetched) == ("failed", "its process died", 3)
    assert ended.ended_at is not None
    assert runs.state(database, run).ended_at is None


def test_a_run_not_heard_of_for_a_minute_is_dead_though_its_pid_lives(database: Database) -> None:
    left = begin(database)
    change(database, left, heartbeat_at=utc_now() - runs.SILENCE + timedelta(seconds=20))
    with pytest.raises(Refused):
        begin(database)
    change(database, left, heartbeat_at=utc_now() - runs.SILENCE - timedelta(seconds=1))
    assert begin(database) > left
    assert runs.state(database, left).outcome == "failed"
    assert not runs.finish(database, left, "done"), "what was ended stays ended"
    assert runs.state(database, left).outcome == "failed"


def test_a_killed_process_whose_parent_does_not_look_is_dead(database: Database) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.read()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays a zombie
    left = begin(database)
    change(database, left, pid=child.pid)
    assert begin(database) > left
    child.wait()


def test_another_users_process_counts_as_alive(database: Database) -> None:
    change(database, begin(database), pid=1)
    with pytest.raises(Refused):
        begin(database)


BEGIN = """
from storage import runs
from storage.database import open_database
from storage.refusal import Refused
from storage.settings import Settings
import sys, time
database = open_database(Settings())
sys.stdin.readline()
try:
    print(runs.begin(database, "harbour", "990102", "vsb"))
except Refused:
    print("refused")
sys.stdout.flush()
sys.stdin.readline()
"""


def test_of_processes_that_begin_at_once_one_wins(database: Database) -> None:
    pipe = subprocess.PIPE
    rivals = [subprocess.Popen([sys.executable, "-c", BEGIN], stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    said = []
    for rival in rivals:
        assert rival.stdin is not None
        rival.stdin.write("go\n")
        rival.stdin.flush()
    for rival in rivals:  # neither may end, which would make way for the other, before both have spoken
        assert rival.stdout is not None
        said.append(rival.stdout.readline().strip())
    for rival in rivals:
        rival.communicate("end\n", timeout=60)
    assert sorted(said) == ["1", "refused"]


def test_taking_a_run(database: Database, dead_pid: int) -> None:
    run_id = begin(database)
    change(database, run_id, pid=dead_pid)
    assert runs.take(database, run_id).pid == os.getpid()
    runs.finish(database, run_id, "stopped")
    with pytest.raises(Refused, match=r"run 1 refused: it has ended"):
        runs.take(database, run_id)
    with pytest.raises(Refused, match="run 99 refused: there is none"):
        runs.take(database, 99)


def test_a_report_is_a_sign_of_life(database: Database) -> None:
    run_id = begin(database)
    change(database, run_id, heartbeat_at=DUE)
    assert runs.report(database, run_id, {"listed": 12, "new": 4})
    run = runs.state(database, run_id)
    assert run.heartbeat_at > DUE
    assert (run.counts["listed"], run.counts["new"], run.counts["failed"]) == (12, 4, 0)


def test_a_report_tells_a_process_that_another_ended_its_run(database: Database) -> None:
    run_id = begin(database)
    change(database, run_id, heartbeat_at=utc_now() - runs.SILENCE - timedelta(seconds=1))
    assert begin(database) > run_id
    assert not runs.report(database, run_id, {})


def test_the_last_walk_of_a_column_decides_whether_the_next_may_stop_early(database: Database) -> None:
    column = "http://a.example/list.htm"
    assert not runs.last_walk_was_complete(database, column)
    for complete in (True, False, True):
        run_id = begin(database)
        runs.walked(database, run_id, column, 1, 20, None, complete=False)
        assert not runs.last_walk_was_complete(database, column)
        runs.walked(database, run_id, column, 3, 60, 60, complete=complete)
        assert runs.last_walk_was_complete(database, column) is complete
        assert not runs.last_walk_was_complete(database, column + "?other")
        runs.finish(database, run_id, "done")


def test_last_due_is_that_of_the_newest_scheduled_run(database: Database) -> None:
    assert runs.last_due(database, "harbour") is None
    for due in (DUE, DUE - timedelta(days=3), None):
        runs.finish(database, begin(database, due_at=due), "done")
    assert runs.last_due(database, "harbour") == DUE
    assert runs.last_due(database, "other") is None


def test_failures_stay_with_their_run(database: Database) -> None:
    one, two = begin(database), begin(database, "other")
    runs.fail(database, one, "http://a.example/", "dns", "no such host")
    runs.fail(database, two, "http://b.example/", "timeout", "")
    runs.fail(database, one, "http://a.example/2", "http-503", "")
    assert [f.url for f in runs.failures(database, [one])] == ["http://a.example/", "http://a.example/2"]
    assert len(runs.failures(database, [one, two])) == 3
    assert runs.failures(database, []) == []


def test_newest_runs_first(database: Database) -> None:
    ids = [begin(database, portal) for portal in ("a", "b", "c")]
    assert [run.id for run in runs.newest(database)] == ids[::-1]
    assert [run.id for run in runs.newest(database, limit=2)] == ids[:0:-1]
    assert [run.id for run in runs.newest(database, portal="b")] == [ids[1]]
    assert runs.find(database, ids[0]) is not None
    assert runs.find(database, 99) is None
