"""The whole drawing as lines: the time at the cursor, the ruler, and as many lanes as there is room for."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from driftguard_tui import text
from driftguard_tui.timeline.drawing import draw, rows_of, short
from driftguard_tui.timeline.lanes import Lane
from driftguard_tui.timeline.ruler import Ruler
from driftguard_tui.timeline.scale import Scale
from driftguard_tui.timeline.track import EMPTY, Track
from driftguard_tui.widgets.lines import Line, Span, line

GRID, NOW = "┊", "┃"
#: Lines above the lanes.
HEAD = 3
_WIDE = 100
_GUTTER, _WIDE_GUTTER = 12, 22
_COUNT_CELLS = 5


class Page(NamedTuple):
    """`lane_at` has the number of the lane that each line belongs to, -1 for the head. `hidden` lanes found no room."""

    lines: Sequence[Line]
    lane_at: Sequence[int]
    hidden: int


def gutter(cells: int) -> int:
    """How many of so many cells the names of the lanes take."""
    return _WIDE_GUTTER if cells >= _WIDE else _GUTTER


def page(
    lanes: Sequence[Lane], scale: Scale, ruler: Ruler, *, rows: int, names: int, top: int, as_of: datetime | None
) -> Page:
    """The lines in so many rows, the lanes from `top` on; `names` cells of each are the lane's name."""
    room = max(1, rows - HEAD)
    shown = lanes[top : top + room]
    given = rows_of(shown, room)
    known = None if as_of is None else scale.column(as_of)
    empty = Span(EMPTY * names)
    lines: list[Line] = [_flag(scale, known, names), (empty, *ruler.major), (empty, *ruler.minor)]
    lane_at = [-1] * HEAD
    for place, (lane, height) in enumerate(zip(shown, given, strict=True), top):
        drawn = draw(lane, scale.columns, height)
        for row, track in enumerate(drawn.rows):
            _finish(track, ruler, known)
            lines.append((*_name(lane, names, drawn.hidden, row, height), *track.line()))
            lane_at.append(place)
    return Page(lines, lane_at, len(lanes) - len(shown))


def _finish(track: Track, ruler: Ruler, known: int | None) -> None:
    """Draws where days begin and where the known ends, and dims what came later than that."""
    for column in ruler.majors:
        if track.free(column):
            track.put(column, GRID, "faint")
    if known is None:
        return
    for column in range(max(0, known + 1), len(track.signs)):
        if track.tones[column]:
            track.tones[column] = "faint" if track.signs[column] == GRID else "muted"
    if 0 <= known < len(track.signs) and (track.free(known) or track.signs[known] == GRID):
        track.put(known, NOW, "key")


def _flag(scale: Scale, known: int | None, names: int) -> Line:
    """Where the desktop's time is."""
    track = Track(scale.columns)
    if known is not None and 0 <= known < scale.columns:
        label = "as of here"
        start = known + 2 if known + 2 + len(label) <= scale.columns else known - 1 - len(label)
        track.put(known, NOW, "key")
        track.write(start, label, "key")
    elif known is not None:
        label = "◀ as of earlier" if known < 0 else "as of later ▶"
        track.write(0 if known < 0 else scale.columns - len(label), label, "key")
    return (Span(EMPTY * names), *track.line())


def _name(lane: Lane, cells: int, hidden: int, row: int, height: int) -> Line:
    """The lane's name and how much is in it; where bars found no room, how many, in the last row."""
    if row:
        more = f"+{hidden} more" if hidden and row == height - 1 else ""
        return line((text.fit(more, cells - 1, right=True) + EMPTY, "muted"))
    title = text.plain(lane.title)
    if hidden and height == 1:
        count = f"+{short(hidden)}"
    elif cells < _WIDE_GUTTER:
        count = ""
    else:
        count = short(lane.total) if lane.total else ""
    room = cells - 2 - (_COUNT_CELLS if count else 0)
    return line(
        (text.fit(title, room), lane.tone if lane.tone == "strong" else ""),
        (text.fit(count, cells - 1 - room, right=True) + EMPTY, "muted"),
    )
