"""Time in columns: which moment is where, and how moving and zooming change that."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from driftguard_tui import labels

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_UNITS = (
    (timedelta(seconds=1), (1, 2, 3, 5, 10, 15, 20, 30)),
    (timedelta(minutes=1), (1, 2, 3, 5, 10, 15, 20, 30)),
    (timedelta(hours=1), (1, 2, 3, 6, 12)),
    (timedelta(days=1), (1, 2, 4, 7, 14, 28, 91)),
)
_NAMES = tuple(zip((unit for unit, _ in reversed(_UNITS)), ("day", "hour", "minute", "second"), strict=True))
#: The lengths of time that a column can have, each at most twice the one before but for the longest.
WIDTHS = tuple(unit * number for unit, numbers in _UNITS for number in numbers)


class Scale(NamedTuple):
    """`columns` columns of time. `first` is the number of the leftmost: columns are counted in widths from 1970 on.

    That the columns of one width are the same wherever one looks is what makes their contents worth keeping.
    """

    first: int
    width: timedelta
    columns: int

    @classmethod
    def around(cls, start: datetime, end: datetime, columns: int) -> "Scale":
        """The narrowest columns in which all from start to end, both included, can be seen."""
        for width in WIDTHS:
            first, last = number_of(start, width), number_of(end, width)
            if last - first < columns:
                break
        return cls(first - (columns - (last - first + 1)) // 2, width, columns)

    @property
    def start(self) -> datetime:
        """The beginning of the leftmost column."""
        return self.at(0)

    @property
    def end(self) -> datetime:
        """The end of the rightmost column, which is not part of it."""
        return self.at(self.columns)

    def at(self, column: int) -> datetime:
        """The beginning of a column, 0 being the leftmost."""
        return _EPOCH + (self.first + column) * self.width

    def column(self, at: datetime) -> int:
        """The column of a moment, which may be out of sight: below 0, or `columns` and more."""
        return number_of(at, self.width) - self.first

    def shows(self, at: datetime) -> bool:
        """Whether the moment is in sight."""
        return 0 <= self.column(at) < self.columns

    def moved(self, columns: int) -> "Scale":
        """Later by so many columns, or earlier."""
        return self._replace(first=self.first + columns)

    def following(self, at: datetime) -> "Scale":
        """With the moment in sight: moved as little as that takes."""
        column = self.column(at)
        return self.moved(min(0, column) + max(0, column - self.columns + 1))

    def zoomed(self, steps: int, around: datetime) -> "Scale":
        """With narrower columns, or wider ones by a negative number; the moment stays where it is."""
        place = bisect_left(WIDTHS, self.width)
        width = WIDTHS[max(0, min(len(WIDTHS) - 1, place - steps))]
        return Scale(number_of(around, width) - self.column(around), width, self.columns)

    def resized(self, columns: int, keep: datetime) -> "Scale":
        """With so many columns; the moment stays in sight, where it was in proportion."""
        place = self.column(keep) * columns // max(1, self.columns)
        return Scale(number_of(keep, self.width) - max(0, min(columns - 1, place)), self.width, columns)


def number_of(at: datetime, width: timedelta) -> int:
    """The number of the column of this width that a moment is in."""
    return (at - _EPOCH) // width


def spelt(width: timedelta) -> str:
    """The width of a column as people call it."""
    unit, name = next((unit, name) for unit, name in _NAMES if width >= unit)
    return labels.count(width // unit, name)
