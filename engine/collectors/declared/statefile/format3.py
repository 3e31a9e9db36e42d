"""Format 3, of Terraform 0.7 to 0.11, and formats 1 and 2 before it, which look alike where it matters here."""

from collections.abc import Iterator

from msgspec import Struct

from engine.collectors.declared.statefile.flatmap import expand
from engine.collectors.declared.statefile.instance import Instance


class Primary(Struct, gc=False):
    """The object that stands; deposed ones are beside it."""

    id: str = ""
    attributes: dict[str, str] | None = None


class Resource(Struct, gc=False):
    type: str = ""
    provider: str = ""
    primary: Primary | None = None


class Module(Struct, gc=False):
    """`path` begins with `root`."""

    path: list[str] | None = None
    resources: dict[str, Resource] | None = None


def instances(modules: list[Module]) -> Iterator[Instance]:
    """The managed instances. An instance of `count` has its place behind its name: `aws_instance.web.0`."""
    for module in modules:
        prefix = "".join(f"module.{name}." for name in (module.path or [])[1:])
        for key, resource in (module.resources or {}).items():
            if resource.primary is None or key.startswith("data."):
                continue
            kind, _, rest = key.partition(".")
            name, _, index = rest.partition(".")
            attributes = expand(resource.primary.attributes or {})
            if resource.primary.id:
                attributes.setdefault("id", resource.primary.id)
            yield Instance(
                address=f"{prefix}{kind}.{name}" + (f"[{index}]" if index else ""),
                type=resource.type or kind,
                provider=resource.provider,
                attributes=attributes,
            )
