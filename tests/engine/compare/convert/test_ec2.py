"""Routes, volumes and user data in the shape Terraform writes them."""

import base64
import hashlib
from typing import Any

import pytest

from engine.compare.convert import CONVERTERS

LOCAL = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable"}
OUT = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "Origin": "CreateRoute"}
PROPAGATED = {"DestinationCidrBlock": "172.16.0.0/12", "GatewayId": "vgw-1", "Origin": "EnableVgwRoutePropagation"}
ENDPOINT = {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "Origin": "CreateRoute"}


def convert(name: str, live: Any, declared: Any = None, **attributes: Any) -> Any:
    return CONVERTERS[name](live, declared, attributes)


def test_routes_that_nobody_made_are_left_out() -> None:
    [route] = convert("routes", [LOCAL, OUT, PROPAGATED, ENDPOINT])
    assert {name: value for name, value in route.items() if value} == {
        "cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1",
    }  # fmt: skip


def test_the_local_route_counts_where_it_is_declared() -> None:
    [route] = convert("routes", [LOCAL], [{"cidr_block": "10.0.0.0/16", "gateway_id": "local"}])
    assert route["gateway_id"] == "local"


def test_a_gateway_endpoint_is_not_an_internet_gateway() -> None:
    [route] = convert("routes", [{"DestinationCidrBlock": "10.9.0.0/16", "GatewayId": "vpce-2"}])
    assert (route["vpc_endpoint_id"], route["gateway_id"]) == ("vpce-2", None)


@pytest.mark.parametrize(
    ("field", "item"),
    [
        ("destination_cidr_block", {"DestinationCidrBlock": "x"}),
        ("destination_ipv6_cidr_block", {"DestinationIpv6CidrBlock": "x"}),
        ("destination_prefix_list_id", {"destinationPrefixListId": "x"}),
    ],
)
def test_a_route_declared_on_its_own_is_found_by_its_destination(field: str, item: dict[str, str]) -> None:
    table = {"Routes": [OUT, {**item, "NatGatewayId": "nat-2"}]}
    assert convert("route", table, **{field: "x"}) is not None
    assert convert("route.nat_gateway_id", table, "nat-1", **{field: "x"}) == "nat-2"
    assert convert("route", table, **{field: "y"}) is None


def test_volumes_at_the_devices_that_are_declared() -> None:
    root = {"VolumeId": "vol-1", "Size": 8, "Attachments": [{"Device": "/dev/xvda", "DeleteOnTermination": True}]}
    other = {"VolumeId": "vol-2", "Size": 100, "Attachments": [{"Device": "/dev/xvdf"}]}
    [found] = convert("volumes", [other, root], [{"device_name": "/dev/xvda"}])
    assert (found["Size"], found["DeleteOnTermination"]) == (8, True)


def test_an_instance_tells_of_its_volumes_whether_they_go_with_it() -> None:
    devices = [{"deviceName": "/dev/xvda", "ebs": {"volumeId": "vol-1", "deleteOnTermination": False}}]
    [found] = convert("volumes", devices, [{"device_name": "/dev/xvda"}])
    assert found == {"Device": "/dev/xvda", "volumeId": "vol-1", "deleteOnTermination": False}
    assert convert("volumes", [], [{"device_name": "/dev/xvda"}]) == []
    assert convert("volumes", None, [{"device_name": "/dev/xvda"}]) == [{"Device": "/dev/xvda"}]
    assert convert("volumes", devices, [{"volume_size": 8}]) == [{"Device": None}]


def test_user_data_is_compared_by_the_digest_that_the_state_keeps() -> None:
    live = base64.b64encode(b"#!/bin/sh").decode()
    digest = hashlib.sha1(b"#!/bin/sh", usedforsecurity=False).hexdigest()
    assert convert("user_data", live, digest) == digest
    assert convert("user_data", live, "#!/bin/sh") == "#!/bin/sh"
    assert convert("user_data", live, "something else") == digest
    assert convert("user_data", None, digest) is None


