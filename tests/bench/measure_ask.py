"""How quickly the built-in analyst answers: the questions over the demo estate, and with --large over a large one.

    python -m tests.bench.measure_ask [--large]

The time is that of the first and of the last sentence; a large estate has 10,000 drifts and 1,000,000 events. How well
it answers is told by `driftguard ask --evaluate`.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from driftguard_tui.demo import build_demo
from driftguard_tui.demo.questions import QUESTIONS
from engine.assistant.analyst import Analyst
from engine.assistant.conversation import Conversation
from engine.config import bundle_config
from engine.model import Actor, ActorKind, Event, EventKind, Report
from engine.pipeline import scan
from engine.store import Stores, open_stores
from tests.support.samples import NOON, at, make_drift, make_report

_ASKED_OF_MANY = (
    "who changed web00042a?", "why?", "what else happened then?", "what changed since yesterday?", "what is worst?",
    "what did person77 do?", "which drifts are critical?", "summarise the estate", "what should I do about web00500a?",
)  # fmt: skip


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="Measure the time over a large estate, too.")
    large = parser.parse_args().large
    with TemporaryDirectory() as folder:
        base = Path(folder)
        bundle = build_demo(base / "demo")
        with open_stores(base / "store") as stores:
            report = asyncio.run(scan(bundle_config(bundle), stores=stores))
            _print_times("demo", report, stores, [question.text for question in QUESTIONS])
        if large:
            with open_stores(base / "large") as stores:
                report = _many(stores)
                _print_times("10,000 drifts, 1,000,000 events", report, stores, _ASKED_OF_MANY)


def _print_times(name: str, report: Report, stores: Stores, questions: Sequence[str]) -> None:
    conversation = Conversation(Analyst())
    first, whole = [], []
    for question in questions:
        began = time.perf_counter()
        sentences = conversation.ask(question, report, stores)
        next(sentences, None)
        first.append(time.perf_counter() - began)
        list(sentences)
        whole.append(time.perf_counter() - began)
    told = ", ".join(f"{word} {_milliseconds(times)}" for word, times in (("first words", first), ("whole", whole)))
    print(f"{name}: {told}")


def _milliseconds(times: Sequence[float]) -> str:
    return f"{statistics.median(times) * 1000:.0f} ms (worst {max(times) * 1000:.0f})"


def _many(stores: Stores) -> Report:
    people = [Actor(f"person{n}@example.org", ActorKind.HUMAN) for n in range(200)]
    drifts = (
        make_drift(f"web{n:05d}a", changed_at=at(-n), actor=people[n % 200], score=n % 100) for n in range(10_000)
    )
    report = make_report("large", 20, *drifts)
    stores.record_scan(report, (), list(_events(people)))
    return report


def _events(people: Sequence[Actor]) -> Iterator[Event]:
    for n in range(1_000_000):
        yield Event(
            id=f"e{n}", at=NOON - timedelta(seconds=n), source="trail", kind=EventKind.API_CALL,
            operation="ModifyThing", actor=people[n % 200], scope="111122223333/eu-west-1",
            touches=(f"sg-web{n % 10_000:05d}a",), summary=f"ModifyThing by {people[n % 200].principal}",
        )  # fmt: skip


if __name__ == "__main__":
    main()
