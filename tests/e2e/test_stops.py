"""Crawls that are stopped, killed, or not alone: nothing is lost, and the next run goes on."""

import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from crawler.demo import City, Server
from crawler.demo.site import Page
from storage.models import Run
from tests.e2e.bench import DAFU, HOST, PORTALS, Home, Shelf, kept, kill, until

URL = f"http://{HOST}"
Bench = tuple[Shelf, Server, Home]
LETTERS = 20
CRAWL = (DAFU, "crawl", "shelf", "-s", "CONCURRENT_REQUESTS=2")
ALL = [f"{URL}/letter/{number}.html" for number in range(1, LETTERS + 1)]


@pytest.fixture
def slow(shelf: Bench) -> Bench:
    """A portal of letters with an attachment each on two list pages; some letters and files take their time."""
    pages, server, home = shelf
    home.more["DAFU_REVISITS"] = "0"  # what was left is asked for because it was left
    pages.put_list(*range(1, 13), following="list_2.html")
    pages.put_list(*range(13, LETTERS + 1), path="/list_2.html")
    pages.put_letters(*range(1, LETTERS + 1))
    for number in range(1, LETTERS + 1):
        page = pages.pages[f"/letter/{number}.html"]
        link = f'<p>附件：<a href="/files/{number}.pdf">名单{number}.pdf</a></p>'
        pages.pages[f"/letter/{number}.html"] = Page(page.content.replace("<p>书架区民政局", f"{link}<p>书架区民政局"))
        pages.pages[f"/files/{number}.pdf"] = Page(b"%%PDF-1.4 %d" % number, "application/pdf")
    server.fail(r"/(files|letter)/\d*[369]\.", "slow:0.3")
    return shelf


def under_way(home: Home) -> Callable[[], bool]:
    """Whether the newest run has read something."""

    def something_is_read() -> bool:
        try:
            return bool(home.sql("SELECT 1 FROM documents"))
        except sqlite3.OperationalError:  # no database yet
            return False

    return something_is_read


def assert_made_good(home: Home, server: Server, killed: bool = True) -> Run:
    """The next run ends with all that an undisturbed one has, attachments too, and asks nothing twice for nothing: but
    what was in the archive and not yet in its document when the process was ``killed``."""
    had = {row["url"] for row in home.sql("SELECT url FROM captures WHERE url LIKE '%/files/%' AND status = 200")}
    server.heal()
    server.log.clear()
    run = home.crawl("shelf")
    assert run.outcome == "done", run.message
    assert sorted(url for row in home.rows() for url in row["urls"]) == sorted(ALL)
    assert home.held()["versions"] == LETTERS
    rows = home.sql("SELECT c.status FROM attachments a LEFT JOIN captures c ON c.id = a.capture_id")
    assert [row["status"] for row in rows] == [200] * LETTERS
    asked = {line.url for line in server.log}
    taken = {row["url"] for row in home.sql("SELECT url FROM attachments")} & had
    assert len(taken & asked) <= killed
    for row in home.sql("SELECT * FROM captures"):
        assert kept(home.path / "warc" / row["warc_file"], row["warc_offset"]).http.get_statuscode() == str(
            row["status"]
        )
    return run


def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(slow: Bench) -> None:
    _, server, home = slow
    process = home.start(*CRAWL)
    until(under_way(home))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 3
    assert "stopped before its end" in out
    stopping = "stopping: pages under way of 1 crawl are finished first; Ctrl-C again stops at once"
    assert err.splitlines().count(stopping) == 1
    assert "Traceback" not in out + err
    (run,) = home.runs()
    assert run.outcome == "stopped"
    assert 0 < len(home.rows()) < LETTERS
    assert home.failures(run) == []  # what was not asked has not failed
    assert_made_good(home, server, killed=False)


@pytest.mark.slow
def test_ctrl_c_twice_stops_at_once(slow: Bench) -> None:
    pages, server, home = slow
    healthy, asked = dict(pages.pages), threading.Event()

    def endless() -> Page:
        asked.set()
        server.wait(60)
        return Page("")

    pages.pages |= dict.fromkeys((path for path in healthy if "/files/" in path), endless)
    process = home.start(*CRAWL)
    until(asked.is_set)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode in (1, 3)
    assert err.count("stopping: ") == 1
    assert "Traceback" not in out + err
    (run,) = home.runs()
    assert run.ended_at is not None
    pages.pages |= healthy
    assert_made_good(home, server)


