"""The drivers of the terminal: Textual's own, which notice when the terminal is gone; one is quiet about the mouse."""

import select
import signal
from threading import Thread

from textual.drivers.linux_driver import LinuxDriver

_EVERY_MOVE = "\x1b[?1003"
_DRAGS = "\x1b[?1002"
#: How often the watcher looks up whether the console has ended, in milliseconds.
_LOOK_UP = 500


class TerminalDriver(LinuxDriver):
    """Ends the console when its terminal hangs up, signal or not.

    A session without a controlling terminal gets no SIGHUP. Textual would then read the end of its input for ever.
    """

    def start_application_mode(self) -> None:
        """Watches the terminal from now on."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        Thread(target=self._watch, name="terminal-watch", daemon=True).start()

    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self.fileno, 0)  # asked for nothing, it tells of a hang-up and of errors only
        while not self.exit_event.is_set():
            if poll.poll(_LOOK_UP):
                self.exit_event.set()
                self._app.call_later(self._app.exit, None, 128 + signal.SIGHUP)
                return


class QuietMouseDriver(TerminalDriver):
    """Clicks, wheel and drags are reported; a mouse that only moves sends nothing over the line."""

    def write(self, data: str) -> None:
        """Writes it, with drags asked for where Textual asks for every move."""
        super().write(data.replace(_EVERY_MOVE, _DRAGS))
