"""How far one thing alone gets: what a generated estate must not give away, as no real one does.

Two readings of "a single rule tells the cause", each as favourable to the rule as can be:

    rule   one question to one column for one cause (an incident was open: an emergency). The bound, the direction and
           the cause are those that do best on the very drifts it is measured on. It is as good as its F1: a rule that
           is always right of a few, or finds all and is mostly wrong, tells little.
    field  one column that names a cause for each range of its values, at most five of them. It is as good as its
           accuracy on other estates than those that the ranges were chosen on.

Neither may get further than `LIMIT`.
"""

from collections.abc import Iterator
from enum import StrEnum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.model import Category
from ml.features import Vector, feature_names
from ml.training.samples import Samples

LIMIT = 0.6
#: So many bounds are tried of a column with more values than that.
_BOUNDS = 40
#: A question of one field has so many answers at most.
_ANSWERS = 5
_PARTS = 3

_Chosen = NDArray[np.bool_]


class Asks(StrEnum):
    """What a rule asks of a column."""

    FROM = "from"  # whether it is at least the bound
    BELOW = "below"  # whether it is less than the bound
    MISSING = "missing"  # whether there is nothing to be measured


class Rule(Struct, frozen=True):
    """A question to one column, taken alone for one cause.

    bound: what the column is compared with; of a signal, `from` 1 means that it was seen. right: how often it then is
    that cause. found: how much of that cause it finds. f1: the harmonic mean of both.
    """

    name: str
    asks: Asks
    bound: float | None
    category: Category
    right: float
    found: float
    f1: float

    @property
    def is_telltale(self) -> bool:
        """Whether it gets further than a single rule may."""
        return self.f1 > LIMIT


class Field(Struct, frozen=True):
    """A single column taken alone: the accuracy of the best ranges of its values, over all causes."""

    name: str
    accuracy: float

    @property
    def is_telltale(self) -> bool:
        """Whether it gets further than a single field may."""
        return self.accuracy > LIMIT


def rules(samples: Samples) -> tuple[Rule, ...]:
    """The best rule of each column, the furthest first."""
    columns = enumerate(feature_names())
    found = (_best(name, samples.features[:, place], samples.causes) for place, name in columns)
    return tuple(sorted(filter(None, found), key=lambda rule: -rule.f1))


def fields(samples: Samples) -> tuple[Field, ...]:
    """How far each column gets alone, on other estates than its ranges were chosen on; the furthest first."""
    from sklearn.model_selection import GroupKFold
    from sklearn.tree import DecisionTreeClassifier

    groups = min(_PARTS, len(np.unique(samples.estates)))
    if groups < 2:
        return ()
    parts = list(GroupKFold(groups).split(samples.features, samples.causes, samples.estates))

    def accuracy(column: Vector) -> float:
        right = 0
        for taught, asked in parts:
            ranges = DecisionTreeClassifier(max_leaf_nodes=_ANSWERS, random_state=0)
            ranges.fit(column[taught], samples.causes[taught])
            right += int((ranges.predict(column[asked]) == samples.causes[asked]).sum())
        return right / len(samples)

    found = [Field(name, accuracy(samples.features[:, [place]])) for place, name in enumerate(feature_names())]
    return tuple(sorted(found, key=lambda field: -field.accuracy))


def _best(name: str, column: Vector, causes: NDArray[np.int8]) -> Rule | None:
    """The rule of a column with the highest F1; None where it has one value alone."""
    best: Rule | None = None
    for asks, bound, chosen in _questions(column):
        for place, category in enumerate(Category):
            true = causes == place
            both = int((chosen & true).sum())
            f1 = 2 * both / (int(chosen.sum()) + int(true.sum())) if both else 0.0
            if both and (best is None or f1 > best.f1):
                best = Rule(name, asks, bound, category, both / int(chosen.sum()), both / int(true.sum()), f1)
    return best


def _questions(column: Vector) -> Iterator[tuple[Asks, float | None, _Chosen]]:
    missing = np.isnan(column)
    values = np.unique(column[~missing])
    if missing.any() and len(values):
        yield Asks.MISSING, None, missing
        yield Asks.FROM, float(values[0]), ~missing
    bounds = values if len(values) <= _BOUNDS else np.unique(np.quantile(values, np.linspace(0, 1, _BOUNDS)))
    for bound in bounds[1:]:
        yield Asks.FROM, float(bound), ~missing & (column >= bound)
        yield Asks.BELOW, float(bound), ~missing & (column < bound)
