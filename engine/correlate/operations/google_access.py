"""What calls say about who may do what: policies that were set, and what their setting added and removed."""

import re
from collections.abc import Mapping
from typing import Any

from engine.correlate.operations.native import Call, Does
from engine.model import ResourceRef
from engine.providers import TypeRule

_METHOD = re.compile(r"set_?iam_?(?:policy|permissions)$", re.IGNORECASE)
_ROLE = re.compile(r"(?:^|[/\s])((?:(?:projects|organizations)/[^/\s]+/)?roles/[^/\s]+)")


def is_access(method: str) -> bool:
    """Whether a method sets a policy."""
    return _METHOD.search(method) is not None


def is_granted(rule: TypeRule) -> bool:
    """Whether a type declares a piece of a policy, or the whole of one."""
    return any(path.startswith("IamPolicy") for path in rule.exists)


def read(body: Mapping[str, Any], rule: TypeRule, ref: ResourceRef) -> Call | None:
    """A set policy as a call on a declared grant; None when it left that grant alone."""
    if not is_granted(rule):
        return None
    policy = body.get("policy")
    parts = {"IamPolicy": policy} if isinstance(policy, Mapping) else {}
    deltas = _deltas(body)
    hides = None if parts else "binding"
    if deltas is None:
        return Call(Does.WRITE, parts, hides=hides)
    mine = [delta for delta in deltas if str(delta.get("role")) == role_of(ref)]
    member = _member(ref)
    if member:
        mine = [delta for delta in mine if str(delta.get("member")).lower() == member]
    if not mine:
        return None
    added = any(delta.get("action") == "ADD" for delta in mine)
    if member or len({delta.get("action") for delta in mine}) == 1:
        return Call(Does.CREATE if added else Does.DELETE, parts, hides=hides)
    return Call(Does.WRITE, parts, hides=hides)


def role_of(ref: ResourceRef) -> str:
    """The role in the id of a grant: `shop-prod/roles/viewer/user:mia@shop.example`."""
    match = _ROLE.search(ref.id)
    return match[1] if match else ""


def _member(ref: ResourceRef) -> str:
    """The member in the id of a grant, in lower case; empty when the grant is of a whole role."""
    role = role_of(ref)
    return ref.id.partition(role)[2].strip("/ ").lower() if role else ""


def _deltas(body: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    """What was added to the policy and removed from it, None where the log does not tell."""
    delta = body.get("policyDelta")
    found = delta.get("bindingDeltas") if isinstance(delta, Mapping) else None
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else None
