"""Numerals and dates as Chinese letters write them, whole or with characters lost on the way to the web."""

import datetime
import re
from dataclasses import dataclass
from typing import Final

from crawler.extraction.remembered import remembered

NUMERAL: Final = "[0-9一二三四五六七八九十廿〇○零两]"
"""One character of a counting number, for use in patterns over folded text."""

_DIGITS: Final = {
    character: value
    for value, group in enumerate(["〇○零OoＯ◯ΟО", "一", "二两", "三", "四", "五", "六", "七", "八", "九"])
    for character in group
}
_BLANKS: Final = (*range(0x09, 0x0E), 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_WIDE: Final = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(_BLANKS, 0x20)
    | dict.fromkeys(map(ord, "∶﹕︰"), ord(":"))
)

_NOUGHT: Final = "〇○零Oo◯ΟО"
"""Noughts as typed: also a capital O, Latin, Greek or Cyrillic."""
_YEAR = f"[0-9{_NOUGHT}一二三四五六七八九]{{4}}"
_DAY = f"[0-9{_NOUGHT}一二三四五六七八九十廿卅元正]{{1,3}}"
_DATE = re.compile(rf"({_YEAR})[年.\-/—–、]({_DAY})[月.\-/—–、]({_DAY})([日号曰]?)")
_COLLAPSED = re.compile(r"(?:19|20)[0-9]{2}年?[0-9]{1,2}月?[0-9]{0,2}日?")
_SPLITS = tuple(
    re.compile(rf"([0-9]{{4}})年?([0-9]{{{month}}})月?([0-9]{{{day}}})日?") for month in (1, 2) for day in (1, 2)
)


@remembered
def fold(text: str) -> str:
    """The text with full-width ASCII, wide blanks and look-alike colons made plain, character by character.

    The length stays the same, so that a place found in the folded text is the same place in the printed one.
    """
    return text.translate(_WIDE)


def numeral(text: str) -> int | None:
    """The value of a counting number from 0 to 999: 12, 十二, 二十, 廿一, 一五; None where it is none."""
    text = fold(text).strip().replace("廿", "二十").replace("卅", "三十")
    if text.isascii():
        return int(text) if text.isdigit() and len(text) <= 3 else None
    tens, ten, ones = text.partition("十")
    if not ten:
        values = [_digit(character) for character in text]
        if not values or len(values) > 3 or None in values:
            return None
        return int("".join(map(str, values)))
    if len(tens) > 1 or len(ones) > 1:
        return None
    high, low = (_digit(tens) if tens else 1), (_digit(ones) if ones else 0)
    return None if high is None or low is None else high * 10 + low


def _digit(character: str) -> int | None:
    return int(character) if character.isascii() and character.isdigit() else _DIGITS.get(character)


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date read from text: ISO, and whether lost characters had to be restored by rule."""

    iso: str
    repaired: bool = False


def read_date(text: str, not_after: str | None = None) -> ReadDate | None:
    """The date that ``text`` wholly consists of, in any notation seen at the foot of letters; None if it is none.

    2018年9月5日, 二○一九年七月十日 (with ○ 〇 零 0 or a letter O), 2024-06-27, 2019.3.1, blanks inside. Where 年, 月
    or 日 were lost (2021613, 202048日) the splits into month and day are tried: one valid split is the date; of several
    the one not later than ``not_after`` (an ISO date), if only one is; else None. 曰 for 日 is a repair as well.
    """
    folded = fold(text).strip().strip("()").strip()
    if len(folded) > 40:
        return None
    if re.fullmatch(r"[0-9]{4} +[0-9]{1,2} +[0-9]{1,2}", folded):
        folded = re.sub(" +", "-", folded)
    folded = re.sub(r"\s", "", folded)
    if match := _DATE.fullmatch(folded):
        iso = _iso(_year(match[1]), _month(match[2]), numeral(match[3]))
        return ReadDate(iso, repaired=match[4] == "曰") if iso else None
    if not _COLLAPSED.fullmatch(folded):
        return None
    found = {
        iso for split in _SPLITS if (parts := split.fullmatch(folded)) and (iso := _iso(*map(int, parts.groups())))
    }
    if len(found) > 1 and not_after:
        found = {iso for iso in found if iso <= not_after[:10]}
    return ReadDate(found.pop(), repaired=True) if len(found) == 1 else None


def _year(text: str) -> int | None:
    values = [_digit(character) for character in text]
    return None if None in values else int("".join(map(str, values)))


def _month(text: str) -> int | None:
    return 1 if text in ("元", "正") else numeral(text)


def _iso(year: int | None, month: int | None, day: int | None) -> str | None:
    if not year or not month or not day or not 1949 <= year <= 2099:
        return None
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None
