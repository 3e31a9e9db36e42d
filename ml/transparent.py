"""The transparent model: a cause's odds are the sum of what each signal says (`evidence.toml`)."""

import math
from collections.abc import Mapping

from engine.model import Category, Signal
from ml.evidence import evidence_table
from ml.verdict import Opinion, Voice


def voice() -> Voice:
    """What reports say of this model."""
    return Voice(f"evidence@{evidence_table().version}", learned_from="")


def opinion_of(seen: Mapping[str, str]) -> Opinion:
    """What the model says of a case in which these signals were seen, each with its detail."""
    signals = signals_of(seen)
    return Opinion(distribution_of(signals), signals)


def signals_of(seen: Mapping[str, str]) -> tuple[Signal, ...]:
    """What was seen, each with its sentence and what it says of each cause, in the order of the table."""
    return tuple(
        Signal(name, weighted.reason.replace("{detail}", seen[name]), weighted.weights)
        for name, weighted in evidence_table().signal.items()
        if name in seen
    )


def distribution_of(signals: tuple[Signal, ...]) -> dict[Category, float]:
    """The probabilities of the causes by the prior and what the signals say. They sum to 1."""
    table = evidence_table()
    scores = {
        category: math.log(table.prior[category])
        + sum(signal.weights.get(category, 0.0) for signal in signals) / table.temper
        for category in Category
    }
    highest = max(scores.values())
    shares = {category: math.exp(score - highest) for category, score in scores.items()}
    total = sum(shares.values())
    return {category: share / total for category, share in shares.items()}
