"""The request that this console carries out beside everything else: one at a time, and what its tool says meanwhile."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from driftguard_tui.session import Engine
    from engine.model import ChangeRequest

#: Lines that are kept of what a tool says; it is the last ones that tell.
_MOST = 500


class Executing:
    """`heard` is called on whatever thread when there is something new."""

    def __init__(self, engine: "Engine", heard: Callable[[], object]) -> None:
        self._engine = engine
        self._heard = heard
        self._over = threading.Event()
        self.request_id = ""
        self.lines: list[str] = []

    @property
    def is_running(self) -> bool:
        """Whether one is being carried out."""
        return bool(self.request_id)

    def said(self, request: "ChangeRequest | None") -> list[str]:
        """What the tool has said so far, of the one that is being carried out."""
        return self.lines if request is not None and request.id == self.request_id else []

    def stop(self) -> None:
        """Asks the tool to end what it is at as early as it can."""
        self._over.set()

    async def run(self, request: "ChangeRequest") -> "ChangeRequest":
        """Carries it out, exactly as it is shown, and verifies it. Raises DriftGuardError."""
        self.request_id, self.lines, self._over = request.id, [], threading.Event()
        try:
            return await self._engine.execute(request, self._say, self._over)
        finally:
            self.request_id = ""

    def _say(self, line: str) -> None:
        self.lines = [*self.lines[-_MOST:], line]
        self._heard()
