"""Change requests: a recommendation goes from who asks for it to who decides, and each step is written down.

A step and its entry in the audit log are one transaction: a process that dies on the way leaves both or neither. Of
two who decide at once the database lets one through, and the other is told what has been decided.
"""

import secrets
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import structs

from engine.errors import WorkflowError
from engine.model import (
    ChangeRequest,
    Comment,
    Decision,
    Drift,
    Plan,
    RequestStatus,
    Role,
    Verdict,
    plan_of,
)
from engine.redact import redact_value
from engine.store.records import DriftStatus
from engine.workflow import rules
from engine.workflow.audit import ITSELF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.store.ledger import Ledger
    from engine.store.ledger_requests import RequestBook, Standing

#: How long a request waits for a decision unless it says otherwise.
HOLDS = timedelta(days=7)


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Requests:
    """The change requests of a ledger, as one person may see them and deal with them.

    Every step raises WorkflowError when a rule forbids it, and StoreError when the ledger fails or has no such
    request; nothing is then changed.
    """

    def __init__(self, ledger: "Ledger", person: str, clock: Callable[[], datetime] = now) -> None:
        self.person = person
        self._ledger = ledger
        self._clock = clock

    def all(
        self, *, status: RequestStatus | None = None, estate: str | None = None, drift_id: str | None = None
    ) -> list[ChangeRequest]:
        """The requests with these properties, the newest first."""
        choice = {name: value for name, value in (("estate", estate), ("drift_id", drift_id)) if value is not None}
        at = self._clock()
        with self._ledger.request_book() as book:
            known, standings = book.requests(**choice), book.standings()
        stand = (_as_it_stands(request, at, standings.get(request.plan.drift_id)) for request in known)
        return [request for request in stand if status in (None, request.status)]

    def find(self, id_or_prefix: str) -> ChangeRequest:
        """The one request whose id begins so."""
        with self._ledger.request_book() as book:
            return self._find(book, id_or_prefix, self._clock())

    def drafts(self, drift_id: str) -> tuple[Plan, ...]:
        """What may be asked for to put a drift right, best first: each plan exactly as it would be requested."""
        return _drafts(self._ledger.drift(drift_id))

    def create(
        self,
        drift_id: str,
        *,
        recommendation_id: str = "",
        plan_hash: str = "",
        reason: str = "",
        holds: timedelta = HOLDS,
    ) -> ChangeRequest:
        """Asks for what is recommended for a drift: the best that can be asked for, unless an id names another.

        `plan_hash` is that of the plan which the person was shown, if any: another one is refused.
        """
        at, drift_id = self._clock(), self._ledger.drift(drift_id).id
        with self._step(at) as book:
            standing = _standing(book, drift_id)
            _refuse(rules.why_no_request(standing.drift, book.role_of(self.person)))
            if open_one := next((known for known in book.requests(drift_id=drift_id) if known.is_open), None):
                raise WorkflowError(
                    f"request {open_one.id} is {open_one.status} for this drift already: decide on it or withdraw it"
                )
            plan = _choose(_drafts(standing.drift), recommendation_id)
            if plan_hash not in ("", plan.hash):
                raise WorkflowError("the drift or what is recommended for it has changed meanwhile: look at it again")
            request = ChangeRequest(
                id=secrets.token_hex(6),
                estate=standing.estate,
                status=RequestStatus.REQUESTED,
                level=standing.drift.severity.level,
                plan=plan,
                plan_hash=plan.hash,
                requested_by=self.person,
                requested_at=at,
                expires_at=at + holds,
                reason=redact_value(reason),
            )
            book.add(request)
            self._audit(book, "request.create", request, at, asks_for=plan.action, reason=request.reason)
        return request

    def approve(self, request_id: str, *, plan_hash: str, comment: str = "") -> ChangeRequest:
        """Approves a request: the plan with this hash, which the person was shown, and no other."""
        return self._decide(request_id, Verdict.APPROVE, comment, plan_hash)

    def reject(self, request_id: str, *, comment: str = "") -> ChangeRequest:
        """Rejects a request; `comment` says why."""
        return self._decide(request_id, Verdict.REJECT, comment)

    def withdraw(self, request_id: str, *, comment: str = "") -> ChangeRequest:
        """Takes a request back, one that was approved as well."""
        at = self._clock()
        with self._step(at) as book:
            request = book.find(request_id)
            _refuse(rules.why_no_withdrawal(request, self.person, book.role_of(self.person), at=at))
            self._move(book, request, RequestStatus.WITHDRAWN, closed_at=at, closed_by=self.person)
            comment = self._remark(book, request, comment, at)
            self._audit(book, "request.withdraw", request, at, comment=comment)
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

    def _decide(self, request_id: str, verdict: Verdict, comment: str, plan_hash: str | None = None) -> ChangeRequest:
        at = self._clock()
        with self._step(at) as book:
            request = self._find(book, request_id, at)
            role, shared = book.role_of(self.person), book.is_shared()
            if verdict is Verdict.REJECT:
                _refuse(rules.why_no_rejection(request, role, at=at))
                self._move(book, request, RequestStatus.REJECTED, closed_at=at, closed_by=self.person)
            else:
                _refuse(rules.why_no_approval(request, self.person, role, shared=shared, at=at))
                if plan_hash != request.plan_hash:
                    raise WorkflowError(f"the plan of request {request.id} is not the one you saw: look at it again")
                self._move(book, request, RequestStatus.APPROVED)
            decision = Decision(
                verdict=verdict,
                by=self.person,
                role=role,
                at=at,
                plan_hash=request.plan_hash,
                comment=redact_value(comment),
                alone=not shared,
            )
            book.decide(request, decision)
            said = {"comment": decision.comment, "role": role, "alone": decision.alone}
            self._audit(book, f"request.{verdict}", request, at, **said)
        return self.find(request.id)

    @contextmanager
    def _step(self, at: datetime) -> "Iterator[RequestBook]":
        """One step is one transaction. What is overdue is closed before it, whatever becomes of the step."""
        self._expire(at)
        with self._ledger.request_book(writes=True) as book:
            yield book

    def _expire(self, at: datetime) -> None:
        with self._ledger.request_book() as book:
            if not book.overdue(at):
                return
        with self._ledger.request_book(writes=True) as book:
            for request in book.overdue(at):
                if book.move(request, RequestStatus.EXPIRED, closed_at=request.expires_at):
                    book.audit(ITSELF, "request.expire", request.id, _told(request), at)

    def _find(self, book: "RequestBook", id_or_prefix: str, at: datetime) -> ChangeRequest:
        request = book.find(id_or_prefix)
        return _as_it_stands(request, at, book.standing(request.plan.drift_id))

    def _move(self, book: "RequestBook", request: ChangeRequest, to: RequestStatus, **closed: Any) -> None:
        if not book.move(request, to, **closed):
            raise WorkflowError(f"somebody else decided on request {request.id} meanwhile: look at it again")

    def _remark(self, book: "RequestBook", request: ChangeRequest, text: str, at: datetime) -> str:
        text = str(redact_value(text))
        if text.strip():
            book.remark(request, Comment(self.person, at, text))
        return text

    def _audit(self, book: "RequestBook", action: str, request: ChangeRequest, at: datetime, **said: Any) -> None:
        book.audit(self.person, action, request.id, {**_told(request), **said}, at)


