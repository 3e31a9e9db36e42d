"""Questions that are asked at the desk: one at a time, beside everything else, given up when another comes."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.assistant.conversation import Answer, Conversation, Sentence
from engine.errors import DriftGuardError
from engine.model import Report

if TYPE_CHECKING:
    from driftguard_tui.session import Engine
    from engine.store import Stores


class Exchange(Struct):
    """A question and what has come of it so far. `drift` is the id of the drift that it may point to.

    `failed` says why there is no answer, `given_up` that nobody waited for one.
    """

    question: str
    drift: str = ""
    sentences: list[Sentence] = []
    answer: Answer | None = None
    given_up: bool = False
    failed: str = ""

    @property
    def is_open(self) -> bool:
        """Whether an answer is under way."""
        return self.answer is None and not self.given_up and not self.failed


class Interview:
    """A conversation with whatever answers, over an engine. `told` is called, on any thread, when there is more."""

    def __init__(self, engine: "Engine", told: Callable[[], object]) -> None:
        self._engine, self._told = engine, told
        self._conversation: Conversation | None = None
        self._given_up = threading.Event()
        #: Whether answers are told when they are whole only, not sentence by sentence.
        self.is_whole = False
        self.exchanges: list[Exchange] = []

    @property
    def says(self) -> str:
        """In a line, what answers."""
        return self._conversation.backend.says if self._conversation is not None else ""

    @property
    def is_busy(self) -> bool:
        """Whether an answer is under way."""
        return bool(self.exchanges) and self.exchanges[-1].is_open

    @property
    def questions(self) -> Sequence[str]:
        """What was asked, the last one last."""
        return [exchange.question for exchange in self.exchanges]

    async def ask(self, question: str, report: Report, drift: str = "") -> None:
        """Has a question answered; its exchange is the last one. A question that is under way is given up."""
        self.give_up()
        exchange = Exchange(question, drift)
        self.exchanges.append(exchange)
        self._given_up = given_up = threading.Event()

        said: list[Sentence] = []

        def run(stores: "Stores | None") -> Answer | None:
            conversation = self._talk()
            for sentence in conversation.ask(question, report, stores, drift=drift):
                if given_up.is_set():
                    return None
                said.append(sentence)
                if not self.is_whole:
                    exchange.sentences.append(sentence)
                    self._told()
            return conversation.answers[-1]

        self._told()
        try:
            answer = await self._engine.read(run)
            if answer is None and not given_up.is_set():  # nothing is recorded: the report alone is known
                answer = await asyncio.to_thread(run, None)
        except DriftGuardError as error:
            exchange.failed = str(error)
        else:
            if answer is not None and not given_up.is_set():
                exchange.answer, exchange.sentences = answer, said
        self._told()

    async def prepare(self) -> None:
        """Chooses what answers, before anything is asked."""
        await asyncio.to_thread(self._talk)
        self._told()

    async def preview(self, question: str, report: Report, drift: str = "") -> str:
        """Exactly what asking would send elsewhere first; empty when nothing would be. Raises DriftGuardError."""

        def run(stores: "Stores | None") -> str:
            return self._talk().preview(question, report, stores, drift=drift)

        shown = await self._engine.read(run)
        return await asyncio.to_thread(run, None) if shown is None else shown

    def _talk(self) -> Conversation:
        """The conversation, begun with the first question. Is called on a thread: what answers is chosen there."""
        if self._conversation is None:
            self._conversation = Conversation(self._engine.backend())
        return self._conversation

    def give_up(self) -> None:
        """Waits for no answer any more."""
        self._given_up.set()
        if self.is_busy:
            self.exchanges[-1].given_up = True
            self._told()

    def forget(self) -> None:
        """Begins anew: nothing that was said is pointed to any more."""
        self.give_up()
        self._conversation = None
        self.exchanges = []
        self._told()
