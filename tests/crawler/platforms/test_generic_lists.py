"""Lists of portals whose family is unknown: rows, dates, titles and pagers."""

import pytest

from crawler.page import Page, parse
from crawler.platforms import by_key
from crawler.platforms.base import ListPage
from crawler.platforms.rows import iso_date

HOME = "http://www.yunbei.example/zwgk/jytabl/"
NAV = (
    '<div class="menu"><ul>'
    + "".join(
        f'<li><a href="/{name}/">{text}</a></li>' for name, text in [("xxgk", "信息公开"), ("bsfw", "办事服务")] * 4
    )
    + "</ul></div>"
)


def read(body: str, url: str = HOME + "index.html") -> ListPage:
    html = f"<html><head><meta charset='utf-8'><title>建议提案办理</title></head><body>{NAV}{body}</body></html>"
    return by_key("generic").read_list(parse(html.encode(), url))


def rows(count: int, start: int = 1) -> str:
    return "".join(
        f'<li><a href="./202406/t202406{n:02}_{1000 + n}.html">关于县政协第{n}号提案的答复</a>'
        f"<span>2024-06-{n:02}</span></li>"
        for n in range(start, start + count)
    )


def ul(inner: str) -> str:
    return f'<div class="main"><ul class="list">{inner}</ul></div>'


def test_rows_come_in_order_with_absolute_urls_titles_and_dates() -> None:
    page = read(ul(rows(3)))
    assert [(row.url, row.title, row.date) for row in page.rows][:2] == [
        (HOME + "202406/t20240601_1001.html", "关于县政协第1号提案的答复", "2024-06-01"),
        (HOME + "202406/t20240602_1002.html", "关于县政协第2号提案的答复", "2024-06-02"),
    ]
    assert len(page.rows) == 3
    assert page.next is None


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("2024-06-27", "2024-06-27"),
        ("2024/6/7", "2024-06-07"),
        ("[2024.06.27]", "2024-06-27"),
        ("2024年6月27日", "2024-06-27"),
        ("\n 2024-06-27\r\n  09:30 ", "2024-06-27"),
        ("2024年\n6月\n27日", "2024-06-27"),
        ("发布时间：2024-06-27 09:30:11", "2024-06-27"),
        ("[06-27]", None),
        ("2024-13-40", None),
        ("1.2024-06-271", None),
    ],
)
def test_a_date_in_any_notation(printed: str, day: str | None) -> None:
    body = ul(
        "".join(
            f'<li><a href="t2024_{n}.html">关于第{n}号建议办理情况的答复</a><span>{printed}</span></li>'
            for n in range(101, 104)
        )
    )
    assert [row.date for row in read(body).rows] == [day] * 3


def test_a_split_date_and_a_two_storey_date() -> None:
    split = "<span>2024</span>-<span>06</span>-<span>27</span>"
    storeys = "<b>27</b><i>2024-06</i>"
    body = ul(
        "".join(
            f'<li><div class="d">{shown}</div><a href="t2024_{n}.html">关于加强乡村客运的建议的复函</a></li>'
            for n, shown in [(101, split), (102, storeys)]
        )
    )
    assert [row.date for row in read(body).rows] == ["2024-06-27", "2024-06-27"]


def test_the_date_in_a_title_is_not_the_rows_date() -> None:
    body = ul(
        "".join(
            f'<li><a href="t2024_{n}.html">关于2019年3月5日第{n}号来信的答复</a><span>2024-06-27</span></li>'
            for n in (101, 102)
        )
        + '<li><a href="t2024_103.html">关于2019年3月5日来信的补充答复</a></li>'
    )
    assert [row.date for row in read(body).rows] == ["2024-06-27", "2024-06-27", None]


def test_the_title_attribute_completes_a_cut_title_only() -> None:
    full = "关于进一步完善县城停车设施布局的提案的答复"
    body = ul(
        f'<li><a href="t2024_101.html" title="{full}">关于进一步完善县城停车…</a><span>2024-06-27</span></li>'
        f'<li><a href="t2024_102.html" title="{full}">关于进一步完善县城停车 ...</a><span>2024-06-27</span></li>'
        f'<li><a href="t2024_103.html" title="{full}">关于进一步完善县城</a><span>2024-06-27</span></li>'
        '<li><a href="t2024_104.html" title="点击查看">关于修缮文庙的建议的答复</a><span>2024-06-27</span></li>'
    )
    assert [row.title for row in read(body).rows] == [full, full, full, "关于修缮文庙的建议的答复"]