def _told(request: ChangeRequest) -> dict[str, Any]:
    """What the audit log says of a request with every step."""
    ref = request.plan.resource
    about = ref.address or f"{ref.type} {ref.name or ref.id}"
    return {"resource": about, "drift": request.plan.drift_id, "plan": request.plan_hash}


def _as_it_stands(request: ChangeRequest, at: datetime, standing: "Standing | None") -> ChangeRequest:
    """With what has come of it by now: its time may be over, or its plan may be."""
    if rules.is_overdue(request, at):
        return structs.replace(request, status=RequestStatus.EXPIRED, closed_at=request.expires_at)
    return structs.replace(request, outdated=_outdated(request, standing)) if request.is_open else request


def _outdated(request: ChangeRequest, standing: "Standing | None") -> str:
    """Why following the recommendation would no longer do what was asked for."""
    if standing is None or standing.status is DriftStatus.RESOLVED:
        return "the drift is gone"
    plans = {plan.recommendation_id: plan for plan in _drafts(standing.drift)}
    plan = plans.get(request.plan.recommendation_id)
    if plan is None:
        return "it is not recommended any more"
    return "" if plan.hash == request.plan_hash else "the drift or its plan has changed"


def _drafts(drift: Drift) -> tuple[Plan, ...]:
    return tuple(plan_of(drift, advice) for advice in rules.requestable(drift))


def _standing(book: "RequestBook", drift_id: str) -> "Standing":
    standing = book.standing(drift_id)
    if standing is None or standing.status is DriftStatus.RESOLVED:
        raise WorkflowError(f"the drift {drift_id} is gone: there is nothing to put right")
    return standing


def _choose(plans: tuple[Plan, ...], recommendation_id: str) -> Plan:
    if not recommendation_id:
        return plans[0]
    for plan in plans:
        if plan.recommendation_id == recommendation_id:
            return plan
    offered = ", ".join(f"{plan.recommendation_id} ({plan.action})" for plan in plans)
    raise WorkflowError(f"{recommendation_id!r} cannot be requested for this drift: there is {offered}")


def _refuse(reason: str) -> None:
    """Errors are sentences of `driftguard: `, so they begin small; in the console they stand alone."""
    if reason:
        raise WorkflowError(reason[:1].lower() + reason[1:])


def role_in(ledger: "Ledger", person: str) -> tuple[Role, bool]:
    """A person's role, and whether the ledger is shared; where it is not, one person holds all roles."""
    with ledger.request_book() as book:
        return book.role_of(person), book.is_shared()
