"""What moved between two recordings of one resource, property by property."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec import Struct

from engine.model import SENSITIVE, FieldChange
from engine.model.change_path import joined
from engine.redact import redact_value

_TAGS = "tags"  # whose names are somebody's own
_URL_ENCODED = ("%7B", "%5B", "%7b", "%5b")


class _Table(Struct, frozen=True):
    noise: tuple[str, ...]
    keys: tuple[str, ...]


def moved(before: Any, after: Any, path: str = "") -> Iterator[FieldChange]:
    """The properties that differ, without those that only tell of use. Secrets are masked.

    Of a list of objects, single objects are told where they can be told apart, else those that went and came.
    """
    before, after = _opened(before), _opened(after)
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)):
            if _is_secret(before, name) or _is_secret(after, name):
                yield FieldChange(joined(path, name), SENSITIVE, SENSITIVE)
            elif path == _TAGS or not is_noise(name):
                yield from moved(before.get(name), after.get(name), joined(path, name))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _moved_in_list(before, after, path)
    else:
        yield _field(path, before, after)


@lru_cache(maxsize=16384)
def is_noise(name: str) -> bool:
    """Whether a field says when or how often something was used, rather than how it is configured."""
    return _noise().fullmatch(name) is not None


def _moved_in_list(before: list[Any], after: list[Any], path: str) -> Iterator[FieldChange]:
    gone = [item for item in before if item not in after]
    come = [item for item in after if item not in before]
    if not all(isinstance(item, dict) for item in (*gone, *come)):
        if gone or come:
            yield _field(path, before, after)
        return
    for old in list(gone):
        new = _counterpart(old, gone, come)
        if new is not None:
            gone.remove(old)
            come.remove(new)
            yield from moved(old, new, f"{path}[{after.index(new)}]")
    if gone or come:
        yield _field(path, gone, come)


def _counterpart(old: dict[str, Any], gone: list[Any], come: list[Any]) -> dict[str, Any] | None:
    """What became of an object of a list; None where nothing tells."""
    key = _key_of(old)
    if key is not None:
        return next((new for new in come if new.get(key) == old[key]), None)
    return come[0] if len(gone) == len(come) == 1 and _key_of(come[0]) is None else None


def _key_of(item: dict[str, Any]) -> str | None:
    names = {name.lower(): name for name, value in item.items() if isinstance(value, str | int) and value != ""}
    return next((names[key] for key in _table().keys if key in names), None)


def _field(path: str, before: Any, after: Any) -> FieldChange:
    return FieldChange(path, redact_value(before), redact_value(after))


def _is_secret(holder: dict[str, Any], name: str) -> bool:
    """Whether a field holds a secret, by its name or by that beside it (`{"name": "DB_PASSWORD", "value": …}`)."""
    return name in holder and redact_value(holder)[name] == SENSITIVE


def _opened(value: Any) -> Any:
    """What is a document in a text is looked into: policies, rules of event buses."""
    if not isinstance(value, str):
        return value
    text = unquote(value) if value.startswith(_URL_ENCODED) else value
    if text[:1] not in ("{", "["):
        return value
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return value


@cache
def _noise() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in _table().noise), re.IGNORECASE)


@cache
def _table() -> _Table:
    return msgspec.toml.decode(files(__package__).joinpath("differences.toml").read_bytes(), type=_Table)
