"""Which manager wrote a field of a Kubernetes object, and when, by the object's own `metadata.managedFields`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from engine.model import Change, FieldWrite
from engine.model.change_path import steps_of

#: A step by name, or into a list: the item as it is declared, or as it lives.
_Step = str | dict[str, Any]


def writes(declared: Mapping[str, Any], live: Any, changes: Iterable[Change]) -> tuple[FieldWrite, ...]:
    """The last write of each changed field that the live object keeps note of; none for what it has no note of."""
    entries = _entries(live)
    if not entries:
        return ()
    found = (_last(entries, change.path, tuple(_steps(change, declared))) for change in changes)
    return tuple(write for write in found if write is not None)


def writer_of(live: Any, path: str) -> FieldWrite | None:
    """The last write of one field of a live object, by the path within it."""
    return _last(_entries(live), path, tuple(_steps(Change(path, None, None), live)))


def _entries(live: Any) -> list[dict[str, Any]]:
    metadata = live.get("metadata") if isinstance(live, Mapping) else None
    entries = metadata.get("managedFields") if isinstance(metadata, Mapping) else None
    found = entries if isinstance(entries, list) else []
    return [entry for entry in found if isinstance(entry, dict) and isinstance(entry.get("fieldsV1"), dict)]


def _last(entries: list[dict[str, Any]], path: str, steps: tuple[_Step, ...]) -> FieldWrite | None:
    # Of writes in the same second, the server lists the one that came last behind the others.
    owners = [_write(entry, path) for entry in reversed(entries) if _owns(entry["fieldsV1"], steps)]
    return max(owners, key=lambda write: write.at.timestamp() if write.at else 0.0, default=None)


def _owns(fields: Mapping[str, Any], steps: tuple[_Step, ...]) -> bool:
    """Whether a set of fields holds the one that the steps lead to, or a value as a whole that it is a part of."""
    for depth, step in enumerate(steps):
        if isinstance(step, str):
            inner = fields.get(f"f:{step}")
        else:
            inner = next((value for key, value in fields.items() if key[:2] == "k:" and _fits(key[2:], step)), None)
        if inner is None:
            return depth > 0 and not fields
        fields = inner
    return True


def _fits(key: str, item: dict[str, Any]) -> bool:
    """Whether an item has the key fields; those it leaves to their defaults fit."""
    try:
        wanted = msgspec.json.decode(key)
    except msgspec.DecodeError:
        return False
    return isinstance(wanted, dict) and all(item.get(name, value) == value for name, value in wanted.items())


def _steps(change: Change, declared: Mapping[str, Any]) -> Iterator[_Step]:
    place: Any = declared
    for step in steps_of(change.path):
        if isinstance(step, int):
            items = place if isinstance(place, list) else []
            place = items[step] if step < len(items) else change.actual
            yield place if isinstance(place, dict) else {}
        else:
            place = place.get(step) if isinstance(place, Mapping) else None
            yield step


def _write(entry: Mapping[str, Any], path: str) -> FieldWrite:
    try:
        at = datetime.fromisoformat(str(entry.get("time")).replace("Z", "+00:00"))
    except ValueError:
        at = None
    return FieldWrite(
        path=path,
        manager=str(entry.get("manager", "")),
        operation=str(entry.get("operation", "")),
        at=at if at is not None and at.tzinfo is not None else None,
        subresource=str(entry.get("subresource") or ""),
    )
