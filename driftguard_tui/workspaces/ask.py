"""The workspace Ask: questions in words, answers from what is recorded, with a source for every claim."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget
from textual.worker import Worker

from driftguard_tui import labels
from driftguard_tui.desktop import Remembered
from driftguard_tui.formats import Paper
from driftguard_tui.formats.answer import render
from driftguard_tui.interview import Interview
from driftguard_tui.opening import open_fact
from driftguard_tui.session import Engine
from driftguard_tui.widgets.ask_line import AskLine
from driftguard_tui.widgets.ask_source import SourcePane
from driftguard_tui.widgets.ask_talk import Talk
from driftguard_tui.widgets.lines import line
from driftguard_tui.widgets.sections.talk import Link, Offer, Sheet, conversation
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine.assistant.analyst import ABOUT_A_DRIFT, ABOUT_THE_ESTATE
from engine.assistant.conversation import MARK, Looked
from engine.assistant.facts import Fact
from engine.errors import DriftGuardError
from engine.model import Drift, Report

#: Questions that can be brought back at the next start.
_REMEMBERED = 50
#: Sentences of an answer that are noted in a war room.
_NOTED = 4


def make(engine: Engine) -> "AskWorkspace":
    """The workspace."""
    return AskWorkspace(engine)


class AskWorkspace(Workspace):
    """The conversation, what the claim under the cursor rests on, and a line to type in."""

    NAME = "ask"
    BINDINGS: ClassVar[list[BindingType]] = bindings("ask")
    LAYOUTS: ClassVar[Sequence[Tree]] = (
        Split(across=True, share=0.64, first="talk", second="source"),
        Split(across=False, share=0.68, first="talk", second="source"),
        "talk",
    )

    def __init__(self, engine: Engine) -> None:
        self.talk = Talk()
        self.source = SourcePane()
        self.line = AskLine()
        self.interview = Interview(engine, self._more)
        super().__init__(engine)
        self._drift: Drift | None = None
        self._questions: Sequence[str] = ()
        self._drawn = 0

    def panes(self) -> Mapping[str, Widget]:
        """The conversation, and a source of it."""
        return {"talk": self.talk, "source": self.source}

    def compose(self) -> ComposeResult:
        """As everywhere, with the line to type in below the panes."""
        for widget in super().compose():
            if widget is self.status:
                yield self.line
            yield widget

    def on_mount(self) -> None:
        """Shows what can be asked."""
        super().on_mount()
        self.interview.is_whole = self.desk.profile.presenter
        self.line.remember(self._questions)
        self._draw()
        _: Worker[None] = self.run_worker(self.interview.prepare, group="prepare")

    # What the desktop tells

    def found(self, report: Report) -> None:
        """Answers are about this report from now on."""
        self.report = report
        self._draw()

    def chosen(self, drift: Drift | None) -> None:
        """What `it` means."""
        self._drift = drift
        self._draw()

    def describe(self, situation: dict[str, Any]) -> None:
        """How much was asked."""
        situation.update(listed=len(self.interview.exchanges))

    def remember(self) -> dict[str, Remembered]:
        """The questions."""
        return {"questions": list(self.line.history[-_REMEMBERED:])}

    def recall(self, own: dict[str, Remembered]) -> None:
        """The same."""
        questions = own.get("questions")
        self._questions = [str(question) for question in questions] if isinstance(questions, list) else ()

    # Asking

    def ask(self, question: str) -> None:
        """Asks it, about the drift that is selected."""
        if self.report is None:
            self.desk.say("No scan is done yet: there is nothing to answer from", "medium")
            return
        drift = self._drift.id if self._drift is not None else ""
        self.run_worker(self.interview.ask(question, self.report, drift), group="ask")

    def do_ask_here(self) -> None:
        self.line.take_keys()

    def do_back(self) -> None:
        """Gives up an answer that is under way; else from the source to the conversation."""
        if self.interview.is_busy and self.window is None:
            self.interview.give_up()
        else:
            super().do_back()

    def do_show_prompt(self) -> None:
        """Of what is typed, or of the last question."""
        question = self.line.typed or next(reversed(self.interview.questions), "")
        if self.report is not None:
            _: Worker[None] = self.run_worker(partial(self._show_prompt, question), group="prompt", exclusive=True)

    async def _show_prompt(self, question: str) -> None:
        assert self.report is not None  # noqa: S101
        drift = self._drift.id if self._drift is not None else ""
        try:
            prompt = await self.interview.preview(question, self.report, drift)
        except DriftGuardError as error:
            self.desk.say(str(error), "medium")
            return
        if prompt:
            self.source.show_prompt(prompt)
        else:
            self.desk.say(f"Nothing would be sent: {self.interview.says}")

    def do_new_conversation(self) -> None:
        self.interview.forget()

    def do_next_question(self) -> None:
        if not self.talk.section(1):
            self.desk.say("That is the last question")

    def do_previous_question(self) -> None:
        if not self.talk.section(-1):
            self.desk.say("That is the first question")

    def do_tear_question(self) -> None:
        """The question under the cursor, or the last one."""
        place = self.talk.target.exchange if isinstance(self.talk.target, Link) else -1
        exchange = self.interview.exchanges[place]
        self.desk.floating.open("question", f"{exchange.drift} {exchange.question}")

    async def do_note_answer(self) -> None:
        """Of the question under the cursor, or of the last one: its first sentences."""
        place = self.talk.target.exchange if isinstance(self.talk.target, Link) else -1
        exchange = self.interview.exchanges[place]
        said = " ".join(MARK.sub("", sentence.text).strip() for sentence in exchange.sentences[:_NOTED])
        if not said:
            self.desk.say("There is no answer yet to note", "medium")
            return
        await self.desk.warroom.do_note(f"{exchange.question} {said}")

    def do_copy_answer(self) -> None:
        """Of the question under the cursor, or of the last one."""
        place = self.talk.target.exchange if isinstance(self.talk.target, Link) else -1
        answer = self.interview.exchanges[place].answer
        if answer is None:
            self.desk.say("There is no answer yet to copy", "medium")
            return
        written = f"{answer.question}\n\n{render(answer, self.interview.says, Paper())}"
        self.post_message(self.Copied(written, "the answer"))

    @on(AskLine.Asked)
    def _typed(self, event: AskLine.Asked) -> None:
        self.refocus()
        self.ask(event.question)

    @on(AskLine.Left)
    def _left(self) -> None:
        self.refocus()

    # Sources

    def do_open(self) -> None:
        """From the source, where there is one: opens it."""
        self.talk.do_open()

    @on(Talk.Highlighted, "#talk")
    def _highlighted(self, event: Talk.Highlighted) -> None:
        self.source.show(self._cited(event.target))
        self.desk.hint()

    @on(Talk.Opened, "#talk")
    def _opened(self, event: Talk.Opened) -> None:
        if isinstance(event.target, Offer):
            self.ask(event.target.question)
            return
        cited = self._cited(event.target)
        if isinstance(cited, Fact):
            self.run_worker(open_fact(self.desk, cited), group="open")
        else:
            self.desk.say("That rests on a search: there is nothing more to be seen of it", "medium")

    def _cited(self, target: Link | Offer | None) -> Fact | Looked | None:
        if not isinstance(target, Link) or target.exchange >= len(self.interview.exchanges):
            return None
        answer = self.interview.exchanges[target.exchange].answer
        if answer is None:
            return None
        calls: Iterable[Looked] = answer.looked
        return answer.facts.get(target.mark) or next((call for call in calls if call.mark == target.mark), None)

    # Inside

    def _more(self) -> None:
        """Is called on any thread."""
        self.talk.post_message(Talk.Grown(self.talk))

    @on(Talk.Grown, "#talk")
    def _grown(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        asked = len(self.interview.exchanges)
        self.talk.show(self._sheet, follow=asked != self._drawn)
        self._drawn = asked
        about = f"about {labels.resource_name(self._drift)}" if self._drift is not None else ""
        self.talk.entitle(labels.join(("Ask", about)))
        self.talk.border_subtitle = self.interview.says
        self.status.note(
            line(("looking … ", "muted"), ("esc", "key"), (" gives up", "muted")) if self.interview.is_busy else ()
        )
        self.desk.hint()

    def _sheet(self, cells: int) -> Sheet:
        offered = ABOUT_A_DRIFT if self._drift is not None else ABOUT_THE_ESTATE
        return conversation(self.interview.exchanges, self._drift, offered, cells)
