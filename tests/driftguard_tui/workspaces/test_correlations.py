"""The workspace Correlations: heatmaps, what is behind their cells, and the origins that drifts share."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Offset
from textual.pilot import Pilot

from driftguard_tui.glyphs import Glyphs
from driftguard_tui.heatmap.drawing import HERE
from driftguard_tui.heatmap.ramp import Shade
from driftguard_tui.widgets.heatmap import Heatmap
from driftguard_tui.workspaces.correlations import CorrelationsWorkspace
from driftguard_tui.workspaces.drifts import DriftsWorkspace
from driftguard_tui.workspaces.timeline import TimelineWorkspace
from engine.store import Stores, open_stores
from tests.support.console import console, fill, press, screen, settle
from tests.support.correlations_console import A_DAY, STORM, correlations, recorded, report
from tests.support.reports import RecordedEngine
from tests.support.samples import at, make_report
from tests.support.snapshots import assert_snapshot

PICTURES = Path(__file__).parents[1] / "snapshots"


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """They are only read."""
    with recorded(tmp_path_factory.mktemp("stores")) as stores:
        yield stores


async def shown(pilot: Pilot[Any], *keys: str) -> str:
    for key in keys:
        await press(pilot, key)
    await settle(pilot)
    return screen(pilot)


async def command(pilot: Pilot[Any], typed: str) -> str:
    await press(pilot, "colon")
    await fill(pilot, typed, "enter")
    await settle(pilot)
    return screen(pilot)


def labels_under(workspace: CorrelationsWorkspace) -> tuple[str, str]:
    row, column = workspace.heatmap.place
    return workspace.heatmap.grid.rows[row], workspace.heatmap.grid.columns[column]


def drawn_at(pane: Heatmap) -> Offset:
    """Where in the pane the cell under the cursor is drawn."""
    signs = [
        Offset(x, y) for y in range(pane.size.height) for x, sign in enumerate(pane.render_line(y).text) if sign == HERE
    ]
    return signs[0]


def listed(pilot: Pilot[Any]) -> set[str]:
    """The ids that Drifts lists."""
    workspace = pilot.app.screen
    assert isinstance(workspace, DriftsWorkspace)
    return {drift.id for drift in report().drifts if _matches(workspace.filter, drift)}


def _matches(expression: str, drift: Any) -> bool:
    from driftguard_tui.filters import parse

    return parse(expression)(drift)


def test_one_begins_at_the_storm_and_is_told_what_is_behind_it(stores: Stores) -> None:
    async def run() -> None:
        async with correlations(stores) as (pilot, workspace):
            assert labels_under(workspace) == ("payments", "2026-02-27T00:00:00Z")
            page = screen(pilot)
            for expected in (
                "payments · Fri 27 Feb 2026", "beginnings", "would be usual", "◆ That stands out.", "q under 0.0001",
                "Drifts behind it  2", "critical front", "back  ingress", "more than by chance", "by count",
            ):  # fmt: skip
                assert expected in page, expected
            totals = workspace.heatmap.grid.totals
            assert sorted(totals, reverse=True) == list(totals)

    asyncio.run(run())


def test_the_cursor_goes_from_cell_to_cell_and_to_what_stands_out(stores: Stores) -> None:
    async def run() -> None:
        async with correlations(stores) as (pilot, workspace):
            row, column = workspace.heatmap.place
            page = await shown(pilot, "j", "l")
            assert workspace.heatmap.place == (row + 1, column + 1)
            assert "Sat 28 Feb 2026" in page
            await shown(pilot, "full_stop")
            assert labels_under(workspace)[0] == "payments"
            await shown(pilot, "G")
            assert workspace.heatmap.place[0] == len(workspace.heatmap.grid.rows) - 1
            await shown(pilot, "g", *["l"] * 5)
            assert workspace.heatmap.place == (0, len(workspace.heatmap.grid.columns) - 1)

    asyncio.run(run())


def test_kinds_follow_on_kinds(stores: Stores) -> None:
    async def run() -> None:
        async with correlations(stores) as (pilot, workspace):
            page = await command(pilot, "heatmap kinds")
            assert "What follows on what · within 30 min" in page
            assert labels_under(workspace) == ("alert HighLatency", "SetDesiredCapacity called by the provider")
            assert "22 of 30 times the second followed within 30 min" in page
            assert "then, 9 min later, the other" in page
            page = await shown(pilot, "b", "b", "b")
            assert "within 5 min" in page
            cell = workspace.heatmap.grid.cells.get(workspace.heatmap.place)
            assert cell is None or cell.count < 22
            page = await command(pilot, "heatmap clouds")
            assert "There is no heatmap 'clouds'; there are services, sources, kinds, source-pairs" in page

    asyncio.run(run())


def test_v_goes_through_all_heatmaps_and_s_through_all_shades(stores: Stores) -> None:
    async def run() -> None:
        async with correlations(stores) as (pilot, workspace):
            for title in ("Sources over time", "What follows on what", "Which source tells after which", "Services"):
                assert title in await shown(pilot, "v")
            assert "by times chance" in await shown(pilot, "s")
            assert "1 in 1,000" in await shown(pilot, "s")
            assert "by count" in await shown(pilot, "s")
            assert workspace.heatmap.shade is Shade.COUNT

    asyncio.run(run())


def test_enter_lists_exactly_the_drifts_behind_the_cell(stores: Stores) -> None:
    async def run() -> None:
        async with correlations(stores) as (pilot, _):
            await shown(pilot, "enter")
            assert listed(pilot) == {"d-a", "d-b"}
            await shown(pilot, "4", "k", "h", "h", "f")
            assert isinstance(pilot.app.screen, CorrelationsWorkspace), "nothing is behind that one"
            assert "No drift is behind this cell" in screen(pilot)
            await shown(pilot, "enter")
            assert pilot.app.screen.tiles.current == "cell"

    asyncio.run(run())


def test_i_shows_the_time_of_the_cell(stores: Stores) -> None:
    async def run() -> None:
        async with correlations(stores, (80, 24)) as (pilot, _):
            await shown(pilot, "i")
            timeline = pilot.app.screen
            assert isinstance(timeline, TimelineWorkspace)
            assert timeline.lanes.view.scale.shows(at(-STORM * A_DAY))
            assert not timeline.lanes.view.scale.shows(at(-20 * A_DAY))
            await shown(pilot, "4", "v", "v", "i")
            assert timeline.lanes.view.scale.shows(at(-2 * A_DAY - 180)), "the last time that it was so"

    asyncio.run(run())


def test_an_origin_lists_its_drifts(stores: Stores) -> None:
    async def run() -> None:
        async with correlations(stores) as (pilot, workspace):
            await shown(pilot, "tab", "tab")
            assert workspace.tiles.current == "groups"
            await shown(pilot, "enter")
            assert listed(pilot) == {"d-a", "d-b"}

    asyncio.run(run())


def test_the_mouse_puts_the_cursor_there_and_opens(stores: Stores) -> None:
    async def run() -> None:
        async with correlations(stores) as (pilot, workspace):
            pane = workspace.heatmap
            row, column = pane.place
            inside = pane.content_region.offset - pane.region.offset
            first = drawn_at(pane)
            await pilot.click(pane, offset=inside + first + (-1, 1))
            await settle(pilot)
            assert pane.place == (row + 1, column - 1)
            await pilot.click(pane, offset=inside + first)
            await settle(pilot)
            await pilot.click(pane, offset=inside + first, times=2)
            await settle(pilot)
            assert isinstance(pilot.app.screen, DriftsWorkspace)

    asyncio.run(run())


def test_what_was_looked_at_is_known_again(stores: Stores) -> None:
    async def run() -> None:
        async with correlations(stores) as (pilot, workspace):
            await shown(pilot, "v", "v", "s", "h", "h")
            kept, place = workspace.remember(), labels_under(workspace)
        async with console(RecordedEngine(report())) as pilot:
            fresh = CorrelationsWorkspace(RecordedEngine())
            fresh.recall(kept)
            assert fresh.remember() == kept
            assert (kept["heatmap"], kept["shade"], (kept["row"], kept["column"])) == ("kinds", "times chance", place)
            fresh.recall({"heatmap": "gone", "shade": 7, "window": "x", "row": None})
            assert fresh.remember()["heatmap"] == "kinds"

    asyncio.run(run())


def test_in_the_past_only_what_had_happened_is_counted(stores: Stores) -> None:
    async def run() -> None:
        async with correlations(stores) as (pilot, workspace):
            before = sum(workspace.heatmap.grid.totals)
            pilot.app.engine.past = [make_report("old", -10 * A_DAY)]  # type: ignore[attr-defined]
            await pilot.app.travel(at(-10 * A_DAY))  # type: ignore[attr-defined]
            await settle(pilot)
            assert sum(workspace.heatmap.grid.totals) < before
            begun = map(datetime.fromisoformat, workspace.heatmap.grid.columns)
            assert max(begun) <= at(-10 * A_DAY)

    asyncio.run(run())


def test_without_stores_and_without_history_it_says_so(tmp_path: Path) -> None:
    async def run() -> None:
        async with console(RecordedEngine(report())) as pilot:
            assert "Nothing is recorded here" in await shown(pilot, "4")
            assert "There is no cell under the cursor" in await shown(pilot, "f")
        engine = RecordedEngine(make_report("s1", 0))
        with open_stores(tmp_path) as engine.stores:
            engine.stores.record_scan(make_report("s1", 0))
            async with console(engine) as pilot:
                page = await shown(pilot, "4")
                assert "Too little history" in page
                assert "nothing was recorded that names a service" in page or "nothing yet" in page

    asyncio.run(run())


def test_shown_to_a_room_nobody_is_named(stores: Stores) -> None:
    async def run() -> None:
        async with correlations(stores, (240, 60), presenter=True) as (pilot, _):
            page = screen(pilot)
            assert "Events  57" in page
            assert "anna.keller" not in page
            assert "person-" in page

    asyncio.run(run())


class Slow(RecordedEngine):
    """An engine whose stores answer when `hold` is set."""

    async def read(self, query: Callable[[Any], Any]) -> Any:
        """Waits."""
        await self.hold.wait()
        return await super().read(query)


def test_keys_answer_while_the_history_is_read(stores: Stores) -> None:
    async def run() -> None:
        engine = Slow(report())
        engine.stores = stores
        async with console(engine) as pilot:
            engine.hold.clear()
            page = await press(pilot, "4", "v", "j", "enter")
            assert "Sources over time" in page
            assert "reading …" in page
            engine.hold.set()
            await settle(pilot)
            workspace = pilot.app.screen
            assert isinstance(workspace, CorrelationsWorkspace)
            assert "trail" in workspace.heatmap.grid.rows

    asyncio.run(run())


def pictured(stores: Stores, size: tuple[int, int], name: str, *keys: str, **options: Any) -> None:
    async def run() -> None:
        async with correlations(stores, size, **options) as (pilot, _):
            await shown(pilot, *keys)
            assert_snapshot(pilot.app, PICTURES, f"correlations-{name}")

    asyncio.run(run())


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (240, 60)], ids=["80x24", "120x40", "240x60"])
def test_how_it_looks(stores: Stores, size: tuple[int, int]) -> None:
    pictured(stores, size, f"{size[0]}x{size[1]}")


def test_how_pairs_look_in_sixteen_colours(stores: Stores) -> None:
    pictured(stores, (120, 40), "ansi-120x40", "v", "v", "s", theme="ansi")


def test_how_it_looks_with_ascii_alone(stores: Stores) -> None:
    pictured(stores, (80, 24), "ascii-80x24", glyphs=Glyphs.ASCII)
