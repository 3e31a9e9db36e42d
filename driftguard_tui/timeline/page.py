"""The whole drawing as lines: the time at the cursor, the ruler, and as many lanes as there is room for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from driftguard_tui import text
from driftguard_tui.timeline.drawing import BAR_BEFORE as BEFORE
from driftguard_tui.timeline.drawing import BAR_ON as ON
from driftguard_tui.timeline.drawing import draw_all, short
from driftguard_tui.timeline.lanes import Lane
from driftguard_tui.timeline.metric import Metric
from driftguard_tui.timeline.ruler import Ruler
from driftguard_tui.timeline.scale import Scale
from driftguard_tui.timeline.track import EMPTY, Track
from driftguard_tui.timeline.view import View
from driftguard_tui.widgets.lines import BLANK, Line, Span, line

GRID, NOW = "┊", "┃"
#: Lines above the lanes.
HEAD = 3
#: Cells of the pane from which on the names of lanes get so many of them, and from how many on a count as well.
_GUTTERS = ((160, 32), (100, 22), (0, 12))
_COUNTED = 22
_COUNT_CELLS = 5
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


class Page(NamedTuple):
    """`lane_at` has the number of the lane that each line belongs to, -1 for the head. `hidden` lanes found no room."""

    lines: Sequence[Line]
    lane_at: Sequence[int]
    hidden: int


def gutter(cells: int) -> int:
    """How many of so many cells the names of the lanes take."""
    return next(names for least, names in _GUTTERS if cells >= least)


def worth(lanes: Sequence[Lane], rows: int, metric: Metric | None) -> Sequence[Lane]:
    """The lanes to be drawn in so many rows: where there is no room for all, those in which there is anything."""
    room = rows - HEAD - (metric.rows(rows) if metric else 0)
    return lanes if len(lanes) <= room else [lane for lane in lanes if lane.total]


def page(
    lanes: Sequence[Lane],
    scale: Scale,
    ruler: Ruler,
    *,
    rows: int,
    names: int,
    top: int = 0,
    as_of: datetime | None = None,
    metric: Metric | None = None,
) -> Page:
    """The lines in so many rows, the lanes from `top` on; `names` cells of each are the lane's name."""
    below = metric.rows(rows) if metric else 0
    room = max(1, rows - HEAD - below)
    shown = lanes[top : top + room]
    drawings = draw_all(shown, scale.columns, room)
    is_airy = room - sum(len(drawn.rows) for drawn in drawings) >= len(shown)
    known = None if as_of is None else scale.column(as_of)
    empty = Span(EMPTY * names)
    lines: list[Line] = [BLANK, (empty, *ruler.major), (empty, *ruler.minor)]
    lane_at = [-1] * HEAD
    for place, (lane, drawn) in enumerate(zip(shown, drawings, strict=True), top):
        for row, track in enumerate(drawn.rows):
            _finish(track, ruler, known)
            lines.append((*_name(lane, names, drawn.hidden, row, len(drawn.rows)), *track.line()))
            lane_at.append(place)
        if is_airy:
            lines.append((empty, *_finish(Track(scale.columns), ruler, known).line()))
            lane_at.append(-1)
    if metric is not None and below:
        lines += [BLANK] * (rows - below - len(lines))
        for name, track in zip(metric.names(scale, names, below), metric.draw(scale, below), strict=True):
            _finish(track, ruler, known)
            lines.append((*name, *track.line()))
        lane_at += [-1] * (len(lines) - len(lane_at))
    return Page(lines, lane_at, len(lanes) - len(shown))


def flag(scale: Scale, as_of: datetime | None, view: View, names: int) -> Line:
    """The line above the ruler: the time at the cursor, or the range that is marked; and the desktop's time."""
    track = Track(scale.columns)
    column = scale.column(view.cursor)
    if 0 <= column < scale.columns:
        _point(track, column, "▼", _said(view), "strong")
    if as_of is not None:
        known = scale.column(as_of)
        if 0 <= known < scale.columns:
            _point(track, known, NOW, "as of here", "key")
        else:
            label = f"{BEFORE} as of earlier" if known < 0 else f"as of later {ON}"
            _write_free(track, 0 if known < 0 else scale.columns - len(label), label, "key")
    return (Span(EMPTY * names), *track.line())


def _point(track: Track, column: int, sign: str, label: str, tone: str) -> None:
    """A sign at the column, and what it means beside it: on the right where there is room."""
    if track.free(column):
        track.put(column, sign, tone)
    if not _write_free(track, column + 2, label, tone):
        _write_free(track, column - 1 - len(label), label, tone)


def _write_free(track: Track, column: int, label: str, tone: str) -> bool:
    """Whether there was room for it."""
    if column < 0 or track.room(column) < len(label):
        return False
    track.write(column, label, tone)
    return True


def _said(view: View) -> str:
    if view.brushed is None:
        return _time(view.cursor, view.scale.width)
    start, end = view.brushed
    length = view.scale.width
    return f"{_time(start, length)} – {_time(end, length)}, {_length(end - start)}"


def _length(span: timedelta) -> str:
    """A length of time in the largest unit that tells it well: `70 min`, `26 h`."""
    seconds = span.total_seconds()
    unit, size = next((unit, size) for unit, size in _UNITS if seconds >= 2 * size or size == 1)
    return f"{seconds / size:.3g} {unit}"


def _time(at: datetime, width: timedelta) -> str:
    """A moment as exactly as the columns tell it."""
    if width >= timedelta(days=1):
        return f"{at:%a %-d %b %Y}"
    return f"{at:%-d %b %H:%M}" if width >= timedelta(minutes=1) else f"{at:%-d %b %H:%M:%S}"


def _finish(track: Track, ruler: Ruler, known: int | None) -> Track:
    """Draws where days begin and where the known ends, and dims what came later than that."""
    for column in ruler.majors:
        if track.free(column):
            track.put(column, GRID, "faint")
    if known is None:
        return track
    for column in range(max(0, known + 1), len(track.signs)):
        if track.tones[column]:
            track.tones[column] = "faint" if track.signs[column] == GRID else "muted"
    if 0 <= known < len(track.signs) and (track.free(known) or track.signs[known] == GRID):
        track.put(known, NOW, "key")
    return track


def _name(lane: Lane, cells: int, hidden: int, row: int, height: int) -> Line:
    """The lane's name and how much is in it; where bars found no room, how many, in the last row."""
    if row:
        more = f"+{hidden} more" if hidden and row == height - 1 else ""
        return line((text.fit(more, cells - 1, right=True) + EMPTY, "muted"))
    title = text.plain(lane.title)
    if hidden and height == 1:
        count = f"+{short(hidden)}"
    elif cells < _COUNTED:
        count = ""
    else:
        count = short(lane.total) if lane.total else ""
    room = cells - 1 - (max(len(count) + 1, _COUNT_CELLS if cells >= _COUNTED else 0) if count else 1)
    return line(
        (text.fit(title, room), lane.tone if lane.tone == "strong" else ""),
        (text.fit(count, cells - 1 - room, right=True) + EMPTY, "muted"),
    )
