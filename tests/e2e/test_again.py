"""Crawling again: nothing new is nothing new, and what a city changes is what is found, no more and no less."""

import json
from collections import Counter

import pytest

from crawler.demo import LAST_STEP, City, Server
from tests.e2e.bench import PORTALS, Home, kept


def expected(step: int) -> Counter[tuple[str, str]]:
    """What the oracle says a full crawl finds at ``step``."""
    city, before = City(step), City(step - 1)
    changes = city.changes(step)
    seen = {entry.text_id for entry in before.documents()}
    wanted: Counter[tuple[str, str]] = Counter()
    for entry in changes.new:
        for url in entry.urls:
            wanted["duplicate" if entry.text_id in seen else "new", url] += 1
            seen.add(entry.text_id)
    for entry in changes.edited:
        wanted.update(("changed", url) for url in entry.urls)
    for entry in changes.gone:
        wanted["gone", entry.urls[-1]] += 1
    return wanted


def test_a_second_crawl_finds_nothing(copy: Home) -> None:
    before = copy.held()
    for portal in PORTALS:
        run = copy.crawl(portal)
        assert run.outcome == "done"
        assert [run.counts[name] for name in ("new", "changed", "duplicates", "gone")] == [0, 0, 0, 0]
        assert run.counts["unchanged"] > 0
        assert copy.findings(run) == []
    after = copy.held()
    for name in ("documents", "versions", "proposals"):
        assert after[name] == before[name]
    assert copy.sql("SELECT count(*) AS n FROM captures WHERE status = 304")[0]["n"] > 10
    newest = copy.sql("SELECT * FROM captures WHERE status = 304 ORDER BY id DESC")[0]
    place = copy.path / "warc" / newest["warc_file"], newest["warc_offset"]
    assert kept(*place).about.get_header("WARC-Profile").endswith("/revisit/server-not-modified")
    request = kept(place[0], newest["warc_offset"] + newest["warc_length"])
    assert request.http.get_header("If-None-Match")
    assert request.http.get_header("If-Modified-Since")


@pytest.mark.slow
def test_each_step_of_the_city_is_found(copy: Home, server: Server) -> None:
    for step in range(1, LAST_STEP + 1):
        if step == 1:
            done = copy.dafu("demo", "--step")
            assert done.code == 0, done.err
            runs = copy.runs()[: len(PORTALS)]
            assert {run.full for run in runs} == {True}
            assert all(f"{verdict}: {url}" in done.out for verdict, url in expected(1))
        else:
            server.city = City(step)
            runs = [copy.crawl(portal, "-a", "full=1") for portal in PORTALS]
        assert {run.outcome for run in runs} == {"done"}
        found = Counter((finding.verdict, finding.url) for finding in copy.findings(*runs))
        assert found == expected(step), step
    gone = [url for step in range(1, LAST_STEP + 1) for entry in City(step).changes(step).gone for url in entry.urls]
    assert {row["url"] for row in copy.sql("SELECT url FROM urls WHERE gone_since IS NOT NULL")} == set(gone)


def test_an_ordinary_crawl_finds_what_is_new_and_no_budget_asks_nothing_again(copy: Home, server: Server) -> None:
    server.city = City(1)
    copy.more["DAFU_REVISITS"] = "0"
    run = copy.crawl("demo-mzj")
    wanted = {url for verdict, url in expected(1) if verdict == "new" and "//mzj." in url}
    assert wanted
    assert {finding.url for finding in copy.findings(run)} == wanted
    assert {line.url for line in server.log if "/info/" in line.url} == wanted
    # The list is read until it holds nothing new, not to its end.
    walk = copy.sql("SELECT pages FROM walks WHERE run_id = ? AND \"column\" LIKE '%jytabl%'", run.id)[0]
    assert walk["pages"] == 2


def test_recrawl_says_what_changed_field_by_field(copy: Home, server: Server) -> None:
    url = next(entry.urls[0] for entry in City(1).changes(1).edited)
    same = next(entry.urls[0] for entry in City().documents() if entry.id == "mzj-1")
    server.city = City(1)
    copy.path.joinpath("urls.txt").write_text(f"# two pages\n\n{url}\n  {same}\n", encoding="utf-8")
    done = copy.dafu("recrawl", url, "--file", copy.path / "urls.txt")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0].startswith(f"changed: {url} (document ")
    assert lines[0].endswith("version 2)")
    assert [line.strip() for line in lines[1:] if line.startswith("  ") and line.strip()[0] not in "-+"] == ["text"]
    assert lines[-1] == f"unchanged: {same}"
    assert [line.url for line in server.log].count(url) == 1


def test_recrawl_asks_unconditionally_and_only_what_it_is_told(copy: Home, server: Server) -> None:
    whole = next(entry for entry in City().documents() if entry.id == "mzj-13")
    gone = next(entry.urls[0] for entry in City(2).changes(2).gone)
    unlisted = next(entry.urls[0] for entry in City(1).changes(1).new if entry.portal == "demo-mzj")
    nowhere = "http://mzj.jichuan.example/info/1041/999999.htm"
    server.city = City(2)
    done = copy.dafu("recrawl", whole.urls[0], gone, unlisted, nowhere, "--json")
    assert done.code == 3, done.err
    (run,) = json.loads(done.out)
    assert (run["outcome"], run["counts"]["unchanged"]) == ("done", 1)
    assert {(f["verdict"], f["url"]) for f in run["findings"]} == {("gone", gone), ("new", unlisted)}
    assert [(f["reason"], f["url"]) for f in run["failures"]] == [("http-404", nowhere)]
    asked = {line.url: line.status for line in server.log}
    files = {attachment["url"] for attachment in whole.fields["attachments"]}
    assert files
    assert set(asked) == {whole.urls[0], gone, unlisted, nowhere, "http://mzj.jichuan.example/robots.txt"} | files
    assert all(asked[url] == 200 for url in (whole.urls[0], unlisted, *files))
    row = copy.sql("SELECT * FROM captures WHERE url = ? ORDER BY id DESC", whole.urls[0])[0]
    request = kept(copy.path / "warc" / row["warc_file"], row["warc_offset"] + row["warc_length"])
    assert request.http.get_header("If-None-Match") is None
    assert request.http.get_header("If-Modified-Since") is None
    row = copy.sql("SELECT * FROM captures WHERE url = ? ORDER BY id DESC", min(files))[0]
    record = kept(copy.path / "warc" / row["warc_file"], row["warc_offset"])
    assert record.about.get_header("WARC-Profile").endswith("/revisit/identical-payload-digest")
    assert json.loads(copy.dafu("show", gone, "--json").out)["gone_since"]


def test_recrawl_never_calls_unchanged_what_it_has_not_seen(copy: Home, server: Server) -> None:
    entries = {entry.id: entry.urls[0] for entry in City().documents()}
    gone = next(entry.urls[0] for entry in City(2).changes(2).gone)
    server.city = City(2)
    assert copy.dafu("recrawl", gone).out.startswith(f"gone: {gone} (document ")
    spelt = entries["mzj-1"].replace("//mzj.", "//MZJ.") + "#top"
    done = copy.dafu("recrawl", gone, spelt)
    assert done.out.splitlines() == [f"still gone: {gone}", f"unchanged: {spelt}"]

    (copy.path / "logs").rename(copy.path / "old-logs")
    (copy.path / "logs").touch()  # so that the crawl can't be started
    done = copy.dafu("recrawl", entries["mzj-1"])
    assert done.code == 1
    assert "could not be started" in done.err
    assert done.out == f"not asked: {entries['mzj-1']}\n"
