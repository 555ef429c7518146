"""Pages of portals that do not exist, for the tests of reading: every place, name and number is made up."""

from collections.abc import Callable

import pytest

LETTER = (
    "苏南一委员：",
    "您提出的《关于增设滨河步道照明的建议》收悉。经与市园林中心会商，现答复如下：",
    "一、现状。滨河步道全长12.6公里，其中8.1公里已装有路灯，其余路段的管线已经预埋。",
    "二、安排。今年第三季度起分两批加装照明，优先考虑居民出入集中的路段，力争年内完工。",
    "感谢您对城市管理工作的关心与支持！",
    "柳湾市城市管理局",
    "2021年6月3日",
)
TITLE = "关于市政协七届二次会议第118号提案的答复"
_NAMES = ("首页", "机构概况", "信息公开", "办事服务", "互动交流")
_NAV = "".join(f'<li><a href="/lm{number}/">{name}</a></li>' for number, name in enumerate(_NAMES))
_FOOT = "<div class='foot'><p>主办：柳湾市城市管理局　技术支持：柳湾信息中心</p><p>柳ICP备00000001号</p></div>"


def _page(
    block: str = "",
    headline: str = f"<h1>{TITLE}</h1>",
    info: str = "",
    body: str | None = None,
    head: str = f"<title>{TITLE}_柳湾市城市管理局</title>",
    container: str = "<div id='zoom'>",
    after: str = "",
) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in LETTER) if body is None else body
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body><ul class='nav'>{_NAV}</ul>"
        f"<div class='main'>{block}{headline}{info}{container}{body}</div>{after}"
        "<div class='sxp'><p>上一篇：<a href='/a/1.html'>关于对市政协第9号提案的答复</a></p>"
        "<p>下一篇：<a href='/a/3.html'>关于对市政协第12号提案的答复</a></p></div></div>"
        f"{_FOOT}</body></html>"
    ).encode()


@pytest.fixture
def page() -> Callable[..., bytes]:
    """Builds a detail page: navigation, labelled block, headline, info line, body, previous and next, footer."""
    return _page


@pytest.fixture
def letter() -> tuple[str, ...]:
    """The lines of the body that a page has by default."""
    return LETTER


@pytest.fixture
def title() -> str:
    """The headline that a page has by default."""
    return TITLE
