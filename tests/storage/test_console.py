"""Tables fit the terminal: keys and numbers whole, the least needed columns left out, and it is said which."""

import pytest
from rich.cells import cell_len

from storage.console import print_table

COLUMNS = ("key", "name", "number", "remark", "more")
ROWS = [
    ("harbour-county-mzj", "港口县民政局", 1234567, "a remark of some length, " * 4, "x" * 90),
    ("b", None, 2, "", ""),
]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def table(width: str | None, spare: tuple[str, ...] = ("more", "remark")) -> list[str]:
        monkeypatch.delenv("COLUMNS", raising=False)
        if width:
            monkeypatch.setenv("COLUMNS", width)
        print_table(COLUMNS, ROWS, numbers=("number",), whole=("key",), spare=spare)
        return capsys.readouterr().out.splitlines()

    return table


@pytest.mark.parametrize(("width", "missing"), [(80, []), (70, ["more"]), (55, ["more", "remark"])])
def test_what_is_least_needed_is_left_out_first(table, width: int, missing: list[str]) -> None:
    lines = table(str(width))
    assert max(map(cell_len, lines)) <= width
    assert {name for name in COLUMNS if name not in lines[1]} == set(missing)
    told = f"no room for {', '.join(missing)}: --json has all"
    assert (told in lines[-1]) == bool(missing)
    assert any("harbour-county-mzj" in line and "1234567" in line for line in lines)


def test_what_has_no_room_at_all_is_broken_not_lost(table) -> None:
    lines = table("24", ())
    assert max(map(cell_len, lines)) <= 24
    assert "".join(line.split("│")[1].strip() for line in lines if line.startswith("│")) == "harbour-county-mzjb"


def test_no_terminal_no_limit(table) -> None:
    assert cell_len(table(None)[0]) > 80
    assert "no room" not in "".join(table(None))
