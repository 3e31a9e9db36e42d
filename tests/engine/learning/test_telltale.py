"""How far single rules and fields get: on made-up samples that give the cause away, and on generated estates."""

from typing import Any

import numpy as np
import pytest
from msgspec import structs
from numpy.typing import NDArray

from engine.learning.dataset import Plan, samples_for
from engine.learning.telltale import Asks, fields, rules
from engine.model import Category
from ml.features import feature_names
from ml.training.samples import Samples
from tests.support.kept_samples import samples


@pytest.fixture(scope="module")
def generated() -> Samples:
    """Few drifts: the best of some hundred questions does better on them by chance than on many."""
    return samples_for(Plan("training", 4, 9, traffic=200))


def with_column(name: str, values: NDArray[Any]) -> Samples:
    """Made-up samples with one column of our own."""
    whole = samples(300, 1)
    features = whole.features.copy()
    features[:, feature_names().index(name)] = values
    return structs.replace(whole, features=features)


def test_a_signal_that_gives_a_cause_away_is_found_out() -> None:
    first = rules(with_column("apply_failed", samples(300, 1).causes == 3))[0]
    assert (first.name, first.asks, first.bound) == ("apply_failed", Asks.FROM, 1)
    assert (first.category, first.right, first.found, first.f1) == (Category.INCOMPLETE_ROLLOUT, 1, 1, 1)
    assert first.is_telltale


def test_so_is_its_absence_and_what_is_missing() -> None:
    causes = samples(300, 1).causes
    absent = rules(with_column("person_changed_it", causes != 2))[0]
    assert (absent.name, absent.asks, absent.category) == ("person_changed_it", Asks.BELOW, Category.AUTOMATED_PROCESS)
    missing = rules(with_column("priority", np.where(causes == 4, np.nan, 2)))[0]
    assert (missing.name, missing.asks, missing.category) == ("priority", Asks.MISSING, Category.UNAUTHORIZED_CHANGE)
    assert absent.f1 == missing.f1 == 1


def test_what_is_always_right_of_few_tells_little() -> None:
    chance = np.random.default_rng(1)
    rare = (samples(300, 1).causes == 3) & (chance.random(300) < 0.2)
    [rule] = [rule for rule in rules(with_column("apply_failed", rare)) if rule.name == "apply_failed"]
    assert rule.right == 1 or rule.f1 < 0.4
    assert not rule.is_telltale


def test_a_field_whose_values_name_every_cause_is_found_out() -> None:
    first = fields(with_column("changes", samples(300, 1).causes))[0]
    assert (first.name, first.accuracy, first.is_telltale) == ("changes", 1, True)


def test_generated_estates_give_no_cause_away(generated: Samples) -> None:
    assert len(generated) >= 160
    assert max(rule.f1 for rule in rules(generated)) < 0.7
    assert not any(field.is_telltale for field in fields(generated))
