"""S3's grants and lifecycle rules, however the API, AWS Config or Cloud Control spells them."""

from typing import Any

import pytest

from engine.compare.convert.s3 import S3_CONVERTERS
from engine.compare.difference import same

OWNER = "5fea1bad"
EVERYONE = "http://acs.amazonaws.com/groups/global/AllUsers"


def convert(name: str, live: Any, declared: Any = None, **attributes: Any) -> Any:
    return S3_CONVERTERS[name](live, declared, attributes)


def api_acl(*grants: tuple[dict[str, str], str]) -> dict[str, Any]:
    own = ({"ID": OWNER, "Type": "CanonicalUser"}, "FULL_CONTROL")
    return {
        "Owner": {"ID": OWNER},
        "Grants": [{"Grantee": grantee, "Permission": permission} for grantee, permission in (own, *grants)],
    }


def config_acl(*grants: tuple[Any, str]) -> dict[str, Any]:
    own = ({"id": OWNER, "displayName": None}, "FullControl")
    return {
        "owner": {"id": OWNER},
        "grantList": [{"grantee": grantee, "permission": permission} for grantee, permission in (own, *grants)],
    }


EVERYONE_READS = {"Type": "Group", "URI": EVERYONE}


@pytest.mark.parametrize(
    ("acl", "name"),
    [
        (api_acl(), "private"),
        (config_acl(), "private"),
        (api_acl((EVERYONE_READS, "READ")), "public-read"),
        (config_acl(("AllUsers", "Read")), "public-read"),
        (config_acl(("AllUsers", "Read"), ("AllUsers", "Write")), "public-read-write"),
        (config_acl(("LogDelivery", "Write"), ("LogDelivery", "ReadAcp")), "log-delivery-write"),
        (api_acl(({"ID": "somebody", "Type": "CanonicalUser"}, "READ")), "custom"),
        (None, "private"),
    ],
)
def test_grants_amount_to_a_canned_acl(acl: Any, name: str) -> None:
    assert convert("s3_canned_acl", acl, "public-read") == name


def test_a_canned_acl_that_leaves_a_bucket_private_is_itself() -> None:
    assert convert("s3_canned_acl", api_acl(), "bucket-owner-full-control") == "bucket-owner-full-control"


def test_the_owners_own_grant_counts_only_where_it_is_declared() -> None:
    own = {"id": OWNER, "permissions": ["FULL_CONTROL"], "type": "CanonicalUser", "uri": ""}
    assert convert("s3_grants", api_acl(), []) == []
    assert same([own], convert("s3_grants", config_acl(), [own]))


def test_a_stray_grant_shows_beside_the_owners() -> None:
    found = convert("s3_grants", config_acl(("AllUsers", "Read"), ("AllUsers", "ReadAcp")), [])
    assert found == [{"type": "Group", "permissions": ["READ", "READ_ACP"], "uri": EVERYONE}]


def test_a_declared_canned_acl_speaks_for_the_grants() -> None:
    assert convert("s3_grants", api_acl((EVERYONE_READS, "READ")), [], acl="public-read") == []


API_RULE = {
    "ID": "expire",
    "Status": "Enabled",
    "Filter": {"Prefix": "logs/"},
    "Expiration": {"Days": 90},
    "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
    "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
}
CONFIG_RULE = {
    "id": "expire",
    "status": "Enabled",
    "prefix": None,
    "filter": {"predicate": {"type": "LifecyclePrefixPredicate", "prefix": "logs/"}},
    "expirationInDays": 90,
    "expirationDate": None,
    "transitions": [{"days": 30, "date": None, "storageClass": "GLACIER"}],
    "noncurrentVersionExpirationInDays": 7,
    "noncurrentVersionTransitions": None,
    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 3},
    "expiredObjectDeleteMarker": False,
}
CLOUD_CONTROL_RULE = {
    "Id": "expire",
    "Status": "Enabled",
    "Prefix": "logs/",
    "ExpirationInDays": 90,
    "Transitions": [{"TransitionInDays": 30, "StorageClass": "GLACIER"}],
    "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
}
SHAPES = pytest.mark.parametrize("rule", [API_RULE, CONFIG_RULE, CLOUD_CONTROL_RULE], ids=["api", "config", "control"])

