"""From labels, meta tags, list row and URL to claims on the record's fields."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.extraction.claims import Claim
from crawler.extraction.codes import publisher_id
from crawler.extraction.dates import Moment, date_in_url, read_moment
from crawler.extraction.labels import Labelled, Pair
from crawler.extraction.markup import Element, plain
from crawler.extraction.vocabulary import TRUST

Meta = Sequence[tuple[str, str]]

_TABLE, _INFO, _BARE, _SCRIPT, _META, _ROW, _URL = 10, 30, 45, 50, 120, 130, 140
"""Ranks: visible labelled block, labelled info line, unlabelled date on it, script, meta tag, list row, URL."""
_BELOW_HEADLINE = 5
_AFTER = 25
"""Added where a label stands below the body."""
_TECHNICAL = frozenset(
    ("viewport", "renderer", "robots", "format-detection", "referrer", "theme-color", "csrf-token", "csrf-param")
)
_BRACKETS = str.maketrans("[]【】﹝﹞［］〖〗", "〔〕〔〕〔〕〔〕〔〕")
_DISCLOSURE = re.compile(r"(主动公开|依申请公开|不予公开|免予公开|不公开)")
_NO_SOURCE = re.compile(r"^(本站|本网|本网站|本站原创|原创|互联网|网络|未知|admin|管理员)$")
"""What a meta tag says by default."""
_CLASS = re.compile(r"[A-Da-dＡ-Ｄ甲乙丙丁一二三四][\s　]?类?")
"""What 分类 says of a proposal: the class of its result."""
_LOGIN_NAME = re.compile(r"^(未知|不详|佚名|匿名|[A-Za-z][A-Za-z0-9_.@-]{1,30}|.{0,20}(?:管理员|信息员|录入员|用户))$")
_NO_PUBLISHER = frozenset(("本站", "本网", "本网站", "原创"))
_BARE_INDEX = re.compile(r"[0-9A-Z]{8,18}[-/]{1,2}[0-9X/-]{6,24}")
"""An 索引号 without its label (seen on county portals of 郑州): taken only with a right check character."""
_BARE_DATE = re.compile(
    r"[【\[(（\s]{0,3}(?:(?:发布|发表)?(?:于|时间|日期)?\s?[：:]?\s?)(?:19|20)\d\d\s?[-/.年].{3,60}$"
)
_BESIDE_NAME = re.compile(
    r"[一-鿿（()）]{2,20}[\s　/|｜·•]{1,6}((?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)\s?日?"
    r"(?:[\sT]{1,4}\d{1,2}[:：]\d{1,2}(?:[:：]\d{1,2})?)?)(?:[\s　/|｜·•]{1,6}.{0,20})?"
)
"""A date behind a name on an info line without labels."""
_PROPOSAL_NUMBER = re.compile(r"第?\s?[A-Za-z0-9]{1,20}\s?号")
"""What 编号 says of a proposal; a document's number names its issuer or year."""
_LATER = frozenset(("更新时间", "更新日期", "录入时间", "著录日期", "添加时间"))


def read_meta(root: Element) -> list[tuple[str, str]]:
    """Names and contents of all ``<meta name>`` tags as printed, in order, without purely technical ones."""
    found: list[tuple[str, str]] = []
    for tag in root.iter("meta"):
        name = " ".join((tag.get("name") or "").split())
        content = " ".join(plain(tag.get("content") or "").split())
        if name and content and name.lower() not in _TECHNICAL and len(found) < 200:
            found.append((name[:100], content[:2000]))
    return found


def value_of(meta: Meta, name: str) -> str | None:
    """The first non-empty content of the tag ``name`` (any case), e.g. ``ArticleTitle``; ``None`` without one."""
    return next((content for key, content in meta if key.lower() == name.lower()), None)


def field_claims(url: str | None, labelled: Labelled, meta: Meta, row_date: str | None) -> list[Claim]:
    """Claims on every field that stands outside the body text, the title's apart.

    Visible labelled values beat the info line, that beats meta tags, the list's row and last the URL.
    """
    claims: list[Claim] = []
    for pair in labelled.pairs:
        claims.extend(_labelled(pair))
    for _, text in labelled.unlabelled:
        if _BARE_INDEX.fullmatch(text) and publisher_id(text):
            claims.append(Claim("index_number", text, "info", text, _BARE))
    source = value_of(meta, "ContentSource")
    if source and not _NO_SOURCE.match(source) and source != value_of(meta, "ArticleTitle"):
        claims.append(Claim("source", source, "meta:ContentSource", source, _META))
    claims.extend(_publication(url, labelled, meta, row_date))
    index = min((c for c in claims if c.field == "index_number"), key=lambda c: c.rank, default=None)
    code = publisher_id(index.value) if index else None
    if index and code:
        claims.append(Claim("publisher_id", code, index.where, index.raw, index.rank))
    return claims


