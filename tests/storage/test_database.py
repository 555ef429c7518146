"""Opening, migrating, refusing; constraints; two processes at once."""

import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError, StatementError

from storage import database as databases
from storage.database import Database, open_database
from storage.models import (
    Answer,
    Attachment,
    Base,
    Capture,
    Document,
    Failure,
    Finding,
    Host,
    Proposal,
    Reading,
    Run,
    Url,
    Version,
    Walk,
)
from storage.refusal import Refused
from storage.settings import Settings

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def run_row(**values: Any) -> Run:
    plain = {"portal": "harbour", "region": "990102", "platform": "vsb", "trigger": "manual"}
    return Run(**plain | {"started_at": NOW, "heartbeat_at": NOW} | values)


def proposal_row(**values: Any) -> Proposal:
    plain = {"region": "990102", "body": "cppcc", "category": "提案", "term": 3, "session": None, "number": "7"}
    return Proposal(**plain | values)


def capture_row(**values: Any) -> Capture:
    plain = {"run_id": 1, "url": "http://a.example/", "canonical": "http://a.example/", "fetched_at": NOW}
    plain |= {"status": 200, "digest": "sha1:A", "size": 1, "warc_file": "f", "warc_offset": 0, "warc_length": 9}
    return Capture(**plain | values)


def url_row(**values: Any) -> Url:
    return Url(**{"canonical": "http://u.example/", "url": "u", "portal": "harbour", "listed_at": NOW} | values)


# Migrations


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_a_fresh_database_has_the_schema_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_checks_and_indexes_that_alembic_does_not_compare_are_there_too(database: Database) -> None:
    inspector = inspect(database.engine)
    for table in Base.metadata.tables.values():
        checks = {(c.name, str(c.sqltext)) for c in table.constraints if isinstance(c, CheckConstraint)}
        made = {(c["name"], c["sqltext"]) for c in inspector.get_check_constraints(table.name)}
        assert made == checks, table.name
    with database.reading() as session:
        index = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'uq_proposals_identity'"))
    assert "UNIQUE" in index
    for part in ("region", "body", "category", "coalesce(term, 0)", "coalesce(session, 0)", "coalesce(year, 0)"):
        assert part in index


def test_a_database_of_the_first_schema_is_migrated_with_its_runs(home: Path) -> None:
    file = home / "dafu.db"
    with sqlite3.connect(file) as connection:
        connection.row_factory = sqlite3.Row
        config = Config()
        config.set_main_option("script_location", str(databases.MIGRATIONS))
        config.attributes["engine"] = create_engine(f"sqlite:///{file}")
        command.upgrade(config, "0001")
        for urls in ("null", '["http://a.example/"]'):
            connection.execute(
                "INSERT INTO runs VALUES (NULL, 'harbour', '990102', 'vsb', 'manual', 0, ?, NULL, ?, ?, ?, 7, 'done', "
                "NULL, 0, 0, 0, 0, 0, 0, 0, 0)",
                (urls, *["2026-05-04 03:02:01.000000"] * 3),
            )
        connection.execute(
            "INSERT INTO urls (canonical, url, portal, document_id, version_id, listed_at, gone_since, tries) "
            "VALUES ('http://a.example/', 'u', 'harbour', 'd1', 1, ?, ?, 0)",
            ("2026-05-04 03:02:01.000000", "2026-05-05 03:02:01.000000"),
        )
    opened = open_database(Settings(home=home))
    with opened.reading() as session:
        assert list(session.scalars(text("SELECT urls FROM runs"))) == [None, '["http://a.example/"]']
        assert [run.urls for run in session.query(Run)] == [None, ["http://a.example/"]]
        [(missing, gone)] = session.execute(text("SELECT missing_since, gone_since FROM urls"))
        assert missing == gone == "2026-05-05 03:02:01.000000", "what is gone is missing"
        index = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'uq_runs_portal_unfinished'"))
    assert "UNIQUE" in index
    assert "urls IS NULL" in index
    opened.close()


def test_opening_twice_changes_nothing(home: Path, database: Database) -> None:
    def schema() -> list[tuple[str]]:
        with sqlite3.connect(home / "dafu.db") as connection:
            return connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()

    with database.writing() as session:
        session.add(run_row())
    before = schema()
    database.close()
    again = open_database(Settings(home=home))
    with again.reading() as session:
        assert session.get_one(Run, 1).portal == "harbour"
    again.close()
    assert schema() == before


