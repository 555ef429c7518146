"""博达 VSB lists: page files count down."""

import pytest

from crawler.page import Page, parse
from crawler.platforms import by_key
from crawler.platforms.base import ListPage

HOST = "http://mzj.hexu.example"
PER_PAGE = 3


def page_html(current: int, pages: int, *, pager: str = "links", folder: str = "") -> str:
    """Page ``current`` of ``pages`` as a VSB template writes it; ``folder`` is what relative links start with."""
    rows = "".join(
        f'<li id="line_u6_{n}"><a href="{folder}info/1072/{9000 - current * PER_PAGE - n}.htm" '
        f'title="关于市政协第{current * 10 + n}号提案的答复（民政局）">关于市政协第{current * 10 + n}号提案的…</a>'
        "<span>2024-06-27</span></li>"
        for n in range(PER_PAGE)
    )
    stem = "jytabl/" if current == 1 else ""
    following = (
        f'<a href="{stem}{pages - current}.htm" class="Next">下页</a>' if current < pages else "<span>下页</span>"
    )
    links = {
        "links": f"{following}<a href='{stem}1.htm'>尾页</a>",
        "text only": "",
        "loops": f"<a href='{pages - current + 1}.htm'>下页</a>",
        "back to the first": "<a href='../jytabl.htm'>下页</a>",
    }[pager]
    return (
        "<html><head><script src='/system/resource/js/dynclicks.js'></script></head><body>"
        f"<ul>{rows}</ul><div class='pb_sys_common'><span class='p_t'>共{pages * PER_PAGE}条</span> {links}"
        f"<span class='p_t'>{current}/{pages}</span></div></body></html>"
    )


def url_of(current: int, pages: int) -> str:
    return f"{HOST}/jytabl.htm" if current == 1 else f"{HOST}/jytabl/{pages - current + 1}.htm"


def read(html: str, url: str) -> ListPage:
    return by_key("vsb").read_list(parse(html.encode(), url))


@pytest.mark.parametrize("pager", ["links", "text only"])
@pytest.mark.parametrize("pages", [1, 2, 5])
def test_walking_from_the_first_page_visits_every_page_once(pager: str, pages: int) -> None:
    site = {
        url_of(n, pages): page_html(n, pages, pager=pager, folder="" if n == 1 else "../") for n in range(1, pages + 1)
    }
    url, visited, entries = url_of(1, pages), [], []
    while True:
        page = read(site[url], url)
        visited.append(url)
        entries += [row.url for row in page.rows]
        assert (page.total, page.pages) == (pages * PER_PAGE, pages)
        if page.next is None:
            break
        url = page.next.url
    assert visited == [url_of(n, pages) for n in range(1, pages + 1)]
    assert len(set(entries)) == len(entries) == pages * PER_PAGE


def test_rows_resolve_against_the_list_and_take_the_full_title() -> None:
    row = read(page_html(2, 5, folder="../"), url_of(2, 5)).rows[0]
    assert row.url == f"{HOST}/info/1072/8994.htm"
    assert row.title == "关于市政协第20号提案的答复（民政局）"
    assert row.date == "2024-06-27"


@pytest.mark.parametrize("pager", ["loops", "back to the first"])
def test_a_last_page_whose_next_link_leads_to_itself_or_back_is_the_last(pager: str) -> None:
    assert read(page_html(5, 5, pager=pager, folder="../"), url_of(5, 5)).next is None


def test_the_pager_as_one_cell_of_text() -> None:
    html = page_html(1, 1, pager="text only").replace(
        "</ul>", '</ul><td id="fanye190000">共1432条&nbsp;&nbsp;1/144&nbsp;</td>'
    )
    html = html.replace("<span class='p_t'>1/1</span>", "").replace("<span class='p_t'>共3条</span>", "")
    page = read(html, f"{HOST}/zwgk/jytabl.htm")
    assert page.next is not None
    assert page.next.url == f"{HOST}/zwgk/jytabl/143.htm"
    assert (page.total, page.pages) == (1432, 144)


def test_the_dynamic_list() -> None:
    base = f"{HOST}/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1072"
    rows = (
        "<li><a href='content.jsp?urltype=news.NewsContentUrl&amp;wbtreeid=1072&amp;wbnewsid=77'>"
        "关于县人大第7号建议的答复</a><span>2024/6/27</span></li>"
    )
    pager = (
        "<a href='list.jsp?a1072t=3&amp;a1072p=2&amp;a1072c=10&amp;urltype=tree.TreeTempUrl&amp;wbtreeid=1072'>下页</a>"
    )
    linked = read(f"<ul>{rows}</ul>{pager}", base)
    assert linked.rows[0].url.endswith("wbnewsid=77")
    assert linked.next is not None
    assert "a1072p=2" in linked.next.url
    stale = read(f"<ul>{rows}</ul>{pager}共30条 2/3", linked.next.url)
    assert stale.next is not None
    assert "a1072p=3" in stale.next.url
    assert "a1072p=2" not in stale.next.url
    assert read(f"<ul>{rows}</ul>共30条 3/3", base + "&a1072p=3").next is None


def test_the_columns_list_is_the_longest_of_several_units() -> None:
    other = '<ul><li id="line_u9_0"><a href="info/1001/1.htm">关于放假的通知</a><span>2024-01-01</span></li></ul>'
    html = page_html(1, 1).replace("<body>", f"<body>{other}")
    assert [row.url.rsplit("/", 2)[1] for row in read(html, url_of(1, 1)).rows] == ["1072"] * PER_PAGE


def test_an_empty_list() -> None:
    html = "<div class='pb_sys_common'><span class='p_t'>共0条</span><span class='p_t'>1/0</span></div>"
    page = read(html, f"{HOST}/jytabl.htm")
    assert (page.rows, page.next, page.total) == ((), None, 0)


def test_previous_and_next_of_a_detail_page_are_no_list() -> None:
    html = (
        "<form name='_newscontent_fromname'><h2>关于第2号提案的答复</h2><div>2024-06-27</div><p>正文</p>"
        "<div>上一条：<a href='13145.htm'>关于第1号提案的答复</a></div>"
        "<div>下一条：<a href='13147.htm'>关于第3号提案的答复</a></div></form>"
    )
    assert by_key("vsb").read_list(Page(f"{HOST}/info/1072/13146.htm", html)) == ListPage()
