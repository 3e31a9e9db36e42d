"""How likely it is that leaving or reverting a drift disturbs a service, by the table `rules/risk.toml`."""

import math
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from itertools import chain

import msgspec
from msgspec import Struct, field

from engine.model import Category, Cause, Change, Difference, DriftKind, Environment, Risk, Surroundings
from ml.severity_rules import Match, Rulebook, shipped_rules
from ml.surroundings import surroundings_of
from ml.vocabulary import path_of, types_of

#: Nothing is certain.
_LEAST, _MOST = 0.01, 0.97


class Term(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What moves the odds; the table's head says what the fields mean."""

    id: str
    reason: str
    log_odds: float
    kinds: list[DriftKind] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    attributes: dict[str, list[str]] = field(default_factory=dict)
    environments: list[Environment] = field(default_factory=list)
    foundation: bool | None = None
    exposed: bool | None = None
    dependents_from: int = 0
    zero: bool = False

    def fits(self, difference: Difference, surroundings: Surroundings) -> bool:
        """Whether the difference is one whose odds it moves."""
        types = types_of(difference.resource.type)
        return (
            (not self.kinds or difference.kind in self.kinds)
            and (not self.types or any(_any_fits(self.types, name) for name in types))
            and (not self.environments or surroundings.environment in self.environments)
            and self.foundation in (None, surroundings.foundation)
            and self.exposed in (None, surroundings.exposed)
            and surroundings.dependents >= self.dependents_from
            and (not self.attributes or self._names_change(difference, types))
        )

    def _names_change(self, difference: Difference, types: Iterable[str]) -> bool:
        tables = [paths for fits, paths in self.attributes.items() if any(fnmatchcase(name, fits) for name in types)]
        paths = list(chain.from_iterable(tables))
        changed = [change for change in difference.changes if not self.zero or _fell_to_zero(change)]
        return any(_any_fits(paths, path_of(difference.resource.type, change.path)) for change in changed)


class Calibration(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What turns log-odds into a probability, and how well that went on cases of types that a fit had not seen.

    brier: the mean squared error; chance: that of always saying the share of cases that disturb. calibration_error:
    how far what is said is from what happens, over the cases.
    """

    slope: float
    intercept: float
    cases: int
    brier: float
    chance: float
    calibration_error: float
    measured_on: str


class RiskTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole table."""

    version: int
    causes: dict[Category, float]
    calibration: Calibration
    terms: list[Term]


@cache
def load_risk() -> RiskTable:
    """The shipped table."""
    return msgspec.toml.decode(files("ml").joinpath("rules", "risk.toml").read_bytes(), type=RiskTable)


def assess_risk(
    difference: Difference,
    cause: Cause,
    surroundings: Surroundings | None = None,
    book: Rulebook | None = None,
    found: Sequence[Match] | None = None,
) -> Risk:
    """The probability, what it comes from, and what it was calibrated on.

    Without `surroundings` they are worked out; without `book`, by the shipped rules; `found` are the book's matches,
    where they are known already.
    """
    table = load_risk()
    found = (book or shipped_rules()).matches(difference) if found is None else found
    terms = terms_of(difference, surroundings or surroundings_of(difference))
    odds = log_odds(found, terms, cause)
    calibration = table.calibration
    probability = _probability(calibration.slope * odds + calibration.intercept)
    start = max(found, key=lambda match: match.rule.disruption, default=None)
    strongest = [f"{start.rule.reason} ({start.rule.id})"] if start is not None and start.rule.disruption else []
    return Risk(
        disruption_probability=round(min(max(probability, _LEAST), _MOST), 3),
        reasons=(
            *strongest,
            *(f"{term.reason} ({term.id})" for term in terms),
            f"Calibrated on {calibration.cases} {calibration.measured_on}",
        ),
        model=f"disruption@{table.version}",
    )


def terms_of(difference: Difference, surroundings: Surroundings) -> list[Term]:
    """The terms that fit, the weightiest first."""
    fitting = [term for term in load_risk().terms if term.fits(difference, surroundings)]
    return sorted(fitting, key=lambda term: (-abs(term.log_odds), term.id))


def log_odds(found: Iterable[Match], terms: Iterable[Term], cause: Cause) -> float:
    """The log-odds before calibration. Many changes under one rule are one thing that happened."""
    strongest: dict[str, Match] = {}
    for match in found:
        known = strongest.get(match.path)
        if known is None or match.rule.disruption > known.rule.disruption:
            strongest[match.path] = match
    rules = {match.rule.id: match.rule for match in strongest.values()}
    calm = math.prod(1 - rule.disruption for rule in rules.values())
    start = min(max(1 - calm, _LEAST), _MOST)
    causes = load_risk().causes
    by_cause = sum(share * math.exp(causes[category]) for category, share in cause.distribution.items())
    return math.log(start / (1 - start)) + sum(term.log_odds for term in terms) + math.log(by_cause or 1.0)


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _fell_to_zero(change: Change) -> bool:
    return change.actual in (0, "0") and change.actual is not False and change.declared not in (None, 0, "0")


def _any_fits(patterns: Iterable[str], text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)
