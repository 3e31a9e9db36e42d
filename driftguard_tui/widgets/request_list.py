"""The list of change requests: what waits for a decision first."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import Line, Span, cut, line
from driftguard_tui.widgets.rows import Column, Rows
from engine.model import WAITING_STATUSES, ChangeRequest, RequestStatus

#: How a status is shown: its sign, its word and its tone.
STATUSES = {
    RequestStatus.DRAFT: ("○", "draft", "muted"),
    RequestStatus.REQUESTED: ("◷", "waiting", "medium"),
    RequestStatus.APPROVED: ("✓", "approved", "good"),
    RequestStatus.REJECTED: ("✗", "rejected", "bad"),
    RequestStatus.EXPIRED: ("◌", "expired", "muted"),
    RequestStatus.WITHDRAWN: ("−", "withdrawn", "muted"),
    RequestStatus.EXECUTING: ("▸", "executing", "accent"),
    RequestStatus.VERIFIED: ("✓", "verified", "good"),
    RequestStatus.FAILED: ("✗", "failed", "bad"),
    RequestStatus.CLOSED: ("■", "closed", "muted"),
}
_STATUS_CELLS, _AGE_CELLS = 11, 7

Clock = Callable[[], datetime]


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def waiting_first(requests: Sequence[ChangeRequest]) -> list[ChangeRequest]:
    """What waits for a decision, the gravest and of these what expires first; then what goes on, then the rest."""
    newest_first = sorted(requests, key=lambda request: request.requested_at, reverse=True)
    waiting = [request for request in newest_first if request.status is RequestStatus.REQUESTED]
    going_on = [request for request in newest_first if request.status is RequestStatus.EXECUTING]
    approved = [request for request in newest_first if request.status is RequestStatus.APPROVED]
    drafts = [request for request in newest_first if request.status is RequestStatus.DRAFT]
    over = [request for request in newest_first if not request.is_open]
    return [
        *sorted(waiting, key=lambda request: (-request.level.rank, request.expires_at)),
        *going_on,
        *approved,
        *drafts,
        *over,
    ]


def status(request: ChangeRequest) -> Line:
    """Where a request stands. What is open and can no longer be carried out as it is says so instead."""
    if request.outdated:
        return line(("! outdated", "high"))
    sign, word, tone = STATUSES[request.status]
    return line((f"{sign} {word}", tone))


def request_list(clock: Clock | None = None) -> Rows[ChangeRequest]:
    """The list. The clock, this machine's unless another one is given, tells how old requests are."""
    return Rows(_columns(clock or now), lambda request: request.id, "requests-list")


def _columns(clock: Clock) -> Sequence[Column[ChangeRequest]]:
    def age(request: ChangeRequest, cells: int) -> Line:
        return _length(labels.span(clock() - request.requested_at), cells)

    def left(request: ChangeRequest, cells: int) -> Line:
        if request.status not in WAITING_STATUSES:
            return ()
        return _length(labels.span(request.expires_at - clock()), cells)

    return (
        Column("status", _STATUS_CELLS, 0, lambda request, _: status(request)),
        Column("severity", 10, 52, lambda request, _: _level(request)),
        Column("resource", 0, 0, _resource),
        Column("by", 18, 84, lambda request, cells: line((request.requested_by[: cells + 1], ""))),
        Column("age", _AGE_CELLS, 40, age, right=True),
        Column("expires", _AGE_CELLS, 64, left, right=True),
    )


def _level(request: ChangeRequest) -> Line:
    return line((f"{labels.LEVEL_SIGNS[request.level]} {request.level}", request.level.value))


def _resource(request: ChangeRequest, cells: int) -> Line:
    plan = request.plan
    name = labels.name_of(plan.resource)
    return cut((Span(f"{plan.action} ", "accent"), Span(name[: cells + 1], "strong")), cells)


def _length(span: str, cells: int) -> Line:
    return line((text.fit(span, cells, right=True), "muted"))
