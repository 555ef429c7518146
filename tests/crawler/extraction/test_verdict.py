"""Walls, logins and error pages served as pages; and pages that only look like them."""

import pytest

from crawler.extraction import extract
from crawler.extraction.verdict import is_challenge
from tests.e2e.bench import html, letter


def flags(page: str) -> set[str]:
    record = extract(page.encode(), "http://www.shelf.example/letter/1.html", content_type="text/html; charset=utf-8")
    return {flag for flag in record.flags if flag.startswith("page:")}


def shown(title: str, main: str) -> str:
    return str(html(title, main).content)


@pytest.mark.parametrize(
    ("page", "flag"),
    [
        ("<html><head><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script></head><body></body></html>", "challenge"),
        ("<script>document.cookie='__jsl_clearance_s=17';location.href=location.pathname</script>", "challenge"),
        ("<html><script>var x='wzws_cid'</script><body>请稍候</body></html>", "challenge"),
        ("<html><script>var arg1='4A';setCookie('acw_sc__v2',arg1)</script><body>加载中</body></html>", "challenge"),
        ("<html><script>window._cf_chl_opt={}</script><body><p>Just a moment...</p></body></html>", "challenge"),
        (shown("提示", "<p>您的访问已被拦截，请联系管理员</p>"), "challenge"),
        (shown("", "<noscript>请开启JavaScript并刷新该页</noscript><p>请开启JavaScript</p>"), "challenge"),
        (shown("系统提示", "<p>您没有权限查看该信息，请先登录！</p>"), "login"),
        (shown("提示信息", "<p>您访问的页面不存在或已被删除</p>"), "missing"),
        ("<html><head><script src=/app.js></script></head><body><div id=app></div></body></html>", "empty"),
    ],
)
def test_what_is_no_page_is_flagged(page: str, flag: str) -> None:
    assert flags(page) == {f"page:{flag}"}


@pytest.mark.parametrize(
    "page",
    [
        shown("关于第3号提案的答复", "<script>$_ts=window['$_ts']</script>" + letter(3, "补助二十元")),
        shown("关于第3号提案的答复", letter(3, "补助二十元") + "<form>验证码 <input></form><a href=/l>用户登录</a>"),
        shown("关于第3号提案的答复", "<p>甘棠委员：</p><p>您提出的验证码短信一事收悉，已告知运营商。</p>"),
    ],
)
def test_a_letter_is_no_wall(page: str) -> None:
    assert flags(page) == set()


@pytest.mark.parametrize(
    ("status", "body", "challenge"),
    [
        (412, b"", True),
        (521, b"<script>x</script>", True),
        (202, b"<html><SCRIPT>go()</script>", True),
        (202, b"accepted", False),
        (403, b"reason:GeoBL", True),
        (403, "<title>访问被拦截</title>".encode("gb18030"), True),
        (405, "<p>您的访问可能对网站造成威胁</p>".encode(), True),
        (403, b"<h1>403 Forbidden</h1>", False),
        (404, b"<script>__jsluid</script>", False),
        (502, b"<h1>Bad Gateway</h1>", False),
        (403, b"\xff\xfe\x00" * 99, False),
    ],
)
def test_answers_of_firewalls(status: int, body: bytes, challenge: bool) -> None:
    assert is_challenge(status, body) is challenge
