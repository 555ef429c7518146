"""How one process shares its hold of a host among its requests, and lets others have their turn."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from crawler import lease as leases
from crawler.lease import Lease
from storage import hosts, runs
from storage.database import Database
from storage.models import Host

HOST = "www.harbour.example"


@pytest.fixture
def pair(database: Database) -> tuple[int, int]:
    one, two = (runs.begin(database, "harbour", "990102", "vsb", urls=["http://a.example/"]) for _ in range(2))
    return one, two


def holder(database: Database) -> int | None:
    with database.reading() as session:
        row = session.get(Host, HOST)
        return row and row.run_id


def carry_out(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 30))


async def ask(lease: Lease, seconds: float = 0.0, host: str = HOST) -> tuple[float, float]:
    """A request that takes so long; returns when it went out and when it was answered."""
    async with lease.of(host):
        went_out = time.monotonic()
        await asyncio.sleep(seconds)
        return went_out, time.monotonic()


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The transactions made."""
    made: list[str] = []
    take, give_back = hosts.take, hosts.give_back
    with monkeypatch.context() as patch:
        patch.setattr(hosts, "take", lambda *a: made.append("take") or take(*a))
        patch.setattr(hosts, "give_back", lambda *a: made.append("give") or give_back(*a))
        yield made


def test_requests_that_follow_each_other_share_one_hold(
    database: Database, pair: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        mine = Lease(database, pair[0], 0, 3)
        with counted(monkeypatch) as made:
            for _ in range(5):
                await ask(mine)
            await asyncio.gather(*(ask(mine, 0.05) for _ in range(3)))
            assert holder(database) == pair[0]
            await asyncio.sleep(leases.LINGER * 3)
            assert holder(database) is None
            assert made == ["take", "give"]

    carry_out(story())


def test_nothing_new_goes_out_once_the_turn_is_over_and_another_run_waits(
    database: Database, pair: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "TURN", 0.4)

    async def crawl(lease: Lease, until: float) -> list[tuple[float, float]]:
        answered = []
        while time.monotonic() < until:
            answered.append(await ask(lease, 0.03))
        return answered

    async def story() -> None:
        end = time.monotonic() + 4
        one, two = Lease(database, pair[0], 0, 3), Lease(database, pair[1], 0, 3)
        first, also_first, second = await asyncio.gather(crawl(one, end), crawl(one, end), crawl(two, end))
        visits = sorted([(*at, "one") for at in first + also_first] + [(*at, "two") for at in second])
        turns = [visits[0]]
        for number, (before, visit) in enumerate(pairwise(visits), 1):
            if visit[2] != before[2]:
                assert visit[0] >= max(answered for _, answered, _ in visits[:number])
                assert visit[0] - turns[-1][0] < leases.TURN + 1
                turns.append(visit)
        assert len(turns) >= 4
        one.close()
        two.close()

    carry_out(story())


def test_what_waited_together_does_not_go_out_together(database: Database, pair: tuple[int, int]) -> None:
    async def story() -> None:
        one, two = Lease(database, pair[0], 0.5, 3), Lease(database, pair[1], 0.4, 3)
        (_, answered), *waited = await asyncio.gather(ask(one, 0.2), *(ask(two) for _ in range(3)))
        gone_out = sorted(at for at, _ in waited)
        assert gone_out[0] - answered >= 0.5, "the delay holds between runs"
        assert all(later - at >= 0.2 - 0.01 for at, later in pairwise(gone_out))

    carry_out(story())


def test_no_more_requests_are_under_way_than_may_be(database: Database, pair: tuple[int, int]) -> None:
    async def story() -> None:
        mine = Lease(database, pair[0], 0, 2)
        visits = await asyncio.gather(*(ask(mine, 0.02) for _ in range(9)))
        for began, _ in visits:
            assert sum(start <= began < end for start, end in visits) <= 2
        mine.close()

    carry_out(story())


def test_one_host_that_is_held_keeps_no_other_waiting(database: Database, pair: tuple[int, int]) -> None:
    async def story() -> None:
        one, two = Lease(database, pair[0], 0, 3), Lease(database, pair[1], 0, 3)
        async with one.of(HOST):
            waiting = asyncio.create_task(ask(two))
            await ask(two, host="other.harbour.example")
            assert not waiting.done()
        await waiting

    carry_out(story())


@pytest.mark.parametrize("error", [OSError, asyncio.CancelledError])
def test_a_request_that_fails_or_is_given_up_gives_the_host_back(
    database: Database, pair: tuple[int, int], error: type[BaseException]
) -> None:
    async def story() -> None:
        mine = Lease(database, pair[0], 0, 3)
        with pytest.raises(error):
            async with mine.of(HOST):
                raise error
        await asyncio.sleep(leases.LINGER * 3)
        assert holder(database) is None

    carry_out(story())


class Ill:
    """A function of the store's that fails for the first ``times``."""

    def __init__(self, well: Any, times: int) -> None:
        self.well, self.times = well, times

    def __call__(self, *given: Any) -> Any:
        self.times -= 1
        if self.times >= 0:
            raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))
        return self.well(*given)


def test_a_store_that_can_t_be_written_for_a_moment_loses_no_request(
    database: Database, pair: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "take", Ill(hosts.take, 3))
    monkeypatch.setattr(hosts, "give_back", Ill(hosts.give_back, 1))

    async def story() -> None:
        mine, other = Lease(database, pair[0], 0, 3), Lease(database, pair[1], 0, 3)
        await ask(mine)
        await asyncio.sleep(leases.LINGER * 3)
        assert holder(database) == pair[0]
        await ask(other)
        assert holder(database) == pair[1]

    carry_out(story())


def test_a_store_that_can_t_be_written_for_long_fails_the_request(
    database: Database, pair: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "PATIENCE", 0.5)
    monkeypatch.setattr(hosts, "take", Ill(hosts.take, 10**6))
    with pytest.raises(runs.StoreError):
        carry_out(ask(Lease(database, pair[0], 0, 3)))  # type: ignore[arg-type]


def test_closing_gives_everything_back(database: Database, pair: tuple[int, int]) -> None:
    async def story() -> None:
        mine = Lease(database, pair[0], 0, 3)
        await ask(mine)
        mine.close()
        assert holder(database) is None
        await asyncio.sleep(leases.LINGER * 3)  # nothing is done later

    carry_out(story())
