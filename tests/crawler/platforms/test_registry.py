"""Which family a page is of, and that nothing that a portal may send raises."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from crawler.page import parse
from crawler.platforms import PLATFORMS, by_key, recognise

GUID = "40750101-a7f1-4962-9c24-b81acde6f9a2"
HEX = "0f" * 16


PAGER = "<script>createPageHTML(4,0,'index','html')</script>"


def links(href: str) -> str:
    return "".join(f"<li><a href='{href.format(n=n)}'>甲</a></li>" for n in range(1, 5))


def key(html: str, url: str | None = None, hint: str | None = None) -> str:
    return recognise(parse(html.encode(), url), hint).key


@pytest.mark.parametrize(
    ("html", "url", "expected"),
    [
        ("<script>_showDynClicks('wbnews', 1500000001, 77)</script>", None, "vsb"),
        ("<form name='_newscontent_fromname'></form>", None, "vsb"),
        ("<ul><li id='line_u6_0'><a href='info/1/2.htm'>x</a></li></ul>", None, "vsb"),
        ("<div id='vsb_content_2'><div class='v_news_content'>文</div></div>", None, "vsb"),
        ("<div class=foot>Produced By 大汉网络 大汉版通发布系统</div>", None, "hanweb"),
        ("<meta name='Maketime' content='2024'><meta name='WebId' content='1'>", None, "hanweb"),
        ("<script type='text/xml'><datastore></datastore></script>", None, "hanweb"),
        ("<!--<$[标题]>begin-->文<!--<$[标题]>end-->", "http://a.example/art/2024/6/7/art_1_22.html", "hanweb"),
        ("<div class='conTxt'>文</div>", "http://www.a.example/c/2024-06-07/345.shtml", "kunming"),
        ("".join(f"<a href='/c/2024-06-0{n}/34{n}.shtml'>x</a>" for n in range(1, 4)), None, "kunming"),
        ("<p>文</p>", "http://mzj.a.example/c14905/20240607/i878.html", "hunan"),
        ("<p>文</p>", f"http://www.a.example/gongkai/show/{GUID}.html", "yaan"),
        ("<p>文</p>", f"http://www.a.example/gongkai/show/{HEX}.html", "yaan"),
        ("<p>文</p>", "http://www.a.example/OpennessContent/show/12345.html", "anhui"),
        ("<div class=TRS_Editor>文</div>", "http://www.a.example/x/202406/t20240607_1.html", "trs"),
        (links("/xw/202406/t202406{n:02}_77{n}.shtml"), None, "trs"),
        (links("../fzgg/202406/t202406{n:02}_77{n}.html") + PAGER, "http://www.a.example/x/", "trs"),
        ("<div class=TRS_UEDITOR>文</div>" + PAGER, None, "trs"),
        ('{"docs":[]}', "http://www.a.example/was5/web/search?channelid=1&page=2", "trs"),
        ("<script>window._CONFIG={SID:'7',TREE:[]}</script>", None, "gkmlpt"),
        ("<p>文</p>", "http://www.a.example/gkmlpt/content/1/12/post_12345.html", "gkmlpt"),
        ('{"articles":[]}', "http://www.a.example/gkmlpt/api/all/3?page=1&sid=7", "gkmlpt"),
        (f"<meta name=channelid content={HEX}>", "http://www.a.example/", "ucap"),
        ("<ucapcontent><p>文</p></ucapcontent>", None, "ucap"),
        ("<p>文</p>", f"http://www.a.example/a/c101010/202406/{HEX}.shtml", "ucap"),
        (links("/10462/10464/2024/6/{n}/" + HEX[:31] + "{n}.shtml"), None, "ucap"),
        ("{}", f"http://www.a.example/searchList/{HEX}?_isJson=true&page=1", "ucap"),
        ("<div class='j-fontContent'>文</div>", None, "anhui"),
        ("<ul></ul>", "http://www.a.example/public/column/6600123?type=4&action=list", "anhui"),
        (links("/public/6600123/700{n}.html"), "http://www.a.example/", "anhui"),
        ("<div>暂无</div>", "http://www.a.example/site/label/8888?labelName=publicInfoList", "anhui"),
        ("<p>文</p>", "http://www.a.example/D1101X/4567.jhtml", "jeecms"),
        (links("{n}.jhtml"), "http://www.a.example/", "jeecms"),
        ("<form><input type=hidden name=__VIEWSTATE value=x></form>", None, "aspnet"),
        ("<p>文</p>", "http://www.a.example/ShowArticle.asp?ArticleID=12", "aspnet"),
        (links("Pages_31_{n}.aspx"), "http://www.a.example/Default.html", "aspnet"),
        (links("/igs/front/search.jhtml?n={n}"), None, "generic"),
        (links("http://b.example/public/6600123/700{n}.html"), "http://www.a.example/", "generic"),
        ("<a href='/gkmlpt/index'>目录</a>", "http://www.a.example/zwgk/content/post_1.html", "generic"),
        (PAGER, None, "generic"),
        ("", None, "generic"),
    ],
)
def test_the_family_of_a_page(html: str, url: str | None, expected: str) -> None:
    assert key(html, url) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<div class='TRS_Editor'><div class='v_news_content'>从别处粘贴的正文</div></div>",
        "<div class='TRS_Editor'><!--ZJEG_RSS.content.begin--><!--<$[内容]>begin-->从别处粘贴的正文</div>",
        "<div class='TRS_Editor'><a href='http://b.example/art/2024/6/7/art_1_22.html'>链接</a></div>",
        "".join(f"<a href='http://b.example/c/2024-06-07/34{n}.shtml'>外部链接</a>" for n in range(4)),
        "<a href='http://b.example/col/col1/'>甲</a><a href='http://b.example/art/2024/6/7/art_1_22.html'>乙</a>",
        "<p>采购人委托南京大汉网络有限公司承担网站运维。</p>",
        "<div id='line1_2'></div><div id='fanye1'></div>",
    ],
)
def test_what_editors_paste_from_another_portal_names_no_family(html: str) -> None:
    assert key(html, "http://www.a.example/x/202406/24-06-07.html") == "generic"


def test_marks_outweigh_a_url_shape() -> None:
    html = "<script src='/system/resource/js/counter.js'></script>"
    assert key(html, "http://www.a.example/c/2024-06-07/345.shtml") == "vsb"


def test_a_hint_is_taken_only_where_no_family_has_left_marks() -> None:
    assert key("<p>文</p>", hint="hanweb") == "hanweb"
    assert key("<form name='_newscontent_fromname'></form>", hint="hanweb") == "vsb"
    assert key("<form name='_newscontent_fromname'></form>大汉版通", hint="hanweb") == "hanweb"
    assert key("<p>文</p>", hint="generic") == "generic"


def test_an_unknown_key_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="vsb, hanweb"):
        by_key("nosuch")
    with pytest.raises(KeyError, match="nosuch"):
        recognise(parse(b""), "nosuch")


def test_the_fallback_stands_last_and_keys_are_the_platforms_own() -> None:
    assert list(PLATFORMS)[-1] == "generic"
    assert all(name == platform.key for name, platform in PLATFORMS.items())


@pytest.mark.parametrize("name", list(PLATFORMS))
def test_every_xpath_is_valid_and_selects_elements(name: str) -> None:
    root = parse(b"<table><tr><td>x</td></tr></table>").root
    platform = by_key(name)
    for path in (*platform.containers, *platform.headlines, *platform.noise):
        assert all(isinstance(node, etree._Element) for node in root.xpath(path)), path


ANSWERS = (
    "http://a.example/gkmlpt/api/all/1?page=x&sid=2",
    f"http://a.example/common/search/{HEX}?page=2&_isJson=true",
    "http://a.example/was5/web/search?channelid=1&page=",
    "http://a.example/site/label/8888?pageIndex=2",
    "http://a.example/public/column/12?catId=3",
)


@pytest.mark.parametrize(
    "sample",
    [
        b"<a href='http://[::1'>\xe4\xb8\x8b\xe4\xb8\x80\xe9\xa1\xb5</a>",
        b"<a href='//[x/index_2.html'>\xe4\xb8\x8b\xe9\xa1\xb5</a><li><a href='http://[/t2024_1.html'>x</a>2024-01-01</li>",
        b"<datastore><nextgroup><![CDATA[<a href='http://[/dataproxy.jsp?page=1'>",
        b"<record>" * 600,
        b"<div>" * 600 + b"<a href=t20240101_1.html>x</a>",
        b"<li><a href=t20240101_1.html>" * 120,
        b"createPageHTML(99999, 0, '" + b"x" * 5000,
    ],
)
@pytest.mark.parametrize("url", [None, "http://a.example/col/col1/index.html", "http://[bad/list.htm"])
def test_broken_pages_are_read_as_far_as_they_go(sample: bytes, url: str | None) -> None:
    page = parse(sample, url)
    for platform in PLATFORMS.values():
        platform.recognise(page)
        platform.read_list(page)


@pytest.mark.parametrize(
    "sample",
    [
        b'{"articles":[{"url":"http://[","title":{}},{"url":5}],"total":"x","data":[]}',
        b'{"data":{"results":[{}],"page":-1,"rows":0,"total":1e999}}',
        b'{"docs":[{"url":"\\ud800","title":"\\ud800"},',
        b'{"a":' * 50_000,
        b"<form><input name=__VIEWSTATE><a href=\"javascript:__doPostBack('x','99999999')\">\xe4\xb8\x8b\xe9\xa1\xb5",
        b"<script>window._CONFIG={SID:'7',TREE:[]};'/site/label/8888?a=%ff' publicInfoList pageCount:99</script>",
    ],
)
@pytest.mark.parametrize("url", [None, *ANSWERS, "http://[bad/gkmlpt/index"])
def test_broken_answers_are_read_as_far_as_they_go(sample: bytes, url: str | None) -> None:
    page = parse(sample, url)
    recognise(page)
    for platform in PLATFORMS.values():
        platform.read_list(page)


_MARKUP = ["<li>", "</li>", "<a href='", "'>", "</a>", "<td>", "<script>", "</script>", "<!--", "-->", "&#x0;", "\x00"]
_LISTS = ["t20240101_1.html", "2024-01-01", "下一页", "共9条 1/9", "createPageHTML(9,0,'index','html')", "http://["]
_STORES = ["<datastore>", "<nextgroup>", "<record>", "<![CDATA[", "]]>"]
_JSON = [
    '{"',
    '":[{',
    '"url":"/a/1.html"',
    '"}',
    "]}",
    '"articles',
    '"results',
    '"docs',
    "\\ud800",
    '"total":',
    ",",
    "9",
]
_FORMS = [
    "<form>",
    "<input name=__VIEWSTATE>",
    "__doPostBack('a','2')",
    "_CONFIG SID:'7' TREE:",
    "/site/label/8888?a=b",
]
_PARTS = st.sampled_from(_MARKUP + _LISTS + _STORES + _JSON + _FORMS)
_URLS = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.sampled_from(
        ["http://a.example/x.htm", "http://a.example/jpage/dataproxy.jsp?startrecord=9", "http://a.example/", *ANSWERS]
    ),
)


@pytest.mark.parametrize(
    "sample",
    [
        "　\n" * 60_000,
        "<li><a href='t20240101_1.html' title='x'>" + "." * 2000 + "x</a></li>",
        "<a href='t20240101_1.html'>" * 900,
        "<div><a href='t20240101_1.html'>关于第1号提案的答复</a>" * 600,
        "<nextgroup><record>" * 12_000,
        "<b></b>" * 15_000 + "<li><a href='t20240101_1.html'>甲</a></li>" * 900,
        "<script>" + "page" * 15_000 + "(1,2,</script>",
        "<form>" + "<a href=\"javascript:__doPostBack('p','2')\">2</a>" * 3_000,
        "/site/label/8888?" * 9_000 + "publicInfoList" + "siteId:" * 9_000,
        "<a href='x.jhtml'></a>" * 900 + "<a href='" + "1.aspx" * 6_000 + "'></a>",
    ],
    ids=[
        "blank lines",
        "dots",
        "nested links",
        "nested rows",
        "stores",
        "empty elements",
        "script",
        "postbacks",
        "labels",
        "links",
    ],
)
def test_the_work_on_hostile_pages_is_bounded(sample: str) -> None:
    page = parse(sample.encode(), "http://a.example/x/index.html")
    started = time.process_time()
    recognise(page)
    for platform in PLATFORMS.values():
        platform.read_list(page)
    assert time.process_time() - started < 8


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.binary(max_size=300), st.lists(_PARTS, max_size=40).map(lambda parts: "".join(parts).encode())), _URLS
)
def test_no_bytes_raise_and_no_page_leads_to_itself(data: bytes, url: str | None) -> None:
    page = parse(data, url)
    recognise(page)
    for platform in PLATFORMS.values():
        following = platform.read_list(page).next
        assert following is None or following.url != url or following.method == "POST"


def test_no_row_holds_control_characters_or_half_a_surrogate_pair() -> None:
    rows = "".join(
        f"<li><a href='/a/{n}&#x13;.html'>关于第{n}号提案&#27;的答复</a>2024-06-0{n}</li>" for n in (1, 2, 3)
    )
    found = by_key("generic").read_list(parse(f"<ul>{rows}</ul>".encode(), "http://a.example/"))
    assert [(row.url, row.title) for row in found.rows][:1] == [("http://a.example/a/1.html", "关于第1号提案的答复")]
