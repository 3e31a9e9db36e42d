"""What can be done with the change requests that are listed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from driftguard_tui import labels
from driftguard_tui.actions.action import DO, GO, Action, Situation
from engine.model import ChangeRequest, Role
from engine.workflow import rules


class Handled(NamedTuple):
    """The request under the cursor and who looks at it: on a shared ledger nobody approves their own.

    `executing` is the id of the request that this console carries out now, if any.
    """

    request: ChangeRequest
    person: str
    shared: bool
    executing: str = ""


def _handled(now: Situation) -> Handled | None:
    return now.chosen if isinstance(now.chosen, Handled) else None


def _selected(now: Situation) -> str:
    return "" if _handled(now) else "No request is selected"


def _approve(now: Situation) -> str:
    handled = _handled(now)
    if handled is None:
        return _selected(now)
    request, person, at = handled.request, handled.person, datetime.now(UTC)
    return rules.why_no_approval(request, person, now.role, shared=handled.shared, at=at)


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


def _execute(now: Situation) -> str:
    handled = _handled(now)
    if handled is None:
        return _selected(now)
    if handled.executing:
        return f"This console carries out request {handled.executing}: wait for how it ends"
    if rules.is_applied(handled.request):
        return ""
    return rules.why_no_execution(handled.request, now.role, shared=handled.shared, at=datetime.now(UTC))


def _stop(now: Situation) -> str:
    handled = _handled(now)
    return "" if handled is not None and handled.executing else "This console carries nothing out"


def _close(now: Situation) -> str:
    handled = _handled(now)
    if handled is None:
        return _selected(now)
    return rules.why_no_closing(handled.request, handled.person, now.role)


def _executing(now: Situation) -> str:
    """What is carried out, to be read before it is."""
    from driftguard_tui.widgets.sections.request import SHORT_HASH

    handled = _handled(now)
    if handled is None:
        return ""
    request = handled.request
    if request.plan.prepared is None or rules.is_applied(request):
        return f"Look what came of request {request.id}?"
    done = f"{request.plan.prepared.tool}, {request.plan.prepared.summary}"
    return f"Carry out {request.plan_hash[:SHORT_HASH]}: {labels.name_of(request.plan.resource)} ({done})?"


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
    Action("execute", DO, "Carry it out as it was approved, and verify it", ("e",), hint="execute",
           why_not=_execute, role=Role.ADMIN, danger=_executing),
    Action("stop", DO, "Ask the tool to stop that carries a request out", ("S",), hint="stop", why_not=_stop,
           role=Role.ADMIN),
    Action("close", DO, "Close the request that was carried out", ("C",), argument="REMARK", why_not=_close,
           role=Role.EDIT),
    Action("withdraw", DO, "Take the request back", ("b",), argument="REASON", hint="withdraw", why_not=_withdraw,
           role=Role.EDIT),
    Action("comment", DO, "Say something about the request", ("c",), argument="TEXT", hint="comment",
           why_not=_selected),
    Action("open_drift", GO, "The drift that it is for", ("o",), hint="drift", why_not=_selected),
)  # fmt: skip
