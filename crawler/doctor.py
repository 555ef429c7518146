"""`dafu doctor`: is this installation able to do its work, and if not, what is to be done."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from pydantic import BaseModel

from archive.warc import ArchiveError, Place, read_response
from crawler.portals import TIMEZONE
from crawler.registry import definitions, portal_folders
from crawler.wording import read_toml
from storage import captures, runs
from storage.console import masked, print_json, print_table
from storage.database import Database, open_database
from storage.models import utc_now
from storage.refusal import Refused
from storage.settings import Settings, load_settings

PACKAGES = ("scrapy", "trafilatura", "sqlalchemy", "apscheduler", "warcio", "lxml")

LEAST_SPACE = 2**30
"""Bytes free below which the operator is warned: one WARC file's usual size."""

State = Literal["well", "look", "ill"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ``look`` is worth a look, ``ill`` keeps dafu from its work; ``advice`` says what to do."""

    what: str
    state: State
    found: str
    advice: str = ""


def doctor(as_json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False) -> None:
    """Check the installation, the data folder, the portals' definitions, the clock, and what site owners see of us."""
    findings = list(examine())
    if as_json:
        print_json([{"what": f.what, "state": f.state, "found": f.found, "advice": f.advice} for f in findings])
    else:
        rows = ((f.what, f.state, f.found, f.advice) for f in findings)
        print_table(("what", "state", "found", "what to do"), rows, whole=("what", "state"))
    if any(f.state == "ill" for f in findings):
        raise typer.Exit(1)


def examine() -> Iterator[Finding]:
    """Everything that is looked at, in an order in which one thing builds on another."""
    yield from _installation()
    try:
        settings = load_settings()
    except Refused as refusal:
        yield Finding("settings", "ill", str(refusal), "correct it")
        return
    yield from _settings(settings)
    yield from _data_folder(settings)
    try:
        database = open_database(settings)
    except Refused as refusal:
        yield Finding("database", "ill", str(refusal), "")
    else:
        yield from _database(settings, database)
        yield from _archive(settings, database)
        yield from _clock(database)
        database.close()
    yield from _portals(settings)
    yield _contact(settings)


def _installation() -> Iterator[Finding]:
    for package in PACKAGES:
        try:
            yield Finding(f"package {package}", "well", version(package))
        except PackageNotFoundError:
            yield Finding(
                f"package {package}", "ill", "not installed", "run make demo, which installs all that is locked"
            )


def _settings(settings: Settings) -> Iterator[Finding]:
    in_file = {}
    file = settings.home / "dafu.toml"
    if file.is_file():
        in_file = read_toml(file)
    model: type[BaseModel] = type(settings)
    for name in model.model_fields:
        variable = f"DAFU_{name.upper()}"
        origin = variable if os.environ.get(variable) else str(file) if name in in_file else "default"
        yield Finding(f"setting {name}", "well", f"{masked(str(getattr(settings, name)))} ({origin})")
    for variable in ("http_proxy", "https_proxy"):
        if proxy := os.environ.get(variable):
            shown = masked(proxy if "//" in proxy else f"//{proxy}")
            yield Finding(variable, "look", shown, "every portal without a proxy of its own is asked by it")


def _data_folder(settings: Settings) -> Iterator[Finding]:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / f".doctor-{os.getpid()}"
        probe.write_bytes(b"well")
        probe.unlink()
        free = shutil.disk_usage(settings.home).free
    except OSError as error:
        yield Finding("data folder", "ill", f"{settings.home}: {error.strerror}", "make it writable, or set DAFU_HOME")
        return
    yield Finding("data folder", "well", f"{settings.home.resolve()} is writable")
    space = f"{free / 2**30:.1f} GiB free"
    yield Finding("space", "well" if free >= LEAST_SPACE else "look", space, "" if free >= LEAST_SPACE else "make room")


def _database(settings: Settings, database: Database) -> Iterator[Finding]:
    yield Finding("database", "well", f"{database.engine.url.render_as_string()}, schema current")
    if database.engine.dialect.name == "sqlite":
        file = Path(database.engine.url.database or "").absolute()
        with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        sound = verdict == "ok"
        advice = "" if sound else "copy the folder away, then restore dafu.db from a backup"
        yield Finding("database file", "well" if sound else "ill", "sound" if sound else verdict, advice)
    dead = [run for run in runs.unfinished(database) if runs.is_dead(run, utc_now())]
    for run in dead:
        advice = f"nothing: the next crawl of {run.portal} ends it and goes on where it was"
        yield Finding("dead run", "look", f"run {run.id} of {run.portal}, process {run.pid} is gone", advice)


def _archive(settings: Settings, database: Database) -> Iterator[Finding]:
    newest = captures.newest_with_payload(database)
    if newest is None:
        yield Finding("archive", "well", "empty so far")
        return
    place = Place(newest.warc_file, newest.warc_offset, newest.warc_length)
    try:
        read_response(settings.warc_folder, place)
    except ArchiveError as error:
        yield Finding("archive", "ill", str(error), f"bring the WARC files back into {settings.warc_folder}")
        return
    files = len(list(Path(settings.warc_folder).glob("*.warc.gz")))
    yield Finding("archive", "well", f"{files} WARC files; the newest capture reads back")


def _clock(database: Database) -> Iterator[Finding]:
    try:
        here = datetime.now(ZoneInfo(TIMEZONE))
    except ZoneInfoNotFoundError:
        yield Finding("clock", "ill", f"no time zone {TIMEZONE}", "install the system's tzdata, or pip install tzdata")
        return
    newest = captures.newest_with_payload(database)
    behind = newest is not None and newest.fetched_at > utc_now() + timedelta(minutes=5)
    found = f"{here:%Y-%m-%d %H:%M} in {TIMEZONE}"
    if behind and newest is not None:
        yield Finding(
            "clock", "ill", f"{found}, before the newest capture ({newest.fetched_at:%Y-%m-%d %H:%M} UTC)", "set it"
        )
    else:
        yield Finding("clock", "well", found)


def _portals(settings: Settings) -> Iterator[Finding]:
    try:
        known = definitions(settings)
    except Refused as refusal:
        yield Finding("portals", "ill", str(refusal), "correct DAFU_PORTALS")
        return
    folders = ", ".join(map(str, portal_folders(settings)))
    yield Finding("portals", "well" if known else "ill", f"{len(known)} sound definitions in {folders}")
    for key, reason in known.refused.items():
        yield Finding(f"portal {key}", "ill", reason, "until then all but this portal are crawled")
    for portal in known.values():
        if portal.inferred:
            advice = f"confirm it with dafu portals check {portal.key}"
            yield Finding(f"portal {portal.key}", "look", f"inferred: {', '.join(portal.inferred)}", advice)
        if portal.tls_accept:
            yield Finding(f"portal {portal.key}", "look", f"TLS flaws accepted: {', '.join(portal.tls_accept)}")


def _contact(settings: Settings) -> Finding:
    if settings.contact:
        return Finding("contact", "well", f"site owners read: {settings.contact}; robots.txt is obeyed")
    advice = "set DAFU_CONTACT to a mail address or page where site owners reach you"
    return Finding("contact", "look", "none; robots.txt is obeyed", advice)
