"""The lanes of the timeline, with a cursor. It is given what to draw, and says where one wants to look."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from driftguard_tui.timeline.lanes import Lane
from driftguard_tui.timeline.metric import Metric
from driftguard_tui.timeline.page import HEAD, Page, flag, gutter, page, worth
from driftguard_tui.timeline.ruler import ruler
from driftguard_tui.timeline.scale import Scale
from driftguard_tui.timeline.view import View
from driftguard_tui.widgets.lines import BLANK, Pages

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FEWEST_COLUMNS = 10
#: Columns that a page of time has in common with the next.
_OVERLAP = 4


class TimelineLanes(Pages):
    """Lanes of time. The view is where one wants to look; what is drawn is the last that was given, until more is."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--cursor", "timeline--brush", "timeline--lane"}

    class Looked(Message):
        """One looks elsewhere: at another time, or at another lane."""

    class Opened(Message):
        """What is under the cursor is to be opened, or the range that is marked."""

    def __init__(self) -> None:
        super().__init__(id="lanes")
        self.view = View.of((_EPOCH, _EPOCH + timedelta(days=1)), _FEWEST_COLUMNS)
        self.lane = ""
        self._scale: Scale | None = None
        self._lanes: Sequence[Lane] = ()
        self._metric: Metric | None = None
        self._as_of: datetime | None = None
        self._top = 0
        self._page = Page((), (), 0)
        self._strips: dict[int, Strip] = {}
        self._shown: Sequence[Lane] = ()
        self._pressed: int | None = None

    def show(self, scale: Scale, lanes: Sequence[Lane], *, metric: Metric | None, as_of: datetime | None) -> None:
        """Draws these lanes on this scale, which is the view's unless one has moved on meanwhile."""
        self._scale, self._lanes, self._metric, self._as_of = scale, lanes, metric, as_of
        self._lay_out()

    @property
    def columns(self) -> int:
        """How many columns of time there is room for."""
        return max(_FEWEST_COLUMNS, self.size.width - gutter(self.size.width))

    @property
    def shown(self) -> Sequence[Lane]:
        """The lanes that are given."""
        return self._lanes

    @property
    def chosen_lane(self) -> Lane | None:
        """The lane under the cursor; None when it is on the ruler, which stands for all of them."""
        return next((lane for lane in self._lanes if lane.id == self.lane), None)

    @property
    def hidden(self) -> int:
        """How many lanes found no room."""
        return self._page.hidden

    def look(self, view: View) -> None:
        """Moves to another view, and tells."""
        if view == self.view:
            return
        before, self.view = self.view, view
        if view.scale == before.scale:
            self._repaint(before)  # another scale has everything drawn anew by whoever is told
        self.post_message(self.Looked())

    # The keys of the action table

    def do_left(self) -> None:
        self.look(self.view.moved(-1))

    def do_right(self) -> None:
        self.look(self.view.moved(1))

    def do_page_down(self) -> None:
        self.look(self.view.panned(self.view.scale.columns - _OVERLAP))

    def do_page_up(self) -> None:
        self.look(self.view.panned(_OVERLAP - self.view.scale.columns))

    def do_top(self) -> None:
        self.look(self.view.at(self.view.extent[0]))

    def do_bottom(self) -> None:
        self.look(self.view.at(self.view.extent[1]))

    def do_down(self) -> None:
        self._to_lane(1)

    def do_up(self) -> None:
        self._to_lane(-1)

    def do_open(self) -> None:
        self.post_message(self.Opened())

    # The mouse

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zooms in on what is under the mouse."""
        event.stop()
        self._zoom(1, event)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zooms out around it."""
        event.stop()
        self._zoom(-1, event)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Puts the cursor there; a range may begin."""
        place = self._column_under(event)
        if place is not None:
            self._pressed = place
            self.capture_mouse()
            self._choose_lane_under(event)
            self.look(self.view.at(self.view.scale.at(place))._replace(brush=None))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Draws a range from where the button was pressed."""
        place = self._column_under(event)
        if self._pressed is not None and place is not None and place != self.view.column:
            scale = self.view.scale
            self.look(self.view._replace(cursor=scale.at(place), brush=scale.at(self._pressed)))

    def on_mouse_up(self) -> None:
        """The range stays until it is used or given up."""
        if self._pressed is not None:
            self._pressed = None
            self.release_mouse()

    # Drawing

    def on_resize(self) -> None:
        """Lays out for the new size."""
        if self.size.width > 0:
            self.look(self.view.resized(self.columns))
            self._lay_out()

    def render_line(self, y: int) -> Strip:
        """One line, the cursor, the range and the lane laid over it."""
        cells = self.size.width
        names = gutter(cells)
        scale = self._scale or self.view.scale
        strip = self.strip(flag(scale, self._as_of, self.view, names), cells) if y == 0 else self._strip(y, cells)
        chosen = 0 <= y < len(self._page.lane_at) and self._chosen_at(y)
        if chosen:
            strip = self._over(strip, 0, names, "timeline--lane")
        if self.view.brush is not None and y >= HEAD - 1:
            first, last = sorted((scale.column(self.view.brush), scale.column(self.view.cursor)))
            strip = self._over(strip, names + max(0, first), names + last + 1, "timeline--brush")
        column = scale.column(self.view.cursor)
        if y >= HEAD - 1 and 0 <= column < scale.columns:
            strip = self._over(strip, names + column, names + column + 1, "list--cursor")
        return strip

    def _strip(self, y: int, cells: int) -> Strip:
        """What is drawn there without cursor and range, made once; the lines below the last are all one."""
        place = min(y, len(self._page.lines))
        strip = self._strips.get(place)
        if strip is None or strip.cell_length != cells:
            lines = self._page.lines
            strip = self._strips[place] = self.strip(lines[y] if y < len(lines) else BLANK, cells)
        return strip

    def notify_style_update(self) -> None:
        """A theme has been chosen: lines that are drawn already have the colours of the one before."""
        self._strips.clear()
        super().notify_style_update()

    def _over(self, strip: Strip, first: int, end: int, name: str) -> Strip:
        style: Style = self.get_component_rich_style(name, partial=True)
        cells = strip.cell_length
        if first >= min(end, cells):
            return strip
        before, inside, after = strip.crop(0, first), strip.crop(first, end), strip.crop(end, cells)
        return Strip.join([before, Strip(Segment.apply_style(list(inside), post_style=style)), after])

    def _lay_out(self) -> None:
        scale, cells, rows = self._scale, self.size.width, self.size.height
        if scale is None or cells <= 0 or rows <= 0:
            return
        shown = worth(self._lanes, rows, self._metric)
        place = next((number for number, lane in enumerate(shown) if lane.id == self.lane), -1)
        self._top = max(0, min(self._top, len(shown) - 1)) if place < 0 else self._top_for(place, rows, len(shown))
        self._page = page(
            shown, scale, ruler(scale), rows=rows, names=gutter(cells), top=self._top, as_of=self._as_of,
            metric=self._metric,
        )  # fmt: skip
        self._strips.clear()
        self._shown = shown
        self.refresh()

    def _top_for(self, place: int, rows: int, lanes: int) -> int:
        """The first lane that is seen when this one has to be."""
        room = max(1, rows - HEAD - (self._metric.rows(rows) if self._metric else 0))
        return min(max(min(self._top, place), place - room + 1), max(0, lanes - room))

    def _repaint(self, before: View) -> None:
        """Draws again what a move of the cursor changes: the whole is much to send to a terminal far away."""
        scale = self._scale or self.view.scale
        if before.brush is not None or self.view.brush is not None:
            self.refresh()
            return
        names = gutter(self.size.width)
        columns = (scale.column(before.cursor), scale.column(self.view.cursor))
        regions = [Region(names + column, HEAD - 1, 1, self.size.height) for column in columns if column >= 0]
        self.refresh(Region(0, 0, self.size.width, 1), *regions)

    # Lanes

    def _to_lane(self, step: int) -> None:
        """To the next lane; the ruler comes before the first."""
        ids = ["", *(lane.id for lane in worth(self._lanes, self.size.height, self._metric))]
        at = ids.index(self.lane) if self.lane in ids else 0
        self._choose_lane(ids[max(0, min(len(ids) - 1, at + step))])

    def _choose_lane(self, lane: str) -> None:
        if lane != self.lane:
            self.lane = lane
            self._lay_out()
            self.post_message(self.Looked())

    def _choose_lane_under(self, event: events.MouseEvent) -> None:
        inside = event.get_content_offset(self)
        if inside is not None:
            place = self._page.lane_at[inside.y] if inside.y < len(self._page.lane_at) else -1
            self._choose_lane(self._shown[place].id if place >= 0 else "")

    def _chosen_at(self, y: int) -> bool:
        place = self._page.lane_at[y]
        return place >= 0 and self._shown[place].id == self.lane

    def _column_under(self, event: events.MouseEvent) -> int | None:
        inside = event.get_content_offset(self)
        column = -1 if inside is None else inside.x - gutter(self.size.width)
        return column if 0 <= column < self.view.scale.columns else None

    def _zoom(self, steps: int, event: events.MouseEvent) -> None:
        place = self._column_under(event)
        view = self.view if place is None else self.view.at(self.view.scale.at(place))
        self.look(view.zoomed(steps))
