"""Families whose lists an interface answers: gkmlpt, JSON channels (Ucap), TRS's search, Anhui's label."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.page import parse
from crawler.platforms import recognise
from crawler.platforms.base import ListPage, ListRequest
from crawler.platforms.feeds import answer, day_of, entries

CHANNEL = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
GKMLPT = "http://www.nanling.example/nlmzj/gkmlpt/index"
UCAP = "http://www.beichuan.example/bc/c102030/list.shtml"
TRS = "http://www.minxi.example/zwgk/jytabl/"
ANHUI = "https://www.wanbei.example/public/column/6600123?type=4&catId=7001234&action=list"

Server = Callable[[str, dict[str, str]], str]


def read(text: str, url: str) -> tuple[str, ListPage]:
    page = parse(text.encode(), url)
    platform = recognise(page)
    return platform.key, platform.read_list(page)


def walk(first: str, url: str, serve: Server) -> tuple[list[str], list[str], set[str]]:
    """Titles, requests and families of a walk from a list's first page to its end."""
    family, listing = read(first, url)
    titles, families = [row.title or "" for row in listing.rows], {family}
    requests: list[str] = []
    while listing.next is not None:
        assert listing.next.url not in requests, "a circle"
        assert len(requests) < 40
        requests.append(listing.next.url)
        query = {key: values[0] for key, values in parse_qs(urlsplit(listing.next.url).query).items()}
        family, listing = read(serve(urlsplit(listing.next.url).path, query), listing.next.url)
        families.add(family)
        titles += [row.title or "" for row in listing.rows]
    return titles, requests, families


def title(n: int) -> str:
    return f"关于市政协第{n}号提案的答复"


TITLES = [title(n) for n in range(1, 48)]


def articles(first: int, count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": 80000 + n,
            "title": title(n),
            "url": f"{GKMLPT.removesuffix('index')}content/8/80/post_{80000 + n}.html#21",
            "display_publish_time": 1718409600 + n,
            "identifier": f"01234567-8/2024-{n:05}",
        }
        for n in range(first, min(first + count, 48))
    ]


GKMLPT_PAGE = (
    "<html><head><title>政府信息公开目录</title></head><body><div id='app'></div><script>window._CONFIG = {SITE_ID: 7, "
    'SID: \'755031\', TREE: [{"id":21,"name":"提案"}], SERVICE_AREA_ID: 9};</script></body></html>'
)


