"""Rules of security groups, whichever way the code groups them and the provider answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.compare.canonical import as_items

#: Where the API and AWS Config keep the ranges of a rule, and what names each. AWS Config writes IPv4 ranges twice;
#: only `ipv4Ranges` has their descriptions.
_RANGES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cidr_blocks": (("IpRanges", "ipv4Ranges", "ipRanges"), ("CidrIp", "cidrIp")),
    "ipv6_cidr_blocks": (("Ipv6Ranges", "ipv6Ranges"), ("CidrIpv6", "cidrIpv6")),
    "prefix_list_ids": (("PrefixListIds", "prefixListIds"), ("PrefixListId", "prefixListId")),
    "security_groups": (("UserIdGroupPairs", "userIdGroupPairs"), ("GroupId", "groupId")),
}
#: How Cloud Control, which writes a rule for each range, names what the range is.
_SINGLE = {
    "cidr_blocks": ("CidrIp",),
    "ipv6_cidr_blocks": ("CidrIpv6",),
    "prefix_list_ids": ("SourcePrefixListId", "DestinationPrefixListId"),
    "security_groups": ("SourceSecurityGroupId", "DestinationSecurityGroupId"),
}
#: What pieces declared on their own call the attributes of a block.
_PIECE_NAMES = {
    "cidr_blocks": ("cidr_blocks", "cidr_ipv4"),
    "ipv6_cidr_blocks": ("ipv6_cidr_blocks", "cidr_ipv6"),
    "prefix_list_ids": ("prefix_list_ids", "prefix_list_id"),
    "security_groups": ("security_groups", "source_security_group_id", "referenced_security_group_id"),
}
_PROTOCOLS = {"all": "-1", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}

RANGE_ATTRIBUTES = tuple(_RANGES)

#: protocol, from_port, to_port, description
_Head = tuple[str, int, int, str]
#: what a single range is: its head, the Terraform attribute it belongs to, its value
_Atom = tuple[_Head, str, str]


def security_group_rules(live: Any, declared: Any, attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`IpPermissions` as Terraform's rule blocks, grouped the way the declaration groups them.

    The API groups by protocol and ports and describes each range; Terraform groups by description too, and code
    may spread ranges over blocks as it likes. So both are taken apart into single ranges, the declared blocks are
    filled with those that are live, and what is left joins the block with the same ports and description, or makes
    a new one.
    """
    atoms = dict.fromkeys(_live_atoms(live or (), str(attributes.get("id") or "")))
    declared_blocks = [block for block in declared or () if isinstance(block, Mapping)]
    wanted = [list(_block_atoms(block)) for block in declared_blocks]
    heads = [_head_of(block) for block in declared_blocks]
    blocks = [_block(head, [atom for atom in own if atom in atoms]) for head, own in zip(heads, wanted, strict=True)]
    stray = atoms.keys() - {atom for own in wanted for atom in own}
    for atom in sorted(stray, key=repr):
        head = atom[0]
        if head not in heads:
            heads.append(head)
            blocks.append(_block(head, []))
        _put(blocks[heads.index(head)], atom)
    return [block for block in blocks if _has_ranges(block)]


def security_group_rule(live: Any, _declared: Any, attributes: Mapping[str, Any]) -> list[str]:
    """What a group holds of one rule that is declared on its own: its ranges that are live."""
    if isinstance(live, str):
        return [live]
    atoms = set(_live_atoms(_permissions(live, attributes), str(attributes.get("security_group_id") or "")))
    return [atom[2] for atom in _block_atoms(_as_block(attributes)) if atom in atoms]


def security_group_rule_ranges(attribute: str, live: Any, _declared: Any, attributes: Mapping[str, Any]) -> list[str]:
    """Of the ranges that a rule declares in `attribute`, those that the group holds."""
    atoms = set(_live_atoms(_permissions(live, attributes), str(attributes.get("security_group_id") or "")))
    wanted = (atom for atom in _block_atoms(_as_block(attributes)) if atom[1] == attribute)
    return [atom[2] for atom in wanted if atom in atoms]


