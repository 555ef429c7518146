"""`make eval`: how well the reader reads pages whose records are known, field by field, against its floors.

    python -m tests.evaluation [SET…] [--misses] [--raise | --lower]
    python -m tests.evaluation --add PAGE.html URL

Sets are the project's golden pages (``tests/goldens``) and, where ../shared lies beside this clone, those of
``../shared/eval``. What is scored and how is that of ../shared/eval/score.py: a field that gold gives a value is stated
(right, missing or wrong), one that it gives none is absent (kept or invented); bodies by character 4-grams, clean from
F1 .995 on. ``--raise`` writes what is reached over lower floors into ``evaluation_floors.toml``; ``--lower`` writes it
whatever it is. ``--add`` puts a page among the goldens with what the reader makes of it and ``"reviewed": false``: the
tests fail until somebody has compared the record with the page and taken that line out.
"""

import argparse
import json
import re
import shutil
import sys
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from crawler.extraction import extract

HERE = Path(__file__).parent
GOLDENS = HERE / "goldens"
SHARED = HERE.parent.parent / "shared" / "eval"
FLOORS = HERE / "evaluation_floors.toml"
CLEAN, LONG_LINE = 0.995, 12
_BRACKETS = str.maketrans("[]【】()「」『』﹝﹞", "〔〕〔〕〔〕〔〕〔〕〔〕")
_NOT_SCORED = ("file", "url", "note", "flags", "labels", "provenance")


@dataclass(frozen=True)
class Gold:
    """A page and what is to be read on it."""

    file: Path
    url: str | None
    record: dict[str, Any]
    reviewed: bool = True


@dataclass
class Score:
    """How a set was read: verdicts by field, F1 and share of lines kept by page, and every miss in a line."""

    fields: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    bodies: list[tuple[float, float]] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """What floors are about: shares of right values by field, and of all; invented ones; bodies."""
        total: Counter[str] = sum(self.fields.values(), Counter())
        shares = {name: _share(verdicts) for name, verdicts in sorted(self.fields.items()) if _stated(verdicts)}
        bodies = max(len(self.bodies), 1)
        return shares | {
            "all": _share(total),
            "invented": round(total["invented"] / max(total["kept"] + total["invented"], 1), 4),
            "text.f1": round(sum(f1 for f1, _ in self.bodies) / bodies, 4),
            "text.clean": round(sum(f1 >= CLEAN for f1, _ in self.bodies) / bodies, 4),
            "text.lines_kept": round(sum(kept for _, kept in self.bodies) / bodies, 4),
        }


