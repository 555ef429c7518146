"""The family of Anhui's sites: /public/{organ}/{id}.html, lists by AJAX as pieces of HTML, blocks printed twice."""

from collections.abc import Mapping
from html import escape
from math import ceil
from typing import ClassVar

from crawler.demo.letter import Document
from crawler.demo.site import Label, Page, Row, Site, metas

_SITE, _ORGAN = "6790133", "6598217"
_CATALOGUES = {"rdjy": "6718321", "zxta": "6718322", "gzdt": "6718301", "tzgg": "6718309"}
_LABEL = "/site/label/8888"


class Anhui(Site):
    """霁川市黛坪区人民政府."""

    key, name, host = "demo-daiping", "霁川市黛坪区人民政府", "www.daiping.example"
    organisation = "119901059901550781"
    columns: ClassVar[dict[str, str]] = {"rdjy": "人大代表建议办理", "zxta": "政协委员提案办理"}
    others: ClassVar[dict[str, str]] = {"gzdt": "工作动态", "tzgg": "通知公告"}
    robots = "\ufeffUser-agent: *\r\nDisallow: /system/\r\nDisallow: /site/search\r\n"
    names_source = True
    chunked = True
    per_page = 4

    def paths(self, document: Document) -> list[str]:
        """/public/{organ}/{id}.html; a file lies under /group6/."""
        number = 59410000 + 17 * document.serial
        return [f"/group6/M00/0A/{number}.pdf" if document.direct else f"/public/{_ORGAN}/{number}.html"]

    def listed(self, document: Document, column: str) -> str:
        """One address, whatever the column."""
        return self.paths(document)[0]

    def index_number(self, document: Document) -> str:
        """USCC18/YYYYMM-NNNNN."""
        return f"{self.organisation}/{document.published:%Y%m}-{50 + document.serial:05}"

    def file_path(self, document: Document, name: str) -> str:
        """/group6/M00/…, as its file store names them."""
        number = 10 * document.serial + document.attachments.index(name)
        return f"/group6/M00/0B/3C/wKgBZ2{number:04}AAbBcC.{name.rpartition('.')[2]}"

    def labels(self, document: Document) -> list[Label]:
        """All filled in but the 有效性."""
        return [
            self.index(document),
            Label("组配分类", "建议提案办理"),
            Label("发布机构", self.publisher(document), "publisher"),
            Label("主题分类", "综合政务", "topic"),
            Label("名称", document.headline),
            Label("文号", document.number),
            Label("生成日期", str(document.signed or ""), "issued_on"),
            Label("发布日期", str(document.published)),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """One page a catalogue: of 人大 with its first rows, of 政协 without any."""
        title, catalogue = self.heading(column), _CATALOGUES[column]
        query = (
            f"IsAjax=1&dataType=html&labelName=publicInfoList&siteId={_SITE}&organId={_ORGAN}&catId={catalogue}&type=4"
            f"&action=list&pageSize={self.per_page}&pageIndex=1&isDate=true&dateFormat=yyyy-MM-dd"
            "&file=/xxgk/publicInfoList_newest2020"
        )
        shown = "" if column == "zxta" else self._shown(rows, 1, self.per_page)
        main = f"""<div class="xxgk_navli" id="publicInfoList">{shown}</div>
<script>$(function(){{Ls.ajax({{url:'{_LABEL}?{query}',dataType:'html',success:function(html){{\
$('#publicInfoList').html(html);}}}});}});</script>"""
        page = Page(self._frame(title, metas(self, title, title), title, main))
        return {f"/public/column/{_ORGAN}?type=4&action=list&catId={catalogue}": page}

    def _shown(self, rows: list[Row], number: int, size: int) -> str:
        items = "\n".join(
            f'<ul class="clearfix"><li class="mc"><a href="http://{self.host}{row.href}" target="_blank" '
            f'title="{escape(row.title)}">{escape(row.title)}</a></li><li class="rq">{row.date}</li></ul>'
            for row in rows[(number - 1) * size : number * size]
        )
        return f"""{items}
<div id="page_public_info" class="page"></div>
<script>Ls.pagination("#page_public_info",function(pageIndex){{Ls.publicInfoList(pageIndex);}},\
{{currPage:{number},pageCount:{ceil(len(rows) / size)},pageSize:{size},itemCount:{len(rows)}}});</script>"""

    def dynamic(self, path: str, fields: Mapping[str, str], step: int) -> Page | None:
        """/site/label/8888: a page of rows as a piece of HTML; one beyond the last has none."""
        column = next((c for c, number in _CATALOGUES.items() if number == fields.get("catId")), None)
        wanted = {"labelName": "publicInfoList", "siteId": _SITE, "organId": _ORGAN}
        if path != _LABEL or column is None or any(fields.get(name) != value for name, value in wanted.items()):
            return None

        def figure(name: str, default: int) -> int:
            return int(value) if (value := fields.get(name, "")).isdecimal() else default

        size = min(max(figure("pageSize", 15), 1), 100)
        return Page(self._shown(self.rows(column, step), max(figure("pageIndex", 1), 1), size))

    def detail(self, document: Document, path: str, step: int) -> str:
        """The block of metadata twice, a script that writes the end of the 文号, body, files of the file store."""
        column = self.heading(self.columns_of(document)[0])
        gap = '<span style="padding-right:0.5em"></span>'

        def cell(label: str, value: str) -> str:
            shown = escape(value)
            if label == "文号" and value:
                shown = f"{shown.removesuffix('号')}<script>document.write('号')</script>"
            return f"<th>{gap.join(label)}：</th><td>{shown}</td>"

        cells = [cell(label, value) for label, value, _ in self.labels(document)]
        wide = "\n".join(f"<tr>{cells[at]}{cells[at + 1]}</tr>" for at in range(0, len(cells), 2))
        narrow = "\n".join(f"<tr>{one}</tr>" for one in cells)
        files = "".join(
            f'<p><a href="{self.file_path(document, name)}" class="j-download">{name}</a></p>'
            for name in document.attachments
        )
        number = path.rpartition("/")[2].removesuffix(".html")
        main = f"""<table class="table_suoyin hidden-xs"><tbody>{wide}</tbody></table>
<table class="table_suoyin hidden-lg"><tbody>{narrow}</tbody></table>
<h1 class="wztit">{escape(document.headline)}</h1>
<div class="wzbjxx">发布时间：{document.published} {document.minute}　信息来源：{self.publisher(document)}　浏览量：\
<span class="j-info-hit" data-setting="{{infoId:{number}}}">0</span>　字体：[<a href="javascript:;">大</a>]</div>
<div class="j-fontContent newscontnet" id="zoom">{self.body(document)}</div>
<div class="fujian">{files}</div>
<div class="wzbtn"><a href="javascript:window.close();">关闭窗口</a></div>"""
        return self._frame(document.headline, metas(self, document.headline, column, document), column, main)

    def more(self, step: int) -> dict[str, Page]:
        """The home page, and one of persons."""

        def a(column: str) -> str:
            address = f"/public/column/{_ORGAN}?type=4&amp;action=list&amp;catId={_CATALOGUES[column]}"
            return f'<li><a href="{address}" title="{self.heading(column)}">{self.heading(column)}</a></li>'

        rows = "".join(f'<li><a href="{row.href}">{escape(row.title)}</a></li>' for row in self.rows("gzdt", step))
        home = f"""<ul class="nav"><li><a href="/content/column/ldzc.html">领导之窗</a></li>{a("gzdt")}{a("tzgg")}</ul>
<ul class="doc_list">{rows}</ul>
<div class="zdly"><h3>建议提案办理</h3><ul>{a("rdjy")}{a("zxta")}</ul></div>"""
        people = "<p>区　长　曲水</p><p>副区长　云渡、梅溪</p>"
        return {
            "/": Page(self._frame(self.name, metas(self, "", "首页"), "首页", home)),
            "/content/column/ldzc.html": Page(self._frame("领导之窗", metas(self, "", "领导"), "领导之窗", people)),
        }

    def _frame(self, title: str, head: str, column: str, main: str) -> str:
        return f"""<!DOCTYPE html>
<html><head><meta charset="UTF-8"><title>{escape(title)}_{self.name}</title>
{head}
<script src="/assets/js/lonsun.js" data-site="{_SITE}"></script></head>
<body><div class="top">{self.name}</div>
<div class="wz">当前位置：<a href="/">首页</a> &gt; 政务公开 &gt; {column}</div>
{main}
<div class="foot">主办：{self.name}办公室　网站标识码：9901050006　青ICP备00000506号</div>
</body></html>"""
