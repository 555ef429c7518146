"""One settings object, one order: defaults, dafu.toml in the data folder, DAFU_… variables."""

from pathlib import Path

import pytest

from storage.refusal import Refused
from storage.settings import Settings, load_settings


def test_defaults(home: Path) -> None:
    settings = load_settings()
    assert (settings.home, settings.portals, settings.contact, settings.revisits) == (home, None, "", 20)
    assert settings.database == f"sqlite:///{home / 'dafu.db'}"
    assert settings.warc_folder == home / "warc"


def test_the_file_wins_over_defaults_and_variables_win_over_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "dafu.toml").write_text('revisits = 3\ncontact = "a@b.example"\nmax_body = 2048\n', encoding="utf-8")
    monkeypatch.setenv("DAFU_REVISITS", "4")
    monkeypatch.setenv("DAFU_MAX_BODY", "")
    settings = load_settings()
    assert (settings.revisits, settings.contact, settings.max_body) == (4, "a@b.example", 2048)


def test_a_database_url_is_taken_as_it_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAFU_DATABASE_URL", "sqlite:////elsewhere/x.db")
    assert load_settings().database == "sqlite:////elsewhere/x.db"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("revisits = -1", "setting 'revisits' refused: .*greater than or equal to 0.*DAFU_REVISITS"),
        ('max_body = "much"', "setting 'max_body' refused: .*integer"),
        ("warc_size = 1", "setting 'warc_size' refused"),
        ("revisit = 1", "setting 'revisit' refused: .*not permitted"),
        ("revisits = ", "dafu.toml in the data folder refused"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(home: Path, toml: str, said: str) -> None:
    (home / "dafu.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(Refused, match=said) as refused:
        load_settings()
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_file_that_is_no_text_is_refused(home: Path) -> None:
    (home / "dafu.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match=r"dafu\.toml"):
        load_settings()


def test_a_wrong_variable_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAFU_REVISITS", "many")
    with pytest.raises(Refused, match=r"setting 'revisits' refused: .*'many'.*DAFU_REVISITS"):
        load_settings()


def test_the_data_folder_may_be_named_in_code(home: Path, tmp_path: Path) -> None:
    assert Settings(home=tmp_path / "other").warc_folder == tmp_path / "other" / "warc"
