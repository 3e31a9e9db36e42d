"""Signals: what can be seen in a case that speaks for or against a cause.

Each signal is a function from a case to a detail for its sentence, or None when it is not seen. What a signal
weighs, and its sentence, stand in `evidence.toml`. They read only the difference and its attribution:

    who      service_changed_it, automation_changed_it, person_changed_it, stranger_changed_it, terraform_changed_it,
             nobody_known
    code     merged_not_applied, apply_failed, merged_before_apply, written_into_code
    trouble  incident_open, at_another_incident, alert_firing, several_alerts, soon_after_trouble, over_soon_after,
             break_glass_in_trouble, elevated_in_peace, person_in_peace
    search   tuning_attribute, back_and_forth, at_it_already, minor_ticket, trial_resource
    software many_alike, again_and_again, scaling_attribute, provider_patch
    breach   did_what_was_refused, refused_in_session, refused_to_others, asked_and_refused, weaker_security,
             foreign_address, unusual_in_peace, root_in_peace, long_lived_keys
"""

import ipaddress
import re
from collections.abc import Callable
from datetime import timedelta

from engine.model import ActorKind, DriftKind, Event, EventKind, Relation, Via
from ml.case import A_WEEK, Case, holds
from ml.openings import refuses
from ml.predicates import new_leaves

#: From this score on, a severity rule's security dimension is called a weakening.
_SERIOUS = 75
_SOON = timedelta(minutes=90)
_SESSION = timedelta(minutes=30)
_A_DAY = timedelta(days=1)
_MOST_NAMED = 3


def see(case: Case) -> dict[str, str]:
    """The signals that are seen, by name, each with its detail."""
    seen = ((name, look(case)) for name, look in SIGNALS.items())
    return {name: detail for name, detail in seen if detail is not None}


def _service_changed_it(case: Case) -> str | None:
    return case.actor.principal or "a service" if case.acted and case.actor.kind is ActorKind.SERVICE else None


def _automation_changed_it(case: Case) -> str | None:
    software = case.actor.kind is ActorKind.AUTOMATION and case.actor.via is not Via.TERRAFORM
    return case.actor.principal or "a script" if case.acted and software else None


def _person_changed_it(case: Case) -> str | None:
    via = "" if case.actor.via is Via.UNKNOWN else f" via {case.actor.via.value}"
    return f"{case.actor.principal or 'unnamed'}{via}" if case.by_person else None


def _stranger_changed_it(case: Case) -> str | None:
    is_stranger = case.called is not None and case.actor.kind is ActorKind.UNKNOWN and case.actor.principal is not None
    return case.actor.principal if is_stranger else None


def _terraform_changed_it(case: Case) -> str | None:
    return _name(case.called) if case.called and case.actor.via is Via.TERRAFORM else None


def _nobody_known(case: Case) -> str | None:
    return "" if case.change is None and not case.claimed else None


def _merged_not_applied(case: Case) -> str | None:
    return _name(case.change) if case.change and case.change.kind is EventKind.COMMIT else None


def _apply_failed(case: Case) -> str | None:
    if case.change and case.change.error:
        return _name(case.change)
    for event in case.of_kind(EventKind.API_CALL):
        near = abs(event.at - case.moment) <= _SESSION or (event in case.touching and event.at >= case.moment - A_WEEK)
        if event.error and event.actor.via is Via.TERRAFORM and near and not case.by_person:
            return _name(event)
    return None


def _merged_before_apply(case: Case) -> str | None:
    if case.called is None or case.actor.via is not Via.TERRAFORM:
        return None
    merged = [event for event in case.merged if case.moment - A_WEEK <= event.at <= case.moment]
    return _name(merged[-1]) if merged else None


def _written_into_code(case: Case) -> str | None:
    if not case.by_person:
        return None
    later = [event for event in case.merged if event.at >= case.moment and holds(event, case.new_values)]
    return _name(later[0]) if later else None


def _incident_open(case: Case) -> str | None:
    here = [event for event in case.incidents if event.id not in case.of_caller]
    return _name(here[-1]) if here and case.by_person else None


def _at_another_incident(case: Case) -> str | None:
    there = [event for event in case.incidents if event.id in case.of_caller]
    return _name(there[-1]) if there and case.by_person else None


