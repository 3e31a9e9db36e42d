"""Features: what models learn from, as one row of numbers for each case. `features.toml` documents each.

A row holds the measures of the table, in its order, and then the signals of the evidence model: 1 where one is seen,
0 where not. What is not there to be measured is NaN. Neither knows the truth, nor anything but the difference and its
attribution.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import msgspec
import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from ml.case import Case
from ml.measures import MEASURES
from ml.signals import SIGNALS, see

Vector: TypeAlias = NDArray[np.float32]


#: What others were refused, any open ticket on the service, and that a value is secret, is told, but nothing is learned
#: from it: how common it is differs from one organisation to the next, and it seldom has to do with a change.
_UNLEARNED = ("refused_to_others", "work_on_service", "hidden_values")


class Feature(Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table; its head says what the fields mean."""

    meaning: str
    range: tuple[float, float]
    source: str
    unit: str = ""
    also: tuple[str, ...] = field(name="with", default=())
    says: str = ""
    lacks: str = ""


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    feature: dict[str, Feature]


@cache
def feature_table() -> Mapping[str, Feature]:
    """The measures by name, in their order."""
    return msgspec.toml.decode(files("ml").joinpath("features.toml").read_bytes(), type=_Table).feature


@cache
def feature_names() -> tuple[str, ...]:
    """The names of a row's columns."""
    return (*feature_table(), *SIGNALS)


def unit_of(name: str) -> str:
    """The unit of a column; empty for shares, and for what is there or not."""
    feature = feature_table().get(name)
    return feature.unit if feature else ""


def features_of(case: Case, seen: Mapping[str, str] | None = None) -> Vector:
    """The features of one case, in the order of `feature_names`; `seen` are its signals, where they are known."""
    seen = see(case) if seen is None else seen
    measured = [float(MEASURES[name](case)) for name in feature_table()]
    return np.array([*measured, *(float(name in seen) for name in SIGNALS)], dtype=np.float32)


def matrix_of(cases: Sequence[Case], seen: Sequence[Mapping[str, str]] | None = None) -> Vector:
    """One row for each case; `seen` are their signals, where they are known."""
    if not cases:
        return np.empty((0, len(feature_names())), dtype=np.float32)
    signals = seen if seen is not None else map(see, cases)
    return np.stack([features_of(case, each) for case, each in zip(cases, signals, strict=True)])


def thin(matrix: Vector) -> NDArray[np.bool_]:
    """Which rows are of changes that no event explains."""
    return np.asarray(matrix[:, feature_names().index("nobody_known")] == 1)


def learnable(matrix: Vector) -> Vector:
    """The rows without what nothing is to be learned from."""
    columns = [feature_names().index(name) for name in _UNLEARNED]
    found = matrix.copy()
    found[:, columns] = np.nan
    return found
