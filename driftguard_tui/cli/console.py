"""Opens the console where there is a terminal, and prints the report where there is none."""

import gc
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from driftguard_tui.cli.options import is_terminal
from driftguard_tui.cli.status import IN_SYNC

if TYPE_CHECKING:
    from engine.config import Config
    from engine.preferences import Preferences

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--theme", metavar="NAME", help="Begin with this theme."),
    click.option(
        "--themes", type=click.Path(path_type=Path), metavar="DIR", help="A folder of themes beside your own."
    ),
    click.option("--ascii/--unicode", "ascii", default=None, help="Draw with ASCII only, or with everything."),
    click.option("--mouse/--no-mouse", default=None, help="Take the mouse, or leave it to the terminal."),
    click.option("--ssh/--no-ssh", default=None, help="Spare a slow line; so it does over SSH anyway."),
    click.option("--readonly", is_flag=True, default=None, help="Refuse everything that changes something."),
    click.option(
        "--presenter", is_flag=True, default=None, help="Show it to a room: wide, people and accounts masked."
    ),
)


def with_console_options(command: Command) -> Command:
    """Adds the console's options to a command and passes them on as `wanted`."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        from engine.preferences import Preferences

        wanted = Preferences(**{name: kwargs.pop(name) for name in _NAMES})
        return command(*args, wanted=wanted, **kwargs)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value]


_NAMES = ("theme", "themes", "ascii", "mouse", "ssh", "readonly", "presenter")


def open_or_print(config: "Config", store: Path | None, wanted: "Preferences") -> int:
    """The exit status of the console, or of the scan. The console reads standard input and draws on standard error."""
    if is_terminal() and sys.stdin.isatty() and sys.stderr.isatty():
        return _open(config, store, wanted)
    from driftguard_tui.cli.scanning import scan_and_print

    return scan_and_print(config, store)


def _open(config: "Config", store: Path | None, wanted: "Preferences") -> int:
    from driftguard_tui.profiles import SLOW_FRAMES, profile
    from engine.config import load_config, user_folder

    found = profile(wanted.over(config.console), user_folder() / "themes")
    if found.slow:
        os.environ.setdefault("TEXTUAL_FPS", str(SLOW_FRAMES))  # Textual asks once, when it is imported
    if config.file is None and not config.sources:
        from driftguard_tui.setup.app import set_up

        written = set_up(config, found)
        if written is None:
            click.echo("driftguard: everything is as it was; `driftguard demo` shows a made-up company", err=True)
            return IN_SYNC
        config = load_config(written)
    gc.disable()  # until the first frame is out: next to nothing that is made on the way to it can go again
    from driftguard_tui.app import run_console

    return run_console(config, store, found)
