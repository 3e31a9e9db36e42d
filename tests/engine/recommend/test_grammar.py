"""Every command that is recommended is one that its program takes, and every patch is code that Terraform reads."""

import asyncio
import itertools
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import hcl2
import msgspec
import pytest
from msgspec import structs

from engine.config import bundle_config
from engine.model import (
    Actor,
    ActorKind,
    Against,
    Category,
    Cause,
    Change,
    Dimensions,
    Drift,
    DriftKind,
    Level,
    Recommendation,
    ResourceRef,
    Risk,
    Severity,
    Via,
)
from engine.pipeline import scan
from engine.recommend import Situation, recommend
from ml.scenarios import PoolName, generate
from tests.support.grammar.commands import problems

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ARM = "/subscriptions/5/resourceGroups/rg/providers/Microsoft.X/things/front"
SELF = "//compute.googleapis.com/projects/shop/zones/europe-west3-b/instances/front"

#: What each provider calls who acts.
ACTORS = {
    "aws": "arn:aws:sts::123456789012:assumed-role/Ops/jana@example.com",
    "gcp": "jana@example.com",
    "azure": "jana@example.com",
    "kubernetes": "system:serviceaccount:kube-system:horizontal-pod-autoscaler",
}
CHANGES = (
    (Change("size", 3, 9), Change('tags["Cost Center"]', None, "4711")),
    (Change("engine_version", "16.3", "16.4"),),
    (Change("spec.replicas", 3, 9),),
    (Change("ingress[0].cidr_blocks", ["10.0.0.0/8"], ["0.0.0.0/0"]), Change("name", "a", '${x} "b" \\')),
    (Change("spec.type", "ClusterIP", "NodePort", Against.BASELINE),),
)
SITUATIONS = (
    Situation("manifests/front.yaml"),
    Situation("infra/main.tf", trouble="INC-1: checkout is down", keeper="an autoscaler", freeze="year's end"),
)


def types() -> Iterator[ResourceRef]:
    """A resource of every type that the commands know, and of some that they do not."""
    table = msgspec.toml.decode(files("engine.recommend").joinpath("commands.toml").read_bytes())
    for pattern in [*table["types"], "aws_sfn_state_machine", "google_dns_policy", "azurerm_subnet", "v1/Service"]:
        name = pattern.replace("*", "thing").replace("thingBinding", "RoleBinding")
        if name.startswith("aws_"):
            identity = "arn:aws:x:eu-west-1:123456789012:thing/front" if "lb" in name else "front-1"
            yield ResourceRef("aws", name, identity, "123456789012/eu-west-1", f"{name}.front", "front")
            yield ResourceRef("aws", name, identity, "123456789012", f'module.a["x"].{name}.front[0]', "front")
        elif name.startswith("google_"):
            yield ResourceRef("gcp", name, SELF, "shop", f"{name}.front", "front")
        elif name.startswith("azurerm_"):
            yield ResourceRef("azure", name, ARM, "5", f"{name}.front", "front")
        else:
            group, _, kind = name.replace("/v1", "").rpartition("/")
            yield ResourceRef("kubernetes", name, f"{group.removeprefix('v1')}/{kind}/shop/front", "prod", "", "front")
    yield ResourceRef("aws", "AWS::SQS::Queue", "https://sqs.example/1/jobs", "1/eu-west-1", "shop/Jobs", "jobs")


def drifts() -> Iterator[tuple[Drift, Situation]]:
    kinds = [(kind, changes) for kind in DriftKind for changes in (CHANGES if kind is DriftKind.MODIFIED else ((),))]
    critical = Severity(Level.CRITICAL, 95, Dimensions(security=95))
    for ref, (kind, changes), category, situation in itertools.product(types(), kinds, Category, SITUATIONS):
        shares = dict.fromkeys(Category, 0.1) | {category: 0.6}
        yield Drift(
            id="d1f2", resource=ref if kind is not DriftKind.UNMANAGED else structs.replace(ref, address=""),
            kind=kind, changes=changes, changed_at=NOON, detected_at=NOON,
            actor=Actor(ACTORS[ref.provider], ActorKind.HUMAN, Via.CONSOLE),
            cause=Cause(category, 0.6, (0.0, 1.0), shares, "test@1"), severity=critical, risk=Risk(0.6),
        ), situation  # fmt: skip


@pytest.fixture(scope="module")
def advice() -> list[tuple[Drift, Recommendation]]:
    return [(drift, item) for drift, situation in drifts() for item in recommend(drift, situation=situation)]


@pytest.fixture(scope="module")
def patches(advice: list[tuple[Drift, Recommendation]]) -> set[str]:
    return {item.patch for _, item in advice if item.patch}


