"""How soon a key answers while a large scan runs beside it: in milliseconds, and the same when nothing runs.

    python -m tests.bench.bench_console_scan --resources 100000

A key press (`z`, a pane on the whole screen or not) is timed from the moment it is sent until the screen is painted
anew: on the clock, and without the time in which other programs had the processor while the console wanted it, which
Linux tells. Prints one JSON object.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from textual.events import Key

from driftguard_tui.app import DriftGuardApp
from driftguard_tui.session import Session
from engine.config import bundle_config

_SIZE = (120, 40)
_WANTED_MS = 100.0
#: Between two presses, as of somebody who holds a key.
_PAUSE = 0.04


class Answer(NamedTuple):
    """Milliseconds until a key has its answer: on the clock, and without waiting for the processor."""

    clock: float
    own: float


def _kept_waiting() -> float:
    """The seconds that this thread has waited for a processor."""
    told = Path("/proc/thread-self/schedstat")
    return int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0


async def press(app: DriftGuardApp) -> Answer:
    """Presses a key and waits for its answer. The pilot's own waiting goes by how busy the process is."""
    painted = asyncio.Event()
    tiles = app.workspace.tiles
    before = tiles.maximised
    started, waited = time.perf_counter(), _kept_waiting()
    app.post_message(Key("z", "z"))
    while tiles.maximised == before:  # noqa: ASYNC110 - nobody is told of a key
        await asyncio.sleep(0.001)
    app.workspace.call_after_refresh(painted.set)
    await painted.wait()
    clock = time.perf_counter() - started
    return Answer(clock * 1e3, (clock - _kept_waiting() + waited) * 1e3)


def spread(answers: list[Answer]) -> dict[str, Any]:
    """What matters of them."""
    return {
        "presses": len(answers),
        "on_the_clock": _spread([answer.clock for answer in answers]),
        "without_waiting_for_the_processor": _spread([answer.own for answer in answers]),
    }


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "median_ms": round(ordered[len(ordered) // 2], 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
        "worst_ms": round(ordered[-1], 1),
    }


async def measure(folder: Path, store: Path) -> dict[str, Any]:
    """Keys during the first scan of an estate, then after it."""
    session = Session(bundle_config(folder), store)
    app = DriftGuardApp(session)
    async with app.run_test(size=_SIZE) as pilot:
        await pilot.press("2")
        during: list[Answer] = []
        started = time.perf_counter()
        while session.report is None:
            if app.showing.failure:
                raise SystemExit(f"the scan failed: {app.showing.failure}")
            during.append(await press(app))
            await asyncio.sleep(_PAUSE)
        seconds = time.perf_counter() - started
        await asyncio.sleep(0.5)
        after = [await press(app) for _ in range(60)]
        drifts = len(session.report.drifts)
    return {"scan_seconds": round(seconds, 1), "drifts": drifts, "during": spread(during), "after": spread(after)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--resources", type=int, default=100_000)
    parser.add_argument("--drifts", type=int, default=1_000)
    options = parser.parse_args()
    from tests.support.estates import write_estate

    with tempfile.TemporaryDirectory() as name:
        folder = write_estate(Path(name) / "estate", options.resources, options.drifts)
        found = asyncio.run(measure(folder, Path(name) / "store"))
    print(json.dumps(found, indent=1))
    clock, own = (found["during"][name]["p95_ms"] for name in ("on_the_clock", "without_waiting_for_the_processor"))
    print(f"95 of 100 keys answer within {clock} ms, {own} of their own ({_WANTED_MS} wanted)", file=sys.stderr)


if __name__ == "__main__":
    main()
