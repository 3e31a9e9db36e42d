"""How the timeline looks. `UPDATE_SNAPSHOTS=1` accepts a new look; see tests/support/snapshots.py."""

import asyncio
from pathlib import Path

import pytest

from driftguard_tui.glyphs import Glyphs
from tests.support.console import press, settle
from tests.support.snapshots import assert_snapshot
from tests.support.timeline_console import timeline

PICTURES = Path(__file__).parents[1] / "snapshots"


def pictured(
    folder: Path, size: tuple[int, int], name: str, *keys: str, theme: str = "calm", **profile: object
) -> None:
    async def run() -> None:
        async with timeline(folder, size, theme, **profile) as (pilot, _):
            for step in keys:
                await press(pilot, *step.split())
                await settle(pilot)
            assert_snapshot(pilot.app, PICTURES, f"timeline-{name}")

    asyncio.run(run())


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (240, 60)], ids=["80x24", "120x40", "240x60"])
def test_what_bears_on_a_drift(tmp_path: Path, size: tuple[int, int]) -> None:
    pictured(tmp_path, size, f"{size[0]}x{size[1]}")


@pytest.mark.parametrize("theme", ["ansi", "paper"])
def test_everything_by_actor_and_a_range_that_is_marked(tmp_path: Path, theme: str) -> None:
    keys = "0 b b", "j j j v right right right right right right"
    pictured(tmp_path, (120, 40), f"{theme}-120x40", *keys, theme=theme)


def test_travelling_in_time(tmp_path: Path) -> None:
    pictured(tmp_path, (120, 40), "as-of-120x40", "o", "right right right right")


def test_a_record(tmp_path: Path) -> None:
    pictured(tmp_path, (80, 24), "record-80x24", "enter enter", "z")


def test_with_ascii_alone(tmp_path: Path) -> None:
    pictured(tmp_path, (80, 24), "ascii-80x24", "0", glyphs=Glyphs.ASCII)
