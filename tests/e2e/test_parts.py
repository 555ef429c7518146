"""Documents printed over several pages: all of them are asked, kept and read as one, whatever happens between."""

import signal
import sys
from typing import Any

import pytest

from crawler.demo import Server
from crawler.demo.site import Page
from tests import soak
from tests.e2e.bench import HOST, Home, Shelf, html, kept, letter
from tests.e2e.test_survival import _path

URL = f"http://{HOST}"
ONE, TWO, THREE = (f"/letter/1{suffix}.html" for suffix in ("", "_2", "_3"))
TITLE = "关于区政协三届二次会议第1号提案的答复"
Bench = tuple[Shelf, Server, Home]


def put_parts(pages: Shelf, second: str = "明年起每月补助二十元", last: int = 3) -> None:
    """Put letter 1 over pages: the first holds salutation and opening, the last the signature."""
    paragraphs = letter(1, second).removeprefix('<div id="zoom">').removesuffix("</div>").split("<p>")[1:]
    pieces = [paragraphs[:3], paragraphs[3:4], paragraphs[4:]] if last == 3 else [paragraphs[:3], paragraphs[3:]]
    paths = [ONE, TWO, THREE]
    for own, piece in enumerate(pieces):
        numbers = "".join(f'<a href="{path}">{n}</a> ' for n, path in enumerate(paths[: len(pieces)], start=1))
        onward = f'<a href="{paths[own + 1]}">下一页</a>' if own + 1 < len(pieces) else ""
        body = "".join(f"<p>{line}" for line in piece)
        pages.pages[paths[own]] = html(TITLE, f'<div id="zoom">{body}</div><div class="fy">{numbers}{onward}</div>')


@pytest.fixture
def parts(shelf: Bench) -> Bench:
    """A portal of three letters, the first of them over three pages, that knows validators."""
    pages, _, home = shelf
    home.more["DAFU_REVISITS"] = "0"
    pages.sites[HOST].validators = True
    pages.put_list(1, 2, 3)
    pages.put_letters(2, 3)
    put_parts(pages)
    return shelf


def first(home: Home) -> dict[str, Any]:
    return next(row for row in home.rows() if row["urls"] == [URL + ONE])


def part_flags(home: Home) -> list[str]:
    return [flag for flag in first(home)["flags"] if flag.startswith("parts")]


def text_of(words: str = "明年起每月补助二十元") -> list[str]:
    lines = letter(1, words).removeprefix('<div id="zoom"><p>').removesuffix("</p></div>")
    return lines.split("</p><p>")


def reextracted(home: Home) -> bool:
    """Whether the archive alone gives the same records."""
    before = home.rows()
    home.sql("UPDATE readings SET reader = 'older'")
    done = home.dafu("reextract")
    return done.code == 0 and "0 changed, 0 failed" in done.out and home.rows() == before


def test_pages_of_one_document_are_one_document(parts: Bench) -> None:
    _, server, home = parts
    run = home.crawl("shelf")
    assert (run.outcome, run.counts["new"], run.counts["fetched"]) == ("done", 3, 5)
    row = first(home)
    assert row["text"].split("\n") == text_of()
    assert (row["signed_by"], row["signed_on"]) == ("书架区民政局", "2024-05-20")
    assert part_flags(home) == ["parts:3"]
    for cited, path in zip([row["capture"], *row["parts"]], (ONE, TWO, THREE), strict=True):
        record = kept(home.path / "warc" / cited["warc_file"], cited["offset"])
        assert record.about.get_header("WARC-Target-URI") == URL + path
        assert record.about.get_header("WARC-Payload-Digest") == cited["digest"]
    shown = home.dafu("show", URL + ONE)
    assert shown.code == 0, shown.err
    assert all(str(part["offset"]) in shown.out for part in row["parts"])
    assert reextracted(home)
    assert [line.url for line in server.log if line.url.endswith(TWO)] == [URL + TWO]


