"""Every action of the table is done once, in its workspace, on stores that hold something for each of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from textual.pilot import Pilot

from driftguard_tui.actions import ACTIONS, Action, of
from driftguard_tui.app import DriftGuardApp
from driftguard_tui.setup.app import SetupApp
from driftguard_tui.widgets.prompt import Prompt
from driftguard_tui.workspaces import BY_NAME
from driftguard_tui.workspaces.ask import AskWorkspace
from driftguard_tui.workspaces.requests import RequestsWorkspace
from engine.model import ChangeRequest
from engine.workflow.executions import Executions
from engine.workflow.requests import Requests
from tests.support import correlations_console
from tests.support.console import console, screen
from tests.support.executing import PREPARED
from tests.support.machine import AWS, a_machine, write
from tests.support.reports import RecordedEngine
from tests.support.samples import at
from tests.support.whole_desk import an_engine, recorded


class Desk(NamedTuple):
    """The console that is driven."""

    pilot: Pilot[Any]
    app: DriftGuardApp
    engine: RecordedEngine

    async def rest(self) -> None:
        """Waits until what was asked for has come to an end."""
        await self.pilot.pause()
        while any(worker.is_running and worker.group != "themes" for worker in self.app.workers):
            waits = self.app.scanning.is_running or any(worker.group == "execute" for worker in self.app.workers)
            if waits and not self.engine.hold.is_set():
                break
            await asyncio.sleep(0.005)
        await self.pilot.pause()

    async def do(self, action: str, argument: str = "") -> None:
        """An action, by its id."""
        await self.app.action_do(action, argument)
        await self.rest()

    @property
    def over(self) -> bool:
        """Whether something lies over the screen."""
        return bool(self.app.screen.query("Prompt, Menu, Choice") or self.app.kept.windows)

    async def begin(self, workspace: str) -> None:
        """The workspace, with nothing over it."""
        while self.app.kept.windows:
            self.app.floating.close(self.app.floating.places[-1])
        for prompt in self.app.screen.query(Prompt):
            self.app.asking.abandoned(prompt)
        for over in self.app.screen.query("Menu, Choice, Letters"):
            await over.remove()
        if self.app.as_of is not None:
            await self.app.travel(None)
        if self.app.current_mode != workspace or len(self.app.screen_stack) > 1:
            while len(self.app.screen_stack) > 1:
                self.app.pop_screen()
            await self.app.do_workspace(workspace)
        self.app.workspace.refocus()
        self.app.hush()
        await self.rest()

    def seen(self) -> tuple[object, ...]:
        """What an action can change."""
        app = self.app
        focus = app.focused.id if app.focused else ""
        return (screen(self.pilot), app.current_mode, app.theme, focus, app.clipboard, self.engine.scans, app._exit)


Before = Callable[[Desk], Awaitable[None]]


def first(*actions: str) -> Before:
    """These actions are done before; each may have an argument after a blank."""

    async def before(desk: Desk) -> None:
        for action in actions:
            await desk.do(*action.split(" ", 1))

    return before


async def a_scan(desk: Desk) -> None:
    """One that goes on."""
    desk.engine.hold.clear()
    await desk.do("rescan")


async def in_the_past(desk: Desk) -> None:
    """The desktop shows what was before."""
    await desk.app.travel(at(0))


async def a_question(desk: Desk) -> None:
    """One that is answered."""
    workspace = desk.app.workspace
    assert isinstance(workspace, AskWorkspace)
    for question in ("what changed today?", "why?"):
        workspace.ask(question)
        await desk.rest()
    await desk.do("top")


async def a_record(desk: Desk) -> None:
    """The first event of the lanes, opened from the list of what is under the cursor."""
    await desk.do("back")
    desk.app.workspace.tiles.go_to("lanes")
    for action in ("whole_range", "top", "next_event"):
        await desk.do(action)
    desk.app.workspace.tiles.go_to("under-cursor")
    await desk.rest()
    await desk.do("open")


async def an_approved_fix(desk: Desk) -> ChangeRequest:
    """The request under the cursor: a tool can carry it out, and may."""
    stores = desk.engine.stores
    assert stores is not None
    requests = Requests(stores.ledger, "anna")
    for known in requests.all(drift_id="d-1"):
        if known.is_open:
            requests.withdraw(known.id)
    draft = requests.create("d-1", draft=True)
    ready = Executions(stores.ledger, "anna").prepare(draft.id, PREPARED)
    requests.submit(ready.id, plan_hash=ready.plan_hash)
    approved = requests.approve(ready.id, plan_hash=ready.plan_hash)
    workspace = desk.app.workspace
    assert isinstance(workspace, RequestsWorkspace)
    workspace.seek(approved.id)
    workspace.on_screen_resume()
    await desk.rest()
    return approved


async def a_fix_to_carry_out(desk: Desk) -> None:
    """One that only has to be carried out."""
    await an_approved_fix(desk)


async def a_fix_going_on(desk: Desk) -> None:
    """One that is carried out now."""
    request = await an_approved_fix(desk)
    desk.engine.executes = lambda _: request
    desk.engine.hold.clear()
    assert isinstance(desk.app.workspace, RequestsWorkspace)
    desk.app.workspace.do_execute()
    await desk.rest()


async def a_fix_that_failed(desk: Desk) -> None:
    """One of which somebody has to take note."""
    request = await an_approved_fix(desk)
    assert desk.engine.stores is not None
    steps = Executions(desk.engine.stores.ledger, "anna")
    steps.fail(steps.begin(request.id, plan_hash=request.plan_hash), "denied", ())
    assert isinstance(desk.app.workspace, RequestsWorkspace)
    desk.app.workspace.on_screen_resume()
    await desk.rest()


_IN_WINDOW = first("tear_off")
_REPLAYED = first("note one", "note two", "replay 1")
#: What has to be done before an action can show what it does.
_BEFORE: dict[str, Before] = {
    "go_drifts": first("go_sources"), "go_back": first("go_sources"), "up": first("down"), "left": first("open"),
    "page_up": first("bottom"), "top": first("bottom"), "back": first("open"), "cancel": a_scan,
    "present": in_the_past, "even": first("wider"), "next_window": first("tear_off"),
    "close_window": first("tear_off"),
    **{action.id: _IN_WINDOW for action in ACTIONS if action.id.startswith("window_")},
    "end_room": first("note one"), "export_room": first("note one"), "replay": first("note one"),
    "replay_next": _REPLAYED, "replay_previous": first("note one", "note two", "replay 1", "replay_next"),
    "replay_pause": _REPLAYED, "replay_stop": _REPLAYED,
    "previous_drift": first("next_drift"), "unmark": first("mark"), "fold_all": first("group cause"),
    "columns": first("group none"),
    "zoom_out": first("zoom_in"), "whole_range": first("zoom_in"), "previous_event": first("next_event"),
    "drifts_of_range": first("back", "mark_range", "left", "left"), "as_of_now": in_the_past, "copy_record": a_record,
    "fold": first("unfold"), "next_question": a_question, "previous_question": first("bottom"),
    "execute": a_fix_to_carry_out, "stop": a_fix_going_on, "close": a_fix_that_failed, "withdraw": a_fix_to_carry_out,
    "next_standing_out": first("bottom"), "previous_standing_out": first("top"),
}  # fmt: skip
_WITH = {"go": "aws_security_group.d-2", "columns": "severity cause"}


async def drive(desk: Desk, workspace: str, actions: Sequence[Action]) -> list[str]:
    """Does each; gives those that could not be had or of which nothing was seen."""
    without = []
    for action in sorted(actions, key=lambda action: action.id == "quit"):
        await desk.begin(workspace)
        if action.id in _BEFORE:
            await _BEFORE[action.id](desk)
        before, why_not = desk.seen(), action.unavailable(desk.app.situation())
        await desk.do(action.id, _WITH.get(action.id, ""))
        desk.engine.hold.set()
        if why_not or desk.seen() == before:
            without.append(f"{action.id}: {why_not or 'nothing is seen of it'}")
    return without


@pytest.mark.parametrize("workspace", BY_NAME)
def test_in_its_workspace(workspace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    actions = [*of(workspace), *(of("") if workspace == "drifts" else ())]
    make = correlations_console.recorded if workspace == "correlations" else recorded

    async def run() -> list[str]:
        with make(tmp_path / "store") as stores:
            engine = an_engine(stores)
            engine.folder = tmp_path
            async with console(engine, (120, 30), workspace=workspace) as pilot:
                assert isinstance(pilot.app, DriftGuardApp)
                desk = Desk(pilot, pilot.app, engine)
                await desk.rest()
                return await drive(desk, workspace, actions)

    assert asyncio.run(run()) == []


@pytest.mark.parametrize("over", ["", "help"])
def test_elsewhere_it_does_something_or_says_why_not(over: str, tmp_path: Path) -> None:
    """In a workspace that is not the action's own, and where a text lies over it."""

    async def run() -> None:
        with recorded(tmp_path / "store") as stores:
            async with console(an_engine(stores), (120, 30), workspace="sources") as pilot:
                assert isinstance(pilot.app, DriftGuardApp)
                desk = Desk(pilot, pilot.app, RecordedEngine())
                for action in (action for action in ACTIONS if action.id != "quit"):
                    if (desk.app.current_mode, desk.app.screen.name or "") != ("sources", over) or desk.over:
                        await desk.begin("sources")
                        if over:
                            await desk.do(over)
                    await desk.app.action_do(action.id)
                await desk.rest()
                assert desk.app.is_running

    asyncio.run(run())


def test_at_the_first_start(tmp_path: Path) -> None:
    async def run() -> list[str]:
        engine = RecordedEngine()
        machine = a_machine(tmp_path)
        write(tmp_path / "home", AWS)
        app = SetupApp(engine, machine)
        async with app.run_test(size=(120, 30)) as pilot:
            desk = Desk(pilot, app, engine)
            await desk.rest()
            without = []
            for action in ("setup_all", "setup_toggle", "setup_next", "setup_back"):
                before = desk.seen()
                await desk.do(action)
                if desk.seen() == before:
                    without.append(action)
            return without

    assert asyncio.run(run()) == []
    assert {"setup_all", "setup_toggle", "setup_next", "setup_back"} == {action.id for action in of("setup")}
