"""Opens the console where there is a terminal, and prints the report where there is none."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from driftguard_tui.cli.options import is_terminal

if TYPE_CHECKING:
    from engine.config import Config


def open_or_print(config: "Config", store: Path | None) -> int:
    """The exit status of the console, or of the scan. The console reads standard input and draws on standard error."""
    if is_terminal() and sys.stdin.isatty() and sys.stderr.isatty():
        from driftguard_tui.app import run_console

        return run_console(config, store)
    from driftguard_tui.cli.scanning import scan_and_print

    return scan_and_print(config, store)
