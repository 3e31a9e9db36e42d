"""Time in columns."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftguard_tui.timeline.scale import WIDTHS, Scale

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis' way
LENGTHS = st.timedeltas(timedelta(0), timedelta(days=4_000))
SCALES = st.builds(Scale, st.integers(-(10**5), 10**5), st.sampled_from(WIDTHS[:-6]), st.integers(10, 300))


@given(MOMENTS, LENGTHS, st.integers(60, 300))
def test_a_range_of_any_length_fits_in_the_narrowest_columns(start: datetime, length: timedelta, columns: int) -> None:
    scale = Scale.around(start, start + length, columns)
    assert scale.columns == columns
    assert scale.shows(start)
    assert scale.shows(start + length)
    place = WIDTHS.index(scale.width)
    assert place == 0 or WIDTHS[place - 1] * columns < length + 2 * WIDTHS[place - 1]


@given(SCALES, st.integers(-500, 500))
def test_a_column_begins_where_the_one_before_ends(scale: Scale, column: int) -> None:
    assert scale.column(scale.at(column)) == column
    assert scale.column(scale.at(column) - timedelta(microseconds=1)) == column - 1


@given(SCALES, st.integers(0, 9), st.integers(-9, 30))
def test_zooming_leaves_the_moment_under_the_cursor_where_it_is(scale: Scale, column: int, steps: int) -> None:
    at = scale.at(column)
    zoomed = scale.zoomed(steps, at)
    assert zoomed.column(at) == column
    assert (zoomed.width <= scale.width) if steps >= 0 else (zoomed.width >= scale.width)


@given(SCALES, st.integers(-500, 500))
def test_following_moves_only_as_far_as_it_must(scale: Scale, column: int) -> None:
    at = scale.at(column)
    moved = scale.following(at)
    assert moved.shows(at)
    assert moved == scale if scale.shows(at) else moved.column(at) in (0, scale.columns - 1)


@given(SCALES, st.integers(0, 9), st.integers(5, 400))
def test_another_size_keeps_the_moment_in_sight(scale: Scale, column: int, columns: int) -> None:
    at = scale.at(column)
    resized = scale.resized(columns, at)
    assert (resized.columns, resized.width, resized.shows(at)) == (columns, scale.width, True)


@pytest.mark.parametrize(
    ("length", "columns", "width"),
    [
        (timedelta(minutes=5), 66, timedelta(seconds=5)),
        (timedelta(hours=4), 200, timedelta(minutes=2)),
        (timedelta(days=365 * 5), 66, timedelta(days=28)),
    ],
)
def test_from_minutes_to_years(length: timedelta, columns: int, width: timedelta) -> None:
    assert Scale.around(NOON, NOON + length, columns).width == width
