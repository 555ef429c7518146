"""What is refused is one line that names it, says why and what to do, and an exit code; never a traceback."""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from crawler import registry
from crawler.demo import LAST_STEP, Server
from dafu import app
from tests.e2e.bench import DAFU, Done, Home, Shelf, define


@pytest.fixture
def offline(tmp_path: Path) -> Home:
    """An empty data folder that knows one portal, which nobody serves."""
    return Home(tmp_path / "home", definitions=define(tmp_path / "portals"))


def assert_refused(done: Done, code: int, *words: str) -> None:
    assert done.code == code, done
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err
    (line,) = done.err.splitlines()
    assert line.startswith("dafu: ")


def test_an_unknown_portal_is_refused_with_those_known(offline: Home) -> None:
    assert_refused(offline.dafu("crawl", "nowhere"), 2, "'nowhere'", "shelf")


def test_nothing_to_crawl_is_wrong_usage(offline: Home) -> None:
    assert_refused(offline.dafu("crawl"), 2, "--all")


@pytest.mark.parametrize(
    ("override", "words"),
    [("DOWNLOAD_DELAY", "NAME=VALUE"), ("=1", "NAME=VALUE"), ("A B=1", "NAME=VALUE")],
)
def test_an_override_that_is_none_is_refused(offline: Home, override: str, words: str) -> None:
    assert_refused(offline.dafu("crawl", "shelf", "-s", override), 2, words)


@pytest.mark.parametrize("override", ["DOWNLOAD_DELAYS=0", "DOWNLOAD_DELAY=soon"])
def test_an_override_that_means_nothing_does_not_pass_unseen(offline: Home, override: str) -> None:
    done = offline.dafu("crawl", "shelf", "-s", override)
    assert done.code == 2, done
    assert override.split("=")[0] in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("key = \n", ("line 1, column 7",)),
        ('key = "shelf"\nhost = ["www.shelf.example"]\n', ("shelf.toml",)),
        ("\xff", ("shelf.toml",)),
    ],
)
def test_a_broken_definition_is_named(offline: Home, text: str, words: tuple[str, ...]) -> None:
    (offline.definitions / "shelf.toml").write_bytes(text.encode("latin-1"))
    assert_refused(offline.dafu("crawl", "shelf"), 2, "shelf.toml", *words)


def test_a_wrong_value_in_a_definition_is_named_for_scrapy_too(offline: Home) -> None:
    define(offline.definitions, more="inferred = 3")
    for done in (offline.dafu("crawl", "shelf"), offline.scrapy("crawl", "portal", "-a", "portal=shelf")):
        assert done.code != 0
        assert "shelf.toml: inferred" in done.err
        assert "Traceback" not in done.err


def test_a_broken_definition_hurts_no_other_portal(offline: Home) -> None:
    (offline.definitions / "broken.toml").write_text('key = "broken"\nhost = []\n')
    told = f"dafu: portal definition refused: {offline.definitions}/broken.toml: "
    for command in (("portals", "list", "--json"), ("portals", "check", "--no-online")):
        done = offline.dafu(*command)
        assert done.code == 3
        assert [line for line in done.err.splitlines() if line.startswith(told)]
        assert "shelf" in done.out or "refused" in done.err
    assert "linyi" in offline.dafu("portals").out
    done = offline.dafu("schedule", "list", "--json")
    assert {"shelf", "linyi-mzj"} <= {row["portal"] for row in json.loads(done.out)}
    assert done.code == 0
    assert told in done.err
    assert_refused(offline.dafu("crawl", "broken"), 2, told)
    assert_refused(offline.dafu("portals", "check", "broken"), 2, told)
    assert_refused(offline.dafu("portals", "check", "shelf", "broken"), 2, told)
    assert offline.dafu("portals", "check", "shelf", "--no-online") == Done(0, "", "1 definition well formed\n")
    doctor = offline.dafu("doctor", "--json")
    assert [f["what"] for f in json.loads(doctor.out) if f["state"] == "ill"] == ["portal broken"]


def test_crawling_all_crawls_what_is_sound(shelf: tuple[Shelf, Server, Home], monkeypatch: pytest.MonkeyPatch) -> None:
    pages, _, home = shelf
    pages.put_list(1, 2)
    pages.put_letters(1, 2)
    monkeypatch.setattr(registry, "BUILT_IN", home.definitions)  # nothing else is asked
    for name, value in home.environment.items():
        monkeypatch.setenv(name, value)
    (home.definitions / "broken.toml").write_text("key = ")
    done = CliRunner().invoke(app, ["crawl", "--all"])
    assert done.exit_code == 3
    assert [(run.portal, run.outcome) for run in home.runs()] == [("shelf", "done")]
    (home.definitions / "shelf.toml").unlink()
    assert CliRunner().invoke(app, ["crawl", "--all"]).exit_code == 1


def test_a_folder_of_definitions_that_is_not_there_is_refused(offline: Home) -> None:
    offline.definitions = offline.path / "no such folder"
    assert_refused(offline.dafu("portals"), 2, "no such folder")


def test_a_data_folder_that_can_t_be_made_is_refused(offline: Home) -> None:
    offline.path.write_text("a file in its place")
    for command in (("crawl", "shelf"), ("status",), ("demo",)):
        assert_refused(offline.dafu(*command), 1, "DAFU_HOME", str(offline.path))


def test_a_demo_that_has_come_to_its_end_or_lost_its_clock_says_so(offline: Home) -> None:
    offline.path.mkdir()
    for text, words in ((f'{{"step": {LAST_STEP}}}', "story ends"), ("{}", "city.json"), ("soon", "city.json")):
        (offline.path / "city.json").write_text(text)
        assert_refused(offline.dafu("demo", "--step"), 1, words)


