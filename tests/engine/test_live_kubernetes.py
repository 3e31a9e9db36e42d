"""The promise of the live source: of a cluster, exactly what was changed is reported."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command import driftguard
from tests.support.kubernetes_server.access import Rule
from tests.support.kubernetes_server.objects import config_map, custom_definition, deployment, secret, service
from tests.support.kubernetes_server.server import KubernetesServer
from tests.support.report_schema import validate_report

Json = dict[str, Any]

CONFIGURATION = """
[estate]
name = "shop-prod"

[[source]]
name = "manifests"
kind = "kubernetes_manifests"
path = "manifests"

[[source]]
name = "cluster"
kind = "kubernetes"
kubeconfig = "kubeconfig"
qps = 1000.0
{more}
"""

FRONT = deployment("front", cpu="1000m")
WIDGET: Json = {
    "apiVersion": "shop.example.org/v1",
    "kind": "Widget",
    "metadata": {"name": "w", "namespace": "default"},
    "spec": {"color": "red"},
}
MANIFESTS = [
    custom_definition(),
    FRONT,
    service("front"),
    config_map("settings"),
    secret("db", password="hunter2"),
    WIDGET,
]


class Cluster:
    """The fake cluster, the manifests that it was made from, and `driftguard scan` of one against the other."""

    def __init__(self, server: KubernetesServer, folder: Path) -> None:
        self.server = server
        self._folder = folder
        (folder / "manifests").mkdir()
        (folder / "manifests" / "shop.yaml").write_text(yaml.safe_dump_all(MANIFESTS))
        for manifest in MANIFESTS:
            server.apply(manifest)

    def scan(self, more: str = "", token: str = "admin-token") -> Json:
        self.server.kubeconfig(self._folder, token)
        configuration = self._folder / "driftguard.toml"
        configuration.write_text(CONFIGURATION.format(more=more))
        result = driftguard("scan", "--no-record", "--config", configuration, "--format", "json")
        return validate_report(result.out)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with KubernetesServer() as server:
        yield Cluster(server, tmp_path)


def told(report: Json) -> dict[str, list[str]]:
    """Each drift as its id and the paths that changed; what has no changes says what kind it is."""
    return {
        drift["resource"]["id"]: [change["path"] for change in drift["changes"]] or [drift["kind"]]
        for drift in report["drifts"]
    }


@pytest.mark.parametrize("more", ["", "dry_run = true"])
def test_a_cluster_as_its_manifests_say_is_in_sync(cluster: Cluster, more: str) -> None:
    report = cluster.scan(more)
    assert told(report) == {}
    assert report["summary"]["in_sync"] == len(MANIFESTS)
    assert [source["status"] for source in report["scan"]["sources"]] == ["ok", "ok"]


#: What somebody does to the cluster, and how it must be told.
CHANGES: dict[str, tuple[Callable[[KubernetesServer], Any], dict[str, list[str]]]] = {
    "scaled": (
        lambda server: server.patch(FRONT, {"spec": {"replicas": 7}}, "kubectl", "scale"),
        {"apps/Deployment/default/front": ["spec.replicas"]},
    ),
    "a value edited": (
        lambda server: server.patch(config_map("settings"), {"data": {"level": "debug"}}),
        {"/ConfigMap/default/settings": ["data.level"]},
    ),
    "a custom resource edited": (
        lambda server: server.patch(WIDGET, {"spec": {"color": "blue"}}),
        {"shop.example.org/Widget/default/w": ["spec.color"]},
    ),
    "deleted": (
        lambda server: server.delete(service("front")),
        {"/Service/default/front": ["missing"]},
    ),
    "made by hand": (
        lambda server: server.apply(config_map("by-hand"), "kubectl-create"),
        {"/ConfigMap/default/by-hand": ["unmanaged"]},
    ),
}


@pytest.mark.parametrize("more", ["", "dry_run = true"], ids=["by fields", "by dry run"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_and_nothing_else(cluster: Cluster, name: str, more: str) -> None:
    change, expected = CHANGES[name]
    change(cluster.server)
    assert told(cluster.scan(more)) == expected


def test_a_secret_is_never_shown(cluster: Cluster) -> None:
    cluster.server.apply(secret("db", password="changed-in-a-hurry"))
    for more in ("", "dry_run = true"):
        report = cluster.scan(more)
        assert list(told(report)) == ["/Secret/default/db"]
        assert all(change["sensitive"] for change in report["drifts"][0]["changes"])
        text = json.dumps(report)
        assert "hunter2" not in text
        assert "changed-in-a-hurry" not in text


def test_what_may_not_be_listed_is_not_compared_and_never_missing(cluster: Cluster) -> None:
    cluster.server.allow("reader", "reader", Rule(("list",), ("", "apiextensions.k8s.io"), ("*",)))
    report = cluster.scan(token="reader")
    assert told(report) == {}
    assert report["summary"]["not_compared"] == 2
    source = report["scan"]["sources"][1]
    assert source["status"] == "partial"
    assert "grant the verb list" in source["error"]
