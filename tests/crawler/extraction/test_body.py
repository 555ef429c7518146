"""Body text: every paragraph once, in order, and nothing of the page around it."""

import pytest
from lxml import etree

from crawler.extraction import extract
from crawler.extraction.markup import text_of


def text(data: bytes) -> list[str]:
    return (extract(data).text or "").split("\n")


WORD = (
    "<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]--><style>p.MsoNormal{margin:0}</style>"
    '<p class="MsoNormal"><span lang="EN-US"><o:p>&nbsp;</o:p></span></p>'
    '<p class="MsoNormal"><span>截至</span><span lang="EN-US">2021</span><span>年</span><span lang="EN-US">5</span>'
    '<span>月底，共建成照明设施</span><span lang="EN-US">1</span><span lang="EN-US">,286</span>'
    '<span>处（柳城管发</span><span>〔</span><span lang="EN-US">2021</span><span>〕</span><span lang="EN-US">7</span>'
    "<span>号）。<o:p></o:p></span></p>"
    "<!--EndFragment-->"
)


def test_styled_runs_join_without_a_space(page):
    assert text(page(body=WORD)) == ["截至2021年5月底，共建成照明设施1,286处（柳城管发〔2021〕7号）。"]


def test_bare_text_breaks_and_nested_inlines(page):
    body = (
        "裸露的首段文字，没有段落标记。<br>第二行，<b>加粗<i>斜体</i></b>，后面还有。"
        "<div>块中的一段。</div>块后的尾巴，也是正文。"
    )
    assert text(page(body=body)) == [
        "裸露的首段文字，没有段落标记。",
        "第二行，加粗斜体，后面还有。",
        "块中的一段。",
        "块后的尾巴，也是正文。",
    ]


def test_source_line_breaks_leave_no_gap(page):
    assert text(page(body="<p>这一段在源码中\n    折成两行，读出来\r\n仍是一行。</p>")) == [
        "这一段在源码中折成两行，读出来仍是一行。"
    ]


def test_tables_are_rows(page, letter):
    table = (
        "<table><tr><td rowspan='2'>区域</td><td colspan='2'>数量</td></tr>"
        "<tr><td>已建</td><td><p>在</p><p>建</p></td></tr>"
        "<tr><td>城东</td><td>12</td><td></td></tr></table>"
    )
    body = f"<p>{letter[1]}</p>{table}<p>{letter[2]}</p>"
    assert text(page(body=body)) == [letter[1], "区域 | 数量", " | 已建 | 在 建", "城东 | 12", letter[2]]


def test_a_table_that_lays_out_the_page_is_plain_text(page, letter):
    inner = "<table><tr><td>甲项</td><td>5</td></tr></table>"
    body = f"<table><tr><td><p>{letter[1]}</p>{inner}<p>{letter[2]}</p></td></tr></table>"
    assert text(page(body=body)) == [letter[1], "甲项 | 5", letter[2]]


def test_repeated_lines_are_kept(page, letter):
    body = "".join(f"<p>{line}</p>" for line in (letter[2], "持续推进。", letter[3], "持续推进。", letter[2]))
    assert text(page(body=body)) == [letter[2], "持续推进。", letter[3], "持续推进。", letter[2]]


def test_the_letters_own_head_and_foot_stay(page, letter, title):
    head = ("B类", "柳城管函〔2021〕31号", title)
    foot = ("联系人：毛一　电话：5550001", "抄送：市政府办公室。", "附件：照明分布图.pdf")
    body = "".join(f"<p>{line}</p>" for line in (*head, *letter, *foot))
    assert text(page(body=body)) == [*head, *letter, *foot]


FURNITURE = {
    "hidden summary": "<div style='display:none'>内容概述：答复全文共七段。</div>{}",
    "script and form": "{}<script>var a='正文。';</script><form><select><option>友情链接</option></select></form>",
    "share": "{}<div class='bdsharebuttonbox'><span>分享到：</span><a>微信</a></div>",
    "qr code": "{}<div class='wzewm'><p>扫一扫在手机打开当前页</p></div>",
    "previous and next": "{}<div>上一条：<a href='/1.htm'>对第9号提案的答复</a></div><div>下一条：没有了</div>",
    "related": "{}<div class='x'><b>相关阅读</b><ul><li><a href='/1.htm'>照明工程有关情况介绍</a></li></ul></div>",
    "editor": "{}<p>责任编辑：毛二</p><p>【打印】【关闭】</p>",
    "info line": "<div>来源：柳湾日报　发布时间：2021-06-10 浏览次数：12</div>{}",
    "font size": "<p>字体：[大 中 小]</p>{}",
    "editor's file box": "{}<fieldset><legend>附件</legend><a href='/d/1.doc'>分布图.doc</a> (32 KB)</fieldset>",
}


@pytest.mark.parametrize("kind", FURNITURE)
def test_furniture_goes(page, letter, kind):
    body = FURNITURE[kind].format("".join(f"<p>{line}</p>" for line in letter))
    assert text(page(body=body)) == list(letter)


