"""What `terraform show -json` and `tofu show -json` print of a state."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from engine.collectors.declared.statefile.instance import Instance, marked


class Resource(Struct, gc=False):
    """One instance as `show -json` prints it."""

    address: str
    mode: str
    type: str
    provider_name: str = ""
    deposed_key: str | None = None
    values: dict[str, Any] | None = None
    sensitive_values: Any = None
    identity: dict[str, Any] | None = None


class Module(Struct, gc=False):
    resources: list[Resource] | None = None
    child_modules: "list[Module] | None" = None


class Values(Struct, gc=False):
    root_module: Module | None = None


def instances(module: Module) -> Iterator[Instance]:
    """The managed instances of a module, then those of the modules in it."""
    for resource in module.resources or ():
        if resource.mode == "managed" and not resource.deposed_key:
            yield Instance(
                address=resource.address,
                type=resource.type,
                provider=resource.provider_name,
                attributes=resource.values or {},
                identity=resource.identity or {},
                sensitive=_marked_paths(resource),
            )
    for child in module.child_modules or ():
        yield from instances(child)


def _marked_paths(resource: Resource) -> frozenset[str]:
    if resource.sensitive_values is True:
        return frozenset(resource.values or ())
    return frozenset(marked(resource.sensitive_values))
