"""Templates: JSON-like values whose texts hold words in braces, as in `"arn:aws:sqs:{region}:{account}:{name}"`.

A text that is one word alone becomes the word's value, whatever its type; `{tags|pairs}` passes it through a filter.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

_WORD = re.compile(r"\{([a-z][a-z_0-9]*)(?:\|([a-z_]+))?\}")


def fill(template: Any, words: Mapping[str, Any]) -> Any:
    """The template with its words filled in. A word that is not known is a KeyError."""
    if isinstance(template, str):
        whole = _WORD.fullmatch(template)
        return _value(whole, words) if whole else _WORD.sub(lambda match: _text(_value(match, words)), template)
    if isinstance(template, Mapping):
        return {_WORD.sub(lambda match: _text(_value(match, words)), k): fill(v, words) for k, v in template.items()}
    if isinstance(template, list):
        return [fill(item, words) for item in template]
    return template


def _value(match: re.Match[str], words: Mapping[str, Any]) -> Any:
    value = words[match[1]]
    return FILTERS[match[2]](value) if match[2] else value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _pairs(key: str, value: str) -> Callable[[Any], Any]:
    return lambda tags: [{key: name, value: text} for name, text in tags.items()]


def _group_rules(rules: Any) -> Any:
    """Security group rules as Terraform's state has them."""
    return [
        {
            "cidr_blocks": [rule["cidr"]], "description": "", "from_port": rule["port"], "ipv6_cidr_blocks": [],
            "prefix_list_ids": [], "protocol": "tcp", "security_groups": [], "self": False, "to_port": rule["port"],
        }
        for rule in rules
    ]  # fmt: skip


def _group_permissions(rules: Any) -> Any:
    """Security group rules as AWS Config has them: one entry a port."""
    ports: dict[int, list[str]] = {}
    for rule in rules:
        ports.setdefault(rule["port"], []).append(rule["cidr"])
    return [
        {
            "fromPort": port, "ipProtocol": "tcp", "ipv6Ranges": [], "prefixListIds": [], "toPort": port,
            "userIdGroupPairs": [], "ipv4Ranges": [{"cidrIp": cidr} for cidr in cidrs], "ipRanges": cidrs,
        }
        for port, cidrs in ports.items()
    ]  # fmt: skip


def _group_request(rule: Any) -> Any:
    """One rule as the calls that add and remove rules have it."""
    ranges = {"items": [{"cidrIp": rule["cidr"]}]}
    port = rule["port"]
    item = {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "groups": {}, "ipRanges": ranges, "ipv6Ranges": {}}
    return {"items": [{**item, "prefixListIds": {}}]}


def _azure_rules(rules: Any) -> Any:
    """Rules of a network security group as Terraform's state has them."""
    return [
        {
            "access": "Allow", "description": "", "destination_address_prefix": "*",
            "destination_address_prefixes": [], "destination_application_security_group_ids": [],
            "destination_port_range": rule["port"], "destination_port_ranges": [], "direction": "Inbound",
            "name": rule["name"], "priority": rule["priority"], "protocol": "Tcp",
            "source_address_prefix": rule["source"], "source_address_prefixes": [],
            "source_application_security_group_ids": [], "source_port_range": "*", "source_port_ranges": [],
        }
        for rule in rules
    ]  # fmt: skip


def _azure_rule(rule: Any) -> Any:
    """One rule of a network security group as the resource manager has it."""
    properties = {
        "priority": rule["priority"], "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
        "sourcePortRange": "*", "destinationPortRange": rule["port"], "sourceAddressPrefix": rule["source"],
        "destinationAddressPrefix": "*",
    }  # fmt: skip
    return {"name": rule["name"], "properties": properties}


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


#: What a word may be passed through.
FILTERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "json": _compact,
    "quoted": lambda value: quote(_compact(value)),
    "pairs": _pairs("key", "value"),
    "capital_pairs": _pairs("Key", "Value"),
    "group_tags": lambda tags: [{"key": k, "propagate_at_launch": True, "value": v} for k, v in tags.items()],
    "flag": lambda value: "Enabled" if value else "Disabled",
    "allowance": lambda value: "Enabled" if value else "Suspended",
    "group_live_tags": lambda tags: [{"key": k, "value": v, "propagateAtLaunch": True} for k, v in tags.items()],
    "list": lambda value: [value],
    "items": lambda value: {"items": value},
    "zero_if_none": lambda value: value or 0,
    "group_rules": _group_rules,
    "group_permissions": _group_permissions,
    "group_request": _group_request,
    "azure_rules": _azure_rules,
    "azure_rule": _azure_rule,
    "azure_live_rules": lambda rules: [_azure_rule(rule) for rule in rules],
    "attachments": lambda arns: [{"policyName": arn.rpartition("/")[2], "policyArn": arn} for arn in arns],
    "label_list": lambda tags: _pairs("key", "value")(
        {k.lower().replace(":", "_"): v.lower() for k, v in tags.items()}
    ),
    "lower_keys": lambda tags: {name.lower().replace(":", "_"): text.lower() for name, text in tags.items()},
}
