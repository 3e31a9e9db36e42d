"""Live resources that nobody declares, and which of them are no news."""

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct

from engine.compare.estate import Live
from engine.compare.paths import NOT_READ, compile_path
from engine.compare.tabled import live_tags
from engine.model import ResourceRef
from engine.providers import Knowledge, TypeRule


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
        declared_type = self._type(live)
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
        return Stray(self.ref(live), live_tags(rule, live), hidden)

    def _type(self, live: Live) -> str | None:
        """The type that would declare it: the one of the native type whose table says so, or else the first."""
        owners = self._knowledge.owners_of(live.native)
        fitting = (name for name in owners if _applies(self._knowledge.types[name], live.parts))
        return next(fitting, owners[0] if owners else None)


def _applies(rule: TypeRule, parts: Mapping[str, Any]) -> bool:
    return all(
        str(compile_path(path).read(parts)).lower() in (value.lower() for value in values)
        for path, values in rule.when.items()
    )


def hidden_because(rule: TypeRule, parts: Mapping[str, Any]) -> str | None:
    """Why a live resource is not reported as unmanaged, or None when it is."""
    for hidden in rule.hidden:
        value = compile_path(hidden.path).read(parts)
        if value is NOT_READ or value is None or value in ("", [], {}, False):
            continue
        if not hidden.equals and not hidden.starts:
            return hidden.reason
        text = str(value)
        if text in hidden.equals or text.startswith(tuple(hidden.starts) or ("\0",)):
            return hidden.reason
    return None


def _first_text(paths: list[str], parts: Mapping[str, Any]) -> str:
    """What the first path with a value gives: one answer may not repeat the name that another one tells."""
    values = (compile_path(path).read(parts) for path in paths)
    return next((str(value) for value in values if value is not None and value is not NOT_READ), "")
