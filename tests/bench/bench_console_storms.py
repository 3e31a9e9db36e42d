"""Whether the console grows in a long storm: sizes by the hundred in every workspace, thousands of scans.

    python -m tests.bench.bench_console_storms [--sizes 200] [--scans 500] [--seed 5]

The first round warms up; what Python's objects hold after it is compared with what they hold after the others. Prints
one JSON object.
"""

import argparse
import asyncio
import gc
import json
import random
import resource
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from textual.pilot import Pilot

from driftguard_tui.app import DriftGuardApp
from driftguard_tui.workspaces import BY_NAME
from engine.model import SourceStatus
from engine.pipeline import Progress
from tests.support.console import console, settle
from tests.support.reports import RecordedEngine
from tests.support.whole_desk import an_engine, recorded

_WANTED_GROWTH = 1.05


async def sizes(pilot: Pilot[Any], count: int, draw: random.Random) -> None:
    """From 20x5 to 300x90, in every workspace."""
    assert isinstance(pilot.app, DriftGuardApp)
    for workspace in BY_NAME:
        await pilot.app.do_workspace(workspace)
        for _ in range(count):
            await pilot.resize_terminal(draw.randint(20, 300), draw.randint(5, 90))
    await pilot.resize_terminal(120, 40)
    await settle(pilot)


async def scans(pilot: Pilot[Any], engine: RecordedEngine, count: int) -> None:
    """One after the other, with words of progress; every other one with a source that failed."""
    app = pilot.app
    assert isinstance(app, DriftGuardApp)
    report = engine.finds
    assert not isinstance(report, Exception)
    for number in range(count):
        *others, last = report.scan.sources
        last = replace(last, status=SourceStatus.FAILED if number % 2 else SourceStatus.OK)
        engine.finds = replace(report, scan=replace(report.scan, sources=(*others, last)))
        app.scanning.start()
        for records in range(0, 10_000, 100):
            app.listen(Progress("collect", last.name, records))
        while app.scanning.is_running:  # noqa: ASYNC110 - nobody is told of its end
            await asyncio.sleep(0)
        await pilot.pause()
    engine.finds = report
    await settle(pilot)


async def measure(options: argparse.Namespace, folder: Path) -> list[dict[str, float]]:
    """What is held after each round."""
    draw, rounds = random.Random(options.seed), []
    with recorded(folder) as stores:
        engine = an_engine(stores)
        async with console(engine, (120, 40)) as pilot:
            for _ in range(options.rounds):
                await sizes(pilot, options.sizes, draw)
                await scans(pilot, engine, options.scans)
                gc.collect()
                held = tracemalloc.get_traced_memory()[0]
                most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                rounds.append({"held_mb": round(held / 1e6, 2), "most_mb": round(most / 1e3, 1)})
    return rounds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, default=200, help="in each workspace and round")
    parser.add_argument("--scans", type=int, default=500, help="in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    tracemalloc.start()
    with tempfile.TemporaryDirectory() as folder:
        rounds = asyncio.run(measure(options, Path(folder) / "store"))
    growth = rounds[-1]["held_mb"] / rounds[0]["held_mb"]
    print(json.dumps({"rounds": rounds, "growth": round(growth, 3), "limit": _WANTED_GROWTH,
                      "holds": growth <= _WANTED_GROWTH}, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
