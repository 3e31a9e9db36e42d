"""Rows of Resource Graph's table `resourcechanges`: which properties of a resource moved, and through whom."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct, structs

from engine.collectors.events.azure_activity.callers import changer, is_guid
from engine.collectors.events.azure_activity.entries import subscription_of
from engine.collectors.events.azure_activity.operations import touched
from engine.model import RECORDED_CHANGE, SENSITIVE, Actor, ActorKind, Event, EventKind, FieldChange, Via
from engine.redact import is_secret_name, redact_value

_NO_ID = "00000000-0000-0000-0000-000000000000"


class _Attributes(Struct, frozen=True, rename="camel"):
    timestamp: datetime
    changed_by: str | None = None
    changed_by_type: str | None = None
    client_type: str | None = None
    operation: str | None = None
    correlation_id: str | None = None


class _Property(Struct, frozen=True, rename="camel"):
    previous_value: Any = None
    new_value: Any = None
    is_truncated: bool | str | None = None


class _Change(Struct, frozen=True, rename="camel"):
    target_resource_id: str
    change_attributes: _Attributes
    change_type: str = "Update"
    changes: dict[str, _Property] | None = None


class Recorded(Struct, frozen=True):
    """A change as an event, and the id that it shares with the calls that made it; empty where none did."""

    event: Event
    correlation_id: str = ""


def is_change(row: Mapping[str, Any]) -> bool:
    """Whether a row is one of the table, whole or with its columns taken apart."""
    properties = row.get("properties")
    return "targetResourceId" in row or (isinstance(properties, Mapping) and "targetResourceId" in properties)


def to_change(row: Mapping[str, Any], source: str) -> Recorded:
    """The event of a row. Raises msgspec.ValidationError when the row lacks its target or its time."""
    properties = row.get("properties")
    body = {**row, **properties} if isinstance(properties, Mapping) else row
    change = msgspec.convert(body, _Change, strict=False)
    made = change.change_attributes
    actor = changer(made.changed_by or "", made.changed_by_type or "", made.client_type or "")
    at = made.timestamp if made.timestamp.tzinfo else made.timestamp.replace(tzinfo=UTC)
    moved = _moved(change)
    target = change.target_resource_id
    event = Event(
        id=str(row.get("id") or f"{target}@{at.isoformat()}").rpartition("/changes/")[2],
        at=at,
        source=source,
        kind=EventKind.AUDIT,
        operation=RECORDED_CHANGE,
        actor=actor,
        service=(made.operation or "").partition("/")[0],
        scope=subscription_of(target),
        touches=touched(target),
        summary=_summary(change, moved, actor),
        request=msgspec.json.encode(moved).decode(),
        original=msgspec.json.encode(redact_value(dict(row))).decode(),
    )
    correlation = made.correlation_id or ""
    return Recorded(event, correlation if correlation != _NO_ID else "")


def joined(changes: Collection[Recorded], calls: Sequence[Event], correlations: Mapping[str, str]) -> list[Event]:
    """The changes, each by the caller that its call tells of, where the call knows more of them.

    correlations: event id of a call → the id that it shares with the changes that it made.
    """
    by_correlation: dict[str, list[Event]] = {}
    for call in calls if changes else ():
        identity = correlations.get(call.id)
        if identity and call.writes and call.error is None:
            by_correlation.setdefault(identity, []).append(call)
    return [_joined(change, by_correlation.get(change.correlation_id, ())) for change in changes]


def _joined(change: Recorded, calls: Sequence[Event]) -> Event:
    event = change.event
    of_target = [call for call in calls if event.touches[0] in call.touches]
    if not of_target and len({call.actor for call in calls}) == 1:
        of_target = [*calls]  # a deployment: one caller, many resources
    # What a person asked for, services carry out in calls of their own.
    call = min(of_target, key=lambda call: call.actor.kind is not ActorKind.HUMAN, default=None)
    if call is None or not call.actor.principal:
        return event
    known, told = event.actor, call.actor
    keeps = known.principal and (not is_guid(known.principal) or is_guid(told.principal))
    actor = structs.replace(
        told,
        principal=known.principal if keeps else told.principal,
        via=told.via if known.via is Via.UNKNOWN else known.via,
    )
    return structs.replace(event, actor=actor)


def _moved(change: _Change) -> tuple[FieldChange, ...]:
    """What moved. A resource that came or went moved as a whole."""
    kind = change.change_type.lower()
    if kind == "create":
        return (FieldChange("", None, change.target_resource_id),)
    if kind == "delete":
        return (FieldChange("", change.target_resource_id, None),)
    return tuple(_folded([_field(path, moved) for path, moved in (change.changes or {}).items()]))


def _field(path: str, moved: _Property) -> FieldChange:
    """One property. Of a value that was cut short nothing is known but that it changed."""
    if is_secret_name(path.rpartition(".")[2]) or str(moved.is_truncated).lower() == "true":
        return FieldChange(path, SENSITIVE, SENSITIVE)
    return FieldChange(path, _value(moved.previous_value), _value(moved.new_value))


def _folded(moved: list[FieldChange]) -> Iterator[FieldChange]:
    """The changes, with the fields of an item that came to a list, or went from it, as one of the whole item."""
    items: dict[tuple[str, bool, bool], dict[str, FieldChange]] = {}
    for one in moved:
        item, _, field = one.path.rpartition("].")
        came, went = one.before is None, one.after is None
        place = f"{item}]" if item and came != went else one.path
        items.setdefault((place, came, went), {})[field if place != one.path else ""] = one
    for (place, came, went), fields in items.items():
        if len(fields) == 1:
            yield next(iter(fields.values()))
        else:
            before = None if came else {field: one.before for field, one in fields.items()}
            yield FieldChange(place, before, None if went else {field: one.after for field, one in fields.items()})


def _value(value: Any) -> Any:
    return None if value == "null" else redact_value(value)


def _summary(change: _Change, moved: tuple[FieldChange, ...], actor: Actor) -> str:
    name = change.target_resource_id.rstrip("/").rpartition("/")[2]
    paths = ", ".join(one.path for one in moved[:3] if one.path)
    what = f": {paths}{' …' if len(moved) > 3 else ''}" if paths else ""
    by = f" by {actor.principal}" if actor.principal else ""
    return f"{change.change_type.lower()} of {name} recorded{by}{what}"
