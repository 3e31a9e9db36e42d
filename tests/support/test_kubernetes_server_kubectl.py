"""The fake API server as kubectl meets it."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.kubernetes_server.objects import config_map, deployment, service
from tests.support.kubernetes_server.server import ADMIN, KubernetesServer

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on this machine")

Kubectl = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def server() -> Iterator[KubernetesServer]:
    with KubernetesServer() as running:
        running.api.anonymous = running.api.users[ADMIN]  # kubectl sends no token over plain HTTP
        yield running


@pytest.fixture
def kubectl(server: KubernetesServer, tmp_path: Path) -> Kubectl:
    kubeconfig = server.kubeconfig(tmp_path)

    def run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        command = ["kubectl", "--kubeconfig", str(kubeconfig), "--cache-dir", str(tmp_path / "cache"), *words]
        own = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path), **environment}
        return subprocess.run(command, capture_output=True, text=True, timeout=60, env=own, check=False)

    return run


@pytest.fixture
def manifests(tmp_path: Path) -> str:
    file = tmp_path / "shop.yaml"
    file.write_text(yaml.safe_dump_all([deployment("front"), service("front"), config_map("settings")]))
    return str(file)


def test_apply_creates_then_finds_nothing_to_do(kubectl: Kubectl, manifests: str) -> None:
    assert kubectl("apply", "-f", manifests).stdout.splitlines() == [
        "deployment.apps/front created",
        "service/front created",
        "configmap/settings created",
    ]
    assert [line.split()[-1] for line in kubectl("apply", "-f", manifests).stdout.splitlines()] == ["unchanged"] * 3


def test_changes_by_every_way_that_people_use(kubectl: Kubectl, manifests: str) -> None:
    kubectl("apply", "-f", manifests)
    assert kubectl("scale", "deployment/front", "--replicas=4").returncode == 0
    assert kubectl("set", "image", "deployment/front", "app=registry.example/shop:1.5.0").returncode == 0
    assert kubectl("label", "deployment", "front", "tier=web").returncode == 0
    assert kubectl("edit", "configmap", "settings", KUBE_EDITOR="sed -i s/info/debug/").returncode == 0
    front = json.loads(kubectl("get", "deployment", "front", "-o", "json", "--show-managed-fields").stdout)
    assert front["spec"]["replicas"] == 4
    assert front["spec"]["template"]["spec"]["containers"][0]["image"] == "registry.example/shop:1.5.0"
    assert front["metadata"]["labels"] == {"app": "front", "tier": "web"}
    managers = {(entry["manager"], entry.get("subresource", "")) for entry in front["metadata"]["managedFields"]}
    assert managers >= {("kubectl-client-side-apply", ""), ("kubectl", "scale"), ("kubectl-set", "")}
    level = kubectl("get", "configmap", "settings", "-o", "jsonpath={.data.level}").stdout
    assert level == "debug"


def test_server_side_apply_meets_the_fields_of_others(kubectl: Kubectl, manifests: str) -> None:
    kubectl("apply", "--server-side", "-f", manifests)
    kubectl("scale", "deployment/front", "--replicas=4")
    refused = kubectl("apply", "--server-side", "-f", manifests)
    assert refused.returncode == 1
    assert 'conflict with "kubectl" with subresource "scale"' in refused.stderr
    assert kubectl("apply", "--server-side", "--force-conflicts", "-f", manifests).returncode == 0
    assert kubectl("diff", "-f", manifests).returncode in (0, 1)


def test_lists_tables_and_errors(kubectl: Kubectl, manifests: str) -> None:
    kubectl("apply", "-f", manifests)
    header, row = (line.split() for line in kubectl("get", "configmaps").stdout.splitlines()[:2])
    assert (header, row[:2]) == (["NAME", "DATA", "AGE"], ["settings", "1"])
    assert re.fullmatch(r"\d+s", row[2])
    assert "deployments" in kubectl("api-resources", "-o", "name").stdout
    assert (
        kubectl("get", "deployment", "none").stderr
        == 'Error from server (NotFound): deployments.apps "none" not found\n'
    )
    assert kubectl("delete", "configmap", "settings").stdout == 'configmap "settings" deleted\n'
