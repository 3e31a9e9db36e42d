"""Fitting the trees and the forest."""

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import structs

from engine.model import Category
from ml.features import feature_names, learnable, unit_of
from ml.training.samples import Samples, joined

if TYPE_CHECKING:
    from xgboost import Booster

#: More only help where nothing else runs, and hinder elsewhere.
_THREADS = 1
_COPIES, _STRETCH = 3, 1.0
_TIMES = ("minutes", "hours")
_COMMON: dict[str, Any] = {"objective": "multi:softprob", "num_class": len(Category), "tree_method": "hist"}
#: Shallow trees and few columns each: what only holds where we learned it should not carry the answer.
_TREES = {
    "max_depth": 4,
    "eta": 0.1,
    "subsample": 0.8,
    "colsample_bytree": 0.4,
    "min_child_weight": 3.0,
    "lambda": 3.0,
}
_ROUNDS = 180
#: One round of many trees, each from its own rows and columns.
_FOREST = {
    "max_depth": 5,
    "eta": 1.0,
    "subsample": 0.63,
    "colsample_bynode": 0.25,
    "min_child_weight": 2.0,
    "lambda": 1.0,
    "num_parallel_tree": 24,
}


def varied(samples: Samples, seed: int) -> Samples:
    """The samples, and copies of them in which all times are longer or shorter.

    How fast people are in one organisation is no law in another; that one thing came before another is.
    """
    chance = np.random.default_rng(seed)
    timed = [place for place, name in enumerate(feature_names()) if unit_of(name) in _TIMES]
    copies = [samples]
    for _ in range(_COPIES):
        features = samples.features.copy()
        stretch = np.exp(chance.normal(0.0, _STRETCH, size=(len(samples), 1))).astype(np.float32)
        features[:, timed] *= stretch
        copies.append(structs.replace(samples, features=features))
    return joined(copies)


def fit_trees(samples: Samples, seed: int) -> "Booster":
    """Boosted trees."""
    return _fit(samples, {**_TREES, "seed": seed}, _ROUNDS)


def fit_forest(samples: Samples, seed: int) -> "Booster":
    """A random forest."""
    return _fit(samples, {**_FOREST, "seed": seed + 1}, 1)


def weights_of(samples: Samples) -> Any:
    """How much each drift counts: each cause as much as any other."""
    counts = np.bincount(samples.causes, minlength=len(Category))
    return (len(samples) / (len(Category) * np.maximum(counts, 1)))[samples.causes]


def _fit(samples: Samples, settings: dict[str, Any], rounds: int) -> "Booster":
    import xgboost

    data = xgboost.DMatrix(
        learnable(samples.features), label=samples.causes, weight=weights_of(samples), nthread=_THREADS
    )
    return xgboost.train({**_COMMON, **settings, "nthread": _THREADS}, data, rounds)
