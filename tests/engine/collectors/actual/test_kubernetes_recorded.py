"""Clusters as `kubectl get -o json` wrote them down."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.collectors.actual.kubernetes import Settings, Source
from engine.collectors.base import Context
from engine.model import Coverage, Observed


def _object(kind: str, name: str, api_version: str = "v1", **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": "shop", **metadata}}


def _list(*items: dict[str, Any], kind: str = "List") -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "items": list(items)}


def _read(folder: Path, files: dict[str, Any], **settings: Any) -> tuple[list[Observed], set[tuple[str, str]], Context]:
    for name, body in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(body if isinstance(body, str) else json.dumps(body))
    context = Context()
    found = list(Source(Settings(name="k", kind="kubernetes", path=".", base=folder, **settings)).collect(context))
    observed = [item for item in found if isinstance(item, Observed)]
    return observed, {(item.native, item.scope) for item in found if isinstance(item, Coverage)}, context


def test_a_list_covers_its_kinds_and_a_single_object_none(tmp_path: Path) -> None:
    observed, covered, _ = _read(
        tmp_path,
        {
            "all.json": _list(_object("Service", "s"), _object("Deployment", "d", "apps/v1")),
            "one.json": _object("ConfigMap", "c"),
            "pods.json": _list({"metadata": {"name": "p", "namespace": "shop"}}, kind="PodList"),
            "none.json": {"apiVersion": "batch/v1", "kind": "JobList", "items": []},
        },
    )  # fmt: skip
    assert {item.keys[0] for item in observed} == {
        "/Service/shop/s", "apps/Deployment/shop/d", "/ConfigMap/shop/c", "/Pod/shop/p",
    }  # fmt: skip
    assert covered == {("/Service", "/shop"), ("apps/Deployment", "/shop"), ("/Pod", "/shop"), ("batch/Job", "")}


def test_a_list_over_several_namespaces_covers_the_cluster_one_over_a_single_one_only_that(tmp_path: Path) -> None:
    other = {**_object("Service", "s"), "metadata": {"name": "s", "namespace": "other"}}
    both = _list(_object("Service", "s"), other)
    assert _read(tmp_path / "1", {"a.json": both}, cluster="prod")[1] == {("/Service", "prod")}
    assert _read(tmp_path / "2", {"a.json": _list(other)}, cluster="prod")[1] == {("/Service", "prod/other")}


def test_the_cluster_is_as_configured_else_the_folder_else_a_file_of_all_kinds(tmp_path: Path) -> None:
    mixed = _list(_object("Service", "s"), _object("ConfigMap", "c"))
    assert {item.scope for item in _read(tmp_path / "1", {"a/b.json": mixed}, cluster="prod")[0]} == {"prod"}
    assert {
        item.scope
        for item in _read(
            tmp_path / "2",
            {"west/services.json": mixed},
        )[0]
    } == {"west"}
    assert {item.scope for item in _read(tmp_path / "3", {"west-live.json": mixed})[0]} == {"west-live"}
    assert {item.scope for item in _read(tmp_path / "4", {"all.json": mixed})[0]} == {""}
    assert {item.scope for item in _read(tmp_path / "5", {"services.json": _list(_object("Service", "s"))})[0]} == {""}


def test_yaml_and_an_object_a_line_are_read_as_well(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(_object("Service", name)) for name in "ab")
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: c, namespace: shop}\n"
    observed, _, _ = _read(tmp_path, {"a.ndjson": lines, "b.yaml": text})
    assert [item.keys[0] for item in observed] == ["/Service/shop/a", "/Service/shop/b", "/Service/shop/c"]


def test_what_is_no_object_costs_itself_alone(tmp_path: Path) -> None:
    files = {"a.json": _list(_object("Service", "s"), {"x": 1}), "b.json": "{", "c.json": {"hello": 1}}  # type: ignore[arg-type]
    observed, _, context = _read(tmp_path, files)
    assert [item.keys[0] for item in observed] == ["/Service/shop/s"]
    assert context.skipped == 3


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    observed, _, context = _read(tmp_path, {"a.json": _list(_object("Service", "s")), "secrets.json": ""})
    assert (len(observed), context.problems) == (1, ["secrets.json: the file is empty"])


def test_a_list_was_recorded_no_earlier_than_the_last_write_in_it(tmp_path: Path) -> None:
    late = _object("Service", "b", managedFields=[{"manager": "m", "time": "2026-03-01T10:00:00Z"}])
    files = {"a.json": _list(_object("Service", "a", creationTimestamp="2026-01-01T00:00:00Z"), late)}
    assert {item.observed_at for item in _read(tmp_path, files)[0]} == {datetime(2026, 3, 1, 10, tzinfo=UTC)}


def test_namespaces_limit_what_is_read_and_secrets_are_marked(tmp_path: Path) -> None:
    files = {"a.json": _list(_object("Secret", "s"), _object("Secret", "t", namespace="other"))}
    observed, _, _ = _read(tmp_path, files, namespaces=["shop"])
    assert [item.keys[0] for item in observed] == ["/Secret/shop/s"]
    assert "Object.data" in observed[0].sensitive


def test_kinds_are_known_by_the_group_that_serves_them_today(tmp_path: Path) -> None:
    observed, covered, _ = _read(tmp_path, {"a.json": _list(_object("Ingress", "i", "extensions/v1beta1"))})
    assert observed[0].keys == ("networking.k8s.io/Ingress/shop/i",)
    assert covered == {("networking.k8s.io/Ingress", "/shop")}
