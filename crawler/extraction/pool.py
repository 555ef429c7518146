"""Reading with several processes: the work of `dafu extract --jobs` and `dafu reextract --jobs`."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

_CHUNK, _AHEAD = 8, 4
"""Items that a process is given at once, and for how many such portions it may be ahead of what is taken."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(function: Callable[[Item], Result], items: Iterable[Item], jobs: int) -> Iterator[Result]:
    """``function`` of every item, in their order, by ``jobs`` processes; by this one where one is enough.

    ``items`` are taken, and results held, only as far ahead as keeps the processes busy. Function, items and results
    go through :mod:`pickle`.
    """
    waiting = iter(items)
    first = list(islice(waiting, _CHUNK + 1))
    if jobs == 1 or len(first) <= _CHUNK:
        yield from map(function, first)
        yield from map(function, waiting)
        return
    # A fresh interpreter a worker: forking a process that may hold threads or connections is not safe.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        going: deque[Future[list[Result]]] = deque()
        try:
            while portion := first or list(islice(waiting, _CHUNK)):
                first = []
                going.append(pool.submit(_all, function, portion))
                if len(going) >= _AHEAD * jobs:
                    yield from going.popleft().result()
            while going:
                yield from going.popleft().result()
        finally:
            for future in going:
                future.cancel()


def _all(function: Callable[[Item], Result], portion: list[Item]) -> list[Result]:
    return [function(item) for item in portion]
