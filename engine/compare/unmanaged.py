"""Live resources that nobody declares, and which of them are no news."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import msgspec
from msgspec import Struct, structs

from engine.compare.estate import Live
from engine.compare.paths import NOT_READ, compile_path
from engine.compare.terraform.tabled import live_tags
from engine.model import Declared, Origin, ResourceRef
from engine.providers import Knowledge, TypeRule

#: A shorter text may be anything: a name in a live resource does not make it a child of what is so called.
_SHORT = 7


class Stray(Struct, frozen=True):
    """A live resource without a declaration. `hidden` says why it is no news, empty when it is."""

    ref: ResourceRef
    tags: dict[str, str]
    hidden: str = ""


class Strays(Protocol):
    """What is known about a provider's undeclared resources."""

    def ref(self, live: Live) -> ResourceRef:
        """The name of a live resource, in the words of the tool that would declare it."""
        ...

    def look(self, live: Live) -> Stray | None:
        """The resource as unmanaged, or None when its type is not one that is looked at."""
        ...


class TabledStrays:
    """Resources of the types that have tables."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def ref(self, live: Live) -> ResourceRef:
        return self._ref(live, self._type(live))

    def _ref(self, live: Live, declared_type: str | None) -> ResourceRef:
        rule = self._knowledge.types[declared_type] if declared_type else None
        return ResourceRef(
            provider=live.provider,
            type=declared_type or live.native,
            id=_first_text(rule.id, live.parts) if rule else (live.keys[0] if live.keys else ""),
            scope=live.scope,
            name=_first_text(rule.name, live.parts) if rule else "",
        )

    def look(self, live: Live) -> Stray | None:
        declared_type = self._type(live)
        if declared_type is None:
            return None
        rule = self._knowledge.types[declared_type]
        hidden = hidden_because(rule, live.parts) or ""
        if not hidden and not rule.unmanaged:
            return None
        return Stray(self._ref(live, declared_type), live_tags(rule, live), hidden)

    def _type(self, live: Live) -> str | None:
        """The type that would declare it: the one of the native type whose table says so, or else the first."""
        owners = self._knowledge.owners_of(live.native)
        if len(owners) == 1:
            return owners[0]
        fitting = (name for name in owners if _applies(self._knowledge.types[name], live.parts))
        return next(fitting, owners[0] if owners else None)


def _applies(rule: TypeRule, parts: Mapping[str, Any]) -> bool:
    return all(
        str(compile_path(path).read(parts)).lower() in (value.lower() for value in values)
        for path, values in rule.when.items()
    )


class Origins:
    """Whose an undeclared resource seems to be, how old it is, and in which declared resource it lives."""

    def __init__(self, parents: Mapping[str, str]) -> None:
        """`parents` tells the address or id of a declared resource by its identities."""
        self._parents = parents

    def of(self, live: Live, tags: Mapping[str, str]) -> Origin:
        """What is known of one resource."""
        named = {name.lower(): text for name, text in tags.items()}
        owner = next((named[name] for name in _signs().owner_tags if named.get(name)), "")
        created_at, parent = None, ""
        for field, text in _texts(live.parts):
            if created_at is None and field.lower() in _signs().created_fields:
                created_at = _moment(text)
            if not parent and text not in live.keys:
                parent = self._parents.get(text, "")
        return Origin(owner, created_at, parent)


def as_parent(item: Declared) -> dict[str, str]:
    """Where the code names a resource that others live in, by its identities; nothing for other resources."""
    if item.ref.type not in _signs().containers:
        return {}
    identities = (key for key in (item.ref.id, *item.keys) if len(key) > _SHORT)
    return dict.fromkeys(identities, item.ref.address or item.ref.id)


class _Signs(Struct, frozen=True, forbid_unknown_fields=True):
    owner_tags: tuple[str, ...]
    created_fields: frozenset[str]
    containers: frozenset[str]


@cache
def _signs() -> _Signs:
    table = msgspec.toml.decode(files("engine.providers").joinpath("unmanaged.toml").read_bytes(), type=_Signs)
    return structs.replace(table, created_fields=frozenset(name.lower() for name in table.created_fields))


def _texts(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Every text within a JSON value, with the name of the field that holds it."""
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, field)


def _moment(text: str) -> datetime | None:
    """A time as providers write it, None when it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def hidden_because(rule: TypeRule, parts: Mapping[str, Any]) -> str | None:
    """Why a live resource is not reported as unmanaged, or None when it is."""
    for hidden in rule.hidden:
        value = compile_path(hidden.path).read(parts)
        if value is NOT_READ or value is None or value in ("", [], {}, False):
            continue
        if not hidden.equals and not hidden.starts and not hidden.contains:
            return hidden.reason
        text = str(value)
        if (
            text in hidden.equals
            or text.startswith(tuple(hidden.starts))
            or any(map(text.__contains__, hidden.contains))
        ):
            return hidden.reason
    return None


def _first_text(paths: list[str], parts: Mapping[str, Any]) -> str:
    """What the first path with a value gives: one answer may not repeat the name that another one tells."""
    for path in paths:
        value = compile_path(path).read(parts)
        if value is not None and value is not NOT_READ:
            return str(value)
    return ""
