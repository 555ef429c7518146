"""Guangdong's 政府信息公开目录管理平台: /gkmlpt/index, lists and bodies as JSON, the rest of the site as pages."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from html import escape
from typing import Any, ClassVar

from crawler.demo.letter import Document
from crawler.demo.site import Label, Page, Row, Site, cut, metas

_SID = "990034"
_YEARS = {"485": "人大代表建议和政协提案", "4872": "2023年建议提案办理"}


class Gkmlpt(Site):
    """霁川市发展和改革委员会."""

    key, name, host = "demo-fgw", "霁川市发展和改革委员会", "fgw.jichuan.example"
    organisation = "11990100990141231M"
    columns: ClassVar[dict[str, str]] = _YEARS
    others: ClassVar[dict[str, str]] = {"zwdt": "政务动态", "tzgg": "通知公告"}
    robots = None
    per_page = 5

    def paths(self, document: Document) -> list[str]:
        """/gkmlpt/content/A/BBBB/post_{id}.html, elsewhere /{column}/content/post_{id}.html."""
        number = str(9017000 + 31 * document.serial)
        if document.columns and document.columns[0] in self.others:
            return [f"/{document.columns[0]}/content/post_{number}.html"]
        return [f"/gkmlpt/content/{number[0]}/{number[:4]}/post_{number}.html"]

    def listed(self, document: Document, column: str) -> str:
        """One address, whatever the column."""
        return self.paths(document)[0]

    def index_number(self, document: Document) -> str:
        """USCC18/YYYY-NNNNN."""
        return f"{self.organisation}/{document.published.year}-{120 + document.serial:05}"

    def file_path(self, document: Document, name: str) -> str:
        """/attachment/0/{three figures}/{six figures}/{post id}.{ext}."""
        number = f"{552300 + 10 * document.serial + document.attachments.index(name)}"
        return f"/attachment/0/{number[:3]}/{number}/{9017000 + 31 * document.serial}.{name.rpartition('.')[2]}"

    def labels(self, document: Document) -> list[Label]:
        """All that the list's answer says, too."""
        return [
            self.index(document),
            Label("分类", "建议提案办理", "topic"),
            Label("发布机构", self.publisher(document), "publisher"),
            Label("成文日期", str(document.signed or ""), "issued_on"),
            Label("名称", document.headline),
            Label("文号", document.number),
            Label("发布日期", str(document.published)),
            Label("主题词", "建议 提案" if document.proposal else "", "keywords"),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """Of ordinary columns only: /{column}/index.html."""
        if column in _YEARS:
            return {}
        title = self.heading(column)
        items = "".join(
            f'<li><a href="http://{self.host}{row.href}" target="_blank" title="{escape(row.title)}">'
            f"{escape(cut(row.title, 30, '...'))}</a><span>{row.date}</span></li>\n"
            for row in rows
        )
        main = f'<ul class="news_list">{items}</ul>'
        return {f"/{column}/index.html": Page(self._frame(title, metas(self, title, title), title, main))}

    def dynamic(self, path: str, fields: Mapping[str, str], step: int) -> Page | None:
        """/gkmlpt/api/all/{category}?page=N&sid=SID; category 0 is all of them, and one article is posted twice."""
        category = path.removeprefix("/gkmlpt/api/all/")
        if category not in (*_YEARS, "0") or fields.get("sid") != _SID:
            return None
        articles = [
            self._article(document, column, number)
            for column in _YEARS
            if category in (column, "0")
            for document in self.documents(step)
            if column in self.columns_of(document)
            for number in ([0, 800000] if document.id == "fgw-2" else [0])
        ]
        articles.sort(key=lambda article: str(article["created_at"]), reverse=True)
        page = int(value) if (value := fields.get("page", "1")).isdecimal() else 1
        answer = {
            "classify": {"id": int(category), "name": _YEARS.get(category, "全部"), "post_count": len(articles)},
            "articles": articles[max(page - 1, 0) * self.per_page :][: self.per_page],
        }
        return Page(json.dumps(answer), "application/json")

    def _article(self, document: Document, column: str, shift: int) -> dict[str, Any]:
        url = f"http://{self.host}{self.paths(document)[0]}"
        labels = {label: value for label, value, _ in self.labels(document)}

        def seconds(day: Any, clock: str = "00:00") -> int:
            there = datetime.combine(day, time.fromisoformat(clock), UTC) - timedelta(hours=8)
            return int(there.timestamp())

        return {
            "id": 9017000 + 31 * document.serial + shift,
            "title": document.headline,
            "document_number": labels["文号"],
            "identifier": labels["索引号"],
            "publisher": labels["发布机构"],
            "keywords": labels["主题词"],
            "date": seconds(document.signed or document.published),
            "created_at": f"{document.published} {document.minute or '00:00'}:00",
            "display_publish_time": seconds(document.published, document.minute or "00:00"),
            "abstract": "",
            "classify_main_name": _YEARS[column],
            "classify_genre_name": "其他",
            "classify_theme_name": "",
            "url": url,
            "post_url": url,
            "is_expired": 0,
            "is_abolished": 0,
            "attachment": [
                {"name": name, "url": f"http://{self.host}{self.file_path(document, name)}"}
                for name in document.attachments
            ],
            "relation": [],
        }

    def detail(self, document: Document, path: str, step: int) -> str:
        """Table of labels and headline as HTML, the body in a script that fills an empty block with it."""
        files = "".join(
            f'<p><a class="nfw-cms-attachment" href="http://{self.host}{self.file_path(document, name)}" '
            f'alt="{name}">{name}</a></p>'
            for name in document.attachments
        )
        title = escape(document.headline)
        if not path.startswith("/gkmlpt/"):
            column = self.heading(document.columns[0])
            main = f"""<h1 class="article-title">{title}</h1>
<div class="article-date">发布时间：{document.published} {document.minute}　来源：本网</div>
<div class="article-content">{self.body(document)}{files}</div>"""
            return self._frame(document.headline, metas(self, document.headline, column, document), column, main)
        column = _YEARS[self.columns_of(document)[0]]
        cells = [
            f'<td class="title"><span>{label}:</span></td><td><span>{escape(value)}</span></td>'
            for label, value, _ in self.labels(document)
        ]
        table = "\n".join(f"<tr>{cells[at]}{cells[at + 1]}</tr>" for at in range(0, len(cells), 2))
        stored = {
            "id": 9017000 + 31 * document.serial,
            "title": document.headline,
            "content": self.body(document) + files,
            "url": f"http://{self.host}{path}",
        }
        written = json.dumps(stored).replace("<", "\\u003c").replace(">", "\\u003e").replace("/", "\\/")
        main = f"""<div class="classify"><table>{table}</table></div>
<div class="content"><h1 class="title document-number">{title}</h1>
<div class="date-row">发布日期：{document.published} {document.minute}　浏览次数：<span class="pv">-</span></div>
<div class="article-content"></div></div>
<script>window._CONFIG = {{SID:'{_SID}', SERVICE_AREA_ID: 990100, DETAIL: {written}}};</script>
<script src="/gkmlpt/static/js/content.js"></script>"""
        return self._frame(document.headline, metas(self, document.headline, column, document), column, main)

    def more(self, step: int) -> dict[str, Page]:
        """The home page, the directory, which is one page for all its categories, and a robots.txt that is refused."""
        tree = [
            {"id": 470, "name": "机构职能", "children": []},
            {"id": 472, "name": "规划计划", "children": []},
            {
                "id": 480,
                "name": "建议提案办理",
                "children": [{"id": int(number), "name": name, "children": []} for number, name in _YEARS.items()],
            },
        ]
        config = f"""<div id="app"></div>
<script>window._CONFIG = {{SID:'{_SID}', TREE: {json.dumps(tree)}, SERVICE_AREA_ID: 990100}};</script>
<script src="/gkmlpt/static/js/index.js"></script>"""
        columns = "".join(f'<a href="/gkmlpt/index#{number}">{name}</a>\n' for number, name in _YEARS.items())
        rows = "".join(
            f'<li><a href="http://{self.host}{row.href}">{escape(row.title)}</a></li>'
            for column in self.others
            for row in self.rows(column, step)
        )
        home = f"""<div class="channel"><a href="/zwdt/index.html">政务动态</a>
<a href="/tzgg/index.html">通知公告</a></div>
<ul class="new">{rows}</ul>
<div class="xxgk"><a href="/gkmlpt/index">政府信息公开目录</a> <a href="/gkmlpt/index#470">机构职能</a>
{columns}</div>"""
        return {
            "/": Page(self._frame(self.name, metas(self, "", "首页"), "首页", home)),
            "/gkmlpt/index": Page(self._frame("政府信息公开目录", metas(self, "", "目录"), "政府信息公开目录", config)),
            "/robots.txt": Page("<h1>403 Forbidden</h1>", status=403),
        }

    def _frame(self, title: str, head: str, column: str, main: str) -> str:
        return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)} - {self.name}</title>
{head}</head>
<body><div class="header"><a href="/">{self.name}</a> <a href="/gkmlpt/index">政府信息公开</a></div>
<div class="crumbs">当前位置：首页 &gt; {column}</div>
{main}
<div class="footer">主办：{self.name}　网站标识码：9901000042　青公网安备 99010002000042号</div>
</body></html>"""
