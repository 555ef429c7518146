"""Templates that mislead a reader of pages: each is a class of portals, with markup of our own."""

import pytest

from crawler.extraction import extract

URL = "http://www.liuwan.example/zwgk/ta/2021/118.html"


def text(data: bytes) -> list[str]:
    return (extract(data, URL).text or "").split("\n")


def paragraphs(lines) -> str:
    return "".join(f"<p>{line}</p>\n" for line in lines)


MENTIONS = {
    "quoted": "各科室发布通知时应标注“索引号：000123456/2015-00001”“文号：柳政办发〔2015〕9号”“发布日期：2015-03-02”。",
    "behind a comma": "转载时，须注明，来源：柳湾日报，发布时间：2015-03-02，不得改动。",
    "behind a sentence": "标注不齐的已经退回。发布机构：柳湾市档案馆，发布日期：2015-03-02。",
    "a numbered item": "二、发布日期：2015-03-02以前的公开信息由档案馆补录，来源：各科室。",
    "running on": "该通知的页面标注发布机构：柳湾市档案馆 发布日期：2015-03-02 文号：柳政办发〔2015〕9号",
    "in styled runs": "<span>应当标注“</span><span>索引号</span><span>：000123456/2015-00001”、“</span>"
    "<span>发布日期</span><span>：2015-03-02”。</span>",
}


@pytest.mark.parametrize("container", ["<div id='zoom'>", "<div class='k3'>"])
@pytest.mark.parametrize("kind", MENTIONS)
def test_a_letter_that_mentions_labels_states_none(page, letter, kind, container):
    lines = [*letter[:2], MENTIONS[kind], *letter[2:]]
    info = "<div class='sj'>发布时间：2021-06-10 来源：市城管局</div>"
    record = extract(page(info=info, body=paragraphs(lines), container=container), URL)
    assert (record.index_number, record.publisher, record.document_number) == (None, None, None)
    assert (record.published_at, record.source) == ("2021-06-10", "市城管局")
    assert (record.text or "").split("\n")[:2] == list(letter[:2])
    assert len((record.text or "").split("\n")) == len(lines)


def test_labels_set_off_on_a_line_still_count(page):
    info = "<p>2021-06-10 09:30 来源：市城管局，发布机构：柳湾市城管局办公室；浏览次数：7次</p>"
    record = extract(page(info=info), URL)
    assert (record.source, record.publisher, record.published_at) == (
        "市城管局",
        "柳湾市城管局办公室",
        "2021-06-10T09:30",
    )


@pytest.mark.parametrize("name", ["柳湾县管理员", "系统管理员", "lwxadmin", "admin@lw", "网站信息员"])
def test_a_login_name_publishes_nothing(page, name):
    block = f"<table><tr><td>索引号：</td><td>1/2021-3</td><td>发布机构：</td><td>{name}</td></tr></table>"
    assert extract(page(block=block), URL).publisher is None


BREAKS = {
    "once": "</div>",
    "with an inline tag": "</div></span>",
    "twice": "</div></div>",
    "and the page's end": "</div></body></html>",
}


@pytest.mark.parametrize("at", [2, 3, 5, 6])
@pytest.mark.parametrize("container", ["<div class='TRS_Editor'>", "<div id='zoom'>", "<div class='k3'>"])
@pytest.mark.parametrize("kind", BREAKS)
def test_a_stray_end_tag_does_not_cut_the_letter(page, letter, kind, container, at):
    body = f"{paragraphs(letter[:at])}{BREAKS[kind]}{paragraphs(letter[at:])}"
    assert text(page(body=body, container=container)) == list(letter)


def test_an_inner_container_holds_the_opening_only(page, letter):
    data = page(
        container="<div class='nr'><div id='zoom'>", body=f"{paragraphs(letter[:2])}</div>{paragraphs(letter[2:])}"
    )
    record = extract(data, URL)
    assert (record.text or "").split("\n") == list(letter)
    assert "body:container_too_short" in record.flags


