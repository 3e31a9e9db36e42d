"""The bundle: whole, valid, always the same, and recognised like any other."""

import gzip
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from driftguard_tui.demo import build_demo
from engine.config import bundle_config


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def states(bundle: Path) -> dict[str, dict[str, object]]:
    return {path.stem: json.loads(path.read_bytes()) for path in sorted(bundle.glob("terraform/**/*.tfstate"))}


def items(bundle: Path) -> list[dict[str, object]]:
    found = []
    for path in sorted(bundle.glob("aws/AWSLogs/**/*.json.gz")):
        found += json.loads(gzip.decompress(path.read_bytes()))["configurationItems"]
    return found


def test_two_builds_are_the_same_byte_for_byte(bundle: Path, tmp_path: Path) -> None:
    assert digests(build_demo(tmp_path)) == digests(bundle)


def test_a_build_in_another_process_is_the_same_too(bundle: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "driftguard_tui.demo", str(tmp_path / "there")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert digests(Path(done.stdout.strip())) == digests(bundle)


def test_the_command_tells_how_it_is_used() -> None:
    done = subprocess.run([sys.executable, "-m", "driftguard_tui.demo"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "usage: python -m driftguard_tui.demo FOLDER\n"


def test_a_complete_bundle_is_used_again(tmp_path: Path) -> None:
    first = build_demo(tmp_path)
    mark = first.stat().st_mtime_ns
    assert build_demo(tmp_path) == first
    assert first.stat().st_mtime_ns == mark


def test_what_a_broken_build_left_is_never_taken_for_the_bundle(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / f".{bundle.name}-abc123" / bundle.name / "terraform").mkdir(parents=True)
    assert digests(build_demo(tmp_path)) == digests(bundle)


def test_nothing_but_the_bundle_is_left_in_the_folder(bundle: Path) -> None:
    assert [path.name for path in bundle.parent.iterdir()] == [bundle.name]


def test_it_is_recognised_by_its_folders(bundle: Path) -> None:
    kinds = {source.kind for source in bundle_config(bundle).sources}
    assert kinds == {"terraform_state", "aws", "cloudtrail", "git"}


def test_the_estate_is_as_large_as_promised(bundle: Path) -> None:
    managed = [
        (instance, resource)
        for state in states(bundle).values()
        for resource in state["resources"]  # type: ignore[attr-defined]
        if resource["mode"] == "managed"
        for instance in resource["instances"]
    ]
    assert len(managed) >= 150
    assert len(states(bundle)) == 8
    assert any("module" in resource for _, resource in managed)
    keys = {type(instance["index_key"]) for instance, _ in managed if "index_key" in instance}
    assert keys == {int, str}


def test_two_accounts_and_two_regions_are_recorded(bundle: Path) -> None:
    places = {(item["awsAccountId"], item["awsRegion"]) for item in items(bundle)}
    assert len({account for account, _ in places}) == 2
    assert {"eu-west-1", "eu-central-1", "global"} == {region for _, region in places}


def test_every_type_of_the_promise_is_declared_and_live(bundle: Path) -> None:
    declared = Counter(
        resource["type"]
        for state in states(bundle).values()
        for resource in state["resources"]  # type: ignore[attr-defined]
    )
    promised = {
        "aws_security_group", "aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_instance",
        "aws_s3_bucket", "aws_s3_bucket_versioning", "aws_iam_role", "aws_iam_policy",
        "aws_iam_role_policy_attachment", "aws_db_instance", "aws_lambda_function", "aws_autoscaling_group",
        "aws_sqs_queue", "aws_sns_topic", "aws_dynamodb_table", "aws_kms_key", "aws_lb",
        "aws_cloudwatch_log_group", "aws_route_table", "aws_vpc", "aws_subnet",
    }  # fmt: skip
    assert promised <= set(declared)
    live = Counter(item["resourceType"] for item in items(bundle))
    answers = [json.loads(path.read_bytes()) for path in bundle.glob("aws/answers/**/cloudcontrol-*.json")]
    live.update(answer["TypeName"] for answer in answers)
    assert len(live) == 17
    assert "AWS::Logs::LogGroup" in live


def test_secrets_are_marked_in_the_state(bundle: Path) -> None:
    marked = {
        (resource["type"], json.dumps(path))
        for state in states(bundle).values()
        for resource in state["resources"]  # type: ignore[attr-defined]
        for instance in resource["instances"]
        for path in instance["sensitive_attributes"]
    }
    assert ("random_password", '[{"type": "get_attr", "value": "result"}]') in marked
    assert ("aws_db_instance", '[{"type": "get_attr", "value": "password"}]') in marked
    steps = (
        '[{"type": "get_attr", "value": "environment"}, {"type": "index", "value": {"value": 0, "type": "number"}}, '
        '{"type": "get_attr", "value": "variables"}, '
        '{"type": "index", "value": {"value": "WEBHOOK_SECRET", "type": "string"}}]'
    )
    assert ("aws_lambda_function", steps) in marked


def test_only_reserved_names_and_addresses_are_used(bundle: Path) -> None:
    text = b"".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for folder in ("terraform", "aws", "cloudtrail")
        for path in bundle.joinpath(folder).rglob("*")
        if path.is_file()
    ).decode()
    for address in set(re.findall(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", text)):
        documentation = ("192.0.2.", "198.51.100.", "203.0.113.", "10.", "0.0.0.0", "122.0.0.0")
        assert address.startswith(documentation), address
    assert set(re.findall(r"[a-z]\.[a-z]+@([\w.]+)", text)) == {"larkspur.example"}
