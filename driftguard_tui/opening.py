"""Going from a fact that an answer cites to where it is shown."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.assistant.facts import (
    AuditFact,
    CoverageFact,
    EventFact,
    Fact,
    GroupFact,
    MetricFact,
    RequestFact,
    SourceFact,
    StandingFact,
)

if TYPE_CHECKING:
    from driftguard_tui.app import DriftGuardApp

#: How much of the timeline is seen on both sides of an event.
_AROUND = timedelta(minutes=30)

_WORKSPACES: tuple[tuple[type[Fact], str], ...] = (
    (AuditFact, "audit"),
    (CoverageFact, "estate"),
    (SourceFact, "sources"),
    (StandingFact, "overview"),
)


async def open_fact(desk: "DriftGuardApp", fact: Fact) -> None:
    """Shows it in the workspace that it belongs to; says so where there is none."""
    if isinstance(fact, RequestFact):
        await desk.do_workspace("requests")
        _ask_of(desk, "seek", fact.request)
    elif isinstance(fact, GroupFact):
        await _open_drift(desk, fact.drifts[0])
    elif isinstance(fact, EventFact | MetricFact) and fact.at is not None:
        _select(desk, fact.drift)
        await desk.do_workspace("timeline")
        _ask_of(desk, "seek", fact.at - _AROUND, fact.at + _AROUND)
    elif fact.drift:
        await _open_drift(desk, fact.drift)
    else:
        name = next((name for kind, name in _WORKSPACES if isinstance(fact, kind)), "")
        if name:
            await desk.do_workspace(name)
        else:
            desk.say("There is nothing more to be seen of that", "medium")


def _ask_of(desk: "DriftGuardApp", method: str, *given: Any) -> None:
    """Has the workspace that is seen do something that not every one can."""
    call: Callable[..., Awaitable[None] | None] | None = getattr(desk.workspace, method, None)
    if call is not None:
        call(*given)


def _select(desk: "DriftGuardApp", id_: str) -> None:
    drift = next((drift for drift in desk.report.drifts if drift.id == id_), None) if desk.report and id_ else None
    if drift is not None:
        desk.select_drift(drift)


async def _open_drift(desk: "DriftGuardApp", id_: str) -> None:
    drift = next((drift for drift in desk.report.drifts if drift.id == id_), None) if desk.report else None
    if drift is None:
        desk.say("The drift is not in the report that is shown: it may be gone", "medium")
    else:
        await desk.show_drift(drift)
