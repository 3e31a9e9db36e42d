"""Places within a CloudFormation resource, and what the registry and the tables know about each."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from engine.compare.canonical import EMPTY, canonical
from engine.compare.difference import join_path
from engine.providers.cloudformation import COMMON, NO_FACT, NO_FACTS, Fact, Facts, Registry

#: Fields that name an item of a list, where every item has one of its own.
_NAMES = (
    "Key",
    "Name",
    "Id",
    "ID",
    "Identifier",
    "DeviceName",
    "Device",
    "PolicyName",
    "ParameterName",
    "ParameterKey",
    "AttributeName",
)

#: Lists of tags: the stack, the provider and people add to them.
_TAGS = re.compile(r"Tags|TagList$")

#: Words by which services say that something is not in use, or as it comes.
_AT_REST = frozenset(
    ("none", "disabled", "disable", "off", "no", "suspended", "inactive", "default", "standard", "never", "unspecified")
)


class Place(NamedTuple):
    """`shown` is the path as reports write it, `pattern` as tables do; then the facts about it and what is below."""

    shown: str = ""
    pattern: str = ""
    fact: Fact = NO_FACT
    inside: Facts = NO_FACTS


class Places:
    """What is known about the places of one type. `unreadable` are those that no answer shows, or nobody sets."""

    def __init__(self, native: str, registry: Registry) -> None:
        self._type = registry.type(native)
        self._more = registry.supplement(native)
        self._common = registry.supplement(COMMON)
        self.unreadable = frozenset((*self._type.read_only, *self._type.write_only))
        self._create_only = frozenset(self._type.create_only)
        self._fixed = self.unreadable | {*self._type.id, *self._type.create_only, *self._more.moving}

    @property
    def tags(self) -> str:
        """The property that holds the resource's tags."""
        return self._type.tags or "Tags"

    def is_told(self, declared: Mapping[str, Any], actual: Mapping[str, Any]) -> bool:
        """Whether an answer tells more than which resource it is: lists of some types name the resources only."""
        return any(name not in self._fixed for name in actual) or all(name in self._fixed for name in declared)

    def root(self) -> Place:
        """The resource itself."""
        return Place(inside=self._type.shape.get("", NO_FACTS))

    def below(self, place: Place, name: str) -> Place:
        """A property of an object."""
        fact = place.inside.get(name, NO_FACT)
        inside = self._type.shape.get(fact.of, NO_FACTS) if fact.of else NO_FACTS
        pattern = f"{place.pattern}.{name}" if place.pattern else name
        return Place(join_path(place.shown, name), pattern, fact, inside)

    def item(self, place: Place, at: int | str) -> Place:
        """An item of a list, by its index or its name."""
        shown = join_path(place.shown, at) if isinstance(at, str) else f"{place.shown}[{at}]"
        return Place(shown, f"{place.pattern}.*", Fact(free=place.fact.free), place.inside)

    def order(self, place: Place) -> str:
        """What the order of a list means, see `Fact.order`."""
        name = place.pattern.rpartition(".")[2]
        known = self._more.lists.get(place.pattern) or self._common.lists.get(name)
        if known:
            return known
        # To a list that is fixed at creation nobody adds: what is more there was added by the service.
        return "settings" if _TAGS.search(name) or place.pattern in self._create_only else place.fact.order

    def names(self, place: Place, wanted: list[Any], found: list[Any]) -> list[str]:
        """The fields that name the items: as known, or any usual one that differs in all items."""
        known = self._more.keys.get(place.pattern) or place.fact.key
        if known:
            return known
        for name in _NAMES:
            if all(_are_unique([item.get(name) for item in side]) for side in (wanted, found)):
                return [name]
        return []

    def is_unreadable(self, place: Place) -> bool:
        """Whether no answer shows what the template says there."""
        return place.pattern in self.unreadable

    def may_be_left_out(self, place: Place) -> bool:
        """Whether an answer may lack the value although it is set: what cannot change need not be shown."""
        return place.pattern in self._create_only

    def is_always_shown(self, place: Place) -> bool:
        """Whether a value that an answer lacks is not set."""
        return place.pattern in self._more.shown

    def is_fixed(self, place: Place) -> bool:
        """Whether nobody sets the value of a resource that is there already."""
        return place.pattern in self._fixed

    def is_default(self, place: Place, value: Any) -> bool:
        """Whether the value is what the service sets by itself."""
        known = self._more.defaults.get(place.pattern)
        defaults = [*(known if isinstance(known, list) else [known]), known, place.fact.default]
        form = canonical(value)
        return any(form == canonical(default) for default in defaults if default is not None)

    def is_known_default(self, place: Place) -> bool:
        """Whether the tables, rather than the schema, tell a default."""
        return place.pattern in self._more.defaults

    def spelling(self, place: Place, value: Any) -> str:
        """The value in the spelling that the tables prefer."""
        name = place.pattern.rpartition(".")[2]
        table = self._more.same_as.get(place.pattern) or self._common.same_as.get(name, {})
        return table.get(str(value), str(value))


def is_at_rest(text: str) -> bool:
    """Whether a word says that something is not in use, or as it comes."""
    return text.casefold() in _AT_REST


def says_nothing(value: Any) -> bool:
    """Whether a value is null, empty, false or zero."""
    return canonical(value) is EMPTY


def is_providers_own(item: Mapping[str, Any]) -> bool:
    """Whether an item is a tag that the provider keeps for itself."""
    key = item.get("Key", item.get("TagKey"))
    return isinstance(key, str) and key.startswith("aws:")


def are_pairs(names: list[str], wanted: list[Any], found: list[Any]) -> bool:
    """Whether the items are names with values: tags, variables, attributes. A service and others add their own."""
    fields = {field for item in (*wanted, *found) for field in item}
    return len(fields) == 2 and len(names) == 1 and names[0] in fields and any(re.search("Value$", f) for f in fields)


def _are_unique(names: list[Any]) -> bool:
    return all(isinstance(name, str | int) for name in names) and len(set(names)) == len(names)
