"""A family seen in Hunan: /c{column}/YYYYMMDD/i{id}.html, lists /c{column}/index.html and /c{column}/pages/{n}.html."""

from html import escape
from typing import ClassVar

from crawler.demo.letter import Document
from crawler.demo.site import Label, Page, Row, Site, chunks, cut, metas

_COLUMN = "c2041"


class Hunan(Site):
    """霁川市卫生健康委员会."""

    key, name, host = "demo-wjw", "霁川市卫生健康委员会", "wjw.jichuan.example"
    columns: ClassVar[dict[str, str]] = {_COLUMN: "建议提案办理"}
    robots = "User-agent: *\nDisallow:\n"
    names_source = True
    validators = True
    per_page = 4

    def paths(self, document: Document) -> list[str]:
        """/c{column}/YYYYMMDD/i{id}.html."""
        return [f"/{_COLUMN}/{document.published:%Y%m%d}/i{1928300 + document.serial}.html"]

    def index_number(self, document: Document) -> str:
        """None on these pages."""
        return ""

    def file_path(self, document: Document, name: str) -> str:
        """A file in a folder beside the page."""
        number = document.attachments.index(name)
        return f"{self.paths(document)[0].removesuffix('.html')}/files/{number}.{name.rpartition('.')[2]}"

    def labels(self, document: Document) -> list[Label]:
        """One line under the headline; who edited it is the program that moved the pages here."""
        return [
            Label("信息来源", self.publisher(document), "source"),
            Label("发布时间", str(document.published)),
            Label("责任编辑", "数据导入" if document.step == 0 else "管理员"),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """index.html, then pages/2.html …, with 上一页 and 下一页."""
        title, lists = self.columns[column], chunks(rows, self.per_page)
        paths = [
            f"/{column}/{f'pages/{number}' if number > 1 else 'index'}.html" for number in range(1, len(lists) + 1)
        ]
        pages = {}
        for at, shown in enumerate(lists):
            items = "\n".join(
                f'<li><a href="{escape(row.href)}" title="{escape(row.title)}" target="_blank">'
                f"{escape(cut(row.title, 32, '...'))}</a><span>{row.date}</span></li>"
                for row in shown
            )
            before = f'<a href="{paths[at - 1]}">上一页</a>' if at else ""
            after = f'<a href="{paths[at + 1]}">下一页</a>' if at + 1 < len(paths) else ""
            pager = f'<div class="page">{before} <span>{at + 1}/{len(paths)}</span> {after}</div>'
            main = f"""<div class="cont_left"><ul><li><a href="/{column}/index.html">{title}</a></li></ul></div>
<div class="cont_right"><h2>{title}</h2><ul>
{items}
</ul>{pager}</div>"""
            pages[paths[at]] = Page(self._frame(title, metas(self, title, title), title, main))
        return pages

    def detail(self, document: Document, path: str, step: int) -> str:
        """Headline, one line of facts, body, attachments."""
        column, title = self.columns[_COLUMN], escape(document.headline)
        facts = "".join(f"<span>{label}：{escape(value)}</span> " for label, value, _ in self.labels(document))
        files = "".join(
            f'<p>附件：<a href="{self.file_path(document, name)}">{name}</a></p>' for name in document.attachments
        )
        main = f"""<div class="article_bg"><h1>{title}</h1>
<div class="art_info">{facts}<span>【字体：<a href="javascript:;">大</a> <a href="javascript:;">小</a>】</span></div>
<div class="art_cont"><div id="zoom">{self.body(document)}</div></div>
<div class="art_file">{files}</div>
<div class="art_foot">扫一扫在手机打开当前页　【打印本页】</div></div>"""
        return self._frame(document.headline, metas(self, document.headline, column, document), column, main)

    def more(self, step: int) -> dict[str, Page]:
        """The home page."""
        link = f'<a href="/{_COLUMN}/index.html">{self.columns[_COLUMN]}</a>'
        return {"/": Page(self._frame(self.name, metas(self, "", "首页"), "首页", link))}

    def _frame(self, title: str, head: str, column: str, main: str) -> str:
        return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(title)}-{self.name}</title>
{head}</head>
<body><div class="top">{self.name}</div>
<div class="place">当前位置：<a href="/">首页</a> &gt; 信息公开 &gt; <a href="/{_COLUMN}/index.html">{column}</a></div>
{main}
<div class="foot">主办单位：{self.name}　网站标识码：9901000033　青公网安备 99010002000033号</div>
</body></html>"""