def test_words_of_furniture_in_prose_stay(page, letter):
    lines = (
        "相关政策落实情况如下：",
        "返回原籍的务工人员，已纳入就业帮扶范围。",
        *letter,
        "扫码乘车已覆盖全部公交线路，市民反映良好，后续将继续完善。",
        "分享会每月举办一次",
        "关闭煤矿三处",
    )
    assert text(page(body="".join(f"<p class='MsoCommentText relative'>{line}</p>" for line in lines))) == list(lines)


def test_link_lists_beside_a_body_without_a_container_go(page, letter):
    body = "".join(f"<p>{line}</p>" for line in letter)
    links = "".join(f"<li><a href='/a/{n}.html'>关于区政协第{n}号提案的答复</a></li>" for n in range(10, 20))
    files = "<p>附件：<a href='/1.doc'>滨河步道分布图.doc</a><br><a href='/2.doc'>滨河步道照明计划.doc</a></p>"
    data = page(container="<div class='c'>", body=f"{body}{files}<div><h4>最新复文</h4><ul>{links}</ul></div>")
    assert text(data) == [*letter, "附件：滨河步道分布图.doc", "滨河步道照明计划.doc"]


@pytest.mark.parametrize("wrapper", ["<div>", "<div class='qq zz'>", "<article>", "<font size=3>"])
def test_without_a_known_container(page, letter, wrapper):
    record = extract(
        page(container="<div>", body=f"{wrapper}{''.join(f'<p>{line}</p>' for line in letter)}", headline="<h2>x</h2>")
    )
    assert (record.text or "").split("\n") == list(letter)
    assert "body:generic" in record.flags


def test_without_a_known_container_headline_and_info_line_go(page, letter, title):
    body = "".join(f"<p>{line}</p>" for line in letter)
    data = page(
        headline="",
        container="<div class='q'>",
        body=f"<h1>{title}</h1><div>发布时间：2021-06-10 来源：市城管局</div>{body}",
    )
    record = extract(data)
    assert (record.text or "").split("\n") == list(letter)
    assert (record.title, record.published_at, record.source) == (title, "2021-06-10", "市城管局")


def test_page_printed_twice(page, letter):
    body = "".join(f"<p>{line}</p>" for line in letter)
    data = page(container="<div class='pc'>", after=f"<div class='mobile'><div class='text'>{body}</div></div>")
    assert text(data) == list(letter)


def test_container_that_holds_only_a_part(page, letter):
    body = "".join(f"<p>{line * 6}</p>" for line in letter[1:5])
    record = extract(page(container="<div id='zoom'><p>导读</p></div><div class='q'>", body=body))
    assert (record.text or "").split("\n") == [line * 6 for line in letter[1:5]]
    assert "body:container_too_short" in record.flags


def test_deep_and_large_pages_are_read_in_a_line(page, letter):
    deep = "<div>" * 3000 + f"<p>{letter[1]}</p>" + "</div>" * 3000
    large = f"<p>{letter[2]}</p>" * 42_000
    for body, line, flag in (
        (deep, letter[1], True),
        (large, letter[2], True),
        (f"<p>{letter[2]}</p>" * 2000, letter[2], False),
    ):
        record = extract(page(body=body))
        assert line in (record.text or "").split("\n")
        assert ("body:linear" in record.flags) is flag
        assert record.title


def test_a_body_that_a_script_shows(page, letter, title):
    hidden = page(container="<div id='zoom' style='display: none'>")
    assert text(hidden) == list(letter)
    around = page(container="<div style='display:none'><div class='qq'>", after="</div>")
    assert text(around) == list(letter)
    notice = (
        "<div style='display:none'>" + "您即将离开本站，请注意，链接所指的网站，不由本站管理；请谨慎。" * 3 + "</div>"
    )
    assert text(page(after=notice)) == list(letter)


def test_files_that_the_letter_heads_stay_others_go(page, letter):
    box = "<p><img src='/icon_pdf.gif'><a href='/f/1.pdf'>照明计划.pdf</a></p>"
    body = "".join(f"<p>{line}</p>" for line in letter)
    assert text(page(body=body + box)) == list(letter)
    assert text(page(body=f"{body}<p>附件：</p>{box}")) == [*letter, "附件：", "照明计划.pdf"]


def test_long_lists_of_links_in_an_unknown_container_go(page, letter):
    body = "".join(f"<p>{line}</p>" for line in letter)
    units = "".join(f"<li><a href='/u/{n}/'>第{n}科室</a></li>" for n in range(60))
    assert text(page(container="<div class='c'>", body=f"{body}<div><ul>{units}</ul></div>")) == list(letter)


def test_a_row_within_an_open_cell_loses_no_text():
    cell = etree.fromstring("<table><tr><td>甲</td><td>乙<tr>丙<td>丁</td><td>戊</td></tr>己</td></tr></table>")
    assert "".join(text_of(cell)).replace(" | ", "") == "甲乙丙丁戊己"
    bare = etree.fromstring("<table><td>甲</td><td>乙</td><tr><td>丙</td><td>丁</td></tr></table>")
    assert text_of(bare) == ["甲 | 乙", "丙 | 丁"]


def test_prose_in_a_bare_a_is_no_link(page, letter):
    body = "".join(f"<p>{line}</p>" for line in letter)
    assert text(page(container="<div>", body=f"<a>{body}</a>")) == list(letter)
