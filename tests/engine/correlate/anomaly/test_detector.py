"""What the detector says of series whose anomalies are known because the test put them there."""

import math
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.correlate.anomaly import ANOMALOUS, Detector
from tests.support.room import room_of

START = datetime(2026, 3, 2, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)
DAY = 288

values = st.lists(st.floats(-1e6, 1e6) | st.floats() | st.none(), max_size=200)


def scores_of(series: Sequence[float | None]) -> list[float]:
    detector = Detector()
    return [detector.score(START + number * FIVE_MINUTES, value) for number, value in enumerate(series)]


def anomalies_in(series: Sequence[float | None], start: int = DAY) -> list[int]:
    """Where it is anomalous, the first values left out: at first much is new."""
    return [index for index, score in enumerate(scores_of(series)) if score >= ANOMALOUS and index >= start]


def noise(length: int, level: float = 50.0, spread: float = 2.0, seed: int = 1) -> list[float]:
    chance = random.Random(seed)
    return [chance.gauss(level, spread) for _ in range(length)]


def daily(length: int, seed: int = 1) -> list[float]:
    """A day's wave with some noise."""
    return [80 * math.sin(2 * math.pi * index / DAY) + value for index, value in enumerate(noise(length, 200, 3, seed))]


class TestScores:
    @given(values)
    def test_are_between_0_and_1(self, series: list[float | None]) -> None:
        assert all(0 <= score <= 1 for score in scores_of(series))

    @given(values, st.integers(0, 200))
    def test_of_a_beginning_are_the_beginning_of_the_scores(self, series: list[float | None], end: int) -> None:
        assert scores_of(series[:end]) == scores_of(series)[:end]

    @given(st.integers(0, 1000), st.sampled_from([2.0**-20, 0.25, 8.0, 2.0**30]))
    @settings(max_examples=20)
    def test_do_not_depend_on_the_unit(self, seed: int, unit: float) -> None:
        series = noise(400, seed=seed)
        assert scores_of([value * unit for value in series]) == pytest.approx(scores_of(series))

    @given(st.integers(0, 1000))
    @settings(max_examples=20)
    def test_do_not_depend_on_the_level(self, seed: int) -> None:
        series = [float(round(value)) for value in noise(400, seed=seed)]
        assert scores_of([value + 4096 for value in series]) == pytest.approx(scores_of(series), abs=1e-6)

    @pytest.mark.parametrize("missing", [None, math.nan, math.inf, -math.inf, 1e300])
    def test_of_what_is_missing_are_0_and_it_teaches_nothing(self, missing: float | None) -> None:
        series = noise(400)
        detector, other = Detector(), Detector()
        for number, value in enumerate(series):
            at = START + number * FIVE_MINUTES
            assert other.score(at, missing) == 0.0
            assert other.score(at, value) == detector.score(at, value)

    def test_of_values_at_the_ends_of_what_a_number_can_be_are_numbers(self) -> None:
        assert all(0 <= score <= 1 for score in scores_of([5e-324, 0.0] * 50 + [1e150, -1e150, 5e-324, 1e308] * 50))


class TestAnomalies:
    def test_a_value_far_from_all_others_is_one(self) -> None:
        series = noise(2000)
        series[1500] = 90.0
        assert 1500 in anomalies_in(series)

    def test_a_new_level_is_one_where_it_begins_and_no_news_after(self) -> None:
        series = noise(1500) + noise(500, level=80, seed=2)
        assert [index for index in anomalies_in(series) if index >= 1500][:1] == [1500]
        assert len([index for index in anomalies_in(series) if index >= 1500]) <= 4

    def test_silence_where_the_day_has_its_peak_is_one(self) -> None:
        series = daily(10 * DAY)
        noon = 9 * DAY + DAY // 4
        series[noon : noon + 24] = noise(24, 150, 3)  # a value that every day has, at another hour
        assert any(noon <= index < noon + 24 for index in anomalies_in(series))

    def test_the_first_movement_of_what_never_moved_is_one(self) -> None:
        series = [0.0] * 1000 + [1.0]
        assert anomalies_in(series) == [1000]

    def test_a_second_greater_one_soon_after_the_first_is_news_and_a_smaller_is_not(self) -> None:
        series = noise(2000)
        series[1500], series[1510], series[1520] = 90.0, 80.0, 150.0
        found = anomalies_in(series)
        assert {1500, 1520} <= set(found)
        assert 1510 not in found


class TestQuiet:
    @pytest.mark.parametrize("level", [0.0, 45.0, 0.1, -1e9, 1e-9])
    def test_what_never_moves_has_none(self, level: float) -> None:
        assert anomalies_in([level] * 2000, start=0) == []

    @pytest.mark.parametrize("seed", range(3))
    def test_noise_has_next_to_none(self, seed: int) -> None:
        assert len(anomalies_in(noise(4000, seed=seed))) <= 8

    def test_the_same_every_day_has_none(self) -> None:
        series = [20.0 if index % DAY < 100 else 80.0 for index in range(10 * DAY)]
        assert anomalies_in(series) == []


def test_takes_little_room_however_long_the_series() -> None:
    detector = Detector()
    for number, value in enumerate(noise(12_000)):
        detector.score(START + number * FIVE_MINUTES, value)
    assert room_of(detector) < 25_000
