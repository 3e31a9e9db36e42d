"""Which declared and live items of a list belong together."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from engine.compare.canonical import canonical
from engine.compare.cloudformation.spelling import spelled_alike

#: From how many items on counting them is faster than looking for each.
_MANY = 30


def unequal(wanted: list[Any], found: list[Any]) -> tuple[list[int], list[Any]]:
    """What is left when items that are the same to the letter have found each other: indices, and live items."""
    if len(found) > _MANY and all(isinstance(item, str) for item in (*wanted, *found)):
        counts = Counter(found)
        waiting = []
        for index, item in enumerate(wanted):
            counts[item] -= 1
            if counts[item] < 0:
                waiting.append(index)
        return waiting, list((+counts).elements())
    rest, waiting = list(found), []
    for index, item in enumerate(wanted):
        if item in rest:
            rest.remove(item)
        else:
            waiting.append(index)
    return waiting, rest


def twin(wanted: Mapping[str, Any], found: list[Any], names: list[str], *, alone: bool) -> Any:
    """The live item that a declared one became, by its name or else the most alike; None when it is gone."""
    if names:
        return next((other for other in found if _are_named_alike(names, wanted, other)), None)
    best = max(found, key=lambda other: likeness(wanted, other), default=None)
    return best if best is not None and (alone or likeness(wanted, best) >= 0.5) else None


def likeness(wanted: Mapping[str, Any], found: Any) -> float:
    """The share of the declared fields that agree."""
    if not isinstance(found, dict):
        return 0.0
    return sum(canonical(value) == canonical(found.get(key)) for key, value in wanted.items()) / max(len(wanted), 1)


def _are_named_alike(names: list[str], wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return all(spelled_alike(name, wanted.get(name), found.get(name)) for name in names)
