"""Answers kept for texts that come again: readers ask the same of a line, one after the other, and pages of a class."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

_LONGEST, _MOST = 400, 4096
"""Characters of a text whose answer is kept, and how many are kept."""

Answer = TypeVar("Answer")


def remembered(function: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """``function``, which must depend on its text alone and give what nobody changes, with its answers kept."""
    kept = lru_cache(maxsize=_MOST)(function)

    @wraps(function)
    def answer(text: str) -> Answer:
        return kept(text) if len(text) <= _LONGEST else function(text)

    return answer
