"""How fast something goes that takes its time, and how long it still takes."""

import time
from collections import deque
from collections.abc import Callable

#: Seconds that a rate is taken over, and between two samples of it.
_WINDOW, _STEP = 10.0, 0.2
#: Before so many seconds, a rate means nothing.
_LEAST = 1.0


class Pace:
    """Is told how much is done, and says what that makes. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._samples: deque[tuple[float, int]] = deque([(clock(), 0)])
        self._done = 0

    def reached(self, done: int) -> None:
        """So much is done by now."""
        self._done = done
        now = self._clock()
        if now - self._samples[-1][0] >= _STEP:
            self._samples.append((now, done))
        while len(self._samples) > 2 and now - self._samples[1][0] >= _WINDOW:
            self._samples.popleft()

    @property
    def rate(self) -> float | None:
        """How much gets done in a second, lately; None while nobody can tell."""
        began, before = self._samples[0]
        seconds = self._clock() - began
        return (self._done - before) / seconds if seconds >= _LEAST and self._done > before else None

    def left(self, total: int | None) -> float | None:
        """The seconds until all of it is done, at this rate; None while nobody can tell."""
        rate = self.rate
        return None if rate is None or total is None else max(0, total - self._done) / rate
