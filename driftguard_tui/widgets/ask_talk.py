"""The pane of a conversation: reads from top to bottom, with a cursor that goes from source to source."""

from collections.abc import Callable
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from driftguard_tui.widgets.lines import BLANK, Line, Pages, Span
from driftguard_tui.widgets.sections.talk import Link, Offer, Sheet, Stop

#: Makes the sheet at a width.
Lay = Callable[[int], Sheet]

_MARGIN = 2  # the scrollbar, whether it is there or not, and air before it
_GUTTER = 2
_HERE: Line = (Span("▶ ", "accent"),)
_NOT_HERE: Line = (Span("  "),)


class Talk(Pages):
    """It is given a function that lays the conversation out, and tells which link is under its cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--cursor"}

    class Highlighted(Message):
        """The cursor is on another link."""

        def __init__(self, talk: "Talk", target: Link | Offer | None) -> None:
            self.talk, self.target = talk, target
            super().__init__()

        @property
        def control(self) -> "Talk":
            """The pane."""
            return self.talk

    class Opened(Highlighted):
        """The link under the cursor is wanted."""

    class Grown(Message):
        """There is more to show."""

        def __init__(self, talk: "Talk") -> None:
            self.talk = talk
            super().__init__()

        @property
        def control(self) -> "Talk":
            """The pane."""
            return self.talk

    def __init__(self, id_: str = "talk") -> None:
        super().__init__(id=id_)
        self._lay: Lay = lambda _: Sheet()
        self._sheet = Sheet()
        self._cursor = 0

    @property
    def target(self) -> Link | Offer | None:
        """What is under the cursor."""
        stop = self._stop
        return stop.target if stop is not None else None

    @property
    def text(self) -> str:
        """All that is written on it."""
        return "\n".join("".join(span.text for span in spans).rstrip() for spans in self._sheet.lines)

    def show(self, lay: Lay, *, follow: bool = False) -> None:
        """Lays out what there is now; with `follow`, goes to the first link of what came last."""
        self._lay = lay
        self._lay_out()
        if follow:
            last = self._sheet.questions[-1] if self._sheet.questions else 0
            self._cursor = next((at for at, stop in enumerate(self._sheet.stops) if stop.row >= last), 0)
            self.scroll_to(y=last, animate=False)
        self._tell()

    def section(self, step: int) -> bool:
        """To the next question, or the one before with -1; whether there is one.

        One is at the question that the cursor is under; at the first that is seen, where the cursor is out of sight.
        """
        questions, stop, top = self._sheet.questions, self._stop, self.scroll_offset.y
        here = stop.row if stop is not None and top <= stop.row < top + self.size.height else top
        at = sum(row <= here for row in questions) - 1 + step
        if not 0 <= at < len(questions):
            return False
        self._go_to_first_from(questions[at])
        self.scroll_to(y=questions[at], animate=False)
        return True

    # Keys

    def do_down(self) -> None:
        self._move(1)

    def do_up(self) -> None:
        self._move(-1)

    def do_page_down(self) -> None:
        super().do_page_down()
        self._go_to_first_from(self.scroll_offset.y + self.page)

    def do_page_up(self) -> None:
        super().do_page_up()
        self._go_to_first_from(max(0, self.scroll_offset.y - self.page))

    def do_top(self) -> None:
        super().do_top()
        self._go_to(0)

    def do_bottom(self) -> None:
        super().do_bottom()
        self._go_to(len(self._sheet.stops) - 1)

    def do_open(self) -> None:
        if self.target is not None:
            self.post_message(self.Opened(self, self.target))

    def on_click(self, event: events.Click) -> None:
        """A click on a number or an offered question opens it."""
        inside = event.get_content_offset(self)
        if inside is None:
            return
        row, cell = self.scroll_offset.y + inside.y, inside.x - _GUTTER
        for at, stop in enumerate(self._sheet.stops):
            if stop.row == row and (stop.start <= cell < stop.end or isinstance(stop.target, Offer)):
                self._go_to(at)
                self.do_open()
                return

    # Drawing

    def on_resize(self) -> None:
        """Lays it out for the new width."""
        self._lay_out()

    def render_line(self, y: int) -> Strip:
        """One line of what is in view, the link under the cursor marked."""
        row, cells = self.scroll_offset.y + y, self.size.width
        spans = self._sheet.lines[row] if row < len(self._sheet.lines) else BLANK
        stop = self._stop
        if stop is None or stop.row != row:
            return self.strip((*_NOT_HERE, *spans), cells)
        over = self.get_component_rich_style("list--cursor", partial=True)
        if isinstance(stop.target, Offer):
            return self.strip((*_HERE, *spans), cells, over)
        strip = self.strip((*_HERE, *spans), cells)
        start, end = stop.start + _GUTTER, stop.end + _GUTTER
        marked = Strip(Segment.apply_style(strip.crop(start, end), post_style=over))
        return Strip.join([strip.crop(0, start), marked, strip.crop(end, cells)])

    @property
    def _stop(self) -> Stop | None:
        return self._sheet.stops[self._cursor] if self._cursor < len(self._sheet.stops) else None

    def _lay_out(self) -> None:
        cells = self.size.width - _MARGIN - _GUTTER
        if cells > 0:
            self._sheet = self._lay(cells)
            self._cursor = max(0, min(self._cursor, len(self._sheet.stops) - 1))
            self.extend(len(self._sheet.lines))
        self.refresh()

    def _move(self, step: int) -> None:
        """To the next link if it is near, else down or up by lines."""
        at = self._cursor + step
        stops = self._sheet.stops
        top, seen = self.scroll_offset.y, self.size.height
        if 0 <= at < len(stops) and top - seen < stops[at].row < top + 2 * seen:
            self._go_to(at)
        else:
            self.scroll_lines(step)

    def _go_to(self, at: int) -> None:
        if not 0 <= at < len(self._sheet.stops):
            return
        self._cursor = at
        row, top, seen = self._sheet.stops[at].row, self.scroll_offset.y, max(1, self.size.height)
        if not top <= row < top + seen:
            self.scroll_to(y=row if row < top else row - seen + 1, animate=False)
        self.refresh()
        self._tell()

    def _go_to_first_from(self, row: int) -> None:
        at = next((at for at, stop in enumerate(self._sheet.stops) if stop.row >= row), None)
        if at is not None:
            self._cursor = at
            self.refresh()
            self._tell()

    def _tell(self) -> None:
        self.post_message(self.Highlighted(self, self.target))
