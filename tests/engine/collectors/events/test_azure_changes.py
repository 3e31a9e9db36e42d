"""What Resource Graph recorded of changes: which property moved, and by whom as far as it or the log tells."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.collectors.base import Context
from engine.collectors.events.azure_activity import Settings, Source
from engine.model import RECORDED_CHANGE, Actor, ActorKind, Event, EventKind, Via
from tests.support.azure_log import CLI, GROUP, MACHINE, SUBSCRIPTION, change, entry, person, software
from tests.support.cases import moment

SIZE = {"properties.hardwareProfile.vmSize": ("Standard_D2s_v5", "Standard_D8s_v5")}
WRITE = "Microsoft.Compute/virtualMachines/write"
APP = "81349677-f571-40a4-a2ca-b13f9034f6d5"


def read(tmp_path: Path, content: Any, *entries: Any, context: Context | None = None) -> list[Event]:
    """The changes among the events of a file of rows and one of entries of the log."""
    (tmp_path / "changes.json").write_text(json.dumps(content))
    if entries:
        (tmp_path / "log.json").write_text(json.dumps({"value": entries}))
    source = Source(Settings(name="log", kind="azure_activity", path=str(tmp_path)))
    return [event for event in source.collect(context or Context()) if event.operation == RECORDED_CHANGE]


def test_a_change_tells_what_moved_and_by_whom(tmp_path: Path) -> None:
    row = change("14 09:30", MACHINE, SIZE)
    [event] = read(tmp_path, {"data": [row], "totalRecords": 1})
    assert (event.kind, event.id, event.scope) == (EventKind.AUDIT, row["name"], SUBSCRIPTION)
    assert event.at.replace(microsecond=0) == moment("14 09:30")
    assert event.actor == Actor("jana@shop.example", ActorKind.HUMAN, Via.CONSOLE)
    assert event.touches == (MACHINE.lower(),)
    assert json.loads(event.request) == [
        {"path": "properties.hardwareProfile.vmSize", "before": "Standard_D2s_v5", "after": "Standard_D8s_v5"}
    ]


def test_every_shape_of_an_answer(tmp_path: Path) -> None:
    row = change("14 09:30", MACHINE, SIZE)
    table = {"columns": [{"name": name} for name in row], "rows": [list(row.values())]}
    flat = {"id": row["id"], **row["properties"]}
    for content in ({"data": table}, [row], {"value": [row]}, row, [flat]):
        [event] = read(tmp_path, content)
        assert event.id == row["name"]
        assert "vmSize" in event.request


@pytest.mark.parametrize(("kind", "before", "after"), [("Create", None, MACHINE), ("Delete", MACHINE, None)])
def test_a_resource_that_came_or_went(tmp_path: Path, kind: str, before: Any, after: Any) -> None:
    [event] = read(tmp_path, [change("14 09:30", MACHINE, kind=kind)])
    assert json.loads(event.request) == [{"path": "", "before": before, "after": after}]


def test_values_that_are_nothing_cut_short_or_secret(tmp_path: Path) -> None:
    row = change("14 09:30", MACHINE, {"tags.a": ("null", "b"), "tags.long": ("x", "y"), "tags.password": ("p1", "p2")})
    row["properties"]["changes"]["tags.long"]["isTruncated"] = "true"
    [event] = read(tmp_path, [row])
    assert [tuple(moved.values())[1:] for moved in json.loads(event.request)] == [
        (None, "b"),
        ("(sensitive)", "(sensitive)"),
        ("(sensitive)", "(sensitive)"),
    ]
    assert "p2" not in event.request


@pytest.mark.parametrize(("by", "by_type"), [(APP, "Application"), ("Unspecified", "Unspecified"), (APP, "User")])
def test_the_log_tells_more_of_the_person(tmp_path: Path, by: str, by_type: str) -> None:
    row = change("14 09:31", MACHINE, SIZE, by=by, by_type=by_type, client="Terraform", correlation="op")
    call = entry("14 09:30", WRITE, MACHINE.upper(), person("omar@shop.example", CLI), operation_id="op")
    [event] = read(tmp_path, [row], call)
    assert (event.actor.principal, event.actor.kind) == ("omar@shop.example", ActorKind.HUMAN)
    assert (event.actor.source_ip, event.actor.role) == ("203.0.113.9", "Contributor")
    assert event.actor.via is (Via.CLI if by == "Unspecified" else Via.TERRAFORM)


def test_of_several_calls_that_of_the_person_counts(tmp_path: Path) -> None:
    row = change("14 09:31", MACHINE, SIZE, by="Unspecified", client="Unspecified", correlation="op")
    shared: dict[str, Any] = {"correlationId": "op"}
    calls = [entry("14 09:30", WRITE, claims=software(APP), **shared), entry("14 09:30", WRITE, **shared)]
    [event] = read(tmp_path, [row], *calls)
    assert event.actor.principal == "jana@shop.example"


def test_a_deployment_tells_of_all_it_made(tmp_path: Path) -> None:
    row = change("14 09:31", MACHINE, kind="Create", by="Unspecified", client="Unspecified", correlation="op")
    deployment = f"{GROUP}/providers/Microsoft.Resources/deployments/shop"
    call = entry("14 09:30", "Microsoft.Resources/deployments/write", deployment, correlationId="op")
    [event] = read(tmp_path, [row], call)
    assert event.actor.principal == "jana@shop.example"


def test_what_resource_graph_knows_better_it_keeps(tmp_path: Path) -> None:
    row = change("14 09:31", MACHINE, SIZE, correlation="op")
    call = entry("14 09:30", WRITE, operation_id="op", claims={"appid": APP, "idtyp": "app"}, caller=APP)
    [event] = read(tmp_path, [row], call)
    assert event.actor.principal == "jana@shop.example"


def test_a_call_that_failed_or_is_of_another_tells_nothing(tmp_path: Path) -> None:
    row = change("14 09:31", MACHINE, SIZE, by="System", by_type="System", client="Unspecified", correlation="op")
    failed = entry("14 09:30", WRITE, status="Failed", operation_id="op")
    other = entry("14 09:30", WRITE, operation_id="another")
    [event] = read(tmp_path, [row], failed, other)
    assert event.actor == Actor()


def test_a_row_without_a_time_is_skipped(tmp_path: Path) -> None:
    context = Context()
    row = change("14 09:30", MACHINE, SIZE)
    broken = change("14 09:31", MACHINE, SIZE)
    del broken["properties"]["changeAttributes"]["timestamp"]
    assert len(read(tmp_path, [row, row, broken], context=context)) == 1
    assert context.skipped == 2
