"""The tables about Kubernetes: whole, fitting each other, and open to the user's own."""

from pathlib import Path

import pytest

from engine.compare.kubernetes.defaults import COMPUTED
from engine.errors import ConfigError
from engine.model import ActorKind, Via
from engine.providers import load_knowledge
from engine.providers.kubernetes import load_objects, split_kind


def test_every_fact_is_about_a_field_there_is() -> None:
    tables = load_objects()
    for name, facts in tables.facts.items():
        fields = tables.schema.definitions[name]
        named = {*facts.defaults, *facts.computed, *facts.aliases, *facts.server, *facts.allocated, *facts.ordered}
        assert named | set(facts.injected) | set(facts.keys) | facts.sensitive <= set(fields), name
        assert {rule[1:] for rule in facts.computed.values() if rule[0] == ":"} <= set(COMPUTED)
        assert {rule for rule in facts.computed.values() if rule[0] != ":"} <= set(fields)


def test_every_kind_has_its_definition() -> None:
    tables = load_objects()
    assert set(tables.schema.kinds.values()) <= set(tables.schema.definitions)
    assert {tables.definition(version) for version in tables.older} <= set(tables.schema.definitions)
    for kind in ("apps/v1/Deployment", "v1/Service", "batch/v1/Job", "rbac.authorization.k8s.io/v1/ClusterRole"):
        assert tables.definition(kind)


def test_managers_speak_the_words_of_the_model() -> None:
    for manager in load_objects().managers:
        assert not manager.kind or ActorKind(manager.kind)
        assert Via(manager.via)


def test_merge_keys_are_those_of_the_api() -> None:
    definitions = load_objects().schema.definitions
    assert definitions["core.v1.Container"]["volumeMounts"] == "[mountPath]core.v1.VolumeMount"
    assert definitions["core.v1.Container"]["ports"] == "[containerPort,protocol]core.v1.ContainerPort"
    assert definitions["core.v1.ResourceRequirements"]["limits"] == "{}q"


@pytest.mark.parametrize(
    ("native", "wide"), [("/Namespace", True), ("apps/Deployment", False), ("/Pod", False), ("e.org/W", None)]
)
def test_kinds_without_a_namespace_are_known(native: str, wide: bool | None) -> None:
    assert load_objects().is_cluster_wide(native) is wide


def test_groups_are_told_from_versions() -> None:
    assert split_kind("apps/v1", "Deployment") == ("apps/Deployment", "v1")
    assert split_kind("v1", "Service") == ("/Service", "v1")


def test_tables_of_the_user_are_laid_over(tmp_path: Path) -> None:
    folder = tmp_path / "kubernetes"
    folder.mkdir()
    (folder / "fields.toml").write_text(
        '["core.v1.PodSpec"]\nlike = "core.v1.PodSpec"\ndefaults = {schedulerName = "ours"}\n'
    )
    (folder / "objects.toml").write_text('bookkeeping = ["ours/*"]\n[[hidden]]\nreason = "r"\nkinds = ["e.org/*"]\n')
    tables = load_objects(load_knowledge(tmp_path).extra / "kubernetes")  # type: ignore[operator]
    assert tables.facts["core.v1.PodSpec"].defaults["schedulerName"] == "ours"
    assert "nodeName" in tables.facts["core.v1.PodSpec"].server
    assert tables.bookkeeping[0] == "ours/*"
    assert tables.hidden[0].reason == "r"
    assert len(tables.hidden) > 10


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fields.toml", '["core.v1.PodSpec"]\nnonsense = 1\n'),
        ("objects.toml", "bookkeeping = 3\n"),
        ("managers.toml", "x"),
    ],
)
def test_a_table_that_does_not_fit_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=f"kubernetes/{name}"):
        load_objects(tmp_path)
