"""A ticket as any tool has it, and the event it becomes."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from engine.collectors.events.tickets.words import is_refused
from engine.model import Actor, Event, EventKind, Ticket, TicketType
from engine.redact import redact_json, redact_prose, redact_value

_LONGEST = 20_000


class Record(Struct, frozen=True, kw_only=True):
    """What is known of one ticket, in no tool's own words but for `priority` and `status`.

    key: by which people call it (`OPS-17`, `INC0012345`). updated: when it was last written. began: when what it is
    about began, or a change's work started; ended: when it was over. names: services and resources it is about.
    """

    id: str
    key: str
    type: TicketType
    title: str
    opened: datetime
    updated: datetime | None = None
    began: datetime | None = None
    ended: datetime | None = None
    text: str = ""
    priority: str = ""
    status: str = ""
    planned_start: datetime | None = None
    planned_end: datetime | None = None
    opener: Actor = Actor()
    people: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    service: str = ""
    original: Any = None


def to_event(record: Record, source: str) -> Event:
    """The event of a ticket: a planned change is a deploy, everything else an incident of its type.

    It happened when its cause began, where the ticket tells, else when it was opened; a planned change when the work
    on it began, or was to begin. Secrets are taken out of all texts.
    """
    title = redact_prose(record.title)
    ticket = Ticket(
        type=record.type,
        title=title,
        text=redact_prose(record.text[:_LONGEST]),
        priority=record.priority,
        status=record.status,
        people=record.people,
        planned_start=record.planned_start,
        planned_end=record.planned_end,
        refused=is_refused(record.status),
    )
    at = _moment(record)
    what = f"{record.type}, {record.priority}" if record.priority else str(record.type)
    return Event(
        id=record.id,
        at=at,
        source=source,
        kind=EventKind.DEPLOY if record.type is TicketType.CHANGE else EventKind.INCIDENT,
        operation=record.key,
        actor=record.opener,
        service=record.service,
        touches=record.names,
        summary=f"{record.key} ({what}): {title}",
        request=redact_json(msgspec.json.encode(ticket)),
        original=msgspec.json.encode(_clean(record.original)).decode(),
        ended_at=max(record.ended, at) if record.ended else None,
        recorded_at=record.updated,
    )


def _moment(record: Record) -> datetime:
    if record.type is TicketType.CHANGE:
        return record.began or record.planned_start or record.opened
    return min(record.began or record.opened, record.opened)


def _clean(value: Any) -> Any:
    return redact_value(_texts_cleaned(value))


def _texts_cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return redact_prose(value)
    if isinstance(value, dict):
        return {name: _texts_cleaned(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_texts_cleaned(item) for item in value]
    return value
