"""Fulfilling a request: a tool prepares it, does it once it may be done, and a scan tells whether that helped.

A process may die at any moment. What it had begun is never begun again: the tool's journal, which lies beside what is
applied, tells how far it came, and a scan tells what came of it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.errors import DriftGuardError, RemedyError, WorkflowError
from engine.model import ChangeRequest, RequestStatus
from engine.remediate.journal import Outcome, Progress
from engine.remediate.remedy import Remedy, Say
from engine.workflow import rules
from engine.workflow.executions import Executions
from engine.workflow.ownership import is_here, is_orphan, kept

if TYPE_CHECKING:
    from datetime import datetime

    from engine.model import Prepared

#: Looks at the estate and records what it finds.
Look = Callable[[], object]


#: What is asked for no more, without having been begun.
GIVEN_UP = (RequestStatus.REJECTED, RequestStatus.WITHDRAWN, RequestStatus.EXPIRED)


class Fulfilment:
    """Requests from their plan to a verified end. `remedy` is what carries one out, `look` scans.

    Every method raises RemedyError when the tool cannot do it, WorkflowError when a rule forbids it, and StoreError
    when the ledger fails.
    """

    def __init__(self, executions: Executions, remedy: Callable[[ChangeRequest], Remedy], look: Look) -> None:
        self._executions = executions
        self._remedy = remedy
        self._look = look

    def prepare(self, request_id: str) -> ChangeRequest:
        """Has a tool work out what a draft would do, and makes that part of its plan."""
        request = self._executions.find(request_id)
        return self._executions.prepare(request.id, self._remedy(request).prepare())

    def execute(self, request_id: str, *, plan_hash: str, say: Say, reason: str = "") -> ChangeRequest:
        """Carries a request out as it was approved and verifies it; says what happens, line by line.

        What was carried out already is verified only, and what a process left half done is brought to its end.
        `reason`: see `Executions.begin`.
        """
        request = self._executions.find(request_id)
        if request.status is RequestStatus.EXECUTING:
            request = self._settle(request, say)
            if rules.is_applied(request):
                return self._verify(request, say)
        request = self._executions.begin(request.id, plan_hash=plan_hash, reason=reason)
        outcome = self._carry_out(request, say)
        if not outcome.done:
            return self._executions.fail(request, outcome.said, outcome.left)
        return self._verify(self._applied(request, outcome), say)

    def settle(self, say: Say) -> list[ChangeRequest]:
        """Brings to their end the requests that processes of this machine left half done, or that waited for a scan.

        Nothing is applied. What cannot be settled yet stays as it is, and the others do not.
        """
        settled = []
        for request in self._executions.running():
            if not _waits(request, self._executions.now()):
                continue
            try:
                ended = self._executions.judge(self._settle(request, say).id)
            except DriftGuardError as error:
                say(f"request {request.id}: {error}")
                continue
            if ended.status is not request.status:
                settled.append(ended)
        return settled

    def discard(self, request_id: str) -> None:
        """Takes back what a tool had prepared for a request that nobody will carry out any more, if there is any."""
        request = self._executions.find(request_id)
        if request.status in GIVEN_UP and request.plan.prepared is not None:
            self._remedy(request).discard()

    def _carry_out(self, request: ChangeRequest, say: Say) -> Outcome:
        """Has the tool do it. The request is given back when that did not even begin."""
        remedy: Remedy | None = None
        try:
            remedy = self._remedy(request)
            with kept(lambda: self._executions.renew(request)):
                return remedy.execute(_prepared(request), say)
        except RemedyError as error:
            if remedy is None or remedy.progress is Progress.PREPARED:
                self._executions.release(request, str(error))
            raise

    def _settle(self, request: ChangeRequest, say: Say) -> ChangeRequest:
        """One that is being carried out, as far as its journal tells: nothing is applied that was begun."""
        execution = request.execution
        if rules.is_applied(request) or execution is None:
            return request
        if not is_orphan(execution, self._executions.now()):
            raise WorkflowError(f"request {request.id} is being carried out already, by {execution.by}")
        if not is_here(execution):
            raise WorkflowError(
                f"request {request.id} was begun on another machine ({execution.owner}): see to it there"
            )
        remedy = self._remedy(request)
        request = self._executions.take_over(request.id)
        if remedy.progress is Progress.PREPARED:
            return self._executions.release(request, "the process ended before anything was applied")
        return self._applied(request, remedy.execute(_prepared(request), say))

    def _applied(self, request: ChangeRequest, outcome: Outcome) -> ChangeRequest:
        return self._executions.applied(request, outcome.said, outcome.left if outcome.done else ())

    def _verify(self, request: ChangeRequest, say: Say) -> ChangeRequest:
        if request.execution is not None and request.execution.left:
            return request  # what is left to people has to be done before a scan can find it
        say("looking at the estate, to see what came of it")
        try:
            self._look()
        except DriftGuardError as error:
            raise WorkflowError(
                f"request {request.id} was carried out and could not be verified ({error}): "
                f"put that right, then run `driftguard requests execute {request.id}` again, which only verifies"
            ) from error
        return self._executions.judge(request.id)


def _waits(request: ChangeRequest, at: "datetime") -> bool:
    """Whether nobody is at it any more, and this machine has what it takes to settle it."""
    execution = request.execution
    return rules.is_applied(request) or (execution is not None and is_orphan(execution, at) and is_here(execution))


def _prepared(request: ChangeRequest) -> "Prepared":
    if request.plan.prepared is None:
        raise WorkflowError(f"no tool has prepared request {request.id}: carry out its plan by hand, and scan")
    return request.plan.prepared
