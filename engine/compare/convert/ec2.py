"""Routes, volumes, user data and tags of EC2 and its scaling groups, as Terraform writes them."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

from engine.compare.canonical import as_items

#: The fields of a route by Terraform's name. A gateway may be a virtual private gateway or an endpoint.
ROUTE_TARGETS = {
    "gateway_id": "GatewayId",
    "nat_gateway_id": "NatGatewayId",
    "transit_gateway_id": "TransitGatewayId",
    "vpc_peering_connection_id": "VpcPeeringConnectionId",
    "network_interface_id": "NetworkInterfaceId",
    "egress_only_gateway_id": "EgressOnlyInternetGatewayId",
    "local_gateway_id": "LocalGatewayId",
    "carrier_gateway_id": "CarrierGatewayId",
    "core_network_arn": "CoreNetworkArn",
}
_DESTINATIONS = {
    "cidr_block": "DestinationCidrBlock",
    "ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "destination_prefix_list_id": "DestinationPrefixListId",
}
_DECLARED_DESTINATIONS = ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")


def routes(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`Routes` as route blocks, without those nobody made: the local one, propagated ones, those of endpoints.

    The local route is kept where the code declares its destination (to take it over or to keep it).
    """
    wanted = {block.get(name) for block in as_items(declared) if isinstance(block, Mapping) for name in _DESTINATIONS}
    return [
        _route_block(item)
        for item in as_items(live)
        if isinstance(item, Mapping) and (_is_made(item) or _field(item, "DestinationCidrBlock") in wanted - {None, ""})
    ]


def route(live: Any, _declared: Any, attributes: Mapping[str, Any]) -> Any:
    """The route of a table that a declaration of its own names by its destination; None when it is gone."""
    destination = next((attributes[name] for name in _DECLARED_DESTINATIONS if attributes.get(name)), None)
    return next((item for item in _routes_of(live) if destination in _destinations(item)), None)


def route_target(name: str, live: Any, declared: Any, attributes: Mapping[str, Any]) -> Any:
    """Where the declared route leads to, by one of its fields."""
    found = route(live, declared, attributes)
    return _route_block(found)[name] if found else None


def attachment(live: Any, _declared: Any, attributes: Mapping[str, Any]) -> list[str]:
    """Of what an attachment declares, target group or classic balancer, what its scaling group has."""
    wanted = (attributes.get("lb_target_group_arn"), attributes.get("alb_target_group_arn"), attributes.get("elb"))
    held = {*as_items(_field(live, "TargetGroupARNs")), *as_items(_field(live, "LoadBalancerNames"))}
    return [str(name) for name in wanted if name and name in held]


def volumes(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The volumes that sit at the declared devices, each with its attachment's fields beside its own."""
    devices = [block.get("device_name") for block in as_items(declared) if isinstance(block, Mapping)]
    attached = {_field(volume, "Device"): volume for item in as_items(live) for volume in _attached(item)}
    # An answer without the list of devices says nothing about any, and code need not say which one is the root's.
    unknown = set(devices) if live is None else {None}
    return [attached.get(device, {"Device": device}) for device in devices if device in attached or device in unknown]


def _attached(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A volume with each of its attachments, or what an instance's list of devices tells of one."""
    device = _field(item, "Ebs")
    if isinstance(device, Mapping):
        return [{**device, "Device": _field(item, "DeviceName")}]
    return [{**item, **attachment} for attachment in _field(item, "Attachments") or ()]


def user_data(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """User data as the declaration keeps it: as the digest Terraform's state holds, as text, or in base64."""
    if not isinstance(live, str) or not live or live == declared:
        return live
    try:
        text = base64.b64decode(live, validate=True)
    except (binascii.Error, ValueError):
        return live
    digest = hashlib.sha1(text, usedforsecurity=False).hexdigest()
    return declared if declared in (digest, text.decode("utf-8", "replace")) else digest


def propagated_tags(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tags of a scaling group as blocks, without the provider's own."""
    return [item for item in as_items(live) if not str(_field(item, "Key")).startswith("aws:")]


def _routes_of(table: Any) -> list[Mapping[str, Any]]:
    if not isinstance(table, Mapping):
        return []
    return [item for item in as_items(_field(table, "Routes")) if isinstance(item, Mapping)]


def _destinations(item: Mapping[str, Any]) -> list[Any]:
    return [value for name in _DESTINATIONS.values() if (value := _field(item, name))]


def _is_made(item: Mapping[str, Any]) -> bool:
    gateway = str(_field(item, "GatewayId") or "")
    propagated = _field(item, "Origin") == "EnableVgwRoutePropagation"
    of_endpoint = gateway.startswith("vpce-") and bool(_field(item, "DestinationPrefixListId"))
    return gateway != "local" and not propagated and not of_endpoint


def _route_block(item: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: _field(item, field) for name, field in {**_DESTINATIONS, **ROUTE_TARGETS}.items()}
    gateway = str(fields["gateway_id"] or "")
    fields["vpc_endpoint_id"] = gateway if gateway.startswith("vpce-") else None
    if fields["vpc_endpoint_id"]:
        fields["gateway_id"] = None
    return fields


def _field(item: Any, name: str) -> Any:
    """A field whatever the case of its first letter, as AWS Config writes it."""
    if not isinstance(item, Mapping):
        return None
    return item[name] if name in item else item.get(name[0].lower() + name[1:])
