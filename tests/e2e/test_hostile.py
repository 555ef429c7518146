"""Portals that fail, lie or misbehave: nothing is lost, nothing wrong is stored, and the next run makes it good."""

import pytest

from crawler.demo import Server
from crawler.demo.site import Page
from tests.e2e.bench import DAFU, HOST, Home, Shelf, define, html, kept

pytestmark = pytest.mark.usefixtures("shelf")
URL = f"http://{HOST}"
Bench = tuple[Shelf, Server, Home]


def titles(home: Home) -> list[int]:
    """The numbers of the letters that are stored."""
    return sorted(int(row["proposals"][0]["number"]) for row in home.rows())


def reasons(home: Home) -> dict[str, str]:
    """Why what failed in the newest run failed."""
    return {failure.url.removeprefix(URL): failure.reason for failure in home.failures(home.runs()[0])}


@pytest.mark.slow
def test_what_fails_is_kept_and_made_good_by_the_next_run(shelf: Bench) -> None:
    pages, server, home = shelf
    home.more["DAFU_MAX_BODY"] = "100000"
    numbers = range(1, 16)
    pages.put_list(*numbers)
    pages.put_letters(*numbers)
    healthy = dict(pages.pages)
    pages.pages |= {
        "/letter/9.html": Page(b"\x89PNG\r\n\x1a\n", "image/png"),
        "/letter/10.html": Page(healthy["/letter/10.html"].content.encode().replace(b"<h1>", b"\0<h1>\xff\xfe\x80")),
        "/letter/11.html": Page("", status=302, location="/letter/11.html"),
        "/letter/12.html": Page("", status=302, location="http://127.0.0.1:1/letter/12.html"),
        "/letter/13.html": Page("", status=404),
        "/letter/14.html": Page(b"\0\0\0\x18ftypmp42", "video/mp4"),
        "/letter/15.html": Page("", status=302, location="/letter/1.html?moved"),
    }
    pages.pages["/letter/1.html?moved"] = healthy["/letter/15.html"]
    bad = {
        "drop": 1,
        "cut": 2,
        "status:503": 3,
        "big:200000": 4,
        "empty": 5,
        "html-error": 6,
        "slow:3": 7,
        "status:403": 8,
    }
    for how, number in bad.items():
        server.fail(rf"/letter/{number}\.html$", how)

    done = home.dafu("crawl", "shelf", "-s", "DOWNLOAD_TIMEOUT=1", "-s", "RETRY_TIMES=1")
    assert done.code == 3, done
    assert "Traceback" not in done.out + done.err
    assert titles(home) == [10, 15]
    assert reasons(home) == {
        "/letter/1.html": "connection", "/letter/2.html": "cut-off", "/letter/3.html": "http-503",
        "/letter/4.html": "over-limit", "/letter/5.html": "empty", "/letter/6.html": "soft-404",
        "/letter/7.html": "timeout", "/letter/8.html": "http-403", "/letter/9.html": "not-html",
        "/letter/11.html": "redirects", "/letter/12.html": "offsite", "/letter/13.html": "http-404",
        "/letter/14.html": "not-html",
    }  # fmt: skip
    assert home.runs()[0].counts["failed"] == 13
    assert not [line for line in server.log if "127.0.0.1:1" in line.url]  # a redirect leads nowhere but to own hosts
    cut, again = home.sql("SELECT * FROM captures WHERE url LIKE '%/2.html' ORDER BY id")
    assert cut["truncated"] == again["truncated"] == "disconnect", "what is cut off is asked for again at once"
    record = kept(home.path / "warc" / cut["warc_file"], cut["warc_offset"])
    assert record.about.get_header("WARC-Truncated") == "disconnect"
    assert record.payload == healthy["/letter/2.html"].content.encode()[: len(record.payload)] != b""
    (archive,) = home.warcs()
    assert home.run(DAFU.with_name("warcio"), "check", archive).code == 0
    index = home.run(DAFU.with_name("warcio"), "index", "-f", "warc-type,warc-target-uri", archive).out
    assert f'"warc-type": "metadata", "warc-target-uri": "{URL}/letter/4.html"' in index

    server.heal()
    server.log.clear()
    pages.pages |= healthy
    run = home.crawl("shelf")
    assert run.outcome == "done", run.message
    assert titles(home) == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 15]
    # What answered that there is no document is not asked for ever.
    assert not [line for line in server.log if line.url.endswith(("/9.html", "/13.html", "/14.html"))]
    # The page of broken characters is the only one that says something else now.
    assert [f.url for f in home.findings(run) if f.verdict == "changed"] == [f"{URL}/letter/10.html"]
    assert home.sql("SELECT count(*) AS n FROM versions")[0]["n"] == 13


