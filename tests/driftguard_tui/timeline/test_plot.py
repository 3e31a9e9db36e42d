"""A metric in braille."""

from hypothesis import given
from hypothesis import strategies as st

from driftguard_tui.timeline.plot import plot
from tests.support.timeline_samples import text_of


def shown(low: dict[int, float], high: dict[int, float], columns: int, rows: int) -> list[str]:
    return [text_of(track.line()) for track in plot(low, high, columns, rows)]


def test_a_rise_from_the_bottom_to_the_top() -> None:
    values = {place: float(place) for place in range(8)}
    assert shown(values, values, 4, 2) == ["  ⣠⠞", "⣠⠞⠁"]


def test_bounds_are_a_stroke() -> None:
    assert shown({1: 0.0}, {1: 10.0}, 4, 2) == ["⢸", "⢸"]


def test_values_as_far_apart_as_usual_are_a_line_and_what_is_missing_is_a_gap() -> None:
    values = dict.fromkeys((0, 2, 4, 6, 14, 16), 1.0)
    assert shown(values, values, 9, 1) == ["⠒⠒⠒⠂   ⠒⠂"]


def test_a_level_value_is_in_the_middle() -> None:
    assert shown({0: 5.0}, {0: 5.0}, 1, 1) == ["⠂"]


def test_marked_columns_stand_out() -> None:
    [track] = plot({0: 1.0, 2: 2.0}, {0: 1.0, 2: 2.0}, 2, 1, marked={1})
    assert track.tones == ["accent", "bad"]


@given(st.dictionaries(st.integers(0, 39), st.floats(-1e9, 1e9)), st.integers(1, 6))
def test_what_was_measured_is_seen(values: dict[int, float], rows: int) -> None:
    tracks = plot(values, values, 20, rows)
    seen = {column for track in tracks for column, sign in enumerate(track.signs) if sign != " "}
    assert seen >= {place // 2 for place in values}
    assert not values or (min(seen), max(seen)) == (min(values) // 2, max(values) // 2)
