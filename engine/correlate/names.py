"""What a resource may be called by, and where the code has it."""

import re
from collections.abc import Iterator

from engine.model import Difference, DriftKind
from engine.providers.kubernetes import by_resource


def plain_address(address: str) -> str:
    """An address without indices: `module.web["a"].aws_instance.b[0]` as `module.web.aws_instance.b`."""
    return re.sub(r"\[[^\]]*\]", "", address)


def module_calls(address: str) -> list[str]:
    """The module calls around a resource, the nearest first: `module.a.module.b`, `module.a`."""
    modules, _, _ = address.rpartition(".")
    modules = modules.rpartition(".")[0]
    parts = modules.split(".") if modules.startswith("module.") else []
    return [".".join(parts[:end]) for end in range(len(parts), 0, -2)]


def names_of(difference: Difference) -> tuple[str, ...]:
    """Every name the resource may be called by: ids, ARNs, names, and what ARNs and addresses end in."""
    ref = difference.resource
    found: dict[str, None] = {}
    for key in (ref.id, *difference.keys, ref.name):
        if key:
            found[key] = None
            if ref.provider == "azure":
                found |= dict.fromkeys(_names_in_azure(key.lower(), difference.kind))
            if key.startswith(("arn:", "https://")):
                tail = key.rpartition(":")[2].rpartition("/")[2]
                if len(tail) > 2:
                    found[tail] = None
    if ref.provider == "kubernetes" and ref.id.count("/") == 3:
        found |= dict.fromkeys(_names_of_object(ref.id, difference.kind))
    return tuple(found)


def _names_in_azure(key: str, kind: DriftKind) -> Iterator[str]:
    """An id as events have it, in small letters; what is missing may have gone with what it was a part of."""
    yield key
    if kind is DriftKind.MISSING and key.startswith("/subscriptions/"):
        steps = key.split("/")
        yield from ("/".join(steps[:end]) for end in range(5, len(steps), 2))


def _names_of_object(identity: str, kind: DriftKind) -> Iterator[str]:
    """An object as an audit log has it that knows its resource only; what is missing may have gone with all others."""
    name = by_resource(identity)
    yield name
    if kind is DriftKind.MISSING:
        namespace = identity.rsplit("/", 2)[1]
        yield f"{name.rpartition('/')[0]}/*"
        if namespace:
            yield f"/Namespace//{namespace}"
