"""What is done with drifts that are listed: they are marked, fixed, explained and copied, one or many at once."""

import asyncio

from driftguard_tui import labels, many, text
from driftguard_tui.actions import recommended_commands
from driftguard_tui.marks import Marks
from driftguard_tui.requesting import request
from driftguard_tui.session import Engine
from driftguard_tui.widgets.detail_layout import as_text
from driftguard_tui.widgets.lines import line
from driftguard_tui.workspaces.drift_reading import DriftReading
from engine.model import Drift


class DriftMarking(DriftReading):
    """What is done is done with all marked drifts; where none is marked, with the one under the cursor."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.marks = Marks()
        self._marked_last = 0

    # Marking

    def do_mark(self) -> None:
        """Marks what is under the cursor and goes on to the next row."""
        heading, drift = self.list.heading, self.list.drift
        self.marks.turn(heading.drifts if heading else (drift,) if drift else ())
        self._marked_last = self.list.cursor
        self.list.move(1)
        self._show_marks()

    def do_mark_to(self) -> None:
        """Marks the drifts from the row that was marked last to the cursor."""
        first, last = sorted((self._marked_last, self.list.cursor))
        self.marks.add(row for row in self.list.items[first : last + 1] if isinstance(row, Drift))
        self._marked_last = self.list.cursor
        self._show_marks()

    def do_mark_all(self) -> None:
        self.marks.add(self.list.drifts)
        self._show_marks()

    def do_unmark(self) -> None:
        self.marks.clear()
        self._show_marks()

    def _show_marks(self) -> None:
        self.list.mark(self.marks.ids)
        self.desk.hint()

    # Asking for a fix, and saying what it was

    def do_request(self, action: str = "") -> None:
        """Requests what is recommended: asks which, or takes that with this action."""
        if self.marks:
            many.request(self.desk, self.marks.drifts, action)
        elif self.list.drift is not None:
            request(self.desk, self.list.drift, action)

    async def do_confirm(self, cause: str = "") -> None:
        """Records a cause, of all marked drifts if there are any."""
        if self.marks:
            many.confirm(self.desk, self.marks.drifts, cause)
        else:
            await self.desk.confirming.do_confirm(cause)

    # Copying

    def do_copy(self, number: str = "1") -> None:
        """The recommended command with this number; the first ones of all marked drifts."""
        if self.marks:
            first = [recommended_commands(drift)[:1] for drift in self.marks.drifts]
            commands = [command for found in first for command in found]
            self._copy("\n".join(commands), labels.count(len(commands), "command"))
            return
        commands = list(recommended_commands(self.list.drift)) if self.list.drift else []
        if number.isdecimal() and 0 < int(number) <= len(commands):
            self._copy(commands[int(number) - 1], f"command {number}")
        else:
            self.status.say(line((f"There is no command {number}", "medium")))

    async def do_copy_drift(self) -> None:
        """Everything that the detail shows."""
        if self.marks:
            drifts = self.marks.drifts
            whole = await asyncio.to_thread(lambda: "\n".join(map(as_text, drifts)))
            self._copy(whole, labels.count(len(drifts), "drift"))
        elif self.list.drift is not None:
            self._copy(as_text(self.list.drift, self.detail.events), "the drift")

    def _copy(self, content: str, what: str) -> None:
        self.post_message(self.Copied(text.harmless_block(content), what))
