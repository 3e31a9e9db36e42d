"""The workspace Timeline, by its keys."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from driftguard_tui.glyphs import Glyphs
from driftguard_tui.workspaces.timeline import TimelineWorkspace
from tests.support.console import fill, press, screen, settle
from tests.support.samples import at
from tests.support.timeline_console import timeline

Scene = Callable[[Pilot[Any], TimelineWorkspace], Awaitable[None]]


def played(folder: Path, scene: Scene, size: tuple[int, int] = (120, 40)) -> None:
    async def run() -> None:
        async with timeline(folder, size) as (pilot, workspace):
            await scene(pilot, workspace)

    asyncio.run(run())


def lane(pilot: Pilot[Any], name: str) -> str:
    """What the first row of a lane shows."""
    return next(row for row in screen(pilot).split("\n") if row.startswith(f"│ {name}"))


def test_one_begins_with_the_selected_drift_and_what_bears_on_it(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any], workspace: TimelineWorkspace) -> None:
        shown = screen(pilot)
        assert "by source" in shown
        assert "▼ 2 Mar 11:3" in shown, "the cursor is on the change"
        assert "a: 2 h until it was found" in lane(pilot, "this drift")
        assert "■ INC-42 checkout slow ━" in lane(pilot, "incidents")
        assert "▲ HighLatency checkout ━" in lane(pilot, "alerts")
        assert "evidence: the change: anna.ke…" in shown

    played(tmp_path, scene)


def test_zooming_keeps_the_time_under_the_cursor_and_panning_moves_it(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any], workspace: TimelineWorkspace) -> None:
        lanes = workspace.lanes
        before = lanes.view
        await press(pilot, "plus", "plus")
        await settle(pilot)
        assert lanes.view.scale.width < before.scale.width
        assert lanes.view.column == before.column
        assert lanes.view.cursor <= at(-30) < lanes.view.cursor + before.scale.width
        await press(pilot, "underscore", "underscore")
        assert lanes.view.scale == before.scale
        await press(pilot, "pagedown")
        assert lanes.view.scale.start > before.scale.start
        await press(pilot, "0")
        await settle(pilot)
        assert lanes.view.scale.shows(at(-300))
        await press(pilot, "a")
        assert lanes.view.scale.width <= before.scale.width

    played(tmp_path, scene)


def test_the_cursor_goes_from_event_to_event_of_its_lane(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any], workspace: TimelineWorkspace) -> None:
        while "lane" not in (workspace.lanes.lane or "") and workspace.lanes.lane != "source:trail":
            await press(pilot, "j")
        await press(pilot, "comma")
        await settle(pilot)
        start, end = workspace.lanes.view.span
        assert any(start <= moment < end for moment in (at(-31), at(-30)))
        await press(pilot, "full_stop", "full_stop")
        await settle(pilot)
        assert workspace.lanes.view.cursor > at(-30)
        await press(pilot, "end", "full_stop")
        await settle(pilot)
        assert "Nothing later in trail" in screen(pilot)

    played(tmp_path, scene)


def test_a_marked_range_is_zoomed_into_or_lists_the_drifts_that_came_about_in_it(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any], workspace: TimelineWorkspace) -> None:
        shown = await press(pilot, "v", *["right"] * 9)
        assert "▼ 2 Mar 11:30 – 2 Mar 11:50, 20 min" in shown
        await press(pilot, "enter")
        await settle(pilot)
        scale = workspace.lanes.view.scale
        assert workspace.lanes.view.brush is None
        assert scale.shows(at(-30))
        assert scale.end - scale.start < timedelta(hours=1)
        await press(pilot, "home", "v", "end", "f")
        await settle(pilot)
        assert pilot.app.screen.id == "drifts"
        assert "after:2026-03-02T" in screen(pilot)
        assert "~ a " in screen(pilot)

    played(tmp_path, scene)


def test_a_range_is_given_up_with_escape(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any], workspace: TimelineWorkspace) -> None:
        await press(pilot, "v", "right", "escape")
        assert workspace.lanes.view.brush is None
        assert "Mark a range first" in await press(pilot, "f")

    played(tmp_path, scene)


def test_the_whole_desktop_travels_to_the_cursor_and_back(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any], workspace: TimelineWorkspace) -> None:
        shown = await press(pilot, "o")
        assert "As of 2 Mar 2026 11:3" in shown
        assert "the scan of 2 Mar 2026 07:00 UTC" in shown
        assert "┃ as of here" in shown or "▼" in shown
        shown = await press(pilot, "2")
        assert "~ c " in shown, "what was known then"
        await press(pilot, "3", "O")
        shown = await press(pilot, "2")
        assert "~ a " in shown

    played(tmp_path, scene)


def test_a_record_is_read_as_it_is_stored(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any], workspace: TimelineWorkspace) -> None:
        await press(pilot, "enter")
        assert workspace.tiles.current == "under-cursor"
        while workspace.details.selected and "AuthorizeSecurity" not in workspace.details.selected.what:
            await press(pilot, "j")
        await press(pilot, "enter")
        await settle(pilot)
        await press(pilot, "z")
        shown = screen(pilot)
        assert '"token": "(redacted)"' in shown
        assert "PlatformEngineer" in shown
        await press(pilot, "z", "escape")
        assert not workspace.details.is_reading
        await press(pilot, "escape")
        assert workspace.tiles.current == "lanes"

    played(tmp_path, scene)


def test_lanes_go_by_another_field_and_the_filter_leaves_some(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any], workspace: TimelineWorkspace) -> None:
        shown = await press(pilot, "b", "b", "0")
        await settle(pilot)
        assert "by actor" in shown
        assert "anna.keller" in screen(pilot)
        await press(pilot, "slash")
        await fill(pilot, "actor:ci", "enter")
        await settle(pilot)
        shown = screen(pilot)
        assert "ci-deploy" in shown
        assert "│ anna.keller" not in shown
        assert "actor:ci" in shown.split("\n")[-2]
        await press(pilot, "escape")
        await settle(pilot)
        assert "│ anna.keller" in screen(pilot)

    played(tmp_path, scene)


def test_calls_that_only_read_come_when_asked_for(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any], workspace: TimelineWorkspace) -> None:
        def calls() -> int:
            return sum(lane.total for lane in workspace.lanes.shown if lane.id == "source:trail")

        before = calls()
        await press(pilot, "e")
        await settle(pilot)
        assert calls() > before

    played(tmp_path, scene)


def test_a_metric_lies_below_the_lanes_its_shift_marked(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any], workspace: TimelineWorkspace) -> None:
        assert "latency checkout" in screen(pilot)
        await press(pilot, "s")
        await settle(pilot)
        assert "latency checkout" not in screen(pilot)

    played(tmp_path, scene)


def test_the_mouse_zooms_puts_the_cursor_and_marks_a_range(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any], workspace: TimelineWorkspace) -> None:
        lanes = workspace.lanes
        await pilot.click(lanes, offset=(60, 6))
        before = lanes.view
        assert lanes.view.column == 60 - 2 - 22
        await pilot._post_mouse_events([MouseScrollUp], lanes, offset=(60, 6))
        assert lanes.view.scale.width < before.scale.width
        await pilot.mouse_down(lanes, offset=(60, 6))
        await pilot.hover(lanes, offset=(70, 6))
        await pilot.mouse_up(lanes, offset=(70, 6))
        assert lanes.view.brush is not None
        assert lanes.view.column - lanes.view.scale.column(lanes.view.brush) == 10

    from textual.events import MouseScrollUp

    played(tmp_path, scene)


def test_where_one_looked_is_found_again(tmp_path: Path) -> None:
    async def run() -> None:
        async with timeline(tmp_path) as (pilot, workspace):
            await press(pilot, "plus", "b", "j", "left", "left")
            await settle(pilot)
            seen, lane = workspace.lanes.view, workspace.lanes.lane
        async with timeline(tmp_path) as (pilot, workspace):
            assert "by kind" in screen(pilot)
            assert workspace.lanes.view.cursor == seen.cursor
            assert workspace.lanes.view.scale.width == seen.scale.width
            assert workspace.lanes.lane == lane

    asyncio.run(run())


def test_without_a_store_the_drift_and_its_evidence_are_shown(tmp_path: Path) -> None:
    async def run() -> None:
        from tests.support.console import console

        async with console() as pilot:
            await press(pilot, "3")
            await settle(pilot)
            assert "until it was found" in screen(pilot)

    asyncio.run(run())


def test_people_are_masked_where_it_is_shown_to_a_room(tmp_path: Path) -> None:
    async def run() -> None:
        async with timeline(tmp_path, presenter=True) as (pilot, _):
            by_source = screen(pilot)
            await press(pilot, "b", "b")
            await settle(pilot)
            by_actor = screen(pilot)
            assert "by actor" in by_actor
            assert "anna" not in by_source + by_actor
            assert "person-" in by_actor.split("T I M E L I N E")[1]

    asyncio.run(run())


def test_it_is_drawn_with_ascii_alone(tmp_path: Path) -> None:
    async def run() -> None:
        async with timeline(tmp_path, glyphs=Glyphs.ASCII) as (pilot, _):
            assert screen(pilot).isascii()

    asyncio.run(run())


def test_a_small_terminal_says_how_many_lanes_are_not_shown(tmp_path: Path) -> None:
    async def scene(pilot: Pilot[Any], workspace: TimelineWorkspace) -> None:
        await press(pilot, "b", "b", "b")
        await settle(pilot)
        shown = screen(pilot)
        assert all(len(row) <= 80 for row in shown.split("\n"))
        assert "by operation" in shown

    played(tmp_path, scene, (80, 24))
