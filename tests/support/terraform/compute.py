"""Terraform's attributes of instances, scaling groups, balancers and functions."""

from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, Describe, tags


def _instance(client: Client, identity: str) -> Attributes:
    ec2 = client("ec2")
    instance = ec2.describe_instances(InstanceIds=[identity])["Reservations"][0]["Instances"][0]
    volume_id = instance["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    volume = ec2.describe_volumes(VolumeIds=[volume_id])["Volumes"][0]
    options = instance["MetadataOptions"]
    return {
        "id": identity,
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{identity}",
        "ami": instance["ImageId"],
        "instance_type": instance["InstanceType"],
        "availability_zone": instance["Placement"]["AvailabilityZone"],
        "tenancy": instance["Placement"]["Tenancy"],
        "placement_group": "",
        "host_id": "",
        "key_name": "",
        "subnet_id": instance["SubnetId"],
        "private_ip": instance["PrivateIpAddress"],
        "public_ip": instance.get("PublicIpAddress", ""),
        "associate_public_ip_address": True,
        "vpc_security_group_ids": [group["GroupId"] for group in instance["SecurityGroups"]],
        "security_groups": [],
        "source_dest_check": instance["SourceDestCheck"],
        "iam_instance_profile": "",
        "monitoring": instance["Monitoring"]["State"] == "enabled",
        "ebs_optimized": instance["EbsOptimized"],
        "hibernation": None,
        "disable_api_termination": False,
        "disable_api_stop": False,
        "instance_initiated_shutdown_behavior": "stop",
        "instance_state": "running",
        "user_data": None,
        "user_data_base64": None,
        "user_data_replace_on_change": False,
        "get_password_data": False,
        "credit_specification": [{"cpu_credits": "standard"}],
        "enclave_options": [{"enabled": False}],
        "maintenance_options": [{"auto_recovery": "default"}],
        "metadata_options": [
            {
                "http_endpoint": options["HttpEndpoint"],
                "http_protocol_ipv6": options["HttpProtocolIpv6"],
                "http_put_response_hop_limit": options["HttpPutResponseHopLimit"],
                "http_tokens": options["HttpTokens"],
                "instance_metadata_tags": options["InstanceMetadataTags"],
            }
        ],
        "root_block_device": [
            {
                # The fake does not tell, for a volume, whether it goes with its instance.
                "delete_on_termination": volume["Attachments"][0].get("DeleteOnTermination", False),
                "device_name": instance["RootDeviceName"],
                "encrypted": volume["Encrypted"],
                "iops": volume.get("Iops", 0),
                "kms_key_id": "",
                "tags": {},
                "tags_all": {},
                "throughput": 0,
                "volume_id": volume_id,
                "volume_size": volume["Size"],
                "volume_type": volume["VolumeType"],
            }
        ],
        "ebs_block_device": [],
        "ephemeral_block_device": [],
        "network_interface": [],
        "timeouts": None,
        **tags(instance["Tags"]),
    }


def _launch_template(client: Client, identity: str) -> Attributes:
    ec2 = client("ec2")
    template = ec2.describe_launch_templates(LaunchTemplateIds=[identity])["LaunchTemplates"][0]
    [version] = ec2.describe_launch_template_versions(LaunchTemplateId=identity)["LaunchTemplateVersions"]
    return {
        "id": identity,
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:launch-template/{identity}",
        "name": template["LaunchTemplateName"],
        "name_prefix": "",
        "default_version": template["DefaultVersionNumber"],
        "latest_version": template["LatestVersionNumber"],
        "image_id": version["LaunchTemplateData"]["ImageId"],
        "instance_type": version["LaunchTemplateData"]["InstanceType"],
        "user_data": "",
        "vpc_security_group_ids": [],
        "update_default_version": None,
        **tags(template.get("Tags")),
    }


def _autoscaling_group(client: Client, identity: str) -> Attributes:
    [group] = client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[identity])["AutoScalingGroups"]
    template = group["LaunchTemplate"]
    return {
        "id": identity,
        "arn": group["AutoScalingGroupARN"],
        "name": identity,
        "name_prefix": "",
        "min_size": group["MinSize"],
        "max_size": group["MaxSize"],
        "desired_capacity": group["DesiredCapacity"],
        "default_cooldown": group["DefaultCooldown"],
        "health_check_type": group["HealthCheckType"],
        "health_check_grace_period": group["HealthCheckGracePeriod"],
        "availability_zones": group["AvailabilityZones"],
        "vpc_zone_identifier": group["VPCZoneIdentifier"].split(","),
        "launch_configuration": "",
        "launch_template": [
            {
                "id": template["LaunchTemplateId"],
                "name": template["LaunchTemplateName"],
                "version": template["Version"],
            }
        ],
        "mixed_instances_policy": [],
        "load_balancers": [],
        "target_group_arns": [],
        "termination_policies": [],
        "suspended_processes": [],
        "enabled_metrics": [],
        "metrics_granularity": "1Minute",
        "capacity_rebalance": False,
        "protect_from_scale_in": False,
        "max_instance_lifetime": 0,
        "placement_group": "",
        "service_linked_role_arn": group["ServiceLinkedRoleARN"],
        "force_delete": False,
        "wait_for_capacity_timeout": "10m",
        "tag": [
            {"key": tag["Key"], "value": tag["Value"], "propagate_at_launch": tag["PropagateAtLaunch"]}
            for tag in group["Tags"]
        ],
        "timeouts": None,
    }


