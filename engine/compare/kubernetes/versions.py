"""Manifests of an older version of the API, as the server answers them in a newer one."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.compare.kubernetes.values import as_map


def in_version(manifest: Mapping[str, Any], api_version: str) -> Mapping[str, Any]:
    """The manifest in the fields of another version; as it is where both have the same ones, or none is known."""
    declared = str(manifest.get("apiVersion", ""))
    if declared == api_version:
        return manifest
    convert = _CONVERSIONS.get((str(manifest.get("kind", "")), declared, api_version))
    return convert(manifest) if convert else manifest


def _autoscaler(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """autoscaling/v1 has one metric, the share of the requested processor time."""
    spec = dict(as_map(manifest.get("spec")))
    share = spec.pop("targetCPUUtilizationPercentage", None)
    if share is not None:
        target = {"type": "Utilization", "averageUtilization": share}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    return {**manifest, "spec": spec}


def _ingress(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    spec = dict(as_map(manifest.get("spec")))
    if "backend" in spec:
        spec["defaultBackend"] = _backend(spec.pop("backend"))
    if isinstance(spec.get("rules"), list):
        spec["rules"] = [_ingress_rule(rule) for rule in spec["rules"]]
    return {**manifest, "spec": spec}


def _ingress_rule(rule: Any) -> Any:
    paths = as_map(as_map(rule).get("http")).get("paths")
    if not isinstance(paths, list):
        return rule
    turned = [{**path, "backend": _backend(path.get("backend"))} if isinstance(path, dict) else path for path in paths]
    return {**rule, "http": {**rule["http"], "paths": turned}}


def _backend(backend: Any) -> Any:
    if not isinstance(backend, dict) or "serviceName" not in backend:
        return backend
    port = backend.get("servicePort")
    service = {"name": backend["serviceName"], "port": {"number" if isinstance(port, int) else "name": port}}
    return {**{key: value for key, value in backend.items() if not key.startswith("service")}, "service": service}


_CONVERSIONS: dict[tuple[str, str, str], Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    ("HorizontalPodAutoscaler", "autoscaling/v1", "autoscaling/v2"): _autoscaler,
    ("HorizontalPodAutoscaler", "autoscaling/v1", "autoscaling/v2beta2"): _autoscaler,
    ("Ingress", "extensions/v1beta1", "networking.k8s.io/v1"): _ingress,
    ("Ingress", "networking.k8s.io/v1beta1", "networking.k8s.io/v1"): _ingress,
}
