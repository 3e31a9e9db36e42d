"""Pieces of networks, and what is attached to them."""

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


def _volume(client: Client, _name: str, _made: Made) -> Attributes:
    found = client("ec2").create_volume(
        AvailabilityZone=f"{REGION}a", Size=20, VolumeType="gp3", Iops=3000, Throughput=125, Encrypted=False,
        TagSpecifications=_tagged("volume"),
    )  # fmt: skip
    return {
        "id": found["VolumeId"],
        "arn": _arn("volume", found["VolumeId"]),
        "availability_zone": f"{REGION}a",
        "size": 20,
        "type": "gp3",
        "iops": 3000,
        "throughput": 125,
        "encrypted": False,
        "kms_key_id": "",
        "multi_attach_enabled": False,
        "outpost_arn": "",
        "snapshot_id": "",
        "final_snapshot": False,
        "create_time": "2026-01-15T10:15:00Z",
        "timeouts": None,
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


def _target_group(client: Client, name: str, _made: Made) -> Attributes:
    vpc = default_vpc(client)
    arn = client("elbv2").create_target_group(
        Name=name, Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="ip", HealthCheckPath="/health",
        HealthCheckIntervalSeconds=30, HealthCheckTimeoutSeconds=5, HealthyThresholdCount=3,
        UnhealthyThresholdCount=3, Matcher={"HttpCode": "200"}, Tags=pairs(),
    )["TargetGroups"][0]["TargetGroupArn"]  # fmt: skip
    return {
        "id": arn,
        "arn": arn,
        "arn_suffix": arn.rpartition(":")[2],
        "name": name,
        "name_prefix": "",
        "port": 8080,
        "protocol": "HTTP",
        "protocol_version": "HTTP1",
        "target_type": "ip",
        "vpc_id": vpc,
        "ip_address_type": "ipv4",
        "deregistration_delay": "300",
        "connection_termination": None,
        "health_check": [
            {
                "enabled": True,
                "healthy_threshold": 3,
                "interval": 30,
                "matcher": "200",
                "path": "/health",
                "port": "traffic-port",
                "protocol": "HTTP",
                "timeout": 5,
                "unhealthy_threshold": 3,
            }
        ],
        "lambda_multi_value_headers_enabled": False,
        "load_balancer_arns": [],
        "load_balancing_algorithm_type": "round_robin",
        "load_balancing_anomaly_mitigation": "off",
        "load_balancing_cross_zone_enabled": "use_load_balancer_configuration",
        "preserve_client_ip": None,
        "proxy_protocol_v2": False,
        "slow_start": 0,
        "stickiness": [{"cookie_duration": 86400, "cookie_name": "", "enabled": False, "type": "lb_cookie"}],
        "target_failover": [{"on_deregistration": None, "on_unhealthy": None}],
        "target_group_health": [],
        "target_health_state": [],
        **tags(TEAM),
    }


def _files(client: Client, name: str, _made: Made) -> Attributes:
    found = client("efs").create_file_system(
        CreationToken=name, PerformanceMode="generalPurpose", ThroughputMode="bursting", Encrypted=True, Tags=pairs()
    )
    identity = found["FileSystemId"]
    client("efs").put_lifecycle_configuration(
        FileSystemId=identity, LifecyclePolicies=[{"TransitionToIA": "AFTER_30_DAYS"}]
    )
    return {
        "id": identity,
        "arn": found["FileSystemArn"],
        "creation_token": name,
        "performance_mode": "generalPurpose",
        "throughput_mode": "bursting",
        "provisioned_throughput_in_mibps": 0,
        "encrypted": True,
        "kms_key_id": "",
        "availability_zone_id": "",
        "availability_zone_name": "",
        "dns_name": f"{identity}.efs.{REGION}.amazonaws.com",
        "lifecycle_policy": [
            {
                "transition_to_archive": "",
                "transition_to_ia": "AFTER_30_DAYS",
                "transition_to_primary_storage_class": "",
            }
        ],
        "name": "",
        "number_of_mount_targets": 0,
        "owner_id": ACCOUNT,
        "protection": [{"replication_overwrite": "ENABLED"}],
        "size_in_bytes": [],
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
        "aws_ebs_volume",
        _volume,
        (
            (
                lambda client, state: client("ec2").modify_volume(VolumeId=state["id"], Size=500, Iops=6000),
                {"size": (20, 500), "iops": (3000, 6000)},
            ),
        ),
        lambda client, state: client("ec2").delete_volume(VolumeId=state["id"]),
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
    Case(
        "aws_lb_target_group",
        _target_group,
        (
            (
                lambda client, state: client("elbv2").modify_target_group(
                    TargetGroupArn=state["arn"], HealthCheckPath="/", HealthCheckIntervalSeconds=60
                ),
                {"health_check[0].path": ("/health", "/"), "health_check[0].interval": (30, 60)},
            ),
            (
                lambda client, state: client("elbv2").modify_target_group_attributes(
                    TargetGroupArn=state["arn"],
                    Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "5"}],
                ),
                {"deregistration_delay": ("300", "5")},
            ),
        ),
        lambda client, state: client("elbv2").delete_target_group(TargetGroupArn=state["arn"]),
    ),
    Case(
        "aws_efs_file_system",
        _files,
        (
            (
                lambda client, state: client("efs").put_lifecycle_configuration(
                    FileSystemId=state["id"], LifecyclePolicies=[{"TransitionToIA": "AFTER_7_DAYS"}]
                ),
                {"lifecycle_policy[0].transition_to_ia": ("AFTER_30_DAYS", "AFTER_7_DAYS")},
            ),
            (
                lambda client, state: client("efs").tag_resource(
                    ResourceId=state["id"], Tags=[{"Key": "Team", "Value": "other"}]
                ),
                _RETAGGED,
            ),
        ),
        lambda client, state: client("efs").delete_file_system(FileSystemId=state["id"]),
    ),
]
