"""The severity table: its schema, and finding the rules that apply to a difference."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files

import msgspec
from msgspec import Struct, field

from engine.model import Category, Change, Difference, Dimensions, DriftKind, Level
from ml.predicates import TESTS, new_leaves, spans


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of `rules`. The table's head says what the fields mean.

    `reference` names the benchmark's recommendation, or the provider's control, that says the same.
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
    ports: frozenset[int] = frozenset()
    fallback: bool = False
    security: int = 0
    compliance: int = 0
    performance: int = 0
    cost: int = 0
    disruption: float = 0.0

    def fits(self, change: Change) -> bool:
        """Whether the change is what this rule is about. Of values that are hidden, nothing can be told."""
        path = _plain_path(change.path)
        if not _any_fits(self.paths, path) or _any_fits(self.unless_paths, path):
            return False
        if self.when == "any" and not self.values and not self.ports:
            return True
        if change.sensitive:
            return False
        new = new_leaves(change.declared, change.actual) if self.values else ()
        return (
            TESTS[self.when](change.declared, change.actual)
            and (not self.values or any(_any_fits(self.values, leaf) for leaf in new))
            and (not self.ports or spans(change.actual, self.ports))
        )


class Adjustment(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of `adjustments`: what the circumstances of a change add to its scores."""

    id: str
    reason: str
    add: Dimensions = Dimensions()
    at_least: Dimensions = Dimensions()
    cause: Category | None = None
    confidence: float = 0.0
    principals: list[str] = field(default_factory=list)
    denied_before: bool = False
    tags: dict[str, list[str]] = field(default_factory=dict)


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    levels: dict[Level, int]
    rules: list[Rule]
    adjustments: list[Adjustment]
    disruption: dict[Category, float]


class Match(Struct, frozen=True):
    """A rule that applies, to the change at `path`; without one when the resource as a whole is the drift."""

    rule: Rule
    path: str = ""


@cache
def load_table() -> Table:
    """The shipped table."""
    return msgspec.toml.decode(files("ml").joinpath("severity.toml").read_bytes(), type=Table)


def matches(difference: Difference) -> list[Match]:
    """The rules that apply, change by change; the first fallback where nothing else does."""
    rules = _rules_for(difference.resource.type, difference.kind)
    if difference.kind is not DriftKind.MODIFIED:
        return [Match(rule) for rule in _preferred(iter(rules))]
    return [
        Match(rule, change.path)
        for change in difference.changes
        for rule in _preferred(rule for rule in rules if rule.fits(change))
    ]


def _preferred(rules: Iterator[Rule]) -> list[Rule]:
    found = list(rules)
    return [rule for rule in found if not rule.fallback] or found[:1]


@lru_cache(maxsize=4096)
def _rules_for(resource_type: str, kind: DriftKind) -> tuple[Rule, ...]:
    return tuple(rule for rule in load_table().rules if kind in rule.kinds and _any_fits(rule.types, resource_type))


def _any_fits(patterns: list[str], text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


@lru_cache(maxsize=4096)
def _plain_path(path: str) -> str:
    """A path without indices, keys in quotes as names: `ingress[0].cidr_blocks` → `ingress.cidr_blocks`."""
    return re.sub(r'\["((?:[^"\\]|\\.)*)"\]', r".\1", re.sub(r"\[\d+\]", "", path))
