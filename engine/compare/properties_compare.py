"""What differs between a template's properties and a live resource's, by the registry's schema.

Only what the template states is compared, down to the last key: a service fills in the rest. Policies are stated as
a whole, and so compared as a whole.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.compare.canonical import as_document, as_items, canonical
from engine.compare.properties_places import (
    Place,
    Places,
    are_pairs,
    is_at_rest,
    is_providers_own,
    says_nothing,
)
from engine.compare.properties_policy import are_granting_alike, is_policy
from engine.compare.properties_spelling import spelled_alike, written_alike
from engine.model import UNRESOLVED, Change

#: Items of lists that other resources declare, by the property that holds the list.
Pieces = Mapping[str, list[Mapping[str, Any]]]

_TAG = re.compile(r"Tags\.\*\.Value$")
_KEYS, _VALUES = re.compile(r"(?:key|name)$", re.IGNORECASE), re.compile(r"value$", re.IGNORECASE)


class Comparison:
    """Compares the properties of one type."""

    def __init__(self, places: Places, pieces: Pieces | None = None) -> None:
        self._places = places
        self._pieces = pieces or {}

    def changes(self, declared: Mapping[str, Any], actual: Mapping[str, Any]) -> Iterator[Change]:
        """One change for each place where the live resource is not as the template says."""
        root = self._places.root()
        for name, wanted in declared.items():
            found = actual.get(name)
            if wanted != found:
                yield from self._differing(self._places.below(root, name), wanted, found)

    def alike(self, place: Place, declared: Any, actual: Any) -> bool:
        """Whether nothing differs."""
        return declared == actual or next(self._differing(place, declared, actual), None) is None

    def nobodys(self, place: Place, items: list[Any]) -> list[Any]:
        """The items that no other resource declares."""
        others = self._pieces.get(place.pattern, ())
        inside = self._places.item(place, 0)
        return [item for item in items if not any(self.alike(inside, piece, item) for piece in others)]

    # -- values -----------------------------------------------------------------------------------------------------

    def _differing(self, place: Place, wanted: Any, found: Any) -> Iterator[Change]:
        if wanted in (found, UNRESOLVED) or self._places.is_unreadable(place):
            return
        wanted, found = _in_one_form(wanted, found)
        if isinstance(wanted, Mapping) and isinstance(found, Mapping) and found:
            yield from self._maps(place, wanted, found)
        elif says_nothing(wanted):
            if not says_nothing(found):
                yield from self._nothing(place, wanted, found)
        elif found is None or (found in ("", [], {}) and not isinstance(wanted, bool)):
            yield from self._absent(place, wanted)
        elif isinstance(wanted, list) or isinstance(found, list):
            yield from self._lists(place, as_items(wanted), as_items(found))
        elif isinstance(wanted, Mapping) or isinstance(found, Mapping) or not self._spelled_alike(place, wanted, found):
            yield Change(place.shown, wanted, found)

    def _nothing(self, place: Place, wanted: Any, found: Any) -> Iterator[Change]:
        """Declared as nothing, and something is there: of an empty list, only what nobody else declares."""
        if _are_scalars(wanted) and wanted != "":
            if not _are_scalars(found) or not self._spelled_alike(place, wanted, found):
                yield Change(place.shown, wanted, found)
        elif isinstance(found, Mapping) or self._places.is_default(place, found):
            return
        elif isinstance(found, list) and all(isinstance(item, Mapping) for item in found):
            yield from self._objects(place, [], found)
        else:
            yield Change(place.shown, wanted, found)

    def _absent(self, place: Place, wanted: Any, *, instead: bool = False) -> Iterator[Change]:
        """What the answer lacks. Lists and objects are gone then; a single value may just not be shown.

        `instead` says that something else is there in its place, so that it is gone too.
        """
        if self._places.may_be_left_out(place):
            return
        is_shown = self._places.is_always_shown(place)
        if _are_scalars(wanted) and not instead and not is_shown:
            return
        if is_shown or not says_nothing(self._readable(place, wanted)):
            yield Change(place.shown, wanted, None)

    def _readable(self, place: Place, wanted: Any) -> Any:
        """The part of a declared value that an answer would show; what is not in use need not be."""
        if self._places.is_unreadable(place) or wanted == UNRESOLVED:
            return None
        if self._places.is_default(place, wanted) and canonical(wanted) != "true":
            return None  # but a switch that is declared on is off when what held it is gone
        if isinstance(wanted, str) and is_at_rest(wanted) and not place.fact.free:
            return None
        if isinstance(wanted, Mapping):
            parts = {key: self._readable(self._places.below(place, str(key)), value) for key, value in wanted.items()}
            return {key: value for key, value in parts.items() if value is not None}
        if isinstance(wanted, list):
            return [self._readable(self._places.item(place, at), value) for at, value in enumerate(wanted)]
        return wanted

    def _maps(self, place: Place, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Change]:
        if is_policy(wanted) or is_policy(found):
            if not are_granting_alike(wanted, found):
                yield Change(place.shown, wanted, found)
            return
        if _is_another_choice(wanted, found):
            yield Change(place.shown, wanted, found)
            return
        instead = place.pattern.endswith("*") and any(
            not says_nothing(found[key]) for key in found.keys() - wanted.keys()
        )
        for key, value in wanted.items():
            if key in found and found[key] == value:
                continue
            below = self._places.below(place, str(key))
            if key not in found and place.fact.free and not says_nothing(value):
                yield Change(below.shown, value, None)
            elif place.fact.free and _are_scalars(value, found.get(key)):
                if not written_alike(value, found[key]):
                    yield Change(below.shown, value, found[key])
            elif instead and not says_nothing(value) and says_nothing(_get(found, str(key))):
                if not _is_told_within(value, found):
                    yield from self._absent(below, value, instead=True)
            else:
                yield from self._differing(below, value, _get(found, str(key)))

    def _spelled_alike(self, place: Place, wanted: Any, found: Any) -> bool:
        if _TAG.search(place.pattern):
            return written_alike(wanted, found)
        if spelled_alike(place.pattern.rpartition(".")[2], wanted, found):
            return True
        return self._places.spelling(place, wanted) == self._places.spelling(place, found)

    # -- lists ------------------------------------------------------------------------------------------------------

    def _lists(self, place: Place, wanted: list[Any], found: list[Any]) -> Iterator[Change]:
        if self._places.order(place) == "ordered":
            yield from self._ordered(place, wanted, found)
        elif all(isinstance(item, Mapping) for item in (*wanted, *found)):
            yield from self._objects(place, wanted, found)
        else:
            alone, rest = self._unpaired(place, wanted, found)
            if alone or (rest and self._places.order(place) != "settings"):
                yield Change(place.shown, wanted, found)

    def _objects(self, place: Place, wanted: list[Any], found: list[Any]) -> Iterator[Change]:
        """Pairs equal items, then those of one name or else the most alike, and yields what is left different."""
        found = [item for item in found if not is_providers_own(item)]
        names = self._places.names(place, wanted, found)
        open_at, rest = self._unpaired(place, wanted, found)
        for at in list(open_at):
            twin = _twin(wanted[at], rest, names, alone=len(wanted) == len(found) == 1)
            if twin is not None:
                yield from self._differing(self._places.item(place, at), wanted[at], twin)
                open_at.remove(at)
                rest.remove(twin)
        for at in open_at:
            yield Change(f"{place.shown}[{at}]", wanted[at], None)
        if self._places.order(place) != "settings" and not are_pairs(names, wanted, found):
            for offset, item in enumerate(self.nobodys(place, rest)):
                yield Change(f"{place.shown}[{len(wanted) + offset}]", None, item)

    def _unpaired(self, place: Place, wanted: list[Any], found: list[Any]) -> tuple[list[int], list[Any]]:
        """What is left on both sides when equal items have found each other: indices, and live items."""
        rest, open_at = list(found), []
        for at, item in enumerate(wanted):
            inside = self._places.item(place, at)
            twin = next((at for at, other in enumerate(rest) if self.alike(inside, item, other)), None)
            if twin is None:
                open_at.append(at)
            else:
                del rest[twin]
        return open_at, rest

    def _ordered(self, place: Place, wanted: list[Any], found: list[Any]) -> Iterator[Change]:
        if len(wanted) != len(found):
            yield Change(place.shown, wanted, found)
            return
        differing = [
            change
            for at, (item, other) in enumerate(zip(wanted, found, strict=True))
            for change in self._differing(self._places.item(place, at), item, other)
        ]
        if differing and not self._unpaired(place, wanted, found)[0]:
            yield Change(place.shown, wanted, found)
        else:
            yield from differing


def _twin(wanted: Mapping[str, Any], found: list[Any], names: list[str], *, alone: bool) -> Any:
    """The live item that a declared one became, None when it is gone."""
    if names:
        return next((other for other in found if _named_alike(names, wanted, other)), None)
    best = max(found, key=lambda other: _likeness(wanted, other), default=None)
    return best if best is not None and (alone or _likeness(wanted, best) >= 0.5) else None


def _named_alike(names: list[str], wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return all(spelled_alike(name, wanted.get(name), found.get(name)) for name in names)


def _likeness(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> float:
    """The share of the declared fields that agree."""
    return sum(canonical(value) == canonical(found.get(key)) for key, value in wanted.items()) / max(len(wanted), 1)


def _are_scalars(*values: Any) -> bool:
    return all(
        isinstance(value, str | int | float) and isinstance(as_document(value), str | int | float) for value in values
    )


def _get(found: Mapping[str, Any], key: str) -> Any:
    return found[key] if key in found else found.get(key[:1].swapcase() + key[1:])


def _is_another_choice(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether an empty object says by its name alone what is chosen, and another is live: `Allow` and `Block`."""
    chosen = {key.casefold() for key in wanted}
    return bool(wanted) and not any(wanted.values()) and chosen.isdisjoint(key.casefold() for key in found)


def _is_told_within(value: Any, found: Any) -> bool:
    """Whether a single value stands elsewhere in a live object: `TargetGroupArn` within `ForwardConfig`."""
    if isinstance(found, Mapping):
        return any(_is_told_within(value, part) for part in found.values())
    if isinstance(found, list):
        return any(_is_told_within(value, part) for part in found)
    return isinstance(value, str) and bool(value == found)


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
    if isinstance(twin, Mapping):
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
    fields = {field for item in items if isinstance(item, Mapping) for field in item}
    key = next((field for field in fields if _KEYS.search(field)), "")
    value = next((field for field in fields if _VALUES.search(field)), "")
    if len(fields) != 2 or not key or not value or twin.keys() <= fields:
        return items
    return {str(item[key]): item[value] for item in items if item.keys() == fields}
