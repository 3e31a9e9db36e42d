"""Opening the ledger's database: its engine, and its schema brought up to date."""

import sqlite3
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from engine.errors import StoreError
from engine.store.files import LEDGER, create_private, prepare_folder

MIGRATIONS = Path(__file__).parent / "migrations"

#: The newest revision in `migrations/versions`. Known here because importing Alembic takes longer than the rest of
#: opening; a test keeps it true.
HEAD = "0006"

#: The execution option of a transaction that will write. SQLite then waits its turn at the beginning of it; a
#: transaction that turns from reading to writing in the middle could not wait.
WRITES = "driftguard_writes"

_SECONDS_TO_WAIT_FOR_OTHERS = 20


def open_engine(place: Path | str) -> Engine:
    """The engine for a store folder or a database URL, its schema at the newest revision.

    Raises StoreError when the database cannot be reached, is damaged, or was written by a newer version.
    """
    url = _url(place)
    name = url.database if url.drivername == "sqlite" else url.render_as_string(hide_password=True)
    engine = _engine(url)
    try:
        _migrate(engine, str(name))
    except (SQLAlchemyError, sqlite3.Error) as error:
        engine.dispose()
        raise StoreError(
            f"the ledger {name} cannot be opened ({short_reason(error)}): put it right, "
            "or choose another folder with --store DIR"
        ) from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def short_reason(error: Exception) -> str:
    """The database's own words, without the statement and its values."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def alembic_config(connection: Connection) -> Any:
    """Alembic's configuration for the ledger's migrations on an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _url(place: Path | str) -> URL:
    if isinstance(place, Path):
        prepare_folder(place)
        path = place / LEDGER
        try:
            create_private(path)
        except OSError as error:
            raise StoreError(
                f"the ledger {path} cannot be created ({error.strerror}): choose another folder with --store DIR"
            ) from error
        return URL.create("sqlite", database=str(path))
    try:
        return make_url(place)
    except ArgumentError:
        raise StoreError("the URL of the ledger's database cannot be read: check store.shared") from None


def _engine(url: URL) -> Engine:
    options: dict[str, Any] = {
        "json_serializer": lambda value: msgspec.json.encode(value).decode(),
        "json_deserializer": msgspec.json.decode,
        "hide_parameters": True,
    }
    try:
        if url.get_backend_name() != "sqlite":
            return create_engine(url, **options)
        engine = create_engine(url, connect_args={"timeout": _SECONDS_TO_WAIT_FOR_OTHERS}, **options)
    except (NoSuchModuleError, ImportError) as error:
        raise StoreError(f"no driver for {url.drivername!r} is installed ({error}): check store.shared") from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says, not where the driver guesses
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine, name: str) -> None:
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    from alembic import command
    from alembic.util import CommandError

    with engine.execution_options(**{WRITES: True}).begin() as connection:
        try:
            command.upgrade(alembic_config(connection), "head")
        except CommandError as error:
            raise StoreError(
                f"the ledger {name} was written by a newer DriftGuard (schema {_revision(connection)}, this one knows "
                f"{HEAD}): upgrade DriftGuard, or choose another folder with --store DIR"
            ) from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
