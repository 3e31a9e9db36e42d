"""A bundle of manifests and a recorded cluster, scanned from end to end."""

import asyncio
import json
from pathlib import Path
from typing import Any

from engine.config import bundle_config
from engine.model import DriftKind, Report
from engine.pipeline import scan
from tests.support.kubernetes_cases import cases, laid_over


def _scan(folder: Path) -> Report:
    return asyncio.run(scan(bundle_config(folder)))


def _bundle(folder: Path, manifests: list[dict[str, Any]], live: list[dict[str, Any]]) -> Path:
    (folder / "manifests").mkdir(parents=True)
    (folder / "kubernetes").mkdir()
    (folder / "manifests" / "all.yaml").write_text("\n---\n".join(json.dumps(body) for body in manifests))
    listed = {"apiVersion": "v1", "kind": "List", "items": live}
    (folder / "kubernetes" / "west.json").write_text(json.dumps(listed))
    return folder


def test_an_estate_in_sync_shows_nothing_and_an_edited_one_its_edits(tmp_path: Path) -> None:
    known = {case.name: case for case in cases()}
    manifests = [case.manifest for case in known.values()]
    calm = _scan(_bundle(tmp_path / "calm", manifests, [case.live for case in known.values()]))
    assert calm.drifts == ()
    assert calm.summary.in_sync == len(manifests)

    edited = laid_over(known["service"].live, {"spec": {"selector": {"app": "evil"}}})
    secret = laid_over(known["secret"].live, {"data": {"user": "cm9vdA=="}})
    stray = laid_over(known["replicaset"].live, {"metadata": {"name": "stray"}})
    names = [name for name in known if name not in ("service", "secret", "configmap")]
    others = [known[name].live for name in names] + [
        laid_over(known["configmap"].live, {"metadata": {"name": "other"}})
    ]
    report = _scan(_bundle(tmp_path / "edited", manifests, [edited, secret, stray, *others]))
    found = {(drift.resource.id, drift.kind): drift for drift in report.drifts}
    assert set(found) == {
        ("/Service/shop/s", DriftKind.MODIFIED),
        ("/Secret/shop/s", DriftKind.MODIFIED),
        ("/ConfigMap/shop/c", DriftKind.MISSING),
        ("/ConfigMap/shop/other", DriftKind.UNMANAGED),
        ("apps/ReplicaSet/shop/stray", DriftKind.UNMANAGED),
    }
    service = found["/Service/shop/s", DriftKind.MODIFIED]
    assert (service.resource.type, service.resource.scope) == ("v1/Service", "west")
    assert [(change.path, change.declared, change.actual) for change in service.changes] == [
        ("spec.selector.app", "web", "evil")
    ]
    assert "cm9vdA" not in repr(report)
