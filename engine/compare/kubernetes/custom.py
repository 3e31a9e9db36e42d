"""The types of custom resources, by the schemas in their definitions, declared or live."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.compare.canonical import as_items
from engine.compare.kubernetes.schema import LOOSE, Node, Nodes
from engine.compare.kubernetes.values import as_map


def custom_types(definitions: Iterable[Mapping[str, Any]], nodes: Nodes) -> dict[str, Node]:
    """The type of each `group/version/Kind` that the definitions have a schema for."""
    return {kind: node for body in definitions for kind, node in _versions(body, nodes)}


def _versions(body: Mapping[str, Any], nodes: Nodes) -> Iterator[tuple[str, Node]]:
    spec = as_map(body.get("spec"))
    kind = as_map(spec.get("names")).get("kind")
    versions = spec.get("versions")
    for version in versions if isinstance(versions, list) else ():
        schema = as_map(as_map(as_map(version).get("schema")).get("openAPIV3Schema"))
        if schema.get("properties"):
            common = nodes.loose_root()
            fields = {name: common.field(name) for name in ("apiVersion", "kind", "metadata")}
            yield f"{spec.get('group')}/{version.get('name')}/{kind}", _object(schema, fields)


def _node(schema: Any) -> Node:
    """The type that a schema describes; what it says nothing telling about is compared by its looks."""
    schema = as_map(schema)
    if schema.get("x-kubernetes-preserve-unknown-fields"):
        return LOOSE
    if schema.get("properties"):
        return _object(schema, {})
    inner = schema.get("additionalProperties")
    if isinstance(inner, Mapping):
        return Node("map", item=_node(inner))
    if schema.get("x-kubernetes-list-type") == "map":
        node = Node("list", item=_node(schema.get("items")))
        node.keys = tuple(map(str, as_items(schema.get("x-kubernetes-list-map-keys"))))
        return node if node.keys else LOOSE
    return LOOSE


def _object(schema: Mapping[str, Any], fields: Mapping[str, Node]) -> Node:
    properties = {str(name): as_map(inner) for name, inner in as_map(schema.get("properties")).items()}
    inner = {name: _node(schema) for name, schema in properties.items()} | dict(fields)
    return Node("object").made_of(
        inner, {name: item["default"] for name, item in properties.items() if "default" in item}
    )
