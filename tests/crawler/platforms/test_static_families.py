"""Static lists of TRS and JEECMS: walks from the first page to the last, in every numbering."""

from collections.abc import Callable

import pytest

from crawler.page import parse
from crawler.platforms import recognise
from crawler.platforms.base import ListPage, ListRequest

TRS = "http://www.chunan.example/zwgk/jytabl/"
JEECMS = "http://public.zhongzhou.example/D1101X/"
PAGES, SIZE = 5, 6


def read(html: str, url: str) -> tuple[str, ListPage]:
    page = parse(f"<html><body>{html}</body></html>".encode(), url)
    platform = recognise(page)
    return platform.key, platform.read_list(page)


def rows(number: int, href: str) -> str:
    first = (number - 1) * SIZE + 1
    return "".join(
        f"<li><a href='{href.format(1000 + n)}'>关于县政协第{n}号提案的答复</a><i>2024-06-{n % 28 + 1:02}</i></li>"
        for n in range(first, first + SIZE)
    )


STICKY = (
    "<li><a href='./202401/t20240101_999.html'>[置顶]关于公布建议提案办理结果的公告</a><span>2024-01-01</span></li>"
)
NO_LINK = "<li>关于县政协第0号提案的答复（不予公开）<span>2024-07-01</span></li>"
INLINED = "function createPage(n){ document.write('<a href=\"' + name + '-' + n + '.' + ext + '\">'); } "

# How a site numbers its pages: the file of page p, and the script that stands in page p.
NUMBERINGS: dict[str, tuple[Callable[[int], str], Callable[[int], str]]] = {
    "from 1, zero-based": (
        lambda p: f"index_{p - 1}.html" if p > 1 else "",
        lambda p: f'createPageHTML({PAGES}, {p - 1}, "index", "html");',
    ),
    "from 2, container first": (
        lambda p: f"list_{p}.shtml" if p > 1 else "list.shtml",
        lambda p: f"createPageHTML('page_div',{PAGES}, {p},'list','shtml',{PAGES * SIZE});",
    ),
    "quoted numbers": (
        lambda p: f"index_{p - 1}.html" if p > 1 else "index.html",
        lambda p: f'createPageHTML("{PAGES}", "{p - 1}", "index", "html");',
    ),
    "hyphen, from 2": (
        lambda p: f"index-{p}.shtml" if p > 1 else "index.shtml",
        lambda p: f"{INLINED}createPageHTML({PAGES}, {p - 1}, 'index', 'shtml');",
    ),
    "Pager": (
        lambda p: f"index_{p - 1}.html" if p > 1 else "",
        lambda p: f"Pager({{size:{PAGES},current:{p - 1},prefix:'index',suffix:'html'}});",
    ),
    "countPage": (
        lambda p: f"default_{p - 1}.htm" if p > 1 else "default.htm",
        lambda p: (
            f"var currentPage = {p - 1};\nvar countPage = {PAGES};\n"
            'document.write("<a href=\'default_" + (currentPage+1) + ".htm\'>下一页</a>");'
        ),
    ),
}


@pytest.mark.parametrize("extra", ["", STICKY, NO_LINK], ids=["plain", "sticky", "no link"])
@pytest.mark.parametrize("name", NUMBERINGS)
def test_a_walk_of_trs_reaches_every_row_and_ends(name: str, extra: str) -> None:
    file, script = NUMBERINGS[name]
    files = {TRS + file(p): p for p in range(1, PAGES + 1)}
    url, seen, visited = TRS + file(1), [], []
    while True:
        assert url not in visited
        visited.append(url)
        number = files[url]
        html = f"<ul class='list'>{extra}{rows(number, './202406/t20240607_{}.html')}</ul>"
        key, listing = read(f"{html}<script>{script(number)}</script>", url)
        assert key == "trs"
        assert listing.pages == PAGES
        seen += [row.title or "" for row in listing.rows if "公告" not in (row.title or "")]
        if listing.next is None:
            break
        url = listing.next.url
    assert seen == [f"关于县政协第{n}号提案的答复" for n in range(1, PAGES * SIZE + 1)]


def test_a_stub_with_status_200_holds_nothing_and_leads_nowhere() -> None:
    stub = "<html><head><title></title></head><body><script>location.href='/';</script></body></html>"
    assert read(stub, TRS + "index_9.html")[1] == ListPage()


def test_a_last_page_repeated_for_ever_is_not_asked_for_again() -> None:
    script = f'<script>createPageHTML({PAGES}, {PAGES - 1}, "index", "html");</script>'
    for number in (PAGES - 1, PAGES, PAGES + 7):
        html = f"<ul>{rows(PAGES, './202406/t20240607_{}.html')}</ul>{script}"
        assert read(html, f"{TRS}index_{number}.html")[1].next is None


def jeecms(number: int, pager: str) -> str:
    return f"<ul>{rows(number, '/D1101X/{}.jhtml')}</ul><div>共 {PAGES * SIZE} 条记录 {number}/{PAGES} 页 {pager}</div>"


@pytest.mark.parametrize("linked", [True, False])
def test_a_walk_of_jeecms_by_its_buttons_or_its_count(linked: bool) -> None:
    url, seen = JEECMS + "index.jhtml", []
    for number in range(1, PAGES + 1):
        onclick = f"location.href=encodeURI('index_{number + 1}.jhtml');"
        button = f'<a href="javascript:void(0);" onclick="{onclick}">下一页</a>' if linked and number < PAGES else ""
        key, listing = read(jeecms(number, button), url)
        assert key == "jeecms"
        assert (listing.total, listing.pages) == (PAGES * SIZE, PAGES)
        seen += [row.url for row in listing.rows]
        if number < PAGES:
            assert listing.next == ListRequest(f"{JEECMS}index_{number + 1}.jhtml")
            url = listing.next.url
    assert listing.next is None
    assert len(seen) == len(set(seen)) == PAGES * SIZE
