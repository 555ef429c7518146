"""Every response to the archive first; what is there already becomes a revisit."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.keeper import Asked, Keeper, mend_left
from archive.reextract import body_of
from archive.warc import IDENTICAL, NOT_MODIFIED, ArchiveError, Exchange, Writer, payload_digest
from storage import captures, runs
from storage.database import Database
from storage.models import Capture

from .conftest import AT, URL, exchange


@pytest.fixture
def keeper(database: Database, writer: Writer) -> Iterator[Keeper]:
    keeper = Keeper(database, writer, runs.begin(database, "harbour", "990102", "vsb"))
    yield keeper
    keeper.close()


def later(what: Exchange, days: int = 1) -> Exchange:
    return replace(what, fetched_at=AT + timedelta(days=days))


def kinds(folder: Path) -> list[tuple[str, str | None]]:
    found = []
    for file in sorted(folder.iterdir()):
        with file.open("rb") as stream:
            found += [(r.rec_type, r.rec_headers.get_header("WARC-Profile")) for r in ArchiveIterator(stream)]
    return [(kind, profile) for kind, profile in found if kind not in ("warcinfo", "request")]


def test_a_capture_is_what_was_served_and_where_it_lies(keeper: Keeper, folder: Path, database: Database) -> None:
    sent = exchange(response_headers=[("content-TYPE", "text/html"), ("ETag", '"7"'), ("Last-Modified", "Sun, 1")])
    capture = keeper.keep(sent, Asked(row_title="关于照明", row_date="2026-02-11"))
    keeper.close()
    stored = captures.get(database, capture.id)
    assert (stored.url, stored.status, stored.fetched_at) == (URL, 200, AT)
    assert (stored.content_type, stored.etag, stored.last_modified) == ("text/html", '"7"', "Sun, 1")
    assert (stored.digest, stored.size) == (payload_digest(sent.payload), len(sent.payload))
    assert (stored.row_title, stored.row_date, stored.revisit_of) == ("关于照明", "2026-02-11", None)
    assert body_of(folder, stored) == sent.payload
    assert stored.payload_of == stored.id


def test_an_identical_payload_of_the_same_url_is_a_revisit(keeper: Keeper, folder: Path) -> None:
    first = keeper.keep(exchange(), Asked())
    second = keeper.keep(later(exchange(url=URL + "#top")), Asked())
    third = keeper.keep(later(exchange(), 2), Asked())
    keeper.close()
    assert (second.revisit_of, third.revisit_of) == (first.id, first.id)
    assert (second.digest, second.size) == (first.digest, first.size)
    assert kinds(folder) == [("response", None), ("revisit", IDENTICAL), ("revisit", IDENTICAL)]
    with pytest.raises(ArchiveError):
        body_of(folder, second)


@pytest.mark.parametrize(
    "other",
    [
        {"payload": b"<p>other</p>"},
        {"url": URL + "&b=2"},
        {"status": 404},
        {"truncated": "disconnect"},
        {"payload": b""},
    ],
    ids=["other bytes", "other url", "other status", "cut off", "empty"],
)
def test_anything_else_is_a_response(keeper: Keeper, folder: Path, other: dict[str, object]) -> None:
    keeper.keep(exchange(), Asked())
    second = keeper.keep(later(exchange(**other)), Asked())
    keeper.close()
    assert second.revisit_of is None
    assert kinds(folder) == [("response", None), ("response", None)]


@pytest.mark.parametrize("broken", [{"truncated": "disconnect"}, {"status": 503}, {"payload": b""}])
def test_what_was_not_had_whole_is_nothing_to_refer_to(keeper: Keeper, broken: dict[str, object]) -> None:
    keeper.keep(exchange(**broken), Asked())
    again = keeper.keep(later(exchange(**(broken | {"truncated": None, "status": 200}))), Asked())
    assert again.revisit_of is None


def test_not_modified_refers_to_what_was_validated(keeper: Keeper, folder: Path) -> None:
    first = keeper.keep(exchange(), Asked())
    newer = keeper.keep(later(exchange(payload=b"<p>2</p>")), Asked())
    answer = exchange(status=304, reason="Not Modified", payload=b"", response_headers=[("ETag", '"2"')])
    third = keeper.keep(later(answer, 2), Asked(validated=newer.id))
    fourth = keeper.keep(later(answer, 3), Asked(validated=third.id))
    keeper.close()
    assert (third.status, third.size, third.digest, third.revisit_of) == (304, 0, newer.digest, newer.id)
    assert fourth.revisit_of == newer.id, "a revisit of a revisit refers to the payload"
    assert first.digest != newer.digest
    assert kinds(folder)[2:] == [("revisit", NOT_MODIFIED)] * 2


def test_not_modified_that_nobody_asked_for_is_kept_as_it_came(keeper: Keeper, folder: Path) -> None:
    capture = keeper.keep(exchange(status=304, payload=b""), Asked())
    keeper.close()
    assert capture.revisit_of is None
    assert kinds(folder) == [("response", None)]


def test_what_was_not_kept_leaves_a_note_and_no_capture(keeper: Keeper, folder: Path, database: Database) -> None:
    keeper.note(URL, AT, "over the limit")
    keeper.close()
    assert kinds(folder) == [("metadata", None)]
    with database.reading() as session:
        assert session.query(Capture).count() == 0


def test_without_a_record_on_disk_there_is_no_row(database: Database, folder: Path) -> None:
    """A row that points nowhere would be worse than a lost page."""
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where the folder should be")
    keeper = Keeper(database, Writer(folder, "p", "dafu/0.1"), runs.begin(database, "harbour", "990102", "vsb"))
    with pytest.raises(OSError):
        keeper.keep(exchange(), Asked())
    with database.reading() as session:
        assert session.query(Capture).count() == 0


def test_what_may_have_been_torn_since_the_last_run_is_mended_and_nothing_else(
    keeper: Keeper, folder: Path, database: Database
) -> None:
    """A re-crawl may have gone on beside the crawl that was killed, and later than it."""
    kept = keeper.keep(exchange(), Asked())
    keeper.close()
    (going_on,) = runs.unfinished(database)
    runs.finish(database, going_on.id, "failed")
    re_crawl = runs.begin(database, "harbour", "990102", "vsb", urls=[URL])
    torn = b"\x1f\x8b"

    def name(run: int, portal: str = "harbour") -> str:
        return f"{portal}-{run:06d}-20261121080910-001.warc.gz"

    (folder / kept.warc_file).rename(folder / name(70))
    for run in (12, 13, 90, 1000):
        (folder / name(run)).write_bytes(torn)
    for other in (name(90, "harbour-north"), "harbour-notes"):
        (folder / other).write_bytes(torn)
    os.utime(folder / name(12), (0, 0))  # older than the last run that kept anything: mended long ago
    (folder / name(re_crawl)).write_bytes(torn)  # it has just made its file, and not locked it yet
    assert mend_left(database, folder, "harbour") == 3 * len(torn)
    left = {name(12), name(70), name(re_crawl), name(90, "harbour-north"), "harbour-notes"}
    assert {file.name for file in folder.iterdir()} == left
    assert mend_left(database, folder, "harbour") == 0
    assert mend_left(database, folder / "none", "harbour") == 0


def test_the_newest_file_is_mended_however_old_it_is(database: Database, folder: Path) -> None:
    folder.mkdir(parents=True)
    file = folder / "harbour-000002-20261121080910-001.warc.gz"
    file.write_bytes(b"\x1f\x8b")
    os.utime(file, (0, 0))
    assert mend_left(database, folder, "harbour") == 2
