"""Lists whose pager runs a script: ASP.NET posts its form back, others send one or go to an address."""

from urllib.parse import parse_qs

import pytest

from crawler.page import Page, parse
from crawler.platforms import recognise
from crawler.platforms.base import ListPage, ListRequest

URL = "http://www.shanyin.example/zwgk/list.aspx?id=31"
PAGES, SIZE = 5, 4


def rows(number: int) -> str:
    first = (number - 1) * SIZE + 1
    return "".join(
        f"<li><a href='Pages_31_{1000 + n}.aspx'>关于第{n}号建议的答复</a><span>2024/6/{n % 28 + 1}</span></li>"
        for n in range(first, first + SIZE)
    )


def call(number: int, text: str, target: str = "AspNetPager1") -> str:
    return f"<a href=\"javascript:__doPostBack('{target}','{number}')\">{text}</a>"


def pager(number: int, *, words: bool = True, last_links: bool = False) -> str:
    """AspNetPager's numbers around the current one, three at a time, with ... to the others."""
    shown = range(max(1, number - 1), min(PAGES, number + 1) + 1)
    numbers = [f'<span style="color:red">{n}</span>' if n == number else call(n, str(n)) for n in shown]
    numbers += [call(shown[-1] + 1, "...")] if shown[-1] < PAGES else []
    if not words:
        return "&nbsp;".join(numbers)
    live = number < PAGES or last_links
    following = min(number + 1, PAGES)
    tail = call(following, "下一页") + call(PAGES, "尾页") if live else "<a disabled='disabled'>下一页</a>"
    return "&nbsp;".join([call(max(1, number - 1), "上一页"), *numbers, tail])


def form(number: int, inner: str, action: str = "./list.aspx?id=31") -> str:
    return (
        f"<html><body><form method='post' action='{action}' id='form1'>"
        f"<input type='hidden' name='__VIEWSTATE' value='/wEPDw{number}=='>"
        "<input type='hidden' name='__EVENTTARGET' value=''><input type='hidden' name='__EVENTARGUMENT' value=''>"
        "<input type='text' name='txtKey' value='提案'><input type='submit' name='btnGo' value='搜索'>"
        "<select name='ddlYear'><option value='0'>全部</option><option value='2024' selected>2024</option></select>"
        f"<ul>{rows(number)}</ul><div id='AspNetPager1'>{inner}</div></form></body></html>"
    )


def read(html: str, url: str = URL) -> ListPage:
    page = parse(html.encode(), url)
    assert recognise(page).key == "aspnet"
    return recognise(page).read_list(page)


def sent(request: ListRequest | None) -> dict[str, str]:
    assert request is not None
    assert (request.url, request.method) == (URL, "POST")
    return {key: values[0] for key, values in parse_qs((request.body or b"").decode(), keep_blank_values=True).items()}


@pytest.mark.parametrize("options", [{}, {"words": False}, {"last_links": True}])
def test_a_walk_by_aspnetpager_reaches_every_row_once(options: dict[str, bool]) -> None:
    seen, number, requests = [], 1, 0
    listing = read(form(number, pager(number, **options)))
    seen += [row.url for row in listing.rows]
    while listing.next is not None:
        requests += 1
        assert requests < 20
        fields = sent(listing.next)
        assert fields["__VIEWSTATE"] == f"/wEPDw{number}=="
        assert fields["__EVENTTARGET"] == "AspNetPager1"
        number = int(fields["__EVENTARGUMENT"])
        listing = read(form(number, pager(number, **options)))
        seen += [row.url for row in listing.rows]
    assert len(seen) == len(set(seen)) == PAGES * SIZE


def test_what_a_browser_would_send_and_no_button() -> None:
    fields = sent(read(form(1, pager(1))).next)
    assert (fields["txtKey"], fields["ddlYear"]) == ("提案", "2024")
    assert "btnGo" not in fields


def test_a_form_of_a_gbk_page_is_sent_in_its_charset() -> None:
    page = parse(form(1, pager(1)).replace("<body>", "<meta charset=gb2312><body>").encode("gb18030"), URL)
    following = recognise(page).read_list(page).next
    assert following is not None
    assert following.body is not None
    assert b"txtKey=%CC%E1%B0%B8" in following.body


def test_a_gridviews_pager() -> None:
    numbers = f"<table><tr><td><span>1</span></td><td>{call(0, '2').replace('0', 'Page$2')}</td></tr></table>"
    fields = sent(read(form(1, numbers.replace("AspNetPager1", "GridView1"))).next)
    assert (fields["__EVENTTARGET"], fields["__EVENTARGUMENT"]) == ("GridView1", "Page$2")


