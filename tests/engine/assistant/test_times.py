"""Times as people say them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.assistant.analyst.times import read_times

#: A Monday.
NOW = datetime(2026, 3, 16, 7, 7, 44, tzinfo=UTC)


def march(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "how", "first", "last"),
    [
        ("what changed since yesterday?", "since", march(15), NOW),
        ("since 03:00", "since", march(16, 3), NOW),
        ("since 22:15", "since", march(15, 22, 15), NOW),
        ("what changed last night?", "between", march(15, 18), march(16, 6)),
        ("what happened this morning", "between", march(16, 5), march(16, 12)),
        ("on 10 March", "between", march(10), march(11)),
        ("on March 10th, 2026", "between", march(10), march(11)),
        ("on the 10th of March", "between", march(10), march(11)),
        ("on 2026-03-10", "between", march(10), march(11)),
        ("at 2026-03-10T03:12:05Z", "at", march(10, 3, 12, 5), march(10, 3, 12, 5)),
        ("at 3am on 14 March", "at", march(14, 3), march(14, 3)),
        ("yesterday at 15:30", "at", march(15, 15, 30), march(15, 15, 30)),
        ("on friday evening", "between", march(13, 17), march(13, 23)),
        ("last monday", "between", march(9), march(10)),
        ("between 02:00 and 04:00 on 14 March", "between", march(14, 2), march(14, 4)),
        ("between 10 March and 12 March", "between", march(10), march(13)),
        ("from 13 to 15 March", "between", march(13), march(16)),
        ("before 12 March", "until", None, march(12)),
        ("two hours ago", "at", march(16, 5, 7, 44), march(16, 5, 7, 44)),
        ("in the last 3 days", "between", march(13, 7, 7, 44), NOW),
        ("in the past hour", "between", march(16, 6, 7, 44), NOW),
        ("at noon yesterday", "at", march(15, 12), march(15, 12)),
        ("on 20 December", "between", datetime(2025, 12, 20, tzinfo=UTC), datetime(2025, 12, 21, tzinfo=UTC)),
    ],
)
def test_a_time_that_is_said(said: str, how: str, first: datetime | None, last: datetime | None) -> None:
    times = read_times(said, NOW)
    assert (times.how, times.first, times.last) == (how, first, last)


def test_a_time_of_day_is_that_of_what_is_talked_about() -> None:
    assert read_times("what happened at 03:12?", NOW, march(10, 0, 4)).first == march(10, 3, 12)


def test_what_is_said_of_times_is_taken_out_of_the_question() -> None:
    times = read_times("who opened port 22 on 14 March at 02:58?", NOW)
    assert times.left.split() == ["who", "opened", "port", "22", "?"]


def test_both_times_that_are_to_be_compared() -> None:
    assert [said.start for said in read_times("compare 10 March with 14 March", NOW).others] == [march(10), march(14)]


@pytest.mark.parametrize("said", ["who opened it?", "on 31 February", "at 27:80", "the last mile", "<0> <1>"])
def test_what_is_no_time(said: str) -> None:
    assert read_times(said, NOW).how == ""


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    times = read_times(text, NOW)
    assert times.first is None or times.last is None or times.first <= times.last


@given(st.integers(978_307_200, 1_773_619_200).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_a_moment_written_out_is_that_moment(at: datetime) -> None:
    assert read_times(f"what happened at {at:%Y-%m-%dT%H:%M:%SZ}?", NOW).first == at
