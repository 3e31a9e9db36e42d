"""Terraform's attributes of networks: VPCs, subnets, routes and security groups."""

from typing import Any

from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, Describe, tags


def _vpc(client: Client, identity: str) -> Attributes:
    ec2 = client("ec2")
    vpc = ec2.describe_vpcs(VpcIds=[identity])["Vpcs"][0]

    def setting(name: str, field: str) -> bool:
        return bool(ec2.describe_vpc_attribute(VpcId=identity, Attribute=name)[field]["Value"])

    return {
        "id": identity,
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/{identity}",
        "cidr_block": vpc["CidrBlock"],
        "instance_tenancy": vpc["InstanceTenancy"],
        "dhcp_options_id": vpc["DhcpOptionsId"],
        "enable_dns_support": setting("enableDnsSupport", "EnableDnsSupport"),
        "enable_dns_hostnames": setting("enableDnsHostnames", "EnableDnsHostnames"),
        "assign_generated_ipv6_cidr_block": False,
        "ipv6_cidr_block": "",
        "owner_id": ACCOUNT,
        **tags(vpc["Tags"]),
    }


def _internet_gateway(client: Client, identity: str) -> Attributes:
    gateway = client("ec2").describe_internet_gateways(InternetGatewayIds=[identity])["InternetGateways"][0]
    return {
        "id": identity,
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:internet-gateway/{identity}",
        "vpc_id": gateway["Attachments"][0]["VpcId"],
        "owner_id": ACCOUNT,
        "timeouts": None,
        **tags(gateway["Tags"]),
    }


def _subnet(client: Client, identity: str) -> Attributes:
    subnet = client("ec2").describe_subnets(SubnetIds=[identity])["Subnets"][0]
    return {
        "id": identity,
        "arn": subnet["SubnetArn"],
        "vpc_id": subnet["VpcId"],
        "cidr_block": subnet["CidrBlock"],
        "availability_zone": subnet["AvailabilityZone"],
        "availability_zone_id": subnet["AvailabilityZoneId"],
        "map_public_ip_on_launch": subnet["MapPublicIpOnLaunch"],
        "assign_ipv6_address_on_creation": subnet["AssignIpv6AddressOnCreation"],
        "enable_dns64": False,
        "ipv6_native": False,
        "private_dns_hostname_type_on_launch": "ip-name",
        "timeouts": None,
        **tags(subnet["Tags"]),
    }


def _route_table(client: Client, identity: str) -> Attributes:
    table = client("ec2").describe_route_tables(RouteTableIds=[identity])["RouteTables"][0]
    empty = dict.fromkeys(
        ("carrier_gateway_id", "core_network_arn", "destination_prefix_list_id", "egress_only_gateway_id",
         "ipv6_cidr_block", "local_gateway_id", "nat_gateway_id", "network_interface_id", "transit_gateway_id",
         "vpc_endpoint_id", "vpc_peering_connection_id"),
        "",
    )  # fmt: skip
    return {
        "id": identity,
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:route-table/{identity}",
        "vpc_id": table["VpcId"],
        "owner_id": ACCOUNT,
        "propagating_vgws": [],
        # Terraform leaves the route within the VPC out.
        "route": [
            {**empty, "cidr_block": route["DestinationCidrBlock"], "gateway_id": route["GatewayId"]}
            for route in table["Routes"]
            if route.get("GatewayId") != "local"
        ],
        "timeouts": None,
        **tags(table["Tags"]),
    }


def _route_table_association(client: Client, identity: str) -> Attributes:
    tables = client("ec2").describe_route_tables()["RouteTables"]
    [found] = [
        item for table in tables for item in table["Associations"] if item["RouteTableAssociationId"] == identity
    ]
    return {
        "id": identity,
        "route_table_id": found["RouteTableId"],
        "subnet_id": found["SubnetId"],
        "gateway_id": "",
        "timeouts": None,
    }


def _security_group(client: Client, identity: str) -> Attributes:
    group = client("ec2").describe_security_groups(GroupIds=[identity])["SecurityGroups"][0]
    return {
        "id": identity,
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{identity}",
        "name": group["GroupName"],
        "name_prefix": "",
        "description": group["Description"],
        "vpc_id": group["VpcId"],
        "owner_id": ACCOUNT,
        "ingress": _rules(group["IpPermissions"]),
        "egress": _rules(group["IpPermissionsEgress"]),
        "revoke_rules_on_delete": False,
        "timeouts": None,
        **tags(group["Tags"]),
    }


def _rules(permissions: list[Attributes]) -> list[Attributes]:
    """One block for each protocol, port range and description, as the provider groups them."""
    blocks: dict[tuple[Any, ...], Attributes] = {}
    for permission in permissions:
        ports = permission.get("FromPort", 0), permission.get("ToPort", 0)
        for item in permission["IpRanges"]:
            head = (permission["IpProtocol"], *ports, item.get("Description", ""))
            block = blocks.setdefault(
                head,
                {
                    "protocol": head[0],
                    "from_port": head[1],
                    "to_port": head[2],
                    "description": head[3],
                    "cidr_blocks": [],
                    "ipv6_cidr_blocks": [],
                    "prefix_list_ids": [],
                    "security_groups": [],
                    "self": False,
                },
            )
            block["cidr_blocks"].append(item["CidrIp"])
    return list(blocks.values())


def _ingress_rule(client: Client, identity: str) -> Attributes:
    [rule] = client("ec2").describe_security_group_rules(SecurityGroupRuleIds=[identity])["SecurityGroupRules"]
    return {
        "id": identity,
        "security_group_rule_id": identity,
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group-rule/{identity}",
        "security_group_id": rule["GroupId"],
        "ip_protocol": rule["IpProtocol"],
        "from_port": rule["FromPort"],
        "to_port": rule["ToPort"],
        "cidr_ipv4": rule["CidrIpv4"],
        "cidr_ipv6": None,
        "prefix_list_id": None,
        "referenced_security_group_id": None,
        "description": rule["Description"],
        "tags": None,
        "tags_all": {},
    }


DESCRIBE: dict[str, Describe] = {
    "aws_internet_gateway": _internet_gateway,
    "aws_route_table": _route_table,
    "aws_route_table_association": _route_table_association,
    "aws_security_group": _security_group,
    "aws_subnet": _subnet,
    "aws_vpc": _vpc,
    "aws_vpc_security_group_ingress_rule": _ingress_rule,
}
