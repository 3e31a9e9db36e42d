"""The themes there are: the shipped ones and the user's, which are read again as soon as they are saved."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from textual.app import App

from engine.checking import suggest
from engine.errors import ConfigError
from themes import FOLDER
from themes.for_textual import theme_of
from themes.palette import Palette, read_folder, read_palette

#: Editors save in several steps; what comes within so many milliseconds is one change.
_SETTLED = 200


class Looks:
    """Registers themes with an app. A theme of a later folder goes over one of the same name.

    To begin with one theme is enough; `load` reads the others. `problems` then has a sentence for each file that
    cannot be used; of such a file the last good version stays.
    """

    def __init__(self, app: App[Any], folders: Sequence[Path] = ()) -> None:
        self._app = app
        self._own = folders
        self._known: dict[str, Palette] = {}
        self.problems: list[str] = []

    @property
    def names(self) -> list[str]:
        """The names of all themes, in order."""
        return sorted(self._known)

    def has(self, name: str) -> bool:
        """Whether there is a theme of this name that can be used. This is when it is read."""
        for folder in (*reversed(self._own), FOLDER):
            if name not in self._known and (folder / f"{name}.toml").is_file():
                with suppress(ConfigError):  # which `load` will tell
                    self._take(read_palette(folder / f"{name}.toml"))
        return name in self._known

    def named(self, name: str) -> str:
        """The name, if it is a theme's. Raises ConfigError."""
        if not self.has(name):
            self.load()
            raise ConfigError(f"there is no theme {name!r}{suggest(name, self._known)}")
        return name

    def after(self, name: str) -> str:
        """The name of the next theme."""
        names = self.names
        return names[(names.index(name) + 1) % len(names)]

    def load(self, *, own: bool = False) -> set[str]:
        """Reads all themes, or all of the user's `own`; returns the names of those that are new or have changed."""
        self.problems = []
        found: dict[str, Palette] = {}
        for folder in self._own if own else (FOLDER, *self._own):
            palettes, problems = read_folder(folder)
            self.problems += problems
            found |= {palette.name: palette for palette in palettes}
        changed = {name for name, palette in found.items() if self._known.get(name) != palette}
        for name in changed:
            self._take(found[name])
        return changed

    def _take(self, palette: Palette) -> None:
        self._known[palette.name] = palette
        self._app.register_theme(theme_of(palette))

    async def watch(self, say: Callable[[str, str], None]) -> None:
        """Goes on for as long as the app: a theme that is saved is shown at once, a mistake in it is said.

        `say` takes a sentence and its tone. Returns at once where there is nothing to watch.
        """
        folders = [folder for folder in self._own if folder.is_dir()]
        if not folders:
            return
        from watchfiles import awatch

        async for _ in awatch(*folders, recursive=False, debounce=_SETTLED, watch_filter=_is_theme):
            changed = self.load(own=True)
            if self._app.theme in changed:
                self._app.mutate_reactive(App.theme)
            if self.problems:
                say(self.problems[0], "bad")
            elif changed:
                say(f"Theme {', '.join(sorted(changed))} read again", "")


def _is_theme(_: object, path: str) -> bool:
    return path.endswith(".toml")
