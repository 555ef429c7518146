"""Portals as data: one TOML file a portal, checked to the last key."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from apscheduler.triggers.cron import CronTrigger
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from crawler.wording import first_fault, nearest, read_toml

BUILT_IN = Path(__file__).parent
TIMEZONE = "Asia/Shanghai"
UNKNOWN_PLACE = "000000"
"""The division code of a portal of which nobody knows yet where its organisation governs."""


def _text(pattern: str, wanted: str) -> AfterValidator:
    """Text that fits ``pattern`` from its first to its last character; else it is said what is ``wanted``."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"must be {wanted}, not {value[:60]!r}")
        return value

    return AfterValidator(check)


Key = Annotated[
    str,
    _text(r"(?=.{1,64}\Z)[a-z0-9]+(-[a-z0-9]+)*", "small letters and digits, joined by hyphens, at most 64 of them"),
]
Host = Annotated[
    str,
    _text(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?", "a host's name in small letters, with nothing before or after it"),
]
HttpUrl = Annotated[str, _text(r"https?://[^/\s]+\S*", "an address that begins with http:// or https://")]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")

TlsFlaw = Literal["expired", "wrong-name", "untrusted", "legacy-renegotiation", "weak-keys", "old-protocol"]
"""What may be wrong with a portal's TLS; :mod:`crawler.tls` says how each shows."""


class PortalError(ValueError):
    """A definition that is wrong: which file, which key, and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Region(_Strict):
    """行政区划: where the portal's organisation governs."""

    code: Annotated[str, _text(r"[0-9]{6}", "six digits in quotes")] = Field(
        description="GB/T 2260 division code; 000000 where it is not known"
    )
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

    def interval(self, after: datetime) -> timedelta:
        """Between the two due times that come next after an instant."""
        trigger = cron_trigger(self.cron)
        first: datetime = trigger.get_next_fire_time(None, after)
        second: datetime = trigger.get_next_fire_time(None, first + timedelta.resolution)
        return second - first


class Politeness(_Strict):
    """How gently the portal is asked."""

    delay: float = Field(default=1.0, ge=0, le=3600, description="seconds between two requests")
    concurrency: int = Field(default=1, ge=1, le=8, description="requests under way at once")
    timeout: float = Field(default=60, gt=0, le=3600, description="seconds to wait for an answer")
    revisits: int | None = Field(default=None, ge=0, description="known URLs asked again in a run; default: setting")
    stop_after_known: int | None = Field(
        default=None, ge=1, description="known rows in a row after which a list is not read on; default: a page of them"
    )


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
    years: tuple[HttpUrl, ...] = Field(
        default=(), description="pages that link a column for each year; those of new years are crawled, too"
    )
    schedule: Schedule = Schedule()
    politeness: Politeness = Politeness()
    proxy: HttpUrl | None = None
    tls_accept: tuple[TlsFlaw, ...] = Field(default=(), description="flaws of its TLS that are accepted")
    expectations: Expectations = Expectations()
    inferred: tuple[str, ...] = Field(default=(), description="keys that nobody has confirmed on the network yet")

    @model_validator(mode="after")
    def _columns_are_on_hosts(self) -> "Portal":
        named = {f"columns.{index}.url": column.url for index, column in enumerate(self.columns)}
        for key, url in (named | {f"years.{index}": url for index, url in enumerate(self.years)}).items():
            try:
                host = urlsplit(url).netloc
            except ValueError:  # a bracket in the host that belongs to no IPv6 address
                raise ValueError(f"{key}: {url} is no address") from None
            if host not in self.hosts:
                raise ValueError(f"{key}: {url} is on none of the hosts {', '.join(self.hosts)}")
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


def to_toml(portal: Portal, about: Iterable[str] = ()) -> str:
    """``portal`` as a definition's file that :func:`read_portal` reads back to the same; what has its default is left
    out. ``about`` are lines of comment above it."""
    given = portal.model_dump(mode="json", exclude_defaults=True)
    tables = {name: value for name, value in given.items() if isinstance(value, dict)}
    columns: list[dict[str, Any]] = given.pop("columns")
    parts = ["".join(f"# {_CONTROLS.sub(' ', text)}\n" for text in about)]
    parts[0] += _pairs({name: value for name, value in given.items() if name not in tables})
    parts += [f"\n[{name}]\n{_pairs(table)}" for name, table in tables.items() if name == "region"]
    parts += [f"\n[[columns]]\n{_pairs(column)}" for column in columns]
    parts += [f"\n[{name}]\n{_pairs(table)}" for name, table in tables.items() if name != "region"]
    return "".join(parts)


def _pairs(table: Mapping[str, Any]) -> str:
    # JSON's strings, numbers and lists are TOML's, but for the control character DEL.
    written = ((name, json.dumps(value, ensure_ascii=False)) for name, value in table.items())
    return "".join(f"{name} = {value}\n".replace("\x7f", "\\u007F") for name, value in written)


def cron_trigger(cron: str) -> CronTrigger:
    """When a line of crontab(5), five fields, is due in Asia/Shanghai.

    Raises :class:`ValueError` for a line that is none, or that never comes round (31 February).
    """
    fields = cron.split()
    if len(fields) != 5:
        raise ValueError(f"'{cron}' must have five fields: minute hour day month weekday")
    line = " ".join([*fields[:4], _weekdays(fields[4])])
    try:
        trigger = CronTrigger.from_crontab(line, timezone=TIMEZONE)
    except ValueError as error:
        reason = str(error).rpartition(": ")[2]
        raise ValueError(f"'{cron}' is no line of crontab (minute hour day month weekday): {reason}") from None
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


class Portals(dict[str, Portal]):
    """Portals by key, those of them whose definitions are sound; ``files`` says where these lie.

    ``refused`` says by key (the file's name) which file is wrong, in which key, and why.
    """

    def __init__(self, portals: Mapping[str, Portal], files: Mapping[str, Path], refused: Mapping[str, str]) -> None:
        super().__init__(portals)
        self.files, self.refused = files, refused


def read_portal(file: Path, platforms: Collection[str]) -> Portal:
    """One definition. ``platforms`` are the keys that exist.

    Raises :class:`PortalError` naming file, key and reason in one line.
    """
    try:
        portal = Portal.model_validate(_toml(file))
    except ValidationError as error:
        key, reason = first_fault(error, _keys)
        raise PortalError(f"{file}: {key + ': ' if key else ''}{reason}") from None
    if portal.key != file.stem:
        raise PortalError(f"{file}: key: '{portal.key}' must be the file's name, '{file.stem}'")
    if portal.platform not in platforms:
        raise PortalError(f"{file}: platform: '{portal.platform}' is unknown{nearest(portal.platform, platforms)}")
    return portal


def load_portals(folders: Iterable[Path], platforms: Collection[str]) -> Portals:
    """All definitions in ``folders``, sorted by key. One that is wrong refuses its own portal only, and so do two files
    with one name.

    Raises :class:`PortalError` for a folder that is not there or can't be read.
    """
    portals: dict[str, Portal] = {}
    files: dict[str, Path] = {}
    refused: dict[str, str] = {}
    for file in (file for folder in folders for file in _definitions(folder)):
        key = file.stem
        if key in files:
            refused[key] = f"{file}: key: '{key}' stands in {files[key]} already; remove one of the two"
            continue
        files[key] = file
        try:
            portals[key] = read_portal(file, platforms)
        except PortalError as error:
            refused[key] = f"{error}; correct it"
    return Portals({key: portals[key] for key in sorted(portals.keys() - refused.keys())}, files, refused)


def _definitions(folder: Path) -> list[Path]:
    """The TOML files in a folder but hidden ones, which are editors' and systems' own."""
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == ".toml" and not file.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        raise PortalError(f"{folder}: no such folder of portal definitions") from None
    except OSError as error:
        raise PortalError(f"{folder}: this folder of portal definitions can't be read: {error.strerror}") from None


def _toml(file: Path) -> dict[str, Any]:
    try:
        return read_toml(file)
    except (OSError, ValueError) as error:
        raise PortalError(f"{file}: {error.strerror if isinstance(error, OSError) else error}") from None


def _keys(place: Sequence[int | str]) -> Iterable[str]:
    """The keys that a definition may have at a place: of the portal, of one of its tables, or of a column."""
    tables: dict[int | str, type[BaseModel]] = {
        "region": Region, "columns": Column, "schedule": Schedule, "politeness": Politeness,
        "expectations": Expectations,
    }  # fmt: skip
    return (tables[place[0]] if place else Portal).model_fields