def test_a_title_broken_by_a_line_and_one_with_split_digits() -> None:
    body = ul(
        '<li><a href="t2024_101.html">关于县政协第177号\n   提案的答复</a><span>2024-06-27</span></li>'
        '<li><a href="t2024_102.html">关于第<span>18</span><!-- x -->号提案的答复</a><span>2024-06-27</span></li>'
    )
    assert [row.title for row in read(body).rows] == ["关于县政协第177号提案的答复", "关于第18号提案的答复"]


def test_a_link_around_the_whole_row() -> None:
    body = ul(
        "".join(
            f'<li><a href="t2024_{n}.html"><h4>关于第{n}号提案的答复</h4>'
            '<p class="date">2024-06-27</p><p>摘要：2011年1月1日起……</p></a></li>'
            for n in (101, 102)
        )
        + '<li><a href="t2024_103.html"><span>2024-06-26</span>·关于第103号提案的答复</a></li>'
    )
    assert [(row.title, row.date) for row in read(body).rows] == [
        ("关于第101号提案的答复", "2024-06-27"),
        ("关于第102号提案的答复", "2024-06-27"),
        ("关于第103号提案的答复", "2024-06-26"),
    ]


def test_a_table_with_numbers_and_second_links() -> None:
    body = "<table><tr><th>序号</th><th>标题</th><th>日期</th></tr>" + "".join(
        f'<tr><td>{n}</td><td><a href="/zwgk/lm/">[提案]</a><a href="t2024_{n}.html">关于第{n}号提案的答复</a></td>'
        "<td>2024-06-27</td></tr>"
        for n in (101, 102)
    )
    assert [(row.title, row.date) for row in read(body + "</table>").rows] == [
        ("关于第101号提案的答复", "2024-06-27"),
        ("关于第102号提案的答复", "2024-06-27"),
    ]


def test_column_links_beside_the_entries_are_not_entries() -> None:
    items = "".join(
        f'<div class="item"><a href="/zwgk/rdjy/">[人大建议]</a><a href="t2024_{n}.html">关于第{n}号建议的答复</a>'
        "<span>2024-06-27</span></div>"
        for n in (101, 102, 103)
    )
    assert [(row.title, row.date) for row in read(f'<div class="main">{items}</div>').rows] == [
        (f"关于第{n}号建议的答复", "2024-06-27") for n in (101, 102, 103)
    ]


@pytest.mark.parametrize("order", ["after", "before"])
def test_dates_beside_flat_links(order: str) -> None:
    entries = [
        (f'<a href="t2024_{n}.html">关于第{n}号提案的答复</a>', f"<span>2024-06-{n - 90}</span>")
        for n in (101, 102, 103)
    ]
    flat = "<br>".join(f"{link}{day}" if order == "after" else f"{day}{link}" for link, day in entries)
    assert [row.date for row in read(f'<div class="box">{flat}</div>').rows] == [
        "2024-06-11",
        "2024-06-12",
        "2024-06-13",
    ]


def test_rows_without_a_usable_link_are_left_out() -> None:
    odd = (
        "<li><span>2024-06-30</span></li><li><a>没有链接的一行</a><span>2024-06-30</span></li>"
        '<li><a href="javascript:void(0)">关于第9号提案的答复</a><span>2024-06-30</span></li>'
        '<li><a href="#">关于第8号提案的答复</a><span>2024-06-30</span></li>'
    )
    assert [row.title for row in read(ul(odd + rows(2))).rows] == [
        "关于县政协第1号提案的答复",
        "关于县政协第2号提案的答复",
    ]


def test_a_sticky_row_stands_once_at_its_first_place() -> None:
    sticky = '<li class="top"><a href="./202406/t20240602_1002.html">[置顶]关于县政协第2号提案的答复</a></li>'
    found = read(ul(sticky + rows(3))).rows
    assert [row.title for row in found] == [f"关于县政协第{n}号提案的答复" for n in (2, 1, 3)]
    assert found[0].date == "2024-06-02"


def test_a_hidden_tab_and_a_commented_list_are_not_the_list() -> None:
    hidden = f'<div class="main" style="DISPLAY: none;"><ul class="list">{rows(9, 10)}</ul></div>'
    comment = f"<!-- {ul(rows(9, 20))} -->"
    assert len(read(hidden + comment + ul(rows(2))).rows) == 2


def test_a_list_that_only_a_comment_holds_is_read() -> None:
    assert len(read(f"<!-- {ul(rows(4))} -->").rows) == 4


