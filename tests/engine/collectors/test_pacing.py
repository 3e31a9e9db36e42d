"""Requests stay within a rate, whoever asks."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.collectors.base import Context
from engine.collectors.pacing import Pace


def test_a_burst_is_free_and_the_rest_is_spread() -> None:
    pace, context = Pace(50, burst=5), Context()
    started = time.monotonic()
    for _ in range(15):
        pace.wait(context)
    # Five at once, ten more at 50 a second.
    assert 0.18 <= time.monotonic() - started < 0.6


def test_threads_share_one_rate() -> None:
    pace, context = Pace(50, burst=1), Context()
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: pace.wait(context), range(11)))
    assert 0.18 <= time.monotonic() - started < 0.6


def test_a_cancelled_scan_does_not_wait() -> None:
    cancelled = threading.Event()
    pace, context = Pace(0.01), Context(cancelled=cancelled)
    assert pace.wait(context) is False
    cancelled.set()
    started = time.monotonic()
    assert pace.wait(context) is True
    assert time.monotonic() - started < 1


def test_a_rate_is_positive() -> None:
    with pytest.raises(ValueError, match="above zero"):
        Pace(0)
