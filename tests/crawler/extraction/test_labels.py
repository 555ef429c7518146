"""Every layout of the labelled block, and what only looks like one."""

import pytest

from crawler.extraction import extract
from crawler.extraction.labels import split_line, tidy

INDEX = "015119151-202106-000321"
EXPECTED = {
    "index_number": INDEX,
    "publisher": "柳湾市城市管理局",
    "document_number": "柳城管函〔2021〕31号",
    "issued_on": "2021-06-03",
    "published_at": "2021-06-10",
    "topic": "城乡建设",
}
PAIRS = (
    ("索引号", INDEX),
    ("主题分类", "城乡建设"),
    ("发布机构", "柳湾市城市管理局"),
    ("成文日期", "2021-06-03"),
    ("文号", "柳城管函〔2021〕31号"),
    ("发布日期", "2021-06-10"),
)


def _cells(width: int, tag: str = "td", colon: str = "") -> str:
    cells = [f"<{tag}>{label}{colon}</{tag}><td>{value}</td>" for label, value in PAIRS]
    rows = ["".join(cells[n : n + width // 2]) for n in range(0, len(cells), width // 2)]
    return "<table class='t'>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _each(template: str) -> str:
    return "".join(template.format(label=label, value=value) for label, value in PAIRS)


LAYOUTS = {
    "two cells a row": _cells(2),
    "four cells a row": _cells(4, colon="："),
    "six cells a row": _cells(6, colon=":"),
    "th": _cells(4, tag="th", colon="："),
    "label and value in one cell": "<table><tr>" + _each("<td>{label}：{value}</td>") + "</tr></table>",
    "bold label in one cell": "<table><tr>" + _each("<td><b>{label}：</b>{value}</td>") + "</tr></table>",
    "labels above values": "<table><tr>"
    + _each("<td>{label}</td>")
    + "</tr><tr>"
    + _each("<td>{value}</td>")
    + "</tr></table>",
    "dl": "<dl>" + _each("<dt>{label}：</dt><dd>{value}</dd>") + "</dl>",
    "a dl each": _each("<dl><dt>{label}</dt><dd>{value}</dd></dl>"),
    "list": "<ul>" + _each("<li>{label}：{value}</li>") + "</ul>",
    "list with spans": "<ul>" + _each("<li><span>{label}：</span><span>{value}</span></li>") + "</ul>",
    "list with bare spans": "<ul>" + _each("<li><span>{label}</span><span>{value}</span></li>") + "</ul>",
    "nested spans": "<div><p>" + _each("<span>{label}<span>{value}</span></span>") + "</p></div>",
    "sibling divs": "<div>" + _each("<div>{label}</div><div>{value}</div>") + "</div>",
    "paragraphs, colon outside": "<div>" + _each("<p><strong>{label}</strong>：{value}</p>") + "</div>",
    "one line": "<div>" + _each("{label}：{value}　　") + "</div>",
    "labels in brackets": "<p>" + _each("【{label}】{value}") + "</p>",
    "labels in brackets, apart": "<p>" + _each("[ {label} ] {value}　") + "</p>",
    "labels above values, with a caption": "<table><tr><th rowspan='2'>公开信息</th>"
    + _each("<th>{label}</th>")
    + "</tr><tr>"
    + _each("<td>{value}</td>")
    + "</tr></table>",
    "labels above values, one unknown": "<table><tr>"
    + _each("<th>{label}</th>")
    + "<th>登记号</th></tr><tr>"
    + _each("<td>{value}</td>")
    + "<td>柳</td></tr></table>",
    "nested lists": "<ul>" + _each("<li>{label}<ul><li>{value}</li></ul></li>") + "</ul>",
    "columns of boxes": "<div>" + _each("<div><b>{label}</b></div><div><p>{value}</p></div>") + "</div>",
    "run together": "<div>" + _each("<i>{label}：</i>{value}") + "</div>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(page, letter, layout):
    record = extract(page(block=LAYOUTS[layout]), "http://cg.liuwan.example/a/2.html").as_json()
    assert {field: record[field] for field in EXPECTED} == EXPECTED
    assert record["publisher_id"] == "015119151"
    assert record["text"] == "\n".join(letter)


@pytest.mark.parametrize(
    "layout", ["two cells a row", "dl", "list", "labels above values", "paragraphs, colon outside"]
)
def test_block_inside_the_container(page, letter, layout):
    body = LAYOUTS[layout] + "".join(f"<p>{line}</p>" for line in letter)
    record = extract(page(body=body)).as_json()
    assert {field: record[field] for field in EXPECTED} == EXPECTED
    assert record["text"] == "\n".join(letter)


def test_spread_out_labels_and_a_script_in_a_cell(page):
    block = (
        "<table><tr><th>索<span style='padding-right:.5em'></span>引<span></span>号：</th><td>LW01/2021-00007</td>"
        "<th>文　　 号：</th><td>柳城管函〔2021〕31<script>document.write('号')</script>号</td></tr>"
        "<tr><td>名&nbsp;&nbsp;称</td><td colspan=3>滨河照明答复</td></tr></table>"
    )
    record = extract(page(block=block))
    assert record.index_number == "LW01/2021-00007"
    assert record.document_number == "柳城管函〔2021〕31号"


def test_empty_values_stay_empty(page):
    block = (
        "<table><tr><td>索引号</td><td></td><td>文号</td><td>&nbsp;</td></tr>"
        "<tr><td>发布机构</td><td>柳湾市城市管理局</td><td>时效</td><td></td></tr>"
        "<tr><td>关键词</td><td>无</td><td>废止日期</td><td>暂无</td></tr></table>"
    )
    record = extract(page(block=block, info="<div>来源：　发布时间：2021-06-10 09:12　浏览次数：<b></b></div>"))
    assert (record.index_number, record.document_number, record.validity, record.source) == (None, None, None, None)
    assert record.keywords == []
    assert record.publisher == "柳湾市城市管理局"
    assert record.published_at == "2021-06-10T09:12"


def test_empty_cells_in_one(page):
    block = "<table><tr><td>索引号: LW/2021-3</td><td>文件编号: </td><td>发布机构: 柳湾市城管局</td></tr></table>"
    record = extract(page(block=block))
    assert (record.index_number, record.document_number, record.publisher) == ("LW/2021-3", None, "柳湾市城管局")


def test_printed_twice(page, letter):
    record = extract(page(block=LAYOUTS["four cells a row"] + LAYOUTS["two cells a row"]))
    assert record.index_number == INDEX
    assert record.flags == []
    assert record.text == "\n".join(letter)


def test_labels_in_prose_are_no_labels(page):
    lines = (
        "本机关公开的信息均有索引号，由来源：部门代码、年份和流水号组成，便于查找和管理。",
        "发布机构：指产生该信息的行政机关；发布日期：指在网站上公开的日期，均由系统生成。",
        "公开方式：主动公开的信息，任何人都可以在网站上查阅，不需要提出申请，也不收取费用。",
    )
    body = "<p>为方便公众查找信息，现将目录的编排方法说明如下，请按照以下说明使用。</p>" * 9
    body += "".join(f"<p>{line}</p>" for line in lines)
    record = extract(page(body=body))
    assert (record.index_number, record.publisher, record.source, record.published_at) == (None, None, None, None)
    assert [line for line in lines if line in (record.text or "").split("\n")] == list(lines)


def test_a_table_of_documents_is_text(page, letter):
    rows = "".join(
        f"<tr><td>{n}</td><td>柳湾市水利局</td><td>柳水〔2019〕{n}号</td><td>2019-0{n}-11</td></tr>"
        for n in range(1, 6)
    )
    table = f"<table><tr><td>序号</td><td>发文机关</td><td>文号</td><td>成文日期</td></tr>{rows}</table>"
    record = extract(page(body="".join(f"<p>{line}</p>" for line in letter[:4]) + table))
    assert (record.publisher, record.document_number, record.issued_on) == (None, None, None)
    assert "1 | 柳湾市水利局 | 柳水〔2019〕1号 | 2019-01-11" in (record.text or "").split("\n")


def test_unknown_labels_are_kept(page):
    block = "<table><tr><td>索引号</td><td>LW/2021-3</td></tr><tr><td>信息格式</td><td>网页</td></tr></table>"
    labels = {label.label: label.value for label in extract(page(block=block)).labels}
    assert labels == {"索引号": "LW/2021-3", "信息格式": "网页"}


def test_values_without_labels_only_where_unmistakable(page):
    def block(number: str) -> str:
        return f"<ul><li>{number}</li><li>柳湾市城市管理局</li><li>其他</li></ul>"

    assert extract(page(block=block("015119151/2021-00030"))).index_number == "015119151/2021-00030"
    assert extract(page(block=block("015119152/2021-00030"))).index_number is None
    assert extract(page(block=block("015119151/2021-00030"))).publisher is None


def test_footer_and_related_lists_state_nothing(page):
    after = (
        "<ul>"
        + "".join(f"<li><a href='/b/{n}'>别的通知{n}</a> 发布日期：2030-01-0{n}</li>" for n in range(1, 6))
        + "</ul>"
    )
    record = extract(page(info="<p>发布日期：2021-06-10</p>", after=after + "<p>发布机构：柳湾市大数据局</p>"))
    assert record.published_at == "2021-06-10"
    assert record.publisher is None


@pytest.mark.parametrize(
    ("line", "pairs"),
    [
        ("来源：甲局 发布时间：2020-01-02", {"来源": "甲局", "发布时间": "2020-01-02"}),
        ("\x1f索\x1f \x1f引\x1f号\x1f：A-1\x1f名 称：某答复", {"索引号": "A-1", "名称": "某答复"}),
        ("索引号:61072/2020发布日期:2020-02-21", {"索引号": "61072/2020", "发布日期": "2020-02-21"}),
        ("【发布时间：2020-01-02】【来源：甲局】", {"发布时间": "2020-01-02", "来源": "甲局"}),
        ("来源：甲局发布时间：2020-01-02", {"来源": "甲局", "发布时间": "2020-01-02"}),
        ("据有关来源：不详", {}),
        ("", {}),
    ],
)
def test_split_line(line, pairs):
    _, found = split_line(line)
    assert {"".join(label.split()).replace("\x1f", ""): tidy(value) for label, value in found} == pairs


@pytest.mark.parametrize(
    ("value", "tidied"),
    [
        (" 柳湾日报 【打印】 ", "柳湾日报"),
        ("柳湾日报\x1f打印\x1f关闭", "柳湾日报"),
        ("发布机构", ""),
        ("暂无", ""),
        ("大小河管理处", "大小河管理处"),
        ("柳湾市水利局中小", "柳湾市水利局中小"),
    ],
)
def test_tidy(value, tidied):
    assert tidy(value) == tidied


def test_a_form_about_the_proposal_is_kept_as_labels(page, letter):
    rows = (("案 号", "0118"), ("提案人", "苏南一"), ("承办单位", "市城市管理局"), ("办理结果", "A"))
    form = "".join(f"<p class='kv'><span>{label}</span><span>{value}</span></p>" for label, value in rows)
    record = extract(page(info=f"<div>2021-06-09 15:20 ｜ 提案科</div>{form}", container="<div class='rich'>"))
    assert [(label.label, label.value) for label in record.labels] == list(rows)
    assert record.text == "\n".join(letter)


def test_the_same_form_in_the_body_is_text(page, letter):
    form = (
        "案　　号：第0118号",
        "提 案 人：苏南一",
        "编号：第0118号",
        "主办单位：市城市管理局",
        "协办单位：市园林中心",
    )
    lines = [*form, *letter]
    record = extract(page(body="".join(f"<p>{line}</p>" for line in lines)))
    assert record.text == "\n".join(lines)
    assert record.document_number is None


@pytest.mark.parametrize(
    "info", ["来源：柳湾市城市管理局　2021-06-09 10:20", "来源：柳湾市城市管理局 2021年6月9日 10:20:05"]
)
def test_a_date_without_label_behind_the_source(page, info):
    record = extract(page(info=f"<div>{info}</div>"))
    assert (record.source, record.published_at) == ("柳湾市城市管理局", "2021-06-09T10:20")


@pytest.mark.parametrize("layout", ["four cells a row", "list", "nested lists", "dl"])
def test_a_block_below_the_body(page, layout):
    record = extract(page(after=LAYOUTS[layout]))
    assert {name: getattr(record, name) for name in EXPECTED} == EXPECTED


def test_two_labels_below_the_body(page):
    rows = "<tr><td>文件编号：</td><td></td></tr><tr><td>公开形式：</td><td>主动公开</td></tr>"
    record = extract(page(after=f"<table>{rows}</table>"))
    assert (record.document_number, record.disclosure) == (None, "主动公开")


@pytest.mark.parametrize(
    ("line", "published", "source"),
    [
        ("发布时间 2021-06-10 10:20 来源 柳湾市城管局 浏览 20", "2021-06-10T10:20", "柳湾市城管局"),
        (
            "<span>来源</span><span>柳湾市城管局</span><span>时间</span><span>2021-06-10</span>",
            "2021-06-10",
            "柳湾市城管局",
        ),
        ("2021-06-10 来源 柳湾市城管局", "2021-06-10", "柳湾市城管局"),
        ("来源：柳湾市城管局　　2021-06-10 10:20", "2021-06-10T10:20", "柳湾市城管局"),
        ("【来自：柳湾市城管局】【时间：2021-06-10】", "2021-06-10", "柳湾市城管局"),
        ("<span>柳湾市城管局</span><span>2021-06-10 10:20</span><span>20次</span>", "2021-06-10T10:20", None),
        ("柳湾市城管局 / 2021-06-10", "2021-06-10", None),
        ("发布时间2021-06-10", "2021-06-10", None),
        ("2021-06-10 来源：本站", "2021-06-10", "本站"),
    ],
)
def test_info_lines_in_other_words(page, letter, title, line, published, source):
    for container in ("<div id='zoom'>", "<div>"):
        record = extract(page(info=f"<div>{line}</div>", container=container))
        assert (record.published_at, record.source, record.title) == (published, source, title)
        assert (record.text or "").split("\n") == [*letter]


@pytest.mark.parametrize(
    "text", ["时间 地点 2021-06-10", "会议定于 2021-06-10 召开 来源 各县", "来源 于上级 2021-06-10。"]
)
def test_words_beside_dates_that_are_no_labels(text):
    assert split_line(text) == (text, ()) or not any(label == "来源" for label, _ in split_line(text)[1])


def test_the_class_of_a_result_is_no_topic(page, letter):
    body = "<p>柳城管函〔2021〕31号</p><p>分类：A类</p>" + "".join(f"<p>{line}</p>" for line in letter)
    record = extract(page(body=body, container="<div>", info="<p>日期：2021-06-10</p>"))
    assert (record.topic, (record.text or "").split("\n")[:2]) == (None, ["柳城管函〔2021〕31号", "分类：A类"])
