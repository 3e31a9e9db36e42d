"""What CloudTrail's calls say, by the table of operations (`aws.toml`), by likeness for types that it does not name."""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.compare.paths import compile_path
from engine.correlate.operations.likeness import ByLikeness
from engine.correlate.operations.said import Said, request_of
from engine.correlate.values import Words, attribute_of, key_words, words_of
from engine.model import SENSITIVE, Change, Event, ResourceRef


class TypeOperations(Struct, frozen=True, forbid_unknown_fields=True):
    """The operations of one declared type. `write`: operation → attribute → where its value is in the request."""

    create: list[str] = field(default_factory=list)
    delete: list[str] = field(default_factory=list)
    use: list[str] = field(default_factory=list)
    write: dict[str, dict[str, str]] = field(default_factory=dict)


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    services: dict[str, str]
    shared: dict[str, dict[str, dict[str, str]]]
    types: dict[str, TypeOperations]


_EMPTY = frozenset({"0", "false", "-1"})


class AwsOperations(ByLikeness):
    """Calls of the AWS API."""

    def creates(self, event: Event, ref: ResourceRef) -> bool:
        known = _table().types.get(ref.type)
        return event.operation in known.create if known and known.create else super().creates(event, ref)

    def deletes(self, event: Event, ref: ResourceRef) -> bool:
        known = _table().types.get(ref.type)
        return event.operation in known.delete if known and known.delete else super().deletes(event, ref)

    def says(self, event: Event, change: Change, ref: ResourceRef) -> Said:
        written = _writes(ref.type).get(event.operation)
        if written is None:
            return super().says(event, change, ref) if ref.type not in _table().types else Said.NOTHING
        attribute = attribute_of(change.path)
        said = (
            _compare(where, request_of(event), change, name, attribute)
            for name, where in written.items()
            if attribute == name or attribute.startswith(f"{name}.") or name.startswith(f"{attribute}.")
        )
        return max(said, default=Said.NOTHING)


def same_service(native: str, service: str) -> bool:
    """Whether an event's service (`rds.amazonaws.com`) is that of a native type (`AWS::RDS::DBInstance`)."""
    parts = native.split("::")
    if len(parts) != 3 or not service.endswith(".amazonaws.com"):
        return True
    wanted = _table().services.get(parts[1], parts[1].lower())
    return service.split(".", 1)[0] == wanted


def _compare(where: str, request: Any, change: Change, name: str, attribute: str) -> Said:
    if where == "":
        return Said.MAYBE
    sign, path = (where[0], where[1:]) if where[0] in "+-~=" else ("", where)
    value = msgspec.json.decode(path) if sign == "=" else compile_path(path).within(request) if path else request
    if value is None and sign != "=":
        return Said.NOTHING
    if change.sensitive or change.actual == SENSITIVE:
        return Said.MAYBE
    if sign == "+":
        return _is_part(value, change, change.actual, change.declared)
    if sign == "-":
        return _is_part(value, change, change.declared, change.actual)
    if sign == "~":
        words = words_of(value)
        if words == words_of(change.actual):
            return Said.YES
        return Said.OTHERWISE if words and words == words_of(change.declared) else Said.NOTHING
    return _is_set(words_of(value), change, name, attribute)


def _is_set(words: Words, change: Change, name: str, attribute: str) -> Said:
    """Whether a call that set `name` set what is there now. Nothing, zero and no are written alike."""
    actual = words_of(change.actual)
    if words == actual or (words <= _EMPTY and actual <= _EMPTY):
        return Said.YES
    if len(name) > len(attribute):  # the call wrote a part of what changed
        return Said.YES if words <= actual and not words <= words_of(change.declared) else Said.NOTHING
    if len(name) < len(attribute) and actual and actual <= words:
        return Said.YES
    return Said.OTHERWISE


def _is_part(value: Any, change: Change, there: Any, gone: Any) -> Said:
    """Whether what a call added (or took away) is what the one side has and the other lacks, or the reverse of it."""
    if _covers(value, change, words_of(there), words_of(gone)):
        return Said.YES
    return Said.OTHERWISE if _covers(value, change, words_of(gone), words_of(there)) else Said.NOTHING


def _covers(value: Any, change: Change, there: Words, gone: Words) -> bool:
    wanted, names = there - gone, key_words(change.path)
    if not wanted:
        return False
    fresh = words_of(value) - gone
    return wanted | names <= words_of(value, keys=True) or bool(fresh and fresh <= wanted | names)


@cache
def _writes(declared_type: str) -> dict[str, dict[str, str]]:
    """Operation → attribute → path for a type, groups included."""
    table = _table()
    known = table.types.get(declared_type)
    if known is None:
        return {}
    found: dict[str, dict[str, str]] = {}
    for group in known.use:
        for operation, attributes in table.shared[group].items():
            found[operation] = {**found.get(operation, {}), **attributes}
    for operation, attributes in known.write.items():
        found[operation] = {**found.get(operation, {}), **attributes}
    return found


@cache
def _table() -> _Table:
    raw = files("engine.correlate.operations").joinpath("aws.toml").read_bytes()
    return msgspec.toml.decode(raw, type=_Table)