def _alert_firing(case: Case) -> str | None:
    return _name(case.alerts[-1]) if case.alerts and case.by_person else None


def _several_alerts(case: Case) -> str | None:
    names = sorted({event.operation for event in case.alerts})
    return ", ".join(names[:_MOST_NAMED]) if len(names) > 1 and case.by_person else None


def _soon_after_trouble(case: Case) -> str | None:
    if not case.began or not case.by_person or case.moment - max(case.began) > _SOON:
        return None
    return f"{int((case.moment - max(case.began)).total_seconds() // 60)} minutes"


def _over_soon_after(case: Case) -> str | None:
    """Those that only began afterwards were not ended by it."""
    ended = [event.ended_at for event in (*case.incidents, *case.alerts) if event.ended_at and event.at <= case.moment]
    if not ended or not case.by_person or min(ended) - case.moment > _SOON:
        return None
    return f"{int((min(ended) - case.moment).total_seconds() // 60)} minutes"


def _break_glass_in_trouble(case: Case) -> str | None:
    used = case.by_root or case.matches("break_glass", case.actor.role, case.actor.principal)
    return case.actor.role or case.actor.principal if used and case.in_trouble else None


def _elevated_in_peace(case: Case) -> str | None:
    used = case.by_person and not case.by_root and case.matches("elevated", case.actor.role)
    return case.actor.role if used and not case.in_trouble else None


def _person_in_peace(case: Case) -> str | None:
    return "" if case.by_person and not case.in_trouble else None


def _tuning_attribute(case: Case) -> str | None:
    paths = case.changed("tuning")
    return ", ".join(paths[:3]) if paths and (case.by_person or case.change is None) else None


def _back_and_forth(case: Case) -> str | None:
    change = case.called
    if change is None or not case.by_person:
        return None
    family = _family(change.operation)
    times = [
        event
        for event in case.touching
        if event.error is None
        and event.actor.principal == change.actor.principal
        and _family(event.operation) == family
        and abs(event.at - change.at) <= _A_DAY
    ]
    return str(len(times)) if len(times) > 1 else None


def _at_it_already(case: Case) -> str | None:
    return "" if case.by_person and case.is_continued else None


def _minor_ticket(case: Case) -> str | None:
    return _name(case.minor_tickets[-1]) if case.minor_tickets else None


def _trial_resource(case: Case) -> str | None:
    name = case.difference.resource.name or case.difference.resource.id
    tail = re.split(r"[:/]", name)[-1]
    made_by_hand = case.difference.kind is DriftKind.UNMANAGED and (case.by_person or case.change is None)
    return tail if made_by_hand and case.matches("trial", tail) else None


def _many_alike(case: Case) -> str | None:
    change = case.called
    if change is None:
        return None
    alike = [
        event
        for event in case.of_kind(EventKind.API_CALL)
        if event.id != change.id
        and event.operation == change.operation
        and event.actor.principal == change.actor.principal
        and event.touches != change.touches
        and abs(event.at - change.at) <= _SESSION
    ]
    return str(len(alike)) if len(alike) >= 3 else None


def _again_and_again(case: Case) -> str | None:
    change = case.called
    if change is None or change.actor.kind not in (ActorKind.AUTOMATION, ActorKind.SERVICE):
        return None
    before = [
        event
        for event in case.touching
        if event.actor.principal == change.actor.principal
        and event.operation == change.operation
        and event.at < change.at
        and event.actor.via is not Via.TERRAFORM
    ]
    return str(len(before)) if before else None


def _scaling_attribute(case: Case) -> str | None:
    paths = case.changed("scaling")
    return ", ".join(paths[:3]) if paths and not case.by_person and case.actor.via is not Via.TERRAFORM else None


def _provider_patch(case: Case) -> str | None:
    paths = case.changed("patch")
    return ", ".join(paths[:3]) if paths and case.change is None else None


def _did_what_was_refused(case: Case) -> str | None:
    change = case.called
    if change is None:
        return None
    same = [event for event in case.refused if event.actor.principal == change.actor.principal]
    return _name(same[-1]) if same else None


