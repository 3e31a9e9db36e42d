"""Manifests as people keep them: YAML of all sorts, Helm's and kustomize's output, and what is none."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.base import Context
from engine.collectors.declared.kubernetes_manifests import Settings, Source
from engine.collectors.kubernetes_files import documents
from engine.model import Declared

_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {a: %s}\n"

_DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "n"}}


def _read(folder: Path, files: dict[str, str], **settings: str) -> tuple[dict[str, Declared], Context]:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    context = Context()
    source = Source(Settings(name="m", kind="kubernetes_manifests", path=".", base=folder, **settings))
    return {item.ref.id: item for item in source.collect(context)}, context


def test_several_documents_lists_and_json(tmp_path: Path) -> None:
    found, context = _read(
        tmp_path,
        {
            "a.yaml": "# Source: chart/templates/a.yaml\n"
            + _MAP % ("a", "x") + "---\n# nothing\n---\n" + _MAP % ("b", "y"),
            "b.json": json.dumps({"kind": "List", "apiVersion": "v1", "items": [_DEPLOYMENT]}),
            "c.yml": "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: c}\n",
        },
        cluster="prod",
    )  # fmt: skip
    assert set(found) == {"/ConfigMap/default/a", "/ConfigMap/default/b", "apps/Deployment/n/d", "/ConfigMap/default/c"}
    item = found["apps/Deployment/n/d"]
    assert (item.ref.type, item.ref.scope, item.ref.name, item.origin) == ("apps/v1/Deployment", "prod", "d", "b.json")
    assert context.problems == []


def test_cluster_wide_kinds_have_no_namespace(tmp_path: Path) -> None:
    text = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r, namespace: wrong}\n"
    assert set(_read(tmp_path, {"a.yaml": text})[0]) == {"rbac.authorization.k8s.io/ClusterRole//r"}


def test_a_definition_tells_whether_its_kind_has_a_namespace(tmp_path: Path) -> None:
    definition = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ws.e.org}\n"
        "spec: {group: e.org, scope: %s, names: {kind: W}}\n---\napiVersion: e.org/v1\nkind: W\nmetadata: {name: w}\n"
    )
    assert "e.org/W//w" in _read(tmp_path / "1", {"a.yaml": definition % "Cluster"})[0]
    assert "e.org/W/default/w" in _read(tmp_path / "2", {"a.yaml": definition % "Namespaced"})[0]


def test_a_kind_of_unknown_scope_may_be_found_in_either_place(tmp_path: Path) -> None:
    found, _ = _read(tmp_path, {"a.yaml": "apiVersion: e.org/v1\nkind: W\nmetadata: {name: w}\n"})
    assert found["e.org/W//w"].keys == ("e.org/W/default/w",)


def test_one_damaged_document_costs_no_other(tmp_path: Path) -> None:
    found, context = _read(tmp_path, {"a.yaml": _MAP % ("a", "x") + "---\na: [\n---\n" + _MAP % ("b", "y")})
    assert set(found) == {"/ConfigMap/default/a", "/ConfigMap/default/b"}
    assert context.skipped == 1
    assert "a.yaml, line 5: it is not YAML" in context.problems[0]


def test_charts_that_were_not_rendered_are_left_out_and_say_so(tmp_path: Path) -> None:
    found, context = _read(
        tmp_path,
        {
            "chart/Chart.yaml": "apiVersion: v2\nname: c\n",
            "chart/values.yaml": "a: 1\n",
            "chart/templates/a.yaml": _MAP % ("{{ .Release.Name }}", "x"),
            "loose.yaml": "{{- if .Values.x }}\na: b\n{{- end }}\n",
            "quoted.yaml": _MAP % ("q", "'{{ $labels.instance }}'"),
        },
    )
    assert set(found) == {"/ConfigMap/default/q"}
    assert context.skipped == 2
    assert all("render" in problem for problem in context.problems)


def test_what_is_no_manifest_is_passed_over(tmp_path: Path) -> None:
    found, context = _read(
        tmp_path,
        {
            "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]\n",
            "p.yaml": _MAP % ("a", "patched"),
            "docker-compose.yml": "services: {web: {image: x}}\n",
            "a.yaml": _MAP % ("a", "x"),
            "readme.json": "[1, 2]",
            "text.yaml": "only text",
        },
    )
    assert found["/ConfigMap/default/a"].attributes["data"] == {"a": "x"}
    assert context.skipped == 0


def test_an_object_declared_twice_is_told(tmp_path: Path) -> None:
    found, context = _read(
        tmp_path, {"a.yaml": _MAP % ("a", "x"), "b.yaml": _MAP % ("a", "y"), "c.yaml": _MAP % ("a", "y")}
    )
    assert found["/ConfigMap/default/a"].attributes["data"] == {"a": "y"}
    assert context.problems == ["b.yaml: /ConfigMap/default/a is declared in a.yaml as well; the later one counts"]


def test_a_nameless_object_is_told(tmp_path: Path) -> None:
    found, context = _read(tmp_path, {"a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {labels: {a: b}}\n"})
    assert found == {}
    assert "has no name" in context.problems[0]


def test_secrets_are_marked(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: b}\n"
    assert _read(tmp_path, {"a.yaml": text})[0]["/Secret/default/s"].sensitive == {"data", "stringData"}


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "bomb",
    [
        "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
        "a0: &a0 {k: x}\n" + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 12)),
        "a: &a [*a, *a]\n",
        "[" * 50_000,
        "a: " + "[" * 50_000,
        "- " * 50_000 + "a",
    ],
    ids=["lists", "merges", "within itself", "deep JSON", "deep YAML", "deep blocks"],
)
def test_bombs_are_refused(tmp_path: Path, bomb: str) -> None:
    found, context = _read(tmp_path, {"a.yaml": bomb, "b.yaml": _MAP % ("b", "y")})
    assert set(found) == {"/ConfigMap/default/b"}
    assert context.skipped == 1


def test_scalars_read_as_kubernetes_reads_them() -> None:
    text = b"a: 1:30\nb: 2026-01-01\nc: 1e3\nd: 0644\ne: 0o17\nf: yes\ng: 1_000\nh: -1.5\ni: ~\nj: '5'\n"
    ((_, value),) = documents(text, lambda place, why: None)
    assert value == {
        "a": "1:30", "b": "2026-01-01", "c": 1000.0, "d": 420, "e": 15, "f": True,
        "g": 1000, "h": -1.5, "i": None, "j": "5",
    }  # fmt: skip


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(raw: bytes) -> None:
    list(documents(raw, lambda place, why: None))


@given(st.text(alphabet="ab:-[]{}&*!|>'\"%@`#, \n\t0.", max_size=60))
def test_no_yaml_breaks_the_reading(text: str) -> None:
    list(documents(text.encode(), lambda place, why: None))
