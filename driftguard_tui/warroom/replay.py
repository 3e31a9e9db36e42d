"""Going through a session again: its steps one after the other, at their own pace or a faster one."""

from collections.abc import Sequence
from datetime import datetime

from engine.warroom import Entry

#: Seconds that a step stays at least and at most, however far the next one is.
_LEAST, _MOST = 0.5, 6.0
#: Faster than it was, unless said otherwise.
SPEED = 10.0


class Replay:
    """Where one is in a session, and how long until the next step."""

    def __init__(self, title: str, entries: Sequence[Entry], speed: float = SPEED) -> None:
        self.title = title
        self.speed = speed
        self.is_paused = False
        self._entries = entries
        self._at = -1

    @property
    def step(self) -> Entry | None:
        """The step that is shown."""
        return self._entries[self._at] if 0 <= self._at < len(self._entries) else None

    @property
    def place(self) -> str:
        """Which step of how many."""
        return f"{self._at + 1} of {len(self._entries)}"

    def move(self, steps: int) -> Entry | None:
        """The next step, or the one before with -1; None where there is none."""
        to = self._at + steps
        if not 0 <= to < len(self._entries):
            return None
        self._at = to
        return self.step

    @property
    def wait(self) -> float | None:
        """Seconds until the next step; None after the last one, and while it is paused."""
        if self.is_paused or self._at + 1 >= len(self._entries):
            return None
        here, there = self._time(self._at), self._time(self._at + 1)
        return max(_LEAST, min(_MOST, (there - here).total_seconds() / self.speed))

    def _time(self, at: int) -> datetime:
        return self._entries[max(0, at)].at
