"""What encrypting the timeline costs: the same work on an encrypted and on an unencrypted one, as a ratio.

    python -m tests.bench.bench_encryption --events 200000

Recording events, opening the file, and asking for everything within two hours of a moment. Prints one JSON object.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from statistics import median

from engine.encrypting import Encryption
from engine.store.encryption import prepare
from engine.store.timeline import Timeline
from tests.support.samples import NOON, make_event

_PASSES, _BATCH = 5, 20_000


def measure(folder: Path, events: int, encryption: Encryption | None) -> dict[str, float]:
    """Seconds for each kind of work, and the bytes of the file."""
    prepare(folder, encryption)
    timeline = Timeline.open(folder)
    made = [make_event(f"event-{number}", number / 60) for number in range(events)]
    recording = _seconds(lambda: [timeline.add_events(made[at : at + _BATCH]) for at in range(0, events, _BATCH)])
    timeline.close()
    opening = median(_seconds(lambda: Timeline.open(folder).close()) for _ in range(_PASSES))
    with closing(Timeline.open(folder)) as timeline:
        middle = NOON + timedelta(seconds=events / 2)
        first = _seconds(lambda: timeline.window(middle - timedelta(hours=1), middle + timedelta(hours=1)))
        asking = median(
            _seconds(lambda: timeline.window(middle - timedelta(hours=1), middle + timedelta(hours=1)))
            for _ in range(_PASSES)
        )
    size = sum(file.stat().st_size for file in folder.iterdir())
    return {"recording": recording, "opening": opening, "first window": first, "window": asking, "bytes": size}


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=200_000)
    events: int = parser.parse_args().events
    os.environ["BENCH_KEY"] = "0" * 64
    kinds = {"plain": None, "encrypted": Encryption(key="env:BENCH_KEY", builtin=True)}
    found = {}
    for name, encryption in kinds.items():
        with tempfile.TemporaryDirectory() as folder:
            found[name] = measure(Path(folder), events, encryption)
    ratios = {what: round(found["encrypted"][what] / found["plain"][what], 2) for what in found["plain"]}
    print(json.dumps({"events": events, **found, "ratio": ratios}, indent=2))


if __name__ == "__main__":
    main()
