"""Documents that a script holds."""

import html
import json
import time
from urllib.parse import quote

import pytest

from crawler.extraction import extract
from crawler.extraction.embedded import embedded_document
from crawler.page import Page


def _page(detail: dict[str, object]) -> bytes:
    return (
        "<html><head><meta charset=utf-8><title>澄湖市城管局</title></head><body><div class='article-content'></div>"
        f"<script>window._CONFIG = {{SID: '755', DETAIL: {json.dumps(detail)}, TREE: []}};</script></body></html>"
    ).encode()


def test_gkmlpt(letter, title):
    detail = {
        "title": title,
        "content": "".join(f"<p>{line}</p>" for line in letter) + "<p><a href='./a.pdf'>分布图.pdf</a></p>",
        "identifier": "K26058142/2021-00031",
        "publisher": "澄湖市城管局",
        "document_number": "",
        "display_publish_time": 1623290400,
        "date": "2021-06-03",
    }
    record = extract(_page(detail), "http://www.chenghu.example/gkmlpt/content/1/1/post_1.html")
    assert (record.text or "").split("\n") == [*letter, "分布图.pdf"]
    assert (record.title, record.publisher, record.publisher_id) == (title, "澄湖市城管局", "K26058142")
    assert (record.issued_on, record.published_at) == ("2021-06-03", "2021-06-10T10:00")
    assert record.document_number is None
    assert [a.url for a in record.attachments] == ["http://www.chenghu.example/gkmlpt/content/1/1/a.pdf"]
    assert "body:script" in record.flags


def _data(letter, title, **more):
    return {
        "title": title,
        "content": "".join(f"<p>{line}</p>" for line in letter),
        "indexNumber": "K26058142/2021-00031",
        "publishOrg": "澄湖市城管局",
        "pubTime": "2021-06-10 10:20:00",
        **more,
    }


def _escaped_twice(data):
    return json.dumps({**data, "content": html.escape(data["content"])}, ensure_ascii=False)


def _literal(data):
    """An object as scripts write it: names without quotes, strings in single ones, a comma too many."""
    return "{" + "".join(f"{k}: '{v}',\n" for k, v in data.items()) + "}"


FORMS = {
    "initial state": lambda d: f"window.__INITIAL_STATE__ = {json.dumps({'detail': {'data': d}, 'list': []})};",
    "initial state in a string": lambda d: f"window.__INITIAL_STATE__ = JSON.parse({json.dumps(json.dumps(d))})",
    "percent-coded": lambda d: f"var s = JSON.parse(decodeURIComponent('{quote(json.dumps(d))}'))",
    "markup escaped in it": lambda d: f"var detail = {_escaped_twice(d)}",
    "object literal": lambda d: f"var detail = {_literal(d)}; new Vue({{el: '#app', data: {{detail: detail}}}});",
    "Vue data": lambda d: f"new Vue({{data: function() {{ return {{ loading: false, info: {_literal(d)} }} }}}})",
    "variables": lambda d: "".join(f"var {k} = {json.dumps(v)};\n" for k, v in d.items()),
    "added piece by piece": lambda d: f"var d = {_literal(d)}".replace("</p><p>", "</p>' +\n '<p>"),
    "Nuxt": lambda d: (
        "window.__NUXT__=(function(a,b,c,d,e){return {data:[{detail:{title:a,content:b,indexNumber:c,publishOrg:d,"
        f"pubTime:e}}}}],error:null}}}}({','.join(json.dumps(v) for v in d.values())}));"
    ),
    "properties apart": lambda d: (
        f"""var d = {
            json.dumps(
                {
                    "doc": {"title": d["title"], "htmlContent": d["content"]},
                    "props": [
                        {"label": "索引号", "value": d["indexNumber"]},
                        {"label": "发布机构", "value": d["publishOrg"]},
                        {"label": "发布时间", "value": d["pubTime"]},
                    ],
                }
            )
        }"""
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_page_that_a_script_fills(letter, title, form):
    script = FORMS[form](_data(letter, title))
    other = (
        "<script>var list = [{title: '关于调整公交线路的通告', pubTime: '2020-01-02'}, {title: '招标公告'}];</script>"
    )
    record = extract(
        f"<meta charset=utf-8><title>澄湖市城管局</title><div id='app'></div>{other}<script>{script}</script>".encode()
    )
    assert (record.text or "").split("\n") == [*letter]
    assert (record.title, record.publisher) == (title, "澄湖市城管局")
    assert (record.index_number, record.published_at) == ("K26058142/2021-00031", "2021-06-10T10:20")


@pytest.mark.parametrize("form", FORMS)
def test_what_a_script_says_of_the_document_shown(page, title, form):
    data = _data(["短"], title)
    record = extract(page(after=f"<script>{FORMS[form](data)}</script>"))
    assert (record.index_number, record.publisher) == ("K26058142/2021-00031", "澄湖市城管局")


def test_what_a_script_says_of_other_documents(page, title):
    data = _data(["短"], "关于调整公交线路的通告")
    record = extract(page(after=f"<script>var d = [{json.dumps(data)}]</script>"))
    assert (record.index_number, record.publisher) == (None, None)


@pytest.mark.parametrize("keeper", ["<textarea style='display:none'>{}</textarea>", "<input type=hidden value='{}'>"])
def test_a_body_kept_in_an_element(letter, title, keeper):
    body = html.escape("".join(f"<p>{line}</p>" for line in letter))
    record = extract(f"<meta charset=utf-8><title>{title}</title><div id=c></div>{keeper.format(body)}".encode())
    assert (record.text or "").split("\n") == [*letter]


def test_broken_or_hostile_scripts_are_no_documents():
    for text in (
        "DETAIL: {", 'DETAIL: {"content": 1}', "DETAIL: " + '{"标a":' * 100_000, "DETAIL: {} 标题" * 1000,
        '标"\\' * 100_000, "标/*" * 100_000, "标'" * 99_999, "(function(a){" * 50_000 + "标}(",
        "x = {title: '标\\ud800', content: '\\u{ffffffff}'}",
        "{title: '标', content: '²', pubTime: 99999999999999}",
    ):  # fmt: skip
        before = time.perf_counter()
        assert embedded_document(Page(None, f"<script>{text}; var content = 1; /* {'x' * 40} */</script>")) is None
        assert time.perf_counter() - before < 2
