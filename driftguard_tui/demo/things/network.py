"""VPCs, subnets and route tables."""

from dataclasses import dataclass
from typing import Any

from driftguard_tui.demo.kit import hex_of, pairs
from driftguard_tui.demo.things.base import Recorded, Thing


@dataclass(frozen=True, kw_only=True)
class Vpc(Recorded):
    terraform_type = "aws_vpc"
    native = "AWS::EC2::VPC"
    arguments = ("cidr_block", "enable_dns_hostnames", "tags")
    schema_version = 1

    name: str
    cidr: str

    @property
    def vpc_id(self) -> str:
        return "vpc-" + hex_of("vpc", self.name)

    def attributes(self) -> dict[str, Any]:
        return {
            "arn": self.home.arn("ec2", f"vpc/{self.vpc_id}"),
            "assign_generated_ipv6_cidr_block": False,
            "cidr_block": self.cidr,
            "default_network_acl_id": "acl-" + hex_of("acl", self.name),
            "default_route_table_id": "rtb-" + hex_of("main-rtb", self.name),
            "default_security_group_id": "sg-" + hex_of("default-sg", self.name),
            "dhcp_options_id": "dopt-" + hex_of("dopt", self.home),
            "enable_dns_hostnames": True,
            "enable_dns_support": True,
            "enable_network_address_usage_metrics": False,
            "id": self.vpc_id,
            "instance_tenancy": "default",
            "ipv4_ipam_pool_id": None,
            "ipv4_netmask_length": None,
            "ipv6_association_id": "",
            "ipv6_cidr_block": "",
            "ipv6_cidr_block_network_border_group": "",
            "ipv6_ipam_pool_id": "",
            "ipv6_netmask_length": 0,
            "main_route_table_id": "rtb-" + hex_of("main-rtb", self.name),
            "owner_id": self.home.account.number,
            **self.tag_attributes(),
        }

    def config_item(self) -> dict[str, Any]:
        association = "vpc-cidr-assoc-" + hex_of("cidr", self.name)
        return self.recorded_item(
            self.vpc_id,
            None,
            {
                "cidrBlock": self.cidr,
                "dhcpOptionsId": "dopt-" + hex_of("dopt", self.home),
                "state": "available",
                "vpcId": self.vpc_id,
                "ownerId": self.home.account.number,
                "instanceTenancy": "default",
                "ipv6CidrBlockAssociationSet": [],
                "cidrBlockAssociationSet": [
                    {
                        "associationId": association,
                        "cidrBlock": self.cidr,
                        "cidrBlockState": {"state": "associated", "statusMessage": None},
                    }
                ],
                "isDefault": False,
                "tags": pairs(self.shown_tags),
            },
            zone="Multiple Availability Zones",
        )


@dataclass(frozen=True, kw_only=True)
class Subnet(Recorded):
    terraform_type = "aws_subnet"
    native = "AWS::EC2::Subnet"
    arguments = ("vpc_id", "cidr_block", "availability_zone", "map_public_ip_on_launch", "tags")
    schema_version = 1

    name: str
    cidr: str
    vpc: Vpc
    zone: str
    public: bool = False

    @property
    def subnet_id(self) -> str:
        return "subnet-" + hex_of("subnet", self.vpc.name, self.name)

    @property
    def zone_id(self) -> str:
        prefix = {"eu-west-1": "euw1", "eu-central-1": "euc1"}[self.home.region]
        return f"{prefix}-az{'abc'.index(self.zone[-1]) + 1}"

    def attributes(self) -> dict[str, Any]:
        return {
            "arn": self.home.arn("ec2", f"subnet/{self.subnet_id}"),
            "assign_ipv6_address_on_creation": False,
            "availability_zone": self.zone,
            "availability_zone_id": self.zone_id,
            "cidr_block": self.cidr,
            "customer_owned_ipv4_pool": "",
            "enable_dns64": False,
            "enable_lni_at_device_index": 0,
            "enable_resource_name_dns_a_record_on_launch": False,
            "enable_resource_name_dns_aaaa_record_on_launch": False,
            "id": self.subnet_id,
            "ipv6_cidr_block": "",
            "ipv6_cidr_block_association_id": "",
            "ipv6_native": False,
            "map_customer_owned_ip_on_launch": False,
            "map_public_ip_on_launch": self.public,
            "outpost_arn": "",
            "owner_id": self.home.account.number,
            "private_dns_hostname_type_on_launch": "ip-name",
            **self.tag_attributes(),
            "timeouts": None,
            "vpc_id": self.vpc.vpc_id,
        }

    def config_item(self) -> dict[str, Any]:
        return self.recorded_item(
            self.subnet_id,
            None,
            {
                "availabilityZone": self.zone,
                "availabilityZoneId": self.zone_id,
                "availableIpAddressCount": 211,
                "cidrBlock": self.cidr,
                "defaultForAz": False,
                "mapPublicIpOnLaunch": self.public,
                "mapCustomerOwnedIpOnLaunch": False,
                "customerOwnedIpv4Pool": None,
                "state": "available",
                "subnetId": self.subnet_id,
                "vpcId": self.vpc.vpc_id,
                "ownerId": self.home.account.number,
                "assignIpv6AddressOnCreation": False,
                "ipv6CidrBlockAssociationSet": [],
                "tags": pairs(self.shown_tags),
                "subnetArn": self.arn,
                "outpostArn": None,
            },
            zone=self.zone,
        )


