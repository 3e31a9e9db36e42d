"""Executions in the ledger: one process has a request, and how it ends is what scans find."""

import os

import pytest
from msgspec import structs

from engine.errors import WorkflowError
from engine.model import Change, ChangeRequest, RequestStatus
from engine.workflow.ownership import LEASE, is_orphan
from tests.support.executing import PREPARED, approved, asked, executions
from tests.support.people import Room, fixable
from tests.support.shared_room import SharedRoom

pytestmark = pytest.mark.usefixtures("room")


@pytest.fixture
def begun(room: Room | SharedRoom) -> ChangeRequest:
    """A request that ben carries out."""
    request = approved(room)
    return executions(room, "ben").begin(request.id, plan_hash=request.plan_hash)


class TestPreparing:
    def test_what_is_prepared_is_part_of_what_is_approved(self, room: Room | SharedRoom) -> None:
        draft = room("anna").create("d-1", draft=True)
        assert draft.status is RequestStatus.DRAFT
        ready = executions(room, "anna").prepare(draft.id, PREPARED)
        assert (ready.status, ready.plan.prepared, ready.outdated) == (RequestStatus.DRAFT, PREPARED, "")
        assert ready.plan_hash == ready.plan.hash != draft.plan_hash
        other = structs.replace(PREPARED, artifact_hash="b" * 64)
        assert executions(room, "anna").prepare(draft.id, other).plan_hash != ready.plan_hash
        assert room.log[-1] == ("anna", "request.prepare")

    def test_nobody_decides_on_a_draft_and_nobody_else_touches_it(self, room: Room | SharedRoom) -> None:
        draft = room("anna").create("d-1", draft=True)
        with pytest.raises(WorkflowError, match="is a draft still: anna has to ask for it"):
            room("ben").approve(draft.id, plan_hash=draft.plan_hash)
        with pytest.raises(WorkflowError, match="anna drafts this request: only they can ask for it"):
            room("ben").submit(draft.id, plan_hash=draft.plan_hash)
        with pytest.raises(WorkflowError, match="anna drafts this request"):
            executions(room, "ben").prepare(draft.id, PREPARED)

    def test_what_was_asked_for_is_prepared_no_more(self, room: Room | SharedRoom) -> None:
        request = asked(room)
        with pytest.raises(WorkflowError, match="is requested already"):
            executions(room, "anna").prepare(request.id, structs.replace(PREPARED, world="v" * 64))


class TestBeginning:
    def test_one_person_begins_and_another_comes_too_late(self, room: Room | SharedRoom, begun: ChangeRequest) -> None:
        assert (begun.status, begun.execution and begun.execution.by) == (RequestStatus.EXECUTING, "ben")
        with pytest.raises(WorkflowError, match="is being carried out already, by ben"):
            executions(room, "carl").begin(begun.id, plan_hash=begun.plan_hash)
        for step in (room("carl").reject, room("anna").withdraw):
            with pytest.raises(WorkflowError, match="is being carried out already, by ben"):
                step(begun.id)
        assert [action for _, action in room.log].count("request.execute") == 1

    @pytest.mark.parametrize("person", ["anna", "dora"])
    def test_who_may_not(self, room: Room | SharedRoom, person: str) -> None:
        request = approved(room)
        with pytest.raises(WorkflowError, match="carrying out a change needs the role admin"):
            executions(room, person).begin(request.id, plan_hash=request.plan_hash)

    def test_what_may_not(self, room: Room | SharedRoom) -> None:
        by_hand = room("anna").create("d-1")
        room("ben").approve(by_hand.id, plan_hash=by_hand.plan_hash)
        with pytest.raises(WorkflowError, match="no tool has prepared request"):
            executions(room, "ben").begin(by_hand.id, plan_hash=by_hand.plan_hash)

    def test_another_plan_than_the_one_that_was_shown(self, room: Room | SharedRoom) -> None:
        request = approved(room)
        with pytest.raises(WorkflowError, match="is not the one you saw"):
            executions(room, "ben").begin(request.id, plan_hash="f" * 64)

    def test_a_drift_that_has_changed_since(self, room: Room | SharedRoom) -> None:
        request = approved(room)
        room.scan(fixable(changes=(Change("ingress[0].cidr_blocks", ["10.0.0.0/8"], ["::/0"]),)))
        with pytest.raises(WorkflowError, match="cannot be carried out any more, since the drift or its plan has"):
            executions(room, "ben").begin(request.id, plan_hash=request.plan_hash)


