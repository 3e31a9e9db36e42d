"""Where a ledger can be: a file of one's own, or a Postgres that people share. What is the same on both is tested on
both."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.store.files import LEDGER
from engine.store.ledger import Ledger
from tests.support.postgres import Database


class FilePlace:
    """A store folder. Whoever opens it is its owner, under any name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, person: str = "mia") -> Ledger:
        return Ledger.open(self.folder)

    def rows(self, query: str) -> list[Any]:
        """What another program sees in it."""
        with closing(sqlite3.connect(self.folder / LEDGER)) as connection, connection:
            return connection.execute(query).fetchall()

    def tamper(self, statement: str) -> None:
        """What somebody does who can do everything."""
        with closing(sqlite3.connect(self.folder / LEDGER)) as connection, connection:
            for deed in ("update", "delete"):
                connection.execute(f"DROP TRIGGER audit_log_no_{deed}")
            connection.execute(statement)


class SharedPlace:
    """A shared database, to which people log in."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def open(self, person: str = "mia") -> Ledger:
        return Ledger.open(self.database.url(person))

    def rows(self, query: str) -> list[Any]:
        """What another program sees in it."""
        return self.database.execute(query)

    def tamper(self, statement: str) -> None:
        """What somebody does who can do everything."""
        self.database.execute(f"SET session_replication_role = replica; {statement}")


Place = FilePlace | SharedPlace


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty ledger of each kind."""
    if request.param == "sqlite":
        return FilePlace(tmp_path / "store")
    return SharedPlace(request.getfixturevalue("postgres"))


@pytest.fixture
def ledger(place: Place) -> Iterator[Ledger]:
    """An empty ledger of each kind, opened by mia, who may do everything in it."""
    ledger = place.open()
    yield ledger
    ledger.close()
