"""Draws the pictures of the console that the README and the docs show: `python docs/pictures.py`.

Each is the demo estate's console at a size, as SVG without fonts from elsewhere.
"""

import asyncio
import re
import tempfile
from pathlib import Path

from driftguard_tui.app import DriftGuardApp
from driftguard_tui.demo import build_demo
from driftguard_tui.profiles import Profile
from driftguard_tui.session import Session
from engine.config import bundle_config
from themes import CALM

FOLDER = Path(__file__).parent
SIZES = {"console": (120, 40), "console-80x24": (80, 24)}
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def draw(bundle: Path, store: Path, size: tuple[int, int]) -> str:
    """The screen once the demo is scanned, with a database that was opened to a stranger selected."""
    app = DriftGuardApp(Session(bundle_config(bundle), store), Profile(theme=CALM))
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        for key in "gjjj":
            await pilot.press(key)
            await pilot.pause()
        await pilot.pause(0.5)
        return _FONTS.sub("", app.export_screenshot())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bundle = build_demo(Path(folder) / "bundle")
        for name, size in SIZES.items():
            svg = asyncio.run(draw(bundle, Path(folder) / name, size))
            (FOLDER / f"{name}.svg").write_text(svg, "utf-8")


if __name__ == "__main__":
    main()
