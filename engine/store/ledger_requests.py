"""Change requests in the ledger: what is asked for, decided and remarked, within one transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from msgspec import structs
from sqlalchemy import Connection, Row, false, func, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from engine.model import (
    OPEN_STATUSES,
    WAITING_STATUSES,
    ChangeRequest,
    Comment,
    Decision,
    Drift,
    Execution,
    Plan,
    RequestStatus,
    Role,
    Terms,
)
from engine.store.ledger_audit import append_audit
from engine.store.ledger_models import role_of
from engine.store.ledger_open import WRITES
from engine.store.ledger_tables import (
    ApprovalRow,
    ChangeRequestRow,
    DriftRow,
    ExecutionRow,
    NotificationRow,
    RequestCommentRow,
    ScanRow,
    UserRow,
)
from engine.store.prefixes import the_one
from engine.store.records import DriftStatus, NotificationStatus

_REQUESTS = select(ChangeRequestRow.__table__, DriftRow.level).join(DriftRow, DriftRow.id == ChangeRequestRow.drift_id)


class Standing(NamedTuple):
    """A drift as the ledger knows it now."""

    drift: Drift
    status: DriftStatus
    estate: str


class RequestBook:
    """The change requests, for as long as one transaction lasts: all that is done with it is done, or none of it.

    It knows nothing of who may do what: that is `engine.workflow`'s.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def role_of(self, person: str) -> Role:
        """What a person may do."""
        return role_of(self._connection, person)

    def is_shared(self) -> bool:
        """Whether people are registered. Where nobody is, the ledger is one person's."""
        return bool(self._connection.scalar(select(func.count()).select_from(UserRow)))

    def standing(self, drift_id: str) -> Standing | None:
        """A drift as it now is; on a database that many write to, it stays so until the transaction ends."""
        query = select(DriftRow.body, DriftRow.status, DriftRow.estate).where(DriftRow.id == drift_id)
        if self._holds_still():
            query = query.with_for_update(read=True)
        row = self._connection.execute(query).first()
        return _standing(row) if row else None

    def standings(self) -> dict[str, Standing]:
        """The drifts for which there is an open request, by id."""
        asked_for = select(ChangeRequestRow.drift_id).where(ChangeRequestRow.status.in_(OPEN_STATUSES))
        query = select(DriftRow.body, DriftRow.status, DriftRow.estate).where(DriftRow.id.in_(asked_for))
        known = map(_standing, self._connection.execute(query))
        return {standing.drift.id: standing for standing in known}

    def find(self, id_or_prefix: str) -> ChangeRequest:
        """The request whose id begins so. Raises StoreError when there is none or more than one."""
        begins_so = func.substr(ChangeRequestRow.id, 1, len(id_or_prefix)) == id_or_prefix
        query = select(ChangeRequestRow.id).where(begins_so).order_by(ChangeRequestRow.id).limit(6)
        ids = list(self._connection.scalars(query)) if id_or_prefix else []
        return self.requests(id=the_one(id_or_prefix, ids, "change request", "driftguard requests list"))[0]

    def requests(self, **choice: Any) -> list[ChangeRequest]:
        """The requests whose columns have these values, the newest first."""
        chosen = [getattr(ChangeRequestRow, name) == value for name, value in choice.items()]
        query = _REQUESTS.where(*chosen).order_by(ChangeRequestRow.requested_at.desc(), ChangeRequestRow.id)
        rows = self._connection.execute(query).all()
        ids = [row.id for row in rows] if choice else None
        decisions, comments = self._of(ApprovalRow, Decision, ids), self._of(RequestCommentRow, Comment, ids)
        executions = self._of(ExecutionRow, Execution, ids, by=ExecutionRow.started_at)
        return [
            _request(row, decisions.get(row.id, ()), comments.get(row.id, ()), executions.get(row.id, ()))
            for row in rows
        ]

    def hold(self, request: ChangeRequest) -> None:
        """Lets nobody else change the request until the transaction ends: who comes second sees what the first did."""
        held = select(ChangeRequestRow.id).where(ChangeRequestRow.id == request.id)
        self._connection.execute(held.with_for_update())

    def overdue(self, at: datetime) -> list[ChangeRequest]:
        """The requests that wait, for a decision or to be carried out, and whose time is over."""
        late = (ChangeRequestRow.status.in_(WAITING_STATUSES), ChangeRequestRow.expires_at <= at)
        return [_request(row) for row in self._connection.execute(_REQUESTS.where(*late))]

    def add(self, request: ChangeRequest) -> None:
        """Writes a new request."""
        row = {column.name: getattr(request, column.name, None) for column in ChangeRequestRow.__table__.columns}
        plan = request.plan
        row |= {"plan": plan, "drift_id": plan.drift_id, "recommendation_id": plan.recommendation_id}
        self._connection.execute(insert(ChangeRequestRow), row)

    def move(
        self,
        request: ChangeRequest,
        to: RequestStatus,
        *,
        closed_at: datetime | None = None,
        closed_by: str | None = None,
        expires_at: datetime | None = None,
        plan: Plan | None = None,
    ) -> bool:
        """Takes a request from where it was seen to stand to another status. False when it no longer stands there.

        `expires_at` and `plan` take the place of what it had, if given.
        """
        still_there = (
            ChangeRequestRow.id == request.id,
            ChangeRequestRow.status == request.status,
            ChangeRequestRow.plan_hash == request.plan_hash,
        )
        values: dict[str, Any] = {"status": to, "closed_at": closed_at, "closed_by": closed_by}
        if expires_at is not None:
            values["expires_at"] = expires_at
        if plan is not None:
            values |= {"plan": plan, "plan_hash": plan.hash}
        done = self._connection.execute(update(ChangeRequestRow).where(*still_there).values(values))
        return done.rowcount == 1

    def assign(self, request: ChangeRequest, person: str) -> None:
        """Says who is to see to a request; empty: nobody in particular."""
        assigned = update(ChangeRequestRow).where(ChangeRequestRow.id == request.id)
        self._connection.execute(assigned.values(assignee=person))

    def begin(self, request: ChangeRequest, execution: Execution) -> None:
        """Writes down that a request is being carried out."""
        self._connection.execute(insert(ExecutionRow), {"request_id": request.id, **structs.asdict(execution)})

    def note(self, execution: Execution, owner: str) -> bool:
        """Writes what became of an execution. False when another process than `owner` has it by now."""
        own = (ExecutionRow.id == execution.id, ExecutionRow.owner == owner, ExecutionRow.ended_at.is_(None))
        done = self._connection.execute(update(ExecutionRow).where(*own).values(structs.asdict(execution)))
        return done.rowcount == 1

    def drifting(self, request: ChangeRequest) -> list[tuple[str, datetime]]:
        """The drifts that the request's resource has by now: what each is, and up to when a scan last looked."""
        ref = request.plan.resource
        names = {DriftRow.resource_id: ref.id, DriftRow.address: ref.address}
        same = (
            DriftRow.estate == request.estate,
            DriftRow.status == DriftStatus.OPEN,
            DriftRow.type == ref.type,
            DriftRow.scope == ref.scope,
            or_(false(), *(column == name for column, name in names.items() if name)),
        )
        query = select(DriftRow.body, ScanRow.as_of, ScanRow.started_at).where(*same)
        found = self._connection.execute(query.join(ScanRow, ScanRow.id == DriftRow.last_scan_id))
        # A scan that began earlier may have read the resource earlier; one of recordings tells of their time only.
        return [(_differs(msgspec.convert(body, Drift)), min(as_of, began)) for body, as_of, began in found]

    def alarm(self, request: ChangeRequest, subject: str, body: str, at: datetime) -> None:
        """Leaves a notification to be sent to whoever is to know of alarms."""
        row = {
            "drift_id": request.plan.drift_id, "channel": "alarm", "target": "", "subject": subject, "body": body,
            "status": NotificationStatus.PENDING, "attempts": 0, "error": None, "created_at": at, "sent_at": None,
        }  # fmt: skip
        self._connection.execute(insert(NotificationRow), row)

    def decide(self, request: ChangeRequest, decision: Decision) -> None:
        """Writes a verdict down."""
        self._connection.execute(insert(ApprovalRow), {"request_id": request.id, **structs.asdict(decision)})

    def remark(self, request: ChangeRequest, comment: Comment) -> None:
        """Writes a comment down."""
        self._connection.execute(insert(RequestCommentRow), {"request_id": request.id, **structs.asdict(comment)})

    def audit(self, actor: str, action: str, subject: str, details: Mapping[str, Any], at: datetime) -> None:
        """Writes down who did what."""
        append_audit(self._connection, actor, action, subject, details, at)

    def _holds_still(self) -> bool:
        """Whether what is read has to stay as it is: for whoever goes on to write, and who may there."""
        if not self._connection.get_execution_options().get(WRITES) or self._connection.dialect.name != "postgresql":
            return False
        return bool(self._connection.scalar(select(func.has_any_column_privilege(DriftRow.__tablename__, "UPDATE"))))

    def _of(
        self, table: Any, kind: Any, ids: Collection[str] | None, by: InstrumentedAttribute[Any] | None = None
    ) -> dict[str, tuple[Any, ...]]:
        """What is written down of requests, of all or of some, by their ids, oldest first."""
        query = select(table.request_id, *(getattr(table, name) for name in kind.__struct_fields__))
        if ids is not None:
            query = query.where(table.request_id.in_(ids))
        found: dict[str, tuple[Any, ...]] = {}
        for request_id, *values in self._connection.execute(query.order_by(table.id if by is None else by)):
            known = msgspec.convert(dict(zip(kind.__struct_fields__, values, strict=True)), kind)
            found[request_id] = (*found.get(request_id, ()), known)
        return found


def _differs(drift: Drift) -> str:
    paths = ", ".join(change.path for change in drift.changes)
    return f"{paths} still differs" if paths else f"it is {drift.kind} still"


def _standing(row: Row[Any]) -> Standing:
    return Standing(msgspec.convert(row.body, Drift), row.status, row.estate)


def _request(
    row: Row[Any],
    decisions: tuple[Decision, ...] = (),
    comments: tuple[Comment, ...] = (),
    executions: tuple[Execution, ...] = (),
) -> ChangeRequest:
    known = {name: value for name, value in row._mapping.items() if name in ChangeRequest.__struct_fields__}
    known |= {"plan": msgspec.convert(row.plan, Plan), "terms": msgspec.convert(row.terms, Terms)}
    return ChangeRequest(**known, decisions=decisions, comments=comments, executions=executions)
