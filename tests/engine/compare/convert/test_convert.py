"""Live values in the shape the declaring tool would write."""

from typing import Any

import pytest

from engine.compare.convert import security_group_rules, tags


def permission(port: int, *cidrs: str, description: str = "", **more: Any) -> dict[str, Any]:
    ranges = [{"CidrIp": cidr, **({"Description": description} if description else {})} for cidr in cidrs]
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": ranges, **more}


def block(port: int, *cidrs: str, description: str = "", **more: Any) -> dict[str, Any]:
    return {
        "protocol": "tcp", "from_port": port, "to_port": port, "description": description, "cidr_blocks": list(cidrs),
        "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": False, **more,
    }  # fmt: skip


def test_rules_are_grouped_as_the_declaration_groups_them() -> None:
    declared = [block(443, "10.0.0.0/8"), block(443, "192.168.0.0/16")]
    live = [permission(443, "192.168.0.0/16", "10.0.0.0/8")]
    assert security_group_rules(live, declared, {}) == declared


def test_a_range_with_another_description_is_another_rule() -> None:
    declared = [block(443, "10.0.0.0/8", description="office")]
    live = [permission(443, "10.0.0.0/8", description="office"), permission(443, "0.0.0.0/0", description="tmp")]
    assert security_group_rules(live, declared, {}) == [*declared, block(443, "0.0.0.0/0", description="tmp")]


def test_a_new_range_joins_the_rule_with_its_ports_and_description() -> None:
    [rule] = security_group_rules([permission(443, "10.0.0.0/8", "0.0.0.0/0")], [block(443, "10.0.0.0/8")], {})
    assert rule["cidr_blocks"] == ["10.0.0.0/8", "0.0.0.0/0"]


def test_a_rule_that_is_gone_leaves_no_block() -> None:
    assert security_group_rules([], [block(443, "10.0.0.0/8")], {}) == []


def test_the_group_itself_is_written_as_self() -> None:
    live = [permission(80, UserIdGroupPairs=[{"GroupId": "sg-me"}, {"GroupId": "sg-other"}])]
    [rule] = security_group_rules(live, None, {"id": "sg-me"})
    assert (rule["self"], rule["security_groups"]) == (True, ["sg-other"])


def test_all_traffic_has_no_ports() -> None:
    live = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    declared = [block(0, "0.0.0.0/0", protocol="-1")]
    assert security_group_rules(live, declared, {}) == declared


def test_protocol_numbers_and_names_are_the_same() -> None:
    [rule] = security_group_rules([permission(22, "10.0.0.0/8")], [block(22, "10.0.0.0/8", protocol="6")], {})
    assert rule["cidr_blocks"] == ["10.0.0.0/8"]


def test_lower_case_first_letters_of_recorded_configuration() -> None:
    live = [{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipv4Ranges": [{"cidrIp": "10.0.0.0/8"}],
             "ipRanges": ["10.0.0.0/8"], "userIdGroupPairs": []}]  # fmt: skip
    assert security_group_rules(live, None, {}) == [block(22, "10.0.0.0/8")]


@pytest.mark.parametrize(
    "live",
    [
        [{"Key": "Name", "Value": "web"}, {"Key": "aws:x", "Value": "1"}],
        [{"key": "Name", "value": "web"}],
        [{"TagKey": "Name", "TagValue": "web"}],
        {"Name": "web", "aws:cloudformation:stack-name": "s"},
    ],
)
def test_tags_in_any_spelling_are_a_map_without_the_providers_own(live: Any) -> None:
    assert tags(live, None, {}) == {"Name": "web"}
