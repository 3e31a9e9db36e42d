"""The commands for Kubernetes, as a real kubectl runs them."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from engine.model import (
    Actor,
    Category,
    Cause,
    Change,
    Dimensions,
    Drift,
    DriftKind,
    Level,
    ResourceRef,
    Risk,
    Severity,
)
from engine.recommend.commands import build_commands
from tests.support.kubernetes_server.objects import deployment
from tests.support.kubernetes_server.server import ADMIN, KubernetesServer

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on this machine")

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
CAUSE = Cause(Category.MANUAL_TROUBLESHOOTING, 0.2, (0.0, 1.0), dict.fromkeys(Category, 0.2), "test@1")
DEPLOYMENT = ResourceRef("kubernetes", "apps/v1/Deployment", "apps/Deployment/default/front", "shop", "", "front")
FRONT = Drift(
    id="d1", resource=DEPLOYMENT,
    kind=DriftKind.MODIFIED, changes=(Change("spec.replicas", 2, 4),), changed_at=None, detected_at=NOON,
    actor=Actor(), cause=CAUSE, severity=Severity(Level.LOW, 0, Dimensions()), risk=Risk(0.1),
)  # fmt: skip

Shell = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell in a folder with `front.yaml`, with access to a cluster."""
    with KubernetesServer() as server:
        server.api.anonymous = server.api.users[ADMIN]
        (tmp_path / "front.yaml").write_text(yaml.safe_dump(deployment("front")))
        own = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path)}
        own["KUBECONFIG"] = str(server.kubeconfig(tmp_path))

        def run(command: str) -> "subprocess.CompletedProcess[str]":
            return subprocess.run(
                ["/bin/sh", "-c", command],
                capture_output=True,
                text=True,
                timeout=60,
                env=own,
                cwd=tmp_path,
                check=False,
            )

        yield run


def test_a_revert_shows_what_it_would_do_and_then_does_it(shell: Shell) -> None:
    shell("kubectl apply -f front.yaml")
    shell("kubectl scale deployment/front --replicas=4")
    look, apply = build_commands(FRONT, ["revert"], "front.yaml")

    shown = shell(look)
    assert shown.returncode == 1  # kubectl's word for "there are differences"
    assert "-  replicas: 4" in shown.stdout
    assert shell(apply).returncode == 0
    assert shell("kubectl get deployment front -o jsonpath={.spec.replicas}").stdout == "2"
    assert shell(look).returncode == 0


def test_an_object_is_looked_at_and_written_down(shell: Shell, tmp_path: Path) -> None:
    shell("kubectl apply -f front.yaml")

    for command in build_commands(FRONT, ["read", "adopt", "show", "list", "import"]):
        assert shell(command).stderr == ""
    assert yaml.safe_load((tmp_path / "default-front-deployment.yaml").read_text())["metadata"]["name"] == "front"
