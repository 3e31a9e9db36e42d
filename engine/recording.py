"""What of a scan is written down: both sides of every resource, with secrets taken out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from engine.compare import Estate, strays_of
from engine.model import SENSITIVE, Declared, ResourceState
from engine.model.change_path import steps_of
from engine.providers import Knowledge


def states(groups: Iterable[tuple[Iterable[Declared], Estate]], knowledge: Knowledge) -> Iterator[ResourceState]:
    """Every declared and every live resource as it is recorded, group by group.

    What a declaration marks sensitive is replaced here; what only looks like a secret is replaced by the store,
    on the encoded text, where a clean resource costs nothing.
    """
    strays = strays_of(knowledge)

    def both_sides(group: tuple[Iterable[Declared], Estate]) -> Iterator[ResourceState]:
        for item in group[0]:
            yield ResourceState("declared", item.ref, without(item.attributes, item.sensitive), item.source)
        for live in group[1].all:
            yield ResourceState(
                "actual", strays(live.provider).ref(live), without(live.parts, live.sensitive), live.source
            )

    # A chain lets go of a group before it asks for the next.
    return chain.from_iterable(map(both_sides, groups))


def without(attributes: Mapping[str, Any], sensitive: Collection[str]) -> Mapping[str, Any]:
    """The attributes with the values at these paths (`password`, `environment[0].variables.TOKEN`) masked."""
    if not sensitive:
        return attributes
    masked: Any = attributes
    for path in sorted(sensitive):
        masked = _masked(masked, steps_of(path))
    return masked if isinstance(masked, Mapping) else attributes


def _masked(value: Any, steps: list[str | int]) -> Any:
    if not steps:
        return value if value is None else SENSITIVE
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        if not isinstance(value, list) or step >= len(value):
            return value
        return [_masked(item, rest) if index == step else item for index, item in enumerate(value)]
    if not isinstance(value, Mapping) or step not in value:
        return value
    return {**value, step: _masked(value[step], rest)}
