"""Copying: with the system's own tool, else through the terminal (OSC 52), else into a file."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

#: Terminals drop longer sequences without a word.
OSC52_BYTES = 75_000
_PATIENCE = 2.0

_TOOLS = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
)


def copy(text: str, through_terminal: Callable[[str], None], environ: Mapping[str, str] = os.environ) -> str:
    """Copies the text and says how: `with wl-copy`, `through the terminal`, `to FILE`. Blocks for two seconds at most.

    Over SSH the system's tool would fill the clipboard of the wrong machine, so the terminal is asked.
    """
    for command in _commands(environ):
        if _run(command, text):
            return f"with {command[0]}"
    if len(text.encode()) <= OSC52_BYTES:
        through_terminal(text)
        return "through the terminal (OSC 52)"
    return f"to {_write(text)}"


def _commands(environ: Mapping[str, str]) -> list[tuple[str, ...]]:
    if "SSH_CONNECTION" in environ or "SSH_TTY" in environ:
        return []
    if sys.platform == "darwin":
        return [("pbcopy",)]
    if sys.platform == "win32":
        return [("clip",)]
    return [command for variable, command in _TOOLS if environ.get(variable)]


def _run(command: tuple[str, ...], text: str) -> bool:
    program = shutil.which(command[0])
    if program is None:
        return False
    try:
        done = subprocess.run(  # noqa: S603 - the program is one of the table above, the text goes to its input
            [program, *command[1:]],
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _write(text: str) -> Path:
    descriptor, name = tempfile.mkstemp(prefix="driftguard-", suffix=".txt", text=True)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return Path(name)
