"""The shape of a provider's answers for one type, and requests brought into it.

A request writes the fields of a resource in the provider's representation, more or less: below a wrapper (`body`,
`cluster`), in another number (`alloweds`), with a prefix (`desiredNodeVersion`), or only the part that a method is
for (`setScheduling`). The names that the type's table reads tell what is what.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from engine.compare.canonical import rule_of
from engine.providers import AttributeRule

_STEP = re.compile(r"([^.\[\]]+)(?:\[([^=\]]*)[^\]]*\])?")
_PLURAL = re.compile(r"(?<=[a-z])(?:(?<=ss|ch|sh)es|(?<!s)s)$")


class Field:
    """A field of an answer with the fields in it that a table reads. `is_whole`: it is read with all that it holds."""

    def __init__(self) -> None:
        self.fields: dict[str, Field] = {}
        self.is_whole = False
        self._names: dict[str, str] = {}

    def grow(self, name: str) -> "Field":
        """The field of that name within this one, added where it is not there yet."""
        self._names.setdefault(squeezed(name), name)
        return self.fields.setdefault(name, Field())

    def named(self, name: str) -> str | None:
        """The name, as the table has it, of a field that a request calls so; None when there is none."""
        if name in self.fields or name[:1] == "@":  # `@type` says what a request is, and is no field of it
            return name if name in self.fields else None
        return self._names.get(squeezed(name))

    def fitted(self, value: Any) -> Any:
        """What a request gives as this field's value, with the names of the table, without what it does not have."""
        if not self.fields:
            return value
        if isinstance(value, list):
            is_plain = "items" in self.fields and not any(isinstance(item, dict) for item in value)
            return {"items": value} if is_plain else [self.fitted(item) for item in value]
        if not isinstance(value, dict):
            return value
        found = dict(value) if self.is_whole else {}
        for name, item in value.items():
            known = self.named(name)
            if known is not None:
                found.pop(name, None)
                found[known] = self.fields[known].fitted(item)
        return found

    def places(self, form: str, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        """The ways to fields of a squeezed name that are further in than directly within this one."""
        for name, field in self.fields.items():
            if above and squeezed(name) == form:
                yield (*above, name)
            yield from field.places(form, (*above, name))


class Shape:
    """The fields that a type's table reads, by the part of the answers that they are in."""

    def __init__(self, rules: Iterable[AttributeRule]) -> None:
        self._root = Field()
        self._strays: dict[tuple[str, str], tuple[str, ...]] = {}
        for rule in rules:
            for path in rule.paths:
                _grow(self._root, rule, path)

    def named(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """A request that has the shape of the answers, all its parts, with the names as the table has them."""
        found: dict[str, Any] = self._root.fitted(request)
        return found

    def fitted(self, request: Mapping[str, Any], part: str) -> dict[str, Any]:
        """What of a request is of this shape, below a part: the fields of the resource, those of a wrapper within it,
        and such as are further in and cannot be mistaken."""
        below = self._root.fields.get(part)
        if below is None:
            return {}
        found: dict[str, Any] = below.fitted(request)
        for name, value in request.items():
            if name[:1] == "@" or below.named(name) is not None:
                continue
            if isinstance(value, dict):
                found.update(below.fitted(value))
            else:
                found.update(_put(self._place(part, below, name), value))
        return found

    def under(self, name: str, request: Mapping[str, Any], part: str) -> dict[str, Any]:
        """What of a request is of this shape when it holds just the content of a field of that name."""
        below = self._root.fields.get(part, Field())
        field = below.named(name)
        if field is None or any(below.named(key) == field for key in request):
            return {}
        content = below.fields[field]
        is_known = any(content.named(key) is not None for key in request)
        return {field: content.fitted(request)} if is_known else {}

    def name(self, name: str, part: str) -> str | None:
        """The name, as the table has it, of a field directly below a part."""
        return self._root.fields.get(part, Field()).named(name)

    def _place(self, part: str, below: Field, name: str) -> tuple[str, ...]:
        """The only way to a field of that name, empty when there are none or several."""
        known = self._strays.get((part, name))
        if known is None:
            places = list(below.places(squeezed(name)))
            known = self._strays[part, name] = places[0] if len(places) == 1 else ()
        return known


@lru_cache(maxsize=16384)
def squeezed(name: str) -> str:
    """A name without case, signs, number and the prefix of a wish: `desired_NodePools` as `nodepool`."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower()).removeprefix("desired")
    return f"{plain[:-3]}y" if plain.endswith("ies") else _PLURAL.sub("", plain)


def _grow(field: Field, rule: AttributeRule, path: str) -> None:
    for name, told_apart_by in _STEP.findall(path):
        field = field.grow(name)
        if told_apart_by:
            field.grow(told_apart_by)
    field.is_whole = field.is_whole or rule.convert is not None
    for sub in (rule.block or {}).values():
        inner = rule_of(sub)
        for inner_path in inner.paths:
            _grow(field, inner, inner_path)


def _put(way: tuple[str, ...], value: Any) -> dict[str, Any]:
    """A value where a way leads to; nothing where there is no way."""
    found = value
    for step in reversed(way):
        found = {step: found}
    return found if way else {}
