"""Giving a timeline another key, a first one, or none: built anew beside the old file, then put in its place.

At each moment one of the keys that lie beside it opens the timeline that is there: a process that dies on the way
leaves the old one, or the new one, whole.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from engine.errors import ConfigError, StoreError
from engine.store.encryption import PLAIN, Keys, attach, forget_key, load_crypto, read_keys, write_keys
from engine.store.files import TIMELINE, make_private
from engine.store.timeline import Timeline
from engine.store.timeline_schema import connect, create_tables

_CONFIG = {"memory_limit": "512MB", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def rekey(folder: Path, reference: str | None, *, builtin: bool = False) -> None:
    """Has the timeline of a folder encrypted with the key of a reference, or with none from now on.

    It takes the disk space of a second timeline. A key that was made here is forgotten once nothing needs it.
    Raises StoreError when there is no timeline, another process has it, or it cannot be written; it is then as it was.
    """
    path = folder / TIMELINE
    if not path.exists():
        raise StoreError(f"there is no timeline in {folder}: scan first, or name the store with --store DIR")
    Timeline.open(folder).close()  # of this version, and all in one file
    _clear(folder)
    before = read_keys(folder) or Keys(keys=(PLAIN,))
    after = Keys(keys=(reference or PLAIN,), builtin=builtin)
    both = Keys(keys=(*after.keys, *before.keys), builtin=builtin or before.builtin)
    with duckdb.connect(config=dict(_CONFIG)) as connection:
        load_crypto(connection, builtin=both.builtin)
        write_keys(folder, both)
        try:
            _replace(connection, path, before, after)
        except BaseException:
            write_keys(folder, None if before.keys == (PLAIN,) else before)
            raise
    _flush(folder)
    write_keys(folder, after if reference else None)
    for old in set(before.keys) - set(after.keys):
        with suppress(ConfigError):  # a key that nothing needs may stay
            forget_key(old)


def _replace(connection: duckdb.DuckDBPyConnection, path: Path, before: Keys, after: Keys) -> None:
    """Puts a copy with other keys in the place of a timeline, as the last thing that it does."""
    with TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.", ignore_cleanup_errors=True) as folder:
        draft = Path(folder) / path.name
        try:
            with connect(draft, None if after.keys == (PLAIN,) else after) as made:
                create_tables(made)
            connection.execute("SET temp_directory = $1", [f"{draft}.tmp"])
            connection.execute("SET temp_file_encryption = true")
            # Read only, its lock keeps writers out until the copy is in its place.
            _attach_old(connection, path, before.keys)
            attach(connection, draft, "fresh", after.keys[0])
            _copy(connection)
            connection.execute("DETACH fresh")
            make_private(draft)
            _flush(draft)
            draft.replace(path)
        except (duckdb.Error, OSError) as error:
            reason = str(error).partition("\n")[0]
            raise StoreError(
                f"the timeline {path} could not be given another key ({reason}): it is as it was"
            ) from error


def _attach_old(connection: duckdb.DuckDBPyConnection, path: Path, keys: tuple[str, ...]) -> None:
    *earlier, last = keys
    for reference in earlier:
        with suppress(StoreError, duckdb.Error):
            return attach(connection, path, "old", reference, read_only=True)
    return attach(connection, path, "old", last, read_only=True)


def _copy(connection: duckdb.DuckDBPyConnection) -> None:
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'fresh'").fetchall()
    connection.execute("DELETE FROM fresh.settings")
    for (table,) in tables:
        connection.execute(f"INSERT INTO fresh.{table} BY NAME SELECT * FROM old.{table}")  # noqa: S608 - our own names
        if _count(connection, f"old.{table}") != _count(connection, f"fresh.{table}"):
            raise StoreError(f"the copy of the timeline lacks rows of {table}: nothing was changed; please report this")
    connection.execute("CHECKPOINT fresh")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    [(count,)] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608 - our own names
    return int(count)


def _clear(folder: Path) -> None:
    """Takes away what a process left that died while it copied."""
    for left in folder.glob(f"{TIMELINE}.*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)


def _flush(path: Path) -> None:
    """Has what was written reach the disk before anything is built on it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
