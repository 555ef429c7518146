"""Documents printed over several pages: which page goes on with one, and what the joined pages say."""

import time

import pytest

from crawler.extraction import extract
from crawler.extraction.parts import first_part, next_part, part_number
from crawler.page import parse

from .conftest import LETTER, TITLE

HOST = "http://cg.liuwan.example"
URL = f"{HOST}/gk/202106/t20210609_8812.html"


def link(href, text):
    return f'<a href="{href}">{text}</a>'


def following(url, markup):
    return next_part(parse(f"<html><body><div id='zoom'><p>正文</p></div>{markup}</body></html>".encode(), url))


PAGERS = {
    "TRS counts from 0": (
        URL, '<script>createPageHTML(3, 0, "t20210609_8812", "html");</script>', "t20210609_8812_1.html",
    ),
    "TRS with a container counts from 1": (
        URL, "<script>createPageHTML('page_div',3, 1,'t20210609_8812','html',30)</script>", "t20210609_8812_2.html",
    ),
    "TRS, the function inlined": (
        URL, '<script>var currentPage = 0; var countPage = 2\ngo = n => open("t20210609_8812_"+n+".html")</script>',
        "t20210609_8812_1.html",
    ),
    "numbers and next": (
        f"{HOST}/a/123.html",
        f"<div class='pages'>首页 <span>1</span> {link('123_2.html', '2')} {link('123_3.html', '3')} "
        f"{link('123_2.html', '下一页')} {link('123_3.html', '尾页')}</div>",
        "/a/123_2.html",
    ),
    "a hyphen, next only": (
        f"{HOST}/a/123.shtml", f"第1/3页 上一页 {link('/a/123-2.shtml#top', '下一页')}", "/a/123-2.shtml",
    ),
    "a name that ends with a number": (
        f"{HOST}/a/content_123.html", f"<nav class='pagination'>1 {link('content_123_2.html', '[2]')}</nav>",
        "/a/content_123_2.html",
    ),
    "a query": (f"{HOST}/v.jsp?id=7", f"{link('?id=7&page=2', '下一页')}", "/v.jsp?id=7&page=2"),
    "a query that counts from 1": (f"{HOST}/v.jsp?p=1&id=7", f"1 {link('?id=7&p=2', '2')}", "/v.jsp?id=7&p=2"),
    "a query that counts from 0": (f"{HOST}/v/9.html", f"{link('?page=1', '2')}", "/v/9.html?page=1"),
    "another scheme, a sign": (f"{HOST}/a/1.htm", link("https://cg.liuwan.example/a/1_2.htm", "&gt;"), "/a/1_2.htm"),
    "a picture with a title": (
        f"{HOST}/a/1.htm", '<a href="1_2.htm" title="下一页"><img src="n.png"></a>', "/a/1_2.htm",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGERS)
def test_pagers(name):
    url, markup, wanted = PAGERS[name]
    found = following(url, markup)
    assert found is not None
    assert found.replace("https:", "http:").removeprefix(url.rpartition("/")[0] + "/") == wanted.removeprefix(
        "/a/"
    ).removeprefix("/v/").removeprefix("/")


TRAPS = {
    "neighbours": (
        f"{HOST}/a/123.html", f"上一篇：{link('122.html', '照明的答复')} 下一篇：{link('123_2.html', '步道的答复')}",
    ),
    "neighbours by number": (f"{HOST}/a/content_123.html", link("content_124.html", "下一页")),
    "neighbours by query": (f"{HOST}/v.jsp?p=12", link("?p=13", "下一页")),
    "another document": (f"{HOST}/a/123.html", link("?id=5&page=2", "下一页")),
    "another column": (f"{HOST}/info/1041/23.htm", link("/info/1041.htm", "2") + link("/info/1041_2.htm", "下一页")),
    "the list's script": (URL, '<script>createPageHTML(9, 0, "index", "html");</script>'),
    "a script for one page": (URL, '<script>createPageHTML(1, 0, "t20210609_8812", "html");</script>'),
    "a script that is commented out": (URL, '<script>\n // createPageHTML(3, 0, "t20210609_8812", "html");\n</script>'),
    "a list": (f"{HOST}/a/index.html", link("index_1.html", "下一页")),
    "a folder": (f"{HOST}/a/", link("?page=2", "下一页")),
    "a named list": (f"{HOST}/a/list.shtml", link("list_2.shtml", "2")),
    "another host": (f"{HOST}/a/123.html", link("http://other.example/a/123_2.html", "下一页")),
    "files": (f"{HOST}/a/123.html", link("123_2.pdf", "2") + link("123_2.docx", "下一页")),
    "a title": (f"{HOST}/a/123.html", link("123_2.html", "2021年第二季度办理情况")),
    "a later page first": (f"{HOST}/a/123.html", link("123_3.html", "3") + link("123_9.html", "尾页")),
    "back": (f"{HOST}/a/123.html", link("123.html", "下一页") + link("#2", "2") + link("javascript:next()", "下一页")),
    "hidden": (f"{HOST}/a/123.html", f"<div style='display:none'>{link('123_2.html', '2')}</div>"),
    "without a counter": (f"{HOST}/a/123.html", link("1234.html", "下一页") + link("123_all.html", "下一页")),
    "no address": (None, link("123_2.html", "下一页")),
    "a broken address": ("http://[liuwan", link("http://[liuwan_2", "下一页")),
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_traps(name):
    assert following(*TRAPS[name]) is None


def test_a_later_part_goes_on_upwards_only():
    first = f"{HOST}/a/123.html"
    pager = "".join(link(f"123_{n}.html", str(n)) for n in (2, 3)) + link("123_3.html", "下一页")
    pages = [parse(pager.encode(), f"{HOST}/a/123_{n}.html") for n in (2, 3)]
    assert [next_part(page, first) for page in pages] == [f"{HOST}/a/123_3.html", None]
    circle = parse(link("123_2.html", "下一页").encode(), f"{HOST}/a/123_3.html")
    assert next_part(circle, first) is None
    trs = '<script>createPageHTML(3, {}, "t20210609_8812", "html")</script>'
    pages = [parse(trs.format(n).encode(), URL.replace(".html", f"_{n}.html")) for n in (1, 2)]
    assert [next_part(page, URL) for page in pages] == [URL.replace(".html", "_2.html"), None]


@pytest.mark.parametrize(
    ("url", "markup", "first"),
    [
        (f"{HOST}/a/123_2.html", link("123.html", "1"), f"{HOST}/a/123.html"),
        (f"{HOST}/a/123-3.shtml", link("123.shtml", "首页"), f"{HOST}/a/123.shtml"),
        (f"{HOST}/a/123?page=2", link("?page=1", "上一页"), f"{HOST}/a/123?page=1"),
        (URL.replace(".html", "_1.html"), '<script>createPageHTML(3, 1, "t20210609_8812", "html")</script>', URL),
        (f"{HOST}/a/art_41_2.html", link("art_41.html", "市城管局") + link("art_41_1.html", "上一篇"), None),
        (f"{HOST}/a/123_2.html", "", None),
        (f"{HOST}/a/123.html", link("123_2.html", "2"), None),
        (f"{HOST}/a/list_2.html", link("list.html", "首页"), None),
    ],
)
def test_a_later_part_knows_its_first(url, markup, first):
    assert first_part(parse(f"<p>正文</p>{markup}".encode(), url)) == first


def test_part_numbers():
    assert part_number(f"{HOST}:80/a/1_2.html", f"{HOST.replace('http', 'https')}/a/1.html") == 2
    assert part_number(f"{HOST}/a/1.html#x", f"{HOST}/a/1.html") == 0
    assert part_number(f"{HOST}/a/1_2.html?v=1", f"{HOST}/a/1.html") is None
    assert part_number(f"{HOST}/a/1_02.html", f"{HOST}/a/1.html") is None
    assert part_number(f"{HOST}/b/1_2.html", f"{HOST}/a/1.html") is None


# Joining


def pager(stem, own, last):
    addresses = [f"{stem}.html", *(f"{stem}_{number}.html" for number in range(2, last + 1))]
    items = [f"第{own}/{last}页"]
    items += [str(n) if n == own else link(address, n) for n, address in enumerate(addresses, start=1)]
    items += [link(addresses[own], "下一页")] if own < last else []
    return f"<ul class='fy'>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def paragraphs(*lines):
    return "".join(f"<p>{line}</p>" for line in lines)


@pytest.fixture
def three(page):
    """A letter over three pages; each prints headline and block again, the pager stands in the body."""
    pieces = LETTER[:3], LETTER[3:5], LETTER[5:]
    block = "<table><tr><td>索引号</td><td>L7/2021-0001</td><td>公开日期</td><td>2021-06-06</td></tr></table>"
    info = "<div>来源：市城管局 发布时间：2021-06-06 09:00</div>"
    pages = []
    for number, piece in enumerate(pieces, start=1):
        body = paragraphs(*piece)
        if number == 2:
            body += f"<p>附件：{link('files/b.pdf', '照明清单.pdf')}</p>"
        pages.append(page(block=block, info=info, body=body + pager("art_7", number, 3)))
    urls = [f"{HOST}/a/art_7{suffix}.html" for suffix in ("", "_2", "_3")]
    return list(zip(pages, urls, [None] * 3, strict=True))


def test_parts_are_joined_and_read_as_one_letter(three, page):
    (data, url, _), *parts = three
    record = extract(data, url, parts=parts)
    lines = record.text.split("\n")
    assert [line for line in lines if not line.startswith("附件")] == list(LETTER)
    assert [(file.name, file.url) for file in record.attachments] == [("照明清单.pdf", f"{HOST}/a/files/b.pdf")]
    assert "parts:3" in record.flags
    assert "parts:missing" not in record.flags
    alone = extract(page(), url)
    for name in ("kind", "title", "proposals", "addressee", "signed_by", "signed_on", "proposers"):
        assert getattr(record, name) == getattr(alone, name), name
    assert record.signed_on == "2021-06-03"


def test_what_is_missing_is_flagged(three):
    (data, url, _), second, third = three
    assert [f for f in extract(data, url).flags if f.startswith("parts")] == ["parts:missing"]
    assert extract(data, url).signed_on is None
    some = extract(data, url, parts=[second])
    assert [f for f in some.flags if f.startswith("parts")] == ["parts:2", "parts:missing"]
    assert "第1/3页" not in some.text
    for bad in ((data, second[1], None), (b"", second[1], None), (b"<p>404 Not Found</p>", second[1], None)):
        record = extract(data, url, parts=[bad, third])
        assert [f for f in record.flags if f.startswith("parts")] == ["parts:missing"]
        assert record.text == extract(data, url).text


def test_a_last_part_of_the_signature_alone_and_a_headline_within_the_body(page):
    for container in ("<div id='zoom'>", "<div class='wznr a'>"):
        cut = page(container=container, body=paragraphs(TITLE, *LETTER[:5]) + pager("art_7", 1, 2))
        end = page(container=container, body=paragraphs(TITLE, *LETTER[5:]) + pager("art_7", 2, 2))
        record = extract(cut, f"{HOST}/a/art_7.html", parts=[(end, f"{HOST}/a/art_7_2.html", None)])
        assert record.text.split("\n")[-7:] == list(LETTER), container
        assert record.text.count(TITLE) <= 1
        assert record.signed_on == "2021-06-03"
        assert "parts:2" in record.flags


def test_pages_without_parts_are_read_as_before(page):
    url = f"{HOST}/a/art_7.html"
    assert not [flag for flag in extract(page(), url).flags if flag.startswith("parts")]
    numbered = extract(page(body=paragraphs(*LETTER, "1", "2")), url)
    assert numbered.text.endswith("1\n2")


def test_an_own_attachment_url_is_relative_to_its_part(three):
    (data, url, _), second, third = three
    shifted = second[0].replace(b"<head>", b"<head><base href='/other/'>")
    record = extract(data, url, parts=[(shifted, second[1], None), third])
    assert [file.url for file in record.attachments] == [f"{HOST}/other/files/b.pdf"]


@pytest.mark.parametrize("junk", ["1 " * 200_000, "<a href='1_2.html'>" * 3000, "<a href='1_2.html'>" + "1" * 300_000])
def test_hostile_pages_take_no_time(junk):
    began = time.monotonic()
    page = parse(junk.encode(), f"{HOST}/a/1.html")
    next_part(page)
    first_part(page)
    assert time.monotonic() - began < 3
