"""What a list of 100,000 drifts costs: to fill it, to page, to filter while typing, to sort and to group.

    python -m tests.bench.bench_console_list

The same rows are put into a plain Textual DataTable as well, which is what the times are held against. Keys are
measured in processor time of the console's own thread, from press to painted screen: those that come one after the
other as of a key that is held, and one alone with all that follows it, which is the drift that is then read. A filter
and a sort are measured from the key to the list that answers: on the clock, and in processor time of all threads,
which other programs on the machine do not change. Prints one JSON object.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import DataTable

from driftguard_tui import labels
from driftguard_tui.workspaces.drifts import DriftsWorkspace
from engine.model import Actor, ActorKind, Category, Cause, Change, Drift, Level, ResourceRef, Via
from tests.support.console import console, press
from tests.support.reports import RecordedEngine
from tests.support.samples import NOON, make_drift, make_report

_SIZE = (160, 48)
#: Seconds in which all that a key causes has come to rest.
_QUIET = 0.3
#: Seconds between two keys of one that is held.
_HELD = 0.033
_FILTERS = ("p", "pay", "payments-7", "severity:critical", "!cause:automated kind:modified", "web[0-9]+$", "r.*9")


def many_drifts(count: int) -> list[Drift]:
    """Drifts as a large company has them: many resources of few types, made by a few hundred callers."""
    draw = random.Random(7)
    categories = tuple(Category)
    words = ("payments", "orders", "search", "mail", "web", "ledger", "vault", "edge")
    types = [f"aws_{word}_{kind}" for word in words for kind in ("instance", "policy", "group", "role")]
    drifts = []
    for number in range(count):
        name, kind = f"{draw.choice(words)}-{number}", draw.choice(types)
        cause = draw.choice(categories)
        sure = draw.uniform(0.3, 1)
        drifts.append(
            make_drift(
                f"{number:012x}",
                level=draw.choice(list(Level)),
                score=draw.randrange(100),
                resource=ResourceRef(
                    "aws", kind, f"arn:aws:x:eu-west-1:1111:{name}", f"{draw.randrange(40):012d}/eu-west-1",
                    f"module.{draw.choice(words)}.{kind}.web{number}", name,
                ),
                changes=(Change(f"{draw.choice(words)}[0].{draw.choice(words)}", 1, 2),),
                changed_at=NOON - timedelta(seconds=draw.randrange(10**7)),
                actor=Actor(f"{draw.choice(words)}.{draw.randrange(60)}@example.org", ActorKind.HUMAN, Via.CLI),
                cause=Cause(cause, sure, (sure, sure), {cause: sure}, "bench@1"),
            )
        )  # fmt: skip
    return drifts


class _Reference(App[None]):
    """A plain table with the same rows."""

    def __init__(self, rows: Sequence[tuple[str, ...]]) -> None:
        super().__init__()
        self._rows = rows
        self.filled = 0.0

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fills it."""
        table = self.query_one(DataTable)
        table.add_columns("severity", "resource", "cause", "actor")
        started = time.perf_counter()
        table.add_rows(self._rows)
        self.filled = time.perf_counter() - started
        table.focus()


async def keys(pilot: Pilot[Any], key: str, rounds: int, pause: float) -> float:
    """The median of the processor time of a key, painting included, in milliseconds, with a pause after each.

    (A pilot's own press has the screen painted before all is said about a key, and so twice.)
    """
    times = []
    await pilot.pause(_QUIET)
    for _ in range(rounds):
        started = time.thread_time()
        pilot.app.post_message(events.Key(key, None))
        await asyncio.sleep(pause)
        times.append(time.thread_time() - started)
    return statistics.median(times) * 1e3


async def paging(pilot: Pilot[Any], rounds: int) -> dict[str, float]:
    """What a page down costs while the key is held, and alone."""
    return {
        "page_down_ms": await keys(pilot, "pagedown", rounds, _HELD),
        "page_down_and_rest_ms": await keys(pilot, "pagedown", rounds, _QUIET),
    }


