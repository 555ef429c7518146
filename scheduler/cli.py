"""`dafu schedule`: crawling on time."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from crawler.registry import all_portals
from scheduler.schedule import Scheduler, missed, next_due
from storage import runs
from storage.console import local, print_json, print_table
from storage.database import open_database
from storage.settings import load_settings

app = typer.Typer(help="Crawl portals when they are due.", invoke_without_command=True)


@app.callback()
def schedule(
    context: typer.Context,
    hands: Annotated[int, typer.Option(min=1, help="Portals crawled at once.")] = 2,
) -> None:
    """Crawl portals when they are due, until SIGTERM or Ctrl-C. Dues missed while it was down count as one."""
    if context.invoked_subcommand is not None:
        return
    settings = load_settings()
    Scheduler(open_database(settings), settings, all_portals(settings), hands).run()


@app.command("list")
def list_schedule(as_json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False) -> None:
    """When each portal is due next, and how its last run ended."""
    settings = load_settings()
    database = open_database(settings)
    now = datetime.now(UTC)
    rows: list[dict[str, Any]] = []
    for portal in all_portals(settings).values():
        last = next(iter(runs.newest(database, portal=portal.key, limit=1)), None)
        overdue = missed(portal, runs.last_due(database, portal.key), now)
        row = {"portal": portal.key, "cron": portal.schedule.cron, "next_due": overdue or next_due(portal, now)}
        row |= {"overdue": overdue is not None, "last_run": last.started_at if last else None}
        rows.append(row | {"outcome": (last.outcome or "going on") if last else None})
    if as_json:
        print_json(rows)
        return
    print_table(
        ("portal", "schedule", "next due", "last run", "outcome"),
        (
            (
                row["portal"], row["cron"], local(row["next_due"]) + (" (missed)" if row["overdue"] else ""),
                local(row["last_run"]), row["outcome"],
            )
            for row in rows
        ),
        title="times of Asia/Shanghai",
        whole=("portal",),
    )  # fmt: skip
