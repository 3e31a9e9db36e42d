"""A theme as Textual wants it: its base colours, and variables for the style sheet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from themes.palette import Palette, tones

#: Textual's names for what is ours by another.
_BASE = {
    "primary": "accent", "secondary": "muted", "accent": "accent", "warning": "severity-medium", "error": "bad",
    "success": "good", "foreground": "foreground", "background": "background", "surface": "surface", "panel": "panel",
    "boost": "panel",
}  # fmt: skip
#: Textual's variables that follow from our colours.
_DERIVED = {
    "scrollbar": "frame", "scrollbar-hover": "muted", "scrollbar-active": "frame-focus",
    "scrollbar-background": "background", "scrollbar-background-hover": "background",
    "scrollbar-background-active": "background",
}  # fmt: skip


@dataclass
class TonedTheme(Theme):
    """A theme that says how each tone looks as well: the many pieces of a drawn line need no style sheet."""

    tones: Mapping[str, Style] = field(default_factory=dict)


def theme_of(palette: Palette) -> TonedTheme:
    """The theme. The style sheet has each colour as `$NAME` with its style as `$NAME-style`."""
    said = palette.variables
    base: dict[str, Any] = {name: said.get(name, palette.colors[color]) for name, color in _BASE.items()}
    variables = {
        **{name: palette.colors[color] for name, color in _DERIVED.items()},
        **{name: color for name, color in palette.colors.items() if name not in _BASE},
        **{f"{name}-style": palette.styles.get(name, "none") for name in palette.colors},
        **{name: value for name, value in said.items() if name not in _BASE},
    }
    return TonedTheme(
        name=palette.name,
        dark=palette.dark,
        ansi=palette.ansi,
        variables=variables,
        tones=dict(_looks(palette)),
        **base,
    )


def _looks(palette: Palette) -> Iterator[tuple[str, Style]]:
    for name, tone in tones().items():
        color = Color.parse(palette.colors[tone.color]).rich_color
        yield name, Style(color=color) + Style.parse(palette.style(name))
