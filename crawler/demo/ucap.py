"""开普 Ucap and its like: /{site}/{column}/YYYYMM/{32 hex}.shtml, lists as JSON from /common/search/{channel}."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from hashlib import md5
from html import escape
from typing import Any, ClassVar

from crawler.demo.letter import Document, letter, printed
from crawler.demo.site import Label, Page, Row, Site, chunks, metas

_NUMBERS = {"jyta": "c101327", "jyta2023": "c101328", "ywdt": "c101301", "gsgg": "c101305"}


def _hex(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


class Ucap(Site):
    """霁川市鸢浦区人民政府."""

    key, name, host = "demo-yuanpu", "霁川市鸢浦区人民政府", "www.yuanpu.example"
    columns: ClassVar[dict[str, str]] = {"jyta": "建议提案答复", "jyta2023": "2023年建议提案"}
    others: ClassVar[dict[str, str]] = {"ywdt": "要闻动态", "gsgg": "公示公告"}
    robots = "User-agent: *\nDisallow: /common/login\nDisallow: /guestweb4/\n"
    validators = True
    gzip = True
    per_page = 4

    def paths(self, document: Document) -> list[str]:
        """/yuanpu/{column}/YYYYMM/{32 hex}.shtml, once a column."""
        name = f"{document.published:%Y%m}/{_hex(document.id)}.shtml"
        return [f"/yuanpu/{_NUMBERS[column]}/{name}" for column in self.columns_of(document)]

    def index_number(self, document: Document) -> str:
        """DIV9-/YYYYMMDDNN: holds no organisation code."""
        return f"990104003-/{document.published:%Y%m%d}{document.serial:02}"

    def file_path(self, document: Document, name: str) -> str:
        """files/{32 hex}.{ext} beside the page."""
        folder = self.paths(document)[0].rpartition("/")[0]
        return f"{folder}/files/{_hex(document.id + name)}.{name.rpartition('.')[2]}"

    def labels(self, document: Document) -> list[Label]:
        """A list of terms."""
        return [
            self.index(document)._replace(label="索  引  号"),
            Label("信息分类", "建议提案办理", "topic"),
            Label("发布机构", self.publisher(document), "publisher"),
            Label("公开日期", str(document.published)),
            Label("文 号", document.number),
            Label("公开形式", "主动公开", "disclosure"),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """list.shtml, list_2.shtml …; the newest replies' column is filled in by a script."""
        title, lists = self.heading(column), chunks(rows, self.per_page)
        folder, pages = f"/yuanpu/{_NUMBERS[column]}", {}
        for at, shown in enumerate([[]] if column == "jyta" else lists):
            items = "\n".join(
                f'<li><a href="{escape(row.href)}" target="_blank">{escape(row.title)}</a><span>{row.date}</span></li>'
                for row in shown
            )
            before = f'<a href="list{f"_{at}" if at > 1 else ""}.shtml">上一页</a>' if at else ""
            after = f'<a href="list_{at + 2}.shtml">下一页</a>' if at + 1 < len(lists) else ""
            pager = f'<div class="pagination">{before}<em>{at + 1}</em>/{len(lists)}{after}</div>'
            if column == "jyta":
                pager = f'<div id="page_div"></div><script>loadChannel("{_hex(folder)}", 1, 15);</script>'
            main = f'<h2>{title}</h2><ul class="list" id="list">\n{items}\n</ul>{pager}'
            head = f'{metas(self, title, title)}\n<meta name="channelid" content="{_hex(folder)}">'
            page = Page(self._frame(title, head, title, main))
            pages[f"{folder}/list{f'_{at + 1}' if at else ''}.shtml"] = page
        return pages

    def dynamic(self, path: str, fields: Mapping[str, str], step: int) -> Page | None:
        """/common/search/{channel}?_isJson=true&page=N; never more than a page's rows, whatever is asked for."""
        channels = {_hex(f"/yuanpu/{number}"): column for column, number in _NUMBERS.items()}
        column = channels.get(path.removeprefix("/common/search/"))
        if column is None or fields.get("_isJson") != "true":
            return None

        def figure(name: str, default: int) -> int:
            return int(value) if (value := fields.get(name, "")).isdecimal() else default

        documents = [d for d in self.documents(step) if column in self.columns_of(d)]
        size = min(max(figure("_pageSize", self.per_page), 1), self.per_page)
        page = max(figure("page", 1), 1)
        data = {
            "page": page,
            "rows": size,
            "total": len(documents),
            "channelId": path.rpartition("/")[2],
            "results": [self._result(d, column) for d in documents[(page - 1) * size : page * size]],
        }
        return Page(json.dumps({"data": data}, ensure_ascii=False), "application/json")

    def _result(self, document: Document, column: str) -> dict[str, Any]:
        clock = time.fromisoformat(document.minute or "00:00")
        moment = datetime.combine(document.published, clock, UTC) - timedelta(hours=8)
        return {
            "title": document.headline,
            "content": printed(letter(document)).replace("\n", " "),
            "contentHtml": self.body(document),
            "memo": "",
            "url": self.listed(document, column),
            "publishedTime": int(moment.timestamp() * 1000),
            "publishedTimeStr": f"{document.published} {clock:%H:%M:%S}",
            "channelName": self.heading(column),
            "manuscriptId": _hex(document.id),
            "resList": [{"name": name, "filePath": self.file_path(document, name)} for name in document.attachments],
            "domainMetaList": [
                {"resultList": [{"name": label, "value": value} for label, value, _ in self.labels(document)]}
            ],
        }

    def detail(self, document: Document, path: str, step: int) -> str:
        """Terms, a headline broken in two, a date with an empty source, body; before 2024 in an element of its own."""
        number = path.split("/")[2]
        column = self.heading(next(c for c, n in _NUMBERS.items() if n == number))
        terms = "".join(f"<dt>{label}：</dt><dd>{escape(value)}</dd>" for label, value, _ in self.labels(document))
        files = "".join(
            f'<p><a href="files/{self.file_path(document, name).rpartition("/")[2]}">{name}</a></p>'
            for name in document.attachments
        )
        half = document.headline.find("关于", 1)
        title = escape(document.headline)
        if half > 0:
            title = f"{escape(document.headline[:half])}<br>{escape(document.headline[half:])}"
        body = f'<div class="pages_content" id="UCAP-CONTENT">{self.body(document)}</div>'
        if document.published.year < 2024:
            body = f"<ucapcontent>{self.body(document)}</ucapcontent>"
        main = f"""<dl class="xxgk-head">{terms}</dl>
<div class="article"><h1>{title}</h1>
<div class="article-info">日期：{document.published} {document.minute} 来源： <span>[ 字体：大 中 小 ]</span></div>
{body}
<div class="fj">{files}</div>
<div class="share">分享到：</div></div>"""
        head = f'{metas(self, document.headline, column, document)}\n<meta name="manuscriptId" content="{number}">'
        return self._frame(document.headline, head, column, main)

    def more(self, step: int) -> dict[str, Page]:
        """The home page, and one of persons."""

        def a(column: str) -> str:
            return f'<a href="/yuanpu/{_NUMBERS[column]}/list.shtml" target="_blank">{self.heading(column)}</a>'

        rows = "".join(
            f'<li><a href="{row.href}">{escape(row.title)}</a></li>' for c in self.others for row in self.rows(c, step)
        )
        home = f"""<div class="nav-box">{a("ywdt")} <a href="/yuanpu/ldxx/index.shtml">领导信息</a> {a("gsgg")}</div>
<ul class="news">{rows}</ul>
<div class="xxgk-box"><h3>法定主动公开内容</h3>
<a href="/yuanpu/ldxx/index.shtml">机构概况</a> {a("jyta")} {a("jyta2023")}
<a href="/common/login">依申请公开</a></div>"""
        people = "<p>区长　俞平江　领导区政府全面工作</p><p>副区长　简兰　负责教育、卫生、文化</p>"
        return {
            "/": Page(self._frame(self.name, metas(self, "", "首页"), "首页", home)),
            "/yuanpu/ldxx/index.shtml": Page(self._frame("领导信息", metas(self, "", "领导信息"), "领导信息", people)),
        }

    def _frame(self, title: str, head: str, column: str, main: str) -> str:
        return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(title)}_{self.name}</title>
{head}
<script src="/yuanpu/xhtml/js/common.js"></script></head>
<body><div class="head"><a href="/">{self.name}</a></div>
<div class="location">您的位置：<a href="/">首页</a> &gt; 政务公开 &gt; {column}</div>
{main}
<div class="foot">主办：{self.name}办公室　网站标识码：9901040005</div>
</body></html>"""
