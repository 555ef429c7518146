"""Pages that are no documents: error pages served with status 200, lists, logins, challenges."""

import re
from collections.abc import Sequence
from itertools import islice

from crawler.extraction.body import Place
from crawler.extraction.files import is_file
from crawler.extraction.furniture import is_footer
from crawler.extraction.markup import Line, Survey
from crawler.page import Page

_MISSING = re.compile(
    r"页面不存在|页面未找到|找不到(该|您|你|相关)?.{0,8}页面|访问的页面(不存在|已删除|走失|被删除)|网页不存在|文章不存在|信息不存在|内容不存在|"
    r"已(被)?删除|\b404\b|Not Found|502 Bad Gateway|503 Service|504 Gateway|Bad Gateway|服务器错误|系统维护|页面找不到"
)
_LOGIN = re.compile(r"系统提示|请(先)?登录|用户登录|重新登录|没有权限|无权(限)?访问|未授权")
# 瑞数, 加速乐, 360, Aliyun and Cloudflare, in that order, by their scripts.
_SCRIPTS = r"\$_ts\b|FSSBBIl1UgzbN7N80|__jsl_clearance|wzws_cid|acw_sc__v2|_cf_chl_opt"
_SCRIPT = re.compile(_SCRIPTS)
_CHALLENGE = re.compile(
    rf"{_SCRIPTS}|__jsluid|请开启\s?JavaScript|安全验证|验证码|正在(进行)?(安全)?(检查|检测)|访问(被|已被)拦截|"
    r"您的(请求|访问)(被|已被|可能)|Request Denied|Access Denied|geobl",
    re.IGNORECASE,
)
_CHALLENGE_STATUSES = {412, 521}
"""瑞数 answers 412, 加速乐 521; no web server has reason to answer either to what we ask."""
_LETTER = re.compile(r"收悉|(?:答复|回复|函复)如下|您提出的?|(?:委员|代表)[：:]|特此(?:答复|函复|回复)")
"""What letters say and no error page does; a short letter may speak of pages that are missing."""
_SHORT, _SHORTEST = 400, 80
_A_TITLE, _A_SENTENCE, _MANY = 6, 40, 4


def is_challenge(status: int, body: bytes) -> bool:
    """Whether an answer with a status other than 200 comes from a firewall that wants a script run, or lets no robot or
    no foreigner in: by its status, or by the marks in its page (202, 400, 403, 405 …)."""
    if status in _CHALLENGE_STATUSES:
        return True
    said = body[:20_000].decode("utf-8", "ignore") + body[:20_000].decode("gb18030", "ignore")
    if status == 202:
        return "<script" in said.lower()
    return status >= 400 and status not in (404, 410) and _CHALLENGE.search(said) is not None


def what_is_wrong(
    page: Page, survey: Survey, place: Place, text: str, title: str | None, meta: Sequence[tuple[str, str]]
) -> str | None:
    """The flag of a page that is no document (``page:empty``, ``page:missing``, ``page:login``, ``page:challenge``,
    ``page:list``), or ``None``.

    Words alone do not decide: a page counts as an error only if all that it says is short, and of one that holds a
    body only if title or body say so, not a form for comments (验证码) or a link to the login beside it.
    """
    everything = "".join(line.plain for line in survey.lines)
    if not everything:
        return "page:challenge" if _CHALLENGE.search(page.html[:20_000]) else "page:empty"
    if len(everything) < _SHORTEST and not _LETTER.search(everything) and _SCRIPT.search(page.html[:20_000]):
        return "page:challenge"  # all that is shown is a word of patience: 正在加载
    if len(everything) < _SHORT or len(text) < _SHORTEST:
        said = f"{title or ''} {text if len(text) >= _SHORTEST or len(everything) >= _SHORT else everything}"
        wrong = _LETTER.search(text) is None and _LETTER.search(everything) is None
        for pattern, flag in ((_CHALLENGE, "page:challenge"), (_MISSING, "page:missing"), (_LOGIN, "page:login")):
            if wrong and pattern.search(said):
                return flag
    lines = survey.lines[slice(*place.span)] if len(text) > _SHORTEST else survey.lines
    if not any(name.lower() == "articletitle" for name, _ in meta) and not _LETTER.search(text) and _is_list(lines):
        return "page:list"
    return None


def _leads_to_file(line: Line) -> bool:
    links = line.owner.iter("a")
    return any(is_file(link.get("href") or "", str(link.xpath("string()"))) for link in islice(links, 3))


def _is_list(lines: Sequence[Line]) -> bool:
    """Whether lines are rows that link to documents, with a date beside at most, and no prose between them."""
    lines = [line for line in lines if not is_footer(line.text)]
    rows = [line for line in lines if line.linked >= _A_TITLE and 2 * line.linked >= len(line.plain)]
    rows = rows if len(rows) < _MANY else [line for line in rows if not _leads_to_file(line)]
    prose = any(len(line.plain) - line.linked > _A_SENTENCE for line in lines)
    linked = sum(line.linked for line in lines)
    return len(rows) >= _MANY and 2.2 * linked > sum(len(line.plain) for line in lines) and not prose