def _permissions(group: Any, attributes: Mapping[str, Any]) -> Iterable[Any]:
    """The rules of the direction that a piece declares, of a group or already taken from one."""
    if not isinstance(group, Mapping):
        return as_items(group)
    outbound = attributes.get("type") == "egress"
    if outbound:
        return _either(group, "IpPermissionsEgress", "ipPermissionsEgress", "SecurityGroupEgress") or ()
    return _either(group, "IpPermissions", "ipPermissions", "SecurityGroupIngress") or ()


def _as_block(piece: Mapping[str, Any]) -> dict[str, Any]:
    """A piece as the block that it would be in its group."""
    block = {name: _either(piece, *names) for name, names in _PIECE_NAMES.items()}
    return {**piece, **block, "protocol": _either(piece, "protocol", "ip_protocol")}


def _live_atoms(permissions: Iterable[Any], own_id: str) -> Iterable[_Atom]:
    for permission in permissions:
        if not isinstance(permission, Mapping):
            continue
        protocol = _protocol(_either(permission, "IpProtocol", "ipProtocol"))
        ports = (_port(_either(permission, "FromPort", "fromPort")), _port(_either(permission, "ToPort", "toPort")))
        if protocol == "-1":
            ports = (0, 0)
        for attribute, value, description in _live_ranges(permission):
            head = (protocol, *ports, description)
            own = attribute == "security_groups" and value == own_id
            yield (head, "self", "true") if own else (head, attribute, value)


def _live_ranges(permission: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    """Each range of a permission: its attribute, value and description."""
    for attribute, (lists, names) in _RANGES.items():
        for item in _either(permission, *lists) or ():
            value = _either(item, *names) if isinstance(item, Mapping) else item
            text = _either(item, "Description", "description") if isinstance(item, Mapping) else ""
            if value is not None:
                yield attribute, str(value), str(text or "")
    for attribute, names in _SINGLE.items():
        value = _either(permission, *names)
        if value is not None:
            yield attribute, str(value), str(permission.get("Description") or "")


def _block_atoms(block: Mapping[str, Any]) -> Iterable[_Atom]:
    head = _head_of(block)
    if block.get("self") in (True, "true"):
        yield head, "self", "true"
    for attribute in _RANGES:
        for value in as_items(block.get(attribute)):
            # A group of another account or of EC2-Classic is written OWNER/GROUP.
            yield head, attribute, str(value).rpartition("/")[2] if attribute == "security_groups" else str(value)


def _head_of(block: Mapping[str, Any]) -> _Head:
    protocol = _protocol(block.get("protocol"))
    ports = (0, 0) if protocol == "-1" else (_port(block.get("from_port")), _port(block.get("to_port")))
    return protocol, *ports, str(block.get("description") or "")


def _block(head: _Head, atoms: list[_Atom]) -> dict[str, Any]:
    protocol, from_port, to_port, description = head
    block: dict[str, Any] = {
        "protocol": protocol, "from_port": from_port, "to_port": to_port, "description": description,
        **{attribute: [] for attribute in _RANGES}, "self": False,
    }  # fmt: skip
    for atom in atoms:
        _put(block, atom)
    return block


def _put(block: dict[str, Any], atom: _Atom) -> None:
    _, attribute, value = atom
    if attribute == "self":
        block["self"] = True
    else:
        block[attribute].append(value)


def _has_ranges(block: dict[str, Any]) -> bool:
    return block["self"] or any(block[attribute] for attribute in _RANGES)


def _protocol(value: Any) -> str:
    text = str(value if value is not None else "-1").lower()
    return _PROTOCOLS.get(text, text)


def _port(value: Any) -> int:
    return int(value) if value is not None else 0


def _either(item: Mapping[str, Any], *names: str) -> Any:
    for name in names:
        value = item.get(name)
        if value is not None:
            return value
    return None
