"""Keeping within a provider's published request rates."""

import threading
import time

from engine.collectors.base import Context


class Pace:
    """A token bucket that threads share: at most `rate_per_second` turns a second.

    After idle time `burst` turns are free, by default one second's worth.

    A turn is reserved before the wait, so that threads are served in the order in which they asked.
    """

    def __init__(self, rate_per_second: float, burst: float | None = None) -> None:
        if rate_per_second <= 0:
            raise ValueError(f"a rate is above zero, not {rate_per_second}")
        self._interval = 1 / rate_per_second
        self._slack = (max(1.0, burst if burst is not None else rate_per_second) - 1) * self._interval
        self._free_at = 0.0
        self._lock = threading.Lock()

    def wait(self, context: Context) -> bool:
        """Blocks until it is this caller's turn or the scan is cancelled. Returns `cancelled`."""
        with self._lock:
            now = time.monotonic()
            turn = max(self._free_at, now - self._slack)
            self._free_at = turn + self._interval
        delay = turn - now
        return context.wait(delay) if delay > 0 else context.cancelled
