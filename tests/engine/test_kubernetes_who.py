"""A cluster that people change with kubectl: its audit log says who made each drift."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command import driftguard
from tests.support.kubernetes_server.access import EVERYTHING, User
from tests.support.kubernetes_server.objects import config_map, deployment, secret, service
from tests.support.kubernetes_server.server import KubernetesServer

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on this machine")

Json = dict[str, Any]

JANA, OMAR, MIA = "jana@shop.example", "omar@shop.example", "mia@shop.example"
PIPELINE = "system:serviceaccount:ci:runner"
MANIFESTS = [deployment("front"), service("front"), config_map("settings"), secret("db", password="hunter2")]

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

[[source]]
name = "audit"
kind = "kubernetes_audit"
path = "audit.log"
cluster = "shop"
"""


class Cluster:
    """The fake cluster with its audit log, and people who work on it."""

    def __init__(self, server: KubernetesServer, folder: Path) -> None:
        self._server = server
        self._folder = folder
        server.kubeconfig(folder)
        (folder / "manifests").mkdir()
        (folder / "manifests" / "shop.yaml").write_text(yaml.safe_dump_all(MANIFESTS))
        (folder / "driftguard.toml").write_text(CONFIGURATION)

    def kubectl(self, who: str, *words: str, **environment: str) -> None:
        """Somebody's call of kubectl, which sends no token over plain HTTP: the server takes everybody for them."""
        self._server.api.anonymous = User(who, (EVERYTHING,))
        folder = self._folder
        command = ["kubectl", "--kubeconfig", str(folder / "kubeconfig"), "--cache-dir", str(folder / "cache"), *words]
        own = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(folder), **environment}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=own, check=False)
        assert done.returncode == 0, done.stderr

    def drifts(self) -> dict[str, Json]:
        """What a scan finds, by id."""
        result = driftguard("scan", "--no-record", "--config", self._folder / "driftguard.toml", "--format", "json")
        return {drift["resource"]["id"]: drift for drift in json.loads(result.out)["drifts"]}


@pytest.fixture(params=["Metadata", "Request", "RequestResponse"])
def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cluster]:
    with KubernetesServer() as server:
        server.audit(tmp_path / "audit.log", request.param)
        yield Cluster(server, tmp_path)


def test_each_change_is_of_who_made_it(cluster: Cluster, tmp_path: Path) -> None:
    cluster.kubectl(PIPELINE, "apply", "-f", str(tmp_path / "manifests"))
    assert cluster.drifts() == {}
    cluster.kubectl(JANA, "scale", "deployment/front", "--replicas=7")
    cluster.kubectl(OMAR, "edit", "configmap", "settings", KUBE_EDITOR="sed -i s/info/debug/")
    steps = '[{"op": "replace", "path": "/spec/ports/0/targetPort", "value": 9090}]'
    cluster.kubectl(MIA, "patch", "service", "front", "--type=json", "-p", steps)
    cluster.kubectl(JANA, "patch", "secret", "db", "-p", '{"stringData":{"password":"tr0ub4dor"}}')
    (tmp_path / "by-hand.json").write_text(json.dumps(config_map("by-hand")))
    cluster.kubectl(OMAR, "create", "-f", str(tmp_path / "by-hand.json"))
    cluster.kubectl(PIPELINE, "label", "deployment", "front", "tier=web")
    found = cluster.drifts()
    assert {name: drift["actor"]["principal"] for name, drift in found.items()} == {
        "apps/Deployment/default/front": JANA,
        "/ConfigMap/default/settings": OMAR,
        "/Service/default/front": MIA,
        "/Secret/default/db": JANA,
        "/ConfigMap/default/by-hand": OMAR,
    }
    assert {drift["actor"]["via"] for drift in found.values()} == {"cli"}
    assert "tr0ub4dor" not in json.dumps(found)


def test_who_deleted_what_is_declared(cluster: Cluster, tmp_path: Path) -> None:
    cluster.kubectl(PIPELINE, "apply", "-f", str(tmp_path / "manifests"))
    cluster.kubectl(MIA, "delete", "service", "front")
    [drift] = cluster.drifts().values()
    assert (drift["kind"], drift["actor"]["principal"]) == ("missing", MIA)
