"""The family of 雅安's sites: /{channel}/show/{guid}.html below lists that are named by GUIDs, too."""

from html import escape
from typing import ClassVar
from uuid import NAMESPACE_URL, uuid5

from crawler.demo.letter import Document
from crawler.demo.site import HITS, Label, Page, Row, Site, chunks, metas

_LIST = "/gongkai/list/5F3C1E80-7A2B-4D96-9E41-B0C7D2A86F13.html"


class Yaan(Site):
    """霁川市竹汀区人民政府."""

    key, name, host = "demo-zhuting", "霁川市竹汀区人民政府", "www.zhuting.example"
    columns: ClassVar[dict[str, str]] = {"gongkai": "政务公开"}
    names_source = True
    robots = None
    per_page = 5

    def paths(self, document: Document) -> list[str]:
        """/gongkai/show/{guid}.html; before 2024 the GUID was written without hyphens."""
        guid = uuid5(NAMESPACE_URL, document.id)
        return [f"/gongkai/show/{guid if document.published.year >= 2024 else guid.hex}.html"]

    def index_number(self, document: Document) -> str:
        """None on these pages."""
        return ""

    def file_path(self, document: Document, name: str) -> str:
        """/upload/YYYYMM/{32 hex}.{ext}."""
        return f"/upload/{document.published:%Y%m}/{uuid5(NAMESPACE_URL, name).hex}.{name.rpartition('.')[2]}"

    def labels(self, document: Document) -> list[Label]:
        """Each label in a block of its own, the value in the next."""
        return [
            Label("发布机构", self.publisher(document), "publisher"),
            Label("发布日期", str(document.published)),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """{GUID}.html, then the same with ?page_num=2 … (how the real ones turn pages is not known)."""
        title, lists = self.columns[column], chunks(rows, self.per_page)
        pages = {}
        for number, shown in enumerate(lists, 1):
            items = "\n".join(
                f'<li><a href="{escape(row.href)}" target="_blank">{escape(row.title)}</a><span>{row.date}</span></li>'
                for row in shown
            )
            after = f'<a href="{_LIST}?page_num={number + 1}">下一页</a>' if number < len(lists) else "<b>下一页</b>"
            main = (
                f'<ul class="list-ul">\n{items}\n</ul>\n<div class="pages">第{number}页 共{len(lists)}页 {after}</div>'
            )
            path = f"{_LIST}?page_num={number}" if number > 1 else _LIST
            pages[path] = Page(self._frame(title, metas(self, title, title), title, main))
        return pages

    def detail(self, document: Document, path: str, step: int) -> str:
        """Blocks of labels, headline, a line of facts with a static counter, body."""
        column = self.columns["gongkai"]
        labels = "\n".join(
            f"<div>{label}：</div><div>{escape(value)}</div>" for label, value, _ in self.labels(document)
        )
        files = "".join(
            f'<p><a href="{self.file_path(document, name)}" title="{name}">{name}</a></p>'
            for name in document.attachments
        )
        main = f"""<div class="xq-info">{labels}</div>
<div class="xq-title">{escape(document.headline)}</div>
<div class="xq-line"><span class="map laiyuan">来源：{self.publisher(document)}</span>
<span class="time pubtime">发布时间：{document.published} {document.minute}</span>
<span class="eye">浏览次数：{HITS}</span></div>
<div class="xqing-web-box">{self.body(document)}</div>
<div class="xq-file">{files}</div>
<div class="share">分享到：微信 微博　<a href="javascript:window.close()">关闭</a></div>"""
        return self._frame(document.headline, metas(self, document.headline, column, document), column, main)

    def more(self, step: int) -> dict[str, Page]:
        """The home page, and what it takes for a robots.txt: the page for what is missing, with status 200."""
        lost = self._frame("页面不存在", "", "提示", "<p>您访问的页面不存在</p>")
        link = f'<a href="{_LIST}">政务公开</a>'
        return {
            "/": Page(self._frame(self.name, metas(self, "", "首页"), "首页", link)),
            "/robots.txt": Page(lost),
        }

    def _frame(self, title: str, head: str, column: str, main: str) -> str:
        return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(title)} - {self.name}</title>
{head}</head>
<body><div class="logo">{self.name}</div>
<ul class="crumbs"><li>当前位置：</li><li><a href="/">首页</a></li><li><a href="{_LIST}">{column}</a></li>\
<li>正文</li></ul>
{main}
<div class="bottom">主办：{self.name}办公室 承办：区政务信息中心<br>\
网站标识码：9901030004 备案号：青ICP备00000304号</div>
</body></html>"""
