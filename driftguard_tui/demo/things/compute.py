"""Instances and autoscaling groups."""

from dataclasses import dataclass
from typing import Any

from driftguard_tui.demo.kit import code_of, hex_of, iso_millis, number_of, pairs, uuid_of
from driftguard_tui.demo.things.base import Recorded
from driftguard_tui.demo.things.network import Subnet

IMAGE = "ami-0d7a3c5b91e2f4486"


@dataclass(frozen=True, kw_only=True)
class Instance(Recorded):
    """A virtual machine. One that an autoscaling group launched bears the group's tags and is in no code."""

    terraform_type = "aws_instance"
    native = "AWS::EC2::Instance"
    arguments = (
        "ami", "instance_type", "subnet_id", "vpc_security_group_ids", "iam_instance_profile", "key_name",
        "monitoring", "metadata_options", "tags",
    )  # fmt: skip
    schema_version = 1

    name: str
    subnet: Subnet
    groups: tuple[str, ...]
    instance_type: str = "t3.medium"
    monitoring: bool = False
    http_tokens: str = "required"
    profile: str = ""
    key_name: str = ""
    group_names: tuple[str, ...] = ()
    volume_size: int = 30

    @property
    def instance_id(self) -> str:
        return "i-" + hex_of("instance", self.home, self.name)

    @property
    def address(self) -> str:
        network = ".".join(self.subnet.cidr.split(".")[:3])
        return f"{network}.{10 + number_of('ip', self.instance_id, below=200)}"

    def attributes(self) -> dict[str, Any]:
        dns = "ip-" + self.address.replace(".", "-")
        return {
            "ami": IMAGE,
            "arn": self.home.arn("ec2", f"instance/{self.instance_id}"),
            "associate_public_ip_address": False,
            "availability_zone": self.subnet.zone,
            "capacity_reservation_specification": [
                {"capacity_reservation_preference": "open", "capacity_reservation_target": []}
            ],
            "cpu_core_count": 1,
            "cpu_threads_per_core": 2,
            "credit_specification": [],
            "disable_api_stop": False,
            "disable_api_termination": False,
            "ebs_block_device": [],
            "ebs_optimized": True,
            "enclave_options": [{"enabled": False}],
            "ephemeral_block_device": [],
            "get_password_data": False,
            "hibernation": False,
            "iam_instance_profile": self.profile,
            "id": self.instance_id,
            "instance_initiated_shutdown_behavior": "stop",
            "instance_state": "running",
            "instance_type": self.instance_type,
            "ipv6_addresses": [],
            "key_name": self.key_name,
            "launch_template": [],
            "maintenance_options": [{"auto_recovery": "default"}],
            "metadata_options": [
                {
                    "http_endpoint": "enabled",
                    "http_protocol_ipv6": "disabled",
                    "http_put_response_hop_limit": 1,
                    "http_tokens": self.http_tokens,
                    "instance_metadata_tags": "disabled",
                }
            ],
            "monitoring": self.monitoring,
            "network_interface": [],
            "placement_group": "",
            "primary_network_interface_id": "eni-" + hex_of("eni", self.instance_id),
            "private_dns": f"{dns}.{self.home.region}.compute.internal",
            "private_ip": self.address,
            "public_dns": "",
            "public_ip": "",
            "root_block_device": [
                {
                    "delete_on_termination": True,
                    "device_name": "/dev/xvda",
                    "encrypted": True,
                    "iops": 3000,
                    "kms_key_id": "",
                    "tags": {},
                    "throughput": 125,
                    "volume_id": "vol-" + hex_of("vol", self.instance_id),
                    "volume_size": self.volume_size,
                    "volume_type": "gp3",
                }
            ],
            "secondary_private_ips": [],
            "security_groups": [],
            "source_dest_check": True,
            "subnet_id": self.subnet.subnet_id,
            **self.tag_attributes(),
            "tenancy": "default",
            "timeouts": None,
            "user_data": None,
            "user_data_base64": None,
            "user_data_replace_on_change": False,
            "volume_tags": None,
            "vpc_security_group_ids": list(self.groups),
        }

    def config_item(self) -> dict[str, Any]:
        groups = [{"groupName": self._group_name(group), "groupId": group} for group in self.groups]
        attributes = self.attributes()
        started = iso_millis(self.created)
        profile = None
        if self.profile:
            profile = {
                "arn": self.home.global_arn("iam", f"instance-profile/{self.profile}"),
                "id": "AIPA" + code_of("profile", self.profile, length=17),
            }
        return self.recorded_item(
            self.instance_id,
            None,
            {
                "amiLaunchIndex": 0,
                "imageId": IMAGE,
                "instanceId": self.instance_id,
                "instanceType": self.instance_type,
                "kernelId": None,
                "keyName": self.key_name or None,
                "launchTime": started,
                "monitoring": {"state": "enabled" if self.monitoring else "disabled"},
                "placement": {
                    "availabilityZone": self.subnet.zone,
                    "affinity": None,
                    "groupName": "",
                    "partitionNumber": None,
                    "hostId": None,
                    "tenancy": "default",
                    "spreadDomain": None,
                    "hostResourceGroupArn": None,
                },
                "platform": None,
                "privateDnsName": attributes["private_dns"],
                "privateIpAddress": self.address,
                "productCodes": [],
                "publicDnsName": "",
                "publicIpAddress": None,
                "ramdiskId": None,
                "state": {"code": 16, "name": "running"},
                "stateTransitionReason": "",
                "subnetId": self.subnet.subnet_id,
                "vpcId": self.subnet.vpc.vpc_id,
                "architecture": "x86_64",
                "blockDeviceMappings": [
                    {
                        "deviceName": "/dev/xvda",
                        "ebs": {
                            "attachTime": started,
                            "deleteOnTermination": True,
                            "status": "attached",
                            "volumeId": "vol-" + hex_of("vol", self.instance_id),
                        },
                    }
                ],
                "clientToken": uuid_of("token", self.instance_id),
                "ebsOptimized": True,
                "enaSupport": True,
                "hypervisor": "xen",
                "iamInstanceProfile": profile,
                "instanceLifecycle": None,
                "networkInterfaces": [
                    {
                        "networkInterfaceId": "eni-" + hex_of("eni", self.instance_id),
                        "groups": groups,
                        "privateIpAddress": self.address,
                        "sourceDestCheck": True,
                        "status": "in-use",
                        "subnetId": self.subnet.subnet_id,
                        "vpcId": self.subnet.vpc.vpc_id,
                    }
                ],
                "rootDeviceName": "/dev/xvda",
                "rootDeviceType": "ebs",
                "securityGroups": groups,
                "sourceDestCheck": True,
                "spotInstanceRequestId": None,
                "sriovNetSupport": None,
                "stateReason": None,
                "tags": pairs(self.shown_tags),
                "virtualizationType": "hvm",
                "cpuOptions": {"coreCount": 1, "threadsPerCore": 2},
                "capacityReservationId": None,
                "capacityReservationSpecification": {
                    "capacityReservationPreference": "open",
                    "capacityReservationTarget": None,
                },
                "hibernationOptions": {"configured": False},
                "licenses": [],
                "metadataOptions": {
                    "state": "applied",
                    "httpTokens": self.http_tokens,
                    "httpPutResponseHopLimit": 1,
                    "httpEndpoint": "enabled",
                },
                "enclaveOptions": {"enabled": False},
                "bootMode": None,
            },
            zone=self.subnet.zone,
        )

    def _group_name(self, group: str) -> str:
        return dict(zip(self.groups, self.group_names, strict=False)).get(group, "app")


