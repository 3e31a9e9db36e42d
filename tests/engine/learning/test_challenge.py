"""The gate before a new model: better ones pass, and labels given at random or in bad faith are caught."""

from datetime import timedelta

import numpy as np
import pytest
from msgspec import structs

from engine.learning.challenge import Verdict, judge
from engine.learning.feedback import samples_of, split, suspicions
from engine.model import Category, Feedback
from ml.ensemble.model import ensemble_of
from ml.training.samples import joined
from tests.support.feedback import AUTOMATED, MANUAL, UNAUTHORIZED, many, said, surely
from tests.support.poison import at_random, hidden_as, truth, turned_round
from tests.support.samples import NOON
from tests.support.small_models import NAMES, Centroids, cases, learned, words

SHIPPED, EVALUATION = cases(400, seed=1), cases(1_000, seed=2)
CHAMPION = Centroids(SHIPPED)
#: Drifts of an estate whose people confirm and correct them.
MET = cases(240, seed=3)

POISON = {
    "at random": at_random(MET, 1),
    "at random, otherwise": at_random(MET, 2),
    "intrusions as the work of software": hidden_as(MET, AUTOMATED),
    "turned round": turned_round(MET),
}


def challenged(feedback: list[Feedback]) -> Verdict:
    """Trains a challenger with the shipped data and feedback, and holds it against the champion."""
    learned, held_out = split(feedback)
    challenger = Centroids(joined([SHIPPED, samples_of(learned)]))
    return judge(
        CHAMPION,
        challenger,
        evaluation=EVALUATION,
        held_out=samples_of(held_out),
        suspicions=suspicions(feedback),
    )


class TestAnHonestChallenger:
    def test_passes_where_the_estate_is_unlike_what_the_champion_knows(self) -> None:
        """Here two causes look alike to the champion, whose people know better."""
        samples = cases(400, seed=5)
        shifted = samples.features.copy()
        shifted[samples.causes == 1, 2] += 2.5
        met = structs.replace(samples, features=shifted)
        verdict = challenged(words(CHAMPION, met, truth(met)))

        assert verdict.passes, verdict.objections
        assert verdict.held_out.challenger.accuracy > verdict.held_out.champion.accuracy

    def test_people_who_only_correct_what_is_wrong_are_not_suspected(self) -> None:
        met = cases(2_000, seed=6, clear=1.0)
        feedback = [word for word in words(CHAMPION, met, truth(met)) if word.is_correction]

        assert len(feedback) > 200
        assert suspicions(feedback) == []


@pytest.mark.parametrize("labels", POISON.values(), ids=POISON)
def test_a_poisoned_batch_is_caught_and_told(labels: list[Category]) -> None:
    verdict = challenged(words(CHAMPION, MET, labels, by="mallory"))

    assert not verdict.passes
    assert any("mallory" in each or "shipped evaluation" in each for each in verdict.objections), verdict.objections


def test_who_poisons_a_little_every_day_is_caught_over_all_days() -> None:
    poisoned = words(CHAMPION, MET, at_random(MET, 4), by="mallory")
    patient = [structs.replace(word, at=NOON + timedelta(hours=8 * number)) for number, word in enumerate(poisoned)]

    [suspicion] = suspicions(patient)
    assert "by mallory from 2026-03-02 to 2026-05-" in suspicion.says


def test_a_poisoned_batch_among_honest_ones_names_who_gave_it() -> None:
    honest = words(CHAMPION, cases(300, seed=8), truth(cases(300, seed=8)))
    poisoned = words(CHAMPION, MET, at_random(MET, 4), by="mallory")

    [suspicion] = suspicions([*honest, *poisoned])
    assert (suspicion.by, suspicion.corrections) == ("mallory", sum(word.is_correction for word in poisoned))
    assert "corrections by mallory on 2026-03-02" in suspicion.says


def test_a_model_that_is_as_good_as_the_one_in_use_passes() -> None:
    assert judge(CHAMPION, Centroids(cases(500, seed=20)), evaluation=EVALUATION, held_out=EVALUATION).passes


def test_too_little_feedback_does_not_carry_a_promotion() -> None:
    few = cases(12, seed=9)
    verdict = challenged(words(CHAMPION, few, truth(few)))

    assert any("it takes 20 to tell" in each for each in verdict.objections)


def test_without_an_evaluation_nothing_is_shown() -> None:
    empty = samples_of([])

    assert not judge(CHAMPION, CHAMPION, evaluation=empty, held_out=empty).passes


def test_a_model_that_overlooks_intrusions_does_not_pass_whatever_else_it_does_better() -> None:
    blind = cases(2_000, seed=1)
    causes = np.where((blind.causes == 4) & (np.arange(len(blind)) % 2 == 0), 1, blind.causes)
    challenger = Centroids(structs.replace(blind, causes=causes))
    verdict = judge(Centroids(cases(60, seed=11)), challenger, evaluation=EVALUATION, held_out=MET)

    assert any("unauthorized" in each for each in verdict.objections)


class TestWhatIsHeldOut:
    def test_a_drift_is_always_on_the_same_side(self) -> None:
        feedback = many(200, MANUAL)
        learned, held_out = split(feedback)

        assert split(feedback[::-1]) == (learned[::-1], held_out[::-1])
        assert 0.15 < len(held_out) / len(feedback) < 0.35

    def test_what_was_confirmed_without_its_features_is_nothing_to_learn_from(self) -> None:
        assert len(samples_of(many(3, MANUAL))) == 0

    def test_features_that_this_version_does_not_know_are_left_out_and_those_that_lack_are_missing(self) -> None:
        samples = samples_of([said(MANUAL, features={"of_another_version": 1.0, NAMES[2]: 0.5})])

        assert samples.features[0, 2] == 0.5
        assert np.isnan(np.delete(samples.features[0], 2)).all()

    def test_the_evidence_models_word_follows_from_the_signals_among_the_features(self) -> None:
        silent, telling = samples_of([
            said(MANUAL, features={"incident_open": 0.0}), said(MANUAL, features={"incident_open": 1.0}),
        ]).evidence  # fmt: skip

        assert telling[0] > silent[0]


def test_a_few_corrections_are_never_suspected() -> None:
    left = surely(MANUAL) | {UNAUTHORIZED: 0.001, AUTOMATED: 0.074}
    odd = [said(UNAUTHORIZED, MANUAL, drift=f"d-{number}", distribution=left) for number in range(10)]

    assert suspicions(odd[:9]) == []
    assert suspicions(odd) != []


class TestTrees:
    """The same with real ensembles: boosted trees learn what they are told much more readily than centroids do."""

    CHAMPION = ensemble_of(*learned(SHIPPED), "the champion")

    def challenged(self, labels: list[Category]) -> Verdict:
        feedback = words(self.CHAMPION, MET, labels, by="mallory")
        learned_from, held_out = split(feedback)
        taught = joined([SHIPPED, samples_of(learned_from)])
        return judge(
            self.CHAMPION,
            ensemble_of(*learned(taught), "the challenger"),
            evaluation=EVALUATION,
            held_out=samples_of(held_out),
            suspicions=suspicions(feedback),
        )

    @pytest.mark.parametrize("labels", POISON.values(), ids=POISON)
    def test_a_poisoned_batch_is_caught(self, labels: list[Category]) -> None:
        assert not self.challenged(labels).passes

    def test_honest_corrections_pass(self) -> None:
        verdict = self.challenged(truth(MET))

        assert verdict.passes, verdict.objections
