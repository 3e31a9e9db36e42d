"""The screen of the first start: find, choose, check, write. It looks and works like a workspace."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from driftguard_tui import labels
from driftguard_tui.asking import Question
from driftguard_tui.screens.reading import Text
from driftguard_tui.session import Engine
from driftguard_tui.setup.choices import Choice, Choices, Step
from driftguard_tui.setup.drawing import choice_lines, columns, preview, steps, summary
from driftguard_tui.widgets.lines import Line, Lines, flow, line
from driftguard_tui.widgets.rows import Rows
from driftguard_tui.widgets.sections.source import Check
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine import discovery, secrets
from engine.aside import on_a_thread
from engine.discovery import Ask, Kept, Machine, Proposal
from engine.errors import DriftGuardError

_CHOICES, _PREVIEW = 0, 1


class _Steps(Lines):
    """The steps, in the first line."""

    step = Step.FIND

    def lines(self, cells: int) -> Sequence[Line]:
        return [steps(self.step, cells)]


class _Proposal(Text):
    """The proposal under the cursor."""

    choice: Choice | None = None

    def draw(self, cells: int) -> Sequence[Line]:
        return choice_lines(self.choice, cells) if self.choice else ()


class _Preview(Text):
    """The configuration that would be written."""

    content = ""

    def draw(self, cells: int) -> Sequence[Line]:
        return preview(self.content, cells)


class SetupWorkspace(Workspace):
    """What was found on the machine, to choose from. Nothing is written before the last step."""

    NAME = "setup"
    BINDINGS: ClassVar[list[BindingType]] = bindings("setup")
    LAYOUTS: ClassVar[Sequence[Tree]] = (Split(False, 0.6, "proposals", "proposal"), "preview")

    class Done(Message):
        """The file is written, or with None: everything is left as it was."""

        def __init__(self, file: Path | None) -> None:
            self.file = file
            super().__init__()

    def __init__(self, engine: Engine, machine: Machine, file: Path) -> None:
        self._machine, self._file = machine, file
        self._choices = Choices(machine.folder)
        self._kept = Kept()
        self._looking_at = f"files in {machine.folder}"
        self.list: Rows[Choice] = Rows(columns(), lambda row: row.proposal.name, "proposals")
        self.detail = _Proposal("Source")
        self.preview = _Preview(str(file))
        super().__init__(engine)
        self._steps = _Steps(id="steps")

    def panes(self) -> Mapping[str, Widget]:
        """Proposals, one of them, and the file."""
        return {"proposals": self.list, "proposal": self.detail, "preview": self.preview}

    def first_line(self) -> Widget:
        """The steps in the place of the tabs: there is nowhere else to go yet."""
        return self._steps

    def on_mount(self) -> None:
        """Begins to look."""
        super().on_mount()
        self.list.entitle("What was found on this machine")
        self._draw()
        self.run_worker(self._look(), group="looking")

    def describe(self, situation: dict[str, Any]) -> None:
        """The proposal under the cursor, where there is a choice."""
        selected = self.list.selected if self._choices.step < Step.WRITE else None
        situation.update(chosen=selected, listed=len(self.list.items))

    @on(Rows.Highlighted)
    def _highlighted(self) -> None:
        self._tell()
        self.desk.hint()

    @on(Rows.Opened)
    def _opened(self) -> None:
        self.do_setup_toggle()

    # Actions

    def do_setup_toggle(self) -> None:
        if self.list.selected is not None and self._choices.step < Step.WRITE:
            self._choices.toggle(self.list.selected.proposal.name)
            self._draw()

    def do_setup_all(self) -> None:
        if self._choices.step < Step.WRITE:
            self._choices.toggle_all()
            self._draw()

    def do_setup_back(self) -> None:
        if self._choices.step <= Step.CHOOSE:
            self._kept.give_up()
            self.post_message(self.Done(None))
        else:
            self._go_to(Step(self._choices.step - 1))

    def do_setup_next(self) -> None:
        if self._choices.step is Step.FIND:
            self.desk.say("Still looking; esc leaves", "medium")
        elif self._choices.step is Step.CHOOSE:
            self._ask()
        elif self._choices.step is Step.CHECK:
            if self._choices.unchecked:
                self._ask()
            else:
                self._go_to(Step.WRITE)
        else:
            self._write()

    # The steps

    async def _look(self) -> None:
        places = discovery.look(self._machine)
        while looked := await on_a_thread(lambda: next(places, None), "look"):
            self._choices.add(looked)
            self._draw()
        self._go_to(Step.CHOOSE)

    def _ask(self) -> None:
        """Asks what is not known of what was taken, one by one, then tries it."""
        if not self._choices.taken:
            self.desk.say("Nothing is taken: space takes the source under the cursor, a takes all", "medium")
            return
        question = self._choices.next_question()
        if question is not None:
            self._put(*question)
            return
        self._go_to(Step.CHECK)
        for proposal in self._choices.unchecked:
            self._choices.trying(proposal.name)
            self.run_worker(self._try(proposal), group="trying")
        self._draw()

    def _put(self, proposal: Proposal, ask: Ask) -> None:
        has_keyring = not ask.secret or secrets.keyring_backend() is not None
        where = ""
        if ask.secret:
            where = ", for the keyring" if has_keyring else ", as a variable: there is no keyring here"

        def answered(typed: str) -> str:
            if not typed.strip():
                return "it cannot be left empty; esc leaves the source out"
            self.run_worker(self._answer(proposal, ask, typed), group="answering")
            return ""

        def left() -> None:
            self._choices.toggle(proposal.name)
            self._draw()

        self.desk.asking.ask(
            Question(
                "?",
                answered,
                "" if has_keyring else discovery.variable_of(proposal, ask),
                f"{ask.question}{where}; esc leaves {proposal.name} out",
                left=left,
                hidden=ask.secret and has_keyring,
            )
        )

    async def _answer(self, proposal: Proposal, ask: Ask, typed: str) -> None:
        try:
            given = await asyncio.to_thread(discovery.answered, proposal, {ask.setting: typed}, self._kept)
        except DriftGuardError as error:
            self.desk.say(str(error), "bad")
            return
        self._choices.answer(given)
        self._draw()
        self._ask()

    async def _try(self, proposal: Proposal) -> None:
        try:
            finding = await on_a_thread(lambda: discovery.check(proposal, self._machine.folder), "check")
        except DriftGuardError as error:
            finding = discovery.unusable(proposal, str(error))
        self._choices.tried(proposal.name, Check(finding))
        self._draw()

    def _write(self) -> None:
        try:
            discovery.write(self.preview.content, self._file)
        except DriftGuardError as error:
            # The border names the folder; without it there is room for the reason.
            self.desk.say(str(error).replace(str(self._file), self._file.name), "bad")
            return
        self.post_message(self.Done(self._file))

    # Drawing

    def _go_to(self, step: Step) -> None:
        self._choices.step = step
        is_file = step is Step.WRITE
        if is_file:
            self.preview.content = self._choices.text()
            self.preview.lay_out()
        self.tiles.take(_PREVIEW if is_file else _CHOICES)
        self.tiles.go_to("preview" if is_file else "proposals")
        self._draw()
        self.desk.hint()

    def _draw(self) -> None:
        rows = self._choices.rows
        self.list.show(rows, self._nothing)
        self._steps.step = self._choices.step
        self._steps.refresh()
        self.status.stand(summary(self._choices, self._looking_at))
        self._tell()

    def _nothing(self, cells: int) -> Sequence[Line]:
        if self._choices.step is Step.FIND:
            return [line(("looking …", "muted"))]
        what = "Nothing to read was found here. `driftguard demo` shows a made-up company."
        return flow(line((what, "muted")), cells)

    def _tell(self) -> None:
        choice, before = self.list.selected, self.detail.choice
        again = choice is not None and before is not None and before.proposal.name == choice.proposal.name
        self.detail.choice = choice
        self.detail.entitle(labels.join((choice.proposal.name, choice.proposal.kind)) if choice else "Source")
        self.detail.lay_out()
        if not again:
            self.detail.scroll_to(y=0, animate=False)
