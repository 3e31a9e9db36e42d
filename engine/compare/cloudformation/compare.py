"""What differs between a template's properties and a live resource's, by the registry's schema.

Only what the template states is compared, down to the last key: a service fills in the rest. Policies are stated as
a whole, and so compared as a whole.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.compare.canonical import as_document, as_items, canonical
from engine.compare.cloudformation.pairing import likeness, twin, unequal
from engine.compare.cloudformation.places import (
    Place,
    Places,
    are_pairs,
    is_at_rest,
    is_providers_own,
    says_nothing,
)
from engine.compare.cloudformation.policy import are_granting_alike, is_policy
from engine.compare.cloudformation.spelling import spelled_alike, written_alike
from engine.model import UNRESOLVED, Change
from engine.model.change_path import joined

#: Items of lists that other resources declare, by the property that holds the list.
Pieces = Mapping[str, list[Mapping[str, Any]]]

#: A text that refers to something: an ARN, `subnet-0a1b2c3d`, an address range.
_REFERENCE = re.compile(r"arn:.+|[a-z]+-[0-9a-f]+|[\da-f.:]+/\d+")
_KEYS, _VALUES = re.compile(r"(?:key|name)$", re.IGNORECASE), re.compile(r"value$", re.IGNORECASE)


class Comparison:
    """Compares the properties of one resource. `at` is a place's path as reports write it."""

    def __init__(self, places: Places, pieces: Pieces | None = None) -> None:
        self._root = places.root
        self._pieces = pieces or {}
        self._actual: Mapping[str, Any] = {}

    def changes(self, declared: Mapping[str, Any], actual: Mapping[str, Any]) -> Iterator[Change]:
        """One change for each place where the live resource is not as the template says."""
        self._actual = actual
        for name, wanted in declared.items():
            found = actual.get(name)
            if wanted != found:
                yield from self._differing(self._root.below(name), name, wanted, found)

    def nobodys(self, place: Place, items: list[Any]) -> list[Any]:
        """The items that no other resource declares."""
        others = self._pieces.get(place.pattern, ())
        return [item for item in items if not any(self._alike(place.item(), piece, item) for piece in others)]

    # -- values -----------------------------------------------------------------------------------------------------

    def _alike(self, place: Place, wanted: Any, found: Any) -> bool:
        return wanted == found or next(self._differing(place, "", wanted, found), None) is None

    def _differing(self, place: Place, at: str, wanted: Any, found: Any) -> Iterator[Change]:
        if place.is_unreadable or wanted in (found, UNRESOLVED):
            return
        if isinstance(wanted, str) or type(wanted) is not type(found):
            wanted, found = _in_one_form(wanted, found)
        if isinstance(wanted, dict) and isinstance(found, dict) and found:
            yield from self._maps(place, at, wanted, found)
        elif isinstance(wanted, list) and isinstance(found, list) and wanted and found:
            yield from self._lists(place, at, wanted, found)
        elif says_nothing(wanted):
            if not says_nothing(found):
                yield from self._nothing(place, at, wanted, found)
        elif found is None or (found in ("", [], {}) and not isinstance(wanted, bool)):
            if not self._is_renamed(wanted):
                yield from _absent(place, at, wanted)
        elif isinstance(wanted, list) or isinstance(found, list):
            yield from self._lists(place, at, as_items(wanted), as_items(found))
        elif isinstance(wanted, dict) or isinstance(found, dict) or not _spelled_alike(place, wanted, found):
            yield Change(at, wanted, found)

    def _is_renamed(self, wanted: Any) -> bool:
        """Whether a list or an object that is not there only refers to others, and all that stands elsewhere."""
        leaves = list(_leaves(wanted)) if isinstance(wanted, dict | list) else []
        return bool(leaves) and all(map(_is_reference, leaves)) and _is_told_within(wanted, self._actual)

    def _nothing(self, place: Place, at: str, wanted: Any, found: Any) -> Iterator[Change]:
        """Declared as nothing, and something is there: of an empty list, only what nobody else declares."""
        if _are_scalars(wanted) and wanted != "":
            if not _are_scalars(found) or not _spelled_alike(place, wanted, found):
                yield Change(at, wanted, found)
        elif isinstance(found, dict) or place.is_default(found):
            return
        elif isinstance(found, list) and _are_objects(found):
            yield from self._objects(place, at, [], found)
        else:
            yield Change(at, wanted, found)

    def _maps(self, place: Place, at: str, wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[Change]:
        if is_policy(wanted) or is_policy(found):
            if not are_granting_alike(wanted, found):
                yield Change(at, wanted, found)
            return
        if _is_another_choice(wanted, found):
            yield Change(at, wanted, found)
            return
        others = _chosen(place, wanted, found) if place.name == "*" else []
        for key, value in wanted.items():
            if key not in found or found[key] != value:
                yield from self._field(place, joined(at, key), key, wanted, found, others)

    def _field(
        self, place: Place, at: str, key: str, wanted: dict[str, Any], found: dict[str, Any], others: list[Any]
    ) -> Iterator[Change]:
        """A field that differs. `others` are live values that are not declared, and may stand for one that is."""
        below, value, other = place.below(key), wanted[key], _get(found, key)
        if place.fact.free and key not in found and not says_nothing(value):
            yield Change(at, value, None)
        elif place.fact.free and _are_scalars(value, found.get(key)):
            if not written_alike(value, found[key]):
                yield Change(at, value, found[key])
        elif others and says_nothing(other) and not says_nothing(value):
            instead = found.keys().isdisjoint(wanted) or (_is_reference(value) and any(map(_is_reference, others)))
            if not _is_told_within(value, found):
                yield from _absent(below, at, value, instead=instead)
        else:
            yield from self._differing(below, at, value, other)

    # -- lists ------------------------------------------------------------------------------------------------------

    def _lists(self, place: Place, at: str, wanted: list[Any], found: list[Any]) -> Iterator[Change]:
        if place.order == "ordered":
            yield from self._ordered(place, at, wanted, found)
        elif _are_objects(wanted) and _are_objects(found):
            yield from self._objects(place, at, wanted, found)
        else:
            alone, rest = self._unpaired(place, wanted, found)
            if alone or (rest and place.order != "settings"):
                yield Change(at, wanted, found)

    def _objects(self, place: Place, at: str, wanted: list[Any], found: list[Any]) -> Iterator[Change]:
        """Pairs equal items, then those of one name or else the most alike, and yields what is left different."""
        is_open = place.order == "settings"
        open_at, rest = self._unpaired(place, wanted, found)
        if not open_at and (is_open or not rest):
            return
        found, rest = _peoples(found), _peoples(rest)
        names = place.names(wanted, found)
        for index in list(open_at):
            other = twin(wanted[index], rest, names, alone=len(wanted) == len(found) == 1)
            if other is not None:
                yield from self._differing(place.item(), f"{at}[{index}]", wanted[index], other)
                open_at.remove(index)
                rest.remove(other)
        for index in open_at:
            yield Change(f"{at}[{index}]", wanted[index], None)
        if not is_open and not are_pairs(names, wanted, found):
            for offset, item in enumerate(self.nobodys(place, rest)):
                yield Change(f"{at}[{len(wanted) + offset}]", None, item)

    def _unpaired(self, place: Place, wanted: list[Any], found: list[Any]) -> tuple[list[int], list[Any]]:
        """What is left on both sides when items that mean the same have found each other: indices, and live items."""
        waiting, rest = unequal(wanted, found)
        if not waiting:
            return waiting, rest
        inside, open_at, apart = place.item(), [], set(waiting)
        paired = [item for index, item in enumerate(wanted) if index not in apart]
        for index in waiting:
            item = wanted[index]
            best = self._best(inside, item, rest)
            if best is not None:
                del rest[best]
                paired.append(item)
            elif not any(self._alike(inside, item, other) and self._alike(inside, other, item) for other in paired):
                open_at.append(index)  # but what is declared twice is kept once
        return open_at, rest

    def _best(self, inside: Place, item: Any, found: list[Any]) -> int | None:
        """Where the live item is that means the same; of several, the one with the most in common."""
        alike = (at for at, other in enumerate(found) if self._alike(inside, item, other))
        if not isinstance(item, dict):
            return next(alike, None)
        several = list(alike)
        return max(several, key=lambda at: likeness(item, found[at])) if len(several) > 1 else next(iter(several), None)

    def _ordered(self, place: Place, at: str, wanted: list[Any], found: list[Any]) -> Iterator[Change]:
        if len(wanted) != len(found):
            yield Change(at, wanted, found)
            return
        differing = [
            change
            for index, (item, other) in enumerate(zip(wanted, found, strict=True))
            for change in self._differing(place.item(), f"{at}[{index}]", item, other)
        ]
        if differing and not self._unpaired(place, wanted, found)[0]:
            yield Change(at, wanted, found)
        else:
            yield from differing


def _absent(place: Place, at: str, wanted: Any, *, instead: bool = False) -> Iterator[Change]:
    """What the answer lacks. Lists and objects are gone then; a single value may just not be shown.

    `instead` says that something else is there in its place, so that it is gone too.
    """
    if place.may_lack or (_are_scalars(wanted) and not instead and not place.is_shown):
        return
    if place.is_shown or not says_nothing(_readable(place, wanted)):
        yield Change(at, wanted, None)


def _readable(place: Place, wanted: Any) -> Any:
    """The part of a declared value that an answer would show; what is not in use need not be."""
    if place.is_unreadable or wanted == UNRESOLVED:
        return None
    if place.is_default(wanted) and canonical(wanted) != "true":
        return None  # but a switch that is declared on is off when what held it is gone
    if is_at_rest(wanted) and not place.fact.free:
        return None
    if isinstance(wanted, dict):
        parts = {key: _readable(place.below(key), value) for key, value in wanted.items()}
        return {key: value for key, value in parts.items() if value is not None}
    if isinstance(wanted, list):
        return [_readable(place.item(), value) for value in wanted]
    return wanted


def _spelled_alike(place: Place, wanted: Any, found: Any) -> bool:
    if place.is_tag:
        return written_alike(wanted, found)
    return spelled_alike(place.name, wanted, found) or place.spelling(wanted) == place.spelling(found)


def _peoples(items: list[Any]) -> list[Any]:
    return [item for item in items if not is_providers_own(item)]


def _are_objects(items: list[Any]) -> bool:
    return all(isinstance(item, dict) for item in items)


def _are_scalars(*values: Any) -> bool:
    return all(
        isinstance(value, str | int | float) and isinstance(as_document(value), str | int | float) for value in values
    )


def _get(found: Mapping[str, Any], key: str) -> Any:
    return found[key] if key in found else found.get(key[:1].swapcase() + key[1:])


def _is_another_choice(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether an empty object says by its name alone what is chosen, and another is live: `Allow` and `Block`."""
    if not wanted or any(wanted.values()):
        return False
    return {key.casefold() for key in wanted}.isdisjoint(key.casefold() for key in found)


def _chosen(place: Place, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[Any]:
    """What somebody set in a live object without a declaration."""
    return [
        value
        for key, value in found.items()
        if key not in wanted and not (says_nothing(value) or place.below(key).is_default(value) or is_at_rest(value))
    ]


def _is_told_within(value: Any, found: Any) -> bool:
    """Whether all that a value says stands elsewhere in a live object: `TargetGroupArn` within `ForwardConfig`."""
    if isinstance(value, dict):
        return all(_is_told_within(part, found) for part in value.values())
    if isinstance(value, list):
        return all(_is_told_within(part, found) for part in value)
    return any(value == leaf for leaf in _leaves(found))


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def _leaves(value: Any) -> Iterator[Any]:
    """The single values within a value."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    else:
        yield value


def _in_one_form(wanted: Any, found: Any) -> tuple[Any, Any]:
    """Both values as documents, lists or maps where one of them is."""
    wanted, found = _as_document(wanted), _as_document(found)
    return _as_twin(wanted, found), _as_twin(found, wanted)


def _as_document(value: Any) -> Any:
    document = as_document(value.strip()) if isinstance(value, str) else value
    return value if isinstance(document, str) else document


def _as_twin(value: Any, twin: Any) -> Any:
    if isinstance(value, str) and isinstance(twin, list) and len(twin) != 1 and "," in value:
        return [item.strip() for item in value.split(",")]
    if isinstance(twin, dict):
        if isinstance(value, str):
            return _from_yaml(value)
        if isinstance(value, list):
            return _as_map(value, twin)
    return value


def _from_yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _as_map(items: list[Any], twin: Mapping[str, Any]) -> Any:
    """A list of keys and values as the map that the other side writes; the list itself when it is none."""
    fields = {field for item in items if isinstance(item, dict) for field in item}
    key = next((field for field in fields if _KEYS.search(field)), "")
    value = next((field for field in fields if _VALUES.search(field)), "")
    if len(fields) != 2 or not key or not value or twin.keys() <= fields:
        return items
    return {str(item[key]): item[value] for item in items if item.keys() == fields}
