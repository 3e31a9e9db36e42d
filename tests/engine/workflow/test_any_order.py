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
from engine.model import OPEN_STATUSES, Level, RequestStatus, Role, Verdict
from engine.store.ledger import Ledger
from tests.support.executing import asked, executions
from tests.support.people import ROLES, Room, fixable, register

#: Those who may do something come up more often than those who may not.
PEOPLE = st.sampled_from(["ben", "carl", "ben", "carl", "ben", "carl", "anna", "anna", "dora", "stranger"])
DRIFTS = st.sampled_from(["d-1", "d-2"])
#: Which request, the newest first: what was just asked for is what most happens to.
WHICH = st.sampled_from([0, 0, 0, 1, 1, 2, 5])
DAY = 24 * 60
WAITS, APPROVED, EXECUTING = RequestStatus.REQUESTED, RequestStatus.APPROVED, RequestStatus.EXECUTING
#: How many have to approve, by the severity that the drift has.
LEVELS = {"d-1": Level.HIGH, "d-2": Level.CRITICAL}
NEEDED = {"d-1": 1, "d-2": 2}
WAITS_DAYS, LASTS_DAYS = {"d-1": 7, "d-2": 3}, {"d-1": 3, "d-2": 1}


class Expected(Struct):
    """What should be known of a request. `version` is that of the drift's plan when it was asked for."""

    drift: str
    by: str
    version: int
    plan_hash: str
    expires: float
    status: RequestStatus = WAITS
    approved_by: tuple[str, ...] = ()

    @property
    def lacks(self) -> int:
        return NEEDED[self.drift] - len(self.approved_by)


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
            drifts.append(fixable(id_, level=LEVELS[id_], recommendations=(advice,)))
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
        taken = any(known.drift == drift and known.status in OPEN_STATUSES for known in self.expected.values())
        with self.step("create", ROLES.get(person) in (Role.EDIT, Role.ADMIN), drift not in self.gone, not taken):
            request = asked(self.room, drift, person)
            self.done.update(["draft", "prepare"])
            expires = self.room.minutes + WAITS_DAYS[drift] * DAY
            self.expected[request.id] = Expected(drift, person, self.versions[drift], request.plan_hash, expires)

    @precondition(lambda self: self.expected)
    @rule(which=WHICH, person=PEOPLE)
    def approve(self, which: int, person: str) -> None:
        id_, known = self.one(which)
        still = known.version == self.versions[known.drift] and known.drift not in self.gone
        is_another_admin = ROLES.get(person) is Role.ADMIN and person != known.by
        is_new = person not in known.approved_by
        with self.step("approve", is_another_admin, known.status is WAITS, still, is_new):
            self.room(person).approve(id_, plan_hash=known.plan_hash)
            known.approved_by += (person,)
            if not known.lacks:
                known.status, known.expires = APPROVED, self.room.minutes + LASTS_DAYS[known.drift] * DAY

    @precondition(lambda self: self.expected)
    @rule(
        which=WHICH,
        person=PEOPLE,
        plan_hash=st.sampled_from(["its own", "its own", "its own", "another"]),
        reason=st.sampled_from(["", "", "fire"]),
    )
    def carry_out(self, which: int, person: str, plan_hash: str, reason: str) -> None:
        id_, known = self.one(which)
        still = known.version == self.versions[known.drift] and known.drift not in self.gone
        may = ROLES.get(person) is Role.ADMIN and (not known.lacks or bool(reason))
        with self.step("execute", may, known.status in (WAITS, APPROVED), still, plan_hash == "its own"):
            hash_ = known.plan_hash if plan_hash == "its own" else "f" * 64
            executions(self.room, person).begin(id_, plan_hash=hash_, reason=reason)
            known.status = EXECUTING
            self.done["break-glass"] += bool(known.lacks)

    @precondition(lambda self: any(known.status is EXECUTING for known in self.expected.values()))
    @rule(how=st.sampled_from(["given back", "could not", "helped"]))
    def come_to_an_end(self, how: str) -> None:
        id_, known = next(item for item in self.expected.items() if item[1].status is EXECUTING)
        steps = executions(self.room, "ben")
        if how == "given back":
            steps.release(steps.find(id_), "not now")
            known.status = WAITS if known.lacks else APPROVED
            self.done["release"] += 1
            self.pass_time(0)
        elif how == "could not":
            steps.fail(steps.find(id_), "no", ())
            known.status = RequestStatus.FAILED
            self.done["fail"] += 1
        else:
            steps.applied(steps.find(id_), "yes", ())
            self.gone |= {known.drift}
            self.scan()
            steps.judge(id_)
            known.status = RequestStatus.VERIFIED
            self.done.update(["apply", "verify"])

    @precondition(lambda self: self.expected)
    @rule(which=WHICH, person=PEOPLE, how=st.sampled_from(["not", "not", "not", "reject", "withdraw"]))
    def end(self, which: int, person: str, how: str) -> None:
        id_, known = self.one(which)
        is_admin = ROLES.get(person) is Role.ADMIN
        if how == "reject":
            with self.step("reject", is_admin, known.status is WAITS, person not in known.approved_by):
                self.room(person).reject(id_)
                known.status = RequestStatus.REJECTED
        elif how == "withdraw":
            with self.step("withdraw", person == known.by or is_admin, known.status in (WAITS, APPROVED)):
                self.room(person).withdraw(id_)
                known.status = RequestStatus.WITHDRAWN

    @rule(drift=DRIFTS, how=st.sampled_from(["not", "not", "another plan", "gone or back", "later"]))
    def the_world_moves_on(self, drift: str, how: str) -> None:
        if how == "later":
            self.pass_time(3 * DAY)
            return
        if how == "another plan":
            self.versions[drift] += 1
        elif how == "gone or back":
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
            verdicts = Counter(decision.verdict for decision in request.decisions)
            assert verdicts[Verdict.REJECT] <= 1
            assert len({decision.by for decision in request.decisions}) == len(request.decisions)

    @invariant()
    def nothing_is_carried_out_without_the_approvals_for_exactly_this_plan(self) -> None:
        broken = {subject for subject, action in self.steps if action == "request.break-glass"}
        for request in self.room("dora").all():
            for_this = {
                decision.by
                for decision in request.decisions
                if decision.verdict is Verdict.APPROVE and decision.plan_hash == request.plan_hash == request.plan.hash
            } - {request.requested_by}
            enough = len(for_this) >= NEEDED[request.plan.drift_id]
            assert enough or request.status is not APPROVED
            for execution in request.executions:
                assert enough or (execution.broke and request.id in broken)

    @property
    def steps(self) -> list[tuple[str, str]]:
        return [(entry.subject, entry.action) for entry in self.room.ledger.audit_entries()]

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
            max_examples=12,
            stateful_step_count=40,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.reuse, Phase.generate),  # the steps are few enough to be read as they come
        ),
    )
