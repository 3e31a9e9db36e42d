"""The activity log as it was recorded: every shape it comes in, one event for each operation, nothing secret."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.base import Context
from engine.collectors.events.azure_activity import Settings, Source
from engine.collectors.events.azure_activity.operations import touched
from engine.errors import SourceError
from engine.model import Event, EventKind
from tests.support.azure_log import GROUP, MACHINE, NSG, SUBSCRIPTION, VAULT, Json, entry, exported
from tests.support.cases import moment

START = "Microsoft.Compute/virtualMachines/start/action"
WRITE = "Microsoft.Compute/virtualMachines/write"


def read(tmp_path: Path, content: Any, context: Context | None = None) -> list[Event]:
    """The events of one recorded file, or of several."""
    files = content if isinstance(content, list) and all(isinstance(item, bytes) for item in content) else [content]
    for number, item in enumerate(files):
        data = item if isinstance(item, bytes) else json.dumps(item).encode()
        (tmp_path / f"{number}.json").write_bytes(data)
    source = Source(Settings(name="log", kind="azure_activity", path=str(tmp_path)))
    return list(source.collect(context or Context()))


def lines(entries: list[Json]) -> bytes:
    return "\n".join(json.dumps(one) for one in entries).encode()


def packed(entries: list[Json]) -> bytes:
    return json.dumps(entries).encode()


SHAPES: dict[str, Callable[[list[Json]], Any]] = {
    "answer": lambda entries: {"value": entries, "nextLink": "https://management.azure.com/next"},
    "list": lambda entries: json.dumps(entries, indent=1).encode(),
    "answers": lambda entries: [{"value": entries[:1]}, {"value": entries[1:]}],
    "lines": lines,
    "files": lambda entries: [json.dumps(one).encode() for one in entries],
    "event hub": lambda entries: {"records": [exported(one) for one in entries]},
    "event hub, as of old": lambda entries: {"records": [exported(one, nested=True) for one in entries]},
    "storage": lambda entries: lines([exported(one) for one in entries]),
    "gzip": lambda entries: gzip.compress(packed(entries)),
    "zstd": lambda entries: zstandard.compress(packed(entries)),
    "byte order mark": lambda entries: b"\xef\xbb\xbf" + packed(entries),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_tells_the_same(tmp_path: Path, shape: str) -> None:
    entries = [entry("14 09:30", WRITE, body={"tags": {"a": "b"}}), entry("14 10:00", START)]
    first, second = sorted(read(tmp_path, SHAPES[shape](entries)), key=lambda event: event.at)
    assert first.kind is EventKind.API_CALL
    assert first.operation.lower() == WRITE.lower()
    assert first.service.lower() == "microsoft.compute"
    assert first.scope == SUBSCRIPTION
    assert first.touches == (MACHINE.lower(),)
    assert json.loads(first.request) == {"tags": {"a": "b"}}
    assert (first.actor.principal, first.actor.source_ip) == ("jana@shop.example", "203.0.113.9")
    assert first.actor.role == "Contributor"
    assert first.at.replace(second=0, microsecond=0) == moment("14 09:30")
    assert second.writes
    assert second.error is None


def test_an_operation_is_one_event_with_its_outcome(tmp_path: Path) -> None:
    steps = [
        entry("14 09:30", WRITE, event="BeginRequest", status="Started", operation_id="op", body={"tags": {"a": "b"}}),
        entry("14 09:31", WRITE, status="Accepted", sub_status="Accepted", operation_id="op"),
        entry("14 09:38", WRITE, status="Succeeded", sub_status="", operation_id="op"),
    ]
    [event] = read(tmp_path, [steps[2], steps[0], steps[1]])
    assert event.id == steps[2]["eventDataId"]
    assert event.at.replace(second=0, microsecond=0) == moment("14 09:30")
    assert event.recorded_at == moment("14 09:39")
    assert json.loads(event.request) == {"tags": {"a": "b"}}
    assert json.loads(event.original)["status"]["value"] == "Succeeded"


def test_an_operation_that_is_begun_anew_is_another(tmp_path: Path) -> None:
    once = [
        exported(entry(f"14 {hour}:{minute}", WRITE, status=status, operation_id="run"))
        for hour in ("09", "11")
        for minute, status in (("00", "Started"), ("05", "Succeeded"))
    ]
    assert [event.at.hour for event in read(tmp_path, once)] == [9, 11]


def test_operations_that_share_a_correlation_are_told_apart(tmp_path: Path) -> None:
    deployment = [entry("14 09:00", WRITE, f"{MACHINE}{number}", operation_id="deployment") for number in range(3)]
    assert len(read(tmp_path, deployment)) == 3


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"sub_status": "Forbidden"}, "Forbidden"),
        ({"sub_status": "", "properties": {"statusCode": "Conflict"}}, "Conflict"),
        (
            {"properties": {"statusMessage": json.dumps({"error": {"code": "AuthorizationFailed", "message": "no"}})}},
            "AuthorizationFailed",
        ),
        ({"properties": {"statusMessage": json.dumps({"code": "ScopeLocked"})}}, "ScopeLocked"),
        ({"sub_status": "", "properties": {"statusMessage": "it broke"}}, "Failed"),
    ],
)
def test_a_failed_operation_says_why(tmp_path: Path, more: dict[str, Any], error: str) -> None:
    [event] = read(tmp_path, entry("14 09:00", WRITE, status="Failed", **more))
    assert event.error == error
    assert event.writes
    assert f"(failed: {error})" in event.summary


def test_an_exported_failure_says_why(tmp_path: Path) -> None:
    [event] = read(tmp_path, exported(entry("14 09:00", WRITE, status="Failed", sub_status="Forbidden")))
    assert event.error == "Forbidden"


@pytest.mark.parametrize(
    ("operation", "writes"),
    [
        (WRITE, True),
        ("Microsoft.Compute/virtualMachines/delete", True),
        (START, True),
        ("Microsoft.Storage/storageAccounts/regenerateKey/action", True),
        ("Microsoft.Storage/storageAccounts/listKeys/action", False),
        ("MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTACCOUNTSAS/ACTION", False),
        ("Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action", False),
        ("Microsoft.Network/virtualNetworks/subnets/join/action", False),
        ("Microsoft.Resources/deployments/validate/action", False),
        ("Microsoft.Compute/virtualMachines/read", False),
        ("Microsoft.Authorization/policies/auditIfNotExists/action", False),
        ("Microsoft.Network/networkSecurityGroups/securityRules/write", True),
    ],
)
def test_what_writes(tmp_path: Path, operation: str, writes: bool) -> None:
    [event] = read(tmp_path, entry("14 09:00", operation))
    assert event.writes is writes


def test_a_part_touches_the_whole() -> None:
    rule = f"{NSG}/securityRules/ssh"
    assert touched(rule) == (rule.lower(), NSG.lower())
    lock = f"{VAULT}/providers/Microsoft.Authorization/locks/keep"
    assert touched(lock) == (lock.lower(), VAULT.lower())
    assert touched(GROUP) == (GROUP.lower(),)


def test_autoscaling_writes_the_number_of_instances(tmp_path: Path) -> None:
    scaled = f"{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/workers"
    [event] = read(
        tmp_path,
        entry(
            "14 09:00",
            "Microsoft.Insights/AutoscaleSettings/Scaleup/Action",
            f"{GROUP}/providers/microsoft.insights/autoscalesettings/workers",
            {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/spn": "Microsoft.Insights/autoscaleSettings"},
            category={"value": "Autoscale"},
            caller="Microsoft.Insights/autoscaleSettings",
            properties={"ResourceName": scaled, "OldInstancesCount": "3", "NewInstancesCount": "5"},
        ),
    )
    assert scaled.lower() in event.touches
    assert json.loads(event.request) == {"sku": {"capacity": 5}}
    assert (event.actor.principal, event.actor.kind) == ("Microsoft.Insights/autoscaleSettings", "service")


def test_what_a_policy_changes_is_azures_and_what_it_finds_is_no_write(tmp_path: Path) -> None:
    acts = [
        entry("14 09:00", f"Microsoft.Authorization/policies/{verb}/action", category={"value": "Policy"})
        for verb in ("modify", "audit")
    ]
    found = {event.operation.split("/")[2]: event for event in read(tmp_path, acts)}
    assert (found["modify"].actor.principal, found["modify"].writes) == ("Azure Policy", True)
    assert (found["audit"].actor.principal, found["audit"].writes) == ("jana@shop.example", False)


def test_no_secret_is_kept(tmp_path: Path) -> None:
    body = {"properties": {"administratorLoginPassword": "hunter2-hunter2", "version": "16"}}
    content = entry("14 09:00", WRITE, body=body)
    content["claims"]["secret"] = "s3cr3t-claim"
    [event] = read(tmp_path, json.dumps(content, indent=1).encode())
    text = repr(event)
    assert "hunter2" not in text
    assert "s3cr3t-claim" not in text
    assert json.loads(event.request)["properties"] == {"administratorLoginPassword": "(sensitive)", "version": "16"}
    assert json.loads(event.original)["authorization"]["evidence"] == {"role": "Contributor"}


def test_what_is_damaged_costs_itself(tmp_path: Path) -> None:
    context = Context()
    good = [json.dumps(entry(f"14 09:0{number}", WRITE)) for number in range(3)]
    broken = json.dumps({"operationName": {"value": WRITE}})
    content = "\n".join([good[0], good[1][:200], broken, good[2], '{"other": 1}']).encode()
    assert len(read(tmp_path, content, context)) == 2
    assert context.skipped == 3


def test_of_a_file_that_was_cut_short_the_complete_entries_count(tmp_path: Path) -> None:
    context = Context()
    content = json.dumps({"value": [entry(f"14 09:0{number}", WRITE) for number in range(3)]}, indent=2)
    assert len(read(tmp_path, content[: int(len(content) * 0.8)].encode(), context)) == 2
    assert context.skipped == 1


def test_what_is_there_twice_counts_once(tmp_path: Path) -> None:
    context = Context()
    one = entry("14 09:00", WRITE)
    assert len(read(tmp_path, [one, one, exported(one), exported(one)], context)) == 1
    assert context.skipped == 2
    assert not context.problems


def test_only_what_was_recorded_since_is_told(tmp_path: Path) -> None:
    entries = [entry("14 09:00", WRITE), entry("14 11:00", WRITE)]
    [event] = read(tmp_path, entries, Context(since=moment("14 10:00")))
    assert event.at.hour == 11


@pytest.mark.parametrize("content", [b"no json", b"\x1f\x8bbroken", b'{"value": ['])
def test_nothing_usable_fails_the_source(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(SourceError, match="nothing in source 'log' can be used"):
        read(tmp_path, content)


ENTRIES = [
    entry(f"14 09:0{2 * run + step}", WRITE, operation_id=f"op-{run}", status=status, body={"tags": {"run": str(run)}})
    for run in range(4)
    for step, status in enumerate(("Started", "Succeeded"))
]


@given(st.permutations(range(8)), st.integers(1, 7))
def test_neither_the_order_of_entries_nor_the_files_they_are_in_matter(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], cut: int
) -> None:
    entries = [ENTRIES[number] for number in order]
    found = read(tmp_path_factory.mktemp("log"), [packed(entries[:cut]), lines(entries[cut:])])
    found.sort(key=lambda event: event.at)
    assert found == read(tmp_path_factory.mktemp("log"), {"value": ENTRIES})
    assert [event.id for event in found] == [done["eventDataId"] for done in ENTRIES[1::2]]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_whatever_an_entry_holds_it_is_read_or_skipped(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    context = Context()
    odd = {
        **entry("14 09:00", WRITE),
        "properties": value,
        "claims": value,
        "authorization": value,
        "httpRequest": value,
    }
    [event] = read(tmp_path_factory.mktemp("log"), [odd, {"operationName": value}], context)
    assert event.operation == WRITE
    assert context.skipped == 1
