"""WARC in and out (ISO 28500, WARC 1.1): one gzip member a record, flushed to disk before anybody reads the page."""

import contextlib
import fcntl
import io
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

Headers = Sequence[tuple[str, str]]

_CHUNK = 2**16

MOST_DECODED = 256 * 2**20
"""Bytes of a body, its content-encoding undone, beyond which it is not read back."""

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


class ArchiveError(Exception):
    """A record that should be in the archive can't be read."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response. ``payload`` is de-chunked but still content-encoded.

    ``truncated`` is the WARC-Truncated reason of a cut-off body: ``length``, ``time``, ``disconnect``, ``unspecified``.
    """

    url: str
    fetched_at: datetime
    method: str
    request_headers: Headers
    request_body: bytes
    status: int
    reason: str
    response_headers: Headers
    payload: bytes
    protocol: str = "HTTP/1.1"
    ip_address: str | None = None
    truncated: str | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """The capture that a revisit refers to."""

    url: str
    fetched_at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies: file name within the archive's folder, and the bytes of its gzip member."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Served:
    """A response read back from the archive, its content-encoding undone."""

    url: str
    status: int
    content_type: str | None
    body: bytes


class Writer:
    """Appends records to WARC files ``PREFIX-NNN.warc.gz`` in a folder; a new file begins past ``most_bytes``."""

    def __init__(self, folder: Path, prefix: str, software: str, most_bytes: int = 2**30) -> None:
        self._folder, self._prefix, self._software, self._most_bytes = folder, prefix, software, most_bytes
        self._count = 0
        self._file: io.FileIO | None = None
        self._member = io.BytesIO()
        self._warc = WARCWriter(self._member, gzip=True, warc_version="1.1")

    def response(self, exchange: Exchange) -> Place:
        """Write a response record with its request."""
        return self._pair(exchange, self._response_record(exchange))

    def revisit(self, exchange: Exchange, earlier: Earlier, profile: str) -> Place:
        """Write a revisit record with its request: the payload is that of ``earlier``."""
        record = self._warc.create_revisit_record(
            exchange.url,
            digest=earlier.digest,
            refers_to_uri=earlier.url,
            refers_to_date=_warc_date(earlier.fetched_at),
            http_headers=_status_line(exchange),
            warc_headers_dict=_warc_headers(exchange),
        )
        record.rec_headers.replace_header("WARC-Profile", profile)
        return self._pair(exchange, record)

    def metadata(self, url: str, at: datetime, fields: Headers) -> Place:
        """Write a metadata record: what is known of a URL whose response could not be kept."""
        body = "".join(f"{name}: {value}\r\n" for name, value in fields).encode()
        record = self._warc.create_warc_record(
            url,
            "metadata",
            payload=io.BytesIO(body),
            length=len(body),
            warc_content_type="application/warc-fields",
            warc_headers_dict={"WARC-Date": _warc_date(at)},
        )
        file = self._open()
        place = self._append(file, record)
        os.fsync(file.fileno())
        return place

    def close(self) -> None:
        """Close the file; every record in it is complete."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> io.FileIO:
        if self._file is not None and self._file.tell() >= self._most_bytes:
            self.close()
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._count += 1
            name = f"{self._prefix}-{self._count:03d}.warc.gz"
            self._file = (self._folder / name).open("xb", buffering=0)
            fcntl.flock(self._file, fcntl.LOCK_EX)  # held until this process closes the file or dies: see mend
            about = {"software": self._software, "format": "WARC File Format 1.1"}
            self._append(self._file, self._warc.create_warcinfo_record(name, about))
            self._keep_name()
        return self._file

    def _keep_name(self) -> None:
        """Let the file's name outlive a power cut, too, where the file system can sync folders."""
        folder = os.open(self._folder, os.O_RDONLY)
        with contextlib.suppress(OSError):
            os.fsync(folder)
        os.close(folder)

    def _response_record(self, exchange: Exchange) -> Any:
        return self._warc.create_warc_record(
            exchange.url,
            "response",
            payload=io.BytesIO(exchange.payload),
            length=len(exchange.payload),
            http_headers=_status_line(exchange),
            warc_headers_dict=_warc_headers(exchange),
        )

    def _pair(self, exchange: Exchange, response: Any) -> Place:
        headers = _Head(
            f"{exchange.method} {_target(exchange.url)} HTTP/1.1", list(exchange.request_headers), is_http_request=True
        )
        request = self._warc.create_warc_record(
            exchange.url,
            "request",
            payload=io.BytesIO(exchange.request_body),
            length=len(exchange.request_body),
            http_headers=headers,
            warc_headers_dict={
                "WARC-Date": _warc_date(exchange.fetched_at),
                "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
            },
        )
        file = self._open()
        place = self._append(file, response)
        self._append(file, request)
        os.fsync(file.fileno())
        return place

    def _append(self, file: io.FileIO, record: Any) -> Place:
        """Write one member whole, or (disk full) not at all."""
        self._member.seek(0)
        self._member.truncate()
        self._warc.write_record(record)
        offset = file.tell()
        rest = self._member.getbuffer()
        length = len(rest)
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except OSError:
            file.truncate(offset)
            file.seek(offset)
            raise
        finally:
            rest.release()
        return Place(Path(os.fsdecode(file.name)).name, offset, length)


