"""A pane that draws what a function makes of its size."""

from collections.abc import Callable, Sequence

from textual.strip import Strip

from driftguard_tui.widgets.lines import BLANK, Line, Pages, line

#: Lines for a pane of so many cells and rows. More than the rows scroll.
Draw = Callable[[int, int], Sequence[Line]]

_MARGIN = 1  # the scrollbar, whether it is there or not


def _nothing(_: int, __: int) -> Sequence[Line]:
    return [line(("reading …", "muted"))]


class Drawn(Pages):
    """It is given a function and asks it anew when it has another size."""

    def __init__(self, id_: str, title: str) -> None:
        super().__init__(id=id_)
        self._draw: Draw = _nothing
        self._lines: Sequence[Line] = ()
        self.entitle(title)

    def show(self, draw: Draw, title: str = "", remark: str = "") -> None:
        """Draws this from now on."""
        self._draw = draw
        if title:
            self.entitle(title)
        self.border_subtitle = remark
        self._lay_out()

    def on_resize(self) -> None:
        """Draws it for the new size."""
        self._lay_out()

    def render_line(self, y: int) -> Strip:
        """One line of what is in view."""
        return self.strip(self.line_at(self.scroll_offset.y + y), self.size.width)

    def line_at(self, row: int) -> Line:
        """What is drawn in a row, counted from the beginning."""
        return self._lines[row] if row < len(self._lines) else BLANK

    def _lay_out(self) -> None:
        cells, rows = self.size.width - _MARGIN, self.size.height
        self._lines = self._draw(cells, rows) if cells > 0 and rows > 0 else ()
        self.extend(len(self._lines))
        self.refresh()
