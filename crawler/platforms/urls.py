"""What a list's URLs have in common, and how one leads to another."""

import re
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

PAGE_PARAMS = frozenset(
    {"page", "pagenum", "pageno", "pageindex", "pagenumber", "pn", "p", "currentpage", "curpage", "currpage", "nowpage"}
)
"""Names, in small letters, under which a list's URL or form carries the page's number."""


_HOME = re.compile(r"/?(?:(?:index|default|main)(?:_\d+)?\.\w{2,5})?", re.IGNORECASE)


def is_home(url: str) -> bool:
    """Whether a URL is a host's home page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(_HOME.fullmatch(parts.path)) and not parts.query


def same(url: str, other: str) -> bool:
    """Whether two URLs are one request (the fragment never reaches the server)."""
    return urldefrag(url)[0] == urldefrag(other)[0]


def same_host(url: str, other: str) -> bool:
    """Whether two URLs name the same host, whatever the scheme."""
    try:
        return urlsplit(url).hostname == urlsplit(other).hostname
    except ValueError:
        return False


def joined(url: str, path: str) -> str | None:
    """``path`` on the host of ``url``, whatever base the page states; ``None`` where ``url`` is broken."""
    try:
        return urljoin(url, path)
    except ValueError:
        return None


def asked(url: str | None) -> tuple[str, dict[str, str]]:
    """The path and the query of a page's own URL; both empty where it is unknown or broken."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return "", {}
    return parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))


def with_query(url: str, **changes: str) -> str:
    """``url`` (one that :func:`asked` could read) with these query parameters set and the others as they are."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **changes}
    return urlunsplit(parts._replace(query=urlencode(query), fragment=""))