@pytest.mark.parametrize("total", [{"total": 47}, {"total": "47"}, {}, {"classify": {"post_count": 130}}])
@pytest.mark.parametrize("size", [10, 47, 100])
def test_gkmlpts_catalogue_is_asked_for_to_its_end(total: dict[str, Any], size: int) -> None:
    def serve(path: str, query: dict[str, str]) -> str:
        assert path == "/nlmzj/gkmlpt/api/all/21"
        assert query["sid"] == "755031"
        return json.dumps({"articles": articles((int(query["page"]) - 1) * size + 1, size), **total})

    titles, requests, families = walk(GKMLPT_PAGE, GKMLPT + "#21", serve)
    assert titles == TITLES
    assert families == {"gkmlpt"}
    # No total, or a short last page: only an answer without articles tells the end.
    assert len(requests) <= -(-47 // size) + 1


def test_gkmlpts_first_request_and_what_an_answer_says() -> None:
    _, listing = read(GKMLPT_PAGE, GKMLPT)
    assert listing == ListPage(next=ListRequest("http://www.nanling.example/nlmzj/gkmlpt/api/all/0?page=1&sid=755031"))
    url = "http://www.nanling.example/gkmlpt/api/all/21?page=1&sid=2"
    _, listing = read(json.dumps({"articles": articles(1, 2), "classify": {"post_count": 130}}), url)
    assert [row.date for row in listing.rows] == ["2024-06-15", "2024-06-15"]
    assert listing.total == 130
    assert listing.next == ListRequest("http://www.nanling.example/gkmlpt/api/all/21?page=2&sid=2")
    assert read(json.dumps({"articles": []}), url)[1] == ListPage()
    assert read("<html><body>502 Bad Gateway</body></html>", url)[1] == ListPage()


def test_a_page_that_only_links_to_the_catalogue_is_not_of_it() -> None:
    html = "<a href='/gkmlpt/index'>政府信息公开目录</a><p>正文</p>"
    assert read(html, "http://www.nanling.example/zwgk/content/post_12.html")[0] == "generic"


def test_gkmlpts_detail_holds_no_list() -> None:
    html = GKMLPT_PAGE.replace("TREE", 'DETAIL: {"id":5,"content":"\\u003cp\\u003e正文"}, TREE')
    assert read(html, GKMLPT.replace("index", "content/8/80/post_80001.html")) == ("gkmlpt", ListPage())


def results(first: int, count: int) -> list[dict[str, Any]]:
    return [
        {
            "title": f"<em>{title(n)}</em>" if n == 2 else title(n),
            "url": f"//www.beichuan.example/bc/c102030/202406/{n:032x}.shtml",
            "publishedTimeStr": f"2024-06-{n % 28 + 1:02} 09:12:44",
            "contentHtml": "<p>正文</p>" * 3,
            "domainMetaList": [{"resultList": [{"key": "syh", "value": "x"}]}],
        }
        for n in range(first, min(first + count, 48))
    ]


def channel_page(body: str = "<ul id='list'></ul>") -> str:
    return f"<html><head><meta name='channelId' content='{CHANNEL}'></head><body>{body}</body></html>"


def ucap_server(rows: Callable[[int, int], int], expected: str, cap: int = 100) -> Server:
    def serve(path: str, query: dict[str, str]) -> str:
        assert path == expected
        assert query["_isJson"] == "true"
        size = min(int(query["_pageSize"]), cap)
        found = results((int(query["page"]) - 1) * size + 1, size)
        data = {"page": int(query["page"]), "rows": rows(size, len(found)), "total": 47, "channelId": CHANNEL}
        return json.dumps({"code": 200, "data": {**data, "results": found}}, ensure_ascii=False)

    return serve


@pytest.mark.parametrize("cap", [100, 10])
@pytest.mark.parametrize("rows", [lambda size, count: size, lambda size, count: count, lambda size, count: 0])
def test_a_channels_list_is_asked_for_to_its_end(rows: Callable[[int, int], int], cap: int) -> None:
    path = f"/common/search/{CHANNEL}"
    titles, _, families = walk(channel_page(), UCAP, ucap_server(rows, path, cap))
    assert titles == TITLES
    assert families == {"ucap"}


def test_a_channels_interface_as_the_page_names_it() -> None:
    script = "<script>$.get('/searchList/' + _id + '?_isAgg=true&_isJson=true')</script>"
    _, listing = read(channel_page(script), UCAP)
    assert listing.next is not None
    assert urlsplit(listing.next.url).path == f"/searchList/{CHANNEL}"


def static_rows(count: int) -> str:
    return "".join(
        f"<li><a href='/bc/c102030/202406/{n:032x}.shtml'>{title(n)}</a><span>2024-06-{n % 28 + 1:02}</span></li>"
        for n in range(1, count + 1)
    )


def test_a_channel_whose_first_page_is_static_goes_on_after_it() -> None:
    page = channel_page(f"<ul>{static_rows(9)}</ul><script>load('/common/search/' + id)</script>")
    titles, requests, _ = walk(page, UCAP, ucap_server(lambda size, count: size, f"/common/search/{CHANNEL}"))
    assert titles == TITLES
    assert parse_qs(urlsplit(requests[0]).query)["page"] == ["2"]


def test_a_static_channel_is_left_static() -> None:
    rows = f"<ul>{static_rows(9)}</ul>"
    assert read(channel_page(rows), UCAP)[1].next is None
    paged = rows + "<script>createPageHTML('page_div',3, 1,'list','shtml',27);</script>"
    assert read(channel_page(paged), UCAP)[1].next == ListRequest(UCAP.replace("list.", "list_2."))


def test_a_channels_article_holds_no_list() -> None:
    html = channel_page("<ucapcontent><p>正文</p></ucapcontent>").replace(
        "<body>", "<meta name='ArticleTitle' content='关于第1号提案的答复'><body>"
    )
    assert read(html, "http://www.beichuan.example/bc/c102030/202406/" + "0f" * 16 + ".shtml") == ("ucap", ListPage())


def docs(first: int, count: int) -> str:
    found = [
        f'{{"title":"{title(n)}","title2":"{title(n)}","url":"{TRS}202406/t202406{n % 28 + 1:02}_{9000 + n}.htm",\n'
        f'"time":"2024-06-{n % 28 + 1:02}","content":"第一行\n第二行","docid":"{9000 + n}"}}'
        for n in range(first, min(first + count, 48))
    ]
    return ",\n".join(found)


@pytest.mark.parametrize("count", ['"count":"47",', "", '"count":47,'])
def test_trs_search_fills_a_list_with_what_is_no_json_by_the_letter(count: str) -> None:
    def serve(path: str, query: dict[str, str]) -> str:
        assert path == "/was5/web/search"
        assert query["classsql"] == "chnlid=12064"
        rows = docs((int(query["page"]) - 1) * 20 + 1, 20)
        return f'{{{count}"pagenum":"1",\n"py":\'###pypy###\',\n"docs":[\n{rows}\n]}}'

    script = "var url = '/was5/web/search?channelid=277442&amp;classsql=chnlid%3D12064&amp;prepage=20&amp;page=';"
    html = f"<html><body><div id='list'></div><script>{script}</script></body></html>"
    detail_links = "".join(f"<a href='./202401/t20240101_{n}.htm'></a>" for n in range(3))
    for links in ("", detail_links):
        titles, _, families = walk(html.replace("<div", links + "<div"), TRS, serve)
        assert titles == TITLES
        assert families == {"trs"}


def test_a_search_form_is_no_list() -> None:
    html = "<form action='/was5/web/search?channelid=1'></form><script>createPageHTML(1,0,'index','html')</script>"
    assert read(html, TRS) == ("trs", ListPage(pages=1))


def label_rows(first: int, count: int) -> str:
    return "".join(
        f"<li><a class='title' href='/public/6600123/{70000 + n}.html' title='{title(n)}'>关于市政协…</a>"
        f"<span class='date'>2024-06-{n % 28 + 1:02}</span></li>"
        for n in range(first, min(first + count, 48))
    )


def anhui_page(rows: int, script: str) -> str:
    shown = f"<ul class='xxgk_nav_list'>{label_rows(1, rows)}</ul>"
    return (
        f"<html><head><meta name='SiteId' content='6781961'></head><body>{shown}<script>{script}</script></body></html>"
    )


def label(path: str, query: dict[str, str]) -> str:
    assert path == "/site/label/8888"
    assert (query["labelName"], query["siteId"], query["organId"]) == ("publicInfoList", "6781961", "6600123")
    assert query["catId"] == "7001234"
    size = int(query["pageSize"])
    rows = label_rows((int(query["pageIndex"]) - 1) * size + 1, size)
    return f"<ul>{rows}</ul>" if rows else "<div>暂无相关信息</div>"


@pytest.mark.parametrize(
    ("rows", "script"),
    [
        (0, ""),
        (15, "Ls.pagination('#page', {pageIndex: 1, pageSize: 15, pageCount: 4, total: 47});"),
        (14, ""),
        (
            0,
            "$.post('/site/label/8888', {labelName:'publicInfoList', siteId:'6781961', organId:6600123, pageSize:20});",
        ),
        (
            0,
            "load('/site/label/8888?labelName=publicInfoList&siteId=6781961&organId=6600123&pageSize=9&pageIndex='+n)",
        ),
    ],
)
def test_anhuis_column_is_asked_for_by_label_to_its_end(rows: int, script: str) -> None:
    titles, _, families = walk(anhui_page(rows, script), ANHUI, label)
    assert titles == TITLES
    assert families == {"anhui"}


def test_anhuis_request_names_the_sites_own_template() -> None:
    script = "$.ajax({url: '/site/label/8888', data: {labelName: 'publicInfoList', file: '/wb/list_new'}})"
    _, listing = read(anhui_page(0, script), ANHUI)
    assert listing.next is not None
    query = parse_qs(urlsplit(listing.next.url).query)
    assert (query["file"], query["pageIndex"]) == (["/wb/list_new"], ["1"])


def test_anhuis_detail_holds_no_list() -> None:
    html = "<div class='j-fontContent'><p>正文</p></div><span class='j-info-hit' data-setting='{infoId:7}'></span>"
    assert read(html, "https://www.wanbei.example/public/6600123/70001.html") == ("anhui", ListPage())


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (1718409600, "2024-06-15"),
        ("1718409600000", "2024-06-15"),
        (1718380800, "2024-06-15"),  # midnight in Beijing, the day before in Greenwich
        ("2024-06-15 08:00:00", "2024-06-15"),
        ("2024年6月15日", "2024-06-15"),
        (20240615, None),
        (99999999999999999, None),
        ("", None),
        (None, None),
        (True, None),
        ({}, None),
    ],
)
def test_a_day_in_json(value: object, day: str | None) -> None:
    assert day_of(value) == day


