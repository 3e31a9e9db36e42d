"""Who may take which step with a change request. Each rule says why not, in a sentence, or nothing when it may be.

Pure, so that a console can tell beforehand what the ledger would refuse.
"""

from datetime import datetime

from engine.model import WAITING_STATUSES, Action, ChangeRequest, Drift, Recommendation, RequestStatus, Role, Verdict

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


def why_no_submission(request: ChangeRequest, person: str, *, at: datetime) -> str:
    """Why a person cannot ask for what is a draft: only who made it does."""
    if request.status is not RequestStatus.DRAFT or is_overdue(request, at):
        return _over(request, at)
    if person != request.requested_by:
        return f"{request.requested_by} drafts this request: only they can ask for it"
    return _why_not_as_it_is(request, "asked for")


def why_no_approval(request: ChangeRequest, person: str, role: Role, *, shared: bool, at: datetime) -> str:
    """Why a person cannot approve a request. On a shared ledger that is never the one who asked, and nobody twice."""
    if not may(role, request.terms.decides):
        return f"Approving needs the role {request.terms.decides}, and yours is {role}: {_who_decides(request)}"
    if shared and person == request.requested_by:
        return "You asked for this change, and nobody approves their own: another admin has to decide"
    return (
        why_undecidable(request, at) or _why_decided_before(request, person) or _why_not_as_it_is(request, "approved")
    )


def why_no_rejection(request: ChangeRequest, person: str, role: Role, *, at: datetime) -> str:
    """Why a person cannot reject a request."""
    if not may(role, request.terms.decides):
        return f"Rejecting needs the role {request.terms.decides}, and yours is {role}: {_who_decides(request)}"
    return why_undecidable(request, at) or _why_decided_before(request, person)


def why_no_execution(
    request: ChangeRequest, role: Role, *, shared: bool, at: datetime, freeze: str = "", reason: str = ""
) -> str:
    """Why a person of this role cannot carry a request out.

    `freeze` says why its resource is not to be changed now, empty where it may be. `reason` is why the approvals or the
    freeze are to be passed over all the same, which the request's terms allow or not.
    """
    terms = request.terms
    if not may(role, terms.executes):
        return f"Carrying out a change needs the role {terms.executes}, and yours is {role}: ask an admin to do it"
    if request.status not in (RequestStatus.REQUESTED, RequestStatus.APPROVED) or is_overdue(request, at):
        return _over(request, at)
    if standing := _why_not_as_it_is(request, "carried out"):
        return standing
    if request.plan.prepared is None:
        return f"No tool has prepared request {request.id}: carry out its plan by hand, and scan"
    if lacking := approvals_lacking(request, shared=shared):
        lacks = f"Request {request.id} lacks {lacking} of {terms.approvals} approvals"
        if refusal := _why_not_broken(role, terms.breaks_glass, reason):
            return f"{lacks}{refusal}"
    if freeze and (refusal := _why_not_broken(role, terms.breaks_freeze, reason)):
        return f"Nothing is changed here now ({freeze}){refusal}"
    return ""


def approvals_lacking(request: ChangeRequest, *, shared: bool) -> int:
    """How many people still have to approve exactly this plan.

    On a shared ledger they are different people, none of them who asked. Alone, one person holds all roles, so that
    one approval stands for all.
    """
    for_this_plan = {
        decision.by: decision
        for decision in request.decisions
        if decision.verdict is Verdict.APPROVE and decision.plan_hash == request.plan_hash
    }
    if not shared and for_this_plan:
        return 0
    for_this_plan.pop(request.requested_by, None)
    return max(0, request.terms.approvals - len(for_this_plan))


def why_no_withdrawal(request: ChangeRequest, person: str, role: Role, *, at: datetime) -> str:
    """Why a person cannot take a request back: theirs, or as an admin anybody's, while nothing else ended it."""
    if person != request.requested_by and not may(role, Role.ADMIN):
        return f"{request.requested_by} asked for this change: only they or an admin can withdraw it"
    waits = request.status in WAITING_STATUSES and not is_overdue(request, at)
    return "" if waits else _over(request, at)


def why_no_assignment(role: Role) -> str:
    """Why a person of this role cannot say who is to see to a request."""
    return "" if may(role, Role.EDIT) else f"Assigning needs the role edit, and yours is {role}: ask an admin for it"


def why_no_closing(request: ChangeRequest, person: str, role: Role) -> str:
    """Why a person cannot close a request: who asked or an admin does, once it has been carried out."""
    if person != request.requested_by and not may(role, Role.ADMIN):
        return f"{request.requested_by} asked for this change: only they or an admin can close it"
    ended = request.status in (RequestStatus.VERIFIED, RequestStatus.FAILED)
    if ended or is_applied(request):
        return ""
    return f"Request {request.id} is {request.status}: only what was carried out can be closed"


def is_applied(request: ChangeRequest) -> bool:
    """Whether it was carried out and waits to be verified."""
    execution = request.execution
    return request.status is RequestStatus.EXECUTING and execution is not None and execution.applied_at is not None


def why_undecidable(request: ChangeRequest, at: datetime) -> str:
    """Why a request does not wait for a decision."""
    waits = request.status is RequestStatus.REQUESTED and not is_overdue(request, at)
    return "" if waits else _over(request, at)


def is_overdue(request: ChangeRequest, at: datetime) -> bool:
    """Whether a request waited for longer than it may, for a decision or for being carried out."""
    return request.status in WAITING_STATUSES and request.expires_at <= at


def _why_decided_before(request: ChangeRequest, person: str) -> str:
    if any(decision.by == person for decision in request.decisions):
        return f"You approved request {request.id} already: somebody else has to decide as well, or withdraw it"
    return ""


def _why_not_as_it_is(request: ChangeRequest, done: str) -> str:
    if request.plan.hash != request.plan_hash:
        return f"The plan of request {request.id} was altered after it was requested: see `driftguard audit verify`"
    if request.outdated:
        return f"Request {request.id} cannot be {done} any more, since {request.outdated}: withdraw it"
    return ""


def _why_not_broken(role: Role, least: Role | None, reason: str) -> str:
    """Why a rule is not passed over, as the end of a sentence that says which."""
    if least is None:
        return ", and nobody may pass over that: wait"
    if not may(role, least):
        return f", and only the role {least} may pass over that: ask one of them"
    return "" if reason else ": wait, or in an emergency run `driftguard requests execute --break-glass REASON`"


def _who_decides(request: ChangeRequest) -> str:
    return f"{'an admin' if request.terms.decides is Role.ADMIN else 'an editor'} has to decide"


def _over(request: ChangeRequest, at: datetime) -> str:
    if is_overdue(request, at) or request.status is RequestStatus.EXPIRED:
        return f"Request {request.id} expired on {request.expires_at:%Y-%m-%d %H:%M} UTC: request the change again"
    if request.status is RequestStatus.DRAFT:
        return f"Request {request.id} is a draft still: {request.requested_by} has to ask for it"
    if request.status is RequestStatus.EXECUTING and request.execution is not None:
        return f"Request {request.id} is being carried out already, by {request.execution.by}"
    by = request.closed_by or (request.decisions[-1].by if request.decisions else "")
    return f"Request {request.id} is {request.status} already{f', by {by}' if by else ''}"
