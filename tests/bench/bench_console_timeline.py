"""What it costs to look elsewhere on the timeline: processor time to move, pan and zoom at 240x60.

    python -m tests.bench.bench_console_timeline

10,000 events are in view, in four lanes, with 200 drifts; once they are counted by column, once the 2,000 of a part of
them are drawn one by one. Each is measured from the key to the painted screen on the console's own thread, which does
not read, and given in milliseconds and as a multiple of what Textual takes to paint a blank screen of that size.
Prints one JSON object.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from driftguard_tui.timeline.loading import Question
from driftguard_tui.workspaces.timeline import TimelineWorkspace
from engine.model import Event
from engine.store import open_stores
from tests.support.console import console, press, settle
from tests.support.reports import RecordedEngine
from tests.support.samples import at, make_drift, make_event, make_report

_SIZE = (240, 60)
_SPAN = timedelta(hours=12)
_WANTED_MS = 30.0


class _Engine(RecordedEngine):
    """Reads on a thread, as the console's own engine does."""

    async def read(self, query: Callable[[Any], Any]) -> Any:
        return await asyncio.to_thread(query, self.stores)


def an_estate(count: int) -> tuple[list[Event], RecordedEngine]:
    """Twelve hours of events and drifts."""
    draw = random.Random(3)
    minutes = _SPAN.total_seconds() / 60
    events = [
        make_event(f"e{number}", draw.uniform(0, minutes), source=f"source{number % 4}", touches=())
        for number in range(count)
    ]
    drifts = [make_drift(f"d{number}", changed_at=at(draw.uniform(0, minutes))) for number in range(200)]
    return events, _Engine(make_report("scan", minutes, *drifts))


async def cost(pilot: Pilot[Any], deeds: list[Callable[[], object]]) -> float:
    """The median of the processor time of each, painting included, in milliseconds."""
    times = []
    for deed in deeds:
        await pilot.pause()
        started = time.thread_time()
        deed()
        await pilot.pause()
        times.append(time.thread_time() - started)
    return statistics.median(times) * 1e3


async def blank(rounds: int) -> float:
    """What an empty screen costs, and the waiting for it."""
    app: App[None] = App()
    async with app.run_test(size=_SIZE) as pilot:
        return await cost(pilot, [lambda: app.screen.refresh()] * rounds)


async def looking(events: list[Event], engine: RecordedEngine, rounds: int, zoom: int) -> dict[str, float]:
    """Deed → its cost, with so much zoomed in."""
    with tempfile.TemporaryDirectory() as name, open_stores(Path(name)) as stores:
        stores.record_scan(engine.finds, events=events)
        engine.stores = stores
        async with console(engine, _SIZE) as pilot:
            await press(pilot, "3", "0")
            workspace = pilot.app.screen
            assert isinstance(workspace, TimelineWorkspace)
            lanes = workspace.lanes
            middle = lanes.view.scale.at(lanes.view.scale.columns // 2)
            lanes.look(lanes.view.at(middle).zoomed(zoom))
            await settle(pilot)
            wider = lanes.view.zoomed(-1)
            stretch = workspace._kept.answer(Question(lanes.view.scale, *workspace._question()[1:]))
            in_view = sum(lane.total for lane in lanes.shown if lane.field)
            lanes.look(wider)
            await settle(pilot)
            closer = lanes.view.zoomed(1)
            lanes.look(closer)
            await settle(pilot)
            deeds: dict[str, list[Callable[[], object]]] = {
                "cursor": [lambda: lanes.look(lanes.view.moved(1))] * rounds,
                "pan": [
                    lambda: lanes.look(lanes.view.panned(20)),
                    lambda: lanes.look(lanes.view.panned(-20)),
                ] * (rounds // 2),
                "zoom": [lambda: lanes.look(wider), lambda: lanes.look(closer)] * (rounds // 2),
            }  # fmt: skip
            found = {name: await cost(pilot, each) for name, each in deeds.items()}
            told = stretch is not None and stretch.events is not None
            return {"events_in_view": in_view, "told_one_by_one": float(told), **found}


async def measure(count: int, rounds: int) -> dict[str, Any]:
    """All of it."""
    least = await blank(rounds)
    events, engine = an_estate(count)
    found: dict[str, Any] = {"blank_ms": round(least, 2)}
    for name, zoom in (("counted", 0), ("told", 6)):
        costs = await looking(events, engine, rounds, zoom)
        found[name] = {key: round(value, 1) for key, value in costs.items()} | {
            f"{key}_ratio": round(costs[key] / least, 1) for key in ("cursor", "pan", "zoom")
        }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    found = asyncio.run(measure(options.events, options.rounds))
    print(json.dumps(found, indent=1))
    worst = max(found[name][deed] for name in ("counted", "told") for deed in ("cursor", "pan", "zoom"))
    print(f"the dearest look elsewhere takes {worst} ms of processor time (under {_WANTED_MS} wanted)", file=sys.stderr)


if __name__ == "__main__":
    main()
