"""Deciding on a shared database: many at once, of whom it lets the right number through, and what it insists on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest

from engine.errors import DriftGuardError, StoreError
from engine.model import ChangeRequest, Level, RequestStatus, Role
from engine.store.ledger import Ledger
from engine.store.shared import administer
from engine.workflow.executions import Executions
from engine.workflow.policies import load_policies
from engine.workflow.requests import Requests
from tests.support.executing import PREPARED
from tests.support.people import fixable
from tests.support.postgres import Database
from tests.support.samples import make_report


@pytest.fixture
def people(postgres: Database) -> Iterator[dict[str, Ledger]]:
    opened = {person: Ledger.open(postgres.url(person)) for person in ("anna", "ben", "carl", "mia")}
    yield opened
    for ledger in opened.values():
        ledger.close()


def prepared(ledger: Ledger, level: Level) -> ChangeRequest:
    """A request of anna's for a drift of this severity, which a tool can carry out."""
    ledger.record(make_report(f"s-{level}", 0, fixable(f"d-{level}", level=level)))
    draft = Requests(ledger, "anna").create(f"d-{level}", draft=True)
    ready = Executions(ledger, "anna").prepare(draft.id, PREPARED)
    return Requests(ledger, "anna").submit(ready.id, plan_hash=ready.plan_hash)


def test_of_many_who_decide_at_once_one_does(people: dict[str, Ledger]) -> None:
    asked = prepared(people["anna"], Level.HIGH)
    together = Barrier(6)

    def decide(person: str, verdict: str) -> str:
        requests = Requests(people[person], person)
        together.wait()
        try:
            if verdict == "approve":
                requests.approve(asked.id, plan_hash=asked.plan_hash)
            else:
                requests.reject(asked.id)
        except DriftGuardError as error:
            return str(error)
        return ""

    work = [(person, verdict) for person in ("ben", "carl", "mia") for verdict in ("approve", "reject")]
    with ThreadPoolExecutor(len(work)) as pool:
        refusals = list(pool.map(lambda each: decide(*each), work))

    end = Requests(people["anna"], "anna").find(asked.id)
    assert refusals.count("") in (1, 2)  # who approved may have been overruled by a rejection
    assert len(end.decisions) == refusals.count("")
    assert end.status in (RequestStatus.APPROVED, RequestStatus.REJECTED)
    assert people["ben"].verify_audit().intact


def test_a_grave_change_needs_two_whatever_the_request_says(people: dict[str, Ledger]) -> None:
    asked = prepared(people["anna"], Level.CRITICAL)
    first = Requests(people["ben"], "ben").approve(asked.id, plan_hash=asked.plan_hash)
    assert first.status is RequestStatus.REQUESTED
    with pytest.raises(DriftGuardError, match="approv"):
        Executions(people["ben"], "ben").begin(asked.id, plan_hash=asked.plan_hash)
    second = Requests(people["carl"], "carl").approve(asked.id, plan_hash=asked.plan_hash)
    assert second.status is RequestStatus.APPROVED


def test_an_emergency_does_without_only_where_an_admin_let_it(people: dict[str, Ledger], postgres: Database) -> None:
    asked = prepared(people["anna"], Level.CRITICAL)
    executions = Executions(people["ben"], "ben", policies=load_policies())
    with pytest.raises(StoreError, match="no policy lets an emergency do without"):
        executions.begin(asked.id, plan_hash=asked.plan_hash, reason="the site is down")

    administer.set_policy(postgres.url("mia"), administer.Policy(Level.CRITICAL, 2, Role.ADMIN, break_glass=True))
    with pytest.raises(StoreError, match="who lets emergencies do without is not who has one"):
        Executions(people["mia"], "mia").begin(asked.id, plan_hash=asked.plan_hash, reason="the site is down")
    begun = executions.begin(asked.id, plan_hash=asked.plan_hash, reason="the site is down")

    assert begun.status is RequestStatus.EXECUTING
    assert postgres.execute("SELECT count(*) FROM notifications WHERE channel = 'alarm'") == [(1,)]
    with closing(Ledger.open(postgres.url("dora"))) as ledger:
        assert "request.break-glass" in [entry.action for entry in ledger.audit_entries()]


def test_a_server_that_was_restarted_meanwhile_is_connected_to_anew(
    people: dict[str, Ledger], postgres: Database
) -> None:
    asked = prepared(people["anna"], Level.HIGH)
    Requests(people["ben"], "ben").find(asked.id)
    gone = postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('anna', 'ben')")
    assert len(gone) >= 2

    Requests(people["ben"], "ben").approve(asked.id, plan_hash=asked.plan_hash)
    assert Requests(people["anna"], "anna").find(asked.id).status is RequestStatus.APPROVED


def test_what_is_carried_out_is_verified_by_a_scan(people: dict[str, Ledger]) -> None:
    asked = prepared(people["anna"], Level.LOW)
    Requests(people["ben"], "ben").approve(asked.id, plan_hash=asked.plan_hash)
    executions = Executions(people["carl"], "carl")
    begun = executions.begin(asked.id, plan_hash=asked.plan_hash)
    executions.applied(begun, "done", ())
    people["anna"].record(make_report("later", 99))

    judged = Executions(people["anna"], "anna").judge(asked.id)
    assert judged.status is RequestStatus.VERIFIED
    assert people["carl"].verify_audit().intact
