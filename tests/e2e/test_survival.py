"""Whatever happens to a crawl, nothing that was fetched is lost, and nothing is fetched that may not be."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo import Server
from crawler.demo.site import Page
from tests import soak
from tests.e2e.bench import DAFU, HOST, Home, Shelf, until

URL = f"http://{HOST}"
LETTERS = 12
Bench = tuple[Shelf, Server, Home]


@pytest.mark.slow
def test_killed_crawls_end_as_undisturbed_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.soak(seed=3, rounds=2, crowds=0), capsys.readouterr().out


@pytest.fixture
def small_disk(shelf: Bench) -> Iterator[Path]:
    """The data folder lies on a file system of its own, of 2 MB."""
    _, _, home = shelf
    home.path.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", home.path], capture_output=True).returncode:
        pytest.skip("only root may mount a file system")
    yield home.path
    subprocess.run(["umount", "--lazy", home.path], check=True)


def _path(first: Path) -> str:
    """PYTHONPATH with a folder before all others: its sitecustomize runs in every process."""
    return os.pathsep.join([str(first), *filter(None, [os.environ.get("PYTHONPATH")])])


def put_letters(shelf: Shelf) -> None:
    shelf.put_list(*range(1, LETTERS + 1))
    shelf.put_letters(*range(1, LETTERS + 1))


def assert_made_good(home: Home) -> None:
    """The next run has everything, and the archive is sound."""
    run = home.crawl("shelf")
    assert run.outcome == "done", run.message
    assert len(home.rows()) == LETTERS
    assert list(soak.unsound(home)) == []
    assert home.sql("SELECT url FROM urls WHERE tries > 0") == []


@pytest.mark.slow
@pytest.mark.parametrize("left", [0, 4096, 40_960, 90_112])
def test_a_full_disk_ends_the_run_in_one_line_and_the_next_one_goes_on(
    shelf: Bench, small_disk: Path, left: int
) -> None:
    """The archive or the store meets it first, as it happens."""
    pages, _, home = shelf
    put_letters(pages)
    for number in range(1, LETTERS + 1):  # what can't be compressed fills the archive
        page = pages.pages[f"/letter/{number}.html"]
        pages.pages[f"/letter/{number}.html"] = Page(f"{page.content}<!-- {os.urandom(4000).hex()} -->")
    home.held()  # makes the database
    ballast = small_disk / "ballast"
    room = os.statvfs(small_disk)
    with ballast.open("wb") as file:
        file.write(b"x" * max(room.f_bavail * room.f_frsize - left - 32_768, 0))
    done = home.dafu("crawl", "shelf")
    assert done.code == 1, done
    assert "Traceback" not in done.out + done.err
    said = done.out + done.err
    assert any(words in said for words in ("No space left", "is full", "disk I/O error", "can't be opened")), said
    ballast.unlink()
    assert_made_good(home)


@pytest.mark.slow
def test_a_locked_database_ends_the_run_in_one_line_and_the_next_one_goes_on(
    shelf: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages, server, home = shelf
    put_letters(pages)
    server.fail(r"/letter/", "slow:0.2")
    home.held()  # makes the database
    impatient = home.path / "sitecustomize.py"
    impatient.write_text("import storage.database\nstorage.database.BUSY_TIMEOUT = 0.2\n")
    home.more["PYTHONPATH"] = _path(home.path)
    crawl = home.start(DAFU, "crawl", "shelf")
    until(lambda: home.sql("SELECT 1 FROM documents"))
    locker = sqlite3.connect(home.path / "dafu.db", isolation_level=None, timeout=30)
    locker.execute("BEGIN IMMEDIATE")
    out, err = crawl.communicate(timeout=120)
    locker.close()
    assert crawl.returncode == 1, out + err
    assert "Traceback" not in out + err
    assert "database is locked" in out + err
    home.more.clear()
    server.heal()
    assert_made_good(home)


def test_requests_that_wait_for_robots_txt_together_all_obey_it(shelf: Bench) -> None:
    """A run that goes on after a kill asks many pages at once, before any rules are known."""
    pages, server, home = shelf
    pages.robots = pages.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /letter/\n", "text/plain")
    pages.put_letters(*range(1, 9))
    home.dafu("recrawl", *(f"{URL}/letter/{number}.html" for number in range(1, 9)))
    assert f"{URL}/robots.txt" in {line.url for line in server.log}
    assert not [line.url for line in server.log if "/letter/" in line.url]
    (run,) = home.runs()
    assert {failure.reason for failure in home.failures(run)} == {"robots"}


@pytest.mark.slow
def test_a_suspended_crawl_that_was_taken_for_dead_gives_up_when_it_wakes(shelf: Bench) -> None:
    """As when a machine sleeps: two processes must not write one run."""
    pages, server, home = shelf
    put_letters(pages)
    server.fail(r"/letter/(?!1\.)", "slow:4")  # so that it is under way long after its first document
    home.held()  # makes the database
    crawl = home.start(DAFU, "crawl", "shelf")
    until(lambda: home.sql("SELECT 1 FROM documents"))
    (first,) = home.runs()
    assert first.pid
    until(lambda: _suspend(home, first.pid))
    server.heal()
    second = home.crawl("shelf")
    assert second.outcome == "done", second.message
    os.kill(first.pid, signal.SIGCONT)
    out, err = crawl.communicate(timeout=120)
    assert crawl.returncode == 1, out + err
    log = next((home.path / "logs").iterdir()).read_text(encoding="utf-8")
    assert "giving up: its run was ended by another process" in log
    assert [(run.outcome, run.message) for run in home.runs()][1] == ("failed", "its process died")
    assert_made_good(home)


def _suspend(home: Home, pid: int) -> bool:
    """Stop a crawl where it does not hold the store's lock, and let it have been silent for a minute."""
    os.kill(pid, signal.SIGSTOP)
    try:
        home.sql("UPDATE runs SET heartbeat_at = datetime(heartbeat_at, '-61 seconds')")
    except sqlite3.OperationalError:
        os.kill(pid, signal.SIGCONT)
        return False
    return True


