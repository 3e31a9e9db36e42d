"""Manifests against live objects: three ways, owners, versions, what a dry run says; whatever the order."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compare import compare
from engine.compare.estate import Estate
from engine.compare.kubernetes.objects import Objects
from engine.model import Coverage, Declared, DriftKind
from tests.support.kubernetes_cases import KNOWLEDGE, Case, cases, compared, declared, observed

_LAST = "kubectl.kubernetes.io/last-applied-configuration"


def _config_map(data: dict[str, str], applied: dict[str, str] | None = None, **labels: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "c", "namespace": "shop", "labels": labels},
        "data": data,
    }
    if applied is not None:
        before = json.dumps({**body, "data": applied})
        body = {**body, "metadata": {**body["metadata"], "annotations": {_LAST: before}}}
    return body


def test_a_field_that_left_the_manifest_and_still_lives_is_drift() -> None:
    changes, silent = compared(_config_map({"a": "1"}), _config_map({"a": "1", "b": "2"}, applied={"a": "1", "b": "2"}))
    assert [(change.path, change.declared, change.actual) for change in changes] == [("data.b", None, "2")]
    assert "data.a" not in silent


def test_contents_are_declared_as_a_whole() -> None:
    changes, silent = compared(_config_map({"a": "1"}), _config_map({"a": "1", "b": "2"}, applied={"a": "1"}))
    assert [(change.path, change.declared, change.actual) for change in changes] == [("data.b", None, "2")]
    assert silent == {}


def test_contents_that_the_manifest_leaves_to_others_are_undeclared() -> None:
    manifest = _config_map({})
    del manifest["data"]
    assert compared(manifest, _config_map({"ca.crt": "x"})) == ([], {'data["ca.crt"]': "x"})


def test_a_field_that_was_never_applied_is_undeclared() -> None:
    manifest = _deployment(replicas=1)
    changes, silent = compared(manifest, _deployment(replicas=1, paused=True))
    assert (changes, silent) == ([], {"spec.paused": True})


def test_a_damaged_last_applied_note_is_left_aside() -> None:
    live = _config_map({"a": "1"})
    live["metadata"]["annotations"] = {_LAST: "{"}
    assert compared(_config_map({"a": "1"}), live) == ([], {})


def test_labels_of_deploying_tools_are_no_news_and_those_of_people_are() -> None:
    manifest = _config_map({"a": "1"}, team="a")
    live = _config_map({"a": "1"}, team="a", **{"app.kubernetes.io/managed-by": "Helm", "by": "hand"})
    assert compared(manifest, live) == ([], {"metadata.labels.by": "hand"})


def _deployment(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"matchLabels": {"a": "b"}}, **spec},
    }


_AUTOSCALER = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "maxReplicas": 9},
}


def test_replicas_that_an_autoscaler_owns_are_no_news_unless_they_are_declared() -> None:
    assert compared(_deployment(), _deployment(replicas=7), _AUTOSCALER) == ([], {})
    assert compared(_deployment(), _deployment(replicas=7)) == ([], {"spec.replicas": 7})
    changes, _ = compared(_deployment(replicas=3), _deployment(replicas=7), _AUTOSCALER)
    assert [change.path for change in changes] == ["spec.replicas"]


def test_who_has_charge_of_what_changed_is_told() -> None:
    estate = Estate(KNOWLEDGE)
    estate.add(observed(_deployment(replicas=7)))
    estate.add(observed(_AUTOSCALER))
    items = [declared(_deployment(replicas=3)), declared(_AUTOSCALER)]
    (found,) = compare(items, estate, KNOWLEDGE).differences
    assert found.keepers == {"spec.replicas": "system:serviceaccount:kube-system:horizontal-pod-autoscaler"}


def test_an_autoscaler_that_is_only_declared_owns_them_as_well() -> None:
    items = [declared(_deployment()), declared(_AUTOSCALER)]
    estate = Estate(KNOWLEDGE)
    estate.add(observed(_deployment(replicas=7)))
    objects = Objects(items, KNOWLEDGE)
    live = objects.find(items[0], estate)
    assert live is not None
    assert objects.undeclared(items[0], live) == {}


def test_a_dry_run_that_leaves_everything_as_it_is_clears_what_only_looks_different() -> None:
    manifest, live = _deployment(paused="yes"), _deployment(paused=True)
    assert compared(manifest, live)[0]
    assert compared(manifest, live, DryRun=live)[0] == []
    tried = _deployment(paused=False)
    assert [change.path for change in compared(manifest, live, DryRun=tried)[0]] == ["spec.paused"]


def _pod(**env: str) -> dict[str, Any]:
    pairs = [{"name": name, "value": value} for name, value in env.items()]
    return _deployment(template={"spec": {"containers": [{"name": "c", "image": "c:1", "env": pairs}]}})


def test_an_item_under_a_new_key_is_the_same_item_if_the_rest_of_it_agrees() -> None:
    changes, _ = compared(_pod(A="x", B="y"), _pod(A="x", C="y"))
    assert [(change.path, change.declared, change.actual) for change in changes] == [
        ("spec.template.spec.containers[0].env[1].name", "B", "C")
    ]


def test_another_item_is_one_more_and_one_less() -> None:
    changes, _ = compared(_pod(A="x", B="y"), _pod(A="x", C="z"))
    assert [change.path for change in changes] == [
        "spec.template.spec.containers[0].env[1]",
        "spec.template.spec.containers[0].env[2]",
    ]


def test_values_of_secrets_are_marked() -> None:
    manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": "n"},
        "stringData": {"a": "x"},
    }
    live = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "namespace": "n"},
        "data": {"a": "eQ==", "b": "eg=="},
    }
    changes, silent = compared(manifest, live)
    assert [(change.path, change.sensitive) for change in changes] == [("data.a", True), ("data.b", True)]
    assert silent == {}


def test_values_of_variables_with_a_secrets_name_are_marked() -> None:
    def deployment(**env: str) -> dict[str, Any]:
        pairs = [{"name": name, "value": value} for name, value in env.items()]
        return _deployment(template={"spec": {"containers": [{"name": "c", "image": "c:1", "env": pairs}]}})

    changes, _ = compared(deployment(DB_PASSWORD="a", MODE="a"), deployment(DB_PASSWORD="b", MODE="b"))
    assert [change.sensitive for change in changes] == [True, False]


def test_a_whole_comparison_tells_missing_from_not_covered() -> None:
    estate = Estate(KNOWLEDGE)
    estate.cover(Coverage("kubernetes", "apps/Deployment", "prod", "cluster"))
    result = compare([declared(_deployment()), declared(_config_map({}))], estate, KNOWLEDGE)
    assert [(item.kind, item.resource.id) for item in result.differences] == [
        (DriftKind.MISSING, "apps/Deployment/shop/web")
    ]
    assert result.not_compared == 1


def test_a_manifest_that_may_have_a_namespace_or_none_is_found_in_the_default_one() -> None:
    manifest = {"apiVersion": "e.org/v1", "kind": "W", "metadata": {"name": "w"}, "spec": {"a": 1}}
    live = {"apiVersion": "e.org/v1", "kind": "W", "metadata": {"name": "w", "namespace": "default"}, "spec": {"a": 2}}
    estate = Estate(KNOWLEDGE)
    estate.add(observed(live))
    item = declared(manifest)
    item = Declared(item.ref, manifest, "m", keys=("e.org/W/default/w",), language=item.language)
    assert [difference.changes[0].path for difference in compare([item], estate, KNOWLEDGE).differences] == ["spec.a"]


_SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "properties": {
                "size": {"type": "integer", "default": 3},
                "mode": {
                    "type": "object",
                    "default": {},
                    "properties": {"name": {"type": "string", "default": "auto"}},
                },
                "rules": {
                    "type": "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["port"],
                    "items": {"type": "object", "properties": {"port": {"type": "integer"}, "way": {"default": "in"}}},
                },
            },
        }
    },
}
_DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "ws.e.org"},
    "spec": {
        "group": "e.org",
        "names": {"kind": "W"},
        "versions": [{"name": "v1", "schema": {"openAPIV3Schema": _SCHEMA}}, {"name": "v2"}, 3],
    },
}


def _custom(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "e.org/v1", "kind": "W", "metadata": {"name": "w", "namespace": "shop"}, "spec": spec}


def test_the_definition_of_a_custom_resource_tells_its_defaults_and_merge_keys() -> None:
    manifest = _custom(rules=[{"port": 1}, {"port": 2, "way": "out"}])
    filled = [{"port": 2, "way": "out"}, {"port": 1, "way": "in"}]
    assert compared(manifest, _custom(rules=filled, size=3, mode={"name": "auto"}), _DEFINITION) == ([], {})
    changes, silent = compared(manifest, _custom(rules=filled[1:], size=9, mode={"name": "auto"}), _DEFINITION)
    assert [change.path for change in changes] == ["spec.rules[1]"]
    assert silent == {"spec.size": 9}


@pytest.mark.parametrize("live", [{"metadata": None}, {"spec": []}, {"spec": "x"}, {"metadata": {"annotations": []}}])
def test_objects_of_odd_shapes_are_compared_all_the_same(live: dict[str, Any]) -> None:
    body = {**_deployment(replicas=1), **live}
    item = declared(_deployment(replicas=1))
    estate = Estate(KNOWLEDGE)
    estate.add(observed({**body, "metadata": {"name": "web", "namespace": "shop"}}))
    compare([item], estate, KNOWLEDGE)


_CASES = cases()


@given(st.sampled_from(_CASES), st.randoms(use_true_random=False))
def test_the_order_of_keyed_items_and_fields_is_no_drift(case: Case, random: Any) -> None:
    assert compared(case.manifest, _shuffled(case.live, random))[0] == []


@given(st.sampled_from(_CASES), st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=8), max_size=3))
def test_further_labels_are_never_drift(case: Case, labels: dict[str, str]) -> None:
    live = deepcopy(case.live)
    live["metadata"]["labels"] = {**labels, **live["metadata"].get("labels", {})}
    assert compared(case.manifest, live)[0] == []


@given(st.dictionaries(st.text(min_size=1), st.text(), min_size=1), st.data())
def test_a_changed_value_shows_with_its_path_and_both_sides(data: dict[str, str], draw: st.DataObject) -> None:
    key = draw.draw(st.sampled_from(sorted(data)))
    changes, _ = compared(_config_map(data), _config_map({**data, key: data[key] + "x"}))
    assert [(change.declared, change.actual) for change in changes] == [(data[key], data[key] + "x")]


_NAMES = st.sampled_from(
    ("spec", "template", "containers", "env", "name", "value", "ports", "metadata", "labels", "annotations", "limits")
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "1", "1000m", "a", "kube-api-access-1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=25,
)


@given(st.sampled_from(["apps/v1", "e.org/v1"]), _JSON, _JSON, _JSON)
def test_no_shape_breaks_it_and_nothing_differs_from_itself(
    api_version: str, one: Any, other: Any, before: Any
) -> None:
    def body(spec: Any, **annotations: str) -> dict[str, Any]:
        metadata = {"name": "web", "namespace": "shop", "annotations": annotations}
        return {"apiVersion": api_version, "kind": "Deployment", "metadata": metadata, "spec": spec}

    compared(body(one), body(other, **{_LAST: json.dumps(body(before))}))
    assert compared(body(one), body(deepcopy(one)))[0] == []


@given(st.sampled_from(_CASES), st.randoms(use_true_random=False), _JSON)
def test_a_manifest_broken_anywhere_breaks_nothing(case: Case, random: Any, value: Any) -> None:
    manifest, live = deepcopy(case.manifest), deepcopy(case.live)
    for body in (manifest, live):
        places = list(_places({name: body[name] for name in body if name not in ("apiVersion", "kind", "metadata")}))
        if places:
            holder, key = random.choice(places)
            holder[key] = deepcopy(value)
    compared(manifest, live)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(item, dict | list):
            yield from _places(item)


_KEYED = ("containers", "env", "volumes", "volumeMounts", "subjects", "webhooks", "verbs", "subsets")


def _shuffled(value: Any, random: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        names = list(value)
        random.shuffle(names)
        return {key: _shuffled(value[key], random, key) for key in names}
    if isinstance(value, list):
        items = [_shuffled(item, random) for item in value]
        if name in _KEYED:
            random.shuffle(items)
        return items
    return value
