"""The ensemble: what it says of cases and why, and what it refuses to load."""

import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from msgspec import structs

from engine.errors import ModelError
from engine.model import Category
from ml.cause import Known, explain_all
from ml.ensemble import load_ensemble
from ml.ensemble.model import FOREST, POOLING, TREES, ensemble_of
from ml.ensemble.said import opinions_from
from ml.features import feature_names
from ml.registry import save
from ml.training.samples import decode_samples, encode_samples
from ml.training.train import as_model, train
from ml.transparent import opinion_of
from tests.support.cases import DB, NOW, attributed, set_multi_az
from tests.support.small_models import cases, learned

MANIFEST, FILES = learned(cases(400))
MODEL = ensemble_of(MANIFEST, FILES, "here")


def test_it_names_what_it_learned() -> None:
    asked = cases(200, seed=3)
    said = MODEL.probabilities(asked.features, asked.evidence)
    assert said.sum(axis=1) == pytest.approx(np.ones(200))
    assert (said.argmax(axis=1) == asked.causes).mean() > 0.9


def test_what_each_feature_contributes_adds_up_to_what_is_said() -> None:
    asked = cases(20, seed=4)
    said = MODEL.say(asked.features, asked.evidence)
    trees, forest = MODEL.voices(asked.features)
    summed = MODEL.pooling.trees * np.log(trees) + MODEL.pooling.forest * np.log(forest)
    contributed = said.contributions.sum(axis=2)
    assert contributed - contributed.mean(axis=1, keepdims=True) == pytest.approx(
        summed - summed.mean(axis=1, keepdims=True), abs=1e-3
    )


def test_many_causes_at_once_are_the_same_as_one_by_one() -> None:
    known = [Known(DB, attributed(DB)), Known(DB, attributed(DB, set_multi_az("14 09:00", False)))]
    together = explain_all(known, NOW, MODEL)
    assert together == [explain_all([each], NOW, MODEL)[0] for each in known]
    assert explain_all([], NOW, MODEL) == []


def test_a_cause_says_on_what_it_rests_and_what_else_is_possible() -> None:
    [(cause, ruled_out)] = explain_all([Known(DB, attributed(DB, set_multi_az("14 09:00", False)))], NOW, MODEL)
    assert cause.model == MANIFEST.label
    assert cause.learned_from == "400 made-up cases"
    assert cause.possible[0] is cause.category
    assert sum(cause.distribution.values()) == pytest.approx(1)
    assert cause.interval[0] <= cause.confidence <= cause.interval[1]
    assert {each.category for each in ruled_out}.isdisjoint(cause.possible)


def test_what_a_column_says_is_told_by_the_signal_that_says_the_same() -> None:
    row = np.zeros((1, len(feature_names())), dtype=np.float32)
    contributions = np.zeros((1, 5, len(feature_names()) + 1))
    for name, weight in {"by_human": 0.5, "person_changed_it": 0.25, "kept": 1.0, "is_missing": 0.01}.items():
        row[0, feature_names().index(name)] = 1
        contributions[0, 1, feature_names().index(name)] = weight
    evidence = opinion_of({"person_changed_it": "jana"})
    [opinion] = opinions_from(np.full((1, 5), 0.2), contributions, row, [evidence], np.zeros(1))
    told = {signal.name: signal.weights[Category.MANUAL_TROUBLESHOOTING] for signal in opinion.signals}
    assert told == {"person_changed_it": pytest.approx(0.75 * 0.8), "kept": pytest.approx(0.8)}


def test_what_is_absent_is_told_as_absent() -> None:
    row = np.zeros((1, len(feature_names())), dtype=np.float32)
    contributions = np.zeros((1, 5, len(feature_names()) + 1))
    contributions[0, 0, feature_names().index("incident_open")] = -1
    [opinion] = opinions_from(np.full((1, 5), 0.2), contributions, row, [opinion_of({})], np.zeros(1))
    [signal] = opinion.signals
    assert (signal.name, signal.reason) == ("no_incident_open", "no incident was open on the service")


@pytest.mark.parametrize("name", [TREES, FOREST, POOLING])
def test_a_model_that_lacks_a_part_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="no model of causes"):
        ensemble_of(MANIFEST, {other: content for other, content in FILES.items() if other != name}, "here")


@pytest.mark.parametrize(
    "wrong", [{TREES: b"\x80\x04cos\nsystem\n"}, {FOREST: b""}, {POOLING: b'{"trees": 99}'}, {TREES: b"{}"}]
)
def test_a_model_of_something_else_is_refused(wrong: dict[str, bytes]) -> None:
    with pytest.raises(ModelError, match="here: is no model of causes"):
        ensemble_of(MANIFEST, {**FILES, **wrong}, "here")


def test_a_model_for_other_features_is_refused() -> None:
    other = msgspec.structs.replace(MANIFEST, features=("age",))
    with pytest.raises(ModelError, match="does not have"):
        ensemble_of(other, FILES, "here")


def test_a_model_of_an_earlier_version_lacks_what_came_later_and_says_the_same() -> None:
    samples = cases(300, seed=8)
    known = feature_names()[:-3]
    few = structs.replace(samples, features=samples.features[:, : len(known)])
    earlier = ensemble_of(*learned(few, features=known), "here")
    later = samples.features.copy()
    later[:, len(known) :] = 7.0
    said = earlier.probabilities(samples.features, samples.evidence)
    assert (said.argmax(axis=1) == samples.causes).mean() > 0.9
    assert (earlier.probabilities(later, samples.evidence) == said).all()
    contributions = earlier.say(later, samples.evidence).contributions
    assert contributions.shape[2] == len(feature_names()) + 1
    assert not contributions[:, :, len(known) : -1].any()


def test_drifts_kept_by_an_earlier_version_are_read_with_what_came_later_missing() -> None:
    samples = cases(20, seed=9)
    known = feature_names()[:-3]
    kept = encode_samples(structs.replace(samples, features=samples.features[:, : len(known)]))
    read = decode_samples(kept, "kept", known)
    assert read.features.shape == samples.features.shape
    assert np.isnan(read.features[:, len(known) :]).all()
    assert np.array_equal(read.features[:, : len(known)], samples.features[:, : len(known)], equal_nan=True)


def test_a_model_is_the_same_from_its_folder(tmp_path: Path) -> None:
    save(tmp_path / "cause", MANIFEST, FILES)
    asked = cases(10, seed=5)
    again = load_ensemble(tmp_path / "cause")
    assert (
        again.probabilities(asked.features, asked.evidence) == MODEL.probabilities(asked.features, asked.evidence)
    ).all()


def test_the_same_samples_and_seed_give_the_same_files() -> None:
    training, validation = cases(200, seed=6), cases(80, seed=7)
    first = train(training, validation, validation, 5)
    assert first == train(training, validation, validation, 5)
    assert first != train(training, validation, validation, 6)
    assert as_model(MANIFEST, first).pooling.evidence > 0


def test_nothing_is_imported_before_a_model_is_asked() -> None:
    program = "import sys, ml.cause; sys.exit('xgboost' in sys.modules or 'sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
