"""A heatmap as text, as the console draws it, and what is behind one of its cells."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from driftguard_tui import labels
from driftguard_tui.formats import Paper
from driftguard_tui.formats.lanes import painted
from driftguard_tui.heatmap import drawing, telling
from driftguard_tui.heatmap.frame import HEAD, frame
from driftguard_tui.heatmap.grid import Grid, Place
from driftguard_tui.heatmap.ramp import Shade, ramp
from driftguard_tui.text import plain
from driftguard_tui.widgets.lines import BLANK
from engine.model import Drift

if TYPE_CHECKING:
    from engine.heatmaps import Behind

#: Columns of a terminal whose width is not known.
_WIDTH = 100


def render(grid: Grid, title: str, shade: Shade, paper: Paper) -> str:
    """All rows, and as many columns as the paper has room for: of times the last."""
    cells = paper.width or _WIDTH
    shown = frame(grid, cells, HEAD + 1 + len(grid.rows))._replace(height=1, rows=len(grid.rows))
    shades = ramp(grid, shade)
    rules = drawing.changes(grid, shown)
    marks = any(cell.significant for cell in grid.cells.values())
    lines = [
        *drawing.head(grid, shown),
        *(drawing.row_line(grid, shown, shades, rules, row, 0) for row in range(len(grid.rows))),
        BLANK,
        drawing.legend(shades, cells, marks=marks),
    ]
    head = labels.join((title, drawing.edges(grid, shown)))
    return "\n".join([paper.paint(head, "title"), *(painted(line, paper).rstrip() for line in lines)]) + "\n"


def render_cell(
    grid: Grid, place: Place, behind: "Behind", known: Mapping[str, Drift], window: timedelta, paper: Paper
) -> str:
    """What a cell says, and what is behind it. `known` are the drifts of the last scans."""
    cells = paper.width or _WIDTH
    lines = [*telling.cell_lines(grid, place, window, cells), *telling.behind_lines(behind, known, cells)]
    head = paper.paint(plain(telling.title(grid, place)), "title")
    return "\n".join([head, *(painted(line, paper).rstrip() for line in lines)]) + "\n"


def document(grid: Grid, place: Place, behind: "Behind") -> dict[str, Any]:
    """The same for programs: drifts by their ids, events in full but for their requests and originals."""
    row, column = place
    return {
        "row": grid.rows[row],
        "column": grid.columns[column],
        "cell": grid.cells.get(place),
        "from": behind.start,
        "to": behind.end,
        "drifts": [mark.id for mark in behind.drifts],
        "times": [{"first": one.first_at, "second": one.second_at} for one in behind.times],
        "events_in_all": behind.total,
        "events": behind.events,
    }
