"""The first crawl of the demo city, held against the city's own truth."""

import csv
import gzip
import io
import json
import re
from collections import defaultdict
from urllib.parse import urljoin, urlsplit

import pytest

from archive.warc import payload_digest
from crawler.demo import City, Published
from crawler.demo.site import HITS
from tests.e2e.bench import DAFU, PORTALS, Home, kept

CITY = City()


def landing(city: City, url: str) -> str:
    """Where a URL leads in the end."""
    while (page := city.page(url)) and page.location:
        url = urljoin(url, page.location)
    return url


def is_page(entry: Published) -> bool:
    page = CITY.page(entry.urls[0])
    return page is not None and page.type == "text/html"


def squeezed(text: str) -> str:
    return re.sub(r"[ \u3000\u00a0]+", " ", text)


@pytest.fixture
def by_url(crawled: Home) -> dict[str, dict]:
    return {landing(CITY, url): row for row in crawled.rows() for url in row["urls"]}


def test_the_command_says_what_it_did_and_what_to_do_next(crawled: Home) -> None:
    code, _, said = (crawled.path.parent / "output").read_text(encoding="utf-8").partition("\n")
    assert code == "0"
    assert "Traceback" not in said
    for portal in PORTALS:
        assert re.search(rf"{portal} .* done", said)
    assert "not asked, other hosts: news.evening.example" in said
    assert "failed (robots): http://mzj.jichuan.example/private/2024.htm" in said
    assert "\x1b" not in said
    assert "dafu demo --step" in said


def test_each_document_is_stored_once_with_all_its_urls(crawled: Home) -> None:
    truth = defaultdict(set)
    for entry in CITY.documents():
        truth[entry.text_id].update(entry.urls)
    stored = [sorted({landing(CITY, url) for url in row["urls"]}) for row in crawled.rows()]
    assert sorted(stored) == sorted(sorted(urls) for urls in truth.values())


def test_one_index_number_for_two_documents_and_like_words_do_not_merge(by_url: dict[str, dict]) -> None:
    entries = {entry.id: entry for entry in CITY.documents()}
    for one, other in (("mzj-10", "mzj-11"), ("mzj-18", "mzj-19")):
        rows = [by_url[entries[name].urls[0]] for name in (one, other)]
        assert rows[0]["id"] != rows[1]["id"]
    assert by_url[entries["mzj-10"].urls[0]]["index_number"] == by_url[entries["mzj-11"].urls[0]]["index_number"]


def test_kinds_are_right(by_url: dict[str, dict]) -> None:
    entries = CITY.documents()
    found = {entry.id: by_url[entry.urls[0]]["kind"] for entry in entries if entry.urls[0] in by_url}
    assert found == {entry.id: entry.kind for entry in entries if entry.urls[0] in by_url}
    assert set(found.values()) == {"reply", "opinion", "policy", "other"}


@pytest.mark.parametrize(
    "field",
    [
        "index_number",
        "publisher",
        "document_number",
        "published_at",
        "signed_by",
        "signed_on",
        "addressee",
        "proposals",
    ],
)
def test_what_is_stated_is_read(by_url: dict[str, dict], field: str) -> None:
    def plain(value: object) -> object:
        if isinstance(value, tuple):  # a proposal's title is the reader's own matter, and its tests'
            return [{name: part for name, part in item.items() if name != "title"} for item in value]
        return value

    wrong = {}
    for entry in CITY.documents():
        row = by_url.get(entry.urls[0])
        if row is None or row["url"] not in entry.urls or not is_page(entry):
            continue  # a letter that stands on two portals is shown as it stands on one
        got = row[field] or None
        if field == "proposals" and got:
            got = [{name: part for name, part in item.items() if name != "title"} for item in got]
        if got != plain(entry.fields.get(field)):
            wrong[entry.id] = (got, entry.fields.get(field))
    assert not wrong


def test_a_row_that_leads_straight_to_a_file_is_a_document_that_has_the_file(crawled: Home) -> None:
    (entry,) = [entry for entry in CITY.documents() if not is_page(entry)]
    (row,) = [row for row in crawled.rows() if row["url"] == entry.urls[0]]
    assert (row["title"], row["kind"], row["text"]) == (entry.title, "reply", None)
    assert row["published_at"] == entry.fields["published_at"]
    assert "file:pdf" in row["flags"]
    assert [file["url"] for file in row["attachments"]] == [entry.urls[0]]
    file = crawled.sql(
        "SELECT c.* FROM attachments a JOIN captures c ON c.id = a.capture_id WHERE a.url = ?", row["url"]
    )
    assert [(kept_file["status"], kept_file["url"]) for kept_file in file] == [(200, row["url"])]
    asked = crawled.sql("SELECT 1 FROM captures WHERE url = ?", row["url"])
    assert len(asked) == 1


