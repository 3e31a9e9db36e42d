"""Pieces that code declares on their own: a rule of a security group, a bucket's versioning, a role's policy.

The parent must neither report as stray what a piece declares, nor compare what the piece is compared for.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from engine.model import Change, Declared
from engine.providers import ChildRule, Knowledge, TypeRule

_INDEXED = re.compile(r"(\w+)\[(\d+)\]")


class Joined(Struct, frozen=True):
    """A parent's attributes with its pieces added.

    `owned` are the attributes that are the pieces' to compare; `own_items` tells how many items of a list are the
    parent's own, those behind them being pieces.
    """

    attributes: Mapping[str, Any]
    owned: frozenset[str] = frozenset()
    own_items: Mapping[str, int] = {}

    def is_lost_piece(self, change: Change) -> bool:
        """Whether the change says that a piece is gone, which is told of the piece itself."""
        match = _INDEXED.fullmatch(change.path)
        own = self.own_items.get(match[1]) if match else None
        return match is not None and own is not None and int(match[2]) >= own and change.actual is None


class Siblings:
    """The declared pieces of each parent, found by the parent's identities."""

    def __init__(self, declared: Iterable[Declared], knowledge: Knowledge) -> None:
        self._pieces: dict[tuple[str, str], list[Declared]] = {}
        wanted: dict[str, set[str]] = {}
        for rule in knowledge.types.values():
            for child in rule.children:
                wanted.setdefault(child.type, set()).add(child.by)
        for resource in declared:
            for by in wanted.get(resource.ref.type, ()):
                parent = resource.attributes.get(by)
                if isinstance(parent, str) and parent:
                    self._pieces.setdefault((resource.ref.type, parent), []).append(resource)

    def join(self, parent: Declared, rule: TypeRule) -> Joined:
        """The parent together with its pieces."""
        if not rule.children:
            return Joined(parent.attributes)
        attributes: dict[str, Any] = dict(parent.attributes)
        owned: set[str] = set()
        own_items: dict[str, int] = {}
        for child in rule.children:
            pieces = [piece for piece in self._of(parent, child) if _fits(piece, child)]
            if not pieces:
                continue
            owned.update(child.owns)
            if child.into:
                present = attributes.get(child.into) or []
                own_items.setdefault(child.into, len(present))
                attributes[child.into] = [*present, *_new_items(present, pieces, child)]
        return Joined(attributes, frozenset(owned), own_items)

    def _of(self, parent: Declared, child: ChildRule) -> list[Declared]:
        identities = dict.fromkeys((parent.ref.id, *parent.keys))
        found = [piece for identity in identities for piece in self._pieces.get((child.type, identity), ())]
        return list({piece.ref.address or piece.ref.id: piece for piece in found}.values())


def _fits(piece: Declared, child: ChildRule) -> bool:
    return all(str(piece.attributes.get(name)) == value for name, value in child.where.items())


def _new_items(present: list[Any], pieces: list[Declared], child: ChildRule) -> list[Any]:
    """The pieces as items of the parent's list, without those that the parent's own value already has."""
    items: list[Any] = []
    for piece in pieces:
        item = _item(piece, child)
        if item is not None and item not in present and item not in items:
            items.append(item)
    return items


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
