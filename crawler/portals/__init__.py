"""Portals as data: one TOML file a portal, checked to the last key."""

import re
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from apscheduler.triggers.cron import CronTrigger
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

BUILT_IN = Path(__file__).parent
TIMEZONE = "Asia/Shanghai"

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?$")]
HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+\S*$")]


_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")

TlsFlaw = Literal["expired", "wrong-name", "untrusted", "legacy-renegotiation", "weak-keys", "old-protocol"]
"""What may be wrong with a portal's TLS; :mod:`crawler.tls` says how each shows."""


class PortalError(ValueError):
    """A definition that is wrong: which file, which key, and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Region(_Strict):
    """行政区划: where the portal's organisation governs."""

    code: Annotated[str, StringConstraints(pattern=r"^\d{6}$")] = Field(description="GB/T 2260 division code")
    names: tuple[str, ...] = Field(min_length=1, description="from the province down to the place itself")


class Column(_Strict):
    """栏目: one list on the portal."""

    name: str = Field(min_length=1)
    url: HttpUrl
    publishes: Literal["replies", "mixed"] = "replies"


class Schedule(_Strict):
    """When the portal is crawled."""

    cron: str = Field(default="0 3 * * *", description="minute hour day month weekday, Asia/Shanghai")

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, value: str) -> str:
        cron_trigger(value)
        return value


class Politeness(_Strict):
    """How gently the portal is asked."""

    delay: float = Field(default=1.0, ge=0, le=3600, description="seconds between two requests")
    concurrency: int = Field(default=1, ge=1, le=8, description="requests under way at once")
    timeout: float = Field(default=60, gt=0, le=3600, description="seconds to wait for an answer")
    revisits: int | None = Field(default=None, ge=0, description="known URLs asked again in a run; default: setting")


class Expectations(_Strict):
    """What a run must have seen to count as done."""

    min_listed: int = Field(default=1, ge=0, description="rows that the columns list together")


class Portal(_Strict):
    """门户: one organisation's site."""

    key: Key
    name: str = Field(min_length=1)
    platform: str = Field(default="generic", description="the platform's key; a page's own marks win")
    hosts: tuple[Host, ...] = Field(min_length=1)
    region: Region
    columns: tuple[Column, ...] = Field(min_length=1)
    schedule: Schedule = Schedule()
    politeness: Politeness = Politeness()
    proxy: HttpUrl | None = None
    tls_accept: tuple[TlsFlaw, ...] = Field(default=(), description="flaws of its TLS that are accepted")
    expectations: Expectations = Expectations()
    inferred: tuple[str, ...] = Field(default=(), description="keys that nobody has confirmed on the network yet")

    @model_validator(mode="after")
    def _columns_are_on_hosts(self) -> "Portal":
        for index, column in enumerate(self.columns):
            try:
                host = urlsplit(column.url).netloc
            except ValueError as error:
                raise ValueError(f"columns.{index}.url: {error}") from None
            if host not in self.hosts:
                raise ValueError(f"columns.{index}.url: {column.url} is on none of the hosts {', '.join(self.hosts)}")
        return self

    def owns(self, url: str) -> bool:
        """Whether ``url`` is on one of the portal's hosts; the scheme's own port need not be named."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return False
        usual = {"http": 80, "https": 443}.get(parts.scheme)
        return (parts.hostname or "") + ("" if port in (None, usual) else f":{port}") in self.hosts


def cron_trigger(cron: str) -> CronTrigger:
    """When a line of crontab(5), five fields, is due in Asia/Shanghai.

    Raises :class:`ValueError` for a line that is none, or that never comes round (31 February).
    """
    fields = cron.split()
    line = " ".join([*fields[:4], *(_weekdays(field) for field in fields[4:])])
    trigger = CronTrigger.from_crontab(line, timezone=TIMEZONE)
    if trigger.get_next_fire_time(None, datetime(2024, 1, 1, tzinfo=UTC)) is None:
        raise ValueError(f"'{cron}' never comes round")
    return trigger


def _weekdays(field: str) -> str:
    """A weekday field of crontab(5), where 0 and 7 are Sunday, by names: to APScheduler 3 the number 0 is Monday."""
    days: list[str] = []
    for part in field.split(","):
        match = re.fullmatch(r"(?:\*|([0-7])(?:-([0-7]))?)(?:/([1-9]))?", part)
        if match is None or part == "*":
            days.append(part)
            continue
        first, last, step = match.groups()
        last = last or (first if first and not step else "6")
        chosen = range(int(first or 0), int(last) + 1, int(step or 1))
        if not chosen:
            raise ValueError(f"weekdays '{part}' end before they begin")
        days += [_WEEKDAYS[day] for day in chosen]
    return ",".join(dict.fromkeys(days))


def read_portal(file: Path, platforms: Iterable[str]) -> Portal:
    """One definition. ``platforms`` are the keys that exist.

    Raises :class:`PortalError` naming file, key and reason.
    """
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        portal = Portal.model_validate(data)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise PortalError(f"{file}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        reason = re.sub(r"^Value error, ", "", first["msg"])
        raise PortalError(f"{file}: {key + ': ' if key else ''}{reason}") from None
    if portal.key != file.stem:
        raise PortalError(f"{file}: key: '{portal.key}' must be the file's name, '{file.stem}'")
    if portal.platform not in platforms:
        raise PortalError(f"{file}: platform: '{portal.platform}' is none of {', '.join(sorted(platforms))}")
    return portal


def load_portals(folders: Iterable[Path], platforms: Iterable[str]) -> dict[str, Portal]:
    """All definitions in ``folders`` by key, sorted.

    Raises :class:`PortalError` for the first that is wrong, a key that two files claim, or a folder that is not there.
    """
    known = tuple(platforms)
    portals: dict[str, Portal] = {}
    origin: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise PortalError(f"{folder}: no such folder of portal definitions")
        for file in sorted(folder.glob("*.toml")):
            portal = read_portal(file, known)
            if portal.key in portals:
                raise PortalError(f"{file}: key: '{portal.key}' stands in {origin[portal.key]} already")
            portals[portal.key], origin[portal.key] = portal, file
    return dict(sorted(portals.items()))