def test_entries_are_read_as_far_as_they_go() -> None:
    cut = json.dumps({"results": [{"a": 1}, {"a": 2}, {"a": 3}]})[:-8]
    assert entries(cut, "results") == [{"a": 1}, {"a": 2}]
    assert entries('{"results":[{"a":1},"x",{"a":2}]}', "results") == [{"a": 1}]
    assert entries('{"results":null}', "results") == []
    assert entries('{"results":[' + '{"a":' * 100_000, "results") == []
    assert answer('callback({"a": 1});') == {"a": 1}
    assert answer("[1]") == {}
    assert answer("{" * 100_000) == {}


@pytest.mark.parametrize(
    "entry",
    [
        {"title": 5, "url": 7},
        {"title": None, "url": None},
        {"title": "\ud800x\x00", "url": "/a/1.html"},
        {"title": "x", "url": "http://[bad"},
        {"title": "x", "url": "javascript:alert(1)"},
        {"title": "x", "url": "/a/1.html", "publishedTime": {"$numberLong": "1"}},
    ],
)
def test_entries_of_odd_types_lose_no_others(entry: dict[str, Any]) -> None:
    url = f"http://www.beichuan.example/common/search/{CHANNEL}?page=1&_isJson=true"
    text = json.dumps({"data": {"results": [entry, *results(1, 3)], "total": "x", "rows": -1, "page": []}})
    _, listing = read(text, url)
    assert [row.title for row in listing.rows][-3:] == TITLES[:3]
    assert listing.next is not None
    assert all(re.fullmatch(r"https?://.*", row.url) for row in listing.rows)
