"""A bundle small enough to read: one queue, as Terraform left it and as AWS Config recorded it."""

import json
from pathlib import Path
from typing import Any

ACCOUNT = "123456789012"
URL = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/orders"
ARN = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders"
DECLARED = {"id": URL, "url": URL, "arn": ARN, "name": "orders", "visibility_timeout_seconds": 30, "fifo_queue": False}


def write_bundle(folder: Path, *, live: dict[str, Any] | None = None) -> Path:
    """Writes the bundle; `live` says what of the live queue is otherwise (`VisibilityTimeout="900"`)."""
    write_state(folder / "terraform" / "orders.tfstate")
    write_snapshot(folder / "aws" / "snapshot.json", **(live or {}))
    return folder


def write_state(file: Path) -> None:
    state = {
        "version": 4,
        "terraform_version": "1.9.5",
        "serial": 3,
        "lineage": "5d1f2e1c-0000-4000-8000-000000000001",
        "outputs": {},
        "resources": [
            {
                "mode": "managed",
                "type": "aws_sqs_queue",
                "name": "orders",
                "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
                "instances": [{"schema_version": 0, "attributes": DECLARED, "sensitive_attributes": []}],
            }
        ],
    }
    _write(file, state)


def write_snapshot(file: Path, **live: Any) -> None:
    item = {
        "configurationItemCaptureTime": "2026-03-14T09:00:00.000Z",
        "configurationItemStatus": "OK",
        "accountId": ACCOUNT,
        "awsRegion": "eu-west-1",
        "resourceType": "AWS::SQS::Queue",
        "resourceId": URL,
        "resourceName": "orders",
        "arn": ARN,
        "tags": {},
        "configuration": {"QueueUrl": URL, "QueueArn": ARN, "VisibilityTimeout": "30", **live},
        "supplementaryConfiguration": {},
    }
    _write(file, {"configurationItems": [item]})


def _write(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content))