def test_a_page_that_turns_bad_keeps_its_document(shelf: Bench) -> None:
    pages, server, home = shelf
    home.more["DAFU_GONE_DAYS"] = "2"
    pages.put_list(1, 2, 3, 4, 5)
    pages.put_letters(1, 2, 3, 4, 5)
    home.crawl("shelf")
    before = home.rows()
    for number, how in enumerate(("empty", "html-error", "cut", "status:500", "big:50"), 1):
        server.fail(rf"/letter/{number}\.html", how)
    run = home.crawl("shelf", "-s", "RETRY_TIMES=0")
    assert run.outcome == "partial"
    assert run.counts["failed"] == 4, "that a page is not there, says who says it with status 200, is no failure"
    assert home.findings(run) == []
    assert home.rows() == before


def test_a_list_that_fails_on_the_way_is_read_to_its_end_next_time(shelf: Bench) -> None:
    pages, server, home = shelf
    pages.put_letters(*range(1, 10))
    pages.put_list(9, 8, 7, following="list_2.html")
    pages.put_list(6, 5, 4, path="/list_2.html", following="list_3.html")
    pages.put_list(3, 2, 1, path="/list_3.html")
    for how, wanted in (("status:503", "http-503"), ("cut", "cut-off")):
        server.fail(r"list_2\.html", how)
        run = home.crawl("shelf", "-s", "RETRY_TIMES=0")
        assert (run.outcome, run.message) == ("partial", "1 of 1 columns not read to the end")
        assert reasons(home) == {"/list_2.html": wanted}
        assert titles(home) == [7, 8, 9]
        server.heal()
    # Nothing on the first page is new, yet the walk goes on: the last one did not come to the end.
    assert home.crawl("shelf").outcome == "done"
    assert titles(home) == list(range(1, 10))
    server.log.clear()
    home.crawl("shelf")
    assert not [line for line in server.log if "list_2" in line.url]


def test_lists_that_never_end_are_left(shelf: Bench) -> None:
    pages, server, home = shelf
    second = f'[[columns]]\nname = "政协提案"\nurl = "{URL}/ring.html"\n'
    define(home.definitions, columns=second)
    pages.put_letters(*range(1, 9))
    pages.put_list(1, 2, 3, following="list_2.html")
    for number in range(2, 50):  # says the same for ever
        pages.put_list(4, 5, 6, path=f"/list_{number}.html", following=f"list_{number + 1}.html")
    pages.put_list(7, 8, 1, path="/ring.html", following="ring_2.html")
    pages.put_list(2, 3, 4, path="/ring_2.html", following="ring.html")
    run = home.crawl("shelf")
    assert run.outcome == "done"
    assert titles(home) == list(range(1, 9))
    asked = [line.url.removeprefix(URL) for line in server.log if "letter" not in line.url]
    assert sorted(asked) == ["/list.html", "/list_2.html", "/list_3.html", "/ring.html", "/ring_2.html", "/robots.txt"]


@pytest.mark.slow
def test_robots_txt_that_can_t_be_had_closes_the_host_and_loses_nothing(shelf: Bench) -> None:
    pages, server, home = shelf
    pages.put_list(1, 2)
    pages.put_letters(1, 2, 3, 4)

    proxy, home.proxy = home.proxy, "http://127.0.0.1:9"
    done = home.dafu("crawl", "shelf", "-s", "RETRY_TIMES=0")
    assert done.code == 1
    assert f"failed (refused): {URL}/list.html — robots.txt can't be had" in done.err
    assert "Traceback" not in done.err
    assert (home.runs()[0].outcome, home.runs()[0].cause) == ("failed", "unreachable")

    home.proxy = proxy  # without a robots.txt all is allowed
    server.fail(r"/letter/2\.html", "status:503")
    assert home.crawl("shelf", "-s", "RETRY_TIMES=0").outcome == "partial"
    assert titles(home) == [1]

    server.heal()
    for how in ("status:503", "drop", "cut"):
        pages.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /", "text/plain")
        server.fail(r"/robots\.txt", how)
        server.log.clear()
        run = home.crawl("shelf", "-s", "RETRY_TIMES=0")
        assert run.outcome == "failed"
        assert {line.url for line in server.log} == {f"{URL}/robots.txt"}
        server.heal()
    assert home.sql("SELECT max(tries) AS n FROM urls")[0]["n"] == 0  # a host at fault uses up no tries

    pages.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /letter/3", "text/plain")
    pages.put_list(1, 2, 3)
    assert home.crawl("shelf").outcome == "done"
    assert titles(home) == [1, 2]
    assert reasons(home) == {"/letter/3.html": "robots"}

    pages.put_list(1, 2, 3, 4)
    server.fail(r"/robots\.txt", "status:503")  # the copy in the archive holds
    assert home.crawl("shelf", "-s", "RETRY_TIMES=0").outcome == "done"
    assert titles(home) == [1, 2, 4]


