"""The severity rules: their schema, and finding those that apply to a difference."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.model import Against, Category, Change, Difference, Dimensions, DriftKind, Environment, Level
from ml.openings import lets_in, spans
from ml.predicates import TESTS, new_leaves
from ml.vocabulary import path_of, types_of

#: The tables of rules, in the order in which they are looked through; the fallbacks come last.
TABLES = ("aws", "google", "azure", "kubernetes", "any")

#: How deep a change is looked into, and at how many places of it: what somebody wrote may be as large as they like.
_DEPTH, _PLACES = 12, 300
_ITEM = re.compile(r"\[\d+\]$")


class Place(Struct, frozen=True):
    """Somewhere that the two sides differ: a change, or a part of one. `path` is in the rules' names, without indices.

    item: it is one item of a list, not the whole of it. hidden: the values are not shown.
    """

    path: str
    declared: Any
    actual: Any
    item: bool = False
    hidden: bool = False


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of `rules`; the head of `rules/any.toml` says what the fields mean.

    `reference` names the benchmark's recommendation, or the provider's control, that says the same, and what it asks.
    """

    id: str
    reason: str
    reference: str = ""
    kinds: list[DriftKind] = field(default_factory=lambda: [DriftKind.MODIFIED])
    types: list[str] = field(default_factory=lambda: ["*"])
    paths: list[str] = field(default_factory=lambda: ["*"])
    unless_paths: list[str] = field(default_factory=list)
    when: str = "any"
    values: list[str] = field(default_factory=list)
    whole: bool | None = None
    ports: frozenset[int] = frozenset()
    fallback: bool = False
    security: int = 0
    compliance: int = 0
    performance: int = 0
    cost: int = 0
    disruption: float = 0.0

    def is_about(self, path: str) -> bool:
        """Whether the rule speaks of this path, in the rules' names."""
        path = path.lower() if self.fallback else path
        return _any_fits(self.paths, path) and not _any_fits(self.unless_paths, path)

    def holds(self, place: Place) -> bool:
        """Whether what became of a place that it is about is what it says. Of hidden values, nothing can be told."""
        if self.whole is not None and self.whole is place.item:
            return False
        if self.when == "any" and not self.values and not self.ports:
            return True
        if place.hidden:
            return False
        new = new_leaves(place.declared, place.actual) if self.values else ()
        return (
            TESTS[self.when](place.declared, place.actual)
            and (not self.values or any(_any_fits(self.values, leaf) for leaf in new))
            and (not self.ports or spans(place.actual, self.ports))
        )


