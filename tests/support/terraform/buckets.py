"""Terraform's attributes of buckets and their parts."""

from typing import Any

from tests.support.terraform.shapes import REGION, Attributes, Client, Describe, tags


def _bucket(client: Client, identity: str) -> Attributes:
    s3 = client("s3")
    acl = s3.get_bucket_acl(Bucket=identity)
    return {
        "id": identity,
        "arn": f"arn:aws:s3:::{identity}",
        "bucket": identity,
        "bucket_prefix": "",
        "bucket_domain_name": f"{identity}.s3.amazonaws.com",
        "bucket_regional_domain_name": f"{identity}.s3.{REGION}.amazonaws.com",
        "hosted_zone_id": "Z1BKCTXD74EZPE",
        "region": REGION,
        "acl": None,
        "grant": [{"id": acl["Owner"]["ID"], "permissions": ["FULL_CONTROL"], "type": "CanonicalUser", "uri": ""}],
        # As the bucket was when it was made: what its parts set later is in their own resources.
        "versioning": [{"enabled": False, "mfa_delete": False}],
        "policy": "",
        "lifecycle_rule": [],
        "server_side_encryption_configuration": [
            {
                "rule": [
                    {
                        "apply_server_side_encryption_by_default": [
                            {"kms_master_key_id": "", "sse_algorithm": "AES256"}
                        ],
                        "bucket_key_enabled": False,
                    }
                ]
            }
        ],
        "acceleration_status": "",
        "request_payer": "BucketOwner",
        "object_lock_enabled": False,
        "object_lock_configuration": [],
        "logging": [],
        "cors_rule": [],
        "website": [],
        "website_domain": None,
        "website_endpoint": None,
        "replication_configuration": [],
        "force_destroy": False,
        "timeouts": None,
        **tags(s3.get_bucket_tagging(Bucket=identity)["TagSet"]),
    }


def _part_of_bucket(identity: str, **attributes: Any) -> Attributes:
    return {"id": identity, "bucket": identity, "expected_bucket_owner": "", **attributes}


def _bucket_versioning(client: Client, identity: str) -> Attributes:
    status = client("s3").get_bucket_versioning(Bucket=identity)["Status"]
    return _part_of_bucket(identity, mfa=None, versioning_configuration=[{"mfa_delete": "", "status": status}])


def _public_access_block(client: Client, identity: str) -> Attributes:
    block = client("s3").get_public_access_block(Bucket=identity)["PublicAccessBlockConfiguration"]
    return {
        "id": identity,
        "bucket": identity,
        "block_public_acls": block["BlockPublicAcls"],
        "block_public_policy": block["BlockPublicPolicy"],
        "ignore_public_acls": block["IgnorePublicAcls"],
        "restrict_public_buckets": block["RestrictPublicBuckets"],
    }


def _bucket_encryption(client: Client, identity: str) -> Attributes:
    answer = client("s3").get_bucket_encryption(Bucket=identity)
    [rule] = answer["ServerSideEncryptionConfiguration"]["Rules"]
    by_default = rule["ApplyServerSideEncryptionByDefault"]
    return _part_of_bucket(
        identity,
        rule=[
            {
                "apply_server_side_encryption_by_default": [
                    {
                        "kms_master_key_id": by_default.get("KMSMasterKeyID", ""),
                        "sse_algorithm": by_default["SSEAlgorithm"],
                    }
                ],
                "bucket_key_enabled": rule["BucketKeyEnabled"],
            }
        ],
    )


def _bucket_lifecycle(client: Client, identity: str) -> Attributes:
    [rule] = client("s3").get_bucket_lifecycle_configuration(Bucket=identity)["Rules"]
    return _part_of_bucket(
        identity,
        transition_default_minimum_object_size="all_storage_classes_128K",
        timeouts=None,
        rule=[
            {
                "id": rule["ID"],
                "status": rule["Status"],
                "prefix": "",
                "filter": [
                    {
                        "and": [],
                        "object_size_greater_than": None,
                        "object_size_less_than": None,
                        "prefix": rule["Filter"]["Prefix"],
                        "tag": [],
                    }
                ],
                "expiration": [
                    {"date": None, "days": rule["Expiration"]["Days"], "expired_object_delete_marker": False}
                ],
                "transition": [
                    {"date": None, "days": item["Days"], "storage_class": item["StorageClass"]}
                    for item in rule["Transitions"]
                ],
                "abort_incomplete_multipart_upload": [],
                "noncurrent_version_expiration": [],
                "noncurrent_version_transition": [],
            }
        ],
    )


def _bucket_policy(client: Client, identity: str) -> Attributes:
    return {
        "id": identity,
        "bucket": identity,
        "policy": client("s3").get_bucket_policy(Bucket=identity)["Policy"],
    }


DESCRIBE: dict[str, Describe] = {
    "aws_s3_bucket": _bucket,
    "aws_s3_bucket_lifecycle_configuration": _bucket_lifecycle,
    "aws_s3_bucket_policy": _bucket_policy,
    "aws_s3_bucket_public_access_block": _public_access_block,
    "aws_s3_bucket_server_side_encryption_configuration": _bucket_encryption,
    "aws_s3_bucket_versioning": _bucket_versioning,
}
