"""The estate as a tree of rows, of which those in view are drawn; with a cursor, and what opens and closes."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from driftguard_tui import labels, text
from driftguard_tui.outline import Row
from driftguard_tui.widgets.jumping import Jumping
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, fit, line
from driftguard_tui.widgets.sections.cause import bar
from driftguard_tui.widgets.sections.inventory import kind_sign, node_title
from engine.inventory import Node, NodeKind, Path

_MARGIN = 2  # the scrollbar, whether it is there or not, and air before it
_DRIFTS, _DECLARED, _SHARE = 11, 8, 5
#: From so many cells on there is a bar beside the share that code declares, and a longer one.
_BARS = {54: 6, 80: 12}


class EstateTree(Jumping):
    """It is given rows and says which one is under the cursor, and which are to be opened and closed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--cursor"}

    class Highlighted(Message):
        """The cursor is on another node, or on none."""

        def __init__(self, node: Node | None) -> None:
            self.node = node
            super().__init__()

    class Toggled(Message):
        """A node is to be opened, or closed."""

        def __init__(self, node: Node, is_open: bool) -> None:
            self.node, self.is_open = node, is_open
            super().__init__()

    class Read(Message):
        """What is known of a resource is to be read."""

    class Opened(Message):
        """A resource is to be opened: its drift, where it has one."""

        def __init__(self, node: Node) -> None:
            self.node = node
            super().__init__()

    def __init__(self) -> None:
        super().__init__(id="tree")
        self._rows: Sequence[Row] = ()
        self._notice: Callable[[int], Sequence[Line]] = lambda _: ()
        self.cursor = 0

    @property
    def selected(self) -> Node | None:
        """The node under the cursor."""
        return self._rows[self.cursor].node if self._rows else None

    @property
    def rows(self) -> Sequence[Row]:
        """What is listed."""
        return self._rows

    def show(self, rows: Sequence[Row], notice: Callable[[int], Sequence[Line]]) -> None:
        """Lists these, or draws the notice where there are none. The cursor stays on its node, or on what it was in."""
        path = self.selected.path if self.selected else ()
        places = {row.node.path: place for place, row in enumerate(rows)}
        self.end_jump()
        self._rows, self._notice = rows, notice
        self.extend(len(rows) + 1 if rows else 0)
        while path and path not in places:
            path = path[:-1]
        self.select(places.get(path, 0 if not path else self.cursor))

    def go_to(self, path: Path) -> bool:
        """Puts the cursor on a node, if it is listed."""
        place = next((place for place, row in enumerate(self._rows) if row.node.path == path), None)
        if place is not None:
            self.select(place)
        return place is not None

    def rows_in_view(self) -> range:
        """Those that are seen below the titles."""
        first = self.scroll_offset.y
        return range(first, min(len(self._rows), first + max(1, self.size.height - 1)))

    def select(self, row: int) -> None:
        """Puts the cursor on a row, or on the nearest there is."""
        self.cursor = max(0, min(len(self._rows) - 1, row))
        self._scroll_to_cursor()
        self.border_subtitle = f"{self.cursor + 1:,} of {len(self._rows):,}" if self._rows else ""
        self.refresh()
        self.post_message(self.Highlighted(self.selected))

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
        self.select(len(self._rows) - 1)

    def do_right(self) -> None:
        """Opens a node; of one that is open, to the first below it; of a resource, reads it."""
        if not self._rows:
            return
        row = self._rows[self.cursor]
        if row.is_open is None:
            self.post_message(self.Read())
        elif row.is_open:
            self.select(self.cursor + 1)
        else:
            self.do_open()

    def do_left(self) -> None:
        """Closes a node; of one that is closed, to what it is in."""
        if not self._rows:
            return
        row = self._rows[self.cursor]
        if row.is_open:
            self.post_message(self.Toggled(row.node, False))
        else:
            self.go_to(row.node.path[:-1])

    def do_open(self) -> None:
        """Opens or closes a node; opens a resource."""
        if not self._rows:
            return
        row = self._rows[self.cursor]
        if row.is_open is None:
            self.post_message(self.Opened(row.node))
        else:
            self.post_message(self.Toggled(row.node, not row.is_open))

    def render_line(self, y: int) -> Strip:
        """The titles, then the rows that are in view."""
        cells = self.size.width - _MARGIN
        if not self._rows:
            notice = self._notice(cells)
            return self.strip(notice[y] if y < len(notice) else BLANK, self.size.width)
        if y == 0:
            return self.strip(_titles(cells), self.size.width)
        place = self.scroll_offset.y + y - 1
        if place >= len(self._rows):
            return self.strip(BLANK, self.size.width)
        over = self.get_component_rich_style("list--cursor", partial=True) if place == self.cursor else None
        return self.lettered(self.strip(drawn(self._rows[place], cells), self.size.width, over), place)

    def on_resize(self) -> None:
        """Keeps the cursor in view."""
        self.extend(len(self._rows) + 1 if self._rows else 0)
        self._scroll_to_cursor()

    def on_click(self, event: events.Click) -> None:
        """A click selects, and opens or closes on the sign; a double click does anywhere."""
        inside = event.get_content_offset(self)
        place = self.scroll_offset.y + inside.y - 1 if inside is not None and inside.y > 0 else -1
        if inside is not None and 0 <= place < len(self._rows):
            self.select(place)
            if event.chain > 1 or inside.x // 2 == self._rows[place].depth:
                self.do_open()

    def _scroll_to_cursor(self) -> None:
        seen = max(1, self.size.height - 1)
        top = min(max(self.scroll_offset.y, self.cursor - seen + 1), self.cursor)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)


