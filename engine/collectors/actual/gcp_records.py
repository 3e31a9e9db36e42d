"""Assets as Cloud Asset Inventory writes them, and what they become.

Exports, `gcloud asset list` and the API write the same asset, in `camelCase` or in `snake_case`. Its `resource.data`
is what the service's own API answers for the resource. A search result has no such data, only what is searched.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.model import Coverage, Observed

PROVIDER = "gcp"
#: What stands before the resource in a self link.
_VERSION = re.compile(r"^https://[^/]+/(?:\w+/)?v\d\w*/")
_PROJECT = re.compile(r"projects/([^/]+)")
#: Regional and global variants of one kind, of which some have an asset type of their own and some have not.
_VARIANT = re.compile(r"^(compute\.googleapis\.com/)(?:Region|Global)(?=[A-Z])")


class Resource(Struct, rename="camel"):
    """The resource of an asset: `data` is the answer of its service's API."""

    data: dict[str, Any] | None = None
    location: str = ""


class Asset(Struct, rename="camel"):
    """One asset, or one search result. Fields of either spelling; the rest of what is written is not kept."""

    name: str = ""
    asset_type: str = ""
    snake_asset_type: str = field(name="asset_type", default="")
    resource: Resource | None = None
    iam_policy: dict[str, Any] | None = None
    snake_iam_policy: dict[str, Any] | None = field(name="iam_policy", default=None)
    update_time: str = ""
    snake_update_time: str = field(name="update_time", default="")
    ancestors: list[str] = field(default_factory=list)
    project: str = ""
    location: str = ""
    display_name: str = ""
    snake_display_name: str = field(name="display_name", default="")
    labels: dict[str, str] | None = None
    deleted: bool = False

    @property
    def kind(self) -> str:
        """The asset type as the tables know it."""
        return native(self.asset_type or self.snake_asset_type)

    @property
    def path(self) -> str:
        """The name without the service: `projects/p/global/firewalls/web`."""
        return self.name.split("/", 3)[-1] if self.name.startswith("//") else self.name

    @property
    def data(self) -> dict[str, Any] | None:
        """What the resource's own API answers, None where the asset does not hold it."""
        return self.resource.data if self.resource else None

    @property
    def policy(self) -> dict[str, Any] | None:
        """The access policy set on the resource."""
        return self.iam_policy if self.iam_policy is not None else self.snake_iam_policy


class Record(Asset, rename="camel"):
    """One record of an export; feeds and histories wrap the asset."""

    asset: Asset | None = None


class Projects:
    """The ids of projects by their numbers, learned from assets that name both."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def of(self, asset: Asset) -> str:
        """The id of the asset's project, empty while no asset has told it."""
        found, number = _id(asset), _number(asset)
        if found and number:
            self._ids[number] = found
        return found or self._ids.get(number, "")


@lru_cache(maxsize=4096)
def native(asset_type: str) -> str:
    """The asset type without the regional or global variant it may name."""
    return _VARIANT.sub(r"\1", asset_type)


def observed(asset: Asset, project: str, source: str, origin: str) -> Observed:
    """An asset as a live resource."""
    updated = _moment(asset.update_time or asset.snake_update_time)
    return Observed(
        provider=PROVIDER,
        native=asset.kind,
        scope=project,
        parts=dict(_parts(asset)),
        source=source,
        observed_at=updated,
        changed_at=updated,
        origin=origin,
        keys=tuple(dict.fromkeys(_keys(asset))),
    )


def coverage(kinds: Iterable[str], projects: Iterable[str], source: str) -> Iterator[Coverage]:
    """Every kind within every project."""
    places = sorted(projects)
    return (Coverage(PROVIDER, kind, place, source) for kind in sorted(kinds) for place in places)


def _parts(asset: Asset) -> Iterator[tuple[str, Any]]:
    path = asset.path
    yield (
        "AssetInfo",
        {
            "name": asset.name,
            "assetType": asset.asset_type or asset.snake_asset_type,
            "path": path,
            "shortName": path.rpartition("/")[2],
            "updateTime": asset.update_time or asset.snake_update_time,
            "location": asset.location or (asset.resource.location if asset.resource else ""),
            "ancestors": asset.ancestors,
        },
    )
    if asset.data is not None:
        # Older services answer as a Kubernetes API does, which is another shape than that of their newer version.
        yield "Object" if {"apiVersion", "spec"} <= asset.data.keys() else "Asset", asset.data
    if asset.policy is not None:
        yield "IamPolicy", asset.policy
    if asset.data is None and asset.policy is None:
        yield "Search", {"displayName": asset.display_name or asset.snake_display_name, "labels": asset.labels or {}}


def _keys(asset: Asset) -> Iterator[str]:
    """Every identity the asset goes by, the most exact first."""
    path = asset.path
    yield path
    data: Mapping[str, Any] = asset.data or {}
    for name in ("selfLink", "name", "email", "projectId", "id"):
        value = data.get(name)
        if isinstance(value, str) and value:
            yield value
            if value[:8] == "https://":
                yield _VERSION.sub("", value, count=1)
    yield path.rpartition("/")[2]


def _id(asset: Asset) -> str:
    """The id of the asset's project as the asset itself tells it."""
    data = asset.data or {}
    told = data.get("projectId")
    texts = (asset.path, data.get("selfLink"), data.get("name"), told and f"projects/{told}")
    for text in texts:
        match = _PROJECT.search(text) if isinstance(text, str) else None
        if match and not match[1].isdigit() and match[1] != "_":
            return match[1]
    return ""


def _number(asset: Asset) -> str:
    for text in (*asset.ancestors, asset.project, asset.path):
        match = _PROJECT.match(text)
        if match and match[1].isdigit():
            return match[1]
    return str((asset.data or {}).get("projectNumber") or "")


def _moment(text: str) -> datetime | None:
    try:
        return msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        return None
