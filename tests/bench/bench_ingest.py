"""CloudTrail files into the timeline, as a multiple of DuckDB's own `read_json` on the same files.

    python -m tests.bench.bench_ingest --records 200000

Both sides write a table of a database file; each figure is the best of the rounds, which take turns. `read_json` is
given the files as anybody would (`inferred`), and told to leave each record undecoded (`raw`), which is the least it
can do. Prints one JSON object, and a line to standard error.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_INFERRED = "read_json($files)"
_RAW = "read_json($files, columns = {'Records': 'JSON[]'})"


def ingest(logs: Path, store: Path) -> int:
    """Files → the cloudtrail collector → the timeline, as a scan does it."""
    from engine.collectors.base import Context
    from engine.collectors.events.cloudtrail import Settings, Source
    from engine.store.timeline import Timeline

    source = Source(Settings(name="trail", kind="cloudtrail", path=str(logs)))
    timeline = Timeline.open(store)
    added = timeline.add_events(source.collect(Context()))  # type: ignore[arg-type]
    timeline.close()
    return added


def collect(logs: Path, store: Path) -> int:
    """The collector's part of it alone."""
    from engine.collectors.base import Context
    from engine.collectors.events.cloudtrail import Settings, Source

    source = Source(Settings(name="trail", kind="cloudtrail", path=str(logs)))
    return sum(1 for _ in source.collect(Context()))


def read_json(reader: str) -> Callable[[Path, Path], int]:
    """DuckDB reads the files by itself, a row for each record."""

    def run(logs: Path, store: Path) -> int:
        import duckdb

        store.mkdir()
        files = [str(path) for path in sorted(logs.rglob("*.json.gz"))]
        with duckdb.connect(str(store / "reference.duckdb")) as connection:
            connection.execute(f"CREATE TABLE records AS SELECT unnest(Records) FROM {reader}", {"files": files})
            [(count,)] = connection.execute("SELECT count(*) FROM records").fetchall()
        return int(count)

    return run


def _seconds(run: Callable[[Path, Path], int], logs: Path, folder: Path, records: int) -> float:
    store = folder / "store"
    started = time.perf_counter()
    count = run(logs, store)
    seconds = time.perf_counter() - started
    shutil.rmtree(store, ignore_errors=True)
    if count != records:
        raise SystemExit(f"{count} of {records} records arrived")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    from tests.bench.trails import write_trails

    runs = {"ingest": ingest, "collect": collect, "inferred": read_json(_INFERRED), "raw": read_json(_RAW)}
    best = dict.fromkeys(runs, float("inf"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = write_trails(folder / "logs", options.records)
        size = sum(path.stat().st_size for path in paths)
        for _ in range(options.rounds):
            for what, run in runs.items():
                best[what] = min(best[what], _seconds(run, folder / "logs", folder, options.records))
    rate = {what: round(options.records / seconds) for what, seconds in best.items()}
    ratio = round(best["inferred"] / best["ingest"], 2)
    figures = {
        "records": options.records,
        "files": len(paths),
        "gzipped_megabytes": round(size / 1e6, 1),
        "ingest_records_per_second": rate["ingest"],
        "collector_alone_records_per_second": rate["collect"],
        "read_json_records_per_second": rate["inferred"],
        "read_json_raw_records_per_second": rate["raw"],
        "ratio": ratio,
        "ratio_to_raw": round(best["raw"] / best["ingest"], 2),
    }
    print(json.dumps(figures, indent=1))
    print(f"{rate['ingest']:,} records/s, {ratio} times read_json (at least 5 wanted)", file=sys.stderr)


if __name__ == "__main__":
    main()