DIES = """
import os, signal
import storage.documents as documents
at, save = os.environ["DIES_AT"], documents.{function}
def dies(database, *arguments):
    if any(at in str(argument) for argument in arguments):
        os.kill(os.getpid(), signal.SIGKILL)
    return save(database, *arguments)
documents.{function} = dies
"""


@pytest.mark.parametrize(
    ("function", "at"), [("save", "/letter/2.html"), ("save_attachment", "/files/2.pdf"), ("gone", "/letter/2.html")]
)
def test_what_was_kept_but_not_yet_read_when_the_kill_came_is_no_answer_of_unchanged(
    shelf: Bench, function: str, at: str
) -> None:
    """The validators that go with the next request are those of what the store shows, not of what the archive has."""
    pages, _, home = shelf
    pages.sites[HOST].validators = True
    home.more["DAFU_REVISITS"] = "0"
    pages.put_list(1, 2, 3)
    pages.put_letters(1, 2, 3)
    link = '<p>附件：<a href="/files/2.pdf">名单.pdf</a></p><p>书架区民政局'
    page = pages.pages["/letter/2.html"]
    pages.pages["/letter/2.html"] = Page(page.content.replace("<p>书架区民政局", link))
    pages.pages["/files/2.pdf"] = Page(b"%PDF-1.4 first", "application/pdf")
    home.crawl("shelf")
    if function == "save":
        pages.pages[at] = Page(pages.pages[at].content.replace("补助二十元", "补助九十元"))
    elif function == "save_attachment":
        pages.pages[at] = Page(b"%PDF-1.4 second", "application/pdf")
    else:
        del pages.pages[at]
    home.path.joinpath("sitecustomize.py").write_text(DIES.format(function=function), encoding="utf-8")
    home.more |= {"PYTHONPATH": _path(home.path), "DIES_AT": at}
    crawl = (sys.executable, "-m", "scrapy", "crawl", "portal", "-a", "portal=shelf", "-a", "full=1")
    assert home.run(*crawl).code == -signal.SIGKILL
    del home.more["PYTHONPATH"], home.more["DIES_AT"]
    run = home.crawl("shelf", "-a", "full=1")
    assert run.counts["gone" if function == "gone" else "changed"] == 1
    (finding,) = home.findings(run)
    assert finding.url.endswith("/letter/2.html")
    assert list(soak.unsound(home)) == []
