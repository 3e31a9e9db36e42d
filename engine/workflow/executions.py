"""Executions in the ledger: a request is taken by one process, and how that ends is written down step by step.

A step and its entry in the audit log are one transaction, as everywhere. What lies between two steps may be cut off at
any moment; the ledger then tells how far it came.
"""

import secrets
from typing import TYPE_CHECKING

from msgspec import structs

from engine.errors import WorkflowError
from engine.model import ChangeRequest, Execution, Prepared, RequestStatus
from engine.redact import redact_value
from engine.workflow import rules
from engine.workflow.ownership import LEASE, is_orphan, new_owner
from engine.workflow.steps import Steps, refuse

if TYPE_CHECKING:
    from datetime import datetime

    from engine.store.ledger_requests import RequestBook


class Executions(Steps):
    """The steps by which a request comes from its plan to a verified end, taken for one person by this process."""

    def prepare(self, request_id: str, prepared: Prepared) -> ChangeRequest:
        """Keeps with a draft what a tool prepared for it. From then on that is part of the plan and of its hash."""
        at = self._clock()
        with self._step(at) as book:
            request = self._hold(book, request_id, at)
            refuse(rules.why_no_submission(request, self.person, at=at))
            plan = structs.replace(request.plan, prepared=prepared)
            self._move(book, request, RequestStatus.DRAFT, plan=plan)
            done = structs.replace(request, plan=plan, plan_hash=plan.hash)
            said = {"tool": prepared.tool, "summary": prepared.summary, "artifact": prepared.artifact_hash}
            self._audit(book, "request.prepare", done, at, **said)
        return self.find(request.id)

    def begin(self, request_id: str, *, plan_hash: str, reason: str = "") -> ChangeRequest:
        """Takes a request for this process: the plan with this hash, and no other. Of two who do, one succeeds.

        `reason` is why approvals or a freeze are to be passed over; where it is needed and allowed that is an alarm.
        """
        at, reason = self._clock(), str(redact_value(reason.strip()))
        with self._step(at) as book:
            request = self._hold(book, request_id, at)
            role, shared = book.role_of(self.person), book.is_shared()
            freeze = self._policies.freeze(request, at)
            refuse(rules.why_no_execution(request, role, shared=shared, at=at, freeze=freeze, reason=reason))
            if plan_hash != request.plan_hash:
                raise WorkflowError(f"the plan of request {request.id} is not the one you saw: look at it again")
            lacking = rules.approvals_lacking(request, shared=shared)
            execution = Execution(
                id=secrets.token_hex(6),
                by=self.person,
                owner=new_owner(),
                started_at=at,
                lease_until=at + LEASE,
                broke=reason if lacking or freeze else "",
            )
            self._move(book, request, RequestStatus.EXECUTING)
            book.begin(request, execution)
            if execution.broke:
                self._break_glass(book, request, execution, lacking, freeze, at)
            self._audit(book, "request.execute", request, at, execution=execution.id, role=role)
        return self.find(request.id)

    def renew(self, request: ChangeRequest) -> None:
        """Says that this process is still at it."""
        execution = _execution(request)
        with self._ledger.request_book(writes=True) as book:
            book.note(structs.replace(execution, lease_until=self._clock() + LEASE), execution.owner)

    def take_over(self, request_id: str) -> ChangeRequest:
        """Takes an execution that no process is at any more."""
        at = self._clock()
        with self._step(at) as book:
            request = self._hold(book, request_id, at)
            execution = _execution(request)
            if request.status is not RequestStatus.EXECUTING or not is_orphan(execution, at):
                raise WorkflowError(
                    f"request {request.id} is {request.status}, by {execution.by}: wait for how it ends"
                )
            taken = structs.replace(execution, owner=new_owner(), lease_until=at + LEASE)
            self._note(book, request, taken, execution.owner)
            self._audit(book, "request.take-over", request, at, execution=execution.id, began=execution.by)
        return self.find(request.id)

    def release(self, request: ChangeRequest, why: str) -> ChangeRequest:
        """Gives a request back of which nothing was carried out: it stands where it stood before."""
        at = self._clock()
        execution = _execution(request)
        with self._step(at) as book:
            ended = structs.replace(execution, said=why, ended_at=at)
            self._note(book, request, ended, execution.owner)
            lacking = rules.approvals_lacking(request, shared=book.is_shared())
            self._move(book, request, RequestStatus.REQUESTED if lacking else RequestStatus.APPROVED)
            self._audit(book, "request.release", request, at, execution=execution.id, reason=why)
        return self.find(request.id)

    def applied(self, request: ChangeRequest, said: str, left: tuple[str, ...]) -> ChangeRequest:
        """Writes down that the tool is done; what comes of it shows when it is verified."""
        at = self._clock()
        execution = _execution(request)
        with self._step(at) as book:
            done = structs.replace(execution, applied_at=at, lease_until=at, said=said, left=left)
            self._note(book, request, done, execution.owner)
            self._audit(book, "request.apply", request, at, execution=execution.id, said=said, left=list(left))
        return self.find(request.id)

    def fail(self, request: ChangeRequest, said: str, left: tuple[str, ...]) -> ChangeRequest:
        """Writes down that the tool could not do it, or not all of it, and what is left."""
        at = self._clock()
        with self._step(at) as book:
            self._end(book, request, RequestStatus.FAILED, at, said, left)
        return self.find(request.id)

    def judge(self, request_id: str) -> ChangeRequest:
        """Holds a request that was carried out against what scans have found since.

        The resource does not drift any more: verified. It does: failed. It was not looked at since: neither yet.
        """
        at = self._clock()
        with self._step(at) as book:
            request = self._hold(book, request_id, at)
            execution = request.execution
            if execution is None or execution.applied_at is None or not rules.is_applied(request):
                return request
            remaining = book.drifting(request)
            if not remaining:
                self._end(book, request, RequestStatus.VERIFIED, at, execution.said, execution.left)
            elif not execution.left and all(seen_at > execution.applied_at for _, seen_at in remaining):
                left = tuple(what for what, _ in remaining)
                self._end(book, request, RequestStatus.FAILED, at, execution.said, left)
        return self.find(request.id)

    def running(self) -> list[ChangeRequest]:
        """The requests that are being carried out or wait to be verified, the newest first."""
        with self._ledger.request_book() as book:
            return book.requests(status=RequestStatus.EXECUTING)

    def _end(
        self,
        book: "RequestBook",
        request: ChangeRequest,
        to: RequestStatus,
        at: "datetime",
        said: str,
        left: tuple[str, ...],
    ) -> None:
        execution = _execution(request)
        ended = structs.replace(execution, said=said, left=left, ended_at=at, lease_until=at)
        self._note(book, request, ended, execution.owner)
        self._move(book, request, to)
        step = "request.verify" if to is RequestStatus.VERIFIED else "request.fail"
        self._audit(book, step, request, at, execution=execution.id, said=said, left=list(left))

    def _note(self, book: "RequestBook", request: ChangeRequest, execution: Execution, owner: str) -> None:
        if not book.note(execution, owner):
            raise WorkflowError(f"another process carries request {request.id} out by now: look at it again")

    def _break_glass(
        self,
        book: "RequestBook",
        request: ChangeRequest,
        execution: Execution,
        lacking: int,
        freeze: str,
        at: "datetime",
    ) -> None:
        said = {"reason": execution.broke, "lacking": lacking, "freeze": freeze}
        self._audit(book, "request.break-glass", request, at, **said)
        passed = [
            f"{lacking} of {request.terms.approvals} approvals" if lacking else "",
            freeze and f"the freeze ({freeze})",
        ]
        over = " and ".join(filter(None, passed))
        body = f"{self.person} carries it out without {over}, because: {execution.broke}"
        book.alarm(request, f"Rules were passed over for request {request.id}: {request.plan.title}", body, at)


def _execution(request: ChangeRequest) -> Execution:
    if request.execution is None:
        raise WorkflowError(f"request {request.id} is {request.status}: nobody has begun to carry it out")
    return request.execution
