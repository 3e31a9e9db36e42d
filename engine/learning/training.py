"""Making a model by one command: generate estates, learn from them and from what people confirmed, measure."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from engine import __version__
from engine.learning.dataset import Plan, Tell, every_third_lacks, samples_for
from engine.learning.evaluate import Evaluation, evaluate, unseen_estates
from engine.learning.registry import CAUSE
from ml.features import feature_names
from ml.registry import Manifest
from ml.training.samples import Samples, joined
from ml.training.train import as_model, train

#: Estates for choosing how the voices are pooled, and for measuring: to so many for training one of these.
_PER_VALIDATION, _PER_TEST = 3, 4


class Trained(Struct, frozen=True):
    """A trained model, and how it did."""

    manifest: Manifest
    files: dict[str, bytes]
    evaluation: Evaluation


def train_model(
    seed: int, estates: int, *, feedback: Samples | None = None, cache: Path | None = None, tell: Tell | None = None
) -> Trained:
    """A model that learned from so many generated estates, and from confirmed drifts where there are any.

    The same arguments give the same files. `cache` is a folder in which what was generated is kept for the next
    time; `tell` hears how many estates of how many are done. Raises ModelError when what is kept cannot be read.
    """
    training, validation = (samples_for(plan, cache, tell) for plan in training_plans(estates, seed))
    tests = unseen_estates(max(estates // _PER_TEST, 1), seed, cache, tell)
    confirmed = feedback if feedback is not None and len(feedback) else None
    taught = joined([training, confirmed]) if confirmed is not None else training
    files = train(taught, validation, joined([tests.whole, tests.lacking]), seed)
    at = datetime.now(UTC).replace(microsecond=0)
    manifest = Manifest(
        name=CAUSE,
        version=f"{at:%Y.%m.%d}-{taught.digest[:6]}",
        created_at=at,
        seed=seed,
        data_hash=taught.digest,
        features=feature_names(),
        metrics={},
        code_version=__version__,
        trained_on=_learned_from(estates, len(training), len(confirmed) if confirmed is not None else 0),
    )
    evaluation = evaluate(as_model(manifest, files), tests)
    return Trained(structs.replace(manifest, metrics=metrics_of(evaluation)), files, evaluation)


def training_plans(estates: int, seed: int) -> tuple[Plan, Plan]:
    """The estates to learn from, and those to choose by how the voices are pooled."""
    lacks = every_third_lacks()
    return (
        Plan("training", estates, seed, lacks),
        Plan("validation", max(estates // _PER_VALIDATION, 1), seed, lacks),
    )


def metrics_of(evaluation: Evaluation) -> dict[str, object]:
    """What a manifest says of an evaluation."""
    told: dict[str, object] = msgspec.to_builtins(evaluation.voices["ensemble"])
    return {**told, "kept_processes_accuracy": evaluation.kept_processes.accuracy}


def _learned_from(estates: int, drifts: int, confirmed: int) -> str:
    people = f" and {confirmed} that people confirmed" if confirmed else ", and not yet from what people confirm"
    return f"{drifts} drifts of {estates} generated estates{people}"
