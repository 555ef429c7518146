"""A host is spoken to by one process at a time, whoever crawls what beside whom."""

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from crawler.demo import Server
from crawler.demo.site import Page
from tests.e2e.bench import DAFU, HOST, Home, Shelf, define, kill, until

CRAWL = (sys.executable, "-m", "scrapy", "crawl", "portal", "-a")
ANNEX = range(101, 113)
SHELF = range(1, 13)


class Visit(NamedTuple):
    """When a request came, when its answer was ready, and which of the two portals' page it asked for, if any."""

    began: float
    ended: float
    portal: str | None


class Watched(Shelf):
    """A shelf whose host is two portals', and that notes who is there when. Each answer takes 0.05 s."""

    def __init__(self) -> None:
        super().__init__()
        self.visits: list[Visit] = []
        self.most = self._under_way = 0
        self._lock = threading.Lock()
        self.put_list(*SHELF)
        self.put_list(*ANNEX, path="/annex.html")
        self.put_letters(*SHELF, *ANNEX)

    def page(self, url: str, form: str = "") -> Page | None:
        began = time.monotonic()
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        time.sleep(0.05)
        with self._lock:
            self._under_way -= 1
            portal = "annex" if re.search(r"annex|\d{3}", url) else "shelf"
            self.visits.append(Visit(began, time.monotonic(), None if "robots" in url else portal))
        return super().page(url, form)


def define_both(folder: Path, politeness: str) -> Path:
    """Two portals of one host."""
    for key, path in (("shelf", "/list.html"), ("annex", "/annex.html")):
        file = define(folder, key) / f"{key}.toml"
        text = file.read_text(encoding="utf-8").replace("/list.html", path).replace("delay = 0", politeness)
        file.write_text(text, encoding="utf-8")
    return folder


@contextmanager
def bench(folder: Path, politeness: str = "delay = 0") -> Iterator[tuple[Watched, Server, Home]]:
    pages = Watched()
    with Server(pages) as server:  # type: ignore[arg-type]
        home = Home(folder / "home", server.proxy_url, define_both(folder / "portals", politeness))
        home.held()  # makes the database
        yield pages, server, home


def ended(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, out + err


@pytest.mark.slow
@pytest.mark.parametrize(("politeness", "most"), [("delay = 0.4", 1), ("delay = 0\nconcurrency = 3", 3)])
def test_two_processes_crawl_two_portals_of_one_host_in_turns(tmp_path: Path, politeness: str, most: int) -> None:
    with bench(tmp_path, politeness) as (pages, _, home):
        ended(*[home.start(DAFU, "crawl", key) for key in ("shelf", "annex")])
    assert {run.portal: (run.outcome, run.new) for run in home.runs()} == {"shelf": ("done", 12), "annex": ("done", 12)}
    assert pages.most <= most
    visits = sorted(pages.visits)
    assert [visit.portal for visit in visits].count("annex") == 13
    delay = 0.4 if most == 1 else 0
    for number, (before, after) in enumerate(pairwise(visits), 1):
        if before.portal and after.portal and before.portal != after.portal:
            assert after.began - max(visit.ended for visit in visits[:number]) >= delay
        assert after.began - before.began >= delay / 2 - 0.02, "Scrapy varies its own delay by half"
    if delay:
        shelf, annex = ([v.began for v in visits if v.portal == portal] for portal in ("shelf", "annex"))
        assert max(shelf[0], annex[0]) < min(shelf[-1], annex[-1]), "neither waited for the other's end"
    assert home.sql("SELECT host, run_id, next_id FROM hosts")[0][:] == (HOST, None, None)


def test_one_crew_crawls_two_portals_of_one_host(tmp_path: Path) -> None:
    with bench(tmp_path) as (pages, _, home):
        done = home.dafu("crawl", "shelf", "annex")
    assert done.code == 0, done
    assert pages.most == 1
    assert len(home.rows()) == 24


@pytest.mark.slow
def test_a_page_is_asked_anew_while_its_portal_is_being_crawled(tmp_path: Path) -> None:
    with bench(tmp_path) as (pages, server, home):
        home.crawl("shelf")
        pages.put_letters(5, words="自今年十月起提高到三十元")
        server.fail("/letter/", "slow:1")
        crawl = home.start(DAFU, "crawl", "shelf", "--full")
        until(lambda: [run for run in home.runs() if run.fetched and not run.outcome])
        began = time.monotonic()
        again = home.dafu("recrawl", f"http://{HOST}/letter/5.html")
        took = time.monotonic() - began
        assert again.code == 0, again
        assert crawl.poll() is None, "the crawl goes on"
        assert took < 20
        run = home.runs()[0]
        assert (run.outcome, run.urls, run.fetched) == ("done", [f"http://{HOST}/letter/5.html"], 1)
        second = home.dafu("crawl", "shelf")
        assert second.code == 1
        assert "is being crawled (run 2" in second.err
        server.heal()
        ended(crawl)
    assert home.runs()[1].outcome == "done"
    changed = [finding for finding in home.findings(*home.runs()) if finding.verdict == "changed"]
    assert [finding.url for finding in changed] == [f"http://{HOST}/letter/5.html"], "once, by whichever was first"
    assert pages.most == 1


def test_a_killed_holder_frees_its_host_at_once(tmp_path: Path) -> None:
    with bench(tmp_path) as (pages, server, home):
        server.fail(r"/letter/\d{1,2}\.", "slow:60")
        crawl = home.start(*CRAWL, "portal=shelf")
        until(lambda: home.sql("SELECT 1 FROM urls"))
        other = home.start(*CRAWL, "portal=annex")
        until(lambda: home.sql("SELECT 1 FROM hosts WHERE run_id = 1 AND next_id = 2"))
        assert "annex" not in {visit.portal for visit in pages.visits}
        kill(crawl.pid)
        began = time.monotonic()
        until(lambda: "annex" in {visit.portal for visit in pages.visits}, 5)
        assert time.monotonic() - began < 5
        assert other.wait(60) == 0
        crawl.wait()
    assert home.runs("annex")[0].outcome == "done"


@pytest.mark.slow
def test_a_crawl_that_is_stopped_or_fails_leaves_no_host_behind(tmp_path: Path) -> None:
    with bench(tmp_path) as (_, server, home):
        server.fail("/annex", "drop")
        assert home.crawl("annex").outcome == "failed"
        server.heal()
        server.fail("/letter/", "slow:0.5")
        crawl = home.start(*CRAWL, "portal=shelf")
        until(lambda: home.sql("SELECT 1 FROM documents"))
        crawl.send_signal(signal.SIGINT)
        crawl.wait(60)
        assert home.runs()[0].outcome == "stopped"
        assert home.sql("SELECT run_id FROM hosts")[0][:] == (None,)
