"""Audit logs are told the same by one process and by several, however their records are spread over files."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from engine.collectors import reading
from engine.collectors.base import Context, Found
from tests.support import azure_log, gcp_audit
from tests.support.event_samples import SAMPLES, Sample

WRITE = "Microsoft.Network/networkSecurityGroups/write"
AUDIT_LOGS = [
    sample
    for sample in SAMPLES
    if sample.kind in ("cloudtrail", "gcp_audit_logs", "kubernetes_audit")
    or (sample.kind == "azure_activity" and "operationName" in sample.records[0])
]
each = pytest.mark.parametrize("sample", AUDIT_LOGS, ids=lambda sample: sample.kind)


@pytest.fixture(params=["one process", "several"])
def context(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A context for reading in one process, and for reading in several, whatever there is to read."""
    several = request.param == "several"
    monkeypatch.setattr(reading, "how_many", lambda work, each: 2 if several else 0)
    return Context()


def told(sample: Sample, folder: Path, monkeypatch: pytest.MonkeyPatch, processes: int) -> tuple[list[Found], Context]:
    monkeypatch.setattr(reading, "how_many", lambda work, each: processes)
    context = Context()
    return list(sample.read(folder, context)), context


@each
def test_processes_tell_the_same_in_the_same_order(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)
    records: list[Any] = [*sample.records * 3, {"no": "record"}, None]
    for number in range(6):
        chance.shuffle(records)
        content = sample.file(records[: chance.randrange(1, len(records))])
        (tmp_path / f"{number}.json.gz").write_bytes(gzip.compress(content))
    (tmp_path / "3.json.gz").write_bytes(b"\x1f\x8bcut")
    here, context = told(sample, tmp_path, monkeypatch, 0)
    apart, apart_context = told(sample, tmp_path, monkeypatch, 2)
    assert apart == here
    assert (apart_context.skipped, apart_context.problems) == (context.skipped, context.problems)
    assert context.skipped
    assert here


def sample_of(kind: str) -> Sample:
    return next(sample for sample in AUDIT_LOGS if sample.kind == kind)


def test_the_start_and_the_end_of_googles_operations_may_lie_in_two_files(tmp_path: Path, context: Context) -> None:
    operation = {"id": "operation-17", "producer": "compute.googleapis.com"}
    for number, part in enumerate(("last", "first")):
        entry = gcp_audit.entry(2 - number, operation={**operation, part: True}, status={})
        (tmp_path / f"{number}.json").write_text(json.dumps(entry))
    [event] = sample_of("gcp_audit_logs").read(tmp_path, context)
    assert event.recorded_at > event.at  # type: ignore[union-attr, operator]


def test_azures_operations_may_lie_in_several_files(tmp_path: Path, context: Context) -> None:
    steps = [
        azure_log.entry(f"14 09:0{step}", WRITE, operation_id="op", status=status, body=body)
        for step, (status, body) in enumerate(
            [("Started", {"tags": {"a": "b"}}), ("Accepted", None), ("Succeeded", None)]
        )
    ]
    for number, found in enumerate([steps[2:], steps[1:], steps[:1], steps[:2]]):
        (tmp_path / f"{number}.json").write_text(json.dumps({"value": found}))
    [event] = sample_of("azure_activity").read(tmp_path, context)
    assert (event.at.minute, event.id) == (0, steps[2]["eventDataId"])  # type: ignore[union-attr]
    assert json.loads(event.request) == {"tags": {"a": "b"}}  # type: ignore[union-attr]
    assert (context.skipped, context.problems) == (3, [])


def test_of_several_files_the_newest_record_tells_how_far_the_log_reaches(tmp_path: Path, context: Context) -> None:
    from tests.support.kubernetes_audit import account, record

    for number, day in enumerate((15, 17, 16)):
        at = f"2026-03-{day}T00:00:00Z"
        lock = record("update", "coordination.k8s.io/v1/leases", user=account("shop", "app"), agent="app/v1", at=at)
        (tmp_path / f"{number}.json").write_text(json.dumps(lock))
    [event] = sample_of("kubernetes_audit").read(tmp_path, context)
    assert event.at.day == 17  # type: ignore[union-attr]
