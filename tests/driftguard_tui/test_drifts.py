"""The list and the detail with keys: marks, groups, columns, jumps, claims and versions."""

import asyncio
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from driftguard_tui.workspaces.drifts import DriftsWorkspace
from engine.model import Category, EventKind, Evidence
from engine.store import open_stores
from tests.support.console import console, fill, press, screen, settle, until
from tests.support.reports import RecordedEngine
from tests.support.samples import at, make_drift, make_event, make_report, make_state


def drifts(pilot: Pilot[Any]) -> DriftsWorkspace:
    found = pilot.app.screen_stack[0]
    assert isinstance(found, DriftsWorkspace)
    return found


async def command(pilot: Pilot[Any], typed: str) -> str:
    await press(pilot, "colon")
    await fill(pilot, typed, "enter")
    await settle(pilot)
    return screen(pilot)


def test_marks_are_set_one_by_one_by_range_and_all_at_once() -> None:
    async def run() -> None:
        async with console() as pilot:
            await press(pilot, "2", "v")
            assert "1 marked · 2 of 34" in screen(pilot)
            assert "4 marked" in await press(pilot, "j", "j", "V")
            assert "marked" not in await press(pilot, "u")
            await command(pilot, "filter severity:critical")
            assert "3 marked" in await press(pilot, "a")
            assert "✓ ◆ critical" in screen(pilot)
            assert "3 marked" in await press(pilot, "escape"), "a filter that goes leaves the marks"

    asyncio.run(run())


def test_a_cause_is_confirmed_of_all_marked_drifts_after_one_question() -> None:
    async def run() -> None:
        engine = RecordedEngine()
        async with console(engine) as pilot:
            await press(pilot, "2", "v", "v", "c")
            assert "for 2 marked drifts" in screen(pilot)
            await press(pilot, *["backspace"] * 30)
            await fill(pilot, "emergency_fix", "enter")
            await settle(pilot)
            assert "Confirmed as emergency fix: 2 drifts" in screen(pilot)
            assert [given.category for given in engine.confirmed] == [Category.EMERGENCY_FIX] * 2

    asyncio.run(run())


def test_a_fix_of_many_is_asked_for_with_their_number() -> None:
    async def run() -> None:
        async with console() as pilot:
            shown = await press(pilot, "2", "a", "f")
            assert "Fix 34 marked drifts" in shown
            assert "what is recommended most for each" in shown
            await press(pilot, "enter")
            await settle(pilot)
            assert "Nothing is recorded here" in screen(pilot)

    asyncio.run(run())


def test_groups_open_and_close_and_the_cursor_keeps_its_drift() -> None:
    async def run() -> None:
        async with console() as pilot:
            await press(pilot, "2", "j")
            chosen = drifts(pilot).list.drift
            shown = await press(pilot, "b")
            assert "Drifts · by cause" in shown
            assert "▾ emergency fix" in shown
            assert drifts(pilot).list.drift == chosen
            closed = await press(pilot, "h", "h")
            assert "▸ emergency fix" in closed
            assert drifts(pilot).list.heading is not None
            assert "▾ emergency fix" in await press(pilot, "l")
            await press(pilot, "e")
            assert len(drifts(pilot).list.items) == len(drifts(pilot).list.listing.headings)
            assert "There is no group 'colour'" in await command(pilot, "group colour")
            assert "by " not in (await command(pilot, "group none")).split("\n")[3]

    asyncio.run(run())


def test_columns_are_chosen_in_their_order() -> None:
    async def run() -> None:
        async with console(size=(240, 40)) as pilot:
            await press(pilot, "2", "z")
            titles = (await command(pilot, "columns scope resource id severity")).split("\n")
            row = next(line for line in titles if "scope" in line and "severity ▼" in line)
            assert row.index("scope") < row.index("resource") < row.index(" id ") < row.index("severity")
            assert drifts(pilot).remember()["columns"] == ["scope", "resource", "id", "severity"]
            assert "There is no column 'colour'" in await command(pilot, "columns colour")
            assert "change" in await command(pilot, "columns")

    asyncio.run(run())


def test_a_letter_jumps_to_its_row_and_escape_leaves() -> None:
    async def run() -> None:
        async with console(size=(120, 24)) as pilot:
            await press(pilot, "2", "semicolon", "d")
            assert drifts(pilot).list.cursor == 2
            await press(pilot, "semicolon", "escape", "j")
            assert drifts(pilot).list.cursor == 3
            await pilot.resize_terminal(120, 60)
            await settle(pilot)
            await press(pilot, "semicolon", "a", "d")
            assert drifts(pilot).list.cursor == 2, "two letters where there are more rows than letters"

    asyncio.run(run())