BESIDE = {
    "tools": "<p>【<a href='#'>打印</a>】【<a href='#'>关闭</a>】</p>",
    "an editor": "<p>责任编辑：毛二</p>",
    "a disclaimer": "<p>免责声明：本网转载的内容，仅供参考，请以原文为准。</p>",
    "a named box": "<div class='tip'>您对本页有何意见，请告诉我们，我们会尽快处理。</div>",
    "an info line": "<p>发布日期：2021-06-10 浏览次数：3</p>",
    "links": "<p><a href='/1.html'>关于增设路灯的提案，已有新的答复。</a></p>",
}


@pytest.mark.parametrize("kind", BESIDE)
def test_what_stands_beside_a_whole_or_unsigned_letter_is_not_taken(page, letter, kind):
    for lines in (letter, letter[:-2]):
        assert text(page(body=f"{paragraphs(lines)}</div>{BESIDE[kind]}<div>")) == list(lines)


def test_a_tag_left_open_does_not_bring_in_the_footer(page, letter):
    body = f"{paragraphs(letter[:4])}<div>{paragraphs(letter[4:])}"
    data = page(body=body).replace(b"<div class='foot'>", "<p>免责声明：</p><div>".encode())
    assert text(data) == list(letter)


def test_an_anchor_left_open_makes_no_link_of_the_letter(page, letter):
    assert text(page(body=f"<a name='top'>{paragraphs(letter)}", container="<div class='k3'>")) == list(letter)


LAYOUTS = {
    "two nameless boxes": "<div><div>{0}</div><div>{1}</div></div>",
    "sections": "<section><section>{0}</section><section>{1}</section></section>",
    "a cell": "<table width='96%'><tr><td class='f14'>{0}{1}</td></tr></table>",
    "bare": "{0}{1}",
}
WHOLE = "<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize("tag", ["p", "h4", "div", "section"])
@pytest.mark.parametrize("kind", LAYOUTS)
@pytest.mark.parametrize("most", [3, 7])
def test_a_letter_in_no_container_at_all(letter, title, kind, tag, most):
    lines = letter if most == 7 else (letter[0], letter[1], letter[6])
    first, second = ("".join(f"<{tag}>{line}</{tag}>" for line in part) for part in (lines[:1], lines[1:]))
    names = ("首页", "机构概况", "信息公开", "办事服务", "互动交流", "专题专栏", "政策文件", "通知公告")
    body = (
        "<table><tr>" + "".join(f"<td><a href='/{name}/'>{name}</a></td>" for name in names * 3) + "</tr></table>"
        f"<div>您的位置：<a href='/'>首页</a> &gt; 建议提案</div><h2>{title}</h2>"
        f"<p>来源：市城管局　时间：2021-06-10</p>{LAYOUTS[kind].format(first, second)}"
        "<p>上一篇文章：<a href='/2.html'>关于市政协第21号提案的答复</a></p><p>下一篇文章：没有了</p>"
        "<p>柳湾市城市管理局主办　柳湾市信息中心维护</p><p>地址：柳湾市府前路1号，邮编：443000，电话：5550000</p>"
    )
    assert text(WHOLE.format(title=title, body=body).encode()) == list(lines)


def test_a_long_title_in_the_block_is_not_the_body(page, letter, title):
    """Seen on portals that print the title in the labelled block, above the headline, and again below the letter."""
    long = f"{title}：关于增设滨河步道照明、改善夜间出行条件的提案"
    block = (
        "<div class='gk'><table><tr><td>索引号：</td><td></td><td>主题分类：</td><td>城乡建设</td></tr>"
        f"<tr><td>标　　题：</td><td colspan='3'>{long}</td></tr></table></div>"
    )
    short = (letter[0], letter[1], letter[4], letter[5])
    data = page(block=block, headline=f"<h2>{long}</h2>", body=paragraphs(short), container="<div class='art-conter'>")
    record = extract(data, URL)
    assert ((record.text or "").split("\n"), record.title) == (list(short), long)


def test_a_short_letter_may_speak_of_missing_pages(page, letter):
    lines = (letter[0], "您提出的建议收悉。经查，该文章不存在的问题已修复，验证码登录已恢复。", letter[5])
    for container in ("<div id='zoom'>", "<div class='k3'>"):
        record = extract(page(body=paragraphs(lines), container=container), URL)
        assert (record.text or "").split("\n") == list(lines)


