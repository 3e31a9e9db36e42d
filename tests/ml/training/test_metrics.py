"""Accuracy, calibration and the rest, on distributions whose worth is plain."""

import numpy as np
import pytest

from ml.training.metrics import calibration_error, score


def test_perfect_answers() -> None:
    causes = np.array([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], dtype=np.int8)
    found = score(np.eye(5)[causes], causes)
    assert (found.accuracy, found.macro_f1, found.ece, found.brier) == (1, 1, 0, 0)
    assert found.confusion == tuple(tuple(2 if row == column else 0 for column in range(5)) for row in range(5))


def test_certain_and_wrong_is_the_worst() -> None:
    causes = np.zeros(10, dtype=np.int8)
    wrong = np.eye(5)[np.ones(10, dtype=int)]
    found = score(wrong, causes)
    assert found.accuracy == 0
    assert found.ece == 1
    assert found.brier == 2


def test_a_model_that_says_how_often_it_is_right_is_calibrated() -> None:
    chance = np.random.default_rng(3)
    sure = chance.uniform(0.3, 1.0, 20_000)
    said = np.column_stack([sure, *[(1 - sure) / 4] * 4])
    causes = np.where(chance.random(20_000) < sure, 0, 1).astype(np.int8)
    assert calibration_error(said, causes) < 0.02
    overconfident = np.column_stack([np.sqrt(sure), *[(1 - np.sqrt(sure)) / 4] * 4])
    assert calibration_error(overconfident, causes) > 0.1


def test_one_drift_is_enough_to_be_measured() -> None:
    assert score(np.full((1, 5), 0.2), np.array([3], dtype=np.int8)).brier == pytest.approx(0.8)
