"""The last two lines: what is going on and whose desk this is, and what can be pressed."""

from collections.abc import Sequence

from driftguard_tui import labels, text
from driftguard_tui.actions import ACTIONS, Action, Situation, key_name
from driftguard_tui.widgets.lines import Line, Lines, Span, line, spread, width

_ROOM_CELLS = 16


class StatusLine(Lines):
    """A message, else the progress of a scan, else how the last one went; at its right end the filter and the state
    of the desktop."""

    def __init__(self) -> None:
        super().__init__(id="status")
        self._message: Line = ()
        self._standing: Line = ()
        self._note: Line = ()
        self._desk: Line = ()

    def say(self, message: Line) -> None:
        """Shows a message until `hush`."""
        if message != self._message:
            self._message = message
            self.refresh()

    def hush(self) -> None:
        """Takes the message away."""
        self.say(())

    def stand(self, standing: Line) -> None:
        """What is shown while there is no message."""
        self._standing = standing
        self.refresh()

    def note(self, note: Line) -> None:
        """What the workspace says at the right end: its filter."""
        self._note = note
        self.refresh()

    def desk(self, desk: Line) -> None:
        """What holds for the whole desktop, at the very right: time, role, user."""
        if desk != self._desk:
            self._desk = desk
            self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """One line; what holds for the desktop gives way to messages where there is no room."""
        left = self._message or self._standing
        parts = [part for part in (self._note, self._desk) if part]
        while len(parts) > 1 and width(left) + sum(width(part) + 3 for part in parts) > cells:
            parts.pop()
        if self._message and width(left) + sum(width(part) + 3 for part in parts) > cells:
            parts = []
        right = tuple(span for part in parts for span in (Span("   "), *part))
        return [spread(left, right[1:], cells)]


def desk(now: Situation, user: str, hidden: int, estate: str = "") -> Line:
    """Whose desk it is, in which role, of which time, how much is hidden; the estate where the tabs do not name it."""
    spans = list(line((user, "muted"), (" read-only" if now.read_only else f" {now.role}", "accent")))
    if estate:
        spans = [Span(text.cut(text.plain(estate), _ROOM_CELLS), "strong"), Span("   "), *spans]
    elif hidden:
        spans = [*line((f"{hidden:,} hidden", "muted"), "   "), *spans]
    if now.as_of is not None:
        spans = [Span(f"◷ {labels.moment(now.as_of)}", "medium"), Span("   "), *spans]
    if now.room:
        spans = [Span(f"● {text.cut(text.plain(now.room), _ROOM_CELLS)}", "bad"), Span("   "), *spans]
    return tuple(spans)


class Hints(Lines):
    """The keys that matter in this situation, from the action table."""

    def __init__(self) -> None:
        super().__init__(id="hints")
        self._hinted: Sequence[Action] = ()

    def show(self, now: Situation) -> None:
        """Shows the keys for another situation, the workspace's own first."""
        hinted = [action for action in ACTIONS if action.where in ("", now.workspace) and action.is_hinted(now)]
        hinted.sort(key=lambda action: not action.where)
        if hinted != self._hinted:
            self._hinted = hinted
            self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """One line; keys that do not fit are left to the help."""
        spans: list[Span] = []
        for action in self._hinted:
            hint = [Span(key_name(action.shown_keys[0]), "key"), Span(f" {action.hint}", "muted"), Span("   ")]
            if width([*spans, *hint[:-1]]) > cells:
                break
            spans += hint
        return [tuple(spans[:-1])]
