"""Portals as data: all definitions load, and whatever is wrong is refused with file, key and reason."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.demo.cli import DEFINITIONS
from crawler.platforms import PLATFORMS
from crawler.portals import BUILT_IN, Portal, PortalError, load_portals, read_portal
from crawler.registry import all_portals, known_portal, portal_folders, portal_of
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
    assert "pydantic" not in said
    return said.removeprefix(f"{file}: ")


def test_the_demos_definitions_load() -> None:
    loaded = load_portals([DEFINITIONS], PLATFORMS)
    assert set(loaded) == {file.stem for file in DEFINITIONS.glob("*.toml")} >= {"demo-city", "demo-mzj"}


def test_the_built_in_definitions_load(home: Path) -> None:
    assert set(all_portals(Settings(home=home))) == {file.stem for file in BUILT_IN.glob("*.toml")} != set()


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
    "a key that is none": (('key = "harbour-mzj"', 'key = "Harbour_MZJ"'), "key", "pattern"),
    "a key that is not the file's": (('key = "harbour-mzj"', 'key = "other"'), "key", "must be the file's name"),
    "no key": (('key = "harbour-mzj"', ""), "key", "required"),
    "an empty name": (('name = "港口县民政局"', 'name = ""'), "name", "at least 1 character"),
    "a name that is a number": (('name = "港口县民政局"', "name = 7"), "name", "valid string"),
    "a platform that is none": (('platform = "vsb"', 'platform = "vbs"'), "platform", "'vbs' is none of"),
    "no hosts": (('hosts = ["mzj.harbour.example", "www.harbour.example:8080"]', "hosts = []"), "hosts", "at least 1"),
    "one host as text": (
        ('hosts = ["mzj.harbour.example", "www.harbour.example:8080"]', 'hosts = "mzj.harbour.example"'),
        "hosts", "valid tuple",
    ),
    "a host with a path": (('"mzj.harbour.example",', '"mzj.harbour.example/a",'), "hosts.0", "pattern"),
    "a host in capitals": (('"mzj.harbour.example",', '"MZJ.harbour.example",'), "hosts.0", "pattern"),
    "a proxy that is no URL": (('"http://127.0.0.1:3128"', '"127.0.0.1:3128"'), "proxy", "pattern"),
    "no region": (('[region]\ncode = "990102"\nnames = ["青澜省", "霁川市", "港口县"]', ""), "region", "required"),
    "a code too short": (('"990102"', '"9901"'), "region.code", "pattern"),
    "a code that is a number": (('"990102"', "990102"), "region.code", "valid string"),
    "no names": (('["青澜省", "霁川市", "港口县"]', "[]"), "region.names", "at least 1"),
    "a column without a name": (('name = "提案办理"\n', ""), "columns.0.name", "required"),
    "a column without a URL": (('url = "http://mzj.harbour.example/jytabl.htm"', ""), "columns.0.url", "required"),
    "a column's relative URL": (('"http://mzj.harbour.example/jyta', '"/jyta'), "columns.0.url", "pattern"),
    "a column elsewhere": (("//www.harbour.example:8080/", "//harbour.example/"), "columns.1.url", "none of the hosts"),
    "a column at no address": (("//www.harbour.example:8080/", "//[www.harbour.example/"), "columns.1.url", "Invalid"),
    "a column that publishes what": (('"mixed"', '"all"'), "columns.1.publishes", "'replies' or 'mixed'"),
    "a key nobody knows": (('platform = "vsb"', 'platform = "vsb"\nplattform = "vsb"'), "plattform", "not permitted"),
    "a column's key nobody knows": (('publishes = "mixed"', "pages = 3"), "columns.1.pages", "not permitted"),
    "a schedule of four fields": (('"15 4 * * 1-5"', '"15 4 * *"'), "schedule.cron", "expected 5"),
    "a schedule of words": (('"15 4 * * 1-5"', '"at four o clock daily"'), "schedule.cron", "clock"),
    "an hour 25": (('"15 4 * * 1-5"', '"15 25 * * *"'), "schedule.cron", "higher than the maximum"),
    "a weekday 8": (('"15 4 * * 1-5"', '"15 4 * * 8"'), "schedule.cron", "higher than the maximum"),
    "weekdays backwards": (('"15 4 * * 1-5"', '"15 4 * * 5-1"'), "schedule.cron", "end before they begin"),
    "31 February": (('"15 4 * * 1-5"', '"15 4 31 2 *"'), "schedule.cron", "never comes round"),
    "a delay below zero": (("delay = 2.5", "delay = -1"), "politeness.delay", "greater than or equal to 0"),
    "a delay in words": (("delay = 2.5", 'delay = "long"'), "politeness.delay", "valid number"),
    "a delay without end": (("delay = 2.5", "delay = inf"), "politeness.delay", "less than or equal to 3600"),
    "a delay that is none": (("delay = 2.5", "delay = nan"), "politeness.delay", ""),
    "no requests at once": (("concurrency = 2", "concurrency = 0"), "politeness.concurrency", "greater than or equal"),
    "a hundred at once": (("concurrency = 2", "concurrency = 100"), "politeness.concurrency", "or equal to 8"),
    "no time to answer": (("timeout = 30", "timeout = 0"), "politeness.timeout", "greater than 0"),
    "revisits below zero": (("revisits = 0", "revisits = -1"), "politeness.revisits", "greater than or equal"),
    "half a row expected": (("min_listed = 10", "min_listed = 0.5"), "expectations.min_listed", "integer"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_with_file_key_and_reason(write: Write, name: str) -> None:
    replaced, key, reason = WRONG[name]
    said = refused(write(replaced))
    assert said.startswith(f"{key}: ")
    assert reason in said.removeprefix(f"{key}: ")
    assert said.removeprefix(f"{key}: ")


@pytest.mark.parametrize(
    "content", [b"key = ", b"\xff\xfe\0k", 'key = "港'.encode()[:-1], b"", b"a = " + b"[" * 9000, b"a.b = 1\na = 2"]
)
def test_what_is_no_definition_is_refused(write: Write, content: bytes) -> None:
    file = write()
    file.write_bytes(content)
    assert refused(file)


def test_a_file_that_can_not_be_read_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "none.toml")
    (tmp_path / "folder.toml").mkdir()
    assert "directory" in refused(tmp_path / "folder.toml")


def test_two_files_can_not_claim_one_key(write: Write, tmp_path: Path) -> None:
    file = write()
    (tmp_path / "more").mkdir()
    twin = tmp_path / "more" / file.name
    twin.write_bytes(file.read_bytes())
    with pytest.raises(PortalError, match=re.escape(f"{twin}: key: 'harbour-mzj' stands in {file} already")):
        load_portals([file.parent, twin.parent], PLATFORMS)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match="no such folder"):
        load_portals([tmp_path / "none"], PLATFORMS)


def test_other_files_in_the_folder_are_let_alone(write: Write) -> None:
    folder = write().parent
    (folder / "README.md").write_text("not a definition")
    assert list(load_portals([folder], PLATFORMS)) == ["harbour-mzj"]


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
        all_portals(settings)
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
