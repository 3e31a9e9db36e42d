"""Whether the gate lets honest corrections in and catches poisoned ones, with models as `driftguard model train` makes.

    python -m tests.bench.measure_gate [--estates 120] [--confirmed 300] [--seed 1]

A champion learns from generated estates. For each way of labelling drifts of organisations that it never saw, a
challenger learns from those too, and the gate compares the two. Prints a line for each, and what was objected to.
"""

import argparse
from datetime import UTC, datetime

import numpy as np
import platformdirs

from engine.learning.challenge import judge
from engine.learning.dataset import Plan, every_third_lacks, samples_for
from engine.learning.feedback import samples_of, split, suspicions
from engine.model import Category
from ml.ensemble import Ensemble
from ml.features import feature_names
from ml.registry import Manifest
from ml.training.samples import Samples, joined
from ml.training.train import as_model, train
from tests.support.poison import at_random, hidden_as, truth, turned_round
from tests.support.small_models import words

_CACHE = platformdirs.user_cache_path("driftguard") / "samples"


def main() -> None:
    """Measures and prints."""
    options = _options()
    training = _samples("training", options.estates, options.seed)
    validation = _samples("validation", options.estates // 3, options.seed)
    unseen = _samples("test", options.estates // 4, options.seed)
    order = np.random.default_rng(options.seed).permutation(len(unseen))
    met = unseen.where(np.isin(np.arange(len(unseen)), order[: options.confirmed]))
    evaluation = unseen.where(np.isin(np.arange(len(unseen)), order[options.confirmed :]))

    def learned(samples: Samples) -> Ensemble:
        return as_model(_manifest(), train(samples, validation, evaluation, options.seed))

    champion = learned(training)
    for name, labels in _ways(met, options.seed).items():
        feedback = words(champion, met, labels, by="somebody")
        taught, held_out = split(feedback)
        verdict = judge(
            champion,
            learned(joined([training, samples_of(taught)])),
            evaluation=evaluation,
            held_out=samples_of(held_out),
            suspicions=suspicions(feedback),
        )
        corrected = sum(word.is_correction for word in feedback)
        score = verdict.evaluation.challenger
        print(
            f"{name:24}{'passes' if verdict.passes else 'is stopped':12}{corrected:4} of {len(feedback)} corrected; on "
            f"the evaluation {score.accuracy:.3f}, the champion {verdict.evaluation.champion.accuracy:.3f}"
        )
        for objection in verdict.objections:
            print(f"    {objection}")


def _ways(met: Samples, seed: int) -> dict[str, list[Category]]:
    return {
        "honest": truth(met),
        "at random": at_random(met, seed),
        "intrusions as software": hidden_as(met, Category.AUTOMATED_PROCESS),
        "intrusions as manual": hidden_as(met, Category.MANUAL_TROUBLESHOOTING),
        "turned round": turned_round(met),
    }


def _samples(pool: str, estates: int, seed: int) -> Samples:
    return samples_for(Plan(pool, max(estates, 1), seed, every_third_lacks()), _CACHE)


def _manifest() -> Manifest:
    return Manifest(
        name="cause",
        version="1",
        created_at=datetime.now(UTC),
        seed=0,
        data_hash="",
        features=feature_names(),
        metrics={},
        code_version="",
        trained_on="",
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Whether the gate catches poisoned corrections.")
    parser.add_argument("--estates", type=int, default=120)
    parser.add_argument("--confirmed", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
