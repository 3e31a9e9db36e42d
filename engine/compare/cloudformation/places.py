"""Places within a CloudFormation resource, and what the registry and the tables know about each.

A place is made once, when a resource first has something there, and then serves all resources of the type.
"""

import re
from collections.abc import Mapping
from typing import Any

from engine.compare.canonical import EMPTY, canonical
from engine.providers.cloudformation import COMMON, NO_FACT, NO_FACTS, Fact, Facts, Registry

#: Fields that name an item of a list, where every item has one of its own.
_NAMES = (
    "Key",
    "TagKey",
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


class Place:
    """A property, a field of one, an item of a list: `pattern` is its path as tables write it.

    is_unreadable: no answer shows what the template says there. is_created: it is fixed at creation. is_fixed: nobody
    sets it on a resource that is there already. may_lack: an answer may lack it although it is set, as what is fixed
    at creation, and what is deprecated and so told under another name. is_shown: an answer that lacks it says that it
    is not set. order: what the order of a list means, see `Fact.order`.
    """

    __slots__ = (
        "_below",
        "_defaults",
        "_inside",
        "_keys",
        "_same_as",
        "_type",
        "fact",
        "has_known_default",
        "is_created",
        "is_fixed",
        "is_shown",
        "is_tag",
        "is_unreadable",
        "may_lack",
        "name",
        "order",
        "pattern",
    )

    def __init__(self, of: "Places", pattern: str, fact: Fact, inside: Facts) -> None:
        name = pattern.rpartition(".")[2]
        self._type, self._inside = of, inside
        self._below: dict[str, Place] = {}
        self.pattern, self.name, self.fact = pattern, name, fact
        self.is_tag = pattern.endswith("Tags.*.Value")
        self.is_unreadable = pattern in of.unreadable
        self.is_created = pattern in of.created
        self.may_lack = self.is_created or pattern in of.deprecated
        self.is_fixed = pattern in of.fixed
        self.is_shown = pattern in of.more.shown
        self.order = self._order()
        self.has_known_default = pattern in of.more.defaults
        self._defaults = _forms(of.more.defaults.get(pattern)) | _forms(fact.default)
        self._keys = of.more.keys.get(pattern) or fact.key
        self._same_as = of.more.same_as.get(pattern) or of.common.same_as.get(name, {})

    def below(self, name: str) -> "Place":
        """A property of an object."""
        known = self._below.get(name)
        if known is None:
            fact = self._inside.get(name, NO_FACT)
            pattern = f"{self.pattern}.{name}" if self.pattern else name
            inside = self._type.shape.get(fact.of, NO_FACTS) if fact.of else NO_FACTS
            known = Place(self._type, pattern, fact, inside)
            if not self.fact.free:
                self._below[name] = known
        return known

    def item(self) -> "Place":
        """An item of a list."""
        known = self._below.get("*")
        if known is None:
            known = Place(self._type, f"{self.pattern}.*", Fact(free=self.fact.free), self._inside)
            self._below["*"] = known
        return known

    def names(self, wanted: list[Any], found: list[Any]) -> list[str]:
        """The fields that name the items: as known, or any usual one that differs in all items."""
        if self._keys:
            return self._keys
        return next(([name] for name in _NAMES if _are_unique(name, wanted) and _are_unique(name, found)), [])

    def is_default(self, value: Any) -> bool:
        """Whether the value is what the service sets by itself."""
        return bool(self._defaults) and canonical(value) in self._defaults

    def spelling(self, value: Any) -> str:
        """The value in the spelling that the tables prefer."""
        return self._same_as.get(str(value), str(value))

    def _order(self) -> str:
        of = self._type
        known = of.more.lists.get(self.pattern) or of.common.lists.get(self.name)
        if known:
            return known
        # To a list that is fixed at creation nobody adds: what is more there was added by the service.
        return "settings" if _TAGS.search(self.name) or self.is_created else self.fact.order


class Places:
    """What is known about one type, and its `root`: the place of the resource itself."""

    def __init__(self, native: str, registry: Registry) -> None:
        known = registry.type(native)
        self.more, self.common = registry.supplement(native), registry.supplement(COMMON)
        self.unreadable = frozenset((*known.read_only, *known.write_only))
        self.created, self.deprecated = frozenset(known.create_only), frozenset(known.deprecated)
        self.fixed = self.unreadable | {*known.id, *known.create_only, *self.more.moving}
        #: The property that holds the resource's tags.
        self.tags = known.tags or "Tags"
        self.shape = known.shape
        self.root = Place(self, "", NO_FACT, self.shape.get("", NO_FACTS))

    def is_told(self, declared: Mapping[str, Any], actual: Mapping[str, Any]) -> bool:
        """Whether an answer tells more than which resource it is: lists of some types name the resources only."""
        return any(name not in self.fixed for name in actual) or all(name in self.fixed for name in declared)


def is_at_rest(value: Any) -> bool:
    """Whether a value is a word that says that something is not in use, or as it comes."""
    return isinstance(value, str) and value.casefold() in _AT_REST


def says_nothing(value: Any) -> bool:
    """Whether a value is null, empty, false or zero, or holds no more than such."""
    if not value:
        return True
    if isinstance(value, dict):
        return all(map(says_nothing, value.values()))
    if isinstance(value, list):
        return all(item not in (0, "0") and says_nothing(item) for item in value)  # there, zero and false are values
    return isinstance(value, str) and canonical(value) is EMPTY


def is_providers_own(item: Mapping[str, Any]) -> bool:
    """Whether an item is a tag that the provider keeps for itself."""
    key = item.get("Key", item.get("TagKey"))
    return isinstance(key, str) and key.startswith("aws:")


def are_pairs(names: list[str], wanted: list[Any], found: list[Any]) -> bool:
    """Whether the items are names with values: tags, variables, attributes. A service and others add their own."""
    fields = {field for item in (*wanted, *found) for field in item}
    return len(fields) == 2 and len(names) == 1 and names[0] in fields and any(re.search("Value$", f) for f in fields)


def _are_unique(name: str, items: list[Any]) -> bool:
    names = [item.get(name) for item in items]
    return all(isinstance(name, str | int) for name in names) and len(set(names)) == len(names)


def _forms(default: Any) -> frozenset[Any]:
    """The canonical forms of a default; of a list, of each of its values too."""
    if default is None:
        return frozenset()
    return frozenset(map(canonical, (default, *default) if isinstance(default, list) else (default,)))