def test_no_line_of_a_letter_is_lost(by_url: dict[str, dict]) -> None:
    seen = 0
    for entry in CITY.documents():
        if entry.urls[0] not in by_url or not is_page(entry):
            continue
        text = squeezed(by_url[entry.urls[0]]["text"])
        for line in entry.fields["text"].splitlines():
            assert squeezed(line) in text, entry.id
            seen += 1
    assert seen > 300


def test_attachments_have_the_right_bytes(crawled: Home) -> None:
    found = {
        row["url"]: row
        for row in crawled.sql(
            "SELECT a.name, a.url, c.status, c.warc_file, c.warc_offset "
            "FROM attachments a JOIN captures c ON c.id = a.capture_id"
        )
    }
    wanted = {a["url"]: a["name"] for entry in CITY.documents() for a in entry.fields.get("attachments", ())}
    assert wanted
    missing = 0
    for url, name in wanted.items():
        row, page = found[url], CITY.page(url)
        assert row["name"] == name
        if page is None:
            assert row["status"] == 404
            missing += 1
            continue
        record = kept(crawled.path / "warc" / row["warc_file"], row["warc_offset"])
        body = gzip.decompress(record.payload) if record.http.get_header("Content-Encoding") else record.payload
        assert body == page.content
    assert missing == 1


def test_the_archive_is_whole_and_every_row_points_to_its_record(crawled: Home) -> None:
    done = crawled.run(DAFU.with_name("warcio"), "check", "-v", *crawled.warcs())
    assert done.code == 0, done.out + done.err
    assert "fail" not in (done.out + done.err).lower()
    rows = crawled.sql("SELECT * FROM captures")
    assert len(rows) > 70
    for row in rows:
        record = kept(crawled.path / "warc" / row["warc_file"], row["warc_offset"])
        assert record.type == ("revisit" if row["revisit_of"] else "response")
        assert record.about.get_header("WARC-Target-URI") == row["url"]
        assert record.about.get_header("WARC-Payload-Digest") == row["digest"]
        assert record.http.get_statuscode() == str(row["status"])
        assert (crawled.path / "warc" / row["warc_file"]).stat().st_size >= row["warc_offset"] + row["warc_length"]
        if not row["revisit_of"]:
            assert payload_digest(record.payload) == row["digest"]
            assert len(record.payload) == row["size"]


def test_bodies_are_kept_as_served(crawled: Home) -> None:
    compressed = chunked = 0
    for row in crawled.sql("SELECT * FROM captures WHERE status = 200 AND revisit_of IS NULL"):
        page = CITY.page(row["url"])
        site = CITY.sites[urlsplit(row["url"]).hostname]
        if page is None:  # a list by a form
            continue
        record = kept(crawled.path / "warc" / row["warc_file"], row["warc_offset"])
        body = record.payload
        if site.gzip:
            assert record.http.get_header("Content-Encoding") == "gzip"
            body = gzip.decompress(body)
            compressed += 1
        chunked += site.chunked
        if isinstance(page.content, bytes):
            assert body == page.content
        else:
            parts = page.content.encode(site.encoding).split(HITS.encode())  # visits are counted
            assert re.fullmatch(b"[0-9]+".join(map(re.escape, parts)), body), row["url"]
    assert compressed > 10
    assert chunked > 10


def test_every_request_names_itself_and_what_it_takes(crawled: Home) -> None:
    rows = crawled.sql("SELECT * FROM captures")
    for row in rows:
        offset = row["warc_offset"] + row["warc_length"]
        request = kept(crawled.path / "warc" / row["warc_file"], offset)
        assert request.type == "request"
        assert request.about.get_header("WARC-Target-URI") == row["url"]
        assert request.http.get_header("User-Agent").startswith("dafu/")
        assert "text/html" in request.http.get_header("Accept")
        assert request.http.get_header("Host") == urlsplit(row["url"]).netloc
        assert request.http.get_header("If-None-Match") is None  # nothing was known


def test_dumps_say_what_the_store_holds(crawled: Home) -> None:
    done = crawled.dafu("dump", "--output", "-")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert rows == json.loads(json.dumps(crawled.rows()))
    assert done.err == ""
    table = csv.DictReader(io.StringIO(crawled.dafu("dump", "--output", "-", "--format", "csv").out))
    assert [row["id"] for row in table] == [row["id"] for row in rows]


def test_status_and_show_find_what_was_crawled(crawled: Home) -> None:
    status = json.loads(crawled.dafu("status", "--json").out)
    assert status["held"]["documents"] == len(crawled.rows())
    assert {run["outcome"] for run in status["runs"]} == {"done"}
    entry = next(entry for entry in CITY.documents() if entry.id == "mzj-1")
    shown = json.loads(crawled.dafu("show", entry.urls[0], "--json").out)
    assert shown["document_number"] == entry.fields["document_number"]


def test_reading_again_says_the_same(crawled: Home) -> None:
    done = crawled.dafu("reextract", "--json")
    said = json.loads(done.out)
    assert (done.code, said["changed"], said["failed"]) == (0, [], [])
    assert said["read"] == said["same"] == crawled.sql("SELECT count(*) AS n FROM readings")[0]["n"]
