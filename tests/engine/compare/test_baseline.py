"""What nobody declared, held against what was accepted of it."""

from typing import Any

import pytest

from engine.compare.baseline import Baseline, acceptable, moved
from engine.model import Accepted, Against, Declared, ResourceRef

REF = ResourceRef("kubernetes", "v1/Service", "/Service/shop/web", "prod")


def declare(**attributes: Any) -> Declared:
    return Declared(REF, attributes, "manifests")


@pytest.mark.parametrize(
    ("accepted", "now", "told"),
    [
        ({"spec.type": "ClusterIP"}, {"spec.type": "ClusterIP"}, []),
        ({"spec.type": "ClusterIP"}, {"spec.type": "NodePort"}, [("spec.type", "ClusterIP", "NodePort")]),
        ({}, {"spec.type": "NodePort"}, [("spec.type", None, "NodePort")]),
        ({"spec.type": "NodePort"}, {}, [("spec.type", "NodePort", None)]),
    ],
)
def test_what_moved_is_told_with_both_values(
    accepted: dict[str, Any], now: dict[str, Any], told: list[tuple[str, Any, Any]]
) -> None:
    found = list(moved(Accepted(REF, accepted), declare(), now))
    assert [(change.path, change.declared, change.actual) for change in found] == told
    assert all(change.against is Against.BASELINE for change in found)


@pytest.mark.parametrize(
    ("path", "attributes"),
    [
        ("spec.type", {"spec": {"type": "NodePort"}}),
        ("spec", {"spec": {"type": "NodePort"}}),
        ('metadata.annotations["example.com/team"]', {"metadata": {"annotations": {"example.com/team": "shop"}}}),
        ("spec.ports[0].port", {"spec": {"ports": [{"port": 80}]}}),
    ],
)
def test_what_is_declared_by_now_is_no_longer_the_baselines(path: str, attributes: dict[str, Any]) -> None:
    assert list(moved(Accepted(REF, {path: "before"}), declare(**attributes), {})) == []


def test_what_holds_a_secret_is_not_accepted() -> None:
    now = {
        "spec.type": "NodePort",
        "data.password": "hunter2",
        "data.token": "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    }
    assert acceptable(declare(), now) == {"spec.type": "NodePort"}


def test_a_resource_is_found_by_its_id_within_its_scope() -> None:
    accepted = Accepted(REF, {})
    elsewhere = ResourceRef("kubernetes", "v1/Service", "/Service/shop/web", "staging")
    assert Baseline([accepted]).of(REF) is accepted
    assert Baseline([accepted]).of(elsewhere) is None
