"""`dafu probe` before the demo city: of every portal the home page alone, one column and one reply lead to a definition
by which all that it publishes is found."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from crawler.demo import City, Server
from crawler.demo.site import Page
from tests.e2e.bench import HOST, Home, Shelf, html

CITY = City(more=True)
HOSTS = {site.key: host for host, site in CITY.sites.items()}
QUICK = ("-s", "DOWNLOAD_DELAY=0")
MOST = 20
KEYS = [
    pytest.param(key, marks=() if key in ("demo-zjj", "demo-fgw", "demo-swj") else pytest.mark.slow)
    for key in sorted(HOSTS)
]


def truth() -> dict[str, dict[str, Any]]:
    """The city's own definitions."""
    files = Path(__file__).parents[2].glob("crawler/demo/*/demo-*.toml")
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}


def landing(url: str) -> str:
    while (page := CITY.page(url)) and page.location:
        url = urljoin(url, page.location)
    return url


def published(key: str) -> set[str]:
    """Where all documents of a portal stand: pages, and files that their rows lead straight to."""
    return {url for entry in CITY.documents() if entry.portal == key for url in map(landing, entry.urls)}


@pytest.fixture(scope="module")
def city() -> Iterator[Server]:
    with Server(CITY) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, city: Server) -> Home:
    city.log.clear()
    (tmp_path / "portals").mkdir()
    return Home(tmp_path / "home", city.proxy_url, tmp_path / "portals")


@pytest.mark.parametrize("key", KEYS)
def test_the_home_page_alone_leads_to_every_document(key: str, home: Home, city: Server) -> None:
    done = home.dafu("probe", f"http://{HOSTS[key]}/", "--write", "--json", *QUICK)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert len(city.log) == found["requests"] <= MOST
    assert {urljoin(entry.url, "/") for entry in city.log} == {f"http://{HOSTS[key]}/"}
    portal = found["portal"]
    assert portal["region"]["code"] == truth()[key]["region"]["code"]
    assert portal["name"] == truth()[key]["name"]
    assert portal["platform"] == truth()[key]["platform"]
    assert any(shown.get("kind") == "reply" for shown in found["sample"])
    folder = home.definitions
    assert (folder / f"{portal['key']}.toml").read_text(encoding="utf-8") == found["toml"]
    golden = json.loads((folder / f"{portal['key']}.json").read_text(encoding="utf-8"))
    assert golden["record"]["kind"] == "reply"
    assert (folder / f"{portal['key']}.html").read_bytes()
    assert not (home.path / "dafu.db").exists()  # nothing is kept in a store

    home.crawl(portal["key"], *QUICK, "-s", "RETRY_TIMES=0")
    stored = {landing(url) for row in home.rows() for url in row["urls"]}
    assert stored == published(key)


@pytest.mark.parametrize("key", KEYS)
def test_a_column_and_a_reply_lead_to_the_same_columns(key: str, home: Home, city: Server) -> None:
    columns = {column["url"] for column in truth()[key]["columns"]}
    reply = next(
        entry
        for entry in CITY.documents()
        if entry.portal == key and entry.kind == "reply" and not entry.urls[0].endswith(".pdf")
    )
    for url in (min(columns), reply.urls[0]):
        city.log.clear()
        done = home.scrapy("crawl", "probe", "-a", f"url={url}", *QUICK)
        found = json.loads([line for line in done.out.splitlines() if line.startswith("{")][-1])
        assert "portal" in found, found
        assert len(city.log) == found["requests"] <= MOST
        assert {column["url"] for column in found["portal"]["columns"]} == columns, url


def test_where_there_is_a_store_nothing_but_the_hosts_turn_is_kept(copy: Home) -> None:
    before = copy.held()
    done = copy.dafu("probe", "rsj.jichuan.example", *QUICK)
    assert done.code == 0, done.err
    assert "portal demo-rsj is on this host already" in done.out
    assert copy.held() == before
    assert {row["run_id"] for row in copy.sql("SELECT run_id FROM hosts")} == {None}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[tuple[Shelf, Server, Home]]:
    pages = Shelf()
    (tmp_path / "portals").mkdir()
    with Server(pages) as server:  # type: ignore[arg-type]
        yield pages, server, Home(tmp_path / "home", server.proxy_url, tmp_path / "portals")


