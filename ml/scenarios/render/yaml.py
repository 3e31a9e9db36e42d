"""YAML as people write manifests: blocks, and texts in quotes where they could be something else."""

import json
import re
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_/][\w./@:-]*[\w/]|[A-Za-z]")
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def to_yaml(value: Any) -> str:
    """A document."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict) and value:
        return [line for name, item in value.items() for line in _entry(f"{_scalar(name)}:", item)]
    if isinstance(value, list) and value:
        found = []
        for item in value:
            first, *rest = _lines(item)
            found += [f"- {first}", *(f"  {line}" for line in rest)]
        return found
    return [_scalar(value)]


def _entry(name: str, item: Any) -> list[str]:
    inner = _lines(item)
    if isinstance(item, dict) and item:
        return [name, *(f"  {line}" for line in inner)]
    if isinstance(item, list) and item:
        return [name, *inner]
    return [f"{name} {inner[0]}"]


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _RESERVED
        return value if plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
