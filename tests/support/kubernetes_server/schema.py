"""What the fake server knows of the shape of objects: which lists are keyed by what, what is one value, what is
filled in. Far from all that a real one knows: enough for what the tests put into it.
"""

import base64
import copy
from collections.abc import Callable, Mapping
from typing import Any

from tests.support.kubernetes_server.catalog import Resource

Json = dict[str, Any]
Path = tuple[str, ...]

#: Fields of items that tell them apart, by the name of the list; `ports` of a Service are another matter.
_KEYS: dict[str, tuple[str, ...]] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
    "ports": ("containerPort", "protocol"),
    "imagePullSecrets": ("name",),
    "conditions": ("type",),
    "webhooks": ("name",),
    "ownerReferences": ("uid",),
}
#: Where a patch merges by fewer fields than an apply does.
_PATCH_KEYS = {"ports": "containerPort"}
_KEY_DEFAULTS = {"protocol": "TCP"}
#: Maps that are one value: whoever sets one field sets all of them.
_ATOMIC = frozenset({"selector", "nodeSelector", "fieldRef", "secretKeyRef", "configMapKeyRef", "resourceFieldRef"})
#: Lists without keys that are sets.
_SETS = frozenset({"finalizers"})


def keys_of(resource: Resource, path: Path) -> tuple[str, ...]:
    """The fields by which the items of a list are told apart; none when the list is one value."""
    if resource.is_custom and path[0] != "metadata":
        return ()
    if resource.kind == "Service" and path[-1] == "ports":
        return ("port", "protocol")
    return _KEYS.get(path[-1], ())


def patch_key_of(resource: Resource, path: Path) -> str | None:
    """The field by which a strategic merge patch pairs the items of a list."""
    keys = keys_of(resource, path)
    if not keys:
        return None
    return "port" if resource.kind == "Service" and path[-1] == "ports" else _PATCH_KEYS.get(path[-1], keys[0])


def key_value(item: Json, field: str) -> Any:
    """A key field's value, with its default where the item leaves it out."""
    return item.get(field, _KEY_DEFAULTS.get(field))


def is_set(path: Path) -> bool:
    return path[-1] in _SETS


def is_atomic(resource: Resource, path: Path) -> bool:
    return not resource.is_custom and path[-1] in _ATOMIC and path[0] != "metadata"


def empty(resource: Resource) -> Json:
    """What a new object holds before anything is said: fields of it are never news to the field managers."""
    if resource.is_custom:
        return {"metadata": {}}
    bare: Json = {"metadata": {}, "spec": {}, "status": {}}
    if resource.group == "apps":
        template = {"metadata": {}, "spec": {"containers": None}}
        bare["spec"] = {"selector": None, "strategy": {}, "updateStrategy": {}, "template": template}
    return bare


_POD_SPEC: Json = {
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "securityContext": {},
    "schedulerName": "default-scheduler",
}
_CONTAINER: Json = {
    "resources": {},
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}
_DEPLOYMENT: Json = {
    "replicas": 1,
    "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
    "revisionHistoryLimit": 10,
    "progressDeadlineSeconds": 600,
}
_SERVICE: Json = {"type": "ClusterIP", "sessionAffinity": "None"}


def complete(resource: Resource, obj: Json) -> None:
    """Fills in defaults and writes quantities the server's way, in place."""
    fill = _COMPLETED.get((resource.group, resource.kind))
    if fill is not None and isinstance(obj.get("spec"), dict):
        fill(obj["spec"])
        obj.setdefault("status", {})
    if resource.schema is not None:
        _custom(resource.schema, obj)
    if resource.kind == "Secret" and "stringData" in obj:
        _seal(obj)


def unknown_fields(resource: Resource, obj: Json) -> list[str]:
    """Fields of a custom resource that its schema does not have, as dotted paths."""
    if resource.schema is None:
        return []
    return [
        f"{top}.{name}"
        for top, schema in resource.schema.get("properties", {}).items()
        if "properties" in schema and isinstance(obj.get(top), dict)
        for name in obj[top]
        if name not in schema["properties"]
    ]


def _custom(schema: Json, value: Json) -> None:
    """Defaults and pruning, as the schema of a custom resource says."""
    properties = schema.get("properties", {})
    for name, below in properties.items():
        if name not in value and "default" in below:
            value[name] = copy.deepcopy(below["default"])
        if isinstance(value.get(name), dict) and "properties" in below:
            _custom(below, value[name])
            for unknown in [key for key in value[name] if key not in below["properties"]]:
                del value[name][unknown]


def _workload(defaults: Mapping[str, Any]) -> Callable[[Json], None]:
    def fill(spec: Json) -> None:
        _default(spec, defaults)
        template = spec.get("template")
        if isinstance(template, dict):
            template.setdefault("metadata", {}).setdefault("creationTimestamp", None)
            _pod(template.setdefault("spec", {}))

    return fill


def _pod(spec: Json) -> None:
    _default(spec, _POD_SPEC)
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        _default(container, _CONTAINER)
        latest = ":" not in container.get("image", "").rpartition("/")[2] or container["image"].endswith(":latest")
        container.setdefault("imagePullPolicy", "Always" if latest else "IfNotPresent")
        for port in container.get("ports") or ():
            port.setdefault("protocol", "TCP")
        for amounts in container["resources"].values():
            amounts.update({name: _quantity(str(amount)) for name, amount in amounts.items()})


def _service(spec: Json) -> None:
    _default(spec, _SERVICE)
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
        port.setdefault("targetPort", port.get("port"))


def _default(value: Json, defaults: Mapping[str, Any]) -> None:
    for name, default in defaults.items():
        if value.get(name) is None or (value[name] == {} and default):
            value[name] = copy.deepcopy(default)


def _quantity(text: str) -> str:
    """`1000m` is `1`, `1024Mi` is `1Gi`; what does not come out even stays."""
    for small, large, factor in (("m", "", 1000), ("Ki", "Mi", 1024), ("Mi", "Gi", 1024)):
        number = text.removesuffix(small)
        if number != text and number.isdigit() and int(number) % factor == 0:
            return _quantity(f"{int(number) // factor}{large}")
    return text


def _seal(obj: Json) -> None:
    given = obj.pop("stringData")
    obj["data"] = obj.get("data", {}) | {
        name: base64.b64encode(str(value).encode()).decode() for name, value in given.items()
    }


_COMPLETED: dict[tuple[str, str], Callable[[Json], None]] = {
    ("apps", "Deployment"): _workload(_DEPLOYMENT),
    ("apps", "StatefulSet"): _workload({"replicas": 1, "revisionHistoryLimit": 10}),
    ("apps", "DaemonSet"): _workload({"revisionHistoryLimit": 10}),
    ("", "Pod"): _pod,
    ("", "Service"): _service,
}