def test_navigation_is_not_a_list_and_an_empty_list_is_empty() -> None:
    assert read('<div class="main"><p>暂无信息</p></div>') == ListPage()


def test_previous_and_next_of_a_detail_page_are_neither_rows_nor_a_pager() -> None:
    body = (
        "<h1>关于第2号提案的答复</h1><p>正文。</p>"
        '<p>上一条：<a href="t20240601_1.html">关于县政协第1号提案的答复</a> 2024-06-01</p>'
        '<p>下一条：<a href="t20240603_3.html">关于县政协第3号提案的答复</a> 2024-06-03</p>'
        '<a href="t20240603_3.html">下一篇</a>'
    )
    assert read(body, HOME + "t20240602_2.html") == ListPage()


def test_the_pagers_next_link() -> None:
    pager = '<div class="page"><a href="index.html">上一页</a><a href="index_2.html">下一页</a></div>'
    following = read(ul(rows(3)) + pager, HOME + "index_1.html").next
    assert following is not None
    assert (following.method, following.url) == ("GET", HOME + "index_2.html")


@pytest.mark.parametrize(
    "href",
    ["index_5.html", "index.html", "index_4.html", "#", "javascript:;", "http://other.example/index_6.html", HOME],
)
def test_a_next_link_that_leads_nowhere_back_or_away_ends_the_list(href: str) -> None:
    assert read(ul(rows(3)) + f'<a href="{href}">下一页</a>', HOME + "index_5.html").next is None


def test_a_row_called_next_page_is_not_the_pager() -> None:
    entry = '<li><a href="t2024_109.html" >下一页：关于口岸的提案的答复</a><span>2024-06-27</span></li>'
    assert read(ul(rows(3) + entry)).next is None


@pytest.mark.parametrize(
    ("own", "script", "expected"),
    [
        ("", 'createPageHTML(4, 0, "index", "html");', "index_1.html"),
        ("index_2.html", 'createPageHTML(4, 2, "index", "html");', "index_3.html"),
        ("index_3.html", 'createPageHTML(4, 3, "index", "html");', None),
        ("", 'createPageHTML(1, 0, "index", "html");', None),
        ("zwgklist.shtml", "createPageHTML('page_div',10, 1,'zwgklist','shtml',200);", "zwgklist_2.shtml"),
        ("", "createPageHTML('page_div',3, 0,'index','html',17);", "index_1.html"),
        ("index_1.html", "if(i==0){} createPageHTML('page_div',3, 1,'index','html',17);", "index_2.html"),
        ("index_2.html", "if(i==0){} createPageHTML('page_div',3, 2,'index','html',17);", None),
        ("zwgklist_10.shtml", "createPageHTML('page_div',10, 10,'zwgklist','shtml',200);", None),
        ("", "Pager({size:3,current:0,prefix:'index',suffix:'html'});", "index_1.html"),
        ("index_2.html", "Pager({size:3,current:2,prefix:'index',suffix:'html'});", None),
        ("", "var currentPage=0; var countPage=125; document.write('<a>');", "index_1.html"),
        ("index_124.html", "var currentPage=124; var countPage=125; document.write('<a>');", None),
        ("", "pageNav(4, 0, 'index', 'html')", "index_1.html"),
        ("", "function createPageHTML(_count, _now, _name, _ext){ return; }", None),
    ],
)
def test_pagers_written_by_scripts(own: str, script: str, expected: str | None) -> None:
    following = read(ul(rows(3)) + f"<script>{script}</script>", HOME + own).next
    assert (following and following.url) == (expected and HOME + expected)


def test_a_scripts_counts_are_the_lists() -> None:
    page = read(ul(rows(3)) + "<script>createPageHTML('page_div',10, 1,'zwgklist','shtml',200)</script>")
    assert (page.total, page.pages) == (200, 10)


@pytest.mark.parametrize(
    ("own", "hrefs", "expected"),
    [
        ("", ["index.html", "index_1.html", "index_2.html"], "index_1.html"),
        ("index_1.html", ["index.html", "index_1.html", "index_2.html"], "index_2.html"),
        ("index_2.html", ["index.html", "index_1.html", "index_2.html"], None),
        ("list.shtml", ["list.shtml", "list_2.shtml", "list_3.shtml"], "list_2.shtml"),
        ("?page=2", ["?page=1", "?page=2", "?page=3"], "?page=3"),
        ("", ["?page=1", "?page=2", "?page=3"], "?page=2"),
    ],
)
def test_pagers_of_numbers_only(own: str, hrefs: list[str], expected: str | None) -> None:
    pager = "".join(f'<a href="{href}">{n}</a>' for n, href in enumerate(hrefs, 1))
    following = read(ul(rows(3)) + f"<div>{pager}</div>", HOME + own).next
    assert (following and following.url) == (expected and HOME + expected)


