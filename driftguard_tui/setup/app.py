"""The console before there is a configuration."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual import on

from driftguard_tui.app import DriftGuardApp
from driftguard_tui.profiles import Profile
from driftguard_tui.session import Engine, Session
from driftguard_tui.setup.workspace import SetupWorkspace
from engine.config import FILE_NAME
from engine.discovery import Machine

if TYPE_CHECKING:
    from engine.config import Config


def set_up(config: "Config", profile: Profile | None = None) -> Path | None:
    """Lets sources be found, chosen, tried and written down; the file that was written, None when nothing was."""
    app = SetupApp(Session(config), Machine(config.base), profile)
    app.run(mouse=app.profile.mouse)
    return app.written


class SetupApp(DriftGuardApp):
    """The console with the first start as its only mode."""

    def __init__(self, engine: Engine, machine: Machine, profile: Profile | None = None) -> None:
        super().__init__(engine, profile)
        self.written: Path | None = None
        self._machine = machine
        self.add_mode(SetupWorkspace.NAME, self._begin)

    def first_mode(self) -> str:
        """This one."""
        return SetupWorkspace.NAME

    def _begin(self) -> SetupWorkspace:
        workspace = SetupWorkspace(self.engine, self._machine, self._machine.folder / FILE_NAME)
        self.opened.append(workspace)
        return workspace

    @on(SetupWorkspace.Done)
    def _done(self, event: SetupWorkspace.Done) -> None:
        """Ends; the console that follows makes the first scan."""
        self.written = event.file
        self.exit()