def test_a_newer_database_is_refused_in_one_line(home: Path, database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(Refused, match=r"made by a newer dafu \(9999\); update dafu$") as refused:
        open_database(Settings(home=home))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "content", [b"no database at all, only text " * 40, b"\0" * 4096, b"SQLite format 3\0junk" * 9]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(home: Path, content: bytes) -> None:
    file = home / "dafu.db"
    file.write_bytes(content)
    with pytest.raises(Refused) as refused:
        open_database(Settings(home=home))
    assert "dafu.db" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert file.read_bytes() == content


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="DAFU_HOME"):
        open_database(Settings(home=tmp_path / "file"))


@pytest.mark.parametrize("url", ["no url", "nosuch://x/y", "postgresql://h:port/x", "sqlite:////no/such/folder/x.db"])
def test_a_database_url_that_leads_nowhere_is_refused(home: Path, url: str) -> None:
    with pytest.raises(Refused) as refused:
        open_database(Settings(home=home, database_url=url))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg2", "mysql"])
def test_a_database_whose_driver_is_missing_is_refused_by_name(home: Path, scheme: str) -> None:
    with pytest.raises(Refused, match=r"driver is missing: No module named '\w+'; install it") as refused:
        open_database(Settings(home=home, database_url=f"{scheme}://u:secret@h/db"))
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["a?b", "a#b", "100%", "%3F", "港口 a+b", "a@b"])
def test_the_database_lies_in_the_data_folder_whatever_that_is_called(tmp_path: Path, name: str) -> None:
    settings = Settings(home=tmp_path / name)
    open_database(settings).close()
    open_database(Settings(home=tmp_path / "other", database_url=settings.database)).close()
    assert (tmp_path / name / "dafu.db").is_file()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([name, "other"])


# Transactions


def test_what_raises_is_undone(database: Database) -> None:
    def fail_half_way() -> None:
        with database.writing() as session:
            session.add(run_row())
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()
    with database.reading() as session:
        assert session.get(Run, 1) is None


def test_a_time_without_a_zone_is_refused_and_one_with_a_zone_comes_back_in_utc(database: Database) -> None:
    with pytest.raises(StatementError, match="zone"), database.writing() as session:
        session.add(run_row(started_at=datetime(2026, 1, 1)))
    east = datetime.fromisoformat("2026-01-01T00:30:00+08:00")
    with database.writing() as session:
        session.add(run_row(started_at=east))
    with database.reading() as session:
        assert session.get_one(Run, 1).started_at.isoformat() == "2025-12-31T16:30:00+00:00"


def test_writing_takes_the_lock_at_once_and_reading_does_not(home: Path, database: Database) -> None:
    other = sqlite3.connect(home / "dafu.db", timeout=0, isolation_level=None)
    with database.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    with database.reading() as session:
        session.scalars(text("SELECT 1")).all()
        other.execute("BEGIN IMMEDIATE")
        other.execute("COMMIT")
    other.close()


WRITER = """
import sys
from datetime import datetime, UTC
from storage import runs
from storage.database import open_database
from storage.models import Run
from storage.settings import Settings
database = open_database(Settings())
for n in range(int(sys.argv[2])):
    with database.writing() as session:
        seen = session.query(Run).count()
        session.add(Run(portal=f"{sys.argv[1]}-{n}", region="990102", platform="vsb", trigger="manual",
                        started_at=datetime.now(UTC), heartbeat_at=datetime.now(UTC), listed=seen))
"""


def test_processes_that_open_and_write_at_once_never_get_database_is_locked(home: Path) -> None:
    """Three processes race for a database that does not exist yet, then read and write in each transaction."""
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, name, "30"], stderr=subprocess.PIPE, text=True)
        for name in ("a", "b", "c")
    ]
    assert [(writer.communicate(timeout=60)[1], writer.returncode) for writer in writers] == [("", 0)] * 3
    database = open_database(Settings(home=home))
    with database.reading() as session:
        assert sorted(session.scalars(text("SELECT listed FROM runs"))) == list(range(90))
    database.close()


