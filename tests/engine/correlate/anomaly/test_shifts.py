"""Stretches of a metric that are unlike what came before, as events."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.correlate.anomaly import shifts_of
from engine.model import Event, EventKind, Series

START = datetime(2026, 3, 2, tzinfo=UTC)
STEP = timedelta(minutes=5)


def series_of(values: Sequence[float], name: str = "error_ratio", unit: str = "") -> Series:
    times = tuple(START + number * STEP for number in range(len(values)))
    return Series(
        source="prometheus",
        name=name,
        times=times,
        values=tuple(values),
        labels={"service": "checkout", "env": "live"},
        unit=unit,
        scope="live",
        touches=("checkout",),
    )


def noise(length: int, level: float, spread: float, seed: int = 1) -> list[float]:
    chance = random.Random(seed)
    return [chance.gauss(level, spread) for _ in range(length)]


def shifts(*series: Series) -> list[Event]:
    return list(shifts_of(series))


def test_a_stretch_is_told_from_where_it_begins_to_where_all_is_as_usual() -> None:
    values = noise(500, 0.02, 0.001) + noise(30, 0.4, 0.01) + noise(100, 0.02, 0.001)
    (event,) = shifts(series_of(values))
    assert (event.at, event.ended_at) == (START + 500 * STEP, START + 530 * STEP)
    assert (event.kind, event.source, event.operation) == (EventKind.METRIC, "prometheus", "error_ratio")
    assert (event.touches, event.scope, event.writes) == (("checkout",), "live", False)
    assert event.actor.principal is None
    assert event.summary.startswith("error_ratio (env=live, service=checkout) rose from about 0.0201 to 0.424, ")
    assert event.summary.endswith("from 2026-03-03 17:40 to 20:10 UTC")


def test_one_that_lasts_has_no_end_and_one_that_falls_says_so() -> None:
    (event,) = shifts(series_of(noise(500, 300, 5) + noise(20, 0, 1), unit="requests/s"))
    assert event.ended_at is None
    assert " fell from about 300 to " in event.summary
    assert " requests/s, from 2026-03-03 17:40 UTC on" in event.summary


def test_a_level_that_stays_becomes_the_usual_one() -> None:
    stays = noise(500, 20, 1) + noise(1500, 40, 1, seed=2)
    assert [event.at for event in shifts(series_of(stays))] == [START + 500 * STEP]
    (_, again) = shifts(series_of(stays + noise(10, 200, 1)))
    assert again.at == START + 2000 * STEP


def test_a_usual_value_at_another_hour_is_compared_with_what_that_hour_has() -> None:
    wave = [20.0 if number % 288 < 144 else 80.0 for number in range(10 * 288)]
    wave[9 * 288 + 72] = 80.0
    *_, event = shifts(series_of(wave))  # the first rise of the first day is one, too
    assert event.at == START + (9 * 288 + 72) * STEP
    assert " rose from about 20 to 80, " in event.summary
    assert event.ended_at == event.at + STEP


def test_has_the_same_id_in_every_read_and_another_in_every_series() -> None:
    values = noise(500, 0.02, 0.001) + [0.4] * 10
    (first,) = shifts(series_of(values))
    (longer,) = shifts(series_of([*values, 0.5, 0.02]))
    (other,) = shifts(series_of(values, name="latency"))
    assert first.id == longer.id != other.id
    assert longer.recorded_at is not None
    assert first.recorded_at is not None
    assert longer.recorded_at > first.recorded_at


@given(st.integers(0, 500), st.integers(0, 300))
@settings(max_examples=20)
def test_what_comes_later_changes_no_beginning(seed: int, end: int) -> None:
    chance = random.Random(seed)
    values = [chance.gauss(5, 1) if chance.random() < 0.98 else chance.gauss(30, 9) for _ in range(300)]
    known = [event.at for event in shifts(series_of(values[:end]))]
    assert known == [event.at for event in shifts(series_of(values)) if event.at < START + end * STEP]


def test_quiet_short_and_empty_series_tell_nothing() -> None:
    assert shifts(series_of(noise(2000, 20, 1)), series_of([0.0] * 2000)) == []
    assert shifts(series_of([]), series_of([1.0]), series_of([0.0] * 30 + [100.0] * 15)) == []
