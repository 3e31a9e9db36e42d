"""One question at a time, and of those that come up meanwhile only the last: keys are faster than answers."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

Question = TypeVar("Question")


class Newest(Generic[Question]):
    """`start` runs a coroutine beside everything else, `answer` finds the answer to a question and shows it."""

    def __init__(
        self,
        start: Callable[[Coroutine[Any, Any, None]], object],
        answer: Callable[[Question], Awaitable[None]],
    ) -> None:
        self._start, self._answer = start, answer
        self._waiting: list[Question] = []
        self.is_busy = False

    def want(self, question: Question) -> None:
        """Has it answered, unless another one is asked before its turn comes."""
        self._waiting = [question]
        if not self.is_busy:
            self.is_busy = True
            self._start(self._work())

    @property
    def is_outdated(self) -> bool:
        """Whether another question waits: the answer to this one may be left."""
        return bool(self._waiting)

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._answer(self._waiting.pop())
        finally:
            self.is_busy = False
