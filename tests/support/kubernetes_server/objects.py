"""Objects for tests: small manifests, and one of every kind that a server serves."""

from typing import Any

from tests.support.kubernetes_server.server import KubernetesServer

Json = dict[str, Any]


def config_map(name: str, namespace: str = "default", **data: str) -> Json:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data or {"level": "info"}}


def secret(name: str, **data: str) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": "default"},
        "type": "Opaque",
        "stringData": data,
    }


def deployment(name: str, replicas: int = 2, image: str = "registry.example/shop:1.4.2", cpu: str = "500m") -> Json:
    container = {
        "name": "app",
        "image": image,
        "ports": [{"containerPort": 8080}],
        "resources": {"limits": {"cpu": cpu, "memory": "256Mi"}},
    }
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default", "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def service(name: str, port: int = 80) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"app": name}, "ports": [{"name": "http", "port": port, "targetPort": 8080}]},
    }


def custom_definition() -> Json:
    """Defines Widget in the group shop.example.org."""
    properties = {"color": {"type": "string"}, "size": {"type": "integer", "default": 3}}
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": properties}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.shop.example.org"},
        "spec": {
            "group": "shop.example.org",
            "scope": "Namespaced",
            "names": {"kind": "Widget", "plural": "widgets"},
            "versions": [version],
        },
    }


def of_every_kind(server: KubernetesServer) -> None:
    """Makes one object of every kind that can be made."""
    server.apply(custom_definition())
    for resource in list(server.api.catalog):
        if {"list", "patch"} <= set(resource.verbs) and resource.kind != "CustomResourceDefinition":
            metadata = {"name": "one", "namespace": "default"} if resource.namespaced else {"name": "one"}
            server.apply({"apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata})
