"""Terraform, the real program with its built-in provider: prepared, approved as it is, applied once."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from engine.collectors.declared.terraform_settings import CodeSettings, PlanSettings, StateSettings
from engine.errors import RemedyError
from engine.model import Action, DriftKind, Plan, ResourceRef
from engine.remediate import Workplace, remedy_for
from engine.remediate.journal import Progress
from tests.support.remedies import terraform_folder

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="needs the terraform binary")

CODE = """
variable "secret" {
  sensitive = true
  default   = "hush-hush-17"
}

resource "terraform_data" "front" {
  input = "%s"
}

resource "terraform_data" "back" {
  input = var.secret
}
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """Applied once, and changed since."""
    folder = terraform_folder(tmp_path / "estate", CODE % "one")
    (folder / "main.tf").write_text(CODE % "two")
    return folder


def plan_for(address: str, kind: DriftKind = DriftKind.MODIFIED) -> Plan:
    ref = ResourceRef(provider="terraform", type="terraform_data", id="", address=address)
    return Plan(drift_id="d1", resource=ref, kind=kind, recommendation_id="r1", action=Action.REVERT, title="Revert it")


def workplace(code: Path) -> Workplace:
    source = CodeSettings(name="code", kind="terraform_code", path=code.name, base=code.parent)
    return Workplace(sources=(source,), base=code.parent, folder=code.parent / "kept" / "r1")


def inputs(code: Path) -> dict[str, str]:
    state = json.loads((code / "terraform.tfstate").read_text())
    return {item["name"]: item["instances"][0]["attributes"]["input"]["value"] for item in state["resources"]}


def test_what_was_prepared_is_applied_and_nothing_else(code: Path) -> None:
    remedy = remedy_for(plan_for("terraform_data.front"), workplace(code))
    prepared = remedy.prepare()
    assert prepared.summary == "1 to change"
    assert '~ input  = "one" -> "two"' in prepared.shown
    assert inputs(code)["front"] == "one"

    said: list[str] = []
    outcome = remedy.execute(prepared, said.append)
    assert outcome.done, outcome
    assert outcome.said == "Apply complete! Resources: 0 added, 1 changed, 0 destroyed."
    assert any("Modifying..." in line for line in said)
    assert inputs(code) == {"front": "two", "back": "hush-hush-17"}


def test_it_is_applied_once_however_often_it_is_asked_for(code: Path) -> None:
    prepared = remedy_for(plan_for("terraform_data.front"), workplace(code)).prepare()
    first = remedy_for(plan_for("terraform_data.front"), workplace(code)).execute(prepared, print)
    (code / "main.tf").write_text(CODE % "three")
    state = (code / "terraform.tfstate").read_text()
    assert remedy_for(plan_for("terraform_data.front"), workplace(code)).execute(prepared, print) == first
    assert (code / "terraform.tfstate").read_text() == state


def test_the_plan_is_private_and_shows_no_secret(code: Path) -> None:
    (code / "main.tf").write_text((CODE % "one").replace("hush-hush-17", "hush-hush-18"))
    place = workplace(code)
    prepared = remedy_for(plan_for("terraform_data.back"), place).prepare()
    assert "hush" not in repr(prepared)
    assert "(sensitive value)" in prepared.shown
    assert oct((place.folder / prepared.artifact).stat().st_mode)[-3:] == "600"
    assert oct(place.folder.stat().st_mode)[-3:] == "700"


LEAKY = """
resource "terraform_data" "leaky" {
  input = sensitive("hush-hush-19")
  provisioner "local-exec" {
    command = "echo the key is $KEY; echo $KEY >&2; exit 3"
    environment = { KEY = nonsensitive(self.input) }
  }
}
"""


def test_a_failed_apply_says_why_and_no_secret(tmp_path: Path) -> None:
    code = terraform_folder(tmp_path / "estate", "")
    (code / "main.tf").write_text(LEAKY)
    remedy = remedy_for(plan_for("terraform_data.leaky", DriftKind.MISSING), workplace(code))
    prepared = remedy.prepare()
    said: list[str] = []
    outcome = remedy.execute(prepared, said.append)
    assert outcome.said == "Terraform did not finish: Error: local-exec provisioner error"
    assert any("the key is (sensitive)" in line for line in said)
    assert "hush" not in repr((prepared, said, outcome))


def test_another_plan_than_the_approved_one_is_refused(code: Path) -> None:
    place = workplace(code)
    remedy = remedy_for(plan_for("terraform_data.front"), place)
    prepared = remedy.prepare()
    (code / "main.tf").write_text(CODE % "three")
    remedy.prepare()
    with pytest.raises(RemedyError, match="is not what was approved"):
        remedy.execute(prepared, print)
    (place.folder / prepared.artifact).unlink()
    with pytest.raises(RemedyError, match="is not there any more"):
        remedy.execute(prepared, print)
    assert inputs(code)["front"] == "one"


@pytest.mark.parametrize("moved", ["declared", "live"])
def test_a_world_that_changed_since_is_refused(code: Path, moved: str) -> None:
    remedy = remedy_for(plan_for("terraform_data.front"), workplace(code))
    prepared = remedy.prepare()
    if moved == "declared":
        (code / "main.tf").write_text(CODE % "three")
    else:
        state = (code / "terraform.tfstate").read_text()
        (code / "terraform.tfstate").write_text(state.replace('"value": "one"', '"value": "by hand"'))
    with pytest.raises(RemedyError, match="has changed since this was prepared"):
        remedy.execute(prepared, print)
    assert remedy.progress is Progress.PREPARED
    assert inputs(code)["front"] != "two"


