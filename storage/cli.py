"""`dafu status` and `dafu show`: looking at what the store holds."""

from datetime import datetime
from typing import Annotated, Any

import typer

from crawler.wording import nearest
from storage import health, records, runs
from storage.console import local, print_json, print_table, printable, say
from storage.database import open_database
from storage.health import Health
from storage.models import COUNTS, Run, utc_now
from storage.refusal import Refused
from storage.settings import load_settings

NOTABLE = 0.8
"""A field that is found on less than this part of the pages that usually state it is named."""

AsJson = Annotated[bool, typer.Option("--json", help="JSON for programs.")]


def status(
    context: typer.Context,
    run_id: Annotated[
        int | None, typer.Option("--run", metavar="ID", help="One run and all that failed in it.")
    ] = None,
    portal: Annotated[str | None, typer.Option("--portal", metavar="KEY", help="Runs of one portal.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Runs shown.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Runs, counts, and what failed and why."""
    settings = load_settings()
    database = open_database(settings, to_read=True)
    if run_id is not None:
        found = runs.find(database, run_id)
        if found is None:
            raise Refused(f"there is no run {run_id}; see dafu status", exit_code=2)
        shown = [found]
    else:
        shown = runs.newest(database, portal=portal, limit=limit)
        if portal is not None and not shown and portal not in (defined := context.obj(settings)):
            # The store knows no definitions: dafu.py, where the rooms meet, gives the function that does.
            hint = nearest(portal, sorted({*defined, *(p["portal"] for p in records.portals(database))}))
            raise Refused(f"unknown portal '{portal}': neither defined nor in the store{hint}", exit_code=2)
    failures = runs.failures(database, [run.id for run in shown])
    held = records.count(database)
    by_portal = [] if run_id is not None else health.of_portals(database, portal)
    defined = context.obj(settings) if any(h.scheduled for h in by_portal) else {}
    lines = [_health(h, defined.get(h.portal), utc_now()) for h in by_portal]
    if as_json:
        print_json(
            {
                "home": str(settings.home.resolve()),
                "held": held,
                "portals": lines,
                "runs": [run_as_json(run) for run in shown],
                "failures": [
                    {"run": f.run_id, "url": f.url, "reason": f.reason, "message": f.message, "at": f.at}
                    for f in failures
                ],
            }
        )
        return
    print(f"{settings.home.resolve()}: " + ", ".join(f"{number} {name}" for name, number in held.items()))
    if lines:
        print_table(
            ("portal", "documents", "last success", "every", "last run", "fields", "failures"),
            (
                (
                    line["portal"], line["documents"], _minute(line["last_success"]), _cadence(line),
                    _outcome(h.run), _fields(line), ", ".join(f"{n} {name}" for name, n in line["failures"].items()),
                )
                for h, line in zip(by_portal, lines, strict=True)
            ),
            numbers=("documents",),
            whole=("portal", "last success"),
            spare=("documents",),
        )  # fmt: skip
    if portal is not None:
        for line in lines:
            _print_details(line)
    print_table(
        ("run", "portal", "trigger", "started", "ended", *COUNTS, "outcome"),
        (
            (
                run.id, run.portal, run.trigger + (" full" if run.full else ""), local(run.started_at),
                local(run.ended_at), *run.counts.values(), _outcome(run),
            )
            for run in shown
        ),
        title="runs, newest first",
        numbers=("run", *COUNTS),
        whole=("portal",),
        spare=("trigger", "ended", "unchanged", "duplicates", "gone", "changed", "listed", "started"),
    )  # fmt: skip
    for run in shown:
        if run.message:
            print(printable(f"run {run.id}, {run.portal}: {run.message}"))
        if run_id is not None:
            print(printable(f"reached: {run.way or 'not told'}"))
            unknown = (run.coverage or {}).get("unknown_labels")
            if unknown:
                print(printable(f"labels that the vocabulary does not know: {_counted(unknown)}"))
    if failures:
        most = None if run_id is not None else 20
        print_table(
            ("run", "reason", "url", "message"),
            ((f.run_id, f.reason, f.url, f.message) for f in failures[:most]),
            title="failures",
            numbers=("run",),
            whole=("reason",),
        )
        if most is not None and len(failures) > most:
            say(f"… and {len(failures) - most} more: dafu status --run ID")


def show(
    id_or_url: Annotated[str, typer.Argument(metavar="ID|URL")],
    version: Annotated[int | None, typer.Option(min=1, help="An earlier version.")] = None,
    as_json: AsJson = False,
) -> None:
    """One document: its record with where each value was read, its versions, URLs and attachments."""
    settings = load_settings()
    shown = records.find(open_database(settings, to_read=True), id_or_url, version)
    if shown is None:
        what = f"version {version} of '{id_or_url}'" if version else f"document '{id_or_url}'"
        raise Refused(f"there is no {what} in {settings.home}; ids and URLs stand in dafu dump", exit_code=1)
    row = shown.row
    if as_json:
        print_json(row)
        return
    provenance = row["provenance"]
    times = [(capture, "time") for capture in (row["capture"], *row["parts"])]
    for instants, name in ((row, "first_seen"), (row, "last_seen"), (row, "gone_since"), *times):
        instants[name] = instants[name] and local(datetime.fromisoformat(instants[name]))
    simple = {name: value for name, value in row.items() if name not in ("text", "labels", "provenance", "capture")}
    print_table(
        ("field", "value", "read at"),
        (
            (name, _readable(value), provenance.get(name, {}).get("where", ""))
            for name, value in {**simple, **{f"capture {k}": v for k, v in row["capture"].items()}}.items()
            if value not in (None, [], "")
        ),
    )
    if row["text"]:
        print(printable(row["text"]))
    print_table(
        ("version", "first seen", "last seen", "WARC file", "offset"),
        (
            (v.number, local(v.first_seen), local(v.last_seen), v.capture.warc_file, v.capture.warc_offset)
            for v in shown.versions
        ),
        title="versions",
        numbers=("version", "offset"),
    )
    print_table(
        ("portal", "url", "last seen", "gone since"),
        ((u.portal, u.url, local(u.last_seen), local(u.gone_since)) for u in shown.urls),
        title="stands under",
        whole=("portal",),
    )
    if shown.attachments:
        print_table(
            ("attachment", "url", "answer", "WARC file", "offset"),
            (
                (a.name, a.url, a.capture.status, a.capture.warc_file, a.capture.warc_offset)
                if a.capture
                else (a.name, a.url, "not asked", "", "")
                for a in shown.attachments
            ),
            title="attachments",
        )


def _outcome(run: Run) -> str:
    return f"{run.outcome}: {run.cause}" if run.cause else run.outcome or "going on"


def _health(of: Health, portal: Any, now: datetime) -> dict[str, Any]:
    """A portal's line for programs. ``portal`` is its definition, where its schedule is to be kept to."""
    interval = of.interval
    if of.scheduled and portal is not None:
        interval = portal.schedule.interval(of.run.started_at)
    worst = of.worst
    return {
        "portal": of.portal,
        "documents": of.documents,
        "missing": of.missing,
        "last_success": of.last_success,
        "last_new": of.last_new,
        "every_seconds": interval and round(interval.total_seconds()),
        "overdue": of.overdue(now, interval),
        "worst_field": worst and {"field": worst[0], "now": round(worst[1], 3), "usual": round(worst[2], 3)},
        "fields": {
            name: {"now": round(of.now.shares.get(name, 0), 3), "usual": round(share, 3)}
            for name, share in of.usual.shares.items()
        },
        "unknown_labels": dict(of.now.unknown_labels.most_common(health.MOST_LABELS)),
        "failures": dict(of.failures),
        "run": run_as_json(of.run),
    }


def _print_details(line: dict[str, Any]) -> None:
    """What the table of portals has no room for."""
    if line["fields"]:
        print_table(
            ("field", "found on", "usually"),
            ((name, f"{share['now']:.0%}", f"{share['usual']:.0%}") for name, share in line["fields"].items()),
            title="what pages state",
            numbers=("found on", "usually"),
        )
    print(f"last new: {_minute(line['last_new']) or 'never'}; missing, not yet gone: {line['missing']}")
    print(printable(f"reached: {line['run']['way'] or 'not told'}"))
    if line["unknown_labels"]:
        print(printable(f"labels that the vocabulary does not know: {_counted(line['unknown_labels'])}"))


def _fields(line: dict[str, Any]) -> str:
    worst = line["worst_field"]
    if worst is None:
        return ""
    if worst["now"] > NOTABLE * worst["usual"]:
        return "as usual"
    return f"{worst['field']} on {worst['now']:.0%}, usually {worst['usual']:.0%}"


def _cadence(line: dict[str, Any]) -> str:
    seconds = line["every_seconds"]
    if seconds is None:
        return ""
    hours = seconds / 3600
    every = f"{hours / 24:.0f} d" if hours > 36 else f"{hours:.0f} h" if hours >= 1 else f"{seconds / 60:.0f} min"
    return every + (", overdue" if line["overdue"] else "")


def _minute(at: datetime | None) -> str:
    return local(at)[:16]


def _counted(labels: dict[str, int]) -> str:
    return ", ".join(f"{label} ({number})" for label, number in labels.items())


def run_as_json(run: Run) -> dict[str, Any]:
    """A run for programs."""
    return {
        "run": run.id, "portal": run.portal, "trigger": run.trigger, "full": run.full, "started_at": run.started_at,
        "ended_at": run.ended_at, "outcome": run.outcome, "cause": run.cause, "message": run.message, "way": run.way,
        "counts": run.counts, "coverage": run.coverage,
    }  # fmt: skip


def _readable(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_readable(item) for item in value)
    if isinstance(value, dict):
        return " · ".join(str(part) for part in value.values() if part is not None)
    return str(value)
