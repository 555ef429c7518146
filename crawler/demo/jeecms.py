"""Sites built with JEECMS: /{column}/{id}.jhtml, lists index.jhtml, index_2.jhtml …"""

from html import escape
from typing import ClassVar

from crawler.demo.letter import Document
from crawler.demo.site import HITS, Label, Page, Row, Site, chunks, metas


class Jeecms(Site):
    """霁川市交通运输局."""

    key, name, host = "demo-jtj", "霁川市交通运输局", "jtj.jichuan.example"
    columns: ClassVar[dict[str, str]] = {"D1101X": "人大建议", "D1102X": "政协提案"}
    others: ClassVar[dict[str, str]] = {"jtxw": "交通新闻", "tzgg": "通知公告"}
    robots = None
    per_page = 4

    def paths(self, document: Document) -> list[str]:
        """/{column}/{id}.jhtml, once a column."""
        return [f"/{column}/{70210 + 3 * document.serial}.jhtml" for column in self.columns_of(document)]

    def index_number(self, document: Document) -> str:
        """DIV6-DEPT/YYYY-NNNNN: holds no organisation code."""
        return f"990100-115/{document.published.year}-{220 + document.serial:05}"

    def file_path(self, document: Document, name: str) -> str:
        """attachment.jspx, by the page's number and the file's place in it."""
        return f"/attachment.jspx?cid={70210 + 3 * document.serial}&i={document.attachments.index(name)}"

    def labels(self, document: Document) -> list[Label]:
        """ "label：value" as the text of one list item."""
        return [
            self.index(document)._replace(label="信息索引号"),
            Label("责任部门", "办公室"),
            Label("发布机构", self.publisher(document), "publisher"),
            Label("产生日期", str(document.signed or ""), "issued_on"),
            Label("发布日期", str(document.published)),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """index.jhtml, index_2.jhtml …; rows of 政协提案 have no dates, and its pager is buttons."""
        title, lists = self.heading(column), chunks(rows, self.per_page)
        names = ["index.jhtml", *(f"index_{number}.jhtml" for number in range(2, len(lists) + 1))]
        buttons = column == "D1102X"
        pages = {}
        for at, shown in enumerate(lists):
            items = "\n".join(
                f'<li>{"" if buttons else f"<span>{row.date}</span>"}<a href="{escape(row.href)}" '
                f'title="{escape(row.title)}" target="_blank">{escape(row.title)}</a></li>'
                for row in shown
            )

            def turn(to: int, text: str, at: int = at) -> str:
                name = names[min(max(to, 0), len(names) - 1)]
                if buttons:
                    off = " disabled" if not 0 <= to < len(names) else ""
                    click = f"onclick=\"location.href=encodeURI('{name}');\""
                    return f'<input type="button" value="{text}" {click}{off}>'
                return f'<a href="{name}">{text}</a>' if 0 <= to < len(names) and to != at else f"<a>{text}</a>"

            pager = f"共{len(rows)}条记录 {at + 1}/{len(lists)}页 {turn(0, '首页')} {turn(at - 1, '上一页')} \
{turn(at + 1, '下一页')} {turn(len(names) - 1, '尾页')}"
            main = f'<ul class="list-right">\n{items}\n</ul><div class="pagesite"><div>{pager}</div></div>'
            pages[f"/{column}/{names[at]}"] = Page(self._frame(title, metas(self, title, title), title, main))
        return pages

    def detail(self, document: Document, path: str, step: int) -> str:
        """List of facts, headline, a static counter, body."""
        column = self.heading(path.split("/")[1])
        facts = "".join(f"<li>{label}：{escape(value)}</li>" for label, value, _ in self.labels(document))
        files = "".join(
            f'<p><a href="{escape(self.file_path(document, name))}" title="文件下载">{name}</a></p>'
            for name in document.attachments
        )
        turns = "".join(
            f'<p>{label}：<a href="{self.paths(other)[0]}">{escape(other.headline)}</a></p>'
            for label, other in zip(("上一篇", "下一篇"), self.neighbours(document, step), strict=True)
            if other
        )
        main = f"""<div class="xxgk-info"><ul>{facts}</ul></div>
<div class="content-title"><h1>{escape(document.headline)}</h1></div>
<div class="msgbar">发布时间：{document.published} {document.minute}　作者：jtjadmin　浏览次数：{HITS}</div>
<div class="content-txt">{self.body(document)}</div>
<div class="attach">{files}</div>
<div class="turn">{turns}</div>"""
        head = metas(self, document.headline, column, document).lower()  # names in small letters
        head = head.replace(escape(document.headline).lower(), escape(document.headline))
        return self._frame(document.headline, head, column, main)

    def more(self, step: int) -> dict[str, Page]:
        """The home page, and one of persons."""

        def a(column: str) -> str:
            return f'<a href="/{column}/index.jhtml">{self.heading(column)}</a>'

        rows = "".join(
            f'<li><a href="{row.href}">{escape(row.title)}</a></li>' for c in self.others for row in self.rows(c, step)
        )
        home = f"""<div class="menu">{a("jtxw")} <a href="/jgld/index.jhtml">机构领导</a> {a("tzgg")}
<a href="/login.jspx">登录</a></div>
<ul class="news">{rows}</ul>
<div class="gk"><h3>建议提案</h3>{a("D1101X")} {a("D1102X")}</div>"""
        people = "<p>局长：陆远</p><p>副局长：桥生，分管公路养护、水路运输</p>"
        return {
            "/": Page(self._frame(self.name, metas(self, "", "首页"), "首页", home)),
            "/jgld/index.jhtml": Page(self._frame("机构领导", metas(self, "", "机构领导"), "机构领导", people)),
        }

    def _frame(self, title: str, head: str, column: str, main: str) -> str:
        return f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>
<title>{escape(title)}-{self.name}</title>
{head}
<script src="/r/cms/front.js" type="text/javascript"></script></head>
<body><div class="topbar">{self.name}</div>
<div class="curpos">当前位置：<a href="/">首页</a> - {column} - 正文</div>
{main}
<div class="footer">主办：{self.name}　网站标识码：9901000043</div>
</body></html>"""
