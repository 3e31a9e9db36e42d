"""Format 4, which Terraform since 0.12 and every OpenTofu write."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from engine.collectors.declared.statefile.flatmap import expand
from engine.collectors.declared.statefile.instance import Instance
from engine.model.change_path import path_of


class Item(Struct, gc=False):
    """One instance in format 4."""

    index_key: int | str | None = None
    deposed: str | None = None
    attributes: dict[str, Any] | None = None
    attributes_flat: dict[str, str] | None = None
    sensitive_attributes: list[list[dict[str, Any]]] | None = None
    identity: dict[str, Any] | None = None


class Resource(Struct, gc=False):
    """One block of the code and its instances. `module` is the path of its module as addresses write it."""

    mode: str
    type: str
    name: str
    provider: str = ""
    module: str = ""
    instances: list[Item] | None = None


def instances(resources: list[Resource]) -> Iterator[Instance]:
    """The managed instances, each under its address."""
    for resource in resources:
        if resource.mode != "managed":
            continue
        base = f"{resource.type}.{resource.name}"
        if resource.module:
            base = f"{resource.module}.{base}"
        for item in resource.instances or ():
            if item.deposed:
                continue
            yield Instance(
                address=base if item.index_key is None else f"{base}[{index_text(item.index_key)}]",
                type=resource.type,
                provider=resource.provider,
                attributes=_attributes(item),
                identity=item.identity or {},
                sensitive=_marked_paths(item),
            )


#: How the type of a dynamically typed value starts, as the state spells it: `"string"`, `["object", {…}]`.
_TYPE_WORDS = frozenset({"string", "number", "bool", "dynamic", "list", "set", "map", "tuple", "object"})


def _attributes(item: Item) -> dict[str, Any]:
    if item.attributes is None:
        return expand(item.attributes_flat or {})
    attributes = item.attributes
    typed = [name for name, value in attributes.items() if isinstance(value, dict) and _is_typed(value)]
    return attributes | {name: attributes[name]["value"] for name in typed} if typed else attributes


def _is_typed(value: dict[str, Any]) -> bool:
    """Whether a value of a type that only it knows stands in its wrapping: `{"value": "1", "type": "string"}`."""
    if len(value) != 2 or "value" not in value or "type" not in value:
        return False
    kind = value["type"]
    word = kind[0] if isinstance(kind, list) and kind else kind
    return isinstance(word, str) and word in _TYPE_WORDS


def index_text(key: int | str) -> str:
    """An instance key as Terraform writes it in addresses."""
    if isinstance(key, int):
        return str(key)
    text = "".join(map(_escaped, key)).replace("${", "$${").replace("%{", "%%{")
    return f'"{text}"'


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def _marked_paths(item: Item) -> frozenset[str]:
    """The paths of `sensitive_attributes`. A step of an unknown kind marks the whole of what is above it."""
    if not item.sensitive_attributes:
        return frozenset()
    paths = {path_of(_steps(mark)) for mark in item.sensitive_attributes}
    return frozenset(item.attributes or ()) if "" in paths else frozenset(paths)


def _steps(mark: list[dict[str, Any]]) -> list[str | int]:
    steps: list[str | int] = []
    for step in mark:
        value = step.get("value")
        if step.get("type") == "index" and isinstance(value, dict):
            value = value.get("value")
        if isinstance(value, float):
            value = int(value)
        if not isinstance(value, str | int):
            break
        steps.append(value)
    return steps
