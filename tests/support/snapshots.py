"""Pictures of screens, compared cell by cell: a few lines over Textual's own export.

Set `UPDATE_SNAPSHOTS=1` to write the pictures anew, and look at them before they are committed. A picture that does
not match is left beside the other as `NAME.new.svg`.
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
    picture = normalised(app.export_screenshot())
    file = folder / f"{name}.svg"
    fresh = file.with_suffix(".new.svg")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        folder.mkdir(exist_ok=True)
        file.write_text(picture, "utf-8")
    if not file.exists() or file.read_text("utf-8") != picture:
        fresh.write_text(picture, "utf-8")
        raise AssertionError(f"{name} looks different: compare {fresh} with {file}; UPDATE_SNAPSHOTS=1 accepts it")
    fresh.unlink(missing_ok=True)
