"""大汉 Hanweb's newer platform: /art/YYYY/art_{32 hex}.html, lists as units that a gateway builds."""

import json
from collections.abc import Mapping
from hashlib import md5
from html import escape
from math import ceil
from typing import ClassVar

from crawler.demo.letter import Document
from crawler.demo.site import Label, Page, Row, Site, cut, metas, today

_UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_NUMBERS = {"jyta": "163410", "zxta": "163411", "wlyw": "163392", "tzgg": "163395"}


def _hex(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


class Jpaas(Site):
    """霁川市文化广电和旅游局."""

    key, name, host = "demo-wgl", "霁川市文化广电和旅游局", "wgl.jichuan.example"
    columns: ClassVar[dict[str, str]] = {"jyta": "建议提案办理", "zxta": "政协委员提案答复"}
    others: ClassVar[dict[str, str]] = {"wlyw": "文旅要闻", "tzgg": "通知公告"}
    robots = "User-agent: *\nDisallow: /jsearchfront/\nDisallow: /api-gateway/jpaas-jsearch-web-server/\n"
    names_source = True
    gzip = True
    per_page = 4

    def paths(self, document: Document) -> list[str]:
        """/art/YYYY/art_{32 hex}.html; a file lies under /attach/."""
        name = _hex(document.id)
        return [f"/attach/0/{name}.pdf" if document.direct else f"/art/{document.published.year}/art_{name}.html"]

    def listed(self, document: Document, column: str) -> str:
        """One address, whatever the column."""
        return self.paths(document)[0]

    def index_number(self, document: Document) -> str:
        """ORG8/YYYY-NNNNN: the code has no check character."""
        return f"99014168/{document.published.year}-{8600 + document.serial:05}"

    def file_path(self, document: Document, name: str) -> str:
        """downfile.jsp, by a hashed name."""
        return f"/module/download/downfile.jsp?classid=0&filename={_hex(document.id + name)}.{name.rpartition('.')[2]}"

    def labels(self, document: Document) -> list[Label]:
        """Two in a row, the 文号 filled in only since 2024."""
        return [
            self.index(document),
            Label("组配分类", "建议提案办理结果", "topic"),
            Label("发布机构", self.publisher(document), "publisher"),
            Label("发文日期", str(document.signed or document.published), "issued_on"),
            Label("文号", document.number if document.published.year >= 2024 else ""),
            Label("公开方式", "主动公开", "disclosure"),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """/col/col{N}/index.html: a unit's parameters, with the first rows in all columns but the first."""
        title, number = self.heading(column), _NUMBERS[column]
        parameters = json.dumps({**_parameters(column), "parseType": "bulidstatic"}, ensure_ascii=False).replace(
            '"', "'"
        )
        shown = "" if column == "jyta" else self._shown(rows, 1, self.per_page)
        main = f"""<div class="page-content" id="unit_{number}">{shown}
<script type="text/javascript" src="/jpaas/front/unit.js" url="{_UNIT}" queryData="{parameters}" \
paramJson='{{"pageNo":1,"pageSize":"{self.per_page}"}}'></script></div>"""
        return {f"/col/col{number}/index.html": Page(self._frame(title, metas(self, title, title), title, main, step))}

    def _shown(self, rows: list[Row], number: int, size: int) -> str:
        items = "\n".join(
            f'<li class="clearfix"><a href="http://{self.host}{row.href}" title="{escape(row.title)}" target="_blank">'
            f'{escape(cut(row.title, 24, "..."))}</a><span class="bt-right">{row.date}</span></li>'
            for row in rows[(number - 1) * size : number * size]
        )
        pager = f'<div class="pagination" rows="{size}" count="{len(rows)}" pages="{ceil(len(rows) / size)}"></div>'
        return f"<ul>\n{items}\n</ul>{pager}"

    def dynamic(self, path: str, fields: Mapping[str, str], step: int) -> Page | None:
        """The gateway: the page that paramJson asks for; a bare pageNo changes nothing."""
        if path != _UNIT:
            return None
        column = next((c for c in _NUMBERS if all(fields.get(k) == v for k, v in _parameters(c).items())), None)
        if column is None:
            return Page(json.dumps({"success": False, "message": "unit not found", "data": None}), "application/json")

        def figure(name: str, default: int) -> int:
            return int(value) if (value := str(asked.get(name, ""))).isdecimal() else default

        try:
            asked = json.loads(fields.get("paramJson", "{}"))
        except ValueError:
            asked = {}
        asked = asked if isinstance(asked, dict) else {}
        size = min(max(figure("pageSize", self.per_page), 1), 100)
        html = self._shown(self.rows(column, step), max(figure("pageNo", 1), 1), size)
        return Page(json.dumps({"success": True, "message": "", "data": {"html": html}}), "application/json")

    def detail(self, document: Document, path: str, step: int) -> str:
        """Table of labels, headline between comments, body."""
        column = self.heading(self.columns_of(document)[0])
        cells = [
            f'<td style="background:#f6f6f6" align="center">{label}</td><td>{escape(value)}</td>'
            for label, value, _ in self.labels(document)
        ]
        table = "\n".join(f"<tr>{cells[at]}{cells[at + 1]}</tr>" for at in range(0, len(cells), 2))
        files = "".join(
            f'<p><a href="{escape(self.file_path(document, name))}">{name}</a></p>' for name in document.attachments
        )
        main = f"""<table class="xxgk-table">{table}</table>
<div class="wzzw-title"><!--<$[标题]>begin-->{escape(document.headline)}<!--<$[标题]>end--></div>
<div class="wzzw-info">发布时间：{document.published} {document.minute}　信息来源：{self.publisher(document)}　\
浏览次数：<span class="hits" data-id="{_hex(document.id)}"></span></div>
<div class="wzzw-article"><div id="zoom"><!--<$[信息内容]>begin-->{self.body(document)}{files}\
<!--<$[信息内容]>end--></div></div>"""
        return self._frame(document.headline, metas(self, document.headline, column, document), column, main, step)

    def more(self, step: int) -> dict[str, Page]:
        """The home page, and one of persons."""

        def a(column: str) -> str:
            return f'<a href="/col/col{_NUMBERS[column]}/index.html" target="_blank">{self.heading(column)}</a>'

        rows = "".join(
            f'<li><a href="{row.href}" title="{escape(row.title)}">{escape(cut(row.title, 14, "..."))}</a></li>'
            for column in self.others
            for row in self.rows(column, step)
        )
        home = f"""<div class="nav">{a("wlyw")} <a href="/col/col163380/index.html">领导信息</a> {a("tzgg")}</div>
<ul class="yw">{rows}</ul>
<div class="fdzdgk"><h3>法定主动公开内容</h3>{a("jyta")} {a("zxta")}
<a href="/jsearchfront/search.do">站内搜索</a></div>"""
        people = "<p>局长　钟鼓楼</p><p>副局长　箫声，分管公共文化、广播电视</p>"
        frame = self._frame("领导信息", metas(self, "", "领导信息"), "领导信息", people, step)
        return {
            "/": Page(self._frame(self.name, metas(self, "", "首页"), "首页", home, step)),
            "/col/col163380/index.html": Page(frame),
        }

    def _frame(self, title: str, head: str, column: str, main: str, step: int) -> str:
        return f"""<!DOCTYPE html>
<html><head><meta charset="UTF-8"><title>{escape(title)}</title>
{head.replace('"', "'")}
<meta name='WebId' content='{_hex(self.host)}'><meta name='Maketime' content='{today(step)} 03:20:41'></head>
<body><div class="header">{self.name}</div><div class="dqwz">当前位置：首页 &gt; 政务公开 &gt; {column}</div>
{main}
<div class="footer">版权所有：{self.name} 网站标识码9901000045<br>Produced By 大汉网络 大汉版通发布系统</div>
</body></html>"""


def _parameters(column: str) -> dict[str, str]:
    """What names a column's unit to the gateway."""
    return {
        "webId": _hex("wgl"),
        "tplSetId": _hex("tpl"),
        "pageType": "column",
        "tagId": "内容列表" if column == "jyta" else "信息列表",
        "pageId": _hex(column),
    }
