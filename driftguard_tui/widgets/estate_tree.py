"""The estate as a tree of rows, of which those in view are drawn; with a cursor, and what opens and closes."""

from collections.abc import Callable, Sequence

from textual import events
from textual.message import Message

from driftguard_tui import labels, text
from driftguard_tui.outline import Row
from driftguard_tui.widgets.lines import Line, Span, cut, fit, line
from driftguard_tui.widgets.rows import Rows
from driftguard_tui.widgets.sections.cause import bar
from driftguard_tui.widgets.sections.inventory import kind_sign, node_title
from engine.inventory import Node, NodeKind, Path

_DRIFTS, _DECLARED, _SHARE = 11, 8, 5
#: From so many cells on there is a bar beside the share that code declares, and a longer one.
_BARS = {54: 6, 80: 12}


class EstateTree(Rows[Row]):
    """It is given rows and says which one is under the cursor, and which are to be opened and closed."""

    class Toggled(Message):
        """A node is to be opened, or closed."""

        def __init__(self, node: Node, is_open: bool) -> None:
            self.node, self.is_open = node, is_open
            super().__init__()

    class Read(Message):
        """What is known of a resource is to be read."""

    def __init__(self) -> None:
        super().__init__((), lambda row: row.node.path, "tree")

    @property
    def node(self) -> Node | None:
        """The node under the cursor."""
        return self.selected.node if self.selected else None

    def show(self, items: Sequence[Row], notice: Callable[[int], Sequence[Line]]) -> None:
        """Lists these, or draws the notice where there are none. The cursor stays on its node, or on what it was in."""
        path = self.node.path if self.node else ()
        places = {row.node.path: place for place, row in enumerate(items)}
        while path and path not in places:
            path = path[:-1]
        self.end_jump()
        self._items, self._notice = items, notice
        self.extend(len(items) + 1 if items else 0)
        self.select(places.get(path, 0 if not path else self.cursor))

    def go_to(self, path: Path) -> bool:
        """Puts the cursor on a node, if it is listed."""
        place = next((place for place, row in enumerate(self._items) if row.node.path == path), None)
        if place is not None:
            self.select(place)
        return place is not None

    def do_right(self) -> None:
        """Opens a node; of one that is open, to the first below it; of a resource, reads it."""
        if not self._items:
            return
        row = self._items[self.cursor]
        if row.is_open is None:
            self.post_message(self.Read())
        elif row.is_open:
            self.select(self.cursor + 1)
        else:
            self.do_open()

    def do_left(self) -> None:
        """Closes a node; of one that is closed, to what it is in."""
        if not self._items:
            return
        row = self._items[self.cursor]
        if row.is_open:
            self.post_message(self.Toggled(row.node, False))
        else:
            self.go_to(row.node.path[:-1])

    def do_open(self) -> None:
        """Opens or closes a node; opens a resource."""
        if not self._items:
            return
        row = self._items[self.cursor]
        if row.is_open is None:
            self.post_message(self.Opened(self))
        else:
            self.post_message(self.Toggled(row.node, not row.is_open))

    def on_click(self, event: events.Click) -> None:
        """A click selects, and opens or closes on the sign; a double click does anywhere."""
        inside = event.get_content_offset(self)
        place = self.scroll_offset.y + inside.y - 1 if inside is not None and inside.y > 0 else -1
        if inside is not None and 0 <= place < len(self._items):
            self.select(place)
            if event.chain > 1 or inside.x // 2 == self._items[place].depth:
                self.do_open()

    def _titles(self, cells: int) -> Line:
        return _titles(cells)

    def _row(self, item: Row, cells: int) -> Line:
        return drawn(item, cells)


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
