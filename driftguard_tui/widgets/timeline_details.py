"""What is under the cursor of the timeline: a list with a cursor of its own, and one record in full."""

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from driftguard_tui.timeline.details import Item, item_line, record
from driftguard_tui.widgets.cursored import Cursored
from driftguard_tui.widgets.lines import BLANK, Line, line
from engine.model import Event

_MARGIN = 2  # the scrollbar, whether it is there or not, and air before it


class TimelineDetails(Cursored):
    """A line for each thing that happened; a record takes their place while it is read."""

    class Opened(Message):
        """There is more to be seen of an item."""

        def __init__(self, item: Item) -> None:
            self.item = item
            super().__init__()

    def __init__(self) -> None:
        super().__init__(id="under-cursor")
        self._items: list[Item] = []
        self._more = 0
        self._note: Line = BLANK
        self._event: Event | None = None
        self._record: Sequence[Line] = ()

    @property
    def selected(self) -> Item | None:
        """The item under the cursor."""
        return self._items[self.cursor] if self._items else None

    @property
    def is_reading(self) -> bool:
        """Whether a record is read."""
        return self._event is not None

    @property
    def event(self) -> Event | None:
        """The record that is read, in full."""
        return self._event

    def show(self, items: list[Item], *, more: int = 0, note: Line = BLANK) -> None:
        """Lists these; `more` are left out. `note` is shown while there are none."""
        if (items, more) == (self._items, self._more) and (items or self._note):
            return
        chosen = self.selected
        self.end_jump()
        self.cursor = next((row for row, item in enumerate(items) if item == chosen), 0)
        self._items, self._more, self._note, self._event = items, more, note, None
        self._lay_out()

    def read(self, event: Event) -> None:
        """Shows one record in full."""
        self._event = event
        self._lay_out()
        self.scroll_to(y=0, animate=False)

    def leave(self) -> bool:
        """From a record back to the list; whether there was one."""
        was_reading = self.is_reading
        self._event = None
        self._lay_out()
        return was_reading

    def rows_in_view(self) -> range:
        """The items that are seen; none while a record is read."""
        return range(0) if self.is_reading else super().rows_in_view()

    @property
    def count(self) -> int:
        """How many items are listed."""
        return len(self._items)

    def select(self, row: int) -> None:
        """Puts the cursor on an item; in a record, which has none, scrolls as far."""
        if self.is_reading:
            self.scroll_lines(row - self.cursor)
        else:
            super().select(row)

    # The keys of the action table

    def do_top(self) -> None:
        self.select(self.cursor - self.virtual_size.height)

    def do_bottom(self) -> None:
        self.select(self.cursor + self.virtual_size.height)

    def do_open(self) -> None:
        if self.selected is not None and not self.is_reading:
            self.post_message(self.Opened(self.selected))

    def on_click(self, event: events.Click) -> None:
        """A click selects; a double click opens."""
        row = self.row_at(event)
        if row is not None and not self.is_reading:
            self.select(row)
            if event.chain > 1:
                self.do_open()

    # Drawing

    def on_resize(self) -> None:
        """Lays out for the new size."""
        self._lay_out()

    def render_line(self, y: int) -> Strip:
        """A line of the record, or an item."""
        width = self.size.width
        row = self.scroll_offset.y + y
        if self.is_reading:
            return self.strip(self._record[row] if row < len(self._record) else BLANK, width)
        if not self._items:
            return self.strip(self._note if y == 0 else BLANK, width)
        if row < len(self._items):
            item = self.strip(item_line(self._items[row], width - _MARGIN), width, self.over(row))
            return self.lettered(item, row)
        more = line((f"… and {self._more:,} more", "muted")) if row == len(self._items) and self._more else BLANK
        return self.strip(more, width)

    def _lay_out(self) -> None:
        if self._event is not None:
            self._record = record(self._event, max(20, self.size.width - _MARGIN))
            self._extend_to(len(self._record))
        else:
            self._extend_to(len(self._items) + bool(self._more))
            self.scroll_to_cursor()
        self.refresh()

    def _extend_to(self, lines: int) -> None:
        """(Another size has Textual lay out the whole screen: what fits is of one size, however much it is.)"""
        self.extend(max(lines, self.size.height))
