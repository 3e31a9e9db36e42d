"""A terminal driver that is told of the mouse only while a button is held."""

from textual.drivers.linux_driver import LinuxDriver

_EVERY_MOVE = "\x1b[?1003"
_DRAGS = "\x1b[?1002"


class QuietMouseDriver(LinuxDriver):
    """Clicks, wheel and drags are reported; a mouse that only moves sends nothing over the line."""

    def write(self, data: str) -> None:
        """Writes it, with drags asked for where Textual asks for every move."""
        super().write(data.replace(_EVERY_MOVE, _DRAGS))
