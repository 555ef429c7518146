"""The headline: what tells it from the site's name, breadcrumbs and the info line."""

import time

import pytest

from crawler.extraction import extract

SITE = "柳湾市城市管理局"
HEADLINES = {
    "font": "<td align=center><font size=5 color=red><b>{}</b></font></td>",
    "span": "<td><span id='lblTitle' style='font-weight:bold'>{}</span></td>",
    "class": "<td class='news_bt'>{}</td>",
    "style": "<td><p style='text-align:center;font-size:22px'>{}</p></td>",
    "plain": "<td>{}</td>",
}
INFO = {
    "labels": "作者：办公室　　点击数：　　更新时间：2021-6-9",
    "date and time": "2021-6-9 9:00:00",
    "date and tools": "2021/6/9 0:0　　　【字体：大 中 小】　　浏览：331",
    "bars": "2021-06-09 ｜ 提案科 ｜ 阅读 120",
    "short label": "发布：2021-06-09",
    "bare date": "[2021-06-09]",
}


def laid_out(headline: str, info: str, letter: tuple[str, ...], title: str = SITE) -> bytes:
    """A page laid out by nested tables, whose ``<title>``, banner and welcome name nothing but the site."""
    body = "<br>\n".join(letter)
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body><form><table id='tMain'>"
        f"<tr><td colspan='2'><h1>{SITE}</h1>欢迎访问{SITE}！ 今天是2022年3月5日 星期六</td></tr>"
        "<tr><td class='lm'>栏目导航<br>领导之窗<br>部门动态<br>建议提案</td><td><table>"
        f"<tr><td>您现在的位置：{SITE} &gt;&gt; 建议提案 &gt;&gt; 正文</td></tr>"
        f"<tr>{headline}</tr><tr><td><span id='lblInfo'>{info}</span></td></tr><tr><td></td></tr>"
        f"<tr><td><span id='lblContent'>{body}</span></td></tr>"
        "<tr><td><a id='lnkPrint'>打印</a></td></tr></table></td></tr>"
        "<tr><td colspan='2'>网站管理员信箱：webmaster@liuwan.example　访问量：<span>1028</span></td></tr>"
        "</table></form></body></html>"
    ).encode()


@pytest.mark.parametrize("headline", HEADLINES)
@pytest.mark.parametrize("info", INFO)
def test_a_page_whose_title_is_the_sites_name(letter, title, headline, info):
    record = extract(laid_out(HEADLINES[headline].format(title), INFO[info], letter))
    assert record.title == title
    assert record.published_at in ("2021-06-09", "2021-06-09T09:00")
    assert record.text == "\n".join(letter)


def test_no_title_is_better_than_the_sites_name(letter):
    assert extract(laid_out("<td></td>", INFO["labels"], letter)).title is None


def test_a_banner_loses_to_the_headline_that_the_title_confirms(page, title):
    banner = f"<h1>柳湾政务公开</h1><div class='t1'>{title}</div>"
    for head in (f"<title>{title}</title>", f"<title>{title} - 柳湾政务公开</title>"):
        assert extract(page(headline=banner, head=head)).title == title


@pytest.mark.parametrize(
    "glued",
    [
        "<small>（2021年06月09日）　来源：柳湾市城市管理局</small>",
        "<span>2021-06-09</span>",
        "<i>发布时间：2021-06-09 10:20</i>",
    ],
)
def test_what_is_glued_to_the_headline(page, title, glued):
    for head in (f"<title>{title}</title>", ""):
        assert extract(page(headline=f"<h2>{title}{glued}</h2>", head=head)).title == title


def test_a_date_that_belongs_to_the_title_stays(page):
    title = "柳湾市城市管理局建议提案办理情况公示<span>2021年6月9日</span>"
    whole = "柳湾市城市管理局建议提案办理情况公示2021年6月9日"
    assert extract(page(headline=f"<h1>{title}</h1>", head=f"<title>{whole}</title>")).title == whole


def test_a_line_of_many_inline_elements_does_not_take_long():
    line = "<h1>" + "<b>关于增设照明</b>" * 8000 + "</h1>"
    begun = time.process_time()
    boxes, end = "<div class=title>" * 50, "</div>" * 50
    extract(f"<html><body>{boxes}{line}{end}<p>已安排资金，年内开工。</p></body></html>".encode())
    assert time.process_time() - begun < 5  # less than 1; minutes where each element's end is tried as the title's


PLAIN = {
    "line of a shared element": "{0}<br>2021-06-10<br><br>",
    "plain box": "<div>{0}</div>",
    "below the column": "<h2>建议提案办理</h2><p>{0}</p>",
    "below the site": "<h1>柳湾市人民政府门户网站</h1><div>{0}</div>",
    "below a welcome": "<div style='font-size:30px'>柳湾市提案管理系统<span>欢迎访问，请登录</span></div><p>{0}</p>",
}


@pytest.mark.parametrize("shape", PLAIN)
@pytest.mark.parametrize("named", ["", "柳湾市城市管理局", "新建 Microsoft Word 文档", "无标题文档", "信息详情"])
def test_headlines_without_a_tag_or_a_title(page, title, letter, shape, named):
    record = extract(page(headline=PLAIN[shape].format(title), head=f"<title>{named}</title>", container="<div>"))
    assert (record.title, (record.text or "").split("\n")) == (title, [*letter])


@pytest.mark.parametrize("lines", ["<p>{0}</p>", "<p>关于市政协七届二次会议</p><p>第118号提案的答复</p>"])
def test_the_title_between_masthead_and_salutation(page, title, letter, lines):
    body = "<p>柳湾市城市管理局文件</p><p>柳城管函〔2021〕31号</p><p>签发人：方一</p>" + lines.format(title)
    body += "".join(f"<p>{line}</p>" for line in letter)
    assert extract(page(headline="", head="<title>无标题文档</title>", body=body)).title == title


def test_the_caption_of_a_proposals_form_is_the_title(letter):
    rows = "<tr><td>案号</td><td>第44号</td><td>提案人</td><td>苏南一</td></tr>"
    body = "".join(f"<p>{line}</p>" for line in letter)
    html = (
        "<meta charset=utf-8><title>柳湾市提案系统</title><div>柳湾市提案系统<i>欢迎访问</i></div>"
        f"<table><tr><th colspan=4>关于改造旧市场的提案</th></tr>{rows}"
        f"<tr><td>答复</td><td colspan=3>{body}</td></tr></table>"
    )
    assert extract(html.encode()).title == "关于改造旧市场的提案"


def test_who_published_is_no_headline_though_the_title_begins_so():
    organ = "中共柳湾县委社会工作部"
    title = f"{organ}关于县政协九届二次会议第190号提案的答复"
    block = f"<table><tr><td>索引号：</td><td>A-1</td><td>发文机构：</td><td>{organ}</td></tr></table>"
    info = f"<span>2023-06-05 10:56:24　来源：{organ}　点击：<span>239</span></span>"
    body = "<p>王委员：</p><p>您提出的提案收悉，现答复如下：已经办理，今年年底完工。</p>"
    main = f"<div>{block}<h1>{title}<br />{info}</h1><div class=content>{body}</div></div>"
    assert extract(f"<title>{title} - 柳湾县人民政府</title>{main}".encode()).title == title
