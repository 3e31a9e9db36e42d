"""How the console ends when it is not asked to: with its terminal, or at an error of its own."""

import asyncio
import signal
import sys
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text
    from textual.app import App


def end_with_terminal(app: "App[None]") -> None:
    """Has it end in good order when the terminal goes or the machine stops: Textual would be killed half-way."""
    for name in ("SIGHUP", "SIGTERM"):
        number = getattr(signal, name, None)
        if number is not None and sys.platform != "win32":
            asyncio.get_running_loop().add_signal_handler(number, app.exit, None, 128 + number)


def where_it_broke(error: BaseException | None) -> "Text":
    """The errors by their types, and where each came from.

    Never a value: a local variable or a message may hold a secret.
    """
    from rich.text import Text

    lines = ["DriftGuard stopped because of an error of its own. Please report this:"]
    while error is not None:
        lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"    {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        error = error.__cause__
    return Text("\n".join(lines))
