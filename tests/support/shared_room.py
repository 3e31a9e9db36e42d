"""People around a shared ledger, each logged in as themselves, and a clock of the database that a test moves."""

from contextlib import ExitStack

from engine.model import Drift
from engine.store.ledger import Ledger
from engine.workflow.requests import Requests
from tests.support.people import fixable
from tests.support.postgres import Database
from tests.support.samples import at, make_report


class SharedRoom:
    """As `Room`, on a database. Nobody has a step taken by the ledger of another."""

    as_json = "::json"

    def __init__(self, database: Database) -> None:
        self.database = database
        self._ledgers: dict[str, Ledger] = {}
        self._closing = ExitStack()
        database.execute("CREATE TABLE the_time (now timestamptz); INSERT INTO the_time VALUES (now()); "
                         "ALTER TABLE the_time OWNER TO driftguard_owner; GRANT SELECT ON the_time TO driftguard_view; "
                         "CREATE OR REPLACE FUNCTION moment() RETURNS timestamptz LANGUAGE sql STABLE "
                         "SET search_path = driftguard, pg_temp AS 'SELECT now FROM the_time'")  # fmt: skip
        self.minutes = 0.0
        self.ledger = self.of("mia")
        self.scan(fixable())

    def of(self, person: str) -> Ledger:
        """The ledger as a person has it open."""
        if person not in self._ledgers:
            self._ledgers[person] = Ledger.open(self.database.url(person))
            self._closing.callback(self._ledgers[person].close)
        return self._ledgers[person]

    @property
    def minutes(self) -> float:
        return self._minutes

    @minutes.setter
    def minutes(self, minutes: float) -> None:
        self._minutes = minutes
        self.database.execute(f"UPDATE the_time SET now = '{at(minutes).isoformat()}'")

    def scan(self, *drifts: Drift) -> None:
        self.minutes += 1
        self.ledger.record(make_report(f"s{self.minutes}", self.minutes, *drifts))

    def __call__(self, person: str) -> Requests:
        return Requests(self.of(person), person, lambda: at(self.minutes))

    def tamper(self, statement: str) -> None:
        """What somebody does who can do everything."""
        self.database.execute(f"SET session_replication_role = replica; {statement}")

    @property
    def log(self) -> list[tuple[str, str]]:
        return [(entry.actor, entry.action) for entry in self.ledger.audit_entries()]

    def close(self) -> None:
        self._closing.close()
