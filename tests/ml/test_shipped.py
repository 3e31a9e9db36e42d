"""The model that is shipped: small, whole, as good as it says, and honest about what it learned from."""

import numpy as np
import pytest

from engine.learning.telltale import fields, rules
from ml.ensemble import shipped
from ml.ensemble.model import SHIPPED
from ml.features import feature_names
from ml.registry import load
from ml.sittings import together
from ml.training.metrics import score
from ml.training.samples import EVALUATION, Samples, decode_samples

MANIFEST, FILES = load(SHIPPED)


@pytest.fixture(scope="module")
def unseen() -> Samples:
    return decode_samples(FILES[EVALUATION], EVALUATION, MANIFEST.features)


def test_it_is_small() -> None:
    assert sum(map(len, FILES.values())) < 3_000_000


def test_it_is_as_good_as_its_manifest_says(unseen: Samples) -> None:
    model = shipped()
    assert model is not None
    whole = unseen.where(unseen.complete & (unseen.lacking == ""))
    own = model.probabilities(whole.features, whole.evidence)
    found = score(together(own, whole.places_of_sittings(), model.pooling.shared), whole.causes)
    assert found.count > 1_000
    assert found.accuracy == pytest.approx(MANIFEST.metrics["accuracy"], abs=0.002)
    assert found.accuracy >= 0.95
    assert found.macro_f1 >= 0.93
    assert found.ece <= 0.04


def test_no_single_rule_and_no_single_field_tells_the_causes_that_it_is_measured_on(unseen: Samples) -> None:
    whole = unseen.where(unseen.complete & (unseen.lacking == ""))
    assert [rule for rule in rules(whole) if rule.is_telltale] == []
    assert [field for field in fields(whole) if field.is_telltale] == []


def test_it_is_better_than_the_transparent_model_alone(unseen: Samples) -> None:
    model = shipped()
    assert model is not None
    learned = score(model.probabilities(unseen.features, unseen.evidence), unseen.causes)
    transparent = score(unseen.evidence, unseen.causes)
    assert learned.accuracy > transparent.accuracy + 0.03
    assert learned.log_loss < transparent.log_loss


def test_without_evidence_it_is_seldom_sure(unseen: Samples) -> None:
    model = shipped()
    assert model is not None
    blind = unseen.where(~unseen.complete & (unseen.features[:, feature_names().index("nobody_known")] == 1))
    said = model.probabilities(blind.features, blind.evidence)
    right = said.argmax(axis=1) == blind.causes
    assert said.max(axis=1).mean() < 0.7
    assert abs(np.mean(said.max(axis=1)) - right.mean()) < 0.15


def test_it_says_that_it_learned_from_generated_estates() -> None:
    assert "generated estates" in MANIFEST.trained_on
    assert "not yet from what people confirm" in MANIFEST.trained_on
