"""A metric as braille: two columns and four rows of dots in each cell.

Drawn here rather than by textual-plot, whose import alone (with numpy) takes 165 to 215 ms, a third of what a blank
Textual app takes to show its first frame, for pictures of which a lane needs only the line.
"""

from collections.abc import Collection, Mapping

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

    `low` and `high` are by half columns (0 and 1 are the first cell), and hold the same ones. Neighbours that both
    have a value are joined, where nothing was measured nothing is drawn.
    """
    tracks = [Track(columns) for _ in range(rows)]
    if not low:
        return tracks
    least, greatest = min(low.values()), max(high.values())
    dots = [[0] * columns for _ in range(rows)]
    before: tuple[int, int] | None = None
    for place in range(columns * DOTS):
        if place not in low:
            before = None
            continue
        top = _height(high[place], least, greatest, rows)
        bottom = _height(low[place], least, greatest, rows)
        if before is not None:  # joined to the half column before it
            bottom, top = min(bottom, before[1]), max(top, before[0])
        for height in range(bottom, top + 1):
            row, dot = divmod(rows * _ROWS - 1 - height, _ROWS)
            dots[row][place // DOTS] |= _BITS[place % DOTS][dot]
        before = (
            _height(low[place], least, greatest, rows),
            _height(high[place], least, greatest, rows),
        )
    for track, bits in zip(tracks, dots, strict=True):
        for column, pattern in enumerate(bits):
            if pattern:
                track.put(column, chr(_BRAILLE + pattern), "bad" if column in marked else "accent")
    return tracks


def _height(value: float, least: float, greatest: float, rows: int) -> int:
    """Dots above the lowest."""
    share = (value - least) / (greatest - least) if greatest > least else 0.5
    return round(share * (rows * _ROWS - 1))