FILES = (
    "<div class='fj'><b>附件下载：</b><ul><li><a href='/d/1.pdf'>答复.pdf</a></li>"
    "<li><a href='/d/2.et'>表.et</a></li></ul></div>"
)


@pytest.mark.parametrize("container", ["<div class='TRS_Editor'>", "<div class='k3'>"])
def test_a_page_that_holds_nothing_but_files(page, container):
    record = extract(page(body="", container=container, after=FILES), URL)
    assert record.text is None
    assert [attachment.name for attachment in record.attachments] == ["答复.pdf", "表.et"]


@pytest.mark.parametrize("heading", ["常用下载", "软件下载", "表格下载", "办事指南"])
def test_files_of_the_site_are_no_attachments(page, heading):
    side = f"<div class='c2'><h3>{heading}</h3><ul><li><a href='/d/1.doc'>申请表.doc</a></li></ul></div>"
    assert extract(page(after=side), URL).attachments == []
    assert len(extract(page(after=FILES + side), URL).attachments) == 2


PREFORMATTED = {
    "pre": "<pre>{0}</pre>",
    "pre with blanks": "<pre>   {0}   </pre>",
    "style": "<div style='color:red; white-space: pre-wrap'>{0}</div>",
    "class": "<style>p{{margin:0}} .tx{{font-size:16px;white-space:pre-line}}</style><div class='tx'>{0}</div>",
    "inline": "<pre><span>{0}</span></pre>",
}


@pytest.mark.parametrize("form", PREFORMATTED)
def test_lines_of_preformatted_text(page, letter, form):
    record = extract(page(body=PREFORMATTED[form].format("\r\n".join(letter)), container="<div>"))
    assert (record.text or "").split("\n") == [*letter]
    assert (record.signed_on, record.signed_by) == ("2021-06-03", "柳湾市城市管理局")


def test_plain_text_pasted_into_a_page(page, letter):
    record = extract(page(body=f"<p>{letter[0]}\n　　" + "\n　　".join(letter[1:]) + "</p>"))
    assert (record.text or "").split("\n") == [*letter]


def test_a_line_break_of_the_source_is_none_of_the_page(page, letter):
    body = "".join(f"<p style='white-space:normal'>{line[:4]}\n{line[4:]}</p>" for line in letter[:-1])
    assert (extract(page(body=body)).text or "").split("\n") == [*letter[:-1]]


TAILS = (
    "<p>（来源：柳湾市城管局）</p>",
    "<p>信息来源：柳湾市城管局</p>",
    "<div class='f1'><h4>我要评价</h4><form><p>您对本答复是否满意？</p><input type=radio>满意</form></div>",
    "<div><p>柳湾市城市管理局<br>地址：柳湾市滨河路1号</p></div>",
)


@pytest.mark.parametrize("tail", TAILS)
def test_what_stands_below_the_letter_in_its_container(page, letter, tail):
    body = "".join(f"<p>{line}</p>" for line in letter) + tail
    assert (extract(page(body=body, container="<div>")).text or "").split("\n") == [*letter]


def test_a_row_of_files_below_a_letter_that_is_a_table(letter):
    rows = "".join(f"<tr><td colspan=2>{line}</td></tr>" for line in letter)
    files = "<tr><td>附件：</td><td><a href='a.xls'>一览表.xls</a> <a href='b.doc'>说明.doc</a></td></tr>"
    record = extract(f"<meta charset=utf-8><table>{rows}{files}</table>".encode(), "http://www.liuwan.example/a.html")
    assert (record.text or "").split("\n") == [*letter]
    assert len(record.attachments) == 2


def test_a_page_of_nothing_but_files_is_no_list(page):
    files = "".join(f"<p><a href='/f/{n}.pdf'>滨河步道照明第{n}批计划.pdf</a></p>" for n in range(6))
    record = extract(page(body=files))
    assert (len(record.attachments), "page:list" in record.flags) == (6, False)
