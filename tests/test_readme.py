"""Every command in the READMEs works, in their order, in one shell, with the demo city for a network."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
OUTPUT = re.compile(r"<!-- demo output -->\n```\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(readme: str) -> list[str]:
    return BLOCK.findall((ROOT / readme).read_text(encoding="utf-8"))


def test_both_languages_give_the_same_commands_and_the_same_output() -> None:
    assert blocks("README.md") == blocks("README.zh-CN.md")
    shown = [OUTPUT.search((ROOT / name).read_text(encoding="utf-8")) for name in ("README.md", "README.zh-CN.md")]
    assert shown[0]
    assert shown[1]
    assert shown[0][1] == shown[1][1]


def test_make_commands_stand_in_ci() -> None:
    wanted = [line for block in blocks("README.md") for line in block.splitlines() if line.startswith("make ")]
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert wanted == ["make demo", "make test"]
    assert all(re.search(rf"^{line}\b", ci, re.MULTILINE) for line in wanted)


@pytest.mark.slow
def test_commands_work_and_the_demo_prints_what_the_readme_shows(tmp_path: Path) -> None:
    lines = [line for block in blocks("README.md") for line in block.splitlines() if not line.startswith("make ")]
    script = "set -euo pipefail\ndafu demo\necho ====\n" + "\n".join(lines) + "\n"
    bin_folder = str(Path(sys.executable).parent)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DAFU_") and not k.endswith("_proxy")}
    environment.pop("COLUMNS", None)
    environment["PATH"] = bin_folder + os.pathsep + environment["PATH"]
    done = subprocess.run(
        ["bash"], input=script, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr + done.stdout
    printed, _, rest = done.stdout.partition("====\n")
    shown = OUTPUT.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert shown
    rows = [line for line in shown[1].splitlines() if line.startswith("│ demo-")]
    assert rows
    assert all(row in printed for row in rows), printed
    assert "0 changed, 0 failed" in rest
    assert (tmp_path / "data" / "dump" / "datapackage.json").is_file()
