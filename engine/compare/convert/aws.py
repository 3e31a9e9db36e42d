"""Conversions for AWS types that name or write a thing in more ways than one."""

from collections.abc import Mapping
from typing import Any

from engine.compare.canonical import as_document, as_items


def dns_name(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A host name without the final dot of the DNS, in lower case."""
    return live.removesuffix(".").lower() if isinstance(live, str) else live


def record_values(live: Any, _declared: Any, attributes: Mapping[str, Any]) -> Any:
    """The values of a DNS record; those of texts without the quotes that the service keeps around them."""
    values = [item["Value"] if isinstance(item, Mapping) else item for item in as_items(live)]
    is_text = attributes.get("type") in ("TXT", "SPF")
    return [str(value)[1:-1] if is_text and str(value)[:1] == '"' else value for value in values]


def policy_statement(live: Any, _declared: Any, attributes: Mapping[str, Any]) -> Any:
    """The statement of a policy that a declaration of its own names by `statement_id`; None when it is gone."""
    document = as_document(live)
    statements = as_items(document.get("Statement")) if isinstance(document, Mapping) else []
    wanted = attributes.get("statement_id")
    return next((item for item in statements if isinstance(item, Mapping) and item.get("Sid") == wanted), None)


def entity_names(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> list[Any]:
    """The names of the roles, users or groups that a policy is attached to."""
    fields = ("RoleName", "UserName", "GroupName")
    return [
        next((item[name] for name in fields if name in item), None)
        for item in as_items(live)
        if isinstance(item, Mapping)
    ]


#: The last rule of every network ACL, which denies the rest; declarations do not write it.
_LAST_RULE = 32767
_PROTOCOLS = {"-1": "all", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}


def inbound_entries(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of a network ACL for what comes in."""
    return _entries(live, declared, is_egress=False)


def outbound_entries(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of a network ACL for what goes out."""
    return _entries(live, declared, is_egress=True)


def _entries(live: Any, declared: Any, *, is_egress: bool) -> list[dict[str, Any]]:
    """Entries as blocks; a protocol is written as the declaration writes those of its own."""
    named = {str(item.get("protocol", "")).lower() for item in as_items(declared) if isinstance(item, Mapping)}
    found = ({name[:1].lower() + name[1:]: value for name, value in item.items()} for item in as_items(live))
    return [
        _entry(item, named)
        for item in found
        if bool(item.get("egress")) is is_egress and item.get("ruleNumber") != _LAST_RULE
    ]


def _entry(item: Mapping[str, Any], named: set[str]) -> dict[str, Any]:
    ports, kinds = (
        {name.lower(): value for name, value in (item.get(field) or {}).items()}
        for field in ("portRange", "icmpTypeCode")
    )
    protocol = str(item.get("protocol"))
    name = _PROTOCOLS.get(protocol, protocol)
    return {
        "rule_no": item.get("ruleNumber"),
        "action": item.get("ruleAction"),
        "protocol": name if name in named else protocol,
        "from_port": ports.get("from"),
        "to_port": ports.get("to"),
        "icmp_type": kinds.get("type"),
        "icmp_code": kinds.get("code"),
        "cidr_block": item.get("cidrBlock"),
        "ipv6_cidr_block": item.get("ipv6CidrBlock"),
    }


AWS_CONVERTERS = {
    "dns_name": dns_name,
    "entity_names": entity_names,
    "inbound_entries": inbound_entries,
    "outbound_entries": outbound_entries,
    "policy_statement": policy_statement,
    "record_values": record_values,
}
