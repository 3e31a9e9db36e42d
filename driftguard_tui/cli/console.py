"""Opens the console where there is a terminal, and prints the report where there is none."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from driftguard_tui.cli.options import is_terminal

if TYPE_CHECKING:
    from engine.config import Config


def open_or_print(config: "Config", store: Path | None) -> int:
    """The exit status of the console, or of the scan."""
    if is_terminal() and sys.stdin.isatty():
        from driftguard_tui.app import DriftGuardApp
        from driftguard_tui.session import Session

        app = DriftGuardApp(Session(config, store))
        app.run()
        return app.return_code or 0
    from driftguard_tui.cli.scanning import scan_and_print

    return scan_and_print(config, store)
