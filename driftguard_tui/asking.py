"""The line in which something is typed: a filter, a command, an answer; and what becomes of it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from driftguard_tui.commands import CommandError, completions, resolve

if TYPE_CHECKING:
    from driftguard_tui.app import DriftGuardApp
    from driftguard_tui.widgets.prompt import Prompt
    from driftguard_tui.workspaces.workspace import Workspace


def _nothing(_: str) -> Sequence[str]:
    return ()


class Question(NamedTuple):
    """What is asked in the line. `answered` takes the text and says what is wrong with it, or nothing.

    `tried` is told of the text at each key, `left` when it is given up. A `hidden` text is not shown.
    """

    sign: str
    answered: Callable[[str], str]
    typed: str = ""
    hint: str = ""
    complete: Callable[[str], Sequence[str]] = _nothing
    tried: Callable[[str], str] = lambda _: ""
    left: Callable[[], None] = lambda: None
    hidden: bool = False


class Asking:
    """Asks one question at a time, on whatever screen is seen."""

    def __init__(self, app: "DriftGuardApp") -> None:
        self._app = app
        self._asked: Question | None = None

    def ask(self, question: Question) -> None:
        """Opens the line."""
        from driftguard_tui.widgets.prompt import Prompt

        if self._asked is not None:
            return
        self._asked = question
        self._app.screen.add_class("-asking")
        self._app.screen.mount(
            Prompt(question.sign, question.typed, question.complete, question.hint, hidden=question.hidden)
        )

    def command(self, typed: str = "", hint: str = "tab completes, enter runs, esc leaves") -> None:
        """Asks for a command."""
        self.ask(Question(":", self._run, typed, hint, self._complete))

    def filter(self, workspace: "Workspace") -> None:
        """Asks for a filter, which shows what it does while it is typed."""
        before = workspace.filter

        def try_it(expression: str) -> str:
            try:
                workspace.apply_filter(expression)
            except ValueError as error:
                return str(error)
            return ""

        def undo() -> None:
            workspace.apply_filter(before)

        self.ask(Question("/", try_it, before, workspace.filter_hint, workspace.complete_filter, try_it, undo))

    def confirm(self, question: str, then: Callable[[], None]) -> None:
        """Asks for a yes before something that cannot be taken back."""

        def answered(typed: str) -> str:
            if typed.strip().lower() in ("y", "yes"):
                then()
            elif typed.strip().lower() not in ("", "n", "no"):
                return "y does it; n or esc leaves everything as it is"
            return ""

        self.ask(Question("!", answered, "", f"{question}  y does it, esc leaves everything as it is"))

    def typed(self, prompt: "Prompt", text: str) -> None:
        """The text has changed."""
        if self._asked is not None and (complaint := self._asked.tried(text)):
            prompt.complain(complaint)

    def given(self, prompt: "Prompt", text: str) -> None:
        """The text is wanted; it is asked again while something is wrong with it."""
        question = self._asked
        if question is None:
            return
        self._asked = None
        if complaint := question.answered(text):
            self._asked = question
            prompt.complain(complaint)
        else:
            self._close(prompt)

    def abandoned(self, prompt: "Prompt") -> None:
        """As if nothing had been typed."""
        question, self._asked = self._asked, None
        if question is not None:
            question.left()
        self._close(prompt)

    def _close(self, prompt: "Prompt") -> None:
        screen = prompt.screen
        if self._asked is None:
            screen.remove_class("-asking")
        prompt.remove()
        refocus = getattr(screen, "refocus", None)
        if refocus is not None:
            refocus()
        self._app.hint()

    def _run(self, typed: str) -> str:
        if typed.strip():
            try:
                action, argument = resolve(typed)
            except CommandError as error:
                self._app.say(str(error), "medium")
                return ""
            self._app.call_later(self._app.action_do, action.id, argument)
        return ""

    def _complete(self, typed: str) -> Sequence[str]:
        return completions(typed, self._choices())

    def _choices(self) -> dict[str, tuple[str, ...]]:
        return {"theme": tuple(self._app.looks.names), "filter": tuple(self._app.workspace.filter_hint.split())}
