"""Records of a Kubernetes audit log as the API server writes them, with what a test says otherwise."""

import itertools
import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]

KUBECTL = "kubectl/v1.31.0 (linux/amd64) kubernetes/9edcffc"
K9S = "k9s/v0.32.5 (linux/amd64) kubernetes/$Format"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0"
CONTROLLERS = "kube-controller-manager/v1.31.0 (linux/amd64) kubernetes/9edcffc"

JANA: Json = {"username": "oidc:jana@shop.example", "groups": ["oidc:engineers", "system:authenticated"]}
OMAR: Json = {"username": "oidc:omar@shop.example", "groups": ["oidc:engineers", "system:authenticated"]}

_numbers = itertools.count(1)


def account(namespace: str, name: str) -> Json:
    """A service account."""
    return {
        "username": f"system:serviceaccount:{namespace}:{name}",
        "groups": ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"],
    }


AUTOSCALER = account("kube-system", "horizontal-pod-autoscaler")


def record(
    verb: str = "patch",
    resource: str = "apps/v1/deployments",
    place: str = "shop/web",
    body: Any = None,
    *,
    user: Json = JANA,
    agent: str = KUBECTL,
    at: str = "2026-03-14T09:00:00.123456Z",
    query: str = "",
    code: int = 200,
    response: Any = None,
    **more: Any,
) -> Json:
    """One finished request: Jana patches the Deployment shop/web with kubectl unless told otherwise.

    `resource` is group, version and resource (`v1/pods/exec` for the core group, with the subresource behind it);
    `place` is `namespace/name`. With a body the level is Request, with an answer as well RequestResponse.
    """
    target = _target(resource, place)
    level = "Metadata" if body is None else "Request" if response is None else "RequestResponse"
    bodies = {"requestObject": body, "responseObject": response}
    return {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": level,
        "auditID": f"00000000-0000-4000-8000-{next(_numbers):012d}",
        "stage": "ResponseComplete",
        "requestURI": _path(target) + (f"?{query}" if query else ""),
        "verb": verb,
        "user": user,
        "sourceIPs": ["198.51.100.7", "10.0.0.1"],
        "userAgent": agent,
        "objectRef": target,
        "responseStatus": {"metadata": {}, "code": code, **({"reason": "Forbidden"} if code == 403 else {})},
        "requestReceivedTimestamp": at,
        "stageTimestamp": at,
        "annotations": {
            "authorization.k8s.io/decision": "forbid" if code == 403 else "allow",
            "authorization.k8s.io/reason": 'RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "edit"',
        },
        **{name: value for name, value in bodies.items() if value is not None},
        **more,
    }


def write_log(file: Path, *records: Json) -> Path:
    """Writes records as the API server does, one a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{json.dumps(item)}\n" for item in records))
    return file


def _target(resource: str, place: str) -> Json:
    parts = resource.split("/")
    group = parts.pop(0) if parts[0] != "v1" else ""
    version, name, *subresource = parts
    namespace, _, object_name = place.rpartition("/")
    given = {
        "resource": name,
        "namespace": namespace,
        "name": object_name,
        "apiGroup": group,
        "apiVersion": version,
        "subresource": "".join(subresource),
    }
    return {key: value for key, value in given.items() if value}


def _path(target: Json) -> str:
    group, version = target.get("apiGroup", ""), target["apiVersion"]
    namespace = target.get("namespace")
    steps = [
        f"/apis/{group}/{version}" if group else f"/api/{version}",
        *(["namespaces", namespace] if namespace else []),
        target["resource"],
        target.get("name", ""),
        target.get("subresource", ""),
    ]
    return "/".join(step for step in steps if step)
