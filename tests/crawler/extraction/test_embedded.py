"""Documents that a script holds."""

import json

from crawler.extraction import extract
from crawler.extraction.embedded import embedded_document


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


def test_broken_or_hostile_json_is_no_document():
    for text in ("DETAIL: {", 'DETAIL: {"content": 1}', "DETAIL: " + '{"a":' * 100_000, "DETAIL: {} " * 1000):
        assert embedded_document(text) is None
