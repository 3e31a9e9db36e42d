"""Named conversions of live values, for shapes that paths alone cannot say.

Each takes the live value, the declared value (which way the code groups or spells it) and all declared attributes
of the resource, and gives the live value as the declaring tool would write it. Tables name them in `convert`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Converter = Callable[[Any, Any, Mapping[str, Any]], Any]


def tags(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Tags as a map, from `[{Key, Value}]` in any spelling or from a map. The provider's own (`aws:…`) are dropped."""
    if isinstance(live, dict):
        pairs = list(live.items())
    else:
        items = [item for item in live or () if isinstance(item, dict)]
        pairs = [(_either(item, "Key", "key", "TagKey"), _either(item, "Value", "value", "TagValue")) for item in items]
    return {str(key): value for key, value in pairs if key is not None and not str(key).startswith("aws:")}


def security_group_rules(live: Any, declared: Any, attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`IpPermissions` as Terraform's rule blocks, grouped the way the declaration groups them.

    The API groups by protocol and ports and describes each range; Terraform groups by description too, and code
    may spread ranges over blocks as it likes. So both are taken apart into single ranges, the declared blocks are
    filled with those that are live, and what is left joins the block with the same ports and description, or makes
    a new one.
    """
    atoms = dict.fromkeys(_live_atoms(live or (), str(attributes.get("id") or "")))
    declared_blocks = [block for block in declared or () if isinstance(block, dict)]
    blocks = [
        _block(_head_of(block), [atom for atom in _block_atoms(block) if atoms.pop(atom, atom) is None])
        for block in declared_blocks
    ]
    heads = [_head_of(block) for block in declared_blocks]
    for atom in sorted(atoms, key=repr):
        head = atom[0]
        if head not in heads:
            heads.append(head)
            blocks.append(_block(head, []))
        index = heads.index(head)
        _put(blocks[index], atom)
    return [block for block in blocks if _has_ranges(block)]


_RANGES = {
    "cidr_blocks": ("IpRanges", "CidrIp"),
    "ipv6_cidr_blocks": ("Ipv6Ranges", "CidrIpv6"),
    "prefix_list_ids": ("PrefixListIds", "PrefixListId"),
    "security_groups": ("UserIdGroupPairs", "GroupId"),
}
#: protocol, from_port, to_port, description
_Head = tuple[str, int, int, str]
#: what a single range is: its head, the Terraform attribute it belongs to, its value
_Atom = tuple[_Head, str, str]


def _live_atoms(permissions: Iterable[Any], own_id: str) -> Iterable[_Atom]:
    for permission in permissions:
        if not isinstance(permission, dict):
            continue
        protocol = str(_either(permission, "IpProtocol", "ipProtocol") or "-1")
        ports = (_port(_either(permission, "FromPort", "fromPort")), _port(_either(permission, "ToPort", "toPort")))
        if protocol == "-1":
            ports = (0, 0)
        for attribute, (plural, field) in _RANGES.items():
            ranges = _either(permission, plural, _lower(plural), "ipv4Ranges" if plural == "IpRanges" else plural)
            for item in ranges or ():
                value = _either(item, field, _lower(field)) if isinstance(item, dict) else item
                text = (_either(item, "Description", "description") or "") if isinstance(item, dict) else ""
                if value is not None and attribute == "security_groups" and value == own_id:
                    yield (protocol, *ports, str(text)), "self", "true"
                elif value is not None:
                    yield (protocol, *ports, str(text)), attribute, str(value)


def _block_atoms(block: Any) -> Iterable[_Atom]:
    head = _head_of(block)
    if block.get("self") in (True, "true"):
        yield head, "self", "true"
    for attribute in _RANGES:
        for value in block.get(attribute) or ():
            # A group of another account or of EC2-Classic is written OWNER/GROUP.
            yield head, attribute, str(value).rpartition("/")[2] if attribute == "security_groups" else str(value)


def _head_of(block: dict[str, Any]) -> _Head:
    protocol = str(block.get("protocol") or "-1").lower()
    protocol = {"all": "-1", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}.get(protocol, protocol)
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


def _port(value: Any) -> int:
    return int(value) if value is not None else 0


def _either(item: dict[str, Any], *names: str) -> Any:
    return next((item[name] for name in names if item.get(name) is not None), None)


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


CONVERTERS: dict[str, Converter] = {
    "tags": tags,
    "security_group_rules": security_group_rules,
}
