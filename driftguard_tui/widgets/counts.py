"""Drifts by severity and cause, with a cursor on a severity: the list of its drifts is a key away."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from driftguard_tui import labels
from driftguard_tui.widgets.drawn import Drawn
from driftguard_tui.widgets.sections.matrix import described
from engine.model import Level
from engine.overview import Count


class Counts(Drawn):
    """It is given counts and says which severity is wanted."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--cursor"}

    class Opened(Message):
        """The drifts of a severity are to be listed."""

        def __init__(self, level: Level) -> None:
            self.level = level
            super().__init__()

    def __init__(self) -> None:
        super().__init__("counts", "Severity and cause")
        self.cursor = 0
        self._known = False

    def count(self, counts: Sequence[Count]) -> None:
        """Shows these."""
        self._known = True
        self.show(lambda cells, rows: described(counts, cells, rows))

    def do_down(self) -> None:
        self._select(self.cursor + 1)

    def do_up(self) -> None:
        self._select(self.cursor - 1)

    def do_top(self) -> None:
        self._select(0)

    def do_bottom(self) -> None:
        self._select(len(labels.LEVELS) - 1)

    def do_open(self) -> None:
        if self._known:
            self.post_message(self.Opened(labels.LEVELS[self.cursor]))

    def on_click(self, event: events.Click) -> None:
        """A click selects; a double click opens."""
        inside = event.get_content_offset(self)
        row = self.scroll_offset.y + inside.y - 1 if inside is not None else -1
        if 0 <= row < len(labels.LEVELS):
            self._select(row)
            if event.chain > 1:
                self.do_open()

    def render_line(self, y: int) -> Strip:
        """One line; the one under the cursor set off."""
        strip = super().render_line(y)
        if not (self._known and self.has_focus) or self.scroll_offset.y + y != self.cursor + 1:
            return strip
        return self.strip(
            self.line_at(self.cursor + 1), self.size.width, self.get_component_rich_style("list--cursor", partial=True)
        )

    def _select(self, row: int) -> None:
        self.cursor = max(0, min(len(labels.LEVELS) - 1, row))
        self.refresh()
