"""Audit logs of four providers into events, and into the timeline, as a multiple of decoding them alone.

    python -m tests.bench.bench_ingest --records 200000

Decoding alone is unpacking the files and reading their JSON with msgspec into plain objects. `collect` is the
collector: decoding included, it names the caller, finds what a call touched and takes secrets out. `ingest` also
writes the events into the timeline. Each figure is the best of the rounds, which take turns. Processor time is that of
all processes together: divided by the cores it tells what a machine does that has nothing else to do. Prints one JSON
object, and a line a log to standard error.
"""

import argparse
import gzip
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from engine.collectors.base import Context
from engine.collectors.registry import KINDS
from engine.config import load_config
from engine.model import Event
from engine.store.timeline import Timeline
from tests.bench.logs import write_azure_activity, write_gcp_audit, write_kubernetes_audit
from tests.bench.trails import write_trails

_LOGS: dict[str, Callable[[Path, int], list[Path]]] = {
    "cloudtrail": write_trails,
    "kubernetes_audit": write_kubernetes_audit,
    "gcp_audit_logs": write_gcp_audit,
    "azure_activity": write_azure_activity,
}


def decode(kind: str, logs: Path, store: Path) -> None:
    """Unpacks and decodes every file."""
    for path in sorted(logs.rglob("*.gz")):
        data = gzip.decompress(path.read_bytes())
        if data.startswith(b'{"kind"') or data.count(b"\n") > 1:
            for line in data.splitlines():
                msgspec.json.decode(line)
        else:
            msgspec.json.decode(data)


def collect(kind: str, logs: Path, store: Path) -> None:
    """The collector alone."""
    for _ in _events(kind, logs):
        pass


def ingest(kind: str, logs: Path, store: Path) -> None:
    """Files → the collector → the timeline, as a scan does it."""
    timeline = Timeline.open(store)
    timeline.add_events(_events(kind, logs))
    timeline.close()


def _events(kind: str, logs: Path) -> Iterator[Event]:
    assert kind in KINDS
    file = logs.parent / f"{kind}.toml"
    file.write_text(f'[[source]]\nname = "log"\nkind = "{kind}"\npath = "{logs}"\n')
    [source] = load_config(file).sources
    yield from (item for item in source.build().collect(Context()) if isinstance(item, Event))


def _seconds(run: Callable[[str, Path, Path], None], kind: str, logs: Path, folder: Path) -> tuple[float, float]:
    """How long it took, and how much time of processors."""
    store = folder / "store"
    started, used = time.perf_counter(), _processor_time()
    run(kind, logs, store)
    seconds = time.perf_counter() - started, _processor_time() - used
    shutil.rmtree(store, ignore_errors=True)
    return seconds


def _processor_time() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--kind", choices=list(_LOGS), action="append")
    options = parser.parse_args()
    runs = {"decode": decode, "collect": collect, "ingest": ingest}
    figures = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in options.kind or _LOGS:
            logs = folder / kind
            size = sum(path.stat().st_size for path in _LOGS[kind](logs, options.records))
            best = dict.fromkeys(runs, float("inf"))
            used = dict.fromkeys(runs, float("inf"))
            for _ in range(options.rounds):
                for what, run in runs.items():
                    seconds, processor = _seconds(run, kind, logs, folder)
                    best[what], used[what] = min(best[what], seconds), min(used[what], processor)
            micros = {f"{what}_processor_us": round(used[what] / options.records * 1e6, 1) for what in runs}
            rate = {f"{what}_per_second": round(options.records / seconds) for what, seconds in best.items()}
            figures[kind] = {
                "records": options.records,
                "gzipped_megabytes": round(size / 1e6, 1),
                **rate,
                **micros,
                "collect_ratio": round(best["collect"] / best["decode"], 2),
                "ingest_ratio": round(best["ingest"] / best["decode"], 2),
            }
            shutil.rmtree(logs)
            line = f"{kind}: {rate['collect_per_second']:,} records/s collected, {rate['ingest_per_second']:,} ingested"
            print(line, file=sys.stderr)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