def test_years_are_found_below_their_parent_and_one_that_holds_them_all_is_enough(
    bench: tuple[Shelf, Server, Home],
) -> None:
    pages, server, home = bench
    news = "".join(
        f'<a href="/news/{n}/">新闻栏目{n}</a><a href="/doc/2024{n:04}.html">某地召开会议之{n}</a>' for n in range(200)
    )
    pages.pages["/"] = html("书架区民政局", f'{news}<a href="/xxgk/">政府信息公开</a>')
    pages.pages["/xxgk/"] = html("政府信息公开", '<a href="/zn/">信息公开指南</a><a href="/fd/">法定主动公开内容</a>')
    pages.pages["/fd/"] = html(
        "法定主动公开内容", '<a href="/fd/ys/">财政预决算</a><a href="/fd/jyta/">建议提案办理</a>'
    )
    years = "".join(f'<a href="/fd/jyta/{year}n/">{year}年</a>' for year in (2024, 2023, 2022))
    pages.pages["/fd/jyta/"] = html("建议提案办理", years)
    for year in (2024, 2023, 2022):
        pages.put_list(*(year * 10 + n for n in range(4)), path=f"/fd/jyta/{year}n/")
        pages.put_letters(*(year * 10 + n for n in range(4)))
    done = home.dafu("probe", f"http://{HOST}", "--json", *QUICK)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    urls = [f"http://{HOST}/fd/jyta/{year}n/" for year in (2024, 2023, 2022)]
    assert sorted(c["url"] for c in found["columns"]) == sorted(urls)
    assert found["requests"] == len(server.log) <= MOST
    assert not [entry for entry in server.log if "/news/" in entry.url or "/doc/" in entry.url]
    # The parent now lists all, newest first, in pages.
    everything = [year * 10 + n for year in (2024, 2023, 2022) for n in range(4)]
    for at, path in enumerate(("/fd/jyta/", "/fd/jyta/index_1.html")):
        pages.put_list(*everything[at * 6 : at * 6 + 6], path=path, following=None if at else "index_1.html")
        page = pages.pages[path]
        assert isinstance(page, Page)
        pages.pages[path] = Page(str(page.content).replace("<h1>", f"{years}<h1>"))
    found = json.loads(home.dafu("probe", f"http://{HOST}/fd/jyta/", "--json", *QUICK).out)
    assert [c["url"] for c in found["columns"]] == [f"http://{HOST}/fd/jyta/"]
    assert sum("left out" in note for note in found["notes"]) == 3


def test_what_it_could_not_find_out_it_says(bench: tuple[Shelf, Server, Home]) -> None:
    pages, server, home = bench
    links = '<a href="/list.html">人大代表建议</a><a href="/secret/">政协提案答复</a><a href="http://www.far.example/t/">提案复文</a>'
    pages.pages["/"] = html("首页", links)
    pages.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /secret/\nCrawl-delay: 3", "text/plain")
    pages.put_list(1, 2, 3, following="list_2.html")
    pages.put_letters(1, 2, 3)
    done = home.dafu("probe", HOST, "--key", "books", "--write", *QUICK)
    assert done.code == 0, done.err
    for said in (
        "robots.txt forbids it: 政协提案答复",
        "on another host, probe it by itself: 提案复文",
        "no 网站标识码",
        "not under gov.cn",
        'key = "books"',
        "delay = 3.0",
        'code = "000000"',
    ):
        assert said in done.out
    assert not [entry for entry in server.log if "secret" in entry.url or "far.example" in entry.url]
    assert tomllib.loads((home.definitions / "books.toml").read_text(encoding="utf-8"))["region"]["code"] == "000000"
    again = home.dafu("probe", HOST, "--key", "books", "--write", *QUICK)
    assert (again.code, "books.toml defines 'books' already" in again.err) == (1, True)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("none", "closest came: 建议提案办理"),
        ("robots", "robots.txt forbids it"),
        ("status:412", "riddle for browsers"),
        ("status:403", "403"),
        ("drop", "can't be probed"),
        ("script", "riddle for browsers"),
    ],
)
def test_why_there_is_nothing_is_one_line(bench: tuple[Shelf, Server, Home], fault: str, said: str) -> None:
    pages, server, home = bench
    pages.pages["/"] = html("书架区民政局", '<a href="/news.html">建议提案办理</a>')
    rows = "".join(
        f'<li><a href="/n/{n}.html">区政协召开提案办理协商会之{n}</a><span>2024-05-0{n}</span></li>'
        for n in range(1, 6)
    )
    pages.pages["/news.html"] = html("建议提案办理", f"<ul>{rows}</ul>")
    if fault == "robots":
        pages.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /", "text/plain")
    elif fault == "script":
        pages.pages["/"] = Page("<script>document.cookie='__jsluid_h=ab';location.reload()</script>")
    elif fault != "none":
        server.fail(f"{HOST}/$", fault)
    done = home.dafu("probe", HOST, *QUICK, "-s", "RETRY_TIMES=0")
    assert done.code == 1
    (line,) = done.err.splitlines()
    assert said in line
    assert done.out == ""


