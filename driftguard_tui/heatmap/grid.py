"""A matrix as it is shown: what there is most of comes first, what there is nothing of is left out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from engine.model import Cell, Matrix

Place = tuple[int, int]

#: So much may have been before it is worth a column.
_RARE = 0.1


class Grid(NamedTuple):
    """Rows and columns by their names, the cells that hold something by row and column, and what each row holds.

    `begin` is when the first column begins where columns are steps of time, each `step` long; else None: then rows and
    columns have the same names in the same order.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Place, Cell]
    totals: tuple[int, ...]
    begin: datetime | None = None
    step: timedelta = timedelta()

    @property
    def first(self) -> Place:
        """Where one looks first: at what stands out most, else at what there is most of."""
        return max(self.cells, key=lambda place: _salience(self.cells[place]), default=(0, 0))

    @property
    def busy(self) -> int:
        """How many of the columns, up to the last, hold all but a tenth of it where columns are steps of time."""
        if self.begin is None:
            return len(self.columns)
        held = Counter[int]()
        for (_, column), cell in self.cells.items():
            held[column] += cell.count
        few, before = held.total() * _RARE, 0
        for column in sorted(held):
            before += held[column]
            if before > few:
                return len(self.columns) - column
        return len(self.columns)

    def span(self, column: int) -> tuple[datetime, datetime] | None:
        """The time of a column; its end is not part of it."""
        if self.begin is None:
            return None
        return self.begin + self.step * column, self.begin + self.step * (column + 1)

    def standing_out(self) -> Iterator[Place]:
        """The cells that are significant, row by row; without any, those that hold something."""
        marked = [place for place, cell in self.cells.items() if cell.significant]
        return iter(sorted(marked or self.cells))


def over_time(matrix: Matrix, step: timedelta) -> Grid:
    """Of a matrix whose columns are steps of time: those stay in order."""
    weights = Counter[int]()
    for cell in matrix.cells:
        weights[cell.row] += cell.count
    order = sorted(weights, key=lambda row: (-weights[row], matrix.rows[row]))
    place = {row: number for number, row in enumerate(order)}
    return Grid(
        rows=tuple(matrix.rows[row] for row in order),
        columns=matrix.columns,
        cells={(place[cell.row], cell.column): cell for cell in matrix.cells},
        totals=tuple(weights[row] for row in order),
        begin=datetime.fromisoformat(matrix.columns[0]),
        step=step,
    )


def of_pairs(matrix: Matrix) -> Grid:
    """Of a matrix of what follows on what: a kind has the same number as a row and as a column."""
    weights = Counter[int]()
    for cell in matrix.cells:
        weights[cell.row] += cell.count
        weights[cell.column] += cell.count
    order = sorted(weights, key=lambda kind: (-weights[kind], matrix.rows[kind]))
    place = {kind: number for number, kind in enumerate(order)}
    names = tuple(matrix.rows[kind] for kind in order)
    return Grid(
        rows=names,
        columns=names,
        cells={(place[cell.row], place[cell.column]): cell for cell in matrix.cells},
        totals=tuple(sum(cell.count for cell in matrix.cells if cell.row == kind) for kind in order),
    )


def _salience(cell: Cell) -> tuple[bool, float, int]:
    return cell.significant, -(cell.q_value or 0.0) if cell.significant else 0.0, cell.count
