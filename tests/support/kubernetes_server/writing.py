"""Writes to one object: create, replace, patch, apply and delete, with what the server adds of its own."""

import copy
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import yaml

from tests.support.kubernetes_server import patches, schema
from tests.support.kubernetes_server.catalog import Resource
from tests.support.kubernetes_server.fields import Fields, Managers, conflict
from tests.support.kubernetes_server.status import StatusError
from tests.support.kubernetes_server.store import Key, Store
from tests.support.kubernetes_server.wire import Request

Json = dict[str, Any]

APPLY = "application/apply-patch+yaml"
_KEPT = ("uid", "creationTimestamp", "generation", "selfLink")


class Writer:
    """One write request. `subresource` is `status`, `scale` or empty."""

    def __init__(self, store: Store, resource: Resource, key: Key, subresource: str, request: Request) -> None:
        self._store = store
        self._resource = resource
        self._key = key
        self._subresource = subresource
        self._request = request
        self._dry = request.query.get("dryRun") == "All"
        self._fields = Fields(resource)
        self.warnings: list[str] = []

    def create(self) -> Json:
        obj = self._body()
        self._check_kind(obj)
        if not obj.get("metadata", {}).get("name"):
            generated = obj.get("metadata", {}).get("generateName")
            if not generated:
                raise self._invalid("metadata.name", "Required value: name or generateName is required", "Required")
            obj["metadata"]["name"] = generated + uuid.uuid4().hex[:5]
        self._key = (*self._key[:3], obj["metadata"]["name"])
        if self._store.get(self._key) is not None:
            name = self._key[3]
            message = f'{self._resource.qualified} "{name}" already exists'
            raise StatusError(409, message, reason="AlreadyExists", details=self.details())
        return self._write(None, obj)

    def replace(self) -> Json:
        live = self.live()
        obj = self._body()
        version = obj.get("metadata", {}).get("resourceVersion")
        if version and version != live["metadata"]["resourceVersion"]:
            message = (
                f'Operation cannot be fulfilled on {self._resource.qualified} "{self._key[3]}": the object has been '
                "modified; please apply your changes to the latest version and try again"
            )
            raise StatusError(409, message, details=self.details())
        return self._write(live, obj)

    def patch(self) -> tuple[Json, bool]:
        """The object, and whether it is new."""
        kind = self._request.content_type
        if kind == APPLY:
            return self._apply()
        live = self.live()
        target = scale_answer(live) if self._subresource == "scale" else live
        if kind == "application/json-patch+json":
            after = patches.json_patch(target, self._body())
        elif kind == "application/merge-patch+json":
            after = patches.merge_patch(target, self._body())
        elif kind == "application/strategic-merge-patch+json" and not self._resource.is_custom:
            after = patches.strategic_patch(self._resource, target, self._body())
        else:
            raise StatusError(415, "415: Unsupported Media Type", details={})
        return self._write(live, after), False

    def delete(self) -> Json:
        live = self.live()
        options = json.loads(self._request.body or b"{}")
        uid = options.get("preconditions", {}).get("uid")
        if uid and uid != live["metadata"]["uid"]:
            message = (
                f'Operation cannot be fulfilled on {self._resource.kind} "{self._key[3]}": the UID in the precondition '
                f"({uid}) does not match the UID in record ({live['metadata']['uid']}). The object might have been "
                "deleted and then recreated"
            )
            details = self.details() | {"kind": self._resource.kind}
            raise StatusError(409, message, details=details)
        if not self._dry:
            self._store.delete(self._key)
        details = self.details() | {"uid": live["metadata"]["uid"]}
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}

    def live(self) -> Json:
        found = self._store.get(self._key)
        if found is None:
            raise StatusError(404, f'{self._resource.qualified} "{self._key[3]}" not found', details=self.details())
        return found

    def details(self) -> Json:
        group = {"group": self._resource.group} if self._resource.group else {}
        return {"name": self._key[3], **group, "kind": self._resource.plural}

    def _apply(self) -> tuple[Json, bool]:
        if not self._request.query.get("fieldManager"):
            message = "fieldManager: Required value: is required for apply patch"
            details = {
                "group": "meta.k8s.io",
                "kind": "PatchOptions",
                "causes": [
                    {
                        "reason": "FieldValueRequired",
                        "message": "Required value: is required for apply patch",
                        "field": "fieldManager",
                    }
                ],
            }
            raise StatusError(422, f'PatchOptions.meta.k8s.io "" is invalid: {message}', details=details)
        try:
            stated = yaml.safe_load(self._request.body)
        except yaml.YAMLError as error:
            message = f"error decoding YAML: error converting YAML to JSON: {error}"
            raise StatusError(400, message) from error
        if "managedFields" in stated.get("metadata", {}):
            raise StatusError(400, "metadata.managedFields must be nil")
        found = self._store.get(self._key)
        live = found or {"metadata": {}}
        managers = Managers(live)
        who = self._who("Apply")
        now = _now()
        merged = self._fields.merged(live, stated)
        gone = managers.apply(who, self._fields.of(stated), now)
        if gone:
            merged = self._fields.without(merged, gone)
        written, removed = self._fields.changed(live, merged)
        taken = managers.conflicts(who, written)
        if taken and self._request.query.get("force") != "true":
            raise conflict(taken)
        managers.take(who, written | removed)
        merged.setdefault("metadata", {})["managedFields"] = managers.listed()
        return self._finish(found, merged), found is None

    def _write(self, live: Json | None, obj: Json) -> Json:
        """An update: what changes belongs to whoever writes."""
        self._prune(obj)
        after = self._limited(live, obj)
        schema.complete(self._resource, after)
        before = live or schema.empty(self._resource)
        reset = "managedFields" in obj.get("metadata", {}) and obj["metadata"]["managedFields"] in ([], [{}])
        managers = Managers({} if reset else live or {})
        # Once somebody has wiped the managers, only an apply starts to keep them again.
        tracked = live is None or bool(live["metadata"].get("managedFields"))
        if tracked and not reset:
            managers.update(self._who("Update"), *self._fields.changed(before, after), _now())
        after["metadata"]["managedFields"] = managers.listed()
        return self._finish(live, after)

    def _limited(self, live: Json | None, obj: Json) -> Json:
        """Only what the path that is written to may change."""
        if self._subresource == "scale" and live is not None:
            after = copy.deepcopy(live)
            after["spec"]["replicas"] = obj["spec"]["replicas"]
            return after
        if self._subresource == "status" and live is not None:
            return {**copy.deepcopy(live), "status": copy.deepcopy(obj.get("status", {}))}
        after = copy.deepcopy(obj)
        if "status" in self._resource.subresources:
            after.pop("status", None)
            if live is not None and "status" in live:
                after["status"] = copy.deepcopy(live["status"])
        return after

    def _finish(self, live: Json | None, obj: Json) -> Json:
        """What only the server says: identity, times, generation, revision."""
        schema.complete(self._resource, obj)
        obj = {"apiVersion": self._resource.api_version, "kind": self._resource.kind} | obj
        metadata = obj.setdefault("metadata", {})
        if not metadata.get("managedFields"):
            metadata.pop("managedFields", None)
        metadata["name"] = self._key[3]
        if self._key[2]:
            metadata["namespace"] = self._key[2]
        if live is None:
            metadata |= {"uid": str(uuid.uuid4()), "creationTimestamp": _now()}
            metadata.pop("resourceVersion", None)
            if self._has_generation(obj):
                metadata["generation"] = 1
        else:
            metadata |= {name: live["metadata"][name] for name in _KEPT if name in live["metadata"]}
            metadata["resourceVersion"] = live["metadata"]["resourceVersion"]
            if self._has_generation(obj) and _counted(obj) != _counted(live):
                metadata["generation"] = live["metadata"].get("generation", 0) + 1
            if obj == live:
                return obj
        return obj if self._dry else self._store.put(self._key, obj)

    def _has_generation(self, obj: Json) -> bool:
        return "spec" in obj and self._resource.kind != "Service"

    def _who(self, operation: str) -> Json:
        agent = self._request.headers.get("user-agent", "unknown").partition("/")[0]
        who = {
            "manager": self._request.query.get("fieldManager") or agent,
            "operation": operation,
            "apiVersion": self._resource.api_version,
        }
        return who | ({"subresource": self._subresource} if self._subresource else {})

    def _body(self) -> Any:
        """The request's object."""
        kind = self._request.content_type
        if self._request.method == "POST" and kind not in ("application/json", "application/yaml"):
            message = (
                "the body of the request was in an unknown format - accepted media types include: "
                "application/json, application/yaml"
            )
            raise StatusError(415, message)
        try:
            return yaml.safe_load(self._request.body) if kind.endswith("yaml") else json.loads(self._request.body)
        except (ValueError, yaml.YAMLError) as error:
            message = (
                f"the object provided is unrecognized (must be of type {self._resource.kind}): couldn't get "
                f"version/kind; json parse error: {error}"
            )
            raise StatusError(400, message) from error

    def _prune(self, obj: Json) -> None:
        unknown = schema.unknown_fields(self._resource, obj)
        mode = self._request.query.get("fieldValidation", "Warn")
        if unknown and mode == "Strict":
            errors = ", ".join(f'unknown field "{field}"' for field in unknown)
            kind, version = self._resource.kind, self._resource.version
            message = f'{kind} in version "{version}" cannot be handled as a {kind}: strict decoding error: {errors}'
            raise StatusError(400, message)
        if mode == "Warn":
            self.warnings += [f'unknown field "{field}"' for field in unknown]

    def _check_kind(self, obj: Json) -> None:
        if obj.get("kind") != self._resource.kind:
            kind, version = obj.get("kind"), str(obj.get("apiVersion")).rpartition("/")[2]
            message = f'{kind} in version "{version}" cannot be handled as a {self._resource.kind}'
            raise StatusError(400, message)

    def _invalid(self, field: str, message: str, reason: str) -> StatusError:
        name = self._key[3]
        text = f'{self._resource.qualified_kind} "{name}" is invalid: {field}: {message}'
        causes = [{"reason": f"FieldValue{reason}", "message": message, "field": field}]
        details = self.details() | {"kind": self._resource.kind, "causes": causes}
        return StatusError(422, text, details=details)


def scale_answer(obj: Json) -> Json:
    """The Scale of an object."""
    metadata = obj["metadata"]
    names = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    labels = obj["spec"].get("selector", {}).get("matchLabels", {})
    selector = {"selector": ",".join(f"{key}={value}" for key, value in labels.items())} if labels else {}
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: metadata[name] for name in names if name in metadata},
        "spec": {"replicas": obj["spec"].get("replicas", 0)},
        "status": {"replicas": obj.get("status", {}).get("replicas", 0), **selector},
    }


def _counted(obj: Json) -> Json:
    """What a change of counts as a new generation."""
    annotations = obj["metadata"].get("annotations") if obj.get("kind") == "Deployment" else None
    return {"annotations": annotations} | {
        key: value for key, value in obj.items() if key not in ("metadata", "status", "apiVersion", "kind")
    }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
