"""What is made of a distribution: the cause that is named, how sure that is, and why the others are not."""

import math
from collections.abc import Mapping, Sequence

from msgspec import Struct

from engine.model import Category, Cause, RuledOut, Signal
from ml.evidence import evidence_table

#: 90 % of a normal distribution lies within this many deviations.
_Z = 1.645
#: From this weight on, a signal alone rules a cause out.
_RULES_OUT = -1.0


class Opinion(Struct, frozen=True):
    """What a model says of a case: how likely each cause is, and what spoke for and against it."""

    distribution: Mapping[Category, float]
    signals: tuple[Signal, ...]


class Voice(Struct, frozen=True):
    """Whose opinion it is.

    model: its name, as reports have it. learned_from: in words, empty where people set its weights. possible_from:
    the probability from which on a cause stays possible beside the named one; None where that was never measured.
    """

    model: str
    learned_from: str
    possible_from: float | None = None


def strength(signal: Signal) -> float:
    """How much a signal says, for or against any cause."""
    weights = signal.weights.values()
    return max(*weights, -min(weights))


def cause_of(opinion: Opinion, voice: Voice) -> Cause:
    """The cause that an opinion names."""
    rounded = _rounded(opinion.distribution)
    category = max(Category, key=lambda each: rounded[each])
    least = voice.possible_from
    possible = [each for each in Category if least is not None and (each is category or rounded[each] >= least)]
    return Cause(
        category=category,
        confidence=rounded[category],
        interval=_interval(rounded[category], opinion.signals),
        distribution=rounded,
        model=voice.model,
        signals=tuple(sorted(opinion.signals, key=lambda signal: (-strength(signal), signal.name))),
        possible=tuple(sorted(possible, key=lambda each: -rounded[each])),
        learned_from=voice.learned_from,
    )


def ruled_out(cause: Cause) -> tuple[RuledOut, ...]:
    """The unlikely categories, each with the signal that speaks most against it or with what is lacking for it."""
    below = evidence_table().ruled_out_below
    unlikely = (each for each in Category if each is not cause.category and cause.distribution[each] < below)
    return tuple(RuledOut(category, _because(category, cause)) for category in unlikely)


def _because(category: Category, cause: Cause) -> str:
    without, unless = evidence_table().without[category], evidence_table().unless[category]
    seen = _seen(cause.signals)
    against = min(seen or cause.signals, key=lambda signal: signal.weights.get(category, 0.0), default=None)
    weight = against.weights.get(category, 0.0) if against else 0.0
    if against is not None and weight < 0 and any(signal.name in unless for signal in seen):
        return against.reason
    return f"{without}; {against.reason}" if against is not None and weight <= _RULES_OUT else without


def _seen(signals: Sequence[Signal]) -> list[Signal]:
    """The signals of the evidence model: what else counted, such as what was absent, is no observation of its own."""
    return [signal for signal in signals if signal.name in evidence_table().signal]


def _rounded(distribution: Mapping[Category, float]) -> dict[Category, float]:
    """To four places, so that the five still sum to one."""
    rounded = {category: round(distribution[category], 4) for category in Category}
    top = max(Category, key=lambda each: rounded[each])
    rounded[top] = round(rounded[top] + 1 - sum(rounded.values()), 4)
    return rounded


def _interval(probability: float, signals: Sequence[Signal]) -> tuple[float, float]:
    """The Wilson interval for a share seen in as many observations as the evidence is worth."""
    table = evidence_table()
    count = table.base_observations + table.per_weight * sum(map(strength, _seen(signals)))
    middle = (probability + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    spread = _Z / (1 + _Z**2 / count) * math.sqrt(probability * (1 - probability) / count + _Z**2 / (4 * count**2))
    return round(max(0.0, middle - spread), 4), round(min(1.0, middle + spread), 4)
