"""`dafu demo`: the main job on a small fictional city, with every part between socket and database the real one."""

import json
import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli import carry_out, finish, print_failures, print_runs
from crawler.demo import LAST_STEP, City, Server
from crawler.platforms import PLATFORMS
from crawler.portals import load_portals
from crawler.runner import Job
from storage import runs
from storage.console import say
from storage.database import open_database
from storage.refusal import Refused
from storage.settings import load_settings

DEFINITIONS = Path(__file__).parent / "portals"


def demo(
    step: Annotated[bool, typer.Option("--step", help="Let some days go by in the city first.")] = False,
) -> None:
    """Crawl a small fictional city on loopback: fetch, archive, read, de-duplicate. Data: ./demo-data, or DAFU_HOME."""
    os.environ.setdefault("DAFU_HOME", "demo-data")
    os.environ["DAFU_PORTALS"] = str(DEFINITIONS)
    os.environ["DAFU_GONE_DAYS"] = "0"  # the city's days are steps
    settings = load_settings()
    database = open_database(settings)
    clock = settings.home / "city.json"
    if not clock.exists() and (settings.warc_folder.exists() or runs.newest(database, limit=1)):
        raise Refused(
            f"{settings.home} refused: it holds an archive that is no demo's; set DAFU_HOME to another folder"
        )
    now = _read_clock(clock)
    if step and now == LAST_STEP:
        raise Refused(f"the city's story ends after step {LAST_STEP}; begin anew with rm -r {settings.home}")
    now += step
    clock.write_text(json.dumps({"step": now}), encoding="utf-8")
    city = City(now)
    portals = load_portals([DEFINITIONS], PLATFORMS)
    say(f"{len(portals)} portals of a fictional city, {city.today}, served on loopback")
    with Server(city) as server:
        os.environ["http_proxy"] = server.proxy_url
        os.environ.pop("no_proxy", None)
        # A step is seen by a full crawl: a silent edit or a deletion shows in no list. One portal after the other, so
        # that of two portals with the same reply always the same one has it new.
        ended, refused = carry_out(database, settings, [Job(p, full=step) for p in portals.values()], {}, hands=1)
    print_runs(ended)
    print_failures(database, ended)
    if step:
        for finding in runs.findings(database, [run.id for run in ended]):
            fields = ", ".join(change[0] for change in finding.changes)
            print(f"{finding.verdict}: {finding.url}{f' ({fields})' if fields else ''}")
    _say_what_next(settings.home, now)
    if any(run.outcome not in ("done", "partial") for run in ended) or refused:
        finish(ended, refused)


def _read_clock(file: Path) -> int:
    try:
        return int(json.loads(file.read_text(encoding="utf-8"))["step"])
    except FileNotFoundError:
        return 0
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(f"{file} refused: it does not say how far the demo has come; remove {file.parent}") from None


def _say_what_next(home: Path, step: int) -> None:
    command = f"DAFU_HOME={shlex.quote(os.path.relpath(home))} {shlex.quote(os.path.relpath(sys.argv[0]))}"
    print(f"\nThe data lies in {home}: the store dafu.db, the archive warc/, the crawls' logs logs/. Next:")
    print(f"  {command} status")
    print(f"  {command} dump --format csv --output {shlex.quote(os.path.relpath(home))}/dump")
    print(f"  {command} reextract")
    if step < LAST_STEP:
        print(f"  {command} demo --step")
