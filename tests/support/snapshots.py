"""Pictures of screens, compared cell by cell: a few lines over Textual's own export.

Set `UPDATE_SNAPSHOTS=1` to write the pictures anew, and look at them before they are committed. A picture that does
not match is left beside the other as `NAME.new.svg` (of a text, `NAME.new.txt`).
"""

import os
import re
from pathlib import Path
from typing import Any

from textual.app import App

#: What differs from run to run, and what a picture does not need: ids, fonts from the web, clipping.
_UNSTABLE = (
    (re.compile(r"terminal-\d+-"), ""),
    (re.compile(r"@font-face \{.*?\}\s*", re.DOTALL), ""),
    (re.compile(r"<clipPath .*?</clipPath>\s*", re.DOTALL), ""),
    (re.compile(r' clip-path="[^"]*"| textLength="[^"]*"'), ""),
)


def normalised(svg: str) -> str:
    """The picture without what differs from run to run."""
    for pattern, replacement in _UNSTABLE:
        svg = pattern.sub(replacement, svg)
    return svg


def assert_snapshot(app: App[Any], folder: Path, name: str) -> None:
    """Fails unless the screen looks as in `folder/NAME.svg`."""
    _assert_same(normalised(app.export_screenshot()), folder / f"{name}.svg")


def assert_text(shown: str, folder: Path, name: str) -> None:
    """Fails unless the text on the screen is that of `folder/NAME.txt`."""
    _assert_same(shown, folder / f"{name}.txt")


def _assert_same(look: str, file: Path) -> None:
    fresh = file.with_suffix(f".new{file.suffix}")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(look, "utf-8")
    if not file.exists() or file.read_text("utf-8") != look:
        fresh.write_text(look, "utf-8")
        raise AssertionError(f"{file.stem} looks different: compare {fresh} with {file}; UPDATE_SNAPSHOTS=1 accepts it")
    fresh.unlink(missing_ok=True)
