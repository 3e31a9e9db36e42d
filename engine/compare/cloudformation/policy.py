"""When two policies grant the same: what services add to a policy, and names that they write in another way."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from engine.compare.canonical import as_document, as_items, canonical
from engine.compare.holes import filled, has_holes

Policy = Mapping[str, Any]

_API = re.compile(r"arn:[\w-]+:execute-api:[\w-]*:\d*:\w+/")
#: CloudFront's identities for origins have two names that only CloudFront can tell to be one.
_ORIGIN = re.compile(r'"CanonicalUser":"[0-9a-f]{64}"|"AWS":"arn:[\w-]+:iam::cloudfront:user/[^"]*"')


def is_policy(value: Mapping[str, Any]) -> bool:
    """Whether an object is a policy document."""
    return "Statement" in value and value.keys() <= {"Version", "Id", "Statement"}


def are_granting_alike(wanted: Policy, found: Policy) -> bool:
    """Whether a live policy grants what the declared one does.

    What is unresolved fits what is live. A service may add a version, an id and statements' ids, write an API's
    resources in full, and call an origin's identity by its other name.
    """
    if has_holes(wanted):
        wanted = filled(wanted, found, _are_one)
    if canonical(wanted) == canonical(found):
        return True
    left, right = _text(wanted), _text(found)
    if "execute-api:/" in left:
        right = _API.sub("execute-api:/", right)
    if '"CanonicalUser"' in left or '"CanonicalUser"' in right:
        left, right = _ORIGIN.sub('"AWS":"origin"', left), _ORIGIN.sub('"AWS":"origin"', right)
    return canonical(as_document(left)) == canonical(_stated(as_document(right), wanted))


def _are_one(wanted: Any, found: Any) -> bool:
    """Whether two items of a policy's lists are the same; a statement may list what another writes alone."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return canonical({"Statement": [wanted]}) == canonical({"Statement": [found]})
    return canonical([wanted]) == canonical([found])


def _stated(found: Policy, wanted: Policy) -> Policy:
    """A live policy without the names that the declared one does not give."""
    kept = {key: value for key, value in found.items() if key == "Statement" or key in wanted}
    if not any("Sid" in statement for statement in _statements(wanted)):
        kept["Statement"] = [
            {key: value for key, value in statement.items() if key != "Sid"} for statement in _statements(found)
        ]
    return kept


def _statements(policy: Policy) -> list[Mapping[str, Any]]:
    return [statement for statement in as_items(policy.get("Statement")) if isinstance(statement, Mapping)]


def _text(policy: Policy) -> str:
    return msgspec.json.encode(policy).decode()