def _load_balancer(client: Client, identity: str) -> Attributes:
    elb = client("elbv2")
    balancer = elb.describe_load_balancers(LoadBalancerArns=[identity])["LoadBalancers"][0]
    answer = elb.describe_load_balancer_attributes(LoadBalancerArn=identity)["Attributes"]
    settings = {item["Key"]: item["Value"] for item in answer}
    subnets = [zone["SubnetId"] for zone in balancer["AvailabilityZones"]]
    return {
        "id": identity,
        "arn": identity,
        "arn_suffix": identity.partition("loadbalancer/")[2],
        "name": balancer["LoadBalancerName"],
        "name_prefix": "",
        "internal": balancer["Scheme"] == "internal",
        "load_balancer_type": balancer["Type"],
        "ip_address_type": balancer["IpAddressType"],
        "vpc_id": balancer["VpcId"],
        "subnets": subnets,
        "subnet_mapping": [
            {"allocation_id": "", "ipv6_address": "", "outpost_id": "", "private_ipv4_address": "", "subnet_id": subnet}
            for subnet in subnets
        ],
        "security_groups": balancer["SecurityGroups"],
        "dns_name": balancer["DNSName"],
        "zone_id": balancer["CanonicalHostedZoneId"],
        "access_logs": [
            {
                "bucket": settings.get("access_logs.s3.bucket", ""),
                "enabled": settings.get("access_logs.s3.enabled") == "true",
                "prefix": settings.get("access_logs.s3.prefix", ""),
            }
        ],
        "enable_deletion_protection": settings["deletion_protection.enabled"] == "true",
        "enable_http2": True,
        "idle_timeout": 60,
        "drop_invalid_header_fields": False,
        "desync_mitigation_mode": "defensive",
        "xff_header_processing_mode": "append",
        "preserve_host_header": False,
        "customer_owned_ipv4_pool": "",
        "timeouts": None,
        **tags(elb.describe_tags(ResourceArns=[identity])["TagDescriptions"][0]["Tags"]),
    }


def _function(client: Client, identity: str) -> Attributes:
    answer = client("lambda").get_function(FunctionName=identity)
    function = answer["Configuration"]
    return {
        "id": identity,
        "arn": function["FunctionArn"],
        "function_name": identity,
        "description": function["Description"],
        "runtime": function["Runtime"],
        "handler": function["Handler"],
        "role": function["Role"],
        "timeout": function["Timeout"],
        "memory_size": function["MemorySize"],
        "package_type": "Zip",
        "architectures": function["Architectures"],
        "environment": [{"variables": function["Environment"]["Variables"]}],
        "ephemeral_storage": [{"size": function["EphemeralStorage"]["Size"]}],
        "tracing_config": [{"mode": function["TracingConfig"]["Mode"]}],
        "vpc_config": [],
        "dead_letter_config": [],
        "file_system_config": [],
        "image_config": [],
        "snap_start": [],
        "layers": [],
        "kms_key_arn": "",
        "reserved_concurrent_executions": -1,
        "publish": False,
        "version": "$LATEST",
        "filename": "orders.zip",
        "source_code_hash": function["CodeSha256"],
        "source_code_size": function["CodeSize"],
        "code_signing_config_arn": "",
        "last_modified": function["LastModified"],
        "timeouts": None,
        **tags(answer["Tags"]),
    }


DESCRIBE: dict[str, Describe] = {
    "aws_launch_template": _launch_template,
    "aws_autoscaling_group": _autoscaling_group,
    "aws_instance": _instance,
    "aws_lambda_function": _function,
    "aws_lb": _load_balancer,
}
