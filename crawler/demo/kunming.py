"""The family of Kunming's sites: /c/YYYY-MM-DD/{id}.shtml, word-like list paths, GBK bytes, server-side includes."""

from html import escape
from typing import ClassVar

from crawler.demo.letter import Document
from crawler.demo.site import HITS, Label, Page, Row, Site, chunks, metas, today


class Kunming(Site):
    """霁川市栖梧区人民政府."""

    key, name, host = "demo-qiwu", "霁川市栖梧区人民政府", "www.qiwu.example"
    organisation = "MB9901438"
    columns: ClassVar[dict[str, str]] = {"rdzx": "人大建议政协提案"}
    robots = ""
    encoding = "gb18030"
    header_charset = ""

    def paths(self, document: Document) -> list[str]:
        """/c/YYYY-MM-DD/{id}.shtml."""
        return [f"/c/{document.published}/{6473300 + 7 * document.serial}.shtml"]

    def index_number(self, document: Document) -> str:
        """ORG9-YYYYMM-NNNNNN; the month is not that of publication."""
        month = document.signed or document.published  # not the month of publication
        return f"{self.organisation}-{month:%Y%m}-{345600 + 11 * document.serial}"

    def file_path(self, document: Document, name: str) -> str:
        """/upload/YYYYMM/{id}_{n}.{ext}."""
        number = document.attachments.index(name) + 1
        return f"/upload/{document.published:%Y%m}/{6473300 + 7 * document.serial}_{number}.{name.rpartition('.')[2]}"

    def labels(self, document: Document) -> list[Label]:
        """The 主题分类 is just a year; the 文号 is never filled in."""
        return [
            self.index(document),
            Label("主题分类", f"{document.published.year}年", "topic"),
            Label("发布机构", self.publisher(document), "publisher"),
            Label("发布日期", f"{document.published} {document.minute}"),
            Label("名　称", document.headline),
            Label("文　号", ""),
            Label("关键字", "建议 提案 答复" if document.proposal else "", "keywords"),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """index.shtml, index_2.shtml … below the column's path."""
        title, lists = self.columns[column], chunks(rows, self.per_page)
        names = ["index.shtml", *(f"index_{number}.shtml" for number in range(2, len(lists) + 1))]
        pages = {}
        for at, shown in enumerate(lists):
            items = "\n".join(
                f'<li><a href="{escape(row.href)}">{escape(row.title)}</a><em>[{row.date:%m-%d}]</em></li>'
                for row in shown
            )
            before = f'<a href="{names[at - 1]}">上一页</a>' if at else "<span>上一页</span>"
            after = f'<a href="{names[at + 1]}">下一页</a>' if at + 1 < len(names) else "<span>下一页</span>"
            pager = f'<div class="page">第{at + 1}页/共{len(names)}页 {before} {after}</div>'
            main = f'<ul class="newsList">\n{items}\n</ul>{pager}'
            page = Page(self._frame(title, metas(self, title, title), title, main, step))
            pages[f"/zfxxgk/{column}/{names[at]}"] = page
        return pages | {f"/zfxxgk/{column}/": pages[f"/zfxxgk/{column}/index.shtml"]}

    def detail(self, document: Document, path: str, step: int) -> str:
        """Table of labels, headline again, a static counter, body."""
        column = self.columns["rdzx"]
        cells = [f"<th>{k}：</th><td>{escape(v)}</td>" for k, v, _ in self.labels(document)]
        rows = [cells[0:2], cells[2:4], cells[4:5], cells[5:7]]
        table = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
        files = "".join(
            f'<p>附件：<a href="{self.file_path(document, name)}">{name}</a></p>' for name in document.attachments
        )
        main = f"""<table class="xxgkTable">{table}</table>
<h2 class="conTitle">{escape(document.headline)}</h2>
<div class="conInfo">发布时间：{document.published} {document.minute}　字号：[大 中 小]　浏览次数：{HITS}</div>
<div class="conTxt">{self.body(document)}</div>
<div class="conFile">{files}</div>
<div class="conBtn">【打印本页】【关闭窗口】</div>"""
        return self._frame(document.headline, metas(self, document.headline, column, document), column, main, step)

    def more(self, step: int) -> dict[str, Page]:
        """The home page."""
        link = '<a href="/zfxxgk/rdzx/">人大建议政协提案</a>'
        return {"/": Page(self._frame(self.name, metas(self, "", "首页"), "首页", link, step))}

    def _frame(self, title: str, head: str, column: str, main: str, step: int) -> str:
        day = today(step)
        return f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>{escape(title)}_{self.name}</title>
{head}</head>
<body><div class="head">今天是 {day.year}年{day.month}月{day.day}日 星期{"一二三四五六日"[day.weekday()]}　\
<a href="/zfxxgk/rdzx/">人大建议政协提案</a></div>
<div class="wz">您现在的位置：首页 > 政府信息公开 > {column}</div>
{main}
<div class="foot">主办单位：{self.name}办公室　网站标识码：9901020003</div>
</body></html>"""
