"""大汉 Hanweb: /art/Y/M/D/art_{column}_{id}.html, lists in a data store in the page and from dataproxy.jsp."""

from collections.abc import Mapping
from hashlib import md5
from html import escape
from typing import ClassVar

from crawler.demo.letter import Document
from crawler.demo.site import Label, Page, Row, Site, cut, metas, today

_PROXY = "/module/web/jpage/dataproxy.jsp"
_COLUMNS = {"jytabl": ("2101", "8841"), "zxta": ("2108", "8849")}  # column id, unit id


class Hanweb(Site):
    """霁川市人力资源和社会保障局."""

    key, name, host = "demo-rsj", "霁川市人力资源和社会保障局", "rsj.jichuan.example"
    organisation = "119901009901410206"
    columns: ClassVar[dict[str, str]] = {"jytabl": "建议提案办理结果公开", "zxta": "政协委员提案"}
    names_source = True
    robots = None
    validators = True
    gzip = True
    per_page = 5

    def paths(self, document: Document) -> list[str]:
        """/art/Y/M/D/art_{column}_{id}.html, not zero-padded; a file lies under /attach/."""
        day = f"{document.published.year}/{document.published.month}/{document.published.day}"
        if document.direct:
            return [f"/attach/0/{document.published:%y%m%d}/{document.serial}.pdf"]
        columns = self.columns_of(document)
        return [f"/art/{day}/art_{_COLUMNS[column][0]}_{51000 + document.serial}.html" for column in columns]

    def index_number(self, document: Document) -> str:
        """USCC18/YYYY-NNNNN."""
        return f"{self.organisation}/{document.published.year}-{41000 + document.serial}"

    def file_path(self, document: Document, name: str) -> str:
        """downfile.jsp, by a hashed name."""
        hashed = md5(f"{document.id}{name}".encode(), usedforsecurity=False).hexdigest()
        return f"/module/download/downfile.jsp?classid=0&filename={hashed}.{name.rpartition('.')[2]}"

    def labels(self, document: Document) -> list[Label]:
        """文号 and 时效 are never filled in; 分类 holds several values."""
        return [
            self.index(document),
            Label("分类", "建议提案 办理结果 通知", "topic"),
            Label("发布机构", self.publisher(document), "publisher"),
            Label("发文日期", str(document.signed or document.published), "issued_on"),
            Label("文号", ""),
            Label("时效", ""),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """One page that holds the first rows; the others come from dataproxy.jsp."""
        number, unit = _COLUMNS[column]
        title = self.columns[column]
        arguments = f"webid=14&path=/&columnid={number}&unitid={unit}&webname={self.name}&permissiontype=0"
        main = f"""<div id="{unit}"><script type="text/xml"><datastore>
<nextgroup><![CDATA[<a href="{_PROXY}?page=1&appid=1&{arguments}"></a>]]></nextgroup>
<recordset>{_records(rows[: self.per_page])}</recordset></datastore></script></div>
<script>$(function(){{$("#{unit}").jpage({{themeName:'default',openCookies:false,groupSize:3,perPage:{self.per_page},\
totalRecord:{len(rows)},proxyUrl:'{_PROXY}',ajaxParam:{{col:1,appid:1,webid:14,path:'/',columnid:{number},\
sourceContentType:1,unitid:'{unit}',webname:'{self.name}',permissiontype:0}}}});}});</script>"""
        return {f"/col/col{number}/index.html": Page(self._frame(title, metas(self, title, title), title, main, step))}

    def dynamic(self, path: str, fields: Mapping[str, str], step: int) -> Page | None:
        """dataproxy.jsp: rows startrecord to endrecord (1-based), or a page of perpage rows."""
        slug = next((s for s, ids in _COLUMNS.items() if ids == (fields.get("columnid"), fields.get("unitid"))), None)
        if path != _PROXY or slug is None:
            return None

        def figure(name: str, default: int) -> int:
            return int(value) if (value := fields.get(name, "")).isdecimal() else default

        size = min(max(figure("perpage", self.per_page), 1), 100)
        first = max(figure("startrecord", (figure("page", 1) - 1) * size + 1), 1)
        last = figure("endrecord", first + size - 1)
        rows = self.rows(slug, step)
        xml = f"""<?xml version="1.0" encoding="UTF-8"?>
<datastore><totalrecord>{len(rows)}</totalrecord><totalpage>{-(-len(rows) // size)}</totalpage>
<nextgroup><![CDATA[<a href="{_PROXY}?page={last // size + 1}&columnid={fields["columnid"]}"></a>]]></nextgroup>
<recordset>{_records(rows[first - 1 : last])}</recordset></datastore>"""
        return Page(xml, "text/xml")

    def detail(self, document: Document, path: str, step: int) -> str:
        """Table of labels, fields between comments, body, related documents."""
        column = self.columns[next(c for c, ids in _COLUMNS.items() if f"art_{ids[0]}_" in path)]
        cells = [f'<td style="background:#f6f6f6">{k}</td><td>{escape(v)}</td>' for k, v, _ in self.labels(document)]
        table = "\n".join(f"<tr>{''.join(cells[at : at + 2])}</tr>" for at in range(0, len(cells), 2))
        files = "".join(
            f'<p><img src="/script/0/icon_{name.rpartition(".")[2]}.gif">'
            f'<a href="{escape(self.file_path(document, name))}">{name}</a></p>'
            for name in document.attachments
        )
        related = "".join(
            f'<li><a href="{self.paths(d)[0]}">{escape(d.headline)}</a></li>'
            for d in self.documents(step)[:4]
            if d.id != document.id
        )
        title = escape(document.headline)
        main = f"""<table class="xxgk_table" width="100%">{table}</table>
<div class="title"><!--<$[标题]>begin-->{title}<!--<$[标题]>end--></div>
<div class="sub">发布时间：{document.published}　信息来源：{self.publisher(document)}　浏览次数：<script \
src="/module/visitcount/articlehits.jsp?colid={path.split("_")[1]}&artid={51000 + document.serial}"></script></div>
<div id="zoom"><!--<$[信息内容]>begin-->{self.body(document)}{files}<!--<$[信息内容]>end--></div>
<div class="related"><h3>相关信息</h3><ul>{related}</ul></div>"""
        return self._frame(document.headline, metas(self, document.headline, column, document), column, main, step)

    def more(self, step: int) -> dict[str, Page]:
        """The home page."""
        links = "".join(f'<a href="/col/col{i}/index.html">{self.columns[c]}</a>' for c, (i, _) in _COLUMNS.items())
        return {"/": Page(self._frame(self.name, metas(self, "", "首页"), "首页", links, step))}

    def _frame(self, title: str, head: str, column: str, main: str, step: int) -> str:
        return f"""<!DOCTYPE html>
<html><head><meta charset="UTF-8"><title>{escape(title)}</title>
{head.replace('"', "'")}
<meta name='WebId' content='14'><meta name='Maketime' content='{today(step)} 02:10:05'>
<script src="/script/jquery.min.js"></script><script src="/module/jslib/jquery/jpage/jquery.jpage.js"></script></head>
<body><div class="header">{self.name}</div><div class="bread">首页 &gt; 政府信息公开 &gt; {column}</div>
{main}
<div class="footer">版权所有：{self.name} 网站标识码9901000027<br>Produced By 大汉网络 大汉版通发布系统</div>
</body></html>"""


def _records(rows: list[Row]) -> str:
    return "\n".join(
        f'<record><![CDATA[<li><a href="{escape(row.href)}" title="{escape(row.title)}" target="_blank">'
        f"{escape(cut(row.title, 28, '...'))}</a><span>\n{row.date}\n</span></li>]]></record>"
        for row in rows
    )
