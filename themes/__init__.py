"""The looks of the console: style sheets, and a table of colours per theme from which the shell's output takes its
colours as well. README.md says how to make a theme.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from themes.for_textual import TonedTheme

FOLDER = Path(__file__).parent
STYLE_SHEET = FOLDER / "console.tcss"
STYLE_SHEET_OVER = FOLDER / "over.tcss"
CALM = "calm"
ANSI = "ansi"


def load_themes() -> "list[TonedTheme]":
    """Every theme beside this file, as Textual wants them. A theme's name is its file's."""
    from themes.for_textual import theme_of
    from themes.palette import read_folder

    return [theme_of(palette) for palette in read_folder(FOLDER)[0]]