class Adjustment(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of `adjustments` in `rules/scale.toml`: what the circumstances of a change add to its scores."""

    id: str
    reason: str
    add: Dimensions = Dimensions()
    more: Dimensions = Dimensions()
    at_least: Dimensions = Dimensions()
    cause: Category | None = None
    confidence: float = 0.0
    principals: list[str] = field(default_factory=list)
    denied_before: bool = False
    tags: dict[str, list[str]] = field(default_factory=dict)
    environments: list[Environment] = field(default_factory=list)
    exposed: bool | None = None
    data: list[str] = field(default_factory=list)
    foundation: bool | None = None
    dependents_from: int = 0
    shared_from: int = 0


class Scale(Struct, frozen=True, forbid_unknown_fields=True):
    """What scores amount to, and what circumstances add to them."""

    levels: dict[Level, int]
    adjustments: list[Adjustment]


class Match(Struct, frozen=True):
    """A rule that applies, to the change at `path`; without one when the resource as a whole is the drift."""

    rule: Rule
    path: str = ""
    against: Against = Against.DECLARED


class _Rules(Struct, frozen=True, forbid_unknown_fields=True):
    rules: list[Rule]


class Rulebook:
    """Rules and scale: the shipped ones, or with a user's own laid over them."""

    def __init__(self, rules: Iterable[Rule], scale: Scale) -> None:
        self.rules = tuple(rules)
        self.scale = scale
        self._chosen: dict[tuple[str, DriftKind], tuple[Rule, ...]] = {}
        self._about = lru_cache(maxsize=8192)(self._speaking_of)

    def matches(self, difference: Difference) -> list[Match]:
        """The rules that apply, change by change; the first fallback where nothing else does."""
        type_ = difference.resource.type
        if difference.kind is not DriftKind.MODIFIED:
            return [Match(rule) for rule in _preferred(self._rules_for(type_, difference.kind))]
        found = []
        for change in difference.changes:
            fitting = {
                number: rule
                for place in _places(type_, change)
                for number, rule in self._about(type_, place.path)
                if rule.holds(place)
            }
            ordered = [fitting[number] for number in sorted(fitting)]
            found += [Match(rule, change.path, change.against) for rule in _preferred(ordered)]
        return found

    def _speaking_of(self, declared_type: str, path: str) -> tuple[tuple[int, Rule], ...]:
        """The rules for changes of a type that speak of a path, with their places in the order of the tables."""
        rules = self._rules_for(declared_type, DriftKind.MODIFIED)
        return tuple((number, rule) for number, rule in enumerate(rules) if rule.is_about(path))

    def _rules_for(self, declared_type: str, kind: DriftKind) -> tuple[Rule, ...]:
        known = self._chosen.get((declared_type, kind))
        if known is None:
            names = types_of(declared_type)
            known = tuple(
                rule for rule in self.rules if kind in rule.kinds and any(_any_fits(rule.types, name) for name in names)
            )
            self._chosen[declared_type, kind] = known
        return known


@cache
def shipped_rules() -> Rulebook:
    """The shipped rules and scale."""
    return Rulebook(load_rules(), load_scale())


@cache
def load_rules() -> tuple[Rule, ...]:
    """The shipped rules."""
    return tuple(rule for name in TABLES for rule in rules_in(name))


def rules_in(table: str) -> list[Rule]:
    """The shipped rules of one of TABLES."""
    return msgspec.toml.decode(_read(table), type=_Rules).rules


def shipped_rows() -> dict[str, list[dict[str, Any]]]:
    """`rules` and `adjustments` as they stand in the shipped tables, for laying others over them."""
    tables = [msgspec.toml.decode(_read(name)) for name in TABLES]
    return {
        "rules": [row for table in tables for row in table["rules"]],
        "adjustments": msgspec.toml.decode(_read("scale"))["adjustments"],
    }


@cache
def load_scale() -> Scale:
    """The shipped scale."""
    return msgspec.toml.decode(_read("scale"), type=Scale)


def matches(difference: Difference) -> list[Match]:
    """The shipped rules that apply."""
    return shipped_rules().matches(difference)


def _places(declared_type: str, change: Change) -> Iterator[Place]:
    """The change, and what it consists of where a whole object or a list of objects differs."""
    inside = _within(change.path, change.declared, change.actual)
    for path, declared, actual in islice(inside, _PLACES):
        yield Place(path_of(declared_type, path), declared, actual, _is_item(path), change.sensitive)


def _within(path: str, declared: Any, actual: Any, depth: int = _DEPTH) -> Iterator[tuple[str, Any, Any]]:
    """Goes into objects that differ and items that are new, but not into firewall rules that let nothing in.

    What belonged to an item that is gone is gone with it, and says nothing more.
    """
    yield path, declared, actual
    if not depth or (actual is None and _is_item(path)):
        return
    if _is_object(declared) and _is_object(actual) and (declared or actual):
        before, after = declared or {}, actual or {}
        if lets_in(after):
            for name in {**before, **after}:
                if _says_something(before.get(name)) or _says_something(after.get(name)):
                    yield from _within(f"{path}.{name}", before.get(name), after.get(name), depth - 1)
    elif isinstance(actual, list) and isinstance(declared, list | None):
        for index, item in enumerate(actual):
            if isinstance(item, Mapping) and item not in (declared or ()):
                yield from _within(f"{path}[{index}]", None, item, depth - 1)


def _is_item(path: str) -> bool:
    return _ITEM.search(path) is not None


def _says_something(value: Any) -> bool:
    return value not in (None, "", [], {})


def _is_object(value: Any) -> bool:
    return value is None or isinstance(value, Mapping)


def _preferred(found: Sequence[Rule]) -> list[Rule]:
    return [rule for rule in found if not rule.fallback] or list(found[:1])


def _any_fits(patterns: list[str], text: str) -> bool:
    return any(_fits(text, pattern) for pattern in patterns)


@lru_cache(maxsize=1 << 16)
def _fits(text: str, pattern: str) -> bool:
    """Few types and paths meet the same patterns again and again, and there are more of these than `fnmatch` keeps."""
    return fnmatchcase(text, pattern)


def _read(name: str) -> bytes:
    return files("ml").joinpath("rules", f"{name}.toml").read_bytes()