def test_signs_count_only_towards_a_numbered_page() -> None:
    assert read(ul(rows(3)) + '<a href="/zwgk/">&gt;</a>').next is None
    following = read(ul(rows(3)) + '<a href="/zwgk/">&gt;</a><a href="?page=2">&gt;</a>').next
    assert following is not None
    assert following.url.endswith("?page=2")


def test_a_path_in_a_scripts_link() -> None:
    following = read(ul(rows(3)) + """<a href="javascript:toPage('list_2.shtml')">下页</a>""", HOME + "list.shtml").next
    assert following is not None
    assert following.url == HOME + "list_2.shtml"


@pytest.mark.parametrize(
    ("printed", "total", "pages"),
    [
        ("<p>共<b>1432</b>条 1/144</p>", 1432, 144),
        ("<p>共 23 页 333 条</p>", None, 23),
        ("<p>共333条记录，第 2/23 页</p>", 333, 23),
        ('<a title="Total record"><b>333</b></a>', 333, None),
        ("<p>总记录数：57，总页数：4</p>", 57, 4),
        ("<p>2024/6/27</p>", None, None),
    ],
)
def test_what_a_page_states_about_its_list(printed: str, total: int | None, pages: int | None) -> None:
    page = read(ul(rows(3)) + printed)
    assert (page.total, page.pages) == (total, pages)


def test_bare_numbers_as_file_names_lead_forward_only() -> None:
    assert read(ul(rows(3)) + '<a href="3.shtml">下一页</a>', HOME + "2.shtml").next is not None
    assert read(ul(rows(3)) + '<a href="2.shtml">下一页</a>', HOME + "3.shtml").next is None


def test_the_last_page_with_one_row() -> None:
    pager = '<a href="index_3.html">上一页</a>'
    page = read(ul(rows(1)) + pager, HOME + "index_4.html")
    assert len(page.rows) == 1
    assert page.next is None


def test_a_last_page_with_one_row_and_no_date_is_told_by_where_the_row_leads() -> None:
    def of(href: str, title: str = "关于区政协第9号提案的答复") -> int:
        return len(read(f'<ul><li><a href="{href}">{title}</a></li></ul>', HOME + "index_4.html").rows)

    assert of("t20240607_31.html") == 1
    assert of("t20240607_31.html", "提案办理") == 0
    assert of("/other/t20240607_31.html") == 0
    assert of("index_2.html") == 0


def test_relative_links_start_from_the_base_element() -> None:
    html = f"<html><head><base href='/a/b/'></head><body>{ul(rows(2))}</body></html>"
    page = by_key("generic").read_list(Page("http://www.yunbei.example/x/", html))
    assert page.rows[0].url == "http://www.yunbei.example/a/b/202406/t20240601_1001.html"


def test_iso_date_takes_the_first_possible_day() -> None:
    assert iso_date("2024-99-99 与 2024-02-29") == "2024-02-29"


@pytest.mark.parametrize("count", [1, 4])
def test_dates_without_a_year_mark_rows_and_the_heads_today_does_not(count: int) -> None:
    head = '<div class="head">今天是 2024年11月18日 <a href="/zwgk/jytabl/">人大建议政协提案</a></div>'
    items = "".join(
        f'<li><a href="/c/2023-10-1{n}/64733{n}.shtml">关于区政协第{n}号提案的答复</a><em>[10-1{n}]</em></li>'
        for n in range(count)
    )
    page = read(head + ul(items), HOME + "index_3.html")
    assert [row.url.rsplit("/", 1)[1] for row in page.rows] == [f"64733{n}.shtml" for n in range(count)]
    assert {row.date for row in page.rows} == {None}


def test_pagers_in_a_nav_and_pages_below_a_lists_number() -> None:
    numbers = (
        "<ul class=pagination><li><span>1</span></li><li><a href=/list/45/2>2</a></li><li><a href=/list/45/3>3</a>"
    )
    pager = f"<nav>{numbers}</li><li><a href=/list/45/2 aria-label=Next><span>&raquo;</span></a></li></ul></nav>"
    found = read(ul(rows(3)) + pager, "http://www.yunbei.example/list/45")
    assert found.next is not None
    assert found.next.url == "http://www.yunbei.example/list/45/2"
    found = read(ul(rows(3)) + pager.replace("/45/2", "/45/3"), "http://www.yunbei.example/list/45/3")
    assert found.next is None


