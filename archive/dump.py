"""Dumps: every document's record, as bare rows or as a package that says what it holds (Frictionless Data Package)."""

import csv
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

from crawler.extraction.record import Record
from storage.models import utc_now
from storage.refusal import Refused

Format = Literal["jsonl", "csv"]

HEAD = ("id", "portal", "urls", "first_seen", "last_seen", "gone_since", "version", "capture")
"""What a row carries beside the record."""

FIELDS = (*HEAD, *Record.model_fields, "parts")
"""A row's columns; ``parts`` are the captures of the pages on which the document goes on."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for a formula at the start of a cell (OWASP, CSV Injection)."""


def write_rows(rows: Iterable[dict[str, Any]], format_: Format, out: IO[str]) -> int:
    """Write the bare rows; returns how many.

    In CSV, lists and objects are JSON in their cell, an absent value is an empty cell, and a text that a spreadsheet
    would take for a formula has an apostrophe before it.
    """
    written = 0
    if format_ == "csv":
        table = csv.writer(out)
        table.writerow(FIELDS)
        for row in rows:
            table.writerow([_cell(row[name]) for name in FIELDS])
            written += 1
        return written
    for row in rows:
        out.write(json.dumps({name: row[name] for name in FIELDS}, ensure_ascii=False) + "\n")
        written += 1
    return written


def write_package(rows: Iterable[dict[str, Any]], format_: Format, folder: Path) -> int:
    """Write ``records.jsonl`` or ``records.csv`` with ``datapackage.json`` into a folder; returns the number of rows.

    Both appear whole, at one go, or not at all. Raises :class:`~storage.refusal.Refused` where the folder can't be
    written.
    """
    name = f"records.{format_}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _whole(folder / name) as out, _whole(folder / "datapackage.json") as about:
            written = write_rows(rows, format_, out)
            out.flush()
            json.dump(_package(name, format_, Path(out.name), written), about, ensure_ascii=False, indent=2)
    except OSError as error:
        raise Refused(f"dump into {folder} refused: {error.strerror or error}; name another folder") from None
    return written


def _package(name: str, format_: Format, file: Path, rows: int) -> dict[str, Any]:
    with file.open("rb") as data:
        digest = hashlib.file_digest(data, "sha256").hexdigest()
    return {
        "name": "dafu-records",
        "title": "Replies of Chinese governments to 政协 proposals and 人大 suggestions, archived by dafu",
        "created": utc_now().isoformat(timespec="seconds"),
        "resources": [
            {
                "name": "records",
                "path": name,
                "format": format_,
                "mediatype": "text/csv" if format_ == "csv" else "application/jsonl",
                "encoding": "utf-8",
                "bytes": file.stat().st_size,
                "hash": f"sha256:{digest}",
                "rows": rows,
                "schema": {"primaryKey": "id", "fields": [_schema(field) for field in FIELDS]},
            }
        ],
    }


def to_standard_output(write: Callable[[IO[str]], int]) -> int:
    """Let ``write`` write to standard output in UTF-8, whatever the locale says."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    return write(sys.stdout)


@contextmanager
def _whole(file: Path) -> Iterator[IO[str]]:
    unfinished = file.with_name(f".{file.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as out:
            yield out
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def _cell(value: Any) -> str:
    if value in (None, []):
        return ""
    if isinstance(value, (list, dict, bool)):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    return "'" + text if text.startswith(_FORMULA) else text


def _schema(name: str) -> dict[str, str]:
    types = {"version": "integer", "first_seen": "datetime", "last_seen": "datetime", "gone_since": "datetime"}
    types |= {
        "met_in_person": "boolean",
        "capture": "object",
        "parts": "array",
        "urls": "array",
        "provenance": "object",
    }
    info = Record.model_fields.get(name)
    kind = "array" if info is not None and info.default == [] else types.get(name, "string")
    return {"name": name, "type": kind}
