"""What `dafu recrawl` calls a URL of which the run found nothing to tell."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.cli import _standing

BEGAN = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (None, "unchanged"),
        (BEGAN + timedelta(seconds=3), "gone"),
        (BEGAN - timedelta(days=1), "still gone"),
    ],
)
def test_only_what_was_gone_before_is_still_gone(since: datetime | None, said: str) -> None:
    assert _standing(since, BEGAN) == said


def test_what_is_missing_is_not_called_unchanged() -> None:
    assert _standing(None, BEGAN, BEGAN).startswith("missing")
