"""Made-up samples where those of generated estates would be kept, so that a model is trained in a moment."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from msgspec import structs

from engine.learning.dataset import KEPT_FOR_TEST, Plan
from ml.training.samples import Samples, write_samples
from tests.support.small_models import cases


def keep(cache: Path, plans: Iterable[Plan]) -> None:
    """Keeps made-up samples in place of those that the plans would give."""
    cache.mkdir(parents=True, exist_ok=True)
    for number, plan in enumerate(plans):
        write_samples(cache / plan.file_name, samples(40 * plan.estates, 10 + number, plan.lacks[0]))


def samples(count: int, seed: int, lack: str = "") -> Samples:
    """Made-up cases of six estates, half of them of a process that no model learns from."""
    chance = np.random.default_rng(seed)
    processes = np.array([min(KEPT_FOR_TEST), "another"])[chance.integers(0, 2, count)]
    estates = np.array([f"estate-{number % 6}" for number in range(count)])
    return structs.replace(cases(count, seed), processes=processes, estates=estates, lacking=np.full(count, lack))
