"""The shape of a provider's answers for one type, and requests brought into it.

A request writes the fields of a resource in the provider's representation, more or less: below a wrapper (`body`,
`cluster`), in another number (`alloweds`), with a prefix (`desiredNodeVersion`), or only the part that a method is
for (`setScheduling`). The names that the type's table reads tell what is what.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from engine.providers import AttributeRule

Tree = dict[str, Any]

#: Stands in a tree for whatever else is there: what is read as a whole.
_ALL = ""

_STEP = re.compile(r"([^.\[\]]+)(?:\[([^=\]]*)[^\]]*\])?")
_PLURAL = re.compile(r"(?<=[a-z])(?:(?<=ss|ch|sh)es|(?<!s)s)$")


class Shape:
    """The names that a type's table reads, as a tree: part, field, field of a field."""

    def __init__(self, rules: Iterable[AttributeRule]) -> None:
        self.tree: Tree = {}
        for rule in rules:
            for path in rule.paths:
                _grow(self.tree, rule, path)

    def named(self, request: dict[str, Any]) -> dict[str, Any]:
        """A request that has the shape of the answers, all its parts, with the names as the table has them."""
        found: dict[str, Any] = _fitted(request, self.tree)
        return found

    def fitted(self, request: dict[str, Any], part: str) -> dict[str, Any]:
        """What of a request is of this shape, below a part. Of a wrapper what is within it counts."""
        below: Tree = self.tree.get(part, {})
        if not below:
            return {}
        found: dict[str, Any] = _fitted(request, below)
        for name, value in request.items():
            if name[:1] != "@" and _named(below, name) is None:
                found.update(_of_stranger(name, value, below))
        return found

    def under(self, name: str, request: dict[str, Any], part: str) -> dict[str, Any]:
        """What of a request is of this shape when it holds just the content of a field of that name."""
        below: Tree = self.tree.get(part, {})
        field = _named(below, name)
        if field is None or any(_named(below, key) == field for key in request):
            return {}
        known = any(_named(below[field], key) for key in request)
        return {field: _fitted(request, below[field])} if known else {}

    def place(self, name: str, part: str) -> str | None:
        """The name, as the table has it, of a field directly below a part."""
        return _named(self.tree.get(part, {}), name)


@lru_cache(maxsize=16384)
def squeezed(name: str) -> str:
    """A name without case, signs, number and the prefix of a wish: `desired_NodePools` as `nodepool`."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower()).removeprefix("desired")
    return f"{plain[:-3]}y" if plain.endswith("ies") else _PLURAL.sub("", plain)


def _grow(tree: Tree, rule: AttributeRule, path: str) -> None:
    for name, told_apart_by in _STEP.findall(path):
        tree = tree.setdefault(name, {})
        if told_apart_by:
            tree.setdefault(told_apart_by, {})
    if rule.convert is not None:
        tree[_ALL] = {}
    for sub in (rule.block or {}).values():
        inner = sub if isinstance(sub, AttributeRule) else AttributeRule(path=sub)
        for inner_path in inner.paths:
            _grow(tree, inner, inner_path)


def _named(tree: Tree, name: str) -> str | None:
    if name in tree or name[:1] == "@":  # `@type` says what a request is, and is no field of it
        return name if name in tree else None
    wanted = squeezed(name)
    return next((known for known in tree if known and squeezed(known) == wanted), None)


def _fitted(value: Any, tree: Tree) -> Any:
    """The value with its fields named as the tree names them, those left out that it does not have."""
    if not tree:
        return value
    if isinstance(value, list):
        is_plain = "items" in tree and not any(isinstance(item, dict) for item in value)
        return {"items": value} if is_plain else [_fitted(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    found = dict(value) if _ALL in tree else {}
    for name, item in value.items():
        known = _named(tree, name)
        if known is not None:
            found.pop(name, None)
            found[known] = _fitted(item, tree[known])
    return found


def _of_stranger(name: str, value: Any, tree: Tree) -> dict[str, Any]:
    """What a field that the resource itself does not have may stand for: a wrapper, or a field further in."""
    if isinstance(value, dict):
        content = _fitted(value, tree)
        return content if isinstance(content, dict) else {}
    places = list(_places(name, tree))
    if len(places) != 1:
        return {}
    found: Any = value
    for step in reversed(places[0]):
        found = {step: found}
    return dict(found)


def _places(name: str, tree: Tree, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for known, below in tree.items():
        if above and known and squeezed(known) == squeezed(name):
            yield (*above, known)
        yield from _places(name, below, (*above, known))
