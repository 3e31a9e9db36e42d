"""Field managers' own word, where no event explains a difference."""

from datetime import UTC, datetime

import pytest
from msgspec import structs

from engine.correlate import attribute
from engine.model import ActorKind, Change, Difference, DriftKind, FieldWrite, ResourceRef, Via
from engine.providers import load_knowledge

_KNOWLEDGE = load_knowledge()
_NOW, _THEN = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def _difference(*written: FieldWrite) -> Difference:
    ref = ResourceRef("kubernetes", "apps/v1/Deployment", "apps/Deployment/shop/web")
    return Difference(ref, DriftKind.MODIFIED, (Change("spec.replicas", 3, 9),), written=written)


@pytest.mark.parametrize(
    ("manager", "principal", "kind", "via"),
    [
        ("kubectl-edit", None, ActorKind.HUMAN, Via.CLI),
        ("Mozilla", None, ActorKind.HUMAN, Via.CONSOLE),
        ("kube-controller-manager", "kube-controller-manager", ActorKind.AUTOMATION, Via.CONTROLLER),
        ("argocd-controller", "argocd-controller", ActorKind.AUTOMATION, Via.CONTROLLER),
    ],
)
def test_the_manager_tells_what_kind_of_actor_and_when(
    manager: str, principal: str | None, kind: ActorKind, via: Via
) -> None:
    (found,) = attribute([_difference(FieldWrite("spec.replicas", manager, "Update", _THEN))], [], _NOW, _KNOWLEDGE)
    assert (found.actor.principal, found.actor.kind, found.actor.via) == (principal, kind, via)
    assert found.changed_at == _THEN
    assert found.change is None


AUTOSCALER = "system:serviceaccount:kube-system:horizontal-pod-autoscaler"


def test_the_controller_manager_scales_for_the_autoscaler() -> None:
    scaled = FieldWrite("spec.replicas", "kube-controller-manager", "Update", _THEN, "scale")
    (found,) = attribute([_difference(scaled)], [], _NOW, _KNOWLEDGE)
    assert (found.actor.principal, found.actor.kind, found.changed_at) == (AUTOSCALER, ActorKind.SERVICE, _THEN)


def test_what_an_autoscaler_has_charge_of_is_its_doing_where_nothing_tells_otherwise() -> None:
    applied = FieldWrite("spec.replicas", "kustomize-controller", "Apply", _THEN)
    kept = structs.replace(_difference(applied), keepers={"spec.replicas": AUTOSCALER})
    (found,) = attribute([kept], [], _NOW, _KNOWLEDGE)
    assert (found.actor.principal, found.actor.via, found.changed_at) == (AUTOSCALER, Via.CONTROLLER, None)
    by_hand = structs.replace(kept, written=(FieldWrite("spec.replicas", "k9s", "Update", _THEN),))
    (found,) = attribute([by_hand], [], _NOW, _KNOWLEDGE)
    assert (found.actor.kind, found.changed_at) == (ActorKind.HUMAN, _THEN)
    more = structs.replace(kept, changes=(*kept.changes, Change("spec.paused", False, True)))
    (found,) = attribute([more], [], _NOW, _KNOWLEDGE)
    assert found.actor.principal is None


@pytest.mark.parametrize(
    "write",
    [
        FieldWrite("spec.replicas", "kustomize-controller", "Apply", _THEN),
        FieldWrite("spec.replicas", "kubectl-client-side-apply", "Update", _THEN),
        FieldWrite("spec.replicas", "whoever", "Update", _THEN),
        FieldWrite("spec.replicas", "kubectl-edit", "Update", None),
        FieldWrite("spec.replicas", "kubectl-edit", "Update", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_who_applies_declarations_or_is_not_known_tells_nothing(write: FieldWrite) -> None:
    (found,) = attribute([_difference(write)], [], _NOW, _KNOWLEDGE)
    assert found.changed_at is None
    assert found.actor.kind is ActorKind.UNKNOWN
