"""Plans as a source: what Terraform itself calls drift is drift, and nothing else is."""

import gzip
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine.collectors.base import Context
from engine.collectors.declared.terraform_plan import Settings, Source
from engine.errors import SourceError
from engine.model import Declared
from tests.support.paths import SHARED_DATA, needs_shared_data
from tests.support.terraform_plans import compared, drift, entry, plan, read, resource

BUCKET = "aws_s3_bucket.logs"


def bucket(**tags: str) -> dict[str, Any]:
    return {"id": "logs", "arn": "arn:aws:s3:::logs", "bucket": "logs", "tags": tags or None}


def drift_of(folder: Path, **parts: Any) -> dict[str, Any]:
    (folder / "plan.json").write_bytes(plan(**parts))
    return drift(compared(read(folder)))


def test_resource_drift_is_drift(tmp_path: Path) -> None:
    moved = entry(BUCKET, bucket(team="core"), bucket(team="x", cost="42"))
    found = drift_of(tmp_path, prior=[resource(BUCKET, bucket(team="x", cost="42"))], drift=[moved])
    assert found == {BUCKET: {"tags.team": ("core", "x"), "tags.cost": (None, "42")}}


def test_resources_that_did_not_move_are_in_sync(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(plan(prior=[resource(BUCKET, bucket(team="core"))]))
    comparison = compared(read(tmp_path))
    assert (comparison.in_sync, comparison.not_compared, comparison.differences) == (1, 0, ())


def test_what_was_deleted_is_missing(tmp_path: Path) -> None:
    assert drift_of(tmp_path, drift=[entry(BUCKET, bucket(), None, ["delete"])]) == {BUCKET: "missing"}


def test_pending_changes_alone_are_no_drift(tmp_path: Path) -> None:
    update = entry(BUCKET, bucket(team="core"), bucket(team="new"))
    create = entry("aws_s3_bucket.new", None, {"bucket": "new"}, ["create"], after_unknown={"id": True, "arn": True})
    assert drift_of(tmp_path, prior=[resource(BUCKET, bucket(team="core"))], changes=[update, create]) == {}


def test_a_moved_resource_that_stayed_the_same_is_no_drift(tmp_path: Path) -> None:
    moved = entry("aws_s3_bucket.new", bucket(), bucket(), ["no-op"], previous_address="aws_s3_bucket.old")
    assert drift_of(tmp_path, prior=[resource("aws_s3_bucket.new", bucket())], drift=[moved]) == {}


def test_deposed_objects_and_data_sources_are_left_out(tmp_path: Path) -> None:
    deposed = entry(BUCKET, bucket(team="a"), bucket(team="b"), deposed="8ab1f2")
    data = entry("data.aws_s3_bucket.found", bucket(team="a"), bucket(team="b"), mode="data")
    assert drift_of(tmp_path, prior=[resource(BUCKET, bucket())], drift=[deposed, data]) == {}


def test_what_is_marked_sensitive_is_compared_and_never_shown(tmp_path: Path) -> None:
    moved = entry(
        BUCKET,
        bucket(hint="opal-grid", team="core"),
        bucket(hint="by-hand", team="core"),
        before_sensitive={"tags": {"hint": True}},
        after_sensitive={},
    )
    (tmp_path / "plan.json").write_bytes(plan(drift=[moved]))
    comparison = compared(read(tmp_path))
    [change] = comparison.differences[0].changes
    assert (change.path, change.sensitive) == ("tags.hint", True)
    assert "by-hand" not in repr(comparison)
    assert "opal-grid" not in repr(comparison)


def test_one_marked_item_hides_its_whole_list(tmp_path: Path) -> None:
    moved = entry(
        "aws_thing.a",
        {"id": "a", "words": ["p", "q"]},
        {"id": "a", "words": ["r", "q"]},
        before_sensitive={"words": [False, True]},
    )
    (tmp_path / "plan.json").write_bytes(plan(drift=[moved]))
    assert all(change.sensitive for item in compared(read(tmp_path)).differences for change in item.changes)


def test_what_is_unknown_is_not_compared(tmp_path: Path) -> None:
    moved = entry(
        "aws_thing.a",
        {"id": "a", "state": "up", "size": 1, "block": [{"ip": "10.0.0.1", "port": 80}]},
        {"id": "a", "size": 2, "block": [{"port": 80}]},
        after_unknown={"state": True, "block": [{"ip": True}]},
    )
    assert drift_of(tmp_path, drift=[moved]) == {"aws_thing.a": {"size": (1, 2)}}


def test_blocks_in_another_order_are_the_same_but_not_plain_values(tmp_path: Path) -> None:
    one, two = {"port": 1}, {"port": 2}
    blocks = entry("aws_thing.a", {"id": "a", "rule": [one, two]}, {"id": "a", "rule": [two, one]})
    doubled = entry("aws_thing.b", {"id": "b", "rule": [one, one]}, {"id": "b", "rule": [one]})
    values = entry("aws_thing.c", {"id": "c", "stages": ["x", "y"]}, {"id": "c", "stages": ["y", "x"]})
    assert drift_of(tmp_path, drift=[blocks, doubled, values]).keys() == {"aws_thing.b", "aws_thing.c"}


def test_tags_are_told_once_with_the_default_ones_in_mind(tmp_path: Path) -> None:
    before = {"id": "a", "tags": {}, "tags_all": {"owner": "ops"}}
    after = {"id": "a", "tags": {"x": "1"}, "tags_all": {"owner": "ops", "x": "1"}}
    assert drift_of(tmp_path, drift=[entry("aws_thing.a", before, after)]) == {"aws_thing.a": {"tags.x": (None, "1")}}


def test_the_same_address_in_two_plans_names_two_resources(tmp_path: Path) -> None:
    for name, team in (("dev", "core"), ("prod", "x")):
        values = bucket(team=team) | {"id": name, "arn": f"arn:aws:s3:::{name}"}
        moved = entry(BUCKET, values | {"tags": {"team": "core"}}, values)
        (tmp_path / f"{name}.json").write_bytes(plan(prior=[resource(BUCKET, values)], drift=[moved]))
    comparison = compared(read(tmp_path, "."))
    assert [item.resource.id for item in comparison.differences] == ["prod"]
    assert comparison.in_sync == 1


def test_compressed_plans_are_read_and_other_json_beside_them_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(plan(prior=[resource(BUCKET, bucket())])))
    (tmp_path / "notes.json").write_text('{"format_version": "1.0", "valid": true}')
    (tmp_path / "list.json").write_text("[1, 2]")
    context = Context()
    assert sum(isinstance(item, Declared) for item in read(tmp_path, ".", context)) == 1
    assert context.problems == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04binary", "terraform show -json"),
        (plan()[:60], "cut short"),
        (b'{"version": 4, "resources": []}', "not what `terraform show -json PLAN` prints"),
        (plan().replace(b'"1.2"', b'"2.0"'), "update DriftGuard"),
        (b'{"format_version": "1.0", "resource_drift": [{"address": 3}]}', "shape of a plan"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "plan.json").write_bytes(content)
    with pytest.raises(SourceError, match=says):
        read(tmp_path)


