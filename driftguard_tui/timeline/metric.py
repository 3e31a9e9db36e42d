"""A metric below the lanes: its line, its bounds, and where it was not as usual."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from driftguard_tui import text
from driftguard_tui.timeline.plot import DOTS, plot
from driftguard_tui.timeline.scale import Scale
from driftguard_tui.timeline.track import EMPTY, Track
from driftguard_tui.widgets.lines import Line, line
from engine.model import Event

#: Rows of the pane from which on the metric gets so many of them.
_ROWS = ((30, 6), (22, 4), (16, 3), (9, 2))


class Metric(NamedTuple):
    """`low` and `high` are by half columns of `scale`, which may show more than is seen. `shifts` are the stretches in
    which it was not as usual, as events."""

    title: str
    unit: str
    scale: Scale
    low: Mapping[int, float]
    high: Mapping[int, float]
    shifts: Sequence[Event] = ()

    def rows(self, room: int) -> int:
        """How many rows of a pane of so many it takes."""
        return next((rows for least, rows in _ROWS if room >= least), 0)

    def draw(self, scale: Scale, rows: int) -> list[Track]:
        """What of it is in sight, in rows from top to bottom; nothing when it is of columns of another width."""
        if self.scale.width != scale.width:
            return [Track(scale.columns) for _ in range(rows)]
        low, high = self.seen(scale)
        return plot(low, high, scale.columns, rows, marked=self.marked(scale))

    def seen(self, scale: Scale) -> tuple[dict[int, float], dict[int, float]]:
        """Its bounds by half columns of another scale of that width."""
        offset = (self.scale.first - scale.first) * DOTS
        moved = ({place + offset: value for place, value in bounds.items()} for bounds in (self.low, self.high))
        low, high = (
            {place: value for place, value in bounds.items() if 0 <= place < scale.columns * DOTS} for bounds in moved
        )
        return low, high

    def marked(self, scale: Scale) -> set[int]:
        """The columns in which it was not as usual."""
        found: set[int] = set()
        for shift in self.shifts:
            last = self._end(shift)
            if last >= scale.start and shift.at < scale.end:
                first_column, last_column = max(0, scale.column(shift.at)), scale.column(last)
                found.update(range(first_column, min(scale.columns - 1, last_column) + 1))
        return found

    def names(self, scale: Scale, cells: int, rows: int) -> list[Line]:
        """What stands before each row: what it is, and its greatest and least value in sight."""
        low, high = self.seen(scale) if self.scale.width == scale.width else ({}, {})
        title = text.fit(text.plain(self.title), cells - 1) + EMPTY
        if not low:
            return [line((title, "")), *[line(EMPTY * cells)] * (rows - 1)]
        unit = f" {self.unit}" if self.unit else ""
        bounds = [f"{max(high.values()):.3g}{unit}", f"{min(low.values()):.3g}{unit}"]
        if rows == 2:
            bounds = ["–".join(reversed(bounds))] if len(unit) < 2 else bounds[:1]
        said = [bounds[0], *[""] * (rows - 1 - len(bounds)), *bounds[1:]]
        return [line((title, "")), *(line((_right(words, cells), "muted")) for words in said)]

    def _end(self, shift: Event) -> datetime:
        return shift.ended_at or shift.recorded_at or shift.at


def _right(words: str, cells: int) -> str:
    return text.fit(text.plain(words), cells - 1, right=True) + EMPTY
