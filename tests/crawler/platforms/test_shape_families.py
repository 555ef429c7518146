"""Families known by their URL shapes: Kunming (GBK), Hunan, Ya'an."""

import pytest

from crawler.page import parse
from crawler.platforms import by_key, recognise
from crawler.platforms.base import ListPage, ListRequest

KUNMING = "http://www.qinglin.example/zfxxgk/jytabl/"
HUNAN = "http://mzj.hengbei.example/c14905/"
YAAN = "http://www.yunya.example/gongkai/list/0A3C4D5E-A7F1-4962-9C24-B81ACDE6F9A2.html"


def kunming_list(pager: str) -> bytes:
    rows = "".join(
        f'<li><a href="/c/2024-06-{n:02}/{340000 + n}.shtml" title="关于区政协第{n}号提案的答复意见">'
        f"关于区政协第{n}号提案的…</a>"
        f"<i>2024-06-{n:02}</i></li>"
        for n in range(1, 6)
    )
    odd = '<li><a href="http://mp.other.example/s/abc">关于建议提案办理的图解</a><i>2024-06-06</i></li>'
    html = f'<html><head><meta charset="gb2312"></head><body><ul class="list">{rows}{odd}</ul>{pager}</body></html>'
    return html.encode("gb18030")


@pytest.mark.parametrize(
    ("pager", "expected"),
    [
        ('<a href="index_2.shtml">下一页</a>', "index_2.shtml"),
        ('<a href="2.shtml">下页</a>', "2.shtml"),
        ('<a href="?page=2">下一页&gt;</a>', "?page=2"),
        ('<b>1</b><a href="index_1.shtml">2</a>', "index_1.shtml"),
        ("<script>createPageHTML(3,0,'index','shtml')</script>", "index_1.shtml"),
        ('<a href="javascript:void(0)">下一页</a>', None),
        ("", None),
    ],
)
def test_a_gbk_list_with_any_pager(pager: str, expected: str | None) -> None:
    page = parse(kunming_list(pager), KUNMING)
    listing = by_key("kunming").read_list(page)
    assert page.charset == "gb18030"
    assert [row.title for row in listing.rows][:2] == ["关于区政协第1号提案的答复意见", "关于区政协第2号提案的答复意见"]
    assert listing.rows[-1].url == "http://mp.other.example/s/abc"
    assert [row.date for row in listing.rows] == [f"2024-06-{n:02}" for n in range(1, 7)]
    assert listing.next == (ListRequest(KUNMING + expected) if expected else None)


def test_kunmings_list_is_recognised_by_its_links() -> None:
    assert recognise(parse(kunming_list(""), KUNMING)).key == "kunming"


def hunan_list(url: str, pager: str) -> ListPage:
    rows = "".join(
        f"<ul><li><a href='/c14905/202406{n:02}/i{9000 + n}.html'>关于第{n}号提案的答复</a>"
        f"<span>2024-06-{n:02}</span></li></ul>"
        for n in range(1, 4)
    )
    page = parse(f"<html><body><div class='cont_right'>{rows}</div>{pager}</body></html>".encode(), url)
    assert recognise(page).key == "hunan"
    return by_key("hunan").read_list(page)


def test_hunans_pages_follow_the_pager_or_the_stated_number() -> None:
    linked = hunan_list(HUNAN + "index.html", "<a href='/c14905/pages/2.html'>下一页</a>")
    assert (len(linked.rows), linked.next) == (3, ListRequest(HUNAN + "pages/2.html"))
    assert hunan_list(HUNAN + "index.html", "共3页").next == ListRequest(HUNAN + "pages/2.html")
    assert hunan_list(HUNAN + "pages/2.html", "共3页").next == ListRequest(HUNAN + "pages/3.html")
    assert hunan_list(HUNAN + "pages/3.html", "共3页").next is None
    assert hunan_list(HUNAN + "pages/3.html", "<a href='/c14905/index.html'>下一页</a>").next is None
    assert hunan_list(HUNAN + "index.html", "").next is None


def test_yaans_list() -> None:
    rows = "".join(
        f"<li><a href='/gongkai/show/40750101-a7f1-4962-9c24-b81acde6f9a{n}.html'>关于第{n}号提案的答复</a>"
        f" 2024年6月{n}日</li>"
        for n in range(1, 4)
    )
    page = parse(f"<html><body><ul>{rows}</ul><a href='?page=2'>下一页</a></body></html>".encode(), YAAN)
    assert recognise(page).key == "yaan"
    listing = by_key("yaan").read_list(page)
    assert [row.date for row in listing.rows] == ["2024-06-01", "2024-06-02", "2024-06-03"]
    assert listing.next == ListRequest(YAAN + "?page=2")
