"""Bytes to text, text to a tree, links to URLs: for anything that a portal may serve."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.page import Page, decode, is_html, parse

HANZI = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=60)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
RARE = "䶮㑳𠀀𫖮"
"""Names hold characters that GB 2312 and GBK lack and GB 18030 has."""


def html(body: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body><p>{body}</p></body></html>"


# Charsets


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=40), st.just("text/html; charset=gbk")))
def test_decoding_never_fails(data: bytes, content_type: str | None) -> None:
    decoded = decode(data, content_type)
    assert isinstance(decoded.text, str)
    decoded.text.encode("utf-8")


@given(ANY_TEXT, st.sampled_from([None, "text/html", "text/html; charset=gb2312", "text/html; charset=iso-8859-1"]))
def test_utf_8_is_recognised_whatever_the_header_says(text: str, content_type: str | None) -> None:
    page = html(text.replace("<", "").replace("\ufeff", ""))
    assert decode(page.encode(), content_type).text == page
    assert decode(codecs.BOM_UTF8 + page.encode(), content_type).text == page


@given(HANZI)
def test_gb_18030_is_recognised_where_it_is_no_utf_8(text: str) -> None:
    page = html(text + RARE)
    decoded = decode(page.encode("gb18030"), "text/html; charset=utf-8")
    assert (decoded.text, decoded.charset) == (page, "gb18030")


@pytest.mark.parametrize("charset", ["gb2312", "GBK", "x-gbk", "hz-gb-2312", "cp936", "gb18030"])
@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_a_declared_gb_charset_is_read_as_gb_18030(charset: str, quote: str) -> None:
    page = html(
        RARE, f"<meta http-equiv={quote}Content-Type{quote} content={quote}text/html; charset={charset}{quote}>"
    )
    decoded = decode(page.encode("gb18030"))
    assert (decoded.text, decoded.charset, decoded.decided_by) == (page, "gb18030", "meta")


@pytest.mark.parametrize("name", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_wins(name: str) -> None:
    bom = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}[name]
    page = html("答复", '<meta charset="gbk">')
    decoded = decode(bom + page.encode(name), "text/html; charset=big5")
    assert (decoded.text, decoded.charset, decoded.decided_by) == (page, name, "bom")


def test_a_declared_charset_counts_only_where_the_bytes_agree() -> None:
    lies = html("关于渡口夜航的答复", '<meta charset="utf-8">')
    assert decode(lies.encode("gb18030")).text == lies
    other = html("關於渡口夜航的答覆")
    assert decode(other.encode("big5"), "text/html; charset=big5").decided_by in ("gb18030", "header")


@pytest.mark.parametrize(
    "charset", ["no-such-charset", "undefined", "base64", "rot13", "idna", "unicode_escape", "zlib"]
)
def test_a_declared_charset_that_is_none_is_passed_over(charset: str) -> None:
    page = html("答复\\u0041", f'<meta charset="{charset}">')
    assert decode(page.encode(), f"text/html; charset={charset}").text == page


def test_the_header_is_asked_last() -> None:
    page = b"caf\xe9 \xff"
    decoded = decode(page, "text/html; charset=iso-8859-1")
    assert (decoded.charset, decoded.decided_by) == ("iso-8859-1", "header")
    without = decode(page)
    assert without.decided_by == "replaced"
    assert "\ufffd" in without.text


@pytest.mark.parametrize("words", ["关于渡口夜航的答复", "关于渡口夜航的答复意见", "渡口夜航渡口夜航渡口"])
@pytest.mark.parametrize("damage", [b"\xff", b"\x81", b"\xe4", b"\xe4\xbd"])
def test_damaged_utf_8_is_not_taken_for_gb_18030(words: str, damage: bytes) -> None:
    page = html(words * 20, '<meta charset="gb2312">').encode()
    assert decode(page).text == page.decode()
    for data in (page[:70] + damage + page[70:], page[:-20] + damage, page[:-16].rstrip(b"</p>")[:-1]):
        decoded = decode(data, "text/html; charset=gbk")
        assert (decoded.decided_by, decoded.charset) == ("replaced", "utf-8")
        assert words * 2 in decoded.text


def test_a_strange_piece_at_the_end_does_not_spoil_a_page() -> None:
    page = html("关于渡口夜航的答复" * 40).encode() + "<p>即将离开本站</p>".encode("gb18030")
    assert "关于渡口夜航的答复" * 40 in decode(page).text


# Trees


@given(
    st.one_of(
        st.binary(max_size=200), ANY_TEXT.map(str.encode), st.text("<>!-/ab='\"&;#x0\0?[]", max_size=80).map(str.encode)
    )
)
def test_any_bytes_make_a_tree(data: bytes) -> None:
    page = parse(data, "http://a.example/x")
    assert page.root.tag == "html"
    assert page.size == len(data)
    assert isinstance(page.base_url, str)


@pytest.mark.parametrize(
    "data", [b"", b" \n", b"\0", b"<!--", b"<!-- only a comment -->", b"<?xml version='1.0'?>", b"\xff\xfe"]
)
def test_no_markup_is_an_empty_document(data: bytes) -> None:
    assert "".join(parse(data).root.itertext()).strip() in ("", "\ufffd")


def test_control_characters_do_not_end_a_page() -> None:
    page = parse("<html><body><p>前\0后\x0b文\x1f尾</p></body></html>".encode())
    assert "".join(page.root.itertext()) == "前后文尾"


@pytest.mark.parametrize(
    "glued",
    [
        "<html><body><p>one</p></body></html><p>two</p></html><div>three</div>",
        "<html><body><p>one</p></HTML ><html><head></head><body><p>two</p></body></html>three",
        "<html><body><p>one</p></body><p>two</p>three</html>",
        "<p>one</p></html>\n<!DOCTYPE html><html><body class='a'><p>two</p>three",
    ],
)
def test_a_page_goes_on_after_an_end_in_its_middle(glued: str) -> None:
    """Pages are glued together from parts that are pages of their own."""
    [body] = parse(glued.encode()).root.findall("body")
    assert "".join("".join(body.itertext()).split()) == "onetwothree"


def test_an_xml_declaration_does_not_decide_the_charset() -> None:
    page = parse('<?xml version="1.0" encoding="gb2312"?><html><body>答复</body></html>'.encode())
    assert "".join(page.root.itertext()) == "答复"


def test_depth_does_no_harm() -> None:
    def text(depth: int) -> str:
        page = parse("前".encode() + b"<div>" * depth + "深".encode() + b"</div>" * depth + "后".encode())
        return "".join(page.root.itertext())

    assert text(1500) == "前深后"
    assert text(50_000).startswith("前")


# Links


def links(base: str | None = None, url: str | None = "http://a.example/x/y.htm") -> Page:
    return Page(url, html("", f'<base href="{base}">' if base is not None else ""))


@pytest.mark.parametrize(
    ("href", "absolute"),
    [
        ("z.htm", "http://a.example/x/z.htm"),
        ("../z.htm", "http://a.example/z.htm"),
        ("./P020.pdf", "http://a.example/x/P020.pdf"),
        ("/z", "http://a.example/z"),
        ("?page=2", "http://a.example/x/y.htm?page=2"),
        ("//b.example/z", "http://b.example/z"),
        ("https://b.example/z#a", "https://b.example/z#a"),
        (" z\n.htm\t", "http://a.example/x/z.htm"),
        ("z\x13.htm\ud800?q\x9b", "http://a.example/x/z.htm?q"),
        ("HTTP://b.example/", "http://b.example/"),
    ],
)
def test_links_are_made_absolute(href: str, absolute: str) -> None:
    assert links().absolute(href) == absolute


@pytest.mark.parametrize(
    "href",
    [
        "",
        " ",
        "#",
        "#top",
        "javascript:void(0)",
        "java\nscript:x()",
        "mailto:a@b.example",
        "tel:1",
        "http://[::1",
        "file:///x",
    ],
)
def test_what_leads_nowhere_is_no_link(href: str) -> None:
    assert links().absolute(href) is None


def test_a_base_is_what_links_start_from() -> None:
    assert links("http://b.example/q/").absolute("z") == "http://b.example/q/z"
    assert links("/q/").absolute("z") == "http://a.example/q/z"
    assert links(" ").absolute("z") == "http://a.example/x/z"
    assert links("http://[broken").absolute("z") == "http://a.example/x/z"


def test_without_a_url_a_link_comes_back_as_written() -> None:
    assert links(url=None).absolute("z.doc") == "z.doc"
    assert links(url=None).absolute("http://b.example/z") == "http://b.example/z"


@given(st.text(max_size=60), st.one_of(st.none(), st.text("htp:/[]?#@x.", max_size=20)))
def test_any_link_is_a_url_or_none(href: str, base: str | None) -> None:
    found = Page("http://a.example/x", "<p>" if base is None else f'<base href="{base}">').absolute(href)
    assert found is None or isinstance(found, str)


# What is a page


@pytest.mark.parametrize(
    ("data", "content_type", "answer"),
    [
        (b"<p>", "text/html; charset=utf-8", True),
        (b"<p>", "TEXT/HTML", True),
        (b"", "text/html", True),
        (b"<?xml?><html>", "application/xhtml+xml", True),
        (b"%PDF-1.4", "text/html", False),
        (b"PK\x03\x04", "text/html", False),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "text/html", False),
        (b"%PDF-1.4", "application/pdf", False),
        (b"<html>", "application/pdf", False),
        (b"<html>", "image/png", False),
        (codecs.BOM_UTF8 + b"\r\n <!DOCTYPE html>", None, True),
        (b"<HTML>", "", True),
        (b"<!-- c --><html>", "text/plain", True),
        (b"<meta charset=gbk>", "application/octet-stream", True),
        (b"just words", "text/plain", False),
        (b"%PDF-1.4", "application/octet-stream", False),
        (b'{"a": 1}', "application/json", False),
        (b"", None, False),
    ],
)
def test_what_is_a_page(data: bytes, content_type: str | None, answer: bool) -> None:
    assert is_html(data, content_type) is answer


def test_a_sessions_number_is_no_part_of_a_link() -> None:
    assert links().absolute("v.do;jsessionid=4DB70A9B.n1?id=7") == "http://a.example/x/v.do?id=7"
    assert links().absolute("a;b.html") == "http://a.example/x/a;b.html"
