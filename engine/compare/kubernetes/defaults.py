"""Defaults that the API server works out from what stands around a field; `fields.toml` names them.

Each takes the live object that holds the field, and all objects from the outermost down to it, and gives the default
or None when there is none.
"""

from collections.abc import Callable, Mapping
from typing import Any

Rule = Callable[[Mapping[str, Any], tuple[Any, ...]], Any]

_RBAC = "rbac.authorization.k8s.io"


def pull_policy(owner: Mapping[str, Any], _parents: tuple[Any, ...]) -> str:
    """Images whose tag may move are always pulled."""
    image = str(owner.get("image") or owner.get("reference") or "")
    tag = image.rsplit("/", 1)[-1].partition(":")[2]
    return "IfNotPresent" if "@" in image or tag not in ("", "latest") else "Always"


def host_port(owner: Mapping[str, Any], parents: tuple[Any, ...]) -> Any:
    """On the host's network a port is the host's as well."""
    on_host = any(isinstance(parent, dict) and parent.get("hostNetwork") is True for parent in parents)
    return owner.get("containerPort") if on_host else None


def requests(owner: Mapping[str, Any], _parents: tuple[Any, ...]) -> Any:
    """What has a limit and no request requests its limit."""
    return owner.get("limits")


def policy_types(owner: Mapping[str, Any], _parents: tuple[Any, ...]) -> list[str]:
    """Ingress always, egress where there are rules for it."""
    return ["Ingress", "Egress"] if owner.get("egress") else ["Ingress"]


def subject_group(owner: Mapping[str, Any], _parents: tuple[Any, ...]) -> str:
    """Service accounts are of the core group."""
    return "" if owner.get("kind") == "ServiceAccount" else _RBAC


def aggregated(owner: Mapping[str, Any], _parents: tuple[Any, ...]) -> Any:
    """A controller fills in the rules of a role that gathers those of others."""
    return owner.get("rules") if owner.get("aggregationRule") else None


def limit_default(owner: Mapping[str, Any], _parents: tuple[Any, ...]) -> Any:
    return owner.get("max") if owner.get("type") == "Container" else None


def limit_default_request(owner: Mapping[str, Any], parents: tuple[Any, ...]) -> Any:
    """The default limit, and where there is none the minimum."""
    return owner.get("default") or owner.get("min") or limit_default(owner, parents)


def scaling_policies(owner: Mapping[str, Any], parents: tuple[Any, ...]) -> list[dict[str, Any]]:
    percent = {"type": "Percent", "value": 100, "periodSeconds": 15}
    up = len(parents) > 1 and isinstance(parents[-2], dict) and parents[-2].get("scaleUp") is owner
    return [{"type": "Pods", "value": 4, "periodSeconds": 15}, percent] if up else [percent]


COMPUTED: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        pull_policy, host_port, requests, policy_types, subject_group, aggregated, limit_default, limit_default_request,
        scaling_policies,
    )
}  # fmt: skip
