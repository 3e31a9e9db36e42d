"""Comparison alone, over four mixes of resources, as a multiple of decoding the bytes they were read from.

    python -m tests.bench.bench_compare --resources 30000

Collecting is done before; what is timed is finding each declaration's counterpart, comparing, and looking for what
nobody declares, without garbage collection, as in a scan. The decoder runs as anybody would run it, in a process of
its own; with garbage collection paused it would take half as long. Best of three each. Prints one JSON object.
"""

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.bench_scan import in_process
from tests.support.estates import write_estate
from tests.support.mixes import write_cloudformation, write_google, write_kubernetes

MIXES: dict[str, Callable[[Path, int, int], Path]] = {
    "aws": write_estate,
    "kubernetes": write_kubernetes,
    "google": write_google,
    "cloudformation": write_cloudformation,
}


def measure(mix: str, resources: int, drifts: int) -> dict[str, float]:
    """The figures of one mix."""
    from engine.collectors.gathering import gather
    from engine.compare import Estate, Ignoring, combined, compare
    from engine.config import bundle_config
    from engine.providers import load_knowledge
    from engine.shelves import Shelves

    with tempfile.TemporaryDirectory() as name:
        folder = MIXES[mix](Path(name) / "estate", resources, drifts)
        gc.disable()
        knowledge = load_knowledge()
        shelves = Shelves(knowledge, loose=2 * resources + 1)
        gathered = gather(bundle_config(folder), tell=lambda *_: None, cancelled=threading.Event(), shelves=shelves)
        decoding = [in_process("decode", folder, folder)["seconds"] for _ in range(3)]
        comparing, found = [], 0
        for _ in range(3):
            started = time.perf_counter()
            ignoring = Ignoring()
            comparison = combined(
                [
                    compare(group.declared, Estate(knowledge, group.observed, gathered.coverage), knowledge)
                    for group in shelves.groups()
                ],
                ignoring,
            )
            comparing.append(time.perf_counter() - started)
            found = len(comparison.differences)
    return {
        "resources": resources,
        "drifts_found": found,
        "decode_seconds": round(min(decoding), 3),
        "compare_seconds": round(min(comparing), 3),
        "compare_over_decode": round(min(comparing) / min(decoding), 2),
        "resources_per_second": round(resources / min(comparing)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--resources", type=int, default=30_000)
    parser.add_argument("--drifts", type=int, default=300)
    parser.add_argument("--mix", choices=MIXES)
    options = parser.parse_args()
    if options.mix:
        print(json.dumps(measure(options.mix, options.resources, options.drifts)))
        return
    figures = {}
    for mix in MIXES:
        numbers = ["--resources", str(options.resources), "--drifts", str(options.drifts)]
        command = [sys.executable, "-m", "tests.bench.bench_compare", "--mix", mix, *numbers]
        figures[mix] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
