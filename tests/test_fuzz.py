"""The fuzzer finds what it is there to find, and a short run of it finds nothing."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.extraction import Record
from crawler.extraction.record import Label, Proposal
from tests import fuzz
from tests.fuzz import Outcome, case, check, sources, watched, wrong_with


def test_a_short_run(capsys: pytest.CaptureFixture[str]) -> None:
    pages = sources()
    cases = [case(7, number, pages) for number in range(40)]
    assert len({one.data for one in cases}) > 30
    assert any(one.planted for one in cases)
    small = [one for one in cases if len(one.data) < 200_000]
    assert [check(one).problems for one in small] == [()] * len(small)


def test_a_case_follows_from_seed_and_number() -> None:
    pages = sources()
    assert [case(1, number, pages) for number in range(5)] == [case(1, number, pages) for number in range(5)]
    assert case(1, 0, pages) != case(2, 0, pages)


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (Record(flags=["unreadable:ValueError"]), "unreadable:ValueError"),
        (Record.model_construct(title="\x1b"), "title is no text"),
        (Record.model_construct(labels=[Label.model_construct(label="\ud800", value="")]), "no JSON"),
        (Record.model_construct(title=""), "title is empty"),
        (Record.model_construct(proposals=[Proposal.model_construct(term=0)]), "no JSON"),
        (Record(signed_on="2024-02-30"), "signed_on is no date"),
        (Record(text="已经完工", flags=["body:linear"]), "1 planted sentences are lost"),
    ],
)
def test_what_is_wrong_with_a_record(record: Record, problem: str) -> None:
    assert any(found.startswith(problem) for found in wrong_with(record, ["年内开工。"])), list(wrong_with(record))


def test_nothing_is_wrong_with_a_good_record() -> None:
    record = Record(text="已经完工。\n年内开工。", published_at="2024-02-29T08:30", signed_on="2024-02-29")
    assert list(wrong_with(record, ["年内开工。"])) == []


def start() -> Callable[[int], Outcome]:
    tried: list[int] = []

    def work(number: int) -> Outcome:
        tried.append(number)
        if number == 1:
            os._exit(3)
        if number == 2:
            time.sleep(600)
        return Outcome(problems=(str(len(tried)),) if number == 3 else (), slow=number == 3)

    return work


def test_crashes_and_hangs_are_findings_and_what_is_slow_is_tried_again_in_a_new_process() -> None:
    found = {number: (outcome, trace) for number, outcome, trace in watched(start, range(6), jobs=2, patience=5)}
    assert sorted(found) == [0, 1, 2, 3, 4, 5]
    problems = {number: outcome.problems for number, (outcome, _) in found.items()}
    assert problems == {0: (), 1: ("crash: exit code 3",), 2: ("hang: no answer for 5 s",), 3: ("1",), 4: (), 5: ()}
    assert "in work" in found[2][1]


def test_a_finding_is_written_and_makes_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def found(*_: object) -> object:
        yield 5, Outcome(size=7, problems=("hang: no answer",), ended=True), "in line 9"

    monkeypatch.setattr(fuzz, "watched", found)
    assert fuzz.fuzz(1, 0.1, 1, None, tmp_path) == 1
    assert (tmp_path / "1-5.html").read_bytes() == case(1, 5, sources()).data
    written = (tmp_path / "1-5.txt").read_text(encoding="utf-8")
    assert written.startswith("python -m tests.fuzz --seed 1 --only 5\nhang: no answer\n")
    assert written.endswith("in line 9")
    *_, last = capsys.readouterr().out.splitlines()
    assert last.startswith("seed 1: 1 pages, 0 MB, slowest 0 ms")
    assert "1 findings" in last
