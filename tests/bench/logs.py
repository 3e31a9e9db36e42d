"""Large made-up audit logs of Kubernetes, Google Cloud and Azure for the benchmarks, gzipped as they are exported.

As in real ones most of the records are reads and the work of controllers; people's writes carry a body.
"""

import gzip
import json
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support import azure_log, gcp_audit, kubernetes_audit

_START = datetime(2026, 3, 2, tzinfo=UTC)
_PER_FILE = 5_000
_PEOPLE = [f"person{number}@shop.example" for number in range(120)]
_LEVEL = [{"name": "LEVEL", "value": "info"}]
_METHODS = [
    ("v1.compute.firewalls.patch", "global/firewalls"),
    ("v1.compute.instances.setLabels", "zones/a/instances"),
    ("v1.compute.firewalls.get", "global/firewalls"),
    ("v1.compute.instances.list", "zones/a/instances"),
]
_OPERATIONS = [
    "Microsoft.Network/networkSecurityGroups/securityRules/write",
    "Microsoft.Compute/virtualMachines/write",
    "Microsoft.Storage/storageAccounts/listKeys/action",
]

Record = dict[str, Any]


def write_kubernetes_audit(folder: Path, records: int, seed: int = 1) -> list[Path]:
    """As the API server writes them: one record a line."""
    return _write(folder, _kubernetes(random.Random(seed), records), _lines)


def write_gcp_audit(folder: Path, records: int, seed: int = 2) -> list[Path]:
    """As a sink writes them: one entry a line."""
    return _write(folder, _google(random.Random(seed), records), _lines)


def write_azure_activity(folder: Path, records: int, seed: int = 3) -> list[Path]:
    """As `az monitor activity-log list` and the API answer: a list, two entries for each operation."""
    return _write(folder, _azure(random.Random(seed), records), lambda batch: json.dumps({"value": batch}))


def _kubernetes(chance: random.Random, records: int) -> Iterator[Record]:
    people = [{"username": f"oidc:{name}", "groups": ["oidc:engineers"]} for name in _PEOPLE]
    robots = [kubernetes_audit.account("kube-system", f"controller-{number}") for number in range(40)]
    for number in range(records):
        at = f"{_START + timedelta(seconds=number / 10):%Y-%m-%dT%H:%M:%S}.{chance.randrange(10**6):06d}Z"
        place = f"team-{chance.randrange(40)}/service-{chance.randrange(60)}"
        draw = chance.random()
        if draw < 0.35:
            made = kubernetes_audit.record(
                "update", "coordination.k8s.io/v1/leases", place, user=chance.choice(robots), at=at,
                agent=kubernetes_audit.CONTROLLERS,
            )  # fmt: skip
        elif draw < 0.65:
            verb = chance.choice(["get", "list", "watch"])
            made = kubernetes_audit.record(verb, "v1/configmaps", place, user=chance.choice(robots), at=at)
        elif draw < 0.85:
            made = kubernetes_audit.record(
                "patch", "apps/v1/deployments/status", place, user=chance.choice(robots), at=at,
                agent=kubernetes_audit.CONTROLLERS,
            )  # fmt: skip
        else:
            container = {"name": "app", "image": f"shop/app:{chance.randrange(999)}", "env": _LEVEL}
            body = {"spec": {"replicas": chance.randrange(9), "template": {"spec": {"containers": [container]}}}}
            made = kubernetes_audit.record("patch", place=place, body=body, user=chance.choice(people), at=at)
        # The maker counts its ids from one process on; a log has its own.
        yield {**made, "auditID": f"00000000-0000-4000-9000-{number:012d}"}


def _google(chance: random.Random, records: int) -> Iterator[Record]:
    for number in range(records):
        method, place = chance.choice(_METHODS)
        writes = not method.endswith((".get", ".list"))
        body = {
            "request": {"sourceRanges": [f"198.51.100.{chance.randrange(255)}/32"], "priority": chance.randrange(999)}
        }
        yield gcp_audit.entry(
            number, method, f"projects/shop-prod/{place}/thing-{chance.randrange(5000)}",
            who={"principalEmail": chance.choice(_PEOPLE)},
            agent=chance.choice([gcp_audit.BROWSER, gcp_audit.GCLOUD, gcp_audit.TERRAFORM]),
            log="activity" if writes else "data_access",
            at=f"{_START + timedelta(seconds=number / 5):%Y-%m-%dT%H:%M:%S}.{chance.randrange(10**6):06d}Z",
            **(body if writes else {}),
        )  # fmt: skip


def _azure(chance: random.Random, records: int) -> Iterator[Record]:
    claims = [azure_log.person(name, chance.choice([azure_log.PORTAL, azure_log.CLI])) for name in _PEOPLE]
    for number in range(records // 2):
        operation, who = chance.choice(_OPERATIONS), chance.choice(claims)
        resource = f"{azure_log.GROUP}/providers/{operation.rpartition('/')[0]}/thing-{chance.randrange(5000)}"
        at = f"{2 + number % 27:02d} {chance.randrange(24):02d}:{chance.randrange(60):02d}"
        shared = {"operation_id": f"00000000-0000-4000-8000-{number:012d}"}
        body = {"properties": {"access": "Allow", "destinationPortRange": str(chance.randrange(65535))}}
        yield azure_log.entry(at, operation, resource, who, status="Started", event="BeginRequest", body=body, **shared)
        yield azure_log.entry(at, operation, resource, who, **shared)


def _lines(batch: Iterable[Record]) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in batch)


def _write(folder: Path, records: Iterator[Record], form: Callable[[list[Record]], str]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == _PER_FILE:
            paths.append(_file(folder, len(paths), form(batch)))
            batch = []
    if batch:
        paths.append(_file(folder, len(paths), form(batch)))
    return paths


def _file(folder: Path, number: int, text: str) -> Path:
    path = folder / f"log-{number:05d}.json.gz"
    path.write_bytes(gzip.compress(text.encode(), 6, mtime=0))
    return path
