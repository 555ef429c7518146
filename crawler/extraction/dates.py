"""Dates as portals print them, to ISO strings. A page's dates are dates, not instants."""

import re
from dataclasses import dataclass
from datetime import date

_SEPARATED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s{0,3}[-/.年－]\s{0,3}(\d{1,2})\s{0,3}[-/.月－]\s{0,3}(\d{1,2})(?!\d)\s{0,3}[日号]?"
    r"(?:[\sT\x1f]{0,6}(\d{1,2})\s{0,2}[:：∶时]\s{0,2}(\d{1,2})(?!\d))?"
)
_IN_URL = (
    re.compile(r"/t((?:19|20)\d\d)(\d\d)(\d\d)_\d+"),
    re.compile(r"/((?:19|20)\d\d)[-/]?(\d{1,2})[-/](\d{1,2})/"),
    re.compile(r"/((?:19|20)\d\d)(\d\d)(\d\d)/"),
    re.compile(r"/((?:19|20)\d\d)/(\d\d)-(\d\d)/"),
)
_FIRST_YEAR, _LAST_YEAR = 1990, 2099


@dataclass(frozen=True, slots=True)
class Moment:
    """A date (ISO) and, where the page states one, the time of day as HH:MM."""

    day: str
    time: str | None = None

    def __str__(self) -> str:
        return f"{self.day}T{self.time}" if self.time else self.day


def _day(year: str, month: str, day: str) -> str | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def read_moment(text: str) -> Moment | None:
    """The first date in ``text`` with its time of day; ``None`` where there is none.

    Midnight is no statement of a time: it is what systems fill in. Years before 1990 are system dates as well
    (1970-01-01 was seen on TRS pages).
    """
    for match in _SEPARATED.finditer(text[:400]):
        day = _day(*match.group(1, 2, 3))
        if day is None:
            continue
        hour, minute = match.group(4, 5)
        time = None
        if hour is not None and int(hour) < 24 and int(minute) < 60 and int(hour) + int(minute) > 0:
            time = f"{int(hour):02}:{int(minute):02}"
        return Moment(day, time)
    return None


def date_in_url(url: str | None) -> Moment | None:
    """The date in a detail page's URL (``/art/2018/7/18/``, ``t20190822_``, ``/c/2018-11-30/``), if it has one."""
    for pattern in _IN_URL:
        match = pattern.search(url or "")
        if match:
            day = _day(*match.groups())
            if day is not None:
                return Moment(day)
    return None
