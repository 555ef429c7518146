"""What people see: tables on standard output, progress and complaints on standard error."""

import json
import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

NARROWEST = 12
"""Columns of a terminal below which no text that may be broken into lines is pressed."""

SHANGHAI = ZoneInfo("Asia/Shanghai")

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_USERINFO = re.compile(r"//[^/@:\s]*(?::[^@\s]*)?@")

err = Console(stderr=True, highlight=False, soft_wrap=True)


def out() -> Console:
    """Standard output as it is now; where it is no terminal, as wide as COLUMNS says, or as it needs to be."""
    known = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
    return Console(highlight=False, width=None if known else 200)


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
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    title: str | None = None,
    numbers: Collection[str] = (),
    whole: Collection[str] = (),
    spare: Iterable[str] = (),
) -> None:
    """A table; the columns named in ``numbers`` are set flush right.

    They and the columns in ``whole`` (keys) are not broken into lines. Where there is not room enough, the columns in
    ``spare`` are left out, the least needed one, which stands first, before the others; a caption says so.
    """
    console = out()
    cells = [["" if value is None else printable(str(value)) for value in row] for row in rows]
    unbroken = {*numbers, *whole}

    def least(index: int) -> int:
        lines = "\n".join([columns[index], *(row[index] for row in cells)]).split("\n")
        widest = max(map(cell_len, lines))
        return widest if columns[index] in unbroken else min(widest, NARROWEST)

    shown = list(range(len(columns)))
    left_out: list[str] = []
    spares = iter(spare)
    while not (fits := sum(least(index) + 3 for index in shown) < console.width) and (name := next(spares, None)):
        left_out.append(name)
        shown.remove(columns.index(name))
    caption = f"no room for {', '.join(left_out)}: --json has all" if left_out else None
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left", header_style="bold")
    for column in (columns[index] for index in shown):
        justify: Literal["left", "right"] = "right" if column in numbers else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=fits and column in unbroken)
    for row in cells:
        table.add_row(*(Text(row[index]) for index in shown))
    console.print(table)


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
