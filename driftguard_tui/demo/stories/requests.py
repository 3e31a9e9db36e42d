"""Request and answer bodies that several stories need, in the shape that CloudTrail gives them."""

from typing import Any

from driftguard_tui.demo.kit import uuid_of
from driftguard_tui.demo.things.firewall import Rule


def ingress(group_id: str, rule: Rule) -> dict[str, Any]:
    """The request that lets a network in to a security group, or takes that back."""
    described = {"description": rule.description} if rule.description else {}
    first, last = rule.ports
    return {
        "groupId": group_id,
        "ipPermissions": {
            "items": [
                {
                    "ipProtocol": rule.protocol,
                    "fromPort": first,
                    "toPort": last,
                    "groups": {},
                    "ipRanges": {"items": [{"cidrIp": rule.cidr, **described}]},
                    "ipv6Ranges": {},
                    "prefixListIds": {},
                }
            ]
        },
    }


def done(*key: object) -> dict[str, Any]:
    """The answer of EC2 when there is nothing to say."""
    return {"requestId": uuid_of("answer", *key), "_return": True}
