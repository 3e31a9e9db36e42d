"""Keys and log groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from driftguard_tui.demo.kit import compact, iso_millis, pairs, uuid_of
from driftguard_tui.demo.things.base import Recorded


@dataclass(frozen=True, kw_only=True)
class Key(Recorded):
    """A KMS key. `manager` is `AWS` for the keys that AWS makes for its own services."""

    terraform_type = "aws_kms_key"
    native = "AWS::KMS::Key"
    arguments = ("description", "enable_key_rotation", "deletion_window_in_days", "policy", "tags")

    name: str
    policy: Mapping[str, Any]
    description: str
    rotation: bool = True
    enabled: bool = True
    manager: str = "CUSTOMER"

    @property
    def key_id(self) -> str:
        return uuid_of("key", self.home, self.name)

    def attributes(self) -> dict[str, Any]:
        return {
            "arn": self.home.arn("kms", f"key/{self.key_id}"),
            "bypass_policy_lockout_safety_check": False,
            "custom_key_store_id": "",
            "customer_master_key_spec": "SYMMETRIC_DEFAULT",
            "deletion_window_in_days": 30,
            "description": self.description,
            "enable_key_rotation": self.rotation,
            "id": self.key_id,
            "is_enabled": self.enabled,
            "key_id": self.key_id,
            "key_usage": "ENCRYPT_DECRYPT",
            "multi_region": False,
            "policy": compact(self.policy),
            "rotation_period_in_days": 365,
            **self.tag_attributes(),
            "timeouts": None,
            "xks_key_id": "",
        }

    def config_item(self) -> dict[str, Any]:
        return self.recorded_item(
            self.key_id,
            self.key_id,
            {
                "awsaccountId": self.home.account.number,
                "keyId": self.key_id,
                "arn": self.arn,
                "creationDate": iso_millis(self.created),
                "enabled": self.enabled,
                "description": self.description,
                "keyUsage": "ENCRYPT_DECRYPT",
                "keyState": "Enabled" if self.enabled else "Disabled",
                "deletionDate": None,
                "validTo": None,
                "origin": "AWS_KMS",
                "customKeyStoreId": None,
                "cloudHsmClusterId": None,
                "expirationModel": None,
                "keyManager": self.manager,
                "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
                "keySpec": "SYMMETRIC_DEFAULT",
                "encryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
                "signingAlgorithms": [],
                "multiRegion": False,
            },
            {
                "KeyRotationStatus": self.rotation,
                "Policy": compact(self.policy),
                "Tags": pairs(self.shown_tags, "tagKey", "tagValue"),
            },
        )


@dataclass(frozen=True, kw_only=True)
class LogGroup(Recorded):
    """A log group. AWS Config records none; Cloud Control answers them."""

    terraform_type = "aws_cloudwatch_log_group"
    native = "AWS::Logs::LogGroup"
    arguments = ("name", "retention_in_days", "tags")

    name: str
    retention: int = 30

    def attributes(self) -> dict[str, Any]:
        return {
            "arn": self.home.arn("logs", f"log-group:{self.name}"),
            "id": self.name,
            "kms_key_id": "",
            "log_group_class": "STANDARD",
            "name": self.name,
            "name_prefix": "",
            "retention_in_days": self.retention,
            "skip_destroy": False,
            **self.tag_attributes(),
        }

    def cloud_control(self) -> dict[str, Any]:
        # A group that never expires has no retention at all.
        retention = {"RetentionInDays": self.retention} if self.retention else {}
        return {
            "LogGroupName": self.name,
            "Arn": self.home.arn("logs", f"log-group:{self.name}:*"),
            "LogGroupClass": "STANDARD",
            "FieldIndexPolicies": [],
            "DataProtectionPolicy": {},
            "Tags": pairs(self.shown_tags, "Key", "Value"),
            **retention,
        }


def key_policy(account: str, *users: str) -> dict[str, Any]:
    """The usual policy: the account may administer, the named roles may use."""
    root = {
        "Sid": "Administration",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    use = {
        "Sid": "Use",
        "Effect": "Allow",
        "Principal": {"AWS": list(users)},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"],
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [root, use] if users else [root]}
