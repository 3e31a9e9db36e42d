"""Conversions of what Google Cloud answers; see `engine.compare.convert`."""

from collections.abc import Callable, Mapping
from typing import Any

#: Labels that Google's own services set.
_MANAGED_LABELS = ("goog-", "gke-")


def labels(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """Labels without those that Google sets by itself, unless the state knows them."""
    if not isinstance(live, Mapping):
        return live
    known = declared if isinstance(declared, Mapping) else {}
    return {key: value for key, value in live.items() if key in known or not str(key).startswith(_MANAGED_LABELS)}


def metadata(live: Any, declared: Any, attributes: Mapping[str, Any]) -> Any:
    """An instance's metadata as a map, without what another attribute declares or Google's services add."""
    items = live.get("items") if isinstance(live, Mapping) else live
    found = {str(item.get("key")): item.get("value") for item in items or () if isinstance(item, Mapping)}
    known = declared if isinstance(declared, Mapping) else {}
    if attributes.get("metadata_startup_script") and "startup-script" not in known:
        found.pop("startup-script", None)
    return found


def has_member(live: Any, _declared: Any, attributes: Mapping[str, Any]) -> bool:
    """Whether a policy's bindings give the declared member the declared role."""
    return _is_in(attributes.get("member"), bound_members(live, None, attributes))


def bound_members(live: Any, _declared: Any, attributes: Mapping[str, Any]) -> list[str]:
    """The members that a policy's bindings give the declared role, under the declared condition."""
    wanted = _condition(attributes.get("condition"))
    return [
        member
        for binding in live or ()
        if isinstance(binding, Mapping) and binding.get("role") == attributes.get("role")
        if _condition(binding.get("condition")) == wanted
        for member in binding.get("members") or ()
    ]


def bindings(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A policy in the shape of `policy_data`: its bindings and audit settings, without version and tag."""
    if not isinstance(live, Mapping):
        return live
    return {name: live[name] for name in ("bindings", "auditConfigs") if live.get(name)}


def _is_in(member: Any, members: list[str]) -> bool:
    """Names of people and accounts mean the same in any case."""
    return str(member).lower() in (other.lower() for other in members)


def _condition(value: Any) -> str:
    """The expression of a condition, empty where there is none; code writes it as a block."""
    item = value[0] if isinstance(value, list) and value else value
    return str(item.get("expression") or "").strip() if isinstance(item, Mapping) else ""


def present_key(live: Any, _declared: Any, attributes: Mapping[str, Any]) -> Any:
    """The value that a project's metadata holds under the declared key."""
    found = metadata(live, None, {})
    return found.get(str(attributes.get("key")))


def enabled_block(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A block that the API writes even where it is switched off, and code then leaves out."""
    return live if isinstance(live, Mapping) and live.get("enable") else None


def is_enabled(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> bool:
    """Whether a service of a project is switched on."""
    return bool(live != "DISABLED")


def attached_disks(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """An instance's disks without the one it starts from and those that vanish with it."""
    disks = [disk for disk in live or () if isinstance(disk, Mapping)]
    return [disk for disk in disks if not disk.get("boot") and disk.get("type") != "SCRATCH"]


def disk_made_with(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What a boot disk was made with, as far as its instance tells: its size, which grows with the disk."""
    return {"size": live}


def live_state(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> str:
    """Which versions of objects a rule is about."""
    return "ANY" if live is None else "LIVE" if live else "ARCHIVED"


GCP_CONVERTERS: dict[str, Callable[[Any, Any, Mapping[str, Any]], Any]] = {
    "gcp_attached_disks": attached_disks,
    "gcp_bindings": bindings,
    "gcp_bound_members": bound_members,
    "gcp_disk_made_with": disk_made_with,
    "gcp_enabled_block": enabled_block,
    "gcp_has_member": has_member,
    "gcp_is_enabled": is_enabled,
    "gcp_labels": labels,
    "gcp_live_state": live_state,
    "gcp_metadata": metadata,
    "gcp_metadata_value": present_key,
}
