"""The head of the overview: the numbers that are read first."""

from collections.abc import Sequence
from datetime import datetime

from driftguard_tui import labels
from driftguard_tui.widgets.lines import Line, Lines, line
from driftguard_tui.widgets.sections import figures
from engine.overview import Course, Standing


class Figures(Lines):
    """Two lines. Before anything is known, how many sources will be read."""

    def __init__(self, sources: int) -> None:
        super().__init__(id="figures")
        self._sources = sources
        self._shown: tuple[Standing, Course, datetime] | None = None

    def show(self, standing: Standing, course: Course, now: datetime) -> None:
        """Shows these."""
        self._shown = standing, course, now
        self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """The numbers, and a remark below each."""
        if self._shown is None:
            return [line((labels.count(self._sources, "source"), "strong")), line(("nothing is known yet", "muted"))]
        return figures.lines(figures.figures(*self._shown), cells)
