"""A list page of any size costs bounded time, and what was not read of it is said."""

import time
from collections.abc import Callable

import pytest

from crawler.page import parse
from crawler.platforms import recognise
from crawler.platforms.base import ListPage

URL = "http://www.yunbei.example/info/list.html"


def read(body: str) -> ListPage:
    page = parse(f"<html><head><meta charset=utf-8></head><body>{body}</body></html>".encode(), URL)
    return recognise(page).read_list(page)


def row(n: int) -> str:
    return f'<li><a href="/info/{n}.html">关于第{n}号建议的答复</a><span>2024-05-01</span></li>'


def test_a_long_list_is_read_whole() -> None:
    listing = read("".join(map(row, range(3000))))
    assert (len(listing.rows), listing.cut) == (3000, False)


LARGE: dict[str, Callable[[], str]] = {
    "rows": lambda: "".join(map(row, range(60_000))),
    "links in a row": lambda: "".join(f'<a href="/info/{n}.html">关于第{n}号建议的答复</a>' for n in range(60_000)),
    "records": lambda: "<datastore>" + "".join(f"<record>{row(n)}</record>" for n in range(60_000)),
    "records escaped": lambda: "<record>&lt;a &#104;ref=/info/1.html&gt;关于第1号建议的答复" * 60_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_of_a_larger_page_the_beginning_is_read(name: str) -> None:
    body = LARGE[name]()
    begun = time.process_time()
    listing = read(body)
    assert time.process_time() - begun < 5  # 1 to 2; 10 and more where all is read
    assert listing.cut


def test_no_link_costs_the_length_of_what_it_stands_in() -> None:
    links = "".join(f"<p><a href={n}.html>关</a></p>" for n in range(3000))
    begun = time.process_time()
    read(f'<base href="/{"x" * 1_000_000}/"><div class="{"x" * 500_000}">{links}')
    assert time.process_time() - begun < 5
