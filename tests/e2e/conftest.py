import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo import City, Server
from tests.e2e.bench import DAFU, Home, Shelf, define


@pytest.fixture
def server() -> Iterator[Server]:
    """The demo city on its first day."""
    with Server(City()) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, server: Server) -> Home:
    """An empty data folder, before the demo city."""
    return Home(tmp_path / "home", server.proxy_url)


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The data folder of `dafu demo`, run once for all workers of a test run. To be looked at only."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if base.name.startswith("pytest-") else base.parent) / "crawled-demo"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home = Home(folder / "home")
        if not folder.exists():
            folder.mkdir()
            done = home.run(DAFU, "demo")
            (folder / "output").write_text(f"{done.code}\n{done.out}{done.err}", encoding="utf-8")
    return home


@pytest.fixture
def copy(crawled: Home, server: Server, tmp_path: Path) -> Home:
    """A copy of the crawled demo, before the demo city."""
    shutil.copytree(crawled.path, tmp_path / "home")
    return Home(tmp_path / "home", server.proxy_url)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[tuple[Shelf, Server, Home]]:
    """A portal whose pages the test writes, its server, and an empty data folder that knows it."""
    pages = Shelf()
    with Server(pages) as server:  # type: ignore[arg-type]
        yield pages, server, Home(tmp_path / "home", server.proxy_url, define(tmp_path / "portals"))
