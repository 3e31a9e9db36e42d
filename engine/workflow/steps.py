"""What every step with a change request has in common.

A step and its entry in the audit log are one transaction: a process that dies on the way leaves both or neither. Of
two who take a step at once the database lets one through, and the other is told what has been decided.
"""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.errors import WorkflowError
from engine.model import ChangeRequest, Comment, RequestStatus
from engine.redact import redact_value
from engine.workflow.audit import ITSELF
from engine.workflow.policies import Policies, load_policies
from engine.workflow.standing import as_it_stands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.store.ledger import Ledger
    from engine.store.ledger_requests import RequestBook

Clock = Callable[[], datetime]


class Steps:
    """Steps that one person takes with the change requests of a ledger, by policies: the shipped ones unless given.

    Every step raises WorkflowError when a rule forbids it, and StoreError when the ledger fails or has no such
    request; nothing is then changed.
    """

    def __init__(
        self, ledger: "Ledger", person: str, clock: Clock | None = None, policies: Policies | None = None
    ) -> None:
        self.person = person
        self._ledger = ledger
        self._clock = clock or ledger.now
        self._policies = policies or load_policies()

    def now(self) -> datetime:
        """The time by the clock of these steps."""
        return self._clock()

    def find(self, id_or_prefix: str) -> ChangeRequest:
        """The one request whose id begins so."""
        with self._ledger.request_book() as book:
            return self._find(book, id_or_prefix, self._clock())

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
                    book.audit(ITSELF, "request.expire", request.id, told(request), at)

    def _find(self, book: "RequestBook", id_or_prefix: str, at: datetime) -> ChangeRequest:
        request = book.find(id_or_prefix)
        return as_it_stands(request, at, book.standing(request.plan.drift_id), self._policies)

    def _hold(self, book: "RequestBook", id_or_prefix: str, at: datetime) -> ChangeRequest:
        """The request as whoever had it last left it; nobody else has it until the transaction ends."""
        request = book.find(id_or_prefix)
        book.hold(request)
        return self._find(book, request.id, at)

    def _move(self, book: "RequestBook", request: ChangeRequest, to: RequestStatus, **more: Any) -> None:
        if not book.move(request, to, **more):
            raise WorkflowError(f"somebody else decided on request {request.id} meanwhile: look at it again")

    def _remark(self, book: "RequestBook", request: ChangeRequest, text: str, at: datetime) -> str:
        text = str(redact_value(text))
        if text.strip():
            book.remark(request, Comment(self.person, at, text))
        return text

    def _audit(self, book: "RequestBook", action: str, request: ChangeRequest, at: datetime, **said: Any) -> None:
        book.audit(self.person, action, request.id, {**told(request), **said}, at)


def told(request: ChangeRequest) -> dict[str, Any]:
    """What the audit log says of a request with every step."""
    ref = request.plan.resource
    about = ref.address or f"{ref.type} {ref.name or ref.id}"
    return {"resource": about, "drift": request.plan.drift_id, "plan": request.plan_hash}


def refuse(reason: str) -> None:
    """Raises WorkflowError with a reason, if there is one.

    Errors are sentences of `driftguard: `, so they begin small; in the console they stand alone.
    """
    if reason:
        raise WorkflowError(reason[:1].lower() + reason[1:])
