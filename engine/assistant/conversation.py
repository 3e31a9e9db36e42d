"""A conversation: questions, what answers them, and a check of every answer against what the tools returned."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from msgspec import Struct

from engine.assistant.facts import AdviceFact, Fact
from engine.assistant.tools import Found, Tools

if TYPE_CHECKING:
    from engine.model import Report
    from engine.store import Stores

#: How an answer cites: `[d:1a2b3c]`.
MARK = re.compile(r"\[([a-z]:[^\s\[\]]+)\]")
_MARK_AND_SPACE = re.compile(rf"\s*{MARK.pattern}")


class Style(StrEnum):
    """What a sentence is in an answer."""

    PROSE = "prose"
    ITEM = "item"  # of a list
    COMMAND = "command"  # to be copied as it is


class Said(Struct, frozen=True):
    """A whole sentence, with marks for what it rests on. A claim without a mark is shown as unverified.

    Only sentences that say nothing of the estate (what the analyst can do, that it does not understand) are no claims.
    """

    text: str
    style: Style = Style.PROSE
    claim: bool = True


class Focus(Struct, frozen=True):
    """What is being talked about: drifts by their ids, somebody, a span of time."""

    drifts: tuple[str, ...] = ()
    person: str = ""
    span: tuple[datetime, datetime] | None = None


class Offered(Struct, frozen=True):
    """Questions that could come next."""

    questions: tuple[str, ...]


class Used(Struct, frozen=True):
    """What an answer cost: the model, tokens sent to it and received, and dollars where the price is known."""

    model: str
    sent: int
    received: int
    dollars: float | None = None


#: What comes from a backend, piece by piece. Of several `Used` the last one counts.
Piece = Said | Focus | Offered | Used


class Turn(Struct, frozen=True):
    """A question, and what it may point back to: the drift that is selected, and what was talked about."""

    question: str
    focus: Focus = Focus()


class Backend(Protocol):
    """What answers. It blocks: whoever asks runs it on a thread, and may stop between two pieces."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def says(self) -> str:
        """In a line, what it is and where it answers from."""
        ...

    @property
    def is_remote(self) -> bool:
        """Whether anything leaves this process for it. It then leaves through a veil, by `engine.assistant.remote`."""
        ...

    def answer(self, turn: Turn, tools: Tools) -> Iterator[Piece]:
        """The answer, in whole sentences as they are made. Raises DriftGuardError."""
        ...


@runtime_checkable
class Previewed(Protocol):
    """A backend elsewhere, that shows before it asks what would be sent."""

    def preview(self, turn: Turn, tools: Tools) -> str:
        """The first that would be sent, as text."""
        ...


class Sentence(Struct, frozen=True):
    """A sentence of an answer, checked. `cites` are the marks in it that a tool did return."""

    text: str
    style: Style
    cites: tuple[str, ...] = ()
    unverified: bool = False


class Looked(Struct, frozen=True):
    """A call of a tool that the answer came from: how many rows it returned, and how many there are."""

    mark: str
    tool: str
    rows: int
    total: int


class Answer(Struct, frozen=True):
    """A question and its answer. `facts` are those that are cited, by mark; `next` are questions that could follow."""

    question: str
    backend: str
    sentences: tuple[Sentence, ...]
    facts: Mapping[str, Fact]
    looked: tuple[Looked, ...]
    next: tuple[str, ...] = ()
    used: Used | None = None

    @property
    def is_verified(self) -> bool:
        """Whether every claim in it rests on something that a tool returned."""
        return not any(sentence.unverified for sentence in self.sentences)


class Conversation:
    """Questions one after the other. Later ones may point back to what was talked about."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.answers: list[Answer] = []
        self.focus = Focus()
        self._selected = ""
        self._calls = 0
        self._facts: dict[str, Fact | Found] = {}

    def preview(self, question: str, report: "Report", stores: "Stores | None" = None, *, drift: str = "") -> str:
        """Exactly what would leave this machine first for a question; empty when nothing would."""
        if not isinstance(self.backend, Previewed):
            return ""
        focus = Focus((drift,)) if drift and drift != self._selected else self.focus
        return self.backend.preview(Turn(question, focus), Tools(report, stores, calls=self._calls))

    def ask(
        self, question: str, report: "Report", stores: "Stores | None" = None, *, drift: str = ""
    ) -> Iterator[Sentence]:
        """The sentences of the answer as they come; when they end, the answer is the last of `answers`.

        `drift` is the id of the selected one, to which a question may point. Given up before its end, the question
        counts as never asked. Raises DriftGuardError.
        """
        if drift and drift != self._selected:
            self.focus = Focus((drift,))
        tools = Tools(report, stores, calls=self._calls)
        sentences: list[Sentence] = []
        focus, offered = self.focus, Offered(())
        used: Used | None = None
        for piece in self.backend.answer(Turn(question, self.focus), tools):
            if isinstance(piece, Focus):
                focus = piece
            elif isinstance(piece, Offered):
                offered = piece
            elif isinstance(piece, Used):
                used = piece
            else:
                sentences.append(checked(piece, {**self._facts, **tools.facts}))
                yield sentences[-1]
        self._selected, self.focus = drift or self._selected, focus
        self._calls += len(tools.calls)
        self._facts.update(tools.facts)
        cited = {mark for sentence in sentences for mark in sentence.cites}
        self.answers.append(
            Answer(
                question=question,
                backend=self.backend.name,
                sentences=tuple(sentences),
                facts={mark: fact for mark, fact in self._facts.items() if mark in cited and isinstance(fact, Fact)},
                looked=tuple(Looked(call.mark, call.tool, len(call.facts), call.total) for call in tools.calls),
                next=offered.questions,
                used=used,
            )
        )


def checked(said: Said, facts: Mapping[str, "Fact | Found"]) -> Sentence:
    """The sentence with its marks held against what the tools returned.

    A claim is unverified that cites nothing, or anything that no tool returned; what is cited in vain is taken out. A
    command is that no recommendation has.
    """
    marks = MARK.findall(said.text)
    known = tuple(dict.fromkeys(mark for mark in marks if mark in facts))
    text = _MARK_AND_SPACE.sub(lambda match: match[0] if match[1] in facts else "", said.text).strip()
    if said.style is Style.COMMAND:
        advised = (fact.commands for fact in facts.values() if isinstance(fact, AdviceFact))
        lines = (line for commands in advised for command in commands for line in (command, *command.splitlines()))
        return Sentence(text, said.style, known, unverified=text not in map(str.strip, lines))
    in_vain = len(known) < len(set(marks))
    return Sentence(text, said.style, known, unverified=said.claim and (in_vain or not known))