def mend(file: Path, vouched: int = 0) -> int:
    """Cut what a killed process or a power cut left unfinished at the end of a WARC file; returns the bytes cut.

    ``vouched`` is where the last record ends that the store knows: it was flushed to disk before its row was written,
    so nothing before it is looked at or touched. Whole records behind it stay; a file without any is removed. A file
    that a live process writes is left alone (0).
    """
    with file.open("r+b") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        size = stream.seek(0, os.SEEK_END)
        stream.seek(vouched)
        whole = vouched
        while length := _whole_member(stream):
            whole += length
            stream.seek(whole)
        if whole < size:
            stream.truncate(whole)
            os.fsync(stream.fileno())
        if not whole:
            file.unlink()
    return max(size - whole, 0)


def _whole_member(stream: io.BufferedRandom) -> int:
    """The length of the gzip member that begins here; 0 where none does, or an unfinished or damaged one."""
    decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16)
    length = 0
    while not decompressor.eof:
        data = stream.read(_CHUNK)
        length += len(data)
        try:
            decompressor.decompress(data, _CHUNK)
            while decompressor.unconsumed_tail:
                decompressor.decompress(decompressor.unconsumed_tail, _CHUNK)
        except zlib.error:
            return 0
        if not data:
            return 0
    return length - len(decompressor.unused_data)


def payload_digest(payload: bytes) -> str:
    """The digest that WARC-Payload-Digest holds: SHA-1, Base32."""
    digester = Digester("sha1")
    digester.update(payload)
    return str(digester)


def read_response(folder: Path, place: Place, *, most_bytes: int = MOST_DECODED) -> Served:
    """The response whose record lies at ``place``.

    Raises :class:`ArchiveError` where the file or the record is not there or is damaged, and where its body, the
    content-encoding undone, is larger than ``most_bytes`` or can't be had (br, which is never asked for).
    """
    try:
        with (folder / place.file).open("rb") as file:
            file.seek(place.offset)
            member = file.read(place.length)
        for record in ArchiveIterator(io.BytesIO(_gunzip(member, place.length))):
            headers = record.http_headers
            if record.rec_type != "response" or headers is None:
                break
            headers.remove_header("Transfer-Encoding")  # the payload was de-chunked before it was kept
            return Served(
                url=record.rec_headers.get_header("WARC-Target-URI"),
                status=int(headers.get_statuscode()),
                content_type=headers.get_header("Content-Type"),
                body=_decoded(record, most_bytes),
            )
    except (OSError, ArchiveLoadFailed, EOFError, ValueError, zlib.error) as error:
        raise ArchiveError(f"{place.file} at {place.offset}: {error}") from None
    raise ArchiveError(f"{place.file} at {place.offset}: no response record there")


def _decoded(record: Any, most_bytes: int) -> bytes:
    """A response record's body; what was received may be a thousandth of it (a decompression bomb).

    Raises :class:`ValueError`.
    """
    if (record.http_headers.get_header("Content-Encoding") or "").strip().lower() == "br":
        raise ValueError("its content-encoding br can't be undone")
    stream = record.content_stream()
    body = io.BytesIO()
    while chunk := stream.read(_CHUNK):
        if body.tell() + len(chunk) > most_bytes:
            raise ValueError(f"its body is larger than {most_bytes} bytes once decoded")
        body.write(chunk)
    return body.getvalue()


def _gunzip(member: bytes, length: int) -> bytes:
    """What one gzip member holds. warcio would pass over a cut or flipped one; here its end and checksum must be right.

    Raises :class:`ValueError` or :class:`zlib.error`.
    """
    decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16)
    data = decompressor.decompress(member)
    if len(member) < length or not decompressor.eof or decompressor.unused_data:
        raise ValueError("what lies there is no whole record")
    return data


def records(file: Path) -> Iterator[tuple[str, str | None, int]]:
    """Type, URL and offset of every record in a WARC file, in order."""
    with file.open("rb") as stream:
        iterator = ArchiveIterator(stream)
        for record in iterator:
            yield record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), iterator.get_record_offset()


def _warc_date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _warc_headers(exchange: Exchange) -> dict[str, str]:
    headers = {"WARC-Date": _warc_date(exchange.fetched_at)}
    if exchange.ip_address:
        headers["WARC-IP-Address"] = exchange.ip_address
    if exchange.truncated:
        headers["WARC-Truncated"] = exchange.truncated
    return headers


class _Head(StatusAndHeaders):  # type: ignore[misc]
    """HTTP headers to be written as they came, in Latin-1, where warcio percent-encodes what is beyond ASCII."""

    def to_ascii_bytes(self, filter_func: Any = None) -> bytes:
        return bytes(self.to_bytes(filter_func, "latin-1"))


def _status_line(exchange: Exchange) -> StatusAndHeaders:
    return _Head(f"{exchange.status} {exchange.reason}", list(exchange.response_headers), protocol=exchange.protocol)


def _target(url: str) -> str:
    """The request target in origin form: how the server, not the proxy, is asked."""
    rest = url.split("://", 1)[-1].split("#", 1)[0]
    slash = min((i for i in (rest.find("/"), rest.find("?")) if i >= 0), default=-1)
    target = rest[slash:] if slash >= 0 else "/"
    return target if target.startswith("/") else "/" + target
