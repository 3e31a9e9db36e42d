"""Identities, secrets, and what watches over an account."""

import json
from typing import Any
from unittest.mock import ANY

from tests.support.terraform.case import TEAM, Case, Made, pairs
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_ROLE = f"arn:aws:iam::{ACCOUNT}:role/service"
_OTHER = {"Key": "Team", "Value": "other"}
_RETAGGED = {"tags.Team": ("shop", "other")}


def _allow(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _group(client: Client, name: str, _made: Made) -> Attributes:
    found = client("iam").create_group(GroupName=name, Path="/")["Group"]
    return {"id": name, "arn": found["Arn"], "name": name, "path": "/", "unique_id": found["GroupId"]}


def _group_policy(client: Client, name: str, made: Made) -> Attributes:
    group = made["aws_iam_group"]["name"]
    client("iam").put_group_policy(GroupName=group, PolicyName="read", PolicyDocument=_allow("s3:GetObject"))
    return {
        "id": f"{group}:read",
        "group": group,
        "name": "read",
        "name_prefix": "",
        "policy": _allow("s3:GetObject"),
    }


def _user(client: Client, name: str, _made: Made) -> Attributes:
    found = client("iam").create_user(UserName=name, Path="/", Tags=pairs())["User"]
    return {
        "id": name,
        "arn": found["Arn"],
        "name": name,
        "path": "/",
        "permissions_boundary": "",
        "force_destroy": False,
        "unique_id": found["UserId"],
        **tags(TEAM),
    }


def _instance_profile(client: Client, name: str, _made: Made) -> Attributes:
    iam = client("iam")
    found = iam.create_instance_profile(InstanceProfileName=name, Tags=pairs())["InstanceProfile"]
    for role in (name, f"{name}-other"):
        iam.create_role(RoleName=f"{role}-ec2", AssumeRolePolicyDocument="{}")
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=f"{name}-ec2")
    return {
        "id": name,
        "arn": found["Arn"],
        "name": name,
        "name_prefix": "",
        "path": "/",
        "role": f"{name}-ec2",
        "create_date": "2026-01-15T10:15:00Z",
        "unique_id": found["InstanceProfileId"],
        **tags(TEAM),
    }


def _change_role(client: Client, state: Attributes) -> None:
    iam, name = client("iam"), state["name"]
    iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=state["role"])
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=f"{name}-other-ec2")


def _login(client: Client, name: str, _made: Made) -> Attributes:
    thumbprint = "990f4193972f2becf12ddeda5237f9c952f20d9e"
    arn = client("iam").create_open_id_connect_provider(
        Url=f"https://{name}.login.example",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=[thumbprint],
        Tags=pairs(),
    )["OpenIDConnectProviderArn"]
    return {
        "id": arn,
        "arn": arn,
        "url": f"{name}.login.example",
        "client_id_list": ["sts.amazonaws.com"],
        "thumbprint_list": [thumbprint],
        **tags(TEAM),
    }


def _alias(client: Client, name: str, _made: Made) -> Attributes:
    kms = client("kms")
    key = kms.create_key(Description=f"{name} data")["KeyMetadata"]
    kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key["KeyId"])
    return {
        "id": f"alias/{name}",
        "arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/{name}",
        "name": f"alias/{name}",
        "name_prefix": "",
        "target_key_id": key["KeyId"],
        "target_key_arn": key["Arn"],
    }


def _secret(client: Client, name: str, _made: Made) -> Attributes:
    arn = client("secretsmanager").create_secret(
        Name=f"shop/{name}", Description="the database's", SecretString="not-a-real-secret", Tags=pairs()
    )["ARN"]
    return {
        "id": arn,
        "arn": arn,
        "name": f"shop/{name}",
        "name_prefix": "",
        "description": "the database's",
        "kms_key_id": "",
        "policy": "",
        "recovery_window_in_days": 30,
        "force_overwrite_replica_secret": False,
        "replica": [],
        **tags(TEAM),
    }


