"""How the console looks. `UPDATE_SNAPSHOTS=1` accepts a new look; see tests/support/snapshots.py."""

import asyncio
from pathlib import Path

import pytest

from tests.support.console import console, press, settle
from tests.support.snapshots import assert_snapshot

PICTURES = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize("theme", ["calm", "ansi"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_list_and_detail(theme: str, size: tuple[int, int]) -> None:
    async def run() -> None:
        async with console(size=size, theme=theme) as pilot:
            await press(pilot, "j")
            await settle(pilot)
            name = f"{theme}-{size[0]}x{size[1]}"
            assert_snapshot(pilot.app, PICTURES, f"{name}-list")
            await press(pilot, "enter", "pagedown")
            assert_snapshot(pilot.app, PICTURES, f"{name}-detail")

    asyncio.run(run())


@pytest.mark.parametrize(("key", "name"), [("8", "sources"), ("question_mark", "help")])
def test_the_other_screens(key: str, name: str) -> None:
    async def run() -> None:
        async with console(size=(120, 40)) as pilot:
            await press(pilot, key)
            await settle(pilot)
            assert_snapshot(pilot.app, PICTURES, name)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("keys", "name", "size"),
    [
        ("b v j j v semicolon", "groups-80x24", (80, 24)),
        ("b g v j", "groups-120x40", (120, 40)),
        ("j enter right_square_bracket right_square_bracket enter", "detail-240x60", (240, 60)),
    ],
)
def test_groups_marks_jumps_and_sections(keys: str, name: str, size: tuple[int, int]) -> None:
    async def run() -> None:
        async with console(size=size) as pilot:
            for key in ("2", *keys.split()):
                await press(pilot, key)
                await settle(pilot)
            assert_snapshot(pilot.app, PICTURES, name)

    asyncio.run(run())
