"""Rows under a line of titles, with a cursor. Draws those that are seen, so that the length costs nothing."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from driftguard_tui import text
from driftguard_tui.widgets.cursored import Cursored
from driftguard_tui.widgets.lines import BLANK, Line, Span, fit

_GAP = 2
_MARGIN = 2  # the scrollbar, whether it is there or not, and air before it
_LEAST = 12

Item = TypeVar("Item")


class Column(NamedTuple, Generic[Item]):
    """`cells` wide, or as wide as the others leave it where that is 0; shown where the rows have `wants` cells."""

    title: str
    cells: int
    wants: int
    draw: Callable[[Item, int], Line]
    right: bool = False


class Rows(Cursored, Generic[Item]):
    """It is given items and says which one is under the cursor. `key` tells an item from others, whatever changes."""

    HEAD = 1  # the titles

    class Highlighted(Message):
        """The cursor is on another item, or on none."""

        def __init__(self, rows: "Rows[Any]") -> None:
            self.rows = rows
            super().__init__()

        @property
        def control(self) -> "Rows[Any]":
            """The rows."""
            return self.rows

    class Opened(Highlighted):
        """The item under the cursor is to be read."""

    class Ended(Highlighted):
        """The cursor has come to the last row: there may be more."""

    def __init__(self, columns: Sequence[Column[Item]], key: Callable[[Item], Hashable], id_: str) -> None:
        super().__init__(id=id_)
        self._columns, self._key = columns, key
        self._items: Sequence[Item] = ()
        self._notice: Callable[[int], Sequence[Line]] = lambda _: ()

    @property
    def selected(self) -> Item | None:
        """The item under the cursor."""
        return self._items[self.cursor] if self._items else None

    @property
    def items(self) -> Sequence[Item]:
        """What is listed."""
        return self._items

    def show(self, items: Sequence[Item], notice: Callable[[int], Sequence[Line]]) -> None:
        """Lists these, or draws the notice where there are none. The cursor stays on its item, else on its row."""
        chosen = None if self.selected is None else self._key(self.selected)
        row = next((row for row, item in enumerate(items) if self._key(item) == chosen), self.cursor)
        self.end_jump()
        self._items, self._notice = items, notice
        self.extend(len(items) + 1 if items else 0)
        self.select(row)

    @property
    def count(self) -> int:
        """How many items are listed."""
        return len(self._items)

    def select(self, row: int) -> None:
        """Puts the cursor on a row, or on the nearest there is, and tells so."""
        super().select(row)
        self.border_subtitle = self._remark()
        self.post_message(self.Highlighted(self))
        if self._items and self.cursor == self.count - 1:
            self.post_message(self.Ended(self))

    def render_line(self, y: int) -> Strip:
        """The titles, then the rows that are in view."""
        cells = self.size.width - _MARGIN
        if not self._items:
            notice = self._notice(cells)
            return self.strip(notice[y] if y < len(notice) else BLANK, self.size.width)
        if y == 0:
            return self.strip(self._titles(cells), self.size.width)
        row = self.scroll_offset.y + y - 1
        if row >= len(self._items):
            return self.strip(BLANK, self.size.width)
        return self.lettered(self.strip(self._row(self._items[row], cells), self.size.width, self.over(row)), row)

    def on_resize(self) -> None:
        """Keeps the cursor in view."""
        self.extend(len(self._items) + 1 if self._items else 0)
        self.scroll_to_cursor()

    def on_click(self, event: events.Click) -> None:
        """A click selects; a double click opens."""
        row = self.row_at(event)
        if row is not None:
            self.select(row)
            if event.chain > 1:
                self.post_message(self.Opened(self))

    def _remark(self) -> str:
        """What the lower border says."""
        return f"{self.cursor + 1:,} of {len(self._items):,}" if self._items else ""

    def _layout(self, cells: int) -> list[tuple[Column[Item], int]]:
        shown = [column for column in self._columns if cells >= column.wants]
        taken = sum(column.cells for column in shown) + _GAP * (len(shown) - 1)
        return [(column, column.cells or max(_LEAST, cells - taken)) for column in shown]

    def _titles(self, cells: int) -> Line:
        spans: list[Span] = []
        for column, size in self._layout(cells):
            spans += [Span(text.fit(column.title, size, right=column.right), "muted"), Span(" " * _GAP)]
        return tuple(spans[:-1])

    def _row(self, item: Item, cells: int) -> Line:
        spans: list[Span] = []
        for column, size in self._layout(cells):
            spans += [*fit(column.draw(item, size), size), Span(" " * _GAP)]
        return tuple(spans[:-1])
