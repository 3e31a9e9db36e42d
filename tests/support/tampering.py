"""Records with one of their fields changed."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Path = tuple[Any, ...]


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """The places of a record, of what holds others too."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from leaves(item, (*path, key))


def value_at(record: Any, path: Path) -> Any:
    """What is at a place."""
    for key in path:
        record = record[key]
    return record


def replaced(record: Any, path: Path, value: Any) -> Any:
    """The record with another value at a place."""
    changed = deepcopy(record)
    value_at(changed, path[:-1])[path[-1]] = value
    return changed


def without(record: Any, path: Path) -> Any:
    """The record without what is at a place."""
    changed = deepcopy(record)
    del value_at(changed, path[:-1])[path[-1]]
    return changed
