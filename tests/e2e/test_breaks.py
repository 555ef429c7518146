"""When a portal breaks, the run says so the same day, by its cause; what is no page is stored as none."""

import json
import re
from typing import Any

import pytest
from rich.cells import cell_len

from crawler.demo import Server
from crawler.demo.server import _Handler
from crawler.demo.site import Page
from tests.e2e.bench import HOST, Home, Shelf, define, html, letter

Bench = tuple[Shelf, Server, Home]
URL = f"http://{HOST}"
HASTE = "<script>document.cookie='wzws_cid=1';location.reload()</script>"


def seen(home: Home) -> tuple[str | None, str | None]:
    """How the newest run ended."""
    run = home.runs()[0]
    return run.outcome, run.cause


def reasons(home: Home) -> dict[str, str]:
    """Why what failed in the newest run failed."""
    return {failure.url.removeprefix(URL): failure.reason for failure in home.failures(home.runs()[0])}


def asked(server: Server) -> list[str]:
    """The paths asked since the log was cleared, but robots.txt."""
    return [line.url.removeprefix(URL) for line in server.log if "robots" not in line.url]


@pytest.mark.parametrize(
    ("wall", "reason"),
    [
        (Page("<html><script>$_ts=window['$_ts'];</script></html>", status=412), "challenge"),
        (Page("<script>document.cookie='__jsl_clearance_s=1'</script>", status=521), "challenge"),
        (Page("<html><script>go()</script></html>", status=202), "challenge"),
        (Page("reason:GeoBL", status=403), "challenge"),
        (Page(HASTE), "challenge"),
        (html("安全验证", "<p>为了您的访问安全，请输入验证码</p>"), "challenge"),
        (html("系统提示", "<p>您没有权限查看，请先登录！</p>"), "login"),
        (Page("forbidden", status=403), "http-403"),
    ],
)
def test_a_wall_before_a_list_is_no_list_without_rows(shelf: Bench, wall: Page, reason: str) -> None:
    pages, _, home = shelf
    pages.pages["/list.html"] = wall
    home.crawl("shelf")
    assert seen(home)[1] == "blocked"
    assert seen(home)[0] in ("failed", "partial")
    assert reasons(home) == {"/list.html": reason}


def test_pages_behind_a_wall_are_never_stored_and_the_host_is_left_alone(shelf: Bench) -> None:
    pages, server, home = shelf
    numbers = range(1, 21)
    pages.put_list(*numbers)
    pages.put_letters(*numbers)
    whole = dict(pages.pages)
    pages.pages |= {f"/letter/{n}.html": Page(HASTE) for n in numbers if n < 20}
    run = home.crawl("shelf")
    assert seen(home) == ("partial", "blocked")
    assert f"blocked: {HOST} is left alone until the next run (challenge)" in (run.message or "")
    walled = {path for path, why in reasons(home).items() if why == "challenge"}
    assert 5 <= len(walled) <= 8, "what was under way when the fifth was read came, too"
    assert len(asked(server)) == len(walled) + 2
    assert (home.held()["documents"], home.held()["urls waiting"]) == (1, 19)
    assert home.sql("SELECT sum(tries) AS n FROM urls")[0]["n"] == 0
    pages.pages = whole
    assert home.crawl("shelf").counts["new"] == 19


def test_a_known_page_behind_a_wall_keeps_its_document(shelf: Bench) -> None:
    pages, _, home = shelf
    pages.put_list(1, 2)
    pages.put_letters(1, 2)
    home.crawl("shelf")
    pages.pages["/letter/1.html"] = html("系统提示", "<p>您没有权限查看，请先登录！</p>")
    run = home.crawl("shelf")
    assert (run.outcome, run.counts["unchanged"], reasons(home)) == ("partial", 1, {"/letter/1.html": "login"})
    assert (home.findings(run), home.held()["versions"]) == ([], 2)


def test_a_wall_before_a_file_is_no_attachment(shelf: Bench) -> None:
    pages, _, home = shelf
    pages.put_list(1, 2)
    pages.put_letters(1, 2)
    link = '<p>附件：<a href="/files/1.pdf">名单.pdf</a></p><p>书架区民政局'
    pages.pages["/letter/1.html"] = Page(pages.pages["/letter/1.html"].content.replace("<p>书架区民政局", link))
    pages.pages["/files/1.pdf"] = html("安全验证", "<p>请输入验证码</p>")
    assert home.crawl("shelf").outcome == "partial"
    assert reasons(home) == {"/files/1.pdf": "challenge"}
    assert [row["capture_id"] for row in home.sql("SELECT capture_id FROM attachments")] == [None]


