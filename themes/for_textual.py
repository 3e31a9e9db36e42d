"""A theme as Textual wants it: its base colours, and variables for the style sheet."""

from collections.abc import Iterator
from typing import Any

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


def theme_of(palette: Palette) -> Theme:
    """The theme. The style sheet has each colour as `$NAME` with its style as `$NAME-style`, and the tones' looks."""
    said = palette.variables
    base: dict[str, Any] = {name: said.get(name, palette.colors[color]) for name, color in _BASE.items()}
    variables = {
        **{name: palette.colors[color] for name, color in _DERIVED.items()},
        **{name: color for name, color in palette.colors.items() if name not in _BASE},
        **dict(_styles(palette)),
        **{name: value for name, value in said.items() if name not in _BASE},
    }
    return Theme(name=palette.name, dark=palette.dark, ansi=palette.ansi, variables=variables, **base)


def tone_css() -> str:
    """The style sheet's part on tones: a component class for each."""
    return "\n".join(
        f".tone--{name} {{ color: ${look.color}; text-style: $tone-{name}-style; }}" for name, look in tones().items()
    )


def _styles(palette: Palette) -> Iterator[tuple[str, str]]:
    for name in palette.colors:
        yield f"{name}-style", palette.styles.get(name, "none")
    for tone in tones():
        yield f"tone-{tone}-style", palette.style(tone) or "none"
