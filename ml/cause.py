"""Why a drift came about: a transparent model that adds up what each signal says (`evidence.toml`)."""

import math
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from engine.model import Attribution, Category, Cause, Difference, RuledOut, Signal
from ml.case import Case, Vocabulary
from ml.signals import see

#: 90 % of a normal distribution lies within this many deviations.
_Z = 1.645


class _Weighted(Struct, frozen=True, forbid_unknown_fields=True):
    reason: str
    weights: dict[Category, float]


class EvidenceTable(Struct, frozen=True, forbid_unknown_fields=True):
    """The model's table; see its head for what each part means."""

    version: int
    temper: float
    base_observations: float
    per_weight: float
    ruled_out_below: float
    prior: dict[Category, float]
    without: dict[Category, str]
    signal: dict[str, _Weighted]
    words: dict[str, str]
    attributes: dict[str, str]


def explain(difference: Difference, attribution: Attribution, as_of: datetime) -> tuple[Cause, tuple[RuledOut, ...]]:
    """The cause of a difference as a distribution over the five categories, and what was ruled out and why.

    With little evidence the distribution stays near the prior, the confidence is low and the interval wide: such a
    cause is undetermined.
    """
    table = evidence_table()
    vocabulary = Vocabulary(table.words, table.attributes)
    seen = see(Case(difference, attribution, as_of, vocabulary))
    signals = _weighed(seen, table)
    distribution = _distribution(signals, table)
    category = max(Category, key=lambda each: distribution[each])
    cause = Cause(
        category=category,
        confidence=distribution[category],
        interval=_interval(distribution[category], signals, table),
        distribution=distribution,
        model=f"evidence@{table.version}",
        signals=signals,
    )
    return cause, _ruled_out(distribution, category, signals, table)


@cache
def evidence_table() -> EvidenceTable:
    """The shipped table."""
    return msgspec.toml.decode(files("ml").joinpath("evidence.toml").read_bytes(), type=EvidenceTable)


def _weighed(seen: Mapping[str, str], table: EvidenceTable) -> tuple[Signal, ...]:
    """The signals with their sentences, the weightiest first."""
    signals = [
        Signal(name, weighted.reason.replace("{detail}", seen[name]), weighted.weights)
        for name, weighted in table.signal.items()
        if name in seen
    ]
    return tuple(sorted(signals, key=lambda signal: (-_strength(signal), signal.name)))


def _strength(signal: Signal) -> float:
    return max(abs(weight) for weight in signal.weights.values())


def _distribution(signals: tuple[Signal, ...], table: EvidenceTable) -> dict[Category, float]:
    """Softmax over prior and sums, rounded so that the five still sum to one."""
    scores = {
        category: math.log(table.prior[category])
        + sum(signal.weights.get(category, 0.0) for signal in signals) / table.temper
        for category in Category
    }
    highest = max(scores.values())
    shares = {category: math.exp(score - highest) for category, score in scores.items()}
    total = sum(shares.values())
    rounded = {category: round(share / total, 4) for category, share in shares.items()}
    top = max(Category, key=lambda each: rounded[each])
    rounded[top] = round(rounded[top] + 1 - sum(rounded.values()), 4)
    return rounded


def _interval(probability: float, signals: tuple[Signal, ...], table: EvidenceTable) -> tuple[float, float]:
    """The Wilson interval for a share seen in as many observations as the evidence is worth."""
    count = table.base_observations + table.per_weight * sum(_strength(signal) for signal in signals)
    middle = (probability + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    spread = _Z / (1 + _Z**2 / count) * math.sqrt(probability * (1 - probability) / count + _Z**2 / (4 * count**2))
    return round(max(0.0, middle - spread), 4), round(min(1.0, middle + spread), 4)


def _ruled_out(
    distribution: Mapping[Category, float], named: Category, signals: tuple[Signal, ...], table: EvidenceTable
) -> tuple[RuledOut, ...]:
    """The unlikely categories, each with the signal that speaks most against it or with what is lacking for it."""
    found = []
    for category in Category:
        if category is named or distribution[category] >= table.ruled_out_below:
            continue
        against = min(signals, key=lambda signal: signal.weights.get(category, 0.0), default=None)
        supported = any(signal.weights.get(category, 0.0) > 0.5 for signal in signals)
        if against is not None and against.weights.get(category, 0.0) < 0 and supported:
            found.append(RuledOut(category, against.reason))
        elif against is not None and against.weights.get(category, 0.0) <= -1.0:
            found.append(RuledOut(category, f"{table.without[category]}; {against.reason}"))
        else:
            found.append(RuledOut(category, table.without[category]))
    return tuple(found)
