"""What differs between a template's properties and a live resource's, by the registry's schema.

Only what the template states is compared, down to the last key: a service fills in the rest. Documents (policies,
definitions) are stated as a whole, and so compared as a whole.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from engine.compare.canonical import EMPTY, as_document, as_items, canonical
from engine.compare.difference import join_path
from engine.compare.properties_spelling import spelled_alike
from engine.model import UNRESOLVED, Change
from engine.providers.cloudformation import NO_FACT, NO_FACTS, Fact, Facts, Registry

#: Fields that name an item of a list, when every item has one of its own.
_NAMES = ("Key", "Name", "Id", "ID", "Identifier", "Sid", "DeviceName", "PolicyName", "ParameterKey", "AttributeName")


class Place(NamedTuple):
    """Where in a resource: `shown` as reports write it, `pattern` as tables do, and the facts about it and below."""

    shown: str = ""
    pattern: str = ""
    fact: Fact = NO_FACT
    inside: Facts = NO_FACTS


class Comparison:
    """Compares the properties of one type."""

    def __init__(self, native: str, registry: Registry) -> None:
        self._type = registry.type(native)
        self._more = registry.supplement(native)
        self._silent = frozenset((*self._type.read_only, *self._type.write_only))
        self._not_shown = frozenset((*self._type.create_only, *self._more.not_shown))

    def changes(self, declared: Mapping[str, Any], actual: Mapping[str, Any]) -> Iterator[Change]:
        """One change for each place where the live resource is not as the template says."""
        root = Place(inside=self._type.shape.get("", NO_FACTS))
        for name, wanted in declared.items():
            yield from self._differing(self._below(root, name), wanted, actual.get(name))

    def alike(self, place: Place, declared: Any, actual: Any) -> bool:
        """Whether nothing differs."""
        return declared == actual or next(self._differing(place, declared, actual), None) is None

    # -- values -----------------------------------------------------------------------------------------------------

    def _differing(self, place: Place, wanted: Any, found: Any) -> Iterator[Change]:
        if wanted == found or wanted == UNRESOLVED or place.pattern in self._silent:
            return
        wanted, found = as_document(wanted), as_document(found)
        if isinstance(wanted, Mapping) and isinstance(found, list):
            found = _as_map(found, wanted)
        if isinstance(found, Mapping) and isinstance(wanted, list):
            wanted = _as_map(wanted, found)
        if _says_nothing(wanted):
            if not _says_nothing(found) and not self._is_default(place, found):
                yield Change(place.shown, wanted, found)
        elif found is None or (found in ("", [], {}) and not isinstance(wanted, bool)):
            yield from self._absent(place, wanted)
        elif isinstance(wanted, Mapping) and isinstance(found, Mapping):
            yield from self._maps(place, wanted, found)
        elif isinstance(wanted, list) or isinstance(found, list):
            yield from self._lists(place, as_items(wanted), as_items(found))
        elif isinstance(wanted, Mapping) or isinstance(found, Mapping):
            yield Change(place.shown, wanted, found)
        elif not self._spelled_alike(place, wanted, found):
            yield Change(place.shown, wanted, found)

    def _absent(self, place: Place, wanted: Any) -> Iterator[Change]:
        """What the answer lacks. Lists and objects are lacking when they are gone; single values may not be shown."""
        if place.pattern in self._not_shown or self._is_default(place, wanted):
            return
        if isinstance(wanted, Mapping | list):
            readable = self._readable(place, wanted)
            if not _says_nothing(readable):
                yield Change(place.shown, readable, None)
        elif place.pattern in self._more.shown:
            yield Change(place.shown, wanted, None)

    def _readable(self, place: Place, wanted: Any) -> Any:
        """The part of a declared value that an answer could show."""
        if place.pattern in self._silent:
            return None
        if isinstance(wanted, Mapping):
            return {key: self._readable(self._below(place, str(key)), value) for key, value in wanted.items()}
        if isinstance(wanted, list):
            return [self._readable(self._item(place, at), value) for at, value in enumerate(wanted)]
        return wanted

    def _maps(self, place: Place, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Change]:
        if _is_policy(wanted) or _is_policy(found):
            if canonical(wanted) != canonical(found):
                yield Change(place.shown, wanted, found)
            return
        for key, value in wanted.items():
            below = self._below(place, str(key))
            if key not in found and place.fact.free and not _says_nothing(value):
                yield Change(below.shown, value, None)
            else:
                yield from self._differing(below, value, _get(found, key))

    def _spelled_alike(self, place: Place, wanted: Any, found: Any) -> bool:
        name = place.pattern.rpartition(".")[2]
        if spelled_alike(name, wanted, found):
            return True
        step = self._more.rounded.get(place.pattern)
        if step and isinstance(wanted, int | float) and isinstance(found, int | float):
            return wanted // step == found // step
        spellings = self._more.same_as.get(place.pattern) or self._more.same_as.get(f"*.{name}", {})
        return spellings.get(str(wanted), str(wanted)) == spellings.get(str(found), str(found))

    # -- lists ------------------------------------------------------------------------------------------------------

    def _lists(self, place: Place, wanted: list[Any], found: list[Any]) -> Iterator[Change]:
        if self._order(place) == "ordered":
            yield from self._ordered(place, wanted, found)
            return
        if all(isinstance(item, Mapping) for item in (*wanted, *found)):
            yield from self._objects(place, wanted, found)
            return
        rest = list(found)
        alone = []
        for item in wanted:
            twin = next((at for at, other in enumerate(rest) if self.alike(self._item(place, 0), item, other)), None)
            if twin is None:
                alone.append(item)
            else:
                del rest[twin]
        if alone or (rest and self._order(place) != "settings"):
            yield Change(place.shown, wanted, found)

    def _objects(self, place: Place, wanted: list[Any], found: list[Any]) -> Iterator[Change]:
        """Pairs equal items, then those of one name, then the most alike."""
        found = [item for item in found if not _is_providers_own(item)]
        open_at, rest = self._unpaired(place, wanted, found)
        pairs: list[tuple[int, Any]] = []
        names = self._names(place, wanted, found)
        for at in list(open_at):
            twin = next((other for other in rest if names and _named_alike(names, wanted[at], other)), None)
            if twin is not None:
                pairs.append((at, twin))
                open_at.remove(at)
                rest.remove(twin)
        if not names:
            for at in list(open_at):
                if rest:
                    twin = max(rest, key=lambda other, at=at: _likeness(wanted[at], other))  # type: ignore[misc]
                    if len(wanted) == len(found) == 1 or _likeness(wanted[at], twin) >= 0.5:
                        pairs.append((at, twin))
                        open_at.remove(at)
                        rest.remove(twin)
        for at, twin in pairs:
            yield from self._differing(self._item(place, at), wanted[at], twin)
        for at in open_at:
            yield Change(f"{place.shown}[{at}]", wanted[at], None)
        if self._order(place) != "settings" and not _are_pairs(names, wanted, found):
            for offset, item in enumerate(rest):
                yield Change(f"{place.shown}[{len(wanted) + offset}]", None, item)

    def _unpaired(self, place: Place, wanted: list[Any], found: list[Any]) -> tuple[list[int], list[Any]]:
        """What is left on both sides when equal items have found each other."""
        rest, open_at = list(found), []
        for at, item in enumerate(wanted):
            inside = self._item(place, at)
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
        for at, (item, other) in enumerate(zip(wanted, found, strict=True)):
            yield from self._differing(self._item(place, at), item, other)

    # -- knowledge --------------------------------------------------------------------------------------------------

    def _below(self, place: Place, name: str) -> Place:
        fact = place.inside.get(name, NO_FACT)
        inside = self._type.shape.get(fact.of, NO_FACTS) if fact.of else NO_FACTS
        pattern = f"{place.pattern}.{name}" if place.pattern else name
        return Place(join_path(place.shown, name), pattern, fact, inside)

    def _item(self, place: Place, at: int) -> Place:
        return Place(f"{place.shown}[{at}]", f"{place.pattern}.*", Fact(free=place.fact.free), place.inside)

    def _order(self, place: Place) -> str:
        return self._more.lists.get(place.pattern) or place.fact.order

    def _names(self, place: Place, wanted: list[Any], found: list[Any]) -> list[str]:
        """The fields that name the items: as known, or any usual one that differs in all items."""
        known = self._more.keys.get(place.pattern) or place.fact.key
        if known:
            return known
        for name in _NAMES:
            if all(_are_unique([item.get(name) for item in side]) for side in (wanted, found)):
                return [name]
        return []

    def _is_default(self, place: Place, value: Any) -> bool:
        default = self._more.defaults.get(place.pattern, place.fact.default)
        return default is not None and canonical(value) == canonical(default)


def _says_nothing(value: Any) -> bool:
    return canonical(value) is EMPTY


def _get(found: Mapping[str, Any], key: str) -> Any:
    if key in found:
        return found[key]
    other = key[:1].swapcase() + key[1:]
    return found.get(other)


def _is_policy(value: Mapping[str, Any]) -> bool:
    return "Statement" in value and value.keys() <= {"Version", "Id", "Statement"}


def _as_map(items: list[Any], twin: Mapping[str, Any]) -> Any:
    """A list of keys and values as the map that the other side writes; the list itself when it is none."""
    for key, value in (("Key", "Value"), ("Name", "Value"), ("key", "value")):
        if items and all(isinstance(item, Mapping) and item.keys() == {key, value} for item in items):
            if not twin.keys() <= {key, value}:
                return {str(item[key]): item[value] for item in items}
    return items


def _is_providers_own(item: Mapping[str, Any]) -> bool:
    """Tags that the provider keeps for itself."""
    key = item.get("Key", item.get("TagKey"))
    return isinstance(key, str) and key.startswith("aws:")


def _are_unique(names: list[Any]) -> bool:
    return all(isinstance(name, str | int) for name in names) and len(set(names)) == len(names)


def _named_alike(names: list[str], wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return all(spelled_alike(name, wanted.get(name), found.get(name)) for name in names)


def _are_pairs(names: list[str], wanted: list[Any], found: list[Any]) -> bool:
    """Whether the items are names with values: tags, variables, attributes. A service and others add their own."""
    fields = {*names, "Value"}
    return names in (["Key"], ["Name"]) and all(item.keys() <= fields for item in (*wanted, *found))


def _likeness(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> float:
    """The share of the declared fields that agree."""
    return sum(canonical(value) == canonical(found.get(key)) for key, value in wanted.items()) / max(len(wanted), 1)
