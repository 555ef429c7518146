"""`dafu portals check` looks at the lists and keeps nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo import Server
from crawler.demo.site import Page
from tests.e2e.bench import HOST, Home, Shelf, define


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[tuple[Shelf, Server, Home]]:
    pages = Shelf()
    second = f'[[columns]]\nname = "政协提案"\nurl = "http://{HOST}/moved.html"\n'
    third = f'[[columns]]\nname = "办理台账"\nurl = "http://{HOST}/dropped.html"\n'
    folder = define(tmp_path / "portals", columns=second + third)
    with Server(pages) as server:  # type: ignore[arg-type]
        yield pages, server, Home(tmp_path / "home", server.proxy_url, folder)


def test_every_column_says_what_it_answers(bench: tuple[Shelf, Server, Home]) -> None:
    pages, server, home = bench
    pages.put_list(1, 2, 3, following="list_2.html")
    pages.pages["/moved.html"] = Page("", status=301, location="/list.html")
    server.fail("dropped", "drop")
    done = home.dafu("portals", "check", "shelf", "-s", "RETRY_TIMES=0", "--json")
    assert done.code == 1
    assert "some columns show no rows" in done.err
    assert "Traceback" not in done.err
    found = {column["column"]: column for column in json.loads(done.out)}
    first = found["建议提案办理"]
    assert (first["answer"], first["rows"], first["next"]) == ("200", 3, f"http://{HOST}/list_2.html")
    assert first["first"] == "关于区政协三届二次会议第1号提案的答复"
    assert found["政协提案"]["answer"] == f"200, moved to http://{HOST}/list.html"
    assert found["办理台账"]["rows"] == 0
    assert not (home.path / "warc").exists()
    assert not [line for line in server.log if "letter" in line.url]


def test_definitions_can_be_checked_without_the_network(bench: tuple[Shelf, Server, Home]) -> None:
    _, server, home = bench
    done = home.dafu("portals", "check", "--no-online")
    assert done.code == 0, done.err
    assert "well formed" in done.err
    assert server.log == []


def test_a_check_that_dies_is_no_success(bench: tuple[Shelf, Server, Home]) -> None:
    _, _, home = bench
    done = home.dafu("portals", "check", "shelf", "-s", "SCHEDULER=no.such.module", "--json")
    assert done.code == 1
    assert [(line["column"], line["rows"]) for line in json.loads(done.out)] == [
        ("建议提案办理", 0), ("政协提案", 0), ("办理台账", 0)
    ]  # fmt: skip
