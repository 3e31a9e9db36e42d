"""How a grid has room: the width of names, the size of cells, how many of them are seen, and where one looks."""

from typing import NamedTuple

from driftguard_tui import text
from driftguard_tui.heatmap.grid import Grid, Place

#: Lines above the rows: what is under the cursor, and two of titles. Below them the legend, after air if there is room.
HEAD = 3
_FOOT, _SHORT_FOOT, _SHORT = 2, 1, 18
_WIDTHS = (7, 5, 3, 2, 1)
_TALLEST = 3
#: Cells that are wide give up some of it for whole names.
_WIDE = 3
#: Of the width, names get no more than a share while there are more columns than fit; and from so many cells on, what
#: their rows hold.
_NAMES_SHARE, _LEAST_NAME = 0.36, 10
_COUNTED, COUNT_CELLS = 64, 6


class Frame(NamedTuple):
    """In cells: `names` of the row's name, `total` of what it holds, `width` and `height` of a cell of the grid.

    `rows` and `columns` are seen from `top` and `left` on; the cursor is on `row` and `column`.
    """

    names: int
    total: int
    width: int
    height: int
    rows: int
    columns: int
    top: int = 0
    left: int = 0
    row: int = 0
    column: int = 0

    @property
    def gutter(self) -> int:
        """The cells before the first column."""
        return self.names + self.total + 1

    @property
    def place(self) -> Place:
        """Where the cursor is."""
        return self.row, self.column

    def at(self, place: Place, grid: Grid) -> "Frame":
        """With the cursor there, or as near as there is anything; what is seen follows it."""
        row = max(0, min(len(grid.rows) - 1, place[0]))
        column = max(0, min(len(grid.columns) - 1, place[1]))
        return self._replace(
            row=row,
            column=column,
            top=_following(self.top, row, self.rows, len(grid.rows)),
            left=_following(self.left, column, self.columns, len(grid.columns)),
        )

    def under(self, x: int, y: int) -> Place | None:
        """The place that is drawn there, in cells of the pane."""
        row, column = (y - HEAD) // self.height, (x - self.gutter) // self.width
        is_inside = y >= HEAD and x >= self.gutter and row < self.rows and column < self.columns
        return (self.top + row, self.left + column) if is_inside else None


def frame(grid: Grid, cells: int, lines: int) -> Frame:
    """The frame in which what is dense of the grid is seen, as large as it has room: of times the last."""
    total = COUNT_CELLS if cells >= _COUNTED else 0
    numbered = 0 if grid.begin is not None else len(str(len(grid.rows))) + 1
    longest = numbered + max((text.width(text.plain(name)) for name in grid.rows), default=0)
    most = max(_LEAST_NAME, round((cells - total) * _NAMES_SHARE))
    narrow = min(longest, most)
    room = cells - total - 1
    wishes = [*((one, longest) for one in _WIDTHS if one >= _WIDE), *((one, narrow) for one in _WIDTHS)]
    columns = grid.busy
    fitting = (one for one, before in wishes if columns * one + before <= room)
    width = next(fitting, _WIDTHS[-1])
    names = min(longest, max(narrow, room - columns * width))
    seen = max(1, (room - names) // width)
    high = max(1, lines - HEAD - (_FOOT if lines >= _SHORT else _SHORT_FOOT))
    height = max(1, min(_TALLEST, (width + 3) // 2, high // max(1, len(grid.rows))))
    return Frame(
        names=names,
        total=total,
        width=width,
        height=height,
        rows=min(len(grid.rows), max(1, high // height)),
        columns=min(len(grid.columns), seen),
        left=0 if grid.begin is None else max(0, len(grid.columns) - seen),
    )


def _following(first: int, at: int, room: int, total: int) -> int:
    """What is seen first when something has to be seen: moved as little as that takes."""
    return max(0, min(max(first, at - room + 1), at, max(0, total - room)))
