"""Pieces that code declares on their own: a rule of a security group, a bucket's versioning, a role's policy.

The parent must neither report as stray what a piece declares, nor compare what the piece is compared for.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.model import Declared
from engine.providers import ChildRule, Knowledge, TypeRule


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

    def attributes(self, parent: Declared, rule: TypeRule) -> tuple[Mapping[str, Any], frozenset[str]]:
        """The parent's attributes with its pieces added, and the attributes that are the pieces' to compare."""
        if not rule.children:
            return parent.attributes, frozenset()
        attributes: dict[str, Any] = dict(parent.attributes)
        owned: set[str] = set()
        for child in rule.children:
            pieces = [piece for piece in self._of(parent, child) if _fits(piece, child)]
            if not pieces:
                continue
            owned.update(child.owns)
            if child.into:
                present = attributes.get(child.into) or []
                attributes[child.into] = [*present, *_new_items(present, pieces, child)]
        return attributes, frozenset(owned)

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
    return {
        field: source[1:-1] if source[:1] == "'" else piece.attributes.get(source)
        for field, source in child.value.items()
    }
