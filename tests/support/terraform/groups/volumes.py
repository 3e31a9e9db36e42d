"""Volumes, file systems, and what requests are sent to."""

from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs
from tests.support.terraform.groups.places import default_vpc
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_RETAGGED = {"tags.Team": ("shop", "other")}


def _tagged(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": pairs()}]


def _arn(kind: str, identity: str) -> str:
    return f"arn:aws:ec2:{REGION}:{ACCOUNT}:{kind}/{identity}"


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
