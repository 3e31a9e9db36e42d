"""What is found in a folder, and that no folder does harm."""

import os
from pathlib import Path

import pytest

from engine.discovery.walk import walk
from tests.support.machine import a_machine, looked, proposed, shown, write
from tests.support.small_bundle import write_bundle, write_state

BACKEND = """
terraform {
  required_version = ">= 1.5"
  # backend "gcs" { bucket = "was" }
  backend "s3" {
    bucket      = "states" # of the whole shop
    key         = "net/app.tfstate"
    region      = "eu-west-1"
    assume_role = { role_arn = "arn:aws:iam::1:role/}x" }
  }
}
resource "aws_s3_bucket" "b" { bucket = "other" }
"""
CLOUD = 'terraform { cloud {\n organization = "shop"\n workspaces { name = "app" }\n}}\n'
DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n"


def test_states_are_named_by_patterns_so_that_new_ones_are_found_too(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    write_state(machine.folder / "prod" / "a.tfstate")
    write_state(machine.folder / "prod" / "b.tfstate")
    write(machine.folder, {"dev/c.tfstate.gz": "", "dev/c.tfstate.backup": ""})
    assert shown(machine) == {"state": ("terraform_state", "dev/*.tfstate.gz, prod/*.tfstate", True)}


def test_what_tools_fetched_and_samples_for_tests_are_passed_over(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    for folder in ("node_modules/x", ".terraform/modules/x", "testdata", ".hidden", "a/vendor"):
        write(machine.folder, {f"{folder}/main.tf": "", f"{folder}/a.tfstate": ""})
    assert shown(machine) == {}


@pytest.mark.parametrize(
    ("code", "name", "reads", "asks"),
    [
        (BACKEND, "state-s3", "s3://states/net/app.tfstate", []),
        (CLOUD, "state-cloud", "tfc://shop/app", ["token"]),
        ('terraform {\n  backend "gcs" {\n bucket = "b"\n prefix = "p"\n}}', "state-gcs", "gs://b/p/", []),
        ('terraform {\n  backend "s3" {\n key = "given elsewhere"\n}}', None, "", []),
        ('terraform {\n  backend "local" {\n path = "x"\n}}', None, "", []),
        ('terraform {\n  backend "http" {\n address = "https://u:hunter2@x/s"\n}}', None, "", []),
        ('terraform {\n backend "http" {\n address = "https://x/s"\n}}', "state-http", "https://x/s", []),
        (
            'terraform {\n backend "http" {\n address = "https://x/s"\n username = "ci"\n}}',
            "state-http",
            "https://x/s",
            ["password"],
        ),
        ('variable "backend" {}', None, "", []),
    ],
)
def test_where_code_keeps_its_states(tmp_path: Path, code: str, name: str | None, reads: str, asks: list[str]) -> None:
    machine = a_machine(tmp_path)
    write(machine.folder, {"net/main.tf": code})
    found = proposed(machine)
    assert list(found) == ["terraform", *([name] if name else [])]
    if name:
        assert found[name].reads.startswith(reads)
        assert [ask.setting for ask in found[name].asks] == asks
        assert found[name].reason == "the backend of net"


def test_how_a_backend_is_reached_is_taken_over_and_a_token_of_the_environment_named(tmp_path: Path) -> None:
    machine = a_machine(tmp_path, TFE_TOKEN="hunter2")
    write(machine.folder, {"a/main.tf": BACKEND, "b/main.tf": BACKEND.replace("net/", "b/"), "c/main.tf": CLOUD})
    found = proposed(machine)
    assert found["state-s3"].settings == {
        "path": ["s3://states/b/app.tfstate", "s3://states/net/app.tfstate"],
        "region": "eu-west-1",
    }
    assert found["state-cloud"].settings == {"path": ["tfc://shop/app"], "token": "env:TFE_TOKEN"}
    assert found["state-cloud"].suggested


def test_what_terraform_noted_counts_more_than_the_code_and_a_state_beside_it_is_an_old_one(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    noted = {"version": 3, "backend": {"type": "s3", "config": {"bucket": "real", "key": "k", "region": None}}}
    write(machine.folder, {"net/main.tf": BACKEND, "net/.terraform/terraform.tfstate": noted})
    write_state(machine.folder / "net" / "terraform.tfstate")
    assert shown(machine)["state-s3"] == ("terraform_state", "s3://real/k", True)
    assert "state" not in shown(machine)
    write(machine.folder, {"net/.terraform/environment": "staging"})
    assert shown(machine)["state-s3"][1] == "s3://real/env:/?k, s3://real/k", "workspaces are in use"


def test_manifests_are_known_from_other_yaml(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    write(
        machine.folder,
        {
            "k8s/web/deploy.yaml": DEPLOYMENT,
            "k8s/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
            "chart/Chart.yaml": "apiVersion: v2\nname: web\n",
            "chart/templates/deploy.yaml": DEPLOYMENT,
            "ci.yml": "kind: pipeline\nsteps: []\n",
            "kubeconfig.yaml": "apiVersion: v1\nkind: Config\n",
            "dump.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  uid: 1\n",
        },
    )
    assert shown(machine) == {"manifests": ("kubernetes_manifests", "k8s/web", True)}


def test_templates_and_plans_are_known_by_what_they_hold(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    write(
        machine.folder,
        {
            "cfn/queue.yaml": "Description: x\nResources:\n  Q:\n    Type: AWS::SQS::Queue\n",
            "cdk/app.template.json": {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}},
            "ci/plan.json": {"format_version": "1.2", "terraform_version": "1.9", "planned_values": {}},
            "package.json": {"name": "x"},
        },
    )
    assert shown(machine) == {
        "plans": ("terraform_plan", "ci/plan.json", True),
        "cloudformation": ("cloudformation", "cdk, cfn", True),
    }


def test_a_bundle_is_known_by_its_folders_and_accounts_of_the_machine_are_left_to_choose(tmp_path: Path) -> None:
    machine = a_machine(tmp_path, AWS_PROFILE="prod", AWS_REGION="eu-west-1")
    write_bundle(machine.folder)
    write(machine.folder, {"cloudtrail/AWSLogs/1/x.json": {"Records": []}, "cloudformation/t/q.json": "{}"})
    assert shown(machine) == {
        "state": ("terraform_state", "terraform/*.tfstate", True),
        "aws": ("aws", "aws", True),
        "cloudtrail": ("cloudtrail", "cloudtrail", True),
        "aws-2": ("aws", "profile prod, regions eu-west-1", False),
        "cloudtrail-2": ("cloudtrail", "profile prod, regions eu-west-1", False),
        "stacks": ("cloudformation", "profile prod, regions eu-west-1", False),
    }


def test_a_folder_of_code_is_no_recording_whatever_its_name(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    write(machine.folder, {"aws/main.tf": "", "aws/package.json": "{}", "kubernetes/web.yaml": DEPLOYMENT})
    assert shown(machine) == {
        "terraform": ("terraform_code", "aws", True),
        "manifests": ("kubernetes_manifests", "kubernetes", True),
    }


def test_recordings_elsewhere_are_known_by_what_they_hold(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    write(
        machine.folder,
        {
            "in/all.json": {"apiVersion": "v1", "kind": "List", "items": [{"metadata": {"resourceVersion": "1"}}]},
            "in/audit.log": {"kind": "Event", "apiVersion": "audit.k8s.io/v1", "auditID": "1"},
            "in/1_CloudTrail_eu-west-1_2026.json.gz": "",
            "in/assets.json": {"name": "//compute.googleapis.com/x", "assetType": "compute.googleapis.com/Firewall"},
        },
    )
    assert shown(machine) == {
        "cluster": ("kubernetes", "in/all.json", False),
        "kubernetes-audit": ("kubernetes_audit", "in/audit.log", False),
        "cloudtrail": ("cloudtrail", "in", False),
        "google": ("gcp_assets", "in/assets.json", False),
    }


def test_many_places_become_the_folder_that_holds_them(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    for number in range(30):
        write(machine.folder, {f"live/app{number}/main.tf": "", f"k8s/{number}/a.yaml": DEPLOYMENT})
    assert [reads for _, reads, _ in shown(machine).values()] == ["live", "k8s"]


def test_the_repository_around_the_folder_and_those_in_it(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    write(tmp_path, {".git/HEAD": ""})
    write(machine.folder, {"apps/web/.git/HEAD": "", "mirror.git/HEAD": "", "mirror.git/x.tf": ""})
    for name in ("objects", "refs"):
        (machine.folder / "mirror.git" / name).mkdir()
    assert shown(machine) == {"code": ("git", ".., mirror.git, apps/web", True)}


class TestHarm:
    def test_links_in_circles_pipes_and_locked_folders(self, tmp_path: Path) -> None:
        machine = a_machine(tmp_path)
        write(machine.folder, {"a/main.tf": BACKEND, "locked/b.tfstate": "", "broken.json": "{", "bad.yaml": "\0: ["})
        (machine.folder / "a" / "up").symlink_to(machine.folder)
        (machine.folder / "gone.tfstate").symlink_to(machine.folder / "nowhere")
        (machine.folder / "a" / "link.tfstate").symlink_to("/etc/passwd")
        os.mkfifo(machine.folder / "pipe.yaml")
        os.mkfifo(machine.folder / "pipe.tf")
        (machine.folder / "locked").chmod(0)
        try:
            assert list(shown(machine)) in (["terraform", "state-s3"], ["state", "terraform", "state-s3"])  # as root
        finally:
            (machine.folder / "locked").chmod(0o700)

    def test_a_huge_tree_is_looked_at_in_part_and_that_is_said(self, tmp_path: Path) -> None:
        for number in range(60):
            write(tmp_path, {f"d{number:02}/{name}.tf": "" for name in "abcde"})
        tree = walk(tmp_path, (), entries=100)
        assert tree.stopped.startswith("stopped at d")
        assert 0 < len(tree.files) <= 100
        assert walk(tmp_path, (), seconds=0).stopped

    def test_a_deep_tree_ends(self, tmp_path: Path) -> None:
        write(tmp_path, {"/".join("abcdefghijklmnop") + "/main.tf": "", "a/b/c/main.tf": ""})
        assert [str(file) for file in walk(tmp_path, ()).files] == ["a/b/c/main.tf"]

    def test_a_folder_that_is_not_there_gives_nothing(self, tmp_path: Path) -> None:
        machine = a_machine(tmp_path)
        machine.folder.rmdir()
        assert all(not found.note for found in looked(machine).values())

    def test_names_with_anything_in_them(self, tmp_path: Path) -> None:
        machine = a_machine(tmp_path)
        write(machine.folder, {'a"\n[store]\x1b[2J/x.tfstate': "{}"})
        assert shown(machine)["state"][1] == 'a"\n[store]\x1b[2J/*.tfstate'
