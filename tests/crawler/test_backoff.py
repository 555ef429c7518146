"""When a host is waited for, and when it is left alone."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from crawler.backoff import LONGEST_WAIT, TOO_FAST_IN_A_ROW, WALLS_IN_A_ROW, BackOff, seconds_of
from crawler.failures import LeftAlone
from crawler.lease import Lease
from storage import hosts, runs
from storage.database import Database

HOST = "www.harbour.example"
PAGES = [f"http://{HOST}/{n}.htm" for n in range(9)]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Said:
    """What the lease is told."""

    def __init__(self, delay: float = 1) -> None:
        self.delay = delay
        self.pauses: list[float] = []
        self.slower = 0
        self.left: list[str] = []

    def pause(self, host: str, seconds: float) -> None:
        assert host in (HOST, "other.example")
        self.pauses.append(seconds)

    def slow_down(self, host: str) -> None:
        self.slower += 1

    def leave(self, host: str, why: str) -> None:
        self.left.append(host)


def back_off(time_left: float = 9999, delay: float = 1) -> tuple[BackOff, Said]:
    said = Said(delay)
    return BackOff(said, lambda: time_left), said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Sun, 01 Mar 2026 12:00:10", 10),
        ("9" * 40, 999_999_999),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("Sun, 99 Mar 2026 12:00:10 GMT", None),
        ("\u0663", None),
    ],
)
def test_retry_after(stated: str, seconds: float | None) -> None:
    assert seconds_of(stated, NOON) == seconds


def test_a_host_is_waited_for_as_long_as_it_says_and_then_left() -> None:
    told, said = back_off()
    told.heard(PAGES[0], 429, "7")
    told.heard(PAGES[0], 200, None)
    assert (said.pauses, said.left) == ([7], [])
    told.heard(PAGES[0], 503, "8")
    told.heard(PAGES[0], 429, None)
    assert (said.pauses, said.left, told.left) == ([7, 8], [HOST], {HOST: "http-429"})


def test_without_a_word_each_wait_is_twice_the_last() -> None:
    told, said = back_off(delay=3)
    told.heard(PAGES[0], 429, None)
    told.heard(PAGES[1], 429, None)
    assert (said.pauses, said.slower) == ([3, 6], 2)


def test_a_page_that_always_answers_503_is_not_its_host() -> None:
    told, said = back_off()
    for _ in range(9):
        told.heard(PAGES[0], 503, None)
    assert not told.left
    told.answered(PAGES[4])
    for page in PAGES[:TOO_FAST_IN_A_ROW]:
        told.heard(page, 503, None)
    assert told.left == {HOST: "http-503"}
    assert said.left == [HOST]


def test_who_wants_more_than_there_is_is_left_alone() -> None:
    told, said = back_off()
    told.heard(PAGES[0], 503, str(int(LONGEST_WAIT) + 1))
    assert (said.pauses, told.left) == ([], {HOST: "http-503"})
    told, said = back_off(time_left=5)
    told.heard(PAGES[0], 429, "60")
    assert said.pauses == [5], "the run has no more time"


def test_walls_count_in_a_row_and_by_host() -> None:
    told, said = back_off()
    for page in [*PAGES[: WALLS_IN_A_ROW - 1], "http://other.example/"]:
        told.walled(page, "challenge")
    assert not told.left
    assert (said.pauses, said.slower) == ([2, 4, 8, 16, 2], 0), "no page's wall makes the others come more slowly"
    told.answered(PAGES[5])
    for page in PAGES[: WALLS_IN_A_ROW - 1]:
        told.walled(page, "challenge")
    assert not told.left
    told.walled(PAGES[0], "login")
    assert told.left == {HOST: "login"}


def test_a_lease_keeps_what_it_is_told(database: Database) -> None:
    async def story() -> None:
        run, other = (runs.begin(database, "harbour", "990102", "vsb", urls=["http://a.example/"]) for _ in range(2))
        lease = Lease(database, run, delay=0, at_once=2)
        async with lease.of(HOST):
            pass
        lease.pause(HOST, 0.6)
        began = time.monotonic()
        async with lease.of("other.harbour.example"):
            assert time.monotonic() - began < 0.5, "other hosts are not waited for"
        async with lease.of(HOST):
            assert time.monotonic() - began >= 0.6
            lease.pause(HOST, 60)
        await asyncio.sleep(0.3)
        assert not hosts.take(database, HOST, other), "no other run asks it meanwhile"

        async def ask() -> None:
            async with lease.of(HOST):
                raise AssertionError("it was asked")

        waiting = asyncio.create_task(ask())
        await asyncio.sleep(0.1)
        lease.ending = True  # Ctrl-C: nobody waits ten minutes for a host
        with pytest.raises(LeftAlone):
            await waiting
        lease.ending = False
        lease.leave(HOST, "it is left alone")
        with pytest.raises(LeftAlone, match="it is left alone"):
            await ask()
        lease.close()

    asyncio.run(asyncio.wait_for(story(), 30))
