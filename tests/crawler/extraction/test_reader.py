"""The whole: which source wins, what is kept as evidence, what no input may do."""

import html
import json
import re
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crawler.extraction import Record, extract, reader_id
from crawler.extraction.headline import without_site
from tests.fuzz import wrong_with

URL = "http://cg.liuwan.example/art/2021/6/9/art_7_12.html"
META = '<meta name="pubdate" content="2021-06-10 09:12:00"><meta name="ContentSource" content="柳湾市城管局">'


def test_visible_date_takes_its_minute_from_the_meta_tag(page):
    record = extract(page(info="<p>发布日期：2021-06-10</p>", head=META), URL)
    assert record.published_at == "2021-06-10T09:12"
    assert record.provenance["published_at"].where == "info:发布日期"
    assert [evidence.where for evidence in record.provenance["published_at"].rejected] == ["url"]


def test_order_of_dates(page):
    assert extract(page(), URL).published_at == "2021-06-09"
    assert extract(page(), URL, row_date="2021-06-08").published_at == "2021-06-08"
    assert extract(page(head=META), URL, row_date="2021-06-08").published_at == "2021-06-10T09:12"
    assert extract(page(head=META, info="<div>2021-06-07 作者：</div>"), URL).published_at == "2021-06-07"
    both = "<table><tr><td>索引号</td><td>A1</td><td>公开日期</td><td>2021-06-06</td></tr></table>"
    record = extract(page(head=META, block=both, info="<div>发布时间：2021-06-07</div>"), URL)
    assert record.published_at == "2021-06-06"
    assert "conflict:published_at" in record.flags
    assert [e.raw for e in record.provenance["published_at"].rejected][:1] == ["2021-06-07"]


def test_a_time_of_another_day_is_not_taken(page):
    record = extract(page(head=META, info="<p>发布日期：2021-06-11</p>"), URL)
    assert record.published_at == "2021-06-11"


def test_a_signing_date_with_a_time_is_an_upload(page):
    block = "<table><tr><td>索引号</td><td>A1</td><td>发文日期</td><td>2021年06月10日 17:08:57</td></tr></table>"
    assert extract(page(block=block)).published_at == "2021-06-10T17:08"


def test_a_date_that_a_script_writes(page):
    info = (
        "<div>发布时间：<script>var pubdata='2021年06月10日'; if(pubdata!=''){document.write(pubdata);}</script></div>"
    )
    assert extract(page(info=info)).published_at == "2021-06-10"


@pytest.mark.parametrize(
    "info",
    [
        "来源：柳湾市城市管理局 | 2021-06-10 17:08:57 | 热度 117",
        "来源：柳湾市城市管理局<i>298次浏览</i>",
        "发布时间：2021-06-10 来源：柳湾市城市管理局 浏览 3",
        "来源：柳湾市城市管理局　访问量：1024",
    ],
)
def test_a_counter_behind_a_source_is_none_of_it(page, info):
    assert extract(page(info=f"<div>{info}</div>")).source == "柳湾市城市管理局"


def test_a_line_of_links_to_others_ends_the_body(page, letter):
    links = '<a href="/9.docx">关于修缮码头的答复</a>　<a href="/8.htm">照明工程有关情况介绍</a>'
    body = "".join(f"<p>{line}</p>" for line in letter)
    record = extract(page(body=f"{body}<p>相关链接：{links}</p>"))
    assert "相关链接" not in record.text
    assert record.attachments == []
    record = extract(page(body=f'{body}<p>相关附件：<a href="/9.docx">征求意见表.docx</a></p>'))
    assert [file.name for file in record.attachments] == ["征求意见表.docx"]


def test_title(page, title):
    full = f'<title>栏目模板</title><meta name="ArticleTitle" content="{title[:14]}">'
    assert extract(page(head=full)).title == title
    assert extract(page(head=full, headline="")).title == title[:14]
    assert extract(page(headline=""), row_title="列表中的题目").title == "列表中的题目"
    assert extract(page(headline="")).title == title
    broken = "<h1>关于市政协七届二次会议第118号<br>提案的答复</h1>"
    assert extract(page(headline=broken)).title == title


