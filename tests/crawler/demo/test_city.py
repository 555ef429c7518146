"""The pages say what the oracle says, and the lists lead to them. The regexes here are written for the templates."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable
from html import unescape
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

import crawler.demo
from crawler.demo import LAST_STEP, City, Published, Server
from crawler.demo.city import today

Fetch = Callable[..., Any]
PORTALS = [tomllib.loads(file.read_text("utf-8")) for file in Path(crawler.demo.__file__).parent.glob("portals/*.toml")]
ROWS = {
    "vsb": r'<li id="line_u8_.*?href="(.*?)"',
    "kunming": r'<li><a href="(.*?)"',
    "hunan": r'<li><a href="([^"]*)" title=',
    "yaan": r'<li><a href="([^"]*)" target=',
    "generic": r'<div>.*?href="(.*?)"',
}
NEXT = {
    "vsb": r'<a href="([^"]*)" class="Next">下页',
    "kunming": r'<a href="([^"]*)">下一页',
    "hunan": r'"([^"]*)">下一页',
    "yaan": r'"([^"]*)">下一页',
    "generic": r'"([^"]*)">下一页',
}
BODY = {
    "mzj.jichuan.example": r'<div class="v_news_content">(.*?)</div></div>\n<ul',
    "rsj.jichuan.example": r"<!--<\$\[信息内容\]>begin-->(.*?)<!--<\$\[信息内容\]>end-->",
    "www.qiwu.example": r'<div class="conTxt">(.*?)</div>\n<div class="conFile',
    "www.jichuan.example": r"<article>(.*?)</article>",
    "wjw.jichuan.example": r'<div id="zoom">(.*?)</div></div>\n<div class="art_file',
    "www.zhuting.example": r'<div class="xqing-web-box">(.*?)</div>\n<div class="xq-file',
}
STEPS = range(LAST_STEP + 2)


def text(body: bytes) -> str:
    return body.decode("gb18030" if b"charset=gb2312" in body else "utf-8")


def listed(fetch: Fetch, platform: str, url: str) -> list[str]:
    """The addresses of all rows of a column, page after page."""
    found: list[str] = []
    if platform == "hanweb":
        return [urljoin(url, href) for page in records(fetch, url, 5) for href in page]
    while True:
        page = text(fetch(url).body)
        found += [urljoin(url, unescape(href)) for href in re.findall(ROWS[platform], page)]
        if not (after := re.search(NEXT[platform], page)):
            return found
        url = urljoin(url, after[1])


def records(fetch: Fetch, url: str, size: int) -> list[list[str]]:
    """The rows of a Hanweb column as dataproxy.jsp gives them, `size` at a time."""
    page = text(fetch(url).body)
    form = dict(re.findall(r"[{,](columnid|unitid|webid|path|permissiontype):'?([^,'}]*)", page))
    proxy = urljoin(url, "/module/web/jpage/dataproxy.jsp")
    pages: list[list[str]] = []
    while True:
        first = len(pages) * size + 1
        query = urlencode({"startrecord": first, "endrecord": first + size - 1, "perpage": size})
        xml = text(fetch(f"{proxy}?{query}", urlencode(form).encode()).body)
        pages.append(re.findall(r'<record><!\[CDATA\[<li><a href="(.*?)"', xml))
        total = re.search(r"<totalrecord>(\d+)", xml)
        assert total
        if first + size > int(total[1]):
            return pages


@pytest.mark.parametrize("step", STEPS)
def test_the_lists_lead_to_every_document_and_to_nothing_else(server: Server, fetch: Fetch, step: int) -> None:
    server.city = City(step)
    for portal in PORTALS:
        rows = [row for column in portal["columns"] for row in listed(fetch, portal["platform"], column["url"])]
        own = {row for row in rows if urlsplit(row).hostname in portal["hosts"] and "/private/" not in row}
        answers = [fetch(row) for row in own]
        assert {answer.status for answer in answers} == {200}
        truth = {url for entry in City(step).documents() if entry.portal == portal["key"] for url in entry.urls}
        assert {answer.url for answer in answers} == truth


@pytest.mark.parametrize("size", [1, 4, 5, 100])
def test_dataproxy_gives_every_row_once(fetch: Fetch, size: int) -> None:
    pages = records(fetch, "http://rsj.jichuan.example/col/col2101/index.html", size)
    rows = [row for page in pages for row in page]
    assert len(rows) == len(set(rows))
    assert sorted(rows) == sorted(
        urlsplit(url).path
        for entry in City().documents()
        if entry.portal == "demo-rsj"
        for url in entry.urls
        if "art_2108" not in url
    )


def test_a_sticky_row_stands_on_every_page(fetch: Fetch) -> None:
    for platform, url, sticky, pages in (
        ("vsb", "http://mzj.jichuan.example/jytabl.htm", "/info/1041/2313.htm", 3),
        ("generic", "http://www.jichuan.example/open/fuwen.html", "/open/fuwen/20231205-3311.html", 2),
    ):
        counts = Counter(urlsplit(row).path for row in listed(fetch, platform, url))
        assert counts.pop(sticky) == pages
        assert set(counts.values()) == {1}


def test_rows_that_need_care(fetch: Fetch) -> None:
    rows = listed(fetch, "vsb", "http://mzj.jichuan.example/jytabl.htm")
    assert "http://news.evening.example/2024/06/30/8812.html" in rows
    assert "http://mzj.jichuan.example/private/2024.htm" in rows
    page = text(fetch("http://mzj.jichuan.example/jytabl.htm").body)
    long = next(entry.title for entry in City().documents() if entry.id == "mzj-9")
    assert f'title="{long}">{long[:30]}…</a>' in page
    [row] = [
        row for row in listed(fetch, "hanweb", "http://rsj.jichuan.example/col/col2101/index.html") if "pdf" in row
    ]
    assert fetch(row).headers["Content-Type"] == "application/pdf"


def test_numbers_of_reversed_lists_shift_when_the_list_grows(server: Server, fetch: Fetch) -> None:
    before = text(fetch("http://mzj.jichuan.example/jytabl.htm").body)
    server.city = City(2)
    after = text(fetch("http://mzj.jichuan.example/jytabl.htm").body)
    assert "共18条&nbsp;&nbsp;1/3" in before
    assert 'href="jytabl/2.htm" class="Next">下页' in before
    assert "共19条&nbsp;&nbsp;1/3" in after


def shown(fetch: Fetch, url: str) -> str:
    """The letter on a page, without markup."""
    page = text(fetch(url).body)
    body = re.search(f"(?s){BODY[urlsplit(url).hostname or '']}", page)
    assert body, url
    html = re.sub(r"(?s)<style>.*?</style>|<p><img.*?</p>|<p><a .*?</p>", "", body[1])
    return re.sub(r"\s", "", unescape(re.sub(r"<[^>]*>", "", html)))


def plain(entry: Published) -> str:
    return re.sub(r"[\s|]", "", entry.fields["text"])


@pytest.mark.parametrize("step", STEPS)
def test_pages_say_what_the_oracle_says(server: Server, fetch: Fetch, step: int) -> None:
    server.city = City(step)
    for entry in server.city.documents():
        for url in entry.urls:
            if url.endswith(".pdf"):
                continue
            page = text(fetch(url).body)
            assert unescape(page).count(entry.title) >= 2, url
            assert shown(fetch, url) == plain(entry), url
            for name in ("index_number", "publisher", "issued_on", "topic"):
                assert entry.fields.get(name, "") in page


def test_steps_change_what_changes_says_and_nothing_else(server: Server, fetch: Fetch) -> None:
    for step in STEPS[1:]:
        changes = City().changes(step)
        for entry in changes.new:
            assert (entry.fields["published_at"][:10]) == str(today(step))
        pages: list[dict[str, str | None]] = []
        for at in (step - 1, step):
            server.city = City(at)
            urls = {url for moment in STEPS for entry in City(moment).documents() for url in entry.urls}
            urls = {url for url in urls if not url.endswith(".pdf")}
            pages.append({url: shown(fetch, url) if fetch(url).status == 200 else None for url in urls})
        before, after = pages
        changed = {url for url in before if before[url] != after[url]}
        assert changed == {url for entry in [*changes.new, *changes.edited, *changes.gone] for url in entry.urls}
        assert {url for url in changed if before[url] is None} == {url for e in changes.new for url in e.urls}
        assert {url for url in changed if after[url] is None} == {url for e in changes.gone for url in e.urls}


def test_every_scripted_step_has_new_edited_and_gone_documents() -> None:
    sizes = [tuple(len(entries) for entries in City().changes(step)) for step in STEPS[1:]]
    assert sizes == [(5, 1, 1), (3, 2, 1), (3, 2, 1), (0, 0, 0)]


def test_the_same_letter_on_two_portals() -> None:
    copies = Counter(entry.text_id for entry in City(LAST_STEP).documents())
    assert [name for name, count in copies.items() if count == 2] == ["mzj-15", "mzj-4", "rsj-3"]
    by_id = {entry.id: entry for entry in City(LAST_STEP).documents()}
    for copy, original in (("city-1", "mzj-4"), ("city-2", "rsj-3"), ("city-17", "mzj-15")):
        assert by_id[copy].fields["text"] == by_id[original].fields["text"]
        assert by_id[copy].title != by_id[original].title


def test_damaged_figures_are_printed_damaged_and_stated_whole(fetch: Fetch) -> None:
    entry = next(entry for entry in City().documents() if entry.id == "wjw-1")
    assert (entry.fields["document_number"], entry.fields["signed_on"]) == ("霁卫协字〔2024〕10号", "2024-05-28")
    lines = entry.fields["text"].splitlines()
    assert {"霁卫协字〔202410", "2024528"} < set(lines)
    assert "2024年5月28日印发" in lines[-1]
    assert "霁卫协字〔202410关于" in shown(fetch, entry.urls[0])


def test_merged_cells(fetch: Fetch) -> None:
    entry = next(entry for entry in City().documents() if entry.id == "zhuting-1")
    page = text(fetch(entry.urls[0]).body)
    columns: Counter[int] = Counter()  # row → columns that its own cells and those from above fill
    rows = re.findall(r"<tr>(.*?)</tr>", page)
    for at, row in enumerate(rows):
        for attributes in re.findall(r"<td(.*?)>", row):
            down, across = (re.search(rf'{name}="(\d+)"', attributes) for name in ("rowspan", "colspan"))
            for reached in range(at, at + int(down[1] if down else 1)):
                columns[reached] += int(across[1] if across else 1)
    assert len(rows) > 20
    assert columns == dict.fromkeys(range(len(rows)), 6)
    assert "rowspan" in page
    assert "colspan" in page
    assert "\n2 | 校门口接送区 |" in entry.fields["text"]


def test_an_index_number_is_reused_and_one_is_empty() -> None:
    without = ("demo-wjw", "demo-zhuting")  # their families print none
    entries = [entry for entry in City().documents() if not entry.urls[0].endswith(".pdf")]
    assert not any("index_number" in entry.fields for entry in entries if entry.portal in without)
    entries = [entry for entry in entries if entry.portal not in without]
    numbers = Counter((entry.portal, entry.fields.get("index_number")) for entry in entries)
    assert [key for key, count in numbers.items() if count > 1] == [("demo-mzj", "99014101-2-/2024-0801010")]
    assert [entry.id for entry in entries if "index_number" not in entry.fields] == ["rsj-7"]


def test_only_the_intended_letters_are_alike() -> None:
    moments = {entry.text_id: entry.fields["text"] for step in STEPS for entry in City(step).documents()}
    grams = {name: {letter[at : at + 3] for at in range(len(letter))} for name, letter in moments.items()}
    alike = {(a, b): len(grams[a] & grams[b]) / len(grams[a] | grams[b]) for a, b in combinations(sorted(grams), 2)}
    assert [pair for pair, score in alike.items() if score > 0.3] == [("mzj-18", "mzj-19")]


def test_the_same_step_is_the_same_city() -> None:
    assert City(2).documents() == City(2).documents()
    assert City(9).documents() == City(LAST_STEP).documents()
    assert City(9).today > City(LAST_STEP).today
