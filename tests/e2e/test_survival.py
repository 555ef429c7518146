"""Whatever happens to a crawl, nothing that was fetched is lost, and nothing is fetched that may not be."""

import os
import sqlite3
import subprocess
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


def test_killed_crawls_end_as_undisturbed_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.soak(seed=3, rounds=3, crowds=0), capsys.readouterr().out


@pytest.fixture
def small_disk(shelf: Bench) -> Iterator[Path]:
    """The data folder lies on a file system of its own, of 2 MB."""
    _, _, home = shelf
    home.path.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", home.path], capture_output=True).returncode:
        pytest.skip("only root may mount a file system")
    yield home.path
    subprocess.run(["umount", "--lazy", home.path], check=True)


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
    home.dafu("status")  # makes the database
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


def test_a_locked_database_ends_the_run_in_one_line_and_the_next_one_goes_on(
    shelf: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages, server, home = shelf
    put_letters(pages)
    server.fail(r"/letter/", "slow:0.2")
    home.dafu("status")
    impatient = home.path / "sitecustomize.py"
    impatient.write_text("import storage.database\nstorage.database.BUSY_TIMEOUT = 0.2\n")
    home.more["PYTHONPATH"] = str(home.path)
    crawl = home.start(DAFU, "crawl", "shelf")
    until(lambda: home.sql("SELECT 1 FROM documents"))
    locker = sqlite3.connect(home.path / "dafu.db", isolation_level=None, timeout=30)
    locker.execute("BEGIN IMMEDIATE")
    out, err = crawl.communicate(timeout=60)
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
