"""Conversions for S3, whose API, AWS Config and Cloud Control spell grants and lifecycle rules in three ways."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_GROUP = "http://acs.amazonaws.com/groups/"
#: AWS Config names the predefined groups; the API gives their addresses.
_GROUPS = {
    "AllUsers": f"{_GROUP}global/AllUsers",
    "AuthenticatedUsers": f"{_GROUP}global/AuthenticatedUsers",
    "LogDelivery": f"{_GROUP}s3/LogDelivery",
}
#: What each canned ACL grants to groups; beside them the owner has full control.
_CANNED = {
    frozenset[tuple[str, str]](): "private",
    frozenset({("AllUsers", "READ")}): "public-read",
    frozenset({("AllUsers", "READ"), ("AllUsers", "WRITE")}): "public-read-write",
    frozenset({("AuthenticatedUsers", "READ")}): "authenticated-read",
    frozenset({("LogDelivery", "WRITE"), ("LogDelivery", "READ_ACP")}): "log-delivery-write",
}


def s3_canned_acl(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The canned ACL that the grants amount to, `custom` when they are none.

    Some canned ACLs leave the same grants on a bucket as `private`; then it is the declared one.
    """
    owner = _owner(live)
    others = frozenset(
        (grantee.rpartition("/")[2] if kind == "Group" else grantee, permission)
        for kind, grantee, permission in _grants(live)
        if (grantee, permission) != (owner, "FULL_CONTROL")
    )
    name = _CANNED.get(others, "custom")
    alike = ("private", "bucket-owner-read", "bucket-owner-full-control", "aws-exec-read")
    return declared if name == "private" and declared in alike else name


def s3_grants(live: Any, declared: Any, attributes: Mapping[str, Any]) -> Any:
    """The grants as Terraform's `grant` blocks, a block for each grantee.

    Where a canned ACL is declared it speaks for the grants. The owner's own full control counts only where the
    declaration lists it.
    """
    if attributes.get("acl"):
        return declared
    listed = {item.get("id") for item in declared or () if isinstance(item, Mapping)}
    owner = _owner(live)
    blocks: dict[tuple[str, str], list[str]] = {}
    for kind, grantee, permission in _grants(live):
        if grantee != owner or permission != "FULL_CONTROL" or owner in listed:
            blocks.setdefault((kind, grantee), []).append(permission)
    return [
        {"type": kind, "permissions": permissions, "uri" if kind == "Group" else "id": grantee}
        for (kind, grantee), permissions in blocks.items()
    ]


def s3_access_control_policy(live: Any, declared: Any, attributes: Mapping[str, Any]) -> Any:
    """The grants as Terraform's `access_control_policy`; a canned ACL, where one is declared, speaks for them."""
    if attributes.get("acl"):
        return declared
    grants = [
        {"permission": permission, "grantee": [{"type": kind, "uri" if kind == "Group" else "id": grantee}]}
        for kind, grantee, permission in _grants(live)
    ]
    return [{"grant": grants, "owner": [{"id": _owner(live)}]}]


