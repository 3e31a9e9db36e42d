"""What a request is worth by now: its time may be over, or its plan no longer what would be done."""

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import structs

from engine.errors import WorkflowError
from engine.model import WAITING_STATUSES, ChangeRequest, Drift, Plan, RequestStatus, plan_of
from engine.store.records import DriftStatus
from engine.workflow import rules

if TYPE_CHECKING:
    from engine.store.ledger_requests import RequestBook, Standing
    from engine.workflow.policies import Policies


def as_it_stands(
    request: ChangeRequest, at: datetime, standing: "Standing | None", policies: "Policies"
) -> ChangeRequest:
    """The request with what has come of it by now, and with what policies ask of it now if that is more."""
    request = structs.replace(request, terms=policies.terms(request))
    if rules.is_overdue(request, at):
        return structs.replace(request, status=RequestStatus.EXPIRED, closed_at=request.expires_at)
    if request.status not in WAITING_STATUSES:
        return request
    return structs.replace(request, outdated=_outdated(request, standing))


def drafts_for(drift: Drift) -> tuple[Plan, ...]:
    """What may be asked for to put a drift right, best first."""
    return tuple(plan_of(drift, advice) for advice in rules.requestable(drift))


def standing_of(book: "RequestBook", drift_id: str) -> "Standing":
    """A drift that is there. Raises WorkflowError when it is gone."""
    standing = book.standing(drift_id)
    if standing is None or standing.status is DriftStatus.RESOLVED:
        raise WorkflowError(f"the drift {drift_id} is gone: there is nothing to put right")
    return standing


def chosen(plans: tuple[Plan, ...], recommendation_id: str) -> Plan:
    """The plan of this recommendation, the best one without an id. Raises WorkflowError when it is not among them."""
    if not recommendation_id:
        return plans[0]
    for plan in plans:
        if plan.recommendation_id == recommendation_id:
            return plan
    offered = ", ".join(f"{plan.recommendation_id} ({plan.action})" for plan in plans)
    raise WorkflowError(f"{recommendation_id!r} cannot be requested for this drift: there is {offered}")


def _outdated(request: ChangeRequest, standing: "Standing | None") -> str:
    """Why following the recommendation would no longer do what was asked for."""
    if standing is None or standing.status is DriftStatus.RESOLVED:
        return "the drift is gone"
    plans = {plan.recommendation_id: plan for plan in drafts_for(standing.drift)}
    plan = plans.get(request.plan.recommendation_id)
    if plan is None:
        return "it is not recommended any more"
    same = plan.hash == request.plan.unprepared.hash and request.plan.hash == request.plan_hash
    return "" if same else "the drift or its plan has changed"
