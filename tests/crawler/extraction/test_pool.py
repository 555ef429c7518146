"""Work by several processes: all of it, in order, no further ahead than needed."""

import os
from itertools import count, islice

import pytest

from crawler.extraction.pool import each


def double(number: int) -> tuple[int, int]:
    return 2 * number, os.getpid()


def fail(number: int) -> int:
    if number == 30:
        raise ValueError("thirty")
    return number


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("many", [0, 1, 8, 9, 100])
def test_all_items_in_order(jobs: int, many: int) -> None:
    results = list(each(double, range(many), jobs))
    assert [value for value, _ in results] == [2 * number for number in range(many)]
    workers = {pid for _, pid in results}
    assert (os.getpid() in workers) == (0 < many <= 8 or (many > 8 and jobs == 1))


def test_items_are_taken_as_results_are() -> None:
    taken = count()
    results = each(double, ((next(taken), number)[1] for number in range(10**9)), 2)
    assert [value for value, _ in islice(results, 10)] == [2 * number for number in range(10)]
    results.close()
    assert next(taken) < 200


def test_an_error_comes_through() -> None:
    results = each(fail, range(100), 2)
    with pytest.raises(ValueError, match="thirty"):
        list(results)
