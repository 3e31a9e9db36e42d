"""The last two lines: what is going on, and what can be pressed."""

from collections.abc import Sequence

from driftguard_tui.actions import ACTIONS, Situation, key_name
from driftguard_tui.widgets.lines import Line, Lines, Span, spread, width


class StatusLine(Lines):
    """A message, else the progress of a scan, else how the last one went; at its right end the filter."""

    def __init__(self) -> None:
        super().__init__(id="status")
        self._message: Line = ()
        self._standing: Line = ()
        self._right: Line = ()

    def say(self, message: Line) -> None:
        """Shows a message until `hush`."""
        self._message = message
        self.refresh()

    def hush(self) -> None:
        """Takes the message away."""
        if self._message:
            self.say(())

    def stand(self, standing: Line) -> None:
        """What is shown while there is no message."""
        self._standing = standing
        self.refresh()

    def note(self, right: Line) -> None:
        """What is shown at the right end."""
        self._right = right
        self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """One line."""
        return [spread(self._message or self._standing, self._right, cells)]


class Hints(Lines):
    """The keys that matter in this situation, from the action table."""

    def __init__(self) -> None:
        super().__init__(id="hints")
        self._situation = Situation(screen="")

    def show(self, situation: Situation) -> None:
        """Shows the keys for another situation."""
        if situation != self._situation:
            self._situation = situation
            self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """One line; keys that do not fit are left to the help."""
        now = self._situation
        place = now.pane or "other"
        spans: list[Span] = []
        for action in ACTIONS:
            if action.hint and place in action.hinted and not action.why_not(now):
                hint = [Span(key_name(action.keys[0]), "key"), Span(f" {action.hint}", "muted"), Span("   ")]
                if width([*spans, *hint[:-1]]) > cells:
                    break
                spans += hint
        return [tuple(spans[:-1])]