class TestEnding:
    def test_a_drift_that_is_gone_is_verified_and_closed(self, room: Room | SharedRoom, begun: ChangeRequest) -> None:
        steps = executions(room, "ben")
        done = steps.applied(begun, "Apply complete!", ())
        assert (done.status, done.execution and done.execution.said) == (RequestStatus.EXECUTING, "Apply complete!")
        assert steps.judge(begun.id).status is RequestStatus.EXECUTING, "nobody has looked since"

        room.scan()
        assert steps.judge(begun.id).status is RequestStatus.VERIFIED
        closed = room("anna").close(begun.id, comment="thanks")
        assert (closed.status, closed.closed_by, closed.comments[-1].text) == (RequestStatus.CLOSED, "anna", "thanks")
        actions = [action.removeprefix("request.") for _, action in room.log]
        assert actions == ["draft", "prepare", "create", "approve", "execute", "apply", "verify", "close"]
        assert room.ledger.verify_audit().intact

    def test_a_drift_that_stays_is_a_failure_that_says_what_remains(
        self, room: Room | SharedRoom, begun: ChangeRequest
    ) -> None:
        steps = executions(room, "ben")
        steps.applied(begun, "Apply complete!", ())
        room.minutes += 1
        room.scan(fixable())
        failed = steps.judge(begun.id)
        assert failed.status is RequestStatus.FAILED
        assert failed.execution is not None
        assert failed.execution.left == ("ingress[0].cidr_blocks still differs",)
        assert room("anna").create("d-1").status is RequestStatus.REQUESTED, "it can be asked for again"

    def test_another_drift_of_the_resource_is_no_success(self, room: Room | SharedRoom, begun: ChangeRequest) -> None:
        steps = executions(room, "ben")
        steps.applied(begun, "Apply complete!", ())
        room.minutes += 1
        room.scan(fixable("d-9", resource=fixable().resource, changes=(Change("tags.owner", "a", "b"),)))
        failed = steps.judge(begun.id)
        assert (failed.status, failed.execution and failed.execution.left) == (
            RequestStatus.FAILED,
            ("tags.owner still differs",),
        )

    def test_what_the_tool_could_not_do(self, room: Room | SharedRoom, begun: ChangeRequest) -> None:
        failed = executions(room, "ben").fail(begun, "Error: denied", ("1 of 2 rules",))
        assert (failed.status, failed.execution and failed.execution.left) == (
            RequestStatus.FAILED,
            ("1 of 2 rules",),
        )

    def test_what_is_left_to_people_waits_for_them(self, room: Room | SharedRoom, begun: ChangeRequest) -> None:
        steps = executions(room, "ben")
        steps.applied(begun, "committed", ("merge the branch driftguard/d-1",))
        room.minutes += 1
        room.scan(fixable())
        assert steps.judge(begun.id).status is RequestStatus.EXECUTING
        room.scan()
        assert steps.judge(begun.id).status is RequestStatus.VERIFIED

    def test_what_did_not_begin_is_given_back(self, room: Room | SharedRoom, begun: ChangeRequest) -> None:
        steps = executions(room, "ben")
        back = steps.release(begun, "the world has changed")
        assert (back.status, back.execution and back.execution.said) == (
            RequestStatus.APPROVED,
            "the world has changed",
        )
        assert steps.begin(begun.id, plan_hash=begun.plan_hash).status is RequestStatus.EXECUTING


class TestOwners:
    def test_who_is_silent_or_gone_has_it_no_longer(self, room: Room | SharedRoom, begun: ChangeRequest) -> None:
        execution = begun.execution
        assert execution is not None
        now = executions(room, "ben").now()
        assert not is_orphan(execution, now)
        assert is_orphan(execution, now + LEASE)
        host = execution.owner.split(":")[0]
        assert is_orphan(structs.replace(execution, owner=f"{host}:{_dead_process()}:abc"), now)
        assert not is_orphan(structs.replace(execution, owner=f"elsewhere:{_dead_process()}:abc"), now)

    def test_it_is_taken_over_once_and_the_first_owner_ends_nothing(
        self, room: Room | SharedRoom, begun: ChangeRequest
    ) -> None:
        steps = executions(room, "ben")
        with pytest.raises(WorkflowError, match="is executing, by ben: wait for how it ends"):
            steps.take_over(begun.id)
        room.minutes += LEASE.total_seconds() / 60
        taken = steps.take_over(begun.id)
        with pytest.raises(WorkflowError, match=r"another process carries request .* out by now"):
            steps.applied(begun, "done", ())
        assert steps.applied(taken, "done", ()).status is RequestStatus.EXECUTING

    def test_a_sign_of_life_keeps_it(self, room: Room | SharedRoom, begun: ChangeRequest) -> None:
        steps = executions(room, "ben")
        room.minutes += 1
        steps.renew(begun)
        room.minutes += 1
        with pytest.raises(WorkflowError, match="wait for how it ends"):
            steps.take_over(begun.id)


def _dead_process() -> int:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child
