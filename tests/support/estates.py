"""Made-up estates of any size: a Terraform state and the AWS Config snapshot that belongs to it."""

import json
from pathlib import Path
from typing import Any

ACCOUNT, REGION = "123456789012", "eu-west-1"


def write_estate(folder: Path, resources: int, drifts: int, per_file: int = 20_000) -> Path:
    """Writes a bundle of queues, instances and security groups, `drifts` of them changed. Returns the folder."""
    every = max(resources // drifts, 1) if drifts else resources + 1
    (folder / "terraform").mkdir(parents=True)
    (folder / "aws").mkdir()
    for start in range(0, resources, per_file):
        numbers = range(start, min(start + per_file, resources))
        makers = [_MAKERS[number % len(_MAKERS)](number, drifted=number % every == every - 1) for number in numbers]
        state = {
            "version": 4, "terraform_version": "1.9.2", "serial": 7, "lineage": f"bench-{start}", "outputs": {},
            "resources": [declared for declared, _ in makers],
        }  # fmt: skip
        (folder / "terraform" / f"{start:07d}.tfstate").write_text(json.dumps(state))
        snapshot = {"fileVersion": "1.0", "configSnapshotId": f"s{start}", "configurationItems": [i for _, i in makers]}
        (folder / "aws" / f"{ACCOUNT}_Config_{REGION}_ConfigSnapshot_{start:07d}.json").write_text(json.dumps(snapshot))
    return folder


def _resource(kind: str, number: int, attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        "mode": "managed", "type": kind, "name": f"r{number}",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 1, "attributes": attributes, "sensitive_attributes": []}],
    }  # fmt: skip


def _item(native: str, identity: str, arn: str, tags: dict[str, str], configuration: dict[str, Any]) -> dict[str, Any]:
    return {
        "configurationItemCaptureTime": "2026-03-14T04:00:00.000Z", "configurationItemStatus": "OK",
        "resourceType": native, "resourceId": identity, "resourceName": identity, "awsRegion": REGION,
        "accountId": ACCOUNT, "arn": arn, "tags": tags, "relatedEvents": [], "relationships": [],
        "configuration": json.dumps(configuration), "supplementaryConfiguration": {},
    }  # fmt: skip


def _queue(number: int, drifted: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    name = f"jobs-{number}"
    url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    tags = {"Team": f"team-{number % 40}", "Name": name}
    declared = {
        "arn": arn, "id": url, "url": url, "name": name, "name_prefix": "", "delay_seconds": 0, "fifo_queue": False,
        "content_based_deduplication": False, "kms_master_key_id": "", "kms_data_key_reuse_period_seconds": 300,
        "max_message_size": 262144, "message_retention_seconds": 345600, "receive_wait_time_seconds": 20, "policy": "",
        "redrive_policy": "", "sqs_managed_sse_enabled": True, "visibility_timeout_seconds": 30,
        "tags": tags, "tags_all": tags,
    }  # fmt: skip
    live = {
        "QueueName": name, "QueueUrl": url, "Arn": arn, "DelaySeconds": 0, "MaximumMessageSize": 262144,
        "MessageRetentionPeriod": 345600, "ReceiveMessageWaitTimeSeconds": 20, "SqsManagedSseEnabled": True,
        "VisibilityTimeout": 900 if drifted else 30,
    }  # fmt: skip
    return _resource("aws_sqs_queue", number, declared), _item("AWS::SQS::Queue", url, arn, tags, live)


def _instance(number: int, drifted: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    identity = f"i-{number:017x}"
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{identity}"
    tags = {"Team": f"team-{number % 40}", "Name": f"web-{number}"}
    declared = {
        "arn": arn, "id": identity, "ami": "ami-0318c27ef2d838b12", "instance_type": "m5.large", "key_name": "ops",
        "ebs_optimized": True, "monitoring": True, "subnet_id": "subnet-03e1e0ae60b479865",
        "vpc_security_group_ids": ["sg-1", "sg-2"], "iam_instance_profile": "", "source_dest_check": True,
        "availability_zone": f"{REGION}a", "private_ip": "10.0.0.1", "tenancy": "default", "hibernation": False,
        "tags": tags, "tags_all": tags,
    }  # fmt: skip
    live = {
        "instanceId": identity, "imageId": "ami-0318c27ef2d838b12",
        "instanceType": "m5.4xlarge" if drifted else "m5.large", "keyName": "ops", "ebsOptimized": True,
        "monitoring": {"state": "enabled"}, "sourceDestCheck": True,
        "subnetId": "subnet-03e1e0ae60b479865", "privateIpAddress": "10.0.0.1",
        "securityGroups": [{"groupId": "sg-2", "groupName": "b"}, {"groupId": "sg-1", "groupName": "a"}],
        "placement": {"availabilityZone": f"{REGION}a", "tenancy": "default"}, "state": {"code": 16, "name": "running"},
        "tags": [{"key": key, "value": value} for key, value in tags.items()],
    }  # fmt: skip
    return _resource("aws_instance", number, declared), _item("AWS::EC2::Instance", identity, arn, tags, live)


def _group(number: int, drifted: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    identity = f"sg-{number:017x}"
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{identity}"
    tags = {"Team": f"team-{number % 40}"}

    def block(port: int, cidr: str, protocol: str = "tcp") -> dict[str, Any]:
        return {
            "from_port": port, "to_port": port, "protocol": protocol, "cidr_blocks": [cidr], "description": "",
            "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": False,
        }  # fmt: skip

    def permission(port: int, *cidrs: str) -> dict[str, Any]:
        return {
            "ipProtocol": "tcp", "fromPort": port, "toPort": port, "ipv6Ranges": [], "prefixListIds": [],
            "userIdGroupPairs": [], "ipv4Ranges": [{"cidrIp": cidr} for cidr in cidrs], "ipRanges": list(cidrs),
        }  # fmt: skip

    declared = {
        "arn": arn, "id": identity, "name": f"web-{number}", "description": "web", "vpc_id": "vpc-1",
        "owner_id": ACCOUNT, "ingress": [block(443, "10.0.0.0/8"), block(5432, "10.1.0.0/16")],
        "egress": [block(0, "0.0.0.0/0", "-1")], "tags": tags, "tags_all": tags,
    }  # fmt: skip
    live = {
        "groupId": identity, "groupName": f"web-{number}", "description": "web", "vpcId": "vpc-1", "ownerId": ACCOUNT,
        "ipPermissions": [
            permission(5432, "10.1.0.0/16"), permission(443, "10.0.0.0/8", *(["0.0.0.0/0"] if drifted else [])),
        ],
        "ipPermissionsEgress": [{"ipProtocol": "-1", "ipv4Ranges": [{"cidrIp": "0.0.0.0/0"}]}],
        "tags": [{"key": key, "value": value} for key, value in tags.items()],
    }  # fmt: skip
    return _resource("aws_security_group", number, declared), _item(
        "AWS::EC2::SecurityGroup", identity, arn, tags, live
    )


_MAKERS = (_queue, _instance, _group)
