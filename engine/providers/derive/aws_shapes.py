"""The shapes of AWS resources as two sources tell them: the CloudFormation registry, and botocore's models."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from engine.providers.reads import Call, Read

#: Deeper than any block of Terraform's; recursive shapes end here.
_DEPTH = 5
_SCALARS = {
    "string": "string",
    "boolean": "boolean",
    "integer": "number",
    "long": "number",
    "number": "number",
    "float": "number",
    "double": "number",
}


class Shape(Struct, frozen=True):
    """A field's kind: `string`, `number`, `boolean`, `list` (of `item`), `object` (with `fields`), `map`, `other`.

    is_choice: a text that is one of a few words.
    """

    kind: str
    fields: "dict[str, Shape]" = {}
    item: "Shape | None" = None
    is_choice: bool = False


OTHER = Shape("other")

#: The field of an object that holds a list, for lists that come with their length.
ITEMS = "Items"


class CloudFormationType(Struct, frozen=True):
    """A type of the registry. `identifier` are the names of the properties that its primary identifier joins."""

    name: str
    identifier: list[str]
    properties: dict[str, Shape]


def cloudformation_types(folder: Path | None = None) -> Iterator[CloudFormationType]:
    """All types, from the schemas that the package `cfn-lint` ships, or from a folder like its `data/schemas`.

    Properties that can only be written are left out: nothing shows them.
    """
    schemas = folder or _installed()
    known: dict[str, str] = {}
    for file in sorted((schemas / "providers").glob("*.json")):
        known |= {name: digest for name, digest in msgspec.json.decode(file.read_bytes()).items() if name not in known}
    for name, digest in sorted(known.items()):
        file = schemas / "resources" / f"{digest}.json"
        if name.startswith("AWS::") and file.is_file():
            yield _cloudformation_type(name, msgspec.json.decode(file.read_bytes()))


def read_parts(read: Read, models: Any) -> dict[str, dict[str, Shape]]:
    """The fields of each part of a read, the most telling part first: details before the list they add to.

    What may not be set, so that its part is there and empty, comes last.

    `models` loads a service's model by its name (`botocore.session.Session.get_service_model`).
    """
    model = models(read.service)
    # What a resource is listed within tells nothing of the resource itself.
    own = read.calls[read.calls.index(read.innermost) :]
    calls = [*(call for call in reversed(own) if not call.recorded), *(call for call in own if call.recorded)]
    calls.sort(key=lambda call: bool(call.not_set))
    parts: dict[str, dict[str, Shape]] = {}
    for call in calls:
        if not call.many:
            parts.setdefault(call.part, _call_fields(call, model))
    return parts


def _cloudformation_type(name: str, schema: Mapping[str, Any]) -> CloudFormationType:
    written = {pointer.removeprefix("/properties/") for pointer in schema.get("writeOnlyProperties", ())}
    reader = _Schema(schema.get("definitions", {}))
    properties = {
        field: reader.shape(described, _DEPTH)
        for field, described in schema.get("properties", {}).items()
        if field not in written
    }
    identifier = [pointer.removeprefix("/properties/") for pointer in schema.get("primaryIdentifier", ())]
    return CloudFormationType(name, identifier, properties)


class _Schema:
    """Reads property descriptions of one schema."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions

    def shape(self, described: Any, depth: int) -> Shape:
        if not isinstance(described, Mapping) or depth < 0:
            return OTHER
        reference = described.get("$ref")
        if isinstance(reference, str):
            return self.shape(self._definitions.get(reference.rpartition("/")[2]), depth)
        kind = described.get("type")
        kinds = [kind] if isinstance(kind, str) else list(kind or ())
        if "object" in kinds or (not kinds and "properties" in described):
            fields = {name: self.shape(sub, depth - 1) for name, sub in described.get("properties", {}).items()}
            return Shape("object", fields) if fields else Shape("map")
        if "array" in kinds:
            return Shape("list", item=self.shape(described.get("items"), depth - 1))
        if len(kinds) != 1 or kinds[0] not in _SCALARS:
            return OTHER
        return Shape(_SCALARS[kinds[0]], is_choice="enum" in described)


def _call_fields(call: Call, model: Any) -> dict[str, Shape]:
    """The fields of the part that a call makes."""
    shape = model.operation_model(call.operation).output_shape
    for name in [*call.items.replace("[]", "").split("."), *call.answer.split(".")]:
        if name and shape is not None:
            shape = shape.members.get(name) if shape.type_name == "structure" else None
            while shape is not None and shape.type_name == "list":
                shape = shape.member
    if shape is None or shape.type_name != "structure":
        return {call.wrap: Shape("string")} if call.wrap else {}
    return _sdk_shape(shape, _DEPTH).fields


def _sdk_shape(shape: Any, depth: int) -> Shape:
    if depth < 0:
        return OTHER
    if shape.type_name == "structure":
        members = (_unwrapped(name, member) for name, member in shape.members.items())
        return Shape("object", {name: _sdk_shape(member, depth - 1) for name, member in members})
    if shape.type_name == "list":
        return Shape("list", item=_sdk_shape(shape.member, depth - 1))
    if shape.type_name == "map":
        return Shape("map", item=_sdk_shape(shape.value, depth - 1))
    if shape.type_name not in _SCALARS:
        return OTHER
    return Shape(_SCALARS[shape.type_name], is_choice=bool(getattr(shape, "enum", None)))


def _unwrapped(name: str, shape: Any) -> tuple[str, Any]:
    """A list that comes as an object, with its length (`{Quantity, Items}`), is the list."""
    if shape.type_name == "structure" and {"Quantity", "Items"} <= set(shape.members):
        return f"{name}.{ITEMS}", shape.members[ITEMS]
    return name, shape


def _installed() -> Path:
    spec = find_spec("cfnlint")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("the package cfn-lint is not installed; name the folder of its schemas instead")
    return Path(spec.submodule_search_locations[0]) / "data" / "schemas"
