"""Pieces of networks."""

from typing import Any
from unittest.mock import ANY

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.groups.places import default_group, default_vpc, subnets
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_RETAGGED = {"tags.Team": ("shop", "other")}


def _tagged(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": pairs()}]


def _arn(kind: str, identity: str) -> str:
    return f"arn:aws:ec2:{REGION}:{ACCOUNT}:{kind}/{identity}"


def _retag(client: Client, state: Attributes) -> None:
    client("ec2").create_tags(Resources=[state["id"]], Tags=[{"Key": "Team", "Value": "other"}])


def _address(client: Client, _name: str, _made: Made) -> Attributes:
    found = client("ec2").allocate_address(Domain="vpc", TagSpecifications=_tagged("elastic-ip"))
    return {
        "id": found["AllocationId"],
        "allocation_id": found["AllocationId"],
        "arn": _arn("elastic-ip", found["AllocationId"]),
        "domain": "vpc",
        "vpc": True,
        "public_ip": found["PublicIp"],
        "public_ipv4_pool": "amazon",
        "network_border_group": REGION,
        "address": None,
        "associate_with_private_ip": None,
        "timeouts": None,
        **unset("association_id carrier_ip customer_owned_ip customer_owned_ipv4_pool instance ipam_pool_id"),
        **unset("network_interface private_dns private_ip ptr_record"),
        "public_dns": f"ec2-{found['PublicIp'].replace('.', '-')}.{REGION}.compute.amazonaws.com",
        **tags(TEAM),
    }


def _acl(client: Client, _name: str, _made: Made) -> Attributes:
    ec2, vpc = client("ec2"), default_vpc(client)
    found = ec2.create_network_acl(VpcId=vpc, TagSpecifications=_tagged("network-acl"))["NetworkAcl"]["NetworkAclId"]
    _entry(client, found, 100, 443, "10.0.0.0/8")
    return {
        "id": found,
        "arn": _arn("network-acl", found),
        "vpc_id": vpc,
        "owner_id": ACCOUNT,
        "subnet_ids": [],
        "ingress": [
            {
                "action": "allow",
                "cidr_block": "10.0.0.0/8",
                "from_port": 443,
                "icmp_code": 0,
                "icmp_type": 0,
                "ipv6_cidr_block": "",
                "protocol": "6",
                "rule_no": 100,
                "to_port": 443,
            }
        ],
        "egress": [],
        **tags(TEAM),
    }


def _entry(client: Client, acl: str, number: int, port: int, source: str) -> None:
    client("ec2").create_network_acl_entry(
        NetworkAclId=acl, RuleNumber=number, Protocol="6", RuleAction="allow", Egress=False, CidrBlock=source,
        PortRange={"From": port, "To": port},
    )  # fmt: skip


def _prefixes(client: Client, name: str, _made: Made) -> Attributes:
    found = client("ec2").create_managed_prefix_list(
        PrefixListName=name, AddressFamily="IPv4", MaxEntries=5,
        Entries=[{"Cidr": "203.0.113.0/24", "Description": "office"}], TagSpecifications=_tagged("prefix-list"),
    )["PrefixList"]  # fmt: skip
    return {
        "id": found["PrefixListId"],
        "arn": found["PrefixListArn"],
        "name": name,
        "address_family": "IPv4",
        "max_entries": 5,
        "entry": [{"cidr": "203.0.113.0/24", "description": "office"}],
        "owner_id": ACCOUNT,
        "version": 1,
        **tags(TEAM),
    }


def _endpoint(client: Client, _name: str, _made: Made) -> Attributes:
    vpc, zones, group = default_vpc(client), subnets(client), default_group(client)
    service = f"com.amazonaws.{REGION}.secretsmanager"
    found = client("ec2").create_vpc_endpoint(
        VpcId=vpc, ServiceName=service, VpcEndpointType="Interface", SubnetIds=zones, SecurityGroupIds=[group],
        PrivateDnsEnabled=True, TagSpecifications=_tagged("vpc-endpoint"),
    )["VpcEndpoint"]["VpcEndpointId"]  # fmt: skip
    return {
        "id": found,
        "arn": _arn("vpc-endpoint", found),
        "vpc_id": vpc,
        "service_name": service,
        "vpc_endpoint_type": "Interface",
        "subnet_ids": zones,
        "security_group_ids": [group],
        "route_table_ids": [],
        "private_dns_enabled": True,
        "ip_address_type": "ipv4",
        "owner_id": ACCOUNT,
        "requester_managed": False,
        "state": "available",
        "auto_accept": None,
        "policy": "",
        "prefix_list_id": None,
        "network_interface_ids": [],
        "cidr_blocks": [],
        "dns_entry": [],
        "dns_options": [],
        "subnet_configuration": [],
        "timeouts": None,
        **tags(TEAM),
    }


def _transit(client: Client, _name: str, _made: Made) -> Attributes:
    found = client("ec2").create_transit_gateway(
        Description="hub",
        Options={"AmazonSideAsn": 64512, "AutoAcceptSharedAttachments": "disable", "DnsSupport": "enable"},
        TagSpecifications=_tagged("transit-gateway"),
    )["TransitGateway"]
    return {
        "id": found["TransitGatewayId"],
        "arn": found["TransitGatewayArn"],
        "description": "hub",
        "amazon_side_asn": 64512,
        "auto_accept_shared_attachments": "disable",
        "default_route_table_association": "enable",
        "default_route_table_propagation": "enable",
        "dns_support": "enable",
        "multicast_support": "disable",
        "security_group_referencing_support": "disable",
        "vpn_ecmp_support": "enable",
        "transit_gateway_cidr_blocks": [],
        "association_default_route_table_id": found["Options"].get("AssociationDefaultRouteTableId", ""),
        "propagation_default_route_table_id": found["Options"].get("PropagationDefaultRouteTableId", ""),
        "owner_id": ACCOUNT,
        "timeouts": None,
        **tags(TEAM),
    }


def _customer(client: Client, name: str, _made: Made) -> Attributes:
    address = {"orders": "203.0.113.1", "returns": "203.0.113.2"}.get(name, "203.0.113.3")
    found = client("ec2").create_customer_gateway(
        BgpAsn=65000, IpAddress=address, Type="ipsec.1", TagSpecifications=_tagged("customer-gateway")
    )["CustomerGateway"]["CustomerGatewayId"]
    return {
        "id": found,
        "arn": _arn("customer-gateway", found),
        "bgp_asn": "65000",
        "bgp_asn_extended": None,
        "certificate_arn": "",
        "device_name": "",
        "ip_address": address,
        "type": "ipsec.1",
        **tags(TEAM),
    }


CASES = [
    Case(
        "aws_eip",
        _address,
        ((_retag, _RETAGGED),),
        lambda client, state: client("ec2").release_address(AllocationId=state["id"]),
    ),
    Case(
        "aws_network_acl",
        _acl,
        (
            (
                lambda client, state: _entry(client, state["id"], 90, 22, "0.0.0.0/0"),
                {"ingress[1]": (None, ANY)},
            ),
            (_retag, _RETAGGED),
        ),
        lambda client, state: client("ec2").delete_network_acl(NetworkAclId=state["id"]),
    ),
    Case(
        "aws_ec2_managed_prefix_list",
        _prefixes,
        (
            (
                lambda client, state: client("ec2").modify_managed_prefix_list(
                    PrefixListId=state["id"],
                    PrefixListName=state["name"],
                    CurrentVersion=1,
                    AddEntries=[{"Cidr": "0.0.0.0/0"}],
                ),
                {"entry[1]": (None, ANY)},
            ),
            (_retag, _RETAGGED),
        ),
        lambda client, state: client("ec2").delete_managed_prefix_list(PrefixListId=state["id"]),
    ),
    Case(
        "aws_vpc_endpoint",
        _endpoint,
        (
            (
                lambda client, state: client("ec2").modify_vpc_endpoint(
                    VpcEndpointId=state["id"], RemoveSubnetIds=[state["subnet_ids"][1]]
                ),
                {"subnet_ids": (ANY, ANY)},
            ),
            (_retag, _RETAGGED),
        ),
        lambda client, state: client("ec2").delete_vpc_endpoints(VpcEndpointIds=[state["id"]]),
    ),
    Case(
        "aws_ec2_transit_gateway",
        _transit,
        (
            (
                lambda client, state: client("ec2").modify_transit_gateway(
                    TransitGatewayId=state["id"],
                    Description="anything",
                    Options={"AutoAcceptSharedAttachments": "enable"},
                ),
                {"description": ("hub", "anything"), "auto_accept_shared_attachments": ("disable", "enable")},
            ),
        ),
        lambda client, state: client("ec2").delete_transit_gateway(TransitGatewayId=state["id"]),
    ),
    Case(
        "aws_customer_gateway",
        _customer,
        ((_retag, _RETAGGED),),
        lambda client, state: client("ec2").delete_customer_gateway(CustomerGatewayId=state["id"]),
    ),
]
