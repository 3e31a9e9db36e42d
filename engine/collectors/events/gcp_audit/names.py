"""What a call of a Google API was upon: every name that its resource may go by."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

_LINK = re.compile(r"^(?:https?:)?//[\w.-]*googleapis\.com/(?:(?:[a-z]+/)?(?:v\d\w*|beta|alpha)/)?")
_NUMBERED = re.compile(r"^projects/\d+(?=/|$)")
_PLACES = frozenset(
    {"projects", "folders", "organizations", "locations", "zones", "regions", "global", "billingAccounts"}
)
#: Fields of requests and answers that name what the call is upon. What else they name only belongs to it.
_NAMING = frozenset(
    {
        "name", "selfLink", "targetLink", "targetId", "resource", "resourceName", "email", "uniqueId", "bucket",
        "instance", "instances", "instanceId", "cluster", "clusterId", "nodePoolId", "topic", "subscription",
        "secretId", "database", "serviceName", "serviceIds", "accountId", "roleId", "projectId", "keyRingId",
        "cryptoKeyId",
    }
)  # fmt: skip
#: Labels of the monitored resource that name the place, or the call, rather than the thing.
_PLACE_LABELS = frozenset(
    {"project_id", "location", "zone", "region", "organization_id", "folder_id", "method", "service", "version"}
)
_LONGEST = 512


@lru_cache(maxsize=65536)
def names_of_resource(name: str, project: str) -> tuple[str, ...]:
    """The forms of one name, the path first: without the service, with the project's id, and what it ends in.

    A piece of a resource (`…/clusters/c/nodePools/n`) names what it is a piece of as well.
    """
    path = _LINK.sub("", name, count=1)
    by_id = _NUMBERED.sub(f"projects/{project}", path) if project else path
    found = dict.fromkeys((by_id, path))
    steps = by_id.split("/")
    if len(steps) > 1:
        if path != name:
            found[name] = None
        own = [index for index in range(0, len(steps) - 1, 2) if steps[index] not in _PLACES]
        if steps[0] in _PLACES and "global" in steps[:3]:
            own = own[1:]
        if len(own) > 1:
            found["/".join(steps[:-2])] = None
        if len(steps[-1]) > 2:
            found[steps[-1]] = None
    return tuple(text for text in found if text and len(text) <= _LONGEST)


def names_in(body: Any, project: str) -> Iterator[str]:
    """The names in a request or an answer, at its top and one level below."""
    if not isinstance(body, dict):
        return
    is_operation = str(body.get("kind", body.get("@type", ""))).lower().endswith("operation")
    for field, value in body.items():
        if isinstance(value, dict):
            inner = (value.get(name) for name in ("name", "selfLink", "email", "uniqueId"))
            yield from _spelled(inner, project)
        elif field in _NAMING and not (is_operation and field in ("name", "selfLink")):
            yield from _spelled(value if isinstance(value, list) else (value,), project)


def names_in_labels(labels: dict[str, str]) -> Iterator[str]:
    """What a monitored resource's labels call it: its number, its name."""
    return (value for name, value in labels.items() if name not in _PLACE_LABELS and len(value) > 2)


def names_of_grants(deltas: Any, resources: Iterable[str]) -> Iterator[str]:
    """What declarations call the grants that were added to a policy or removed: `shop-prod/roles/viewer/user:mia@…`."""
    if not isinstance(deltas, list):
        return
    places = list(resources)
    for delta in deltas:
        if isinstance(delta, dict) and delta.get("role"):
            for place in places:
                yield f"{place}/{delta['role']}"
                yield f"{place}/{delta['role']}/{delta.get('member', '')}"


def _spelled(values: Iterable[Any], project: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, str) and 2 < len(value) <= _LONGEST:
            yield from names_of_resource(value, project)
