"""Who may take which step with a change request. Each rule says why not, in a sentence, or nothing when it may be.

Pure, so that a console can tell beforehand what the ledger would refuse.
"""

from datetime import datetime

from engine.model import Action, ChangeRequest, Drift, Recommendation, RequestStatus, Role

_RANKS = {role: rank for rank, role in enumerate(Role)}

#: What changes nothing needs nobody's approval.
_CHANGES_NOTHING = frozenset({Action.INVESTIGATE})


def may(role: Role, least: Role) -> bool:
    """Whether a role includes another."""
    return _RANKS[role] >= _RANKS[least]


def requestable(drift: Drift) -> tuple[Recommendation, ...]:
    """The recommendations for a drift that can be asked for, best first."""
    return tuple(advice for advice in drift.recommendations if advice.action not in _CHANGES_NOTHING)


def why_no_request(drift: Drift, role: Role) -> str:
    """Why a person of this role cannot ask for a change that puts the drift right."""
    if not may(role, Role.EDIT):
        return f"Requesting a change needs the role edit, and yours is {role}: ask an admin for it"
    if not requestable(drift):
        return "Nothing that would change anything is recommended for this drift: there is nothing to request"
    return ""


def why_no_approval(request: ChangeRequest, person: str, role: Role, *, shared: bool, at: datetime) -> str:
    """Why a person cannot approve a request. On a shared ledger that is never the one who asked."""
    if not may(role, Role.ADMIN):
        return f"Approving needs the role admin, and yours is {role}: an admin has to decide"
    if shared and person == request.requested_by:
        return "You asked for this change, and nobody approves their own: another admin has to decide"
    if standing := why_undecidable(request, at):
        return standing
    if request.plan.hash != request.plan_hash:
        return f"The plan of request {request.id} was altered after it was requested: see `driftguard audit verify`"
    if request.outdated:
        return f"Request {request.id} cannot be approved any more, since {request.outdated}: withdraw it"
    return ""


def why_no_rejection(request: ChangeRequest, role: Role, *, at: datetime) -> str:
    """Why a person cannot reject a request."""
    if not may(role, Role.ADMIN):
        return f"Rejecting needs the role admin, and yours is {role}: an admin has to decide"
    return why_undecidable(request, at)


def why_no_withdrawal(request: ChangeRequest, person: str, role: Role, *, at: datetime) -> str:
    """Why a person cannot take a request back: theirs, or as an admin anybody's, while nothing else ended it."""
    if person != request.requested_by and not may(role, Role.ADMIN):
        return f"{request.requested_by} asked for this change: only they or an admin can withdraw it"
    return "" if request.is_open and not is_overdue(request, at) else _over(request, at)


def why_undecidable(request: ChangeRequest, at: datetime) -> str:
    """Why a request does not wait for a decision."""
    waits = request.status is RequestStatus.REQUESTED and not is_overdue(request, at)
    return "" if waits else _over(request, at)


def is_overdue(request: ChangeRequest, at: datetime) -> bool:
    """Whether a request waited for a decision longer than it may."""
    return request.status is RequestStatus.REQUESTED and request.expires_at <= at


def _over(request: ChangeRequest, at: datetime) -> str:
    if is_overdue(request, at) or request.status is RequestStatus.EXPIRED:
        return f"Request {request.id} expired on {request.expires_at:%Y-%m-%d %H:%M} UTC: request the change again"
    by = request.decisions[-1].by if request.decisions else request.closed_by
    return f"Request {request.id} is {request.status} already{f', by {by}' if by else ''}"