def drawn(row: Row, cells: int) -> Line:
    """A row: what it is, what drifted in it, how much code declares there, and which share of what is there."""
    node = row.node
    sign = "  " if row.is_open is None else "▾ " if row.is_open else "▸ "
    tone = "strong" if node.kind is NodeKind.SCOPE or node.drift else "" if node.drifts else "muted"
    name = [Span("  " * row.depth), Span(sign, "accent"), *kind_sign(node), Span(node_title(node)[: cells + 1], tone)]
    if row.waits:
        name.append(Span("  reading …", "muted"))
    right = _figures(node, cells)
    room = cells - sum(span.width for span in right)
    return (*fit(cut(tuple(name), max(1, room - 1)), max(0, room)), *right)


def _figures(node: Node, cells: int) -> Line:
    if node.kind is NodeKind.RESOURCE:
        told = f"{labels.LEVEL_SIGNS[node.worst]} {node.worst.value}" if node.worst else ""
        drifts = Span(text.fit(told, _DRIFTS), node.worst.value if node.worst else "")
        return (drifts, Span(" " * (_DECLARED + _SHARE + 1 + _bar_cells(cells))))
    told = f"{labels.LEVEL_SIGNS[node.worst]} {node.drifts:,}" if node.worst else ""
    spans = [Span(text.fit(told, _DRIFTS), node.worst.value if node.worst else "")]
    spans.append(Span(text.fit(f"{node.declared:,}", _DECLARED, right=True), "muted"))
    share = node.coverage
    wide = _bar_cells(cells)
    if wide:
        tone = "good" if share is not None and share >= 0.95 else "medium"
        spans += [Span("  "), *(bar(share, wide - 2, tone) if share is not None else line(" " * (wide - 2)))]
    spans.append(Span(text.fit(labels.percent(share) if share is not None else "–", _SHARE + 1, right=True), "muted"))
    return tuple(spans)


def _bar_cells(cells: int) -> int:
    """For the bar and the space before it."""
    return max((wide + 2 for least, wide in _BARS.items() if cells >= least), default=0)


def _titles(cells: int) -> Line:
    right = text.fit("drifts", _DRIFTS) + text.fit("declared", _DECLARED, right=True)
    right += text.fit("covered", _SHARE + 1 + _bar_cells(cells), right=True)
    return fit(line((text.fit("  what there is", max(0, cells - len(right))) + right, "muted")), cells)