def test_a_host_that_says_wait_is_waited_for(shelf: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    pages, server, home = shelf
    send = _Handler._send

    def telling(
        handler: Any, url: str, status: int, headers: dict[str, str], body: bytes, chunked: bool = False
    ) -> None:
        more = {"Retry-After": handler.demo.patience} if status in (429, 503) else {}
        send(handler, url, status, headers | more, body, chunked)

    monkeypatch.setattr(_Handler, "_send", telling)
    server.patience = "1"  # type: ignore[attr-defined]
    pages.put_list(1, 2, 3, 4, 5)
    pages.put_letters(1, 2, 3, 4, 5)
    page = pages.pages["/letter/2.html"]
    hasty = iter([Page("slow down", status=429), Page("slow down", status=503)])
    pages.pages["/letter/2.html"] = lambda: next(hasty, page)
    assert home.crawl("shelf").counts["new"] == 5
    assert seen(home) == ("done", None)

    pages.put_letters(1, 2, 3, 4, 5, words="明年起补助九十元")
    server.fail(r"letter", "status:429")
    server.log.clear()
    home.crawl("shelf", "-a", "full=1")
    assert seen(home) == ("partial", "rate-limited")
    # Three; one more may have gone out before the third answer was read.
    assert 3 <= len([path for path in asked(server) if "letter" in path]) < 5
    assert "5 URLs wait for it" in (home.runs()[0].message or "")

    server.patience = "86400"  # type: ignore[attr-defined]
    server.log.clear()
    home.crawl("shelf", "-a", "full=1")
    assert seen(home) == ("partial", "rate-limited")
    assert len([path for path in asked(server) if "letter" in path]) == 1, "who wants a day gets it"


@pytest.mark.slow
def test_a_page_is_gone_when_that_was_said_for_days(shelf: Bench) -> None:
    pages, server, home = shelf
    home.more |= {"DAFU_GONE_DAYS": "2", "DAFU_REVISITS": "0"}
    pages.put_list(1, 2, 3, 4)
    pages.put_letters(1, 2, 3, 4)
    home.crawl("shelf")
    assert home.crawl("shelf").cause == "unchanged"
    server.fail(r"letter/1\.html", "status:404")
    server.fail(r"letter/2\.html", "html-error")
    server.fail(r"letter/3\.html", "status:410")
    home.crawl("shelf", "-a", "full=1")
    assert seen(home) == ("partial", "gone"), "three of four known pages"
    assert reasons(home) == {}

    def later(days: float) -> dict[str, int]:
        home.sql(
            "UPDATE urls SET missing_since = datetime(missing_since, ?) WHERE missing_since IS NOT NULL",
            f"-{days} days",
        )
        server.log.clear()
        return home.crawl("shelf").counts

    assert later(1)["gone"] == 0
    assert sorted(asked(server)) == ["/letter/1.html", "/letter/2.html", "/letter/3.html", "/list.html"], "no budget"
    server.heal()
    server.fail(r"letter/1\.html", "status:404")
    server.fail(r"letter/3\.html", "status:503")
    assert later(0.5)["gone"] == 0
    server.heal()
    server.fail(r"letter/[123]\.html", "status:404")
    home.crawl("shelf", "-a", "full=1")
    assert [row["gone_since"] for row in home.rows()] == [None] * 4
    assert later(1)["gone"] == 2, "1 and 3; of 2 it was said again only now"
    gone = {f.url.removeprefix(URL) for f in home.findings(home.runs()[0])}
    assert gone == {"/letter/1.html", "/letter/3.html"}
    assert later(3)["gone"] == 1
    assert later(3)["gone"] == 0
    server.heal()
    home.crawl("shelf", "-a", "full=1")
    assert [row["gone_since"] for row in home.rows()] == [None] * 4
    assert home.sql("SELECT count(*) AS n FROM urls WHERE missing_since IS NOT NULL")[0]["n"] == 0


def test_a_page_that_leads_to_the_home_page_is_not_there(shelf: Bench) -> None:
    pages, _, home = shelf
    home.more["DAFU_GONE_DAYS"] = "0"
    pages.put_list(1, 2, 3)
    pages.put_letters(1, 2)
    pages.pages["/letter/3.html"] = Page("", status=302, location="/")
    pages.pages["/"] = pages.pages["/letter/2.html"]  # whatever it says
    assert home.crawl("shelf").counts["new"] == 2
    assert reasons(home) == {"/letter/3.html": "soft-404"}
    pages.pages["/letter/1.html"] = Page("", status=301, location="/index.html")
    pages.pages["/index.html"] = pages.pages["/letter/2.html"]
    run = home.crawl("shelf")
    assert (run.counts["gone"], run.counts["changed"], run.counts["duplicates"]) == (1, 0, 0)


def block(publisher: str) -> str:
    """A labelled block."""
    cells = {"索引号": "bj-2024-01", "发布机构": publisher, "登记机号": "7"}
    return (
        "<table>" + "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in cells.items()) + "</table>"
    )


def test_fields_that_are_found_no_more_are_a_redesign(shelf: Bench) -> None:
    pages, _, home = shelf
    numbers = range(1, 11)
    pages.put_list(*numbers)
    for n in numbers:
        pages.pages[f"/letter/{n}.html"] = html(
            f"关于区政协三届二次会议第{n}号提案的答复", block("书架区民政局") + letter(n, "补助二十元")
        )
    home.crawl("shelf")
    assert home.runs()[0].cause is None
    home.crawl("shelf", "-a", "full=1")
    assert seen(home) == ("done", "unchanged")
    pages.put_letters(*numbers, words="补助二十元")
    home.crawl("shelf", "-a", "full=1")
    assert seen(home) == ("partial", "redesigned")
    assert "publisher found on 0% of pages, usually 100%" in (home.runs()[0].message or "")

    status = json.loads(home.dafu("status", "--json").out)
    (line,) = status["portals"]
    assert line["worst_field"]["usual"] == 1
    assert line["fields"]["publisher"] == {"now": 0, "usual": 1}
    assert line["run"]["cause"] == "redesigned"
    assert line["run"]["way"] == f"by proxy {home.proxy}"
    assert line["last_success"] is not None
    shown = home.dafu("status", "--run", "1").out
    assert "labels that the vocabulary does not know: 登记机号 (10)" in shown
    assert f"reached: by proxy {home.proxy}" in shown
    home.more["COLUMNS"] = "80"
    said = home.dafu("status", "--portal", "shelf").out
    assert max(cell_len(line) for line in said.splitlines() if line[0] in "┏┃┡│└") <= 80
    for words in ("redesigned", "publisher", "0%", "100%", "last new"):
        assert words in said


def test_a_list_that_shrinks_is_told(shelf: Bench) -> None:
    pages, _, home = shelf
    pages.put_letters(*range(1, 13))
    pages.put_list(*range(12, 6, -1), following="list_2.html")
    pages.put_list(*range(6, 0, -1), path="/list_2.html")
    home.crawl("shelf")
    assert home.crawl("shelf").cause == "unchanged"
    pages.put_list(12, 11, 10)
    home.crawl("shelf", "-a", "full=1")
    assert seen(home) == ("partial", "unexpected-count")
    assert "holds 3 rows, and held 12" in (home.runs()[0].message or "")
    pages.pages["/list.html"] = html("建议提案办理", "<div><p>新版首页</p></div>")
    home.crawl("shelf")
    assert seen(home) == ("partial", "redesigned")
    assert reasons(home) == {"/list.html": "no-rows"}
    del pages.pages["/list.html"]
    home.crawl("shelf")
    assert seen(home) == ("partial", "gone")


def test_a_portal_that_moved_is_told_with_its_new_host(shelf: Bench) -> None:
    pages, server, home = shelf
    pages.pages["/list.html"] = Page("", status=302, location="http://new.shelf.example/list.html")
    home.crawl("shelf")
    assert seen(home) == ("failed", "moved")
    assert "moved to new.shelf.example? a page redirects there" in (home.runs()[0].message or "")
    assert asked(server) == ["/list.html"]


def test_a_portal_that_nobody_reaches(shelf: Bench) -> None:
    pages, server, home = shelf
    pages.put_list(1, 2, 3)
    pages.put_letters(1, 2, 3)
    home.crawl("shelf")
    before = home.rows()
    server.fail("", "slow:3")
    home.crawl("shelf", "-s", "DOWNLOAD_TIMEOUT=1", "-s", "RETRY_TIMES=0")
    assert seen(home) == ("failed", "unreachable-timeout") or seen(home) == ("partial", "unreachable-timeout")
    server.heal()
    server.fail("", "drop")
    home.crawl("shelf", "-s", "RETRY_TIMES=0")
    assert seen(home)[1] == "unreachable"
    assert home.rows() == before
    assert home.sql("SELECT count(*) AS n FROM urls WHERE missing_since IS NOT NULL")[0]["n"] == 0


# Lists that would make a walk lose rows, or never end. Those that repeat themselves or lead in a circle: test_hostile.


def test_a_stub_in_the_middle_of_a_list_is_not_its_end(shelf: Bench) -> None:
    pages, _, home = shelf
    pages.put_letters(*range(1, 7))
    pages.put_list(6, 5, following="list_2.html")
    pages.pages["/list_2.html"] = Page("<html><head><meta charset='utf-8'></head><body></body></html>")
    run = home.crawl("shelf")
    assert (run.outcome, reasons(home)) == ("partial", {"/list_2.html": "empty"})
    pages.pages["/list_2.html"] = Page(HASTE)
    run = home.crawl("shelf")
    assert (run.outcome, reasons(home)) == ("partial", {"/list_2.html": "challenge"})
    pages.put_list(4, 3, 2, 1, path="/list_2.html")
    assert home.crawl("shelf").counts["new"] == 4


def test_a_stub_that_stands_there_again_is_the_list_s_end(shelf: Bench) -> None:
    """Sites serve the newest pages of a list only, and stubs for all others."""
    pages, server, home = shelf
    pages.put_letters(*range(1, 7))
    pages.put_list(6, 5, following="list_2.html")
    pages.put_list(4, 3, path="/list_2.html", following="list_3.html")
    pages.pages["/list_3.html"] = Page("<html><head><meta charset='utf-8'></head><body></body></html>")
    assert home.crawl("shelf").outcome == "partial", "it may have been for this once"
    run = home.crawl("shelf")
    assert (run.outcome, reasons(home)) == ("done", {"/list_3.html": "stub"})
    server.log.clear()
    run = home.crawl("shelf")
    assert (run.outcome, run.cause) == ("done", "unchanged")
    assert not [line for line in server.log if "/list_2" in line.url], "the list was read to its end"
    assert home.crawl("shelf", "-a", "full=1").outcome == "done"


def test_the_column_of_a_new_year_is_read_and_told(shelf: Bench) -> None:
    """Portals open a new column each January, and freeze the one before."""
    pages, server, home = shelf
    define(home.definitions, more=f'years = ["{URL}/jyta/"]', columns=f"""
[[columns]]
name = "2025年"
url = "{URL}/jyta/2025n/"
""")  # fmt: skip
    pages.put_letters(*range(1, 9))
    pages.put_list(1, 2)
    pages.put_list(3, 4, path="/jyta/2025n/")
    years = [f'<li><a href="/jyta/{year}n/">{year}年</a></li>' for year in (2025, 2024)]
    pages.pages["/jyta/"] = html("建议提案", f"<ul>{''.join(years)}</ul>")
    run = home.crawl("shelf")
    assert (run.outcome, run.counts["new"], run.message) == ("done", 4, None), "of an older year nobody knows why"
    pages.pages["/jyta/"] = html("建议提案", f'<ul><li><a href="/jyta/2026n/">2026年</a></li>{"".join(years)}</ul>')
    pages.put_list(6, 5, path="/jyta/2026n/", following="list_2.html")
    pages.put_list(7, 8, path="/jyta/2026n/list_2.html")
    run = home.crawl("shelf")
    assert (run.outcome, run.counts["new"]) == ("done", 4)
    assert run.message == f"read, too, though not in the definition: 2026年 {URL}/jyta/2026n/"
    server.log.clear()
    assert home.crawl("shelf").cause == "unchanged"
    assert "/jyta/2026n/list_2.html" not in asked(server), "a column like any other"
    pages.pages["/jyta/"] = Page("", status=404)
    run = home.crawl("shelf")
    assert (run.outcome, reasons(home)) == ("done", {"/jyta/": "http-404"})


def rows(*lines: tuple[int, str], following: str | None = None) -> Page:
    """A list of letters with these dates."""
    items = "".join(
        f'<li><a href="/letter/{n}.html">关于区政协三届二次会议第{n}号提案的答复</a><span>{date}</span></li>'
        for n, date in lines
    )
    pager = f'<a href="{following}">下一页</a>' if following else "<span>下一页</span>"
    return html("建议提案办理", f'<ul class="list">{items}</ul><div class="page">{pager}</div>')


def test_pinned_rows_above_the_newest_stop_no_walk(shelf: Bench) -> None:
    pages, server, home = shelf
    pages.put_letters(*range(1, 30))
    pinned = [(1, "2020-01-02"), (2, "2020-01-01")]
    pages.pages["/list.html"] = rows(*pinned, (20, "2024-05-20"), (19, "2024-05-19"), following="list_2.html")
    pages.pages["/list_2.html"] = rows(*pinned, (18, "2024-05-18"), (17, "2024-05-17"), following="list_3.html")
    pages.pages["/list_3.html"] = rows(*pinned, (16, "2024-05-16"), (15, "2024-05-15"))
    assert home.crawl("shelf").counts["new"] == 8
    # A page of nothing but known rows, yet pinned ones above: what is new stands on the next page.
    pages.pages["/list_2.html"] = rows(*pinned, (21, "2024-05-18"), (18, "2024-05-18"), following="list_3.html")
    server.log.clear()
    run = home.crawl("shelf")
    assert (run.counts["new"], run.outcome) == (1, "done")
    assert len({path for path in asked(server) if "list" in path}) == 3
    server.log.clear()
    home.crawl("shelf")
    assert [path for path in asked(server) if "list" in path] == ["/list.html", "/list_2.html"], (
        "in order there, so known"
    )


def test_a_walk_goes_on_for_as_many_known_rows_as_its_definition_says(shelf: Bench) -> None:
    pages, server, home = shelf
    file = home.definitions / "shelf.toml"
    file.write_text(file.read_text(encoding="utf-8") + "stop_after_known = 5\n", encoding="utf-8")
    pages.put_letters(*range(1, 30))
    pages.put_list(12, 11, 10, following="list_2.html")
    pages.put_list(9, 8, 7, path="/list_2.html", following="list_3.html")
    pages.put_list(6, 5, 4, path="/list_3.html")
    home.crawl("shelf")
    # A letter dated back appears on the second page, below four known rows.
    pages.put_list(9, 20, 8, path="/list_2.html", following="list_3.html")
    pages.put_list(7, 6, path="/list_3.html", following="list_4.html")
    pages.put_list(5, 4, path="/list_4.html")
    server.log.clear()
    assert home.crawl("shelf").counts["new"] == 1
    assert [path for path in asked(server) if "list" in path][-1] == "/list_4.html"
    server.log.clear()
    assert home.crawl("shelf").counts["new"] == 0
    assert len([path for path in asked(server) if "list" in path]) < 4


def test_rows_without_links_lose_no_others(shelf: Bench) -> None:
    pages, _, home = shelf
    pages.put_letters(1, 2, 3, 4)
    pages.put_list(4, 3, 2, 1)
    page = pages.pages["/list.html"]
    assert isinstance(page, Page)
    content = re.sub(r'<a href="/letter/3.html">(.*?)</a>', r"<a>\1</a>", str(page.content))
    pages.pages["/list.html"] = Page(content.replace("<span>下一页</span>", "共4条"))
    run = home.crawl("shelf")
    assert (run.outcome, run.counts["new"]) == ("done", 3), "one row short of what the list says is no alarm"
    assert re.search("letter/3", str(home.sql("SELECT group_concat(url) AS u FROM urls")[0]["u"])) is None


def test_a_second_column_keeps_the_first_from_no_cause(shelf: Bench) -> None:
    pages, _, home = shelf
    define(home.definitions, columns=f'[[columns]]\nname = "政协提案"\nurl = "{URL}/more.html"\n')
    pages.put_letters(1, 2, 3, 4)
    pages.put_list(1, 2)
    pages.put_list(3, 4, path="/more.html")
    home.crawl("shelf")
    pages.pages["/more.html"] = html("建议提案办理", "<p>栏目建设中</p>")
    home.crawl("shelf")
    assert seen(home) == ("partial", "redesigned")
    assert f"redesigned: the column {URL}/more.html shows no rows any more" in (home.runs()[0].message or "")
