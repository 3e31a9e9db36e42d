"""The habits of an estate: corrections move what a model says there, in measure, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model import Category, Feedback
from ml.prior import MOST, Prior, Priors
from tests.support.feedback import AUTOMATED, EMERGENCY, MANUAL, UNAUTHORIZED, many, said, surely

HERE = "123456789012/eu-west-1"
UNSURE = {**surely(MANUAL, 0.5), AUTOMATED: 0.3, EMERGENCY: 0.1, UNAUTHORIZED: 0.05, Category.INCOMPLETE_ROLLOUT: 0.05}


def odds(distribution: dict[Category, float], one: Category, other: Category) -> float:
    return distribution[one] / distribution[other]


def test_without_confirmations_nothing_moves() -> None:
    prior = Priors().of(HERE)

    assert prior.moved(UNSURE) == pytest.approx(UNSURE)
    assert prior.is_provisional


def test_one_correction_moves_the_odds_a_little_and_the_right_way() -> None:
    moved = Priors([said(AUTOMATED, MANUAL)]).of(HERE).moved(UNSURE)

    assert UNSURE[AUTOMATED] < moved[AUTOMATED] < UNSURE[AUTOMATED] + 0.03
    assert UNSURE[MANUAL] - 0.03 < moved[MANUAL] < UNSURE[MANUAL]


def test_a_handful_moves_the_odds_by_about_half_and_fifty_by_about_ten_times() -> None:
    handful = Priors(many(5, AUTOMATED, MANUAL)).of(HERE)
    fifty = Priors(many(50, AUTOMATED, MANUAL)).of(HERE)
    before = odds(UNSURE, AUTOMATED, MANUAL)

    assert odds(handful.moved(UNSURE), AUTOMATED, MANUAL) / before == pytest.approx(1.5, abs=0.1)
    assert odds(fifty.moved(UNSURE), AUTOMATED, MANUAL) / before == pytest.approx(10, rel=0.2)
    assert (handful.is_provisional, fifty.is_provisional) == (True, False)


def test_confirming_only_what_was_named_makes_it_no_likelier_than_it_was_surely_named() -> None:
    """Which drifts people look at says nothing of how often a cause occurs."""
    moved = Priors(many(200, EMERGENCY, confidence=0.99)).of(HERE).moved(UNSURE)

    assert moved[EMERGENCY] == pytest.approx(UNSURE[EMERGENCY], abs=0.01)


def test_an_account_without_confirmations_has_the_habits_of_the_rest_of_its_estate() -> None:
    priors = Priors(many(30, AUTOMATED, MANUAL, scope="111111111111/eu-west-1"))

    known = priors.of("111111111111/us-east-1").moved(UNSURE)
    assert priors.of("222222222222").moved(UNSURE) == pytest.approx(known)


def test_an_account_leaves_the_habits_of_its_estate_as_its_own_grow() -> None:
    elsewhere = many(60, AUTOMATED, MANUAL, scope="111111111111")
    own = many(120, MANUAL, AUTOMATED, scope="222222222222")
    priors = Priors([*elsewhere, *own])

    assert priors.of("111111111111").factor(AUTOMATED) > 1
    assert priors.of("222222222222").factor(AUTOMATED) < 1
    assert priors.of("333333333333").factor(MANUAL) > 1, "the estate as a whole says so"


def test_strong_evidence_outweighs_any_habit() -> None:
    poisoned = Priors(many(10_000, AUTOMATED, UNAUTHORIZED, confidence=0.99)).of(HERE)
    evident = surely(UNAUTHORIZED, 0.99)

    assert poisoned.factor(AUTOMATED) == MOST
    assert max(poisoned.moved(evident).items(), key=lambda item: item[1])[0] is UNAUTHORIZED


@given(
    st.lists(
        st.builds(said, st.sampled_from(Category), st.sampled_from(Category), scope=st.sampled_from(["a", "b", "c/d"]))
    ),
    st.lists(st.floats(0.001, 1), min_size=5, max_size=5),
)
def test_whatever_was_confirmed_the_five_sum_to_one_and_no_order_of_words_matters(
    words: list[Feedback], weights: list[float]
) -> None:
    distribution = {each: weight / sum(weights) for each, weight in zip(Category, weights, strict=True)}
    priors: list[Prior] = [Priors(order).of("c/d") for order in (words, words[::-1])]

    assert sum(priors[0].moved(distribution).values()) == pytest.approx(1)
    assert priors[0].moved(distribution) == pytest.approx(priors[1].moved(distribution))