def sets() -> dict[str, list[Gold]]:
    """The sets of pages that are here, by name."""
    found = {"goldens": [_golden(file) for file in sorted(GOLDENS.glob("*.json"))]}
    for folder in sorted(SHARED.iterdir()) if SHARED.is_dir() else ():
        if (folder / "gold.jsonl").is_file():
            lines = (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
            entries = [json.loads(line) for line in lines if line.strip()]
            found[folder.name] = [Gold(folder / entry["file"], entry.get("url"), entry) for entry in entries]
    return found


def _golden(file: Path) -> Gold:
    entry = json.loads(file.read_text(encoding="utf-8"))
    return Gold(file.with_suffix(".html"), entry["url"], entry["record"], entry.get("reviewed", True))


def score(pages: list[Gold]) -> Score:
    """Read the pages and compare."""
    found = Score()
    for page in pages:
        record = extract(page.file.read_bytes(), page.url).as_json()
        have = _flat({name: value for name, value in record.items() if name not in _NOT_SCORED})
        for name, wanted in _flat({k: v for k, v in page.record.items() if k not in _NOT_SCORED}).items():
            if name == "text":
                found.bodies.append(_body(wanted, have.get("text"), page.record.get("title")))
                verdict = "wrong" if found.bodies[-1][0] < CLEAN else "right"
            else:
                got = _found_at(have, name)
                verdict = _verdict(wanted, got, in_order=name == "cited_documents")
                found.fields[name][verdict] += 1
            if verdict not in ("right", "kept"):
                shown = f"F1 {found.bodies[-1][0]:.3f}" if name == "text" else f"wanted {wanted!r}, got {got!r}"
                found.misses.append(f"{page.file.name} {name} {verdict}: {shown}")
        for flag in page.record.get("flags") or ():
            verdict = "right" if flag in record["flags"] else "missing"
            found.fields["flags"][verdict] += 1
            if verdict == "missing":
                found.misses.append(f"{page.file.name} flags missing: {flag!r} is not in {record['flags']!r}")
    return found


def _stated(verdicts: Counter[str]) -> int:
    return verdicts["right"] + verdicts["missing"] + verdicts["wrong"]


def _share(verdicts: Counter[str]) -> float:
    return round(verdicts["right"] / max(_stated(verdicts), 1), 4)


def _flat(record: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """proposal.number and the like as dotted names, "proposal" being the first of "proposals"; lists stay whole."""
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if not prefix and name == "proposals" and "proposal" not in record:
            flat |= _flat(value[0], "proposal.") if value else {"proposal": None}
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return flat


def _found_at(have: dict[str, Any], name: str) -> Any:
    if not _empty(have.get(name)):
        return have[name]
    return {key: value for key, value in have.items() if key.startswith(f"{name}.") and not _empty(value)} or None


def _empty(value: Any) -> bool:
    return value in (None, "", [], {})


def _verdict(wanted: Any, got: Any, in_order: bool) -> str:
    options = wanted[1:] if isinstance(wanted, list) and wanted[:1] == ["any-of"] else [wanted]
    right = any(
        _empty(got) if _empty(option) else not _empty(got) and _normal(option, in_order) == _normal(got, in_order)
        for option in options
    )
    if all(map(_empty, options)):
        return "kept" if right else "invented"
    return "right" if right else "missing" if _empty(got) else "wrong"


def _normal(value: Any, in_order: bool = False) -> Any:
    if isinstance(value, str):
        return re.sub(r"\s+", "", unicodedata.normalize("NFKC", value)).translate(_BRACKETS)
    if isinstance(value, dict):
        return {name: _normal(inner) for name, inner in value.items() if not _empty(inner)}
    if isinstance(value, list):
        items = [_normal(item) for item in value]
        return items if in_order else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    return value


def _body(wanted: str | None, got: str | None, title: Any) -> tuple[float, float]:
    """F1 over 4-grams, a title at the head of one text only left out; share of the long lines kept as lines."""
    gold, found = _normal(wanted or "").replace("|", ""), _normal(got or "").replace("|", "")
    for option in title if isinstance(title, list) else [title]:
        head = _normal(option or "")
        if len(head) >= 4 and min(len(gold), len(found)) > 2 * len(head):
            counts = [text[: 300 + 2 * len(head)].count(head) for text in (gold, found)]
            gold = gold.replace(head, "", max(counts[0] - counts[1], 0))
            found = found.replace(head, "", max(counts[1] - counts[0], 0))
    ours, theirs = _grams(gold), _grams(found)
    common, every = (ours & theirs).total(), ours.total() + theirs.total()
    lines = [line for line in map(_normal, re.split(r"[\n|]", wanted or "")) if len(line) >= LONG_LINE]
    kept = Counter(lines) & Counter(map(_normal, re.split(r"[\n|]", got or "")))
    return 2 * common / every if every else 1.0, kept.total() / len(lines) if lines else 1.0


def _grams(text: str, n: int = 4) -> Counter[str]:
    return Counter([text] if 0 < len(text) < n else (text[i : i + n] for i in range(len(text) - n + 1)))


def floors() -> dict[str, dict[str, float]]:
    """The floors by set."""
    return tomllib.loads(FLOORS.read_text(encoding="utf-8"))


def below(reached: dict[str, float], least: dict[str, float]) -> dict[str, tuple[float, float]]:
    """What is worse than its floor, with both; of invented values more is worse."""
    return {
        name: (reached.get(name, 0.0), floor)
        for name, floor in least.items()
        if (reached.get(name, 0.0) > floor if name == "invented" else reached.get(name, 0.0) < floor)
    }


def write_floors(all_floors: dict[str, dict[str, float]]) -> None:
    """Write ``evaluation_floors.toml``."""
    head = FLOORS.read_text(encoding="utf-8").partition("\n\n")[0]
    parts = [
        f"[{name}]\n" + "\n".join(f'"{figure}" = {value}' for figure, value in figures.items())
        for name, figures in all_floors.items()
    ]
    FLOORS.write_text("\n\n".join([head, *parts]) + "\n", encoding="utf-8")


def _table(name: str, found: Score, least: dict[str, float], pages: int) -> Table:
    table = Table(title=f"{name}: {pages} pages")
    for column in ("field", "stated", "right", "missing", "wrong", "share", "floor", "absent", "invented"):
        table.add_column(column, justify="left" if column == "field" else "right", no_wrap=True)
    reached = found.figures()
    for what, verdicts in [*sorted(found.fields.items()), ("all", sum(found.fields.values(), Counter()))]:
        counts = (_stated(verdicts), verdicts["right"], verdicts["missing"], verdicts["wrong"])
        share = (f"{reached[what]:.3f}" if what in reached else "", f"{least[what]:.3f}" if what in least else "")
        rest = (verdicts["kept"] + verdicts["invented"], verdicts["invented"])
        table.add_row(what, *map(str, counts), *share, *map(str, rest))
    for what in ("invented", "text.f1", "text.clean", "text.lines_kept"):
        table.add_row(what, "", "", "", "", f"{reached[what]:.4f}", f"{least[what]:.4f}" if what in least else "")
    return table


def _add(page: Path, url: str) -> None:
    target = GOLDENS / page.name
    if target.exists():
        sys.exit(f"{target} is there already; choose another name")
    record = extract(page.read_bytes(), url).as_json()
    stated = {name: value for name, value in record.items() if name not in ("labels", "provenance")}
    entry = {"reviewed": False, "url": url, "trap": "", "record": stated}
    shutil.copyfile(page, target)
    target.with_suffix(".json").write_text(json.dumps(entry, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{target.with_suffix('.json')}: compare it with the page, say what the trap is, take out the first line")


def _chosen(names: list[str]) -> Iterator[tuple[str, list[Gold]]]:
    known = sets()
    if unknown := set(names) - known.keys():
        sys.exit(f"no set {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    yield from ((name, pages) for name, pages in known.items() if name in names or not names)


def main() -> None:
    """The command line; exit code 1 where a floor is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("sets", nargs="*", metavar="SET")
    parser.add_argument("--misses", action="store_true", help="print every wrong value")
    parser.add_argument("--raise", dest="higher", action="store_true", help="write better figures as floors")
    parser.add_argument("--lower", action="store_true", help="write all figures as floors, lower ones too")
    parser.add_argument("--add", nargs=2, metavar=("PAGE", "URL"), help="put a page among the goldens")
    given = parser.parse_args()
    if given.add:
        _add(Path(given.add[0]), given.add[1])
        return
    all_floors, failed = floors(), False
    for name, pages in _chosen(given.sets):
        found, least = score(pages), all_floors.get(name, {})
        Console().print(_table(name, found, least, len(pages)))
        if given.misses:
            print("\n".join(found.misses))
        reached = found.figures()
        worse = below(reached, least)
        if given.lower or given.higher:
            keep = {} if given.lower else {figure: floor for figure, floor in least.items() if figure in worse}
            all_floors[name] = reached | keep
            worse = {} if given.lower else worse
        failed = failed or bool(worse)
        for figure, (value, floor) in worse.items():
            print(f"{name}: {figure} is {value}, its floor {floor}")
    if given.lower or given.higher:
        write_floors(all_floors)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
