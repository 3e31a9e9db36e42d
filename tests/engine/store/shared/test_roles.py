"""Setting up the shared database and saying who may do what, as its administrator and its people see it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from engine.errors import StoreError
from engine.model import Decision, Role, Verdict
from engine.store.ledger import Ledger
from engine.store.shared import administer
from engine.workflow.requests import Requests
from tests.support.people import fixable
from tests.support.postgres import PEOPLE, Database, Server
from tests.support.samples import at, make_report


@pytest.fixture
def empty(postgres_server: Server) -> Iterator[Database]:
    database = postgres_server.empty()
    yield database
    database.drop()


@pytest.fixture
def newcomer(postgres_server: Server) -> Iterator[str]:
    """Somebody who can log in and has no role."""
    postgres_server.execute("postgres", "CREATE ROLE nina LOGIN")
    yield "nina"
    postgres_server.execute("postgres", "DROP ROLE nina")


class TestSettingUp:
    def test_a_database_that_is_not_set_up_says_who_has_to(self, empty: Database) -> None:
        with pytest.raises(StoreError, match=r"is not set up, or you have no role in it.*driftguard db init"):
            Ledger.open(empty.url())
        with pytest.raises(StoreError, match="run `driftguard db init`"):
            administer.upgrade(empty.url())
        assert not administer.status(empty.url()).is_current

    def test_it_is_set_up_once_and_brought_up_to_date_as_often_as_one_likes(self, empty: Database) -> None:
        for _ in range(2):
            administer.initialise(empty.url())
        administer.upgrade(empty.url())

        status = administer.status(empty.url())
        assert status.is_current
        assert (status.you, status.role, status.weakness) == ("postgres", Role.ADMIN, "")
        assert {person.name: person.role.value for person in status.people} == PEOPLE
        assert status.unbound == ("postgres",)
        assert len(status.months) == 13  # this one, and a year ahead

    def test_who_is_no_superuser_sets_it_up_and_keeps_no_way_around_the_rules(
        self, postgres_server: Server, empty: Database
    ) -> None:
        execute = postgres_server.execute
        execute("postgres", "CREATE ROLE otto LOGIN CREATEROLE")
        groups = "driftguard_owner, driftguard_view, driftguard_edit, driftguard_admin"
        execute("postgres", f"GRANT {groups} TO otto WITH ADMIN TRUE, INHERIT FALSE, SET FALSE")
        execute("postgres", f"GRANT CREATE ON DATABASE {empty.name} TO otto")
        try:
            administer.initialise(empty.url("otto"))
            with pytest.raises(Exception, match="permission denied"):
                empty.execute("SET ROLE driftguard_owner", "otto")
            assert administer.status(empty.url()).is_current
            with pytest.raises(StoreError, match=r"refused .*: nothing was changed"):
                administer.upgrade(empty.url("ben"))
        finally:
            execute(empty.name, "REASSIGN OWNED BY otto TO postgres; DROP OWNED BY otto")
            execute("postgres", "DROP ROLE otto")

    def test_a_person_cannot_set_it_up(self, empty: Database) -> None:
        with pytest.raises(StoreError, match=r"the shared database postgresql://anna@/.* refused .*permission denied"):
            administer.initialise(empty.url("anna"))

    def test_an_older_schema_is_for_the_administrator_to_bring_forward(self, postgres: Database) -> None:
        postgres.execute("UPDATE alembic_version SET version_num = '0003'")
        with pytest.raises(StoreError, match=r"of an older DriftGuard \(schema 0003.*driftguard db upgrade"):
            Ledger.open(postgres.url("anna"))

    def test_a_newer_schema_is_for_a_newer_program(self, postgres: Database) -> None:
        postgres.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(StoreError, match=r"newer DriftGuard \(schema 9999.*upgrade DriftGuard, or check store.sh"):
            Ledger.open(postgres.url("anna"))


class TestGranting:
    def test_an_admin_grants_and_revokes_and_both_are_written_down(self, postgres: Database, newcomer: str) -> None:
        with pytest.raises(StoreError, match="you have no role in it"):
            Ledger.open(postgres.url(newcomer))

        assert not administer.grant(postgres.url("ben"), newcomer, Role.EDIT)
        with closing(Ledger.open(postgres.url(newcomer))) as ledger:
            assert (ledger.person, ledger.role_of(newcomer)) == (newcomer, Role.EDIT)
        administer.grant(postgres.url("ben"), newcomer, Role.VIEW)
        administer.revoke(postgres.url("carl"), newcomer)

        with closing(Ledger.open(postgres.url("dora"))) as ledger:
            assert ledger.verify_audit().intact
            assert [(entry.actor, entry.action, entry.details) for entry in ledger.audit_entries()] == [
                ("ben", "role.grant", {"before": None, "role": "edit"}),
                ("ben", "role.grant", {"before": "edit", "role": "view"}),
                ("carl", "role.revoke", {"before": "view"}),
            ]
        with pytest.raises(StoreError, match="you have no role in it"):
            Ledger.open(postgres.url(newcomer))

    def test_the_administrator_of_the_server_makes_logins(self, postgres: Database) -> None:
        try:
            assert administer.grant(postgres.url(), 'o"hara', Role.VIEW)
            assert 'o"hara' in {person.name for person in administer.status(postgres.url()).people}
            administer.revoke(postgres.url(), 'o"hara')
        finally:
            postgres.execute('DROP ROLE IF EXISTS "o""hara"')

    @pytest.mark.parametrize(
        ("person", "whom", "reason"),
        [
            ("anna", "dora", "permission denied"),
            ("ben", "ben", "nobody changes their own role"),
            ("ben", "unheard", "permission denied to create role"),
            ("ben", "postgres", "no rule would bind them"),
        ],
    )
    def test_what_cannot_be_granted(self, postgres: Database, person: str, whom: str, reason: str) -> None:
        with pytest.raises(StoreError, match=f"refused .*{reason}.*: nothing was changed"):
            administer.grant(postgres.url(person), whom, Role.EDIT)

    def test_what_somebody_else_granted_is_theirs_to_revoke(self, postgres: Database) -> None:
        with pytest.raises(StoreError, match="by a grant made past this function"):
            administer.revoke(postgres.url("ben"), "dora")


class TestASteppingClient:
    """A client that leaves the application's own rules out meets those of the database."""

    def test_is_refused_and_written_down(self, postgres: Database) -> None:
        with closing(Ledger.open(postgres.url("ben"))) as ledger:
            ledger.record(make_report("s1", 0, fixable()))
            request = Requests(ledger, "ben", ledger.now).create("d-1")
            decision = Decision(
                verdict=Verdict.APPROVE, by="ben", role=Role.ADMIN, at=at(0), plan_hash=request.plan_hash
            )
            with (
                pytest.raises(StoreError, match=r"\(you asked for this change.*\): nothing was changed"),
                ledger.request_book(writes=True) as book,
            ):
                book.decide(request, decision)

            entry = ledger.audit_entries()[-1]
            assert (entry.actor, entry.action) == ("ben", "step.refused")
            assert "nobody approves their own" in entry.details["reason"]

    def test_cannot_set_the_time(self, postgres: Database) -> None:
        with closing(Ledger.open(postgres.url("anna"))) as ledger:
            ledger.record(make_report("s1", 0, fixable()))
            asked = Requests(ledger, "anna", lambda: ledger.now() - timedelta(days=3)).create("d-1")
            kept = Requests(ledger, "anna", ledger.now).find(asked.id)
        assert kept.requested_at - asked.requested_at > timedelta(days=2)
