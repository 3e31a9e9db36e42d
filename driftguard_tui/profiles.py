"""How the console is to behave on this terminal: what was asked for, else what fits."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from driftguard_tui.glyphs import Glyphs, fitting
from engine.preferences import Preferences
from themes import ANSI, CALM

#: Frames a second over a slow line.
SLOW_FRAMES = 15
_SSH = ("SSH_CONNECTION", "SSH_TTY")
#: Words in the names of terminals that have 256 colours or more.
_COLOURFUL = ("256color", "direct", "kitty", "alacritty", "ghostty", "wezterm", "foot")


class Profile(Struct, frozen=True, kw_only=True):
    """What the console goes by.

    `theme` is the one asked for; `fitting_theme` is taken where there is none, and none is remembered. `themes` are
    folders beside the shipped themes, of which a later one goes over an earlier one. `slow` spares a slow line: fewer
    frames, no mouse motion. `workspace` is where to begin, whatever was left last.
    """

    workspace: str = ""
    theme: str = ""
    fitting_theme: str = CALM
    themes: tuple[Path, ...] = ()
    glyphs: Glyphs = Glyphs.UNICODE
    mouse: bool = True
    slow: bool = False
    read_only: bool = False
    presenter: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)


def profile(
    wanted: Preferences,
    own_themes: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
) -> Profile:
    """The profile for these preferences on this terminal. `own_themes` is the folder of the user's own themes."""
    said = {True: Glyphs.ASCII, False: Glyphs.UNICODE, None: fitting(environ, platform)}
    return Profile(
        theme=wanted.theme or "",
        fitting_theme=fitting_theme(environ),
        themes=tuple(folder for folder in (own_themes, wanted.themes) if folder is not None),
        glyphs=said[wanted.ascii],
        mouse=wanted.mouse is not False,
        slow=any(name in environ for name in _SSH) if wanted.ssh is None else wanted.ssh,
        read_only=bool(wanted.readonly),
        presenter=bool(wanted.presenter),
        keys=wanted.keys,
    )


def fitting_theme(environ: Mapping[str, str] = os.environ) -> str:
    """The theme for this terminal: one of RGB where it has at least 256 colours, else of its own sixteen."""
    term = environ.get("TERM", "")
    colourful = environ.get("COLORTERM") in ("truecolor", "24bit") or any(word in term for word in _COLOURFUL)
    return CALM if (colourful or "WT_SESSION" in environ) and not environ.get("NO_COLOR") else ANSI
