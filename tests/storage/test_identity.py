"""When two URLs, two pages or two proposals are the same: as properties, and the cases that were seen."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.record import Attachment, Label, Proposal, Provenance, Record
from storage.identity import (
    bare_number,
    canonical_url,
    content_digest,
    is_edited,
    new_document_id,
    proposal_category,
    region_of,
    text_digest,
)

from .conftest import letter

LABEL = st.from_regex(r"\A[a-z0-9]{1,8}\Z")
PATH = st.text("abc/._-中", max_size=12).map(lambda path: "/" + path)
QUERY = st.lists(st.tuples(LABEL, LABEL), max_size=3)


@st.composite
def urls(draw: st.DrawFn) -> str:
    query = "&".join(f"{name}={value}" for name, value in draw(QUERY))
    host = ".".join(draw(st.lists(LABEL, min_size=1, max_size=3)))
    port = draw(st.sampled_from(["", ":80", ":443", ":8080"]))
    return (
        f"{draw(st.sampled_from(['http', 'https']))}://{host}.example{port}{draw(PATH)}{'?' + query if query else ''}"
    )


@given(st.one_of(urls(), st.text(max_size=60), st.text("htp:/[]@?#&;=ab1", max_size=30).map("http://".__add__)))
def test_a_canonical_url_is_its_own_canonical_url(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


@given(urls())
def test_spelling_does_not_tell_urls_apart(url: str) -> None:
    plain = canonical_url(url)
    scheme, rest = url.split("://")
    host, slash, path = rest.partition("/")
    path_only, mark, query = path.partition("?")
    assert canonical_url(f"{scheme.upper()}://{host.upper()}{slash}{path}") == plain
    assert canonical_url(url + "#anchor") == plain
    assert canonical_url(f"{scheme}://{host}/{path_only};JSESSIONID=0A1B{mark}{query}") == plain
    assert canonical_url(url.replace(query, "&".join(reversed(query.split("&")))) if query else url) == plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example/", "https://a.example/"),
        ("http://a.example/", "http://a.example:8080/"),
        ("http://a.example/x", "http://a.example/X"),
        ("http://a.example/x", "http://a.example/x/"),
        ("http://a.example/x?id=1", "http://a.example/x?id=2"),
        ("http://a.example/x?id=1", "http://a.example/x"),
    ],
)
def test_what_a_server_may_tell_apart_stays_apart(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Mzj.A.Example:80?b=2&a=1#x", "http://mzj.a.example/?a=1&b=2"),
        ("http://a.example/info/1.htm;jsessionid=ABC.node1?x=1", "http://a.example/info/1.htm?x=1"),
        ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
        ("http://a.example:99999/", "http://a.example:99999/"),
        ("http://[::1", "http://[::1"),
        ("A:////", "A:////"),
        ("HTTP:////x", "HTTP:////x"),
    ],
)
def test_canonical_urls(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@given(st.from_regex(r"\A(DH?|[1-9])[0-9]{0,7}\Z"), st.integers(0, 4))
def test_padding_and_words_around_a_number_do_not_count(number: str, zeros: int) -> None:
    padded = "0" * zeros + number
    for printed in (
        padded,
        f"第{padded}号",
        f" 第 {padded} 号 ",
        padded.translate({48 + n: 0xFF10 + n for n in range(10)}),
    ):
        assert bare_number(printed) == number


@given(st.text("第号 0123456789DH０１〔〕-", max_size=12))
def test_a_bare_number_is_bare(printed: str) -> None:
    bare = bare_number(printed)
    assert bare_number(bare) == bare
    assert not re.search(r"[第号\s]", bare)


@pytest.mark.parametrize(("printed", "bare"), [("000", "0"), ("0", "0"), ("D022", "D022"), ("20250033", "20250033")])
def test_bare_numbers(printed: str, bare: str) -> None:
    assert bare_number(printed) == bare


@pytest.mark.parametrize(
    ("level", "portal", "region"),
    [
        ("county", "990102", "990102"),
        ("city", "990102", "990100"),
        ("province", "990102", "990000"),
        ("national", "990102", "000000"),
        ("township", "990102", None),
        (None, "990102", "990102"),
        ("county", "990100", None),
        ("city", "990100", "990100"),
        ("province", "990100", "990000"),
        ("city", "991000", "991000"),
        ("county", "991000", None),
        ("city", "990000", None),
        ("province", "990000", "990000"),
        ("city", "310000", "310000"),
        ("city", "310115", "310000"),
        ("county", "310115", "310115"),
        ("city", "990181", "990181"),
        ("county", "990181", "990181"),
        ("province", "990181", "990000"),
    ],
)
def test_the_region_of_a_proposal_follows_from_its_level(level: str | None, portal: str, region: str | None) -> None:
    assert region_of(level, portal) == region


@given(st.sampled_from(["national", "province", "city", "county", "township", "village"]), st.from_regex(r"\A\d{6}\Z"))
def test_a_region_is_a_division_code_or_nothing(level: str, portal: str) -> None:
    region = region_of(level, portal)
    assert region is None or re.fullmatch(r"\d{6}", region)


@pytest.mark.parametrize(
    ("proposal", "category"),
    [
        (Proposal(body="cppcc", title="关于议案的提案"), "提案"),
        (Proposal(body="npc", title="关于修路的议案"), "议案"),
        (Proposal(body="npc", title="关于修路的建议"), "建议"),
        (Proposal(body="npc"), "建议"),
    ],
)
def test_the_category_of_a_proposal(proposal: Proposal, category: str) -> None:
    assert proposal_category(proposal) == category


@given(st.text("甲乙丙丁１２ab", min_size=80, max_size=90), st.lists(st.integers(0, 80), max_size=5))
def test_white_space_and_width_do_not_tell_texts_apart(text: str, cuts: list[int]) -> None:
    spaced = text
    for cut in cuts:
        spaced = spaced[:cut] + "\n　 " + spaced[cut:]
    wide = spaced.replace("１", "1").replace("ａ", "a")
    assert text_digest(letter(text=spaced)) == text_digest(letter(text=wide)) == text_digest(letter(text=text))
    assert text_digest(letter(text=text + "戊")) != text_digest(letter(text=text))


def test_ids_are_opaque_and_do_not_repeat() -> None:
    ids = {new_document_id() for _ in range(2000)}
    assert len(ids) == 2000
    assert all(re.fullmatch("[2-9a-hjkmnp-z]{16}", i) for i in ids)


def read(where: dict[str, str], labels: str = "", **values: object) -> Record:
    """A reply of which values were read at these places, on a page that shows these labels."""
    return letter(
        provenance={name: Provenance(where=place, raw="") for name, place in where.items()},
        labels=[Label(label=label, value="") for label in labels.split()], **values,
    )  # fmt: skip


def lists(url: str) -> list[Attachment]:
    return [Attachment(name="征求意见表.doc", url=url)]


FILES = lists("http://a.example/f/1.doc;jsessionid=7")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (letter(text="一、照明\n已安装 | 9 | 盏"), letter(text="一、照明已安装\n9盏")),
        (letter(text="一、照明"), letter(text="关于夜间照明的答复\n一、照明")),
        (letter(text="附件：\n征求意见表.doc", attachments=FILES), letter(text="附件：", attachments=FILES)),
        (letter(attachments=FILES), letter(attachments=lists("https://b.example/f/1.doc"))),
        (letter(published_at="2024-05-06T09:10"), letter(published_at="2024-05-06")),
        (letter(title="关于夜间照明…"), letter()),
        (letter(kind="other"), letter()),
        (read({"signed_by": "text:signature"}, signed_by="港口局"), letter()),
        (read({"topic": "table:主题分类"}, topic="城建"), read({}, "索引号")),
        (read({}, "索引号"), read({"source": "info:来源"}, source="港口局")),
        (read({"keywords": "meta:Keywords"}, keywords=["照明"]), read({}, "meta:Author")),
        (read({"published_at": "list"}, published_at="2024-05-06"), letter()),
    ],
)
def test_what_a_new_template_does_is_no_edit(before: Record, after: Record) -> None:
    assert not is_edited(before.as_json(), after.as_json())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (letter(text="照明九盏"), letter(text="照明七盏")),
        (letter(title="关于夜间照明的答复函"), letter()),
        (letter(attachments=FILES), letter()),
        (letter(attachments=FILES), letter(attachments=lists("http://a.example/f/2.doc"))),
        (letter(published_at="2024-05-06"), letter(published_at="2024-05-07")),
        (read({"topic": "table:主题分类"}, topic="城建"), read({"topic": "table:主题分类"}, topic="交通")),
        (read({"topic": "table:主题分类"}, topic="城建"), read({}, "主题分类：")),
        (read({}, "索引号 文 号 发布机构 来源"), read({"source": "info:来源"}, "来源", source="港口局")),
        (read({"validity": "table:时效"}, validity="有效"), read({"validity": "info:有效性"}, validity="失效")),
    ],
)
def test_what_is_published_makes_an_edit(before: Record, after: Record) -> None:
    assert is_edited(before.as_json(), after.as_json())
    assert content_digest(before) != content_digest(after)
