"""Attributes as Terraform wrote them before 0.12: one flat map of text, its nesting spelled in the keys.

ingress.#               2          a list or set, and how many items it has
ingress.0.from_port     443        a list's item by its place
ingress.1862.from_port  22         a set's item by its hash
tags.%                  1          a map
tags.app.io/name        shop       a map's value; its key may hold dots
"""

import re
from collections.abc import Mapping
from typing import Any

#: The place or the hash of an item; a hash that holds unknown values starts with a tilde.
_ITEM = re.compile(r"~?-?\d+")


def expand(flat: Mapping[str, str]) -> dict[str, Any]:
    """The nested form. Sets become lists in the order of their hashes; scalars stay text, nothing tells their type."""
    return {name: _value(below) for name, below in _grouped(flat).items()}


def _value(below: dict[str, str]) -> Any:
    """What stands under a name. `below` maps the rest of each key to its value; the rest of a scalar's key is empty."""
    if len(below) == 1 and "" in below:
        return below[""]
    inner = {rest: value for rest, value in below.items() if rest not in ("", "#", "%")}
    if "%" in below:
        return _map(inner)
    if "#" not in below:
        return expand(inner)
    items = _grouped(inner)
    if all(_ITEM.fullmatch(name) for name in items):
        return [_value(items[name]) for name in sorted(items, key=_place)]
    # The oldest formats count maps like lists.
    return _map(inner)


def _map(inner: dict[str, str]) -> dict[str, Any]:
    nested = any(rest.endswith((".#", ".%")) for rest in inner)
    return expand(inner) if nested else dict(inner)


def _grouped(flat: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The entries by the first segment of their keys."""
    groups: dict[str, dict[str, str]] = {}
    for key, value in flat.items():
        name, _, rest = key.partition(".")
        groups.setdefault(name, {})[rest] = value
    return groups


def _place(name: str) -> int:
    return int(name.lstrip("~"))