def test_sections_close_and_stay_closed() -> None:
    async def run() -> None:
        async with console() as pilot:
            assert "TEMP incident 4711" in await press(pilot, "2", "j", "tab")
            shown = await press(pilot, "right_square_bracket", "enter")
            assert "▸" in shown
            assert "TEMP incident 4711" not in shown
            assert drifts(pilot).remember()["closed"] == ["What changed"]

    asyncio.run(run())


def test_the_detail_has_a_cursor_and_enter_opens_the_claim_it_is_on(tmp_path: Path) -> None:
    async def run() -> None:
        drift = make_drift("a", evidence=(_evidence("e-1", 0.9), _evidence("e-2", 0.4)))
        report = make_report("s", 0, drift)
        engine = RecordedEngine(report)
        with open_stores(tmp_path) as stores:
            stores.record_scan(report, events=[make_event("e-2", -30)])
            engine.stores = stores
            async with console(engine) as pilot:
                await press(pilot, "2", "tab")
                await settle(pilot)
                assert " 1 of " in screen(pilot)
                rows = drifts(pilot).detail._laid.claims
                below = next(row for row in sorted(rows, reverse=True) if list(rows[row]) == [2])
                await press(pilot, *("j" for _ in range(below)))
                assert f" {below + 1} of " in screen(pilot)
                await press(pilot, "enter")
                await until(pilot, lambda: "Event e-2" in screen(pilot))

    asyncio.run(run())


def test_the_detail_is_about_the_drift_under_the_cursor_before_it_shows_it() -> None:
    async def run() -> None:
        async with console() as pilot:
            await press(pilot, "2")
            detail = drifts(pilot).detail
            shown = detail._drawn
            for _ in range(3):
                drifts(pilot).list.move(1)
            await pilot.pause()
            assert detail.drift is drifts(pilot).list.drift
            assert detail._drawn is shown, "while keys come, nothing is laid out that is gone with the next"
            await settle(pilot)
            assert detail._drawn is not shown

    asyncio.run(run())


def test_the_number_of_a_claim_opens_its_record(tmp_path: Path) -> None:
    async def run() -> None:
        drift = make_drift("a", evidence=(_evidence("e-1", 0.9), _evidence("e-2", 0.4)))
        report = make_report("s", 0, drift)
        engine = RecordedEngine(report)
        with open_stores(tmp_path) as stores:
            event = make_event("e-2", -30, original='{"secretString": "(sensitive)", "eventID": "e-2"}')
            stores.record_scan(report, events=[event])
            engine.stores = stores
            async with console(engine) as pilot:
                story = " ".join((await press(pilot, "2", "tab")).split())
                assert "[1]" in story
                await press(pilot, "o", "2")
                await until(pilot, lambda: '"secretString": "(sensitive)"' in screen(pilot))
                assert "Event e-2" in screen(pilot)
                await press(pilot, "x")
                assert "Event e-2" not in screen(pilot)
                await press(pilot, "o", "z")
                assert len(drifts(pilot).windows) == 0, "any other key leaves it"

    asyncio.run(run())


def test_a_version_of_the_resource_is_a_journey_in_time(tmp_path: Path) -> None:
    async def run() -> None:
        drift = make_drift("a", resource=make_state("sg-a").ref)
        before, now = make_report("s0", -60, drift), make_report("s1", 0, drift)
        engine = RecordedEngine(now)
        engine.past = [before]
        with open_stores(tmp_path) as stores:
            stores.record_scan(before, [make_state("sg-a", port=22)])
            stores.record_scan(now, [make_state("sg-a", port=443)])
            engine.stores = stores
            async with console(engine, size=(120, 60)) as pilot:
                await press(pilot, "2")
                await settle(pilot)
                told = screen(pilot)
                assert "History" in told
                assert "first seen" in told
                await press(pilot, "i")
                await settle(pilot)
                await press(pilot, "j", "enter")
                await settle(pilot)
                assert drifts(pilot).desk.as_of == at(-60)

    asyncio.run(run())


def _evidence(id_: str, weight: float) -> Evidence:
    return Evidence(id_, "trail", EventKind.API_CALL, at(-30), weight, f"mia opened port 22 ({id_})")
