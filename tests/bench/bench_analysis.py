"""How long one drift takes from detected to stored: recalled, attributed, explained, rated, advised and recorded.

    python -m tests.bench.bench_analysis [--events 1000000] [--resources 10000] [--drifts 60]

The store holds the events of ninety days and an estate of so many resources. Each drift is taken by itself, as a watch
that sees one change does it: what the store knows of it is recalled, everything is worked out, and the outcome is
written to the ledger. Prints one JSON object; the first drift, which loads the models and tables, is told apart.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.correlate import attribute, names_of
from engine.explaining import Explainer
from engine.judging import Judging
from engine.model import Difference, Report, ResourceState, Scan, Summary
from engine.providers import load_knowledge
from engine.store import Stores, open_stores
from tests.bench.bench_correlate import DAYS, START, differences, history

_NOW = START + timedelta(days=DAYS)
_SOURCES = ("trail", "prometheus", "jira")


def analyse(difference: Difference, stores: Stores, number: int) -> None:
    """One drift, from detected to stored."""
    knowledge = load_knowledge()
    events = stores.timeline.events_touching(names_of(difference), sources=_SOURCES, until=_NOW)
    attributions = attribute([difference], events, _NOW, knowledge)
    drifts, groups = Explainer("bench", _NOW, Judging()).explained([difference], attributions)
    report = Report(scan=_scan(f"analysis-{number}"), summary=Summary(modified=1), drifts=drifts, groups=groups)
    stores.ledger.record(report)


def fill(stores: Stores, found: list[Difference], events: int) -> None:
    """The estate and what happened in it."""
    report = Report(scan=_scan("estate"), summary=Summary())
    stores.record_scan(report, _states(found), history(found, events, random.Random(1)))


def _states(found: list[Difference]) -> Iterator[ResourceState]:
    for difference in found:
        for side, timeout in (("declared", 30), ("actual", difference.changes[0].actual)):
            attributes = {"visibility_timeout_seconds": timeout, "tags": difference.tags}
            yield ResourceState(side, difference.resource, attributes, "bench")


def _scan(name: str) -> Scan:
    now = datetime.now(UTC)
    return Scan(id=name, started_at=now, finished_at=now, as_of=_NOW, version="bench", estate="bench")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--resources", type=int, default=10_000)
    parser.add_argument("--drifts", type=int, default=60)
    options = parser.parse_args()
    found = differences(options.resources)
    chosen = random.Random(3).sample(found, options.drifts + 1)
    seconds = []
    with tempfile.TemporaryDirectory() as folder, open_stores(Path(folder)) as stores:
        fill(stores, found, options.events)
        for number, difference in enumerate(chosen):
            started = time.perf_counter()
            analyse(difference, stores, number)
            seconds.append(time.perf_counter() - started)
    first, *others = seconds
    p95 = statistics.quantiles(others, n=20)[-1]
    figures = {
        "events": options.events,
        "resources": options.resources,
        "first_s": round(first, 2),
        "median_s": round(statistics.median(others), 3),
        "p95_s": round(p95, 3),
        "worst_s": round(max(others), 3),
    }
    print(json.dumps(figures, indent=1))
    print(f"{p95:.2f} s at p95 from detected to stored (under 1 wanted)", file=sys.stderr)


if __name__ == "__main__":
    main()
