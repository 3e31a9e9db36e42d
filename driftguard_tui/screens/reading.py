"""A screen of text that scrolls: sources and help are two."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.screen import Screen
from textual.strip import Strip

from driftguard_tui.widgets.lines import BLANK, Line, Pages, spaced
from driftguard_tui.widgets.status import Hints, StatusLine


class Text(Pages):
    """Lines that are made for the width they have."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.entitle(title)
        self._lines: Sequence[Line] = ()

    def draw(self, cells: int) -> Sequence[Line]:
        """The lines at this width."""
        raise NotImplementedError

    def lay_out(self) -> None:
        """Draws anew."""
        self._lines = self.draw(max(20, self.size.width - 2))
        if self.is_shown_to_a_room:
            self._lines, _ = spaced(self._lines)
        self.extend(len(self._lines))
        self.refresh()

    def on_resize(self) -> None:
        """Draws for the new width."""
        self.lay_out()

    def render_line(self, y: int) -> Strip:
        """One line of what is in view."""
        row = self.scroll_offset.y + y
        return self.strip(self._lines[row] if row < len(self._lines) else BLANK, self.size.width)


class ReadingScreen(Screen[None]):
    """A text above the status line and the keys; escape leaves it."""

    def __init__(self, name: str, text: Text) -> None:
        super().__init__(name=name)
        self.text = text
        self.status = StatusLine()
        self.hints = Hints()

    def compose(self) -> ComposeResult:
        """The text, status and keys."""
        yield self.text
        yield self.status
        yield self.hints

    def on_mount(self) -> None:
        """Keys scroll the text at once."""
        self.text.focus()

    def refocus(self) -> None:
        """Gives the keys back to the text."""
        self.text.focus()

    def do_back(self) -> None:
        self.dismiss()

    def do_left(self) -> None:
        self.dismiss()
