"""Storms: many sizes, a day of scans in a few minutes, a source that comes and goes. Nothing breaks, nothing grows."""

import asyncio
import gc
import random
import tracemalloc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from textual.pilot import Pilot

from driftguard_tui.app import DriftGuardApp
from driftguard_tui.workspaces import BY_NAME
from engine.model import Report, SourceStatus
from engine.pipeline import Progress
from tests.support.console import console, screen, settle
from tests.support.reports import RecordedEngine, a_report
from tests.support.whole_desk import an_engine, recorded

_SMALLEST, _LARGEST = (20, 5), (300, 90)
#: As many sizes for each workspace; `tests/bench/bench_console_storms.py` takes many more.
_SIZES = 7
#: How much more may be held after the second half of a storm than after the first.
_GROWTH = 0.05
#: In each storm.
SCANS = 7


def sizes(count: int) -> list[tuple[int, int]]:
    """From the smallest to the largest, in no order."""
    draw = random.Random(5)
    between = [(draw.randint(20, 300), draw.randint(5, 90)) for _ in range(count - 2)]
    return [_SMALLEST, _LARGEST, *between]


async def resize(pilot: Pilot[Any], count: int) -> None:
    """So many sizes, as a window gives them whose corner is dragged: faster than they are drawn."""
    for number, (width, height) in enumerate(sizes(count)):
        await pilot.resize_terminal(width, height)
        if number % 20 == 0:
            assert len(screen(pilot).split("\n")) == height
    await pilot.resize_terminal(100, 30)


def held() -> int:
    """Bytes that Python's own objects hold, garbage not counted."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


async def grown(storm: Callable[[], Awaitable[None]]) -> float:
    """How much more is held after one more of the same storm, as a share of what was held. The first ones warm up."""
    tracemalloc.start()
    try:
        after = []
        for _ in range(3):
            await storm()
            after.append(held())
        return (after[-1] - after[-2]) / after[-2]
    finally:
        tracemalloc.stop()


def test_sizes_in_every_workspace(tmp_path: Path) -> None:
    async def run() -> None:
        with recorded(tmp_path / "store") as stores:
            async with console(an_engine(stores), (100, 30)) as pilot:
                assert isinstance(pilot.app, DriftGuardApp)
                for workspace in BY_NAME:
                    await pilot.app.do_workspace(workspace)
                    await settle(pilot)
                    await resize(pilot, _SIZES)
                    await settle(pilot)
                    assert pilot.app.is_running
                    assert len(screen(pilot).split("\n")) == 30

    asyncio.run(run())


def flapping(report: Report, down: bool) -> Report:
    """The same scan with its last source failed, or well."""
    *others, last = report.scan.sources
    last = replace(last, status=SourceStatus.FAILED if down else SourceStatus.OK, error="no answer" if down else None)
    return replace(report, scan=replace(report.scan, sources=(*others, last)))


def test_a_day_of_scans_and_a_source_that_flaps_leave_nothing_behind() -> None:
    """Every scan finds something else, and now and then it fails altogether."""

    async def run() -> None:
        engine = RecordedEngine()
        whole = a_report()
        async with console(engine, (120, 30)) as pilot:
            app = pilot.app
            assert isinstance(app, DriftGuardApp)

            async def storm() -> None:
                for number in range(SCANS):
                    fails = number % 7 == 6
                    found = flapping(replace(whole, drifts=whole.drifts[number % 5 :]), down=number % 2 == 1)
                    engine.finds = ConnectionError("no route") if fails else found
                    app.scanning.start()
                    for records in range(0, 5_000, 250):
                        app.listen(Progress("collect", engine.sources[number % 6].name, records))
                    while app.scanning.is_running:  # noqa: ASYNC110 - nobody is told of its end
                        await asyncio.sleep(0)
                    if number % 2 == 0:
                        await app.do_workspace(list(BY_NAME)[number // 2 % len(BY_NAME)])
                    await pilot.pause()
                    assert ("unexpected ConnectionError" in screen(pilot)) == fails
                await app.do_workspace("drifts")
                await settle(pilot)

            assert await grown(storm) < _GROWTH
            assert app.is_running

    asyncio.run(run())


def test_sizes_leave_nothing_behind(tmp_path: Path) -> None:
    async def run() -> None:
        with recorded(tmp_path / "store") as stores:
            async with console(an_engine(stores), (100, 30)) as pilot:
                await settle(pilot)

                async def storm() -> None:
                    await resize(pilot, 4)
                    await settle(pilot)

                assert await grown(storm) < _GROWTH

    asyncio.run(run())
