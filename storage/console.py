"""What people see: tables on standard output, progress and complaints on standard error."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

SHANGHAI = ZoneInfo("Asia/Shanghai")

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_USERINFO = re.compile(r"//[^/@:\s]*(?::[^@\s]*)?@")

err = Console(stderr=True, highlight=False, soft_wrap=True)


def out() -> Console:
    """Standard output as it is now; as wide as it needs to be where it is no terminal."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 200)


def printable(text: str) -> str:
    """``text`` for a terminal: C0 and C1 control characters but line breaks and tabs, which a hostile page may use to
    command it, are shown as �."""
    return _CONTROLS.sub("�", text)


def masked(text: str) -> str:
    """``text`` with *** where a URL in it, of a proxy or a database, holds a user name or password."""
    return _USERINFO.sub("//***@", text)


def local(at: datetime | None) -> str:
    """A stored instant as people here read it."""
    return "" if at is None else at.astimezone(SHANGHAI).isoformat(" ", "seconds")


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str | None = None, numbers: Iterable[str] = ()
) -> None:
    """A table; the columns named in ``numbers`` are set flush right."""
    table = Table(title=title, title_justify="left", header_style="bold")
    right = set(numbers)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if value is None else printable(str(value))) for value in row))
    out().print(table)


def print_json(value: Any) -> None:
    """One JSON value on standard output, its control characters escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    print(re.sub(r"[\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", text))


def say(text: str) -> None:
    """A line for the reader of standard error."""
    err.print(Text(printable(text)))


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Any]:
    """Progress of long work: a bar on a terminal, a line now and then elsewhere. Yields ``advance()``."""
    if err.is_terminal:
        bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=err, transient=True,
        )  # fmt: skip
        with bar:
            task = bar.add_task(what, total=total)
            yield lambda: bar.advance(task)
        return
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        if done % 1000 == 0:
            say(f"{what}: {done}{f' of {total}' if total else ''}")

    yield advance


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")
