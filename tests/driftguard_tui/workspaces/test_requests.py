"""The workspace Requests: from a drift to a requested fix, and from there to a decision, by keys."""

import asyncio
import getpass
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copytree
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from driftguard_tui.app import DriftGuardApp
from driftguard_tui.demo import build_demo
from driftguard_tui.profiles import Profile
from driftguard_tui.session import Session
from driftguard_tui.workspaces.requests import RequestsWorkspace
from engine.config import bundle_config
from engine.model import ChangeRequest, Level, RequestStatus, Role
from engine.store import Stores, open_stores
from engine.workflow.executions import Executions
from engine.workflow.requests import Requests
from tests.support.console import console, fill, press, screen, settle, until
from tests.support.executing import PREPARED
from tests.support.people import fixable, register
from tests.support.reports import RecordedEngine
from tests.support.sample_report import HOSTILE, hostile_drift
from tests.support.samples import make_report
from tests.support.small_bundle import write_bundle

Run = Callable[[Pilot[Any]], Coroutine[Any, Any, None]]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the scan in it: copying it is quicker than making one."""
    folder = tmp_path_factory.mktemp("prepared")
    with open_stores(folder) as stores:
        stores.record_scan(make_report("s1", 0, fixable("d-1"), fixable("d-2", score=50)))
    return folder


@pytest.fixture
def stores(prepared: Path, tmp_path: Path) -> Iterator[Stores]:
    with open_stores(Path(copytree(prepared, tmp_path / "store"))) as stores:
        yield stores


@asynccontextmanager
async def desk(stores: Stores | None, **options: Any) -> AsyncIterator[Pilot[Any]]:
    """A console on the drifts d-1 and d-2, with anna at it."""
    engine = RecordedEngine(make_report("s1", 0, fixable("d-1"), fixable("d-2", score=50)), estate="")
    engine.stores = stores
    engine.role = options.pop("role", Role.ADMIN)
    async with console(engine, **options) as pilot:
        yield pilot


def ask(stores: Stores, drift: str = "d-1", by: str = "anna", **more: Any) -> ChangeRequest:
    return Requests(stores.ledger, by).create(drift, **more)


def known(stores: Stores) -> list[ChangeRequest]:
    return Requests(stores.ledger, "anna").all()


async def shown(pilot: Pilot[Any], *keys: str) -> str:
    await press(pilot, *keys)
    await settle(pilot)
    return screen(pilot)


def test_two_keys_from_a_drift_to_a_requested_fix(stores: Stores) -> None:
    async def run() -> None:
        async with desk(stores) as pilot:
            asked = await shown(pilot, "f")
            assert "Fix d-1" in asked
            assert "Close it" in asked
            assert "Write it down" in asked
            assert "Ask mia" not in asked.split("Fix d-1")[1], "an investigation needs no request"
            assert "Requested: Close it; 6 shows it" in await shown(pilot, "enter")

    asyncio.run(run())
    [request] = known(stores)
    assert (request.plan.drift_id, request.plan.commands, request.requested_by) == ("d-1", ("terraform apply",), "anna")


def test_another_fix_is_chosen_with_the_cursor_or_by_name(stores: Stores) -> None:
    async def run() -> None:
        async with desk(stores) as pilot:
            await shown(pilot, "f", "j", "enter")
            await press(pilot, "j", "colon")
            await fill(pilot, "request adopt", "enter")
            await settle(pilot)
            assert "Requested: Write it down" in screen(pilot)
            await press(pilot, "colon")
            await fill(pilot, "request import", "enter")
            await settle(pilot)
            assert "'import' is not recommended" in screen(pilot)

    asyncio.run(run())
    assert [request.plan.patch for request in known(stores)] == ["-a\n+b\n", "-a\n+b\n"]


def test_the_question_goes_away_without_a_trace(stores: Stores) -> None:
    async def run() -> None:
        async with desk(stores) as pilot:
            await shown(pilot, "f")
            assert "Fix d-1" not in await shown(pilot, "escape")
            await shown(pilot, "f")
            await press(pilot, "6", "2")
            assert "Fix d-1" not in await shown(pilot, "j"), "it does not wait in another workspace"
            assert pilot.app.focused is not None

    asyncio.run(run())
    assert known(stores) == []


def test_a_second_request_for_the_same_drift_is_refused_in_a_sentence(stores: Stores) -> None:
    ask(stores)

    async def run() -> None:
        async with desk(stores) as pilot:
            assert "for this drift already" in await shown(pilot, "f", "enter")

    asyncio.run(run())


def test_what_would_be_done_is_shown_whole(stores: Stores) -> None:
    request = ask(stores, reason="it is open to the world")

    async def run() -> None:
        async with desk(stores, size=(160, 40)) as pilot:
            page = await shown(pilot, "6")
            for expected in (
                "Requests · 1 waiting", "◷ waiting", "▲ high", "revert d-1", "Close it", "anna",
                request.plan_hash[:12], "$ terraform apply", "ingress[0].cidr_blocks", '− ["10.0.0.0/8"]',
                '+ ["0.0.0.0/0"]', "it is open to the world", "It is open.", "waits for an admin until",
            ):  # fmt: skip
                assert expected in page, expected

    asyncio.run(run())


def test_an_approval_asks_with_the_plan_and_is_written_down(stores: Stores) -> None:
    request = ask(stores)

    async def run() -> None:
        async with desk(stores) as pilot:
            question = await shown(pilot, "6", "a")
            assert f"Approve {request.plan_hash[:12]}: revert d-1 (1 change, 1 command)?" in question
            await press(pilot, "escape")
            assert known(stores)[0].status is RequestStatus.REQUESTED, "escape leaves everything as it was"
            await shown(pilot, "a")
            await fill(pilot, "y", "enter")
            await settle(pilot)
            page = screen(pilot)
            assert "Approved, holding all roles: Close it" in page
            assert "✓ approved by anna as admin, holding all roles" in " ".join(page.replace("│", " ").split())
            assert "is approved already" in await shown(pilot, "a")

    asyncio.run(run())
    [decision] = known(stores)[0].decisions
    assert (decision.by, decision.plan_hash, decision.alone) == ("anna", request.plan_hash, True)


def test_what_comes_under_the_cursor_meanwhile_is_not_approved(stores: Stores) -> None:
    first, second = ask(stores, "d-1"), ask(stores, "d-2")

    async def run() -> None:
        async with desk(stores) as pilot:
            await shown(pilot, "6")
            await press(pilot, "slash")
            await fill(pilot, "status:requested", "enter")
            question = await shown(pilot, "a")
            assert first.plan_hash[:12] in question
            Requests(stores.ledger, "ben").reject(first.id)
            workspace = pilot.app.screen
            assert isinstance(workspace, RequestsWorkspace)
            workspace.on_screen_resume()
            await settle(pilot)
            await fill(pilot, "y", "enter")
            await settle(pilot)
            assert "That has changed meanwhile: nothing was done" in screen(pilot)

    asyncio.run(run())
    stands = {request.id: request.status for request in known(stores)}
    assert stands == {first.id: RequestStatus.REJECTED, second.id: RequestStatus.REQUESTED}


@pytest.mark.parametrize(
    ("key", "status"), [("R", RequestStatus.REJECTED), ("b", RequestStatus.WITHDRAWN), ("c", RequestStatus.REQUESTED)]
)
def test_rejecting_withdrawing_and_remarking_ask_for_words(stores: Stores, key: str, status: RequestStatus) -> None:
    ask(stores)

    async def run() -> None:
        async with desk(stores, size=(200, 40)) as pilot:
            await shown(pilot, "6", key)
            await fill(pilot, "after the freeze", "enter")
            await settle(pilot)
            assert "after the freeze" in screen(pilot)

    asyncio.run(run())
    [request] = known(stores)
    words = [decision.comment for decision in request.decisions] + [comment.text for comment in request.comments]
    assert (request.status, words) == (status, ["after the freeze"])


def test_what_the_role_forbids_says_why(stores: Stores) -> None:
    register_and_ask(stores)

    async def run() -> None:
        async with desk(stores, role=Role.EDIT) as pilot:
            assert "That takes the role admin; yours is edit" in await shown(pilot, "6", "a")
        async with desk(stores, role=Role.VIEW) as pilot:
            assert "That takes the role edit; yours is view" in await shown(pilot, "f")
        async with desk(stores, read_only=True) as pilot:
            assert "read-only" in await shown(pilot, "6", "a")
        async with desk(stores) as pilot:
            page = await shown(pilot, "6", "a")
            assert "You asked for this change, and nobody approves their own" in page
            assert "a approve" not in page, "what cannot be had is no hint"

    asyncio.run(run())
    assert known(stores)[0].status is RequestStatus.REQUESTED


def register_and_ask(stores: Stores) -> None:
    register(stores.folder, anna=Role.ADMIN, ben=Role.ADMIN)
    ask(stores)


def test_what_waits_comes_first_and_what_is_outdated_says_so(stores: Stores) -> None:
    over, waiting = ask(stores, "d-1"), ask(stores, "d-2")
    Requests(stores.ledger, "anna").withdraw(over.id)
    stores.ledger.record(make_report("s2", 9, fixable("d-1")))

    async def run() -> None:
        async with desk(stores) as pilot:
            page = await shown(pilot, "6")
            rows = [line for line in page.split("\n") if "revert d-" in line]
            assert ["d-2" in rows[0], "withdrawn" in rows[1]] == [True, True]
            assert "! outdated" in rows[0]
            assert "since the drift is gone: withdraw it" in await shown(pilot, "a")

    asyncio.run(run())
    assert waiting.id in {request.id for request in known(stores)}


def test_requests_are_filtered_and_their_drift_is_opened(stores: Stores) -> None:
    ask(stores, "d-1")
    ask(stores, "d-2")

    async def run() -> None:
        async with desk(stores) as pilot:
            await shown(pilot, "6", "slash")
            await fill(pilot, "resource:d-2", "enter")
            await settle(pilot)
            assert "Requests · 1 of 2" in screen(pilot)
            page = await shown(pilot, "o")
            assert "aws_security_group.d-2" in page
            assert pilot.app.current_mode == "drifts"

    asyncio.run(run())


def test_without_a_store_nothing_is_asked_for(stores: Stores) -> None:
    async def run() -> None:
        async with desk(None) as pilot:
            assert "Nothing is recorded here" in await shown(pilot, "f", "enter")
            assert "Open the console with a store" in await shown(pilot, "6")
            assert "No request is selected" in await shown(pilot, "a")
        async with desk(stores) as pilot:
            assert "No change is requested" in await shown(pilot, "6")

    asyncio.run(run())


def test_it_is_as_it_was_left(stores: Stores, tmp_path: Path) -> None:
    ask(stores, "d-1")
    ask(stores, "d-2")

    async def run() -> None:
        for _ in range(2):
            engine = RecordedEngine(make_report("s1", 0, fixable("d-1"), fixable("d-2", score=50)), estate="")
            engine.stores, engine.folder = stores, tmp_path
            async with console(engine) as pilot:
                await settle(pilot)
                if pilot.app.current_mode == "requests":
                    assert "/ by:anna" in screen(pilot)
                    assert "2 of 2" in screen(pilot)
                    return
                await shown(pilot, "6", "slash")
                await fill(pilot, "by:anna", "enter")
                await shown(pilot, "j")
        raise AssertionError("the workspace was not remembered")

    asyncio.run(run())


@pytest.mark.parametrize("size", [(30, 8), (240, 60)])
def test_hostile_text_stays_text_at_every_size(stores: Stores, size: tuple[int, int]) -> None:
    report = make_report("s2", 9, hostile_drift())
    stores.record_scan(report)
    request = ask(stores, hostile_drift().id, by=HOSTILE, reason=HOSTILE)
    Requests(stores.ledger, HOSTILE).comment(request.id, HOSTILE)

    async def run() -> None:
        engine = RecordedEngine(report, estate="")
        engine.stores = stores
        async with console(engine, size=size) as pilot:
            for keys in (("6",), ("enter",), ("pagedown",), ("a", "escape"), ("2", "f")):
                page = await shown(pilot, *keys)
                assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(page)

    asyncio.run(run())


def test_from_start_to_a_requested_fix_on_the_demo_in_at_most_six_keys(tmp_path: Path) -> None:
    config = bundle_config(build_demo(tmp_path / "demo"))
    keys = ("2", "f", "enter")

    async def run() -> None:
        app = DriftGuardApp(Session(config, tmp_path / "store"), Profile(theme="calm"))
        async with app.run_test(size=(120, 40)) as pilot:
            while app.report is None:
                await pilot.pause(0.05)
            await settle(pilot)
            for key in keys:
                await shown(pilot, key)
            while "Requested: " not in screen(pilot):
                await pilot.pause(0.05)

    assert len(keys) <= 6
    asyncio.run(run())
    with open_stores(tmp_path / "store") as stores:
        [request] = Requests(stores.ledger, "anna").all(estate=config.name)
        assert request.level is Level.CRITICAL
        assert request.requested_by == getpass.getuser()


def test_the_role_is_the_one_that_the_ledger_knows(tmp_path: Path) -> None:
    with open_stores(tmp_path / "store"):
        pass
    register(tmp_path / "store", **{getpass.getuser(): Role.EDIT})

    async def run() -> None:
        session = Session(bundle_config(write_bundle(tmp_path / "bundle")), tmp_path / "store")
        await session.read(lambda stores: None)
        assert session.role is Role.EDIT
        session.close()

    asyncio.run(run())


class TestCarryingOut:
    """What the engine does is stood in for; `tests/engine/workflow` tries that."""

    @staticmethod
    def approved(stores: Stores) -> ChangeRequest:
        steps = Executions(stores.ledger, "anna")
        ready = steps.prepare(ask(stores, draft=True).id, PREPARED)
        asked = Requests(stores.ledger, "anna").submit(ready.id, plan_hash=ready.plan_hash)
        return Requests(stores.ledger, "anna").approve(asked.id, plan_hash=asked.plan_hash)

    @staticmethod
    def verified(stores: Stores) -> Callable[[ChangeRequest], ChangeRequest]:
        def execute(request: ChangeRequest) -> ChangeRequest:
            steps = Executions(stores.ledger, "anna")
            begun = steps.begin(request.id, plan_hash=request.plan_hash)
            steps.applied(begun, "Apply complete!", ())
            stores.ledger.record(make_report("s2", 10, fixable("d-2", score=50)))
            return steps.judge(request.id)

        return execute

    def test_it_is_asked_first_streamed_and_told_how_it_ended(self, stores: Stores) -> None:
        self.approved(stores)

        async def run() -> None:
            async with desk(stores, workspace="requests") as pilot:
                engine = cast("RecordedEngine", pilot.app.engine)  # type: ignore[attr-defined]
                engine.executes = self.verified(stores)
                engine.hold.clear()
                page = await shown(pilot)
                assert "What exactly is applied" in page
                assert '~ cidr = "0.0.0.0/0" -> "10.0.0.0/8"' in page
                assert "(terraform, 1 to change)?" in await shown(pilot, "e")
                await fill(pilot, "y", "enter")
                await until(pilot, lambda: "aws_security_group.front: Modifying..." in screen(pilot))
                assert "What the tool says" in screen(pilot)
                await press(pilot, "e")
                await until(pilot, lambda: "This console carries out request" in screen(pilot))
                engine.hold.set()
                await until(pilot, lambda: "Verified, the drift is gone: Close it" in screen(pilot))
                assert "✓ verified" in await shown(pilot)

        asyncio.run(run())
        assert [request.status for request in known(stores)] == [RequestStatus.VERIFIED]

    def test_a_tool_can_be_asked_to_stop(self, stores: Stores) -> None:
        self.approved(stores)

        async def run() -> None:
            async with desk(stores, workspace="requests") as pilot:
                engine = cast("RecordedEngine", pilot.app.engine)  # type: ignore[attr-defined]
                engine.executes = lambda request: request
                engine.hold.clear()
                await settle(pilot)
                await press(pilot, "S")
                await until(pilot, lambda: "This console carries nothing out" in screen(pilot))
                workspace = cast("RequestsWorkspace", pilot.app.screen)
                await press(pilot, "e")
                await fill(pilot, "y", "enter")
                await until(pilot, lambda: workspace.executing.is_running)
                await press(pilot, "S")
                await until(pilot, lambda: "The tool is asked to stop" in screen(pilot))
                engine.hold.set()
                await until(pilot, lambda: not workspace.executing.is_running)
                assert workspace.executing.lines[-1] == "stopped"

        asyncio.run(run())

    def test_what_waits_for_an_approval_says_so(self, stores: Stores) -> None:
        ask(stores)

        async def run() -> None:
            async with desk(stores, workspace="requests") as pilot:
                await settle(pilot)
                await press(pilot, "e")
                await until(pilot, lambda: "No tool has prepared request" in screen(pilot))

        asyncio.run(run())
