"""What the body of a call to a Kubernetes API server says about a changed field.

A body is an object (created, updated or applied), a merge patch in which null removes, a strategic merge patch whose
lists hold only what changes, or a JSON patch, which is a list of steps. The log does not say which, so they are told
by what they look like.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.compare.kubernetes.values import same_loose, says_nothing
from engine.correlate.operations.said import Said
from engine.model import SENSITIVE, Change
from engine.model.change_path import path_of, steps_of

#: A step by name, or to some item of a list.
Step = str | int
Items = Mapping[str, Mapping[str, Any]]

_ORDER = "$setElementOrder/"
_ADDS = frozenset({"add", "replace"})


def says_whole(body: Any, change: Change, items: Items) -> Said:
    """What a whole object says: what it lacks it has unset."""
    found = list(_values(body, steps_of(change.path), (), items))
    said = _compared(found, change)
    if said is not Said.NOTHING:
        return said
    is_gone = not found or _is_item(change)
    return Said.YES if is_gone and says_nothing(change.actual) else Said.OTHERWISE


def says_patch(body: Any, change: Change, items: Items) -> Said:
    """What a patch says: what it lacks it leaves alone."""
    if isinstance(body, list):
        said_by = (_says_step(step, change, items) for step in body if isinstance(step, dict))
        return max(said_by, default=Said.NOTHING)
    steps = steps_of(change.path)
    found = list(_values(body, steps, (), items))
    said = _compared(found, change)
    if said is not Said.NOTHING or not found:
        return said
    if change.actual is None and _is_item(change):
        return Said.YES if _replaces_list(body, steps, found, change) else Said.NOTHING
    # Which item of a list the path leads to is not sure where nothing names it.
    sure = all(isinstance(step, str) or path_of(steps[: at + 1]) in items for at, step in enumerate(steps))
    return Said.OTHERWISE if sure else Said.NOTHING


def _compared(found: list[Any], change: Change) -> Said:
    """Whether one of the values that a body has at the path is the one that is there, or the one that is declared."""
    if not found:
        return Said.NOTHING
    if change.sensitive or SENSITIVE in (change.actual, *(value for value in found if isinstance(value, str))):
        return Said.MAYBE
    there = [value for value in found if means(value, change.actual)]
    if any(not means(value, change.declared) for value in there):
        return Said.YES
    if there:
        return Said.NOTHING
    return Said.OTHERWISE if any(means(value, change.declared) for value in found) else Said.NOTHING


def means(written: Any, there: Any) -> bool:
    """Whether what was written reads back as what is there; the server adds to objects what they leave open."""
    if isinstance(written, dict) and isinstance(there, dict):
        named = {name: value for name, value in written.items() if not name.startswith("$")}
        return bool(named or not there) and all(means(value, there.get(name)) for name, value in named.items())
    if isinstance(written, list) and isinstance(there, list):
        return len(written) == len(there) and all(any(means(item, other) for other in there) for item in written)
    if says_nothing(written) and says_nothing(there):
        return True
    return same_loose(written, there)


def _values(value: Any, steps: list[Step], done: tuple[Step, ...], items: Items) -> Iterator[Any]:
    """The values that a body has where the steps lead; None where it takes something away."""
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    if isinstance(step, str):
        if not isinstance(value, dict):
            return
        if step in value:
            inner = value[step]
            yield from [None] if inner is None else _values(inner, rest, (*done, step), items)
        elif value.get("$patch") in ("delete", "replace"):
            yield None
        return
    if value == []:
        yield None
    here = (*done, step)
    named = items.get(path_of(here), {})
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict) and any(item.get(name, wanted) != wanted for name, wanted in named.items()):
            continue
        if isinstance(item, dict) and item.get("$patch") == "delete":
            yield None
        else:
            yield from _values(item, rest, here, items)


def _is_item(change: Change) -> bool:
    """Whether what changed is an item of a list as a whole."""
    return any(isinstance(step, int) for step in steps_of(change.path)[-1:])


def _replaces_list(body: Any, steps: list[Step], found: list[Any], change: Change) -> bool:
    """Whether a patch's list is the whole new one, so that what it lacks is gone: not where items have names."""
    holder = next(_values(body, steps[:-2], (), {}), None) if len(steps) > 1 else body
    ordered = isinstance(holder, dict) and any(name.startswith(_ORDER) for name in holder)
    keyed = isinstance(change.declared, dict) and "name" in change.declared
    return bool(found) and not ordered and not keyed


def _says_step(step: dict[str, Any], change: Change, items: Items) -> Said:
    """What one step of a JSON patch says."""
    operation, value = step.get("op"), step.get("value")
    if operation not in (*_ADDS, "remove"):
        return Said.NOTHING
    where, wanted = _pointer(str(step.get("path", ""))), steps_of(change.path)
    if not all(_same_step(one, other) for one, other in zip(where, wanted, strict=False)):
        return Said.NOTHING
    if len(where) > len(wanted):
        return _says_inside(operation in _ADDS, value, where[len(wanted) :], change)
    if operation == "remove":
        return Said.YES if change.actual is None else Said.NOTHING if _is_item(change) else Said.OTHERWISE
    done = tuple(wanted[: len(where)])
    named = items.get(path_of(done), {}) if done and isinstance(done[-1], int) else {}
    if isinstance(value, dict) and any(value.get(name, text) != text for name, text in named.items()):
        return Said.NOTHING
    found = list(_values(value, wanted[len(where) :], done, items))
    said = _compared(found, change)
    # The places of items are the live object's there, and the declaration's here: mostly they are the same.
    return Said.OTHERWISE if said is Said.NOTHING and found and where == wanted[: len(where)] else said


def _says_inside(adds: bool, value: Any, rest: list[Step], change: Change) -> Said:
    """What a step says that wrote something within what changed."""
    before, after = _within(change.declared, rest), _within(change.actual, rest)
    if change.sensitive or change.actual == SENSITIVE:
        return Said.MAYBE
    if not adds:
        return Said.MAYBE if any(item not in after for item in before) else Said.NOTHING
    fresh = any(means(value, item) for item in after) and not any(means(value, item) for item in before)
    return Said.YES if fresh else Said.NOTHING


def _within(value: Any, steps: list[Step]) -> list[Any]:
    """The values at a place within a side of a change; of a list any item's."""
    return list(_values(value, steps, (), {}))


def _pointer(text: str) -> list[Step]:
    """The steps of a JSON pointer; numbers are places in lists, and `-` is the one behind the last."""
    names = [name.replace("~1", "/").replace("~0", "~") for name in text.split("/")[1:]]
    return [-1 if name == "-" else int(name) if name.isdecimal() else name for name in names]


def _same_step(one: Step, other: Step) -> bool:
    return one == other or (isinstance(one, int) and (isinstance(other, int) or other.isdecimal()))
