"""What tests of several rooms share: a data folder of their own, and a real database in it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database
from storage.settings import Settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, the one that DAFU_HOME names; nothing else of the caller's DAFU_… holds."""
    for name in [name for name in os.environ if name.startswith("DAFU_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("DAFU_HOME", str(folder))
    return folder


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    opened = open_database(Settings(home=home))
    yield opened
    opened.close()