@pytest.mark.parametrize(
    ("title", "site", "bare"),
    [
        ("某答复_柳湾市人民政府", None, "某答复"),
        ("某答复-柳湾市城市管理局", None, "某答复"),
        ("某答复 - 通知公告 - 柳湾在线", "柳湾在线", "某答复 - 通知公告"),
        ("关于A-B段照明的答复_柳湾市人民政府门户网站", None, "关于A-B段照明的答复"),
        ("柳湾市人民政府", None, "柳湾市人民政府"),
        ("", None, ""),
    ],
)
def test_without_site(title, site, bare):
    assert without_site(title, site) == bare


def test_meta_tags_are_kept_as_printed(page):
    head = META + "<META NAME='Keywords' CONTENT=''><meta name=keywords content='照明'><meta name=viewport content='x'>"
    record = extract(page(head=head))
    assert [(label.label, label.value) for label in record.labels] == [
        ("meta:pubdate", "2021-06-10 09:12:00"),
        ("meta:ContentSource", "柳湾市城管局"),
        ("meta:keywords", "照明"),
    ]
    assert (record.source, record.keywords) == ("柳湾市城管局", [])


ATTACHMENTS = {
    "relative": (
        '<a href="./P0202106.docx">分布图</a>',
        "分布图",
        "http://cg.liuwan.example/art/2021/6/9/P0202106.docx",
    ),
    "hanweb": (
        '<a href="/module/download/downfile.jsp?classid=0&filename=ab12.pdf">分布图.pdf</a>',
        "分布图.pdf",
        "http://cg.liuwan.example/module/download/downfile.jsp?classid=0&filename=ab12.pdf",
    ),
    "vsb": (
        '<a href="/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=9">分布图.xls</a>',
        "分布图.xls",
        "http://cg.liuwan.example/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=9",
    ),
    "fastdfs": (
        '<a href="/group6/M00/00/1A/x.docx">分布图</a>',
        "分布图",
        "http://cg.liuwan.example/group6/M00/00/1A/x.docx",
    ),
    "name in title": (
        '<a href="/x/a.zip" title="分布图.zip">点击下载</a>',
        "分布图.zip",
        "http://cg.liuwan.example/x/a.zip",
    ),
    "twice": ('<a href="/a.wps"></a><a href="/a.wps">分布图</a>', "分布图", "http://cg.liuwan.example/a.wps"),
    "written": (
        "<div class='fj'><script>document.write('<a href=\"./P1.doc\">分布图.doc</a>')</script></div>",
        "分布图.doc",
        "http://cg.liuwan.example/art/2021/6/9/P1.doc",
    ),
    "written beside a box": (
        "</div><div class='fj'>附件：<script>document.write('<a href=\"./P1.doc\">分布图.doc</a>')</script>",
        "分布图.doc",
        "http://cg.liuwan.example/art/2021/6/9/P1.doc",
    ),
}


@pytest.mark.parametrize("kind", ATTACHMENTS)
@pytest.mark.parametrize("inside", [True, False])
def test_attachments(page, letter, kind, inside):
    html, name, url = ATTACHMENTS[kind]
    body = "".join(f"<p>{line}</p>" for line in letter)
    data = page(body=body + f"<p>附件：{html}</p>") if inside else page(after=f"<div class='fj'>{html}</div>")
    assert [(a.name, a.url) for a in extract(data, URL).attachments] == [(name, url)]


def test_a_page_with_nothing_but_files(page):
    data = page(container="<div class='x'>", body="<a href='/y.docx'>答复全文.docx</a>")
    record = extract(data, URL)
    assert [a.name for a in record.attachments] == ["答复全文.docx"]
    assert record.kind == "reply"


def test_what_is_no_attachment(page):
    after = (
        "<div><a href='/about.html'>关于</a><a href='/x.jpg'>图</a><a href='javascript:void(0)'>附件.doc</a></div>"
        "<div class='foot'><ul>"
        + "".join(f"<li><a href='/{n}.pdf'>指南{n}</a></li>" for n in range(60))
        + "</ul></div>"
    )
    assert extract(page(after=after), URL).attachments == []


