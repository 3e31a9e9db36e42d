"""From rows of Resource Graph, or representations of the Resource Manager, to observations.

The columns of a row become the parts of an observation: a column that a query left out was not read.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.model import Observed

PROVIDER = "azure"

#: What the Resource Manager leaves out of a representation when it is not set.
_ENVELOPE = ("identity", "kind", "location", "managedBy", "plan", "sku", "tags", "zones")
_GROUP = re.compile(r"^/subscriptions/[^/]+/resourceGroups/([^/]+)", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"^/subscriptions/([^/]+)", re.IGNORECASE)


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of Resource Graph. `types` are those that it lists completely; `where` keeps the rows that are news."""

    types: list[str]
    where: str = ""


class Graph(Struct, frozen=True, forbid_unknown_fields=True):
    """The tables that are read, and types that other services call by another name."""

    tables: dict[str, Table]
    aliases: dict[str, str] = field(default_factory=dict)


@cache
def graph() -> Graph:
    """What is known about Resource Graph's tables."""
    text = files("engine.providers").joinpath("azure", "graph.toml").read_bytes()
    return msgspec.toml.decode(text, type=Graph)


def observation(row: Mapping[str, Any], source: str, origin: str = "") -> Observed | None:
    """What a row tells of a resource; None when it names none."""
    identity, native = row.get("id"), native_type(row)
    if not isinstance(identity, str) or not identity.startswith("/") or not native:
        return None
    return Observed(
        provider=PROVIDER,
        native=native,
        scope=subscription_of(row),
        parts=_parts(row),
        source=source,
        origin=origin,
        keys=(identity.lower(),),
    )


def native_type(row: Mapping[str, Any]) -> str:
    """The type in small letters, as Resource Graph writes it; empty when the row has none."""
    native = row.get("type")
    return graph().aliases.get(native.lower(), native.lower()) if isinstance(native, str) else ""


def subscription_of(row: Mapping[str, Any]) -> str:
    """The id of the subscription that a resource belongs to; empty for what stands above subscriptions."""
    match = _SUBSCRIPTION.match(str(row.get("id") or ""))
    return (match[1] if match else str(row.get("subscriptionId") or "")).lower()


def resource_group_of(row: Mapping[str, Any]) -> str:
    """The name of the resource group that a resource lies in or is, in small letters; empty for what lies in none."""
    match = _GROUP.match(str(row.get("id") or ""))
    return match[1].lower() if match else ""


def is_from_graph(row: Mapping[str, Any]) -> bool:
    """Whether a row is Resource Graph's, which writes types in small letters, rather than the Resource Manager's."""
    return "tenantId" in row or str(row.get("type")).islower()


def _parts(row: Mapping[str, Any]) -> dict[str, Any]:
    parts = {**row, "resourceGroup": resource_group_of(row)}
    if not isinstance(parts.get("properties"), Mapping):
        # Lists such as `az resource list` tell of a resource without showing its properties.
        parts.pop("properties", None)
    elif not is_from_graph(row):
        parts = dict.fromkeys(_ENVELOPE) | parts
    return parts