def test_what_else_would_change_is_told(code: Path) -> None:
    with (code / "main.tf").open("a") as file:
        file.write('resource "terraform_data" "top" {\n  input = terraform_data.front.output\n}\n')
    prepared = remedy_for(plan_for("terraform_data.top", DriftKind.MISSING), workplace(code)).prepare()
    assert prepared.summary == "1 to add, 1 to change; also touches terraform_data.front"


def test_a_locked_state_is_respected(code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.remediate.terraform.LOCK", "-lock-timeout=0s")
    locked = code / "terraform.tfstate"
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(locked)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert held.stdout is not None
    assert held.stdout.readline() == "held\n"
    try:
        with pytest.raises(RemedyError, match="the state is locked; wait for the other run"):
            remedy_for(plan_for("terraform_data.front"), workplace(code)).prepare()
    finally:
        held.communicate("")


HOLD = """
import fcntl, sys
opened = open(sys.argv[1], "r+b")
fcntl.lockf(opened, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_folder_that_needs_init_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "estate"
    folder.mkdir()
    (folder / "main.tf").write_text('resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n')
    ref = ResourceRef(provider="aws", type="aws_vpc", id="vpc-1", address="aws_vpc.main")
    with pytest.raises(RemedyError, match="run `terraform init` there first"):
        remedy_for(structs.replace(plan_for(""), resource=ref), workplace(folder)).prepare()


def test_nothing_to_change_is_told(tmp_path: Path) -> None:
    folder = terraform_folder(tmp_path / "estate", CODE % "one")
    with pytest.raises(RemedyError, match=r"would change nothing about terraform_data\.front"):
        remedy_for(plan_for("terraform_data.front"), workplace(folder)).prepare()


def test_code_is_found_by_the_sources_of_states_and_plans(code: Path) -> None:
    sources = (
        StateSettings(name="state", kind="terraform_state", path="estate/terraform.tfstate", base=code.parent),
        PlanSettings(name="plan", kind="terraform_plan", dir="estate", base=code.parent),
    )
    for source in sources:
        place = structs.replace(workplace(code), sources=(source,))
        assert remedy_for(plan_for("terraform_data.front"), place).prepare().summary == "1 to change"


def test_an_address_that_two_roots_declare_is_nobodys_to_guess(code: Path) -> None:
    shutil.copytree(code, code.parent / "other")
    source = CodeSettings(name="code", kind="terraform_code", path=".", base=code.parent)
    place = structs.replace(workplace(code), sources=(source,))
    with pytest.raises(RemedyError, match=r"declared in .*/estate and .*/other"):
        remedy_for(plan_for("terraform_data.front"), place).prepare()


def test_code_that_nobody_knows_is_told(code: Path) -> None:
    with pytest.raises(RemedyError, match=r"no Terraform code of this estate declares terraform_data\.gone"):
        remedy_for(plan_for("terraform_data.gone"), workplace(code)).prepare()


SLOW = """
resource "terraform_data" "slow" {
  input = "%s"
  triggers_replace = "%s"
  provisioner "local-exec" {
    command = "touch ../started && sleep 1 && echo once >> ../runs"
  }
}
"""

VICTIM = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], str(Path(sys.argv[2]) / "tests/engine/remediate")]
import test_terraform as tests
from engine.model import Prepared
import msgspec
code = Path(sys.argv[1])
prepared = msgspec.json.decode((code.parent / "prepared.json").read_bytes(), type=Prepared)
tests.remedy_for(tests.plan_for("terraform_data.slow"), tests.workplace(code)).execute(prepared, print)
"""


def test_a_process_killed_while_applying_is_recovered_and_nothing_is_applied_twice(tmp_path: Path) -> None:
    code = terraform_folder(tmp_path / "estate", SLOW % ("one", "one"))
    (tmp_path / "started").unlink()
    (code / "main.tf").write_text(SLOW % ("two", "two"))
    remedy = remedy_for(plan_for("terraform_data.slow"), workplace(code))
    prepared = remedy.prepare()
    (tmp_path / "prepared.json").write_bytes(msgspec.json.encode(prepared))
    root = Path(__file__).parents[3]
    victim = subprocess.Popen([sys.executable, "-c", VICTIM, str(code), str(root)], stdout=subprocess.DEVNULL)
    started = threading.Event()
    while not (tmp_path / "started").exists():
        assert victim.poll() is None
        started.wait(0.02)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()

    assert remedy.progress is Progress.BEGUN
    outcome = remedy.execute(prepared, print)
    assert outcome.done, outcome
    assert (tmp_path / "runs").read_text() == "once\n" * 2  # when the estate was made, and now
    assert remedy.execute(prepared, print) == outcome


def test_when_cancelled_it_ends_what_it_is_at_and_tells(tmp_path: Path) -> None:
    code = terraform_folder(tmp_path / "estate", SLOW % ("one", "one"))
    (tmp_path / "started").unlink()
    (code / "main.tf").write_text(SLOW % ("two", "two"))
    place = workplace(code)
    remedy = remedy_for(plan_for("terraform_data.slow"), place)
    prepared = remedy.prepare()
    outcome = remedy.execute(prepared, lambda line: place.cancelled.set() if "Provisioning with" in line else None)
    assert not outcome.done
    assert outcome.left
    assert not (code / ".terraform.tfstate.lock.info").exists()
