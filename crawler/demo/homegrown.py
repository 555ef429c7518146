"""A portal that somebody once wrote for this one city: no mark of any known system."""

from html import escape
from typing import ClassVar

from crawler.demo.letter import Document
from crawler.demo.site import HITS, Label, Page, Row, Site, chunks, metas, today


class Homegrown(Site):
    """霁川市人民政府."""

    key, name, host = "demo-city", "霁川市人民政府", "www.jichuan.example"
    columns: ClassVar[dict[str, str]] = {"fuwen": "建议提案复文"}
    names_source = True
    robots = "User-agent: *\nAllow: /\n"
    chunked = True

    def paths(self, document: Document) -> list[str]:
        """/open/fuwen/YYYYMMDD-{id}.html."""
        return [f"/open/fuwen/{document.published:%Y%m%d}-{3300 + document.serial}.html"]

    def listed(self, document: Document, column: str) -> str:
        """The address, or the one that it had before the site was rebuilt."""
        return f"/showinfo.php?id={3300 + document.serial}" if document.old_link else super().listed(document, column)

    def index_number(self, document: Document) -> str:
        """SITEID10/YYYY-NNNNN: holds no organisation code."""
        return f"9901000001/{document.published.year}-{2700 + document.serial:05}"

    def file_path(self, document: Document, name: str) -> str:
        """A file beside the page."""
        return (
            f"/open/fuwen/files/{3300 + document.serial}-{document.attachments.index(name)}.{name.rpartition('.')[2]}"
        )

    def labels(self, document: Document) -> list[Label]:
        """All filled in, one list item each."""
        return [
            self.index(document),
            Label("发文机关", self.publisher(document), "publisher"),
            Label("发文字号", document.number),
            Label("成文日期", str(document.signed or ""), "issued_on"),
            Label("发布日期", str(document.published)),
            Label("主题分类", "综合政务", "topic"),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """?page=N, every number linked, and 下一页."""
        title, lists = self.columns[column], chunks(rows, self.per_page)
        pages = {}
        for number, shown in enumerate(lists, 1):
            items = "\n".join(
                f'<div>{"<b>[置顶]</b>" if row.sticky else ""}<a href="{escape(row.href)}">{escape(row.title)}</a>'
                f"<i>{row.date.year}年{row.date.month}月{row.date.day}日</i></div>"
                for row in shown
            )
            numbers = " ".join(
                f"<strong>{other}</strong>" if other == number else f'<a href="?page={other}">{other}</a>'
                for other in range(1, len(lists) + 1)
            )
            after = f' <a href="?page={number + 1}">下一页</a>' if number < len(lists) else ""
            main = f'<div class="items">\n{items}\n</div>\n<p class="pages">{numbers}{after}</p>'
            pages[f"/open/{column}.html?page={number}"] = Page(
                self._frame(title, metas(self, title, title), main, step)
            )
        return pages | {f"/open/{column}.html": pages[f"/open/{column}.html?page=1"]}

    def detail(self, document: Document, path: str, step: int) -> str:
        """A list of "label：value", headline, static counter, body, attachments, neighbours, newest."""
        newer, older = self.neighbours(document, step)
        items = "".join(f"<li>{label}：{escape(value)}</li>" for label, value, _ in self.labels(document))
        files = "".join(
            f'<li><a href="files/{self.file_path(document, name).rpartition("/")[2]}" download>{name}</a></li>'
            for name in document.attachments
        )
        attached = f'<div class="fj"><h4>相关附件</h4><ul>{files}</ul></div>' if files else ""
        others = "".join(
            f'<li><a href="{self.paths(d)[0]}">{escape(d.headline)}</a></li>' for d in self.documents(step)[:5]
        )
        turns = " ".join(
            f'<a href="{self.paths(d)[0]}">{label}：{escape(d.headline)}</a>'
            for label, d in (("上一篇", newer), ("下一篇", older))
            if d
        )
        main = f"""<ul class="facts">{items}</ul>
<h1>{escape(document.headline)}</h1>
<p class="from">来源：{self.publisher(document)}　时间：{document.published}　阅读：{HITS}次</p>
<article>{self.body(document)}</article>
{attached}
<div class="around">{turns}</div>
<aside><h4>最新复文</h4><ul>{others}</ul></aside>"""
        return self._frame(document.headline, metas(self, document.headline, "建议提案复文", document), main, step)

    def more(self, step: int) -> dict[str, Page]:
        """The home page, and redirects from the old addresses."""
        moved = {
            f"/showinfo.php?id={3300 + d.serial}": Page(
                "", status=301, location=f"http://{self.host}{self.paths(d)[0]}"
            )
            for d in self.documents(step)
        }
        link = '<a href="/open/fuwen.html">建议提案复文</a>'
        return moved | {"/": Page(self._frame(self.name, metas(self, "", "首页"), link, step))}

    def _frame(self, title: str, head: str, main: str, step: int) -> str:
        return f"""<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>{escape(title)} - {self.name}</title>
{head}</head>
<body><header><b>{self.name}</b> <time>{today(step).strftime("%Y/%m/%d")}</time> 本站今日访问{HITS}人次</header>
<nav><a href="/">首页</a> <a href="/open/fuwen.html">建议提案复文</a></nav>
<main>
{main}
</main>
<footer>主办：{self.name}办公室　网站标识码9901000001</footer>
</body></html>"""