@pytest.mark.parametrize("recrawl", [False, True])
def test_an_edit_in_any_part_is_seen_and_none_is_none(parts: Bench, recrawl: bool) -> None:
    pages, server, home = parts
    home.crawl("shelf")
    for full in (True, False):
        home.more["DAFU_REVISITS"] = "20"
        run = home.crawl("shelf", *(("-a", "full=1") if full else ()))
        assert (run.outcome, run.counts["unchanged"], run.counts["changed"]) == ("done", 3, 0)
        assert run.counts["fetched"] == 5
        statuses = home.sql("SELECT status FROM captures WHERE run_id = ? AND url LIKE '%/letter/%'", run.id)
        assert {row["status"] for row in statuses} == {304}
    put_parts(pages, "明年起每月补助九十元")
    server.log.clear()
    if recrawl:
        done = home.dafu("recrawl", URL + ONE)
        assert done.code == 0, done.err
        assert f"changed: {URL}{ONE}" in done.out
        assert [line.url for line in server.log if "/letter/" in line.url] == [URL + p for p in (ONE, TWO, THREE)]
    else:
        run = home.crawl("shelf")
        assert (run.counts["unchanged"], run.counts["changed"]) == (2, 1)
        row = home.sql("SELECT status FROM captures WHERE run_id = ? AND url = ?", run.id, URL + ONE)
        assert [r["status"] for r in row] == [304]  # the first page is read from its older capture
    assert first(home)["text"].split("\n") == text_of("明年起每月补助九十元")
    assert first(home)["version"] == 2
    assert reextracted(home)
    run = home.crawl("shelf", "-a", "full=1")
    assert (run.counts["unchanged"], run.counts["changed"]) == (3, 0)
    put_parts(pages, "明年起每月补助九十元", last=2)
    run = home.crawl("shelf", "-a", "full=1")
    assert run.counts["unchanged"] == 3  # the same text, on two pages now
    assert list(soak.unsound(home)) == []


@pytest.mark.slow
def test_a_part_that_is_gone_leaves_what_came_and_is_tried_again(parts: Bench) -> None:
    pages, _, home = parts
    second = pages.pages.pop(TWO)
    run = home.crawl("shelf")
    assert (run.outcome, run.counts["new"], run.counts["failed"]) == ("done", 3, 1)
    assert [(f.url, f.reason) for f in home.failures(run)] == [(URL + TWO, "http-404")]
    assert part_flags(home) == ["parts:missing"]
    assert first(home)["text"].split("\n") == text_of()[:3]
    assert reextracted(home)
    run = home.crawl("shelf")  # without any budget for revisits
    assert (run.counts["fetched"], run.counts["unchanged"]) == (2, 1)
    pages.pages[TWO] = second
    run = home.crawl("shelf")
    assert (run.counts["changed"], run.counts["failed"]) == (1, 0)
    assert part_flags(home) == ["parts:3"]
    assert home.crawl("shelf").counts["fetched"] == 0
    del pages.pages[TWO]
    run = home.crawl("shelf", "-a", "full=1")
    assert run.counts["changed"] == 1
    assert part_flags(home) == ["parts:missing"]
    for _ in range(5):
        run = home.crawl("shelf")
    assert run.counts["fetched"] == 0
    assert "1 URLs given up after 5 vain tries" in (run.message or "")


def test_a_part_that_can_not_be_had_now_changes_no_known_document(parts: Bench) -> None:
    _, server, home = parts
    home.crawl("shelf")
    server.fail(r"/letter/1_3", "status:503")
    run = home.crawl("shelf", "-a", "full=1", "-s", "RETRY_TIMES=0")
    assert (run.outcome, run.counts["changed"]) == ("partial", 0)
    assert [(f.url, f.reason) for f in home.failures(run)] == [(URL + THREE, "http-503")]
    assert part_flags(home) == ["parts:3"]
    server.heal()
    assert home.crawl("shelf", "-a", "full=1").counts["unchanged"] == 3


WALL = "<p>正在加载……</p><script>document.cookie='__jsl_clearance=1';location.reload()</script>"


@pytest.mark.parametrize(
    ("content", "reason", "flags"),
    [(WALL, "challenge", ["parts:3"]), ("<p>您访问的页面不存在</p>", "soft-404", ["parts:missing"])],
)
def test_what_came_instead_of_a_part_is_none(parts: Bench, content: str, reason: str, flags: list[str]) -> None:
    pages, _, home = parts
    home.crawl("shelf")
    pages.pages[TWO] = Page(f"<html><body>{content}</body></html>")
    run = home.crawl("shelf", "-a", "full=1")
    assert [(f.url, f.reason) for f in home.failures(run)] == [(URL + TWO, reason)]
    assert part_flags(home) == flags


