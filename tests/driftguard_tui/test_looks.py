"""Every workspace at every size, as text and in ASCII; and in themes beside the one that the other pictures have.

What a theme changes is colour, never the layout: so the layouts are kept as text, once with each set of glyphs.
"""

import asyncio
from pathlib import Path

import pytest

from driftguard_tui import text
from driftguard_tui.glyphs import Glyphs, drawn
from driftguard_tui.workspaces import WORKSPACES
from tests.support.console import console, press, screen, settled
from tests.support.snapshots import assert_snapshot, assert_text

LOOKS = Path(__file__).parent / "snapshots" / "looks"
SIZES = [(80, 24), (120, 40), (240, 60)]


@pytest.mark.parametrize("glyphs", [Glyphs.UNICODE, Glyphs.ASCII])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_workspace_has_its_layout(size: tuple[int, int], glyphs: Glyphs) -> None:
    async def run() -> None:
        async with console(size=size, glyphs=glyphs) as pilot:
            for place in WORKSPACES:
                await press(pilot, place.key)
                await settled(pilot)
                lines = drawn(screen(pilot), glyphs).split("\n")
                assert len(lines) == size[1]
                assert {text.width(line) for line in lines} == {size[0]}, f"{place.name} fills its lines exactly"
                assert glyphs is Glyphs.UNICODE or "".join(lines).isascii(), place.name
                name = f"{place.name}-{size[0]}x{size[1]}{'-ascii' if glyphs is Glyphs.ASCII else ''}"
                assert_text("\n".join(line.rstrip() for line in lines) + "\n", LOOKS, name)

    asyncio.run(run())


@pytest.mark.parametrize("theme", ["calm-light", "ansi"])
def test_every_workspace_in_other_colours(theme: str) -> None:
    async def run() -> None:
        async with console(size=(80, 24), theme=theme) as pilot:
            for place in WORKSPACES:
                await press(pilot, place.key)
                await settled(pilot)
                assert_snapshot(pilot.app, LOOKS, f"{place.name}-80x24-{theme}")

    asyncio.run(run())
