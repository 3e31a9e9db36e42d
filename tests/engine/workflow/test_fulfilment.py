"""Fulfilment: a tool prepares, does once what was approved, and a scan tells whether that helped."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from engine.errors import RemedyError, SourceError, WorkflowError
from engine.model import ChangeRequest, RequestStatus
from engine.remediate.journal import Outcome
from engine.remediate.remedy import Remedy, Workplace
from engine.workflow.fulfilment import Fulfilment
from tests.support.executing import Signwriter, executions
from tests.support.people import Room, fixable


class Unwilling(Signwriter):
    """Does half of it and says so."""

    def apply(self, file: Path, say: Callable[[str], None]) -> Outcome:
        super().apply(file, say)
        return Outcome(done=False, said="no more paint", left=("the other half",))


class Works:
    """A sign, and the requests about it of one person who holds all roles."""

    def __init__(self, room: Room, tool: type[Signwriter] = Signwriter) -> None:
        self.room = room
        self.sign = room.folder / "the sign"
        self.sign.write_text("open\n")
        self.tool = tool
        self.said: list[str] = []

    def remedy(self, request: ChangeRequest) -> Remedy:
        workplace = Workplace(sources=(), base=self.room.folder, folder=self.room.folder / "requests" / request.id)
        return Remedy(self.tool(request.plan, workplace, self.sign), workplace.folder)

    def look(self) -> None:
        """Scans: the drift is there until the sign says that it is done."""
        self.room.minutes += 1
        self.room.scan(*() if "done" in self.sign.read_text() else (fixable(),))

    def fulfilment(self, look: Callable[[], None] | None = None) -> Fulfilment:
        return Fulfilment(executions(self.room, "mia"), self.remedy, look or self.look)

    def approved(self) -> ChangeRequest:
        draft = self.room("mia").create("d-1", draft=True)
        ready = self.fulfilment().prepare(draft.id)
        self.room("mia").submit(ready.id, plan_hash=ready.plan_hash)
        return self.room("mia").approve(ready.id, plan_hash=ready.plan_hash)

    def execute(self, request: ChangeRequest, look: Callable[[], None] | None = None) -> ChangeRequest:
        return self.fulfilment(look).execute(request.id, plan_hash=request.plan_hash, say=self.said.append)

    def status(self, request: ChangeRequest) -> RequestStatus:
        return self.room("mia").find(request.id).status


@pytest.fixture
def works(alone: Room) -> Works:
    return Works(alone)


def died(room: Room) -> None:
    """The process that carried it out is gone: a child of this one, that has ended."""
    import sqlite3

    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    connection = sqlite3.connect(room.folder / "ledger.sqlite")
    with connection:
        connection.execute("UPDATE executions SET owner = replace(owner, ?, ?)", (f":{os.getpid()}:", f":{child}:"))
    connection.close()


def test_what_was_approved_is_done_and_verified(works: Works) -> None:
    request = works.approved()
    assert request.plan.prepared is not None
    assert request.plan.prepared.shown == "+ done"
    assert works.execute(request).status is RequestStatus.VERIFIED
    assert works.sign.read_text() == "open\ndone\n"
    assert works.said == ["writing", "looking at the estate, to see what came of it"]


def test_a_world_that_changed_since_is_refused_and_the_request_given_back(works: Works) -> None:
    request = works.approved()
    works.sign.write_text("closed\n")
    with pytest.raises(RemedyError, match="has changed since this was prepared"):
        works.execute(request)
    assert works.status(request) is RequestStatus.APPROVED
    assert works.sign.read_text() == "closed\n"


def test_what_was_swapped_after_the_approval_is_refused(works: Works) -> None:
    request = works.approved()
    (works.room.folder / "requests" / request.id / "sign.txt").write_text("hacked\n")
    with pytest.raises(RemedyError, match="is not what was approved"):
        works.execute(request)
    assert works.sign.read_text() == "open\n"


def test_a_tool_that_cannot_do_all_of_it(alone: Room) -> None:
    works = Works(alone, Unwilling)
    failed = works.execute(works.approved())
    assert failed.status is RequestStatus.FAILED
    assert failed.execution is not None
    assert (failed.execution.said, failed.execution.left) == ("no more paint", ("the other half",))


def test_what_helped_nothing_has_failed(works: Works) -> None:
    def look() -> None:
        works.room.minutes += 1
        works.room.scan(fixable())

    assert works.execute(works.approved(), look).status is RequestStatus.FAILED


def test_where_nothing_can_be_seen_it_is_verified_later_and_not_done_again(works: Works) -> None:
    request = works.approved()

    def blind() -> None:
        raise SourceError("the cloud is away")

    with pytest.raises(WorkflowError, match=r"was carried out and could not be verified \(the cloud is away\)"):
        works.execute(request, blind)
    assert works.status(request) is RequestStatus.EXECUTING
    assert works.execute(request).status is RequestStatus.VERIFIED
    assert works.sign.read_text() == "open\ndone\n"


class TestAProcessThatDied:
    """At each of the moments between two steps; what is simulated is only that the process is gone."""

    def test_before_anything_was_applied(self, works: Works) -> None:
        request = works.approved()
        executions(works.room, "mia").begin(request.id, plan_hash=request.plan_hash)
        died(works.room)

        [released] = works.fulfilment().settle(works.said.append)
        assert released.status is RequestStatus.APPROVED
        assert works.execute(request).status is RequestStatus.VERIFIED
        assert works.sign.read_text() == "open\ndone\n"

    def test_before_anything_was_applied_and_it_is_asked_for_at_once(self, works: Works) -> None:
        request = works.approved()
        executions(works.room, "mia").begin(request.id, plan_hash=request.plan_hash)
        died(works.room)
        assert works.execute(request).status is RequestStatus.VERIFIED

    @pytest.mark.parametrize("journal_ended", [True, False])
    def test_between_applying_and_writing_that_down(self, works: Works, journal_ended: bool) -> None:
        request = works.approved()
        begun = executions(works.room, "mia").begin(request.id, plan_hash=request.plan_hash)
        assert begun.plan.prepared is not None
        works.remedy(begun).execute(begun.plan.prepared, works.said.append)
        if not journal_ended:
            (works.room.folder / "requests" / request.id / "ended.json").unlink()
        died(works.room)

        assert works.fulfilment().settle(works.said.append) == [], "a scan has to tell"
        assert works.status(request) is RequestStatus.EXECUTING
        works.look()
        [verified] = works.fulfilment().settle(works.said.append)
        assert verified.status is RequestStatus.VERIFIED
        assert works.sign.read_text() == "open\ndone\n"

    def test_before_it_came_to_the_verification(self, works: Works) -> None:
        request = works.approved()

        def die() -> None:
            raise SystemExit

        with pytest.raises(SystemExit):
            works.execute(request, die)
        assert works.execute(request).status is RequestStatus.VERIFIED
        assert works.sign.read_text() == "open\ndone\n"

    def test_one_that_lives_is_left_alone(self, works: Works) -> None:
        request = works.approved()
        executions(works.room, "mia").begin(request.id, plan_hash=request.plan_hash)
        assert works.fulfilment().settle(works.said.append) == []
        with pytest.raises(WorkflowError, match="is being carried out already, by mia"):
            works.execute(request)


def test_it_is_prepared_once_more_while_it_is_a_draft(works: Works) -> None:
    draft = works.room("mia").create("d-1", draft=True)
    first = works.fulfilment().prepare(draft.id)
    works.sign.write_text("closed\n")
    again = works.fulfilment().prepare(draft.id)
    assert structs.replace(again.plan, prepared=None) == structs.replace(first.plan, prepared=None)
    assert again.plan_hash != first.plan_hash


def test_what_was_prepared_is_taken_back_once_nobody_wants_it_any_more(works: Works) -> None:
    request = works.approved()
    prepared = works.room.folder / "requests" / request.id
    works.fulfilment().discard(request.id)
    assert prepared.exists()
    works.room("mia").withdraw(request.id)
    works.fulfilment().discard(request.id)
    assert not prepared.exists()
