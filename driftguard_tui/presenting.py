"""Showing the console to a room: whoever the engine names is masked from then on, on the screen only."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any, cast

from driftguard_tui import text
from driftguard_tui.session import Engine
from engine.masking import PERSON, Masker


def masked(engine: Engine) -> Engine:
    """The engine, with everything that it gives looked through for names, and these masked until `unmask`.

    What is done with the console is done to the things themselves: only what is drawn is masked.
    """
    mask = Masker(shown=text.harmless)
    mask.know(PERSON, engine.user)
    text.mask_with(mask)
    return cast(Engine, _Overheard(engine, mask.learn))


def unmask() -> None:
    """From now on everything is drawn as it is."""
    text.mask_with(None)


class _Overheard:
    """Passes everything on to the engine, and its answers to a listener as well."""

    def __init__(self, engine: Engine, listen: Callable[[Any], None]) -> None:
        self._engine, self._listen = engine, listen
        self._heard: object = None

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._engine, name)
        if iscoroutinefunction(value):
            return self._overhear(value)
        if not callable(value) and value is not self._heard:
            self._heard = value
            self._listen(value)
        return value

    def _overhear(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def overheard(*given: Any, **named: Any) -> Any:
            answer = await method(*given, **named)
            self._listen(answer)
            return answer

        return overheard
