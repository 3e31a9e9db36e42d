"""The AWS tables: sound in themselves, in step with the reads, and right about what an operator changes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from engine.compare import Estate, compare
from engine.compare.convert import CONVERTERS
from engine.compare.paths import compile_path
from engine.model import Coverage, Declared, Difference, DriftKind, Observed, ResourceRef
from engine.providers import AttributeRule, TypeRule, load_knowledge
from engine.providers.reads import load_reads

KNOWLEDGE = load_knowledge()
TYPES = {name: rule for name, rule in KNOWLEDGE.types.items() if KNOWLEDGE.providers[name] == "aws"}
SCOPE = "111122223333/eu-west-1"


def rules_of(rule: TypeRule) -> Iterator[AttributeRule]:
    for name in rule.attributes:
        attribute = rule.rule(name)
        assert attribute is not None
        yield from _with_fields(attribute)


def _with_fields(attribute: AttributeRule) -> Iterator[AttributeRule]:
    yield attribute
    for field in (attribute.block or {}).values():
        yield from _with_fields(field if isinstance(field, AttributeRule) else AttributeRule(path=field))


def test_paths_can_be_read_and_conversions_exist() -> None:
    for name, rule in TYPES.items():
        for attribute in rules_of(rule):
            assert attribute.paths, name
            assert [compile_path(path) for path in attribute.paths]
            assert attribute.convert is None or attribute.convert in CONVERTERS, name
        assert not rule.exists_as or rule.exists_as in CONVERTERS, name
        assert all(child.type in KNOWLEDGE.types for child in rule.children if child.into), name


def test_every_part_comes_from_somewhere() -> None:
    """A path begins with AWS Config, Cloud Control, or a call that the reads make for the type."""
    reads = load_reads("aws").types
    for name, rule in TYPES.items():
        calls = {call.part for call in reads[rule.native].calls} if rule.native in reads else set()
        keys = [piece for key in rule.keys for piece in re.findall(r"{([^}]+)}", key) or [key]]
        texts = [*rule.id, *keys, *rule.name, *rule.tags, *rule.exists, *(hidden.path for hidden in rule.hidden)]
        for attribute in rule.attributes:
            top = rule.rule(attribute)
            texts += top.paths if top else []
        parts = {compile_path(text).part for text in texts}
        unknown = {part for part in parts - calls if not part.startswith(("Config", "CloudControl"))}
        assert unknown == set(), name
        assert not rule.config or rule.config in calls, name


def test_every_type_that_is_read_can_be_declared() -> None:
    read = load_reads("aws").types
    assert len(read) >= 60
    assert [native for native in read if KNOWLEDGE.owner_of(native) is None] == []


# --- what operators change -------------------------------------------------------------------------------------------


def declared(kind: str, name: str = "it", **attributes: Any) -> Declared:
    attributes.setdefault("id", name)
    return Declared(ResourceRef("aws", kind, str(attributes["id"]), SCOPE, f"{kind}.{name}"), attributes, "state")


def observed(native: str, **parts: Any) -> Observed:
    return Observed("aws", native, SCOPE, parts, "prod")


def differences(wanted: list[Declared], live: list[Observed]) -> list[Difference]:
    estate = Estate(KNOWLEDGE)
    for item in wanted:
        estate.cover(Coverage("aws", KNOWLEDGE.types[item.ref.type].native, SCOPE, "prod"))
    for observation in live:
        estate.add(observation)
    return list(compare(wanted, estate, KNOWLEDGE).differences)


def paths(wanted: Declared, live: Observed) -> list[str]:
    """The paths at which one resource differs."""
    return [change.path for difference in differences([wanted], [live]) for change in difference.changes]


GROUP = "AWS::EC2::SecurityGroup"
SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
SSH_RULE = {
    "type": "ingress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": 22, "to_port": 22,
    "cidr_blocks": ["10.0.0.0/8"], "ipv6_cidr_blocks": None, "prefix_list_ids": None, "self": False,
    "source_security_group_id": None, "description": None,
}  # fmt: skip


def group(*ingress: Any) -> Observed:
    return observed(
        GROUP, DescribeSecurityGroups={"GroupId": "sg-1", "GroupName": "web", "IpPermissions": list(ingress)}
    )


def test_a_rule_declared_on_its_own_is_no_stray_of_its_group() -> None:
    wanted = [declared("aws_security_group", id="sg-1", ingress=[]), declared("aws_security_group_rule", **SSH_RULE)]
    assert differences(wanted, [group(SSH)]) == []


def test_a_lost_rule_is_told_once_and_a_stray_one_of_its_group() -> None:
    wanted = [declared("aws_security_group", id="sg-1", ingress=[]), declared("aws_security_group_rule", **SSH_RULE)]
    [lost] = differences(wanted, [group()])
    assert (lost.resource.type, lost.kind) == ("aws_security_group_rule", DriftKind.MISSING)
    stray = {**SSH, "IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "0.0.0.0/0"}]}
    [widened] = differences(wanted, [group(stray)])
    assert (widened.resource.type, widened.kind) == ("aws_security_group", DriftKind.MODIFIED)


def test_a_rule_with_an_id_tells_what_became_of_it() -> None:
    wanted = declared(
        "aws_vpc_security_group_ingress_rule", id="sgr-1", security_group_id="sg-1", ip_protocol="tcp", from_port=22,
        to_port=22, cidr_ipv4="10.0.0.0/8",
    )  # fmt: skip
    rule = {"SecurityGroupRuleId": "sgr-1", "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0"}
    live = observed(GROUP, DescribeSecurityGroups={"GroupId": "sg-1"}, DescribeSecurityGroupRules=[rule])
    assert paths(wanted, live) == ["cidr_ipv4"]


def test_default_groups_and_instances_of_scaling_groups_are_not_strays() -> None:
    default = observed(GROUP, DescribeSecurityGroups={"GroupId": "sg-0", "GroupName": "default"})
    scaled = observed(
        "AWS::EC2::Instance",
        DescribeInstances={"InstanceId": "i-1", "Tags": [{"Key": "aws:autoscaling:groupName", "Value": "asg"}]},
    )
    assert differences([], [default, scaled]) == []


TABLE = {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"RouteTableAssociationId": "rtbassoc-1"}]}


def table(*routes: dict[str, Any]) -> Observed:
    return observed("AWS::EC2::RouteTable", DescribeRouteTables={**TABLE, "Routes": list(routes)})


def test_a_route_of_its_own_that_leads_elsewhere() -> None:
    wanted = [
        declared("aws_route_table", id="rtb-1", vpc_id="vpc-1", route=[]),
        declared(
            "aws_route", id="r", route_table_id="rtb-1", destination_cidr_block="0.0.0.0/0", nat_gateway_id="nat-1"
        ),
    ]
    out = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}
    assert differences(wanted, [table(out)]) == []
    [gone] = differences(wanted, [table()])
    assert (gone.resource.type, gone.kind) == ("aws_route", DriftKind.MISSING)
    moved = differences(wanted, [table({**out, "NatGatewayId": "nat-2"})])
    assert "aws_route" in {difference.resource.type for difference in moved}


def test_an_association_that_was_replaced_is_missing() -> None:
    wanted = declared("aws_route_table_association", id="rtbassoc-9", route_table_id="rtb-1", subnet_id="subnet-1")
    [gone] = [found for found in differences([wanted], [table()]) if found.kind is not DriftKind.UNMANAGED]
    assert (gone.resource.type, gone.kind) == ("aws_route_table_association", DriftKind.MISSING)


INSTANCE = {
    "id": "i-1", "ami": "ami-1", "instance_type": "m5.large", "vpc_security_group_ids": ["sg-1", "sg-2"],
    "monitoring": True, "iam_instance_profile": "web", "user_data": "x", "disable_api_termination": True,
    "metadata_options": [{"http_tokens": "required", "http_endpoint": "enabled", "http_put_response_hop_limit": 1}],
    "root_block_device": [{"device_name": "/dev/xvda", "volume_size": 50, "volume_type": "gp3", "tags": {}}],
}  # fmt: skip
LIVE_INSTANCE = {
    "InstanceId": "i-1", "ImageId": "ami-1", "InstanceType": "m5.large", "Monitoring": {"State": "enabled"},
    "SecurityGroups": [{"GroupId": "sg-2"}, {"GroupId": "sg-1"}],
    "IamInstanceProfile": {"Arn": "arn:aws:iam::111122223333:instance-profile/web"},
    "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({}, None),
        ({"InstanceType": "c5.large"}, "instance_type"),
        ({"SecurityGroups": [{"GroupId": "sg-1"}]}, "vpc_security_group_ids"),
        ({"Monitoring": {"State": "disabled"}}, "monitoring"),
        ({"IamInstanceProfile": {"Arn": "arn:aws:iam::1:instance-profile/admin"}}, "iam_instance_profile"),
        ({"MetadataOptions": {"HttpTokens": "optional"}}, "metadata_options[0].http_tokens"),
    ],
)
def test_an_instance(change: dict[str, Any], path: str | None) -> None:
    live = observed("AWS::EC2::Instance", DescribeInstances=LIVE_INSTANCE | change)
    assert paths(declared("aws_instance", **INSTANCE), live) == ([path] if path else [])


def test_an_instance_in_the_words_of_aws_config() -> None:
    lower = {name[0].lower() + name[1:]: value for name, value in LIVE_INSTANCE.items()}
    live = observed("AWS::EC2::Instance", DescribeInstances=lower | {"instanceType": "c5.large"})
    assert paths(declared("aws_instance", **INSTANCE), live) == ["instance_type"]


def test_the_volume_of_an_instance() -> None:
    volume = {"Size": 80, "VolumeType": "gp3", "Attachments": [{"InstanceId": "i-1", "Device": "/dev/xvda"}]}
    live = observed("AWS::EC2::Instance", DescribeInstances=LIVE_INSTANCE, DescribeVolumes=[volume])
    assert paths(declared("aws_instance", **INSTANCE), live) == ["root_block_device[0].volume_size"]


FUNCTION = {
    "id": "fn", "function_name": "fn", "timeout": 3, "reserved_concurrent_executions": -1, "layers": None,
    "environment": [{"variables": {"LEVEL": "info"}}], "tracing_config": [{"mode": "PassThrough"}],
}  # fmt: skip


def test_a_function_that_was_stopped_by_a_limit_of_zero() -> None:
    live = {"Configuration": {"FunctionName": "fn", "Timeout": 3, "Environment": {"Variables": {"LEVEL": "info"}}}}
    wanted = declared("aws_lambda_function", **FUNCTION)
    assert paths(wanted, observed("AWS::Lambda::Function", GetFunction=live)) == []
    stopped = live | {"Concurrency": {"ReservedConcurrentExecutions": 0}}
    assert paths(wanted, observed("AWS::Lambda::Function", GetFunction=stopped)) == ["reserved_concurrent_executions"]


def test_the_environment_of_a_function_is_not_in_aws_config() -> None:
    live = observed("AWS::Lambda::Function", Config={"functionName": "fn", "timeout": 10})
    assert paths(declared("aws_lambda_function", **FUNCTION), live) == ["timeout"]


def test_a_debug_level_in_the_environment_of_a_function() -> None:
    live = {"FunctionName": "fn", "Timeout": 3, "Environment": {"Variables": {"LEVEL": "debug"}}}
    wanted = declared("aws_lambda_function", **FUNCTION)
    assert paths(wanted, observed("AWS::Lambda::Function", ListFunctions=live)) == ["environment[0].variables.LEVEL"]


BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/1"


@pytest.mark.parametrize("part", ["DescribeLoadBalancerAttributes", "Config:LoadBalancerAttributes"])
def test_attributes_of_a_load_balancer(part: str) -> None:
    pairs = {
        "deletion_protection.enabled": "false", "idle_timeout.timeout_seconds": "60",
        "access_logs.s3.enabled": "false", "access_logs.s3.bucket": "logs",
    }  # fmt: skip
    items = [{"Key": key, "Value": value} for key, value in pairs.items()]
    wanted = declared(
        "aws_lb", id=BALANCER, arn=BALANCER, internal=False, enable_deletion_protection=True, idle_timeout=60,
        access_logs=[{"enabled": True, "bucket": "logs", "prefix": ""}],
    )  # fmt: skip
    live = observed(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        DescribeLoadBalancers={"LoadBalancerArn": BALANCER, "Scheme": "internet-facing"},
        **{part: items if part.startswith("Config") else {"Attributes": items}},
    )
    assert paths(wanted, live) == ["access_logs[0].enabled", "enable_deletion_protection"]


@pytest.mark.parametrize(("live", "drifted"), [("8.0.43", False), ("8.4.1", True)])
def test_a_minor_version_of_a_database_that_the_code_leaves_open(live: str, drifted: bool) -> None:
    wanted = declared("aws_db_instance", id="db-ABC", resource_id="db-ABC", identifier="shop", engine_version="8.0")
    answer = {"DBInstanceIdentifier": "shop", "DbiResourceId": "db-ABC", "EngineVersion": live}
    changed = paths(wanted, observed("AWS::RDS::DBInstance", DescribeDBInstances=answer))
    assert changed == (["engine_version"] if drifted else [])


def test_a_scaling_group_and_its_tags() -> None:
    tag = {"key": "team", "value": "web", "propagate_at_launch": True}
    wanted = declared(
        "aws_autoscaling_group", id="asg", name="asg", min_size=1, max_size=3, tag=[tag], termination_policies=None,
        vpc_zone_identifier=["subnet-1", "subnet-2"],
    )  # fmt: skip
    answer = {
        "AutoScalingGroupName": "asg", "MinSize": 1, "MaxSize": 9, "VPCZoneIdentifier": "subnet-2,subnet-1",
        "TerminationPolicies": ["Default"],
        "Tags": [{"Key": "team", "Value": "db", "PropagateAtLaunch": True}, {"Key": "aws:x", "Value": "y"}],
    }  # fmt: skip
    live = observed("AWS::AutoScaling::AutoScalingGroup", DescribeAutoScalingGroups=answer)
    assert paths(wanted, live) == ["max_size", "tag[0].value"]