async def reference(drifts: Sequence[Drift], rounds: int) -> dict[str, float]:
    """What the plain table takes."""
    rows = [
        (drift.severity.level.value, labels.resource_name(drift), labels.cause_short(drift.cause),
         labels.actor_name(drift.actor))
        for drift in drifts
    ]  # fmt: skip
    app = _Reference(rows)
    async with app.run_test(size=_SIZE) as pilot:
        await pilot.pause()
        return {"fill_ms": app.filled * 1e3, **await paging(pilot, rounds)}


async def until(true: Callable[[], bool]) -> float:
    """How long it takes until something holds, in milliseconds."""
    started = time.perf_counter()
    while not true():  # noqa: ASYNC110 - the console must not notice that it is watched
        await asyncio.sleep(0.001)
    return (time.perf_counter() - started) * 1e3


class Answer(NamedTuple):
    """How long it took from a question until another list was shown, and the processor time, in milliseconds."""

    clock_ms: float
    processor_ms: float


async def answered(workspace: DriftsWorkspace, ask: Callable[[], None]) -> Answer:
    """Asks, and waits for the list."""
    before = workspace.list.listing
    await asyncio.sleep(_QUIET)
    started = time.process_time()
    ask()
    waited = await until(lambda: workspace.list.listing is not before)
    return Answer(waited, (time.process_time() - started) * 1e3)


async def listing(drifts: Sequence[Drift], rounds: int) -> tuple[dict[str, float], dict[str, Answer]]:
    """What the console's list takes, and what questions to it take."""
    engine = RecordedEngine(make_report("bench", 0, *drifts))
    engine.hold.clear()
    async with console(engine, _SIZE) as pilot:
        await press(pilot, "2")
        workspace = pilot.app.screen
        assert isinstance(workspace, DriftsWorkspace)
        found: dict[str, float] = {}
        answers: dict[str, Answer] = {}
        engine.hold.set()
        found["fill_ms"] = await until(lambda: len(workspace.list.items) == len(drifts))
        found["index_ready_ms"] = await until(lambda: len(workspace._catalogue.index._columns) >= 13)
        await pilot.pause(0.5)
        found |= await paging(pilot, rounds)
        found["down_ms"] = await keys(pilot, "j", rounds, _HELD)
        found["page_down_list_only_ms"] = (await press(pilot, "z"), await keys(pilot, "pagedown", rounds, _HELD))[1]
        for expression in _FILTERS:
            answers[f"filter {expression}"] = await answered(workspace, partial(workspace.apply_filter, expression))
        workspace.apply_filter("")
        await pilot.pause(0.5)
        for order in ("resource", "time", "severity"):
            answers[f"sort {order}"] = await answered(workspace, partial(workspace.do_sort, order))
        for group in ("cause", "actor", "none"):
            answers[f"group {group}"] = await answered(workspace, partial(workspace.do_group, group))
        return found, answers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--drifts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    drifts = many_drifts(options.drifts)
    found, answers = asyncio.run(listing(drifts, options.rounds))
    plain = asyncio.run(reference(drifts, options.rounds))
    told = {
        "drifts": options.drifts,
        "console": {key: round(value, 1) for key, value in found.items()},
        "answers": {key: {name: round(ms, 1) for name, ms in each._asdict().items()} for key, each in answers.items()},
        "data_table": {key: round(value, 1) for key, value in plain.items()},
        "ratios": {key: round(found[key] / plain[key], 2) for key in plain},
    }
    print(json.dumps(told, indent=1))
    slowest = max(answer for name, answer in answers.items() if name.startswith("filter"))
    print(
        f"listed in {found['fill_ms']:.0f} ms (under 500 wanted), a page down {found['page_down_ms']:.1f} ms "
        f"(under 15 wanted), the slowest filter {slowest.clock_ms:.0f} ms (under 100 wanted), of it "
        f"{slowest.processor_ms:.0f} ms of processor time",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
