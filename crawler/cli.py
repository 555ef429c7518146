"""`dafu portals`, `dafu crawl` and `dafu recrawl`: getting pages."""

import math
import sys
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.live import Live
from rich.table import Table

from crawler.platforms import PLATFORMS
from crawler.portals import BUILT_IN, Portal, Portals
from crawler.registry import all_portals, definitions, one_of, portal_of
from crawler.runner import Crew, Job
from storage import frontier, runs
from storage.cli import run_as_json as plain_run
from storage.console import err, out, print_json, print_table, printable, say
from storage.database import Database, open_database
from storage.models import COUNTS, Run
from storage.refusal import Refused
from storage.settings import Settings, load_settings

Overrides = Annotated[
    list[str] | None, typer.Option("-s", metavar="NAME=VALUE", help="A Scrapy setting; wins over the definition.")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for programs.")]

portals_app = typer.Typer(help="The portals that dafu knows.", invoke_without_command=True)


@portals_app.callback()
def portals(context: typer.Context) -> None:
    """List the portals (the same as `dafu portals list`)."""
    if context.invoked_subcommand is None:
        list_portals()


@portals_app.command("list")
def list_portals(as_json: AsJson = False) -> None:
    """List the portals with their columns, schedule and what is inferred."""
    known = all_portals(load_settings())
    if as_json:
        print_json([portal.model_dump(mode="json") for portal in known.values()])
        _end_partly(known.refused)
        return
    print_table(
        ("key", "name", "platform", "region", "hosts", "columns", "schedule", "inferred"),
        (
            (
                p.key, p.name, p.platform, f"{p.region.code} {''.join(p.region.names)}", "\n".join(p.hosts),
                "\n".join(c.name for c in p.columns), p.schedule.cron, "\n".join(p.inferred),
            )
            for p in known.values()
        ),
        whole=("key", "platform", "hosts", "schedule", "inferred"),
        spare=("schedule", "region", "columns", "platform"),
    )  # fmt: skip
    say("platforms: " + ", ".join(f"{key} ({platform.name})" for key, platform in PLATFORMS.items()))
    say(f"definitions: {BUILT_IN}, portals/ in the data folder, and the folder that DAFU_PORTALS names")
    _end_partly(known.refused)


@portals_app.command("check")
def check_portals(
    keys: Annotated[list[str] | None, typer.Argument(metavar="[PORTAL…]", help="Default: all.")] = None,
    online: Annotated[bool, typer.Option(help="Ask each column's first page, too.")] = True,
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Check definitions: their files, then what each column's first page answers."""
    settings = load_settings()
    known = definitions(settings) if keys else all_portals(settings)
    chosen = _chosen(known, keys)
    refused = [] if keys else list(known.refused)
    say(f"{len(chosen)} definition{'s' * (len(chosen) != 1)} well formed{f', {len(refused)} refused' * bool(refused)}")
    if not online:
        _end_partly(refused)
        return
    from crawler.spiders.check import look  # Scrapy is slow to import, and only this needs it

    found = look(chosen, settings, parse_overrides(overrides))
    if as_json:
        print_json(found)
    else:
        print_table(
            ("portal", "column", "answer", "platform", "rows", "total", "pages on", "first row", "changed", "inferred"),
            (
                (
                    f["portal"], f["column"], f["answer"], f["platform"], f["rows"], f["total"], f["next"], f["first"],
                    "\n".join(f["changed"]), "\n".join(f["inferred"]),
                )
                for f in found
            ),
            numbers=("rows", "total"),
            whole=("portal", "platform", "inferred"),
            spare=("total", "platform", "pages on", "first row"),
        )  # fmt: skip
        for portal in chosen:
            sure = dict.fromkeys(key for f in found if f["portal"] == portal.key for key in f["confirmed"])
            if sure:
                print(f"confirmed: {', '.join(sure)} — strike them from {known.files[portal.key]}")
    if not all(f["rows"] for f in found):
        raise Refused("some columns show no rows: correct their definitions, or try again from another network")
    _end_partly(refused)


def probe(
    url: Annotated[str, typer.Argument(metavar="URL", help="Any page of a portal: home page, a column, a reply.")],
    write: Annotated[bool, typer.Option("--write", help="Save the definition where dafu crawl finds it.")] = False,
    key: Annotated[str | None, typer.Option("--key", help="The portal's key; by default it follows the host.")] = None,
    tls_accept: Annotated[
        list[str] | None, typer.Option("--tls-accept", metavar="FLAW", help="A flaw of its TLS that is accepted.")
    ] = None,
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Find a new portal's columns of replies, within 20 requests, and print its definition."""
    settings = load_settings()
    from crawler.spiders.probe import checked, look_at, save  # Scrapy is slow to import, and only this needs it

    address, flaws = checked(url, key, tls_accept or [])
    wanted = parse_overrides(overrides)
    if err.is_terminal:
        with err.status(f"asking {address}") as status:
            found = look_at(address, settings, wanted, flaws, key, lambda asked, said: status.update(f"{said} {asked}"))
    else:
        found = look_at(address, settings, wanted, flaws, key)
    file = save(found, settings) if write else None
    if as_json:
        print_json({**found, "file": str(file) if file else None})
        return
    _print_probe(found)
    if file:
        say(f"written: {file} and its golden page; next: dafu crawl {found['portal']['key']}")


def _print_probe(found: dict[str, Any]) -> None:
    """What a probe found, for a person to judge; last the definition."""
    portal = found["portal"]
    print(printable(f"{portal['name']} ({', '.join(portal['hosts'])}), {found['requests']} requests"))
    for name in ("robots", "crawl_delay", "charset", "conditional", "site_code"):
        print(printable(f"  {name.replace('_', ' ')}: {found[name] if found[name] is not None else 'not stated'}"))
    print_table(
        ("column", "publishes", "platform", "rows", "like replies", "total", "second page", "url"),
        (
            (
                c["name"], c["publishes"], c["platform"], c["rows"], c["like_replies"], c["total"],
                c["second_page"] or ("there is none" if c["asked"] and not c["goes_on"] else "not asked"), c["url"],
            )
            for c in found["columns"]
        ),
        numbers=("rows", "like replies", "total"),
        spare=("platform", "like replies", "publishes"),
    )  # fmt: skip
    print_table(
        ("title", "kind", "proposal", "signed", "published", "characters", "fields read", "flags", "answer"),
        (
            (
                s.get("title"), s.get("kind"), _proposal(s), s.get("signed_on"), s.get("published_at"),
                s.get("characters"), ", ".join(s.get("fields", ())), ", ".join(s.get("flags", ())), s["answer"],
            )
            for s in found["sample"]
        ),
        numbers=("characters",),
        spare=("answer", "fields read", "published", "flags", "proposal"),
    )  # fmt: skip
    for note in found["notes"]:
        print(printable(f"- {note}"))
    print(printable(f"\n{found['toml']}"), end="")


def _proposal(shown: dict[str, Any]) -> str:
    of: dict[str, Any] = next(iter(shown.get("proposals", ())), {})
    return " ".join(str(of[name]) for name in ("level", "body", "term", "session", "number") if of.get(name))


def crawl(
    keys: Annotated[list[str] | None, typer.Argument(metavar="PORTAL…", help="Keys of portals.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every portal that is known.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Ask everything again, conditionally where possible.")] = False,
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Crawl portals now: lists, unknown pages, and a budget of known ones."""
    settings = load_settings()
    if bool(keys) == every:
        raise Refused("name the portals to crawl, or --all for every one (see dafu portals)", exit_code=2)
    known = all_portals(settings) if every else definitions(settings)
    chosen = _chosen(known, keys)
    wanted = parse_overrides(overrides)
    database = open_database(settings)
    ended, refused = carry_out(database, settings, [Job(portal, full=full) for portal in chosen], wanted)
    if as_json:
        print_json([run_as_json(database, run) for run in ended])
    else:
        print_runs(ended)
        print_failures(database, ended)
    finish(ended, [*refused, *(known.refused if every else ())])


def recrawl(
    urls: Annotated[list[str] | None, typer.Argument(metavar="URL…")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A file with a URL a line; - for standard input.")] = None,
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Ask URLs anew and show what changed, field by field."""
    settings = load_settings()
    wanted = list(dict.fromkeys([*(urls or []), *(_lines(file) if file else [])]))
    if not wanted:
        raise Refused("name the URLs to ask anew, or a file of them with --file", exit_code=2)
    known = all_portals(settings)
    by_portal: dict[str, list[str]] = defaultdict(list)
    for url in wanted:
        by_portal[portal_of(known, url).key].append(url)
    database = open_database(settings)
    jobs = [Job(known[key], urls=tuple(of_portal)) for key, of_portal in by_portal.items()]
    ended, refused = carry_out(database, settings, jobs, parse_overrides(overrides))
    if as_json:
        print_json([run_as_json(database, run) for run in ended])
    else:
        found = runs.findings(database, [run.id for run in ended])
        for finding in found:
            said = f"{finding.verdict}: {finding.url} (document {finding.document_id}, version {finding.version})"
            print(printable(said))
            for name, before, after in finding.changes:
                print(printable(f"  {name}\n    - {_short(before)}\n    + {_short(after)}"))
        told = {finding.url for finding in found} | {failure.url for failure in print_failures(database, ended)}
        began = min((run.started_at for run in ended), default=None)
        for url in wanted:
            row = frontier.known(database, url)
            if (row.url if row else url) in told:
                continue
            if row is None or row.asked_at is None or began is None or row.asked_at < began:
                print(printable(f"not asked: {url}"))
            else:
                print(printable(f"{_standing(row.gone_since, began, row.missing_since)}: {url}"))
    finish(ended, refused)
    failed = {failure.url for failure in runs.failures(database, [run.id for run in ended])} & set(wanted)
    if failed:  # the run may be done all the same: that there is no such page is an answer
        raise typer.Exit(1 if failed == set(wanted) else 3)


def carry_out(
    database: Database, settings: Settings, jobs: list[Job], overrides: dict[str, str], hands: int = 2
) -> tuple[list[Run], list[str]]:
    """Crawl ``hands`` portals at once, with progress on standard error.

    Returns the runs, oldest first, and what was refused.
    """
    crew = Crew(database, settings, overrides, hands)
    for job in jobs:
        crew.add(job)
    if err.is_terminal:
        with Live(console=err, transient=True, refresh_per_second=4) as live:
            ended = crew.work(lambda going: live.update(_runs_table(going, brief=True)), _say_stopping)
    else:
        ended = crew.work(on_stop=_say_stopping)
    for line in crew.refused:
        say(f"dafu: {line}")
    return sorted(ended, key=lambda run: run.id), crew.refused


def _say_stopping(crawls: int) -> None:
    of = "1 crawl" if crawls == 1 else f"{crawls} crawls"
    say(f"stopping: pages under way of {of} are finished first; Ctrl-C again stops at once")


def finish(ended: list[Run], refused: list[str]) -> None:
    """End the command with the exit code that the runs deserve."""
    outcomes = {run.outcome for run in ended} | ({"failed"} if refused else set())
    if outcomes <= {"done"}:
        return
    raise typer.Exit(1 if outcomes == {"failed"} else 3)


def print_runs(ended: list[Run]) -> None:
    """The table of runs by portal."""
    console, table = out(), _runs_table(ended)
    needed = console.measure(table, options=console.options.update(max_width=1000)).maximum
    console.print(table if needed <= console.width else _runs_table(ended, brief=True))
    for run in ended:
        if run.message:
            print(printable(f"{run.portal}: {run.message}"))


def print_failures(database: Database, ended: list[Run], most: int = 20) -> list[Any]:
    """What failed and why, on standard error; returns it all."""
    failures = runs.failures(database, [run.id for run in ended])
    for failure in failures[:most]:
        say(f"failed ({failure.reason}): {failure.url}{' — ' + failure.message if failure.message else ''}")
    if len(failures) > most:
        say(f"… and {len(failures) - most} more: dafu status --run {ended[-1].id}")
    return failures


def run_as_json(database: Database, run: Run) -> dict[str, Any]:
    """A run with what it found and what failed, for programs."""
    return {
        **plain_run(run),
        "findings": [
            {
                "verdict": f.verdict,
                "url": f.url,
                "id": f.document_id,
                "version": f.version,
                "changes": [dict(zip(("field", "before", "after"), change, strict=True)) for change in f.changes],
            }
            for f in runs.findings(database, [run.id])
        ],
        "failures": [
            {"url": f.url, "reason": f.reason, "message": f.message} for f in runs.failures(database, [run.id])
        ],
    }


def parse_overrides(given: list[str] | None) -> dict[str, str]:
    """``NAME=VALUE`` pairs as a mapping.

    Raises :class:`~storage.refusal.Refused` for what is no pair, no setting of Scrapy's, or no number where one is
    wanted: a slip would crawl with another delay than the user believes.
    """
    if given:
        from scrapy.settings import default_settings  # slow to import, and only this needs it
    pairs = {}
    for item in given or []:
        name, equals, value = item.partition("=")
        if not equals or not name.isidentifier():
            raise Refused(f"-s {item} refused: write -s NAME=VALUE, e.g. -s DOWNLOAD_DELAY=0", exit_code=2)
        usual = getattr(default_settings, name, None)
        if not hasattr(default_settings, name):
            raise Refused(f"-s {item} refused: Scrapy has no setting {name}", exit_code=2)
        if isinstance(usual, int | float) and not _is_number(value, or_truth=isinstance(usual, bool)):
            raise Refused(f"-s {item} refused: {name} takes values like {usual}", exit_code=2)
        pairs[name] = value
    return pairs


def _is_number(value: str, or_truth: bool) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return or_truth and value.lower() in ("true", "false")


def _chosen(known: Portals, keys: list[str] | None) -> list[Portal]:
    """The portals with these keys, or all."""
    return [one_of(known, key) for key in dict.fromkeys(keys)] if keys else list(known.values())


def _end_partly(refused: Collection[str]) -> None:
    if refused:
        raise typer.Exit(3)


def _runs_table(of: list[Run], brief: bool = False) -> Table:
    """The runs; ``brief`` leaves out what is 0 in all of them, so that it fits into a terminal of 80 columns."""
    counts = [name for name in COUNTS if not brief or name in ("listed", "fetched") or any(r.counts[name] for r in of)]
    table = Table(header_style="bold")
    table.add_column("portal", no_wrap=True)
    for name in counts:
        table.add_column(name, justify="right")
    table.add_column("outcome")
    for run in of:
        table.add_row(run.portal, *(str(run.counts[name]) for name in counts), run.outcome or "going on")
    return table


def _lines(file: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} can't be read: {error}", exit_code=2) from None
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _standing(gone_since: datetime | None, began: datetime, missing_since: datetime | None = None) -> str:
    """What a URL is that was asked since ``began`` and of whose document nothing is to be told (it may stand elsewhere,
    too)."""
    if gone_since is None:
        return "unchanged" if missing_since is None else "missing, and gone if it is so for days (DAFU_GONE_DAYS)"
    return "gone" if gone_since >= began else "still gone"


def _short(value: Any, most: int = 300) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"
