"""How the voices are pooled is chosen on drifts that none of them learned from."""

import numpy as np

from ml.ensemble.pooling import SHARED, Table
from ml.training.calibrate import COVERAGE, calibrate, conformal_threshold
from ml.training.metrics import Causes, score

COUNT = 3_000


def _voice(causes: Causes, right: float, sure: float, seed: int) -> Table:
    """A voice that names the true cause so often, always with this probability."""
    chance = np.random.default_rng(seed)
    named = np.where(chance.random(len(causes)) < right, causes, chance.integers(0, 5, len(causes)))
    said = np.full((len(causes), 5), (1 - sure) / 4)
    said[np.arange(len(causes)), named] = sure
    return said


CAUSES = np.random.default_rng(1).integers(0, 5, COUNT).astype(np.int8)
VOICES = ((0.9, 0.97), (0.8, 0.6), (0.3, 0.9))
GOOD, FAIR, POOR = (_voice(CAUSES, right, sure, 2 + seed) for seed, (right, sure) in enumerate(VOICES))
NOWHERE = np.zeros(COUNT, dtype=bool)


def test_the_better_voice_weighs_more_and_none_is_silenced() -> None:
    pooling = calibrate(GOOD, FAIR, POOR, NOWHERE, CAUSES)
    assert pooling.trees > pooling.evidence > 0
    assert pooling.forest > 0


def test_the_pool_is_better_calibrated_than_a_voice_that_is_too_sure() -> None:
    chance = np.random.default_rng(9).permutation(COUNT)
    chosen, asked = chance[: COUNT // 2], chance[COUNT // 2 :]
    pooling = calibrate(*(voice[chosen] for voice in (GOOD, FAIR, POOR)), NOWHERE[chosen], CAUSES[chosen])
    pooled = pooling.pooled(*(voice[asked] for voice in (GOOD, FAIR, POOR)), NOWHERE[asked])
    found, alone = score(pooled, CAUSES[asked]), score(GOOD[asked], CAUSES[asked])
    assert found.log_loss < alone.log_loss
    assert found.ece < 0.04


def test_how_far_sittings_share_a_cause_is_learned() -> None:
    pairs = [[place, place + 1] for place in range(0, COUNT, 2)]
    alike = CAUSES.repeat(2)[:COUNT]
    good, fair, poor = (_voice(alike, right, sure, 7 + seed) for seed, (right, sure) in enumerate(VOICES))
    assert calibrate(good, fair, poor, NOWHERE, alike, pairs).shared > 0.6
    assert calibrate(GOOD, FAIR, POOR, NOWHERE, CAUSES, pairs).shared < 0.2
    assert calibrate(GOOD, FAIR, POOR, NOWHERE, CAUSES, pairs[:5]).shared == SHARED


def test_thin_evidence_is_never_trusted_in_full() -> None:
    thin = np.arange(COUNT) % 3 == 0
    assert calibrate(GOOD, FAIR, POOR, thin, CAUSES).thin <= 0.6


def test_the_set_of_possible_causes_holds_the_true_one_as_often_as_promised() -> None:
    chance = np.random.default_rng(5)
    given = chance.beta(2, 1, 4_000)
    threshold = conformal_threshold(given[:2_000])
    assert (given[2_000:] >= threshold).mean() > COVERAGE - 0.02


def test_with_a_handful_of_drifts_everything_stays_possible() -> None:
    assert conformal_threshold(np.array([0.9, 0.8, 0.95])) == 0
