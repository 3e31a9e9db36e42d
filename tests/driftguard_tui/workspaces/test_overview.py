"""The workspace Overview: what is seen at one glance, and where its keys lead."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from textual.pilot import Pilot

from driftguard_tui import labels
from driftguard_tui.app import DriftGuardApp
from driftguard_tui.workspaces.drifts import DriftsWorkspace
from engine.model import CauseGroup, GroupOrigin, Level
from engine.store import Stores, open_stores
from tests.support.console import console, press, screen, settle
from tests.support.reports import AS_OF, RecordedEngine, a_report
from tests.support.snapshots import assert_snapshot

PICTURES = Path(__file__).parent.parent / "snapshots"


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path) as stores:
        yield stores


def drifts(pilot: Pilot[Any]) -> DriftsWorkspace:
    assert isinstance(pilot.app, DriftGuardApp)
    assert isinstance(pilot.app.workspace, DriftsWorkspace)
    return pilot.app.workspace


def recorded(stores: Stores) -> RecordedEngine:
    """An engine whose report is recorded, and groups two of its drifts."""
    report = a_report()
    report = structs.replace(
        report,
        scan=structs.replace(report.scan, estate="shop-prod"),
        groups=(
            CauseGroup(
                "g1", GroupOrigin.SESSION, "anna", tuple(drift.id for drift in report.drifts[:2]), Level.CRITICAL, 2
            ),
        ),
    )
    stores.record_scan(report)
    engine = RecordedEngine(report)
    engine.stores = stores
    return engine


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (240, 60)])
def test_the_worst_drift_is_a_key_away(size: tuple[int, int]) -> None:
    async def run() -> None:
        async with console(size=size) as pilot:
            await press(pilot, "1")
            await settle(pilot)
            worst = max(a_report().drifts, key=lambda drift: drift.severity.score)
            await press(pilot, "enter")
            await settle(pilot)
            assert drifts(pilot).list.selected == worst
            assert drifts(pilot).tiles.current == "detail"
            assert labels.CAUSES[worst.cause.category] in screen(pilot)

    asyncio.run(run())


def test_numbers_lists_and_a_chart_are_there_without_a_store() -> None:
    async def run() -> None:
        async with console() as pilot:
            await press(pilot, "1")
            await settle(pilot)
            shown = screen(pilot)
            for part in ("open", "covered", "Severity and cause", "Worst drifts", "Origins they share", "Coverage"):
                assert part in shown
            assert "✗ 1 failed" in shown

    asyncio.run(run())


def test_what_was_recorded_is_shown_while_the_first_scan_runs(stores: Stores) -> None:
    async def run() -> None:
        engine = recorded(stores)
        engine.hold.clear()
        async with console(engine) as pilot:
            await press(pilot, "1")
            await settle(pilot)
            shown = screen(pilot)
            assert f"{len(a_report().drifts)} open" in shown
            assert "◆ critical" in shown
            assert "reading" in shown, "and the scan goes on"
            engine.hold.set()

    asyncio.run(run())


def test_before_anything_is_known_it_shows_where_the_scan_is() -> None:
    async def run() -> None:
        engine = RecordedEngine()
        engine.hold.clear()
        async with console(engine, size=(80, 24)) as pilot:
            await press(pilot, "1")
            shown = screen(pilot)
            assert "nothing is known yet" in shown
            assert "prod-state" in shown
            engine.hold.set()

    asyncio.run(run())


def test_a_severity_leads_to_its_drifts() -> None:
    async def run() -> None:
        async with console() as pilot:
            await press(pilot, "1", "tab")
            workspace: Any = pilot.app.screen
            workspace.tiles.go_to("counts")
            await press(pilot, "j", "enter")
            await settle(pilot)
            assert drifts(pilot).filter == "severity:high"
            assert {drift.severity.level for drift in drifts(pilot).list.drifts} == {Level.HIGH}

    asyncio.run(run())


def test_an_origin_leads_to_its_drifts(stores: Stores) -> None:
    async def run() -> None:
        engine = recorded(stores)
        async with console(engine) as pilot:
            await press(pilot, "1")
            await settle(pilot)
            workspace: Any = pilot.app.screen
            workspace.tiles.go_to("groups")
            await press(pilot, "enter")
            await settle(pilot)
            assert {drift.id for drift in drifts(pilot).list.drifts} == {drift.id for drift in a_report().drifts[:2]}

    asyncio.run(run())


def test_what_is_new_since_the_last_visit(stores: Stores, tmp_path: Path) -> None:
    async def run() -> None:
        engine = recorded(stores)
        engine.folder = tmp_path
        async with console(engine, theme=None) as pilot:
            await press(pilot, "1")
            await settle(pilot)
            assert "first visit" in screen(pilot)
        known = a_report()
        later = AS_OF + timedelta(hours=1)
        scan = structs.replace(known.scan, id="s2", as_of=later, estate="shop-prod")
        new = structs.replace(known.drifts[0], id="fresh", detected_at=later)
        engine.finds = structs.replace(known, scan=scan, drifts=(new, *known.drifts))
        stores.record_scan(engine.finds)
        async with console(engine, theme=None) as pilot:
            await settle(pilot)
            assert "1 new" in screen(pilot)
            assert "in 1 h" in screen(pilot)

    asyncio.run(run())


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (240, 60)], ids=["80x24", "120x40", "240x60"])
def test_how_it_looks(stores: Stores, size: tuple[int, int]) -> None:
    async def run() -> None:
        async with console(recorded(stores), size=size) as pilot:
            await press(pilot, "1")
            await settle(pilot)
            assert_snapshot(pilot.app, PICTURES, f"overview-{size[0]}x{size[1]}")

    asyncio.run(run())
