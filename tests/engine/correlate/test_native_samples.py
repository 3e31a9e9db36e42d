"""Of each sampled type of Google Cloud and Azure, a call that wrote the changed field is known as the one that did."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from engine.collectors.actual.azure_rows import observation
from engine.collectors.actual.gcp_records import Asset, observed
from engine.collectors.declared.statefile import Instance
from engine.collectors.declared.terraform_naming import Naming
from engine.compare import Estate, compare
from engine.correlate.operations import Said, operations_of
from engine.model import Declared, Difference, Event, EventKind, Observed, ResourceRef
from engine.providers import load_knowledge
from tests.support import azure_samples, gcp_samples

KNOWLEDGE = load_knowledge()
#: What only the declaration tells (which subnet, which disk), or nobody may see: the call may have been the one.
HIDDEN = {
    "azurerm_subnet_network_security_group_association",
    "azurerm_virtual_machine_data_disk_attachment",
    "azurerm_key_vault_access_policy",
}


def replaced(value: Any, steps: list[str | int], new: Any) -> Any:
    """A copy of the value with something else at a place."""
    result = copy.deepcopy(value)
    place = result
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = new
    return result


def difference(declared: Declared, live: Observed) -> Difference:
    found = compare([declared], Estate(KNOWLEDGE, [live], []), KNOWLEDGE).differences
    return next(item for item in found if item.changes)


def say(provider: str, operation: str, request: Any, path: str, found: Difference) -> set[Said]:
    event = Event(
        id="call",
        at=datetime.now(UTC),
        source="log",
        kind=EventKind.API_CALL,
        operation=operation,
        touches=(path,),
        request=json.dumps(request),
    )
    operations = operations_of(provider, KNOWLEDGE)
    return {operations.says(event, change, found.resource) for change in found.changes}


@pytest.mark.parametrize("sample", gcp_samples.SAMPLES, ids=lambda sample: sample.type)
def test_a_sampled_change_of_google_cloud(sample: gcp_samples.Sample) -> None:
    native, path = sample.asset
    data, field = replaced(sample.data, list(sample.changed), sample.to), str(sample.changed[0])
    name = f"//{native.partition('/')[0]}/{path}"
    asset = msgspec.convert({"name": name, "assetType": native, "resource": {"data": data}}, Asset)
    instance = Instance(f"{sample.type}.it", sample.type, "", sample.attributes)
    naming = Naming([instance])
    declared = Declared(naming.ref(instance), sample.attributes, "state", naming.keys(instance))
    found = difference(declared, observed(asset, "shop", "assets", "export.json"))
    kind = native.rpartition("/")[2]
    wrote, before = {field: data[field]}, {field: sample.data.get(field)}
    for operation in (f"v1.any.{kind[0].lower()}{kind[1:]}s.patch", f"google.any.v1.Any.Update{kind}"):
        for request in (wrote, {"@type": "type.googleapis.com/any", **wrote}, {"body": wrote, "project": "shop"}):
            assert say("gcp", operation, request, path, found) == {Said.YES}
        assert Said.YES not in say("gcp", operation, before, path, found)


@pytest.mark.parametrize("sample", azure_samples.SAMPLES, ids=lambda sample: sample.type)
def test_a_sampled_change_of_azure(sample: azure_samples.Sample) -> None:
    column, *below = sample.change[0].split(".")
    steps = [int(step) if step.isdigit() else step for step in (column, *below)]
    row = replaced(sample.row, steps, sample.change[1])
    ref = ResourceRef("azure", sample.type, sample.id, azure_samples.SUBSCRIPTION, f"{sample.type}.it")
    live = observation(row, "azure")
    assert live is not None
    found = difference(Declared(ref, sample.attributes, "state", keys=(sample.id,)), live)

    def body(of: dict[str, Any]) -> dict[str, Any]:
        return {column: {below[0]: of[column].get(below[0])} if below else of[column]}

    operation = f"{row['type']}/write"
    expected = Said.MAYBE if sample.type in HIDDEN else Said.YES
    assert say("azure", operation, body(row), row["id"], found) == {expected}
    assert Said.YES not in say("azure", operation, body(sample.row), row["id"], found)
