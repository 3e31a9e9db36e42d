"""Where a row of counts steps to another level."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.overview.shifts import steps_of


def places(counts: list[int]) -> list[int]:
    return [place for place, _, _ in steps_of(counts)]


def test_a_step_that_lasts_is_found_with_both_levels() -> None:
    [(place, before, after)] = steps_of([12, 13, 12, 12, 11, 12, 40, 41, 40, 42, 41])
    assert place == 6
    assert round(before) == 12
    assert round(after) == 40


def test_down_is_a_step_as_well_as_up() -> None:
    assert places([30] * 8 + [4] * 8 + [30] * 8) == [8, 16]


def test_what_stands_still_or_rises_steadily_or_moves_by_chance_has_no_steps() -> None:
    assert places([]) == []
    assert places([7]) == []
    assert places([9] * 40) == []
    assert places([12] * 20 + [13] * 20) == [], "one more of twelve is chance"
    assert places([5 * step for step in range(40)]) == []
    assert places([20, 22, 19, 25, 21, 18, 23, 24, 20, 22, 19, 21, 26, 20]) == []


def test_what_comes_and_goes_at_once_is_no_step() -> None:
    assert places([3] * 10 + [90] + [3] * 10) == []


@given(st.lists(st.integers(0, 10_000), max_size=80))
def test_places_are_within_the_row_and_apart(counts: list[int]) -> None:
    found = places(counts)
    assert found == sorted(set(found))
    assert all(2 <= place <= len(counts) - 2 for place in found)
    assert all(later - earlier >= 3 for earlier, later in pairwise(found))
