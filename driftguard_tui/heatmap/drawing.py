"""A heatmap as lines: titles, rows of shaded cells, and the legend."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from driftguard_tui import labels, text
from driftguard_tui.heatmap.frame import Frame
from driftguard_tui.heatmap.grid import Grid
from driftguard_tui.heatmap.ramp import GLYPHS, STANDS_OUT, Ramp, Shade, tone
from driftguard_tui.timeline.ruler import Ruler, ruler
from driftguard_tui.timeline.scale import Scale, number_of
from driftguard_tui.timeline.track import Track
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, line, width
from engine.model import Cell

NOTHING = "·"
GRID = "┊"
#: The cursor on a cell of one or two, and what frames a wider one.
HERE, OPENS, CLOSES = "◉", "▐", "▌"
#: From this width on a cell shows its figure.
_FIGURED = 5
_DAY = timedelta(days=1)


def head(grid: Grid, shown: Frame) -> tuple[Line, Line]:
    """The two lines of titles: times, or the numbers that the kinds have as rows."""
    gutter = Span(" " * shown.gutter)
    earlier = f"◂ {shown.left:,} more" if shown.left else ""
    before = Span(text.fit(earlier, shown.gutter - 1, right=True) + " ", "muted")
    titles = _ruler(grid, shown)
    if titles is not None:
        return (before, *titles.major), (gutter, *titles.minor)
    above, below = Track(shown.columns * shown.width), Track(shown.columns * shown.width)
    for place in range(shown.columns):
        number = str(shown.left + place + 1)
        at = place * shown.width
        if shown.width <= len(str(len(grid.columns))):  # they would run into each other: the last digit is below
            above.write(at, number[:-1][-shown.width :], "muted")
            below.write(at, number[-1], "muted")
        else:
            below.write(at, number.center(shown.width), "muted")
    return (before, *above.line()), (gutter, *below.line())


def changes(grid: Grid, shown: Frame) -> frozenset[int]:
    """The cells of the grid's width at which days begin, or months, or years."""
    titles = _ruler(grid, shown)
    return titles.majors if titles is not None else frozenset()


