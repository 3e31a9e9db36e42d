"""The workspace Estate: the tree, what is under its cursor, and where its keys lead."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from textual.pilot import Pilot

from driftguard_tui import text
from driftguard_tui.app import DriftGuardApp
from driftguard_tui.workspaces.estate import EstateWorkspace
from engine.model import SENSITIVE
from engine.store import Stores, open_stores
from tests.support.console import console, fill, press, screen, settle
from tests.support.reports import RecordedEngine
from tests.support.sample_report import HOSTILE, hostile_drift
from tests.support.samples import at, make_drift, make_report
from tests.support.small_estate import ACCOUNT, EUROPE, GROUP, ROLE, declared, live, recorded
from tests.support.snapshots import assert_snapshot

PICTURES = Path(__file__).parent.parent / "snapshots"


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path / "store") as stores:
        yield stores


def an_engine(stores: Stores, folder: Path | None = None) -> RecordedEngine:
    """An engine whose last scan found the small estate."""
    engine = RecordedEngine(recorded(stores), estate="", folder=folder)
    engine.stores = stores
    return engine


def estate(pilot: Pilot[Any]) -> EstateWorkspace:
    assert isinstance(pilot.app, DriftGuardApp)
    assert isinstance(pilot.app.workspace, EstateWorkspace)
    return pilot.app.workspace


def under_cursor(pilot: Pilot[Any]) -> tuple[str | None, ...]:
    node = estate(pilot).tree_pane.node
    assert node is not None
    return node.path


async def opened(pilot: Pilot[Any]) -> None:
    await press(pilot, "5")
    await settle(pilot)


def test_the_tree_opens_node_by_node_down_to_a_drift(stores: Stores) -> None:
    async def run() -> None:
        async with console(an_engine(stores)) as pilot:
            await opened(pilot)
            await press(pilot, "c", "g", "right", "right", "right", "right", "right")
            await settle(pilot)
            await press(pilot, "right")
            await settle(pilot)
            assert under_cursor(pilot) == (EUROPE, "", "aws_security_group", GROUP.address)
            assert "◆ critical" in screen(pilot)
            await press(pilot, "enter")
            await settle(pilot)
            assert pilot.app.current_mode == "drifts"
            assert "sg-1" in screen(pilot)

    asyncio.run(run())


def test_left_closes_and_goes_up(stores: Stores) -> None:
    async def run() -> None:
        async with console(an_engine(stores)) as pilot:
            await opened(pilot)
            assert under_cursor(pilot)[-1] == GROUP.address, "where the selected drift is"
            await press(pilot, "h", "h", "h", "h")
            assert under_cursor(pilot) == (EUROPE, "")
            await press(pilot, "h", "h")
            assert under_cursor(pilot) == (EUROPE,)
            assert len(estate(pilot).tree_pane.items) == 3
            await press(pilot, "o")
            assert (EUROPE, "", "aws_security_group") in [row.node.path for row in estate(pilot).tree_pane.items]
            await press(pilot, "c")
            assert len(estate(pilot).tree_pane.items) == 3

    asyncio.run(run())


def test_a_filter_leaves_what_matches_and_esc_brings_all_back(stores: Stores) -> None:
    async def run() -> None:
        async with console(an_engine(stores)) as pilot:
            await opened(pilot)
            await press(pilot, "slash")
            await fill(pilot, "scope:cluster", "enter")
            await settle(pilot)
            assert [row.node.path for row in estate(pilot).tree_pane.items] == [("prod-cluster",)]
            await press(pilot, "escape")
            await settle(pilot)
            assert len(estate(pilot).tree_pane.items) > 1

    asyncio.run(run())


def test_what_did_not_drift_is_left_out_and_a_node_leads_to_its_drifts(stores: Stores) -> None:
    async def run() -> None:
        async with console(an_engine(stores)) as pilot:
            await opened(pilot)
            await press(pilot, "d", "g")
            assert (f"{ACCOUNT}/global",) not in [row.node.path for row in estate(pilot).tree_pane.items]
            await press(pilot, "f")
            await settle(pilot)
            workspace: Any = pilot.app.screen
            assert {drift.id for drift in workspace.list.drifts} == {"open", "gone", "stray"}

    asyncio.run(run())


def test_the_details_of_a_node_count_what_is_below_it(stores: Stores) -> None:
    async def run() -> None:
        async with console(an_engine(stores)) as pilot:
            await opened(pilot)
            shown = await press(pilot, "g")
            assert "3 drifts" in shown
            assert "not in code" in shown

    asyncio.run(run())


def test_a_resource_shows_both_sides_then_and_now(stores: Stores) -> None:
    async def run() -> None:
        globally = f"{ACCOUNT}/global"
        stores.record_scan(make_report("s0", -60), [declared(ROLE, path="/"), live(ROLE, globally, Path="/old")])
        report = structs.replace(make_report("s1", 0, make_drift("role", resource=ROLE)))
        stores.record_scan(report, [declared(ROLE, path="/"), live(ROLE, globally, Path="/new", Key=SENSITIVE)])
        engine = RecordedEngine(report, estate="")
        engine.stores = stores
        async with console(engine, size=(160, 50)) as pilot:
            await opened(pilot)
            await press(pilot, "o")
            await settle(pilot)
            await press(pilot, "G", "l")
            await settle(pilot)
            shown = screen(pilot)
            assert "/new" in shown
            assert "/old" in shown, "as what changed"
            assert SENSITIVE in shown
            assert "live changed" in shown
            shown = await press(pilot, "left_square_bracket")
            assert "/new" not in shown
            assert "▶ 2 Mar 2026 11:00 UTC" in shown
            assert "no earlier version" in await press(pilot, "left_square_bracket")

    asyncio.run(run())


def test_a_drift_that_was_selected_elsewhere_is_gone_to(stores: Stores) -> None:
    async def run() -> None:
        async with console(an_engine(stores)) as pilot:
            await opened(pilot)
            await press(pilot, "2", "j", "j", "5")
            await settle(pilot)
            assert under_cursor(pilot) == (EUROPE, None, "aws_instance", "i-9")

    asyncio.run(run())


def test_hostile_names_are_text(stores: Stores) -> None:
    async def run() -> None:
        drift = hostile_drift()
        report = make_report("s1", 0, drift)
        stores.record_scan(report, [declared(drift.resource, **{HOSTILE: HOSTILE}), live(drift.resource, x=HOSTILE)])
        engine = RecordedEngine(report, estate="")
        engine.stores = stores
        async with console(engine, size=(80, 24)) as pilot:
            for keys in (("1",), ("5",), ("o",), ("l",), ("G",)):
                await press(pilot, *keys)
                await settle(pilot)
                shown = screen(pilot)
                assert "\x1b" not in shown
                assert {text.width(line) for line in shown.split("\n")} == {80}

    asyncio.run(run())


def test_without_a_store_it_says_so() -> None:
    async def run() -> None:
        async with console() as pilot:
            await opened(pilot)
            assert "Nothing is recorded here" in screen(pilot)

    asyncio.run(run())


def test_an_earlier_time_has_its_own_tree(stores: Stores) -> None:
    async def run() -> None:
        engine = an_engine(stores)
        past = make_report("s0", -60)
        stores.record_scan(past, [declared(GROUP), live(GROUP)])
        engine.past = [past]
        async with console(engine) as pilot:
            await opened(pilot)
            app: Any = pilot.app
            await app.travel(at(-30))
            await settle(pilot)
            await press(pilot, "c")
            assert [row.node.path for row in estate(pilot).tree_pane.items] == [(EUROPE,)]
            assert "1 declared" in screen(pilot)

    asyncio.run(run())


def test_what_was_open_is_open_at_the_next_start(stores: Stores, tmp_path: Path) -> None:
    async def run() -> None:
        engine = an_engine(stores, tmp_path)
        async with console(engine, theme=None) as pilot:
            await opened(pilot)
            await press(pilot, "o", "d")
            await settle(pilot)
            before = [row.node.path for row in estate(pilot).tree_pane.items]
        async with console(engine, theme=None) as pilot:
            await settle(pilot)
            await settle(pilot)
            assert [row.node.path for row in estate(pilot).tree_pane.items] == before

    asyncio.run(run())


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (240, 60)], ids=["80x24", "120x40", "240x60"])
def test_how_it_looks(stores: Stores, size: tuple[int, int]) -> None:
    async def run() -> None:
        async with console(an_engine(stores), size=size) as pilot:
            await opened(pilot)
            await press(pilot, "o")
            await settle(pilot)
            assert_snapshot(pilot.app, PICTURES, f"estate-{size[0]}x{size[1]}")

    asyncio.run(run())
