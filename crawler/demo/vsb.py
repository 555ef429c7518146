"""博达 Visual SiteBuilder: /info/{tree}/{id}.htm, lists numbered backwards, counters filled in by script."""

from html import escape
from posixpath import dirname, relpath
from typing import ClassVar

from crawler.demo.letter import Document
from crawler.demo.site import Label, Page, Row, Site, chunks, cut, metas

_OWNER = 1999014101
_TREES = {"jytabl": 1041, "zxta": 1052}


class Vsb(Site):
    """霁川市民政局."""

    key, name, host = "demo-mzj", "霁川市民政局", "mzj.jichuan.example"
    organisation = "990141012"
    columns: ClassVar[dict[str, str]] = {"jytabl": "建议提案办理", "zxta": "政协提案"}
    robots = (
        "User-agent: *\nDisallow: /private/\nDisallow: /system/login\n\nSitemap: http://mzj.jichuan.example/map.xml\n"
    )
    validators = True

    def paths(self, document: Document) -> list[str]:
        """/info/{tree}/{id}.htm, once a column."""
        return [f"/info/{_TREES[column]}/{2300 + document.serial}.htm" for column in self.columns_of(document)]

    def index_number(self, document: Document) -> str:
        """ORG8-C-/YYYY-MMDDNNN."""
        return f"{self.organisation[:8]}-{self.organisation[8]}-/{document.published:%Y-%m%d}{document.serial:03}"

    def file_path(self, document: Document, name: str) -> str:
        """download.jsp, by a running file number."""
        number = 880 + 10 * document.serial + document.attachments.index(name)
        return f"/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner={_OWNER}&wbfileid={number}"

    def labels(self, document: Document) -> list[Label]:
        """The 文号 is never filled in."""
        return [
            self.index(document)._replace(label="索 引 号"),
            Label("发布机构", self.publisher(document), "publisher"),
            Label("公开日期", str(document.published)),
            Label("文　　号", ""),
            Label("公开方式", "主动公开", "disclosure"),
            Label("信息名称", document.headline),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """/{column}.htm, then /{column}/{T-P+1}.htm: the last page is 1.htm."""
        lists = chunks(rows, self.per_page)
        total = len(lists)

        def path(number: int) -> str:
            return f"/{column}.htm" if number == 1 else f"/{column}/{total - number + 1}.htm"

        pages = {}
        for number, shown in enumerate(lists, 1):
            here = dirname(path(number))

            def link(target: str, text: str, here: str = here) -> str:
                return f'<a href="{_relative(target, here)}" class="Next">{text}</a>'

            items = "\n".join(
                f'<li id="line_u8_{at}"><span>{row.date}</span><a href="{escape(_relative(row.href, here))}" '
                f'target="_blank" title="{escape(row.title)}">{escape(cut(row.title, 30))}</a></li>'
                for at, row in enumerate(shown)
            )
            pager = [f"共{len(rows)}条&nbsp;&nbsp;{number}/{total}&nbsp;"]
            pager += [link(path(1), "首页"), link(path(number - 1), "上页")] if number > 1 else ["首页", "上页"]
            pager += [link(path(number + 1), "下页"), link(path(total), "尾页")] if number < total else ["下页", "尾页"]
            title = self.columns[column]
            main = f'<ul class="list">\n{items}\n</ul>\n<table class="pb"><tr><td>{" ".join(pager)}</td></tr></table>'
            pages[path(number)] = Page(self._frame(f"{title}-{self.name}", metas(self, title, title), title, main))
        return pages

    def detail(self, document: Document, path: str, step: int) -> str:
        """Table of labels, headline, counter by script, body, attachments, 上一条 and 下一条."""
        here = dirname(path)
        newer, older = self.neighbours(document, step)
        column = self.columns[next(c for c, tree in _TREES.items() if f"/{tree}/" in path)]
        cells = [f"<td class='t'>{k}：</td><td>{escape(v)}</td>" for k, v, _ in self.labels(document)]
        table = "\n".join(f"<tr>{cells[at]}{cells[at + 1]}</tr>" for at in range(0, len(cells), 2))
        files = "".join(
            f'<li>附件【<a href="{escape(self.file_path(document, name))}" target="_blank">{name}</a>】已下载'
            f'<span id="nattach{at}"><script>getClickTimes({880 + at},{_OWNER},"wbnewsfile")</script></span>次</li>'
            for at, name in enumerate(document.attachments)
        )
        turns = "".join(
            f'<p>{label}：<a href="{_relative(other_path, here)}">{escape(other.headline)}</a></p>'
            for label, other in (("上一条", newer), ("下一条", older))
            if other
            for other_path in self.paths(other)[:1]
        )
        main = f"""<form name="_newscontent_fromname">
<table class="xxgk">{table}</table>
<h1 align="center">{escape(document.headline)}</h1>
<div class="info"><span>发布日期：{document.published}</span> <span>点击数：<script>_showDynClicks("wbnews", {_OWNER}, \
{2300 + document.serial})</script></span> <a href="javascript:window.close()">【关闭窗口】</a></div>
<div id="vsb_content"><div class="v_news_content">
{self.body(document)}
</div></div>
<ul style="list-style-type:none;">{files}</ul>
<div class="turn">{turns}</div>
</form>"""
        head = metas(self, document.headline, column, document)
        return self._frame(f"{document.headline}-{self.name}", head, column, main)

    def more(self, step: int) -> dict[str, Page]:
        """The home page and a column that robots.txt forbids."""
        ledger = "<ul><li>内部办理台账，仅供局机关使用。</li></ul>"
        home = '<a href="jytabl.htm">建议提案办理</a>'
        return {
            path: Page(self._frame(self.name, metas(self, "", title), title, main))
            for path, title, main in (
                ("/private/index.htm", "办理台账", ledger),
                ("/private/2024.htm", "2024年台账", ledger),
                ("/", "首页", home),
            )
        }

    def _frame(self, title: str, head: str, column: str, main: str) -> str:
        links = "".join(f'<li><a href="/{slug}.htm">{name}</a></li>' for slug, name in self.columns.items())
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
 "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html><head><title>{escape(title)}</title>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
{head}
<script src="/system/resource/js/counter.js"></script><script src="/system/resource/js/dynclicks.js"></script></head>
<body><div class="top"><script>document.write(new Date().toLocaleDateString())</script> 欢迎访问{self.name}网站</div>
<ul class="nav"><li><a href="/">首页</a></li>{links}<li><a href="/private/index.htm">办理台账</a></li></ul>
<div class="position">当前位置: <a href="/">首页</a> &gt;&gt; {column} &gt;&gt; 正文</div>
{main}
<div class="foot">主办：{self.name}　网站标识码：9901000019　市政府网站群技术支持　青ICP备00000019号</div>
</body></html>"""


def _relative(target: str, here: str) -> str:
    """A site's path as its generator writes it, seen from a folder; other addresses stay."""
    if "://" in target:
        return target
    path, mark, query = target.partition("?")
    return relpath(path, here) + mark + query
