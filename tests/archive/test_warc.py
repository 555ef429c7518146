"""What the writer writes, others can read; what is damaged is refused, nothing else."""

import gzip
import random
import re
import subprocess
import sys
import tempfile
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from archive.warc import (
    IDENTICAL,
    NOT_MODIFIED,
    ArchiveError,
    Earlier,
    Place,
    Writer,
    mend,
    payload_digest,
    read_response,
    records,
)

from .conftest import AT, URL, exchange


def check(folder: Path) -> None:
    """The whole folder passes `warcio check`, and each file is a row of gzip members."""
    files = sorted(folder.iterdir())
    assert files
    with pytest.raises(SystemExit) as ended:
        warcio(["check", "-v", *map(str, files)])
    assert ended.value.code == 0
    for file in files:
        gzip.decompress(file.read_bytes())


def parsed(folder: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """Type, WARC headers and block of every record in the folder's files."""
    found = []
    for file in sorted(folder.iterdir()):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                found.append((record.rec_type, dict(record.rec_headers.headers), record.raw_stream.read()))
    return found


def test_a_pair_carries_what_the_standard_wants(folder: Path, writer: Writer) -> None:
    """ISO 28500:2017: mandatory fields on each record, and how request and response belong together."""
    writer.response(exchange(ip_address="192.0.2.7"))
    writer.close()
    check(folder)
    (kind, info, about), (_, response, served), (_, request, asked) = parsed(folder)
    assert kind == "warcinfo"
    assert b"software: dafu/0.1" in about
    assert info["WARC-Filename"] == "harbour-000001-001.warc.gz"
    for headers in (info, response, request):
        assert re.fullmatch(r"<urn:uuid:[0-9a-f-]{36}>", headers["WARC-Record-ID"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", headers["WARC-Date"])
        assert headers["WARC-Block-Digest"].startswith("sha1:")
    assert len({h["WARC-Record-ID"] for h in (info, response, request)}) == 3
    assert (response["WARC-Type"], response["WARC-Target-URI"]) == ("response", URL)
    assert (response["WARC-Date"], response["WARC-IP-Address"]) == ("2026-03-01T08:09:10.123456Z", "192.0.2.7")
    assert response["WARC-Payload-Digest"] == payload_digest(exchange().payload)
    assert response["Content-Type"] == "application/http; msgtype=response"
    assert "WARC-Truncated" not in response
    assert served.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n")
    assert served.endswith(b"\r\n\r\n" + exchange().payload)
    assert (request["WARC-Type"], request["WARC-Target-URI"], request["WARC-Date"]) == (
        "request", URL, response["WARC-Date"],
    )  # fmt: skip
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]
    assert request["Content-Type"] == "application/http; msgtype=request"
    assert asked == (
        b"GET /info/1/1.htm?a=1 HTTP/1.1\r\nHost: mzj.harbour.example\r\nUser-Agent: dafu/0.1\r\n\r\n"
    )  # fmt: skip


def test_each_record_is_a_gzip_member_of_the_version_1_1(folder: Path, writer: Writer) -> None:
    place = writer.response(exchange())
    writer.close()
    member = (folder / place.file).read_bytes()[place.offset : place.offset + place.length]
    assert gzip.decompress(member).startswith(b"WARC/1.1\r\n")


def test_a_form_is_kept_with_its_request(folder: Path, writer: Writer) -> None:
    writer.response(exchange(method="POST", request_body=b"pageIndex=2"))
    writer.close()
    check(folder)
    block = parsed(folder)[2][2]
    assert block.startswith(b"POST /info/1/1.htm?a=1 HTTP/1.1\r\n")
    assert block.endswith(b"\r\n\r\npageIndex=2")


@pytest.mark.parametrize("profile", [IDENTICAL, NOT_MODIFIED])
def test_a_revisit_says_what_it_refers_to_and_holds_no_payload(folder: Path, writer: Writer, profile: str) -> None:
    earlier = Earlier("http://mzj.harbour.example/old", AT.replace(year=2025), payload_digest(b"x"))
    place = writer.revisit(exchange(status=304, reason="Not Modified", payload=b""), earlier, profile)
    writer.close()
    check(folder)
    _, (kind, headers, block), (_, request, _) = parsed(folder)
    assert kind == "revisit"
    assert headers["WARC-Profile"] == profile
    assert headers["WARC-Refers-To-Target-URI"] == earlier.url
    assert headers["WARC-Refers-To-Date"] == "2025-03-01T08:09:10.123456Z"
    assert headers["WARC-Payload-Digest"] == earlier.digest
    assert block.startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert block.endswith(b"\r\n\r\n")
    assert request["WARC-Concurrent-To"] == headers["WARC-Record-ID"]
    with pytest.raises(ArchiveError, match="no response record"):
        read_response(folder, place)


def test_what_was_not_kept_leaves_a_metadata_record(folder: Path, writer: Writer) -> None:
    place = writer.metadata(URL, AT, [("outcome", "over the limit of 1024 bytes")])
    writer.close()
    check(folder)
    kind, headers, block = parsed(folder)[1]
    assert (kind, headers["WARC-Target-URI"], headers["Content-Type"]) == ("metadata", URL, "application/warc-fields")
    assert headers["WARC-Date"] == "2026-03-01T08:09:10.123456Z"
    assert block == b"outcome: over the limit of 1024 bytes\r\n"
    with pytest.raises(ArchiveError):
        read_response(folder, place)


def test_a_cut_off_body_is_marked(folder: Path, writer: Writer) -> None:
    writer.response(exchange(truncated="disconnect"))
    writer.close()
    check(folder)
    assert parsed(folder)[1][1]["WARC-Truncated"] == "disconnect"


PAYLOADS = {
    "gzip": ([("Content-Encoding", "gzip")], gzip.compress("<p>答复</p>".encode()), "<p>答复</p>".encode()),
    "gzip that lies": ([("Content-Encoding", "gzip")], b"<p>plain</p>", b"<p>plain</p>"),
    "de-chunked, header left": ([("Transfer-Encoding", "chunked")], b"<p>plain</p>\r\n" * 9, b"<p>plain</p>\r\n" * 9),
    "de-chunked, looks chunked": ([("Transfer-Encoding", "chunked")], b"5\r\nab\r\n0\r\n\r\n", b"5\r\nab\r\n0\r\n\r\n"),
    "a wrong length": ([("Content-Length", "3")], b"longer than that", b"longer than that"),
    "empty": ([], b"", b""),
    "a record in a record": ([], b"\r\n\r\nWARC/1.1\r\n\r\n", b"\r\n\r\nWARC/1.1\r\n\r\n"),
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_payload_is_kept_as_served_and_read_decoded(folder: Path, writer: Writer, name: str) -> None:
    headers, payload, body = PAYLOADS[name]
    place = writer.response(exchange(response_headers=headers, payload=payload))
    writer.close()
    check(folder)
    block = parsed(folder)[1][2]
    assert block.partition(b"\r\n\r\n")[2] == payload
    assert read_response(folder, place).body == body


@pytest.mark.parametrize(
    ("encoding", "payload"),
    [("gzip", gzip.compress(bytes(10**7))), ("deflate", zlib.compress(bytes(10**7))), ("none", bytes(10**7))],
)
def test_a_body_is_read_up_to_a_limit_once_decoded(folder: Path, writer: Writer, encoding: str, payload: bytes) -> None:
    place = writer.response(exchange(response_headers=[("Content-Encoding", encoding)], payload=payload))
    assert len(read_response(folder, place, most_bytes=10**7).body) == 10**7
    with pytest.raises(ArchiveError, match="larger than 9999999 bytes"):
        read_response(folder, place, most_bytes=10**7 - 1)


def test_a_bomb_is_not_inflated(folder: Path, writer: Writer) -> None:
    place = writer.response(
        exchange(response_headers=[("Content-Encoding", "gzip")], payload=gzip.compress(bytes(3 * 10**8), 1))
    )
    tracemalloc.start()
    with pytest.raises(ArchiveError, match="larger than"):
        read_response(folder, place, most_bytes=10**6)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10**8


def test_an_encoding_that_can_not_be_undone_is_an_error_of_the_record(folder: Path, writer: Writer) -> None:
    place = writer.response(exchange(response_headers=[("Content-Encoding", "br")], payload=b"\x0b\x02\x80"))
    with pytest.raises(ArchiveError, match="br can't be undone"):
        read_response(folder, place)


def test_response_headers_are_kept_as_served(folder: Path, writer: Writer) -> None:
    """Header bytes beyond ASCII (file names in UTF-8 or GBK) come from Scrapy as Latin-1."""
    raw = "附件；说明.doc".encode("gb18030").decode("latin-1")
    headers = [("Content-Disposition", f"attachment; filename={raw}"), ("X-Na\xefve", "ü"), ("Set-Cookie", "a=1")]
    place = writer.response(exchange(response_headers=[*headers, ("Set-Cookie", "b=2")]))
    writer.close()
    check(folder)
    block = parsed(folder)[1][2]
    for name, value in [*headers, ("Set-Cookie", "b=2")]:
        assert f"{name}: {value}\r\n".encode("latin-1") in block
    assert read_response(folder, place).status == 200


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://a.example", b"GET / HTTP"),
        ("http://a.example?q=1/2", b"GET /?q=1/2 HTTP"),
        ("https://a.example:8443/x/?y#z", b"GET /x/? HTTP".replace(b"? ", b"?y ")),
    ],
)
def test_the_request_target_is_the_servers_not_the_proxys(
    writer: Writer, folder: Path, url: str, target: bytes
) -> None:
    writer.response(exchange(url=url))
    writer.close()
    assert parsed(folder)[2][2].startswith(target)


def test_a_new_file_begins_past_the_limit(folder: Path) -> None:
    writer = Writer(folder, "p", "dafu/0.1", most_bytes=3000)
    noise = random.Random(1)
    payloads = [noise.randbytes(1000) for _ in range(7)]
    places = [writer.response(exchange(payload=payload)) for payload in payloads]
    writer.close()
    check(folder)
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == [f"p-{n:03d}.warc.gz" for n in range(1, len(files) + 1)]
    assert len(files) > 2
    assert all(3000 <= file.stat().st_size < 6000 for file in files[:-1])
    assert all(next(records(file))[0] == "warcinfo" for file in files)
    assert len({(place.file, place.offset) for place in places}) == 7
    assert [read_response(folder, place).body for place in places] == payloads


def test_a_file_that_is_there_is_never_overwritten(folder: Path, writer: Writer) -> None:
    place = writer.response(exchange())
    with pytest.raises(FileExistsError):
        Writer(folder, "harbour-000001", "dafu/0.1").response(exchange())
    assert read_response(folder, place).body == exchange().payload


def test_a_writer_that_writes_nothing_leaves_nothing(folder: Path) -> None:
    Writer(folder, "p", "dafu/0.1").close()
    assert not folder.exists()


def test_records_of_a_file_in_order(folder: Path, writer: Writer) -> None:
    places = [writer.response(exchange(url=f"http://a.example/{n}")) for n in range(3)]
    writer.close()
    found = list(records(folder / places[0].file))
    assert [kind for kind, *_ in found] == ["warcinfo"] + ["response", "request"] * 3
    assert [offset for kind, _, offset in found if kind == "response"] == [place.offset for place in places]


HEADER = st.tuples(
    st.from_regex(r"\A[A-Za-z-]{1,20}\Z").filter(lambda name: name.lower() not in ("content-encoding",)),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"]), max_size=30).map(str.strip),
)


@given(
    st.binary(max_size=2000),
    st.lists(HEADER, max_size=4),
    st.sampled_from([200, 204, 301, 404, 503]),
    st.booleans(),
    st.binary(max_size=50),
)
def test_any_exchange_comes_back(payload: bytes, headers: Any, status: int, zipped: bool, form: bytes) -> None:
    served = gzip.compress(payload) if zipped else payload
    encoding = [("Content-Encoding", "gzip")] if zipped else []
    with tempfile.TemporaryDirectory() as name:
        writer = Writer(Path(name), "p", "dafu/0.1")
        sent = exchange(payload=served, response_headers=[*headers, *encoding], status=status, request_body=form)
        writer.response(exchange())
        place = writer.response(sent)
        writer.close()
        check(Path(name))
        back = read_response(Path(name), place)
        assert (back.url, back.status, back.body) == (URL, status, payload)
        block = parsed(Path(name))[3][2]
        assert block.partition(b"\r\n\r\n")[2] == served


# Damage


def test_what_is_missing_or_no_record_is_an_archive_error(folder: Path, writer: Writer) -> None:
    place = writer.response(exchange())
    writer.close()
    (folder / "empty.warc.gz").write_bytes(b"")
    (folder / "text.warc.gz").write_bytes(b"no archive " * 200)
    (folder / "folder.warc.gz").mkdir()
    length = (folder / place.file).stat().st_size
    for wrong in (
        Place("nosuch.warc.gz", 0, 100),
        Place("empty.warc.gz", 0, 100),
        Place("text.warc.gz", 0, 2000),
        Place("folder.warc.gz", 0, 100),
        Place(place.file, 0, place.offset),
        Place(place.file, place.offset + 1, place.length),
        Place(place.file, place.offset, place.length - 9),
        Place(place.file, place.offset, 1),
        Place(place.file, length, 100),
        Place(place.file, length + 10**9, 100),
    ):
        with pytest.raises(ArchiveError, match=re.escape(wrong.file)):
            read_response(folder, wrong)


def damaged(place: Place, data: bytes, noise: random.Random) -> bytes:
    how = noise.randrange(4)
    at = place.offset + noise.randrange(place.length)
    if how == 0:
        return data[:at]
    if how == 1:
        return data[:at] + bytes([data[at] ^ (1 << noise.randrange(8))]) + data[at + 1 :]
    if how == 2:
        return data[:at] + noise.randbytes(40) + data[at + 40 :]
    return data[:at] + data[at + noise.randrange(1, 30) :]


@pytest.mark.parametrize("zipped", [False, True])
def test_a_damaged_record_is_an_archive_error_or_whole_never_something_else(
    folder: Path, writer: Writer, zipped: bool
) -> None:
    """Cut, flipped, overwritten and shortened at random: the seed is fixed."""
    noise = random.Random(20260301)
    body = noise.randbytes(300) + "<p>答复</p>".encode() * 40
    headers = [("Content-Encoding", "gzip")] if zipped else []
    place = writer.response(exchange(payload=gzip.compress(body) if zipped else body, response_headers=headers))
    writer.response(exchange(payload=body))
    writer.close()
    file = folder / place.file
    whole = file.read_bytes()
    refused = 0
    for _ in range(400):
        file.write_bytes(damaged(place, whole, noise))
        try:
            assert read_response(folder, place).body == body
        except ArchiveError:
            refused += 1
    assert refused > 300


# A failing disk

ON_A_SMALL_DISK = """
import resource, sys
from pathlib import Path
from archive.warc import Exchange, Writer
from datetime import datetime, UTC
import random
limit = int(sys.argv[2])
writer = Writer(Path(sys.argv[1]), "p", "dafu/0.1")
payload = random.Random(7).randbytes(900)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
for n in range(50):
    try:
        place = writer.response(Exchange(f"http://a.example/{n}", datetime.now(UTC), "GET", [], b"", 200, "OK", [],
                                         payload))
    except OSError as error:
        print("failed", n, error.errno)
        break
    print("kept", n, place.file, place.offset, place.length)
writer.close()
"""


@pytest.mark.parametrize("limit", [6000, 6400, 100])
def test_a_full_disk_leaves_whole_records_only(folder: Path, limit: int) -> None:
    command = [sys.executable, "-c", ON_A_SMALL_DISK, str(folder), str(limit)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.splitlines()
    assert said[-1].startswith("failed")
    kept = [line.split() for line in said[:-1]]
    assert len(kept) < 50
    for _, number, file, offset, length in kept:
        back = read_response(folder, Place(file, int(offset), int(length)))
        assert (back.url, len(back.body)) == (f"http://a.example/{number}", 900)
    [file] = folder.iterdir()
    assert file.stat().st_size <= limit
    if file.stat().st_size:
        check(folder)


def test_the_digest_is_that_of_other_tools() -> None:
    """SHA-1 of nothing in Base32, as every WARC with an empty payload has it."""
    assert payload_digest(b"") == "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"


# After a kill


def torn(folder: Path, extra: int, records: int = 3) -> tuple[Path, bytes]:
    """A file of whole records and the first ``extra`` bytes of another; what was whole."""
    writer = Writer(folder, "harbour-000001", "dafu/0.1")
    for number in range(records):
        writer.response(exchange(url=f"{URL}&n={number}", payload=random.Random(number).randbytes(90_000)))
    writer.close()
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:extra])
    return file, whole