NO_DOCUMENTS = {
    "page:empty": "<html><body></body></html>",
    "page:missing": "<html><title>404</title><body><h1>404</h1><p>您访问的页面不存在或已删除</p></body></html>",
    "page:login": "<html><body><div>系统提示</div><p>请先登录后再访问。</p></body></html>",
    "page:challenge": "<html><head><script>var $_ts=window['$_ts'];</script></head><body></body></html>",
    "page:list": "<html><body><div id='zoom'><ul>"
    + "".join(
        f"<li><a href='/a/{n}.html'>关于市政协七届二次会议第{n}号提案的答复</a> 2021-06-{n}</li>" for n in range(10, 30)
    )
    + "</ul></div></body></html>",
}


@pytest.mark.parametrize("flag", NO_DOCUMENTS)
def test_no_document(flag):
    record = extract(NO_DOCUMENTS[flag].encode())
    assert record.flags[-1] == flag
    assert (record.kind, record.text, record.attachments) == ("other", None, [])


def test_an_article_about_missing_pages_is_an_article(page, letter):
    body = "".join(f"<p>{line}</p>" for line in (*letter, "部分页面不存在的问题已经解决，请先登录再办理。" * 9))
    assert not [flag for flag in extract(page(body=body)).flags if flag.startswith("page:")]


def test_an_unknown_platform_is_no_matter(page, title):
    assert extract(page(), platform="nonsense").title == title
    assert extract(page(), platform="vsb").title == title


def test_charsets(page, title):
    text = page().decode()
    for charset in ("gb2312", "gbk", "utf-8"):
        data = text.replace("charset='utf-8'", f"charset='{charset}'").encode("gb18030" if "gb" in charset else charset)
        assert extract(data).title == title


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
@example(b"<table><tr><td rowspan=99999999999 colspan=-1>\xff")
@example("<html><body><td>索引号<td>发布日期：<a href='http://[' >".encode())
@example(b"\xfe\xff<p>")
def test_any_bytes(data):
    record = extract(data)
    assert isinstance(record, Record)
    assert not [flag for flag in record.flags if flag.startswith("unreadable")]
    json.dumps(record.as_json())


PIECES = """
<p> </p> <div> </div> <table> <tr> <td> </td> </table> <br> <a\thref='a.doc'> </a> <h1> </h1> <!-- --> <script>
</script> <div\tid='zoom'> <span> &nbsp; <dl><dt> <dd> 索引号： 来源： 发布日期：2020-01-02 答复如下： 〔2020〕
张一委员： 。 公开方式
"""


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES.split(" ")), max_size=60))
def test_any_markup_reads_the_same_twice(pieces):
    data = "".join(pieces).encode()
    first = extract(data, URL)
    assert not [flag for flag in first.flags if flag.startswith("unreadable")]
    assert extract(data, URL) == first


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(headline=st.text(max_size=60), lines=st.lists(st.text(max_size=80), max_size=8), row_title=st.text(max_size=30))
def test_any_text_in_a_page(page, headline, lines, row_title):
    body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    data = page(headline=f"<h1>{html.escape(headline)}</h1>", body=body)
    record = extract(data, URL, row_title=row_title)
    assert list(wrong_with(record)) == []
    assert extract(data, URL, row_title=row_title) == record


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text("一二三四五六七八九十，。；、（）A1 ", min_size=1, max_size=40), min_size=1, max_size=12))
def test_reading_what_was_read_changes_nothing(lines):
    def text_of(paragraphs: list[str]) -> str:
        body = "".join(f"<p>{line}</p>" for line in paragraphs)
        return extract(f"<html><body><div id='zoom'>{body}</div></body></html>".encode()).text or ""

    once = text_of(lines)
    assert text_of(once.split("\n")) == once
    assert "".join(once.split()) == "".join("".join(lines).split())


