"""Due times: those of crontab(5), in Shanghai, each used once."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.portals import Portal
from scheduler.schedule import missed, next_due

SHANGHAI = ZoneInfo("Asia/Shanghai")
CRONS = st.sampled_from(["0 3 * * *", "*/7 * * * *", "30 0 * * 1", "15 23 1 * *", "0 0 29 2 *", "5 4 * * 1-5"])
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


def portal(cron: str) -> Portal:
    return Portal.model_validate(
        {
            "key": "harbour",
            "name": "港口县民政局",
            "hosts": ["mzj.harbour.example"],
            "region": {"code": "990102", "names": ["青澜省"]},
            "columns": [{"name": "复文", "url": "http://mzj.harbour.example/list.htm"}],
            "schedule": {"cron": cron},
        }
    )


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("cron", "after", "due"),
    [
        ("0 3 * * *", "2026-03-01T02:59:59", "2026-03-01T03:00"),
        ("0 3 * * *", "2026-03-01T03:00:00", "2026-03-02T03:00"),
        ("0 3 * * *", "2026-03-01T02:59:59.5", "2026-03-01T03:00"),
        ("0 3 * * *", "2026-03-01T03:00:00.1", "2026-03-02T03:00"),
        ("30 0 * * *", "2026-03-01T23:50", "2026-03-02T00:30"),
        ("59 23 31 12 *", "2026-03-01T00:00", "2026-12-31T23:59"),
        ("0 0 29 2 *", "2026-03-01T00:00", "2028-02-29T00:00"),
        # crontab(5): the week begins with Sunday, which is 0 and 7. 2026-03-01 is a Sunday.
        ("0 3 * * 0", "2026-02-26T00:00", "2026-03-01T03:00"),
        ("0 3 * * 7", "2026-02-26T00:00", "2026-03-01T03:00"),
        ("0 3 * * 1", "2026-02-26T00:00", "2026-03-02T03:00"),
        ("0 3 * * 1-5", "2026-02-28T00:00", "2026-03-02T03:00"),
        ("0 3 * * 5-7", "2026-02-28T04:00", "2026-03-01T03:00"),
        ("0 3 * * 0-6", "2026-02-28T04:00", "2026-03-01T03:00"),
        ("0 3 * * 2,4", "2026-03-01T00:00", "2026-03-03T03:00"),
        ("0 3 * * */2", "2026-03-01T00:00", "2026-03-01T03:00"),
        ("0 3 * * 1-5/2", "2026-03-02T04:00", "2026-03-04T03:00"),
        ("0 3 * * sun", "2026-02-26T00:00", "2026-03-01T03:00"),
        ("0 3 * * mon-fri", "2026-02-28T00:00", "2026-03-02T03:00"),
    ],
)
def test_the_next_due_time(cron: str, after: str, due: str) -> None:
    found = next_due(portal(cron), shanghai(after))
    assert found == shanghai(due)
    assert found.tzinfo is UTC


def test_a_shanghai_night_is_the_utc_day_before() -> None:
    assert next_due(portal("0 3 * * *"), datetime(2026, 3, 1, 18, 59, tzinfo=UTC)) == datetime(
        2026, 3, 1, 19, tzinfo=UTC
    )


@given(CRONS, INSTANTS)
def test_the_next_due_time_is_later_and_there_is_none_between(cron: str, after: datetime) -> None:
    p = portal(cron)
    due = next_due(p, after)
    assert due > after
    assert due.second == due.microsecond == 0
    for share in (0.01, 0.5, 0.99):
        assert next_due(p, after + (due - after) * share) == due
    assert next_due(p, due) > due


def test_a_portal_never_crawled_on_schedule_has_missed_nothing() -> None:
    assert missed(portal("* * * * *"), None, datetime.now(UTC)) is None


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        ("2026-03-01T03:00", "2026-03-01T20:00", None),
        ("2026-03-01T03:00", "2026-03-02T02:59:59", None),
        ("2026-03-01T03:00", "2026-03-02T03:00", "2026-03-02T03:00"),
        ("2026-03-01T03:00", "2026-03-05T12:00", "2026-03-05T03:00"),
        ("2026-03-01T03:00", "2026-03-05T02:00", "2026-03-04T03:00"),
        ("2026-03-05T03:00", "2026-03-01T12:00", None),
        # A definition whose time was changed: what was used under the old one stays used.
        ("2026-03-01T22:00", "2026-03-02T02:00", None),
        ("2026-03-01T22:00", "2026-03-02T04:00", "2026-03-02T03:00"),
    ],
)
def test_missed_dues_count_as_one_the_newest(last: str, now: str, due: str | None) -> None:
    assert missed(portal("0 3 * * *"), shanghai(last), shanghai(now)) == (shanghai(due) if due else None)


@given(CRONS, INSTANTS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_what_was_missed_is_a_due_time_and_the_newest(cron: str, last: datetime, gap: timedelta) -> None:
    p = portal(cron)
    now = last + gap
    due = missed(p, last, now)
    if due is None:
        assert next_due(p, last) > now
    else:
        assert last < due <= now
        assert next_due(p, due - timedelta(seconds=1)) == due
        assert next_due(p, due) > now


def test_years_of_missed_minutes_are_counted_quickly() -> None:
    now = shanghai("2026-03-01T12:00:30")
    begun = time.perf_counter()
    assert missed(portal("* * * * *"), now - timedelta(days=900), now) == shanghai("2026-03-01T12:00")
    assert time.perf_counter() - begun < 1