def row_line(grid: Grid, shown: Frame, ramp: Ramp, rules: Iterable[int], row: int, part: int) -> Line:
    """One of the lines of a row, `part` from its first, without the cursor. `rules` are where `changes` are."""
    is_told = part == (shown.height - 1) // 2
    track = Track(shown.columns * shown.width)
    for place in range(shown.columns):
        cell = grid.cells.get((row, shown.left + place))
        if cell is not None:
            _draw(track, place * shown.width, shown.width, cell, ramp, is_told=is_told)
        elif is_told and grid.begin is None:
            track.put(place * shown.width + (shown.width - 1) // 2, NOTHING, "faint")
    for column in rules:
        if track.free(column):
            track.put(column, GRID, "faint")
    return (*name(grid, shown, row, is_told=is_told), *track.line())


def cursor_cell(grid: Grid, shown: Frame, ramp: Ramp, part: int) -> Line:
    """The cell under the cursor, in a frame."""
    cell, last = grid.cells.get(shown.place), shown.width - 1
    track = Track(shown.width)
    if cell is not None:
        _draw(track, 0, shown.width, cell, ramp, is_told=part == (shown.height - 1) // 2)
    if last < 2:
        track.fill(0, last, HERE, tone(ramp.level(cell)) if cell else "strong")
    else:
        track.put(0, OPENS, "strong")
        track.put(last, CLOSES, "strong")
    return track.line()


def _draw(track: Track, at: int, cells: int, cell: Cell, ramp: Ramp, *, is_told: bool) -> None:
    """A cell: its shade, with its figure where there is room, and a sign where it stands out. Air after a wide one."""
    level = ramp.level(cell)
    filled = cells - (cells > 2)
    track.fill(at, at + filled - 1, GLYPHS[level - 1], tone(level))
    sign = STANDS_OUT if cell.significant else ""
    told = f"{sign}{figure(cell, ramp.shade)}" if cells >= _FIGURED else sign
    if is_told and told:
        track.write(at + (filled - len(told) + 1) // 2, told, tone(level) if cells < _FIGURED else "strong")


def figure(cell: Cell, shade: Shade) -> str:
    """What a cell is shaded by, in four cells at most."""
    if shade is Shade.LIFT:
        lift = cell.lift or 0.0
        return f"{lift:.1f}" if lift < 9.95 else f"{min(lift, 9999):.0f}"
    return str(cell.count) if cell.count < 10_000 else f"{min(cell.count, 999_499) / 1000:.0f}k"


def name(grid: Grid, shown: Frame, row: int, *, is_told: bool = True) -> Line:
    """What is before the cells: the row's name, and how much it holds."""
    if not is_told:
        return (Span(" " * shown.gutter),)
    number = () if grid.begin is not None else (Span(f"{row + 1:>{len(str(len(grid.rows)))}} ", "muted"),)
    title = Span(text.fit(text.plain(grid.rows[row]), shown.names - width(number)))
    held = f"{grid.totals[row]:,}" if grid.totals[row] else ""
    counted = (Span(text.fit(held, shown.total, right=True), "muted"),) if shown.total else ()
    return (*number, title, *counted, Span(" "))


def flag(grid: Grid, shown: Frame, cells: int) -> Line:
    """What is under the cursor, in a line."""
    if not grid.rows:
        return BLANK
    cell = grid.cells.get(shown.place)
    span = grid.span(shown.column)
    row = Span(grid.rows[shown.row], "strong")
    column = Span(step_name(*span) if span else grid.columns[shown.column], "strong")
    between = Span("  " if span else " → ", "muted")
    found = line(("   ", ""), *_figures(cell))
    room = max(12, cells - width(found) - between.width)
    first = min(row.width, max(room // 2, room - column.width))
    return cut((*cut((row,), first), between, *cut((column,), room - first), *found), cells)


def legend(ramp: Ramp, cells: int, *, marks: bool) -> Line:
    """What the shades stand for; the sign of what stands out where there is any."""
    steps: list[Span] = []
    for level, values in ramp.ranges():
        steps += line((GLYPHS[level - 1] * 2, tone(level)), (f" {values}  ", "muted"))
    sign = line((STANDS_OUT, "strong"), (" more than by chance  ", "muted")) if marks else ()
    unit = line((f"by {ramp.shade.value}", "muted"))
    parts = ((*steps, *sign, *unit), (*steps, *sign), (*steps, *(sign[:1] if sign else ())), tuple(steps))
    return cut(next((part for part in parts if width(part) <= cells), tuple(steps)), cells)


def step_name(start: datetime, end: datetime) -> str:
    """A step of time as people call it: `Sat 14 Mar 2026`, `14 Mar 2026 12:00–18:00 UTC`."""
    if end - start == _DAY:
        return f"{start:%a %-d %b %Y}"
    if end - start < _DAY:
        return f"{start:%a %-d %b %Y %H:%M}–{end:%H:%M} UTC"
    return f"{start:%-d %b}–{end - _DAY:%-d %b %Y}"


def edges(grid: Grid, shown: Frame) -> str:
    """Which rows and columns are seen, where those are not all."""
    return labels.join(
        (
            _part("rows", shown.top, shown.rows, len(grid.rows)),
            _part("columns", shown.left, shown.columns, len(grid.columns)),
        )
    )


def _ruler(grid: Grid, shown: Frame) -> Ruler | None:
    """The times of the columns that are seen, where they are times."""
    if grid.begin is None:
        return None
    step = grid.step / shown.width
    first = number_of(grid.begin + grid.step * shown.left, step)
    return ruler(Scale(first, step, shown.columns * shown.width))


def _part(noun: str, first: int, seen: int, total: int) -> str:
    return f"{noun} {first + 1:,}–{first + seen:,} of {total:,}" if seen < total else ""


def _figures(cell: Cell | None) -> Line:
    if cell is None:
        return line(("nothing", "muted"))
    told = labels.count(cell.count, "time") if cell.of is None else f"{cell.count:,} of {cell.of:,} times"
    lift = f", {figure(cell, Shade.LIFT)} times chance" if cell.lift is not None else ""
    mark = line((f"  {STANDS_OUT}", "strong")) if cell.significant else ()
    return (*line((told, ""), (lift, "muted")), *mark)
