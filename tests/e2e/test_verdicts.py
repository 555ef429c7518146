"""What answers must not be taken for: an old page for a new one, an error for a page, a part for the whole."""

import pytest

from crawler.demo import Server
from crawler.demo.site import Page
from tests.e2e.bench import HOST, Home, Shelf, html, letter

Bench = tuple[Shelf, Server, Home]
ONE = f"http://{HOST}/letter/11.html"


@pytest.fixture
def validating(shelf: Bench) -> Bench:
    shelf[0].sites[HOST].validators = True
    return shelf


def test_a_page_that_changes_back_and_forth_is_seen_each_time(validating: Bench) -> None:
    pages, server, home = validating
    pages.put_list(11, 12)
    seen = []
    for words in ("明年起补助二十元", "明年起补助三十元", "明年起补助二十元", "明年起补助三十元", "明年起补助三十元"):
        pages.put_letters(11, 12, words=words)
        run = home.crawl("shelf", "-a", "full=1")
        seen.append({name for name, count in run.counts.items() if count and name in ("new", "changed", "unchanged")})
    assert seen == [{"new"}, {"changed"}, {"changed"}, {"changed"}, {"unchanged"}]
    assert [line.status for line in server.log if line.url == ONE] == [200, 200, 200, 200, 304]
    assert home.held()["versions"] == 4


def test_an_error_page_is_not_confirmed_by_its_own_etag(validating: Bench) -> None:
    pages, _, home = validating
    pages.put_list(11, 12)
    pages.put_letters(11, 12)
    home.crawl("shelf")
    pages.pages["/letter/11.html"] = Page("<html><head><title></title></head><body></body></html>")
    for _ in range(2):
        run = home.crawl("shelf", "-a", "full=1")
        assert (run.outcome, run.counts["unchanged"]) == ("partial", 1)
        assert [failure.reason for failure in home.failures(run)] == ["empty"]


def test_a_walk_goes_on_past_a_page_of_foreign_rows(shelf: Bench) -> None:
    pages, _, home = shelf
    pages.put_letters(*range(11, 15))
    pages.put_list(14, 13, following="list_2.html")
    foreign = "".join(
        f'<li><a href="http://other.example/a/{n}.html">关于区政协第{n}号提案的答复</a><span>2024-05-{n}</span></li>'
        for n in (17, 18, 19)
    )
    pages.pages["/list_2.html"] = html(
        "建议提案办理", f'<ul class="list">{foreign}</ul><a href="list_3.html">下一页</a>'
    )
    pages.put_list(12, 11, path="/list_3.html")
    assert home.crawl("shelf").counts["new"] == 4


def test_a_list_that_holds_more_than_could_be_read_is_not_complete(shelf: Bench) -> None:
    pages, _, home = shelf
    pages.put_letters(1, 2)
    pages.put_list(2, 1)
    whole = pages.page(f"http://{HOST}/list.html")
    assert whole is not None
    pages.pages["/list.html"] = Page(whole.content.replace("<span>下一页</span>", "共100条 1/34页"))
    run = home.crawl("shelf")
    assert run.outcome == "partial"
    failure = home.failures(run)[0]
    assert (failure.reason, failure.message) == ("short-list", "the list says that it holds 100, and 2 could be read")


def test_session_ids_in_attachments_are_no_change(shelf: Bench) -> None:
    pages, _, home = shelf
    pages.put_list(11, 12)
    visits = iter(range(99))

    def page() -> Page:
        link = f'<p>附件：<a href="/files/a.pdf;jsessionid=AB{next(visits)}">方案.pdf</a></p>'
        return html(
            "关于区政协三届二次会议第11号提案的答复", letter(11, "补助二十元").replace("</div>", link + "</div>")
        )

    pages.pages["/letter/11.html"] = page
    pages.put_letters(12)
    home.crawl("shelf")
    assert home.crawl("shelf").counts["changed"] == 0
    assert home.held()["versions"] == 2


def test_what_a_list_says_only_later_is_no_change(shelf: Bench) -> None:
    pages, _, home = shelf
    pages.put_letters(11, 12)
    assert home.dafu("recrawl", ONE).code == 0
    assert home.rows()[0]["published_at"] is None
    pages.put_list(11, 12)
    assert home.crawl("shelf", "-a", "full=1").counts["changed"] == 0
    assert home.crawl("shelf", "-a", "full=1").counts["changed"] == 0
    assert home.held()["versions"] == 2
    assert home.rows()[0]["published_at"] == "2024-05-12"


@pytest.mark.slow
def test_a_host_that_is_down_for_long_loses_no_page(shelf: Bench) -> None:
    pages, server, home = shelf
    pages.put_letters(11, 12)
    pages.put_list(11, 12)
    server.fail(r"letter/11\.html", "status:503")
    for _ in range(6):
        assert home.crawl("shelf", "-s", "RETRY_TIMES=0").outcome == "partial"
    assert home.held()["urls waiting"] == 1
    server.heal()
    assert home.crawl("shelf").counts["new"] == 1


def test_few_rows_of_a_walk_cut_short_are_no_alarm(shelf: Bench) -> None:
    pages, _, home = shelf
    definition = home.definitions / "shelf.toml"
    definition.write_text(
        definition.read_text(encoding="utf-8") + "\n[expectations]\nmin_listed = 4\n", encoding="utf-8"
    )
    pages.put_letters(*range(11, 17))
    pages.put_list(16, 15, 14, following="list_2.html")
    pages.put_list(13, 12, 11, path="/list_2.html")
    assert [home.crawl("shelf").outcome for _ in range(2)] == ["done", "done"]
    pages.put_list(16, 15, 14)
    assert home.crawl("shelf", "-a", "full=1").outcome == "partial"
