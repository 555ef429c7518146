"""Opening the database: SQLite in WAL mode by default, migrated to the newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from storage.refusal import Refused
from storage.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"

BUSY_TIMEOUT = 30
"""Seconds that one writer waits for another."""


class Database:
    """The open database. All SQL of dafu goes through :meth:`reading` and :meth:`writing`.

    Rows outlive their session as plain values; what they point to must have been loaded in it.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent state and writes nothing."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction, committed at the end, undone by an exception.

        It takes SQLite's write lock at once: a transaction that reads first and wants to write later could be
        refused at that moment without waiting (SQLITE_BUSY_SNAPSHOT).
        """
        with Session(self.engine.execution_options(write=True), expire_on_commit=False) as session, session.begin():
            session.connection()  # begins now, not with the first statement
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_database(settings: Settings, *, to_read: bool = False) -> Database:
    """The database that ``settings`` name, made or migrated as needed; ``to_read`` makes none.

    Raises :class:`~storage.refusal.Refused` where it can't be opened, was made by a newer dafu, or is not there to be
    read: a data folder whose name was mistyped is not to come into being.
    """
    try:
        url = make_url(settings.database)
        if not to_read:
            settings.home.mkdir(parents=True, exist_ok=True)
        elif url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
            home = settings.home.resolve()
            raise Refused(
                f"nothing has been crawled into {home} yet; crawl something, or set DAFU_HOME to another folder"
            )
        engine = create_engine(
            url, connect_args={"timeout": BUSY_TIMEOUT} if url.get_backend_name() == "sqlite" else {}
        )
    except OSError as error:
        raise Refused(f"data folder {settings.home} refused: {error.strerror}; set DAFU_HOME to another") from None
    except ImportError as error:
        message = f"its driver is missing: {' '.join(str(error).split())}; install it, or name another driver"
        raise Refused(f"DAFU_DATABASE_URL refused: {message}", exit_code=2) from None
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise Refused(f"DAFU_DATABASE_URL refused: {error}", exit_code=2) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        _migrate(engine)
    except OperationalError as error:
        engine.dispose()
        raise Refused(f"database {url.render_as_string()} can't be opened: {error.orig}") from None
    except DatabaseError as error:
        engine.dispose()
        raise Refused(f"database {url.render_as_string()} refused: {error.orig}; it is no dafu database") from None
    return Database(engine)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _migrate(engine: Engine) -> None:
    newest = max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    current = None
    with engine.connect() as connection:
        if inspect(connection).has_table("alembic_version"):
            current = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if current == newest:
        return
    if current is not None and current > newest:
        raise Refused(f"database {engine.url.render_as_string()} was made by a newer dafu ({current}); update dafu")
    from alembic import command  # slow to import, and needed once in a database's life
    from alembic.config import Config

    config = Config(attributes={"engine": engine})
    config.set_main_option("script_location", str(MIGRATIONS))
    command.upgrade(config, "head")
