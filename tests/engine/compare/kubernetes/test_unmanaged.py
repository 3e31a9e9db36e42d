"""Undeclared objects: what a cluster makes by itself is no news."""

from typing import Any

import pytest

from engine.compare.estate import Estate
from engine.compare.kubernetes.unmanaged import KubernetesStrays
from engine.compare.unmanaged import Stray
from tests.support.kubernetes_cases import KNOWLEDGE, observed


def _look(api_version: str, kind: str, name: str, namespace: str = "shop", **more: Any) -> Stray | None:
    metadata = {"name": name, "namespace": namespace, "labels": {"team": "a"}, **more.pop("metadata", {})}
    estate = Estate(KNOWLEDGE)
    estate.add(observed({"apiVersion": api_version, "kind": kind, "metadata": metadata, **more}))
    return KubernetesStrays(KNOWLEDGE).look(estate.all[0])


_OWNED = {"ownerReferences": [{"kind": "Deployment", "name": "d", "controller": True}]}


@pytest.mark.parametrize(
    "stray",
    [
        _look("apps/v1", "ReplicaSet", "d-1", metadata=_OWNED),
        _look("v1", "Pod", "d-1-x", metadata=_OWNED),
        _look("v1", "ConfigMap", "kube-root-ca.crt"),
        _look("v1", "ServiceAccount", "default"),
        _look("v1", "Secret", "t", type="kubernetes.io/service-account-token"),
        _look("v1", "Secret", "sh.helm.release.v1.x.v1", type="helm.sh/release.v1"),
        _look("v1", "ConfigMap", "anything", "kube-system"),
        _look("v1", "Namespace", "kube-system", ""),
        _look("rbac.authorization.k8s.io/v1", "ClusterRole", "system:node", ""),
        _look("rbac.authorization.k8s.io/v1", "ClusterRole", "edit", ""),
        _look("v1", "Endpoints", "s"),
        _look("discovery.k8s.io/v1", "EndpointSlice", "s-1"),
        _look("coordination.k8s.io/v1", "Lease", "l"),
        _look("v1", "Event", "e"),
        _look("v1", "Service", "kubernetes", "default"),
    ],
)
def test_is_hidden_with_a_reason(stray: Stray | None) -> None:
    assert stray is not None
    assert stray.hidden


@pytest.mark.parametrize(
    "stray",
    [
        _look("apps/v1", "Deployment", "clone"),
        _look("v1", "Pod", "debug"),
        _look("apps/v1", "ReplicaSet", "by-hand"),
        _look("v1", "Secret", "mine", type="Opaque"),
        _look("rbac.authorization.k8s.io/v1", "ClusterRole", "own", ""),
        _look("e.org/v1", "Widget", "w"),
    ],
)
def test_is_reported(stray: Stray | None) -> None:
    assert stray is not None
    assert stray.hidden == ""
    assert stray.tags == {"team": "a"}


def test_is_named_as_it_would_be_declared() -> None:
    stray = _look("apps/v1", "Deployment", "clone")
    assert stray is not None
    assert (stray.ref.type, stray.ref.id, stray.ref.scope) == (
        "apps/v1/Deployment",
        "apps/Deployment/shop/clone",
        "prod",
    )
