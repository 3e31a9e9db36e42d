"""Pictures of screens, compared cell by cell: what is written on them, and in which colours.

A picture is kept as text: the screen's lines; then, for each line, how many cells are in which look (`a12b3` is twelve
cells in the look `a` and three in `b`); then what each look is in each theme. A theme changes colours alone, so one
file tells of all of them.

Set `UPDATE_SNAPSHOTS=1` to write the pictures anew, and look at them before they are committed. A picture that does
not match is left beside the other as `NAME.new.txt`, and as `NAME.new.svg` to be looked at.
"""

import os
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from string import ascii_letters
from typing import Any, NamedTuple

from rich.color import ANSI_COLOR_NAMES, Color
from rich.segment import Segment
from rich.style import Style
from textual.app import App

_RULE = "─" * 12
_SIXTEEN = {number: name for name, number in reversed(ANSI_COLOR_NAMES.items()) if number < 16}


class Picture(NamedTuple):
    """A screen's lines, and the look of each of its cells."""

    lines: Sequence[str]
    looks: Sequence[Sequence[str]]


def picture(app: App[Any]) -> Picture:
    """The screen as it is now."""
    strips = app.screen._compositor.render_strips()
    return Picture(
        ["".join(segment.text for segment in strip).rstrip() for strip in strips],
        [[look for segment in strip for look in _cells(segment)] for strip in strips],
    )


def assert_snapshot(app: App[Any], folder: Path, name: str) -> None:
    """Fails unless the screen looks as in `folder/NAME.txt`."""
    _assert_same(written({app.theme: picture(app)}), folder / f"{name}.txt", app)


def assert_snapshots(pictures: Mapping[str, Picture], folder: Path, name: str, app: App[Any]) -> None:
    """Fails unless the screen, of which there is a picture in each of some themes, looks as in `folder/NAME.txt`."""
    _assert_same(written(pictures), folder / f"{name}.txt", app)


def assert_text(shown: str, folder: Path, name: str, app: App[Any]) -> None:
    """Fails unless the text on the screen is that of `folder/NAME.txt`."""
    _assert_same(shown, folder / f"{name}.txt", app)


def written(pictures: Mapping[str, Picture]) -> str:
    """One screen in some themes, as text. Its layout has to be the same in each."""
    first, *others = pictures.values()
    assert all(other.lines == first.lines for other in others), "a theme changes the layout"
    rows = [list(zip(*looks, strict=True)) for looks in zip(*(each.looks for each in pictures.values()), strict=True)]
    names = {look: _name(number) for number, look in enumerate(dict.fromkeys(look for row in rows for look in row))}
    runs = ["".join(f"{names[look]}{len(list(run))}" for look, run in groupby(row)) for row in rows]
    legend = [f"{name:<2} {' │ '.join(f'{said:<28}' for said in look).rstrip()}" for look, name in names.items()]
    themes = f"   {' │ '.join(f'{theme:<28}' for theme in pictures).rstrip()}"
    return "\n".join([*first.lines, _RULE, *runs, _RULE, themes, *legend, ""])


def _cells(segment: Segment) -> list[str]:
    return [_look(segment.style or Style.null())] * segment.cell_length


def _look(style: Style) -> str:
    """Foreground, background and what else there is, in a few words."""
    more = [name for name in ("bold", "dim", "italic", "underline", "reverse", "strike") if getattr(style, name)]
    return " ".join((_color(style.color), "on", _color(style.bgcolor), *more))


def _color(color: Color | None) -> str:
    """The terminal's own colours by their names, others as they are mixed."""
    return "default" if color is None else _SIXTEEN.get(-1 if color.number is None else color.number, color.name)


def _name(number: int) -> str:
    """a to z and A to Z, then aa, ab …"""
    tens, ones = divmod(number, len(ascii_letters))
    return (_name(tens - 1) if tens else "") + ascii_letters[ones]


def _assert_same(look: str, file: Path, app: App[Any]) -> None:
    fresh, drawing = file.with_suffix(".new.txt"), file.with_suffix(".new.svg")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(look, "utf-8")
    if not file.exists() or file.read_text("utf-8") != look:
        fresh.write_text(look, "utf-8")
        drawing.write_text(app.export_screenshot(), "utf-8")
        raise AssertionError(f"{file.stem} looks different: compare {fresh} with {file}; UPDATE_SNAPSHOTS=1 accepts it")
    fresh.unlink(missing_ok=True)
    drawing.unlink(missing_ok=True)
