"""The database: SQLite in WAL mode or PostgreSQL, migrated, with short sessions."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from classifier.errors import StorageError
from classifier.service.settings import Settings

WRITES = "keyfield_writes"
BUSY_SECONDS = 15
MIGRATION_LOCK = 7_205_001
"""Key of PostgreSQL's advisory lock under which one process migrates."""


class Store:
    """Sessions on one database.

    ``read`` gives a snapshot that writes nothing; ``write`` commits at its end or takes
    everything back. On SQLite a writer takes the lock at once, so it never fails halfway.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing = engine.execution_options(**{WRITES: True})

    @property
    def sqlite(self) -> bool:
        """Return whether the database is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session to read in."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session that commits at its end, whole or not at all."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_store(settings: Settings) -> Store:
    """Open the database that the settings name; it is not migrated yet."""
    url = make_url(settings.url)
    options: dict[str, Any] = {
        "hide_parameters": True,  # errors reach the log; what people wrote must not
        "pool_size": settings.threads,
        "max_overflow": settings.threads,
        "pool_timeout": BUSY_SECONDS,
    }
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).absolute().parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **options)
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, pool_pre_ping=True, **options)
    return Store(engine)


def _open_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def alembic_config(connection: Connection | None = None) -> Config:
    """Return the configuration of the migrations that ship."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """Return the revision that this program works with."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    return head or ""


def current_revision(store: Store) -> str:
    """Return the revision that the database stands at; empty before the first migration."""
    with store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def migrate(store: Store, settings: Settings) -> None:
    """Bring the database to the newest revision; one process at a time.

    Raises
    ------
    StorageError
        The database cannot be reached, or was migrated by a later program.
    """
    try:
        with _alone(store, settings):
            known = {
                s.revision for s in ScriptDirectory.from_config(alembic_config()).walk_revisions()
            }
            found = current_revision(store)
            if found and found not in known:
                raise StorageError(
                    f"the database is at revision {found}, which this program does not know; "
                    "install the program that migrated it"
                )
            if found != newest_revision():
                with store.engine.execution_options(**{WRITES: True}).begin() as connection:
                    command.upgrade(alembic_config(connection), "head")
    except SQLAlchemyError as error:
        raise StorageError(f"the database does not answer: {error}") from error


@contextmanager
def _alone(store: Store, settings: Settings) -> Iterator[None]:
    if store.sqlite:
        settings.data.mkdir(parents=True, exist_ok=True)
        with (settings.data / ".migrate.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with store.engine.connect() as connection:
        key = {"key": MIGRATION_LOCK}
        connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
            connection.commit()