@pytest.mark.parametrize(
    "wrong", [("ftp://x.example/",), ("http://",), (HOST, "--key", "No Key"), (HOST, "--tls-accept", "bad")]
)
def test_slips_are_told_before_anything_is_asked(wrong: tuple[str, ...], bench: tuple[Shelf, Server, Home]) -> None:
    _, server, home = bench
    done = home.dafu("probe", *wrong)
    assert done.code == 2
    assert "refused" in done.err
    assert len(done.err.splitlines()) == 1
    assert server.log == []


def test_a_flaw_of_its_tls_is_named_and_allowed_only_when_asked_for(tmp_path: Path) -> None:
    pages = Shelf()
    pages.pages["/"] = html("书架区民政局", '<a href="/list.html">建议提案办理</a>')
    pages.put_list(1, 2, 3)
    pages.put_letters(1, 2, 3)
    (tmp_path / "portals").mkdir()
    with Server(pages, https=True) as server:  # type: ignore[arg-type]
        server.flaw(HOST, "expired")
        home = Home(tmp_path / "home", server.proxy_url, tmp_path / "portals")
        home.more = {"https_proxy": server.proxy_url, "SSL_CERT_FILE": str(server.ca_file)}
        refused = home.dafu("probe", f"https://{HOST}/", *QUICK)
        assert refused.code == 1
        assert 'tls_accept = ["expired"]' in refused.err
        assert "--tls-accept" in refused.err
        for path, page in list(pages.pages.items()):
            pages.pages[f"https://{HOST}{path}"] = page
        done = home.dafu("probe", f"https://{HOST}/", "--tls-accept", "expired", *QUICK)
    assert done.code == 0, done.err
    assert 'tls_accept = ["expired"]' in done.out


def test_check_says_what_changed_since(bench: tuple[Shelf, Server, Home]) -> None:
    pages, _, home = bench
    pages.pages["/"] = html("书架区民政局", '<a href="/list.html">建议提案办理</a>')
    pages.put_list(1, 2, 3, following="list_2.html")
    pages.put_list(4, 5, path="/list_2.html")
    pages.put_letters(1, 2, 3, 4, 5)
    assert home.dafu("probe", HOST, "--key", "shelf", "--write", *QUICK).code == 0
    (same,) = json.loads(home.dafu("portals", "check", "shelf", "--json", *QUICK).out)
    assert same["changed"] == []
    pages.put_list(1, 2, 3)
    pages.pages["/letter/1.html"] = html("系统升级中", "<p>敬请期待</p>")
    (other,) = json.loads(home.dafu("portals", "check", "shelf", "--json", *QUICK).out)
    assert other["changed"][0] == "goes on no more"
    assert other["changed"][1].startswith("golden page: ")
    assert "signed_by" in other["changed"][1]
