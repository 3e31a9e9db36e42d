"""What nobody declared, held against what was accepted of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import structs

from engine.compare.difference import changes
from engine.compare.masking import mask
from engine.model import Accepted, Against, Change, Declared, ResourceRef
from engine.model.change_path import steps_of


class Baseline:
    """The accepted values of one estate."""

    def __init__(self, accepted: Iterable[Accepted] = ()) -> None:
        self._by_name = {_name(item.resource): item for item in accepted}

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def of(self, ref: ResourceRef) -> Accepted | None:
        """What was accepted of a resource."""
        return self._by_name.get(_name(ref))


def moved(accepted: Accepted, item: Declared, now: Mapping[str, Any]) -> Iterator[Change]:
    """The properties that are not what was accepted. What is declared by now is no longer the baseline's."""
    for path in sorted({*accepted.values, *now}):
        if path in now or not _declares(item.attributes, path):
            for change in changes(path, accepted.values.get(path), now.get(path)):
                yield structs.replace(change, against=Against.BASELINE)


def acceptable(item: Declared, now: Mapping[str, Any]) -> dict[str, Any]:
    """The values that may be written down: those that hold no secret."""
    shown = {path: mask((Change(path, value, None),), item)[0] for path, value in now.items()}
    return {path: value for path, value in now.items() if not shown[path].sensitive and shown[path].declared == value}


def _declares(attributes: Any, path: str) -> bool:
    """Whether a declaration speaks of a path, or of something that it lies in or that lies in it."""
    for step in steps_of(path):
        if not isinstance(attributes, Mapping):
            return attributes is not None
        if step not in attributes:
            return False
        attributes = attributes[step]
    return True


def _name(ref: ResourceRef) -> tuple[str, ...]:
    return (ref.type, ref.id, ref.scope) if ref.id else (ref.type, ref.address, ref.scope)
