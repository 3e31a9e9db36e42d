"""Items as AWS Config records them: in delivered files, and in the answers of its API."""

import json
from collections.abc import Iterator
from typing import Any

ACCOUNT, REGION = "123456789012", "eu-west-1"


def rule(port: int, *sources: str) -> dict[str, Any]:
    """A rule of a security group."""
    ranges = [{"cidrIp": source} for source in sources]
    return {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "ipv4Ranges": ranges, "ipRanges": list(sources)}


def group(at: str, *rules: dict[str, Any], status: str = "OK", id_: str = "sg-0a1", **more: Any) -> dict[str, Any]:
    """A security group, as a history file holds it."""
    return {
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": at,
        "configurationItemStatus": status,
        "configurationStateId": 1700000000000 + sum(map(ord, at)),
        "awsAccountId": ACCOUNT,
        "awsRegion": REGION,
        "ARN": f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{id_}",
        "resourceType": "AWS::EC2::SecurityGroup",
        "resourceId": id_,
        "resourceName": "front",
        "tags": {"Service": "shop"},
        "relatedEvents": [],
        "relationships": [{"resourceType": "AWS::EC2::VPC", "resourceId": "vpc-1", "name": "Is contained in Vpc"}],
        "configuration": {"groupId": id_, "groupName": "front", "ipPermissions": list(rules)},
        "supplementaryConfiguration": {},
        **more,
    }


def answered(item: dict[str, Any]) -> dict[str, Any]:
    """The same item, as `get-resource-config-history` answers it: with documents as text."""
    found = {name: value for name, value in item.items() if name not in ("awsAccountId", "ARN")}
    configuration = item["configuration"]
    return found | {
        "accountId": item["awsAccountId"],
        "arn": item["ARN"],
        "version": "1.3",
        "configurationStateId": str(item["configurationStateId"]),
        "configuration": json.dumps(configuration) if configuration is not None else None,
        "supplementaryConfiguration": {
            name: json.dumps(value) for name, value in item["supplementaryConfiguration"].items()
        },
    }


def delivered(*items: dict[str, Any]) -> bytes:
    """A history file."""
    return json.dumps({"fileVersion": "1.0", "requestId": "1", "configurationItems": list(items)}).encode()


class FakeConfig:
    """AWS Config's API over items: its targets are in `served`. Items come newest first, and few at a time."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self._items = sorted(items, key=lambda item: item["configurationItemCaptureTime"], reverse=True)
        self.served = {
            f"StarlingDoveService.{name}": getattr(self, f"_{name}")
            for name in (
                "SelectResourceConfig",
                "GetResourceConfigHistory",
                "ListDiscoveredResources",
                "GetDiscoveredResourceCounts",
            )
        }
        self.asked: list[str] = []

    def _newest(self) -> Iterator[dict[str, Any]]:
        seen: set[str] = set()
        for item in self._items:
            if item["resourceId"] not in seen:
                seen.add(item["resourceId"])
                yield item

    def _SelectResourceConfig(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        since = request["Expression"].partition(">= '")[2].partition("'")[0]
        found = [
            json.dumps({"resourceType": item["resourceType"], "resourceId": item["resourceId"]})
            for item in self._newest()
            if item["configurationItemCaptureTime"] >= since and item["configurationItemStatus"] != "ResourceDeleted"
        ]
        return {"Results": found, "QueryInfo": {}}

    def _GetResourceConfigHistory(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.asked.append(request["resourceId"])
        found = [item for item in self._items if item["resourceId"] == request["resourceId"]]
        start = int(request.get("nextToken", 0))
        page = [
            answered(item) | {"configurationItemCaptureTime": _seconds(item["configurationItemCaptureTime"])}
            for item in found[start : start + 2]
        ]
        more = {"nextToken": str(start + 2)} if start + 2 < len(found) else {}
        return {"configurationItems": page, **more}

    def _ListDiscoveredResources(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [
            {
                "resourceType": item["resourceType"],
                "resourceId": item["resourceId"],
                "resourceDeletionTime": _seconds(item["configurationItemCaptureTime"]),
            }
            for item in self._newest()
            if item["configurationItemStatus"] == "ResourceDeleted" and request.get("includeDeletedResources")
        ]
        return {"resourceIdentifiers": found}

    def _GetDiscoveredResourceCounts(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        types = sorted({item["resourceType"] for item in self._items})
        return {"resourceCounts": [{"resourceType": name, "count": 1} for name in types]}


def _seconds(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()