def test_a_page_refused_by_robots_is_missing(parts: Bench) -> None:
    pages, server, home = parts
    pages.robots = pages.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /letter/1_\n", "text/plain")
    run = home.crawl("shelf")
    assert [(f.url, f.reason) for f in home.failures(run)] == [(URL + TWO, "robots")]
    assert part_flags(home) == ["parts:missing"]
    assert URL + TWO not in {line.url for line in server.log}


@pytest.mark.parametrize("kind", ["the same again", "itself", "elsewhere", "endless"])
def test_loops_end(parts: Bench, kind: str) -> None:
    pages, server, home = parts
    onward = [f'<a href="/letter/1_{n}.html">下一页</a>' for n in range(101)]
    one, two = pages.pages[ONE], pages.pages[TWO]
    if kind == "the same again":
        for n in range(2, 100):
            pages.pages[f"/letter/1_{n}.html"] = Page(one.content.replace('<div class="fy">', f"<div>{onward[n + 1]}"))
        wanted = ["parts:missing"]
    elif kind == "itself":
        pages.pages[TWO] = Page(two.content.replace(THREE, TWO))
        wanted = ["parts:2"]
    elif kind == "elsewhere":
        pages.pages[TWO] = Page("", status=302, location="/letter/2.html")
        wanted = ["parts:missing"]
    else:
        for n in range(2, 100):
            body = f'<div id="zoom"><p>第{n}项：修缮敬老院的第{n}间房屋，预计投入{n * 3}万元。</p></div>{onward[n + 1]}'
            pages.pages[f"/letter/1_{n}.html"] = html(TITLE, body)
        wanted = ["parts:50", "parts:missing"]
    run = home.crawl("shelf")
    assert part_flags(home) == wanted
    assert {f.reason for f in home.failures(run)} == ({"no-part"} if "parts:missing" in wanted else set())
    assert len([line for line in server.log if "/letter/1_" in line.url]) == {"endless": 49}.get(kind, 1)
    assert reextracted(home)


@pytest.mark.parametrize("order", [("", "_2"), ("_2", "")])
def test_a_row_that_leads_to_a_part_is_no_document(parts: Bench, order: tuple[str, str]) -> None:
    pages, _, home = parts
    rows = "".join(
        f'<li><a href="/letter/1{suffix}.html">{TITLE}{suffix}</a><span>2024-05-02</span></li>' for suffix in order
    )
    listed = pages.pages["/list.html"]
    pages.pages["/list.html"] = Page(listed.content.replace('<ul class="list">', f'<ul class="list">{rows}'))
    run = home.crawl("shelf")
    assert (run.counts["new"], run.counts["failed"]) == (3, 0)
    assert first(home)["text"].split("\n") == text_of()
    run = home.crawl("shelf")
    assert run.counts["fetched"] == 0
    done = home.dafu("recrawl", URL + TWO)
    assert done.code == 0, done.err
    assert len(home.rows()) == 3


DIES = """
import os, signal
from crawler.spiders.portal import PortalSpider
at, take = os.environ["DIES_AT"], PortalSpider._take
def dies(spider, response):
    if response.url.endswith(at):
        os.kill(os.getpid(), signal.SIGKILL)
    return take(spider, response)
PortalSpider._take = dies
"""


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("at", [TWO, THREE])
def test_a_kill_between_parts_loses_nothing(parts: Bench, at: str, known: bool) -> None:
    pages, _, home = parts
    if known:
        home.crawl("shelf")
        put_parts(pages, "明年起每月补助九十元")
    else:
        home.path.mkdir(exist_ok=True)
    home.path.joinpath("sitecustomize.py").write_text(DIES, encoding="utf-8")
    home.more |= {"PYTHONPATH": _path(home.path), "DIES_AT": at}
    full = ("-a", "full=1") if known else ()
    crawl = (sys.executable, "-m", "scrapy", "crawl", "portal", "-a", "portal=shelf", *full)
    assert home.run(*crawl).code == -signal.SIGKILL
    del home.more["PYTHONPATH"], home.more["DIES_AT"]
    run = home.crawl("shelf", *full)
    assert run.outcome == "done"
    assert run.counts["changed"] == (1 if known else 0)
    words = "明年起每月补助九十元" if known else "明年起每月补助二十元"
    assert first(home)["text"].split("\n") == text_of(words)
    assert part_flags(home) == ["parts:3"]
    assert len(home.rows()) == 3
    assert list(soak.unsound(home)) == []
    assert home.sql("SELECT url FROM urls WHERE tries > 0") == []
    assert reextracted(home)
