"""A model at work: whether drifts look as they did in training, and whether people agree with it."""

import math
from datetime import timedelta

import numpy as np
import pytest

from engine.errors import ModelError
from engine.model import Feedback
from ml.monitoring import (
    ENOUGH,
    MOVED,
    alerts,
    decode_spreads,
    encode_spreads,
    over_time,
    performance,
    spreads_of,
    stability,
)
from tests.support.feedback import AUTOMATED, MANUAL, many, said
from tests.support.samples import NOON

NAMES = ("minutes", "by_person", "often_missing")


def drifts(count: int, seed: int, shift: float = 0.0) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    chance = np.random.default_rng(seed)
    missing = np.where(chance.random(count) < 0.6, np.nan, chance.normal(size=count))
    columns = [chance.normal(shift, 1, count), chance.random(count) < 0.5, missing]
    return np.stack(columns, axis=1).astype(np.float32)


def rows(matrix: "np.ndarray[tuple[int, int], np.dtype[np.float32]]") -> list[dict[str, float]]:
    """As the ledger keeps them: without what is missing."""
    return [{name: value for name, value in zip(NAMES, row, strict=True) if not math.isnan(value)} for row in matrix]


TRAINED_ON = spreads_of(drifts(2_000, seed=1), NAMES)


class TestStability:
    def test_drifts_like_those_of_training_are_stable(self) -> None:
        assert max(stability(TRAINED_ON, rows(drifts(2_000, seed=2))).values()) < 0.05

    def test_a_feature_that_moved_comes_first(self) -> None:
        found = stability(TRAINED_ON, rows(drifts(500, seed=3, shift=1.0)))

        assert next(iter(found)) == "minutes"
        assert found["minutes"] > MOVED > found["by_person"]

    def test_what_is_missing_more_often_than_before_has_moved_too(self) -> None:
        told = [{**row, "often_missing": 0.1} for row in rows(drifts(500, seed=4))]

        assert stability(TRAINED_ON, told)["often_missing"] > MOVED

    def test_a_feature_that_was_always_missing_or_always_the_same_has_a_spread(self) -> None:
        flat = spreads_of(np.array([[np.nan, 1.0]] * 50, dtype=np.float32), ("never", "always"))

        assert stability(flat, [{"always": 1.0}] * 50) == {"always": 0.0, "never": 0.0}
        assert stability(flat, [{"never": 3.0, "always": 1.0}] * 50)["never"] > MOVED

    def test_without_drifts_there_is_nothing_to_say(self) -> None:
        assert stability(TRAINED_ON, []) == {}

    def test_spreads_are_a_file_of_a_model(self) -> None:
        assert decode_spreads(encode_spreads(TRAINED_ON)) == TRAINED_ON

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"[]",
            b'{"a": {"edges": [1, 0], "shares": [0.5, 0.5, 0, 0]}}', b'{"a": {"edges": [1], "shares": [1]}}',
            b'{"a": {"edges": [1e999], "shares": [0.5, 0.5, 0]}}', b'{"a": {"edges": [], "shares": [-1, 2]}}',
        ],
    )  # fmt: skip
    def test_what_is_no_spread_is_refused(self, body: bytes) -> None:
        with pytest.raises(ModelError):
            decode_spreads(body)


class TestPerformance:
    def test_accuracy_is_held_against_what_the_model_itself_had_said(self) -> None:
        found = performance([*many(8, MANUAL, confidence=0.8), *many(2, AUTOMATED, MANUAL, confidence=0.8)])

        assert found is not None
        assert (found.count, found.accuracy) == (10, 0.8)
        assert found.expected == pytest.approx(0.8)
        assert found.ece == pytest.approx(0, abs=1e-9)

    def test_overconfidence_shows_as_calibration_error(self) -> None:
        found = performance([*many(5, MANUAL, confidence=0.95), *many(5, AUTOMATED, MANUAL, confidence=0.95)])

        assert found is not None
        assert found.ece == pytest.approx(0.45)

    def test_it_is_told_over_time_with_the_newest_last(self) -> None:
        windows = over_time([*many(60, MANUAL), *many(60, AUTOMATED, MANUAL)][::-1])

        assert [window.count for window in windows] == [20, 50, 50]
        assert [window.last_at for window in windows] == sorted(window.last_at for window in windows)

    def test_nothing_confirmed_is_no_performance(self) -> None:
        assert performance([]) is None
        assert over_time([]) == []


def later(count: int, *, right: int, confidence: float) -> list[Feedback]:
    return [
        said(MANUAL if number < right else AUTOMATED, MANUAL, confidence=confidence, drift=f"late-{number}",
             at=NOON + timedelta(days=90, hours=number))
        for number in range(count)
    ]  # fmt: skip


class TestAlerts:
    def test_a_model_that_is_right_as_often_as_it_says_raises_none(self) -> None:
        assert alerts(later(50, right=40, confidence=0.8), TRAINED_ON, rows(drifts(400, seed=5))) == []

    def test_one_that_fails_lately_is_told_with_figures(self) -> None:
        [alert] = alerts([*many(300, MANUAL), *later(50, right=31, confidence=0.9)], {}, [])

        assert alert.name == "accuracy degraded"
        assert "of the last 50 confirmed causes 31 had been named right (62%)" in alert.says
        assert "90% sure" in alert.says

    def test_few_confirmations_say_nothing(self) -> None:
        assert alerts(later(ENOUGH - 1, right=0, confidence=0.9), {}, []) == []

    def test_an_estate_unlike_any_in_training_is_told(self) -> None:
        [alert] = alerts([], TRAINED_ON, rows(drifts(400, seed=6, shift=2.0)))

        assert alert.name == "features moved"
        assert "minutes" in alert.says

    def test_a_few_strange_drifts_are_no_case(self) -> None:
        assert alerts([], TRAINED_ON, rows(drifts(30, seed=7, shift=2.0))) == []
