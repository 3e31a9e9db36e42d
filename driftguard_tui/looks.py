"""The themes there are: the shipped ones and the user's, which are read again as soon as they are saved."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from textual.app import App

from engine.checking import suggest
from engine.errors import ConfigError
from themes import FOLDER
from themes.for_textual import theme_of
from themes.palette import Palette, read_folder

#: Editors save in several steps; what comes within so many milliseconds is one change.
_SETTLED = 200


class Looks:
    """Registers themes with an app. A theme of a later folder goes over one of the same name.

    `problems` has a sentence for each file that cannot be used; of such a file the last good version stays.
    """

    def __init__(self, app: App[Any], folders: Sequence[Path] = ()) -> None:
        self._app = app
        self._folders = folders
        self._known: dict[str, Palette] = {}
        self.problems: list[str] = []
        self.load((FOLDER, *folders))

    @property
    def names(self) -> list[str]:
        """The names of all themes, in order."""
        return sorted(self._known)

    def named(self, name: str) -> str:
        """The name, if it is a theme's. Raises ConfigError."""
        if name not in self._known:
            raise ConfigError(f"there is no theme {name!r}{suggest(name, self._known)}")
        return name

    def after(self, name: str) -> str:
        """The name of the next theme."""
        names = self.names
        return names[(names.index(name) + 1) % len(names)]

    def load(self, folders: Sequence[Path]) -> set[str]:
        """Reads the themes of these folders and returns the names of those that are new or have changed."""
        changed: set[str] = set()
        self.problems = []
        for folder in folders:
            palettes, problems = read_folder(folder)
            self.problems += problems
            for palette in palettes:
                if self._known.get(palette.name) != palette:
                    self._known[palette.name] = palette
                    self._app.register_theme(theme_of(palette))
                    changed.add(palette.name)
        return changed

    async def watch(self, say: Callable[[str, str], None]) -> None:
        """Goes on for as long as the app: a theme that is saved is shown at once, a mistake in it is said.

        `say` takes a sentence and its tone. Returns at once where there is nothing to watch.
        """
        folders = [folder for folder in self._folders if folder.is_dir()]
        if not folders:
            return
        from watchfiles import awatch

        async for _ in awatch(*folders, recursive=False, debounce=_SETTLED, watch_filter=_is_theme):
            changed = self.load(self._folders)
            if self._app.theme in changed:
                self._app.mutate_reactive(App.theme)
            if self.problems:
                say(self.problems[0], "bad")
            elif changed:
                say(f"Theme {', '.join(sorted(changed))} read again", "")


def _is_theme(_: object, path: str) -> bool:
    return path.endswith(".toml")
