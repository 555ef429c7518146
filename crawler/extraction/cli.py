"""``dafu extract``: pages in, one JSON record a line out."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from crawler.extraction.pool import each
from crawler.extraction.reader import extract

_DONE, _FAILED, _USAGE, _PARTLY = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class _Job:
    """One page to read: its name as given, where it lies (``None`` for stdin's bytes, then in ``data``), its URL."""

    file: str
    path: Path | None
    url: str | None = None
    data: bytes | None = None


def extract_command(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="HTML pages; - is stdin.")] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help='JSON lines {"file", "url"}; paths relative to the manifest\'s folder.'),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Read with so many processes.")] = 1,
) -> None:
    """Read pages and print one record a line as JSON, in the order given.

    Exit code 0: all read; 1: none could be read; 3: some could not be read, one line on stderr for each.
    """
    if not files and manifest is None:
        _complain("nothing to read: give FILEs, or --manifest FILE")
        raise typer.Exit(_USAGE)
    tasks = chain(map(_from_argument, files or []), _from_manifest(manifest) if manifest else [])
    good = bad = 0
    for line, problem in each(_read, tasks, jobs):
        if problem is None:
            sys.stdout.write(f"{line}\n")
            good += 1
        else:
            _complain(problem)
            bad += 1
    sys.stdout.flush()
    if bad:
        raise typer.Exit(_PARTLY if good else _FAILED)


def _complain(problem: str) -> None:
    typer.echo(f"dafu extract: {problem}", err=True)


def _from_argument(path: Path) -> _Job:
    if str(path) == "-":
        return _Job("-", None, data=sys.stdin.buffer.read())
    return _Job(str(path), path)


def _from_manifest(manifest: Path) -> Iterator[_Job | str]:
    """The manifest's jobs, and for each line that is none a problem."""
    try:
        text = manifest.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        yield f"cannot read the manifest {manifest}: {_reason(error)}"
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            file, url = entry["file"], entry.get("url")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            yield f'{manifest}:{number}: not a JSON object with "file"'
            continue
        if not isinstance(file, str) or not file or not (url is None or isinstance(url, str)):
            yield f'{manifest}:{number}: "file" must be a path, "url" a URL or null'
            continue
        yield _Job(file, manifest.parent / file, url)


def _read(task: _Job | str) -> tuple[str, str | None]:
    """The record as one line of JSON and no problem, or nothing and the problem."""
    if isinstance(task, str):
        return "", task
    try:
        data = task.data if task.path is None or task.data is not None else task.path.read_bytes()
    except (OSError, ValueError) as error:
        return "", f"cannot read {task.file}: {_reason(error)}"
    record = extract(data or b"", task.url)
    line = json.dumps({"file": task.file, **record.as_json()}, ensure_ascii=False)
    return line.encode("utf-8", "replace").decode("utf-8"), None


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
