"""Who changed what in Azure, end to end: state and rows of Resource Graph, the activity log, recorded changes."""

import asyncio
import copy
import json
from pathlib import Path
from typing import Any

import pytest

from engine.config import bundle_config
from engine.model import ActorKind, Drift, DriftKind, Via
from engine.pipeline import scan
from tests.support.azure_log import CLI, GROUP, MACHINE, NSG, SUBSCRIPTION, Json, change, entry, person, software

WRITE_MACHINE = "Microsoft.Compute/virtualMachines/write"
WRITE_RULE = "Microsoft.Network/networkSecurityGroups/securityRules/write"
PIPELINE = "81349677-f571-40a4-a2ca-b13f9034f6d5"
OMAR = person("omar@shop.example", CLI)

RULE = {
    "name": "web",
    "protocol": "Tcp",
    "source_port_range": "*",
    "destination_port_range": "443",
    "source_address_prefix": "10.0.0.0/8",
    "destination_address_prefix": "*",
    "access": "Allow",
    "priority": 100,
    "direction": "Inbound",
}
LIVE_RULE = {
    "protocol": "Tcp",
    "sourcePortRange": "*",
    "destinationPortRange": "443",
    "sourceAddressPrefix": "10.0.0.0/8",
    "destinationAddressPrefix": "*",
    "access": "Allow",
    "priority": 100,
    "direction": "Inbound",
}
SSH = {**LIVE_RULE, "destinationPortRange": "22", "sourceAddressPrefix": "Internet", "priority": 110}
STATE = {
    "azurerm_linux_virtual_machine": {"id": MACHINE, "name": "web-1", "size": "Standard_D2s_v5"},
    "azurerm_network_security_group": {"id": NSG, "name": "web-nsg", "security_rule": [RULE]},
}
LIVE = {
    MACHINE: {"properties": {"hardwareProfile": {"vmSize": "Standard_D2s_v5"}}},
    NSG: {"properties": {"securityRules": [{"name": "web", "properties": LIVE_RULE}]}},
}


def resized(size: str = "Standard_D8s_v5") -> Json:
    """The machine's representation in another size."""
    return {"properties": {"hardwareProfile": {"vmSize": size}}}


def opened() -> Json:
    """The group's representation with one rule more."""
    rules = copy.deepcopy(LIVE[NSG]["properties"]["securityRules"])
    return {"properties": {"securityRules": [*rules, {"name": "ssh", "properties": SSH}]}}


