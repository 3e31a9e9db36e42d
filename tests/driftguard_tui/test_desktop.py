"""The console as a desktop: workspaces, panes, windows, menus, and what is remembered of them."""

import asyncio
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from driftguard_tui import desktop
from driftguard_tui.app import DriftGuardApp
from driftguard_tui.workspaces import WORKSPACES
from driftguard_tui.workspaces.drifts import DriftsWorkspace
from engine.model import Drift
from tests.support.console import console, fill, press, screen, settle
from tests.support.reports import RecordedEngine


def the_app(pilot: Pilot[Any]) -> DriftGuardApp:
    assert isinstance(pilot.app, DriftGuardApp)
    return pilot.app


def drifts(pilot: Pilot[Any]) -> DriftsWorkspace:
    workspace = the_app(pilot).workspace
    assert isinstance(workspace, DriftsWorkspace)
    return workspace


def test_each_workspace_is_a_key_away_from_each_other() -> None:
    async def run() -> None:
        async with console() as pilot:
            for one in WORKSPACES:
                for other in WORKSPACES:
                    await press(pilot, one.key, other.key)
                    assert the_app(pilot).current_mode == other.name
            await press(pilot, "2", "8", "minus")
            assert the_app(pilot).current_mode == "drifts", "the workspace before"

    asyncio.run(run())


def test_a_click_on_a_tab_goes_there() -> None:
    async def run() -> None:
        async with console() as pilot:
            at = screen(pilot).split("\n")[0].index("Sources")
            await pilot.click(offset=(at + 2, 0))
            assert the_app(pilot).current_mode == "sources"

    asyncio.run(run())


def test_panes_are_resized_maximised_and_laid_out_anew() -> None:
    async def run() -> None:
        async with console(size=(160, 40)) as pilot:
            tiles = drifts(pilot).tiles
            first = drifts(pilot).list.size.width
            await press(pilot, "greater_than_sign")
            assert drifts(pilot).list.size.width > first
            await press(pilot, "less_than_sign", "less_than_sign")
            assert drifts(pilot).list.size.width < first
            await press(pilot, "equals_sign")
            assert drifts(pilot).list.size.width == first
            await press(pilot, "z")
            assert tiles.is_alone("list")
            await press(pilot, "z", "p")
            assert drifts(pilot).list.region.width == 160, "the second layout has them above each other"
            assert drifts(pilot).detail.region.y > drifts(pilot).list.region.y

    asyncio.run(run())


def test_a_border_is_dragged() -> None:
    async def run() -> None:
        async with console(size=(160, 40)) as pilot:
            body = drifts(pilot).list.region
            await pilot.mouse_down(offset=(body.right - 1, body.y + 5))
            await pilot.hover(offset=(body.right + 19, body.y + 5))
            await pilot.mouse_up(offset=(body.right + 19, body.y + 5))
            await pilot.pause()
            assert abs(drifts(pilot).list.region.right - (body.right + 20)) <= 1

    asyncio.run(run())


def test_a_drift_is_torn_off_and_kept_beside_another() -> None:
    async def run() -> None:
        async with console(size=(160, 40)) as pilot:
            await press(pilot, "w")
            await settle(pilot)
            [window] = drifts(pilot).windows
            assert "invoices" in str(window.border_title)
            assert drifts(pilot).window is window, "it has the keys"
            await press(pilot, "W", "j", "w")
            await settle(pilot)
            assert len(drifts(pilot).windows) == 2
            before = drifts(pilot).windows[-1].region
            await press(pilot, "alt+right", "alt+down", "shift+right", "shift+down")
            after = drifts(pilot).windows[-1].region
            assert (after.x, after.y) == (before.x + 4, before.y + 2)
            assert (after.width, after.height) == (before.width + 4, before.height + 2)
            await press(pilot, "8")
            await settle(pilot)
            assert len(the_app(pilot).workspace.windows) == 2, "they stay over every workspace"
            await press(pilot, "2", "x")
            await settle(pilot)
            assert len(drifts(pilot).windows) == 1
            assert "go to a window first" in (await press(pilot, "alt+left")).lower() or drifts(pilot).window

    asyncio.run(run())


