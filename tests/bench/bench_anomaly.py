"""How fast behaviour and metrics are looked at.

    python -m tests.bench.bench_anomaly [EVENTS]

Prints events a second over so many calls (a million) of 500 principals on 20,000 resources, a third of them writes,
and values a second over one metric; seconds are of processor time.
"""

import random
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

from engine.correlate.anomaly import Behaviour, Detector
from engine.model import ActorKind, Event, Via
from tests.support.habits import START, call

_VALUES = 200_000


def main(arguments: list[str]) -> None:
    """Measures and prints."""
    count = int(arguments[0]) if arguments else 1_000_000
    behaviour, spent, unusual = Behaviour(), 0.0, 0
    waiting = _calls(count)
    while batch := [event for event, _ in zip(waiting, range(10_000), strict=False)]:
        started = time.process_time()
        unusual += sum(behaviour.look(event) is not None for event in batch)
        spent += time.process_time() - started
    print(f"{count} events in {spent:.1f} s: {count / spent:.0f} events/s, {unusual} unusual")
    chance, detector = random.Random(1), Detector()
    values = [chance.gauss(50, 2) for _ in range(_VALUES)]
    started = time.process_time()
    for number, value in enumerate(values):
        detector.score(START + number * timedelta(minutes=1), value)
    spent = time.process_time() - started
    print(f"{_VALUES} values in {spent:.1f} s: {_VALUES / spent:.0f} values/s")


def _calls(count: int) -> Iterator[Event]:
    chance = random.Random(1)
    for number in range(count):
        who = int(500 * chance.random() ** 2)
        yield call(
            START + number * timedelta(seconds=5),
            f"principal {who}",
            f"operation {chance.randrange(20)}",
            f"resource {who * 40 + chance.randrange(40)}",
            address=f"10.{who % 256}.{chance.randrange(2)}.{chance.randrange(4)}",
            via=Via.SDK,
            kind=ActorKind.AUTOMATION,
            writes=number % 3 == 0,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
