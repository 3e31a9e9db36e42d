"""What calls say whose requests hold resources as the provider represents them: Google Cloud's and Azure's.

The tables that tell where a declared attribute is in a provider's answer tell it of a request as well.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from msgspec import Struct

from engine.correlate.operations.likeness import ByLikeness
from engine.correlate.operations.said import Said, request_of
from engine.correlate.operations.shape import Shape, squeezed
from engine.correlate.operations.written import Reader, judged, native_names
from engine.correlate.values import words_of
from engine.model import Change, Event, ResourceRef
from engine.model.change_path import steps_of
from engine.providers import AttributeRule, Knowledge, TypeRule


class Does(Enum):
    """What a call does to a resource."""

    CREATE = "create"
    DELETE = "delete"
    WRITE = "write"
    OTHER = "other"


class Call(Struct, frozen=True):
    """A call as far as it is about a resource of one type.

    does: what it does to the resource, or to the `piece` of it that it is about; empty where it is the whole.
    parts: what it writes, as the provider's answers would have it. hides: the provider's name of a field that it
    writes without showing what, empty where nothing of the request is known again, None when it hides nothing.
    """

    does: Does
    parts: Mapping[str, Any] = {}
    piece: str = ""
    name: str = ""
    hides: str | None = None


class NativeOperations(ByLikeness):
    """Calls of one provider; `read` is the provider's own way of writing them."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__(knowledge)
        self._rules: dict[str, dict[str, AttributeRule]] = {}
        self._shapes: dict[str, Shape] = {}

    def read(self, event: Event, rule: TypeRule, shape: Shape, ref: ResourceRef) -> Call | None:
        """The event as a call about a resource of this type, None when it is about something else."""
        raise NotImplementedError

    def names(self, ref: ResourceRef) -> dict[str, Any]:
        """What the resource's id tells of the attributes that tables ask for."""
        return {"name": ref.name or ref.id.rpartition("/")[2]}

    def creates(self, event: Event, ref: ResourceRef) -> bool:
        return self._does(event, ref) is Does.CREATE

    def deletes(self, event: Event, ref: ResourceRef) -> bool:
        return self._does(event, ref) is Does.DELETE

    def says(self, event: Event, change: Change, ref: ResourceRef) -> Said:
        attribute, *steps = steps_of(change.path)
        rule = self._rule(ref.type, str(attribute))
        if rule is None:
            return super().says(event, change, ref)
        call = self._call(event, ref)
        if call is None:
            return Said.NOTHING
        place = {squeezed(name) for name in native_names(rule, steps)}
        if call.piece and call.does is Does.DELETE:
            return _taken_away(call, change) if call.piece in place else Said.NOTHING
        found = Reader(change, steps, self.names(ref)).written(rule, call.parts)
        if found:
            return judged(found, change, bool(call.piece))
        if call.hides == "":
            return max(super().says(event, change, ref), _may_hold(request_of(event), change))
        return Said.MAYBE if call.hides in place else Said.NOTHING

    def _does(self, event: Event, ref: ResourceRef) -> Does | None:
        call = self._call(event, ref) if ref.type in self._knowledge.types else None
        return call.does if call and not call.piece else None

    def _call(self, event: Event, ref: ResourceRef) -> Call | None:
        return self.read(event, self._knowledge.types[ref.type], self._shape(ref.type), ref)

    def _rule(self, declared_type: str, attribute: str) -> AttributeRule | None:
        return self._rules_of(declared_type).get(attribute) if declared_type in self._knowledge.types else None

    def _rules_of(self, declared_type: str) -> dict[str, AttributeRule]:
        rules = self._rules.get(declared_type)
        if rules is None:
            rules = self._rules[declared_type] = dict(self._knowledge.attribute_rules(declared_type))
        return rules

    def _shape(self, declared_type: str) -> Shape:
        shape = self._shapes.get(declared_type)
        if shape is None:
            shape = self._shapes[declared_type] = Shape(self._rules_of(declared_type).values())
        return shape


def _may_hold(request: Any, change: Change) -> Said:
    """What a request says in which nothing is known again: the values that are there may be what it shows."""
    fields = request if isinstance(request, dict) else {}
    shown = words_of([value for name, value in fields.items() if name != "@type"])
    return Said.MAYBE if not shown or words_of(change.actual) <= shown else Said.NOTHING


def _taken_away(call: Call, change: Change) -> Said:
    """What it says about a change of a list, or of something in it, that one of its items was taken away."""
    if isinstance(change.actual, Mapping):
        return Said.OTHERWISE if call.name and _name_of(change.actual) == call.name.lower() else Said.NOTHING
    if change.actual:
        return Said.NOTHING
    return Said.YES if not call.name or _name_of(change.declared) in ("", call.name.lower()) else Said.NOTHING


def _name_of(item: Any) -> str:
    return str(item.get("name") or "").lower() if isinstance(item, Mapping) else ""
