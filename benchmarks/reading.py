"""`make bench`: dafu's whole record beside what other extractors make of the same pages, timed in one run.

    python benchmarks/reading.py [MANIFEST.jsonl] [--rounds N] [--jobs]

Every extractor is handed what it is made for: dafu the bytes as served (decoding is part of its work), the others
decoded text. dafu reads body and all fields; the others body, title and date at most. One process; each page goes
through all extractors in turn, round after round, and the fastest round of each counts, so that another load on the
machine hits them alike. ``--jobs`` also times `dafu extract --jobs 1` and `--jobs 2` over the pages many times over.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from crawler.extraction import extract
from crawler.page import decode

GOLDENS = Path(__file__).parent.parent / "tests" / "goldens"

Page = tuple[bytes, str, str | None]
"""Bytes, decoded text, URL."""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("manifest", nargs="?", type=Path, help="JSON lines {file, url}; default: tests/goldens")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", action="store_true", help="time --jobs 2 against --jobs 1, too")
    given = parser.parse_args()
    pages = pages_of(given.manifest) if given.manifest else golden_pages()
    print_ratios(pages, measure(pages, extractors(), given.rounds))
    if given.jobs:
        print_jobs(pages)


def pages_of(manifest: Path) -> list[Page]:
    """The pages that a manifest names."""
    entries = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [_page((manifest.parent / entry["file"]).read_bytes(), entry.get("url")) for entry in entries]


def golden_pages() -> list[Page]:
    """The project's own golden pages."""
    return [_page(file.with_suffix(".html").read_bytes(), json.loads(file.read_text(encoding="utf-8"))["url"])
            for file in sorted(GOLDENS.glob("*.json"))]  # fmt: skip


def _page(data: bytes, url: str | None) -> Page:
    return data, decode(data).text, url


def extractors() -> dict[str, Callable[[Page], object]]:
    """By name; those whose package is not installed are left out."""
    import trafilatura

    found: dict[str, Callable[[Page], object]] = {
        "dafu, whole record": lambda page: extract(page[0], page[2]),
        "trafilatura.bare_extraction(with_metadata=True)": lambda page: trafilatura.bare_extraction(
            page[1], url=page[2], with_metadata=True
        ),
        "trafilatura.extract()": lambda page: trafilatura.extract(page[1]),
    }
    try:
        import gne
        import readability
        from resiliparse.extract.html2text import extract_plain_text
    except ImportError as missing:
        print(f"without {missing.name}; make bench installs it", file=sys.stderr)
        return found
    return found | {
        "gne": lambda page: gne.GeneralNewsExtractor().extract(page[1]),
        "readability-lxml": lambda page: readability.Document(page[1]).summary(),
        "resiliparse, main content": lambda page: extract_plain_text(page[1], main_content=True),
    }


def measure(pages: list[Page], by_name: dict[str, Callable[[Page], object]], rounds: int) -> dict[str, float]:
    """Seconds of processor time for all pages, by extractor: of each page the fastest round, after one to warm up."""
    seconds = dict.fromkeys(by_name, 0.0)
    for page in pages:
        best = dict.fromkeys(by_name, float("inf"))
        for number in range(rounds + 1):
            for name, run in by_name.items():
                began = time.process_time()
                try:
                    run(page)
                except Exception as error:  # a peer that fails on a page has spent its time on it all the same
                    if name.startswith("dafu"):
                        raise
                    if not number:
                        print(f"{name}: {page[2]}: {type(error).__name__}", file=sys.stderr)
                if number:
                    best[name] = min(best[name], time.process_time() - began)
        for name, spent in best.items():
            seconds[name] += spent
    return seconds


def print_ratios(pages: list[Page], seconds: dict[str, float]) -> None:
    """The table of what was measured."""
    table = Table(title=f"{len(pages)} pages, {sum(len(p[0]) for p in pages) / len(pages) / 1000:.0f} kB on average")
    for name in ("extractor", "ms a page", "pages a second", "dafu is faster by"):
        table.add_column(name, justify="left" if name == "extractor" else "right")
    ours = next(iter(seconds.values()))
    for name, spent in seconds.items():
        each = spent / len(pages)
        table.add_row(name, f"{each * 1000:.1f}", f"{1 / each:.0f}", f"{spent / ours:.2f}")
    Console().print(table)


def print_jobs(pages: list[Page], times: int = 12) -> None:
    """Wall time of the whole command, start of its processes included."""
    with tempfile.TemporaryDirectory() as folder:
        lines = []
        for number, (data, _, url) in enumerate(pages):
            (Path(folder) / f"{number}.html").write_bytes(data)
            lines.append(json.dumps({"file": f"{number}.html", "url": url}))
        manifest = Path(folder) / "manifest.jsonl"
        manifest.write_text("\n".join(lines * times), encoding="utf-8")
        took = {}
        for jobs in (1, 2):
            dafu = [sys.executable, "-c", "import dafu; dafu.main()"]
            command = [*dafu, "extract", "--manifest", str(manifest), "--jobs", str(jobs)]
            began = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            took[jobs] = time.perf_counter() - began
    print(f"dafu extract over {len(lines) * times} pages: --jobs 1 {took[1]:.1f} s, --jobs 2 {took[2]:.1f} s, "
          f"{took[1] / took[2]:.2f} times as fast")  # fmt: skip


if __name__ == "__main__":
    main()
