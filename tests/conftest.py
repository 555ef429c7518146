"""What tests of several rooms share: a data folder of their own, and a real database in it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.database import Database, open_database
from storage.settings import Settings

# Machines are slow at times: an example that takes long is no failure.
settings.register_profile("dafu", deadline=None, max_examples=50)
settings.load_profile("dafu")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, the one that DAFU_HOME names; nothing else of the caller's DAFU_… holds."""
    for name in [name for name in os.environ if name.startswith("DAFU_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("DAFU_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh database file; migrating once a session is enough."""
    folder = tmp_path_factory.mktemp("migrated")
    open_database(Settings(home=folder, database_url=f"sqlite:///{folder / 'dafu.db'}")).close()
    return folder / "dafu.db"


@pytest.fixture
def database(home: Path, migrated: Path) -> Iterator[Database]:
    shutil.copy(migrated, home)
    opened = open_database(Settings(home=home))
    yield opened
    opened.close()
