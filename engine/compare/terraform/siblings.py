"""Pieces that code declares on their own: a rule of a security group, a bucket's versioning, a role's policy.

The parent must neither report as stray what a piece declares, nor compare what the piece is compared for.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from msgspec import Struct, structs

from engine.compare.canonical import canonical
from engine.compare.identity import declared_identity, lookup_form
from engine.model import Change, Declared
from engine.providers import ChildRule, Knowledge, TypeRule

_INDEXED = re.compile(r"(\w+)\[(\d+)\](.*)")


class Joined(Struct, frozen=True):
    """A parent's attributes with its pieces added.

    `owned` are the attributes that are the pieces' to compare; `pieces` tells which items of a list are pieces.
    `keyed` are the lists whose items are paired by a key, so that what differs within a piece is told of the piece.
    """

    attributes: Mapping[str, Any]
    owned: frozenset[str] = frozenset()
    pieces: Mapping[str, frozenset[int]] = {}
    keyed: frozenset[str] = frozenset()

    def own(self, change: Change) -> Change | None:
        """The change without what is told of the pieces; None when nothing is left of it."""
        if change.path in self.pieces:
            return self._own_values(change)
        match = _INDEXED.fullmatch(change.path)
        if match is None or int(match[2]) not in self.pieces.get(match[1], ()):
            return change
        is_lost = not match[3] and change.actual is None
        return None if is_lost or match[1] in self.keyed else change

    def _own_values(self, change: Change) -> Change | None:
        """A change of a plain list, where a piece is one value."""
        values, actual = self.attributes[change.path], change.actual or []
        lost = [values[index] for index in self.pieces[change.path] if values[index] not in actual]
        declared = [value for value in values if value not in lost]
        if all(value in actual for value in declared) and len(declared) == len(actual):
            return None
        return structs.replace(change, declared=declared)


class Siblings:
    """The declared pieces of each parent, found by the parent's identities."""

    def __init__(self, declared: Collection[Declared], knowledge: Knowledge) -> None:
        self._pieces: dict[str, dict[str, list[Declared]]] = {}
        wanted: dict[str, set[str]] = {}
        for parent_type in {resource.ref.type for resource in declared}:
            rule = knowledge.types.get(parent_type)
            for child in rule.children if rule else ():
                wanted.setdefault(child.type, set()).add(child.by)
        for resource in declared:
            for by in wanted.get(resource.ref.type, ()):
                if parent := declared_identity(resource.attributes, by):
                    pieces = self._pieces.setdefault(resource.ref.type, {})
                    pieces.setdefault(lookup_form(parent), []).append(resource)

    def join(self, parent: Declared, rule: TypeRule) -> Joined:
        """The parent together with its pieces."""
        children = [child for child in rule.children if child.type in self._pieces]
        if not children:
            return Joined(parent.attributes)
        attributes: dict[str, Any] = dict(parent.attributes)
        owned: set[str] = set()
        places: dict[str, set[int]] = {}
        keyed = {child.into for child in rule.children if child.into and _key(rule, child)}
        for child in children:
            pieces = [piece for piece in self._of(parent, child) if _fits(piece, child)]
            if not pieces:
                continue
            owned.update(child.owns)
            if child.into:
                items = list(attributes.get(child.into) or [])
                places.setdefault(child.into, set()).update(_put_in(items, pieces, child, _key(rule, child)))
                attributes[child.into] = items
        return Joined(
            attributes,
            frozenset(owned),
            {name: frozenset(indices) for name, indices in places.items()},
            frozenset(keyed),
        )

    def _of(self, parent: Declared, child: ChildRule) -> list[Declared]:
        pieces = self._pieces[child.type]
        identities = dict.fromkeys(map(lookup_form, (parent.ref.id, *parent.keys)))
        found = [piece for identity in identities for piece in pieces.get(identity, ())]
        return list({piece.ref.address or piece.ref.id: piece for piece in found}.values())


def _fits(piece: Declared, child: ChildRule) -> bool:
    return all(str(piece.attributes.get(name)) == value for name, value in child.where.items())


def _key(rule: TypeRule, child: ChildRule) -> list[str]:
    attribute = rule.rule(child.into)
    return attribute.key if attribute else []


def _put_in(items: list[Any], pieces: list[Declared], child: ChildRule, key: list[str]) -> Iterator[int]:
    """Puts the pieces among the parent's items, in place of those that repeat them, and yields their places."""
    for piece in pieces:
        item = _item(piece, child)
        if item is None:
            continue
        place = next((index for index, own in enumerate(items) if _is_same(own, item, key)), len(items))
        items[place : place + 1] = [item]
        yield place


def _is_same(own: Any, item: Any, key: list[str]) -> bool:
    if key and isinstance(own, Mapping) and isinstance(item, Mapping):
        return all((own.get(name) or None) == (item.get(name) or None) for name in key)
    return canonical(own) == canonical(item)


def _item(piece: Declared, child: ChildRule) -> Any:
    if isinstance(child.value, str):
        return piece.attributes.get(child.value)
    return {field: _field(piece, source) for field, source in child.value.items()}


def _field(piece: Declared, source: str) -> Any:
    if source[:1] == "'":
        return source[1:-1]
    if source[:1] == "[":
        return [value for value in (piece.attributes.get(source[1:-1]),) if value]
    return piece.attributes.get(source)
