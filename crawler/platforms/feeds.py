"""Lists that an interface answers as JSON: its entries as rows. Knows no vendor.

What these interfaces send is often no JSON by the letter: line breaks within strings, values in single quotes, a
callback around it. Then the array of entries is read for itself, entry by entry, as far as it goes.
"""

import html as entities
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.page import Page
from crawler.platforms.base import ListRow
from crawler.platforms.rows import iso_date

_DECODER = json.JSONDecoder(strict=False)
_BETWEEN = re.compile(r"[\s,]*")
_TAG = re.compile(r"<[^<>]{0,500}>")
_SECONDS = re.compile(r"[1-9]\d{8,9}(?:\d{3})?")
_BEIJING = timedelta(hours=8)


def answer(text: str) -> dict[str, Any]:
    """The JSON object that ``text`` is, or that a callback wraps; empty where it is none."""
    text = text.strip("\ufeff \t\r\n;")
    if not text.startswith("{"):
        text = text[text.find("(") + 1 : text.rfind(")")]
    try:
        value = _DECODER.decode(text) if text.startswith("{") else None
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def entries(text: str, name: str) -> list[dict[str, Any]]:
    """The objects of the array called ``name`` in a JSON text, as far as it can be read."""
    start = re.search(rf"""["']{name}["']\s{{0,9}}:\s{{0,9}}\[""", text)
    found: list[dict[str, Any]] = []
    at = start.end() if start else len(text)
    while text.startswith("{", at := _skip(text, at)):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append(value)
    return found


def row_of(
    page: Page, entry: Mapping[str, Any], urls: Sequence[str], titles: Sequence[str], dates: Sequence[str]
) -> ListRow | None:
    """The row that ``entry`` states under the first of these keys that holds something; ``None`` without a URL."""
    url = next((url for key in urls if (url := page.absolute(_said(entry, key)))), None)
    if url is None:
        return None
    title = next(filter(None, (_said(entry, key) for key in titles)), None)
    return ListRow(url, title, next(filter(None, (day_of(entry.get(key)) for key in dates)), None))


def day_of(value: object) -> str | None:
    """The day (ISO) that a JSON value names: a date in any notation, or seconds or milliseconds since 1970, which
    count as Beijing time."""
    text = str(value)[:60] if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if _SECONDS.fullmatch(text):
        return (datetime.fromtimestamp(int(text[:10] if len(text) > 10 else text), UTC) + _BEIJING).date().isoformat()
    return iso_date(text)


def positive(value: object) -> int | None:
    """A count or page number as an int, from an int or a string of digits; ``None`` for anything else and for 0."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return int(text) if text.isdecimal() and len(text) <= 8 and int(text) > 0 else None


def _said(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    text = value[:2000] if isinstance(value, str) else ""
    return " ".join(entities.unescape(_TAG.sub("", text)).split())


def _skip(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at
