"""Keeping captures: the WARC record first, then the row that points to it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from archive.warc import IDENTICAL, NOT_MODIFIED, Earlier, Exchange, Headers, Writer, mend, payload_digest
from storage import captures, runs
from storage.database import Database
from storage.identity import canonical_url
from storage.models import Capture, utc_now

_CLOCKS_DIFFER = timedelta(minutes=1)
"""How much later a file system may think it is than we do, or earlier."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known when a URL is asked: its list row, and the capture whose validators went with the request."""

    row_title: str | None = None
    row_date: str | None = None
    validated: int | None = None


class Keeper:
    """Keeps every response of one run. ``run_id`` is the run's row, ``writer`` its WARC file."""

    def __init__(self, database: Database, writer: Writer, run_id: int) -> None:
        self._database, self._writer, self._run_id = database, writer, run_id

    def keep(self, exchange: Exchange, asked: Asked) -> Capture:
        """Write one exchange to the archive and to the store.

        A 304, or a payload that the archive holds already for this URL, becomes a revisit record.
        """
        canonical = canonical_url(exchange.url)
        digest = payload_digest(exchange.payload)
        earlier: Capture | None = None
        profile = IDENTICAL
        if exchange.status == 304 and asked.validated is not None:
            earlier, profile = captures.get(self._database, asked.validated), NOT_MODIFIED
        elif exchange.status == 200 and not exchange.truncated and exchange.payload:
            earlier = captures.with_payload(self._database, canonical, digest)
        if earlier is None:
            place = self._writer.response(exchange)
        else:
            digest = earlier.digest
            refers_to = Earlier(earlier.url, earlier.fetched_at, earlier.digest)
            place = self._writer.revisit(exchange, refers_to, profile)
        capture = Capture(
            run_id=self._run_id,
            url=exchange.url,
            canonical=canonical,
            fetched_at=exchange.fetched_at,
            status=exchange.status,
            content_type=_header(exchange.response_headers, "content-type"),
            etag=_header(exchange.response_headers, "etag"),
            last_modified=_header(exchange.response_headers, "last-modified"),
            digest=digest,
            size=len(exchange.payload),
            warc_file=place.file,
            warc_offset=place.offset,
            warc_length=place.length,
            truncated=exchange.truncated,
            revisit_of=None if earlier is None else earlier.payload_of,
            row_title=asked.row_title,
            row_date=asked.row_date,
        )
        return captures.add(self._database, capture)

    def note(self, url: str, at: datetime, reason: str) -> None:
        """Leave a metadata record for a response that was not kept (over the limit): that it was asked, and why not."""
        self._writer.metadata(url, at, [("outcome", reason)])

    def close(self) -> None:
        """End the WARC file."""
        self._writer.close()


def mend_left(database: Database, folder: Path, portal: str) -> int:
    """Mend the ends of the portal's WARC files, which runs that were killed may have left unfinished.

    To be called before a run of the portal writes its own first file. Looked at are the newest file and those written
    to since the last run began that kept anything, for it mended all before; but no file of a run that goes on. Whole
    records without a row in the store stay where they are: their URLs count as not asked. Returns the bytes cut.
    """
    name = re.compile(rf"{re.escape(portal)}-(\d{{6,}})-\d{{14}}-\d{{3,}}\.warc\.gz")
    written_by = {file: int(match[1]) for file in folder.glob(f"{portal}-*") if (match := name.fullmatch(file.name))}
    now = utc_now()
    alive = {run.id for run in runs.unfinished(database) if not runs.is_dead(run, now)}
    left = sorted(file for file, run_id in written_by.items() if run_id not in alive)
    since = runs.last_that_kept(database, portal) or now
    recent = (since - _CLOCKS_DIFFER).timestamp()
    return sum(
        mend(file, captures.end_in(database, file.name))
        for file in left
        if file is left[-1] or file.stat().st_mtime >= recent
    )


def _header(headers: Headers, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)
