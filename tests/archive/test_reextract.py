"""Reading the archive again gives what was read at first; damage stays where it is."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from archive.keeper import Asked, Keeper
from archive.reextract import Reread, read_body, reread, source_of
from archive.warc import Writer
from crawler.extraction import reader_id
from dafu import app
from storage import captures, documents, records, runs
from storage.database import Database
from storage.models import Capture, Reading

from .conftest import AT, exchange

PAGE = """<html><head><meta charset="utf-8"><title>关于第{n}号提案的答复-港口县民政局</title>
<meta name="ArticleTitle" content="关于第{n}号提案的答复"><meta name="PubDate" content="2026-02-1{n}"></head><body>
<h1>关于第{n}号提案的答复</h1><div id="zoom"><p>王某某委员：</p><p>您提出的关于渡口夜航的提案收悉，现答复如下。
渡口现有渡船{n}艘，夜间停航；经与海事部门商定，自四月起每晚加开两班，并在码头增设照明与候船棚，所需经费列入本年预算。</p>
<p>感谢您对渡口工作的关心。</p>
<p>港口县民政局</p><p>2026年2月1{n}日</p></div></body></html>"""


class Crawl:
    """One run that keeps and stores pages as the spider does, one WARC file a page."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.run = runs.begin(database, "harbour", "990102", "vsb")

    def fetch(self, n: int, payload: bytes, on: int = 0, status: int = 200, validated: int | None = None) -> Capture:
        url = f"http://mzj.harbour.example/info/1/{n}.htm"
        writer = Writer(self.folder, f"page-{n}-{on}", "dafu/0.1")
        keeper = Keeper(self.database, writer, self.run)
        at = AT + timedelta(days=on)
        sent = exchange(url=url, payload=payload, status=status, fetched_at=at)
        capture = keeper.keep(sent, Asked(f"关于第{n}号提案的答复", f"2026-02-1{n}", validated))
        keeper.close()
        if status == 200:
            record = read_body(source_of(capture, capture, "vsb"), payload)
            documents.save(self.database, "harbour", url, capture.id, record, reader_id())
        return capture


@pytest.fixture
def crawl(database: Database, home: Path) -> Crawl:
    crawl = Crawl(database, home / "warc")
    for n in range(1, 5):
        crawl.fetch(n, PAGE.format(n=n).encode())
    return crawl


def rows(crawl: Crawl) -> list[dict[str, Any]]:
    """What a dump holds, in the order of the pages' numbers."""
    return sorted(records.rows(crawl.database), key=lambda row: row["urls"])


def spoil(crawl: Crawl, capture: int) -> None:
    """Write other values and another reader's name into a reading."""
    with crawl.database.writing() as session:
        reading = session.get_one(Reading, capture)
        reading.record = reading.record | {"title": "错", "text": "错"}
        reading.reader, reading.content_digest = "older", "0"


@pytest.mark.parametrize("jobs", [1, 2])
def test_rereading_reproduces_every_record(crawl: Crawl, jobs: int) -> None:
    before = rows(crawl)
    assert [row["title"] for row in before] == [f"关于第{n}号提案的答复" for n in range(1, 5)]
    results = list(reread(crawl.database, crawl.folder, jobs=jobs))
    assert [(r.capture, r.changed, r.error) for r in results] == [(n, False, None) for n in range(1, 5)]
    assert rows(crawl) == before
    for n in (2, 4):
        spoil(crawl, n)
    assert rows(crawl) != before
    assert [r.changed for r in reread(crawl.database, crawl.folder, jobs=jobs)] == [False, True, False, True]
    assert rows(crawl) == before
    assert runs.findings(crawl.database, [crawl.run])[4:] == []


def test_a_missing_and_a_damaged_file_are_an_error_each_and_the_others_go_on(crawl: Crawl) -> None:
    for n in (1, 2, 3, 4):
        spoil(crawl, n)
    (crawl.folder / "page-1-0-001.warc.gz").unlink()
    damaged = crawl.folder / "page-3-0-001.warc.gz"
    damaged.write_bytes(damaged.read_bytes()[:-700])
    results = list(reread(crawl.database, crawl.folder))
    assert [(r.changed, bool(r.error)) for r in results] == [(False, True), (True, False), (False, True), (True, False)]
    assert "page-1-0-001.warc.gz" in (results[0].error or "")
    assert [row["title"] for row in rows(crawl)] == ["错", "关于第2号提案的答复", "错", "关于第4号提案的答复"]


def test_captures_by_name(crawl: Crawl) -> None:
    spoil(crawl, 2)
    spoil(crawl, 3)
    assert list(reread(crawl.database, crawl.folder, [3])) == [
        Reread(3, "http://mzj.harbour.example/info/1/3.htm", changed=True)
    ]
    assert [row["title"] for row in rows(crawl)][1:3] == ["错", "关于第3号提案的答复"]
    assert list(reread(crawl.database, crawl.folder, [])) == []


def test_a_revisit_is_read_from_the_payload_it_refers_to(crawl: Crawl) -> None:
    """A page that went A, B and A again: the third answer has no payload of its own, yet is what the URL shows."""
    first = PAGE.format(n=1)
    crawl.fetch(1, first.replace("两班", "三班").encode(), on=1)
    back = crawl.fetch(1, first.encode(), on=2)
    assert back.revisit_of == 1
    before = rows(crawl)
    spoil(crawl, back.id)
    assert [(c.id, p.id) for c, p, _ in captures.readable(crawl.database, [back.id])] == [(back.id, 1)]
    [result] = reread(crawl.database, crawl.folder, [back.id])
    assert (result.changed, result.error) == (True, None)
    assert rows(crawl) == before
    reading = documents.prior_reading(crawl.database, back.url)
    assert reading is not None
    assert (reading.capture_id, reading.record["title"]) == (back.id, "关于第1号提案的答复")


def test_the_command_says_what_changed_and_ends_partly_done_where_a_file_is_missing(crawl: Crawl) -> None:
    spoil(crawl, 2)
    first = CliRunner().invoke(app, ["reextract", "--jobs", "1"])
    assert first.exit_code == 0
    assert "4 readings: 3 the same, 1 changed, 0 failed" in first.stdout
    assert "changed: http://mzj.harbour.example/info/1/2.htm" in first.stdout
    (crawl.folder / "page-1-0-001.warc.gz").unlink()
    partly = CliRunner().invoke(app, ["reextract", "--jobs", "1", "--json"])
    assert partly.exit_code == 3
    said = json.loads(partly.stdout)
    assert (said["read"], said["same"], said["changed"]) == (4, 3, [])
    assert [f["url"] for f in said["failed"]] == ["http://mzj.harbour.example/info/1/1.htm"]
    for file in crawl.folder.iterdir():
        file.unlink()
    assert CliRunner().invoke(app, ["reextract", "--jobs", "1"]).exit_code == 1
