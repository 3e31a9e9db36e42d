"""The little of the OpenAPI documents that kubectl looks at: which kinds can be patched, and that the server checks
fields itself."""

from typing import Any

from tests.support.kubernetes_server.catalog import Catalog, Resource
from tests.support.kubernetes_server.wire import Answer

Json = dict[str, Any]

_VALIDATION = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("dryRun", "fieldValidation")]


def openapi(catalog: Catalog, path: str) -> Answer:
    """The answer below /openapi."""
    if path == "/openapi/v3":
        roots = {_root(item).lstrip("/") for item in catalog}
        return Answer(body={"paths": {root: {"serverRelativeURL": f"/openapi/v3/{root}"} for root in sorted(roots)}})
    root = path.removeprefix("/openapi/v3")
    paths = {_path(item): {"patch": _patch(item)} for item in catalog if _root(item) == root and "patch" in item.verbs}
    if not paths:
        return Answer(404, b"404 page not found\n", content_type="text/plain; charset=utf-8")
    info = {"title": "Kubernetes", "version": "v1.32.0"}
    return Answer(body={"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": {}}})


def _root(resource: Resource) -> str:
    return f"/apis/{resource.api_version}" if resource.group else f"/api/{resource.version}"


def _path(resource: Resource) -> str:
    namespace = "/namespaces/{namespace}" if resource.namespaced else ""
    return f"{_root(resource)}{namespace}/{resource.plural}/{{name}}"


def _patch(resource: Resource) -> Json:
    kind = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    return {
        "parameters": _VALIDATION,
        "responses": {"200": {"description": "OK"}},
        "x-kubernetes-action": "patch",
        "x-kubernetes-group-version-kind": kind,
    }