DECLARED = {
    "id": "expire",
    "status": "Enabled",
    "prefix": "",
    "filter": [{"and": [], "object_size_greater_than": None, "prefix": "logs/", "tag": []}],
    "expiration": [{"date": None, "days": 90, "expired_object_delete_marker": False}],
    "transition": [{"date": None, "days": 30, "storage_class": "GLACIER"}],
    "noncurrent_version_expiration": [{"newer_noncurrent_versions": None, "noncurrent_days": 7}],
    "noncurrent_version_transition": [],
    "abort_incomplete_multipart_upload": [{"days_after_initiation": 3}],
}  # fmt: skip


@SHAPES
def test_a_lifecycle_rule_is_the_same_in_every_shape(rule: dict[str, Any]) -> None:
    assert same([DECLARED], convert("s3_lifecycle_rules", [rule], [DECLARED]))


@SHAPES
def test_a_prefix_may_stand_in_the_rule_or_in_its_filter(rule: dict[str, Any]) -> None:
    older = {**DECLARED, "prefix": "logs/", "filter": []}
    assert same([older], convert("s3_lifecycle_rules", [rule], [older]))


@SHAPES
def test_a_lifecycle_rule_within_the_bucket_is_the_same_too(rule: dict[str, Any]) -> None:
    declared = {
        "id": "expire",
        "enabled": True,
        "prefix": "logs/",
        "tags": {},
        "abort_incomplete_multipart_upload_days": 3,
        "expiration": [{"date": "", "days": 90, "expired_object_delete_marker": False}],
        "transition": [{"date": "", "days": 30, "storage_class": "GLACIER"}],
        "noncurrent_version_expiration": [{"days": 7}],
        "noncurrent_version_transition": [],
    }
    assert same([declared], convert("s3_bucket_lifecycle_rules", [rule], [declared]))


def test_joined_conditions_are_one_filter() -> None:
    joined = {"Prefix": "logs/", "Tags": [{"Key": "tier", "Value": "cold"}], "ObjectSizeGreaterThan": 1024}
    declared = {
        "id": "cold",
        "status": "Enabled",
        "filter": [{"and": [{"prefix": "logs/", "tags": {"tier": "cold"}, "object_size_greater_than": 1024}]}],
    }
    live = {"ID": "cold", "Status": "Enabled", "Filter": {"And": joined}}
    assert same([declared], convert("s3_lifecycle_rules", [live], [declared]))
    operands = [
        {"type": "LifecyclePrefixPredicate", "prefix": "logs/"},
        {"type": "LifecycleTagPredicate", "tag": {"key": "tier", "value": "cold"}},
        {"type": "LifecycleObjectSizeGreaterThanPredicate", "objectSizeGreaterThan": 1024},
    ]
    config = {"id": "cold", "status": "Enabled", "filter": {"predicate": {"operands": operands}}}
    assert same([declared], convert("s3_lifecycle_rules", [config], [declared]))


def test_minus_one_days_are_no_days() -> None:
    rule = {"id": "a", "status": "Enabled", "expirationInDays": -1, "noncurrentVersionExpirationInDays": -1}
    [found] = convert("s3_lifecycle_rules", [rule], [])
    assert (found["expiration"], found["noncurrent_version_expiration"]) == ([], [])


def test_who_pays() -> None:
    assert [convert("s3_payer", live) for live in (True, False, "Requester", None)] == [
        "Requester", "BucketOwner", "Requester", None,
    ]  # fmt: skip


def test_notification_filters_whatever_the_case_of_their_names() -> None:
    rules = [{"Name": "Prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".jpg"}]
    assert convert("s3_filter_prefix", rules) == "in/"
    assert convert("s3_filter_suffix", rules) == ".jpg"
    assert convert("s3_filter_suffix", None) is None