def test_a_version_is_as_exact_as_the_code_states_it() -> None:
    assert convert("version_prefix", "8.0.43", "8.0") == "8.0"
    assert convert("version_prefix", "8.0.43", "8.0.42") == "8.0.43"
    assert convert("version_prefix", "18.1", "1") == "18.1"


def test_keys_with_dots_open_maps() -> None:
    live = [{"key": "access_logs.s3.enabled", "value": "true"}, {"Key": "idle", "Value": "60"}]
    assert convert("key_values", live) == {"access_logs": {"s3": {"enabled": "true"}}, "idle": "60"}


def test_a_limit_that_is_not_set_is_not_a_limit_of_zero() -> None:
    assert convert("minus_one_unset", None) == -1
    assert convert("minus_one_unset", 0) == 0


def test_words_that_are_switches() -> None:
    assert [convert("enabled", word) for word in ("enabled", "Disabled", "internal", "internet-facing", True)] == [
        True, False, True, False, True,
    ]  # fmt: skip


def test_lists_in_one_text_and_the_only_item_of_a_list() -> None:
    assert convert("comma_list", "subnet-1,subnet-2") == ["subnet-1", "subnet-2"]
    assert convert("comma_list", "") == []
    assert convert("first", ["a"]) == "a"
    assert convert("first", []) is None


def test_tags_of_a_scaling_group_without_the_providers_own() -> None:
    own = {"key": "team", "value": "web", "propagateAtLaunch": True}
    assert convert("propagated_tags", [own, {"key": "aws:x", "value": "y"}]) == [own]


# --- rules of security groups declared on their own ----------------------------------------------------------------

GROUP = {
    "IpPermissions": [
        {
            "IpProtocol": "tcp",
            "FromPort": 22,
            "ToPort": 22,
            "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
            "UserIdGroupPairs": [],
        }
    ],
    "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
}
RULE = {"type": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22, "security_group_id": "sg-1"}


def test_a_rule_is_there_while_its_group_holds_its_ranges() -> None:
    assert convert("security_group_rule", GROUP, **RULE, cidr_blocks=["10.0.0.0/8"]) == ["10.0.0.0/8"]
    assert convert("security_group_rule", GROUP, **RULE, cidr_blocks=["10.1.0.0/16"]) == []
    outbound = {**RULE, "type": "egress", "protocol": "all", "from_port": 0, "to_port": 0}
    assert convert("security_group_rule", GROUP, **outbound, cidr_blocks=["0.0.0.0/0"]) == ["0.0.0.0/0"]


def test_the_ranges_of_a_rule_that_are_left() -> None:
    declared = ["10.0.0.0/8", "192.168.0.0/16"]
    assert convert("security_group_rule.cidr_blocks", GROUP, declared, **RULE, cidr_blocks=declared) == ["10.0.0.0/8"]


def test_rules_with_ids_are_found_by_range_where_ids_were_not_read() -> None:
    rule = {
        "ip_protocol": "tcp",
        "from_port": 22,
        "to_port": 22,
        "cidr_ipv4": "10.0.0.0/8",
        "security_group_id": "sg-1",
    }
    assert convert("security_group_rule", GROUP["IpPermissions"], **rule) == ["10.0.0.0/8"]
    assert convert("security_group_rule", "sgr-1", **rule) == ["sgr-1"]


def test_cloud_control_writes_a_rule_for_each_range() -> None:
    live = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8", "Description": "office"}]
    [block] = convert("security_group_rules", live)
    assert (block["cidr_blocks"], block["description"]) == (["10.0.0.0/8"], "office")


def test_descriptions_in_aws_config_are_beside_the_plain_ranges() -> None:
    live = [{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": ["10.0.0.0/8"],
             "ipv4Ranges": [{"cidrIp": "10.0.0.0/8", "description": "vpn"}]}]  # fmt: skip
    [block] = convert("security_group_rules", live)
    assert block["description"] == "vpn"


def test_a_range_that_two_blocks_declare_fills_both() -> None:
    block = {**RULE, "cidr_blocks": ["10.0.0.0/8"]}
    first, second = convert("security_group_rules", GROUP["IpPermissions"], [block, block])
    assert first == second