def test_a_writer_waits_for_another_process(home: Path, database: Database) -> None:
    other = sqlite3.connect(home / "dafu.db", timeout=0, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    child = subprocess.Popen([sys.executable, "-c", WRITER, "late", "1"], stderr=subprocess.PIPE, text=True)
    time.sleep(2)
    assert child.poll() is None
    other.execute("COMMIT")
    assert (child.communicate(timeout=30)[1], child.returncode) == ("", 0)


# Constraints


def parents() -> list[Base]:
    """One valid row of each table that others point to."""
    return [
        run_row(ended_at=NOW, outcome="done"),
        capture_row(),
        Document(id="d1"),
        Version(document_id="d1", number=1, capture_id=1, first_seen=NOW, last_seen=NOW),
        proposal_row(),
    ]


FINE: dict[str, list[Base]] = {
    "a run going on": [run_row()],
    "a run going on beside one of another portal": [run_row(), run_row(portal="b")],
    "a run going on beside re-crawls of its portal": [run_row(), run_row(urls=["u"]), run_row(urls=["u"])],
    "two runs without a due time": [run_row(portal="b"), run_row(ended_at=NOW, outcome="done")],
    "a url not read": [url_row()],
    "a url that shows a version": [url_row(document_id="d1", version_id=1, gone_since=NOW)],
    "another session's proposal": [proposal_row(session=1)],
    "a proposal with a year only": [proposal_row(term=None, year=2024)],
    "another capture in the file": [capture_row(warc_offset=1)],
}

NONSENSE: dict[str, list[Base]] = {
    "two unfinished crawls of a portal": [run_row(), run_row()],
    "a host that is free at no time": [Host(host="h")],
    "a host that no run holds": [Host(host="h", run_id=77, free_at=NOW)],
    "two runs of a portal with one due time": [
        run_row(due_at=NOW, ended_at=NOW, outcome="done"),
        run_row(due_at=NOW, ended_at=NOW, outcome="done"),
    ],
    "a run that ended without an outcome": [run_row(ended_at=NOW)],
    "a run with an outcome that goes on": [run_row(outcome="done")],
    "an outcome that is none": [run_row(ended_at=NOW, outcome="fine")],
    "a trigger that is none": [run_row(trigger="moon")],
    "a count below zero": [run_row(fetched=-1)],
    "a walk of minus one pages": [Walk(run_id=1, column="c", pages=-1)],
    "a walk of no run": [Walk(run_id=77, column="c")],
    "a failure of no run": [Failure(run_id=77, url="u", reason="dns", message="", at=NOW)],
    "a finding that is none": [Finding(run_id=1, document_id="d1", verdict="seen", url="u", version=1, changes=[])],
    "two captures at one place": [capture_row()],
    "a capture before its file": [capture_row(warc_offset=-1)],
    "an empty capture record": [capture_row(warc_offset=5, warc_length=0)],
    "a status that is none": [capture_row(warc_offset=5, status=0)],
    "a capture that revisits nothing": [capture_row(warc_offset=5, revisit_of=77)],
    "a version 0": [Version(document_id="d1", number=0, capture_id=1, first_seen=NOW, last_seen=NOW)],
    "two versions 1": [Version(document_id="d1", number=1, capture_id=1, first_seen=NOW, last_seen=NOW)],
    "a version last seen before its first": [
        Version(document_id="d1", number=2, capture_id=1, first_seen=NOW, last_seen=NOW.replace(year=2020))
    ],
    "a version of no document": [Version(document_id="x", number=1, capture_id=1, first_seen=NOW, last_seen=NOW)],
    "a url with a document and no version": [url_row(document_id="d1")],
    "a url with a version and no document": [url_row(version_id=1)],
    "a url gone that never was": [url_row(gone_since=NOW)],
    "a url twice": [url_row(), url_row()],
    "tries below zero": [url_row(tries=-1)],
    "a proposal without term and year": [proposal_row(term=None, number="8")],
    "a proposal twice, without a session": [proposal_row()],
    "a proposal twice, with a year": [proposal_row(term=None, year=2024), proposal_row(term=None, year=2024)],
    "a proposal to nobody": [proposal_row(body="un")],
    "a category that is none": [proposal_row(category="意见")],
    "a region that is none": [proposal_row(region="99")],
    "an attachment twice": [
        Attachment(version_id=1, position=p, name="a", url="u", canonical="http://a.example/x") for p in (0, 1)
    ],
    "a reading of no capture": [
        Reading(capture_id=77, reader="r", read_at=NOW, content_digest="d", record={}),
    ],
    "an answer to no proposal": [Answer(document_id="d1", proposal_id=77, position=0)],
    "a document merged into none": [Document(id="d2", merged_into="x")],
}


def store(database: Database, rows: list[Base]) -> None:
    with database.writing() as session:
        for row in rows:
            copy = type(row)(**{k: v for k, v in vars(row).items() if not k.startswith("_")})
            session.add(copy)
            session.flush()


@pytest.mark.parametrize("name", FINE)
def test_sense_is_accepted(database: Database, name: str) -> None:
    store(database, parents() + FINE[name])


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused(database: Database, name: str) -> None:
    store(database, parents())
    with pytest.raises(IntegrityError):
        store(database, NONSENSE[name])
