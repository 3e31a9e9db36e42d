"""What an overview and a tree cost on a large estate: 100,000 drifts of 1,000 scans, 100,000 resources.

    python -m tests.bench.bench_overview --drifts 100000 --resources 100000

For each question the median and the worst of several runs is printed, in milliseconds of the clock and of the
processor. The ledger's drifts are spread over its scans, half of them resolved; one in a hundred resources drifted in
the last report. Prints one JSON object.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from msgspec import structs
from sqlalchemy import insert

from engine.inventory import inventory
from engine.model import Category, Level, Report, ResourceRef
from engine.overview import overview
from engine.store import Stores, open_stores
from engine.store.ledger_tables import DriftRow, ScanRow
from engine.store.records import DriftStatus
from tests.support.samples import NOON, make_drift, make_report

_SCANS = 1_000
_EVERY = timedelta(hours=2)
_BODY = {"text": "x" * 2_500}
_RUNS = 7

_RESOURCES = """
INSERT INTO resource_versions
SELECT 1, $at::TIMESTAMP, '', side, 'aws', 'aws_type_' || (n % 60), '12345678901' || (n % 5) || '/eu-west-1',
       'id-' || n, CASE side WHEN 'declared' THEN 'module.m' || (n % 40) || '.aws_type_' || (n % 60) || '.r' || n
       ELSE '' END, 'name-' || n, 'source', md5(n::VARCHAR)
FROM range($count) AS r(n), (VALUES ('declared'), ('actual')) AS s(side)
"""


def fill(stores: Stores, drifts: int, resources: int) -> Report:
    """Writes it all; the last report is about the time of the last scan."""
    draw = random.Random(5)
    begin = NOON - _SCANS * _EVERY
    scans = [begin + number * _EVERY for number in range(1, _SCANS + 1)]
    found = [
        structs.replace(
            make_drift(f"open-{n}"),
            resource=ResourceRef(
                "aws", f"aws_type_{n % 60}", f"id-{n}", f"12345678901{n % 5}/eu-west-1",
                f"module.m{n % 40}.aws_type_{n % 60}.r{n}",
            ),
        )
        for n in range(0, resources, 100)
    ]  # fmt: skip
    report = make_report("last", 0, *found)
    stores.timeline.record_scan(report, [], [])
    with stores.timeline._writing() as cursor:
        cursor.execute(_RESOURCES, {"at": "2020-01-01", "count": resources})
    rows = []
    for number in range(drifts):
        scan = draw.randrange(_SCANS)
        gone = scans[scan] + draw.randint(1, 200) * _EVERY if number % 2 else None
        rows.append({
            "id": f"{number:016x}", "estate": "", "status": DriftStatus.RESOLVED if gone else DriftStatus.OPEN,
            "kind": "modified", "provider": "aws", "type": "aws_type_1", "resource_id": f"i-{number}", "scope": "1",
            "address": "", "name": "", "level": draw.choice(list(Level)), "score": number % 100,
            "category": draw.choice(list(Category)), "confidence": draw.random(), "principal": "anna",
            "changed_at": scans[scan] - timedelta(seconds=draw.randint(1, 90_000)), "first_detected_at": scans[scan],
            "last_seen_at": scans[scan], "resolved_at": gone, "last_scan_id": f"s{scan}", "digest": "", "body": _BODY,
        })  # fmt: skip
    looked = [
        {"id": f"s{n}", "as_of": at, "started_at": at, "finished_at": at, "version": "", "estate": "",
         "summary": {}, "sources": []}
        for n, at in enumerate(scans)
    ]  # fmt: skip
    with stores.ledger._transaction(writes=True) as connection:
        connection.execute(insert(ScanRow), looked)
        connection.execute(insert(DriftRow), rows)
    return report


def measure(question: Callable[[], object]) -> dict[str, float]:
    """Its times in milliseconds."""
    clock, processor = [], []
    for _ in range(_RUNS):
        started, used = time.perf_counter(), time.process_time()
        question()
        clock.append((time.perf_counter() - started) * 1e3)
        processor.append((time.process_time() - used) * 1e3)
    return {
        "median_ms": round(statistics.median(clock), 1),
        "worst_ms": round(max(clock), 1),
        "processor_ms": round(statistics.median(processor), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--drifts", type=int, default=100_000)
    parser.add_argument("--resources", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_stores(Path(folder)) as stores:
        report = fill(stores, options.drifts, options.resources)
        tree = inventory(stores, report)
        path = tree.children(tree.children(tree.children()[0].path)[0].path)[0].path
        found = {
            "overview": measure(lambda: overview(stores, since=NOON - timedelta(days=1))),
            "the tree's counts": measure(lambda: inventory(stores, report)),
            "a node's children": measure(lambda: tree.children(path[:2])),
            "a type's resources": measure(lambda: tree.resources(stores, path)),
        }
    print(json.dumps({"drifts": options.drifts, "resources": options.resources, "questions": found}, indent=1))


if __name__ == "__main__":
    main()
