"""What counts for advice beside the drift itself: what is going on, who else has a hand in it, what has to wait."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from engine.model import (
    ActorKind,
    Attribution,
    Category,
    Difference,
    Drift,
    Event,
    EventKind,
    Freeze,
    Relation,
    TicketType,
    Via,
    ticket_of,
)

#: What was opened longer ago and never closed is a forgotten ticket, not a fire.
_FORGOTTEN = {EventKind.INCIDENT: timedelta(days=7), EventKind.ALERT: timedelta(days=1)}


class Situation(Struct, frozen=True):
    """At the time of the report.

    declared_in: the file or stack that declares the resource. trouble: an incident or alert on it or its service that
    is not over, in its own words. keeper: the software that has charge of what changed and would set it again.
    freeze: why nothing that can wait is to be changed now. Each is empty where there is none.
    """

    declared_in: str = ""
    trouble: str = ""
    keeper: str = ""
    freeze: str = ""


def situation_of(
    difference: Difference, attribution: Attribution, drift: Drift, at: datetime, freezes: Iterable[Freeze] = ()
) -> Situation:
    """The situation in which somebody decides about the drift at this time."""
    return Situation(
        declared_in=difference.declared_in,
        trouble=_trouble(attribution, at),
        keeper=_keeper(difference, drift),
        freeze=next((freeze.reason for freeze in freezes if holds(freeze, drift, at)), ""),
    )


def holds(freeze: Freeze, drift: Drift, at: datetime) -> bool:
    """Whether a freeze forbids to touch the drift's resource at this time."""
    return freeze.holds(drift.surroundings.environment, drift.resource.scope, at)


def _trouble(attribution: Attribution, at: datetime) -> str:
    lasting = [one.event for one in attribution.context if one.relation is not Relation.NONE and _lasts(one.event, at)]
    incidents = [event for event in lasting if event.kind is EventKind.INCIDENT]
    worst = next(iter(incidents or lasting), None)
    return (worst.summary or worst.operation) if worst is not None else ""


def _lasts(event: Event, at: datetime) -> bool:
    forgotten = _FORGOTTEN.get(event.kind)
    if forgotten is None or not at - forgotten <= event.at <= at or (event.ended_at and event.ended_at <= at):
        return False
    return event.kind is EventKind.ALERT or ticket_of(event).type is TicketType.INCIDENT


def _keeper(difference: Difference, drift: Drift) -> str:
    """Who is known to have charge of a changed field; else the software that is likely to have set it."""
    known = [difference.keepers[change.path] for change in difference.changes if change.path in difference.keepers]
    if known:
        return known[0]
    actor = drift.actor
    by_software = actor.kind is ActorKind.SERVICE or actor.via is Via.CONTROLLER
    likely = drift.cause.category is Category.AUTOMATED_PROCESS
    return re.sub(r"\s+", " ", actor.principal) if actor.principal and by_software and likely else ""
