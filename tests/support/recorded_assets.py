"""Answers of Google's own APIs, as a recorder of HTTP exchanges kept them, turned into an asset export."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

_FILE = re.compile(r"(get|post)-(.*?)_(\d+)\.json$")
_PROJECT = re.compile(r"projects/([^/]+)")


class Kind(Struct, frozen=True):
    """How the resources of one type are recognised: the end of the URL they were read from, and their asset type.

    items: where an answer holds several. name: how the asset is called, filled in from the resource.
    """

    url: str
    asset_type: str
    items: str = ""
    name: str = "{name}"


KINDS = (
    Kind(r"aggregated-instances$", "compute.googleapis.com/Instance", "items.*.instances"),
    Kind(r"zones-.*-instances-[\w-]+$", "compute.googleapis.com/Instance"),
    Kind(r"aggregated-addresses$", "compute.googleapis.com/Address", "items.*.addresses"),
    Kind(r"global-addresses$", "compute.googleapis.com/GlobalAddress", "items"),
    Kind(r"-addresses-[\w-]+$", "compute.googleapis.com/Address"),
    Kind(r"global-forwardingRules$", "compute.googleapis.com/GlobalForwardingRule", "items"),
    Kind(r"global-forwardingRules-[\w-]+$", "compute.googleapis.com/GlobalForwardingRule"),
    Kind(
        r"aggregated-interconnectAttachments$",
        "compute.googleapis.com/InterconnectAttachment",
        "items.*.interconnectAttachments",
    ),
    Kind(r"-interconnectAttachments-[\w-]+$", "compute.googleapis.com/InterconnectAttachment"),
    Kind(r"-functions$", "cloudfunctions.googleapis.com/CloudFunction", "functions"),
    Kind(r"-functions-[\w-]+$", "cloudfunctions.googleapis.com/CloudFunction"),
    Kind(r"-managedZones$", "dns.googleapis.com/ManagedZone", "managedZones", "projects/{project}/managedZones/{name}"),
    Kind(r"-managedZones-[\w-]+$", "dns.googleapis.com/ManagedZone", "", "projects/{project}/managedZones/{name}"),
    Kind(r"-databases$", "firestore.googleapis.com/Database", "databases"),
    Kind(r"-databases-[\w()-]+$", "firestore.googleapis.com/Database"),
    Kind(r"-backupSchedules$", "firestore.googleapis.com/BackupSchedule", "backupSchedules"),
    Kind(r"-backupSchedules-[\w-]+$", "firestore.googleapis.com/BackupSchedule"),
    Kind(r"-keys$", "apikeys.googleapis.com/Key", "keys"),
    Kind(r"-keys-[\w-]+$", "apikeys.googleapis.com/Key"),
    Kind(r"storage-v1-b$", "storage.googleapis.com/Bucket", "items"),
    Kind(r"redis.*-instances$|v\d.*locations-[^/]*-instances$", "redis.googleapis.com/Instance", "instances"),
    Kind(r"locations-[\w-]+-instances-[\w-]+$", "redis.googleapis.com/Instance"),
    Kind(r"-clusters$", "redis.googleapis.com/Cluster", "clusters"),
    Kind(r"-topics$", "pubsub.googleapis.com/Topic", "topics"),
    Kind(r"-topics-[\w-]+$", "pubsub.googleapis.com/Topic"),
    Kind(r"-subscriptions$", "pubsub.googleapis.com/Subscription", "subscriptions"),
    Kind(r"-subscriptions-[\w-]+$", "pubsub.googleapis.com/Subscription"),
    Kind(r"-datasets$", "aiplatform.googleapis.com/Dataset", "datasets"),
    Kind(r"-endpoints-[\w-]+$", "aiplatform.googleapis.com/Endpoint"),
    Kind(r"compute-v1-projects-[\w-]+$", "compute.googleapis.com/Project"),
    Kind(r"v1-projects$", "cloudresourcemanager.googleapis.com/Project", "projects", "projects/{projectId}"),
    Kind(r"-serviceAccounts$", "iam.googleapis.com/ServiceAccount", "accounts"),
)
_NOTEBOOKS = {"redis.googleapis.com/Instance": "notebooks.googleapis.com/Instance"}


def assets(flight: Path) -> Iterator[dict[str, Any]]:
    """The assets that the recorded answers show, as the first answer about each showed them."""
    seen: set[tuple[str, str]] = set()
    files = sorted(flight.rglob("*.json"), key=lambda file: (_order(file), len(file.name), file.name))
    for file in files:
        match = _FILE.match(file.name)
        body = json.loads(file.read_text())["body"] if match else None
        if match is None or not isinstance(body, dict) or "error" in body:
            continue
        policy = _policy(match[2], body)
        if policy or match[1] == "post":
            yield from policy
            continue
        for kind in KINDS:
            if re.search(kind.url, match[2]):
                for item in _items(body, kind.items):
                    asset = _asset(item, kind, match[2])
                    key = (asset["assetType"], asset["name"])
                    if key not in seen:
                        seen.add(key)
                        yield asset
                break


def _order(file: Path) -> int:
    match = _FILE.match(file.name)
    return int(match[3]) if match else 0


def _items(body: Mapping[str, Any], path: str) -> list[dict[str, Any]]:
    found: list[Any] = [body]
    for step in filter(None, path.split(".")):
        found = [
            item
            for place in found
            for item in (place.values() if step == "*" else [place.get(step)] if isinstance(place, dict) else [])
            if item
        ]
        if step != "*" and found and isinstance(found[0], list):
            found = [item for items in found for item in items]
    return [item for item in found if isinstance(item, dict)]


def _asset(item: dict[str, Any], kind: Kind, url: str) -> dict[str, Any]:
    asset_type = _NOTEBOOKS.get(kind.asset_type, kind.asset_type) if "notebooks" in url else kind.asset_type
    link = item.get("selfLink", "")
    project = _PROJECT.search(link or item.get("name", ""))
    told = re.search(r"projects-(cloud-custodian|[a-z-]+?)-(?:locations|managedZones|global|aggregated|databases)", url)
    place = project[1] if project else told[1] if told else ""
    filled = defaultdict(str, {**item, "project": place})
    path = link[link.index("projects/") :] if "projects/" in link else kind.name.format_map(filled)
    return {"name": f"//{asset_type.partition('/')[0]}/{path}", "assetType": asset_type, "resource": {"data": item}}


def _policy(url: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The access policy that an answer holds, as the asset it is set on; none for other answers."""
    project = re.fullmatch(r"v1-projects-([\w-]+)-getIamPolicy", url)
    bucket = re.fullmatch(r"storage-v1-b-([\w-]+)-iam", url)
    if project:
        asset_type, name = "cloudresourcemanager.googleapis.com/Project", f"projects/{project[1]}"
    elif bucket:
        asset_type, name = "storage.googleapis.com/Bucket", bucket[1]
    else:
        return []
    return [{"name": f"//{asset_type.partition('/')[0]}/{name}", "assetType": asset_type, "iamPolicy": body}]
