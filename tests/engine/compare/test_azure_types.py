"""Azure's tables: what agrees shows nothing however it is written, one change shows as itself."""

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.collectors.actual.azure_rows import observation
from engine.compare import Comparison, Estate, compare
from engine.model import SENSITIVE, Coverage, Declared, DriftKind, Observed, ResourceRef
from engine.providers import Knowledge, load_knowledge
from tests.support.azure_samples import SAMPLES, SUBSCRIPTION, Sample

KNOWLEDGE = load_knowledge()


def declare(sample: Sample, **attributes: Any) -> Declared:
    ref = ResourceRef("azure", sample.type, sample.id, SUBSCRIPTION, f"{sample.type}.it")
    return Declared(ref, {**sample.attributes, **attributes}, "state", keys=(sample.id,))


def observe(row: dict[str, Any]) -> Observed:
    found = observation(row, "azure")
    assert found is not None
    return found


def run(declared: list[Declared], *rows: dict[str, Any], knowledge: Knowledge = KNOWLEDGE) -> Comparison:
    observed = [observe(row) for row in rows]
    natives = {rule.native for rule in knowledge.types.values()}
    coverage = [Coverage("azure", native, SUBSCRIPTION, "azure") for native in natives]
    return compare(declared, Estate(knowledge, observed, coverage), knowledge)


def changed(row: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    row = copy.deepcopy(row)
    *folders, last = path.split(".")
    place: Any = row
    for name in folders:
        place = place[int(name)] if name.isdigit() else place[name]
    place[int(last) if last.isdigit() else last] = value
    return row


def shuffled(value: Any, dice: random.Random) -> Any:
    """The same value with its lists in another order; ids in another case."""
    if isinstance(value, dict):
        return {name: shuffled(item, dice) for name, item in value.items()}
    if isinstance(value, list):
        return dice.sample([shuffled(item, dice) for item in value], len(value))
    if isinstance(value, str) and value.lower().startswith("/subscriptions/"):
        return dice.choice((value, value.lower(), value.upper()))
    return value


def shown(result: Comparison) -> list[tuple[DriftKind, str, list[str]]]:
    return [
        (found.kind, found.resource.type, [change.path for change in found.changes]) for found in result.differences
    ]


def test_there_are_samples_of_enough_types() -> None:
    assert len({sample.type for sample in SAMPLES}) >= 30


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.type)
class TestType:
    def test_agrees(self, sample: Sample) -> None:
        result = run([declare(sample)], sample.row)
        assert [found for found in shown(result) if found[0] is not DriftKind.UNMANAGED] == []
        assert result.in_sync == 1

    def test_one_change_shows_as_itself(self, sample: Sample) -> None:
        result = run([declare(sample)], changed(sample.row, *sample.change))
        found = [found for found in shown(result) if found[0] is not DriftKind.UNMANAGED]
        assert found == [(DriftKind.MODIFIED, sample.type, [sample.path])]

    def test_is_missing_when_it_is_gone(self, sample: Sample) -> None:
        assert shown(run([declare(sample)])) == [(DriftKind.MISSING, sample.type, [])]


@settings(max_examples=60)
@given(st.sampled_from(SAMPLES), st.randoms(use_true_random=False))
def test_order_and_the_case_of_ids_say_nothing(sample: Sample, dice: random.Random) -> None:
    result = run([declare(sample)], shuffled(sample.row, dice))
    assert [found for found in shown(result) if found[0] is not DriftKind.UNMANAGED] == []


def of_type(name: str) -> Sample:
    return next(sample for sample in SAMPLES if sample.type == name)


def test_a_rule_declared_on_its_own_is_no_stray_of_its_group() -> None:
    group, rule = of_type("azurerm_network_security_group"), of_type("azurerm_network_security_rule")
    assert shown(run([declare(group, security_rule=[]), declare(rule)], group.row)) == []


def test_a_changed_rule_is_told_of_the_rule_and_not_of_its_group() -> None:
    group, rule = of_type("azurerm_network_security_group"), of_type("azurerm_network_security_rule")
    row = changed(group.row, "properties.securityRules.0.properties.access", "Deny")
    result = run([declare(group, security_rule=[]), declare(rule)], row)
    assert shown(result) == [(DriftKind.MODIFIED, "azurerm_network_security_rule", ["access"])]


def test_a_rule_that_nobody_declares_is_told_of_its_group() -> None:
    group = of_type("azurerm_network_security_group")
    stray = changed(group.row, "properties.securityRules.0.name", "open-to-all")
    both = changed(group.row, "properties.securityRules", [*group.row["properties"]["securityRules"], *stray["properties"]["securityRules"]])  # fmt: skip  # noqa: E501
    assert shown(run([declare(group)], both)) == [(DriftKind.MODIFIED, group.type, ["security_rule[1]"])]


def test_a_deleted_rule_is_missing_but_not_when_its_group_is() -> None:
    group, rule = of_type("azurerm_network_security_group"), of_type("azurerm_network_security_rule")
    empty = changed(group.row, "properties.securityRules", [])
    assert shown(run([declare(group, security_rule=[]), declare(rule)], empty)) == [(DriftKind.MISSING, rule.type, [])]
    assert shown(run([declare(group, security_rule=[]), declare(rule)])) == [(DriftKind.MISSING, group.type, [])]


