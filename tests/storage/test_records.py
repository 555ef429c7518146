"""Reading the store back: rows of a dump, and one document by id or URL."""

import pytest

from crawler.extraction.record import Record
from storage import documents, frontier, records
from storage.models import Document

from .conftest import BODY, World, day, letter

ONE, TWO = "http://mzj.harbour.example/info/1/1.htm", "http://www.harbour.example/a/9.html"


def test_a_row_is_the_record_with_what_the_store_knows_of_it(world: World) -> None:
    saved = world.show(ONE, letter(url=ONE), on=1)
    world.show(TWO, letter(url=TWO), on=2)
    [row] = records.rows(world.database)
    capture = row.pop("capture")
    assert {name: row.pop(name) for name in ("id", "portal", "urls", "version", "first_seen", "last_seen")} == {
        "id": saved.document,
        "portal": "harbour",
        "urls": [ONE, TWO],
        "version": 1,
        "first_seen": "2026-03-02T08:00:00+00:00",
        "last_seen": "2026-03-03T08:00:00+00:00",
    }
    assert row.pop("gone_since") is None
    assert row.pop("parts") == []
    assert row == letter(url=ONE).as_json()
    assert capture == {
        "time": "2026-03-02T08:00:00+00:00", "warc_file": "w.warc.gz", "offset": 100, "digest": "sha1:100",
    }  # fmt: skip


def test_rows_come_in_the_order_of_their_first_sighting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BATCH", 2)
    for number, on in enumerate((3, 1, 4, 2, 5)):
        world.show(f"{ONE}?{number}", letter(text=BODY + str(number)), on=on)
    assert [row["first_seen"] for row in records.rows(world.database)] == [
        day(n).isoformat(timespec="seconds") for n in (1, 2, 3, 4, 5)
    ]


def test_a_document_is_found_by_its_id_and_by_each_url_in_any_spelling(world: World) -> None:
    saved = world.show(ONE, letter())
    world.show(TWO, letter(title="另"))
    for wanted in (saved.document, ONE, TWO, ONE.replace("mzj", "MZJ") + "#top"):
        shown = records.find(world.database, wanted)
        assert shown is not None
        assert shown.row["id"] == saved.document
        assert [url.url for url in shown.urls] == [ONE, TWO]


@pytest.mark.parametrize("wanted", ["", "nosuchid", "http://nobody.example/", "http://[::1", "http://h.example:99999/"])
def test_what_is_not_there_is_not_found(world: World, wanted: str) -> None:
    world.show(ONE, letter())
    assert records.find(world.database, wanted) is None


def test_a_url_that_was_listed_and_never_read_shows_nothing(world: World) -> None:
    world.show(ONE, letter())
    frontier.discover(world.database, "harbour", [(TWO, None, None)])
    assert records.find(world.database, TWO) is None


def test_an_earlier_version_is_shown_on_demand(world: World) -> None:
    world.show(ONE, letter(title="旧"))
    world.show(ONE, letter(title="新"), on=1)
    titles = []
    for version in (None, 1, 2):
        shown = records.find(world.database, ONE, version)
        assert shown is not None
        titles.append((shown.row["version"], shown.row["title"], len(shown.versions)))
    assert titles == [(2, "新", 2), (1, "旧", 2), (2, "新", 2)]
    assert records.find(world.database, ONE, 3) is None


def test_an_id_that_was_merged_leads_to_the_survivor(world: World) -> None:
    saved = world.show(ONE, letter())
    with world.database.writing() as session:
        session.add(Document(id="middle", merged_into=saved.document))
        session.flush()
        session.add(Document(id="older", merged_into="middle"))
    shown = records.find(world.database, "older")
    assert shown is not None
    assert shown.row["id"] == saved.document
    assert len(list(records.rows(world.database))) == 1


def test_counts(world: World) -> None:
    world.show(ONE, letter())
    world.show(TWO, letter())
    world.show(ONE, Record(kind="reply", text="短"), on=1)
    frontier.discover(world.database, "harbour", [(ONE + "?waiting", None, None)])
    assert records.count(world.database) == {
        "documents": 1, "versions": 2, "captures": 3, "proposals": 0, "runs": 1, "urls waiting": 1,
    }  # fmt: skip


def test_portals_with_the_documents_they_show(world: World) -> None:
    world.show(ONE, letter())
    world.show(ONE + "?2", letter(text=BODY + "又"))
    world.show(TWO, letter(), portal="town")
    [portal] = records.portals(world.database)
    assert (portal["portal"], portal["documents"], portal["run"].id) == ("harbour", 2, world.run)


def test_a_dump_sees_one_state_while_a_crawl_goes_on(world: World) -> None:
    for number in range(3):
        world.show(f"{ONE}?{number}", letter(text=BODY + str(number)), on=number)
    rows = records.rows(world.database)
    first = next(rows)
    world.show(ONE + "?2", letter(text=BODY + "改"), on=7)
    documents.gone(world.database, ONE + "?1", world.run, day(8))
    assert [(row["version"], row["gone_since"]) for row in [first, *rows]] == [(1, None)] * 3
