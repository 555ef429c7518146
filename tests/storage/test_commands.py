"""`dafu status` and `dafu show` on a small store: what people read, and what programs read."""

import json

import pytest
from click.testing import Result
from rich.cells import cell_len
from sqlalchemy import select
from typer.testing import CliRunner

from crawler.extraction.record import Attachment, Proposal
from dafu import app
from storage import documents, runs
from storage.console import masked, say
from storage.models import Reading
from storage.refusal import Refused

from .conftest import BODY, World, day, letter

ONE, TWO = "http://mzj.harbour.example/info/1/1.htm", "http://www.harbour.example/a/9.html"
FILE = "http://mzj.harbour.example/f/plan.doc"


@pytest.fixture
def document(world: World) -> str:
    """A document with two versions, two URLs and an attachment; the run has ended, with a failure."""
    proposals = [Proposal(body="cppcc", level="county", term=9, session=2, number="061")]
    record = letter(proposals=proposals, attachments=[Attachment(name="方案", url=FILE)])
    saved = world.show(ONE, letter(), on=0)
    world.show(TWO, letter(), on=0)
    world.show(ONE, record, on=1)
    world.attach(ONE, FILE, b"plan")
    documents.gone(world.database, TWO, world.run, day(2))
    runs.fail(world.database, world.run, ONE + "?x", "http-503", "")
    runs.report(world.database, world.run, {"listed": 3, "new": 1})
    runs.finish(world.database, world.run, "partial", "1 column not read to the end")
    return saved.document


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert done.exception is None, done.exception
    return done


def test_show_by_id_and_url(document: str) -> None:
    by_id, by_url = run("show", document), run("show", ONE)
    assert by_id.stdout == by_url.stdout
    for shown in (document, BODY.splitlines()[1], "2026-03-01 16:00:00", "方案", FILE, "061", TWO, "sha1:"):
        assert shown in by_id.stdout


def test_what_a_page_says_commands_no_terminal_and_is_no_markup(world: World) -> None:
    """Records hold no control characters; those of an older reader, and of failures' messages, are shown as �."""
    world.show(ONE, letter(title="关于[bold]夜航[/b]的答复", publisher="港口县[/民政局]"), on=0)
    with world.database.writing() as session:
        reading = session.scalars(select(Reading)).one()
        reading.record = reading.record | {"text": "一\x1b]0;x\x07\n二\x9b31m", "source": "\x1b[2J"}
    runs.fail(world.database, world.run, ONE, "error", "[/red] \x1b[31m")
    runs.finish(world.database, world.run, "partial", "[/b] \x1b[31m")
    shown, status = run("show", ONE).stdout, run("status").stdout
    for kept in ("关于[bold]夜航[/b]的答复", "港口县[/民政局]", "一�]0;x�\n二�31m", "�[2J"):
        assert kept in shown
    assert "[/red] �[31m" in status
    assert "[/b] �[31m" in status
    assert not set(shown + status + run("show", ONE, "--json").stdout) & set("\x1b\x07\x9b")
    assert json.loads(run("show", ONE, "--json").stdout)["text"] == "一\x1b]0;x\x07\n二\x9b31m"


def test_a_line_said_is_taken_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    say("failed: [/b] :smile: \x1b[31m")
    assert capsys.readouterr().err == "failed: [/b] :smile: �[31m\n"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("http://u:p@proxy.example:3128/", "http://***@proxy.example:3128/"),
        ("postgresql+psycopg://u:p/w@h/db", "postgresql+psycopg://***@h/db"),
        ("socks5://u@h", "socks5://***@h"),
        ("a@b.example", "a@b.example"),
        ("sqlite:////home/a@b/dafu.db", "sqlite:////home/a@b/dafu.db"),
    ],
)
def test_passwords_are_masked(given: str, shown: str) -> None:
    assert masked(given) == shown


def test_show_as_json_and_an_earlier_version(document: str) -> None:
    newest = json.loads(run("show", document, "--json").stdout)
    assert (newest["id"], newest["version"], newest["proposals"][0]["number"]) == (document, 2, "061")
    assert json.loads(run("show", ONE, "--json", "--version", "1").stdout)["proposals"] == []


@pytest.mark.parametrize("arguments", [("nosuch",), ("http://x.example/",), ("http://[::1",)])
def test_what_is_not_there_is_one_line(document: str, arguments: tuple[str]) -> None:
    done = CliRunner().invoke(app, ["show", *arguments])
    assert isinstance(done.exception, Refused)
    assert done.exception.exit_code == 1
    assert f"there is no document '{arguments[0]}'" in str(done.exception)


def test_a_version_that_is_not_there(document: str) -> None:
    done = CliRunner().invoke(app, ["show", document, "--version", "7"])
    assert isinstance(done.exception, Refused)
    assert "no version 7" in str(done.exception)


def test_status(document: str, world: World) -> None:
    said = run("status").stdout
    for shown in ("1 documents, 2 versions", "harbour", "partial", "1 column not read", "http-503", ONE + "?x"):
        assert shown in said
    status = json.loads(run("status", "--json").stdout)
    assert status["held"] == {
        "documents": 1, "versions": 2, "captures": 4, "proposals": 1, "runs": 1, "urls waiting": 0,
    }  # fmt: skip
    assert (status["runs"][0]["counts"]["listed"], status["runs"][0]["outcome"]) == (3, "partial")
    assert [failure["reason"] for failure in status["failures"]] == ["http-503"]
    assert [portal["documents"] for portal in status["portals"]] == [1]


def test_status_of_one_run(document: str, world: World) -> None:
    assert len(json.loads(run("status", "--run", "1", "--json").stdout)["runs"]) == 1
    assert [r["run"] for r in json.loads(run("status", "--portal", "harbour", "--json").stdout)["runs"]] == [1]
    assert json.loads(run("status", "--portal", "linyi-mzj", "--json").stdout)["runs"] == []  # defined, not yet crawled
    unknown = CliRunner().invoke(app, ["status", "--portal", "harbuor"])
    assert isinstance(unknown.exception, Refused)
    assert "'harbuor': neither defined nor in the store; did you mean 'harbour'?" in str(unknown.exception)
    done = CliRunner().invoke(app, ["status", "--run", "99"])
    assert isinstance(done.exception, Refused)
    assert done.exception.exit_code == 2


def test_status_fits_a_terminal_of_80_columns(document: str, world: World) -> None:
    said = CliRunner().invoke(app, ["status"], env={"COLUMNS": "80"}).stdout
    assert max(map(cell_len, said.splitlines()[1:])) <= 80
    assert "no room for trigger, ended" in said
    assert "1, harbour: 1 column not read to the end" in said
    assert "│ http-503 │" in said


def test_status_of_an_empty_store(world: World) -> None:
    assert json.loads(run("status", "--json").stdout)["held"]["documents"] == 0
    assert "going on" in run("status").stdout
