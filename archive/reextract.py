"""Reading captures again from the WARC files, without the network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archive.warc import ArchiveError, Place, read_response
from crawler.extraction import extract, reader_id
from crawler.extraction.pool import each
from crawler.extraction.record import Record
from storage import captures, documents
from storage.database import Database
from storage.models import Capture


@dataclass(frozen=True, slots=True)
class Source:
    """All that a reading follows from: where the payload lies, and what the capture says of it."""

    capture: int
    place: Place
    url: str
    content_type: str | None
    platform: str | None
    row_title: str | None
    row_date: str | None
    parts: tuple["Piece", ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A page on which a document goes on."""

    place: Place
    url: str
    content_type: str | None


@dataclass(frozen=True, slots=True)
class Reread:
    """What became of one reading: whether any value differs now, or the error that kept it from being read."""

    capture: int
    url: str
    changed: bool = False
    error: str | None = None


def read_body(source: Source, body: bytes, parts: Sequence[bytes] = ()) -> Record:
    """The record of a capture whose body is at hand, and those of the source's further ``parts``."""
    return extract(
        body,
        source.url,
        content_type=source.content_type,
        platform=source.platform,
        row_title=source.row_title,
        row_date=source.row_date,
        parts=[(data, piece.url, piece.content_type) for data, piece in zip(parts, source.parts, strict=True)],
    )


def body_of(folder: Path, capture: Capture) -> bytes:
    """The body in a capture's own WARC record, its content-encoding undone.

    Raises :class:`~archive.warc.ArchiveError` where the record is missing or damaged.
    """
    return read_response(folder, _place(capture)).body


def source_of(
    capture: Capture, payload: Capture, platform: str | None, parts: Sequence[tuple[Capture, Capture]] = ()
) -> Source:
    """What ``capture`` is read from; ``payload`` is the capture whose record holds its bytes.

    ``parts`` are those of the pages on which its document goes on, alike.
    """
    pieces = tuple(Piece(_place(bytes_of), part.url, _content_type(part, bytes_of)) for part, bytes_of in parts)
    return Source(
        capture.id, _place(payload), capture.url, _content_type(capture, payload), platform, capture.row_title,
        capture.row_date, pieces,
    )  # fmt: skip


def _content_type(capture: Capture, payload: Capture) -> str | None:
    """As stated with the bytes: a 304 says nothing of them."""
    return payload.content_type if capture.status == 304 else capture.content_type


def reread(
    database: Database, folder: Path, capture_ids: Sequence[int] | None = None, jobs: int = 1
) -> Iterator[Reread]:
    """Read captures again from their WARC records and replace their readings.

    ``capture_ids`` default to all that have a reading. Yields one result a capture, in order, as they are done.
    """
    yield from reread_all(database, folder, sources(database, capture_ids), jobs)


def sources(database: Database, capture_ids: Sequence[int] | None = None) -> list[Source]:
    """What the captures of these ids, by default all that have a reading, are read from."""
    parts = captures.parts(database, capture_ids)
    return [source_of(*row, parts.get(row[0].id, ())) for row in captures.readable(database, capture_ids)]


def reread_all(database: Database, folder: Path, chosen: Sequence[Source], jobs: int) -> Iterator[Reread]:
    """As :func:`reread`, of sources at hand."""
    for source, result in zip(chosen, each(partial(_read, folder), chosen, jobs), strict=True):
        yield _replace(database, source, result)


def _read(folder: Path, source: Source) -> Record | ArchiveError:
    try:
        parts = [read_response(folder, piece.place).body for piece in source.parts]
        return read_body(source, read_response(folder, source.place).body, parts)
    except ArchiveError as error:
        return error


def _replace(database: Database, source: Source, result: Record | ArchiveError) -> Reread:
    if isinstance(result, ArchiveError):
        return Reread(source.capture, source.url, error=str(result))
    return Reread(source.capture, source.url, documents.reread(database, source.capture, result, reader_id()))


def _place(capture: Capture) -> Place:
    return Place(capture.warc_file, capture.warc_offset, capture.warc_length)
