"""What pages of an unknown portal tell: links, lists, places, keys; and a definition as TOML."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crawler import probe
from crawler.extraction import extract
from crawler.page import Page, parse
from crawler.platforms import PLATFORMS, ListPage, ListRequest, ListRow
from crawler.portals import Column, Portal, Region, read_portal, to_toml

BASE = "http://www.shelf.example/xxgk/index.html"


def page(body: str, url: str = BASE, head: str = "") -> Page:
    return parse(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("建议提案办理", "/a/"),
        ("人大建议", "/a/"),
        ("政协提案", "/a/"),
        ("政协委员提案复文公开", "/a/"),
        ("代表建议、批评和意见办理", "/a/"),
        ("办理情况", "/zwgk/jytabl/"),
        ("", "/fdzdgknr/qtzdgknr/rddbjy/index.html"),
        ("", "/yata_2244/"),
        ("", "/jytabljggk/2024njytabl/shizxta/"),
        ("", "/zfxxgk/jianyitianfuwen/"),
    ],
)
def test_links_to_replies_are_known_by_words_or_address(text: str, url: str) -> None:
    assert probe.rate(text, url) >= probe.STRONG


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("意见建议", "/a/"),
        ("网民建议征集", "/a/"),
        ("我要咨询建议", "/hdjl/"),
        ("提案征集", "/a/"),
        ("提案工作动态", "/a/"),
        ("区政协召开提案办理协商会", "/a/1.html"),
        ("关于加强社区养老服务的建议的答复", "/a/1.html"),
        ("机构职能", "/system/resource/table/"),
        ("政府信息公开指南", "/a/"),
        ("", "/about/"),
    ],
)
def test_others_are_not(text: str, url: str) -> None:
    assert probe.rate(text, url) < probe.STRONG


def test_signposts_stand_in_the_order_in_which_they_are_followed() -> None:
    scores = [
        probe.rate(text, "/a/") for text in ("政协提案", "法定主动公开内容", "政府信息公开", "政务公开", "新闻动态")
    ]
    assert scores == sorted(set(scores), reverse=True)
    assert scores[-1] == 0


def test_of_a_home_page_with_hundreds_of_links_few_are_leads() -> None:
    news = "".join(f'<li><a href="/news/2024{n:04}.html">某地召开会议部署工作之{n}</a></li>' for n in range(600))
    menu = (
        '<a href="/xxgk/">政府信息公开</a><a href="/ta/"><img alt="政协提案"></a>'
        '<h3>人大建议 <a href="/jy/">更多&gt;&gt;</a></h3>'
    )
    found = probe.leads(page(news + menu, "http://www.shelf.example/"))
    assert [lead.url.rpartition("example")[2] for lead in found] == ["/ta/", "/jy/", "/xxgk/"]


def test_a_column_leads_to_its_years_but_neither_to_its_rows_nor_along_its_pager() -> None:
    body = (
        '<a href="2024n/">2024年</a><a href="2023n_4/">2023</a><a href="1.html">关于第1号提案的答复</a>'
        '<a href="list_2.html">下一页</a><a href="list_2.html">2</a><a href="list_9.html">尾页</a>'
    )
    found = probe.leads(page(body, "http://www.shelf.example/jyta/"), of_topic=True)
    assert [(lead.year, lead.score >= probe.STRONG) for lead in found] == [(2024, True), (2023, True), (None, False)]
    assert probe.leads(page(body), entries={"http://www.shelf.example/xxgk/1.html"}) == []


def test_where_nothing_promises_anything_menus_are_explored() -> None:
    links = (
        '<a href="/c5810/">重点工作</a><a href="/c1/">工作动态</a><a href="/c2/">领导机构</a><a href="7.html">通报</a>'
    )
    assert probe.leads(page(links)) == []
    assert [(lead.text, lead.score) for lead in probe.leads(page(links), explore=3)][:1] == [("重点工作", 3)]
    assert [lead.text for lead in probe.leads(page(links), explore=3)] == ["重点工作", "通报"]
    row = '<li><a href="/a/7.html">关于第7号提案的答复</a><span>2024-05-06</span></li>'
    assert [lead.score for lead in probe.leads(page(row), explore=3)] == [35], "a reply's page leads to its column"
    assert probe.rate("两会意见办理", "/c1/") >= probe.STRONG


def test_columns_of_new_years_only_are_new() -> None:
    items = "".join(f'<li><a href="{year}n/">{year}年</a></li>' for year in (2026, 2025, 2024))
    items += '<li><a href="9.html">2026年建议提案办理工作总结</a><span>2026-02-03</span></li>'
    shown = page(f"<ul>{items}</ul>", "http://www.shelf.example/jyta/")
    known = [Column(name="建议提案（2024年）", url="http://www.shelf.example/jyta/2025n/")]
    assert [(c.name, c.url) for c in probe.new_years(shown, known)] == [
        ("2026年", "http://www.shelf.example/jyta/2026n/"),
        ("2025年", "http://www.shelf.example/jyta/2025n/"),
    ], "the name says which year it is, where both say one"
    assert probe.new_years(shown, [*known, Column(name="2026年", url="http://www.shelf.example/x/")]) == []


def test_a_dated_row_about_proposals_is_no_column() -> None:
    items = (
        '<li><a href="7.html">局长领办重点提案：农村公路</a><span>2024-05-06</span></li>'
        '<li><a href="jyta/">重点提案办理</a></li>'
    )
    assert [lead.text for lead in probe.leads(page(f"<ul>{items}</ul>"))] == ["重点提案办理"]


def test_a_pagers_sign_takes_no_name_from_the_numbers_beside_it() -> None:
    pager = '<ul><li>1</li><li><a href="/list/45/2">2</a><a href="/list/45/2"><span>»</span></a></li></ul>'
    assert probe.leads(page(pager, "http://www.shelf.example/list/45"), of_topic=True) == []


def test_a_reply_leads_to_its_column_by_breadcrumbs_and_folders() -> None:
    crumbs = (
        '<div class="wz">当前位置：<a href="/">首页</a> &gt; <a href="/c1/">公示</a> &gt; <a href="/c7/">复文</a></div>'
    )
    url = "http://www.shelf.example/zwgk/jytabl/202405/t20240506_77.html"
    found = probe.leads(page(crumbs, url), is_letter=True)
    assert found[0].url == "http://www.shelf.example/c7/"
    assert "http://www.shelf.example/zwgk/jytabl/" in [lead.url for lead in found if lead.score >= probe.STRONG]
    assert probe.folders_of("http://x.example/art/2024/5/6/art_2101_7.html") == [
        "http://x.example/col/col2101/index.html"
    ]


@pytest.mark.parametrize(
    ("body", "head", "target"),
    [
        ("", '<meta http-equiv="Refresh" content="0; url=/main/index.html">', "/main/index.html"),
        ("<script>window.location.href='/portal/';</script>", "", "/portal/"),
        ("<script>location.replace('a.html')</script>", "", "/xxgk/a.html"),
        ("<script>location.href='index.html'</script>", "", None),
        ("".join(f"<a href='{n}'>{n}</a>" for n in range(9)) + "<script>if(0)location.href='/m/'</script>", "", None),
    ],
)
def test_pages_that_only_send_browsers_on(body: str, head: str, target: str | None) -> None:
    expected = f"http://www.shelf.example{target}" if target else None
    assert probe.moved_to(page(body, head=head)) == expected


def rows(*titles: str) -> ListPage:
    return ListPage(tuple(ListRow(f"http://www.shelf.example/{n}.html", title) for n, title in enumerate(titles)))


REPLY, NEWS = "关于区政协三届二次会议第{}号提案的答复", "区政协召开提案办理协商会之{}"


@pytest.mark.parametrize(
    ("name", "replies", "news", "is_column", "publishes"),
    [
        ("建议提案办理", 5, 0, True, "replies"),
        ("建议提案办理", 2, 4, True, "mixed"),
        ("建议提案办理", 0, 5, False, "mixed"),
        ("政务公开", 3, 4, True, "mixed"),
        ("政务公开", 2, 10, False, "mixed"),
        ("新闻中心", 1, 0, False, "replies"),
    ],
)
def test_a_column_is_known_by_its_rows(name: str, replies: int, news: int, is_column: bool, publishes: str) -> None:
    titles = [REPLY.format(n) for n in range(replies)] + [NEWS.format(n) for n in range(news)]
    one = probe.read_list(probe.Lead(BASE, name, 0), page(""), "generic", rows(*titles))
    assert (one.is_column, one.publishes) == (is_column, publishes)


def listed(path: str, numbers: range, goes_on: bool = False, total: int | None = None, via: str = "") -> probe.List:
    url = f"http://www.shelf.example{path}"
    entries = tuple(ListRow(f"http://www.shelf.example/{n}.html", REPLY.format(n)) for n in numbers)
    following = ListRequest(f"{url}2") if goes_on else None
    listing = ListPage(entries, following, total)
    return probe.read_list(probe.Lead(url, "建议提案", 100, via), page("", url), "generic", listing)


def test_of_lists_with_the_same_rows_one_is_kept_and_nothing_is_lost() -> None:
    whole, part, other = listed("/a/", range(9)), listed("/b/", range(3)), listed("/c/", range(8, 12))
    assert probe.settle([part, whole, other])[0] == [whole, other]
    hub, long = listed("/hub/", range(3)), listed("/long/", range(3), goes_on=True)
    assert probe.settle([hub, long])[0] == [long]  # the hub shows the newest only
    every = listed("/all/", range(6), goes_on=True, total=12)
    years = [listed(f"/all/{year}n/", range(at, at + 3), via=every.url) for at, year in ((0, 2024), (20, 2023))]
    assert probe.settle([every, *years])[0] == [every]  # holds its newest year's and more: all years


def test_whose_portal_it_is() -> None:
    home = page(
        "<footer>网站标识码：<a href='#'>3713000019</a></footer>", head="<title>首页-临沂市民政局门户网站</title>"
    )
    who = probe.identity([home])
    assert (who.name, who.site_code) == ("临沂市民政局", "3713000019")
    assert who.region == Region(code="371300", names=("山东省", "临沂市"))
    assert probe.identity([page("")]).region.code == "000000"
    assert probe.place_names("十堰市茅箭区人民政府", "420302") == ("湖北省", "十堰市", "茅箭区")
    assert probe.place_names("霁川市城市管理局", "990100") == ("霁川市",)


@pytest.mark.parametrize(
    ("host", "key"),
    [("mzj.linyi.gov.cn", "linyi-mzj"), ("www.kmpl.gov.cn", "kmpl"), ("127.0.0.1:80", "127-0-0-1"), ("a_b.cn", "a-b")],
)
def test_keys_follow_hosts(host: str, key: str) -> None:
    assert probe.key_of(host) == key


def test_a_list_is_no_article_and_a_letter_is() -> None:
    lines = (
        "甘棠委员：",
        "您提出的《关于修缮敬老院的提案》收悉，现答复如下：",
        "已经安排。",
        "书架区民政局",
        "2024年5月6日",
    )
    letter = "".join(f"<p>{line}</p>" for line in lines)
    assert probe.is_article(extract(f'<h1>关于第3号提案的答复</h1><div id="zoom">{letter}</div>'.encode(), BASE))
    items = "".join(f'<li><a href="/{n}.html">{REPLY.format(n)}</a><span>2024-05-0{n}</span></li>' for n in range(1, 9))
    assert not probe.is_article(extract(f"<h1>建议提案答复</h1><ul>{items}</ul>".encode(), BASE))


def test_a_list_that_prints_what_each_reply_is_about_is_no_article() -> None:
    intro = "委员：您提出的《关于修缮第{0}敬老院的提案》收悉，经会同有关单位实地调查，现将办理情况答复如下：..."
    items = "".join(
        f'<dl><dd><a href="/{n}.html">{REPLY.format(n)}</a></dd><dd>{intro.format(n)}</dd><dd>2024-05-0{n}</dd></dl>'
        for n in range(1, 9)
    )
    record = extract(f"<h1>建议提案答复</h1><div class=list>{items}</div>".encode(), BASE)
    entries = [ListRow(f"http://www.shelf.example/{n}.html", REPLY.format(n)) for n in range(1, 9)]
    assert not probe.is_article(record, entries)
    body = f"<p>王委员：</p><p>{intro * 9}</p>{items}"
    letter = extract(f"<h1>{REPLY.format(9)}</h1><div id=zoom>{body}</div>".encode(), BASE)
    assert probe.is_article(letter, entries), "a letter with others below it"


@given(st.text(min_size=1), st.lists(st.text(min_size=1), min_size=1, max_size=3), st.floats(0, 3600))
def test_a_definition_is_read_back_from_its_toml(name: str, names: list[str], delay: float) -> None:
    try:
        portal = Portal.model_validate(
            {
                "key": "shelf", "name": name, "hosts": ["www.shelf.example"],
                "region": {"code": "990103", "names": names}, "politeness": {"delay": delay},
                "columns": [{"name": name, "url": BASE, "publishes": "mixed"}, {"name": "二", "url": BASE}],
                "inferred": ["region.code"], "tls_accept": ["expired"],
            }
        )  # fmt: skip
        text = to_toml(portal, ["say\nwhat", name]).encode()
    except (ValidationError, UnicodeEncodeError):  # half a surrogate pair is no text
        return
    with TemporaryDirectory() as folder:
        file = Path(folder) / "shelf.toml"
        file.write_bytes(text)
        assert read_portal(file, PLATFORMS) == portal


def test_columns_carry_what_is_not_default_only() -> None:
    text = to_toml(
        Portal(
            key="a", name="甲", hosts=("a.example",), region=Region(code="990103", names=("乙",)),
            columns=(Column(name="丙", url="http://a.example/"),),
        )
    )  # fmt: skip
    assert text == (
        'key = "a"\nname = "甲"\nhosts = ["a.example"]\n\n[region]\ncode = "990103"\nnames = ["乙"]\n'
        '\n[[columns]]\nname = "丙"\nurl = "http://a.example/"\n'
    )


@given(st.text(max_size=300))
def test_no_page_raises(text: str) -> None:
    shown = page(f'<a href="{text}">提案{text}</a><meta http-equiv=refresh content="0;url={text}">{text}')
    for found in probe.leads(shown, of_topic=True, is_letter=True):
        assert probe.key_of(found.url)
    probe.moved_to(shown)
    probe.identity([shown])
