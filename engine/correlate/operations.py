"""What is known about operations (`operations.toml`), and what one call says about one change."""

import re
from enum import IntEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.compare.paths import compile_path
from engine.correlate.values import Words, attribute_of, key_words, words_of
from engine.model import SENSITIVE, Change, Event


class Said(IntEnum):
    """What a call says about a change, from nothing to everything."""

    NOTHING = 0  #: it does not write the attribute, or wrote another part of it
    OTHERWISE = 1  #: it set the attribute to another value
    MAYBE = 2  #: it writes the attribute, and does not show the value
    YES = 3  #: it wrote the value that is there now


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


_CREATES = re.compile(
    r"^(?:Create|Run|Put|Register|Import|Allocate|Request|Restore|Copy|Launch|Provision|insert|create)"
)
_DELETES = re.compile(r"^(?:Delete|Terminate|Remove|Destroy|Release|Deregister|ScheduleKeyDeletion|Purge|delete)")
_EMPTY = frozenset({"0", "false", "-1"})
#: Words too common to be evidence on their own, where no table says what an operation writes.
_COMMON = frozenset({"true", "false", "0", "1", "tcp", "udp", "-1", "default"})


def creates(declared_type: str, operation: str) -> bool:
    """Whether the operation makes a resource of the type; by its verb where no table names the type."""
    known = _table().types.get(declared_type)
    return operation in known.create if known and known.create else _CREATES.match(operation) is not None


def deletes(declared_type: str, operation: str) -> bool:
    """Whether the operation removes a resource of the type."""
    known = _table().types.get(declared_type)
    return operation in known.delete if known and known.delete else _DELETES.match(operation) is not None


def same_service(native: str, service: str) -> bool:
    """Whether an event's service (`rds.amazonaws.com`) is that of a native type (`AWS::RDS::DBInstance`)."""
    parts = native.split("::")
    if len(parts) != 3 or not service.endswith(".amazonaws.com"):
        return True
    wanted = _table().services.get(parts[1], parts[1].lower())
    return service.split(".", 1)[0] == wanted


def what_it_says(event: Event, change: Change, declared_type: str) -> Said:
    """What a successful call on the resource says about a change of one of its attributes."""
    written = _writes(declared_type).get(event.operation)
    if written is None:
        return _by_likeness(event, change) if declared_type not in _table().types else Said.NOTHING
    attribute = attribute_of(change.path)
    said = (
        _compare(where, request_of(event), change, name, attribute)
        for name, where in written.items()
        if attribute == name or attribute.startswith(f"{name}.") or name.startswith(f"{attribute}.")
    )
    return max(said, default=Said.NOTHING)


@lru_cache(maxsize=8192)
def request_of(event: Event) -> Any:
    """The event's request, decoded; None when it has none."""
    try:
        return msgspec.json.decode(event.request) if event.request else None
    except msgspec.DecodeError:
        return None


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
        return Said.YES if words_of(value) == words_of(change.actual) else Said.NOTHING
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


def _by_likeness(event: Event, change: Change) -> Said:
    """For types without a table: a field of the attribute's name with its value, or a telling value anywhere."""
    if change.sensitive or change.actual == SENSITIVE:
        return Said.NOTHING
    request = request_of(event)
    if request is None:
        return Said.NOTHING
    wanted = words_of(change.actual) - words_of(change.declared)
    if not wanted:
        return Said.NOTHING
    leaf = _squeezed(attribute_of(change.path).rpartition(".")[2])
    if any(_squeezed(name) == leaf and wanted <= words_of(value, keys=True) for name, value in _fields(request)):
        return Said.YES
    telling = wanted - _COMMON
    return (
        Said.YES
        if telling and any(len(word) > 3 for word in telling) and telling <= words_of(request)
        else Said.NOTHING
    )


def _fields(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(str(key), item) for key, item in value.items()] + [
            pair for item in value.values() for pair in _fields(item)
        ]
    if isinstance(value, list):
        return [pair for item in value for pair in _fields(item)]
    return []


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


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
    raw = files("engine.correlate").joinpath("operations.toml").read_bytes()
    return msgspec.toml.decode(raw, type=_Table)
