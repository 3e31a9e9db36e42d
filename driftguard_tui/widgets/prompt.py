"""The line in which a filter or a command is typed, with what could come next below it."""

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from driftguard_tui.widgets.lines import Line, Lines, Span, cut, line

Complete = Callable[[str], Sequence[str]]


class _Candidates(Lines):
    """The completions of what is typed."""

    shown: Sequence[str] = ()
    placeholder: Line = ()
    complaint: Line = ()

    def lines(self, cells: int) -> Sequence[Line]:
        spans: list[Span] = []
        for index, candidate in enumerate(self.shown):
            spans += [Span(candidate, "accent" if index == 0 else "muted"), Span("   ")]
        return [cut(self.complaint or tuple(spans[:-1]) or self.placeholder, cells)]


class Prompt(Vertical):
    """Asks for a line of text. Enter gives it, tab completes it, escape gives up."""

    class Typed(Message):
        """The text has changed."""

        def __init__(self, prompt: "Prompt", text: str = "") -> None:
            self.prompt, self.text = prompt, text
            super().__init__()

    class Given(Typed):
        """The text is wanted."""

    class Abandoned(Typed):
        """Nothing is wanted."""

    def __init__(self, sign: str, text: str, complete: Complete, hint: str, *, hidden: bool = False) -> None:
        super().__init__()
        self.sign = sign
        self._field = Input(text, select_on_focus=False, password=hidden)
        self._field.cursor_blink = False
        self._complete = complete
        self._candidates = _Candidates()
        self._candidates.placeholder = line((hint, "muted"))

    def compose(self) -> ComposeResult:
        """The sign, the input and the completions."""
        with Horizontal():
            yield Static(self.sign, id="sign", markup=False)
            yield self._field
        yield self._candidates

    def on_mount(self) -> None:
        """Ready to type, unless a key that came with the one before has given it up already."""
        if self._field.is_attached:
            self._field.focus()

    def complain(self, reason: str) -> None:
        """Says what is wrong with the text."""
        self._candidates.complaint = line((reason, "bad"))
        self._candidates.refresh()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Completes, and tells."""
        event.stop()
        self._candidates.shown = self._complete(event.value) if event.value else ()
        self._candidates.complaint = ()
        self._candidates.refresh()
        self.post_message(self.Typed(self, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Gives the text."""
        event.stop()
        self.post_message(self.Given(self, event.value))

    def on_key(self, event: events.Key) -> None:
        """Tab takes the first completion; escape gives up."""
        if event.key == "escape":
            event.stop()
            self.post_message(self.Abandoned(self))
        elif event.key == "tab":
            event.stop()
            event.prevent_default()
            field = self._field
            candidates = self._complete(field.value)
            if candidates:
                field.value = candidates[0]
                field.cursor_position = len(field.value)
