"""Whatever people ask for and decide, in whatever order, while the estate changes under them: the rules hold."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec import Struct, structs

from engine.errors import WorkflowError
from engine.model import RequestStatus, Role, Verdict
from engine.store.ledger import Ledger
from tests.support.people import ROLES, Room, fixable, register

#: Those who may do something come up more often than those who may not.
PEOPLE = st.sampled_from(["ben", "carl", "ben", "carl", "anna", "dora", "stranger"])
DRIFTS = st.sampled_from(["d-1", "d-2"])
#: Which request, the newest first: what was just asked for is what most happens to.
WHICH = st.sampled_from([0, 0, 0, 1, 1, 2, 5])
DAY = 24 * 60
WAITS, APPROVED = RequestStatus.REQUESTED, RequestStatus.APPROVED


class Expected(Struct):
    """What should be known of a request. `version` is that of the drift's plan when it was asked for."""

    drift: str
    by: str
    version: int
    plan_hash: str
    expires: float
    status: RequestStatus = WAITS


class AnyOrder(RuleBasedStateMachine):
    """What each step should come to is worked out here in the plainest way, and held against what it comes to."""

    empty: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.room = Room(Path(copytree(self.empty, Path(self.folder.name) / "store")))
        register(self.room.folder, **ROLES)
        self.versions = {"d-1": 0, "d-2": 0}
        self.gone: set[str] = set()
        self.expected: dict[str, Expected] = {}
        self.done: Counter[str] = Counter()
        self.scan()

    def teardown(self) -> None:
        assert self.room.ledger.verify_audit().intact
        self.room.ledger.close()
        self.folder.cleanup()

    def scan(self) -> None:
        drifts = []
        for id_, version in self.versions.items():
            advice = structs.replace(fixable(id_).recommendations[1], commands=(f"terraform apply {version}",))
            drifts.append(fixable(id_, recommendations=(advice,)))
        self.room.scan(*(drift for drift in drifts if drift.id not in self.gone))
        self.pass_time(0)

    def pass_time(self, minutes: float) -> None:
        self.room.minutes += minutes
        for request in self.expected.values():
            if request.status in (WAITS, APPROVED) and self.room.minutes >= request.expires:
                request.status = RequestStatus.EXPIRED

    def one(self, which: int) -> tuple[str, Expected]:
        """A request by its number, the newest first."""
        ids = list(self.expected)[::-1]
        id_ = ids[which % len(ids)]
        return id_, self.expected[id_]

    @contextmanager
    def step(self, action: str, *conditions: bool) -> Iterator[None]:
        """A step that must succeed if all conditions hold, and otherwise be refused."""
        if all(conditions):
            yield
            self.done[action] += 1
        else:
            with pytest.raises(WorkflowError):
                yield

    @rule(person=PEOPLE, drift=DRIFTS)
    def ask(self, person: str, drift: str) -> None:
        taken = any(known.drift == drift and known.status in (WAITS, APPROVED) for known in self.expected.values())
        with self.step("create", ROLES.get(person) in (Role.EDIT, Role.ADMIN), drift not in self.gone, not taken):
            request = self.room(person).create(drift)
            expires = self.room.minutes + 7 * DAY
            self.expected[request.id] = Expected(drift, person, self.versions[drift], request.plan_hash, expires)

    @precondition(lambda self: self.expected)
    @rule(which=WHICH, person=PEOPLE)
    def approve(self, which: int, person: str) -> None:
        id_, known = self.one(which)
        still = known.version == self.versions[known.drift] and known.drift not in self.gone
        is_another_admin = ROLES.get(person) is Role.ADMIN and person != known.by
        with self.step("approve", is_another_admin, known.status is WAITS, still):
            self.room(person).approve(id_, plan_hash=known.plan_hash)
            known.status, known.expires = APPROVED, self.room.minutes + 3 * DAY

    @precondition(lambda self: self.expected)
    @rule(which=WHICH, person=PEOPLE, rejects=st.booleans())
    def end(self, which: int, person: str, rejects: bool) -> None:
        id_, known = self.one(which)
        is_admin = ROLES.get(person) is Role.ADMIN
        if rejects:
            with self.step("reject", is_admin, known.status is WAITS):
                self.room(person).reject(id_)
                known.status = RequestStatus.REJECTED
        else:
            with self.step("withdraw", person == known.by or is_admin, known.status in (WAITS, APPROVED)):
                self.room(person).withdraw(id_)
                known.status = RequestStatus.WITHDRAWN

    @rule(drift=DRIFTS, how=st.sampled_from(["another plan", "gone or back", "later"]))
    def the_world_moves_on(self, drift: str, how: str) -> None:
        if how == "later":
            self.pass_time(3 * DAY)
            return
        if how == "another plan":
            self.versions[drift] += 1
        else:
            self.gone ^= {drift}
        self.scan()

    @invariant()
    def requests_stand_where_they_should(self) -> None:
        known = {request.id: request for request in self.room("dora").all()}
        assert {id_: request.status for id_, request in known.items()} == {
            id_: request.status for id_, request in self.expected.items()
        }
        open_ones = Counter(request.plan.drift_id for request in known.values() if request.is_open)
        assert max(open_ones.values(), default=0) <= 1
        for request in known.values():
            verdicts = [decision.verdict for decision in request.decisions]
            assert len(verdicts) <= 1
            if verdicts == [Verdict.APPROVE]:
                assert request.decisions[0].by != request.requested_by
                assert request.decisions[0].plan_hash == request.plan_hash == request.plan.hash

    @invariant()
    def every_step_is_in_the_log_once_and_no_refusal_is(self) -> None:
        logged = Counter(action.removeprefix("request.") for _, action in self.room.log)
        expired = sum(request.status is RequestStatus.EXPIRED for request in self.expected.values())
        assert logged.pop("expire", 0) <= expired
        assert logged == self.done


def test_the_rules_hold_in_any_order(tmp_path: Path) -> None:
    Ledger.open(tmp_path).close()
    AnyOrder.empty = tmp_path
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.reuse, Phase.generate),  # the steps are few enough to be read as they come
        ),
    )
