"""Adopting what is live into a manifest: the lines that differ, and every other character as it was."""

from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from engine.collectors.declared.kubernetes_manifests import Settings
from engine.errors import RemedyError
from engine.model import Action, Change, DriftKind, Plan, ResourceRef
from engine.remediate import Workplace, remedy_for
from engine.remediate.yaml_edit import adopt_manifest
from tests.support.remedies import commit_all

MANIFEST = """# The shop's front. Größe: siehe unten
apiVersion: v1
kind: ConfigMap
metadata: {name: levels, namespace: shop}
data:
  level: info # or debug
  motd: |
    Hello,

      world
  quoted: "yes"
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: front
  namespace: shop
  labels:
    app: front
    team: 'shop'   # owners
  annotations: &notes
    note: x
spec:
  replicas: 2
  template:
    metadata:
      annotations: *notes
    spec:
      containers:
      - name: app
        image: registry.example/shop:1.4.2  # pinned
        args: ["--port", "8080"]
        env:
        - {name: MODE, value: "fast"}
        command:
        - run
"""

DEPLOYMENT = next(one for one in yaml.safe_load_all(MANIFEST) if one["kind"] == "Deployment")
CONFIG = next(one for one in yaml.safe_load_all(MANIFEST) if one["kind"] == "ConfigMap")
POD = "spec.template.spec.containers[0]"

ADOPTED: dict[str, tuple[dict[str, Any], list[Change], str]] = {
    "scalars": (
        DEPLOYMENT,
        [
            Change("spec.replicas", 2, 7),
            Change(f"{POD}.image", "registry.example/shop:1.4.2", "registry.example/shop:1.5.0"),
            Change("metadata.labels.team", "shop", "it's ops"),
        ],
        """
-    team: 'shop'   # owners
+    team: 'it''s ops'   # owners
-  replicas: 2
+  replicas: 7
-        image: registry.example/shop:1.4.2  # pinned
+        image: registry.example/shop:1.5.0  # pinned
""",
    ),
    "flow": (
        DEPLOYMENT,
        [
            Change(f"{POD}.args", ["--port", "8080"], ["--port", "9090", "yes"]),
            Change(f"{POD}.env[0].value", "fast", "slow"),
        ],
        """
-        args: ["--port", "8080"]
+        args: [--port, '9090', 'yes']
-        - {name: MODE, value: "fast"}
+        - {name: MODE, value: "slow"}
""",
    ),
    "added_and_removed": (
        DEPLOYMENT,
        [
            Change("metadata.labels.tier", None, "web"),
            Change("metadata.labels.app", "front", None),
            Change(f"{POD}.tty", None, True),
            Change("spec.paused", None, "no"),
        ],
        """
-    app: front
+    tier: web
+        tty: true
+  paused: 'no'
""",
    ),
    "block_text": (
        CONFIG,
        [
            Change("data.motd", "Hello,\n\n  world\n", "Hello,\n  there\n\nworld\n"),
            Change("data.level", "info", "on"),
            Change("data.quoted", "yes", "no"),
            Change('data["a.b"]', None, "1"),
        ],
        """
-  level: info # or debug
+  level: 'on' # or debug
-      world
+      there
+    world
-  quoted: "yes"
+  quoted: "no"
+  a.b: '1'
""",
    ),
}

REFUSED: dict[str, tuple[dict[str, Any], Change, str]] = {
    "alias": (DEPLOYMENT, Change("metadata.annotations.note", "x", "y"), "an alias uses it elsewhere"),
    "other": (DEPLOYMENT, Change("spec.replicas", 3, 7), "says something else than what was compared"),
    "absent": (DEPLOYMENT, Change("spec.strategy.type", "A", "B"), "does not say it where it can be changed"),
    "list": (DEPLOYMENT, Change(f"{POD}.command", ["run"], ["stop"]), "it is a whole list"),
    "map": (DEPLOYMENT, Change("spec.replicas", 2, {"a": 1}), "more than a plain value"),
    "one_line": (CONFIG, Change("metadata.labels", None, "x"), "written in one line"),
    "gone": ({**CONFIG, "kind": "Other"}, Change("data.level", "info", "x"), "does not hold the object"),
    "secret": ({**CONFIG, "kind": "Secret"}, Change("data.level", "info", "x"), "is secret"),
}


@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("name", sorted(ADOPTED))
def test_only_what_differs_is_changed(name: str, line_break: str) -> None:
    declared, changes, differ = ADOPTED[name]
    before = MANIFEST.replace("\n", line_break)
    after = adopt_manifest(before, declared, changes)
    lines = [line[0] + line[2:] for line in ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]
    assert sorted(lines) == sorted(differ.strip("\n").splitlines())
    assert after.count("\n") == after.count(line_break)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_changed_by_itself_is_refused(name: str) -> None:
    declared, change, why = REFUSED[name]
    with pytest.raises(RemedyError, match=why):
        adopt_manifest(MANIFEST, declared, [change])


@example("\x85\u2028\ufeff\U0001f600 \n")
@example(["a", "\x85"])
@given(st.one_of(st.text(), st.integers(), st.booleans(), st.lists(st.text(max_size=5), min_size=1, max_size=3)))
def test_what_is_written_is_what_is_read(value: Any) -> None:
    try:
        after = adopt_manifest(MANIFEST, CONFIG, [Change("data.level", "info", value)])
    except RemedyError:
        return
    assert next(yaml.safe_load_all(after))["data"] == {**CONFIG["data"], "level": value}


def test_it_is_proposed_on_a_branch(tmp_path: Path) -> None:
    folder = tmp_path / "repo" / "manifests"
    folder.mkdir(parents=True)
    (folder / "front.yaml").write_text(MANIFEST)
    commit_all(tmp_path / "repo")
    plan = Plan(
        drift_id="d1",
        resource=ResourceRef("kubernetes", "apps/v1/Deployment", "apps/Deployment/shop/front", "shop"),
        kind=DriftKind.MODIFIED,
        changes=(Change("spec.replicas", 2, 7),),
        recommendation_id="r1",
        action=Action.ADOPT,
        title="Adopt",
    )
    source = Settings(name="manifests", kind="kubernetes_manifests", path="repo/manifests", base=tmp_path)
    remedy = remedy_for(plan, Workplace(sources=(source,), base=tmp_path, folder=tmp_path / "kept"))
    prepared = remedy.prepare()
    assert prepared.summary == "Adopt 1 live value of Deployment shop/front, on the new branch driftguard/adopt-d1"
    assert "-  replicas: 2\n+  replicas: 7" in prepared.shown
    assert remedy.execute(prepared, print).done
    assert (folder / "front.yaml").read_text() == MANIFEST