def _rank(pair: Pair) -> int:
    return (
        {"info": _INFO, "script": _SCRIPT}.get(pair.place, _TABLE)
        + TRUST.get(pair.key, 0)
        + (_AFTER if pair.after else 0)
    )


def title_in(labelled: Labelled) -> str | None:
    """The document's title as the labelled block states it (信息名称)."""
    return next((pair.value for pair in labelled.pairs if pair.field == "title" and pair.value), None)


def _labelled(pair: Pair) -> Iterable[Claim]:
    field, value = pair.field, pair.value
    if field is None or not value or field == "published_at":
        return
    if pair.key == "编号" and _PROPOSAL_NUMBER.fullmatch(value):
        return
    read = _READ[field](value)
    if read:
        rank = _rank(pair) + (_BELOW_HEADLINE if field == "title" else 0)
        yield Claim(field, read, f"{pair.place}:{pair.key}", value, rank)


def _text(value: str) -> str | None:
    return value if len(value) <= 120 else None


def _topic(value: str) -> str | None:
    return None if _CLASS.fullmatch(value) else _text(value)


def _title(value: str) -> str | None:
    return value if len(value) >= 4 else None


def _index_number(value: str) -> str | None:
    folded = " ".join(value.split())
    return folded if re.search(r"\d", folded) and len(folded) <= 80 else None


def _document_number(value: str) -> str | None:
    number = re.sub(r"\s+", "", value).translate(_BRACKETS)
    return number if re.search(r"\d", number) and re.search(r"[号〔]", number) and len(number) <= 60 else None


def _issued(value: str) -> str | None:
    moment = read_moment(value)
    return moment.day if moment else None


def _disclosure(value: str) -> str | None:
    found = _DISCLOSURE.search(value)
    if not found:
        return "主动公开" if value in ("公开", "主动", "面向社会", "全社会", "社会公众") else None
    word = found.group(1)
    return word if word in ("主动公开", "依申请公开") else "不予公开"


def _keywords(value: str) -> list[str]:
    return list(dict.fromkeys(word for word in re.split(r"[\s　,，;；、|/]+", value) if word))


def _publisher(value: str) -> str | None:
    if value in _NO_PUBLISHER or _LOGIN_NAME.match(value):
        return None
    return value if len(value) <= 120 and re.search(r"[^\W\d]", value) else None


def _source(value: str) -> str | None:
    return value if len(value) <= 60 and re.search(r"[^\W\d]", value) and not _LOGIN_NAME.match(value) else None


_READ = {
    "index_number": _index_number,
    "title": _title,
    "publisher": _publisher,
    "document_number": _document_number,
    "issued_on": _issued,
    "topic": _topic,
    "keywords": _keywords,
    "disclosure": _disclosure,
    "validity": _text,
    "source": _source,
}


@dataclass(frozen=True, slots=True)
class _Stated:
    moment: Moment
    where: str
    raw: str
    rank: int


def _publication(url: str | None, labelled: Labelled, meta: Meta, row_date: str | None) -> list[Claim]:
    """Claims on ``published_at``; the day that wins takes its minute from wherever the same day is stated with one."""
    stated: list[_Stated] = []

    def state(text: str | None, where: str, rank: int) -> None:
        moment = read_moment(text) if text else None
        if moment is not None and text is not None:
            stated.append(_Stated(moment, where, text, rank))

    for pair in labelled.pairs:
        if pair.field == "published_at" or (pair.key in ("发文日期", "发文时间") and _has_time(pair.value)):
            state(pair.value, f"{pair.place}:{pair.key}", _rank(pair))
    visible = len(stated)
    for _, text in sorted(labelled.unlabelled, reverse=True):
        if _BARE_DATE.match(text) and "星期" not in text:
            state(text, "info", _BARE)
        elif beside := _BESIDE_NAME.fullmatch(text):
            state(beside[1], "info", _BARE + 2)
    state(value_of(meta, "PubDate"), "meta:PubDate", _META)
    for name in ("firstpublishedtime", "publishdate", "publish_time", "article:published_time"):
        state(value_of(meta, name), f"meta:{name}", _META + 5)
    state(row_date, "list", _ROW)
    in_url = date_in_url(url)
    if in_url is not None:
        stated.append(_Stated(in_url, "url", url or "", _URL))
    if not stated:
        return []
    best = min(stated, key=lambda s: s.rank)
    flags: tuple[str, ...] = ()
    others = [s for s in stated[:visible] if s.where.split(":")[-1] not in _LATER]
    if any(s.moment.day != best.moment.day for s in others) and best in others:
        flags = ("conflict:published_at",)
    times = {s.moment.day: s.moment.time for s in sorted(stated, key=lambda s: -s.rank) if s.moment.time}
    return [
        Claim("published_at", str(Moment(s.moment.day, times.get(s.moment.day))), s.where, s.raw, s.rank, flags)
        for s in stated
    ]


def _has_time(text: str) -> bool:
    moment = read_moment(text)
    return moment is not None and moment.time is not None
