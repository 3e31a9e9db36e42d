"""How good probabilities are: accuracy, macro-F1, calibration error, Brier score, confusion."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.model import Category
from ml.ensemble.pooling import Table

_BINS = 10

Causes = NDArray[np.int8]


class Score(Struct, frozen=True):
    """What was measured over some drifts.

    accuracy: the share whose likeliest cause is the true one. macro_f1: the mean over the causes of the harmonic mean
    of precision and recall. ece: the expected calibration error, over ten bins of equal counts of the named cause's
    probability. brier: the mean squared distance of distribution and truth, from 0 to 2. log_loss: in nats.
    confusion: rows are true causes, columns named ones.
    """

    count: int
    accuracy: float
    macro_f1: float
    ece: float
    brier: float
    log_loss: float
    confusion: tuple[tuple[int, ...], ...]


def score(probabilities: Table, causes: Causes) -> Score:
    """Measures distributions, one row each, against the true causes."""
    from sklearn.metrics import confusion_matrix, f1_score

    named = probabilities.argmax(axis=1)
    places = list(range(len(Category)))
    truth = np.eye(len(Category))[causes]
    given = np.clip(probabilities[np.arange(len(causes)), causes], 1e-6, 1)
    return Score(
        count=len(causes),
        accuracy=float((named == causes).mean()),
        macro_f1=float(f1_score(causes, named, average="macro", zero_division=0)),
        ece=calibration_error(probabilities, causes),
        brier=float(((probabilities - truth) ** 2).sum(axis=1).mean()),
        log_loss=float(-np.log(given).mean()),
        confusion=tuple(tuple(map(int, row)) for row in confusion_matrix(causes, named, labels=places)),
    )


def calibration_error(probabilities: Table, causes: Causes) -> float:
    """How far confidence and accuracy are apart, over bins of equal counts."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == causes
    order = np.argsort(confidence, kind="stable")
    bins = [part for part in np.array_split(order, _BINS) if len(part)]
    return float(sum(len(part) * abs(confidence[part].mean() - right[part].mean()) for part in bins) / len(causes))