def test_entries_of_several_shapes_are_one_list() -> None:
    def entry(n: int, tag: str) -> str:
        link = f'<a href="/c/45/{2000 + n}.html">关于第{n}号建议的答复函</a>'
        return f"<{tag} class=item><dd class=tt>{link}</dd><dd>发布时间：2024-06-{n:02}</dd></{tag}>"

    items = "".join(entry(n, "div" if n % 3 == 0 else "dl") for n in range(1, 10))
    page = read(f'<div class="main"><div class="box">{items}</div></div>')
    assert [row.date for row in page.rows] == [f"2024-06-{n:02}" for n in range(1, 10)]


def test_a_sidebar_of_the_lists_shape_is_not_the_list() -> None:
    def table(titles: list[str], first: int) -> str:
        cells = (
            f"<tr><td>&middot;<a href='news.do?method=view&id={n}'>{title}</a></td></tr>"
            for n, title in enumerate(titles, first)
        )
        return f"<table>{''.join(cells)}</table>"

    replies = [f"关于县十七届人大一次会议第{n}号建议办理情况的答复函" for n in range(20)]
    news = [f"我局组织志愿者到街道{n}" for n in range(6)]
    body = f"<table><tr><td>{table(news, 13700)}</td><td>{table(replies, 4800)}</td></tr></table>"
    assert [row.title for row in read(body).rows] == replies


def test_days_below_a_years_heading() -> None:
    def part(year: int) -> str:
        items = "".join(
            f"<li><a href=/j/{year}/{n}07.htm>关于第{n}号建议的答复</a>（{n}.0{n}）</li>" for n in range(1, 4)
        )
        last = f"<li><a href=/j/{year}/907.htm>关于第9号建议的答复</a></li>"
        return f"<h3><a name=y{year}></a>{year}年</h3><ul>{items}{last}</ul>"

    dates = [row.date for row in read(part(2024) + part(2023)).rows]
    assert dates == ["2024-01-01", "2024-02-02", "2024-03-03", None, "2023-01-01", "2023-02-02", "2023-03-03", None]
    assert [row.date for row in read(part(2024).replace("2024年<", "公示<")).rows] == [None] * 4


@pytest.mark.parametrize(
    ("own", "pager", "following"),
    [
        ("list.aspx?lm=7", '<a href="list.aspx?lm=7&page=2"><img src=n.gif alt="下一页"></a>', "list.aspx?lm=7&page=2"),
        ("46.html", "<input type=button value=下一页 onclick=\"location.href='46_2.html'\">", "46_2.html"),
        ("45.html", "<b>1</b><a href=45_2.html>2</a><a href=45_3.html>3</a>", "45_2.html"),
        ("45_2.html", "<a href=45.html>1</a><b>2</b><a href=45_3.html>3</a>", "45_3.html"),
        ("45_3.html", "<a href=45.html>1</a><a href=45_2.html>2</a><b>3</b>", None),
        ("?page=3", "<a href=?page=1>1</a><a href=?page=2>2</a><b>3</b><a href=?page=4>...</a>", "?page=4"),
        ("?page=4", "<a href=?page=3>...</a><b>4</b><a href=?page=5>5</a>", "?page=5"),
        ("7/p/2.html", "<a href=p/1.html>1</a><b>2</b><a href=3.html>&gt;&gt;</a>", "7/p/3.html"),
    ],
)
def test_pagers_of_small_systems(own: str, pager: str, following: str | None) -> None:
    found = read(ul(rows(3)) + f"<div class=page>{pager}</div>", HOME + own).next
    assert (found and found.url) == (following and HOME + following)


def test_the_name_of_files_that_a_script_puts_together() -> None:
    script = """var currentPage = 0; var countPage = 3; var nextPage = 1;
    document.write('<a href="index'+"_" + nextPage + ".html"+'">下一页</a>');"""
    found = read(ul(rows(3)) + f"<script>{script}</script>").next
    assert (found and found.url) == HOME + "index_1.html"


def test_what_stands_aside_is_not_the_list() -> None:
    news = "".join(f"<li><a href=/n/{1500 + n}.html>近期文章之{n}：召开工作会议</a></li>" for n in range(5))
    body = f"<main>{ul(rows(2))}</main><aside><ul>{news}</ul></aside>"
    assert len(read(body).rows) == 2
