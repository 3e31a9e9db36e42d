"""What differs between two values made of objects, lists and scalars, leaf by leaf."""

from collections.abc import Iterator
from typing import Any

from engine.model.change_path import path_of

#: Fields by which the items of a list are told apart, so that one put in front does not change all the others.
_KEYS = ("name", "key", "Name", "Key", "Id", "Sid", "AttributeName")

#: A path with its old and its new scalar; None where there was, or is, nothing.
Leaves = dict[str, list[Any]]
_ABSENT = object()


def changed_leaves(old: Any, new: Any) -> Leaves:
    """The leaves that differ between two objects, by path: `spec.template.spec.containers[0].image`."""
    return {path_of(steps): [before, after] for steps, before, after in _walk(old, new, ())}


def _walk(old: Any, new: Any, steps: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any, Any]]:
    if _is(dict, old, new):
        before, after = _or(old, {}), _or(new, {})
        for name in dict.fromkeys((*before, *after)):
            yield from _walk(before.get(name, _ABSENT), after.get(name, _ABSENT), (*steps, str(name)))
    elif _is(list, old, new):
        for place, before, after in _pairs(_or(old, []), _or(new, [])):
            yield from _walk(before, after, (*steps, place))
    else:
        yield from _leaf(old, new, steps)


def _leaf(old: Any, new: Any, steps: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any, Any]]:
    """Values of which one at least is a scalar; what the other holds comes leaf by leaf."""
    for value, is_old in ((old, True), (new, False)):
        if isinstance(value, dict | list) and value:
            yield from _walk(value, _ABSENT, steps) if is_old else _walk(_ABSENT, value, steps)
    before = None if isinstance(old, dict | list) or old is _ABSENT else old
    after = None if isinstance(new, dict | list) or new is _ABSENT else new
    if type(before) is not type(after) or before != after:
        yield steps, before, after


def _pairs(old: list[Any], new: list[Any]) -> Iterator[tuple[int, Any, Any]]:
    """The items of two lists that belong together, each pair with its place: by their keys, else by their places."""
    field = next((name for name in _KEYS if _tells_apart(name, old) and _tells_apart(name, new)), None)
    if field is None:
        for place in range(max(len(old), len(new))):
            yield place, old[place] if place < len(old) else _ABSENT, new[place] if place < len(new) else _ABSENT
        return
    rest = {str(item[field]): (place, item) for place, item in enumerate(old)}
    for place, item in enumerate(new):
        _, before = rest.pop(str(item[field]), (0, _ABSENT))
        yield place, before, item
    for place, item in rest.values():
        yield place, item, _ABSENT


def _tells_apart(field: str, items: list[Any]) -> bool:
    keys = [item.get(field) for item in items if isinstance(item, dict)]
    return len(keys) == len(items) and None not in keys and len(set(map(str, keys))) == len(items)


def _is(kind: type, old: Any, new: Any) -> bool:
    """Whether both sides are of a kind, or one is and the other is not there."""
    sides = [side for side in (old, new) if side is not _ABSENT]
    return bool(sides) and all(isinstance(side, kind) for side in sides) and any(sides)


def _or(value: Any, empty: Any) -> Any:
    return empty if value is _ABSENT else value