def test_windows_are_moved_resized_and_closed_with_the_mouse() -> None:
    async def run() -> None:
        async with console(size=(160, 40)) as pilot:
            await press(pilot, "w")
            await settle(pilot)
            [window] = drifts(pilot).windows
            at = window.region
            await pilot.mouse_down(offset=(at.x + 10, at.y))
            await pilot.hover(offset=(at.x + 20, at.y + 3))
            await pilot.mouse_up(offset=(at.x + 20, at.y + 3))
            await settle(pilot)
            moved = drifts(pilot).windows[0].region
            assert (moved.x, moved.y) == (at.x + 10, at.y + 3)
            await pilot.mouse_down(offset=(moved.right - 1, moved.bottom - 1))
            await pilot.hover(offset=(moved.right + 7, moved.bottom + 2))
            await pilot.mouse_up(offset=(moved.right + 7, moved.bottom + 2))
            await settle(pilot)
            grown = drifts(pilot).windows[0].region
            assert (grown.width, grown.height) == (moved.width + 8, moved.height + 3)
            await pilot.click(offset=(grown.right - 8, grown.bottom - 1))
            await settle(pilot)
            assert drifts(pilot).windows == []

    asyncio.run(run())


def test_windows_stay_on_a_screen_that_shrinks() -> None:
    async def run() -> None:
        async with console(size=(160, 40)) as pilot:
            await press(pilot, "w", *("alt+right",) * 30)
            await settle(pilot)
            await pilot.resize_terminal(80, 24)
            await settle(pilot)
            [window] = drifts(pilot).windows
            assert window.region.right <= 80
            assert window.region.bottom <= 24

    asyncio.run(run())


def test_the_menus_show_what_there_is_and_do_it() -> None:
    async def run() -> None:
        async with console() as pilot:
            shown = await press(pilot, "m")
            await settle(pilot)
            shown = screen(pilot)
            assert "Confirm the cause, or say which it was" in shown
            assert "No scan is running" in shown, "what cannot be had says why"
            await press(pilot, "left", "enter")
            await settle(pilot)
            assert "Menu" not in screen(pilot)
            await press(pilot, "m", "escape")
            await settle(pilot)
            assert "Menu" not in screen(pilot)
            await press(pilot, "g", "j")
            assert drifts(pilot).list.cursor == 1, "the keys are back in the list"

    asyncio.run(run())


def test_the_desktop_is_as_it_was_left(tmp_path: Path) -> None:
    chosen: list[Drift | None] = []

    async def leave() -> None:
        async with console(RecordedEngine(folder=tmp_path), size=(160, 40), workspace="drifts") as pilot:
            await press(pilot, "slash")
            await fill(pilot, "severity:high", "enter")
            await press(pilot, "A", "j", "j", "greater_than_sign", "w", "t")
            await settle(pilot)
            chosen.append(drifts(pilot).list.selected)
            await press(pilot, "W", "8")

    async def come_back() -> None:
        async with console(RecordedEngine(folder=tmp_path), size=(160, 40), theme=None) as pilot:
            assert the_app(pilot).current_mode == "sources"
            await settle(pilot)
            assert len(the_app(pilot).workspace.windows) == 1
            await press(pilot, "2")
            await settle(pilot)
            assert drifts(pilot).filter == "severity:high"
            assert drifts(pilot).list.selected == chosen[0]
            assert drifts(pilot).remember()["order"] == "actor"
            assert drifts(pilot).tiles.splits != drifts(pilot).LAYOUTS[0]
            assert the_app(pilot).theme != "calm"

    asyncio.run(leave())
    asyncio.run(come_back())
    assert desktop.load(tmp_path, "shop-prod").workspace == "drifts"
    assert desktop.load(tmp_path, "another-estate") == desktop.Desktop()


def test_what_cannot_be_read_any_more_is_no_reason_to_fail(tmp_path: Path) -> None:
    folder = tmp_path / "console"
    folder.mkdir()
    (folder / "shop-prod.json").write_text('{"workspace": 7, "windows": [')

    async def run() -> None:
        async with console(RecordedEngine(folder=tmp_path)) as pilot:
            assert "invoices" in screen(pilot)

    asyncio.run(run())


def test_the_desktop_moves_in_time() -> None:
    async def run() -> None:
        engine = RecordedEngine()
        async with console(engine) as pilot:
            report = engine.report
            assert report is not None
            from msgspec.structs import replace

            engine.past = [replace(report, drifts=report.drifts[:2])]
            await the_app(pilot).travel(report.scan.as_of)
            assert len(drifts(pilot).list.drifts) == 2
            assert "As of" in screen(pilot)
            await press(pilot, "asterisk")
            assert len(drifts(pilot).list.drifts) == 34

    asyncio.run(run())