def test_every_command_is_one_that_its_program_takes(advice: list[tuple[Drift, Recommendation]]) -> None:
    commands = {command: drift.resource.type for drift, item in advice for command in item.commands}
    wrong = {command: found for command in commands if (found := problems(command))}

    assert len(commands) > 300
    assert wrong == {}


@pytest.mark.parametrize(("seed", "pool"), [(11, "test"), (12, "training")])
def test_so_is_every_command_for_what_happens_in_a_generated_estate(seed: int, pool: PoolName, tmp_path: Path) -> None:
    scenario = generate(seed, pool=pool, drifts=30, traffic=200)
    report = asyncio.run(scan(bundle_config(scenario.write(tmp_path))))
    advice = [item for drift in report.drifts for item in drift.recommendations]

    assert len(report.drifts) > 20
    assert all(drift.recommendations for drift in report.drifts)
    assert all(item.policy for item in advice)
    assert {command: found for item in advice for command in item.commands if (found := problems(command))} == {}
    assert all(hcl2.loads(added(item.patch)) for item in advice if item.patch)


def test_every_program_is_used(advice: list[tuple[Drift, Recommendation]]) -> None:
    used = {command.split()[0] for _, item in advice for command in item.commands}

    assert used == {"terraform", "kubectl", "aws", "gcloud", "az", "driftguard", "printf"}


@pytest.mark.parametrize(
    "command",
    [
        "aws ec2 describe-instance --instance-ids i-1",
        "aws ec2 describe-instances --instance-id i-1",
        "aws ec2 stop-instances",
        "aws iam update-access-key --access-key-id A --status Off",
        "aws cloudformation wait change-set-made --stack-name s",
        "kubectl get deployment web --show-managed",
        "terraform state show a.b c.d e.f",
        "gcloud compute instance describe x",
        "az resource show --resource x",
        "driftguard baseline accept --why x",
    ],
)
def test_a_slip_is_found(command: str) -> None:
    assert problems(command)


def test_every_patch_is_terraform_code(patches: set[str]) -> None:
    assert len(patches) > 50
    for patch in patches:
        assert hcl2.loads(added(patch))


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine")
def test_patches_apply(tmp_path: Path, patches: set[str]) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True, timeout=20)
    for patch in sorted(patches)[:20]:
        checked = subprocess.run(
            ["git", "apply", "--check", "-"], input=patch, text=True, capture_output=True, cwd=tmp_path, timeout=20
        )
        assert checked.stderr == ""


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on this machine")
class TestTerraform:
    def test_patches_are_formatted_as_terraform_formats(self, tmp_path: Path, patches: set[str]) -> None:
        for number, patch in enumerate(sorted(patches)):
            (tmp_path / f"{number}.tf").write_text(added(patch))
        formatted = terraform(tmp_path, "fmt", "-check", "-list=true")

        assert (formatted.stdout, formatted.stderr) == ("", "")

    def test_patches_are_valid(self, tmp_path: Path) -> None:
        """With the one resource that Terraform brings along, since a real provider would have to be downloaded."""
        (tmp_path / "main.tf").write_text('resource "terraform_data" "web" {\n  input = "small"\n}\n')
        ref = ResourceRef("terraform", "terraform_data", "x-1", "", "terraform_data.web", "web")
        stray = ResourceRef("terraform", "terraform_data", "x-2", "", "", "stray")
        plain = next(drifts())[0]
        changed = structs.replace(
            plain, resource=ref, kind=DriftKind.MODIFIED, changes=(Change("input", "small", "a${b}"),)
        )

        for drift, category in (
            (changed, Category.AUTOMATED_PROCESS),
            (structs.replace(plain, resource=stray, kind=DriftKind.UNMANAGED, changes=()), Category.EMERGENCY_FIX),
            (changed, Category.EMERGENCY_FIX),
        ):
            certain = Cause(category, 1.0, (0.9, 1.0), {category: 1.0}, "test@1")
            patch = next(item.patch for item in recommend(structs.replace(drift, cause=certain)) if item.patch)
            file = patch.partition("+++ b/")[2].partition("\n")[0]
            (tmp_path / file).write_text(added(patch))
        (tmp_path / "stray.tf").write_text('resource "terraform_data" "stray" {}\n')

        assert terraform(tmp_path, "init", "-backend=false").returncode == 0
        validated = terraform(tmp_path, "validate", "-json")
        assert msgspec.json.decode(validated.stdout)["diagnostics"] == []


def added(patch: str) -> str:
    """The file that a patch adds."""
    return "".join(
        f"{line[1:]}\n" for line in patch.splitlines() if line.startswith("+") and not line.startswith("+++")
    )


def terraform(folder: Path, *words: str) -> Any:
    return subprocess.run(["terraform", *words], capture_output=True, text=True, cwd=folder, timeout=60)
