"""Where one looks: a scale, a cursor in it, and a range that is being marked."""

from datetime import datetime, timedelta
from typing import NamedTuple

from driftguard_tui.timeline.scale import Scale

#: Beyond what is recorded one sees at most this far: to planned changes, say.
_BEYOND = timedelta(days=366)
#: How much of the range that is fitted is left free at both ends together.
_AIR = 0.12


class View(NamedTuple):
    """`cursor` is the beginning of the column it was put on, `brush` where a range begins, if one is being marked.

    `extent` is what there is to be seen.
    """

    scale: Scale
    cursor: datetime
    extent: tuple[datetime, datetime]
    brush: datetime | None = None

    @classmethod
    def of(cls, extent: tuple[datetime, datetime], columns: int) -> "View":
        """All there is, the cursor at its end."""
        scale = Scale.around(*extent, columns)
        return cls(scale, scale.at(scale.column(extent[1])), extent)

    @property
    def column(self) -> int:
        """The column of the cursor."""
        return self.scale.column(self.cursor)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The time that the cursor's column stands for; its end is not part of it."""
        start = self.scale.at(self.column)
        return start, start + self.scale.width

    @property
    def brushed(self) -> tuple[datetime, datetime] | None:
        """The range that is marked: from the beginning of its first column to the end of its last."""
        if self.brush is None:
            return None
        first, last = sorted((self.scale.column(self.brush), self.column))
        return self.scale.at(first), self.scale.at(last + 1)

    def moved(self, columns: int) -> "View":
        """With the cursor later by so many columns, or earlier; what is seen follows it."""
        return self.at(self.scale.at(self.column + columns))

    def at(self, moment: datetime) -> "View":
        """With the cursor at a moment; what is seen follows it."""
        moment = self._within(moment)
        scale = self.scale.following(moment)
        return self._replace(scale=scale, cursor=scale.at(scale.column(moment)))

    def panned(self, columns: int) -> "View":
        """With everything later by so many columns, or earlier; the cursor keeps its place."""
        moment = self._within(self.scale.at(self.column + columns))
        scale = self.scale.moved(self.scale.column(moment) - self.column)
        return self._replace(scale=scale, cursor=scale.at(scale.column(moment)))

    def zoomed(self, steps: int) -> "View":
        """With narrower columns around the cursor, or wider ones by a negative number."""
        scale = self.scale.zoomed(steps, self.cursor)
        return self._replace(scale=scale, cursor=scale.at(scale.column(self.cursor)))

    def fitted(self, start: datetime, end: datetime, cursor: datetime | None = None) -> "View":
        """With all from start to end in sight, and some air."""
        air = (end - start) * (_AIR / 2)
        scale = Scale.around(self._within(start - air), self._within(end + air), self.scale.columns)
        moment = min(max(cursor or self.cursor, start), end)
        return self._replace(scale=scale, cursor=scale.at(scale.column(moment)), brush=None)

    def resized(self, columns: int) -> "View":
        """With so many columns; the cursor stays in sight."""
        return self if columns == self.scale.columns else self._replace(scale=self.scale.resized(columns, self.cursor))

    def marking(self) -> "View":
        """Begins a range at the cursor, or gives it up."""
        return self._replace(brush=self.cursor if self.brush is None else None)

    def _within(self, moment: datetime) -> datetime:
        return min(max(moment, self.extent[0] - _BEYOND), self.extent[1] + _BEYOND)
