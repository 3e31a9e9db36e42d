"""A scan of a large estate, as a multiple of decoding the same bytes; then the same scan with nothing changed.

    python -m tests.bench.bench_scan --resources 100000 --drifts 1000
    python -m tests.bench.bench_scan --resources 1000000 --mix all

Each figure is taken in a process of its own, so that memory is that of the scan alone. Prints one JSON object.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def decode(folder: Path) -> dict[str, float]:
    """The reference: msgspec decoding every file of the estate, the documents inside text included."""
    import msgspec

    started = time.perf_counter()
    for file in sorted(folder.rglob("*.*")):
        data = file.read_bytes()
        for text in data.splitlines() if file.suffix == ".ndjson" else [data]:
            document = msgspec.json.decode(text)
            for item in document.get("configurationItems", ()):
                msgspec.json.decode(item["configuration"])
            for description in document.get("ResourceDescriptions", ()):
                msgspec.json.decode(description["Properties"])
    return {"seconds": time.perf_counter() - started}


def scan(folder: Path, store: Path) -> dict[str, float]:
    """One scan into a store, as `driftguard scan` runs it."""
    import asyncio

    from engine.config import bundle_config
    from engine.pipeline import scan as run
    from engine.store import open_stores

    with open_stores(store) as stores:
        started = time.perf_counter()
        report = asyncio.run(run(bundle_config(folder), stores=stores))
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "drifts": len(report.drifts), "declared": report.summary.declared, "peak_mib": peak}


def in_process(step: str, folder: Path, store: Path) -> dict[str, float]:
    """The figures of a step that runs in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "tests.bench.bench_scan",
        "--step",
        step,
        "--folder",
        str(folder),
        "--store",
        str(store),
    ]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(result.stdout)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--resources", type=int, default=100_000)
    parser.add_argument("--drifts", type=int, default=1_000)
    parser.add_argument("--mix", choices=("aws", "all"), default="aws")
    parser.add_argument("--step", choices=("decode", "scan"))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--store", type=Path)
    options = parser.parse_args()
    if options.step:
        figures = decode(options.folder) if options.step == "decode" else scan(options.folder, options.store)
        print(json.dumps(figures))
        return
    from tests.support.estates import write_estate
    from tests.support.mixes import write_all

    write = write_all if options.mix == "all" else write_estate
    with tempfile.TemporaryDirectory() as name:
        folder = write(Path(name) / "estate", options.resources, options.drifts)
        store = Path(name) / "store"
        size = sum(file.stat().st_size for file in folder.rglob("*.*"))
        reference = min(in_process("decode", folder, store)["seconds"] for _ in range(3))
        first = in_process("scan", folder, store)
        second = in_process("scan", folder, store)
    print(
        json.dumps(
            {
                "resources": options.resources,
                "megabytes": round(size / 1e6, 1),
                "drifts_found": first["drifts"],
                "decode_seconds": round(reference, 3),
                "first_scan_seconds": round(first["seconds"], 3),
                "first_scan_over_decode": round(first["seconds"] / reference, 2),
                "peak_mib": round(first["peak_mib"], 1),
                "unchanged_scan_seconds": round(second["seconds"], 3),
                "unchanged_speedup": round(first["seconds"] / second["seconds"], 1),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
