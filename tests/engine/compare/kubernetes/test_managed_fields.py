"""Which manager wrote a field, and when."""

from typing import Any

from engine.compare.kubernetes.managed_fields import writer_of, writes
from engine.model import Change


def _entry(manager: str, time: str, fields: dict[str, Any], operation: str = "Update", **more: str) -> dict[str, Any]:
    return {
        "manager": manager,
        "operation": operation,
        "time": time,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
        **more,
    }


_PORTS = {'k:{"containerPort":80,"protocol":"TCP"}': {".": {}, "f:name": {}}}
_APPLIED = {
    "f:replicas": {},
    "f:strategy": {},
    "f:containers": {'k:{"name":"app"}': {"f:image": {}, "f:ports": _PORTS}},
}
_SCALED = {"f:spec": {"f:replicas": {}}}
_EDITED = {"f:metadata": {"f:annotations": {"f:a.b/c": {}}}, "f:spec": {"f:replicas": {}}}
_LIVE = {
    "metadata": {
        "managedFields": [
            _entry("kustomize-controller", "2026-01-01T00:00:00Z", {"f:spec": _APPLIED}, "Apply"),
            _entry("kube-controller-manager", "2026-01-03T00:00:00Z", _SCALED, subresource="scale"),
            _entry("kubectl-edit", "2026-01-02T00:00:00Z", _EDITED),
        ]
    },
    "spec": {"containers": [{"name": "other"}, {"name": "app", "image": "x", "ports": [{"containerPort": 80}]}]},
}


def test_the_last_write_counts() -> None:
    write = writer_of(_LIVE, "spec.replicas")
    assert write is not None
    assert (write.manager, write.subresource, write.at and write.at.day) == ("kube-controller-manager", "scale", 3)


def test_items_are_found_by_their_keys() -> None:
    assert writer_of(_LIVE, "spec.containers[0].image") is None
    image, name = writer_of(_LIVE, "spec.containers[1].image"), writer_of(_LIVE, "spec.containers[1].ports[0].name")
    assert image is not None
    assert image.manager == "kustomize-controller"
    assert name is not None


def test_a_value_owned_as_a_whole_is_owned_in_its_parts() -> None:
    write = writer_of(_LIVE, "spec.strategy.rollingUpdate.maxSurge")
    assert write is not None
    assert write.operation == "Apply"


def test_names_with_dots() -> None:
    write = writer_of(_LIVE, 'metadata.annotations["a.b/c"]')
    assert write is not None
    assert write.manager == "kubectl-edit"


def test_places_are_those_of_the_declaration() -> None:
    declared = {"spec": {"containers": [{"name": "app", "image": "y"}]}}
    found = writes(declared, _LIVE, [Change("spec.containers[0].image", "y", "x"), Change("spec.paused", None, True)])
    assert [write.path for write in found] == ["spec.containers[0].image"]


def test_objects_without_or_with_damaged_notes_tell_nothing() -> None:
    assert writer_of({"metadata": {}}, "spec.replicas") is None
    assert (
        writer_of({"metadata": {"managedFields": [{"fieldsV1": "x"}, 3, {"fieldsV1": {"f:spec": {}}}]}}, "spec")
        is not None
    )
    assert writes({}, None, [Change("a", 1, 2)]) == ()
