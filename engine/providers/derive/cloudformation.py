"""Derives what is known about every CloudFormation type from the registry's schemas.

    python -m engine.providers.derive.cloudformation [FOLDER]

The schemas are those that the package `cfn-lint` ships (`cfnlint/data/schemas`), found through the installed package
or in FOLDER. All regions share one schema a type, so the union of the regions' types is taken. What is written,
`engine/providers/cloudformation/registry.jsonl`, has one line a type, read by `engine.providers.cloudformation`.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from engine.providers.derive.cloudformation_defaults import stated_default

TARGET = Path(__file__).parents[1] / "cloudformation" / "registry.jsonl"

Schema = Mapping[str, Any]
#: Facts about properties, by the name of the definition that holds them; "" is the resource itself.
Shape = dict[str, dict[str, dict[str, Any]]]


def main(arguments: list[str]) -> None:
    """Writes the table."""
    folder = Path(arguments[0]) if arguments else _installed()
    lines = [msgspec.json.encode(type_facts(schema)) for _, schema in sorted(_schemas(folder).items())]
    TARGET.write_bytes(b"\n".join(lines) + b"\n")


def type_facts(schema: Schema) -> dict[str, Any]:
    """What is kept of one type's schema."""
    facts: dict[str, Any] = {
        "type": schema["typeName"],
        "id": _paths(schema, "primaryIdentifier"),
        "other_ids": [[_path(pointer) for pointer in pointers] for pointers in schema.get("additionalIdentifiers", ())],
        "read_only": _paths(schema, "readOnlyProperties"),
        "write_only": _paths(schema, "writeOnlyProperties"),
        "create_only": _paths(schema, "createOnlyProperties"),
        "deprecated": _paths(schema, "deprecatedProperties"),
        "required": list(schema.get("required", ())),
        "tags": _path(schema.get("tagging", {}).get("tagProperty", "")),
        "shape": _Reader(schema).shape(),
    }
    return {name: fact for name, fact in facts.items() if fact}


class _Reader:
    """Reads the definitions of one schema."""

    def __init__(self, schema: Schema) -> None:
        self._definitions = schema.get("definitions", {})
        self._root = schema
        self._shape: Shape = {}

    def shape(self) -> Shape:
        """Facts by definition, without definitions that say nothing and what only leads to such."""
        self._read("", self._root)
        while True:
            silent = {name for name, properties in self._shape.items() if not properties and name}
            if not silent:
                return {name: properties for name, properties in self._shape.items() if properties}
            self._shape = {
                name: _without(properties, silent) for name, properties in self._shape.items() if name not in silent
            }

    def _read(self, name: str, schema: Schema) -> None:
        self._shape[name] = {}
        for key, stated in _properties(schema):
            facts = self._facts(f"{name}.{key}", stated)
            if facts:
                self._shape[name].setdefault(key, {}).update(facts)

    def _facts(self, place: str, stated: Schema) -> dict[str, Any]:
        resolved, name = self._resolve(stated, place)
        facts: dict[str, Any] = {}
        default = stated_default(stated, resolved)
        if default is not None:
            facts["default"] = default
        kinds = _kinds(resolved)
        if kinds == {"array"}:
            facts |= _list_facts(resolved)
            item, name = self._resolve(resolved.get("items", {}), f"{place}[]")
            facts |= self._nested(item, name)
        elif resolved.get("properties") or resolved.get("oneOf") or resolved.get("anyOf") or resolved.get("allOf"):
            facts |= self._nested(resolved, name)
        elif "object" in kinds:
            facts["free"] = True
            value: Any = next(iter(resolved.get("patternProperties", {}).values()), {})
            inner, name = self._resolve(value, f"{place}{{}}") if isinstance(value, Mapping) else ({}, place)
            facts |= self._nested(inner, name)
        return facts

    def _nested(self, schema: Schema, name: str) -> dict[str, Any]:
        if not any(True for _ in _properties(schema)):
            return {}
        if name not in self._shape:
            self._read(name, schema)
        return {"of": name}

    def _resolve(self, schema: Schema, place: str) -> tuple[Schema, str]:
        """What a reference leads to, and the name of the definition (the place itself where it is written out)."""
        name = place
        while "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = self._definitions.get(name, {})
        return schema, name


def _without(properties: dict[str, dict[str, Any]], silent: set[str]) -> dict[str, dict[str, Any]]:
    kept = {}
    for key, facts in properties.items():
        rest = {name: fact for name, fact in facts.items() if name != "of" or fact not in silent}
        if rest:
            kept[key] = rest
    return kept


def _properties(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The properties of an object, those of its alternatives included."""
    yield from schema.get("properties", {}).items()
    for word in ("oneOf", "anyOf", "allOf"):
        for alternative in schema.get(word, ()):
            yield from alternative.get("properties", {}).items()


def _list_facts(schema: Schema) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if schema.get("arrayType") == "AttributeList":
        facts["order"] = "settings"
    if schema.get("uniqueKeys"):
        facts["key"] = schema["uniqueKeys"]
    return facts


def _kinds(schema: Schema) -> set[str]:
    kind = schema.get("type", ())
    return {kind} if isinstance(kind, str) else set(kind)


def _paths(schema: Schema, word: str) -> list[str]:
    """Pointers as paths, without those below another one."""
    paths = sorted({_path(pointer) for pointer in schema.get(word, ())}, key=lambda path: (path.count("."), path))
    if word == "primaryIdentifier":
        return [_path(pointer) for pointer in schema.get(word, ())]
    kept: list[str] = []
    for path in paths:
        if not any(path.startswith(f"{above}.") for above in kept):
            kept.append(path)
    return sorted(kept)


def _path(pointer: str) -> str:
    """`/properties/Code/S3Bucket` as `Code.S3Bucket`; items of lists as `*`."""
    steps = re.sub(r"^/?properties/", "", pointer).split("/")
    return ".".join(step for step in steps if step not in ("properties", "items"))


def _schemas(folder: Path) -> dict[str, Schema]:
    """The schemas of all regions, by type."""
    names: dict[str, str] = {}
    for region in sorted(folder.glob("providers/*.json")):
        if region.stem != "sam":
            names.update(msgspec.json.decode(region.read_bytes()))
    return {
        name: msgspec.json.decode((folder / "resources" / f"{digest}.json").read_bytes())
        for name, digest in names.items()
    }


def _installed() -> Path:
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        sys.exit("install cfn-lint, or name the folder of its schemas")
    return Path(spec.origin).parent / "data" / "schemas"


if __name__ == "__main__":
    main(sys.argv[1:])