def test_one_plan_that_cannot_be_read_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(plan(prior=[resource(BUCKET, bucket())]))
    (tmp_path / "b.json").write_bytes(plan()[:-9])
    context = Context()
    assert sum(isinstance(item, Declared) for item in read(tmp_path, ".", context)) == 1
    assert context.skipped == 1


@needs_shared_data
@pytest.mark.parametrize("which", ["normal", "refresh_only"])
@pytest.mark.parametrize("case", sorted(path.name for path in (SHARED_DATA / "recorded/terraform").glob("*")))
def test_recorded_runs_give_the_drift_that_the_plan_gives(case: str, which: str) -> None:
    folder = SHARED_DATA / "recorded/terraform" / case
    entries = json.loads((folder / f"plan_{which}.json").read_bytes()).get("resource_drift", [])
    told = {item["address"]: item["change"] for item in entries if item["change"]["actions"] != ["no-op"]}
    found = drift(compared(read(folder, f"plan_{which}.json")))
    assert found.keys() == told.keys()
    for address, change in told.items():
        if change["after"] is None:
            assert found[address] == "missing"
            continue
        moved = {name for name, value in change["before"].items() if value != change["after"].get(name)}
        assert {path.split(".")[0].split("[")[0] for path in found[address]} == moved


def live(folder: Path, **settings: Any) -> Source:
    return Source(Settings(name="live", kind="terraform_plan", dir=".", base=folder, **settings))


def test_a_program_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="'tofu' is not on the PATH"):
        list(live(tmp_path, terraform="tofu").collect(Context()))


@pytest.mark.parametrize(
    ("prints", "says"),
    [
        ('Error: Required plugins are not installed\n please run "terraform init"', "terraform init"),
        ('Error: Backend initialization required, please run "terraform init"', "terraform init"),
        ("Error: No configuration files", "no Terraform code"),
        ("Error: something else with password hunter2", "to see why"),
    ],
)
def test_a_plan_that_fails_says_what_to_do_and_repeats_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prints: str, says: str
) -> None:
    program = tmp_path / "terraform"
    program.write_text(f"#!/bin/sh\ncat >&2 <<'EOF'\n{prints}\nEOF\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(SourceError, match=says) as caught:
        list(live(tmp_path).collect(Context()))
    assert "hunter2" not in str(caught.value)


def test_a_plan_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "terraform"
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(SourceError, match="more than 0 s"):
        list(live(tmp_path, timeout=0).collect(Context()))


def test_a_source_is_either_recorded_or_run(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="give one of them"):
        list(live(tmp_path, path="plans").collect(Context()))


@pytest.mark.skipif(shutil.which("terraform") is None, reason="needs the terraform program")
def test_a_real_plan_is_made_and_read(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "terraform_data" "a" {\n  input = "opal"\n}\n')
    for arguments in (["init", "-input=false"], ["apply", "-auto-approve", "-input=false"]):
        subprocess.run(["terraform", *arguments], cwd=tmp_path, check=True, capture_output=True)
    before = (tmp_path / "terraform.tfstate").read_bytes()
    comparison = compared(live(tmp_path).collect(Context()))
    assert (comparison.declared, comparison.in_sync, comparison.differences) == (1, 1, ())
    assert (tmp_path / "terraform.tfstate").read_bytes() == before
    assert live(tmp_path).access(Context()).may[0].startswith("plan with Terraform")
