"""`dafu dump` and `dafu reextract`: taking the archive away, and reading it again."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from archive import dump as dumps
from archive.reextract import reread_all, sources
from storage import records
from storage.console import print_json, printable, progress, say
from storage.database import open_database
from storage.refusal import Refused
from storage.settings import load_settings


def dump(
    output: Annotated[str, typer.Option(metavar="DIR|-", help="A folder for a package, - for the bare rows.")],
    format_: Annotated[str, typer.Option("--format", help="jsonl or csv.")] = "jsonl",
) -> None:
    """Every document's newest record, with its id, URLs, version and capture."""
    if format_ not in ("jsonl", "csv"):
        raise Refused(f"format '{format_}' refused: choose jsonl or csv", exit_code=2)
    chosen: Any = format_
    database = open_database(load_settings(), to_read=True)
    with progress("dumping", records.count(database)["documents"]) as advance:

        def rows() -> Any:
            for row in records.rows(database):
                yield row
                advance()

        if output == "-":
            dumps.to_standard_output(lambda out: dumps.write_rows(rows(), chosen, out))
            return
        written = dumps.write_package(rows(), chosen, Path(output))
    say(f"{written} records in {Path(output) / f'records.{chosen}'}, described in datapackage.json beside it")


def reextract(
    jobs: Annotated[int, typer.Option(min=1, help="Processes that read.")] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
) -> None:
    """Read every stored capture again from the WARC files, without the network. Readings change, versions don't."""
    settings = load_settings()
    database = open_database(settings, to_read=True)
    changed, failed, total = [], [], 0
    chosen = sources(database)
    with progress("reading again", len(chosen)) as advance:
        for result in reread_all(database, settings.warc_folder, chosen, jobs):
            total += 1
            advance()
            if result.error:
                failed.append(result)
                say(f"can't be read again: {result.url}: {result.error}")
            elif result.changed:
                changed.append(result)
    if as_json:
        print_json(
            {
                "read": total,
                "same": total - len(changed) - len(failed),
                "changed": [result.url for result in changed],
                "failed": [{"url": result.url, "error": result.error} for result in failed],
            }
        )
    else:
        same = total - len(changed) - len(failed)
        print(f"{total} readings: {same} the same, {len(changed)} changed, {len(failed)} failed")
        for result in changed[:20]:
            print(printable(f"changed: {result.url}"))
    if failed:
        raise typer.Exit(1 if len(failed) == total else 3)
