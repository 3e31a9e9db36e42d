"""Buckets and the resources that configure them, and tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from driftguard_tui.demo.kit import compact, hex_of, iso_millis, pairs, uuid_of
from driftguard_tui.demo.things.base import Recorded, Thing

_ENCRYPTION_CALL = "apply_server_side_encryption_by_default"


@dataclass(frozen=True)
class Expiry:
    """A lifecycle rule that deletes what is older. `archive_after` moves it to cheaper storage before."""

    name: str
    days: int
    prefix: str = ""
    archive_after: int | None = None


@dataclass(frozen=True, kw_only=True)
class Bucket(Recorded):
    """A bucket with everything that its sub-resources declare. None where nobody configured a part."""

    terraform_type = "aws_s3_bucket"
    native = "AWS::S3::Bucket"
    arguments = ("bucket", "tags")

    name: str
    versioning: str | None = None
    kms_key: str = ""
    public_access: tuple[bool, bool, bool, bool] = (True, True, True, True)
    lifecycle: tuple[Expiry, ...] = ()
    policy: Mapping[str, Any] | None = None
    log_bucket: str = ""

    def attributes(self) -> dict[str, Any]:
        return {
            "acceleration_status": "",
            "acl": None,
            "arn": f"arn:aws:s3:::{self.name}",
            "bucket": self.name,
            "bucket_domain_name": f"{self.name}.s3.amazonaws.com",
            "bucket_prefix": "",
            "bucket_regional_domain_name": f"{self.name}.s3.{self.home.region}.amazonaws.com",
            "cors_rule": [],
            "force_destroy": False,
            "grant": [
                {
                    "id": self.home.account.canonical_user,
                    "permissions": ["FULL_CONTROL"],
                    "type": "CanonicalUser",
                    "uri": "",
                }
            ],
            "hosted_zone_id": "Z1BKCTXD74EZPE",
            "id": self.name,
            "lifecycle_rule": [_legacy_rule(rule) for rule in self.lifecycle],
            "logging": [{"target_bucket": self.log_bucket, "target_prefix": f"{self.name}/"}]
            if self.log_bucket
            else [],
            "object_lock_configuration": [],
            "object_lock_enabled": False,
            "policy": compact(self.policy) if self.policy else "",
            "region": self.home.region,
            "replication_configuration": [],
            "request_payer": "BucketOwner",
            "server_side_encryption_configuration": [{"rule": [self.encryption_rule()]}],
            **self.tag_attributes(),
            "timeouts": None,
            "versioning": [{"enabled": self.versioning == "Enabled", "mfa_delete": False}],
            "website": [],
            "website_domain": None,
            "website_endpoint": None,
        }

    def encryption_rule(self) -> dict[str, Any]:
        """The rule for objects that are put without one; S3 applies its own where nobody sets it."""
        algorithm = "aws:kms" if self.kms_key else "AES256"
        return {
            _ENCRYPTION_CALL: [{"kms_master_key_id": self.kms_key, "sse_algorithm": algorithm}],
            "bucket_key_enabled": bool(self.kms_key),
        }

    def config_item(self) -> dict[str, Any]:
        owner = {"displayName": None, "id": self.home.account.canonical_user}
        flags = ("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets")
        logged = self.log_bucket or None
        supplementary: dict[str, Any] = {
            "AccessControlList": compact(
                {
                    "grantSet": None,
                    "grantList": [{"grantee": owner, "permission": "FullControl"}],
                    "owner": owner,
                    "isRequesterCharged": False,
                }
            ),
            "BucketAccelerateConfiguration": {"status": None},
            "BucketLoggingConfiguration": {
                "destinationBucketName": logged,
                "logFilePrefix": f"{self.name}/" if logged else None,
            },
            "BucketNotificationConfiguration": {"configurations": {}},
            "BucketPolicy": {"policyText": compact(self.policy) if self.policy else None},
            "BucketVersioningConfiguration": {
                "status": self.versioning or "Off",
                "isMfaDeleteEnabled": None,
            },
            "IsRequesterPaysEnabled": False,
            "ServerSideEncryptionConfiguration": {
                "rules": [
                    {
                        "applyServerSideEncryptionByDefault": {
                            "sseAlgorithm": "aws:kms" if self.kms_key else "AES256",
                            "kmsMasterKeyID": self.kms_key or None,
                        },
                        "bucketKeyEnabled": bool(self.kms_key),
                    }
                ]
            },
            "PublicAccessBlockConfiguration": dict(zip(flags, self.public_access, strict=True)),
            "BucketTaggingConfiguration": {"tagSets": [{"tags": self.shown_tags}]},
        }
        if self.lifecycle:
            supplementary["BucketLifecycleConfiguration"] = {"rules": [_live_rule(rule) for rule in self.lifecycle]}
        return self.recorded_item(
            self.name,
            self.name,
            {"name": self.name, "owner": owner, "creationDate": iso_millis(self.created)},
            supplementary,
            zone="Regional",
        )


@dataclass(frozen=True, kw_only=True)
class BucketVersioning(Thing):
    terraform_type = "aws_s3_bucket_versioning"
    arguments = ("bucket", "versioning_configuration")

    bucket: Bucket

    def attributes(self) -> dict[str, Any]:
        return {
            "bucket": self.bucket.name,
            "expected_bucket_owner": "",
            "id": self.bucket.name,
            "mfa": None,
            "versioning_configuration": [{"mfa_delete": "", "status": self.bucket.versioning}],
        }


@dataclass(frozen=True, kw_only=True)
class BucketEncryption(Thing):
    terraform_type = "aws_s3_bucket_server_side_encryption_configuration"
    arguments = ("bucket", "rule")

    bucket: Bucket

    def attributes(self) -> dict[str, Any]:
        return {
            "bucket": self.bucket.name,
            "expected_bucket_owner": "",
            "id": self.bucket.name,
            "rule": [self.bucket.encryption_rule()],
        }


@dataclass(frozen=True, kw_only=True)
class BucketPublicAccess(Thing):
    terraform_type = "aws_s3_bucket_public_access_block"
    arguments = (
        "bucket", "block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets",
    )  # fmt: skip

    bucket: Bucket

    def attributes(self) -> dict[str, Any]:
        block_acls, ignore_acls, block_policy, restrict = self.bucket.public_access
        return {
            "block_public_acls": block_acls,
            "block_public_policy": block_policy,
            "bucket": self.bucket.name,
            "id": self.bucket.name,
            "ignore_public_acls": ignore_acls,
            "restrict_public_buckets": restrict,
        }


@dataclass(frozen=True, kw_only=True)
class BucketLifecycle(Thing):
    terraform_type = "aws_s3_bucket_lifecycle_configuration"
    arguments = ("bucket", "rule")

    bucket: Bucket

    def attributes(self) -> dict[str, Any]:
        return {
            "bucket": self.bucket.name,
            "expected_bucket_owner": "",
            "id": self.bucket.name,
            "rule": [
                {
                    "abort_incomplete_multipart_upload": [],
                    "expiration": [{"date": "", "days": rule.days, "expired_object_delete_marker": False}],
                    "filter": [
                        {
                            "and": [],
                            "object_size_greater_than": "",
                            "object_size_less_than": "",
                            "prefix": rule.prefix,
                            "tag": [],
                        }
                    ],
                    "id": rule.name,
                    "noncurrent_version_expiration": [],
                    "noncurrent_version_transition": [],
                    "prefix": "",
                    "status": "Enabled",
                    "transition": [{"date": "", "days": rule.archive_after, "storage_class": "STANDARD_IA"}]
                    if rule.archive_after
                    else [],
                }
                for rule in self.bucket.lifecycle
            ],
        }


@dataclass(frozen=True, kw_only=True)
class BucketPolicy(Thing):
    terraform_type = "aws_s3_bucket_policy"
    arguments = ("bucket", "policy")

    bucket: Bucket

    def attributes(self) -> dict[str, Any]:
        return {
            "bucket": self.bucket.name,
            "id": self.bucket.name,
            "policy": compact(self.bucket.policy),
        }


@dataclass(frozen=True, kw_only=True)
class Table(Recorded):
    terraform_type = "aws_dynamodb_table"
    native = "AWS::DynamoDB::Table"
    arguments = (
        "name", "billing_mode", "hash_key", "range_key", "read_capacity", "write_capacity", "attribute",
        "point_in_time_recovery", "deletion_protection_enabled", "tags",
    )  # fmt: skip
    schema_version = 1

    name: str
    hash_key: str
    range_key: str = ""
    read: int = 0
    write: int = 0
    recovery: bool = True
    protected: bool = True

    @property
    def provisioned(self) -> bool:
        return self.read > 0

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.hash_key, self.range_key) if self.range_key else (self.hash_key,)

    def attributes(self) -> dict[str, Any]:
        return {
            "arn": self.home.arn("dynamodb", f"table/{self.name}"),
            "attribute": [{"name": key, "type": "S"} for key in sorted(self.keys)],
            "billing_mode": "PROVISIONED" if self.provisioned else "PAY_PER_REQUEST",
            "deletion_protection_enabled": self.protected,
            "global_secondary_index": [],
            "hash_key": self.hash_key,
            "id": self.name,
            "import_table": [],
            "local_secondary_index": [],
            "name": self.name,
            "point_in_time_recovery": [{"enabled": self.recovery}],
            "range_key": self.range_key or None,
            "read_capacity": self.read,
            "replica": [],
            "restore_date_time": None,
            "restore_source_name": None,
            "restore_to_latest_time": None,
            "server_side_encryption": [],
            "stream_arn": "",
            "stream_enabled": False,
            "stream_label": "",
            "stream_view_type": "",
            "table_class": "STANDARD",
            **self.tag_attributes(),
            "timeouts": None,
            "ttl": [{"attribute_name": "", "enabled": False}],
            "write_capacity": self.write,
        }

    def config_item(self) -> dict[str, Any]:
        billing = {} if self.provisioned else {"billingModeSummary": {"billingMode": "PAY_PER_REQUEST"}}
        return self.recorded_item(
            self.name,
            self.name,
            {
                "attributeDefinitions": [{"attributeName": key, "attributeType": "S"} for key in sorted(self.keys)],
                "tableName": self.name,
                "keySchema": [
                    {"attributeName": key, "keyType": kind}
                    for key, kind in zip(self.keys, ("HASH", "RANGE"), strict=False)
                ],
                "tableStatus": "ACTIVE",
                "creationDateTime": iso_millis(self.created),
                "provisionedThroughput": {
                    "numberOfDecreasesToday": 0,
                    "readCapacityUnits": self.read,
                    "writeCapacityUnits": self.write,
                },
                **billing,
                "tableSizeBytes": 91_220_411,
                "itemCount": 402_117,
                "tableArn": self.arn,
                "tableId": uuid_of("table", self.home, self.name),
                "tableClassSummary": {"tableClass": "STANDARD"},
                "deletionProtectionEnabled": self.protected,
            },
            {
                "ContinuousBackupsDescription": {
                    "continuousBackupsStatus": "ENABLED",
                    "pointInTimeRecoveryDescription": {
                        "pointInTimeRecoveryStatus": "ENABLED" if self.recovery else "DISABLED"
                    },
                },
                "Tags": pairs(self.shown_tags),
            },
        )


def bucket_name(*parts: str) -> str:
    """A name that is free in the whole world: the company's, what it is for, and a few digits."""
    return "-".join(("larkspur", *parts, hex_of("bucket", *parts, length=4)))


def _legacy_rule(rule: Expiry) -> dict[str, Any]:
    moved = []
    if rule.archive_after:
        moved = [{"date": "", "days": rule.archive_after, "storage_class": "STANDARD_IA"}]
    return {
        "abort_incomplete_multipart_upload_days": 0,
        "enabled": True,
        "expiration": [{"date": "", "days": rule.days, "expired_object_delete_marker": False}],
        "id": rule.name,
        "noncurrent_version_expiration": [],
        "noncurrent_version_transition": [],
        "prefix": rule.prefix,
        "tags": {},
        "transition": moved,
    }


def _live_rule(rule: Expiry) -> dict[str, Any]:
    moved = None
    if rule.archive_after:
        moved = [{"days": rule.archive_after, "date": None, "storageClass": "STANDARD_IA"}]
    return {
        "id": rule.name,
        "prefix": None,
        "status": "Enabled",
        "filter": {"predicate": {"type": "LifecyclePrefixPredicate", "prefix": rule.prefix}},
        "transitions": moved,
        "noncurrentVersionTransitions": None,
        "expirationInDays": rule.days,
        "expirationDate": None,
        "noncurrentVersionExpirationInDays": -1,
        "expiredObjectDeleteMarker": False,
    }
