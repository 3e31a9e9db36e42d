"""What the calls of Google Cloud and Azure say about changes of declared attributes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.correlate import attribute
from engine.correlate.operations import Said, operations_of
from engine.model import Actor, ActorKind, Change, Difference, DriftKind, Event, EventKind, ResourceRef, Via
from engine.providers import load_knowledge
from tests.support.cases import NOW, moment

KNOWLEDGE = load_knowledge()
MIA = Actor("mia@shop.example", ActorKind.HUMAN, Via.CONSOLE)
GROUP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/web"
PATHS = {
    "google_compute_firewall": "projects/shop/global/firewalls/web",
    "google_compute_instance": "projects/shop/zones/z/instances/web",
    "google_compute_instance_group_manager": "projects/shop/zones/z/instanceGroupManagers/web",
    "google_compute_subnetwork": "projects/shop/regions/r/subnetworks/web",
    "google_compute_disk": "projects/shop/zones/z/disks/web",
    "google_sql_database_instance": "projects/shop/instances/web",
    "google_container_cluster": "projects/shop/locations/l/clusters/web",
    "google_container_node_pool": "projects/shop/locations/l/clusters/web/nodePools/main",
    "google_storage_bucket": "projects/_/buckets/web",
    "google_pubsub_topic": "projects/shop/topics/web",
    "google_pubsub_subscription": "projects/shop/subscriptions/web",
    "google_project_iam_member": "projects/shop",
    "google_project_iam_binding": "projects/shop",
    "google_service_account": "projects/shop/serviceAccounts/web@shop.iam.gserviceaccount.com",
}


def google(
    operation: str, request: dict[str, Any], path: str, *, at: str = "14 09:30", service: str = "", actor: Actor = MIA
) -> Event:
    return _event(operation, request, (path, path.rpartition("/")[2]), at=at, service=service, actor=actor)


def azure(operation: str, request: dict[str, Any] | None, path: str, *, at: str = "14 09:30") -> Event:
    return _event(operation, request, (path,), at=at, service=operation.partition("/")[0])


def _event(
    operation: str,
    request: dict[str, Any] | None,
    touches: tuple[str, ...],
    *,
    at: str,
    service: str,
    actor: Actor = MIA,
) -> Event:
    return Event(
        id=f"{at} {operation} {actor.principal}",
        at=moment(at),
        source="log",
        kind=EventKind.API_CALL,
        operation=operation,
        actor=actor,
        service=service,
        touches=touches,
        request=json.dumps(request) if request is not None else "",
    )


def said(event: Event, declared_type: str, path: str, declared: Any, actual: Any, identity: str = "") -> Said:
    provider = "azure" if declared_type.startswith("azurerm") else "gcp"
    ref = ResourceRef(provider, declared_type, identity or event.touches[0])
    return operations_of(provider, KNOWLEDGE).says(event, Change(path, declared, actual), ref)


@pytest.mark.parametrize(
    ("declared_type", "operation", "request_body", "path", "declared", "actual"),
    [
        ("firewall", "v1.compute.firewalls.patch", {"sourceRanges": ["10.0.0.0/8", "0.0.0.0/0"]},
         "source_ranges", ["10.0.0.0/8"], ["0.0.0.0/0", "10.0.0.0/8"]),
        ("firewall", "v1.compute.firewalls.update",
         {"name": "web", "alloweds": [{"IPProtocol": "tcp", "ports": ["22", "443"]}], "priority": "1000"},
         "allow[0].ports", ["443"], ["22", "443"]),
        ("firewall", "v1.compute.firewalls.patch", {"alloweds": [{"IPProtocol": "tcp", "ports": ["443"]},
                                                                 {"IPProtocol": "udp"}]},
         "allow[1]", None, {"protocol": "udp"}),
        ("firewall", "beta.compute.firewalls.patch", {"disabled": True}, "disabled", False, True),
        ("instance", "beta.compute.instances.setMachineType", {"machineType": "zones/z/machineTypes/n2-standard-2"},
         "machine_type", "e2-standard-2", "n2-standard-2"),
        ("instance", "v1.compute.instances.setLabels",
         {"labels": [{"key": "env", "value": "prod"}, {"key": "debug", "value": "on"}], "labelFingerprint": "x"},
         "labels.debug", None, "on"),
        ("instance", "v1.compute.instances.setTags", {"tags": ["web", "ssh"], "fingerprint": "x"},
         "tags", ["web"], ["ssh", "web"]),
        ("instance", "v1.compute.instances.setTags", {"items": ["web", "ssh"]}, "tags", ["web"], ["ssh", "web"]),
        ("instance", "v1.compute.instances.setMetadata",
         {"items": [{"key": "enable-oslogin", "value": "FALSE"}]}, 'metadata["enable-oslogin"]', "TRUE", "FALSE"),
        ("instance", "v1.compute.instances.setScheduling", {"automaticRestart": False, "preemptible": True},
         "scheduling[0].preemptible", False, True),
        ("instance", "v1.compute.instances.setServiceAccount", {"email": "a@shop", "scopes": ["cloud-platform"]},
         "service_account[0].scopes", ["logging.write"], ["cloud-platform"]),
        ("instance", "v1.compute.instances.updateShieldedInstanceConfig", {"enableSecureBoot": False},
         "shielded_instance_config[0].enable_secure_boot", True, False),
        ("instance", "v1.compute.instances.setDeletionProtection", {"deletionProtection": False},
         "deletion_protection", True, False),
        ("instance_group_manager", "v1.compute.instanceGroupManagers.resize", {"size": "9"}, "target_size", 3, 9),
        ("disk", "v1.compute.disks.resize", {"sizeGb": "200"}, "size", 100, 200),
        ("subnetwork", "v1.compute.subnetworks.setPrivateIpGoogleAccess", {"privateIpGoogleAccess": True},
         "private_ip_google_access", False, True),
    ],
)  # fmt: skip
def test_a_compute_call_wrote_what_is_there(
    declared_type: str, operation: str, request_body: dict[str, Any], path: str, declared: Any, actual: Any
) -> None:
    name = f"google_compute_{declared_type}"
    event = google(operation, request_body, PATHS[name], service="compute.googleapis.com")
    assert said(event, name, path, declared, actual) is Said.YES
    assert said(event, name, path, actual, declared) is not Said.YES


@pytest.mark.parametrize(
    ("declared_type", "operation", "request_body", "path", "declared", "actual"),
    [
        ("google_sql_database_instance", "cloudsql.instances.patch",
         {"body": {"settings": {"backupConfiguration": {"enabled": False}}}, "instance": "web", "project": "shop"},
         "settings[0].backup_configuration[0].enabled", True, False),
        ("google_sql_database_instance", "cloudsql.instances.update",
         {"body": {"settings": {"tier": "db-custom-4-15360", "backupConfiguration": {}}}},
         "settings[0].backup_configuration[0].enabled", True, False),
        ("google_sql_database_instance", "google.cloud.sql.v1beta4.SqlInstancesService.Update",
         {"body": {"settings": {"ipConfiguration": {"authorizedNetworks": [
             {"name": "n0", "value": "10.0.0.0/8"}, {"value": "0.0.0.0/0"}]}}}},
         "settings[0].ip_configuration[0].authorized_networks[1]", None, {"value": "0.0.0.0/0"}),
        ("google_container_cluster", "google.container.v1.ClusterManager.UpdateCluster",
         {"name": "projects/shop/locations/l/clusters/web", "update": {"desiredLoggingService": "none"}},
         "logging_service", "logging.googleapis.com/kubernetes", "none"),
        ("google_container_cluster", "google.container.v1.ClusterManager.UpdateCluster",
         {"update": {"desiredMasterAuthorizedNetworksConfig": {
             "enabled": True, "cidrBlocks": [{"cidrBlock": "0.0.0.0/0"}]}}},
         "master_authorized_networks_config[0].cidr_blocks[0].cidr_block", "10.0.0.0/8", "0.0.0.0/0"),
        ("google_container_cluster", "google.container.v1.ClusterManager.SetLabels",
         {"resourceLabels": {"team": "sre"}}, "resource_labels.team", "web", "sre"),
        ("google_container_node_pool", "google.container.v1.ClusterManager.SetNodePoolAutoscaling",
         {"autoscaling": {"enabled": True, "maxNodeCount": 9}}, "autoscaling[0].max_node_count", 3, 9),
        ("google_container_node_pool", "google.container.v1.ClusterManager.SetNodePoolManagement",
         {"management": {"autoRepair": True}}, "management[0].auto_repair", False, True),
        ("google_container_node_pool", "google.container.v1.ClusterManager.UpdateNodePool",
         {"imageType": "UBUNTU_CONTAINERD"}, "node_config[0].image_type", "COS_CONTAINERD", "UBUNTU_CONTAINERD"),
        ("google_service_account", "google.iam.admin.v1.DisableServiceAccount", {"name": "x"}, "disabled", False, True),
        ("google_compute_instance_group_manager", "v1.compute.instanceGroupManagers.setInstanceTemplate",
         {"instanceTemplate": "projects/shop/global/instanceTemplates/b"}, "version[0].instance_template",
         "projects/shop/global/instanceTemplates/a", "projects/shop/global/instanceTemplates/b"),
        ("google_storage_bucket", "storage.buckets.update", {"versioning": {"enabled": False}},
         "versioning[0].enabled", True, False),
        ("google_storage_bucket", "storage.buckets.patch",
         {"iamConfiguration": {"publicAccessPrevention": "inherited"}},
         "public_access_prevention", "enforced", "inherited"),
        ("google_pubsub_topic", "google.pubsub.v1.Publisher.UpdateTopic",
         {"topic": {"name": "projects/shop/topics/web", "messageRetentionDuration": "600s"},
          "updateMask": "messageRetentionDuration"}, "message_retention_duration", "86400s", "600s"),
        ("google_pubsub_topic", "google.pubsub.v1.Publisher.UpdateTopic",
         {"topic": {"name": "projects/shop/topics/web"}, "updateMask": {"paths": ["labels"]}},
         "labels.team", "web", None),
        ("google_pubsub_subscription", "google.pubsub.v1.Subscriber.UpdateSubscription",
         {"subscription": {"ackDeadlineSeconds": 600}, "updateMask": "ackDeadlineSeconds"},
         "ack_deadline_seconds", 20, 600),
    ],
)  # fmt: skip
def test_a_call_of_another_service_wrote_what_is_there(
    declared_type: str, operation: str, request_body: dict[str, Any], path: str, declared: Any, actual: Any
) -> None:
    event = google(operation, request_body, PATHS[declared_type])
    assert said(event, declared_type, path, declared, actual) is Said.YES
    assert said(event, declared_type, path, actual, "quite another value") is not Said.YES


def test_another_value_ends_the_search_and_other_fields_do_not() -> None:
    patch = google("v1.compute.firewalls.patch", {"priority": 900}, PATHS["google_compute_firewall"])
    assert said(patch, "google_compute_firewall", "priority", 1000, 800) is Said.OTHERWISE
    assert said(patch, "google_compute_firewall", "disabled", False, True) is Said.NOTHING


def test_what_is_hidden_may_be() -> None:
    bucket, instance = PATHS["google_storage_bucket"], PATHS["google_compute_instance"]
    update = google("storage.buckets.update", {}, bucket)
    assert said(update, "google_storage_bucket", "versioning[0].enabled", True, False) is Said.MAYBE
    strange = google("storage.buckets.update", {"@type": "x", "ver": False}, bucket)
    assert said(strange, "google_storage_bucket", "versioning[0].enabled", True, False) is Said.MAYBE
    assert said(strange, "google_storage_bucket", "storage_class", "STANDARD", "NEARLINE") is Said.NOTHING
    metadata = google("v1.compute.instances.setMetadata", {"fingerprint": "x"}, instance)
    assert said(metadata, "google_compute_instance", "metadata.debug", None, "on") is Said.MAYBE
    assert said(metadata, "google_compute_instance", "machine_type", "a", "b") is Said.NOTHING
    restart = google("v1.compute.instances.reset", {}, instance)
    assert said(restart, "google_compute_instance", "metadata.debug", None, "on") is Said.NOTHING


def test_namesakes_of_other_kinds_and_services_are_not_meant() -> None:
    disk = google("v1.compute.disks.setLabels", {"labels": [{"key": "a", "value": "b"}]}, PATHS["google_compute_disk"])
    assert said(disk, "google_compute_instance", "labels.a", None, "b") is Said.NOTHING
    table = google("google.bigtable.admin.v2.UpdateInstance", {"labels": {"a": "b"}}, "projects/shop/instances/web",
                   service="bigtableadmin.googleapis.com")  # fmt: skip
    assert said(table, "google_sql_database_instance", "settings[0].tier", "a", "b") is Said.NOTHING


def test_namesakes_elsewhere_are_not_meant() -> None:
    machine, kind = "projects/shop/zones/b/instances/web", "google_compute_instance"
    resize = google("v1.compute.instances.setMachineType", {"machineType": "b"}, "projects/shop/zones/a/instances/web")
    assert said(resize, kind, "machine_type", "a", "b", machine) is Said.NOTHING
    assert said(resize, kind, "machine_type", "a", "b", "projects/9/zones/a/instances/web") is Said.YES
    operations = operations_of("gcp", KNOWLEDGE)
    change = Change("machine_type", "a", "b")
    for scope, expected in (("shop", Said.YES), ("other", Said.NOTHING), ("980675999748", Said.YES)):
        here = structs.replace(resize, scope=scope)
        assert operations.says(here, change, ResourceRef("gcp", kind, "web", "shop")) is expected


@pytest.mark.parametrize(
    ("operation", "declared_type", "path", "creates", "deletes"),
    [
        ("v1.compute.firewalls.insert", "google_compute_firewall", "projects/shop/global/firewalls/web", True, False),
        ("v1.compute.firewalls.delete", "google_compute_firewall", "projects/shop/global/firewalls/web", False, True),
        ("v1.compute.instances.deleteAccessConfig", "google_compute_instance", "projects/shop/zones/z/instances/web",
         False, False),
        ("google.container.v1.ClusterManager.DeleteNodePool", "google_container_node_pool",
         "projects/shop/locations/l/clusters/web/nodePools/main", False, True),
        ("google.container.v1.ClusterManager.DeleteNodePool", "google_container_cluster",
         "projects/shop/locations/l/clusters/web/nodePools/main", False, False),
        ("google.iam.admin.v1.CreateServiceAccount", "google_service_account", "projects/shop", True, False),
        ("google.pubsub.v1.Publisher.DeleteTopic", "google_pubsub_topic", "projects/shop/topics/web", False, True),
        ("storage.buckets.create", "google_storage_bucket", "projects/_/buckets/web", True, False),
        ("cloudsql.instances.delete", "google_sql_database_instance", "projects/shop/instances/web", False, True),
        ("google.cloud.sql.v1beta4.SqlInstancesService.Delete", "google_sql_database_instance",
         "projects/shop/instances/web", False, True),
        ("google.api.serviceusage.v1.ServiceUsage.DisableService", "google_project_service",
         "projects/1/services/sqladmin.googleapis.com", False, True),
        ("google.api.serviceusage.v1.ServiceUsage.BatchEnableServices", "google_project_service", "projects/1",
         True, False),
        ("google.iam.admin.v1.DisableServiceAccount", "google_service_account",
         "projects/shop/serviceAccounts/web@shop.iam.gserviceaccount.com", False, False),
        ("google.cloud.sql.v1beta4.SqlInstancesService.Insert", "google_sql_database_instance", "projects/shop",
         True, False),
    ],
)  # fmt: skip
def test_what_makes_and_removes(operation: str, declared_type: str, path: str, creates: bool, deletes: bool) -> None:
    event, ref = google(operation, {}, path), ResourceRef("gcp", declared_type, path)
    operations = operations_of("gcp", KNOWLEDGE)
    assert operations.creates(event, ref) is creates
    assert operations.deletes(event, ref) is deletes


def test_a_policy_is_read_by_what_was_added_and_removed() -> None:
    removed = google(
        "SetIamPolicy",
        {
            "policy": {"bindings": [{"role": "roles/viewer", "members": ["user:omar@shop.example"]}]},
            "policyDelta": {
                "bindingDeltas": [{"action": "REMOVE", "role": "roles/viewer", "member": "user:mia@shop.example"}]
            },
        },
        "projects/shop",
    )
    member = ResourceRef("gcp", "google_project_iam_member", "shop/roles/viewer/user:mia@shop.example")
    other = ResourceRef("gcp", "google_project_iam_member", "shop/roles/editor/user:mia@shop.example")
    operations = operations_of("gcp", KNOWLEDGE)
    assert operations.deletes(removed, member)
    assert not operations.deletes(removed, other)
    members = ["user:omar@shop.example", "user:mia@shop.example"]
    binding = "shop/roles/viewer"
    assert said(removed, "google_project_iam_binding", "members", members, members[:1], binding) is Said.YES
    assert said(removed, "google_project_iam_binding", "members", members[:1], members, binding) is Said.OTHERWISE


def test_a_policy_that_is_not_shown_may_have_been_what_it_added() -> None:
    added = {"policyDelta": {"bindingDeltas": [{"action": "ADD", "role": "roles/viewer", "member": "allUsers"}]}}
    event = google("storage.setIamPermissions", added, "projects/_/buckets/web", service="storage.googleapis.com")
    kind = "google_storage_bucket_iam_binding"
    assert said(event, kind, "members", ["user:a"], ["user:a", "allUsers"], "b/web/roles/viewer") is Said.MAYBE
    assert said(event, kind, "members", ["user:a"], ["user:a", "allUsers"], "b/web/roles/editor") is Said.NOTHING


RULE = {"access": "Deny", "priority": 137, "sourceAddressPrefix": "203.0.113.0/24", "destinationPortRange": "*"}
SHOWN = {
    "name": "drop", "access": "Deny", "priority": 137, "source_address_prefix": "203.0.113.0/24",
    "source_port_range": "*", "destination_port_range": "*",
}  # fmt: skip


def test_a_child_of_azure_is_put_in_its_parent() -> None:
    kind = "Microsoft.Network/networkSecurityGroups/securityRules"
    write = azure(f"{kind}/write", {"properties": RULE}, f"{GROUP}/securityRules/drop")
    group = "azurerm_network_security_group"
    assert said(write, group, "security_rule[2]", None, SHOWN) is Said.YES
    assert said(write, group, "security_rule[2]", None, {**SHOWN, "priority": 119}) is Said.NOTHING
    assert said(write, group, "security_rule[0].access", "Allow", "Deny") is Said.YES
    assert said(write, group, "tags.team", "a", "b") is Said.NOTHING
    silent = azure(f"{kind}/write", None, f"{GROUP}/securityRules/drop")
    assert said(silent, group, "security_rule[0].access", "Allow", "Deny") is Said.MAYBE
    assert said(silent, group, "tags.team", "a", "b") is Said.NOTHING
    delete = azure(f"{kind.upper()}/DELETE", None, f"{GROUP}/securityRules/drop")
    assert said(delete, group, "security_rule[0]", SHOWN, None) is Said.YES
    assert said(delete, group, "security_rule[0]", {**SHOWN, "name": "other"}, None) is Said.NOTHING
    assert said(delete, group, "security_rule[2]", None, SHOWN) is Said.OTHERWISE


def test_a_child_of_azure_that_is_declared_itself() -> None:
    kind, rule = "Microsoft.Network/networkSecurityGroups/securityRules", f"{GROUP}/securityRules/drop"
    write = azure(f"{kind}/write", {"properties": RULE}, rule)
    assert said(write, "azurerm_network_security_rule", "access", "Allow", "Deny") is Said.YES
    assert said(write, "azurerm_network_security_rule", "access", "Allow", "Deny", f"{GROUP}/securityRules/b") is (
        Said.NOTHING
    )
    named = f"{GROUP}/securityRules/Drop"
    assert said(write, "azurerm_network_security_rule", "access", "Allow", "Deny", named) is Said.YES
    delete, ref = azure(f"{kind}/delete", None, rule), ResourceRef("azure", "azurerm_network_security_rule", rule)
    operations = operations_of("azure", KNOWLEDGE)
    assert operations.deletes(delete, ref)
    assert not operations.deletes(delete, ResourceRef("azure", "azurerm_network_security_group", GROUP))
    whole = azure("Microsoft.Network/networkSecurityGroups/delete", None, GROUP)
    assert operations.deletes(whole, ResourceRef("azure", "azurerm_network_security_group", GROUP))


def test_the_status_of_the_answer_tells_making_from_changing() -> None:
    path = "/subscriptions/s/resourcegroups/rg/providers/microsoft.storage/storageaccounts/logs"
    write = azure("Microsoft.Storage/storageAccounts/write", None, path)
    ref = ResourceRef("azure", "azurerm_storage_account", path)
    operations = operations_of("azure", KNOWLEDGE)
    for status, made in (("Created", True), ("Accepted", True), ("OK", False)):
        original = json.dumps({"properties": {"statusCode": status}})
        assert operations.creates(structs.replace(write, original=original), ref) is made


@pytest.mark.parametrize(
    ("operation", "request_body", "declared_type", "path", "declared", "actual", "expected"),
    [
        ("Microsoft.Storage/storageAccounts/write", {"properties": {"networkAcls": {"defaultAction": "Allow"}}},
         "azurerm_storage_account", "network_rules[0].default_action", "Deny", "Allow", Said.YES),
        ("Microsoft.Storage/storageAccounts/write", {"properties": {"networkAcls": {"defaultAction": "Allow"}}},
         "azurerm_storage_account", "network_rules[0].default_action", "Allow", "Deny", Said.OTHERWISE),
        ("Microsoft.Storage/storageAccounts/write", None,
         "azurerm_storage_account", "network_rules[0].default_action", "Allow", "Deny", Said.MAYBE),
        ("Microsoft.Storage/storageAccounts/regenerateKey/action", None,
         "azurerm_storage_account", "network_rules[0].default_action", "Allow", "Deny", Said.NOTHING),
        ("Microsoft.Storage/storageAccounts/write", {"tags": {"env": "prod", "owner": "mia"}},
         "azurerm_storage_account", "tags.owner", None, "mia", Said.YES),
        ("Microsoft.Resources/tags/write", {"operation": "Merge", "properties": {"tags": {"owner": "mia"}}},
         "azurerm_storage_account", "tags.owner", None, "mia", Said.YES),
        ("Microsoft.Resources/tags/write", {"operation": "Merge", "properties": {"tags": {"owner": "mia"}}},
         "azurerm_storage_account", "tags.env", "prod", None, Said.NOTHING),
        ("Microsoft.Web/sites/config/write", {"properties": {"alwaysOn": False}},
         "azurerm_linux_web_app", "site_config[0].always_on", True, False, Said.YES),
    ],
)  # fmt: skip
def test_a_call_of_azure(
    operation: str,
    request_body: dict[str, Any] | None,
    declared_type: str,
    path: str,
    declared: Any,
    actual: Any,
    expected: Said,
) -> None:
    assert said(azure(operation, request_body, "/subscriptions/s/x"), declared_type, path, declared, actual) is expected


def test_secrets_are_not_compared() -> None:
    path = PATHS["google_compute_instance"]
    event = google("v1.compute.instances.setMetadata", {"items": [{"key": "token", "value": "(sensitive)"}]}, path)
    assert said(event, "google_compute_instance", "metadata.token", "(sensitive)", "(sensitive)") is Said.MAYBE


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["body", "settings", "labels", "items", "key", "value", "sourceRanges", "alloweds", "x",
                         "networkInterfaces", "policy", "bindings", "members", "role", "properties"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(ANYTHING, st.sampled_from(sorted(PATHS)), st.sampled_from(["SetIamPolicy", "x.setLabels", "a.firewalls.patch"]))
def test_no_request_is_too_strange(request_body: Any, declared_type: str, operation: str) -> None:
    event = google(operation, request_body, PATHS[declared_type])
    ref = ResourceRef("gcp", declared_type, PATHS[declared_type])
    operations = operations_of("gcp", KNOWLEDGE)
    for name, _ in KNOWLEDGE.attribute_rules(declared_type):
        assert operations.says(event, Change(f"{name}[0].x", None, "y"), ref) in Said
    assert operations.creates(event, ref) in (True, False)


@given(st.lists(st.tuples(st.sampled_from([900, 1000, 1100]), st.integers(0, 3)), min_size=1, max_size=8))
def test_the_first_to_write_the_value_that_lasted_is_named(writes: list[tuple[int, int]]) -> None:
    """Whoever wrote the value after the last other one; those who repeated it are not the ones."""
    path = PATHS["google_compute_firewall"]
    events = [
        google("v1.compute.firewalls.patch", {"priority": priority}, path, at=f"14 09:{minute:02}",
               actor=Actor(f"person-{who}@shop.example", ActorKind.HUMAN))
        for minute, (priority, who) in enumerate(writes)
    ]  # fmt: skip
    lasting = writes[-1][0]
    first = next(place for place in range(len(writes)) if all(value == lasting for value, _ in writes[place:]))
    difference = Difference(
        ResourceRef("gcp", "google_compute_firewall", path, "shop"),
        DriftKind.MODIFIED,
        (Change("priority", 500, lasting),),
        keys=(path, "web"),
    )
    [found] = attribute([difference], events, NOW, KNOWLEDGE)
    assert found.change is not None
    assert found.change.at == events[first].at
    assert found.actor == events[first].actor
