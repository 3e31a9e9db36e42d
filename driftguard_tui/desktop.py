"""What the console remembers of an estate between two starts: where one was, and how it was arranged."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import msgspec
from msgspec import Struct, field

from driftguard_tui.widgets.splits import Split
from driftguard_tui.widgets.window import Place

#: A value that a workspace may have remembered.
Remembered = str | int | float | bool | list[str] | None


class Arrangement(Struct):
    """Of one workspace: its layout, the pane that had the keys, and what it itself wants to know again."""

    preset: int = 0
    tree: str | Split | None = None
    pane: str = ""
    maximised: bool = False
    own: dict[str, Remembered] = field(default_factory=dict)


class Desktop(Struct):
    """All of it: where one was, how it looked, each workspace as it was left, and the windows over them."""

    workspace: str = ""
    theme: str = ""
    workspaces: dict[str, Arrangement] = field(default_factory=dict)
    windows: list[Place] = field(default_factory=list)

    def of(self, workspace: str) -> Arrangement:
        """What is remembered of a workspace; empty at first."""
        return self.workspaces.setdefault(workspace, Arrangement())


def load(folder: Path | None, estate: str) -> Desktop:
    """What was remembered; a new desktop where there is nothing, or nothing that can be read."""
    if folder is not None:
        with suppress(OSError, msgspec.MsgspecError):
            return msgspec.json.decode(_file(folder, estate).read_bytes(), type=Desktop)
    return Desktop()


def save(desktop: Desktop, folder: Path | None, estate: str) -> None:
    """Remembers it. What cannot be written is forgotten: a full disk must not keep the console from closing."""
    if folder is None:
        return
    with suppress(OSError):
        file = _file(folder, estate)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = file.with_suffix(f".{os.getpid()}")
        new.write_bytes(msgspec.json.format(msgspec.json.encode(desktop)))
        new.chmod(0o600)
        new.replace(file)


def raised(windows: Sequence[Place], place: Place) -> list[Place]:
    """The windows with this one on top: moved there, changed, or added."""
    return [*(window for window in windows if window.key != place.key), place]


def _file(folder: Path, estate: str) -> Path:
    return folder / "console" / f"{quote(estate, safe=' ') or 'estate'}.json"