@dataclass(frozen=True)
class Route:
    """A route to a gateway of some kind. `target` is the attribute that names the gateway."""

    cidr: str
    target: str
    gateway: str

    def attributes(self) -> dict[str, Any]:
        empty = dict.fromkeys(
            (
                "carrier_gateway_id", "core_network_arn", "destination_prefix_list_id", "egress_only_gateway_id",
                "gateway_id", "ipv6_cidr_block", "local_gateway_id", "nat_gateway_id", "network_interface_id",
                "transit_gateway_id", "vpc_endpoint_id", "vpc_peering_connection_id",
            ),
            "",
        )  # fmt: skip
        return {**empty, "cidr_block": self.cidr, self.target: self.gateway}

    def live(self) -> dict[str, Any]:
        camel = {
            "gateway_id": "gatewayId",
            "nat_gateway_id": "natGatewayId",
            "transit_gateway_id": "transitGatewayId",
            "vpc_peering_connection_id": "vpcPeeringConnectionId",
        }[self.target]
        return _live_route(self.cidr, camel, self.gateway, "CreateRoute")


@dataclass(frozen=True, kw_only=True)
class RouteTable(Recorded):
    terraform_type = "aws_route_table"
    native = "AWS::EC2::RouteTable"
    arguments = ("vpc_id", "route", "tags")

    name: str
    vpc: Vpc
    routes: tuple[Route, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    is_main: bool = False

    @property
    def table_id(self) -> str:
        return "rtb-" + hex_of("main-rtb" if self.is_main else "rtb", self.name)

    def attributes(self) -> dict[str, Any]:
        return {
            "arn": self.home.arn("ec2", f"route-table/{self.table_id}"),
            "id": self.table_id,
            "owner_id": self.home.account.number,
            "propagating_vgws": [],
            "route": [route.attributes() for route in self.routes],
            **self.tag_attributes(),
            "timeouts": None,
            "vpc_id": self.vpc.vpc_id,
        }

    def config_item(self) -> dict[str, Any]:
        local = _live_route(self.vpc.cidr, "gatewayId", "local", "CreateRouteTable")
        main = {
            "main": True,
            "routeTableAssociationId": "rtbassoc-" + hex_of("main-assoc", self.name),
            "routeTableId": self.table_id,
            "subnetId": None,
            "gatewayId": None,
            "associationState": {"state": "associated", "statusMessage": None},
        }
        return self.recorded_item(
            self.table_id,
            None,
            {
                "associations": [main] if self.is_main else [_association(self, one) for one in self.subnets],
                "propagatingVgws": [],
                "routeTableId": self.table_id,
                "routes": [local, *(route.live() for route in self.routes)],
                "tags": pairs(self.shown_tags),
                "vpcId": self.vpc.vpc_id,
                "ownerId": self.home.account.number,
            },
        )


@dataclass(frozen=True, kw_only=True)
class RouteTableAssociation(Thing):
    terraform_type = "aws_route_table_association"
    arguments = ("subnet_id", "route_table_id")

    table: RouteTable
    subnet: Subnet

    def attributes(self) -> dict[str, Any]:
        return {
            "gateway_id": "",
            "id": _association_id(self.table, self.subnet),
            "route_table_id": self.table.table_id,
            "subnet_id": self.subnet.subnet_id,
            "timeouts": None,
        }


def _association_id(table: RouteTable, subnet: Subnet) -> str:
    return "rtbassoc-" + hex_of("assoc", table.table_id, subnet.subnet_id)


def _association(table: RouteTable, subnet: Subnet) -> dict[str, Any]:
    return {
        "main": False,
        "routeTableAssociationId": _association_id(table, subnet),
        "routeTableId": table.table_id,
        "subnetId": subnet.subnet_id,
        "gatewayId": None,
        "associationState": {"state": "associated", "statusMessage": None},
    }


def _live_route(cidr: str, target: str, gateway: str, origin: str) -> dict[str, Any]:
    fields = (
        "destinationIpv6CidrBlock", "destinationPrefixListId", "egressOnlyInternetGatewayId", "gatewayId",
        "instanceId", "instanceOwnerId", "natGatewayId", "transitGatewayId", "localGatewayId",
        "carrierGatewayId", "networkInterfaceId",
    )  # fmt: skip
    return {
        "destinationCidrBlock": cidr,
        **dict.fromkeys(fields),
        "origin": origin,
        "state": "active",
        "vpcPeeringConnectionId": None,
        target: gateway,
    }
