"""Small models and made-up cases, for tests of what is done with models whatever they are.

Of each case only the first five features are there, one for each cause and high where it is the true one, so that a
model learns in a moment what a real one learns from estates.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import structs

from engine.model import Category, Feedback
from ml.ensemble.pooling import Table
from ml.features import Vector, feature_names
from ml.training.samples import Samples
from tests.support.feedback import said

ORDER = list(Category)
NAMES = feature_names()[: len(ORDER)]


def cases(count: int, seed: int = 0, *, clear: float = 1.6) -> Samples:
    """Cases with all causes alike often. The larger `clear`, the plainer they are."""
    chance = np.random.default_rng(seed)
    causes = chance.integers(0, len(ORDER), count).astype(np.int8)
    features = np.full((count, len(feature_names())), np.nan, dtype=np.float32)
    features[:, : len(ORDER)] = chance.normal(0, 1, (count, len(ORDER)))
    features[np.arange(count), causes] += 2 * clear
    return Samples(
        features=features,
        evidence=np.full((count, len(ORDER)), 1 / len(ORDER)),
        causes=causes,
        processes=np.full(count, "made up"),
        estates=np.full(count, "shop"),
        lacking=np.full(count, ""),
        complete=np.ones(count, dtype=bool),
    )


def truth(samples: Samples) -> list[Category]:
    """The true causes."""
    return [ORDER[cause] for cause in samples.causes]


class Centroids:
    """Knows the middle of each cause's cases, and takes the nearest for the likeliest."""

    def __init__(self, samples: Samples) -> None:
        rows = samples.features[:, : len(ORDER)]
        self._middles = np.stack([rows[samples.causes == place].mean(axis=0) for place in range(len(ORDER))])

    def probabilities(self, matrix: Vector, evidence: Table) -> Table:
        """The nearer, the likelier."""
        ways = matrix[:, None, : len(ORDER)] - self._middles[None, :, :]
        distances = (ways**2).sum(axis=2).astype(np.float64)
        weights: Table = np.exp(-(distances - distances.min(axis=1, keepdims=True)) / 2)
        shares: Table = weights / weights.sum(axis=1, keepdims=True)
        return shares


def words(
    model: Centroids, samples: Samples, labels: Sequence[Category], *, by: str = "anna", tag: str = ""
) -> list[Feedback]:
    """What a person said of these cases, whose causes the model had named."""
    found = []
    shares = model.probabilities(samples.features, samples.evidence)
    for number, (row, share, label) in enumerate(zip(samples.features, shares, labels, strict=True)):
        distribution = dict(zip(Category, share.tolist(), strict=True))
        named = max(Category, key=lambda each: distribution[each])
        features = dict(zip(NAMES, row.tolist(), strict=False))
        word = said(label, named, drift=f"{by}{tag}{number}", by=by, features=features)
        found.append(structs.replace(word, distribution=distribution))
    return found
