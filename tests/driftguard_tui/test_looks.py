"""Every workspace at every size in three themes, and in ASCII. `UPDATE_SNAPSHOTS=1` accepts a new look.

What a theme changes is colour, never the layout: a picture holds the colours of all of them; in ASCII it is text.
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from driftguard_tui import text
from driftguard_tui.glyphs import Glyphs, drawn
from driftguard_tui.widgets import request_list
from driftguard_tui.workspaces import WORKSPACES
from tests.support import company
from tests.support.console import console, press, screen, settle
from tests.support.reports import AS_OF
from tests.support.snapshots import Picture, assert_snapshots, assert_text, picture

LOOKS = Path(__file__).parent / "snapshots" / "looks"
THEMES = ("calm", "calm-light", "high-contrast", "ansi")

sizes = pytest.mark.parametrize("size", [(80, 24), (120, 40), (240, 60)], ids=lambda size: f"{size[0]}x{size[1]}")


@pytest.fixture(autouse=True)
def _as_of_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told in `5 min` is told of the time of the report."""
    monkeypatch.setattr(request_list, "now", lambda: AS_OF)


async def in_each_theme(pilot: Pilot[Any]) -> dict[str, Picture]:
    """The screen in one theme after the other; at the end in the one as before."""
    pictures: dict[str, Picture] = {}
    before = pilot.app.theme
    for theme in (*THEMES, before):
        pilot.app.theme = theme
        await pilot.pause()
        pictures[theme] = picture(pilot.app)
    return pictures


@sizes
def test_every_workspace_in_each_theme(tmp_path: Path, size: tuple[int, int]) -> None:
    async def run() -> None:
        with company.recorded(tmp_path) as stores:
            async with console(company.an_engine(stores), size=size) as pilot:
                for place in WORKSPACES:
                    await press(pilot, place.key)
                    await settle(pilot)
                    name = f"{place.name}-{size[0]}x{size[1]}"
                    assert_snapshots(await in_each_theme(pilot), LOOKS, name, pilot.app)

    asyncio.run(run())


@sizes
def test_every_workspace_in_ascii(tmp_path: Path, size: tuple[int, int]) -> None:
    async def run() -> None:
        with company.recorded(tmp_path) as stores:
            async with console(company.an_engine(stores), size=size, glyphs=Glyphs.ASCII) as pilot:
                for place in WORKSPACES:
                    await press(pilot, place.key)
                    await settle(pilot)
                    lines = drawn(screen(pilot), Glyphs.ASCII).split("\n")
                    assert len(lines) == size[1]
                    assert {text.width(line) for line in lines} == {size[0]}, f"{place.name} fills its lines exactly"
                    assert "".join(lines).isascii(), place.name
                    name = f"{place.name}-{size[0]}x{size[1]}-ascii"
                    assert_text("\n".join(line.rstrip() for line in lines) + "\n", LOOKS, name, pilot.app)

    asyncio.run(run())
