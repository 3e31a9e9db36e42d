"""Tones as Rich wants them, for what the shell's commands print."""

from functools import cache

from themes import ANSI
from themes.palette import shipped, tones


@cache
def rich_style(tone: str) -> str:
    """The style of a tone (`bold bright_red`), from the theme of the terminal's own colours.

    Nothing else can be read for sure on the terminal's own background, which nobody knows.
    """
    palette = shipped(ANSI)
    color = palette.colors[tones()[tone].color].removeprefix("ansi_")
    return " ".join(part for part in (palette.style(tone), "" if color == "default" else color) if part)
