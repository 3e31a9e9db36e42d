"""What counted in the ensemble's opinion, in sentences: the signals of the evidence model, and whatever else it saw."""

import math
from collections.abc import Iterator

import numpy as np
from msgspec import structs

from engine.model import Category, Signal
from ml.ensemble.pooling import Table
from ml.evidence import evidence_table
from ml.features import Vector, feature_names, feature_table
from ml.verdict import Opinion, strength

#: What moves no cause by so much (log-odds) is not told, and so many measures at most are.
_WORTH_TELLING, _MOST = 0.15, 8


def opinion_from(probabilities: Table, contributions: Table, row: Vector, evidence: Opinion, share: float) -> Opinion:
    """The ensemble's opinion of one case.

    contributions: categories × features, and last the base. row: the features. evidence: the evidence model's
    opinion, and `share` its weight in the pool.
    """
    centred = contributions - contributions.mean(axis=0)
    columns = dict(zip(feature_names(), centred.T, strict=False))
    signals = [_weighed(signal, columns[signal.name], share) for signal in evidence.signals]
    measures = sorted(_measures(columns, row, {signal.name for signal in signals}), key=strength, reverse=True)
    distribution = dict(zip(Category, map(float, probabilities), strict=True))
    return Opinion(distribution, (*signals, *measures[:_MOST]))


def _weighed(signal: Signal, contribution: Table, share: float) -> Signal:
    """A signal of the evidence model with what it weighs in the whole pool: its own weights, and what the trees add."""
    own = np.array([signal.weights.get(category, 0.0) for category in Category])
    own = share * (own - own.mean()) / evidence_table().temper
    return structs.replace(signal, weights=_by_category(own + contribution))


def _measures(columns: dict[str, Table], row: Vector, seen: set[str]) -> Iterator[Signal]:
    """What counted beside the signals that were seen, by its being there or by its absence."""
    for (name, contribution), value in zip(columns.items(), row, strict=True):
        if name in seen or np.abs(contribution).max() < _WORTH_TELLING:
            continue
        is_there = not math.isnan(value) and value != 0
        sentence = _sentence(name, float(value)) if is_there else _lacking(name)
        if sentence:
            yield Signal(name if is_there else f"no_{name}", sentence, _by_category(contribution))


def _sentence(name: str, value: float) -> str:
    feature = feature_table().get(name)
    return feature.says.replace("{value}", f"{value:.3g}") if feature else ""


def _lacking(name: str) -> str:
    feature = feature_table().get(name)
    return feature.lacks if feature else evidence_table().signal[name].lacks


def _by_category(weights: Table) -> dict[Category, float]:
    return {category: round(float(weight), 3) for category, weight in zip(Category, weights, strict=True)}
