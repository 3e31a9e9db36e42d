"""A request that Terraform itself carries out, from the code that nobody applied to the drift that is gone."""

import asyncio
import json
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from driftguard_tui.session import Session
from engine.config import load_config
from engine.model import ChangeRequest, RequestStatus
from engine.store import Stores
from tests.support.command import Outcome, driftguard
from tests.support.forked import kill
from tests.support.remedies import terraform_folder
from tests.support.workflow_victim import execute_and_stay

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="needs the terraform binary")

CODE = 'resource "terraform_data" "front" {\n  input = "%s"\n}\n'
CONFIG = """
[estate]
name = "shop"
[store]
path = "store"
[[source]]
name = "code"
kind = "terraform_code"
path = "code"
[[source]]
name = "plan"
kind = "terraform_plan"
dir = "code"
[[source]]
name = "commits"
kind = "git"
path = "code"
"""

Run = Callable[..., Outcome]


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=anna", "-c", "user.email=anna@shop.example")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """Code was merged that nobody applied, and a scan has found that."""
    code = terraform_folder(tmp_path / "code", CODE % "one")
    (code / ".gitignore").write_text(".terraform*\n*.tfstate*\n")
    git(code, "init", "-q")
    git(code, "add", "-A")
    git(code, "commit", "-qm", "Let front be one")
    (code / "main.tf").write_text(CODE % "two")
    git(code, "commit", "-qam", "Let front be two")
    (tmp_path / "driftguard.toml").write_text(CONFIG)
    assert driftguard("scan", "--config", tmp_path / "driftguard.toml").status == 2
    return tmp_path


@pytest.fixture
def run(estate: Path) -> Run:
    """A command on this estate."""
    return lambda *arguments: driftguard(*arguments, "--config", estate / "driftguard.toml")


def approved(run: Run) -> str:
    """The id of an approved request for what a scan found."""
    [drift] = json.loads(run("drifts", "list", "--format", "json").out)
    created = run("requests", "create", drift["id"])
    assert (created.status, created.err) == (0, "")
    assert '~ input  = "one" -> "two"' in created.out
    [request] = json.loads(run("requests", "list", "--format", "json").out)
    assert run("requests", "approve", request["id"]).status == 0
    return str(request["id"])


def state(estate: Path) -> tuple[str, int]:
    """What is live, and how often it was written."""
    content = json.loads((estate / "code" / "terraform.tfstate").read_text())
    return content["resources"][0]["instances"][0]["attributes"]["input"]["value"], content["serial"]


def test_from_the_request_to_the_verified_end(run: Run, estate: Path) -> None:
    request = approved(run)
    assert run("requests", "execute", request).err == (
        f"driftguard: nobody can be asked here whether to carry request {request} out: give --yes\n"
    )
    assert state(estate)[0] == "one"

    status, out, err = run("requests", "execute", request, "--yes")
    assert (status, err) == (0, "")
    for expected in ("terraform_data.front: Modifying...", f"request {request}: verified, the drift is gone"):
        assert expected in out, expected
    assert state(estate)[0] == "two"
    assert "No drift" in run("drifts", "list").out
    shown = run("requests", "show", request).out
    assert shown.startswith("verified: Apply the code")
    assert "Apply complete! Resources: 0 added, 1 changed, 0 destroyed." in shown
    assert run("audit", "verify").status == 0
    assert f"request {request} is verified already" in run("requests", "execute", request, "--yes").err


def test_a_plan_that_changed_after_the_approval_is_refused(run: Run, estate: Path) -> None:
    request = approved(run)
    (estate / "code" / "main.tf").write_text(CODE % "three")
    status, _, err = run("requests", "execute", request, "--yes")
    assert status == 1
    assert "the resource or its declaration has changed since this was prepared" in err
    assert state(estate)[0] == "one"
    assert run("requests", "show", request).out.startswith("approved: ")


def test_a_process_that_died_before_the_verification_is_recovered_and_applies_nothing_again(
    run: Run, estate: Path
) -> None:
    request = approved(run)
    kill(execute_and_stay, estate / "driftguard.toml", request)
    applied = state(estate)
    assert applied[0] == "two"

    scanned = run("scan")
    assert f"request {request} is verified: Apply the code" in scanned.err
    assert state(estate) == applied
    assert [json.loads(line)["action"] for line in run("audit", "export").out.splitlines()][-2:] == [
        "request.apply",
        "request.verify",
    ]


def test_the_console_does_the_same_beside_its_scans(estate: Path) -> None:
    config = load_config(estate / "driftguard.toml")
    session, said = Session(config, config.store), list[str]()

    async def run() -> None:
        [drift] = (await session.scan(lambda _: None)).drifts

        def approve(stores: Stores) -> ChangeRequest:
            workflow = session.workflow(stores)
            asked = workflow.ask(drift.id, say=said.append)
            return workflow.requests.approve(asked.id, plan_hash=asked.plan_hash)

        request = await session.read(approve)
        assert request is not None
        ended = await session.execute(request, said.append, threading.Event())
        assert ended.status is RequestStatus.VERIFIED
        assert session.report is not None
        assert session.report.drifts == ()

    try:
        asyncio.run(run())
    finally:
        session.close()
    assert any("Modifying..." in line for line in said)
    assert state(estate)[0] == "two"