@dataclass(frozen=True, kw_only=True)
class AutoScalingGroup(Recorded):
    terraform_type = "aws_autoscaling_group"
    native = "AWS::AutoScaling::AutoScalingGroup"
    arguments = (
        "name", "min_size", "max_size", "desired_capacity", "vpc_zone_identifier", "target_group_arns",
        "health_check_type", "health_check_grace_period", "launch_template", "tag",
    )  # fmt: skip

    name: str
    subnets: tuple[Subnet, ...]
    min_size: int
    max_size: int
    desired: int
    instance_type: str
    groups: tuple[str, ...]
    profile: str = ""
    grace_period: int = 300
    health_check: str = "ELB"
    target_groups: tuple[str, ...] = ()
    template_version: str = "7"
    suspended: tuple[str, ...] = ()
    cooldown: int = 300

    @property
    def template_id(self) -> str:
        return "lt-" + hex_of("lt", self.home, self.name)

    @property
    def service_linked_role(self) -> str:
        role = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
        return self.home.global_arn("iam", role)

    def launched(self) -> tuple[Instance, ...]:
        """The instances that run in the group now."""
        group = {"aws:autoscaling:groupName": self.name, "aws:ec2launchtemplate:id": self.template_id}
        return tuple(
            Instance(
                home=self.home,
                name=f"{self.name}-{index}",
                subnet=self.subnets[index % len(self.subnets)],
                groups=self.groups,
                instance_type=self.instance_type,
                profile=self.profile,
                live_tags={**self.all_tags, **group, "Name": self.name},
                created=self.created,
            )
            for index in range(self.desired)
        )

    def attributes(self) -> dict[str, Any]:
        unique = uuid_of("asg", self.home, self.name)
        return {
            "arn": self.home.arn("autoscaling", f"autoScalingGroup:{unique}:autoScalingGroupName/{self.name}"),
            "availability_zones": [subnet.zone for subnet in self.subnets],
            "capacity_rebalance": False,
            "context": "",
            "default_cooldown": self.cooldown,
            "default_instance_warmup": 0,
            "desired_capacity": self.desired,
            "desired_capacity_type": "",
            "enabled_metrics": [],
            "force_delete": False,
            "force_delete_warm_pool": False,
            "health_check_grace_period": self.grace_period,
            "health_check_type": self.health_check,
            "id": self.name,
            "ignore_failed_scaling_activities": False,
            "initial_lifecycle_hook": [],
            "instance_maintenance_policy": [],
            "instance_refresh": [],
            "launch_configuration": "",
            "launch_template": [{"id": self.template_id, "name": f"{self.name}-lt", "version": self.template_version}],
            "load_balancers": [],
            "max_instance_lifetime": 0,
            "max_size": self.max_size,
            "metrics_granularity": "1Minute",
            "min_elb_capacity": None,
            "min_size": self.min_size,
            "mixed_instances_policy": [],
            "name": self.name,
            "name_prefix": "",
            "placement_group": "",
            "predicted_capacity": 0,
            "protect_from_scale_in": False,
            "service_linked_role_arn": self.service_linked_role,
            "suspended_processes": list(self.suspended) or None,
            "tag": [{"key": key, "propagate_at_launch": True, "value": value} for key, value in self.all_tags.items()],
            "target_group_arns": list(self.target_groups),
            "termination_policies": [],
            "timeouts": None,
            "traffic_source": [{"identifier": target, "type": "elbv2"} for target in self.target_groups],
            "vpc_zone_identifier": [subnet.subnet_id for subnet in self.subnets],
            "wait_for_capacity_timeout": "10m",
            "wait_for_elb_capacity": None,
            "warm_pool": [],
            "warm_pool_size": 0,
        }

    def config_item(self) -> dict[str, Any]:
        template = {
            "launchTemplateId": self.template_id,
            "launchTemplateName": f"{self.name}-lt",
            "version": self.template_version,
        }
        return self.recorded_item(
            self.arn,
            self.name,
            {
                "autoScalingGroupName": self.name,
                "autoScalingGroupARN": self.arn,
                "launchTemplate": template,
                "minSize": self.min_size,
                "maxSize": self.max_size,
                "desiredCapacity": self.desired,
                "defaultCooldown": self.cooldown,
                "availabilityZones": [subnet.zone for subnet in self.subnets],
                "loadBalancerNames": [],
                "targetGroupARNs": list(self.target_groups),
                "healthCheckType": self.health_check,
                "healthCheckGracePeriod": self.grace_period,
                "instances": [
                    {
                        "instanceId": instance.instance_id,
                        "instanceType": instance.instance_type,
                        "availabilityZone": instance.subnet.zone,
                        "lifecycleState": "InService",
                        "healthStatus": "Healthy",
                        "launchTemplate": template,
                        "protectedFromScaleIn": False,
                    }
                    for instance in self.launched()
                ],
                "createdTime": iso_millis(self.created),
                "suspendedProcesses": [
                    {"processName": name, "suspensionReason": "User suspended"} for name in self.suspended
                ],
                "vpczoneIdentifier": ",".join(subnet.subnet_id for subnet in self.subnets),
                "enabledMetrics": [],
                "tags": [
                    {
                        "resourceId": self.name,
                        "resourceType": "auto-scaling-group",
                        "key": key,
                        "value": value,
                        "propagateAtLaunch": True,
                    }
                    for key, value in self.shown_tags.items()
                ],
                "terminationPolicies": ["Default"],
                "newInstancesProtectedFromScaleIn": False,
                "serviceLinkedRoleARN": self.service_linked_role,
                "capacityRebalance": False,
            },
            zone="Multiple Availability Zones",
        )
