"""What watches over an account: detectors, recorders, trails, backups, policies."""

import json
from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_ROLE = f"arn:aws:iam::{ACCOUNT}:role/service"


def _allow(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _detector(client: Client, _name: str, _made: Made) -> Attributes:
    found = client("guardduty").create_detector(Enable=True, FindingPublishingFrequency="SIX_HOURS", Tags=TEAM)
    return {
        "id": found["DetectorId"],
        "arn": f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/{found['DetectorId']}",
        "account_id": ACCOUNT,
        "enable": True,
        "finding_publishing_frequency": "SIX_HOURS",
        "datasources": [],
        **tags(TEAM),
    }


def _recorder_settings(**group: Any) -> dict[str, Any]:
    return {"name": "default", "roleARN": _ROLE, "recordingGroup": group}


def _recorder(client: Client, _name: str, _made: Made) -> Attributes:
    client("config").put_configuration_recorder(
        ConfigurationRecorder=_recorder_settings(allSupported=True, includeGlobalResourceTypes=True)
    )
    return {
        "id": "default",
        "name": "default",
        "role_arn": _ROLE,
        "recording_group": [
            {
                "all_supported": True,
                "exclusion_by_resource_types": [],
                "include_global_resource_types": True,
                "recording_strategy": [],
                "resource_types": [],
            }
        ],
        "recording_mode": [],
    }


def _channel_settings(bucket: str, frequency: str) -> dict[str, Any]:
    return {
        "name": "default",
        "s3BucketName": bucket,
        "configSnapshotDeliveryProperties": {"deliveryFrequency": frequency},
    }


def _channel(client: Client, _name: str, _made: Made) -> Attributes:
    client("config").put_delivery_channel(DeliveryChannel=_channel_settings("shop-config", "TwentyFour_Hours"))
    return {
        "id": "default",
        "name": "default",
        "s3_bucket_name": "shop-config",
        "s3_key_prefix": "",
        "s3_kms_key_arn": "",
        "sns_topic_arn": "",
        "snapshot_delivery_properties": [{"delivery_frequency": "TwentyFour_Hours"}],
    }


def _rule_settings(name: str, **more: Any) -> dict[str, Any]:
    return {
        "ConfigRuleName": name,
        "Description": "no public buckets",
        "Source": {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_PUBLIC_READ_PROHIBITED"},
        "Scope": {"ComplianceResourceTypes": ["AWS::S3::Bucket"]},
        **more,
    }


def _rule(client: Client, name: str, made: Made) -> Attributes:
    client("config").put_config_rule(ConfigRule=_rule_settings(name), Tags=pairs())
    found = client("config").describe_config_rules(ConfigRuleNames=[name])["ConfigRules"][0]
    return {
        "id": name,
        "arn": found["ConfigRuleArn"],
        "rule_id": found["ConfigRuleId"],
        "name": name,
        "description": "no public buckets",
        "input_parameters": "",
        "maximum_execution_frequency": "",
        "evaluation_mode": [],
        "scope": [
            {
                "compliance_resource_id": "",
                "compliance_resource_types": ["AWS::S3::Bucket"],
                "tag_key": "",
                "tag_value": "",
            }
        ],
        "source": [
            {
                "custom_policy_details": [],
                "owner": "AWS",
                "source_detail": [],
                "source_identifier": "S3_BUCKET_PUBLIC_READ_PROHIBITED",
            }
        ],
        **tags(TEAM),
    }


def _trail(client: Client, name: str, _made: Made) -> Attributes:
    bucket, trails = f"{name}-trails", client("cloudtrail")
    client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    arn = trails.create_trail(
        Name=name,
        S3BucketName=bucket,
        IncludeGlobalServiceEvents=True,
        IsMultiRegionTrail=True,
        EnableLogFileValidation=True,
        TagsList=pairs(),
    )["TrailARN"]
    trails.start_logging(Name=name)
    return {
        "id": arn,
        "arn": arn,
        "name": name,
        "s3_bucket_name": bucket,
        "s3_key_prefix": "",
        "enable_logging": True,
        "enable_log_file_validation": True,
        "include_global_service_events": True,
        "is_multi_region_trail": True,
        "is_organization_trail": False,
        "home_region": REGION,
        "kms_key_id": "",
        "cloud_watch_logs_group_arn": "",
        "cloud_watch_logs_role_arn": "",
        "sns_topic_name": "",
        "sns_topic_arn": "",
        "advanced_event_selector": [],
        "event_selector": [],
        "insight_selector": [],
        **tags(TEAM),
    }


def _vault(client: Client, name: str, _made: Made) -> Attributes:
    arn = client("backup").create_backup_vault(BackupVaultName=name, BackupVaultTags=TEAM)["BackupVaultArn"]
    return {
        "id": name,
        "arn": arn,
        "name": name,
        "kms_key_arn": "",
        "force_destroy": False,
        "recovery_points": 0,
        "timeouts": None,
        **tags(TEAM),
    }


def _plan(client: Client, name: str, made: Made) -> Attributes:
    vault = made["aws_backup_vault"]["name"]
    rule = {
        "RuleName": "nightly",
        "TargetBackupVaultName": vault,
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "StartWindowMinutes": 60,
        "CompletionWindowMinutes": 180,
        "Lifecycle": {"DeleteAfterDays": 35},
    }
    found = client("backup").create_backup_plan(
        BackupPlan={"BackupPlanName": name, "Rules": [rule]}, BackupPlanTags=TEAM
    )
    return {
        "id": found["BackupPlanId"],
        "arn": found["BackupPlanArn"],
        "name": name,
        "version": found["VersionId"],
        "advanced_backup_setting": [],
        "rule": [
            {
                "completion_window": 180,
                "copy_action": [],
                "enable_continuous_backup": False,
                "lifecycle": [
                    {
                        "cold_storage_after": 0,
                        "delete_after": 35,
                        "opt_in_to_archive_for_supported_resources": False,
                    }
                ],
                "recovery_point_tags": {},
                "rule_name": "nightly",
                "schedule": "cron(0 3 * * ? *)",
                "schedule_expression_timezone": "Etc/UTC",
                "start_window": 60,
                "target_vault_name": vault,
            }
        ],
        **tags(TEAM),
    }


def _organization_policy(client: Client, name: str, _made: Made) -> Attributes:
    organizations = client("organizations")
    if name == "orders":
        organizations.create_organization(FeatureSet="ALL")
    found = organizations.create_policy(
        Name=name, Description="limits", Type="SERVICE_CONTROL_POLICY", Content=_allow("s3:*"), Tags=pairs()
    )["Policy"]["PolicySummary"]
    return {
        "id": found["Id"],
        "arn": found["Arn"],
        "name": name,
        "description": "limits",
        "type": "SERVICE_CONTROL_POLICY",
        "content": _allow("s3:*"),
        "skip_destroy": None,
        **tags(TEAM),
    }


CASES = [
    Case(
        "aws_guardduty_detector",
        _detector,
        (
            (
                lambda client, state: client("guardduty").update_detector(
                    DetectorId=state["id"], Enable=False, FindingPublishingFrequency="ONE_HOUR"
                ),
                {"enable": (True, False), "finding_publishing_frequency": ("SIX_HOURS", "ONE_HOUR")},
            ),
        ),
        single=True,
    ),
    Case(
        "aws_config_configuration_recorder",
        _recorder,
        (
            (
                lambda client, state: client("config").put_configuration_recorder(
                    ConfigurationRecorder=_recorder_settings(
                        allSupported=False, includeGlobalResourceTypes=False, resourceTypes=["AWS::S3::Bucket"]
                    )
                ),
                {
                    "recording_group[0].all_supported": (True, False),
                    "recording_group[0].include_global_resource_types": (True, False),
                    "recording_group[0].resource_types": ([], ["AWS::S3::Bucket"]),
                },
            ),
        ),
        single=True,
    ),
    Case(
        "aws_config_delivery_channel",
        _channel,
        (
            (
                lambda client, state: client("config").put_delivery_channel(
                    DeliveryChannel=_channel_settings("elsewhere", "One_Hour")
                ),
                {
                    "s3_bucket_name": ("shop-config", "elsewhere"),
                    "snapshot_delivery_properties[0].delivery_frequency": ("TwentyFour_Hours", "One_Hour"),
                },
            ),
        ),
        single=True,
    ),
    Case(
        "aws_config_config_rule",
        _rule,
        (
            (
                lambda client, state: client("config").put_config_rule(
                    ConfigRule=_rule_settings(
                        state["name"], Description="whatever", Scope={"ComplianceResourceTypes": ["AWS::EC2::VPC"]}
                    ),
                    Tags=pairs(),
                ),
                {
                    "description": ("no public buckets", "whatever"),
                    "scope[0].compliance_resource_types": (["AWS::S3::Bucket"], ["AWS::EC2::VPC"]),
                },
            ),
        ),
        lambda client, state: client("config").delete_config_rule(ConfigRuleName=state["name"]),
    ),
    Case(
        "aws_cloudtrail",
        _trail,
        (
            (
                lambda client, state: client("cloudtrail").stop_logging(Name=state["name"]),
                {"enable_logging": (True, False)},
            ),
            (
                lambda client, state: client("cloudtrail").update_trail(
                    Name=state["name"], IsMultiRegionTrail=False, EnableLogFileValidation=False
                ),
                {"is_multi_region_trail": (True, False), "enable_log_file_validation": (True, False)},
            ),
        ),
        lambda client, state: client("cloudtrail").delete_trail(Name=state["name"]),
    ),
    Case(
        "aws_backup_vault",
        _vault,
        (
            (
                lambda client, state: client("backup").tag_resource(
                    ResourceArn=state["arn"], Tags={"Team": "other", "Cost": "7"}
                ),
                {"tags.Team": ("shop", "other"), "tags.Cost": (None, "7")},
            ),
        ),
        lambda client, state: client("backup").delete_backup_vault(BackupVaultName=state["name"]),
    ),
    Case(
        "aws_backup_plan",
        _plan,
        (
            (
                lambda client, state: client("backup").tag_resource(
                    ResourceArn=state["arn"], Tags={"Team": "other", "Cost": "7"}
                ),
                {"tags.Team": ("shop", "other"), "tags.Cost": (None, "7")},
            ),
        ),
        lambda client, state: client("backup").delete_backup_plan(BackupPlanId=state["id"]),
    ),
    Case(
        "aws_organizations_policy",
        _organization_policy,
        (
            (
                lambda client, state: client("organizations").update_policy(
                    PolicyId=state["id"], Description="none", Content=_allow("*")
                ),
                {"description": ("limits", "none"), "content.Statement[0].Action": (["s3:*"], ["*"])},
            ),
        ),
        lambda client, state: client("organizations").delete_policy(PolicyId=state["id"]),
    ),
]
