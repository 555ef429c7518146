"""拓尔思 TRS WCM: /{column}/YYYYMM/tYYYYMMDD_{id}.html, lists by createPageHTML, all links relative."""

from html import escape
from posixpath import dirname, relpath
from typing import ClassVar

from crawler.demo.letter import Document
from crawler.demo.site import Label, Page, Row, Site, chunks, cut, metas

_OPEN = "/zwgk/fdzdgknr/qtzdgknr/jytabl"
_FOLDERS = {
    "2024njytabl": f"{_OPEN}/2024njytabl",
    "2023njytabl_4417": f"{_OPEN}/2023njytabl_4417",
    "zxta": "/zwgk/zxta",
    "zjyw": "/xwzx/zjyw",
    "tzgg": "/xwzx/tzgg",
}
_STUB = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><title></title>
<link rel="stylesheet" href="/images/list.css"><script src="/images/createPage.js"></script></head>
<body><div class="list-box"><ul class="list-t"></ul></div><div class="page"></div></body></html>"""


class Trs(Site):
    """霁川市住房和城乡建设局."""

    key, name, host = "demo-zjj", "霁川市住房和城乡建设局", "zjj.jichuan.example"
    organisation = "990141151"
    columns: ClassVar[dict[str, str]] = {
        "2024njytabl": "2024年建议提案办理",
        "2023njytabl_4417": "2023年建议提案办理",
        "zxta": "政协提案",
    }
    others: ClassVar[dict[str, str]] = {"zjyw": "住建要闻", "tzgg": "通知公告"}
    robots = "User-agent: *\nDisallow: /was5/\nDisallow: /igs/\n"
    names_source = True
    validators = True
    per_page = 4

    def paths(self, document: Document) -> list[str]:
        """/{column}/YYYYMM/tYYYYMMDD_{id}.html; of a file, P0….pdf beside it."""
        day, number = document.published, 4417600 + 13 * document.serial
        name = f"P0{day:%Y%m%d}{number}.pdf" if document.direct else f"t{day:%Y%m%d}_{number}.html"
        return [f"{_FOLDERS[column]}/{day:%Y%m}/{name}" for column in self.columns_of(document)]

    def index_number(self, document: Document) -> str:
        """ORG9/YYYY-NNNNN."""
        return f"{self.organisation}/{document.published.year}-{110 + document.serial:05}"

    def file_path(self, document: Document, name: str) -> str:
        """P0….pdf or W0….docx beside the first of the pages."""
        kind = name.rpartition(".")[2]
        number = f"{document.published:%Y%m%d}{5800 + 10 * document.serial + document.attachments.index(name)}"
        return f"{dirname(self.paths(document)[0])}/{'P' if kind == 'pdf' else 'W'}0{number}.{kind}"

    def labels(self, document: Document) -> list[Label]:
        """Four cells a row; the 文号 is 无 where there is none."""
        return [
            self.index(document)._replace(label="索 引 号"),
            Label("主题分类", "城乡建设、环境保护；城乡建设", "topic"),
            Label("发布机构", self.publisher(document), "publisher"),
            Label("发布日期", str(document.published)),
            Label("文　　号", document.number or "无"),
            Label("有 效 性", ""),
        ]

    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """index.html, index_1.html … and a last one that is counted but nearly empty; list-2.shtml in zxta."""
        folder, title = _FOLDERS[column], self.heading(column)
        frozen, other = column.startswith("2023"), column == "zxta"
        lists = chunks(rows, 2 if frozen or other else self.per_page)
        stub = column == "2024njytabl"
        total = len(lists) + stub
        pages = {}
        for at, shown in enumerate(lists):
            items = "\n".join(
                f'<li><a href="{escape(_relative(row.href, folder))}" title="{escape(row.title)}" target="_blank">'
                f"{escape(cut(row.title, 26))}</a><span>{row.date}</span></li>"
                for row in shown
            )
            hidden = ""
            if frozen:
                name = f"index_{at}.html" if at else "index.html"
                pager = f"<script>Pager({{size:{total},current:{at},prefix:'index',suffix:'html'}});</script>"
            elif other:
                name = f"list-{at + 1}.shtml" if at else "list.shtml"
                before = f'<a href="list{f"-{at}" if at > 1 else ""}.shtml">上一页</a>' if at else ""
                after = f'<a href="list-{at + 2}.shtml">下一页</a>' if at + 1 < total else ""
                pager = f"{before} 第{at + 1}页 共{total}页 {after}"
                news = "".join(
                    f'<li><a href="{_relative(row.href, folder)}">{escape(row.title)}</a></li>'
                    for row in self.rows("zjyw", step)
                )
                hidden = f'<div class="tab-con" style="display:none"><ul class="list-t">{news}</ul></div>'
            else:
                name = f"index_{at}.html" if at else "index.html"
                pager = f'<script>createPageHTML({total}, {at}, "index", "html");</script>'
            main = f"""<h2 class="lm">{title}</h2>
