"""What is under the cursor: a line for each thing that happened in its column, and one record in full."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from driftguard_tui import labels, text
from driftguard_tui.timeline.lanes import SCAN_SIGN, event_mark, what
from driftguard_tui.widgets.lines import BLANK, Line, cut, fit, flow, line, width
from engine.model import Drift, Event, Evidence, Ticket, ticket_of
from engine.store.records import ResourceChange
from engine.store.stretches import ScanMark

_WHO, _SOURCE = 24, 12
#: Below this width who and what stand closer, and the source is left out.
_ROOMY = 90
_CLOCK = 8
#: A document longer than this is cut: nobody reads on, and wrapping it takes time.
_LONGEST, _LONGEST_NAME = 100_000, 1_000


class Item(Struct, frozen=True):
    """One thing that happened. `why` says why it matters: what it is evidence for, how it failed.

    `subject` is the event or the drift itself, where there is more to be seen.
    """

    at: datetime
    sign: str
    tone: str
    who: str
    what: str
    why: str
    source: str
    subject: Event | Drift | None = None


def items(
    events: Iterable[Event],
    changes: Iterable[ResourceChange] = (),
    drifts: Iterable[Drift] = (),
    evidence: Iterable[Evidence] = (),
    scans: Iterable[ScanMark] = (),
    *,
    chosen: Drift | None = None,
) -> list[Item]:
    """All of it, oldest first; what is evidence for the chosen drift says so."""
    reasons = {item.event_id: item.summary for item in chosen.evidence} if chosen else {}
    found = [_event(event, reasons.get(event.id)) for event in events]
    found += [_change(change) for change in changes]
    found += [_drift(drift) for drift in drifts if drift.changed_at is not None]
    found += [_evidence(item) for item in evidence]
    found += [_scan(scan) for scan in scans]
    return sorted(found, key=lambda item: item.at)


def between(start: datetime, end: datetime) -> str:
    """A column's time: as much of its end as differs from its beginning."""
    first, last = labels.moment(start).removesuffix(" UTC"), labels.moment(end).removesuffix(" UTC")
    if end - start < timedelta(minutes=1):
        return f"{start:%-d %b} {labels.clock(start)}–{labels.clock(end)} UTC"
    return f"{first}–{last.rpartition(' ')[2] if first[:-5] == last[:-5] else last} UTC"


def item_line(item: Item, cells: int) -> Line:
    """When, who, what and why in one line."""
    roomy = cells >= _ROOMY
    head = line((labels.clock(item.at), "muted"), " ", (item.sign, item.tone), " ")
    who = fit(line((item.who, "")), _WHO if roomy else _WHO // 2 + 4)
    source = (*line("  "), *cut(line((item.source, "muted")), _SOURCE)) if roomy else ()
    room = cells - width((*head, *who)) - (_SOURCE + 2 if roomy else 0)
    why = cut(line("  ", (item.why, "accent" if item.tone != "bad" else "bad")), room // 2) if item.why else ()
    deed = cut(line("  ", (item.what, "strong" if item.why else "")), room - width(why))
    return (*head, *who, *fit((*deed, *why), room), *source)


def nothing(start: datetime, end: datetime, kind: str) -> Line:
    """What to say of a column in which nothing is."""
    return line(
        (f"Nothing {kind} from {labels.clock(start)} to {labels.clock(end)}; . and , go to what is next", "muted")
    )


def record(event: Event, cells: int) -> list[Line]:
    """One event in full, as it is stored: its fields, then what it asked for and the original record."""
    facts = [
        ("at", labels.moment(event.at) + (f", over {labels.moment(event.ended_at)}" if event.ended_at else "")),
        ("by", labels.join_words((event.actor.principal or "unknown", event.actor.role or ""))),
        ("through", labels.join_words((event.actor.via.value, event.actor.source_ip or ""))),
        ("source", labels.join_words((event.source, event.service, event.scope))),
        ("failed", event.error or ""),
        ("touches", ", ".join(event.touches)),
    ]
    lines = flow(line((event.operation, "strong"), f"  {event.summary}" if event.summary else ""), cells)
    for name, value in facts:
        if value:
            tone = "bad" if name == "failed" else ""
            lines += flow(line((text.fit(name, 9), "muted"), (value, tone)), cells, indent=9, limit=4)
    ticket = ticket_of(event)
    if ticket != Ticket():
        lines += [BLANK, *_ticket(ticket, cells)]
    for title, document in (("Request", event.request), ("Original record", event.original)):
        if document:
            lines += [BLANK, line((title, "title")), *_document(document, cells)]
    return lines


def _event(event: Event, reason: str | None) -> Item:
    sign, tone = event_mark(event, evidence=False)
    why = "" if reason is None else f"evidence: {reason.removesuffix(f': {event.summary}')}"
    if event.error is not None:
        why = labels.join((why, f"refused: {event.error}"))
    if event.ended_at is not None:
        why = labels.join((why, f"for {labels.span(event.ended_at - event.at)}"))
    said, operation = what(event), event.operation[:_LONGEST_NAME]
    deed = said if said.startswith(operation) else f"{operation}  {said}"
    return Item(event.at, sign, tone, labels.actor_name(event.actor), deed, why, event.source, event)


def _scan(scan: ScanMark) -> Item:
    return Item(scan.as_of, SCAN_SIGN, "muted", "a scan", f"of this time ({scan.id})", "", "")


def _change(change: ResourceChange) -> Item:
    name = change.resource.address or change.resource.name or change.resource.id
    deed = f"{name}: {change.what} ({change.side})"
    return Item(change.at, SCAN_SIGN, "muted", "a scan saw", deed, "", change.source)


def _drift(drift: Drift) -> Item:
    level = drift.severity.level
    deed = f"drift of {labels.resource_title(drift)}: {labels.what_changed(drift)}"
    why = labels.CAUSES[drift.cause.category] if labels.determined(drift.cause) else "cause undetermined"
    at = drift.changed_at or drift.detected_at
    return Item(at, labels.LEVEL_SIGNS[level], level.value, labels.actor_name(drift.actor), deed, why, "drift", drift)


def _evidence(item: Evidence) -> Item:
    sign, tone = labels.EVENT_SIGNS[item.kind], labels.EVENT_TONES[item.kind]
    kind, weight = item.kind.value.replace("_", " "), f"weighs {labels.percent(item.weight)}"
    return Item(item.at, sign, tone, kind, item.summary, weight, item.source)


def _ticket(ticket: Ticket, cells: int) -> list[Line]:
    said = labels.join((ticket.type.value, ticket.priority, ticket.status, labels.join_words(ticket.people)))
    lines = flow(line((ticket.title, "strong"), f"  {said}"), cells)
    for paragraph in ticket.text.splitlines():
        lines += flow(line((paragraph, "")), cells)
    return lines


def _document(document: str, cells: int) -> Sequence[Line]:
    """JSON indented, anything else as it is."""
    shown = document[:_LONGEST]
    try:
        value: Any = msgspec.json.decode(document) if len(document) <= _LONGEST else None
        shown = msgspec.json.format(msgspec.json.encode(value), indent=2).decode() if value is not None else shown
    except (ValueError, RecursionError):  # no JSON, or no text at all
        pass
    lines = [part for row in shown.splitlines() for part in flow(line((row, "")), cells, indent=_indent(row))]
    return [*lines, line((f"… {len(document):,} characters in all", "muted"))] if len(document) > _LONGEST else lines


def _indent(row: str) -> int:
    return min(20, len(row) - len(row.lstrip()) + 2)
