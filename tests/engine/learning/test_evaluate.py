"""What an evaluation measures, and training by one call."""

from pathlib import Path

import numpy as np
from msgspec import structs

from engine.learning.evaluate import Unseen, evaluate, unseen_plans
from engine.learning.training import train_model, training_plans
from ml.ensemble.model import ensemble_of
from ml.features import feature_names
from tests.support.kept_samples import keep, samples
from tests.support.small_models import cases, learned


def test_an_evaluation_of_every_voice_and_every_gap() -> None:
    whole = samples(300, 1)
    lacking = structs.replace(samples(100, 2, "repos"), features=np.full_like(samples(100, 2).features, np.nan))
    found = evaluate(ensemble_of(*learned(cases(400)), "here"), Unseen(whole, lacking, whole, whole))
    assert list(found.voices) == ["ensemble", "boosted trees", "random forest", "evidence model"]
    assert found.voices["ensemble"].count == 300
    assert found.voices["ensemble"].accuracy > 0.9 > found.voices["evidence model"].accuracy
    assert 0 < found.kept_processes.count < 300
    [gap] = found.coverage
    assert (gap.lacking, gap.count) == ("repos", 100)
    assert gap.right < 0.5
    assert found.sets.coverage > 0.7
    assert found.rules[0].f1 > 0.8 > found.fields[0].accuracy


def test_a_model_from_what_is_kept(tmp_path: Path) -> None:
    keep(tmp_path, (*training_plans(6, 2), *unseen_plans(1, 2)))
    trained = train_model(2, 6, feedback=cases(30, 8), cache=tmp_path)
    assert trained.manifest.seed == 2
    assert trained.manifest.features == feature_names()
    assert trained.manifest.metrics["accuracy"] == trained.evaluation.voices["ensemble"].accuracy > 0.8
    assert trained.manifest.trained_on == "240 drifts of 6 generated estates and 30 that people confirmed"
    again = train_model(2, 6, feedback=cases(30, 8), cache=tmp_path)
    assert again.files == trained.files
    assert again.manifest.metrics == trained.manifest.metrics


def test_it_says_that_nobody_has_confirmed_what_was_learned(tmp_path: Path) -> None:
    keep(tmp_path, (*training_plans(6, 2), *unseen_plans(1, 2)))
    assert train_model(2, 6, cache=tmp_path).manifest.trained_on.endswith("not yet from what people confirm")
