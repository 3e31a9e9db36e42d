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
HEAD = "0008"

#: The execution option of a transaction that will write. SQLite then waits its turn at the beginning of it; a
#: transaction that turns from reading to writing in the middle could not wait.
WRITES = "driftguard_writes"

#: The SQLSTATE with which a shared database refuses what its rules forbid.
REFUSED = "DG001"

_SECONDS_TO_WAIT_FOR_OTHERS = 20

#: The database takes a hash over what it stores and comes to the same one as we do.
_canonical_json = msgspec.json.Encoder(order="deterministic")


def open_engine(place: Path | str) -> Engine:
    """The engine for a store folder or a database URL, its schema at the newest revision.

    Raises StoreError when the database cannot be reached, is damaged, or was written by a newer version.
    """
    url = _file_url(place) if isinstance(place, Path) else url_of(place)
    engine = make_engine(url)
    name = name_of(url)
    try:
        _bring_up_to_date(engine, name)
    except (SQLAlchemyError, sqlite3.Error) as error:
        engine.dispose()
        raise StoreError(
            f"the ledger {name} cannot be opened ({short_reason(error)}): put it right, {_otherwise(engine)}"
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


def url_of(text_: str) -> URL:
    """The URL of a database. Raises StoreError when it is none; the text is not repeated, it may hold a password."""
    try:
        return make_url(text_)
    except ArgumentError:
        raise StoreError("the URL of the ledger's database cannot be read: check store.shared") from None


def name_of(url: URL) -> str:
    """What a database is called in a sentence: its file, or where it is and for whom, without a password."""
    if url.drivername == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def make_engine(url: URL) -> Engine:
    """An engine for a database; it connects to nothing yet. Raises StoreError when there is no driver for it."""
    options: dict[str, Any] = {
        "json_serializer": lambda value: _canonical_json.encode(value).decode(),
        "json_deserializer": msgspec.json.decode,
        "hide_parameters": True,
    }
    try:
        if url.drivername.startswith("postgres"):
            from engine.store.shared.address import connectable

            # A server may have been restarted since a connection was made.
            return create_engine(connectable(url), pool_pre_ping=True, **options)
        if url.get_backend_name() != "sqlite":
            return create_engine(url, **options)
        engine = create_engine(url, connect_args={"timeout": _SECONDS_TO_WAIT_FOR_OTHERS}, **options)
    except (NoSuchModuleError, ImportError) as error:
        raise StoreError(f"no driver for {url.drivername!r} is installed ({error}): check store.shared") from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def migrate(connection: Connection, name: str) -> None:
    """Brings the schema to the newest revision. Raises StoreError when a newer version wrote it."""
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(alembic_config(connection), "head")
    except CommandError as error:
        raise StoreError(
            f"the ledger {name} was written by a newer DriftGuard (schema {revision_of(connection)}, this one knows "
            f"{HEAD}): upgrade DriftGuard, {_otherwise(connection)}"
        ) from error


def revision_of(connection: Connection) -> str | None:
    """The revision of the schema; None when there is none, or none that whoever is connected may see."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _file_url(folder: Path) -> URL:
    prepare_folder(folder)
    path = folder / LEDGER
    try:
        create_private(path)
    except OSError as error:
        raise StoreError(
            f"the ledger {path} cannot be created ({error.strerror}): choose another folder with --store DIR"
        ) from error
    return URL.create("sqlite", database=str(path))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says, not where the driver guesses
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(engine: Engine, name: str) -> None:
    with engine.connect() as connection:
        revision = revision_of(connection)
    if revision == HEAD:
        return
    if engine.dialect.name == "postgresql" and (revision is None or revision < HEAD):
        raise StoreError(_why_not_ready(revision, name))
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        migrate(connection, name)


def _why_not_ready(revision: str | None, name: str) -> str:
    """Who works in a shared database cannot change its schema: that is its administrator's."""
    if revision is None:
        return (
            f"the ledger {name} is not set up, or you have no role in it: ask its administrator for "
            "`driftguard db init` or `driftguard db grant`"
        )
    return (
        f"the ledger {name} is of an older DriftGuard (schema {revision}, this one needs {HEAD}): ask its "
        "administrator for `driftguard db upgrade`"
    )


def _otherwise(database: Engine | Connection) -> str:
    return "or choose another folder with --store DIR" if database.dialect.name == "sqlite" else "or check store.shared"
