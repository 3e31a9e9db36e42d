"""The list of drifts. Draws the rows that are seen, so that its length costs nothing."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.message import Message
from textual.strip import Strip

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import BLANK, Line, Pages, Span, cut, fit, line
from engine.model import Drift

_GAP = 2
_SIGN_CELLS = 2  # `~ ` before the resource
_LEAST_RESOURCE = 20
_MARGIN = 2  # the scrollbar, whether it is there or not, and air before it


class Column(NamedTuple):
    """`title` is also the order that the column shows; `wants` is the width of the list from which it is there."""

    title: str
    cells: int
    wants: int
    draw: Callable[[Drift, int], Line]


def _severity(drift: Drift, _: int) -> Line:
    level = drift.severity.level
    return line((f"{labels.LEVEL_SIGNS[level]} {level}", level.value))


def _resource(drift: Drift, cells: int) -> Line:
    sign = Span(f"{labels.KIND_SIGNS[drift.kind]} ", labels.KIND_TONES[drift.kind])
    name = Span(labels.resource_name(drift)[: cells + 1], "strong")
    return cut((sign, name, Span(f"  {drift.resource.type}", "muted")), cells)


def _change(drift: Drift, cells: int) -> Line:
    return line((labels.what_changed(drift)[: cells + 1], ""))


def _actor(drift: Drift, cells: int) -> Line:
    return line((labels.actor_name(drift.actor)[: cells + 1], "muted" if drift.actor.principal is None else ""))


def _cause(drift: Drift, _: int) -> Line:
    return line((labels.cause_short(drift.cause), "" if labels.determined(drift.cause) else "muted"))


def _sureness(drift: Drift, _: int) -> Line:
    return line((f"{labels.percent(drift.cause.confidence):>4}", "muted"))


def _time(drift: Drift, cells: int) -> Line:
    age = labels.span(drift.detected_at - drift.changed_at) if drift.changed_at else "–"
    return line((text.fit(age, cells, right=True), "muted"))


#: Left to right. The resource takes what the others leave.
COLUMNS = (
    Column("severity", 10, 0, _severity),
    Column("resource", 0, 0, _resource),
    Column("change", 22, 118, _change),
    Column("actor", 18, 96, _actor),
    Column("cause", 12, 0, _cause),
    Column("sure", 4, 64, _sureness),
    Column("time", 6, 58, _time),
)


class DriftList(Pages):
    """Rows of drifts below a line of titles, with a cursor. It is given drifts and says which one is chosen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--cursor"}

    class Highlighted(Message):
        """The cursor is on another drift, or on none."""

        def __init__(self, drift: Drift | None) -> None:
            self.drift = drift
            super().__init__()

    class Opened(Message):
        """A drift is to be read."""

    def __init__(self) -> None:
        super().__init__(id="drifts")
        self._drifts: Sequence[Drift] = ()
        self._notice: Callable[[int], Sequence[Line]] = lambda _: ()
        self._drawn: tuple[int, Sequence[Line]] | None = None
        self._order = ("", False)
        self.cursor = 0

    @property
    def selected(self) -> Drift | None:
        """The drift under the cursor."""
        return self._drifts[self.cursor] if self._drifts else None

    @property
    def drifts(self) -> Sequence[Drift]:
        """What is listed, in order."""
        return self._drifts

    def show(self, drifts: Sequence[Drift], *, order: str, backwards: bool) -> None:
        """Lists these drifts; the cursor stays on its drift where that is still listed."""
        chosen = self.selected.id if self.selected else None
        self._drifts, self._order = drifts, (order, backwards)
        self.cursor = next((row for row, drift in enumerate(drifts) if drift.id == chosen), 0)
        self.extend(len(drifts) + 1 if drifts else 0)
        self._moved()

    def explain(self, notice: Callable[[int], Sequence[Line]]) -> None:
        """What to draw, at a width, while nothing is listed."""
        self._notice, self._drawn = notice, None
        self.refresh()

    def move(self, rows: int) -> None:
        """Moves the cursor, as far as there are rows."""
        self.select(self.cursor + rows)

    def do_down(self) -> None:
        self.move(1)

    def do_up(self) -> None:
        self.move(-1)

    def do_page_down(self) -> None:
        self.move(self.page)

    def do_page_up(self) -> None:
        self.move(-self.page)

    def do_top(self) -> None:
        self.select(0)

    def do_bottom(self) -> None:
        self.select(len(self._drifts) - 1)

    def select(self, row: int) -> None:
        """Puts the cursor on a row, or on the nearest there is."""
        self.cursor = max(0, min(len(self._drifts) - 1, row))
        self._moved()

    def render_line(self, y: int) -> Strip:
        """The titles, then the rows that are in view."""
        cells = self.size.width - _MARGIN
        if not self._drifts:
            notice = self._noticed(cells)
            return self.strip(notice[y] if y < len(notice) else BLANK, self.size.width)
        if y == 0:
            return self.strip(self._titles(cells), self.size.width)
        row = self.scroll_offset.y + y - 1
        if row >= len(self._drifts):
            return self.strip(BLANK, self.size.width)
        over = self.get_component_rich_style("list--cursor", partial=True) if row == self.cursor else None
        return self.strip(self._row(self._drifts[row], cells), self.size.width, over)

    def on_resize(self) -> None:
        """Keeps the cursor in view."""
        self.extend(len(self._drifts) + 1 if self._drifts else 0)
        self._scroll_to_cursor()

    def on_click(self, event: events.Click) -> None:
        """A click selects; a double click opens."""
        inside = event.get_content_offset(self)
        row = self.scroll_offset.y + inside.y - 1 if inside is not None and inside.y > 0 else -1
        if 0 <= row < len(self._drifts):
            self.select(row)
            if event.chain > 1:
                self.post_message(self.Opened())

    def _noticed(self, cells: int) -> Sequence[Line]:
        if self._drawn is None or self._drawn[0] != cells:
            self._drawn = cells, self._notice(cells)
        return self._drawn[1]

    def _moved(self) -> None:
        self._scroll_to_cursor()
        self.border_subtitle = f"{self.cursor + 1:,} of {len(self._drifts):,}" if self._drifts else ""
        self.refresh()
        self.post_message(self.Highlighted(self.selected))

    def _scroll_to_cursor(self) -> None:
        seen = max(1, self.size.height - 1)
        top = self.scroll_offset.y
        if self.cursor < top:
            top = self.cursor
        elif self.cursor >= top + seen:
            top = self.cursor - seen + 1
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)

    def _layout(self, cells: int) -> list[tuple[Column, int]]:
        shown = [column for column in COLUMNS if cells >= column.wants]
        taken = sum(column.cells for column in shown) + _GAP * (len(shown) - 1)
        return [(column, column.cells or max(_LEAST_RESOURCE, cells - taken)) for column in shown]

    def _titles(self, cells: int) -> Line:
        spans: list[Span] = []
        name, backwards = self._order
        for column, size in self._layout(cells):
            title, tone = column.title, "muted"
            if column.title == name:
                title, tone = f"{title} {'▲' if backwards else '▼'}", "accent"
            if column.title == "resource":
                title = " " * _SIGN_CELLS + title
            spans.append(Span(text.fit(title, size, right=column.title == "time"), tone))
            spans.append(Span(" " * _GAP))
        return tuple(spans[:-1])

    def _row(self, drift: Drift, cells: int) -> Line:
        spans: list[Span] = []
        for column, size in self._layout(cells):
            spans += fit(column.draw(drift, size), size)
            spans.append(Span(" " * _GAP))
        return tuple(spans[:-1])
