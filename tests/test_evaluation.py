"""The reader against pages whose records are known: every figure at its floor or above."""

import pytest

from tests import evaluation

SETS = evaluation.sets()
FLOORS = evaluation.floors()


@pytest.mark.parametrize("name", FLOORS)
def test_the_reader_keeps_its_floors(name: str) -> None:
    if name not in SETS:
        pytest.skip("no ../shared/eval beside this clone")
    found = evaluation.score(SETS[name])
    worse = evaluation.below(found.figures(), FLOORS[name])
    assert not worse, "\n".join([f"{figure}: {value}, floor {floor}" for figure, (value, floor) in worse.items()]
                                + found.misses)  # fmt: skip


def test_every_golden_page_is_reviewed() -> None:
    waiting = [page.file.stem for page in SETS["goldens"] if not page.reviewed]
    assert not waiting, 'compare these with their pages, then take "reviewed": false out'


def test_every_golden_page_says_what_it_shows() -> None:
    assert len(SETS["goldens"]) >= 70
    assert {page.file.name for page in SETS["goldens"]} == {file.name for file in evaluation.GOLDENS.glob("*.html")}


def test_a_wrong_value_is_seen() -> None:
    """The scorer itself: a record that is not the page's loses in every way that a record can."""
    page = next(page for page in SETS["goldens"] if page.record["signed_on"] and not page.record["validity"])
    other = page.record | {"signed_on": "1999-01-01", "validity": None, "text": "别的", "title": None}
    found = evaluation.score([evaluation.Gold(page.file, page.url, other)])
    figures = found.figures()
    assert figures["signed_on"] == 0
    assert found.fields["title"]["invented"] == 1
    assert figures["text.clean"] == 0
    assert set(evaluation.below(figures, {"signed_on": 1.0, "text.f1": 0.5, "invented": 0.0})) == {
        "signed_on", "text.f1", "invented",
    }  # fmt: skip