def test_a_killed_crawl_is_a_failed_run_and_the_next_one_goes_on(slow: Bench) -> None:
    _, server, home = slow
    process = home.start(*CRAWL)
    until(under_way(home))
    (run,) = home.runs()
    kill(run.pid)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "signal SIGKILL" in out
    assert "Traceback" not in out + err
    (run,) = home.runs()
    assert run.outcome == "failed"
    assert "signal SIGKILL" in run.message
    assert_made_good(home, server)


def test_what_is_killed_with_its_parent_is_ended_by_the_next_crawl(slow: Bench) -> None:
    _, server, home = slow
    process = home.start(*CRAWL)
    until(under_way(home))
    (dead,) = home.runs()
    process.kill()
    process.communicate(timeout=10)
    done = home.dafu("crawl", "shelf")  # the child lives on
    assert done.code == 1
    assert "is being crawled" in done.err
    assert f"process {dead.pid}" in done.err
    kill(dead.pid)
    # Where nobody reaps it, the dead process keeps its number; then a minute without a sign of life is proof enough.
    home.sql("UPDATE runs SET heartbeat_at = datetime(heartbeat_at, '-61 seconds')")
    assert_made_good(home, server)
    ended = home.runs()[-1]
    assert (ended.id, ended.outcome, ended.message) == (dead.id, "failed", "its process died")


@pytest.mark.slow
def test_two_crawls_and_dumps_at_once_never_find_the_database_locked(home: Home) -> None:
    crawls = [home.start(DAFU, "crawl", *keys) for keys in (PORTALS[::3], PORTALS[1::3])]
    seen: list[int] = []
    until((home.path / "dafu.db").exists)
    while any(process.poll() is None for process in crawls):
        done = home.dafu("dump", "--output", "-")
        assert done.code == 0, done.err
        seen.append(len([json.loads(line)["id"] for line in done.out.splitlines()]))
    for process in crawls:
        out, err = process.communicate()
        assert process.returncode == 0, err
        assert "locked" not in out + err
        assert not re.search(r"[\x00-\x08\x0b-\x1f]", out + err)  # no terminal, no control characters
    assert seen == sorted(seen)
    assert "locked" not in "".join(log.read_text() for log in (home.path / "logs").iterdir())
    crawled = {*PORTALS[::3], *PORTALS[1::3]}
    documents = [entry for entry in City().documents() if entry.portal in crawled]
    groups = {entry.text_id for entry in documents}
    assert len(home.rows()) == len(groups)


@pytest.mark.slow
def test_a_terminal_shows_the_crawl_as_it_goes(slow: Bench) -> None:
    _, _, home = slow
    ours, theirs = pty.openpty()
    process = home.start(*CRAWL, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = bytearray()

    def read() -> None:
        try:
            while data := os.read(ours, 4096):
                shown.extend(data)
        except OSError:  # the other end was closed
            pass

    reader = threading.Thread(target=read)
    reader.start()
    out, _ = process.communicate(timeout=60)
    reader.join(10)
    os.close(ours)
    live = shown.decode()
    assert "\x1b[" in live
    assert "going on" in live
    assert max(len(line) for line in re.sub(r"\x1b\[[?\d]*\w", "", live).splitlines()) <= 80
    assert len(set(re.findall(r"shelf\s*│\s*(\d+)\s*│\s*(\d+)", live))) > 1  # the numbers grow
    assert "\x1b" not in out
    assert re.search(r"shelf .* done", out)


def test_the_command_line_wins_over_the_definition(shelf: Bench) -> None:
    pages, _, home = shelf
    definition = home.definitions / "shelf.toml"
    definition.write_text(definition.read_text().replace("delay = 0", "delay = 30"))
    pages.put_list(1, 2)
    pages.put_letters(1, 2)
    run = home.crawl("shelf", "-s", "DOWNLOAD_DELAY=0", "-s", "USER_AGENT=curious/1 (+mailto:me@shelf.example)")
    assert run.outcome == "done"
    assert (run.ended_at - run.started_at).total_seconds() < 20
    row = home.sql("SELECT * FROM captures ORDER BY id DESC")[0]
    request = kept(home.path / "warc" / row["warc_file"], row["warc_offset"] + row["warc_length"])
    assert request.http.get_header("User-Agent") == "curious/1 (+mailto:me@shelf.example)"


def test_scrapy_s_own_command_crawls_without_a_parent(shelf: Bench) -> None:
    pages, _, home = shelf
    pages.put_list(1, 2)
    pages.put_letters(1, 2)
    done = home.run(sys.executable, "-m", "scrapy", "crawl", "portal", "-a", "portal=shelf", "-a", "full=1")
    assert done.code == 0
    (run,) = home.runs()
    assert (run.outcome, run.full, run.counts["new"]) == ("done", True, 2)
