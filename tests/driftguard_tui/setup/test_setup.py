"""The first start: from nothing to a configuration that scans, without leaving a trace when it is given up."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from driftguard_tui.session import Session
from driftguard_tui.setup.app import SetupApp
from driftguard_tui.setup.workspace import SetupWorkspace
from engine.config import FILE_NAME, load_config
from engine.discovery import Machine
from engine.model import Report
from engine.pipeline import scan
from tests.support.console import fill, press, screen, until
from tests.support.machine import AWS, AZURE, GOOGLE, KUBECONFIG, SECRET, a_machine, write
from tests.support.memory_keyring import memory_keyring
from tests.support.small_bundle import write_bundle, write_state
from tests.support.snapshots import assert_snapshot
from tests.support.terminal import Terminal

CLOUD = 'terraform {\n cloud {\n organization = "shop"\n workspaces { name = "app" }\n}}\n'
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
BROKEN_PLAN = '{"format_version": "1.2", "terraform_version": "1", "planned_values": '
PICTURES = Path(__file__).parents[1] / "snapshots"


@asynccontextmanager
async def first_start(machine: Machine, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    """The first start, when all has been looked at."""
    session = Session(load_config(cwd=machine.folder))
    session.user = "anna"
    app = SetupApp(session, machine)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "2 choose" in screen(pilot) and "✓ find" in screen(pilot))
        yield pilot


def workspace(pilot: Pilot[Any]) -> SetupWorkspace:
    return cast(SetupWorkspace, pilot.app.screen_stack[0])


async def on_source(pilot: Pilot[Any], name: str) -> None:
    """Puts the cursor on a proposal."""
    rows = workspace(pilot).list
    rows.select(next(row for row, item in enumerate(rows.items) if item.proposal.name == name))
    await pilot.pause()


def scanned(folder: Path) -> Report:
    return asyncio.run(scan(load_config(folder / FILE_NAME)))


def test_from_nothing_to_a_first_scan_that_finds_the_drift(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    write_bundle(machine.folder, live={"VisibilityTimeout": "900"})

    async def run() -> None:
        async with first_start(machine) as pilot:
            assert "2 sources of 5 taken" in screen(pilot)
            assert "●     state" in screen(pilot)
            await press(pilot, "enter")
            await until(pilot, lambda: "2 sources tried" in screen(pilot))
            assert "✓ state" in screen(pilot)
            assert "✓ terraform_state: 1 records in 1 file" in screen(pilot)
            shown = await press(pilot, "enter")
            assert "[estate]" in shown
            assert "enter writes 2 sources" in shown
            assert not (machine.folder / FILE_NAME).exists(), "nothing is written before"
            await press(pilot, "enter")
            assert cast(SetupApp, pilot.app).written == machine.folder / FILE_NAME

    asyncio.run(run())
    assert stat.S_IMODE((machine.folder / FILE_NAME).stat().st_mode) == 0o600
    assert [drift.changes[0].path for drift in scanned(machine.folder).drifts] == ["visibility_timeout_seconds"]


def test_space_takes_and_leaves_and_a_step_back_keeps_the_choice(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    write_bundle(machine.folder)

    async def run() -> None:
        async with first_start(machine) as pilot:
            await on_source(pilot, "aws")
            assert "1 source of 5 taken" in await press(pilot, "space")
            await press(pilot, "enter")
            await until(pilot, lambda: "1 source tried" in screen(pilot))
            assert "aws" not in [row.proposal.name for row in workspace(pilot).list.items]
            assert "1 source of 5 taken" in await press(pilot, "escape")
            assert "2 sources of 5 taken" in await press(pilot, "a"), "all that need no answer"
            assert "0 sources of 5 taken" in await press(pilot, "a")
            assert "Nothing is taken" in await press(pilot, "enter")

    asyncio.run(run())


@pytest.mark.parametrize("keys", [["escape"], ["enter", "escape", "escape"], ["q"]])
def test_leaving_leaves_everything_as_it_was(tmp_path: Path, keys: list[str]) -> None:
    machine = a_machine(tmp_path)
    write_bundle(machine.folder)
    before = sorted(tmp_path.rglob("*"))

    async def run() -> None:
        async with first_start(machine) as pilot:
            await press(pilot, *keys)
            assert cast(SetupApp, pilot.app).written is None
            assert not pilot.app._running or pilot.app._exit

    asyncio.run(run())
    assert sorted(tmp_path.rglob("*")) == before


def test_what_cannot_be_read_is_told_and_can_be_left_out(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    write_state(machine.folder / "good" / "a.tfstate")
    write(machine.folder, {"plans/p.json": BROKEN_PLAN})

    async def run() -> None:
        async with first_start(machine) as pilot:
            await press(pilot, "enter")
            await until(pilot, lambda: "2 sources tried" in screen(pilot))
            assert "1 cannot be read: space leaves it out" in screen(pilot)
            await on_source(pilot, "plans")
            shown = screen(pilot)
            assert "✗ plans" in shown
            assert "✗ terraform_plan:" in shown
            await press(pilot, "space")
            assert "enter writes 1 source" in await press(pilot, "enter")
            await press(pilot, "enter")

    asyncio.run(run())
    assert [source.name for source in load_config(machine.folder / FILE_NAME).sources] == ["state"]
    assert '# name = "plans"' in (machine.folder / FILE_NAME).read_text()


class TestSecrets:
    def test_a_typed_secret_goes_into_the_keyring_and_nowhere_else(self, tmp_path: Path) -> None:
        machine = a_machine(tmp_path)
        write(machine.folder, {"main.tf": CLOUD})

        async def run() -> None:
            async with first_start(machine) as pilot:
                await on_source(pilot, "terraform")
                await press(pilot, "space")
                await on_source(pilot, "state-cloud")
                await press(pilot, "space")
                assert "API token of HCP Terraform, for the keyring" in await press(pilot, "enter")
                assert SECRET not in await fill(pilot, SECRET)
                await press(pilot, "enter")
                await until(pilot, lambda: "3 check" in screen(pilot) and "✓ choose" in screen(pilot))
                await until(pilot, lambda: "tried" in screen(pilot))
                assert SECRET not in screen(pilot)
                await press(pilot, "enter", "enter")

        with memory_keyring() as ring:
            asyncio.run(run())
            assert ring.kept == {("driftguard", "state-cloud-token"): SECRET}
        written = (machine.folder / FILE_NAME).read_text()
        assert 'token = "keyring:driftguard/state-cloud-token"' in written
        assert SECRET not in written

    def test_leaving_takes_it_out_of_the_keyring_again(self, tmp_path: Path) -> None:
        machine = a_machine(tmp_path)
        write(machine.folder, {"main.tf": CLOUD})

        async def run() -> None:
            async with first_start(machine) as pilot:
                await on_source(pilot, "state-cloud")
                await press(pilot, "space", "enter")
                await fill(pilot, SECRET, "enter")
                await until(pilot, lambda: bool(ring.kept))
                await until(pilot, lambda: "tried" in screen(pilot))
                await press(pilot, "escape", "escape")
                await pilot.pause()

        with memory_keyring() as ring:
            ring.kept["driftguard", "state-cloud-token"] = "older"
            asyncio.run(run())
            assert ring.kept == {("driftguard", "state-cloud-token"): "older"}

    def test_without_a_keyring_a_variable_is_offered(self, tmp_path: Path) -> None:
        machine = a_machine(tmp_path)
        write(machine.folder, {"main.tf": CLOUD})

        async def run() -> None:
            async with first_start(machine) as pilot:
                await on_source(pilot, "state-cloud")
                asked = await press(pilot, "space", "enter")
                assert "env:STATE_CLOUD_TOKEN" in asked
                assert "there is no keyring here" in asked
                shown = await press(pilot, "escape")
                assert "○     state-cloud" in shown, "giving no answer leaves the source out"

        asyncio.run(run())


def test_a_file_that_appeared_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    write_state(machine.folder / "a.tfstate")

    async def run() -> None:
        async with first_start(machine) as pilot:
            await press(pilot, "enter")
            await until(pilot, lambda: "tried" in screen(pilot))
            await press(pilot, "enter")
            (machine.folder / FILE_NAME).write_text("# mine")
            assert "exists already" in await press(pilot, "enter")

    asyncio.run(run())
    assert (machine.folder / FILE_NAME).read_text() == "# mine"


def test_a_machine_without_anything_says_what_to_do(tmp_path: Path) -> None:
    async def run() -> None:
        async with first_start(a_machine(tmp_path)) as pilot:
            assert "0 sources of 3 taken" in screen(pilot), "services can be named"

    asyncio.run(run())


@pytest.mark.parametrize("size", [(40, 12), (120, 40), (240, 60)])
def test_it_fits_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    machine = a_machine(tmp_path)
    write_bundle(machine.folder)

    async def run() -> None:
        async with first_start(machine, size) as pilot:
            assert all(len(line) == size[0] for line in screen(pilot).split("\n"))
            assert "state" in screen(pilot)
            await press(pilot, "enter")
            await until(pilot, lambda: "✓ choose" in screen(pilot) or size[0] < 80)
            await until(pilot, lambda: not workspace(pilot)._choices.being_tried)
            assert "What DriftGuard looks at" in await press(pilot, "enter")

    asyncio.run(run())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_what_it_looks_like(tmp_path: Path, size: tuple[int, int]) -> None:
    machine = a_machine(tmp_path)
    write(machine.home, AWS | KUBECONFIG | GOOGLE | AZURE)
    write(machine.folder, {"net/main.tf": CLOUD, "k8s/web.yaml": SERVICE, "plans/p.json": BROKEN_PLAN})
    write_bundle(machine.folder)
    files = ("state", "aws", "plans")

    async def run() -> None:
        async with first_start(machine, size) as pilot:
            name = f"setup-{size[0]}x{size[1]}"
            await on_source(pilot, "aws")
            assert_snapshot(pilot.app, PICTURES, f"{name}-choose")
            for row in workspace(pilot).list.items:
                if row.taken != (row.proposal.name in files):
                    workspace(pilot)._choices.toggle(row.proposal.name)
            await press(pilot, "enter")
            await until(pilot, lambda: "3 sources tried" in screen(pilot))
            await on_source(pilot, "plans")
            assert_snapshot(pilot.app, PICTURES, f"{name}-check")

    asyncio.run(run())


def test_without_a_configuration_the_console_begins_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Terminal() as terminal:
        terminal.read_until(lambda shown: "choose" in shown and "taken" in shown)
        terminal.press("\x1b")
        assert terminal.status() == 0
        assert "everything is as it was" in terminal.shown
    assert list(tmp_path.iterdir()) == []
