"""What counted in the ensemble's opinions, in sentences: the signals of the evidence model, and what else it saw."""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from msgspec import structs

from engine.model import Category, Signal
from ml.ensemble.pooling import Table
from ml.evidence import evidence_table
from ml.features import Vector, feature_names, feature_table
from ml.verdict import Opinion

#: An enumeration is slow to go through, and this is done for every reason of every drift.
_CATEGORIES = tuple(Category)
#: What moves no cause by so much (log-odds) is not told, and so many measures at most are.
_WORTH_TELLING, _MOST = 0.15, 8
#: What moves no cause by so much is not even added up.
_COUNTS = 0.05


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
        _opinion(dict(zip(_CATEGORIES, said.tolist(), strict=True)), *each)
        for said, *each in zip(probabilities, centred, moved, matrix, evidence, shares, strict=True)
    ]


def _opinion(
    distribution: dict[Category, float], centred: Table, moved: Table, row: Vector, evidence: Opinion, share: float
) -> Opinion:
    """Each column's contribution goes to the signal that it is, or says the same as, or else gets a sentence."""
    weights = {signal.name: _own(signal, share) for signal in evidence.signals}
    measures: dict[str, tuple[str, Table]] = {}
    for place in np.flatnonzero(moved[:-1] >= _COUNTS):
        name, contribution = feature_names()[place], centred[:, place]
        signal = _signal_of(name, weights)
        if signal:
            weights[signal] = weights[signal] + contribution
        elif told := _told(name, float(row[place])):
            known = measures.get(told.reason)
            measures[told.reason] = (known[0], known[1] + contribution) if known else (told.name, contribution)
    signals = [structs.replace(signal, weights=_by_category(weights[signal.name])) for signal in evidence.signals]
    heights = {reason: float(np.abs(weight).max()) for reason, (_, weight) in measures.items()}
    worth = sorted(
        (reason for reason in measures if heights[reason] >= _WORTH_TELLING), key=lambda each: -heights[each]
    )
    others = [Signal(measures[reason][0], reason, _by_category(measures[reason][1])) for reason in worth[:_MOST]]
    return Opinion(distribution, (*signals, *others))


def _own(signal: Signal, share: float) -> Table:
    """What a signal of the evidence model weighs in the pool by its own weights."""
    own = np.array([signal.weights.get(category, 0.0) for category in _CATEGORIES])
    weighed: Table = share * (own - own.mean()) / evidence_table().temper
    return weighed


def _signal_of(name: str, seen: Mapping[str, Table]) -> str:
    """The seen signal that a column is, or says the same as; empty without any."""
    return next((signal for signal in _same_as()[name] if signal in seen), "")


@cache
def _same_as() -> Mapping[str, tuple[str, ...]]:
    """The signals that each column is, or says the same as."""
    measures = feature_table()
    return {name: measures[name].also if name in measures else (name,) for name in feature_names()}


class _Told(NamedTuple):
    name: str
    reason: str


def _told(name: str, value: float) -> _Told | None:
    """How it is told that a column counted by its being there, or by its absence, where there is a sentence for it."""
    is_there = not math.isnan(value) and value != 0
    sentence = _there(name, value) if is_there else _lacking(name)
    return _Told(name if is_there else f"no_{name}", sentence) if sentence else None


def _there(name: str, value: float) -> str:
    feature = feature_table().get(name)
    return feature.says.replace("{value}", f"{value:.3g}") if feature else ""


def _lacking(name: str) -> str:
    feature = feature_table().get(name)
    return feature.lacks if feature else evidence_table().signal[name].lacks


def _by_category(weights: Table) -> dict[Category, float]:
    return dict(zip(_CATEGORIES, [round(weight, 3) for weight in weights.tolist()], strict=True))
