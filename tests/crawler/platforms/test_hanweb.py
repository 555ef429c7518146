"""大汉 jpage and jpaas lists: records in the page, then an interface until the total is reached."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.page import parse
from crawler.platforms import by_key
from crawler.platforms.base import ListPage, ListRequest

HOST = "http://mzj.lanping.example"
COLUMN = f"{HOST}/col/col69694/index.html"
NEXT_GROUP = (
    "/module/web/jpage/dataproxy.jsp?page=1&appid=1&appid=1&webid=12&path=/&columnid=69694&unitid=212860"
    "&webname=%E5%85%B0%E5%B1%8F&permissiontype=0"
)


def record(n: int) -> str:
    return (
        f'<record><![CDATA[<li><a href="/art/2024/6/{n % 28 + 1}/art_69694_{1000 + n}.html" '
        f'title="关于市政协第{n}号提案的答复（民政局）" target="_blank">关于市政协第{n}号提案的...</a>'
        f'<b readlabel="x">2024-06-\n{n % 28 + 1:02}</b></li>]]></record>'
    )


def store(first: int, last: int, total: int | None = None, group: str = NEXT_GROUP) -> str:
    head = f"<totalrecord>{total}</totalrecord>" if total is not None else ""
    records = "".join(record(n) for n in range(first, last + 1))
    link = f'<nextgroup><![CDATA[<a href="{group}"></a>]]></nextgroup>'
    return f"<datastore>{head}{link}<recordset>{records}</recordset></datastore>"


def column_page(embedded: int, total: int, group: str = NEXT_GROUP) -> str:
    return (
        f"<html><body><div id='212860'><script type='text/xml'>{store(1, embedded, group=group)}</script></div>"
        "<script>var param_212860={columnid:69694,unitid:'212860',webid:12};"
        f"$('#212860').jpage({{totalRecord:{total},perPage:15,groupSize:3}});</script></body></html>"
    )


def read(text: str, url: str) -> ListPage:
    return by_key("hanweb").read_list(parse(text.encode(), url))


def form(request: ListRequest) -> dict[str, list[str]]:
    return parse_qs((request.body or b"").decode(), keep_blank_values=True)


def test_records_in_the_page_with_full_titles_and_broken_dates() -> None:
    page = read(column_page(3, 3), COLUMN)
    assert [(row.url, row.title, row.date) for row in page.rows][:1] == [
        (f"{HOST}/art/2024/6/2/art_69694_1001.html", "关于市政协第1号提案的答复（民政局）", "2024-06-02")
    ]
    assert (len(page.rows), page.total, page.next) == (3, 3, None)


def test_the_rest_is_posted_for_as_the_pages_own_script_does() -> None:
    following = read(column_page(45, 100), COLUMN).next
    assert following is not None
    assert following.method == "POST"
    parts = urlsplit(following.url)
    query = parse_qs(parts.query)
    assert parts.path == "/module/web/jpage/dataproxy.jsp"
    assert [query[key] for key in ("startrecord", "endrecord", "perpage")] == [["46"], ["90"], ["15"]]
    assert form(following)["columnid"] == ["69694"]
    assert form(following)["unitid"] == ["212860"]
    assert form(following)["webid"] == ["12"]
    assert form(following)["path"] == ["/"]
    assert form(following)["webname"] == ["兰屏"]
    assert following.headers["Content-Type"].startswith("application/x-www-form-urlencoded")


@pytest.mark.parametrize("most", [1000, 45, 20, 7])
def test_walking_reaches_every_record_once_whatever_the_server_cuts(most: int) -> None:
    total = 100
    page = read(column_page(45, total), COLUMN)
    seen = [row.url for row in page.rows]
    requests = 0
    while page.next is not None:
        requests += 1
        assert requests < 30
        query = parse_qs(urlsplit(page.next.url).query)
        first, last = int(query["startrecord"][0]), int(query["endrecord"][0])
        answer = store(first, min(last, total, first + most - 1), total)
        page = read(answer, page.next.url)
        seen += [row.url for row in page.rows]
    assert len(seen) == len(set(seen)) == total


@pytest.mark.parametrize("total", [37, 200])
def test_a_server_that_knows_page_only_is_asked_by_page(total: int) -> None:
    """It gives the first records to whatever startrecord, and links the second page."""
    page = read(column_page(30, total).replace("perPage:15", "perPage:10"), COLUMN)
    seen = [row.url for row in page.rows]
    requests = 0
    while page.next is not None:
        requests += 1
        assert requests < 30
        query = {name: value[0] for name, value in parse_qs(urlsplit(page.next.url).query).items()}
        size, number = int(query["perpage"]), int(query.get("page", "1"))
        group = f"/module/jpage/dataproxy.jsp?page={number + 1}&amp;columnid=69694&amp;unitid=212860"
        answer = store((number - 1) * size + 1, min(number * size, total), total, group)
        page = read(answer, page.next.url)
        seen += [row.url for row in page.rows]
    assert len(set(seen)) == total


def test_an_answer_without_a_total_ends_with_a_short_page() -> None:
    url = f"{HOST}/module/web/jpage/dataproxy.jsp?startrecord=46&endrecord=90&perpage=15&columnid=1&unitid=2"
    assert read(store(46, 90), url).next is not None
    assert read(store(46, 50), url).next is None
    assert read("<datastore><recordset></recordset></datastore>", url) == ListPage()


def test_parameters_from_the_script_where_no_group_is_linked() -> None:
    html = column_page(15, 31).replace("<nextgroup>", "<x>").replace("</nextgroup>", "</x>").replace(NEXT_GROUP, "")
    following = read(html, COLUMN).next
    assert following is not None
    assert urlsplit(following.url).path == "/module/web/jpage/dataproxy.jsp"
    assert (form(following)["columnid"], form(following)["webid"]) == (["69694"], ["12"])


def test_encrypted_groups_are_followed_as_they_are() -> None:
    group = "/module/jpage/dataproxy.jsp?page=1&amp;token=Zm9v"
    html = f"<script type='text/xml'>{store(1, 15, group=group)}</script>"
    following = read(html, COLUMN).next
    assert following == ListRequest(f"{HOST}/module/jpage/dataproxy.jsp?page=1&token=Zm9v")
    assert following is not None
    assert read(store(16, 30, group=group), following.url).next is None


def test_a_group_on_another_host_is_not_followed() -> None:
    html = f"<script type='text/xml'>{store(1, 15, group='http://other.example/dataproxy.jsp?page=1')}</script>"
    assert read(html, COLUMN).next is None


def test_an_answer_wrapped_for_a_script() -> None:
    url = f"{HOST}/module/jpage/dataproxy.jsp?startrecord=1&endrecord=3&perpage=3&columnid=1&unitid=2"
    text = "callback(" + json.dumps(store(1, 3, 3)) + ")"
    assert [row.title for row in read(text, url).rows] == [f"关于市政协第{n}号提案的答复（民政局）" for n in (1, 2, 3)]


def test_table_rows_and_records_without_links() -> None:
    records = (
        "<record><![CDATA[<tr><td><a href='/art/2024/6/1/art_1_22.html'>关于第22号提案的答复</a></td>"
        "<td>2024-06-01</td></tr>]]></record><record><![CDATA[<tr><td>没有链接</td></tr>]]></record>"
    )
    page = read(f"<datastore><recordset>{records}</recordset></datastore>", f"{HOST}/module/jpage/dataproxy.jsp?page=3")
    assert [(row.title, row.date) for row in page.rows] == [("关于第22号提案的答复", "2024-06-01")]


def test_a_static_list() -> None:
    rows = "".join(
        f"<li><a href='/art/2024/6/1/art_1_{n}.html'>关于第{n}号提案的答复</a><span>2024-06-01</span></li>"
        for n in (10, 11)
    )
    page = read(f"<ul>{rows}</ul><a href='/col/col69694/index.html?uid=5&amp;pageNum=2'>下一页</a>", COLUMN + "?uid=5")
    assert len(page.rows) == 2
    assert page.next == ListRequest(COLUMN + "?uid=5&pageNum=2")


def test_rows_in_the_page_beside_an_empty_store() -> None:
    rows = "".join(
        f"<li><a href='/art/2024/6/1/art_1_{n}.html'>关于第{n}号提案的答复</a><span>2024-06-01</span></li>"
        for n in (10, 11)
    )
    store = "<script type='text/xml'><datastore><recordset></recordset></datastore></script>"
    assert len(read(f"<ul>{rows}</ul>{store}", COLUMN).rows) == 2


def unit_html(first: int, count: int, total: int) -> str:
    rows = "".join(
        f"<li class='clearfix'><a href='/col/col1/art/2024/art_{n:032x}.html' title='关于第{n}号提案的答复'>关于第…</a>"
        "<span class='bt-right'>2024-06-01</span></li>"
        for n in range(first, first + count)
    )
    return f"<div class='page-content'>{rows}</div><div class='pagination' rows='15' count='{total}'></div>"


def test_a_jpaas_list_goes_on_by_its_interface() -> None:
    data = (
        "{'webId':'w1','tplSetId':'t1','pageType':'column','tagId':'信息列表','pageId':'p1','parseType':'bulidstatic'}"
    )
    page = read(f'<html><body><div queryData="{data}">{unit_html(1, 15, 31)}</div></body></html>', COLUMN)
    titles = [row.title for row in page.rows]
    numbers = []
    while page.next is not None:
        query = parse_qs(urlsplit(page.next.url).query)
        assert query["tagId"] == ["信息列表"]
        number = json.loads(query["paramJson"][0])["pageNo"]
        numbers.append(number)
        first = (number - 1) * 15 + 1
        answer = {"success": True, "data": {"html": unit_html(first, min(15, 32 - first), 31)}}
        page = read(json.dumps(answer), page.next.url)
        titles += [row.title for row in page.rows]
    assert numbers == [2, 3]
    assert titles == [f"关于第{n}号提案的答复" for n in range(1, 32)]


@pytest.mark.parametrize(
    "html",
    [
        f"<div queryData=\"{{'webId':'w1','pageType':'column'}}\">{unit_html(1, 15, 31)}</div>",
        column_page(2, 9, group=""),
    ],
)
def test_on_a_broken_url_nothing_can_be_asked_for(html: str) -> None:
    assert read(html, "http://a.example/col/col1/index.html").next is not None
    assert read(html, "http://[").next is None
