"""Derives `kubernetes/schema.json` from the API server's own schemas: `python -m engine.providers.derive.kubernetes`.

The schemas are the OpenAPI definitions that the package `kubernetes-validate` ships for each release of Kubernetes,
list types, merge keys and all. A kind is cluster-wide or not by the methods of the `kubernetes` client, since the
definitions do not tell. Definitions of several releases are laid over each other, so that a version of the API that
was given up is still known.

`kinds` maps `group/version/Kind` to its definition, `cluster` lists the `group/Kind` without a namespace, `defaults`
holds what the definitions' own sentences name as a field's default, and `definitions` the type of each field:

    s i b n      text, integer, boolean, number
    q x t y      quantity, integer or text, time, base64
    *            anything
    {}T          a map of T, all its keys one value where written !{}T
    []T          a list of T; [name]T a list of T told apart by `name`; [=]T a set of T
    core.v1.Pod  an object of that definition; !core.v1.LabelSelector one that is one value as a whole
"""

import re
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

#: The releases that are read, oldest first; a later one wins.
RELEASES = ("1.25.0", "1.29.0", "1.33.0", "1.37.0")
TARGET = Path(__file__).parents[1] / "kubernetes" / "schema.json"

_PREFIXES = ("io.k8s.api.", "io.k8s.apimachinery.pkg.apis.", "io.k8s.kube-aggregator.pkg.apis.")
_EXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis."
_SCALARS = {"string": "s", "integer": "i", "boolean": "b", "number": "n"}
_SPECIAL = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "q",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "x",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "t",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "t",
}
_DEFAULT = re.compile(
    r"\b[Dd]efaults? (?:to|is|value is|value of)\s+[\"'`]?(?P<value>[A-Za-z][A-Za-z0-9/-]*|\d+|\*)[\"'`]?"
    r"(?: seconds?)?(?=\.(?:\s|$)|\s*$|,| \()"
)


def derive() -> dict[str, Any]:
    """The whole table."""
    merged = _merged([_definitions(release) for release in RELEASES])
    kinds = {
        f"{entry['group']}/{entry['version']}/{entry['kind']}".lstrip("/"): _short(name)
        for name, definition in merged.items()
        for entry in definition.get("x-kubernetes-group-version-kind", ())
        if definition["properties"].get("metadata", {}).get("$ref", "").endswith(".ObjectMeta")
    }
    fields = {_short(name): _fields(definition, merged) for name, definition in merged.items()}
    needed = _reachable(set(kinds.values()), fields)
    defaults = {_short(name): found for name, definition in merged.items() if (found := _defaults(definition))}
    return {
        "kinds": dict(sorted(kinds.items())),
        "cluster": sorted(_cluster_wide(kinds)),
        "defaults": {name: defaults[name] for name in sorted(defaults) if name in needed},
        "definitions": {name: fields[name] for name in sorted(needed)},
    }


def _definitions(release: str) -> dict[str, Any]:
    folder = resources.files("kubernetes_validate").joinpath("kubernetes-json-schema", f"v{release}-local")
    document = msgspec.json.decode(folder.joinpath("_definitions.json").read_bytes())
    definitions: dict[str, Any] = document.get("$defs") or document["definitions"]
    return definitions


def _merged(releases: list[dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for definitions in releases:
        for name, definition in definitions.items():
            known = merged.get(name, {})
            merged[name] = {
                **known,
                **definition,
                "properties": {**known.get("properties", {}), **definition.get("properties", {})},
            }
    return merged


def _fields(definition: dict[str, Any], merged: dict[str, Any]) -> dict[str, str]:
    return {name: _type(schema, merged) for name, schema in definition["properties"].items()}


def _type(schema: dict[str, Any], merged: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        target = merged[name]
        if name in _SPECIAL:
            return _SPECIAL[name]
        if not target["properties"]:
            return _type(target, merged) if "additionalProperties" in target else "*"
        atomic = "atomic" in (schema.get("x-kubernetes-map-type"), target.get("x-kubernetes-map-type"))
        return f"!{_short(name)}" if atomic else _short(name)
    kind = schema.get("type")
    kind = next((item for item in kind if item != "null"), None) if isinstance(kind, list) else kind
    if kind == "array":
        return f"[{_list_keys(schema)}]{_type(schema.get('items', {}), merged)}"
    if kind == "object":
        inner = schema.get("additionalProperties")
        mark = "!" if schema.get("x-kubernetes-map-type") == "atomic" else ""
        return f"{mark}{{}}{_type(inner, merged)}" if isinstance(inner, dict) else "*"
    if kind == "string" and schema.get("format") == "byte":
        return "y"
    if kind == "string" and schema.get("format") == "date-time":
        return "t"
    return _SCALARS.get(kind or "", "*")


def _list_keys(schema: dict[str, Any]) -> str:
    kind = schema.get("x-kubernetes-list-type")
    if kind == "map":
        return ",".join(schema["x-kubernetes-list-map-keys"])
    if kind == "set":
        return "="
    merge_key: str = schema.get("x-kubernetes-patch-merge-key", "")
    return merge_key if kind != "atomic" else ""


def _defaults(definition: dict[str, Any]) -> dict[str, Any]:
    """What the sentences that describe the fields name as their defaults, where it fits the field's type."""
    found: dict[str, Any] = {}
    for name, schema in definition["properties"].items():
        match = _DEFAULT.search(schema.get("description", ""))
        kinds = schema.get("type") or ()
        if match is None:
            continue
        value = match["value"]
        if "integer" in kinds and value.isdigit():
            found[name] = int(value, 8 if value.startswith("0") and len(value) == 4 else 10)
        elif "boolean" in kinds and value.lower() in ("true", "false"):
            found[name] = value.lower() == "true"
        elif "string" in kinds and (value[0].isupper() or value == "*"):
            found[name] = value
    return {name: value for name, value in found.items() if value not in (0, False)}


def _reachable(names: set[str], fields: dict[str, dict[str, str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name for name in names if name in fields]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            inner = (re.sub(r"\[[^\]]*\]|\{\}|!", "", kind) for kind in fields[name].values())
            waiting.extend(kind for kind in inner if kind in fields)
    return found


def _cluster_wide(kinds: dict[str, str]) -> set[str]:
    """The kinds that the client creates without a namespace."""
    from kubernetes import client

    methods = [name for api in dir(client) if api.endswith("Api") for name in dir(getattr(client, api))]
    with_namespace = {name for name in methods if name.startswith("create_namespaced_")}
    without = {name for name in methods if name.startswith("create_")} - with_namespace
    kinds_without = {name.removeprefix("create_").replace("_", "") for name in without}
    return {f"{group}/{kind}" for group, kind in map(_group_kind, kinds) if kind.lower() in kinds_without}


def _group_kind(key: str) -> tuple[str, str]:
    """The group (empty for the core) and kind of `group/version/Kind`."""
    *group, _, kind = key.split("/")
    return "".join(group), kind


def _short(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name.removeprefix(_EXTENSIONS)


def _written(table: dict[str, Any]) -> str:
    """The table as JSON with a line for each definition, so that a change reads well."""

    def block(entries: dict[str, Any]) -> str:
        lines = (f"  {_json(name)}: {_json(entry)}" for name, entry in entries.items())
        return "{\n" + ",\n".join(lines) + "\n }"

    parts = ((name, block(part) if isinstance(part, dict) else _json(part)) for name, part in table.items())
    return "{\n" + ",\n".join(f" {_json(name)}: {text}" for name, text in parts) + "\n}\n"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


if __name__ == "__main__":
    TARGET.write_text(_written(derive()))
