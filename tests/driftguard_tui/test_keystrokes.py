"""How many keys it takes from the alarm to the cause, and on to a requested fix: on the demo estate, from a start."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import permutations
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from driftguard_tui import labels
from driftguard_tui.app import DriftGuardApp
from driftguard_tui.demo import build_demo
from driftguard_tui.profiles import Profile
from driftguard_tui.session import Session
from driftguard_tui.workspaces import WORKSPACES
from engine.config import bundle_config
from engine.workflow.requests import Requests
from tests.support.console import console, screen, settle


@asynccontextmanager
async def demo(store: Path, bundle: Path) -> AsyncIterator[Pilot[Any]]:
    """The console on the demo estate, started for the first time, once it has scanned."""
    app = DriftGuardApp(Session(bundle_config(bundle), store), Profile(theme="calm"))
    async with app.run_test(size=(120, 40)) as pilot:
        while app.report is None:
            await pilot.pause(0.05)
        await settle(pilot)
        yield pilot


async def keys(pilot: Pilot[Any], *pressed: str) -> str:
    """Presses each key as a person does, who sees what it did before the next, and returns the screen."""
    for key in pressed:
        await pilot.press(key)
        await settle(pilot)
    return screen(pilot)


def test_from_a_start_to_the_worst_drifts_cause_and_to_a_requested_fix(tmp_path: Path) -> None:
    bundle = build_demo(tmp_path / "bundle")

    async def run() -> None:
        async with demo(tmp_path / "store", bundle) as pilot:
            app = pilot.app
            assert isinstance(app, DriftGuardApp)
            assert app.report is not None
            assert app.current_mode == "overview", "a first start begins with the overview"
            worst = max(app.report.drifts, key=lambda drift: (drift.severity.level.rank, drift.severity.score))

            to_the_cause = ("enter",)
            shown = await keys(pilot, *to_the_cause)
            assert len(to_the_cause) <= 3
            assert app.drift is not None
            assert app.drift.severity.score == worst.severity.score
            assert app.drift.severity.level is worst.severity.level
            cause = labels.CAUSES[app.drift.cause.category]
            assert cause in " ".join(shown.split()), "the story names the cause"

            to_a_fix = ("f", "enter")
            shown = await keys(pilot, *to_a_fix)
            assert len((*to_the_cause, *to_a_fix)) <= 6
            assert "Requested: " in shown
            made = await app.engine.read(lambda stores: Requests(stores.ledger, "someone").all())
            assert [request.plan.drift_id for request in made or ()] == [app.drift.id]

    asyncio.run(run())


def test_every_workspace_is_one_key_from_every_other() -> None:
    async def run() -> None:
        async with console() as pilot:
            for begin, end in permutations(WORKSPACES, 2):
                await pilot.press(begin.key, end.key)
                assert pilot.app.current_mode == end.name

    asyncio.run(run())
