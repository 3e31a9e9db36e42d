"""What was found and what is chosen of it, step by step. Plain state, no widgets."""

from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from driftguard_tui.widgets.sections.source import Check
from engine.discovery import Ask, Looked, Proposal, compose
from engine.doctor import Verdict


class Step(IntEnum):
    """Where one is. The first scan is the console's own."""

    FIND = 0
    CHOOSE = 1
    CHECK = 2
    WRITE = 3
    SCAN = 4


class Choice(NamedTuple):
    """A proposal, whether it is taken, and what trying it gave."""

    proposal: Proposal
    taken: bool
    check: Check | None = None


class Choices:
    """All proposals, in the order in which they were found."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.step = Step.FIND
        self.notes: list[str] = []
        self._proposals: dict[str, Proposal] = {}
        self._taken: set[str] = set()
        self._checks: dict[str, Check] = {}

    def add(self, looked: Looked) -> None:
        """What one place of the machine gave. What is likely is taken to begin with."""
        for proposal in looked.proposals:
            self._proposals[proposal.name] = proposal
            if proposal.suggested:
                self._taken.add(proposal.name)
        if looked.note:
            self.notes.append(f"{looked.place}: {looked.note}")

    @property
    def rows(self) -> list[Choice]:
        """Every proposal as it stands; once they are tried, those that are taken."""
        every = [Choice(item, name in self._taken, self._checks.get(name)) for name, item in self._proposals.items()]
        return every if self.step < Step.CHECK else [row for row in every if row.taken or row.check is not None]

    @property
    def taken(self) -> list[Proposal]:
        """What will be written as a source."""
        return [proposal for name, proposal in self._proposals.items() if name in self._taken]

    @property
    def left(self) -> list[Proposal]:
        """What will be written as a comment."""
        return [proposal for name, proposal in self._proposals.items() if name not in self._taken]

    @property
    def unchecked(self) -> list[Proposal]:
        """What is taken and was not tried as it now stands."""
        return [proposal for proposal in self.taken if proposal.name not in self._checks]

    def toggle(self, name: str) -> None:
        """Takes it, or leaves it out."""
        self._taken ^= {name}

    def toggle_all(self) -> None:
        """Takes everything that needs no answer; leaves everything out where that is so already."""
        ready = {name for name, proposal in self._proposals.items() if not proposal.asks}
        self._taken = set() if ready <= self._taken else self._taken | ready

    def next_question(self) -> tuple[Proposal, Ask] | None:
        """What has to be answered before what is taken can be tried."""
        return next(((proposal, ask) for proposal in self.taken for ask in proposal.asks), None)

    def answer(self, proposal: Proposal) -> None:
        """Puts an answered proposal in the place of the one with the question."""
        self._proposals[proposal.name] = proposal
        self._checks.pop(proposal.name, None)

    def trying(self, name: str) -> None:
        """It is being tried."""
        self._checks[name] = Check()

    def tried(self, name: str, check: Check) -> None:
        """What trying it gave."""
        self._checks[name] = check

    @property
    def being_tried(self) -> Sequence[str]:
        """The names of those of which nothing is known yet."""
        return [name for name, check in self._checks.items() if check.finding is None]

    @property
    def broken(self) -> Sequence[str]:
        """The names of those that are taken and cannot be read."""
        tried = ((name, self._checks.get(name)) for name in self._taken)
        return [name for name, check in tried if check and check.finding and check.finding.verdict is Verdict.BROKEN]

    def text(self) -> str:
        """The configuration as it would be written."""
        return compose(self.folder.resolve().name, self.taken, self.left)
