"""A template's properties held against answers other than Cloud Control's, by way of the Terraform type's table.

The table says where each attribute stands in every kind of answer, Cloud Control's property names among them. Read
through the same rules, the template and the live answers come out in one shape.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.compare.difference import same
from engine.compare.holes import has_holes
from engine.compare.paths import NOT_READ, value_at
from engine.compare.terraform.reading import Attribute, Attributes
from engine.model import Change
from engine.providers import Knowledge

_PART = "CloudControl"


class TabledProperties:
    """Compares properties where a Terraform table knows the type."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._attributes = Attributes(knowledge)

    def changes(
        self, native: str, declared: Mapping[str, Any], parts: Mapping[str, Any], unreadable: frozenset[str]
    ) -> list[Change] | None:
        """One change for each property that is live otherwise; None when no answer shows any of those declared."""
        owner = self._knowledge.owner_of(native)
        if owner is None:
            return None
        shown = False
        found: dict[str, Change] = {}
        for attribute in self._attributes.of(owner):
            for name, wanted, live in _sides(attribute, declared, parts):
                shown = True
                if name not in unreadable and not same(wanted, live, attribute.rule):
                    found.setdefault(name, Change(name, wanted, live, sensitive=attribute.rule.sensitive))
        return list(found.values()) if shown else None


def _sides(
    attribute: Attribute, declared: Mapping[str, Any], parts: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    """The property, and both sides in the table's shape, if the template states it and an answer shows it."""
    name = next((path.removeprefix(f"{_PART}.") for path in attribute.rule.paths if path.startswith(f"{_PART}.")), "")
    name = name.split("[", 1)[0]
    stated = value_at(declared, name) if name else None
    if stated is None or has_holes(stated):
        return
    wanted = attribute.live({_PART: declared}, None, {})
    live = attribute.live(parts, wanted, {})
    if wanted is not NOT_READ and live is not NOT_READ:
        yield name, *_stated(wanted, live)


def _stated(wanted: Any, live: Any) -> tuple[Any, Any]:
    """Both sides without what the template does not state."""
    if isinstance(wanted, Mapping) and isinstance(live, Mapping):
        stated = {key: value for key, value in wanted.items() if value is not None}
        return stated, {key: value for key, value in live.items() if key in stated}
    if isinstance(wanted, list) and isinstance(live, list) and all(isinstance(item, Mapping) for item in wanted):
        fields = {key for item in wanted for key, value in item.items() if value is not None}
        return [_only(item, fields) for item in wanted], [_only(item, fields) for item in live]
    return wanted, live


def _only(item: Any, fields: set[str]) -> Any:
    return {key: value for key, value in item.items() if key in fields} if isinstance(item, Mapping) else item
