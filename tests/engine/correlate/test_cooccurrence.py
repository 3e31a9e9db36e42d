"""What occurs together: planted links are found, chance, bursts and common hours are not."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.correlate.cooccurrence import episodes, lifts
from engine.correlate.significance import Integers, benjamini_hochberg, binomial_tail, poisson_tail

HOUR = 3_600_000_000
MINUTE = HOUR // 60
DAYS = 60


def history(seed: int, kinds: int = 20, *, office_hours: bool = False, bursts: bool = False) -> dict[str, Integers]:
    """Kinds of events that have nothing to do with each other."""
    chance = np.random.default_rng(seed)
    made = {}
    for number in range(kinds):
        times = chance.uniform(0, DAYS * 24 * HOUR, chance.poisson(120))
        if office_hours:
            hours = times / HOUR % 24
            times = times[(hours > 8) & (hours < 18)]
        if bursts:
            times = np.concatenate([at + np.cumsum(chance.exponential(MINUTE, 30)) for at in times])
        made[f"kind-{number}"] = np.sort(times).astype(np.int64)
    return made


def link(made: dict[str, Integers], first: str, second: str, share: float = 0.7) -> None:
    """Lets the second follow upon a share of the first within 25 minutes."""
    chance = np.random.default_rng(len(made[first]))
    led = made[first][chance.random(len(made[first])) < share]
    after = led + chance.uniform(MINUTE, 25 * MINUTE, len(led)).astype(np.int64)
    made[second] = np.sort(np.concatenate([made[second], after]))


def found(made: dict[str, Integers]) -> set[tuple[str, str]]:
    return {(one.first, one.second) for one in lifts(made) if one.significant}


@pytest.mark.parametrize("office_hours", [False, True], ids=["all day", "office hours"])
@pytest.mark.parametrize("bursts", [False, True], ids=["singly", "in bursts"])
def test_what_has_nothing_to_do_with_each_other_is_not_linked(office_hours: bool, bursts: bool) -> None:
    alarms = sum(bool(found(history(seed, office_hours=office_hours, bursts=bursts))) for seed in range(20))
    assert alarms <= 1


@pytest.mark.parametrize("seed", range(6))
def test_planted_links_are_found_and_nothing_else(seed: int) -> None:
    made = history(seed)
    link(made, "kind-0", "kind-1")
    link(made, "kind-2", "kind-3")
    assert found(made) == {("kind-0", "kind-1"), ("kind-2", "kind-3")}


def test_a_link_says_how_often_and_how_often_by_chance() -> None:
    every_day = np.arange(60, dtype=np.int64) * 24 * HOUR
    after = every_day[:41] + 10 * MINUTE
    [one] = [each for each in lifts({"alert": every_day, "deploy": after}) if each.first == "alert"]
    assert (one.second, one.count, one.together, one.significant) == ("deploy", 60, 41, True)
    assert one.expected == pytest.approx(41 / 12, rel=0.1)
    assert one.lift == pytest.approx(12, rel=0.1)


def test_a_burst_counts_once() -> None:
    burst = np.concatenate([at * 24 * HOUR + np.arange(30) * MINUTE for at in range(8)]).astype(np.int64)
    follower = np.arange(8, dtype=np.int64) * 24 * HOUR + 5 * MINUTE
    [one] = [each for each in lifts({"alert": burst, "call": follower}) if each.first == "alert"]
    assert (one.count, one.together) == (8, 8)


def test_one_burst_of_each_of_two_kinds_is_no_link() -> None:
    times = np.arange(500, dtype=np.int64) * MINUTE
    assert lifts({"alert": times, "call": times + 1}) == ()


@given(st.lists(st.integers(0, 10**12), max_size=60), st.integers(1, 600))
def test_episodes_hold_every_occurrence_and_are_apart(times: list[int], minutes: int) -> None:
    window = timedelta(minutes=minutes)
    made = episodes(np.array(sorted(times), dtype=np.int64), window)
    spans = list(zip(made.starts.tolist(), made.ends.tolist(), strict=True))
    assert all(any(start <= at <= end for start, end in spans) for at in times)
    gaps = [later - end for (_, end), (later, _) in pairwise(spans)]
    assert all(gap > minutes * MINUTE for gap in gaps)


def test_the_tails_are_exact() -> None:
    assert binomial_tail(3, 3, 0.5) == pytest.approx(0.125)
    assert binomial_tail(0, 10, 0.1) == pytest.approx(1.0)
    assert poisson_tail(1, 1.0) == pytest.approx(1 - np.exp(-1))


def test_of_many_tests_the_rate_of_false_discoveries_is_told() -> None:
    assert benjamini_hochberg([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.04, 0.04])
    assert benjamini_hochberg([0.01], tests=20).tolist() == pytest.approx([0.2])
