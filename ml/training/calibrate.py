"""Choosing how the voices are pooled: by the log-loss on drifts that none of them learned from."""

from collections.abc import Iterable

import numpy as np

from ml.ensemble.pooling import Pooling, Table
from ml.training.metrics import Causes

#: The share of drifts whose true cause the conformal set is to hold.
COVERAGE = 0.9
#: Where the search begins: the three voices alike.
_BEGIN = (0.4, 0.4, 0.3)
#: Keeps a voice from being bet on alone where the drifts to choose by are few.
_PULL = 0.01


def calibrate(trees: Table, forest: Table, evidence: Table, causes: Causes) -> Pooling:
    """The weights with the least log-loss, and the threshold of the conformal set that they give."""
    from scipy.optimize import minimize

    rows = np.arange(len(causes))

    def loss(weights: Table) -> float:
        pooled = _pooling(weights).pooled(trees, forest, evidence)
        likelihood = np.clip(pooled[rows, causes], 1e-9, 1)
        return float(-np.log(likelihood).mean() + _PULL * np.var(weights))

    found = minimize(loss, _BEGIN, method="L-BFGS-B", bounds=[(0.0, 3.0)] * 3)
    weights = [round(float(weight), 4) for weight in found.x]
    pooled = _pooling(weights).pooled(trees, forest, evidence)
    return _pooling(weights, conformal_threshold(pooled[rows, causes]))


def conformal_threshold(given: Table) -> float:
    """The probability from which on a cause counts as possible, so that `COVERAGE` of the true ones do.

    given: the probabilities that true causes were given.
    """
    rank = int(np.floor((1 - COVERAGE) * (len(given) + 1)))
    return round(float(np.sort(given)[max(rank - 1, 0)]), 6) if rank else 0.0


def _pooling(weights: Iterable[float], possible_from: float = 0.0) -> Pooling:
    trees, forest, evidence = map(float, weights)
    return Pooling(trees, forest, evidence, possible_from)
