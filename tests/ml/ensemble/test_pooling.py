"""How the voices of the ensemble become one distribution."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from ml.ensemble.pooling import Pooling, Table, decode_pooling

EVEN = np.full((1, 5), 0.2)
SURE = np.array([[0.92, 0.02, 0.02, 0.02, 0.02]])
POOLING = Pooling(trees=0.5, forest=0.3, evidence=0.2, thin=0.5, doubt=0.0, possible_from=0.2, shared=0.5)
KNOWN, THIN = np.array([False]), np.array([True])


@st.composite
def distributions(draw: st.DrawFn) -> Table:
    shares = np.array(draw(st.lists(st.floats(0, 1), min_size=5, max_size=5))) + 1e-9
    return (shares / shares.sum())[np.newaxis]


@given(distributions(), distributions(), distributions(), st.booleans())
def test_the_pool_is_a_distribution(trees: Table, forest: Table, evidence: Table, thin: bool) -> None:
    pooled = POOLING.pooled(trees, forest, evidence, np.array([thin]))
    assert pooled.shape == (1, 5)
    assert (pooled >= 0).all()
    assert pooled.sum() == pytest.approx(1)


def test_no_voice_alone_carries_the_pool() -> None:
    alone = POOLING.pooled(SURE, EVEN, EVEN, KNOWN)[0, 0]
    together = POOLING.pooled(SURE, SURE, SURE, KNOWN)[0, 0]
    assert 0.2 < alone < together


def test_where_no_event_explains_a_change_the_voices_are_trusted_less() -> None:
    assert POOLING.pooled(SURE, SURE, SURE, THIN)[0, 0] < POOLING.pooled(SURE, SURE, SURE, KNOWN)[0, 0]


def test_a_doubt_leaves_something_to_the_evidence_model() -> None:
    doubting = structs.replace(POOLING, doubt=0.1)
    impossible = np.array([[0.0, 1.0, 0.0, 0.0, 0.0]])
    assert doubting.pooled(SURE, SURE, impossible, KNOWN)[0, 1] >= 0.1


@pytest.mark.parametrize(
    "wrong", [{"trees": -1}, {"forest": 1e9}, {"doubt": 2}, {"possible_from": "much"}, {"unheard_of": 1}]
)
def test_a_file_whose_numbers_are_out_of_bounds_is_refused(wrong: dict[str, object]) -> None:
    content = msgspec.json.encode({**structs.asdict(POOLING), **wrong})
    with pytest.raises(msgspec.DecodeError):
        decode_pooling(content)


def test_a_file_says_the_same_again() -> None:
    assert decode_pooling(msgspec.json.encode(POOLING)) == POOLING