def test_attachments_that_fail_are_made_good(shelf: Bench) -> None:
    pages, server, home = shelf
    pages.put_list(1, 2)
    pages.put_letters(2)
    pages.put_letters(1)
    files = "".join(f'<p>附件：<a href="/files/{n}.pdf">名单{n}.pdf</a></p>' for n in (1, 2, 3, 4))
    content = pages.pages["/letter/1.html"].content
    pages.pages["/letter/1.html"] = Page(content.replace("<p>书架区民政局", files + "<p>书架区民政局"))
    for n in (1, 2, 3, 4):
        pages.pages[f"/files/{n}.pdf"] = Page(b"%PDF-1.4 " + b"%d" % n * 5000, "application/pdf")
    for n, how in enumerate(("cut", "status:503", "drop"), 1):
        server.fail(rf"/files/{n}\.pdf", how)
    run = home.crawl("shelf", "-s", "RETRY_TIMES=0")
    assert run.outcome == "partial"
    assert reasons(home) == {
        "/files/1.pdf": "cut-off", "/files/2.pdf": "http-503", "/files/3.pdf": "connection"
    }  # fmt: skip
    server.heal()
    server.log.clear()
    run = home.crawl("shelf")
    assert (run.outcome, run.counts["changed"]) == ("done", 0)
    assert not [line for line in server.log if "/files/4.pdf" in line.url]
    rows = home.sql("SELECT a.url, c.* FROM attachments a JOIN captures c ON c.id = a.capture_id ORDER BY a.url")
    assert [row["url"].removeprefix(URL) for row in rows] == [f"/files/{n}.pdf" for n in (1, 2, 3, 4)]
    for row in rows:
        page = pages.page(row["url"])
        assert kept(home.path / "warc" / row["warc_file"], row["warc_offset"]).payload == page.content
    assert home.sql("SELECT count(*) AS n FROM versions")[0]["n"] == 2


def test_a_file_that_is_compressed_otherwise_is_the_same_file(shelf: Bench) -> None:
    pages, _, home = shelf
    pages.put_list(1, 2)
    pages.put_letters(1, 2)
    content = str(pages.pages["/letter/1.html"].content)
    files = '<p>附件：<a href="/files/1.txt">名单1.txt</a></p>'
    pages.pages["/letter/1.html"] = Page(content.replace("<p>书架区民政局", files + "<p>书架区民政局"))
    pages.pages["/files/1.txt"] = Page("甲,乙\n" * 999, "text/plain")
    assert home.crawl("shelf").outcome == "done"
    pages.sites[HOST].gzip = True
    assert home.crawl("shelf", "-a", "full=1").counts["changed"] == 0
    digests = {row["digest"] for row in home.sql("SELECT digest FROM captures WHERE url LIKE '%/files/1.txt'")}
    assert len(digests) == 2, "it was served in two ways"
    pages.pages["/files/1.txt"] = Page("甲,丙\n" * 999, "text/plain")
    assert home.crawl("shelf", "-a", "full=1").counts["changed"] == 1


def test_a_file_that_a_row_leads_to_is_seen_to_change_without_a_full_crawl(shelf: Bench) -> None:
    pages, _, home = shelf
    rows = "".join(
        f'<li><a href="{path}">关于区政协三届二次会议第{n}号提案的答复</a><span>2024-05-0{n}</span></li>'
        for n, path in enumerate(("/letter/1.html", "/letter/2.html", "/files/1.pdf"), 1)
    )
    pages.pages["/list.html"] = html("建议提案办理", f'<ul class="list">{rows}</ul>')
    pages.put_letters(1, 2)
    pages.pages["/files/1.pdf"] = Page(b"%PDF-1.4 " + b"1" * 5000, "application/pdf")
    assert home.crawl("shelf").counts["new"] == 3
    assert home.crawl("shelf").counts["changed"] == 0
    pages.pages["/files/1.pdf"] = Page(b"%PDF-1.4 " + b"2" * 5000, "application/pdf")
    assert home.crawl("shelf").counts["changed"] == 1
    assert home.crawl("shelf").counts["changed"] == 0
    held = home.sql("SELECT v.number, c.digest FROM versions v JOIN attachments a ON a.version_id = v.id "
                    "JOIN captures c ON c.id = a.capture_id ORDER BY v.number")  # fmt: skip
    assert [row["number"] for row in held] == [1, 2]
    assert held[0]["digest"] != held[1]["digest"]


def test_a_list_without_rows_is_no_success(shelf: Bench) -> None:
    pages, _, home = shelf
    pages.pages["/list.html"] = html("建议提案办理", "<p>栏目建设中</p>")
    done = home.dafu("crawl", "shelf")
    assert done.code in (1, 3)
    assert reasons(home) == {"/list.html": "no-rows"}
