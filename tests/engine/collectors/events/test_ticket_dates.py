"""Times as ticket tools and people write them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.events.tickets.clock import began_in
from engine.collectors.events.tickets.dates import DateForm, day_comes_first, instant

moments = st.datetimes(datetime(2001, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0)
)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MADRID = ZoneInfo("Europe/Madrid")


@given(moments, offsets)
def test_times_with_a_zone_are_the_same_moment(at: datetime, zone: timezone) -> None:
    local = at.astimezone(zone)
    for form in ("%Y-%m-%dT%H:%M:%S.000%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z"):
        assert instant(local.strftime(form)) == at
    assert instant(at.strftime("%Y-%m-%dT%H:%M:%SZ")) == at


@given(moments)
def test_times_without_a_zone_are_meant_in_the_one_given(at: datetime) -> None:
    local = at.astimezone(MADRID)
    assert abs((instant(local.strftime("%Y-%m-%d %H:%M:%S"), MADRID) or at) - at) <= timedelta(hours=1)


@given(moments, st.sampled_from("-/."), st.booleans(), st.booleans())
def test_a_known_order_reads_back_what_was_written(at: datetime, mark: str, day_first: bool, half: bool) -> None:
    date = mark.join(("%d", "%m", "%Y") if day_first else ("%m", "%d", "%Y"))
    text = at.strftime(f"{date} {'%I:%M:%S %p' if half else '%H:%M:%S'}")
    assert DateForm(day_first=day_first).read(text) == at


@given(st.lists(moments, min_size=1, max_size=20), st.booleans())
def test_the_order_of_a_set_is_never_told_wrong(times: list[datetime], day_first: bool) -> None:
    texts = [at.strftime("%d/%m/%Y" if day_first else "%m/%d/%Y") for at in times]
    told = day_comes_first(texts)
    assert told in (day_first, None)
    assert told is day_first or all(at.day <= 12 for at in times)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    DateForm().read(text)
    instant(text)
    began_in(text, datetime(2026, 3, 9, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    "text", ["", "yesterday", "31/02/2024", "13/13/2024", "2024-07-16 25:00:00", "13:00 PM", None, 5]
)
def test_what_is_no_time(text: object) -> None:
    assert DateForm(day_first=True).read(text) is None


def test_a_set_that_contradicts_itself_tells_nothing() -> None:
    assert day_comes_first(["16/07/2024", "07/16/2024"]) is None


@given(
    moments, st.integers(0, 5 * 60), st.sampled_from([("UTC", 0), ("EST", -5), ("CEST", 2), ("JST", 9), ("UTC+10", 10)])
)
def test_a_time_of_day_with_a_zone_is_the_last_before_the_opening(
    began: datetime, minutes: int, zone: tuple[str, int]
) -> None:
    began = began.replace(second=0)
    shown = (began + timedelta(hours=zone[1])).strftime("%H:%M")
    assert began_in(f"It began at {shown} {zone[0]}, they say.", began + timedelta(minutes=minutes)) == began