@pytest.mark.parametrize(
    "unit", ["<div>", "<b>", "<table><tr><td>", "<!--", "<script>", "索引号：", "（", "<a href=x>", "&", "1 "]
)
def test_nothing_takes_long(unit):
    data = (unit * (200_000 // len(unit))).encode()
    assert isinstance(extract(data), Record)


def test_reader_id_is_the_same_in_every_process():
    code = "from crawler.extraction import reader_id; print(reader_id())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == reader_id()


def test_a_form_for_comments_is_no_challenge(page, letter):
    data = page(body="<p>" + "</p><p>".join(letter[:4]) + "</p>", after="<div>网友评论 内容： 验证码：</div>")
    assert "page:challenge" not in extract(data).flags


def test_of_a_letter_that_is_a_file_the_title_tells_the_proposal(page, title):
    record = extract(page(body=f"<p><a href='/f/1.pdf'><img src='/pdf.png'>{title}.pdf</a></p>"))
    assert record.text is None
    assert [(p.body, p.term, p.session, p.number) for p in record.proposals] == [("cppcc", 7, 2, "118")]


def test_cells_that_span_do_not_take_long():
    table = "<tr>" + "<td rowspan=99 colspan=99>已安排" * 1000 + "<tr><td>年内<td>开工。" * 4000
    begun = time.process_time()
    text = extract(f"<html><body><div id='zoom'><table>{table}</table></div></body></html>".encode()).text
    assert text.count("已安排") == 1000
    assert text.count("开工。") == 4000
    assert time.process_time() - begun < 5  # less than 1; minutes where each row goes through all spans above it


def test_many_small_tables_do_not_take_long():
    tables = "<table><tr><td>索引号</td><td>索引号</td></tr></table>" * 8000
    begun = time.process_time()
    extract(f"<html><body><div id='zoom'>{tables}</div></body></html>".encode())
    assert time.process_time() - begun < 5  # about 1; 11 where every table counts the lines above it anew


def test_a_page_of_many_tags_is_not_given_to_trafilatura(monkeypatch):
    asked = []
    monkeypatch.setattr("trafilatura.extract", lambda html, **_: asked.append(len(html)))
    for lines in (20, 4000):  # with 4000 it would take a second, with 40,000 five
        boxes = "".join(f"<div><p>已安排第{n}批资金，年内开工。</p></div>" for n in range(lines))
        extract(f"<html><body>{boxes}<ul><li>{'首页，' * 40 * lines}</li></ul></body></html>".encode())
    assert len(asked) == 1


def test_no_record_holds_control_characters(page, letter):
    text = [letter[0].replace("：", "&#27;]0;x&#7;：\x9b31m"), *letter[1:]]
    data = page(headline="<h1>关于第3号提案&#x1b;[2J的答\x85复\x7f</h1>", body="<p>" + "</p><p>".join(text) + "</p>")
    record = extract(data, row_title="一\x00二", url="http://www.xian.example/\x1b")
    assert "]0;x" in record.text
    assert not set(re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "".join(strings(record.as_json()))))


def test_the_subject_of_a_proposal_holds_no_control_characters(page):
    text = "<p>陈委员：</p><p>您提出的《关于修\x7f缮码头的提案》收悉，现答复如下：</p><p>已经开工，年内完工。</p>"
    record = extract(page(headline="<h1>关于第3号提案的答复</h1>", body=text))
    assert [proposal.title for proposal in record.proposals] == ["关于修缮码头的提案"]


def test_elements_left_open_are_not_read_to_their_ends():
    """Each holds all that follow."""
    begun = time.process_time()
    left_open = "<noscript>" + "批次安排" * 50
    extract(f"<html><body>{'<div>' * 50}{left_open * 2000}</body></html>".encode())
    assert time.process_time() - begun < 5  # less than 1; 10 where each is read to its end


def test_half_a_surrogate_pair_is_no_text(page):
    assert extract(page(headline="", head=""), row_title="答\ud800复").title == "答复"
    assert extract(page(headline="", head=""), row_title="\udfff\x00").title is None
    text = "您提出的建议收悉，\\ud83d现答复如下：已经安排资金，今年第三季度开工，年内完工，方便居民出行。"
    script = f'<script>var d={{"content":"<p>{text}</p>"}}</script>'
    record = extract(f"<html><body>{script}</body></html>".encode())
    json.dumps(record.as_json(), ensure_ascii=False).encode()


def strings(value):
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(item)
