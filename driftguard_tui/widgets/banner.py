"""The banner over a workspace that is shown to a room: what one is looking at, to be read from the back."""

from collections.abc import Sequence

from driftguard_tui.widgets.lines import BLANK, Line, Lines, cut, line


class Banner(Lines):
    """The workspace's name, spaced out, and what it is for."""

    def __init__(self, title: str, about: str) -> None:
        super().__init__(id="banner")
        self._title, self._about = title, about

    def lines(self, cells: int) -> Sequence[Line]:
        """Three lines."""
        name = " ".join(self._title.upper())
        return [BLANK, cut(line((name, "title"), f"    {self._about}"), cells)]
