"""Rooms for the tests of the workflow: one person alone, several in a file, several in a shared database."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from engine.store.ledger import Ledger
from tests.support.people import ROLES, Room, register
from tests.support.shared_room import SharedRoom


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with an empty ledger: copying it is quicker than making one."""
    folder = tmp_path_factory.mktemp("empty")
    Ledger.open(folder).close()
    return folder


@pytest.fixture
def alone(empty: Path, tmp_path: Path) -> Iterator[Room]:
    room = Room(Path(copytree(empty, tmp_path / "store")))
    yield room
    room.ledger.close()


@pytest.fixture(params=["sqlite", "postgres"])
def room(request: pytest.FixtureRequest) -> Iterator[Room | SharedRoom]:
    """Several people: registered in a file, or logged in to a database that holds the same rules by itself."""
    if request.param == "sqlite":
        alone: Room = request.getfixturevalue("alone")
        register(alone.folder, **ROLES)
        yield alone
        return
    shared = SharedRoom(request.getfixturevalue("postgres"))
    yield shared
    shared.close()
