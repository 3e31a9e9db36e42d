"""The functions of Terraform's language whose result is certain, and that code uses to build names and documents.

Each takes known values; those in `TAKES_HOLES` may be given values with holes, which they only pass on.
"""

import base64
import hashlib
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from engine.collectors.declared.hcl.holes import HOLE, MARK, UnsureError, holds_hole

_MOST = 10_000
_VERB = re.compile(r"%(%|[svdq]|0?\d?d)")


def text(value: Any) -> str:
    """A value as Terraform writes it into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value)
    raise UnsureError


def merge(*maps: Any) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for item in maps:
        if item is not None:
            out.update(_map(item))
    return out


def concat(*lists: Any) -> list[Any]:
    return [item for part in lists for item in _list(part)]


def flatten(value: Any) -> list[Any]:
    return [item for part in _list(value) for item in (flatten(part) if isinstance(part, list) else [part])]


def jsonencode(value: Any) -> str:
    if is_doubtful(value):
        raise UnsureError
    return msgspec.json.encode(value).decode()


def is_doubtful(value: Any) -> bool:
    """Whether a part of a document is left open in a way that could change its shape: a key, or an item of a list."""
    if isinstance(value, Mapping):
        return any(MARK in str(key) or is_doubtful(item) for key, item in value.items())
    return isinstance(value, list) and any(is_doubtful(item) for item in value)


def toset(value: Any) -> list[Any]:
    items = _list(value)
    if all(isinstance(item, str) for item in items):
        return sorted(set(items))
    return [item for place, item in enumerate(items) if item not in items[:place]]


def distinct(value: Any) -> list[Any]:
    items = _list(value)
    return [item for place, item in enumerate(items) if item not in items[:place]]


def lookup(container: Any, key: Any, *default: Any) -> Any:
    found = _map(container)
    if key in found:
        return found[key]
    if not default or holds_hole([*found]):
        raise UnsureError
    return default[0]


def element(items: Any, place: Any) -> Any:
    return _list(items)[int(place) % len(items)]


def coalesce(*values: Any) -> Any:
    return next(value for value in values if value not in (None, ""))


def format_(pattern: Any, *values: Any) -> str:
    rest = iter(values)

    def verb(match: re.Match[str]) -> str:
        kind = match[1]
        if kind == "%":
            return "%"
        value = next(rest)
        if kind == "q":
            return msgspec.json.encode(text(value)).decode()
        return match[0] % int(value) if kind.endswith("d") else text(value)

    if "%" in _VERB.sub("", pattern):
        raise UnsureError
    return _VERB.sub(verb, pattern)


def replace(value: Any, old: Any, new: Any) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        raise UnsureError  # a regular expression of another dialect
    return str(value).replace(old, new)


def substr(value: Any, start: Any, length: Any) -> str:
    end = None if length < 0 else int(start) + int(length)
    return str(value)[int(start) : end]


def range_(*limits: Any) -> list[int]:
    found = range(*[int(limit) for limit in limits])
    if len(found) > _MOST:
        raise UnsureError
    return list(found)


def length(value: Any) -> int:
    if isinstance(value, str | list | dict):
        return len(value)
    raise UnsureError


def join(separator: Any, items: Any) -> str:
    return str(separator).join(text(item) for item in _list(items))


def zipmap(names: Any, values: Any) -> dict[str, Any]:
    return dict(zip(map(text, _list(names)), _list(values), strict=True))


def _map(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnsureError
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise UnsureError
    return value


def _bool(value: Any) -> bool:
    return {"true": True, "false": False, True: True, False: False}[value]


def _number(value: Any) -> int | float:
    number = float(value)
    return int(number) if number.is_integer() else number


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "base64decode": lambda value: base64.b64decode(value, validate=True).decode(),
    "base64encode": lambda value: base64.b64encode(value.encode()).decode(),
    "ceil": math.ceil,
    "chomp": lambda value: value.rstrip("\r\n"),
    "coalesce": coalesce,
    "compact": lambda value: [item for item in _list(value) if item not in (None, "")],
    "concat": concat,
    "contains": lambda items, value: value in _list(items),
    "distinct": distinct,
    "element": element,
    "endswith": lambda value, end: value.endswith(end),
    "flatten": flatten,
    "floor": math.floor,
    "format": format_,
    "join": join,
    "jsondecode": msgspec.json.decode,
    "jsonencode": jsonencode,
    "keys": lambda value: sorted(_map(value)),
    "length": length,
    "lookup": lookup,
    "lower": lambda value: value.lower(),
    "max": max,
    "md5": lambda value: hashlib.md5(value.encode(), usedforsecurity=False).hexdigest(),
    "merge": merge,
    "min": min,
    "one": lambda value: _list(value)[0] if value else None,
    "range": range_,
    "replace": replace,
    "reverse": lambda value: _list(value)[::-1],
    "sha1": lambda value: hashlib.sha1(value.encode(), usedforsecurity=False).hexdigest(),
    "sha256": lambda value: hashlib.sha256(value.encode()).hexdigest(),
    "slice": lambda value, start, end: _list(value)[int(start) : int(end)],
    "sort": lambda value: sorted(_list(value)),
    "split": lambda separator, value: value.split(separator) if value else [],
    "startswith": lambda value, start: value.startswith(start),
    "substr": substr,
    "sum": lambda value: sum(_list(value)),
    "title": lambda value: re.sub(r"\b\w", lambda match: match[0].upper(), value),
    "tobool": _bool,
    "tolist": _list,
    "tomap": _map,
    "tonumber": _number,
    "toset": toset,
    "tostring": text,
    "trim": lambda value, chars: value.strip(chars),
    "trimprefix": lambda value, prefix: value.removeprefix(prefix),
    "trimspace": lambda value: value.strip(),
    "trimsuffix": lambda value, suffix: value.removesuffix(suffix),
    "upper": lambda value: value.upper(),
    "values": lambda value: [_map(value)[key] for key in sorted(value)],
    "zipmap": zipmap,
}

#: They move values about without looking into them; a hole as a whole argument, or as a key, still leaves all open.
TAKES_HOLES = frozenset({"concat", "flatten", "format", "join", "jsonencode", "merge", "tolist", "tomap", "toset"})


def call(name: str, arguments: list[Any]) -> Any:
    """What a function gives, or a hole where that cannot be told."""
    function = FUNCTIONS.get(name)
    if function is None:
        return HOLE
    for value in arguments:
        holed = holds_hole(value)  # which also refuses what is too large to look into
        doubtful = is_open(value) if name in TAKES_HOLES else holed
        if doubtful and not (name in ("format", "jsonencode") and isinstance(value, str)):
            return HOLE
    return function(*arguments)


def is_open(value: Any) -> bool:
    """Whether a value's outermost shape is not known: it is a hole, or one of its items or keys may be many."""
    if isinstance(value, str):
        return MARK in value
    return isinstance(value, dict) and any(MARK in str(key) for key in value)
