"""Labels given at random or in bad faith, for tests of the gate that has to catch them."""

import numpy as np

from engine.model import Category
from ml.training.samples import Samples

ORDER = list(Category)


def truth(samples: Samples) -> list[Category]:
    """The true causes."""
    return [ORDER[cause] for cause in samples.causes]


def at_random(samples: Samples, seed: int) -> list[Category]:
    """Any cause, whatever the case."""
    return [ORDER[cause] for cause in np.random.default_rng(seed).integers(0, len(ORDER), len(samples))]


def hidden_as(samples: Samples, harmless: Category) -> list[Category]:
    """The truth, but for what nobody authorised: that is told as something harmless."""
    return [harmless if cause is Category.UNAUTHORIZED_CHANGE else cause for cause in truth(samples)]


def turned_round(samples: Samples) -> list[Category]:
    """For each cause always the same other one."""
    return [ORDER[(ORDER.index(cause) + 2) % len(ORDER)] for cause in truth(samples)]
