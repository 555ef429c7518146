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
        ("revisits = -1", "setting 'revisits' refused: must be at least 0, not -1; correct DAFU_REVISITS"),
        ('max_body = "much"', "setting 'max_body' refused: must be a whole number, not 'much'"),
        ("warc_size = 1", "setting 'warc_size' refused"),
        ("portals = 1", "setting 'portals' refused: must be a path in quotes, not 1"),
        ("revisits = ", r"dafu\.toml refused: line 1, column 12: this is not TOML: "),
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
    with pytest.raises(Refused, match=r"dafu\.toml refused: line 1: this is not UTF-8; save the file as UTF-8"):
        load_settings()


def test_names_that_are_no_settings_are_told_and_the_rest_holds(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "dafu.toml").write_text("\ufeffrevisit = 1\nmax_body = 2048\n", encoding="utf-8")
    monkeypatch.setenv("DAFU_CONTCAT", "a@b.example")
    monkeypatch.setenv("DAFU_FOO", "")
    assert load_settings().max_body == 2048
    contact, foo, revisit = capsys.readouterr().err.splitlines()
    assert contact == "dafu: DAFU_CONTCAT is no setting and is ignored; did you mean 'DAFU_CONTACT'?"
    assert foo.startswith("dafu: DAFU_FOO is no setting and is ignored; known are DAFU_HOME, DAFU_DATABASE_URL, ")
    assert revisit == f"dafu: {home / 'dafu.toml'}: 'revisit' is no setting and is ignored; did you mean 'revisits'?"


def test_a_wrong_variable_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAFU_REVISITS", "many")
    with pytest.raises(
        Refused, match=r"setting 'revisits' refused: must be a whole number, not 'many'; correct DAFU_REVISITS"
    ):
        load_settings()


def test_the_data_folder_may_be_named_in_code(home: Path, tmp_path: Path) -> None:
    assert Settings(home=tmp_path / "other").warc_folder == tmp_path / "other" / "warc"
