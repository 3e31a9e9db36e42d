"""Driving the console in a test: keys in, lines of the screen out."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from driftguard_tui.app import DriftGuardApp
from driftguard_tui.profiles import Profile
from tests.support.reports import RecordedEngine
from tests.support.rest import is_settling


@asynccontextmanager
async def console(
    engine: RecordedEngine | None = None,
    size: tuple[int, int] = (120, 40),
    theme: str | None = "calm",
    **profile: Any,
) -> AsyncIterator[Pilot[Any]]:
    """The console on an engine, its first scan done unless the engine holds it; `profile` are fields of a Profile.

    It begins with the drifts, unless a workspace is given, or the engine has a folder in which one is remembered.
    """
    if engine is None or engine.folder is None:
        profile.setdefault("workspace", "drifts")
    app = DriftGuardApp(engine or RecordedEngine(), Profile(theme=theme or "", **profile))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield pilot


async def settle(pilot: Pilot[Any]) -> None:
    """Waits until nothing is under way: messages, the scan, the timeline of the selected drift; however long it takes.

    What an engine holds is not waited for.
    """
    await pilot.pause()
    while is_settling(pilot.app):
        await asyncio.sleep(0.005)
        await pilot.pause()


async def until(pilot: Pilot[Any], enough: Callable[[], bool], seconds: float = 60) -> None:
    """Waits for what a thread or another process brings about. Fails with the screen when it does not come."""
    ends_at = time.monotonic() + seconds
    while not enough():
        assert time.monotonic() < ends_at, f"it did not come about:\n{screen(pilot)}"
        await pilot.pause(0.01)


async def press(pilot: Pilot[Any], *keys: str) -> str:
    """Presses keys and returns what the screen then shows."""
    await pilot.press(*keys)
    return screen(pilot)


async def fill(pilot: Pilot[Any], typed: str, *keys: str) -> str:
    """Types a text into the open prompt at one go, as a terminal pastes it, then presses keys."""
    field = pilot.app.screen.query_one(Input)
    field.insert_text_at_cursor(typed)
    await pilot.pause()
    return await press(pilot, *keys)


def screen(pilot: Pilot[Any]) -> str:
    """The screen as text, line by line."""
    compositor = pilot.app.screen._compositor
    strips = compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)
