"""The labels of the columns."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftguard_tui.timeline.ruler import TICK, Ruler, ruler
from driftguard_tui.timeline.scale import WIDTHS, Scale
from driftguard_tui.widgets.lines import Line


def shown(line: Line) -> str:
    return "".join(span.text for span in line)


def around(start: datetime, length: timedelta, columns: int = 60) -> tuple[Scale, Ruler]:
    scale = Scale.around(start, start + length, columns)
    return scale, ruler(scale)


EVENING = datetime(2026, 3, 14, 21, 0, tzinfo=UTC)


def test_times_stand_at_their_columns_and_the_day_changes_where_it_does() -> None:
    scale, labels = around(EVENING, timedelta(hours=5), 66)
    assert shown(labels.major).rstrip() == "Sat 14 Mar 2026                       ╷Sun 15 Mar 2026"
    assert shown(labels.minor).rstrip() == "  ╷21:00      ╷22:00      ╷23:00      ╷00:00      ╷01:00      ╷"
    assert scale.at(38) == datetime(2026, 3, 15, tzinfo=UTC)
    assert labels.majors == {38}


@pytest.mark.parametrize(
    ("length", "major", "minor"),
    [
        (timedelta(minutes=5), "Sat 14 Mar 2026", "╷21:00"),
        (timedelta(days=10), "Mar 2026", "╷15"),
        (timedelta(days=40), "Apr 2026", "╷30"),
        (timedelta(days=400), "2027", "╷Jul"),
        (timedelta(days=4_000), "", "╷2030"),
    ],
)
def test_every_length_of_time_has_labels_that_fit_it(length: timedelta, major: str, minor: str) -> None:
    _, labels = around(EVENING, length)
    assert major in shown(labels.major)
    assert minor in shown(labels.minor)


@settings(max_examples=80)
@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis' way
    st.sampled_from(WIDTHS),
    st.integers(20, 260),
)
def test_labels_neither_overlap_nor_lie(start: datetime, width: timedelta, columns: int) -> None:
    scale = Scale.around(start, start, columns)._replace(width=width)
    scale = scale._replace(first=scale.first % 10**6 if width < timedelta(days=1) else scale.first % 10**4)
    labels = ruler(scale)
    for line in (labels.major, labels.minor):
        text = shown(line)
        assert len(text) in (0, columns)
        assert "…" not in text
    minor = shown(labels.minor)
    for column, sign in enumerate(minor):
        if sign == TICK and minor[column + 1 : column + 6].count(":") == 1:
            label = minor[column + 1 : column + 6]
            moment = scale.at(column)
            while f"{moment:%H:%M}" != label and moment < scale.at(column + 1):
                moment += timedelta(seconds=1)
            assert scale.column(moment) == column
