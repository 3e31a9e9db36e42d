"""The benchmark's score in cases whose result is known, and what the detector gets."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.correlate.anomaly import ANOMALOUS
from tests.bench.measure_nab import scores_of
from tests.bench.nab import Labelled, probation, read_corpus, score
from tests.support.paths import SHARED_DATA, needs_shared_data

LENGTH = 1000
WINDOW = (500, 599)
SERIES = Labelled(
    "folder/one",
    tuple(datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=5 * index) for index in range(LENGTH)),
    (0.0,) * LENGTH,
    (WINDOW, (800, 899)),
)


def score_of(*detected: int) -> float:
    """The score of a detector that is sure of these values and of nothing else."""
    scores = [1.0 if index in detected else 0.0 for index in range(LENGTH)]
    return score([SERIES], {SERIES.name: scores}, threshold=1.0).score


def test_no_detection_gets_0_and_every_window_at_its_beginning_100() -> None:
    assert score_of() == 0
    assert score_of(500, 800) == pytest.approx(100)


def test_a_later_detection_is_worth_less_and_only_the_first_counts() -> None:
    assert 50 > score_of(540) > score_of(590) > 0
    assert score_of(500, 540, 590) == pytest.approx(score_of(500))


def test_a_false_one_costs_the_more_the_farther_behind_a_window_it_lies() -> None:
    assert 0 > score_of(605) > score_of(650) > score_of(799)
    assert score_of(300) == pytest.approx(100 * -0.11 / 4)


def test_probation_is_not_scored() -> None:
    assert probation(LENGTH) == 150
    assert probation(100_000) == 750
    assert score_of(149) == 0 > score_of(150)


def test_the_best_threshold_is_found() -> None:
    scores = [0.1] * LENGTH
    scores[500], scores[800] = 0.7, 0.6
    best = score([SERIES], {SERIES.name: scores})
    assert (best.score, best.threshold, best.found, best.false) == (pytest.approx(100), 0.6, 2, 0)


@needs_shared_data
def test_the_detector_gets_more_than_it_has_to() -> None:
    corpus = read_corpus(SHARED_DATA / "nab")
    scores = {series.name: scores_of(series) for series in corpus}
    assert score(corpus, scores).score > 70
    assert score(corpus, scores, ANOMALOUS).score > 70
