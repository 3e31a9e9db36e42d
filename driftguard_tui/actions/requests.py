"""What can be done with the change requests that are listed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from driftguard_tui import labels
from driftguard_tui.actions.action import DO, GO, Action, Situation
from engine.model import ChangeRequest, Role
from engine.workflow import rules


class Handled(NamedTuple):
    """The request under the cursor and who looks at it: on a shared ledger nobody approves their own."""

    request: ChangeRequest
    person: str
    shared: bool


def _handled(now: Situation) -> Handled | None:
    return now.chosen if isinstance(now.chosen, Handled) else None


def _selected(now: Situation) -> str:
    return "" if _handled(now) else "No request is selected"


def _approve(now: Situation) -> str:
    handled = _handled(now)
    if handled is None:
        return _selected(now)
    request, person, shared = handled
    return rules.why_no_approval(request, person, now.role, shared=shared, at=datetime.now(UTC))


def _reject(now: Situation) -> str:
    handled = _handled(now)
    if handled is None:
        return _selected(now)
    return rules.why_no_rejection(handled.request, handled.person, now.role, at=datetime.now(UTC))


def _withdraw(now: Situation) -> str:
    handled = _handled(now)
    if handled is None:
        return _selected(now)
    return rules.why_no_withdrawal(handled.request, handled.person, now.role, at=datetime.now(UTC))


def _approving(now: Situation) -> str:
    """What is approved, to be read before it is."""
    from driftguard_tui.widgets.sections.request import SHORT_HASH, size_of

    handled = _handled(now)
    if handled is None:
        return ""
    plan = handled.request.plan
    what = f"{plan.action} {labels.name_of(plan.resource)}"
    return f"Approve {handled.request.plan_hash[:SHORT_HASH]}: {what} ({size_of(plan)})?"


ACTIONS: Sequence[Action] = (
    Action("approve", DO, "Approve the plan of the request", ("a",), argument="COMMENT", hint="approve",
           why_not=_approve, role=Role.ADMIN, danger=_approving),
    Action("reject", DO, "Reject the request, and say why", ("R",), argument="REASON", hint="reject",
           why_not=_reject, role=Role.ADMIN),
    Action("withdraw", DO, "Take the request back", ("b",), argument="REASON", hint="withdraw", why_not=_withdraw,
           role=Role.EDIT),
    Action("comment", DO, "Say something about the request", ("c",), argument="TEXT", hint="comment",
           why_not=_selected),
    Action("open_drift", GO, "The drift that it is for", ("o",), hint="drift", why_not=_selected),
)  # fmt: skip
