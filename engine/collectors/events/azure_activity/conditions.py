"""What the activity log tells beside calls: alerts that fired, resources and services in bad health, threats."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from engine.collectors.events.azure_activity.entries import Entry
from engine.collectors.events.azure_activity.operations import compact, properties_of, touched
from engine.model import Event, EventKind, Ticket, TicketType
from engine.redact import redact_value

#: Categories of entries that are no calls, in words.
_WORDS = {
    "alert": "alert",
    "servicehealth": "Azure's own health",
    "resourcehealth": "resource health",
    "security": "security alert",
    "recommendation": "recommendation",
}
CATEGORIES = frozenset(_WORDS)

#: What Azure tells of itself beside incidents.
_KINDS = {"maintenance": EventKind.DEPLOY, "informational": EventKind.AUDIT, "actionrequired": EventKind.AUDIT}
_ENDS = re.compile(r"resolved|deactivated|dismiss|mitigated|complete", re.IGNORECASE)
#: How the entry's texts are called, category by category; the first that is there counts.
_TITLES = ("title", "defaultlanguagetitle", "alertdisplayname", "rulename", "name")
_TEXTS = ("communication", "defaultlanguagecontent", "details", "ruledescription", "description", "remediationsteps")
_ABOUT = ("compromisedentity", "compromisedhost", "rulename", "resourcename", "service")


def conditions(entries: Iterable[Entry], source: str) -> Iterator[Event]:
    """The events: of an alert or a bad state, and of what ended it, one; of an incident of Azure's, its last word."""
    lasting: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        lasting.setdefault(_key(entry), []).append(entry)
    for found in lasting.values():
        found.sort(key=lambda entry: (entry.at, _is_end(entry), entry.recorded_at, entry.id))
        if found[0].category == "servicehealth":
            yield _incident(found, source)
        else:
            yield from _alerts(found, source)


def _key(entry: Entry) -> tuple[str, ...]:
    """What entries about the same condition have in common."""
    properties = properties_of(entry.properties)
    if entry.category == "servicehealth":
        return entry.category, entry.subscription, str(properties.get("trackingid") or entry.correlation_id or entry.id)
    if entry.category == "security":
        return entry.category, entry.correlation_id or entry.id, entry.resource.lower()
    return entry.category, entry.resource.lower(), str(properties.get("ruleuri") or "").lower()


def _alerts(entries: list[Entry], source: str) -> Iterator[Event]:
    """An alert for each time that the condition began; what only tells that one goes on adds nothing."""
    began: Entry | None = None
    for entry in entries:
        if _is_end(entry):
            yield _alert(began or entry, source, entry)
            began = None
        elif began is None:
            began = entry
        elif entry.category == "security":
            yield _alert(began, source, None)
            began = entry
    if began is not None:
        yield _alert(began, source, None)


def _is_end(entry: Entry) -> bool:
    state = _first(properties_of(entry.properties), ("currenthealthstatus", "healthstatus"))
    return state.lower() == "available" or any(_ENDS.search(text) for text in (entry.operation, entry.status))


def _alert(entry: Entry, source: str, end: Entry | None) -> Event:
    properties = properties_of(entry.properties)
    kind = EventKind.AUDIT if entry.category == "recommendation" else EventKind.ALERT
    priority = str(properties.get("severity") or entry.level)
    ticket = _ticket(entry, properties, priority, "resolved" if end else "active")
    return _event(entry, source, kind, ticket, properties, end.at if end else None, end or entry)


def _incident(entries: list[Entry], source: str) -> Event:
    """What Azure tells of itself: an incident, or maintenance, as it was told last."""
    first, last = entries[0], entries[-1]
    properties = properties_of(last.properties)
    stage = str(properties.get("stage") or last.status)
    begin, end = (_time(properties.get(name)) for name in ("impactstarttime", "impactmitigationtime"))
    kind = _KINDS.get(str(properties.get("incidenttype") or "").lower(), EventKind.INCIDENT)
    planned = kind is EventKind.DEPLOY
    ticket = _ticket(last, properties, last.level, stage, planned, begin, end)
    over = stage.lower() in ("resolved", "complete", "completed", "canceled", "rca")
    event = _event(
        last,
        source,
        kind,
        ticket,
        properties,
        (end or last.at) if over else None,
        last,
    )
    identity = f"azure-health:{'/'.join(_key(last)[1:])}"
    return msgspec.structs.replace(event, id=identity, at=min(begin, first.at) if begin else first.at)


def _ticket(
    entry: Entry,
    properties: dict[str, Any],
    priority: str,
    status: str,
    planned: bool = False,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> Ticket:
    title = _first(properties, _TITLES) or entry.event_name or entry.description or entry.operation
    return Ticket(
        type=TicketType.CHANGE if planned else TicketType.INCIDENT,
        title=str(redact_value(title)),
        text=str(redact_value(_first(properties, _TEXTS) or entry.description)),
        priority=priority,
        status=status,
        planned_start=begin if planned else None,
        planned_end=end if planned else None,
    )


def _event(
    entry: Entry,
    source: str,
    kind: EventKind,
    ticket: Ticket,
    properties: dict[str, Any],
    ended_at: datetime | None,
    told: Entry,
) -> Event:
    written = told.recorded_at
    return Event(
        id=entry.id,
        at=entry.at,
        source=source,
        kind=kind,
        operation=ticket.title,
        service=entry.operation.partition("/")[0],
        scope=entry.subscription,
        writes=False,
        touches=_about(entry, properties),
        summary=f"{_WORDS[entry.category]}: {ticket.title}",
        request=msgspec.json.encode(ticket).decode(),
        original=compact(entry),
        ended_at=ended_at,
        recorded_at=written if written > entry.at else None,
    )


def _about(entry: Entry, properties: dict[str, Any]) -> tuple[str, ...]:
    """The resources and services that an entry is about: their ids, and what they are called."""
    ids = [text for text in map(str, properties.values()) if text.lower().startswith("/subscriptions/")]
    resources = touched(entry.resource if entry.resource.count("/") > 2 else "", tuple(sorted(ids)))
    names = [identity.rpartition("/")[2] for identity in resources]
    names += [str(properties[name]) for name in _ABOUT if properties.get(name)]
    return tuple(dict.fromkeys([*resources, *names, *_impacted(properties.get("impactedservices"))]))


def _impacted(value: Any) -> list[str]:
    """The services that an incident of Azure's has struck."""
    try:
        listed = msgspec.json.decode(value) if isinstance(value, str) else value
    except msgspec.DecodeError:
        return []
    items = listed if isinstance(listed, list) else []
    return [str(item["ServiceName"]) for item in items if isinstance(item, dict) and item.get("ServiceName")]


def _first(properties: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((str(properties[name]) for name in names if properties.get(name)), "")


def _time(value: Any) -> datetime | None:
    try:
        at = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return None
    return at if at.tzinfo else None
