"""Plans as `terraform show -json` prints them, as far as tests need them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from engine.collectors.base import Context, Found
from engine.collectors.declared import terraform_plan
from engine.compare import Comparison, Estate, compare
from engine.model import Coverage, Declared, Observed
from engine.providers import load_knowledge

AWS = "registry.terraform.io/hashicorp/aws"


def entry(address: str, before: Any, after: Any, actions: Iterable[str] = ("update",), **more: Any) -> dict[str, Any]:
    """One entry of `resource_drift` or `resource_changes`. Masks and trees of the change go by their names."""
    masks = {name: more.pop(name) for name in ("before_sensitive", "after_sensitive", "after_unknown") if name in more}
    change = {"actions": [*actions], "before": before, "after": after, **masks}
    kind = address.rpartition("module.")[2].split(".")[-2] if "data." not in address else address.split(".")[-2]
    return {"address": address, "mode": "managed", "type": kind, "provider_name": AWS, "change": change} | more


def resource(address: str, values: dict[str, Any]) -> dict[str, Any]:
    """One resource of the state before the plan."""
    kind = address.split(".")[-2]
    return {"address": address, "mode": "managed", "type": kind, "provider_name": AWS, "values": values}


def plan(
    *,
    prior: Iterable[dict[str, Any]] = (),
    drift: Iterable[dict[str, Any]] = (),
    changes: Iterable[dict[str, Any]] = (),
) -> bytes:
    """A plan's JSON."""
    return msgspec.json.encode(
        {
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "timestamp": "2026-03-01T10:00:00Z",
            "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": [*prior]}}},
            "resource_drift": [*drift],
            "resource_changes": [*changes],
        }
    )


def read(folder: Path, path: str = "plan.json", context: Context | None = None) -> list[Found]:
    """What the collector finds."""
    settings = terraform_plan.Settings(name="plans", kind="terraform_plan", path=path, base=folder)
    return list(terraform_plan.Source(settings).collect(context or Context()))


def compared(found: Iterable[Found]) -> Comparison:
    """What the engine makes of it."""
    found = list(found)
    estate = Estate(load_knowledge())
    for item in found:
        if isinstance(item, Observed):
            estate.add(item)
        elif isinstance(item, Coverage):
            estate.cover(item)
    return compare([item for item in found if isinstance(item, Declared)], estate, load_knowledge())


def drift(comparison: Comparison) -> dict[str, Any]:
    """Address -> the changes by path, or the word `missing`."""
    return {
        difference.resource.address: {change.path: (change.declared, change.actual) for change in difference.changes}
        or difference.kind.value
        for difference in comparison.differences
    }
