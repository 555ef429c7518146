"""Dumps: rows that come back as they went in, packages that are whole or not there."""

import csv
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from archive.dump import FIELDS, HEAD, write_package, write_rows
from crawler.extraction.record import Attachment, Contact, Record
from dafu import app
from storage import captures, documents, runs
from storage.database import Database
from storage.models import Capture, utc_now
from storage.refusal import Refused


def row(**values: Any) -> dict[str, Any]:
    head = {
        "id": "abc", "portal": "harbour", "urls": ["http://a.example/"], "first_seen": "2026-03-01T08:00:00+00:00",
        "last_seen": "2026-03-01T08:00:00+00:00", "gone_since": None, "version": 1,
        "capture": {"time": "2026-03-01T08:00:00+00:00", "warc_file": "f", "offset": 7, "digest": "sha1:A"},
    }  # fmt: skip
    return head | Record().as_json() | {"parts": []} | values


RICH = row(
    title='标题, 带"引号"',
    text="第一段\n第二段\r\na | b",
    contacts=[Contact(role="联系人", name="王", phone="-1").model_dump()],
    attachments=[Attachment(name="附件", url="http://a.example/x").model_dump()],
    met_in_person=False,
    keywords=["=1+1"],
    parts=[{"time": "2026-03-01T08:00:02+00:00", "warc_file": "f", "offset": 9, "digest": "sha1:B"}],
)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_carries_every_field_of_the_record_and_of_the_store() -> None:
    assert set(HEAD).isdisjoint(Record.model_fields)
    assert set(FIELDS) == set(row())


def test_jsonl_comes_back_as_it_went_in() -> None:
    out = io.StringIO()
    assert write_rows([RICH, row()], "jsonl", out) == 2
    lines = out.getvalue().splitlines()
    assert [json.loads(line) for line in lines] == [RICH, row()]
    assert list(json.loads(lines[0])) == list(FIELDS)
    assert "标题" in lines[0]


def test_csv_comes_back_as_it_went_in() -> None:
    out = io.StringIO(newline="")
    assert write_rows([RICH, row()], "csv", out) == 2
    rich, plain = table(out.getvalue())
    assert tuple(rich) == FIELDS
    assert (rich["title"], rich["text"], rich["version"]) == (RICH["title"], RICH["text"], "1")
    for name in ("urls", "contacts", "attachments", "keywords", "capture", "met_in_person", "parts"):
        assert json.loads(rich[name]) == RICH[name], name
    assert (plain["title"], plain["keywords"], plain["met_in_person"], plain["gone_since"]) == ("", "", "", "")


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
    st.sampled_from("=+-@\t\r\n＝＋－＠"),
)
def test_no_cell_is_a_formula_and_none_is_lost(text: str, sign: str) -> None:
    """OWASP, CSV Injection: =, +, -, @, tab, carriage return, line feed and the full-width forms begin a formula."""
    for value in (text, sign + text):
        out = io.StringIO(newline="")
        write_rows([row(title=value, signed_by=value)], "csv", out)
        [back] = table(out.getvalue())
        assert not back["title"].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
        assert back["title"] in (value, "'" + value)
        assert back["signed_by"] == back["title"]


def test_a_package_says_what_it_holds(tmp_path: Path) -> None:
    for format_ in ("jsonl", "csv"):
        folder = tmp_path / "new" / format_
        assert write_package([RICH, row()], format_, folder) == 2
        assert sorted(file.name for file in folder.iterdir()) == ["datapackage.json", f"records.{format_}"]
        [resource] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
        data = (folder / resource["path"]).read_bytes()
        assert resource["path"] == f"records.{format_}"
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
        assert (resource["bytes"], resource["rows"]) == (len(data), 2)
        assert [field["name"] for field in resource["schema"]["fields"]] == list(FIELDS)


def test_an_empty_store_makes_an_empty_package(tmp_path: Path) -> None:
    assert write_package([], "csv", tmp_path) == 0
    assert table((tmp_path / "records.csv").read_text(encoding="utf-8")) == []
    assert (tmp_path / "records.csv").read_text(encoding="utf-8").strip() == ",".join(FIELDS)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.startswith(".")}


def test_rows_that_fail_half_way_leave_the_old_package(tmp_path: Path) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield row(title="新")
        raise RuntimeError

    write_package([row(title="旧")], "jsonl", tmp_path)
    before = contents(tmp_path)
    with pytest.raises(RuntimeError):
        write_package(broken(), "jsonl", tmp_path)
    assert contents(tmp_path) == before
    assert len(list(tmp_path.iterdir())) == 2


def test_rows_without_their_description_do_not_replace_the_old_ones(tmp_path: Path) -> None:
    write_package([row(title="旧")], "jsonl", tmp_path)
    before = (tmp_path / "records.jsonl").read_bytes()
    (tmp_path / "datapackage.json").unlink()
    (tmp_path / "datapackage.json").mkdir()
    with pytest.raises(Refused):
        write_package([row(title="新")], "jsonl", tmp_path)
    assert (tmp_path / "records.jsonl").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


KILLED = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from archive.dump import FIELDS, write_package
def rows():
    for n in range(3000):
        yield {name: "x" * 100 for name in FIELDS}
    print("half", flush=True)
    time.sleep(60)
write_package(rows(), "jsonl", Path(sys.argv[1]))
"""


def test_a_dump_killed_half_way_leaves_the_old_package_and_the_next_one_is_whole(tmp_path: Path) -> None:
    write_package([row(title="旧")], "jsonl", tmp_path)
    before = contents(tmp_path)
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(Path.cwd())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "half\n"
        os.kill(child.pid, signal.SIGKILL)
    assert contents(tmp_path) == before
    write_package([row(title="新")], "jsonl", tmp_path)
    assert json.loads((tmp_path / "records.jsonl").read_text(encoding="utf-8"))["title"] == "新"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_can_not_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="name another folder"):
        write_package([], "csv", tmp_path / "file")


@pytest.fixture
def stored(database: Database) -> str:
    """A store that holds one document; its id."""
    run = runs.begin(database, "harbour", "990102", "vsb")
    url = "http://a.example/1"
    capture = captures.add(
        database,
        Capture(
            run_id=run, url=url, canonical=url, fetched_at=utc_now(), status=200, digest="sha1:A", size=1,
            warc_file="f", warc_offset=0, warc_length=1,
        ),
    )  # fmt: skip
    return documents.save(database, "harbour", url, capture.id, Record(title="=照明", text="正文"), "r").document


def test_the_command_writes_bare_rows_to_standard_output_in_utf_8(stored: str) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("dafu"), "dump", "--output", "-", "--format", "csv"],
        capture_output=True, check=True, timeout=60, env=os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0"},
    )  # fmt: skip
    [back] = table(done.stdout.decode("utf-8"))
    assert (back["id"], back["title"]) == (stored, "'=照明")


def test_the_command_writes_a_package(stored: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["dump", "--output", str(tmp_path / "dump"), "--format", "csv"])
    assert done.exit_code == 0
    assert [back["id"] for back in table((tmp_path / "dump/records.csv").read_text(encoding="utf-8"))] == [stored]


def test_a_format_that_is_none_is_wrong_usage(home: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["dump", "--output", str(tmp_path / "dump"), "--format", "xlsx"])
    assert isinstance(done.exception, Refused)
    assert done.exception.exit_code == 2
    assert not (tmp_path / "dump").exists()
