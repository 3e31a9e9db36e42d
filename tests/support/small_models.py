"""Small models and made-up cases, for tests of what is done with models whatever they are.

Of each case only the first five features are there, one for each cause and high where it is the true one, so that a
model learns in a moment what a real one learns from estates.
"""

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from msgspec import structs

from engine.learning.challenge import Model
from engine.model import Category, Feedback
from ml.ensemble.model import FOREST, POOLING, TREES
from ml.ensemble.pooling import Pooling, Table
from ml.features import Vector, feature_names
from ml.monitoring import SPREADS, encode_spreads, spreads_of
from ml.registry import Manifest
from ml.training.samples import Samples
from tests.support.feedback import said
from tests.support.samples import NOON

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
        sittings=np.full(count, ""),
        complete=np.ones(count, dtype=bool),
    )


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
    model: Model, samples: Samples, labels: Sequence[Category], *, by: str = "anna", tag: str = ""
) -> list[Feedback]:
    """What a person said of these cases, whose causes the model had named."""
    found = []
    shares = model.probabilities(samples.features, samples.evidence)
    for number, (row, share, label) in enumerate(zip(samples.features, shares, labels, strict=True)):
        distribution = dict(zip(Category, share.tolist(), strict=True))
        named = max(Category, key=lambda each: distribution[each])
        values = zip(feature_names(), row.tolist(), strict=True)
        features = {name: value for name, value in values if not math.isnan(value)}
        word = said(label, named, drift=f"{by}{tag}{number}", by=by, features=features)
        found.append(structs.replace(word, distribution=distribution))
    return found


def learned(
    samples: Samples, version: str = "2026.3.2", *, seed: int = 7, features: tuple[str, ...] = ()
) -> tuple[Manifest, dict[str, bytes]]:
    """A real ensemble that learned from these cases in a moment, ready to be registered."""
    import xgboost

    features = features or feature_names()

    data = xgboost.DMatrix(samples.features, label=samples.causes, nthread=1)
    settings = {"objective": "multi:softprob", "num_class": len(ORDER), "max_depth": 3, "nthread": 1, "seed": seed}
    trees = xgboost.train(settings, data, 12)
    pooling = Pooling(**dict.fromkeys(Pooling.__struct_fields__, 0.5))
    files = {
        TREES: bytes(trees.save_raw("ubj")),
        FOREST: bytes(trees.save_raw("ubj")),
        POOLING: msgspec.json.encode(pooling),
        SPREADS: encode_spreads(spreads_of(samples.features, features)),
    }
    manifest = Manifest(
        name="cause",
        version=version,
        created_at=NOON,
        seed=seed,
        data_hash=samples.digest,
        features=features,
        metrics={"accuracy": 0.91, "macro_f1": 0.9, "ece": 0.02},
        code_version="0.1.0",
        trained_on=f"{len(samples)} made-up cases",
    )
    return manifest, files
