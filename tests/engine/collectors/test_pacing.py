"""Requests stay within a rate, whoever asks."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.collectors.base import Context
from engine.collectors.pacing import Pace

_BEGIN = 1_000.0


class Clock:
    """Time that passes while somebody waits, and only then."""

    def __init__(self) -> None:
        self.now = _BEGIN

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        return False


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("engine.collectors.pacing.time", clock)
    monkeypatch.setattr(Context, "wait", lambda _, seconds: clock.wait(seconds))
    return clock


def test_a_burst_is_free_and_the_rest_is_spread(clock: Clock) -> None:
    pace, context = Pace(50, burst=5), Context()
    turns = []
    for _ in range(15):
        pace.wait(context)
        turns.append(round(clock.now - _BEGIN, 6))
    assert turns == [0.0] * 5 + [turn / 50 for turn in range(1, 11)], "five at once, ten more at 50 a second"


def test_threads_share_one_rate() -> None:
    pace, context = Pace(50, burst=1), Context()
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: pace.wait(context), range(11)))
    assert time.monotonic() - started >= 0.19


def test_a_cancelled_scan_does_not_wait() -> None:
    cancelled = threading.Event()
    pace, context = Pace(0.01), Context(cancelled=cancelled)
    assert pace.wait(context) is False
    cancelled.set()
    started = time.monotonic()
    assert pace.wait(context) is True
    assert time.monotonic() - started < 50, "half of what the turn would take"


def test_a_rate_is_positive() -> None:
    with pytest.raises(ValueError, match="above zero"):
        Pace(0)
