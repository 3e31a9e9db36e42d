"""The line in which questions are typed, below the conversation."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

_HINT = "a asks a question"


class AskLine(Horizontal):
    """Enter asks what is typed, up and down bring back what was asked, escape leaves it."""

    class Asked(Message):
        """A question is typed."""

        def __init__(self, question: str) -> None:
            self.question = question
            super().__init__()

    class Left(Message):
        """The line is left."""

    def __init__(self) -> None:
        super().__init__()
        self.history: list[str] = []
        self._at = 0

    def compose(self) -> ComposeResult:
        """The sign and the input."""
        yield Static("?", id="sign", markup=False)
        yield Input(placeholder=_HINT, select_on_focus=False)

    def on_mount(self) -> None:
        """The cursor does not blink."""
        self._field.cursor_blink = False

    @property
    def _field(self) -> Input:
        return self.query_one(Input)

    @property
    def typed(self) -> str:
        """What stands in it."""
        return self._field.value

    def take_keys(self) -> None:
        """Ready to type."""
        self._at = len(self.history)
        self._field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Asks."""
        event.stop()
        question = event.value.strip()
        if question:
            self._field.value = ""
            self.history = [*(other for other in self.history if other != question), question]
            self._at = len(self.history)
            self.post_message(self.Asked(question))

    def on_key(self, event: events.Key) -> None:
        """Escape and tab leave the line as it is."""
        if event.key in ("escape", "tab"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Left())

    def do_up(self) -> None:
        self._recall(-1)

    def do_down(self) -> None:
        self._recall(1)

    def remember(self, questions: Sequence[str]) -> None:
        """What can be brought back."""
        self.history = list(questions)
        self._at = len(self.history)

    def _recall(self, step: int) -> None:
        self._at = max(0, min(len(self.history), self._at + step))
        field = self._field
        field.value = self.history[self._at] if self._at < len(self.history) else ""
        field.cursor_position = len(field.value)
