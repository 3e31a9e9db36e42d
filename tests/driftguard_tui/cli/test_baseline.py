"""`driftguard baseline` and what it makes of the next scan; ignore rules and what they hide."""

import json
from pathlib import Path
from typing import Any

import pytest

from driftguard_tui.cli import run
from driftguard_tui.cli.status import DRIFT, FAILED, IN_SYNC

TEMPLATE = {"Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}}}
STACK = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/5f0e6b20"
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"


def bundle(folder: Path, timeout: int, *more: dict[str, Any]) -> Path:
    """A stack with one queue, whose timeout the template is silent about, and what Cloud Control read."""
    for name in ("cloudformation", "aws"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "cloudformation" / "shop.template.json").write_text(json.dumps(TEMPLATE))
    resources = {
        "StackResources": [
            {
                "StackName": "shop", "StackId": STACK, "LogicalResourceId": "Jobs", "PhysicalResourceId": URL,
                "ResourceType": "AWS::SQS::Queue", "ResourceStatus": "CREATE_COMPLETE",
            }
        ]
    }  # fmt: skip
    (folder / "cloudformation" / "shop.resources.json").write_text(json.dumps(resources))
    queue = {
        "Identifier": URL,
        "Properties": {
            "QueueName": "jobs", "QueueUrl": URL, "Arn": "arn:aws:sqs:eu-west-1:123456789012:jobs",
            "VisibilityTimeout": timeout,
        },
    }  # fmt: skip
    answer = {"TypeName": "AWS::SQS::Queue", "ResourceDescriptions": [queue, *more]}
    (folder / "aws" / "queues.json").write_text(json.dumps(answer))
    return folder


def stray(name: str, timeout: int) -> dict[str, Any]:
    url = f"https://sqs.eu-west-1.amazonaws.com/123456789012/{name}"
    arn = f"arn:aws:sqs:eu-west-1:123456789012:{name}"
    properties = {"QueueName": name, "QueueUrl": url, "Arn": arn, "VisibilityTimeout": timeout}
    return {"Identifier": url, "Properties": properties}


def scan(capsys: pytest.CaptureFixture[str], folder: Path, store: Path, *more: str) -> tuple[int, dict[str, Any]]:
    status = run(["scan", "--bundle", str(folder), "--store", str(store), "--format", "json", *more])
    return status, json.loads(capsys.readouterr().out)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_what_nobody_declared_is_drift_once_it_moves_away_from_what_was_accepted(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bundle(tmp_path / "estate", 45)
    assert scan(capsys, folder, store)[0] == IN_SYNC

    assert run(["baseline", "accept", "--bundle", str(folder), "--store", str(store), "--reason", "first look"]) == 0
    assert "accepted 1 value of 1 resource" in capsys.readouterr().out
    assert scan(capsys, folder, store)[0] == IN_SYNC

    status, report = scan(capsys, bundle(folder, 600), store)

    assert status == DRIFT
    [drift] = report["drifts"]
    assert drift["changes"] == [
        {"path": "VisibilityTimeout", "declared": 45, "actual": 600, "against": "baseline", "sensitive": False}
    ]


def test_an_accepted_unmanaged_resource_is_no_news_until_it_changes(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bundle(tmp_path / "estate", 30, stray("scratch", 60))
    assert [drift["kind"] for drift in scan(capsys, folder, store)[1]["drifts"]] == ["unmanaged"]

    run(["baseline", "accept", "aws_sqs_queue.*scratch", "--bundle", str(folder), "--store", str(store)])
    capsys.readouterr()
    assert scan(capsys, folder, store)[0] == IN_SYNC

    [drift] = scan(capsys, bundle(folder, 30, stray("scratch", 90)), store)[1]["drifts"]
    assert drift["kind"] == "modified"
    assert [(change["actual"], change["against"]) for change in drift["changes"]] == [(90, "baseline")]


def test_the_accepted_values_are_listed_with_who_accepted_them(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bundle(tmp_path / "estate", 45)
    run(["baseline", "accept", "--bundle", str(folder), "--store", str(store)])
    capsys.readouterr()

    assert run(["baseline", "list", "--bundle", str(folder), "--store", str(store)]) == IN_SYNC
    shown = capsys.readouterr().out
    assert "VisibilityTimeout" in shown
    assert "1 value of 1 resource" in shown

    run(["baseline", "list", "--bundle", str(folder), "--store", str(store), "--format", "json"])
    [accepted] = json.loads(capsys.readouterr().out)
    assert accepted["values"] == {"VisibilityTimeout": 45}


def test_nothing_is_accepted_when_nothing_could_be_read(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bundle(tmp_path / "estate", 45)
    (folder / "aws" / "queues.json").write_text("no json")

    assert run(["baseline", "accept", "--bundle", str(folder), "--store", str(store)]) == FAILED
    assert "there is no actual state to accept" in capsys.readouterr().err


def test_what_rules_hide_is_counted_and_can_be_shown(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bundle(tmp_path / "estate", 30, stray("scratch", 60))
    (folder / ".driftignore").write_text("# played with\naws_sqs_queue.*scratch\naws_iam_user.*\n")

    status, report = scan(capsys, folder, store)
    assert (status, report["drifts"], report["summary"]["hidden"]) == (IN_SYNC, [], 1)
    assert [(rule["rule"], rule["count"], rule["state"], rule["reason"]) for rule in report["hidden"]] == [
        ("aws_sqs_queue.*scratch", 1, "active", "played with"),
        ("aws_iam_user.*", 0, "unused", ""),
    ]

    run(["scan", "--bundle", str(folder), "--store", str(store)])
    shown = capsys.readouterr().out
    assert "hidden: 1 by 1 rule" in shown
    assert ".driftignore:3 aws_iam_user.* matches nothing that was found" in shown

    status, report = scan(capsys, folder, store, "--show-hidden")
    assert (status, len(report["drifts"])) == (DRIFT, 1)
