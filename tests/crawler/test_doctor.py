"""What `dafu doctor` says, and what it does not say."""

from pathlib import Path

import pytest

from crawler.doctor import examine


def test_no_password_is_shown(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAFU_DATABASE_URL", "postgresql://reader:secret@db.example/dafu")
    monkeypatch.setenv("http_proxy", "http://guest:secret@proxy.example:3128")
    monkeypatch.setenv("https_proxy", "guest:secret@proxy.example:3128")
    found = {finding.what: finding for finding in examine()}
    assert found["setting database_url"].found == "postgresql://***@db.example/dafu (DAFU_DATABASE_URL)"
    assert found["http_proxy"].found == "http://***@proxy.example:3128"
    assert found["https_proxy"].found == "//***@proxy.example:3128"
    assert not any("secret" in finding.found + finding.advice for finding in found.values())
    assert found["database"].state == "ill"
    assert "driver is missing" in found["database"].found


def test_a_data_folder_with_signs_of_urls_in_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAFU_HOME", str(tmp_path / "a?b#c%20"))
    found = {finding.what: finding.state for finding in examine()}
    assert (found["database"], found["database file"]) == ("well", "well")
