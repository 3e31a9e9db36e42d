"""Rows with a cursor on one of them, which keys, letters and clicks move; what a row looks like is left open."""

from typing import ClassVar

from rich.style import Style
from textual import events

from driftguard_tui.widgets.jumping import Jumping


class Cursored(Jumping):
    """The cursor stays among the rows, and in view. A subclass says how many rows there are, and draws them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--cursor"}
    #: The lines above the rows.
    HEAD = 0

    cursor = 0

    @property
    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    @property
    def rows_seen(self) -> int:
        """How many rows there is room for."""
        return max(1, self.size.height - self.HEAD)

    def rows_in_view(self) -> range:
        """Those that are seen."""
        first = self.scroll_offset.y
        return range(first, min(self.count, first + self.rows_seen))

    def select(self, row: int) -> None:
        """Puts the cursor on a row, or on the nearest there is."""
        self.cursor = max(0, min(self.count - 1, row))
        self.scroll_to_cursor()
        self.refresh()

    def scroll_to_cursor(self) -> None:
        """Brings the row under the cursor into view."""
        top = min(max(self.scroll_offset.y, self.cursor - self.rows_seen + 1), self.cursor)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)

    def row_at(self, event: events.Click) -> int | None:
        """The row that a click is on."""
        inside = event.get_content_offset(self)
        if inside is None or inside.y < self.HEAD:
            return None
        row = self.scroll_offset.y + inside.y - self.HEAD
        return row if row < self.count else None

    def over(self, row: int) -> Style | None:
        """What is laid over a row: the cursor, where it is there."""
        return self.get_component_rich_style("list--cursor", partial=True) if row == self.cursor else None

    # The keys of the action table

    def do_down(self) -> None:
        self.select(self.cursor + 1)

    def do_up(self) -> None:
        self.select(self.cursor - 1)

    def do_page_down(self) -> None:
        self.select(self.cursor + self.page)

    def do_page_up(self) -> None:
        self.select(self.cursor - self.page)

    def do_top(self) -> None:
        self.select(0)

    def do_bottom(self) -> None:
        self.select(self.count - 1)
