"""Change requests: a recommendation goes from who asks for it to who decides, and each step is written down."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from engine.errors import WorkflowError
from engine.model import ChangeRequest, Decision, Plan, RequestStatus, Role, Verdict
from engine.redact import redact_value
from engine.workflow import rules
from engine.workflow.standing import as_it_stands, chosen, drafts_for, standing_of
from engine.workflow.steps import Steps, refuse

if TYPE_CHECKING:
    from engine.store.ledger import Ledger

__all__ = ["Requests", "role_in"]


class Requests(Steps):
    """The change requests of a ledger, as one person may see them, ask for them and decide on them."""

    def all(
        self, *, status: RequestStatus | None = None, estate: str | None = None, drift_id: str | None = None
    ) -> list[ChangeRequest]:
        """The requests with these properties, the newest first."""
        choice = {name: value for name, value in (("estate", estate), ("drift_id", drift_id)) if value is not None}
        at = self._clock()
        with self._ledger.request_book() as book:
            known, standings = book.requests(**choice), book.standings()
        stand = (as_it_stands(one, at, standings.get(one.plan.drift_id), self._policies) for one in known)
        return [request for request in stand if status in (None, request.status)]

    def drafts(self, drift_id: str) -> tuple[Plan, ...]:
        """What may be asked for to put a drift right, best first: each plan exactly as it would be requested."""
        return drafts_for(self._ledger.drift(drift_id))

    def create(
        self,
        drift_id: str,
        *,
        recommendation_id: str = "",
        plan_hash: str = "",
        reason: str = "",
        holds: timedelta | None = None,
        draft: bool = False,
    ) -> ChangeRequest:
        """Asks for what is recommended for a drift: the best that can be asked for, unless an id names another.

        `plan_hash` is that of the plan which the person was shown, if any: another one is refused. It waits for a
        decision for as long as it `holds`, or its policy lets it. A `draft` is asked for only when it is submitted:
        until then a tool can prepare what it will do.
        """
        at, drift_id = self._clock(), self._ledger.drift(drift_id).id
        with self._step(at) as book:
            standing = standing_of(book, drift_id)
            refuse(rules.why_no_request(standing.drift, book.role_of(self.person)))
            if open_one := next((known for known in book.requests(drift_id=drift_id) if known.is_open), None):
                raise WorkflowError(
                    f"request {open_one.id} is {open_one.status} for this drift already: decide on it or withdraw it"
                )
            plan = chosen(drafts_for(standing.drift), recommendation_id)
            if plan_hash not in ("", plan.hash):
                raise WorkflowError("the drift or what is recommended for it has changed meanwhile: look at it again")
            level, environment = standing.drift.severity.level, standing.drift.surroundings.environment
            policy = self._policies.policy(level, environment, plan.action)
            request = ChangeRequest(
                id=secrets.token_hex(6),
                estate=standing.estate,
                status=RequestStatus.DRAFT if draft else RequestStatus.REQUESTED,
                level=level,
                plan=plan,
                plan_hash=plan.hash,
                requested_by=self.person,
                requested_at=at,
                expires_at=at + (holds or policy.waits),
                reason=redact_value(reason),
                environment=environment,
                terms=policy.terms,
            )
            book.add(request)
            step = "request.draft" if draft else "request.create"
            said = {"asks_for": plan.action, "reason": request.reason, "policy": policy.id}
            self._audit(book, step, request, at, **said)
        return request

    def submit(self, request_id: str, *, plan_hash: str) -> ChangeRequest:
        """Asks for what was a draft: the plan with this hash, which the person was shown, and no other."""
        at = self._clock()
        with self._step(at) as book:
            request = self._hold(book, request_id, at)
            refuse(rules.why_no_submission(request, self.person, at=at))
            _insist(request, plan_hash)
            self._move(book, request, RequestStatus.REQUESTED)
            self._audit(book, "request.create", request, at, asks_for=request.plan.action, reason=request.reason)
        return self.find(request.id)

    def approve(self, request_id: str, *, plan_hash: str, comment: str = "") -> ChangeRequest:
        """Approves a request: the plan with this hash, which the person was shown, and no other.

        It is approved once as many people have as its terms ask for.
        """
        at = self._clock()
        with self._step(at) as book:
            request = self._hold(book, request_id, at)
            role, shared = book.role_of(self.person), book.is_shared()
            refuse(rules.why_no_approval(request, self.person, role, shared=shared, at=at))
            _insist(request, plan_hash)
            decision = self._decision(request, Verdict.APPROVE, comment, role=role, shared=shared, at=at)
            decided = structs.replace(request, decisions=(*request.decisions, decision))
            lacking = rules.approvals_lacking(decided, shared=shared)
            book.decide(request, decision)
            if not lacking:
                lasts = timedelta(hours=request.terms.lasts)
                self._move(book, request, RequestStatus.APPROVED, expires_at=at + lasts)
            said = {"comment": decision.comment, "role": role, "alone": decision.alone, "lacking": lacking}
            self._audit(book, "request.approve", request, at, **said)
        return self.find(request.id)

    def reject(self, request_id: str, *, comment: str = "") -> ChangeRequest:
        """Rejects a request; `comment` says why."""
        at = self._clock()
        with self._step(at) as book:
            request = self._hold(book, request_id, at)
            role, shared = book.role_of(self.person), book.is_shared()
            refuse(rules.why_no_rejection(request, self.person, role, at=at))
            decision = self._decision(request, Verdict.REJECT, comment, role=role, shared=shared, at=at)
            self._move(book, request, RequestStatus.REJECTED, closed_at=at, closed_by=self.person)
            book.decide(request, decision)
            said = {"comment": decision.comment, "role": role, "alone": decision.alone}
            self._audit(book, "request.reject", request, at, **said)
        return self.find(request.id)

    def withdraw(self, request_id: str, *, comment: str = "") -> ChangeRequest:
        """Takes a request back, one that was approved as well."""
        at = self._clock()
        with self._step(at) as book:
            request = book.find(request_id)
            refuse(rules.why_no_withdrawal(request, self.person, book.role_of(self.person), at=at))
            self._move(book, request, RequestStatus.WITHDRAWN, closed_at=at, closed_by=self.person)
            comment = self._remark(book, request, comment, at)
            self._audit(book, "request.withdraw", request, at, comment=comment)
        return self.find(request.id)

    def close(self, request_id: str, *, comment: str = "") -> ChangeRequest:
        """Takes note of how a request ended; one that cannot be verified by a scan is closed without that."""
        at = self._clock()
        with self._step(at) as book:
            request = self._hold(book, request_id, at)
            refuse(rules.why_no_closing(request, self.person, book.role_of(self.person)))
            self._move(book, request, RequestStatus.CLOSED, closed_at=at, closed_by=self.person)
            comment = self._remark(book, request, comment, at)
            self._audit(book, "request.close", request, at, was=request.status, comment=comment)
        return self.find(request.id)

    def assign(self, request_id: str, person: str) -> ChangeRequest:
        """Says who is to see to a request; empty: nobody in particular."""
        at = self._clock()
        with self._step(at) as book:
            request = book.find(request_id)
            refuse(rules.why_no_assignment(book.role_of(self.person)))
            book.assign(request, person)
            self._audit(book, "request.assign", request, at, to=person)
        return self.find(request.id)

    def comment(self, request_id: str, text: str) -> ChangeRequest:
        """Adds a remark, which anybody may."""
        if not text.strip():
            raise WorkflowError("there is no comment without a text")
        at = self._clock()
        with self._step(at) as book:
            request = book.find(request_id)
            text = self._remark(book, request, text, at)
            self._audit(book, "request.comment", request, at, comment=text)
        return self.find(request.id)

    def _decision(
        self, request: ChangeRequest, verdict: Verdict, comment: str, *, role: Role, shared: bool, at: datetime
    ) -> Decision:
        return Decision(
            verdict=verdict,
            by=self.person,
            role=role,
            at=at,
            plan_hash=request.plan_hash,
            comment=redact_value(comment),
            alone=not shared,
        )


def _insist(request: ChangeRequest, plan_hash: str) -> None:
    if plan_hash != request.plan_hash:
        raise WorkflowError(f"the plan of request {request.id} is not the one you saw: look at it again")


def role_in(ledger: "Ledger", person: str) -> tuple[Role, bool]:
    """A person's role, and whether the ledger is shared; where it is not, one person holds all roles."""
    with ledger.request_book() as book:
        return book.role_of(person), book.is_shared()
