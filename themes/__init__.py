"""The looks of the console: one style sheet and a table of colours per theme."""

import tomllib
from pathlib import Path

from textual.theme import Theme

STYLE_SHEET = Path(__file__).with_name("console.tcss")
CALM = "calm"
ANSI = "ansi"


def load_themes() -> list[Theme]:
    """Every theme beside this file. A theme's name is its file's."""
    files = sorted(STYLE_SHEET.parent.glob("*.toml"))
    return [Theme(name=file.stem, **tomllib.loads(file.read_text("utf-8"))) for file in files]
