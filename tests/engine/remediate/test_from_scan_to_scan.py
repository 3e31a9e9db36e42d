"""From a scan that finds a drift, by its own recommendation, to a scan that finds it gone."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from dulwich import porcelain
from msgspec import structs

from engine.config import Config, load_config
from engine.model import Action, Drift, Report, plan_of
from engine.pipeline import scan
from engine.remediate import Outcome, Workplace, remedy_for
from tests.support.kubernetes_server.objects import deployment
from tests.support.kubernetes_server.server import KubernetesServer
from tests.support.remedies import commit_all

CONFIG = """
[store]
path = "store"

[[source]]
name = "manifests"
kind = "kubernetes_manifests"
path = "repo"

[[source]]
name = "shop"
kind = "kubernetes"
kubeconfig = "kubeconfig"
qps = 1000.0
"""


FORCED = "kubectl apply --server-side --force-conflicts -f front.yaml"


@pytest.fixture
def server() -> Iterator[KubernetesServer]:
    with KubernetesServer() as running:
        yield running


@pytest.fixture
def config(server: KubernetesServer, tmp_path: Path) -> Config:
    """A deployment whose manifest leaves the namespace to kubectl, and whose image somebody has changed."""
    manifest = deployment("front")
    server.apply(manifest, manager="kubectl")
    server.patch(
        manifest,
        {"spec": {"template": {"spec": {"containers": [{**container_of(manifest), "image": "registry.example/x:9"}]}}}},
    )
    del manifest["metadata"]["namespace"]
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "front.yaml").write_text(f"# The front.\n{yaml.safe_dump(manifest)}")
    commit_all(tmp_path / "repo")
    server.kubeconfig(tmp_path)
    (tmp_path / "driftguard.toml").write_text(CONFIG)
    return load_config(tmp_path / "driftguard.toml")


def container_of(manifest: dict[str, object]) -> dict[str, object]:
    container: dict[str, object] = manifest["spec"]["template"]["spec"]["containers"][0]  # type: ignore[index]
    return container


def scanned(config: Config) -> list[Drift]:
    report: Report = asyncio.run(scan(config))
    return [drift for drift in report.drifts if drift.resource.type == "apps/v1/Deployment"]


def followed(config: Config, drift: Drift, action: Action) -> Outcome:
    """What comes of a recommendation for this action, whether it is one of those that were made or not."""
    advice = structs.replace(drift.recommendations[0], action=action, commands=(FORCED,))
    place = Workplace(
        sources=tuple(source.settings for source in config.sources),
        base=config.base,
        folder=config.base / "kept" / advice.id,
        resolve_secret=config.resolve_secret,
    )
    remedy = remedy_for(plan_of(drift, advice), place)
    return remedy.execute(remedy.prepare(), print)


def test_a_revert_ends_the_drift(config: Config) -> None:
    [drift] = scanned(config)
    assert Action.REVERT in {advice.action for advice in drift.recommendations}
    assert followed(config, drift, Action.REVERT).done
    assert scanned(config) == []


def test_adopting_ends_it_once_the_branch_is_merged(config: Config) -> None:
    [drift] = scanned(config)
    outcome = followed(config, drift, Action.ADOPT)
    assert outcome.done, outcome
    assert [again.id for again in scanned(config)] == [drift.id]
    porcelain.checkout(str(config.base / "repo"), f"driftguard/adopt-{drift.id}")
    assert scanned(config) == []
    assert (config.base / "repo" / "front.yaml").read_text().startswith("# The front.\n")


def test_ignoring_hides_it(config: Config) -> None:
    [drift] = scanned(config)
    assert followed(config, drift, Action.IGNORE).done
    assert config.file is not None
    assert scanned(load_config(config.file)) == []
