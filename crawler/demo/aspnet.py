"""A site of ASP.NET Web Forms: News_show.aspx?id=, lists that are turned by a form which posts itself back."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from html import escape
from typing import ClassVar

from crawler.demo.letter import Document
from crawler.demo.site import HITS, Label, Page, Row, Site, chunks, cut, metas

_NUMBERS = {"rdjy": "21", "zxta": "22", "swyw": "3", "tzgg": "5"}
_TOP = '<IMG src="images/top.gif" alt="置顶">'


class Aspnet(Site):
    """霁川市水务局."""

    key, name, host = "demo-swj", "霁川市水务局", "swj.jichuan.example"
    columns: ClassVar[dict[str, str]] = {"rdjy": "人大代表建议", "zxta": "政协委员提案"}
    others: ClassVar[dict[str, str]] = {"swyw": "水务要闻", "tzgg": "通知公告"}
    robots = "User-agent: Baiduspider\nDisallow: /\n\nUser-agent: *\nAllow: /\nDisallow: /admin/\n"
    encoding = "gb18030"
    header_charset = "gb2312"
    names_source = True
    per_page = 4

    def paths(self, document: Document) -> list[str]:
        """/News_show.aspx?id=N, in a further column with its number, too."""
        columns = self.columns_of(document)
        return [
            f"/News_show.aspx?id={1840 + document.serial}" + (f"&cid={_NUMBERS[column]}" if at else "")
            for at, column in enumerate(columns)
        ]

    def index_number(self, document: Document) -> str:
        """None on these pages."""
        return ""

    def file_path(self, document: Document, name: str) -> str:
        """/UploadFile/Y-M/{figures}.{ext}."""
        number = f"{document.published:%Y%m%d}{1000 + 10 * document.serial + document.attachments.index(name)}"
        return f"/UploadFile/{document.published.year}-{document.published.month}/{number}.{name.rpartition('.')[2]}"

    def labels(self, document: Document) -> list[Label]:
        """One line under the headline."""
        return [
            Label("信息来源", self.publisher(document), "source"),
            Label("发布时间", f"{document.published.year}/{document.published.month}/{document.published.day}"),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """None that are files: see `dynamic`."""
        return {}

    def dynamic(self, path: str, fields: Mapping[str, str], step: int) -> Page | None:
        """News_list.aspx?cid=N; its form, posted with __VIEWSTATE and the pager's event, gives another page."""
        column = next((c for c, number in _NUMBERS.items() if number == fields.get("cid")), None)
        if path != "/News_list.aspx" or column is None:
            return None
        title, lists, number = self.heading(column), chunks(self.rows(column, step), self.per_page), 1
        if fields.get("__EVENTTARGET") == "AspNetPager1":
            try:
                known = b64decode(fields.get("__VIEWSTATE", ""), validate=True).startswith(f"cid={column};".encode())
            except ValueError:
                known = False
            if not known:
                return Page("<h1>“/”应用程序中的服务器错误。</h1><h2>验证视图状态 MAC 失败。</h2>", status=500)
            argument = fields.get("__EVENTARGUMENT", "")
            number = min(max(int(argument) if argument.isdecimal() else 1, 1), len(lists))
        items = "\n".join(
            f'<TR><TD width="80%">·<A href="{escape(self._href(row))}" target=_blank>{escape(cut(row.title, 24))}</A>'
            f"{_TOP if row.sticky else ''}</TD>"
            f"<TD>{row.date.year}-{row.date.month}-{row.date.day}</TD></TR>"
            for row in lists[number - 1]
        )
        state = b64encode(f"cid={column};page={number};{len(lists)}".encode()).decode()

        def turn(to: int, text: str) -> str:
            if to == number or not 1 <= to <= len(lists):
                return f'<a disabled="disabled">{text}</a>'
            return f"<a href=\"javascript:__doPostBack('AspNetPager1','{to}')\">{text}</a>"

        numbers = "".join(
            f'<span style="color:red">{other}</span>' if other == number else turn(other, str(other))
            for other in range(1, len(lists) + 1)
        )
        main = f"""<form name="form1" method="post" action="News_list.aspx?cid={_NUMBERS[column]}" id="form1">
<input type="hidden" name="__EVENTTARGET" id="__EVENTTARGET" value="" />
<input type="hidden" name="__EVENTARGUMENT" id="__EVENTARGUMENT" value="" />
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{state}" />
<input type="hidden" name="__VIEWSTATEGENERATOR" id="__VIEWSTATEGENERATOR" value="4B1A2C3D" />
<script>function __doPostBack(t,a){{theForm.__EVENTTARGET.value=t;theForm.__EVENTARGUMENT.value=a;theForm.submit();}}\
var theForm=document.forms['form1'];</script>
<TABLE class="newslist">
{items}
</TABLE>
<div id="AspNetPager1" class="paginator">{turn(1, "首页")}{turn(number - 1, "上一页")}{numbers}\
{turn(number + 1, "下一页")}{turn(len(lists), "尾页")}</div>
</form>"""
        return Page(self._frame(title, metas(self, title, title), title, main))

    def _href(self, row: Row) -> str:
        return row.href.removeprefix("/")

    def detail(self, document: Document, path: str, step: int) -> str:
        """Headline, one line of facts with a static counter, body, files."""
        at = self.paths(document).index(path)
        column = self.heading(self.columns_of(document)[at])
        facts = "　".join(f"{label}：{escape(value)}" for label, value, _ in self.labels(document))
        files = "".join(
            f'<TR><TD>附件：<A href="{self.file_path(document, name).removeprefix("/")}">{name}</A></TD></TR>'
            for name in document.attachments
        )
        main = f"""<form name="form1" method="post" action="{escape(path.removeprefix("/"))}" id="form1">
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{b64encode(path.encode()).decode()}" />
<TABLE width="100%" class="show"><TR>
<TD align="center"><span id="lblTitle"><B>{escape(document.headline)}</B></span></TD></TR>
<TR><TD align="center">{facts}　点击数：<span id="lblHits">{HITS}</span></TD></TR>
<TR><TD><span id="lblContent" class="NewsContent">{self.body(document)}</span></TD></TR>
{files}
</TABLE><P>【<A href="javascript:window.close()">关闭窗口</A>】</P></form>"""
        return self._frame(document.headline, "", column, main)

    def more(self, step: int) -> dict[str, Page]:
        """The home page, and one of persons."""

        def a(column: str) -> str:
            return f'<TD><A href="News_list.aspx?cid={_NUMBERS[column]}">{self.heading(column)}</A></TD>'

        rows = "".join(
            f'<TR><TD colspan=4>·<A href="{self._href(row)}">{escape(cut(row.title, 16))}</A></TD></TR>'
            for column in self.others
            for row in self.rows(column, step)
        )
        home = f"""<TABLE><TR><TD><A href="Default.aspx">首页</A></TD>{a("swyw")}{a("tzgg")}\
<TD><A href="Pages_7_12.aspx">领导分工</A></TD></TR>
{rows}
<TR><TD>政务公开</TD>{a("rdjy")}{a("zxta")}</TR></TABLE>"""
        first = Page(self._frame(self.name, metas(self, "", "首页"), "首页", home))
        people = "<P>局　长：江流</P><P>副局长：汤泉，分管供水、节水</P>"
        return {
            "/": first,
            "/Default.aspx": first,
            "/Pages_7_12.aspx": Page(self._frame("领导分工", "", "领导分工", people)),
        }

    def _frame(self, title: str, head: str, column: str, main: str) -> str:
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312" />
<title>{escape(title)}-{self.name}</title>
{head}</head>
<body><TABLE width="980" align="center"><TR><TD>欢迎访问{self.name}网站</TD></TR></TABLE>
<P>您的位置：<A href="Default.aspx">首页</A> &gt;&gt; {column}</P>
{main}
<P align="center">版权所有：{self.name}　网站标识码：9901000044　技术支持：霁川软件</P>
</body></html>"""
