"""What is wrong with data that people write by hand (definitions, settings), in words."""

import difflib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda limits: "is missing",
    "string_type": lambda limits: "must be text in quotes",
    "string_too_short": lambda limits: "must not be empty",
    "string_too_long": lambda limits: f"must have at most {limits['max_length']} characters",
    "too_short": lambda limits: "must not be empty",
    "tuple_type": lambda limits: "must be a list in brackets",
    "model_type": lambda limits: "must be a table",
    "literal_error": lambda limits: f"must be {limits['expected']}",
    "path_type": lambda limits: "must be a path in quotes",
    "greater_than": lambda limits: f"must be more than {limits['gt']:g}",
    "greater_than_equal": lambda limits: f"must be at least {limits['ge']:g}",
    "less_than_equal": lambda limits: f"must be at most {limits['le']:g}",
    **dict.fromkeys(("float_type", "float_parsing"), lambda limits: "must be a number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), lambda limits: "must be a whole number"),
}
"""By pydantic's type of error. A value that breaks a rule of ours has our own words already."""


def first_fault(error: ValidationError, keys: Callable[[tuple[int | str, ...]], Iterable[str]]) -> tuple[str, str]:
    """The first thing that is wrong: its key, dotted, and why. ``keys(place)`` are those that may stand at a place."""
    first = error.errors()[0]
    place, kind, limits = first["loc"], first["type"], first.get("ctx", {})
    key = ".".join(str(part) if str(part).isprintable() else ascii(part) for part in place)
    if kind == "extra_forbidden":
        return key, f"unknown key{nearest(str(place[-1]), keys(place[:-1]))}"
    if kind == "value_error":
        return key, str(limits["error"])
    words = _WORDS[kind](limits) if kind in _WORDS else first["msg"]
    return key, words if kind == "missing" else f"{words}, not {_short(first['input'])}"


def nearest(name: str, known: Iterable[str], prefix: str = "") -> str:
    """``; did you mean '…'?`` with the known name that is most like ``name``, or those that there are; ``prefix`` is
    what all of them begin with."""
    names = list(known)
    like = difflib.get_close_matches(name, names, 1)
    return f"; did you mean '{prefix}{like[0]}'?" if like else f"; known are {', '.join(prefix + n for n in names)}"


def read_toml(file: Path) -> dict[str, Any]:
    """The tables of a TOML file, with a byte order mark or without.

    Raises :class:`OSError`, or :class:`ValueError` with line, column and reason in one line.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line}: this is not UTF-8; save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        reason, _, place = str(error).removesuffix(")").rpartition(" (at ")
        lines = text.splitlines() or [""]
        place = place.replace("end of document", f"line {len(lines)}, column {len(lines[-1]) + 1}")
        raise ValueError(f"{place}: this is not TOML: {reason}") from None
    except RecursionError:
        raise ValueError("this is nested too deeply") from None
    except ValueError:  # all else that tomllib says: an integer of thousands of digits
        raise ValueError("a number has too many digits") from None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
