"""Conversions of what AWS answers."""

from typing import Any

import pytest

from engine.compare.convert import CONVERTERS

ENTRIES: list[dict[str, Any]] = [
    {"RuleNumber": 100, "Egress": False, "Protocol": "6", "RuleAction": "allow", "CidrBlock": "10.0.0.0/8",
     "PortRange": {"From": 443, "To": 443}},
    {"RuleNumber": 110, "Egress": False, "Protocol": "1", "RuleAction": "deny", "Ipv6CidrBlock": "::/0",
     "IcmpTypeCode": {"Type": 8, "Code": -1}},
    {"RuleNumber": 100, "Egress": True, "Protocol": "-1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"},
    {"RuleNumber": 32767, "Egress": False, "Protocol": "-1", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"},
    {"RuleNumber": 32767, "Egress": True, "Protocol": "-1", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"},
]  # fmt: skip


def test_entries_of_a_network_acl_by_direction_without_the_last_one() -> None:
    inbound = CONVERTERS["inbound_entries"](ENTRIES, None, {})
    assert [item["rule_no"] for item in inbound] == [100, 110]
    assert (inbound[0]["from_port"], inbound[0]["cidr_block"], inbound[0]["protocol"]) == (443, "10.0.0.0/8", "6")
    assert (inbound[1]["icmp_type"], inbound[1]["icmp_code"], inbound[1]["ipv6_cidr_block"]) == (8, -1, "::/0")
    [outbound] = CONVERTERS["outbound_entries"](ENTRIES, None, {})
    assert (outbound["action"], outbound["protocol"]) == ("allow", "-1")


def test_a_protocol_is_called_as_the_declaration_calls_it() -> None:
    [first, second] = CONVERTERS["inbound_entries"](ENTRIES, [{"protocol": "tcp"}], {})
    assert (first["protocol"], second["protocol"]) == ("tcp", "1")


def test_entries_in_the_words_of_aws_config() -> None:
    recorded = {"ruleNumber": 90, "egress": False, "protocol": "6", "ruleAction": "allow",
                "cidrBlock": "0.0.0.0/0", "portRange": {"from": 22, "to": 22}}  # fmt: skip
    [entry] = CONVERTERS["inbound_entries"]([recorded], None, {})
    assert (entry["rule_no"], entry["to_port"], entry["cidr_block"]) == (90, 22, "0.0.0.0/0")


@pytest.mark.parametrize("live", [None, []])
def test_no_entries(live: Any) -> None:
    assert CONVERTERS["inbound_entries"](live, None, {}) == []
