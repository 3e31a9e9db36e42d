"""The heatmap, with a cursor. It is given a grid, and says which cell is looked at."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from driftguard_tui.heatmap import drawing
from driftguard_tui.heatmap.frame import HEAD, Frame, frame
from driftguard_tui.heatmap.grid import Grid, Place
from driftguard_tui.heatmap.ramp import Ramp, Shade, ramp
from driftguard_tui.widgets.lines import BLANK, Line, Pages, line

_EMPTY = Grid((), (), {}, ())
#: Rows that a page has in common with the next.
_OVERLAP = 2
_WHEEL = 3


class Heatmap(Pages):
    """Shaded cells. The lines that are seen are drawn once; the cursor is laid over them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--cursor", "heatmap--cross", "heatmap--title"}

    class Looked(Message):
        """Another cell is under the cursor."""

    class Opened(Message):
        """What is behind the cell is to be shown."""

    def __init__(self) -> None:
        super().__init__(id="heatmap")
        self.grid = _EMPTY
        self.shade = Shade.COUNT
        self._frame = Frame(0, 0, 1, 1, 0, 0)
        self._ramp: Ramp = ramp(_EMPTY, Shade.COUNT)
        self._notice: Callable[[int], Sequence[Line]] = lambda _: [line(("reading …", "muted"))]
        self._rules: frozenset[int] = frozenset()
        self._strips: dict[int, Strip] = {}

    @property
    def place(self) -> Place:
        """Row and column under the cursor."""
        return self._frame.place

    def show(self, grid: Grid, shade: Shade, place: Place | None = None) -> None:
        """Draws this, the cursor at the place, else where it begins."""
        self.grid, self.shade = grid, shade
        self._ramp = ramp(grid, shade)
        self._lay_out(place or grid.first)
        self.post_message(self.Looked())

    def notify_of(self, notice: Callable[[int], Sequence[Line]]) -> None:
        """Says why there is nothing to draw."""
        self.grid, self._notice = _EMPTY, notice
        self.border_subtitle = ""
        self.refresh()
        self.post_message(self.Looked())

    def look(self, place: Place) -> None:
        """Puts the cursor on a cell, or as near as there is one."""
        before, self._frame = self._frame, self._frame.at(place, self.grid)
        if self._frame == before:
            return
        if (before.top, before.left) == (self._frame.top, self._frame.left):
            self._repaint(before)
        else:
            self._draw_anew()
        self.post_message(self.Looked())

    # The keys of the action table

    def do_down(self) -> None:
        self._move(1, 0)

    def do_up(self) -> None:
        self._move(-1, 0)

    def do_left(self) -> None:
        self._move(0, -1)

    def do_right(self) -> None:
        self._move(0, 1)

    def do_page_down(self) -> None:
        self._move(max(1, self._frame.rows - _OVERLAP), 0)

    def do_page_up(self) -> None:
        self._move(-max(1, self._frame.rows - _OVERLAP), 0)

    def do_top(self) -> None:
        self.look((0, self.place[1]))

    def do_bottom(self) -> None:
        self.look((len(self.grid.rows), self.place[1]))

    def do_next_standing_out(self) -> None:
        self._to_standing_out(1)

    def do_previous_standing_out(self) -> None:
        self._to_standing_out(-1)

    def do_open(self) -> None:
        self.post_message(self.Opened())

    # The mouse

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; a double click opens."""
        inside = event.get_content_offset(self)
        place = self._frame.under(inside.x, inside.y) if inside is not None and self.grid.rows else None
        if place is not None:
            self.look(place)
            if event.chain > 1:
                self.do_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Further down."""
        event.stop()
        self._move(_WHEEL, 0)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Further up."""
        event.stop()
        self._move(-_WHEEL, 0)

    # Drawing

    def on_resize(self) -> None:
        """Lays out for the new size."""
        self._lay_out(self.place)

    def notify_style_update(self) -> None:
        """A theme has been chosen: lines that are drawn already have the colours of the one before."""
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line, with what the cursor lays over it."""
        cells, shown = self.size.width, self._frame
        if not self.grid.rows:
            notice = self._notice(cells)
            return self.strip(notice[y] if y < len(notice) else BLANK, cells)
        if y == 0:
            return self.strip(drawing.flag(self.grid, shown, cells), cells)
        strip = self._strip(y, cells)
        row, part = divmod(y - HEAD, shown.height)
        if y < HEAD - 1 or row >= shown.rows:
            return strip
        is_here = y >= HEAD and shown.top + row == shown.row
        if is_here:
            strip = self._over(strip, 0, shown.gutter, "heatmap--title")
            strip = self._over(strip, shown.gutter, shown.gutter + shown.columns * shown.width, "heatmap--cross")
        first = shown.gutter + (shown.column - shown.left) * shown.width
        strip = self._over(strip, first, first + shown.width, "heatmap--cross" if y >= HEAD else "heatmap--title")
        return self._with_cursor(strip, first, part) if is_here else strip

    def _strip(self, y: int, cells: int) -> Strip:
        """What is drawn there without a cursor, made once."""
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self.strip(self._line(y, cells), cells)
        return strip

    def _line(self, y: int, cells: int) -> Line:
        if y < HEAD:
            return drawing.head(self.grid, self._frame)[y - 1]
        row, part = divmod(y - HEAD, self._frame.height)
        if row < self._frame.rows:
            return drawing.row_line(self.grid, self._frame, self._ramp, self._rules, self._frame.top + row, part)
        if y == self.size.height - 1:
            marks = any(cell.significant for cell in self.grid.cells.values())
            return drawing.legend(self._ramp, cells, marks=marks)
        return BLANK

    def _over(self, strip: Strip, first: int, end: int, name: str) -> Strip:
        """The strip with the cross of the cursor laid over a part of it."""
        style = self.get_component_rich_style(name, partial=True)
        before, inside, after = strip.crop(0, first), strip.crop(first, end), strip.crop(end)
        return Strip.join([before, Strip(Segment.apply_style(list(inside), post_style=style)), after])

    def _with_cursor(self, strip: Strip, first: int, part: int) -> Strip:
        shown = self._frame
        style = self.get_component_rich_style("list--cursor", partial=True)
        cell = self.strip(drawing.cursor_cell(self.grid, shown, self._ramp, part), shown.width, style)
        before, after = strip.crop(0, first), strip.crop(first + shown.width)
        return Strip.join([before, cell, after])

    def _lay_out(self, place: Place) -> None:
        if self.size.width > 0 and self.grid.rows:
            self._frame = frame(self.grid, self.size.width, self.size.height).at(place, self.grid)
            self._draw_anew()

    def _draw_anew(self) -> None:
        self._strips.clear()
        self._rules = drawing.changes(self.grid, self._frame)
        self.border_subtitle = drawing.edges(self.grid, self._frame)
        self.refresh()

    def _repaint(self, before: Frame) -> None:
        """Draws again what a move of the cursor changes: the whole is much to send to a terminal far away."""
        shown, cells = self._frame, self.size.width
        regions = [Region(0, 0, cells, 1)]
        for one in (before, shown):
            regions.append(Region(0, HEAD + (one.row - one.top) * one.height, cells, one.height))
            left = one.gutter + (one.column - one.left) * one.width
            regions.append(Region(left, HEAD - 1, one.width, one.rows * one.height + 1))
        self.refresh(*regions)

    # Moving

    def _move(self, rows: int, columns: int) -> None:
        if self.grid.rows:
            self.look((self.place[0] + rows, self.place[1] + columns))

    def _to_standing_out(self, step: int) -> None:
        places = list(self.grid.standing_out())
        if not places:
            return
        if self.place in places:
            at = places.index(self.place) + step
        else:
            later = sum(place < self.place for place in places)
            at = later if step > 0 else later - 1
        self.look(places[at % len(places)])
