"""Draws the pictures of the console that the README and the docs show: `python docs/pictures.py`.

Each is the demo estate's console at a size, after some keys, as SVG without fonts from elsewhere.
"""

import asyncio
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from driftguard_tui.app import DriftGuardApp
from driftguard_tui.demo import build_demo
from driftguard_tui.profiles import Profile
from driftguard_tui.session import Session
from engine.config import bundle_config

FOLDER = Path(__file__).parent
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


class Picture(NamedTuple):
    """One picture: the file's name, how large, in which theme, and the keys that lead to it."""

    name: str
    size: tuple[int, int]
    theme: str
    keys: Sequence[str]


PICTURES = (
    Picture("overview", (120, 40), "calm", "1"),
    Picture("console", (120, 40), "calm", "2gjjj"),
    Picture("console-80x24", (80, 24), "calm-light", "2gjjj"),
    Picture("timeline", (120, 40), "dusk", "2gjjj3a"),
    Picture("correlations", (120, 40), "calm", "4"),
    Picture("estate", (120, 40), "paper", "2gjjj5"),
    Picture("requests", (120, 40), "calm", ("2", "g", "f", "enter", "6")),
)


async def draw(bundle: Path, store: Path, picture: Picture) -> str:
    """The screen once the demo is scanned and the keys are pressed."""
    session = Session(bundle_config(bundle), store)
    session.user = "anna"
    app = DriftGuardApp(session, Profile(theme=picture.theme))
    async with app.run_test(size=picture.size) as pilot:
        while app.report is None:
            await pilot.pause(0.2)
        for key in picture.keys:
            await pilot.press(key)
            await pilot.pause(0.5)
        await pilot.pause(2)
        return _FONTS.sub("", app.export_screenshot())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bundle = build_demo(Path(folder) / "bundle")
        for picture in PICTURES:
            svg = asyncio.run(draw(bundle, Path(folder) / picture.name, picture))
            (FOLDER / f"{picture.name}.svg").write_text(svg, "utf-8")


if __name__ == "__main__":
    main()
