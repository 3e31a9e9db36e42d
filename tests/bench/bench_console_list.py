"""What a list of 100,000 drifts costs: to fill it, to page, to filter while typing, to sort and to group.

    python -m tests.bench.bench_console_list

The same rows are put into a plain Textual DataTable as well, which is what the times are held against. A key is
measured from its press to the painted screen, in processor time of the console's own thread; a filter and a sort from
the key to the list that answers, on the clock. Prints one JSON object.
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
from typing import Any

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
_QUIET = 0.12
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


async def keys(pilot: Pilot[Any], key: str, rounds: int) -> float:
    """The median of the processor time of a key, painting included, in milliseconds.

    (A pilot's own press has the screen painted before all is said about a key, and so twice.)
    """
    times = []
    for _ in range(rounds):
        await pilot.pause(_QUIET)
        started = time.thread_time()
        pilot.app.post_message(events.Key(key, None))
        await asyncio.sleep(_QUIET)
        times.append(time.thread_time() - started)
    return statistics.median(times) * 1e3


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
        return {"fill_ms": app.filled * 1e3, "page_down_ms": await keys(pilot, "pagedown", rounds)}


async def until(true: Callable[[], bool]) -> float:
    """How long it takes until something holds, in milliseconds."""
    started = time.perf_counter()
    while not true():  # noqa: ASYNC110 - the console must not notice that it is watched
        await asyncio.sleep(0.001)
    return (time.perf_counter() - started) * 1e3


async def answered(workspace: DriftsWorkspace, ask: Callable[[], None]) -> float:
    """How long it takes from a question until another list is shown, in milliseconds."""
    before = workspace.list.listing
    ask()
    return await until(lambda: workspace.list.listing is not before)


async def listing(drifts: Sequence[Drift], rounds: int) -> dict[str, Any]:
    """What the console's list takes."""
    engine = RecordedEngine(make_report("bench", 0, *drifts))
    engine.hold.clear()
    async with console(engine, _SIZE) as pilot:
        await press(pilot, "2")
        workspace = pilot.app.screen
        assert isinstance(workspace, DriftsWorkspace)
        found: dict[str, Any] = {}
        engine.hold.set()
        found["fill_ms"] = await until(lambda: len(workspace.list.items) == len(drifts))
        found["index_ready_ms"] = await until(lambda: len(workspace._catalogue.index._columns) >= 13)
        await pilot.pause(0.5)
        found["page_down_ms"] = await keys(pilot, "pagedown", rounds)
        found["down_ms"] = await keys(pilot, "j", rounds)
        found["page_down_list_only_ms"] = (await press(pilot, "z"), await keys(pilot, "pagedown", rounds))[1]
        for expression in _FILTERS:
            found[f"filter {expression}"] = await answered(workspace, partial(workspace.apply_filter, expression))
        workspace.apply_filter("")
        await pilot.pause(0.5)
        for order in ("resource", "time", "severity"):
            found[f"sort {order}"] = await answered(workspace, partial(workspace.do_sort, order))
        for group in ("cause", "actor", "none"):
            found[f"group {group}"] = await answered(workspace, partial(workspace.do_group, group))
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--drifts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    drifts = many_drifts(options.drifts)
    found = asyncio.run(listing(drifts, options.rounds))
    plain = asyncio.run(reference(drifts, options.rounds))
    told = {
        "drifts": options.drifts,
        "console": {key: round(value, 1) for key, value in found.items()},
        "data_table": {key: round(value, 1) for key, value in plain.items()},
        "ratios": {key: round(found[key] / plain[key], 2) for key in plain},
    }
    print(json.dumps(told, indent=1))
    slowest = max(value for key, value in found.items() if key.startswith("filter"))
    print(
        f"listed in {found['fill_ms']:.0f} ms (under 500 wanted), a page down {found['page_down_ms']:.1f} ms "
        f"(under 15 wanted), the slowest filter {slowest:.0f} ms (under 100 wanted)",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
