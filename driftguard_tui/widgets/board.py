"""What was noted, pinned and decided in the war room, in a window beside whatever is looked at."""

from collections.abc import Callable, Sequence

from driftguard_tui import labels, text
from driftguard_tui.formats.incident import SIGNS
from driftguard_tui.widgets.lines import Line, cut, line
from driftguard_tui.widgets.rows import Column, Rows
from engine.warroom import Entry, Kind

_TONES = {Kind.NOTE: "muted", Kind.PIN: "medium", Kind.DECISION: "accent"}


def _sign(entry: Entry, _: int) -> Line:
    return line((SIGNS[entry.kind], _TONES.get(entry.kind, "muted")))


def _what(entry: Entry, cells: int) -> Line:
    about = entry.title or (labels.moment(entry.moment) if entry.moment else "")
    if not entry.text:
        return cut(line((about, "strong")), cells)
    tone = "strong" if entry.kind is Kind.DECISION else ""
    return cut(line((entry.text, tone), (f"  {about}" if about else "", "muted")), cells)


_COLUMNS: tuple[Column[Entry], ...] = (
    Column("", 1, 0, _sign),
    Column("UTC", 5, 0, lambda entry, _: line((f"{entry.at:%H:%M}", "muted"))),
    Column("who", 14, 64, lambda entry, cells: line((text.cut(text.plain(entry.by), cells), "muted"))),
    Column("what", 0, 0, _what),
)


class Board(Rows[Entry]):
    """Notes, pins and decisions, oldest first. `opened` is given the one that is to be gone to."""

    def __init__(self, entries: Sequence[Entry], opened: Callable[[Entry], None]) -> None:
        super().__init__(_COLUMNS, lambda entry: (entry.at, entry.kind, entry.pin), "board")
        self._first, self._opened = entries, opened

    def on_mount(self) -> None:
        super().on_mount()
        self.pinned(self._first)

    def pinned(self, entries: Sequence[Entry]) -> None:
        """Shows these; the cursor goes to what is new."""
        more = len(entries) > len(self.items)
        self.show(entries, lambda cells: [cut(line(("Nothing yet: P pins, I notes, D decides", "muted")), cells)])
        if more:
            self.do_bottom()

    def do_open(self) -> None:
        if self.selected is not None:
            self._opened(self.selected)

    def do_right(self) -> None:
        self.do_open()
