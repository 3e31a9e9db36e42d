"""A bundle of a Google project, scanned from end to end: what differs, and who made it so."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from engine.config import bundle_config
from engine.model import ActorKind, Drift, Via
from engine.pipeline import scan
from tests.support.gcp_audit import FIREWALL, GCLOUD, PROJECT, TERRAFORM, entry

LINK = "https://www.googleapis.com/compute/v1"
MACHINE = f"projects/{PROJECT}/zones/europe-west3-b/instances/web-0"
SQL = f"projects/{PROJECT}/instances"
ROBOT = f"tf-runner@{PROJECT}.iam.gserviceaccount.com"
AS_ROBOT = {
    "principalEmail": ROBOT,
    "serviceAccountDelegationInfo": [{"firstPartyPrincipal": {"principalEmail": "omar@shop.example"}}],
}
REMOVED = {"action": "REMOVE", "role": "roles/viewer", "member": "group:audit@shop.example"}

STATE: dict[str, dict[str, Any]] = {
    "google_compute_firewall": {
        "id": FIREWALL,
        "self_link": f"{LINK}/{FIREWALL}",
        "name": "web",
        "source_ranges": ["10.0.0.0/8"],
    },
    "google_compute_instance": {
        "id": MACHINE,
        "self_link": f"{LINK}/{MACHINE}",
        "name": "web-0",
        "machine_type": "e2-medium",
    },
    "google_sql_database_instance": {"id": "orders", "name": "orders", "database_version": "POSTGRES_14"},
    "google_project_iam_member": {
        "id": f"{PROJECT}/roles/viewer/group:audit@shop.example",
        "member": "group:audit@shop.example",
        "role": "roles/viewer",
    },
}
ASSETS = [
    ("compute.googleapis.com/Firewall", FIREWALL, {"sourceRanges": ["10.0.0.0/8", "198.51.100.7/32"]}),
    ("compute.googleapis.com/Instance", MACHINE, {"machineType": f"{LINK}/{MACHINE}/machineTypes/n2-standard-8"}),
    ("sqladmin.googleapis.com/Instance", f"{SQL}/reports", {"databaseVersion": "POSTGRES_14"}),
    ("cloudresourcemanager.googleapis.com/Project", f"projects/{PROJECT}", {"projectId": PROJECT}),
]
OPENED = {"sourceRanges": ["10.0.0.0/8", "198.51.100.7/32"]}
SET_TYPE, SQL_SERVICE = "beta.compute.instances.setMachineType", "cloudsql.googleapis.com"
LOG = [
    entry(1, who={"principalEmail": ROBOT}, agent=TERRAFORM, request={"sourceRanges": ["10.0.0.0/8"]}),
    entry(2, "v1.compute.firewalls.get", who={"principalEmail": "omar@shop.example"}),
    entry(3, who={"principalEmail": "eve@else.example"}, request=OPENED, status={"code": 7}),
    entry(4, request=OPENED, operation={"id": "op-1", "first": True}),
    entry(5, request={"@type": "type.googleapis.com/compute.firewalls.patch"}, operation={"id": "op-1", "last": True}),
    entry(6, who={"principalEmail": ROBOT}, agent=TERRAFORM, request=OPENED),
    entry(7, SET_TYPE, MACHINE, who=AS_ROBOT, agent=GCLOUD, request={"machineType": "n2-standard-8"}),
    entry(8, "cloudsql.instances.delete", f"{SQL}/orders", who={"principalEmail": ROBOT}, agent=GCLOUD),
    entry(9, "cloudsql.instances.create", f"{SQL}/reports", request={"body": {"name": "reports"}}),
    entry(
        10,
        "SetIamPolicy",
        f"projects/{PROJECT}",
        request={"resource": PROJECT, "policy": {"bindings": []}},
        serviceData={"policyDelta": {"bindingDeltas": [REMOVED]}},
    ),
]


@pytest.fixture(scope="module")
def drifts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drift]:
    folder = tmp_path_factory.mktemp("bundle")
    _write(folder / "terraform" / "shop.tfstate", json.dumps(_state()))
    _write(folder / "gcp" / "assets.ndjson", "\n".join(json.dumps(_asset(*asset)) for asset in ASSETS))
    for item in LOG:
        if "sql" in item["protoPayload"]["methodName"]:
            item["protoPayload"]["serviceName"] = SQL_SERVICE
    _write(folder / "gcp-audit" / "activity.ndjson", "\n".join(map(json.dumps, LOG)))
    report = asyncio.run(scan(bundle_config(folder)))
    assert [source.error for source in report.scan.sources] == [None] * 3
    return {f"{drift.resource.type} {drift.kind.value}": drift for drift in report.drifts}


@pytest.mark.parametrize(
    ("what", "principal", "kind", "via", "minute"),
    [
        ("google_compute_firewall modified", "mia@shop.example", ActorKind.HUMAN, Via.CONSOLE, 4),
        ("google_compute_instance modified", "omar@shop.example", ActorKind.HUMAN, Via.CLI, 7),
        ("google_sql_database_instance missing", ROBOT, ActorKind.AUTOMATION, Via.CLI, 8),
        ("google_sql_database_instance unmanaged", "mia@shop.example", ActorKind.HUMAN, Via.CONSOLE, 9),
        ("google_project_iam_member missing", "mia@shop.example", ActorKind.HUMAN, Via.CONSOLE, 10),
    ],
)
def test_who_and_when(
    drifts: dict[str, Drift], what: str, principal: str, kind: ActorKind, via: Via, minute: int
) -> None:
    drift = drifts[what]
    assert (drift.actor.principal, drift.actor.kind, drift.actor.via) == (principal, kind, via)
    assert drift.changed_at is not None
    assert drift.changed_at.minute == minute


def test_there_is_nothing_else(drifts: dict[str, Drift]) -> None:
    assert len(drifts) == 5


def test_the_refused_attempt_is_evidence(drifts: dict[str, Drift]) -> None:
    refused = [
        item for item in drifts["google_compute_firewall modified"].evidence if "eve@else.example" in item.summary
    ]
    assert [item.summary.endswith("(failed: PERMISSION_DENIED)") for item in refused] == [True]


def _state() -> dict[str, Any]:
    resources = [
        {
            "mode": "managed",
            "type": kind,
            "name": "it",
            "provider": 'provider["registry.terraform.io/hashicorp/google"]',
            "instances": [{"schema_version": 0, "attributes": {"project": PROJECT, **attributes}}],
        }
        for kind, attributes in STATE.items()
    ]
    return {
        "version": 4,
        "terraform_version": "1.9.5",
        "serial": 3,
        "lineage": "l",
        "outputs": {},
        "resources": resources,
    }


def _asset(kind: str, path: str, data: dict[str, Any]) -> dict[str, Any]:
    service = kind.partition("/")[0]
    named = {"name": path.rpartition("/")[2], **data}
    found = {"name": f"//{service}/{path}", "assetType": kind, "updateTime": "2026-03-14T10:00:00Z"}
    policy = {"iamPolicy": {"bindings": []}} if kind.endswith("/Project") else {}
    return {**found, "resource": {"data": named}, "ancestors": ["projects/980675999748"], **policy}


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
