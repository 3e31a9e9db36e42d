"""Drifts over time as a chart: columns by severity, the gravest at the bottom, and where their number stepped."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import Line, Span, cut, line, spread
from engine.model import Level
from engine.overview import Course, Shift

#: So many of each severity, from low to critical.
Levels = tuple[int, ...]

_BLOCKS = " ▁▂▃▄▅▆▇█"
_WIDEST = 6
_LEAST_ROWS = 3
_MOST_SHIFTS = 3
#: From the bottom of a column up.
_STACK = tuple(reversed(Level))


def trend(course: Course, cells: int, rows: int) -> list[Line]:
    """The recorded history where there is one, else when the open drifts came about, in this many lines."""
    if len(course.trend) > 1:
        columns = [(point.at, point.open) for point in course.trend]
        return chart(columns, cells, rows, shifts=course.shifts, merged=lambda group: group[-1])
    columns = [(stretch.at, stretch.drifts) for stretch in course.came]
    return chart(columns, cells, rows, merged=_summed) if columns else [line(("Nothing is recorded yet.", "muted"))]


def title(course: Course) -> str:
    """What the chart shows."""
    return "Open drifts over time" if len(course.trend) > 1 or not course.came else "When the open drifts came about"


def chart(
    columns: Sequence[tuple[datetime, Levels]],
    cells: int,
    rows: int,
    *,
    shifts: Sequence[Shift] = (),
    merged: Callable[[Sequence[Levels]], Levels],
) -> list[Line]:
    """Columns with their scale at the left and their times below; `merged` makes one of several that share a cell."""
    most = max(1, *(sum(levels) for _, levels in columns))
    scale = len(f"{most:,}") + 1
    shown = _fitting(columns, max(1, cells - scale), merged)
    widths = _widths(len(shown), cells - scale)
    told = _told(shifts, rows)
    height = max(1, rows - 2 - len(told) - bool(told))
    lines = []
    for row in range(height - 1, -1, -1):
        mark = f"{most:,}" if row == height - 1 else "0" if row == 0 and height > 1 else ""
        drawn = [_cell(levels, row, height, most, wide) for (_, levels), wide in zip(shown, widths, strict=True)]
        lines.append(
            (Span(text.fit(mark, scale - 1, right=True), "muted"), Span("┤" if mark else "│", "faint"), *drawn)
        )
    if told:
        lines.append((Span(" " * scale), *_marks(shifts[-_MOST_SHIFTS:], [at for at, _ in shown], widths)))
    lines.append(line((" " * (scale - 1) + "└" + "─" * (sum(widths)), "faint")))
    first, last = shown[0][0], shown[-1][0]
    times = spread(line((_when(first, last), "muted")), line((labels.moment(last), "muted")), max(1, sum(widths)))
    lines.append((Span(" " * scale), *times))
    return [cut(one, cells) for one in (*lines, *told)]


def _fitting(
    columns: Sequence[tuple[datetime, Levels]], cells: int, merged: Callable[[Sequence[Levels]], Levels]
) -> list[tuple[datetime, Levels]]:
    """The columns, several as one where there are more than cells."""
    together = -(-len(columns) // cells)
    groups = [columns[start : start + together] for start in range(0, len(columns), together)]
    return [(group[-1][0], merged([levels for _, levels in group])) for group in groups]


def _widths(columns: int, cells: int) -> list[int]:
    """As even as whole cells allow."""
    space = max(columns, min(cells, columns * _WIDEST))
    return [(place + 1) * space // columns - place * space // columns for place in range(columns)]


def _summed(group: Sequence[Levels]) -> Levels:
    return tuple(map(sum, zip(*group, strict=True)))


def _cell(levels: Levels, row: int, height: int, most: int, wide: int) -> Span:
    """A column's piece in one row, counted from the bottom."""
    total = sum(levels)
    eighths = round(total / most * height * 8)
    if total and not eighths:
        eighths = 1
    filled = min(8, max(0, eighths - row * 8))
    if not filled:
        return Span(" " * wide)
    block = _BLOCKS[filled] * (wide - 1) + (" " if wide > 2 else _BLOCKS[filled])
    return Span(block, _level_at(levels, (row * 8 + 0.5) / max(1, eighths) * total).value)


def _level_at(levels: Levels, height: float) -> Level:
    """The severity of the drift that is so high in a column."""
    reached = 0
    for level in _STACK:
        reached += levels[level.rank]
        if height < reached:
            return level
    return Level.LOW


def _told(shifts: Sequence[Shift], rows: int) -> list[Line]:
    """A sentence on each of the last steps, where the chart keeps room."""
    room = min(_MOST_SHIFTS, rows - 4 - _LEAST_ROWS)
    return [
        line(
            _mark(shift),
            f" from about {shift.before:,.0f} to {shift.after:,.0f}",
            (f"  {labels.moment(shift.at)}", "muted"),
        )
        for shift in (shifts[-room:] if room > 0 else ())
    ]


def _mark(shift: Shift) -> Span:
    return Span("△", "bad") if shift.after > shift.before else Span("▽", "good")


def _marks(shifts: Sequence[Shift], times: Sequence[datetime], widths: Sequence[int]) -> list[Span]:
    """The steps below their columns."""
    places = {next((n for n, at in enumerate(times) if at >= shift.at), len(times) - 1): shift for shift in shifts}
    spans = []
    for place, wide in enumerate(widths):
        mark = _mark(places[place]) if place in places else Span("")
        spans.append(Span(text.fit(mark.text, wide), mark.tone))
    return spans


def _when(first: datetime, last: datetime) -> str:
    """A time at the left end: the day alone where the right end is days later."""
    return f"{first:%-d %b}" if last - first > timedelta(days=2) else f"{first:%-d %b %H:%M}"
