"""People around a ledger, registered with their roles as an administrator of a shared one does it, and a drift."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from engine.model import Action, Drift, Level, Recommendation, Role
from engine.store.files import LEDGER
from engine.store.ledger import Ledger
from engine.workflow.requests import Requests
from tests.support.samples import at, make_drift, make_report

#: Nobody else is registered.
ROLES = {"dora": Role.VIEW, "anna": Role.EDIT, "ben": Role.ADMIN, "carl": Role.ADMIN}


def register(folder: Path, **roles: Role) -> None:
    """Registers people in the ledger of a store folder; from then on it is shared."""
    engine = create_engine(f"sqlite:///{folder / LEDGER}")
    statement = text("INSERT INTO users (name, role, created_at) VALUES (:name, :role, '2026-03-02')")
    with engine.begin() as connection:
        for name, role in roles.items():
            connection.execute(statement, {"name": name, "role": role.value})
    engine.dispose()


def fixable(id_: str = "d-1", **fields: Any) -> Drift:
    """A grave drift with an investigation recommended first, and two things to do."""
    advice = (
        Recommendation(f"r-ask-{id_}", Action.INVESTIGATE, "Ask mia", "She did it.", 0.9),
        Recommendation(
            f"r-{id_}", Action.REVERT, "Close it", "It is open.", 0.8, ("terraform apply",), None, Role.EDIT
        ),
        Recommendation(f"r-adopt-{id_}", Action.ADOPT, "Write it down", "It stays.", 0.3, (), "-a\n+b\n", Role.EDIT),
    )
    return make_drift(id_, **{"level": Level.HIGH, "recommendations": advice, **fields})


class Room:
    """A ledger with one drift, people around it, and a clock that a test moves."""

    #: What makes a text one of the JSON values of this kind of database.
    as_json = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = Ledger.open(folder)
        self.minutes = 0.0
        self.scan(fixable())

    def scan(self, *drifts: Drift) -> None:
        self.minutes += 1
        self.ledger.record(make_report(f"s{self.minutes}", self.minutes, *drifts))

    def of(self, person: str) -> Ledger:
        """The ledger as a person has it open."""
        return self.ledger

    def __call__(self, person: str) -> Requests:
        return Requests(self.ledger, person, lambda: at(self.minutes))

    def tamper(self, statement: str) -> None:
        """What somebody does who can write to the file."""
        with closing(sqlite3.connect(self.folder / LEDGER)) as connection, connection:
            connection.execute(statement)

    @property
    def log(self) -> list[tuple[str, str]]:
        return [(entry.actor, entry.action) for entry in self.ledger.audit_entries()]
