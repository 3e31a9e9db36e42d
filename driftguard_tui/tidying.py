"""How the interpreter is shared between keys and work beside them, so that a key never waits for long."""

import gc
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

#: Threads take turns so often, in seconds. A key goes through a dozen turns, and waits at each for the others.
_TURN = 0.0005
#: So many new objects are looked through for garbage at a time: a matter of a few milliseconds.
_NEW = 20_000
_NEVER = 2**31 - 1
#: All objects are looked through, which may take half a second, when no key has come for so many seconds.
_REST, _LOOK = 3.0, 5.0


class Tidying:
    """From `begin` to `end`, only new garbage is collected at any time; old garbage while keys rest."""

    def __init__(self, app: "App[None]") -> None:
        self._app = app
        self._last_key = time.monotonic()
        self._before = sys.getswitchinterval(), gc.get_threshold()

    def begin(self) -> None:
        """From now on it is done so in this process."""
        sys.setswitchinterval(_TURN)
        gc.set_threshold(_NEW, _NEVER, _NEVER)
        self._app.set_interval(_LOOK, self._tidy)

    def end(self) -> None:
        """It is done as before."""
        turn, thresholds = self._before
        sys.setswitchinterval(turn)
        gc.set_threshold(*thresholds)

    def touched(self) -> None:
        """A key has come."""
        self._last_key = time.monotonic()

    def _tidy(self) -> None:
        """Looks through all objects, if there has been new garbage and keys rest."""
        has_new = gc.get_count()[1] > 0
        if has_new and time.monotonic() - self._last_key > _REST:
            gc.collect()