def test_an_archive_that_can_t_be_written_fails_the_run_in_one_line(offline: Home) -> None:
    offline.path.mkdir()
    (offline.path / "logs").write_text("a file in its place")
    done = offline.dafu("crawl", "shelf")
    assert_refused(done, 1, "could not be started")
    assert offline.runs()[0].outcome == "failed"


@pytest.mark.parametrize(
    ("name", "value"), [("DAFU_REVISITS", "many"), ("DAFU_MAX_BODY", "1"), ("DAFU_DATABASE_URL", "nonsense")]
)
def test_a_wrong_setting_is_named(offline: Home, name: str, value: str) -> None:
    offline.more[name] = value
    assert_refused(offline.dafu("status"), 2, name)


def test_a_broken_settings_file_is_named(offline: Home) -> None:
    offline.path.mkdir()
    (offline.path / "dafu.toml").write_text("revisits = ")
    assert_refused(offline.dafu("status"), 2, "dafu.toml")


@pytest.mark.parametrize(
    "command", [("status",), ("show", "x"), ("dump", "--output", "-"), ("reextract",), ("status", "--portal", "shelf")]
)
def test_reading_makes_no_data_folder(offline: Home, command: tuple[str, ...]) -> None:
    words = f"nothing has been crawled into {offline.path} yet"
    assert_refused(offline.dafu(*command), 1, words, "DAFU_HOME")
    assert not offline.path.exists()
    offline.path.mkdir()
    assert_refused(offline.dafu(*command), 1, words)
    assert list(offline.path.iterdir()) == []


def test_a_demo_never_mixes_with_another_archive(shelf: tuple[Shelf, Server, Home]) -> None:
    pages, _, home = shelf
    pages.put_list(1)
    pages.put_letters(1)
    home.crawl("shelf")
    held = home.held()
    assert_refused(home.dafu("demo"), 1, str(home.path), "DAFU_HOME")
    (home.path / "dafu.db").unlink()
    assert_refused(home.dafu("demo"), 1, str(home.path), "DAFU_HOME")
    assert not (home.path / "city.json").exists()
    elsewhere = home.path.parent / "elsewhere"
    home.crawl("shelf")
    home.more |= {"DAFU_HOME": str(elsewhere), "DAFU_DATABASE_URL": f"sqlite:///{home.path / 'dafu.db'}"}
    assert_refused(home.dafu("demo"), 1, str(elsewhere), "DAFU_HOME")
    del home.more["DAFU_DATABASE_URL"]
    assert home.held() == held


@pytest.mark.parametrize("command", [("portals",), ("portals", "check", "shelf"), ("doctor",), ("schedule", "list")])
def test_tables_fit_a_terminal_of_80_columns(offline: Home, command: tuple[str, ...]) -> None:
    define(offline.definitions, more='inferred = ["hosts", "columns.0.url", "columns.0.publishes"]')
    offline.more["COLUMNS"] = "80"
    lines = [line for line in offline.dafu(*command).out.splitlines() if line[:1] in "┏┃┡│└"]
    assert max(map(cell_len, lines)) <= 80
    cells = {cell.strip() for line in lines for cell in line.split("│")}
    if "portals" in command:
        assert {"hosts", "columns.0.url", "columns.0.publishes", "shelf"} <= cells
        assert {"kunming-panlong", "taizhou-rsj"} <= cells or "check" in command
    else:
        assert {"portal kunming-panlong", "kunming-panlong"} & cells


def test_which_dafu_this_is(offline: Home) -> None:
    assert offline.dafu("--version") == Done(0, f"dafu {version('dafu')}\n", "")


@pytest.mark.parametrize("argument", [None, "nowhere"])
def test_scrapy_s_own_command_refuses_alike(offline: Home, argument: str | None) -> None:
    done = offline.scrapy("crawl", "portal", *(["-a", f"portal={argument}"] if argument else []))
    assert done.code != 0
    assert "Traceback" not in done.err
    assert [line for line in done.err.splitlines() if line.startswith("dafu: unknown portal")]
    assert "shelf" in done.err


def test_scrapy_s_own_command_refuses_a_run_that_is_none(offline: Home) -> None:
    for run in ("7", "seven"):
        done = offline.scrapy("crawl", "portal", "-a", "portal=shelf", "-a", f"run={run}")
        assert done.code != 0
        assert "Traceback" not in done.err
        assert run in done.err


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://www.elsewhere.example/1.htm", "DAFU_PORTALS"),
        ("ftp://www.shelf.example/1.htm", "no http(s) URL"),
        ("http://[www.shelf.example/1.htm", "no http(s) URL"),
        ("letter-1", "no http(s) URL"),
    ],
)
def test_recrawl_refuses_what_no_portal_has(offline: Home, url: str, words: str) -> None:
    done = offline.dafu("recrawl", "--file", "-", given=f"http://www.shelf.example/1.html\n{url}\n")
    assert_refused(done, 2, url, words)
    assert not offline.path.exists()


def test_recrawl_refuses_nothing_and_files_that_are_none(offline: Home, tmp_path: Path) -> None:
    assert_refused(offline.dafu("recrawl"), 2, "--file")
    assert_refused(offline.dafu("recrawl", "--file", tmp_path / "none"), 2, "none")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    assert_refused(offline.dafu("recrawl", "--file", tmp_path / "binary"), 2, "binary")


def test_a_command_without_arguments_shows_what_there_is(offline: Home) -> None:
    done = offline.run(DAFU)
    assert "demo" in done.out + done.err
    assert "recrawl" in done.out + done.err
    assert offline.run(sys.executable, "-m", "scrapy", "list").out.split() == ["check", "portal", "probe"]
