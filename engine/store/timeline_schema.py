"""The timeline's tables, and opening its file: creating it whole, refusing what is not ours, naming who holds it."""

import os
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from engine.errors import StoreError
from engine.store.encryption import Keys, attach, load_crypto, read_keys
from engine.store.files import KEYS, make_private, prepare_folder

VERSION = 2

#: What DuckDB calls the timeline in its statements: the file's name, which is the same whether it is encrypted or not.
NAME = "timeline"

# Unique ids of events, hashes of contents and identities of versions are kept by the writer, not by keys: an index on
# text costs more than half of DuckDB's insert rate, and this process is the only writer. Times are UTC without a zone,
# because that is what columns of numpy can carry. JSON documents are compressed with zstd: a quarter of the size and
# half of the insert time of what DuckDB chooses by itself.
TABLES = """
CREATE TABLE settings (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);

-- `number` is the order of recording; `report` is the scan's report without its drifts, which are those of the scan
-- `drifts_of`: itself, or an earlier one when nothing has changed since.
CREATE TABLE scans (
    number BIGINT PRIMARY KEY, id VARCHAR UNIQUE NOT NULL, estate VARCHAR NOT NULL, as_of TIMESTAMP NOT NULL,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP NOT NULL, fingerprint VARCHAR, drifts_of BIGINT NOT NULL, report VARCHAR NOT NULL
);

CREATE TABLE drift_history (
    scan BIGINT NOT NULL, position BIGINT NOT NULL, drift_id VARCHAR NOT NULL,
    body VARCHAR NOT NULL USING COMPRESSION zstd
);

-- Attributes as redacted JSON text, by the blake2b hash of what was read: a secret that was replaced is a new version,
-- though neither secret is kept.
CREATE TABLE contents (hash VARCHAR NOT NULL, body VARCHAR NOT NULL USING COMPRESSION zstd);

-- A row when a resource appears or its content changes; a row without a hash when it vanishes.
CREATE TABLE resource_versions (
    scan BIGINT NOT NULL, valid_from TIMESTAMP NOT NULL, estate VARCHAR NOT NULL, side VARCHAR NOT NULL,
    provider VARCHAR NOT NULL, type VARCHAR NOT NULL, scope VARCHAR NOT NULL, id VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    name VARCHAR NOT NULL, source VARCHAR NOT NULL, hash VARCHAR
);

CREATE TABLE events (
    id VARCHAR NOT NULL, happened_at TIMESTAMP NOT NULL, source VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    operation VARCHAR NOT NULL, service VARCHAR NOT NULL, scope VARCHAR NOT NULL, principal VARCHAR,
    actor_kind VARCHAR NOT NULL, via VARCHAR NOT NULL, source_ip VARCHAR, role VARCHAR, writes BOOLEAN NOT NULL,
    error VARCHAR, touches VARCHAR[] NOT NULL, summary VARCHAR NOT NULL, request VARCHAR NOT NULL,
    original VARCHAR NOT NULL USING COMPRESSION zstd, ended_at TIMESTAMP, recorded_at TIMESTAMP
);

-- A metric of one thing, and what was measured. `number` is the series' own.
CREATE TABLE series (
    number BIGINT NOT NULL, key VARCHAR NOT NULL, source VARCHAR NOT NULL, name VARCHAR NOT NULL,
    labels VARCHAR NOT NULL, unit VARCHAR NOT NULL, scope VARCHAR NOT NULL, touches VARCHAR[] NOT NULL
);
CREATE TABLE samples (series BIGINT NOT NULL, measured_at TIMESTAMP NOT NULL, value DOUBLE NOT NULL);

-- Up to when an estate's source of events has been read whole.
CREATE TABLE watermarks (estate VARCHAR NOT NULL, source VARCHAR NOT NULL, read_to TIMESTAMP NOT NULL);
"""

# What makes a timeline of each version one of the next. Rows that are there keep their values.
_STEPS = {
    1: """
ALTER TABLE events ADD COLUMN ended_at TIMESTAMP;
ALTER TABLE events ADD COLUMN recorded_at TIMESTAMP;
CREATE TABLE series (
    number BIGINT NOT NULL, key VARCHAR NOT NULL, source VARCHAR NOT NULL, name VARCHAR NOT NULL,
    labels VARCHAR NOT NULL, unit VARCHAR NOT NULL, scope VARCHAR NOT NULL, touches VARCHAR[] NOT NULL
);
CREATE TABLE samples (series BIGINT NOT NULL, measured_at TIMESTAMP NOT NULL, value DOUBLE NOT NULL);
CREATE TABLE watermarks (estate VARCHAR NOT NULL, source VARCHAR NOT NULL, read_to TIMESTAMP NOT NULL);
""",
}

# Nothing that is stored can make the engine read another file or reach the network. What a scan writes goes to the disk
# early rather than wait in memory for the end of its transaction.
_CONFIG = {
    "memory_limit": "512MB",
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}

