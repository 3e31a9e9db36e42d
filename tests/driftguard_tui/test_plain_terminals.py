"""The console on terminals that can draw less."""

import asyncio
from typing import Any

from textual.pilot import Pilot

from driftguard_tui.glyphs import Glyphs
from driftguard_tui.workspaces import WORKSPACES
from tests.support.console import console, fill, press, settle
from tests.support.reports import RecordedEngine, a_report, hostile_drifts


def written(pilot: Pilot[Any]) -> str:
    """What the terminal gets, borders and scrollbars included."""
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in pilot.app.screen._compositor.render_strips()
    )


async def every_screen(pilot: Pilot[Any]) -> list[str]:
    shown = []
    for place in WORKSPACES:
        await press(pilot, place.key)
        await pilot.pause()
        shown.append(written(pilot))
        for keys in (("j", "enter"), ("w",), ("z",), ("z", "x", "escape")):
            await press(pilot, *keys)
            shown.append(written(pilot))
    for keys in (("question_mark",), ("escape", "m"), ("escape", "colon")):
        await press(pilot, *keys)
        await pilot.pause()
        shown.append(written(pilot))
    await fill(pilot, "café")
    shown.append(written(pilot))
    return shown


def test_in_ascii_no_byte_is_above_0x7e() -> None:
    async def run() -> None:
        size = (120, 40)
        report = a_report((*a_report().drifts, *hostile_drifts()))
        async with console(RecordedEngine(report), size, glyphs=Glyphs.ASCII) as pilot:
            for shown in await every_screen(pilot):
                assert {character for character in shown if not "\n" <= character <= "\x7e"} == set()
                assert all(len(row) == size[0] for row in shown.split("\n"))

    asyncio.run(run())


def test_in_ascii_severities_and_panes_are_still_told_apart() -> None:
    async def run() -> None:
        async with console(glyphs=Glyphs.ASCII) as pilot:
            await press(pilot, "2")
            await settle(pilot)
            shown = written(pilot)
            for word in ("! critical", "^ high", "* medium", "o low", "+- ", "| "):
                assert word in shown

    asyncio.run(run())


def test_linux_console_gets_square_corners() -> None:
    async def run() -> None:
        async with console(glyphs=Glyphs.LINUX) as pilot:
            shown = written(pilot)
            assert "┌" in shown
            assert "╭" not in shown

    asyncio.run(run())
