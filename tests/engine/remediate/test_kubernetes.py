"""Kubernetes, the real client over loopback: a dry run first, then applied in our name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec import structs

from engine.collectors.actual.kubernetes_settings import Settings as ClusterSettings
from engine.collectors.declared.kubernetes_manifests import Settings as ManifestSettings
from engine.errors import RemedyError
from engine.model import Action, DriftKind, Plan, ResourceRef
from engine.remediate import Remedy, Workplace, remedy_for
from tests.support.kubernetes_server.access import Rule
from tests.support.kubernetes_server.objects import config_map, deployment, secret
from tests.support.kubernetes_server.server import KubernetesServer
from tests.support.remedies import interrupt

Json = dict[str, Any]


@pytest.fixture
def server() -> Iterator[KubernetesServer]:
    with KubernetesServer() as running:
        yield running


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.collectors.actual.kubernetes_live_cluster._FIRST_PAUSE", 0.01)


def workplace(server: KubernetesServer, folder: Path, *manifests: Json, token: str = "admin-token") -> Workplace:
    (folder / "manifests").mkdir(exist_ok=True)
    (folder / "manifests" / "all.yaml").write_text(yaml.safe_dump_all(manifests))
    kubeconfig = str(server.kubeconfig(folder, token))
    sources = (
        ManifestSettings(name="manifests", kind="kubernetes_manifests", path="manifests", base=folder),
        ClusterSettings(name="shop", kind="kubernetes", kubeconfig=kubeconfig, qps=1000.0),
    )
    return Workplace(sources=sources, base=folder, folder=folder / "kept")


def plan_for(manifest: Json, kind: DriftKind = DriftKind.MODIFIED, *, force: bool = True) -> Plan:
    group = manifest["apiVersion"].rpartition("/")[0]
    identity = f"{group}/{manifest['kind']}/default/{manifest['metadata']['name']}"
    ref = ResourceRef("kubernetes", f"{manifest['apiVersion']}/{manifest['kind']}", identity, "shop")
    command = f"kubectl apply --server-side{' --force-conflicts' if force else ''} -f all.yaml"
    return Plan(
        drift_id="d1",
        resource=ref,
        kind=kind,
        recommendation_id="r1",
        action=Action.REVERT,
        title="Revert it",
        commands=(command,),
    )


def scaled(server: KubernetesServer) -> Json:
    """A deployment of which somebody has changed the replicas by hand."""
    manifest = deployment("front", replicas=2)
    server.apply(manifest)
    server.patch(manifest, {"spec": {"replicas": 7}})
    return manifest


def live(server: KubernetesServer, manifest: Json) -> Json:
    return server.send("GET", server.path(manifest))


def writes(server: KubernetesServer) -> list[str]:
    return [request.method for request in server.requests if request.method != "GET" and "dryRun" not in request.query]


def test_a_dry_run_is_shown_and_then_applied_in_our_name(server: KubernetesServer, tmp_path: Path) -> None:
    manifest = scaled(server)
    remedy = remedy_for(plan_for(manifest), workplace(server, tmp_path, manifest))
    prepared = remedy.prepare()
    assert prepared.summary == (
        "apply Deployment default/front of manifests/all.yaml to shop, taking .spec.replicas from kubectl-edit"
    )
    assert [line for line in prepared.shown.splitlines()[3:] if line[0] in "+-"] == ["-  replicas: 7", "+  replicas: 2"]
    assert live(server, manifest)["spec"]["replicas"] == 7
    assert writes(server) == []

    assert remedy.execute(prepared, print).done
    front = live(server, manifest)
    assert front["spec"]["replicas"] == 2
    assert "driftguard" in {entry["manager"] for entry in front["metadata"]["managedFields"]}
    assert remedy.execute(prepared, print).done
    assert writes(server) == ["PATCH"]


def test_what_is_missing_is_made(server: KubernetesServer, tmp_path: Path) -> None:
    manifest = config_map("levels")
    remedy = remedy_for(plan_for(manifest, DriftKind.MISSING), workplace(server, tmp_path, manifest))
    prepared = remedy.prepare()
    assert "+kind: ConfigMap" in prepared.shown
    assert remedy.execute(prepared, print).done
    assert live(server, manifest)["data"] == {"level": "info"}


def test_fields_of_others_are_not_taken_unless_the_plan_says_so(server: KubernetesServer, tmp_path: Path) -> None:
    manifest = scaled(server)
    remedy = remedy_for(plan_for(manifest, force=False), workplace(server, tmp_path, manifest))
    with pytest.raises(RemedyError, match=r"would take \.spec\.replicas from kubectl-edit"):
        remedy.prepare()
    assert writes(server) == []


@pytest.mark.parametrize("moved", ["declared", "live"])
def test_a_world_that_changed_since_is_refused(server: KubernetesServer, tmp_path: Path, moved: str) -> None:
    manifest = scaled(server)
    place = workplace(server, tmp_path, manifest)
    prepared = remedy_for(plan_for(manifest), place).prepare()
    if moved == "declared":
        place = workplace(server, tmp_path, deployment("front", replicas=3))
    else:
        server.patch(manifest, {"spec": {"replicas": 9}})
    with pytest.raises(RemedyError, match="has changed since this was prepared"):
        remedy_for(plan_for(manifest), place).execute(prepared, print)
    assert writes(server) == []


def test_status_moves_by_itself_and_is_no_change_of_the_world(server: KubernetesServer, tmp_path: Path) -> None:
    manifest = scaled(server)
    remedy = remedy_for(plan_for(manifest), workplace(server, tmp_path, manifest))
    prepared = remedy.prepare()
    server.patch(manifest, {"status": {"readyReplicas": 3}}, manager="kubelet", subresource="status")
    assert remedy.execute(prepared, print).done


def test_no_secret_is_shown(server: KubernetesServer, tmp_path: Path) -> None:
    server.apply(secret("login", password="hush-old-71"))
    manifest = secret("login", password="hush-new-72")
    remedy = remedy_for(plan_for(manifest), workplace(server, tmp_path, manifest))
    prepared = remedy.prepare()
    assert "hush" not in repr(prepared)
    assert prepared.shown == "Only values change that are secret and not shown."
    said: list[str] = []
    outcome = remedy.execute(prepared, said.append)
    assert outcome.done
    assert "hush" not in repr((said, outcome))


def test_who_may_not_write_is_told_what_is_lacking(server: KubernetesServer, tmp_path: Path) -> None:
    manifest = scaled(server)
    server.allow("reader", "reader", Rule(("get", "list"), ("*",), ("*",)))
    place = workplace(server, tmp_path, manifest, token="reader")
    with pytest.raises(RemedyError, match="403 Forbidden; grant the verb patch"):
        remedy_for(plan_for(manifest), place).prepare()


def test_what_was_interrupted_is_looked_at_and_not_done_again(server: KubernetesServer, tmp_path: Path) -> None:
    manifest = scaled(server)
    place = workplace(server, tmp_path, manifest)
    prepared = remedy_for(plan_for(manifest), place).prepare()
    interrupt(place.folder, prepared)
    before = remedy_for(plan_for(manifest), place).execute(prepared, print)
    assert (before.done, writes(server)) == (False, [])
    server.apply(manifest, manager="driftguard")
    assert remedy_for(plan_for(manifest), place).execute(prepared, print).done


def test_a_server_that_fails_meanwhile_is_an_outcome(server: KubernetesServer, tmp_path: Path) -> None:
    manifest = scaled(server)
    remedy = remedy_for(plan_for(manifest), workplace(server, tmp_path, manifest))
    prepared = remedy.prepare()

    def fail(line: str) -> None:
        server.forbid("admin-token")

    outcome = remedy.execute(prepared, fail)
    assert not outcome.done
    assert "does not accept the credentials" in outcome.said
    assert outcome.left


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"sources": ()}, "no manifest of this estate declares apps/Deployment/default/front"),
        ({"sources": "manifests"}, "no source reaches the cluster shop"),
    ],
    ids=["manifest", "cluster"],
)
def test_what_no_source_tells_is_told(
    server: KubernetesServer, tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    manifest = scaled(server)
    place = workplace(server, tmp_path, manifest)
    sources = place.sources[:1] if change["sources"] else ()
    remedy: Remedy = remedy_for(plan_for(manifest), structs.replace(place, sources=sources))
    with pytest.raises(RemedyError, match=why):
        remedy.prepare()
