"""Lists that a script of the page fetches from an interface that nobody has described."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawler.page import parse
from crawler.platforms import recognise
from crawler.platforms.base import ListPage, ListRequest

URL = "http://www.tingyu.example/list.html?cid=7"


def read(html: str, url: str = URL) -> ListPage:
    return recognise(parse(html.encode(), url)).read_list(parse(html.encode(), url))


def shell(script: str, body: str = "<ul id=list></ul>") -> str:
    return f"<html><head><title>建议提案</title></head><body>{body}<script>{script}</script></body></html>"


def asked(request: ListRequest | None) -> tuple[str, dict[str, str]]:
    assert request is not None
    parts = urlsplit(request.url)
    return parts.path, dict(parse_qsl((request.body or b"").decode() or parts.query))


@pytest.mark.parametrize(
    "script",
    [
        "var n=1; $.get('/api/list?channelId=7&pageNum=' + n, show)",
        "$.getJSON('/api/list?channelId=7&pageNum='+page.no+'&size=10', show)",
        "fetch(`/api/list?channelId=7&pageNum=${page}&size=10`)",
        "var cid = '7'; load('/api/list?channelId=' + cid + '&pageNum=1')",
        "const q = {cid: 7}; axios.get('/api/list', {params: {channelId: cid, pageNum: page, size: 10}})",
        "$.ajax({url:'/api/list',type:'POST',data:{'channelId':'7','pageNum':cur}})",
        "$.post('/api/list',{channelId:7,pageNum:1},show)",
    ],
)
def test_the_first_page_is_asked_as_the_script_would(script: str) -> None:
    following = read(shell(script)).next
    path, fields = asked(following)
    assert (path, fields["channelId"], fields["pageNum"]) == ("/api/list", "7", "1")
    assert following is not None
    assert (following.method == "POST") == ("post" in script.lower())


@pytest.mark.parametrize(
    "script",
    [
        "$.get('/api/hits?id=7')",
        "$.get('/api/list?page=' + n)",
        "$.get('http://other.example/api/list?channelId=7&page=' + n)",
        "$.get('/api/list?channelId=' + unknown() + '&page=' + n)",
        "location.href='/list.html'",
    ],
)
def test_what_says_no_list_or_no_page_is_not_asked(script: str) -> None:
    assert read(shell(script)) == ListPage()


def entries(first: int, count: int) -> list[dict[str, object]]:
    return [
        {
            "id": n,
            "articleTitle": f"关于第{n}号建议的答复",
            "url": f"/a/{2000 + n}.html",
            "publishTime": "2024-05-06 10:11",
        }
        for n in range(first, first + count)
    ]


@pytest.mark.parametrize("total", [25, None])
def test_json_is_walked_to_its_end(total: int | None) -> None:
    url, seen = "http://www.tingyu.example/api/list?channelId=7&pageNum=1", []
    for number in range(1, 5):
        count = 10 if number < 3 else 5 if number == 3 else 0
        value = {"code": 0, "data": {"records": entries(10 * number, count), "tags": [{"name": "x"}]}}
        if total is not None:
            value["data"]["total"] = total  # type: ignore[index]
        found = read(json.dumps(value), url)
        seen += [row.title for row in found.rows]
        assert found.total == total
        if found.next is None:
            break
        url = found.next.url
    assert len(seen) == len(set(seen)) == 25
    assert found == ListPage(total=total), "an answer without entries is the end"
    assert read(json.dumps({"rows": entries(1, 3)}), url).rows[0].date == "2024-05-06"


def test_more_rows_are_fetched_where_a_button_asks_for_them() -> None:
    items = "".join(
        f"<li><a href=/a/{2000 + n}.html>关于第{n}号建议的答复</a><i>2024-05-0{n}</i></li>" for n in range(1, 6)
    )
    script = "var page=2; function more(){ $.get('/ajax/more?cid=9&page='+page, add) }"
    button = "<a href='javascript:;' onclick='more()'>点击加载更多</a>"
    following = read(shell(script, f"<ul>{items}</ul>{button}")).next
    assert asked(following) == ("/ajax/more", {"cid": "9", "page": "2"})
    assert read(shell(script, f"<ul>{items}</ul>")).next is None
    assert following is not None
    piece = read(items, following.url)
    assert len(piece.rows) == 5
    assert asked(piece.next) == ("/ajax/more", {"cid": "9", "page": "3"})
    assert read("", following.url) == ListPage()


def test_what_a_buttons_call_gives_its_function_is_known() -> None:
    items = "".join(f"<li><a href=/a/{2000 + n}.html>关于第{n}号建议的答复</a></li>" for n in range(1, 6))
    script = 'function more(cid, btn) { $.get("/ajax/more?cid=" + cid + "&page=" + page, add) }'
    button = '<a href="javascript:;" onclick="more(9,this)">加载更多</a>'
    assert asked(read(shell(script, f"<ul>{items}</ul>{button}")).next) == ("/ajax/more", {"cid": "9", "page": "2"})
