"""Measures of what went on around a change: incidents, alerts, work, what was asked for and refused.

They are part of `MEASURES`; `features.toml` says what each means.
"""

import math
import re
from collections.abc import Callable
from datetime import timedelta

from engine.model import Circumstance, Event, EventKind, Relation, ticket_of
from ml.case import Case

Measure = Callable[[Case], float]

_NAN = math.nan
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
#: What stands in tickets for the gravest to the least grave.
_RANKS = (
    ("critical", "highest", "blocker", "urgent"),
    ("high", "major"),
    ("medium", "moderate", "normal"),
    ("low", "minor"),
    ("lowest", "planning", "trivial"),
)


def _weight(fits: Callable[[Case, Event], bool], *relations: Relation) -> Measure:
    """The weight of the weightiest that went on so close to the resource."""
    return lambda case: max(
        (one.weight for one in case.attribution.context if one.relation in relations and fits(case, one.event)),
        default=0.0,
    )


def _is_incident(case: Case, event: Event) -> bool:
    return event.kind is EventKind.INCIDENT and not case.is_minor(event)


def _is_work(case: Case, event: Event) -> bool:
    return event.kind is EventKind.INCIDENT and case.is_work(event)


def _is_alert(case: Case, event: Event) -> bool:
    return event.kind is EventKind.ALERT and not case.is_harmless(event)


def _is_planned(_case: Case, event: Event) -> bool:
    return event.kind is EventKind.DEPLOY and not ticket_of(event).refused


def _is_shift(_case: Case, event: Event) -> bool:
    return event.kind is EventKind.METRIC


def _alerts_firing(case: Case) -> float:
    """However often one of them fired."""
    return len({(event.operation, event.touches) for event in case.alerts})


def _alert_firings(case: Case) -> float:
    concerning = (
        one.event for one in case.attribution.context if one.relation in (Relation.RESOURCE, Relation.SERVICE)
    )
    return sum(_is_alert(case, event) and event.at <= case.moment for event in concerning)


def _minutes_to_end(kind: str) -> Measure:
    """How soon after the change the first of those that went on was over: whether it helped."""

    def measure(case: Case) -> float:
        ended = [event.ended_at for event in getattr(case, kind) if event.ended_at and event.at <= case.moment]
        return (min(ended) - case.moment) / _MINUTE if ended else _NAN

    return measure


def _refused_request(relation: Relation) -> Measure:
    return lambda case: max((one.weight for one in case.refused_requests if one.relation is relation), default=0.0)


def _refused_request_of_caller(case: Case) -> float:
    """Missing where nothing was refused."""
    return any(case.is_of_actor(one.event) for one in case.refused_requests) if case.refused_requests else _NAN


def _minutes_since(kind: str) -> Measure:
    def measure(case: Case) -> float:
        began = [event.at for event in getattr(case, kind) if event.at <= case.moment]
        return (case.moment - max(began)) / _MINUTE if began else _NAN

    return measure


def _at_it_before_trouble(case: Case) -> float:
    """Missing where there was no trouble."""
    return case.is_continued if case.began and case.called else _NAN


def _priority(case: Case) -> float:
    return min((rank_of(ticket_of(event).priority) for event in case.incidents), default=_NAN)


def rank_of(priority: str) -> float:
    """A priority as a number, 1 for the gravest; NaN for words that nobody knows."""
    digit = re.search(r"[0-5]", priority)
    if digit:
        return float(digit[0])
    words = re.findall(r"[a-z]+", priority.lower())
    return next((float(rank) for rank, known in enumerate(_RANKS, 1) if set(known) & set(words)), _NAN)


def _weight_of_caller(fits: Callable[[Case, Event], bool]) -> Measure:
    """The same of those alone that name who acted: what somebody was asked to do days ago hardly tells."""
    return _weight(
        lambda case, event: fits(case, event) and case.is_of_actor(event), Relation.RESOURCE, Relation.SERVICE
    )


def _names_actor(fits: Callable[[Case, Event], bool]) -> Measure:
    """Whether who acted opened it, works on it or wrote in it, of what was near the moment."""

    def measure(case: Case) -> float:
        near = (one for one in case.attribution.context if fits(case, one.event) and _is_near(case, one))
        return any(case.is_of_actor(one.event) for one in near)

    return measure


def _is_near(case: Case, one: Circumstance) -> bool:
    event = one.event
    return event.at <= case.moment + _HOUR and (event.ended_at is None or event.ended_at >= case.moment - _HOUR)


TROUBLE: dict[str, Measure] = {
    "incident_on_resource": _weight(_is_incident, Relation.RESOURCE),
    "incident_on_service": _weight(_is_incident, Relation.SERVICE),
    "incident_of_caller": _weight(_is_incident, Relation.CALLER),
    "alert_on_resource": _weight(_is_alert, Relation.RESOURCE),
    "alert_on_service": _weight(_is_alert, Relation.SERVICE),
    "work_on_resource": _weight(_is_work, Relation.RESOURCE),
    "work_on_service": _weight(_is_work, Relation.SERVICE),
    "planned_on_resource": _weight(_is_planned, Relation.RESOURCE),
    "planned_on_service": _weight(_is_planned, Relation.SERVICE),
    "metric_on_service": _weight(_is_shift, Relation.SERVICE),
    "minutes_since_incident": _minutes_since("incidents"),
    "minutes_since_alert": _minutes_since("alerts"),
    "incident_over_after": _minutes_to_end("incidents"),
    "alert_over_after": _minutes_to_end("alerts"),
    "at_it_before_trouble": _at_it_before_trouble,
    "alerts_firing": _alerts_firing,
    "alert_firings": _alert_firings,
    "priority": _priority,
    "incident_names_actor": _names_actor(_is_incident),
    "work_names_actor": _names_actor(_is_work),
    "planned_names_actor": _names_actor(_is_planned),
    "incident_here_of_caller": _weight_of_caller(_is_incident),
    "work_of_caller": _weight_of_caller(_is_work),
    "refused_request_on_resource": _refused_request(Relation.RESOURCE),
    "refused_request_on_service": _refused_request(Relation.SERVICE),
    "refused_request_of_caller": _refused_request_of_caller,
}
