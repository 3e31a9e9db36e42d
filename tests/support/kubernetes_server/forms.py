"""The forms of an answer that a client may ask for: whole objects, their metadata only, a table for people."""

from datetime import UTC, datetime
from typing import Any

from tests.support.kubernetes_server.catalog import Resource
from tests.support.kubernetes_server.status import StatusError

Json = dict[str, Any]

WHOLE, METADATA, TABLE = "", "PartialObjectMetadata", "Table"


def form_of(accept: str) -> str:
    """The first form in an Accept header that is served. Protobuf is not: clients then take JSON."""
    for choice in accept.split(","):
        kind, *parameters = (part.strip() for part in choice.split(";"))
        if kind not in ("application/json", "*/*", "application/*"):
            continue
        as_kind = next((part[3:] for part in parameters if part.startswith("as=")), "")
        if as_kind.startswith(METADATA):
            return METADATA
        return TABLE if as_kind == TABLE else WHOLE
    raise StatusError(406, "406: Not Acceptable", details={})


def as_form(form: str, resource: Resource, content: Json | list[Json], metadata: Json) -> Json:
    """An object, or a list of them with its metadata, in a form."""
    objects = content if isinstance(content, list) else [content]
    if form == TABLE:
        return _table(resource, objects, metadata if isinstance(content, list) else {})
    if form == METADATA:
        shown = [_metadata(obj) for obj in objects]
        metadata = {key: value for key, value in metadata.items() if key != "remainingItemCount"}
        head = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1"}
    else:
        # Lists of built-in kinds do not repeat the kind in every item, lists of custom ones do.
        bare = isinstance(content, list) and not resource.is_custom
        shown = [_whole(resource, obj, bare=bare) for obj in objects]
        head = {"kind": f"{resource.kind}List", "apiVersion": resource.api_version}
    return {**head, "metadata": metadata, "items": shown} if isinstance(content, list) else shown[0]


def _whole(resource: Resource, obj: Json, *, bare: bool) -> Json:
    rest = {key: value for key, value in obj.items() if key not in ("apiVersion", "kind")}
    return rest if bare else {"kind": resource.kind, "apiVersion": resource.api_version, **rest}


def _metadata(obj: Json) -> Json:
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]}


def _table(resource: Resource, objects: list[Json], metadata: Json) -> Json:
    names = ["Name", "Data", "Age"] if resource.kind == "ConfigMap" else ["Name", "Age"]
    columns = [
        {"name": name, "type": "string", "format": "name" if name == "Name" else "", "description": name, "priority": 0}
        for name in names
    ]
    rows = [{"cells": [_cell(obj, name) for name in names], "object": _metadata(obj)} for obj in objects]
    head = {"kind": TABLE, "apiVersion": "meta.k8s.io/v1", "metadata": metadata}
    return {**head, "columnDefinitions": columns, "rows": rows}


def _cell(obj: Json, name: str) -> Any:
    if name == "Name":
        return obj["metadata"]["name"]
    if name == "Data":
        return len(obj.get("data", {})) + len(obj.get("binaryData", {}))
    age = datetime.now(UTC) - datetime.fromisoformat(obj["metadata"]["creationTimestamp"])
    return f"{int(age.total_seconds())}s"