def test_a_link_button_ends_where_the_position_in_words_does() -> None:
    button = (
        "<a href=\"javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions('lbNext','',true))\">下一页</a>"
    )
    fields = sent(read(form(2, f"<p>共5页 当前第2页 {button}</p>")).next)
    assert (fields["__EVENTTARGET"], fields["__EVENTARGUMENT"]) == ("lbNext", "")
    assert read(form(5, f"<p>共5页 当前第5页 {button}</p>")).next is None


@pytest.mark.parametrize("argument", ["1", "3", "5"])
def test_a_next_link_that_leads_back_ends_the_list(argument: str) -> None:
    inner = f"{call(4, '4')}<span>5</span>" + call(int(argument), "下一页")
    assert read(form(5, inner)).next is None


def test_no_form_is_posted_to_another_host_and_no_link_outside_a_form() -> None:
    assert read(form(1, pager(1), "http://other.example/x.aspx")).next is None
    assert read(form(1, "") + call(2, "下一页")).next is None
    assert recognise(page := Page(None, form(1, pager(1)))).read_list(page).next is None


def test_a_pager_with_urls_is_followed_without_posting() -> None:
    assert read(form(1, "<a href='list.aspx?id=31&amp;page=2'>下一页</a>")).next == ListRequest(URL + "&page=2")


def test_old_asp() -> None:
    url = "http://www.shanyin.example/list.asp?ClassID=4"
    items = "".join(
        f"<tr><td><a href='ShowArticle.asp?ArticleID={600 + n}'>关于第{n}号提案的答复</a></td><td>2011-6-{n}</td></tr>"
        for n in range(1, 6)
    )
    html = f"<table>{items}</table><a href='list.asp?ClassID=4&page=2'>下一页</a> 共23页"
    listing = read(html, url)
    assert [row.date for row in listing.rows] == [f"2011-06-0{n}" for n in range(1, 6)]
    assert (listing.next, listing.pages) == (ListRequest(url + "&page=2"), 23)
    last = read(html.replace("page=2", "page=23"), url + "&page=23")
    assert last.next is None


GO = "http://www.shanyin.example/list.jsp?columnId=8"
CALLS = "<a href='javascript:goPage(1)'>上一页</a><b>2</b><a href='javascript:goPage(3)'>下一页</a>"
HIDDEN = "<input type=hidden name=columnId value=8><input type=hidden name=curPage value=2>"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "script",
    [
        "function goPage(n){ var f=document.pageForm; f.curPage.value=n; f.submit(); }",
        "function goPage(page) { document.getElementById('curPage').value = page; document.forms[0].submit(); }",
        "var goPage = function(no){ $('#curPage').val(no); $('form').submit(); };",
        "function other(n){}",
    ],
)
def test_a_number_that_a_script_puts_into_a_form(script: str, method: str) -> None:
    html = f"<ul>{rows(2)}</ul><form name=pageForm method={method} action=list.jsp>{HIDDEN}<div>{CALLS}</div></form>"
    following = read(f"<html><body>{html}<script>{script}</script></body></html>", GO).next
    assert following is not None
    query = following.url.partition("?")[2] if method == "get" else (following.body or b"").decode()
    assert following.method == method.upper()
    assert parse_qs(query) == {"columnId": ["8"], "curPage": ["3"]}


@pytest.mark.parametrize(
    ("script", "url"),
    [
        ("function goPage(n){ window.location.href='list.jsp?columnId=8&p='+n; }", "/list.jsp?columnId=8&p=3"),
        ('function goPage(n){location = "/c8/index_" + n + ".html"}', "/c8/index_3.html"),
        ("function goPage(n){location.href='http://other.example/'+n}", None),
        ("function goPage(n){load(n)}", None),
    ],
)
def test_a_number_that_a_script_puts_into_an_address(script: str, url: str | None) -> None:
    html = f"<html><body><ul>{rows(2)}</ul><div>{CALLS}</div><script>{script}</script></body></html>"
    following = read(html, GO).next
    assert (following and following.url) == (url and f"http://www.shanyin.example{url}")


@pytest.mark.parametrize(
    "calls",
    [
        "<a href='javascript:goPage(4)'>4</a><b>5</b><a href='javascript:goPage(5)'>下一页</a>",
        "<a href='javascript:goPage(1)'>下一页</a>共5页 第5页",
        "<a href='javascript:goPage(6)'>下一页</a>5/5页",
    ],
)
def test_on_the_last_page_no_script_leads_on(calls: str) -> None:
    html = f"<html><body><ul>{rows(5)}</ul><form action=list.jsp>{HIDDEN}<div>{calls}</div></form></body></html>"
    assert read(html, GO).next is None
