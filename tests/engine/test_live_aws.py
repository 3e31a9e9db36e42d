"""The promise of the live source: of a real-looking account, exactly what was changed is reported."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.aws_estate import ACCOUNT, REGION, Client, build_estate, clients, policy
from tests.support.command import driftguard
from tests.support.live_account import configure
from tests.support.moto_server import moto_endpoint, moto_server  # noqa: F401 - fixtures
from tests.support.report_schema import validate_report
from tests.support.terraform.state import write_state


class Account:
    """The fake account, the state that Terraform left of it, and `driftguard scan` of one against the other."""

    def __init__(self, endpoint: str, folder: Path) -> None:
        self.client: Client = clients(endpoint)
        self.resources = build_estate(self.client)
        self.ids = {f"{kind}.{name}": identity for kind, name, identity in self.resources}
        write_state(folder / "terraform.tfstate", self.client, self.resources)
        self.configuration = configure(folder, endpoint, (kind for kind, _, _ in self.resources))

    def scan(self) -> tuple[int, dict[str, Any]]:
        """The exit status and the report."""
        result = driftguard("scan", "--no-record", "--config", self.configuration, "--format", "json")
        report = validate_report(result.out)
        assert [source["status"] for source in report["scan"]["sources"]] == ["ok", "ok"]
        return result.status, report


@pytest.fixture
def account(moto_endpoint: str, tmp_path: Path) -> Account:  # noqa: F811
    return Account(moto_endpoint, tmp_path)


def told(report: dict[str, Any]) -> dict[str, list[str]]:
    """Each drift as its address and the paths that changed; what has no changes says what kind it is."""
    return {
        drift["resource"]["address"] or drift["resource"]["id"]: [change["path"] for change in drift["changes"]]
        or [drift["kind"]]
        for drift in report["drifts"]
    }


def test_an_account_as_terraform_left_it_is_in_sync(account: Account) -> None:
    status, report = account.scan()
    assert (status, report["drifts"]) == (0, [])
    summary = report["summary"]
    assert summary["declared"] == len(account.resources) >= 40
    assert summary["in_sync"] == summary["declared"]
    assert (summary["unmanaged"], summary["not_compared"], summary["coverage"]) == (0, 0, 1.0)
    assert len({kind for kind, _, _ in account.resources}) >= 15


#: What somebody does to the account, and how it must be told: address and paths.
CHANGES: dict[str, tuple[Callable[[Account], Any], list[str]]] = {
    "aws_security_group.web": (
        lambda account: account.client("ec2").authorize_security_group_ingress(
            GroupId=account.ids["aws_security_group.web"],
            IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
        ),
        ["ingress[1]"],
    ),
    "aws_instance.batch": (
        lambda account: account.client("ec2").modify_instance_attribute(
            InstanceId=account.ids["aws_instance.batch"], DisableApiTermination={"Value": True}
        ),
        ["disable_api_termination"],
    ),
    "aws_s3_bucket_versioning.shop_orders": (
        lambda account: account.client("s3").put_bucket_versioning(
            Bucket="shop-orders", VersioningConfiguration={"Status": "Suspended"}
        ),
        ["versioning_configuration[0].status"],
    ),
    "aws_s3_bucket_policy.shop_reports": (
        lambda account: account.client("s3").put_bucket_policy(
            Bucket="shop-reports",
            Policy=policy("s3:GetObject", resource="arn:aws:s3:::shop-reports/*", Principal="*"),
        ),
        ["policy"],
    ),
    "aws_iam_role.reports": (
        lambda account: account.client("iam").attach_role_policy(
            RoleName="reports", PolicyArn=account.ids["aws_iam_policy.orders_access"]
        ),
        ["managed_policy_arns"],
    ),
    "aws_iam_policy.reports_access": (
        lambda account: account.client("iam").create_policy_version(
            PolicyArn=account.ids["aws_iam_policy.reports_access"], PolicyDocument=policy("s3:*"), SetAsDefault=True
        ),
        ["policy"],
    ),
    "aws_db_instance.orders_db": (
        lambda account: account.client("rds").modify_db_instance(
            DBInstanceIdentifier="orders", BackupRetentionPeriod=1, DeletionProtection=True, ApplyImmediately=True
        ),
        ["backup_retention_period", "deletion_protection"],
    ),
    "aws_lambda_function.orders": (
        lambda account: account.client("lambda").update_function_configuration(
            FunctionName="orders", Timeout=300, Environment={"Variables": {"STAGE": "prod", "LOG_LEVEL": "debug"}}
        ),
        ["environment[0].variables.LOG_LEVEL", "timeout"],
    ),
    "aws_autoscaling_group.web_group": (
        lambda account: account.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName="web", MaxSize=9),
        ["max_size"],
    ),
    "aws_sqs_queue.orders": (
        lambda account: account.client("sqs").set_queue_attributes(
            QueueUrl=account.ids["aws_sqs_queue.orders"], Attributes={"VisibilityTimeout": "600"}
        ),
        ["visibility_timeout_seconds"],
    ),
    "aws_dynamodb_table.carts": (
        lambda account: account.client("dynamodb").update_continuous_backups(
            TableName="carts", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        ),
        ["point_in_time_recovery[0].enabled"],
    ),
    "aws_kms_key.orders": (
        lambda account: account.client("kms").disable_key_rotation(KeyId=account.ids["aws_kms_key.orders"]),
        ["enable_key_rotation"],
    ),
}


def test_twelve_changes_are_reported_and_nothing_else(account: Account) -> None:
    for act, _ in CHANGES.values():
        act(account)
    status, report = account.scan()
    assert told(report) == {address: paths for address, (_, paths) in CHANGES.items()}
    assert (status, len(report["drifts"])) == (2, 12)
    assert report["summary"]["in_sync"] == report["summary"]["declared"] - 12


#: The rest of what operators touch, a part of each type, with what disappears and what nobody declared.
FURTHER: dict[str, tuple[Callable[[Account], Any], list[str]]] = {
    "aws_instance.worker": (lambda account: _resize(account, "worker"), ["instance_type"]),
    "aws_route_table.routes_a": (
        lambda account: account.client("ec2").create_route(
            RouteTableId=account.ids["aws_route_table.routes_a"],
            DestinationCidrBlock="192.0.2.0/24",
            NetworkInterfaceId=account.client("ec2").describe_network_interfaces()["NetworkInterfaces"][0][
                "NetworkInterfaceId"
            ],
        ),
        ["route[1]"],
    ),
    "aws_vpc.shop": (
        lambda account: account.client("ec2").modify_vpc_attribute(
            VpcId=account.ids["aws_vpc.shop"], EnableDnsHostnames={"Value": False}
        ),
        ["enable_dns_hostnames"],
    ),
    "aws_subnet.public_a": (
        lambda account: account.client("ec2").create_tags(
            Resources=[account.ids["aws_subnet.public_a"]], Tags=[{"Key": "Team", "Value": "other"}]
        ),
        ["tags.Team"],
    ),
    "aws_vpc_security_group_ingress_rule.db_from_vpc": (
        lambda account: account.client("ec2").revoke_security_group_ingress(
            GroupId=account.ids["aws_security_group.db"],
            SecurityGroupRuleIds=[account.ids["aws_vpc_security_group_ingress_rule.db_from_vpc"]],
        ),
        ["missing"],
    ),
    "aws_s3_bucket.shop_logs": (
        lambda account: account.client("s3").put_bucket_acl(Bucket="shop-logs", ACL="public-read"),
        ["grant[1]"],
    ),
    "aws_s3_bucket_public_access_block.shop_logs": (
        lambda account: account.client("s3").delete_public_access_block(Bucket="shop-logs"),
        ["missing"],
    ),
    "aws_s3_bucket_public_access_block.shop_orders": (
        lambda account: account.client("s3").put_public_access_block(
            Bucket="shop-orders",
            PublicAccessBlockConfiguration={"BlockPublicAcls": True, "IgnorePublicAcls": True},
        ),
        ["block_public_policy", "restrict_public_buckets"],
    ),
    "aws_s3_bucket_server_side_encryption_configuration.shop_orders": (
        lambda account: account.client("s3").put_bucket_encryption(
            Bucket="shop-orders",
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}]
            },
        ),
        [
            "rule[0].apply_server_side_encryption_by_default[0].kms_master_key_id",
            "rule[0].apply_server_side_encryption_by_default[0].sse_algorithm",
        ],
    ),
    "aws_s3_bucket_lifecycle_configuration.shop_logs": (
        lambda account: _expire_logs(account, days=3),
        ["rule[0].expiration[0].days"],
    ),
    "aws_iam_role.web": (
        lambda account: account.client("iam").update_assume_role_policy(
            RoleName="web",
            PolicyDocument=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
        ),
        ["assume_role_policy"],
    ),
    "aws_iam_role_policy.orders_queue": (
        lambda account: account.client("iam").put_role_policy(
            RoleName="orders", PolicyName="queue", PolicyDocument=policy("sqs:*")
        ),
        ["policy"],
    ),
    "aws_iam_role_policy_attachment.orders_access": (
        lambda account: account.client("iam").detach_role_policy(
            RoleName="orders", PolicyArn=account.ids["aws_iam_policy.orders_access"]
        ),
        ["missing"],
    ),
    "aws_lb.web_balancer": (
        lambda account: account.client("elbv2").modify_load_balancer_attributes(
            LoadBalancerArn=account.ids["aws_lb.web_balancer"],
            Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}],
        ),
        ["enable_deletion_protection"],
    ),
    "aws_sqs_queue.emails": (
        lambda account: account.client("sqs").set_queue_attributes(
            QueueUrl=account.ids["aws_sqs_queue.emails"], Attributes={"Policy": policy("sqs:*", Principal="*")}
        ),
        ["policy"],
    ),
    "aws_sqs_queue.returns": (
        lambda account: account.client("sqs").delete_queue(QueueUrl=account.ids["aws_sqs_queue.returns"]),
        ["missing"],
    ),
    "aws_sns_topic.alerts": (
        lambda account: account.client("sns").set_topic_attributes(
            TopicArn=account.ids["aws_sns_topic.alerts"], AttributeName="DisplayName", AttributeValue="muted"
        ),
        ["display_name"],
    ),
    "aws_dynamodb_table.sessions": (
        lambda account: account.client("dynamodb").update_time_to_live(
            TableName="sessions", TimeToLiveSpecification={"AttributeName": "expires", "Enabled": False}
        ),
        ["ttl[0].enabled"],
    ),
    "aws_kms_key.backups": (
        lambda account: account.client("kms").disable_key(KeyId=account.ids["aws_kms_key.backups"]),
        ["is_enabled"],
    ),
    "aws_cloudwatch_log_group.web": (
        lambda account: account.client("logs").put_retention_policy(logGroupName="/shop/web", retentionInDays=1),
        ["retention_in_days"],
    ),
    f"arn:aws:sns:{REGION}:{ACCOUNT}:shadow": (
        lambda account: account.client("sns").create_topic(Name="shadow"),
        ["unmanaged"],
    ),
}


def test_every_type_shows_its_changes_its_losses_and_its_strays(account: Account) -> None:
    for act, _ in FURTHER.values():
        act(account)
    _, report = account.scan()
    assert told(report) == {address: paths for address, (_, paths) in FURTHER.items()}


def _resize(account: Account, name: str) -> None:
    ec2, instance = account.client("ec2"), account.ids[f"aws_instance.{name}"]
    ec2.stop_instances(InstanceIds=[instance])
    ec2.modify_instance_attribute(InstanceId=instance, InstanceType={"Value": "m5.xlarge"})
    ec2.start_instances(InstanceIds=[instance])


def _expire_logs(account: Account, days: int) -> None:
    s3 = account.client("s3")
    rules = s3.get_bucket_lifecycle_configuration(Bucket="shop-logs")["Rules"]
    rules[0]["Expiration"]["Days"] = days
    s3.put_bucket_lifecycle_configuration(Bucket="shop-logs", LifecycleConfiguration={"Rules": rules})
