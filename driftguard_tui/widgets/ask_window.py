"""A question that was torn off, with its answer, in a window."""

from typing import TYPE_CHECKING, cast

from driftguard_tui.interview import Interview
from driftguard_tui.opening import open_fact
from driftguard_tui.widgets.ask_talk import Talk
from driftguard_tui.widgets.sections.talk import Link, Sheet, one_exchange
from engine.assistant.facts import Fact

if TYPE_CHECKING:
    from driftguard_tui.app import DriftGuardApp


class AskWindow(Talk):
    """Shows the last exchange of an interview."""

    def __init__(self) -> None:
        super().__init__("question")
        self._interview: Interview | None = None

    def follow(self, interview: Interview) -> None:
        """Shows what comes of its last question."""
        self._interview = interview
        self.show(self._sheet_at)

    @property
    def cited(self) -> Fact | None:
        """What is under the cursor."""
        if self._interview is None or not isinstance(self.target, Link):
            return None
        answer = self._interview.exchanges[-1].answer
        return answer.facts.get(self.target.mark) if answer else None

    def do_open(self) -> None:
        """Goes to what the claim rests on."""
        if self.cited is not None:
            self.app.run_worker(open_fact(cast("DriftGuardApp", self.app), self.cited), group="open")

    def on_talk_grown(self) -> None:
        """There is more of the answer."""
        self.show(self._sheet_at)

    def _sheet_at(self, cells: int) -> Sheet:
        exchanges = self._interview.exchanges if self._interview is not None else []
        return one_exchange(exchanges[-1], cells) if exchanges else Sheet()