def _parameter(client: Client, name: str, _made: Made) -> Attributes:
    path = f"/shop/{name}"
    client("ssm").put_parameter(
        Name=path, Description="log level", Value="info", Type="String", Tier="Standard", Tags=pairs()
    )
    return {
        "id": path,
        "arn": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{path}",
        "name": path,
        "description": "log level",
        "type": "String",
        "tier": "Standard",
        "value": "info",
        "insecure_value": None,
        "data_type": "text",
        "allowed_pattern": "",
        "has_value_wo": None,
        "key_id": "",
        "overwrite": None,
        "value_wo": None,
        "value_wo_version": None,
        "version": 1,
        **tags(TEAM),
    }


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
    # All there is to a group are its name and path, and with either it becomes another one.
    Case(
        "aws_iam_group",
        _group,
        (),
        lambda client, state: client("iam").delete_group(GroupName=state["name"]),
    ),
    Case(
        "aws_iam_group_policy",
        _group_policy,
        (
            (
                lambda client, state: client("iam").put_group_policy(
                    GroupName=state["group"], PolicyName="read", PolicyDocument=_allow("s3:*")
                ),
                {"policy": (json.loads(_allow("s3:GetObject")), json.loads(_allow("s3:*")))},
            ),
        ),
        lambda client, state: client("iam").delete_group_policy(GroupName=state["group"], PolicyName="read"),
        lost=False,
        stray=False,
    ),
    Case(
        "aws_iam_user",
        _user,
        (
            (
                lambda client, state: client("iam").tag_user(
                    UserName=state["name"], Tags=[_OTHER, {"Key": "Cost", "Value": "7"}]
                ),
                {**_RETAGGED, "tags.Cost": (None, "7")},
            ),
        ),
        lambda client, state: client("iam").delete_user(UserName=state["name"]),
    ),
    Case(
        "aws_iam_instance_profile",
        _instance_profile,
        (
            (_change_role, {"role": ("orders-ec2", "orders-other-ec2")}),
            (
                lambda client, state: client("iam").tag_instance_profile(
                    InstanceProfileName=state["name"], Tags=[_OTHER]
                ),
                _RETAGGED,
            ),
        ),
        lambda client, state: (
            client("iam").remove_role_from_instance_profile(InstanceProfileName=state["name"], RoleName=state["role"]),
            client("iam").delete_instance_profile(InstanceProfileName=state["name"]),
        ),
    ),
    Case(
        "aws_iam_openid_connect_provider",
        _login,
        (
            (
                lambda client, state: client("iam").tag_open_id_connect_provider(
                    OpenIDConnectProviderArn=state["arn"], Tags=[_OTHER]
                ),
                _RETAGGED,
            ),
            (
                lambda client, state: client("iam").update_open_id_connect_provider_thumbprint(
                    OpenIDConnectProviderArn=state["arn"], ThumbprintList=["0" * 40]
                ),
                {"thumbprint_list": (["990f4193972f2becf12ddeda5237f9c952f20d9e"], ["0" * 40])},
            ),
        ),
        lambda client, state: client("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=state["arn"]),
    ),
    Case(
        "aws_kms_alias",
        _alias,
        (
            (
                lambda client, state: client("kms").update_alias(
                    AliasName=state["name"], TargetKeyId=client("kms").create_key()["KeyMetadata"]["KeyId"]
                ),
                {"target_key_id": (ANY, ANY)},
            ),
        ),
        lambda client, state: client("kms").delete_alias(AliasName=state["name"]),
    ),
    Case(
        "aws_secretsmanager_secret",
        _secret,
        (
            (
                lambda client, state: client("secretsmanager").update_secret(
                    SecretId=state["arn"], Description="anybody's"
                ),
                {"description": ("the database's", "anybody's")},
            ),
            (
                lambda client, state: client("secretsmanager").tag_resource(SecretId=state["arn"], Tags=[_OTHER]),
                _RETAGGED,
            ),
        ),
        lambda client, state: client("secretsmanager").delete_secret(
            SecretId=state["arn"], ForceDeleteWithoutRecovery=True
        ),
    ),
    Case(
        "aws_ssm_parameter",
        _parameter,
        (
            (
                lambda client, state: client("ssm").put_parameter(
                    Name=state["name"], Description="noise", Value="debug", Type="String", Overwrite=True
                ),
                {"description": ("log level", "noise")},
            ),
            (
                lambda client, state: client("ssm").add_tags_to_resource(
                    ResourceType="Parameter", ResourceId=state["name"], Tags=[_OTHER]
                ),
                _RETAGGED,
            ),
        ),
        lambda client, state: client("ssm").delete_parameter(Name=state["name"]),
    ),
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
