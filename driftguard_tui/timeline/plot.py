"""A metric as braille: two columns and four rows of dots in each cell.

Drawn here rather than by textual-plot, whose import alone (with numpy) takes 165 to 215 ms, a third of what a blank
Textual app takes to show its first frame, for pictures of which a lane needs only the line.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise, zip_longest
from typing import NamedTuple

from driftguard_tui.timeline.track import Track

#: Dots beside each other in a cell.
DOTS = 2
_ROWS = 4
_BRAILLE = 0x2800
#: The bit of each dot, by column and row from above.
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))


def plot(
    low: Mapping[int, float], high: Mapping[int, float], columns: int, rows: int, *, marked: Collection[int] = ()
) -> list[Track]:
    """What was measured, from its least to its greatest value in each half column; `marked` columns stand out.

    `low` and `high` are by half columns (0 and 1 are the first cell), and hold the same ones. What lies at most twice
    as far apart as values usually do is joined; where nothing was measured for longer nothing is drawn.
    """
    tracks = [Track(columns) for _ in range(rows)]
    if not low:
        return tracks
    heights = _Heights(min(low.values()), max(high.values()), rows)
    dots = [[0] * columns for _ in range(rows)]

    def stroke(place: int, bottom: int, top: int) -> None:
        for height in range(bottom, top + 1):
            row, dot = divmod(rows * _ROWS - 1 - height, _ROWS)
            dots[row][place // DOTS] |= _BITS[place % DOTS][dot]

    places = sorted(low)
    reach = 2 * _median((later - place for place, later in pairwise(places)), default=1)
    for place, later in zip_longest(places, places[1:]):
        bottom, top = heights.of(low[place]), heights.of(high[place])
        stroke(place, bottom, top)
        if later is None or later - place > reach:
            continue
        middle, goal = (bottom + top) / 2, (heights.of(low[later]) + heights.of(high[later])) / 2
        for between in range(place + 1, later + 1):
            before, after = (
                round(middle + (goal - middle) * (step - place) / (later - place)) for step in (between - 1, between)
            )
            stroke(between, min(before, after), max(before, after))
    for track, bits in zip(tracks, dots, strict=True):
        for column, pattern in enumerate(bits):
            if pattern:
                track.put(column, chr(_BRAILLE + pattern), "bad" if column in marked else "accent")
    return tracks


def _median(values: Iterable[int], *, default: int) -> int:
    """The value in the middle."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else default


class _Heights(NamedTuple):
    """Where values are drawn: in dots above the lowest."""

    least: float
    greatest: float
    rows: int

    def of(self, value: float) -> int:
        span = self.greatest - self.least
        share = (value - self.least) / span if span > 0 else 0.5
        return round(share * (self.rows * _ROWS - 1))