def _refused_in_session(case: Case) -> str | None:
    may_be_person = case.by_person or _stranger_changed_it(case) is not None
    if not may_be_person or case.in_trouble:
        return None
    refused = [
        event
        for event in case.of_kind(EventKind.API_CALL)
        if case.is_refusal(event)
        and event not in case.touching
        and event.actor.principal == case.actor.principal
        and abs(event.at - case.moment) <= _SESSION
    ]
    return _name(refused[-1]) if refused else None


def _refused_to_others(case: Case) -> str | None:
    others = [event for event in case.refused if event.actor.principal != case.actor.principal]
    return _name(others[-1]) if others else None


def _asked_and_refused(case: Case) -> str | None:
    """On the service only, another request may have been meant, unless who acted had to do with it."""
    meant = [
        one.event for one in case.refused_requests if one.relation is Relation.RESOURCE or case.is_of_actor(one.event)
    ]
    may_be_person = case.by_person or case.change is None or _stranger_changed_it(case) is not None
    return _name(meant[0]) if meant and may_be_person else None


def _weaker_security(case: Case) -> str | None:
    serious = [match for match in case.rules if match.rule.security >= _SERIOUS]
    return max(serious, key=lambda match: match.rule.security).rule.reason if serious else None


def _foreign_address(case: Case) -> str | None:
    opening = [change for change in case.difference.changes if not refuses(change.actual)]
    new = {text for change in opening for text in new_leaves(change.declared, change.actual)}
    return min(filter(_is_public_network, new), default=None)


def _unusual_in_peace(case: Case) -> str | None:
    unusual = case.attribution.unusual
    return unusual.reasons[0] if unusual and case.by_person and not case.in_trouble else None


def _root_in_peace(case: Case) -> str | None:
    return "" if case.called and case.by_root and not case.in_trouble else None


def _long_lived_keys(case: Case) -> str | None:
    keys = case.by_person and case.actor.role is None and case.actor.via in (Via.SDK, Via.UNKNOWN)
    return case.actor.principal if keys and not case.by_root else None


SIGNALS: dict[str, Callable[[Case], str | None]] = {
    "service_changed_it": _service_changed_it,
    "automation_changed_it": _automation_changed_it,
    "person_changed_it": _person_changed_it,
    "stranger_changed_it": _stranger_changed_it,
    "terraform_changed_it": _terraform_changed_it,
    "nobody_known": _nobody_known,
    "merged_not_applied": _merged_not_applied,
    "apply_failed": _apply_failed,
    "merged_before_apply": _merged_before_apply,
    "written_into_code": _written_into_code,
    "incident_open": _incident_open,
    "at_another_incident": _at_another_incident,
    "alert_firing": _alert_firing,
    "several_alerts": _several_alerts,
    "soon_after_trouble": _soon_after_trouble,
    "over_soon_after": _over_soon_after,
    "break_glass_in_trouble": _break_glass_in_trouble,
    "elevated_in_peace": _elevated_in_peace,
    "person_in_peace": _person_in_peace,
    "tuning_attribute": _tuning_attribute,
    "back_and_forth": _back_and_forth,
    "at_it_already": _at_it_already,
    "minor_ticket": _minor_ticket,
    "trial_resource": _trial_resource,
    "many_alike": _many_alike,
    "again_and_again": _again_and_again,
    "scaling_attribute": _scaling_attribute,
    "provider_patch": _provider_patch,
    "did_what_was_refused": _did_what_was_refused,
    "refused_in_session": _refused_in_session,
    "refused_to_others": _refused_to_others,
    "asked_and_refused": _asked_and_refused,
    "weaker_security": _weaker_security,
    "foreign_address": _foreign_address,
    "unusual_in_peace": _unusual_in_peace,
    "root_in_peace": _root_in_peace,
    "long_lived_keys": _long_lived_keys,
}


def _name(event: Event) -> str:
    return event.summary or event.operation


def _family(operation: str) -> str:
    """An operation without its direction: attaching and detaching the same are one family."""
    return re.sub(
        r"^(?:Attach|Detach|Put|Delete|Create|Authorize|Revoke|Enable|Disable|Suspend|Resume|Add|Remove)", "", operation
    )


def _is_public_network(text: str) -> bool:
    """Whether a text is an address range of the public internet, though not all of it."""
    if "/" not in text:
        return False
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return network.prefixlen > 0 and network.is_global
