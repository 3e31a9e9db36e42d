"""What counted in the ensemble's opinions, in sentences: the signals of the evidence model, and what else it saw."""

import math
from collections.abc import Sequence

import numpy as np
from msgspec import structs

from engine.model import Category, Signal
from ml.ensemble.pooling import Table
from ml.evidence import evidence_table
from ml.features import Vector, feature_names, feature_table
from ml.verdict import Opinion

#: What moves no cause by so much (log-odds) is not told, and so many measures at most are.
_WORTH_TELLING, _MOST = 0.15, 8


def opinions_from(
    probabilities: Table, contributions: Table, matrix: Vector, evidence: Sequence[Opinion], shares: Table
) -> list[Opinion]:
    """The ensemble's opinions of some cases.

    contributions: cases × categories × features, and last the base. matrix: the features. evidence: the evidence
    model's opinions, and `shares` its weight in the pool for each case.
    """
    centred = contributions - contributions.mean(axis=1, keepdims=True)
    moved = np.abs(centred).max(axis=1)
    return [
        _opinion(dict(zip(Category, map(float, said), strict=True)), *each)
        for said, *each in zip(probabilities, centred, moved, matrix, evidence, shares, strict=True)
    ]


def _opinion(
    distribution: dict[Category, float], centred: Table, moved: Table, row: Vector, evidence: Opinion, share: float
) -> Opinion:
    places = {signal.name: feature_names().index(signal.name) for signal in evidence.signals}
    signals = [_weighed(signal, centred[:, places[signal.name]], share) for signal in evidence.signals]
    seen = set(places.values())
    measures: list[Signal] = []
    for place in np.argsort(-moved[:-1], kind="stable"):
        if moved[place] < _WORTH_TELLING or len(measures) == _MOST:
            break
        if place not in seen and (told := _measure(int(place), float(row[place]), centred[:, place])):
            measures.append(told)
    return Opinion(distribution, (*signals, *measures))


def _weighed(signal: Signal, contribution: Table, share: float) -> Signal:
    """A signal of the evidence model with what it weighs in the whole pool: its own weights, and what the trees add."""
    own = np.array([signal.weights.get(category, 0.0) for category in Category])
    own = share * (own - own.mean()) / evidence_table().temper
    return structs.replace(signal, weights=_by_category(own + contribution))


def _measure(place: int, value: float, contribution: Table) -> Signal | None:
    """What counted by its being there or by its absence, where there is a sentence for it."""
    name = feature_names()[place]
    is_there = not math.isnan(value) and value != 0
    sentence = _there(name, value) if is_there else _lacking(name)
    return Signal(name if is_there else f"no_{name}", sentence, _by_category(contribution)) if sentence else None


def _there(name: str, value: float) -> str:
    feature = feature_table().get(name)
    return feature.says.replace("{value}", f"{value:.3g}") if feature else ""


def _lacking(name: str) -> str:
    feature = feature_table().get(name)
    return feature.lacks if feature else evidence_table().signal[name].lacks


def _by_category(weights: Table) -> dict[Category, float]:
    return {category: round(weight, 3) for category, weight in zip(Category, weights.tolist(), strict=True)}
