"""What the timeline answers in: everything within two hours of a moment, over ten million events.

    python -m tests.bench.bench_timeline --events 10000000

The events are of half a year and four sources, each recorded in its own passes and slightly out of order. For each
question the median and the worst of several moments is printed in milliseconds, and the median as a multiple of what
DuckDB takes to count the events of the same span: the least that any answer can cost. Prints one JSON object.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from engine.store.stretches import Wanted
from engine.store.timeline import Timeline

_FIRST = datetime(2026, 6, 1, tzinfo=UTC)
_DAYS = 180
_SOURCES = 4
_PASS = 1_000_000
_WITHIN = timedelta(hours=2)

#: Lengths of time that are looked at in lanes; the whole is the most that can be counted at once.
_LENGTHS = {"half a year": timedelta(days=_DAYS), "a day": timedelta(days=1), "five minutes": timedelta(minutes=5)}
_COLUMNS = 220

#: Question → what of the window is wanted.
_QUESTIONS: dict[str, dict[str, Any]] = {
    "everything, the first 2,000": {},
    "everything in full, the first 500": {"limit": 500, "full": True},
    "what wrote": {"only_writes": True},
    "one source": {"sources": ["source1"]},
    "one account": {"scope": "123456789015"},
    "one account and source": {"scope": "123456789015", "sources": ["source1"]},
    "one resource": {"touching": ["i-77"]},
}


def fill(timeline: Timeline, events: int) -> None:
    """Writes the events by DuckDB itself; ids, names and texts are as long as real ones."""
    spacing = int(_DAYS * 86_400e6 * _SOURCES / events)
    with timeline._connection.cursor() as cursor:
        for source in range(_SOURCES):
            for first in range(0, events // _SOURCES, _PASS):
                count = min(_PASS, events // _SOURCES - first)
                cursor.execute(_FILL, {"source": source, "first": first, "count": count, "spacing": spacing})
        cursor.execute("CHECKPOINT")


_FILL = f"""
INSERT INTO events
SELECT 'event-' || $source || '-' || n, TIMESTAMP '{_FIRST:%Y-%m-%d}' + to_microseconds((n * $spacing + late)::BIGINT),
       'source' || $source, 'api_call', 'Operation' || (h * 7 % 200), 'service' || (h % 40) || '.amazonaws.com',
       '1234567890' || (10 + h % 20) || '/eu-west-1', 'person' || (h % 500) || '@shop.example', 'human', 'console',
       '198.51.100.' || (h % 250), 'Role' || (h % 30), h % 4 = 0, NULL,
       ['i-' || (h % 100000), 'arn:aws:ec2:eu-west-1:123456789012:instance/i-' || (h % 100000)],
       'Operation on i-' || (h % 100000) || ' by a person', '{{"instanceId":"i-' || (h % 100000) || '","value":' || n
       || '}}', repeat('{{"eventVersion":"1.10","userIdentity":{{"type":"AssumedRole"}},"number":' || h || '}}', 6),
       NULL, NULL
FROM (SELECT range + $first AS n, hash(range + $first, $source) % 1000000007 AS h, h % 900000000 AS late
      FROM range($count))
"""


def measure(timeline: Timeline, moments: list[datetime]) -> dict[str, dict[str, float]]:
    """Question → its times."""
    least = statistics.median(_seconds(_count(timeline, at)) for at in moments)
    found = {}
    for question, choice in _QUESTIONS.items():
        times = [_seconds(_ask(timeline, at, choice)) for at in moments]
        middle = statistics.median(times)
        found[question] = {
            "median_ms": round(middle * 1e3, 1),
            "worst_ms": round(max(times) * 1e3, 1),
            "ratio_to_counting": round(middle / least, 1),
        }
    return found


def measure_lanes(timeline: Timeline) -> dict[str, dict[str, float]]:
    """Length of time → what it takes to count it in lanes, as a drawing of 220 columns asks for it, everything read."""
    sources = [f"source{number}" for number in range(_SOURCES)]
    found = {}
    for name, length in _LENGTHS.items():
        start = _FIRST + (timedelta(days=_DAYS) - length) / 2
        least = statistics.median(_seconds(_count(timeline, start + length / 2, length / 2)) for _ in range(5))
        ask = partial(
            timeline.stretch, start, length / _COLUMNS, _COLUMNS, names=sources, wanted=Wanted(only_writes=False)
        )
        times = [_seconds(ask) for _ in range(5)]
        found[name] = {
            "median_ms": round(statistics.median(times) * 1e3, 1),
            "worst_ms": round(max(times) * 1e3, 1),
            "ratio_to_counting": round(statistics.median(times) / least, 1),
        }
    return found


def _ask(timeline: Timeline, at: datetime, choice: dict[str, Any]) -> Callable[[], object]:
    return lambda: timeline.window(at - _WITHIN, at + _WITHIN, **choice)


def _count(timeline: Timeline, at: datetime, within: timedelta = _WITHIN) -> Callable[[], object]:
    span = {"start": (at - within).replace(tzinfo=None), "end": (at + within).replace(tzinfo=None)}

    def ask() -> object:
        cursor: duckdb.DuckDBPyConnection = timeline._connection.cursor()
        return cursor.execute("SELECT count(*) FROM events WHERE happened_at BETWEEN $start AND $end", span).fetchall()

    return ask


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--moments", type=int, default=15)
    options = parser.parse_args()
    draw = random.Random(7)
    moments = [_FIRST + timedelta(days=draw.uniform(1, _DAYS - 1)) for _ in range(options.moments)]
    with tempfile.TemporaryDirectory() as name:
        timeline = Timeline.open(Path(name))
        fill(timeline, options.events)
        size = (Path(name) / "timeline.duckdb").stat().st_size
        found, lanes = measure(timeline, moments), measure_lanes(timeline)
        timeline.close()
    told = {"events": options.events, "megabytes": round(size / 1e6), "questions": found, "lanes": lanes}
    print(json.dumps(told, indent=1))
    worst = max(times["median_ms"] for times in found.values())
    print(f"the slowest question takes {worst} ms in the median (under 100 wanted)", file=sys.stderr)
    worst = max(times["median_ms"] for times in lanes.values())
    print(f"the slowest look at lanes takes {worst} ms in the median (under 150 wanted)", file=sys.stderr)


if __name__ == "__main__":
    main()
