"""What the items of lists are called that the paths of changes lead into by their places."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.model import Change
from engine.model.change_path import path_of, steps_of

#: Fields that tell the items of most lists apart, the most telling first.
_KEYS = ("name", "mountPath", "containerPort", "port", "key", "ip", "devicePath", "topologyKey", "type")


def items_within(declared: Mapping[str, Any], changes: Iterable[Change]) -> dict[str, dict[str, Any]]:
    """The declared item's telling field by the path of each item: `spec.containers[0]` → `{"name": "web"}`."""
    paths = [change.path for change in changes]
    found: dict[str, dict[str, Any]] = {}
    for path in paths:
        place: Any = declared
        steps = steps_of(path)
        for depth, step in enumerate(steps, 1):
            place = _inner(place, step)
            if isinstance(step, int) and isinstance(place, dict):
                here = path_of(steps[:depth])
                names = (name for name in _KEYS if name in place and f"{here}.{name}" not in paths)
                found[here] = {name: place[name] for name in (*names,)[:1]}
    return {path: names for path, names in found.items() if names}


def _inner(place: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return place[step] if isinstance(place, list) and step < len(place) else None
    return place.get(step) if isinstance(place, Mapping) else None
