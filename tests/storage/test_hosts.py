"""A host belongs to one run at a time, each gets its turn, and nobody dead keeps it."""

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import update

from storage import hosts, runs
from storage.database import Database, open_database
from storage.models import Host, Run, utc_now
from storage.settings import load_settings

HOST = "www.harbour.example"


def begin(database: Database, portal: str = "harbour") -> int:
    return runs.begin(database, portal, "990102", "vsb", urls=["http://www.harbour.example/"])


@pytest.fixture
def pair(database: Database) -> tuple[int, int]:
    return begin(database), begin(database)


def change(database: Database, run_id: int, **values: object) -> None:
    with database.writing() as session:
        session.execute(update(Run).where(Run.id == run_id).values(**values))


def dead_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_one_run_at_a_time_holds_a_host(database: Database, pair: tuple[int, int]) -> None:
    one, two = pair
    assert hosts.take(database, HOST, one)
    assert not hosts.take(database, HOST, two)
    assert hosts.take(database, "other.harbour.example", two)
    hosts.give_back(database, HOST, two, 3600)  # not its own: nothing happens
    assert not hosts.take(database, HOST, two)
    hosts.give_back(database, HOST, one, 0)
    assert hosts.take(database, HOST, two)


def test_the_delay_holds_between_runs_and_the_giver_minds_its_own(database: Database, pair: tuple[int, int]) -> None:
    one, two = pair
    assert hosts.take(database, HOST, one)
    gave = hosts.give_back(database, HOST, one, 0.5)
    assert timedelta(seconds=0.4) < gave - utc_now() <= timedelta(seconds=0.5)
    assert hosts.take(database, HOST, one, gave), "nobody waits"
    gave = hosts.give_back(database, HOST, one, 0.5)
    assert not hosts.take(database, HOST, one), "without its word it waits as all do"
    assert not hosts.take(database, HOST, two)
    while utc_now() < gave:
        time.sleep(0.01)
    assert hosts.take(database, HOST, one)


def test_who_waits_has_the_next_turn(database: Database, pair: tuple[int, int]) -> None:
    one, two = pair
    assert hosts.take(database, HOST, one)
    assert not hosts.take(database, HOST, two)
    gave = hosts.give_back(database, HOST, one, 0)
    assert not hosts.take(database, HOST, one, gave)
    assert hosts.take(database, HOST, two)
    assert not hosts.take(database, HOST, one)
    hosts.give_back(database, HOST, two, 0)
    assert hosts.take(database, HOST, one)


@pytest.mark.parametrize("how", ["killed", "silent", "ended"])
@pytest.mark.parametrize("what", ["holds", "waits"])
def test_the_dead_keep_nothing(database: Database, pair: tuple[int, int], how: str, what: str) -> None:
    one, two = pair
    lost = one if what == "holds" else two
    assert hosts.take(database, HOST, one)
    assert not hosts.take(database, HOST, two)
    third = begin(database)
    if how == "killed":
        change(database, lost, pid=dead_pid())
    elif how == "silent":
        change(database, lost, heartbeat_at=utc_now() - runs.SILENCE - timedelta(seconds=1))
    else:
        runs.finish(database, lost, "done")
    if what == "waits":
        assert not hosts.take(database, HOST, third)
        hosts.give_back(database, HOST, one, 0)
        assert hosts.take(database, HOST, third)
    else:
        assert not hosts.take(database, HOST, third), "it is not its turn"
        assert hosts.take(database, HOST, two)


def test_a_time_from_a_clock_that_went_wrong_does_not_close_a_host(database: Database, pair: tuple[int, int]) -> None:
    with database.writing() as session:
        session.add(Host(host=HOST, free_at=utc_now() + timedelta(days=400)))
    assert hosts.take(database, HOST, pair[0])


def test_no_delay_is_endless(database: Database, pair: tuple[int, int]) -> None:
    assert hosts.take(database, HOST, pair[0])
    assert hosts.give_back(database, HOST, pair[0], 1e9) - utc_now() <= hosts.LONGEST


def test_of_many_that_want_a_host_at_once_each_has_it_alone_and_in_turn(database: Database) -> None:
    """Threads with connections of their own, as processes have them; some do not live to give the host back."""
    speaking: list[int] = []
    turns: Counter[int] = Counter()
    wrong: list[str] = []
    dead, end = dead_pid(), time.monotonic() + 4

    def crawl(run_id: int) -> None:
        own, chance = open_database(load_settings()), random.Random(run_id)
        while time.monotonic() < end:
            if not hosts.take(own, HOST, run_id):
                time.sleep(chance.uniform(0, 0.01))
                continue
            speaking.append(run_id)
            time.sleep(chance.uniform(0, 0.005))
            if speaking != [run_id]:
                wrong.append(f"{speaking} at once")
            turns[run_id] += 1
            speaking.remove(run_id)
            if run_id == mortal and turns[run_id] == 2:
                change(own, run_id, pid=dead)
                break
            hosts.give_back(own, HOST, run_id, 0)
        own.close()

    mortal, *others = ids = [begin(database) for _ in range(4)]
    threads = [threading.Thread(target=crawl, args=[run_id]) for run_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert turns[mortal] == 2
    assert min(turns[run_id] for run_id in others) > max(turns.values()) / 10 > 1


def test_who_has_no_run_waits_for_runs_and_runs_for_him(database: Database, pair: tuple[int, int]) -> None:
    one, two = pair
    assert hosts.reserve(database, HOST, 3000)
    assert not hosts.reserve(database, HOST, 3000)
    assert not hosts.take(database, HOST, one)
    hosts.free(database, HOST, 0)
    assert not hosts.reserve(database, HOST, 3000)  # the run that waits has the next turn
    assert hosts.take(database, HOST, one)
    hosts.free(database, HOST, 0)  # not his: nothing happens
    assert not hosts.take(database, HOST, two)
    hosts.give_back(database, HOST, one, 0)
    assert hosts.take(database, HOST, two)


def test_what_was_reserved_and_never_freed_is_free_in_time(database: Database, pair: tuple[int, int]) -> None:
    assert hosts.reserve(database, HOST, 0.05)
    time.sleep(0.1)
    assert hosts.take(database, HOST, pair[0])