def s3_lifecycle_rules(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Lifecycle rules as the blocks of `aws_s3_bucket_lifecycle_configuration`.

    A prefix stands in the rule or in its filter; it is put where the declared rule of the same id has it.
    """
    twins = _by_id(declared)
    return [_rule_block(rule, twins.get(rule["id"], {})) for rule in map(_lifecycle_rule, live or ())]


def s3_bucket_lifecycle_rules(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Lifecycle rules as the `lifecycle_rule` blocks of `aws_s3_bucket`."""
    return [
        {
            "id": rule["id"],
            "enabled": rule["status"] == "Enabled",
            "prefix": rule["prefix"],
            "tags": rule["tags"],
            "abort_incomplete_multipart_upload_days": rule["abort_days"],
            "expiration": rule["expiration"],
            "transition": rule["transition"],
            "noncurrent_version_expiration": [
                {"days": item["noncurrent_days"]} for item in rule["noncurrent_version_expiration"]
            ],
            "noncurrent_version_transition": [
                {"days": item["noncurrent_days"], "storage_class": item["storage_class"]}
                for item in rule["noncurrent_version_transition"]
            ],
        }
        for rule in map(_lifecycle_rule, live or ())
    ]


def s3_payer(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """Who pays for requests; AWS Config says whether the requester does."""
    return {True: "Requester", False: "BucketOwner"}.get(live, live)


def s3_filter_prefix(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The prefix among a notification's filter rules."""
    return _filter_value(live, "prefix")


def s3_filter_suffix(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The suffix among a notification's filter rules."""
    return _filter_value(live, "suffix")


S3_CONVERTERS = {
    converter.__name__: converter
    for converter in (
        s3_canned_acl,
        s3_grants,
        s3_access_control_policy,
        s3_lifecycle_rules,
        s3_bucket_lifecycle_rules,
        s3_payer,
        s3_filter_prefix,
        s3_filter_suffix,
    )
}


def _filter_value(rules: Any, name: str) -> Any:
    return next((rule.get("Value") for rule in rules or () if str(rule.get("Name")).lower() == name), None)


def _grants(acl: Any) -> Iterator[tuple[str, str, str]]:
    """(type, id or group address, permission) of each grant of an ACL, as the API or AWS Config writes it."""
    if not isinstance(acl, Mapping):
        return
    for grant in acl.get("Grants") or acl.get("grantList") or ():
        grantee = grant.get("Grantee", grant.get("grantee"))
        permission = _snake(str(grant.get("Permission", grant.get("permission")))).upper()
        if isinstance(grantee, str):
            yield "Group", _GROUPS.get(grantee, grantee), permission
        elif isinstance(grantee, Mapping):
            group = grantee.get("URI") or grantee.get("uri")
            identity = grantee.get("ID") or grantee.get("id") or grantee.get("EmailAddress") or ""
            yield ("Group", str(group), permission) if group else ("CanonicalUser", str(identity), permission)


def _owner(acl: Any) -> str:
    owner = (acl.get("Owner") or acl.get("owner") or {}) if isinstance(acl, Mapping) else {}
    return str(owner.get("ID") or owner.get("id") or "")


def _snake(word: str) -> str:
    """`FullControl` as `Full_Control`; `FULL_CONTROL` stays."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word)


def _by_id(declared: Any) -> dict[Any, Mapping[str, Any]]:
    return {item.get("id"): item for item in declared or () if isinstance(item, Mapping)}


def _lifecycle_rule(raw: Mapping[str, Any]) -> dict[str, Any]:
    """One rule under the declaring tool's names, whichever of the three ways it was written."""
    rule = _Fields(raw)
    expiration = _Fields(rule("Expiration") or raw)
    noncurrent = _Fields(rule("NoncurrentVersionExpiration") or {})
    abort = _Fields(rule("AbortIncompleteMultipartUpload") or {})
    prefix, tags, above, below = _filter(raw)
    return {
        "id": rule("ID", "Id"),
        "status": rule("Status"),
        "prefix": prefix,
        "tags": tags,
        "object_size_greater_than": above,
        "object_size_less_than": below,
        "abort_days": abort("DaysAfterInitiation"),
        "expiration": _set(
            days=_days(expiration("Days", "ExpirationInDays")),
            date=expiration("Date", "ExpirationDate"),
            expired_object_delete_marker=expiration("ExpiredObjectDeleteMarker"),
        ),
        "transition": [_transition(item, "days") for item in rule("Transitions") or ()],
        "noncurrent_version_expiration": _set(
            noncurrent_days=_days(noncurrent("NoncurrentDays") or rule("NoncurrentVersionExpirationInDays")),
            newer_noncurrent_versions=noncurrent("NewerNoncurrentVersions"),
        ),
        "noncurrent_version_transition": [
            _transition(item, "noncurrent_days") for item in rule("NoncurrentVersionTransitions") or ()
        ],
    }


def _rule_block(rule: Mapping[str, Any], twin: Mapping[str, Any]) -> dict[str, Any]:
    tags, sizes = rule["tags"], (rule["object_size_greater_than"], rule["object_size_less_than"])
    conditions = {
        "prefix": None if twin.get("prefix") else rule["prefix"],
        "object_size_greater_than": sizes[0],
        "object_size_less_than": sizes[1],
    }
    declared_filter: Mapping[str, Any] = next(iter(twin.get("filter") or ()), {})
    many = len(tags) > 1 or sum(bool(part) for part in (rule["prefix"], tags, *sizes)) > 1
    if declared_filter.get("and") if declared_filter else many:
        found: dict[str, Any] = {"and": [{**conditions, "tags": tags}]}
    else:
        found = {**conditions, "tag": [{"key": key, "value": value} for key, value in tags.items()]}
    kept = (
        "id",
        "status",
        "expiration",
        "transition",
        "noncurrent_version_expiration",
        "noncurrent_version_transition",
    )
    return {
        **{name: rule[name] for name in kept},
        "prefix": rule["prefix"] if twin.get("prefix") else None,
        "filter": [found],
        "abort_incomplete_multipart_upload": _set(days_after_initiation=rule["abort_days"]),
    }


def _filter(rule: Mapping[str, Any]) -> tuple[Any, dict[str, Any], Any, Any]:
    """prefix, tags and the two object sizes that a rule selects objects by."""
    prefix: Any = rule.get("Prefix", rule.get("prefix"))
    tags: dict[str, Any] = {}
    sizes: list[Any] = [None, None]
    for place in _conditions(rule):
        fields = _Fields(place)
        prefix = fields("Prefix") or prefix
        for tag in (*(fields("Tags", "TagFilters") or ()), *filter(None, [fields("Tag")])):
            tags[str(tag.get("Key", tag.get("key")))] = tag.get("Value", tag.get("value"))
        sizes[0] = fields("ObjectSizeGreaterThan") or sizes[0]
        sizes[1] = fields("ObjectSizeLessThan") or sizes[1]
    return prefix, tags, sizes[0], sizes[1]


def _conditions(rule: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The maps that hold conditions: the rule itself, its filter, what `And` or AWS Config's predicates join."""
    yield rule
    waiting: list[Any] = [rule.get("Filter") or rule.get("filter")]
    while waiting:
        place = waiting.pop(0)
        if isinstance(place, Mapping):
            yield place
            waiting += [place.get("And"), place.get("predicate"), *(place.get("operands") or ())]


def _transition(item: Mapping[str, Any], days: str) -> dict[str, Any]:
    fields = _Fields(item)
    return {
        days: fields("Days", "NoncurrentDays", "TransitionInDays"),
        "date": fields("Date", "TransitionDate"),
        "storage_class": fields("StorageClass"),
    }


def _set(**fields: Any) -> list[dict[str, Any]]:
    """A block, or no block when nothing in it is set."""
    return [fields] if any(fields.values()) else []


def _days(value: Any) -> Any:
    """AWS Config writes -1 for "not set"."""
    return None if value in (-1, "-1") else value


class _Fields:
    """Reads a field by any of its names, whatever the case of the first letter."""

    def __init__(self, item: Mapping[str, Any]) -> None:
        self._item = item

    def __call__(self, *names: str) -> Any:
        for name in names:
            for spelling in (name, name[0].lower() + name[1:], name.lower()):
                if self._item.get(spelling) is not None:
                    return self._item[spelling]
        return None
