"""A model, and the built-in analyst for when it does not answer: an answer is always had, and who gave it is said."""

import time
from collections.abc import Iterator

from engine.assistant.analyst import Analyst
from engine.assistant.conversation import Piece, Said, Turn
from engine.assistant.remote.answering import Elsewhere
from engine.assistant.remote.model import AnswerError
from engine.assistant.tools import Tools

#: After a failure the model is left alone for so many seconds, so that the next question is answered at once.
_REST = 60.0


class Dependable:
    """Asks the model, and the analyst where it fails."""

    is_remote = True

    def __init__(self, model: Elsewhere) -> None:
        self._model, self._analyst = model, Analyst()
        self._rests_until = 0.0
        self._answered = True

    @property
    def name(self) -> str:
        """Of what answered last."""
        return self._model.name if self._answered else self._analyst.name

    @property
    def says(self) -> str:
        return self._model.says if self._answered else f"{self._analyst.says} ({self._model.name} does not answer)"

    def preview(self, turn: Turn, tools: Tools) -> str:
        """Exactly what would be sent first for a question."""
        return self._model.preview(turn, tools)

    def answer(self, turn: Turn, tools: Tools) -> Iterator[Piece]:
        """The model's answer; where it fails, a sentence that says so and the analyst's."""
        if time.monotonic() >= self._rests_until:
            try:
                yield from self._model.answer(turn, tools)
            except AnswerError as error:
                self._rests_until = time.monotonic() + _REST
                yield Said(f"{self._model.name} does not answer: {error}. The built-in analyst does.", claim=False)
            else:
                self._answered = True
                return
        self._answered = False
        yield from self._analyst.answer(turn, tools)
