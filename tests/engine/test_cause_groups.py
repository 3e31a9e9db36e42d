"""A whole estate: one upgrade by the provider drifts forty queues, three people change five others: four rows."""

import asyncio
import json
from pathlib import Path
from typing import Any

from engine.config import bundle_config
from engine.model import GroupOrigin, Report
from engine.pipeline import scan
from tests.support.trail import ACCOUNT, REGION, record, session

UPGRADED = [f"orders-{number:02}" for number in range(40)]
#: Who set which queue's visibility timeout, and when in the night.
BY_HAND = {
    "cart-a": ("anna@shop.example", "01:00"),
    "cart-b": ("anna@shop.example", "01:25"),
    "mail-a": ("boris@shop.example", "01:10"),
    "mail-b": ("boris@shop.example", "01:50"),
    "find-a": ("chidi@shop.example", "03:40"),
}
QUIET = [f"quiet-{number}" for number in range(20)]


def address_of(name: str) -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def declared(name: str) -> dict[str, Any]:
    url = address_of(name)
    attributes = {
        "id": url, "url": url, "arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", "name": name, "fifo_queue": False,
        "visibility_timeout_seconds": 30, "message_retention_seconds": 345600,
    }  # fmt: skip
    return {
        "mode": "managed", "type": "aws_sqs_queue", "name": name.replace("-", "_"),
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}],
    }  # fmt: skip


def live(name: str) -> dict[str, Any]:
    retention = "1209600" if name in UPGRADED else "345600"
    timeout = "600" if name in BY_HAND else "30"
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    return {
        "configurationItemCaptureTime": "2026-03-14T09:00:00.000Z", "configurationItemStatus": "OK",
        "accountId": ACCOUNT, "awsRegion": REGION, "resourceType": "AWS::SQS::Queue", "resourceId": address_of(name),
        "resourceName": name, "arn": arn, "tags": {}, "supplementaryConfiguration": {},
        "configuration": {
            "QueueUrl": address_of(name), "QueueArn": arn, "VisibilityTimeout": timeout,
            "MessageRetentionPeriod": retention,
        },
    }  # fmt: skip


def call(name: str, who: str, at: str) -> dict[str, Any]:
    return record(
        "SetQueueAttributes",
        {"queueUrl": address_of(name), "attributes": {"VisibilityTimeout": "600"}},
        eventID=f"call-{name}",
        eventTime=f"2026-03-14T{at}:00Z",
        eventSource="sqs.amazonaws.com",
        userIdentity=session("AWSReservedSSO_Engineer_0123456789abcdef", who),
    )


def write(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content))


def scanned(folder: Path) -> Report:
    names = [*UPGRADED, *BY_HAND, *QUIET]
    state = {
        "version": 4, "terraform_version": "1.9.5", "serial": 3, "lineage": "5d1f2e1c-0000-4000-8000-000000000001",
        "outputs": {}, "resources": list(map(declared, names)),
    }  # fmt: skip
    write(folder / "terraform" / "shop.tfstate", state)
    write(folder / "aws" / "snapshot.json", {"configurationItems": list(map(live, names))})
    calls = [call(name, who, at) for name, (who, at) in BY_HAND.items()]
    write(folder / "cloudtrail" / "trail.json", {"Records": calls})
    return asyncio.run(scan(bundle_config(folder)))


def test_one_upgrade_and_three_people_are_four_rows(tmp_path: Path) -> None:
    report = scanned(tmp_path / "shop")

    assert len(report.drifts) == 45
    assert {(group.origin, group.label, len(group.drifts)) for group in report.groups} == {
        (GroupOrigin.PROVIDER, "message_retention_seconds 345600 → 1209600", 40),
        (GroupOrigin.SESSION, "anna@shop.example, Engineer", 2),
        (GroupOrigin.SESSION, "boris@shop.example, Engineer", 2),
        (GroupOrigin.SESSION, "chidi@shop.example, Engineer", 1),
    }
    [upgrade] = [group for group in report.groups if group.origin is GroupOrigin.PROVIDER]
    assert (upgrade.resources, upgrade.estates, upgrade.services) == (40, ("shop",), ("orders",))


def test_the_rows_are_the_same_in_every_scan(tmp_path: Path) -> None:
    assert scanned(tmp_path / "shop").groups == scanned(tmp_path / "shop").groups