@pytest.mark.parametrize("extra", [1, 9, 17, 200])
def test_an_unfinished_record_at_the_end_is_cut(folder: Path, extra: int) -> None:
    file, whole = torn(folder, extra)
    assert mend(file) == extra
    assert file.read_bytes() == whole
    check(folder)
    assert mend(file) == 0


def test_what_is_no_record_at_the_end_is_cut_but_nothing_that_the_store_vouches_for(folder: Path) -> None:
    file, whole = torn(folder, 0)
    file.write_bytes(whole + b"\0" * 5000)
    assert mend(file, vouched=len(whole)) == 5000
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    file.write_bytes(damaged + whole[:100])
    assert mend(file, vouched=len(whole)) == 100
    assert file.read_bytes() == damaged
    assert mend(file, vouched=len(whole) + 7) == 0
    assert file.read_bytes() == damaged


def test_a_whole_record_that_the_store_does_not_know_stays(folder: Path) -> None:
    file, whole = torn(folder, 200)
    second = [offset for _, _, offset in records(file)][1]
    assert mend(file, vouched=second) == 200
    assert file.read_bytes() == whole


@pytest.mark.parametrize("left", [b"", b"\x1f\x8b\x08"])
def test_a_file_without_a_whole_record_is_removed(folder: Path, left: bytes) -> None:
    folder.mkdir()
    (folder / "harbour-000001-001.warc.gz").write_bytes(left)
    assert mend(folder / "harbour-000001-001.warc.gz") == len(left)
    assert not list(folder.iterdir())


def test_a_file_that_is_being_written_is_left_alone(folder: Path, writer: Writer) -> None:
    writer.response(exchange())
    (file,) = folder.iterdir()
    with file.open("ab") as other:
        other.write(b"\x1f\x8b")
    assert mend(file) == 0
    writer.close()
    assert mend(file) == 2
    check(folder)