def test_a_group_of_the_same_name_elsewhere_is_another_one() -> None:
    rule = of_type("azurerm_network_security_rule")
    elsewhere = changed(rule.row, "id", rule.row["id"].replace("RG-SHOP", "rg-other"))
    assert (DriftKind.MISSING, rule.type, []) in shown(run([declare(rule)], elsewhere))


def test_what_scales_by_itself_is_no_drift() -> None:
    plan = of_type("azurerm_service_plan")
    scaled = changed(plan.row, "sku.capacity", 8)
    setting = Declared(
        ResourceRef("azure", "azurerm_monitor_autoscale_setting", "/subscriptions/x/autoscale", "elsewhere"),
        {"target_resource_id": plan.id.upper()},
        "state",
    )
    assert shown(run([declare(plan)], scaled)) == [(DriftKind.MODIFIED, plan.type, ["worker_count"])]
    found = shown(run([declare(plan), setting], scaled))
    assert all(kind is DriftKind.MISSING for kind, *_ in found)


def test_nodes_that_the_cluster_scales_are_no_drift() -> None:
    cluster = of_type("azurerm_kubernetes_cluster")
    assert shown(run([declare(cluster)], changed(cluster.row, "properties.agentPoolProfiles.0.count", 5))) == []


def test_a_namespace_that_grows_by_itself_is_no_drift() -> None:
    namespace = of_type("azurerm_eventhub_namespace")
    grown = changed(changed(namespace.row, "sku.capacity", 4), "properties.isAutoInflateEnabled", True)
    assert shown(run([declare(namespace, auto_inflate_enabled=True)], grown)) == []


@pytest.mark.parametrize("name", ["azurepolicy", "azurePolicy"])
def test_an_addon_is_the_same_in_any_case(name: str) -> None:
    cluster = of_type("azurerm_kubernetes_cluster")
    row = changed(cluster.row, "properties.addonProfiles", {name: {"enabled": True}})
    assert shown(run([declare(cluster, azure_policy_enabled=True)], row)) == []


@pytest.mark.parametrize("written", [{"address_prefixes": ["10.0.1.0/24"]}, {"address_prefix": "10.0.1.0/24"}])
def test_subnets_within_a_network_are_compared_however_their_range_is_written(written: dict[str, Any]) -> None:
    network = of_type("azurerm_virtual_network")
    subnets = [
        {"name": "app", "security_group": f"{network.id.rsplit('/', 2)[0]}/networkSecurityGroups/nsg", **written}
    ]
    assert shown(run([declare(network, subnet=subnets)], network.row)) == []
    moved = changed(network.row, "properties.subnets.0.properties.addressPrefix", "10.0.9.0/24")
    (found,) = run([declare(network, subnet=subnets)], moved).differences
    assert [change.path for change in found.changes] == [f"subnet[0].{next(iter(written))}"]


def test_the_address_of_a_webhook_is_not_shown() -> None:
    group = of_type("azurerm_monitor_action_group")
    receiver = {"name": "chat", "service_uri": "https://chat.test/hook/very-secret", "use_common_alert_schema": True}
    live = [{"name": "chat", "serviceUri": "https://evil.test/hook/other", "useCommonAlertSchema": True}]
    result = run([declare(group, webhook_receiver=[receiver])], changed(group.row, "properties.webhookReceivers", live))
    (found,) = result.differences
    assert all(change.declared == change.actual == SENSITIVE for change in found.changes)


def machine(system: str) -> dict[str, Any]:
    return {"properties": {"storageProfile": {"osDisk": {"osType": system}}}}


@pytest.mark.parametrize(
    ("native", "columns", "expected"),
    [
        ("microsoft.compute/virtualmachines", machine("Windows"), "azurerm_windows_virtual_machine"),
        ("microsoft.compute/virtualmachines", machine("Linux"), "azurerm_linux_virtual_machine"),
        ("microsoft.web/sites", {"kind": "functionapp,linux"}, "azurerm_linux_function_app"),
        ("microsoft.cdn/profiles", {"sku": {"name": "Premium_AzureFrontDoor"}}, "azurerm_cdn_frontdoor_profile"),
        ("microsoft.cdn/profiles", {"sku": {"name": "Standard_Microsoft"}}, "azurerm_cdn_profile"),
    ],
)  # fmt: skip
def test_an_undeclared_resource_has_the_type_that_would_declare_it(
    native: str, columns: dict[str, Any], expected: str
) -> None:
    row = {**SAMPLES[1].row, "type": native, "properties": {}, **columns}
    assert shown(run([], row)) == [(DriftKind.UNMANAGED, expected, [])]


@pytest.mark.parametrize(
    ("group", "columns"),
    [
        ("MC_rg_aks_westeurope", {}),
        ("NetworkWatcherRG", {}),
        ("DefaultResourceGroup-WEU", {}),
        ("rg", {"managedBy": "/subscriptions/x/vm"}),
        ("rg", {"tags": {"ms-resource-usage": "azure-cloud-shell"}}),
    ],
)
def test_what_azure_makes_by_itself_is_hidden_with_a_reason(group: str, columns: dict[str, Any]) -> None:
    row = {**SAMPLES[1].row, **columns}
    row["id"] = row["id"].replace("RG-SHOP", group)
    result = run([], row)
    assert result.differences == ()
    assert len(result.hidden) == 1


def test_types_without_a_table_are_not_compared() -> None:
    other = Declared(ResourceRef("azure", "azapi_resource", SAMPLES[0].id, SUBSCRIPTION), {"id": "x"}, "state")
    result = run([other])
    assert result.not_compared == 1
    assert result.differences == ()
