"""Azure's tables against what the provider says of its attributes, and against what Resource Graph lists."""

from importlib.resources import files
from typing import Any

import msgspec
import pytest

from engine.collectors.actual.azure_rows import graph
from engine.providers import AttributeRule, TypeRule, load_knowledge

KNOWLEDGE = load_knowledge()
TABLES = {name: rule for name, rule in KNOWLEDGE.types.items() if KNOWLEDGE.providers[name] == "azure"}

#: Attributes that other versions of the provider have than the one that was looked at.
OTHER_VERSIONS = {
    "address_prefix",
    "allow_blob_public_access",
    "automatic_channel_upgrade",
    "bgp_enabled",
    "disable_bgp_route_propagation",
    "enable_accelerated_networking",
    "enable_auto_scaling",
    "enable_automatic_failover",
    "enable_batched_operations",
    "enable_express",
    "enable_free_tier",
    "enable_host_encryption",
    "enable_https_traffic_only",
    "enable_ip_forwarding",
    "enable_multiple_write_locations",
    "enable_node_public_ip",
    "enable_non_ssl_port",
    "enable_partitioning",
    "http2_enabled",
    "private_endpoint_network_policies_enabled",
}
#: Types of which no table of Resource Graph has a row; recorded answers of the Resource Manager do.
RECORDED_ONLY = {
    "microsoft.authorization/locks",
    "microsoft.dbforpostgresql/flexibleservers/databases",
    "microsoft.dbforpostgresql/flexibleservers/firewallrules",
    "microsoft.eventhub/namespaces/eventhubs",
    "microsoft.servicebus/namespaces/queues",
    "microsoft.servicebus/namespaces/topics",
    "microsoft.sql/servers/firewallrules",
    "microsoft.storage/storageaccounts/blobservices/containers",
    "microsoft.storage/storageaccounts/fileservices/shares",
}


class Line(msgspec.Struct):
    type: str
    attributes: dict[str, Any]


def stated() -> dict[str, dict[str, Any]]:
    text = files("engine.providers").joinpath("azure", "attributes.jsonl").read_bytes()
    lines = map(msgspec.json.Decoder(Line).decode, text.splitlines())
    return {line.type: line.attributes for line in lines}


def unknown(rule: Any, fields: dict[str, Any], path: str) -> list[str]:
    """The fields of a rule that the provider does not have."""
    found = []
    for name, sub in (rule.block or {}).items() if isinstance(rule, AttributeRule) else ():
        if name in fields:
            found += unknown(sub, fields[name], f"{path}.{name}")
        elif name not in OTHER_VERSIONS:
            found.append(f"{path}.{name}")
    return found


def test_there_are_enough_types() -> None:
    assert len(TABLES) > 100


@pytest.mark.parametrize("name", sorted(TABLES.keys() & stated().keys()))
def test_every_rule_is_for_an_attribute_that_the_provider_has(name: str) -> None:
    rule, attributes = TABLES[name], stated()[name]
    inherited = {"location", "tags"}
    wrong = [
        attribute
        for attribute in rule.attributes
        if attribute not in attributes and attribute not in OTHER_VERSIONS | inherited
    ]
    for attribute, sub in rule.attributes.items():
        wrong += unknown(sub, attributes.get(attribute, {}), attribute)
    wrong += [owned for child in rule.children for owned in child.owns if owned not in attributes]
    assert wrong == []


def test_every_type_is_listed_by_resource_graph_or_known_not_to_be() -> None:
    listed = {native for table in graph().tables.values() for native in table.types}
    natives = {rule.native for rule in TABLES.values()}
    assert natives - listed == RECORDED_ONLY
    assert listed - natives == set()


@pytest.mark.parametrize("rule", TABLES.values(), ids=TABLES)
def test_native_types_are_in_small_letters(rule: TypeRule) -> None:
    assert rule.native == rule.native.lower()


#: Native types whose undeclared resources are called by the first of several types, since nothing else tells.
BY_THE_FIRST = {"microsoft.authorization/policyassignments", "microsoft.web/staticsites"}


def test_several_types_of_one_native_type_are_told_apart() -> None:
    several = {rule.native: KNOWLEDGE.owners_of(rule.native) for rule in TABLES.values()}
    undecided = {native for native, owners in several.items() if sum(not TABLES[name].when for name in owners) > 1}
    assert undecided == BY_THE_FIRST
