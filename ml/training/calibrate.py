"""Choosing how the voices are pooled: by the log-loss on drifts that none of them learned from."""

from collections.abc import Sequence

import numpy as np
from msgspec import structs

from ml.ensemble.pooling import SHARED, Pooling, Table, Thin, logs, softmax
from ml.sittings import together
from ml.training.metrics import Causes

#: The share of drifts whose true cause the conformal set is to hold.
COVERAGE = 0.95
#: What is as likely as this stays possible, even where so few true causes are given less that the set could be smaller.
_LIKELY = 0.2
#: No voice is silenced, however well the others do on generated estates: where those are unlike the real one, the
#: voices fail in different ways. That of the evidence model is kept loudest: its table holds what people settled.
_BOUNDS = ((0.15, 3.0), (0.15, 3.0), (0.35, 3.0))
_BEGIN = (0.5, 0.5, 0.5)
#: Where nothing explains a change, the voices are trusted no further than this, whatever they got right: generated
#: estates lose records by chance, and real ones for reasons.
_MOST_THIN = 0.5
#: How often a real drift is unlike any that was generated. A judgement: only what people confirm can measure it.
_DOUBT = 0.03
#: Fewer drifts without an explaining event are too few to judge by.
_ENOUGH_THIN = 30
#: Fewer drifts of sittings with several are too few to judge by.
_ENOUGH_IN_SITTINGS = 60
#: However seldom people do two sorts of things in one generated sitting: one wrong word must not sway them all.
_MOST_SHARED = 0.8


def calibrate(
    trees: Table,
    forest: Table,
    evidence: Table,
    is_thin: Thin,
    causes: Causes,
    sittings: Sequence[Sequence[int]] = (),
) -> Pooling:
    """The weights with the least log-loss, and the threshold of the conformal set that they give.

    `sittings` are the rows of each sitting with several drifts.
    """
    voices = np.stack([logs(trees), logs(forest), logs(evidence)])
    known = ~is_thin
    weights = _least_loss(voices[:, known], causes[known])
    thin = _trust(np.tensordot(weights, voices[:, is_thin], 1), causes[is_thin])
    by_tree, by_forest, by_evidence = (round(float(weight), 4) for weight in weights)
    pooling = Pooling(by_tree, by_forest, by_evidence, thin, _DOUBT, 0.0, SHARED)
    own = pooling.pooled(trees, forest, evidence, is_thin)
    shared = _shared(own, sittings, causes)
    given = together(own, sittings, shared)[np.arange(len(causes)), causes]
    return structs.replace(pooling, shared=shared, possible_from=min(conformal_threshold(given), _LIKELY))


def conformal_threshold(given: Table) -> float:
    """The probability from which on a cause counts as possible, so that `COVERAGE` of the true ones do.

    given: the probabilities that true causes were given.
    """
    rank = int(np.floor((1 - COVERAGE) * (len(given) + 1)))
    return round(float(np.sort(given)[rank - 1]), 6) if rank else 0.0


def _least_loss(voices: Table, causes: Causes) -> Table:
    """The weights of the voices (voices × drifts × causes, as logarithms) with the least log-loss: a convex problem."""
    from scipy.optimize import minimize

    rows = np.arange(len(causes))
    true = voices[:, rows, causes]

    def loss(weights: Table) -> tuple[float, Table]:
        pooled = softmax(np.tensordot(weights, voices, 1))
        slope = (pooled * voices).sum(axis=2).mean(axis=1) - true.mean(axis=1)
        return float(-np.log(np.clip(pooled[rows, causes], 1e-12, 1)).mean()), slope

    found = minimize(loss, _BEGIN, jac=True, method="L-BFGS-B", bounds=_BOUNDS)
    weights: Table = found.x
    return weights


def _shared(own: Table, sittings: Sequence[Sequence[int]], causes: Causes) -> float:
    """The chance that a drift has the cause of its sitting, by the log-loss of those that were made in one."""
    rows = np.array([place for sitting in sittings for place in sitting], dtype=int)
    if len(rows) < _ENOUGH_IN_SITTINGS:
        return SHARED
    steps = np.linspace(0, _MOST_SHARED, 33)
    losses = [-np.log(together(own, sittings, step)[rows, causes[rows]]).mean() for step in steps]
    return round(float(steps[int(np.argmin(losses))]), 4)


def _trust(scores: Table, causes: Causes) -> float:
    """What is left of the trust in the voices for these drifts, by their log-loss."""
    if len(causes) < _ENOUGH_THIN:
        return _MOST_THIN
    steps = np.linspace(0.05, _MOST_THIN, 23)
    rows = np.arange(len(causes))
    losses = [-np.log(softmax(step * scores)[rows, causes]).mean() for step in steps]
    return round(float(steps[int(np.argmin(losses))]), 4)
