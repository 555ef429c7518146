"""The reader against gold records of pages that are not ours; skipped where ../shared is absent."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EVAL = HERE.parent.parent / "shared" / "eval"
FLOORS = tomllib.loads((HERE / "evaluation_floors.toml").read_text())


@pytest.mark.skipif(not EVAL.is_dir(), reason="no ../shared/eval beside this clone")
@pytest.mark.parametrize("pages", FLOORS)
def test_reader_keeps_its_floors(pages: str, tmp_path: Path) -> None:
    dafu = [sys.executable, "-c", "import dafu; dafu.main()"]
    manifest = EVAL / pages / "manifest.jsonl"
    records = subprocess.run([*dafu, "extract", "--manifest", manifest], capture_output=True, check=True).stdout
    (tmp_path / "records.jsonl").write_bytes(records)
    score = [sys.executable, EVAL / "score.py", EVAL / pages / "gold.jsonl", tmp_path / "records.jsonl"]
    report = subprocess.run(score, capture_output=True, text=True, check=True).stdout
    print(report)

    def figure(pattern: str) -> float:
        found = re.search(pattern + r" ([01]\.\d+)", report)
        assert found, f"score.py printed no '{pattern}'"
        return float(found[1])

    floors = FLOORS[pages]
    assert figure("absent values invented") <= floors["invented"]
    reached = {
        "right": figure("stated values right"),
        "f1": figure(r"F1"),
        "clean": figure(r"clean bodies \(F1 >= 0.995\)"),
        "lines_kept": figure("lines kept"),
    }
    below = {name: (value, floors[name]) for name, value in reached.items() if value < floors.get(name, 0)}
    assert not below, f"{pages}: reached, floor: {below}"
