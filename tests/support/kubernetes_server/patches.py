"""The three patch formats: JSON patch, JSON merge patch and strategic merge patch."""

import copy
from typing import Any

from tests.support.kubernetes_server import schema
from tests.support.kubernetes_server.catalog import Resource
from tests.support.kubernetes_server.status import StatusError

Json = dict[str, Any]


def json_patch(obj: Json, operations: list[Json]) -> Json:
    """RFC 6902."""
    root = {"": copy.deepcopy(obj)}
    for step in operations:
        place, name = _place(root, step["path"])
        kind = step["op"]
        if kind in ("move", "copy"):
            source, at = _place(root, step["from"])
            value = copy.deepcopy(source[at])
            if kind == "move":
                del source[at]
            place, name = _place(root, step["path"])
        else:
            value = step.get("value")
        if kind == "test":
            if name not in place or place[name] != value:
                raise _refused()
        elif kind == "remove":
            del place[name]
        elif isinstance(place, list) and kind != "replace":
            place.insert(len(place) if name == "-" else name, value)
        else:
            place[name] = value
    return root[""]


def merge_patch(value: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    out = dict(value) if isinstance(value, dict) else {}
    for name, change in patch.items():
        if change is None:
            out.pop(name, None)
        else:
            out[name] = merge_patch(out.get(name), change)
    return out


def strategic_patch(resource: Resource, value: Any, patch: Any, path: tuple[str, ...] = ()) -> Any:
    """As a merge patch, but items of keyed lists are merged one by one, with directives."""
    if isinstance(patch, dict):
        return _strategic_map(resource, value if isinstance(value, dict) else {}, patch, path)
    if isinstance(patch, list) and path and (key := schema.patch_key_of(resource, path)):
        return _strategic_list(resource, value or [], patch, key, path)
    if isinstance(patch, list) and path and schema.is_set(path):
        return list(dict.fromkeys([*(value or []), *patch]))
    return copy.deepcopy(patch)


def _strategic_map(resource: Resource, value: Json, patch: Json, path: tuple[str, ...]) -> Json:
    directive = patch.get("$patch")
    if directive == "replace":
        return {name: change for name, change in patch.items() if not name.startswith("$")}
    out = dict(value)
    if "$retainKeys" in patch:
        out = {name: out[name] for name in out if name in patch["$retainKeys"]}
    for name, change in patch.items():
        if name.startswith("$deleteFromPrimitiveList/"):
            target = name.partition("/")[2]
            out[target] = [item for item in out.get(target) or [] if item not in change]
        elif not name.startswith("$"):
            if change is None:
                out.pop(name, None)
            else:
                out[name] = strategic_patch(resource, out.get(name), change, (*path, name))
    for name, order in patch.items():
        if name.startswith("$setElementOrder/"):
            _reorder(resource, out, name.partition("/")[2], order, path)
    return out


def _strategic_list(resource: Resource, value: list[Any], patch: list[Any], key: str, path: tuple[str, ...]) -> Any:
    if any(item.get("$patch") == "replace" for item in patch):
        return [item for item in patch if item.get("$patch") != "replace"]
    out = list(value)
    new = []
    for change in patch:
        at = next((index for index, item in enumerate(out) if item.get(key) == change.get(key)), None)
        if change.get("$patch") == "delete":
            if at is not None:
                del out[at]
        elif at is None:
            new.append(strategic_patch(resource, {}, change, path))
        else:
            out[at] = strategic_patch(resource, out[at], change, path)
    return new + out


def _reorder(resource: Resource, out: Json, name: str, order: list[Any], path: tuple[str, ...]) -> None:
    items = out.get(name)
    if not isinstance(items, list):
        return
    key = schema.patch_key_of(resource, (*path, name))
    wanted = [item.get(key) if key and isinstance(item, dict) else item for item in order]

    def rank(item: Any) -> int:
        mark = item.get(key) if key and isinstance(item, dict) else item
        return wanted.index(mark) if mark in wanted else len(wanted)

    items.sort(key=rank)


def _place(root: Any, pointer: str) -> tuple[Any, Any]:
    """What holds the value that a JSON pointer means, and its name in it."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]
    place = root
    try:
        for step in steps[:-1]:
            place = place[int(step) if isinstance(place, list) else step]
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise _refused() from error
    last = steps[-1]
    return place, int(last) if isinstance(place, list) and last != "-" else last


def _refused() -> StatusError:
    message = "the server rejected our request due to an error in our request"
    return StatusError(422, message, details={})