class Bundle:
    """An estate of one machine and one group, and what was recorded around it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def drifts(self, live: dict[str, Json | None], log: list[Json] = [], changes: list[Json] = []) -> list[Drift]:  # noqa: B006
        resources = [
            {
                "mode": "managed",
                "type": kind,
                "name": "it",
                "provider": 'provider["registry.terraform.io/hashicorp/azurerm"]',
                "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}],
            }
            for kind, attributes in STATE.items()
        ]
        state = {"version": 4, "terraform_version": "1.9.5", "serial": 3, "lineage": "l", "resources": resources}
        rows = [self._row(identity, part) for identity, part in {**LIVE, **live}.items() if part is not None]
        self._write("terraform/shop.tfstate", state)
        self._write("azure/resources.json", {"data": rows, "totalRecords": len(rows)})
        if log:
            self._write("azure-activity/log.json", {"value": log})
        if changes:
            self._write("azure-activity/changes.json", {"data": changes})
        return list(asyncio.run(scan(bundle_config(self._folder))).drifts)

    def drift(self, live: dict[str, Json | None], log: list[Json] = [], changes: list[Json] = []) -> Drift:  # noqa: B006
        [found] = self.drifts(live, log, changes)
        return found

    @staticmethod
    def _row(identity: str, part: Json) -> Json:
        _, _, path = identity.rpartition("/providers/")
        provider, *names = path.split("/")
        return {
            "id": identity.replace("rg-shop", "RG-SHOP"),
            "name": names[-1],
            "type": "/".join([provider, *names[::2]]).lower(),
            "tenantId": "t",
            "subscriptionId": SUBSCRIPTION,
            "resourceGroup": "rg-shop",
            "location": "westeurope",
            **dict.fromkeys(("identity", "kind", "managedBy", "plan", "sku", "tags", "zones")),
            **part,
        }

    def _write(self, name: str, content: Any) -> None:
        file = self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return Bundle(tmp_path)


def who_and_when(drift: Drift) -> tuple[str | None, str | None]:
    return drift.actor.principal, f"{drift.changed_at:%d %H:%M}" if drift.changed_at else None


APPLIED = entry("10 08:00", WRITE_MACHINE, MACHINE, software(PIPELINE), body=resized("Standard_D2s_v5"))
MOVED = {"properties.hardwareProfile.vmSize": ("Standard_D2s_v5", "Standard_D8s_v5")}


def test_by_the_log_alone(bundle: Bundle) -> None:
    calls = [
        APPLIED,
        entry("14 09:00", WRITE_MACHINE, MACHINE.upper(), body=resized()),
        entry("14 11:00", WRITE_MACHINE, MACHINE, OMAR, body=resized()),
    ]
    drift = bundle.drift({MACHINE: resized()}, calls)
    assert who_and_when(drift) == ("jana@shop.example", "14 09:00")
    assert (drift.actor.kind, drift.actor.via, drift.actor.role) == (ActorKind.HUMAN, Via.CONSOLE, "Contributor")


def test_by_the_recorded_change_alone(bundle: Bundle) -> None:
    drift = bundle.drift({MACHINE: resized()}, changes=[change("14 09:01", MACHINE, MOVED, client="Azure CLI")])
    assert who_and_when(drift) == ("jana@shop.example", "14 09:01")
    assert drift.actor.via is Via.CLI


def test_by_both_the_change_tells_when_and_the_log_who(bundle: Bundle) -> None:
    call = entry("14 09:00", WRITE_MACHINE, MACHINE, OMAR, operation_id="op")
    row = change("14 09:01", MACHINE, MOVED, by=PIPELINE, by_type="Application", client="Unknown", correlation="op")
    drift = bundle.drift({MACHINE: resized()}, [APPLIED, call], [row])
    assert who_and_when(drift) == ("omar@shop.example", "14 09:01")


def test_a_change_that_names_nobody_leads_to_the_call_before_it(bundle: Bundle) -> None:
    call = entry("14 09:00", WRITE_MACHINE, MACHINE, OMAR)
    row = change("14 09:01", MACHINE, MOVED, by="System", by_type="System", client="Unspecified")
    assert who_and_when(bundle.drift({MACHINE: resized()}, [call], [row])) == ("omar@shop.example", "14 09:00")


def test_a_change_that_nobody_called_for_names_nobody(bundle: Bundle) -> None:
    row = change("14 09:01", MACHINE, MOVED, by="System", by_type="System", client="Unspecified")
    assert who_and_when(bundle.drift({MACHINE: resized()}, [APPLIED], [row])) == (None, "14 09:01")


@pytest.mark.parametrize(
    "calls",
    [
        [],
        [APPLIED],
        [entry("14 09:00", WRITE_MACHINE, MACHINE, body=resized("Standard_D4s_v5"))],
        [entry("14 09:00", WRITE_MACHINE, f"{MACHINE}-b", body=resized())],
        [entry("14 09:00", WRITE_MACHINE, MACHINE.replace("rg-shop", "rg-test"), body=resized())],
        [entry("14 09:00", WRITE_MACHINE, MACHINE, body=resized(), status="Failed", sub_status="Forbidden")],
        [entry("14 09:00", "Microsoft.Compute/virtualMachines/start/action")],
        [entry("14 09:00", "Microsoft.Compute/virtualMachines/listSerialConsole/action")],
    ],
    ids=["nothing", "the apply", "another size", "another machine", "another group", "refused", "a start", "a read"],
)
def test_nobody_rather_than_the_wrong_one(bundle: Bundle, calls: list[Json]) -> None:
    assert who_and_when(bundle.drift({MACHINE: resized()}, calls)) == (None, None)


def test_a_call_that_was_refused_is_evidence(bundle: Bundle) -> None:
    message = {"statusMessage": json.dumps({"error": {"code": "AuthorizationFailed"}})}
    refused = entry("14 08:00", WRITE_MACHINE, MACHINE, body=resized(), status="Failed", properties=message)
    done = entry("14 09:00", WRITE_MACHINE, MACHINE, body=resized())
    drift = bundle.drift({MACHINE: resized()}, [refused, done])
    assert any("refused to the same principal" in item.summary for item in drift.evidence)


def test_the_last_write_that_shows_no_body_is_a_suspicion(bundle: Bundle) -> None:
    drift = bundle.drift({MACHINE: resized()}, [entry("14 09:00", WRITE_MACHINE, MACHINE, OMAR)])
    assert who_and_when(drift) == ("omar@shop.example", "14 09:00")
    assert drift.evidence[0].weight < 1


def test_a_rule_that_was_added_to_a_group(bundle: Bundle) -> None:
    rule = f"{NSG}/securityRules/ssh"
    calls = [
        entry("13 09:00", WRITE_RULE, rule, OMAR, body={"properties": {**SSH, "sourceAddressPrefix": "192.0.2.0/24"}}),
        entry("13 10:00", WRITE_RULE.replace("write", "delete"), rule, OMAR),
        entry("14 09:00", WRITE_RULE, rule, body={"properties": SSH}),
        entry("14 10:00", WRITE_RULE, f"{NSG}/securityRules/other", OMAR, body={"properties": {**SSH, "priority": 9}}),
        entry("14 10:05", WRITE_RULE.replace("write", "delete"), f"{NSG}/securityRules/other", OMAR),
    ]
    assert who_and_when(bundle.drift({NSG: opened()}, calls)) == ("jana@shop.example", "14 09:00")


def test_a_rule_that_was_added_with_the_whole_group(bundle: Bundle) -> None:
    calls = [entry("14 09:00", "Microsoft.Network/networkSecurityGroups/write", NSG, OMAR, body=opened())]
    assert who_and_when(bundle.drift({NSG: opened()}, calls)) == ("omar@shop.example", "14 09:00")


def test_a_rule_that_was_added_as_resource_graph_recorded_it(bundle: Bundle) -> None:
    item = "properties.securityRules[1]"
    fields = {f"{item}.properties.{name}": ("null", value) for name, value in SSH.items()}
    rows = [
        change("13 09:00", NSG, {"properties.provisioningState": ("Updating", "Succeeded")}, by="omar@shop.example"),
        change("14 09:00", NSG, {f"{item}.name": ("null", "ssh"), **fields}),
        change("15 09:00", NSG, {"tags.team": ("null", "shop")}, by="omar@shop.example"),
    ]
    assert who_and_when(bundle.drift({NSG: opened()}, changes=rows)) == ("jana@shop.example", "14 09:00")


def test_a_rule_that_was_taken_away(bundle: Bundle) -> None:
    emptied = {"properties": {"securityRules": []}}
    calls = [entry("14 09:00", WRITE_RULE.replace("write", "delete"), f"{NSG}/securityRules/web", OMAR)]
    assert who_and_when(bundle.drift({NSG: emptied}, calls)) == ("omar@shop.example", "14 09:00")


def test_a_machine_that_was_deleted(bundle: Bundle) -> None:
    calls = [APPLIED, entry("14 09:00", "Microsoft.Compute/virtualMachines/delete", MACHINE.upper(), OMAR)]
    other = {MACHINE.replace("web-1", "other"): resized()}
    [drift] = [found for found in bundle.drifts({MACHINE: None, **other}, calls) if found.kind is DriftKind.MISSING]
    assert who_and_when(drift) == ("omar@shop.example", "14 09:00")


def test_a_machine_that_went_with_its_group(bundle: Bundle) -> None:
    delete = "Microsoft.Resources/subscriptions/resourceGroups/delete"
    calls = [
        entry("14 08:00", delete, GROUP.replace("rg-shop", "rg-test")),
        entry("14 09:00", delete, GROUP, OMAR),
        entry("14 10:00", "Microsoft.Resources/subscriptions/resourceGroups/write", GROUP),
    ]
    other = {MACHINE.replace("web-1", "other"): resized()}
    [drift] = [found for found in bundle.drifts({MACHINE: None, **other}, calls) if found.kind is DriftKind.MISSING]
    assert who_and_when(drift) == ("omar@shop.example", "14 09:00")


def test_a_machine_that_was_made_by_hand(bundle: Bundle) -> None:
    made = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/scratch"
    calls = [entry("14 09:00", WRITE_MACHINE, made, OMAR), entry("14 10:00", WRITE_MACHINE, f"{made}2")]
    drift = bundle.drift({made: resized()}, calls)
    assert (drift.kind, who_and_when(drift)) == (DriftKind.UNMANAGED, ("omar@shop.example", "14 09:00"))
    row = change("14 09:01", made, kind="Create")
    assert who_and_when(bundle.drift({made: resized()}, changes=[row]))[0] is not None