<div class="tab-con"><ul class="list-t">
{items}
</ul><div class="page">{pager}</div></div>{hidden}"""
            pages[f"{folder}/{name}"] = Page(self._frame(title, metas(self, title, title), title, main, folder))
        if stub:
            pages[f"{folder}/index_{len(lists)}.html"] = Page(_STUB)
        return pages | {f"{folder}/": next(iter(pages.values()))}

    def detail(self, document: Document, path: str, step: int) -> str:
        """Table of labels, headline, body in the editor's block, a list of attachments that is empty on most pages."""
        folder = dirname(path)
        column = self.heading(next(c for c, own in _FOLDERS.items() if path.startswith(f"{own}/")))
        old = document.published.year < 2024
        cells = [
            f'<td class="pmingcheng"><strong>{label}</strong></td><td>&nbsp;{escape(value)}</td>'
            for label, value, _ in self.labels(document)
        ]
        table = "\n".join(f"<tr>{cells[at]}{cells[at + 1]}</tr>" for at in range(0, len(cells), 2))
        links = "".join(
            f'<li><a href="{_relative(self.file_path(document, name), folder)}">{name}</a></li>'
            for name in document.attachments
        )
        if old and links:  # before 2024 a script wrote them
            links = f"<script>document.write('{links}')</script>"
        editor = "<div class=TRS_Editor>" if old else '<div class="view TRS_UEDITOR trs_paper_default trs_web">'
        main = f"""<table class="pubtable">{table}</table>
<h1 class="xl-title">{escape(document.headline)}</h1>
<div class="xl-info"><span>{document.published} {document.minute}</span> <span>来源：{self.publisher(document)}</span>
<span>字号：[大] [中] [小]</span> <a href="javascript:window.print()">打印</a></div>
{editor}<style type="text/css">.TRS_Editor P{{line-height:2;font-family:宋体;}}</style>
{self.body(document)}</div>
<div id="appendixlist"><h4>附件下载：</h4><ul>{links}</ul></div>
<div class="ewm">扫一扫在手机打开当前页</div>"""
        head = metas(self, document.headline, column, document)
        return self._frame(self.name, head, column, main, folder)  # the title is the template's

    def more(self, step: int) -> dict[str, Page]:
        """The home page, and one of persons."""

        def ul(*columns: str) -> str:
            return "".join(
                f'<li><a href=".{_FOLDERS[c]}/{"list.shtml" if c == "zxta" else ""}">{self.heading(c)}</a></li>'
                for c in columns
            )

        newest = "".join(
            f'<li><a href="{_relative(row.href, "/")}" title="{escape(row.title)}">{escape(cut(row.title, 18))}</a>'
            f"<span>{row.date:%m-%d}</span></li>"
            for row in self.rows("zjyw", step)
        )
        home = f"""<div class="focus"><h3>住建要闻</h3><ul>{newest}</ul></div>
<div class="zwgk"><h3>政府信息公开</h3><ul><li><a href="./zwgk/ldzc/">领导之窗</a></li>{ul("tzgg")}
<li><a href="http://www.jichuan.example/">政府信息公开指南</a></li></ul></div>
<div class="jyta"><h3>建议提案办理</h3><ul>{ul(*self.columns)}</ul></div>"""
        leaders = "<ul><li>局长　石见川　主持全面工作</li><li>副局长　檀溪　分管城市更新、物业管理</li></ul>"
        return {
            "/": Page(self._frame(self.name, metas(self, "", "首页"), "首页", home, "/")),
            "/zwgk/ldzc/": Page(
                self._frame("领导之窗", metas(self, "", "领导之窗"), "领导之窗", leaders, "/zwgk/ldzc")
            ),
        }

    def _frame(self, title: str, head: str, column: str, main: str, folder: str) -> str:
        up = relpath("/", folder)
        news = f'<a href="{up}/xwzx/zjyw/">新闻中心</a>'
        return f"""<!DOCTYPE html>
<html><head><meta charset="UTF-8"><title>{escape(title)}</title>
{head}
<script src="{up}/images/createPage.js"></script></head>
<body><div class="top">{self.name}</div>
<div class="nav"><a href="{up}/">首页</a> {news} <a href="{up}/zwgk/ldzc/">机构领导</a></div>
<div class="dqwz">当前位置：<a href="{up}/">首页</a> &gt; {column}</div>
{main}
<div class="foot">主办：{self.name}　网站标识码：9901000041　青ICP备00000041号</div>
</body></html>"""


def _relative(target: str, folder: str) -> str:
    """A path as its generator writes it, seen from a folder; other addresses stay."""
    if "://" in target:
        return target
    there = relpath(target, folder)
    return there if there.startswith("..") else f"./{there}"