_OWNER = re.compile(r"\(PID (\d+)\)")
_OTHER_KEY = re.compile(r"Wrong encryption key|without a key|is not encrypted")
_DAMAGED = re.compile(r"not a valid|[Cc]orrupt|checksum|read enough bytes|deseriali[sz]e|WAL")


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Opens the timeline's file, creating it when it is not there.

    Raises StoreError when another process holds it, when it is damaged, of something else, or of a newer version, and
    when it is encrypted and its key cannot be had or is another one.
    """
    prepare_folder(path.parent)
    keys = read_keys(path.parent)
    try:
        if not path.exists():
            _create(path, keys)
        connection = connect(path, keys)
    except (duckdb.Error, OSError) as error:
        raise StoreError(_why_closed(path, error)) from error
    try:
        _bring_forward(connection, _version_of(connection, path))
    except duckdb.Error as error:
        connection.close()
        raise StoreError(_why_closed(path, error)) from error
    except BaseException:
        connection.close()
        raise
    make_private(path)
    return connection


def connect(path: Path, keys: Keys | None) -> duckdb.DuckDBPyConnection:
    """Opens a file with the first of the keys that fits, shut off from all other files. Raises duckdb.Error."""
    if keys is None:
        return duckdb.connect(str(path), config=dict(_CONFIG))
    connection = duckdb.connect(config={**_CONFIG, "enable_external_access": "true", "temp_directory": f"{path}.tmp"})
    try:
        load_crypto(connection, builtin=keys.builtin)
        _attach_with_one_of(connection, path, keys.keys)
        connection.execute("SET temp_file_encryption = true")
        connection.execute("SET enable_external_access = false")
        connection.execute(f"USE {NAME}")
    except BaseException:
        connection.close()
        raise
    return connection


def _attach_with_one_of(connection: duckdb.DuckDBPyConnection, path: Path, keys: tuple[str, ...]) -> None:
    *earlier, last = keys
    for reference in earlier:
        try:
            return attach(connection, path, NAME, reference)
        except (StoreError, duckdb.Error) as error:
            if isinstance(error, duckdb.Error) and not _OTHER_KEY.search(str(error)):
                raise
    return attach(connection, path, NAME, last)


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the tables of an empty timeline, and says of which version they are."""
    connection.begin()
    connection.execute(TABLES)
    connection.execute("INSERT INTO settings VALUES ('schema', $1)", [str(VERSION)])
    connection.commit()


def _create(path: Path, keys: Keys | None) -> None:
    """Builds the empty timeline elsewhere and links it into place, so that no half-made file is ever found."""
    with TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.") as folder:
        draft = Path(folder) / path.name
        with connect(draft, keys) as connection:
            create_tables(connection)
        make_private(draft)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was faster; its timeline is as good
        except OSError:
            draft.rename(path)  # a file system without hard links


def _version_of(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    try:
        rows = connection.execute("SELECT value FROM settings WHERE name = 'schema'").fetchall()
        version = int(rows[0][0]) if rows else None
    except (duckdb.Error, ValueError):
        version = None
    if version is None:
        raise StoreError(
            f"{path} is a DuckDB file, but not a timeline of DriftGuard: choose another folder with --store DIR"
        )
    if version > VERSION:
        raise StoreError(
            f"the timeline {path} was written by a newer DriftGuard (schema {version}, this one knows {VERSION}): "
            "upgrade DriftGuard, or choose another folder with --store DIR"
        )
    return version


def _bring_forward(connection: duckdb.DuckDBPyConnection, version: int) -> None:
    """Makes a timeline of an earlier version one of this, or leaves it as it was."""
    if version == VERSION:
        return
    connection.begin()
    for step in range(version, VERSION):
        connection.execute(_STEPS[step])
    connection.execute("UPDATE settings SET value = $1 WHERE name = 'schema'", [str(VERSION)])
    connection.commit()


def _why_closed(path: Path, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"the timeline {path} cannot be created ({error.strerror}): choose another folder with --store DIR"
    message = str(error).partition("\n")[0]
    if "set lock on file" in message:
        return (
            f"the timeline {path} is in use by {_owner(message)}: end it, use another folder with --store DIR, "
            "or share one database between processes with store.shared in driftguard.toml"
        )
    if "without a key" in message:
        return (
            f"the timeline {path} is encrypted, and {path.parent / KEYS} does not name its key: write it there, as "
            '{"keys": ["keyring:SERVICE/NAME"]}'
        )
    if "Wrong encryption key" in message:
        return (
            f"the timeline {path} is encrypted with another key than {path.parent / KEYS} names: put the right one "
            "there, or choose another folder with --store DIR"
        )
    if "version number" in message:
        return (
            f"the timeline {path} was written by another version of DuckDB than the installed {duckdb.__version__}: "
            "upgrade DriftGuard, or choose another folder with --store DIR"
        )
    if _DAMAGED.search(message):
        return (
            f"the timeline {path} is damaged or not a DuckDB file: put a backup in its place, move it away to "
            "begin a new one, or choose another folder with --store DIR"
        )
    return f"the timeline {path} cannot be opened ({message}): choose another folder with --store DIR"


def _owner(message: str) -> str:
    owner = _OWNER.search(message)
    if not owner:
        return "another process"
    return f"{_process_name(int(owner[1])) or 'another process'} (process {owner[1]})"


def _process_name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        pass
    try:
        answer = subprocess.run(  # noqa: S603
            ["ps", "-o", "comm=", "-p", str(pid)],  # noqa: S607
            capture_output=True, text=True, check=False, timeout=5,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return Path(answer.stdout.strip()).name
