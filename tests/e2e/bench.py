"""A data folder on which tests run dafu as its users do, and portals of which a test writes every page itself."""

from __future__ import annotations

import datetime
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from warcio.archiveiterator import ArchiveIterator

from crawler.demo.site import Page
from storage import records, runs
from storage.database import open_database
from storage.models import Failure, Finding, Run
from storage.settings import Settings

DAFU = Path(sys.executable).with_name("dafu")
ROOT = Path(__file__).parents[2]
DEMO = ROOT / "crawler" / "demo" / "portals"
PORTALS = sorted(file.stem for file in DEMO.glob("*.toml"))
HOST = "www.shelf.example"

DEFINITION = """
key = "{key}"
name = "书架区民政局"
hosts = ["{host}"]
{more}
[region]
code = "990103"
names = ["青澜省", "霁川市", "书架区"]
[[columns]]
name = "建议提案办理"
url = "http://{host}/list.html"
{columns}
[politeness]
delay = 0
"""


class Done(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


@dataclass
class Home:
    """A data folder; its commands reach the hosts of the demo's server through `proxy`."""

    path: Path
    proxy: str = "http://127.0.0.1:9"  # the discard port: nobody answers
    definitions: Path = DEMO
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The user's environment, without anything of dafu's or a proxy's that the tests' own may hold."""
        kept = {
            name: value
            for name, value in os.environ.items()
            # Children may keep their compiled modules: the second one starts much faster.
            if not name.startswith("DAFU_")
            and not name.lower().endswith("_proxy")
            and name not in ("PYTHONDONTWRITEBYTECODE", "COLUMNS")
        }
        own = {"DAFU_HOME": str(self.path), "DAFU_PORTALS": str(self.definitions), "http_proxy": self.proxy}
        own["DAFU_GONE_DAYS"] = "0"  # tests' days are steps
        return kept | own | self.more

    def start(self, *command: str | Path, **options: Any) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | options
        return subprocess.Popen([str(part) for part in command], env=self.environment, text=True, **pipes)

    def run(self, *command: str | Path, given: str | None = None, timeout: float = 300) -> Done:
        """Run a command to its end; `given` is its standard input."""
        done = subprocess.run(
            [str(part) for part in command], env=self.environment, text=True, capture_output=True, input=given or "",
            timeout=timeout,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def dafu(self, *arguments: str | Path, given: str | None = None) -> Done:
        """Run `dafu …`."""
        return self._fork("dafu", *arguments, given=given)

    def scrapy(self, *arguments: str) -> Done:
        """Run `scrapy …`."""
        return self._fork("scrapy", *arguments)

    def crawl(self, portal: str, *arguments: str) -> Run:
        """Crawl a portal by `scrapy crawl portal` (no parent process: quicker); returns its run."""
        done = self.scrapy("crawl", "portal", "-a", f"portal={portal}", *arguments)
        assert done.code == 0, done.err
        assert "Spider error" not in done.err, done.err
        return self.runs(portal)[0]

    def runs(self, portal: str | None = None) -> list[Run]:
        """The newest runs first."""
        return self._ask(lambda database: runs.newest(database, portal=portal, limit=100))

    def failures(self, run: Run) -> list[Failure]:
        """What failed in a run."""
        return self._ask(lambda database: runs.failures(database, [run.id]))

    def findings(self, *of: Run) -> list[Finding]:
        """What runs found."""
        return self._ask(lambda database: runs.findings(database, [run.id for run in of]))

    def rows(self) -> list[dict[str, Any]]:
        """Every document as a dump has it."""
        return self._ask(lambda database: list(records.rows(database)))

    def held(self) -> dict[str, int]:
        """How much the store holds."""
        return self._ask(records.count)

    def sql(self, query: str, *values: Any) -> list[Any]:
        """What the database says, past all our own code."""
        connection = sqlite3.connect(f"file:{self.path / 'dafu.db'}?mode=rw", uri=True)
        try:
            connection.row_factory = sqlite3.Row
            with connection:
                return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def warcs(self) -> list[Path]:
        """The WARC files, oldest first."""
        return sorted((self.path / "warc").glob("*.warc.gz"), key=lambda file: (file.stat().st_mtime, file.name))

    def _fork(self, *command: str | Path, given: str | None = None) -> Done:
        with tempfile.TemporaryDirectory() as folder:
            files = {name: str(Path(folder) / name) for name in ("stdin", "stdout", "stderr")}
            for file in files.values():
                Path(file).write_text("", encoding="utf-8")
            Path(files["stdin"]).write_text(given or "", encoding="utf-8")
            job = {"argv": [str(part) for part in command], "environment": self.environment, **files}
            process = _forks()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            code = int(process.stdout.readline())
            out, err = (Path(files[name]).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
            return Done(code, out, err)

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        database = open_database(Settings(home=self.path))
        try:
            return question(database)
        finally:
            database.close()


@cache
def _forks() -> subprocess.Popen[str]:
    """The process that runs commands; it ends with this one."""
    command = [sys.executable, "-m", "tests.e2e.forks"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)


class Kept(NamedTuple):
    """A record of the archive as it lies there: its type, the record's and the answer's headers, the bytes."""

    type: str
    about: Any
    http: Any
    payload: bytes


def kept(file: Path, offset: int) -> Kept:
    """The record that begins at `offset`."""
    with file.open("rb") as stream:
        stream.seek(offset)
        record = next(iter(ArchiveIterator(stream)))
        return Kept(record.rec_type, record.rec_headers, record.http_headers, record.raw_stream.read())


class Shelf:
    """What `crawler.demo.Server` serves instead of a city: one host whose pages stand in a dictionary."""

    def __init__(self, host: str = HOST) -> None:
        self.host = host
        self.pages: dict[str, Page | Callable[[], Page]] = {}
        self.step = 0
        self.robots: Page | None = None
        self.sites = {
            host: SimpleNamespace(
                header_charset="utf-8", encoding="utf-8", validators=False, gzip=False, chunked=False, key="shelf"
            )
        }

    def page(self, url: str, form: str = "") -> Page | None:
        """What stands under a URL."""
        found = self.pages.get(url.removeprefix(f"http://{self.host}"))
        return found() if callable(found) else found

    def modified(self, url: str) -> datetime.date:
        """Always the same day."""
        return datetime.date(2024, 11, 18)

    def put_list(self, *numbers: int, path: str = "/list.html", following: str | None = None) -> None:
        """Put a list page of letters."""
        rows = "".join(
            f'<li><a href="/letter/{n}.html">关于区政协三届二次会议第{n}号提案的答复</a>'
            f"<span>2024-05-{n % 28 + 1:02}</span></li>"
            for n in numbers
        )
        pager = f'<a href="{following}">下一页</a>' if following else "<span>下一页</span>"
        self.pages[path] = html("建议提案办理", f'<ul class="list">{rows}</ul><div class="page">{pager}</div>')

    def put_letters(self, *numbers: int, words: str = "明年起每月补助二十元") -> None:
        """Put letters that differ in what they say."""
        for n in numbers:
            self.pages[f"/letter/{n}.html"] = html(f"关于区政协三届二次会议第{n}号提案的答复", letter(n, words))


def html(title: str, main: str) -> Page:
    """A page."""
    return Page(f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{main}</body></html>")


def letter(number: int, words: str) -> str:
    """The body of a reply."""
    lines = (
        f"甘棠{number}委员：",
        f"您提出的《关于修缮{number}号敬老院的提案》收悉，现答复如下：",
        f"{number}号敬老院建于二十年前，有床位{number * 7}张，屋面渗漏、电路老化，去年冬天曾停用{number % 5 + 2}天。",
        f"我局已请区住建局鉴定，{words}，预计投入{number * 13}万元，明年六月底前完工，其间老人暂住邻近的中心敬老院。",
        "感谢您对养老服务工作的关心。",
        "书架区民政局",
        "2024年5月20日",
    )
    return '<div id="zoom">' + "".join(f"<p>{line}</p>" for line in lines) + "</div>"


def define(folder: Path, key: str = "shelf", host: str = HOST, more: str = "", columns: str = "") -> Path:
    """Write a portal's definition into a folder; returns the folder."""
    folder.mkdir(exist_ok=True)
    (folder / f"{key}.toml").write_text(
        DEFINITION.format(key=key, host=host, more=more, columns=columns), encoding="utf-8"
    )
    return folder


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something to be true; returns it."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
    return found


def kill(pid: int) -> None:
    """End a process without any chance to say goodbye."""
    os.kill(pid, signal.SIGKILL)
