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
    inferred = 'inferred = ["hosts", "columns.0.url", "columns.0.publishes", "columns.1.url", "columns.2.url"]'
    folder = define(tmp_path / "portals", columns=second + third, more=inferred)
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
    assert found["办理台账"]["answer"].startswith("connection: ")
    assert [line for line in done.err.splitlines() if not line.startswith("dafu: ")] == ["1 definition well formed"]
    assert not (home.path / "warc").exists()
    assert not [line for line in server.log if "letter" in line.url]


def test_what_is_inferred_is_told_by_column_and_what_is_confirmed_may_be_struck(
    bench: tuple[Shelf, Server, Home],
) -> None:
    pages, _, home = bench
    pages.put_list(1, 2, 3)
    pages.pages["/moved.html"] = Page("", status=301, location="/list.html")  # rows, but of another place
    pages.pages["/dropped.html"] = Page(str(pages.pages["/list.html"].content), status=403)  # type: ignore[union-attr]
    done = home.dafu("portals", "check", "shelf", "--json")
    first, moved, forbidden = json.loads(done.out)
    assert first["inferred"] == ["hosts", "columns.0.url", "columns.0.publishes"]
    assert first["confirmed"] == ["hosts", "columns.0.url"]
    assert (moved["rows"], moved["inferred"], moved["confirmed"]) == (3, ["hosts", "columns.1.url"], ["hosts"])
    assert (forbidden["answer"], forbidden["rows"]) == ("403", 0)
    shown = home.dafu("portals", "check", "shelf").out
    assert "columns.0.publishes" in shown
    told = f"confirmed: hosts, columns.0.url — strike them from {home.definitions}/shelf.toml"
    assert shown.splitlines()[-1] == told


def test_hosts_are_confirmed_when_each_has_shown_rows(bench: tuple[Shelf, Server, Home]) -> None:
    pages, _, home = bench
    pages.put_list(1, 2, 3)
    file = home.definitions / "shelf.toml"
    hosts = f'hosts = ["silent.example", "{HOST}"]'
    text = file.read_text().replace(f'hosts = ["{HOST}"]', hosts)
    file.write_text(text.replace('inferred = ["hosts"', 'inferred = ["hosts", "hosts.0", "hosts.1"'))
    done = home.dafu("portals", "check", "shelf", "-s", "RETRY_TIMES=0", "--json")
    found = json.loads(done.out)[0]
    assert found["inferred"] == ["hosts", "hosts.1", "columns.0.url", "columns.0.publishes"]
    assert found["confirmed"] == ["hosts.1", "columns.0.url"]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("nobody", "refused: robots.txt can't be had, so nothing may be asked: Connection was refused"),
        ("robots", "robots: robots.txt forbids it"),
        ("403", "403"),
        ("tls", "tls: robots.txt can't be had, so nothing may be asked: its TLS is refused: expired; "),
    ],
)
def test_why_there_is_no_answer_stands_in_the_table_alone(tmp_path: Path, fault: str, reason: str) -> None:
    pages = Shelf()
    pages.put_list(1, 2, 3)
    folder = define(tmp_path / "portals")
    with Server(pages, https=fault == "tls") as server:  # type: ignore[arg-type]
        home = Home(tmp_path / "home", definitions=folder)
        if fault != "nobody":
            home.proxy = server.proxy_url
        if fault == "robots":
            pages.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /", "text/plain")
        if fault == "403":
            server.fail("", "status:403")
        if fault == "tls":
            server.flaw(HOST, "expired")
            home.more |= {"https_proxy": server.proxy_url, "SSL_CERT_FILE": str(server.ca_file)}
            (folder / "shelf.toml").write_text((folder / "shelf.toml").read_text().replace("http:", "https:"))
        done = home.dafu("portals", "check", "shelf", "-s", "RETRY_TIMES=0", "--json")
    assert done.code == 1
    (line,) = json.loads(done.out)
    assert line["answer"].startswith(reason)
    assert len(done.err.splitlines()) == 2, done.err


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
    assert "exit code 1: " in json.loads(done.out)[0]["answer"]
    assert "Traceback" not in done.err
