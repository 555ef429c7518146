"""Portals as data: all definitions load, and whatever is wrong is refused with file, key and reason."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.demo.cli import DEFINITIONS
from crawler.platforms import PLATFORMS
from crawler.portals import BUILT_IN, Portal, PortalError, Schedule, load_portals, read_portal
from crawler.registry import all_portals, known_portal, portal_folders, portal_of
from crawler.spiders.manners import way
from storage.refusal import Refused
from storage.settings import Settings

GOOD = """
key = "harbour-mzj"
name = "港口县民政局"
platform = "vsb"
hosts = ["mzj.harbour.example", "www.harbour.example:8080"]
proxy = "http://127.0.0.1:3128"
inferred = ["columns.0.url"]

[region]
code = "990102"
names = ["青澜省", "霁川市", "港口县"]

[[columns]]
name = "提案办理"
url = "http://mzj.harbour.example/jytabl.htm"

[[columns]]
name = "建议"
url = "http://www.harbour.example:8080/list?id=1"
publishes = "mixed"

[schedule]
cron = "15 4 * * 1-5"

[politeness]
delay = 2.5
concurrency = 2
timeout = 30
revisits = 0

[expectations]
min_listed = 10
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a definition, the good one with pieces replaced, under a name."""

    def write(*replaced: tuple[str, str], name: str = "harbour-mzj.toml") -> Path:
        text = GOOD
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new, 1)
        file = tmp_path / "definitions" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return write


def refused(file: Path) -> str:
    with pytest.raises(PortalError) as error:
        read_portal(file, PLATFORMS)
    said = str(error.value)
    assert said.startswith(f"{file}: ")
    assert "\n" not in said
    assert not re.search("pydantic|[Ii]nput|should|String|codec|Error", said)
    return said.removeprefix(f"{file}: ")


def test_the_demos_definitions_load() -> None:
    loaded = load_portals([DEFINITIONS], PLATFORMS)
    assert set(loaded) == {file.stem for file in DEFINITIONS.glob("*.toml")} >= {"demo-city", "demo-mzj"}


def test_the_built_in_definitions_load(home: Path) -> None:
    known = all_portals(Settings(home=home))
    assert set(known) == {file.stem for file in BUILT_IN.glob("*.toml")}
    assert {(portal.platform, portal.region.code) for portal in known.values()} == {
        ("hunan", "430200"), ("vsb", "371300"), ("kunming", "530103"), ("yaan", "511800"), ("hanweb", "321200")
    }  # fmt: skip


def test_what_the_built_in_definitions_infer_is_something_they_say(home: Path) -> None:
    for key, portal in all_portals(Settings(home=home)).items():
        said: Any = portal.model_dump()
        for place in portal.inferred:
            found = said
            for part in place.split("."):
                found = found[int(part) if part.isdigit() else part]
            assert found, f"{key}: {place}"


def test_what_a_definition_says(write: Write) -> None:
    portal = read_portal(write(), PLATFORMS)
    assert (portal.key, portal.region.code, portal.schedule.cron) == ("harbour-mzj", "990102", "15 4 * * 1-5")
    assert [column.publishes for column in portal.columns] == ["replies", "mixed"]
    assert (portal.politeness.delay, portal.politeness.revisits, portal.expectations.min_listed) == (2.5, 0, 10)


def test_what_a_definition_need_not_say(write: Write) -> None:
    file = write()
    text = re.sub(r"(?m)^(platform|proxy|inferred) = .*\n", "", GOOD.partition("[schedule]")[0])
    file.write_text(text, encoding="utf-8")
    portal = read_portal(file, PLATFORMS)
    assert (portal.platform, portal.proxy, portal.schedule.cron) == ("generic", None, "0 3 * * *")
    assert (portal.politeness.delay, portal.politeness.concurrency, portal.politeness.revisits) == (1.0, 1, None)
    assert portal.expectations.min_listed == 1


WRONG = {
    "a key that is none": (('key = "harbour-mzj"', 'key = "Harbour_MZJ"'), "key", "must be small letters and digits"),
    "a key that is not the file's": (('key = "harbour-mzj"', 'key = "other"'), "key", "must be the file's name"),
    "no key": (('key = "harbour-mzj"', ""), "key", "is missing"),
    "an empty name": (('name = "港口县民政局"', 'name = ""'), "name", "must not be empty"),
    "a name that is a number": (('name = "港口县民政局"', "name = 7"), "name", "must be text in quotes, not 7"),
    "a platform that is none": (('platform = "vsb"', 'platform = "vbs"'), "platform", "did you mean 'vsb'?"),
    "no hosts": (('hosts = ["mzj.harbour.example", "www.harbour.example:8080"]', "hosts = []"), "hosts", "be empty"),
    "one host as text": (
        ('hosts = ["mzj.harbour.example", "www.harbour.example:8080"]', 'hosts = "mzj.harbour.example"'),
        "hosts", "must be a list in brackets",
    ),
    "a host with a path": (('"mzj.harbour.example",', '"mzj.harbour.example/a",'), "hosts.0", "a host's name in small"),
    "a host in capitals": (('"mzj.harbour.example",', '"MZJ.harbour.example",'), "hosts.0", "a host's name in small"),
    "a proxy that is no URL": (('"http://127.0.0.1:3128"', '"127.0.0.1:3128"'), "proxy", "an address that begins"),
    "no region": (('[region]\ncode = "990102"\nnames = ["青澜省", "霁川市", "港口县"]', ""), "region", "is missing"),
    "a code too short": (('"990102"', '"9901"'), "region.code", "must be six digits in quotes, not '9901'"),
    "a code that is a number": (('"990102"', "990102"), "region.code", "must be text in quotes"),
    "no names": (('["青澜省", "霁川市", "港口县"]', "[]"), "region.names", "must not be empty"),
    "a column without a name": (('name = "提案办理"\n', ""), "columns.0.name", "is missing"),
    "a column without a URL": (('url = "http://mzj.harbour.example/jytabl.htm"', ""), "columns.0.url", "is missing"),
    "a column's relative URL": (('"http://mzj.harbour.example/jyta', '"/jyta'), "columns.0.url", "must be an address"),
    "a column elsewhere": (("//www.harbour.example:8080/", "//harbour.example/"), "columns.1.url", "none of the hosts"),
    "a column at no address": (("//www.harbour.example:8080/", "//[www.harbour.example/"), "columns.1.url", "address"),
    "a column that publishes what": (('"mixed"', '"all"'), "columns.1.publishes", "'replies' or 'mixed'"),
    "a key nobody knows": (('platform = "vsb"', 'platform = "vsb"\nplattform = "vsb"'), "plattform", "mean 'platform'"),
    "a column's key nobody knows": (('publishes = "mixed"', "pages = 3"), "columns.1.pages", "known are name, url"),
    "a schedule of four fields": (('"15 4 * * 1-5"', '"15 4 * *"'), "schedule.cron", "must have five fields"),
    "a schedule of words": (('"15 4 * * 1-5"', '"at four o clock daily"'), "schedule.cron", "clock"),
    "an hour 25": (('"15 4 * * 1-5"', '"15 25 * * *"'), "schedule.cron", "higher than the maximum"),
    "a weekday 8": (('"15 4 * * 1-5"', '"15 4 * * 8"'), "schedule.cron", "higher than the maximum"),
    "weekdays backwards": (('"15 4 * * 1-5"', '"15 4 * * 5-1"'), "schedule.cron", "end before they begin"),
    "31 February": (('"15 4 * * 1-5"', '"15 4 31 2 *"'), "schedule.cron", "never comes round"),
    "a delay below zero": (("delay = 2.5", "delay = -1"), "politeness.delay", "must be at least 0, not -1"),
    "a delay in words": (("delay = 2.5", 'delay = "long"'), "politeness.delay", "must be a number, not 'long'"),
    "a delay without end": (("delay = 2.5", "delay = inf"), "politeness.delay", "must be at most 3600, not inf"),
    "a delay that is none": (("delay = 2.5", "delay = nan"), "politeness.delay", "must be at most 3600, not nan"),
    "no requests at once": (("concurrency = 2", "concurrency = 0"), "politeness.concurrency", "must be at least 1"),
    "a hundred at once": (("concurrency = 2", "concurrency = 100"), "politeness.concurrency", "must be at most 8"),
    "no time to answer": (("timeout = 30", "timeout = 0"), "politeness.timeout", "must be more than 0"),
    "revisits below zero": (("revisits = 0", "revisits = -1"), "politeness.revisits", "must be at least 0"),
    "half a row expected": (("min_listed = 10", "min_listed = 0.5"), "expectations.min_listed", "whole number, not 0"),
    "a region that is no table": (
        ('[region]\ncode = "990102"\nnames = ["青澜省", "霁川市", "港口县"]', "[[region]]"), "region", "a table",
    ),
    "a key of two lines": (('platform = "vsb"', '"a\\nb" = 1'), "'a\\nb'", "unknown key; known are key, name"),
    "a flaw nobody knows": (('proxy = "http://127.0.0.1:3128"', 'tls_accept = ["old"]'), "tls_accept.0", "must be"),
    "a key too long": (('key = "harbour-mzj"', f'key = "{"a" * 65}"'), "key", "at most 64"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_with_file_key_and_reason(write: Write, name: str) -> None:
    replaced, key, reason = WRONG[name]
    said = refused(write(replaced))
    assert said.startswith(f"{key}: ")
    assert reason in said.removeprefix(f"{key}: ")
    assert said.removeprefix(f"{key}: ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"key = ", "line 1, column 7: this is not TOML: Invalid value"),
        (b"key = 'a'\nname = [\n1,\n", "line 3, column 3: this is not TOML: "),
        (b"key = 1\n[region\n", "line 2, column 8: this is not TOML: "),
        (b"a.b = 1\na = 2", "line 2, column 6: this is not TOML: "),
        (b"\xff\xfe\0k", "line 1: this is not UTF-8; save the file as UTF-8"),
        (GOOD.encode("gbk"), "line 3: this is not UTF-8; save the file as UTF-8"),
        (b"a = " + b"[" * 9000, "nested too deeply"),
        (b"a = " + b"1" * 9000, "too many digits"),
        (b"", "key: is missing"),
    ],
)
def test_what_is_no_definition_is_refused(write: Write, content: bytes, reason: str) -> None:
    file = write()
    file.write_bytes(content)
    assert refused(file).startswith(reason) or reason in refused(file).partition(":")[0]


def test_a_byte_order_mark_does_no_harm(write: Write) -> None:
    file = write()
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert read_portal(file, PLATFORMS).key == "harbour-mzj"


def test_a_file_that_can_not_be_read_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "none.toml")
    (tmp_path / "folder.toml").mkdir()
    assert "directory" in refused(tmp_path / "folder.toml")


def test_what_is_wrong_refuses_its_own_portal_only(write: Write, tmp_path: Path) -> None:
    file = write()
    more = tmp_path / "more"
    more.mkdir()
    (more / "broken.toml").write_text("key = ", encoding="utf-8")
    (more / "gone.toml").symlink_to(more / "nowhere")
    (more / "folder.toml").mkdir()
    (more / "own.toml").write_text(GOOD.replace('"harbour-mzj"', '"own"'), encoding="utf-8")
    known = load_portals([file.parent, more], PLATFORMS)
    assert list(known) == ["harbour-mzj", "own"]
    assert known.files["own"] == more / "own.toml"
    assert set(known.refused) == {"broken", "gone", "folder"}
    assert (
        known.refused["broken"] == f"{more}/broken.toml: line 1, column 7: this is not TOML: Invalid value; correct it"
    )


@pytest.mark.parametrize("broken", [0, 1, None])
def test_two_files_can_not_claim_one_key(write: Write, tmp_path: Path, broken: int | None) -> None:
    file = write()
    (tmp_path / "more").mkdir()
    twin = tmp_path / "more" / file.name
    twin.write_bytes(file.read_bytes())
    (tmp_path / "more" / "own.toml").write_text(GOOD.replace('"harbour-mzj"', '"own"'), encoding="utf-8")
    if broken is not None:
        (file, twin)[broken].write_text("key = ", encoding="utf-8")
    known = load_portals([file.parent, twin.parent], PLATFORMS)
    assert list(known) == ["own"]
    reason = f"{twin}: key: 'harbour-mzj' stands in {file} already; remove one of the two"
    assert known.refused == {"harbour-mzj": reason}


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match="no such folder"):
        load_portals([tmp_path / "none"], PLATFORMS)


def test_other_files_in_the_folder_are_let_alone(write: Write) -> None:
    folder = write().parent
    (folder / "README.md").write_text("not a definition")
    (folder / ".#harbour-mzj.toml").symlink_to("somebody@here:1")  # what an editor that has the file open leaves
    known = load_portals([folder], PLATFORMS)
    assert (list(known), known.refused) == (["harbour-mzj"], {})


# The registry


def test_portals_come_from_the_data_folder_and_the_folder_that_is_named(write: Write, home: Path) -> None:
    (home / "portals").mkdir()
    (home / "portals" / "own.toml").write_text(GOOD.replace('"harbour-mzj"', '"own"'), encoding="utf-8")
    named = write().parent
    settings = Settings(home=home, portals=named)
    assert portal_folders(settings) == [BUILT_IN.resolve(), home / "portals", named]
    assert {"own", "harbour-mzj"} <= set(all_portals(settings))
    assert portal_folders(Settings(home=home, portals=home / "portals")) == [BUILT_IN.resolve(), home / "portals"]


def test_a_wrong_definition_and_an_unknown_key_are_wrong_usage(write: Write, home: Path) -> None:
    settings = Settings(home=home, portals=write().parent)
    with pytest.raises(Refused, match=r"unknown portal 'habour'; known are: .*harbour-mzj") as unknown:
        known_portal(settings, "habour")
    write(('"990102"', '"x"'))
    with pytest.raises(Refused, match=r"portal definition refused: .*harbour-mzj\.toml: region\.code: ") as wrong:
        known_portal(settings, "harbour-mzj")
    assert unknown.value.exit_code == wrong.value.exit_code == 2


def portal(write: Write) -> dict[str, Portal]:
    return {"harbour-mzj": read_portal(write(), PLATFORMS)}


@pytest.mark.parametrize(
    "url", ["http://mzj.harbour.example/x", "https://MZJ.harbour.example/", "http://www.harbour.example:8080/?a"]
)
def test_a_url_belongs_to_the_portal_of_its_host(write: Write, url: str) -> None:
    assert portal_of(portal(write), url).key == "harbour-mzj"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://other.example/", "no portal has the host other.example"),
        ("http://www.harbour.example/", "no portal has the host www.harbour.example"),
        ("http://mzj.harbour.example.evil.example/", "no portal has the host"),
        ("http://mzj.harbour.example@evil.example/", "no portal has the host"),
        ("ftp://other.example/", "is no http"),
        ("/info/1.htm", "is no http"),
        ("", "is no http"),
        ("http://[::1", "is no http"),
    ],
)
def test_a_url_of_no_portal_is_wrong_usage(write: Write, url: str, reason: str) -> None:
    known: dict[str, Any] = portal(write)
    with pytest.raises(Refused, match=reason) as error:
        portal_of(known, url)
    assert error.value.exit_code == 2


def test_how_often_a_schedule_comes_round() -> None:
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)
    assert Schedule(cron="15 4 * * 1-5").interval(friday) == timedelta(days=1)
    assert Schedule(cron="15 4 * * 1,5").interval(friday) == timedelta(days=4)
    assert Schedule(cron="0 */6 * * *").interval(friday) == timedelta(hours=6)


def test_a_portal_says_how_it_is_reached(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert way(read_portal(write(("http://127.0.0.1:3128", "http://u:p@127.0.0.1:3128")), PLATFORMS)) == (
        "by proxy http://***@127.0.0.1:3128"
    )
    plain = read_portal(write(('proxy = "http://127.0.0.1:3128"', 'tls_accept = ["expired", "weak-keys"]')), PLATFORMS)
    assert way(plain) == "direct, TLS accepted though expired, weak-keys"
    monkeypatch.setenv("http_proxy", "http://gate.example:8080")
    assert way(plain).startswith("by proxy http://gate.example:8080, TLS")
    monkeypatch.setenv("no_proxy", "harbour.example")
    assert way(plain).startswith("direct")
