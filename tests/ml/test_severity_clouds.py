"""How serious changes in Google Cloud and Azure are, and that CloudFormation's names are judged as Terraform's."""

from typing import Any

import pytest

from engine.model import Change, DriftKind
from ml.severity_rules import rules_in
from tests.support.severity import difference, modified, rules_of

SQL, BUCKET, CLUSTER = "google_sql_database_instance", "google_storage_bucket", "google_container_cluster"
MACHINE, FIREWALL, PROJECT = "google_compute_instance", "google_compute_firewall", "google_project_iam_binding"

#: One change for each rule: type, path, declared, actual, and the rule that must be among those that apply.
GOOGLE: list[tuple[str, str, Any, Any, str]] = [
    (PROJECT, "members", ["user:a"], ["user:a", "allUsers"], "DG-GIAM-001"),
    ("google_project_iam_member", "role", "roles/viewer", "roles/owner", "DG-GIAM-002"),
    (PROJECT, "members", ["user:a"], ["user:a", "user:b"], "DG-GIAM-003"),
    (PROJECT, "members", ["user:a", "user:b"], ["user:a"], "DG-GIAM-004"),
    ("google_project_iam_custom_role", "permissions", ["a.b.get"], ["a.b.get", "a.b.set"], "DG-GIAM-005"),
    ("google_service_account", "disabled", False, True, "DG-GIAM-006"),
    ("google_logging_project_sink", "filter", "", "severity>ERROR", "DG-GIAM-007"),
    ("google_org_policy_policy", "spec[0].rules[0].enforce", True, False, "DG-GIAM-008"),
    (PROJECT, "condition[0].expression", "a", "b", "DG-GIAM-009"),
    (FIREWALL, "source_ranges", ["10.0.0.0/8"], ["0.0.0.0/0"], "DG-GFW-001"),
    (FIREWALL, "allow[1]", None, {"protocol": "tcp", "ports": ["20-30"]}, "DG-GFW-002"),
    (FIREWALL, "allow[0].ports", ["443"], ["443", "8443"], "DG-GFW-003"),
    (FIREWALL, "allow[1]", {"protocol": "tcp", "ports": ["443"]}, None, "DG-GFW-004"),
    (FIREWALL, "deny[0]", {"protocol": "all"}, None, "DG-GFW-005"),
    (FIREWALL, "disabled", False, True, "DG-GFW-006"),
    ("google_compute_security_policy", "rule[0].action", "deny(403)", "allow", "DG-GFW-007"),
    ("google_compute_subnetwork", "log_config[0]", {"aggregation_interval": "INTERVAL_5_SEC"}, None, "DG-GNET-001"),
    ("google_compute_subnetwork", "ip_cidr_range", "10.0.0.0/16", "10.0.0.0/15", "DG-GNET-002"),
    ("google_compute_route", "next_hop_ip", "10.0.0.1", "10.0.0.9", "DG-GNET-003"),
    ("google_compute_ssl_policy", "min_tls_version", "TLS_1_2", "TLS_1_0", "DG-GNET-004"),
    ("google_compute_backend_service", "timeout_sec", 30, 5, "DG-GNET-005"),
    ("google_dns_record_set", "rrdatas", ["10.0.0.1"], ["10.0.0.2"], "DG-GNET-006"),
    (MACHINE, "network_interface[0].access_config[0]", None, {"network_tier": "PREMIUM"}, "DG-GCE-001"),
    (MACHINE, 'metadata["ssh-keys"]', "a", "b", "DG-GCE-002"),
    (MACHINE, 'metadata["enable-oslogin"]', "TRUE", "FALSE", "DG-GCE-003"),
    (MACHINE, 'metadata["serial-port-enable"]', None, "true", "DG-GCE-004"),
    (MACHINE, "service_account[0].email", "a@p", "b@p", "DG-GCE-005"),
    (MACHINE, "shielded_instance_config[0].enable_secure_boot", True, False, "DG-GCE-006"),
    (MACHINE, "can_ip_forward", False, True, "DG-GCE-007"),
    (MACHINE, "tags", ["web"], ["web", "ssh"], "DG-GCE-008"),
    (MACHINE, "machine_type", "e2-small", "n2-standard-8", "DG-GCE-009"),
    (MACHINE, "boot_disk[0].initialize_params[0].size", 10, 100, "DG-GCE-010"),
    (MACHINE, "desired_status", "RUNNING", "TERMINATED", "DG-GCE-011"),
    ("google_container_node_pool", "node_count", 3, 1, "DG-GCE-012"),
    ("google_compute_instance_group_manager", "target_size", 3, 9, "DG-GCE-013"),
    (BUCKET, "public_access_prevention", "enforced", "inherited", "DG-GCS-001"),
    (BUCKET, "uniform_bucket_level_access", True, False, "DG-GCS-002"),
    (BUCKET, "versioning[0].enabled", True, False, "DG-GCS-003"),
    (BUCKET, "lifecycle_rule[0].condition[0].age", 365, 7, "DG-GCS-004"),
    (BUCKET, "cors[0].origin", ["https://a"], ["*"], "DG-GCS-005"),
    (SQL, "settings[0].ip_configuration[0].authorized_networks[0]", None, {"value": "0.0.0.0/0"}, "DG-GSQL-001"),
    (SQL, "settings[0].ip_configuration[0].ipv4_enabled", False, True, "DG-GSQL-002"),
    (SQL, "settings[0].ip_configuration[0].ssl_mode", "ENCRYPTED_ONLY", "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
     "DG-GSQL-003"),
    (SQL, "settings[0].ip_configuration[0].require_ssl", True, False, "DG-GSQL-004"),
    (SQL, "settings[0].ip_configuration[0].private_network", "a", "b", "DG-GSQL-005"),
    (SQL, "settings[0].backup_configuration[0].enabled", True, False, "DG-GSQL-006"),
    (SQL, "settings[0].availability_type", "REGIONAL", "ZONAL", "DG-GSQL-007"),
    (SQL, "settings[0].tier", "db-f1-micro", "db-n1-standard-1", "DG-GSQL-008"),
    (SQL, "settings[0].database_flags[0].value", "on", "off", "DG-GSQL-009"),
    ("google_bigquery_dataset", "access[3]", None, {"role": "READER", "user_by_email": "a@b"}, "DG-GBQ-001"),
    ("google_kms_crypto_key", "rotation_period", "7776000s", None, "DG-GKMS-001"),
    ("google_kms_crypto_key_version", "state", "ENABLED", "DISABLED", "DG-GKMS-002"),
    (CLUSTER, "master_authorized_networks_config[0].cidr_blocks[1]", None, {"cidr_block": "0.0.0.0/0"}, "DG-GKE-001"),
    (CLUSTER, "master_authorized_networks_config[0]", {"cidr_blocks": [{"cidr_block": "10.0.0.0/8"}]}, None,
     "DG-GKE-002"),
    (CLUSTER, "network_policy[0].enabled", True, False, "DG-GKE-003"),
    (CLUSTER, "enable_legacy_abac", False, True, "DG-GKE-004"),
    (CLUSTER, "min_master_version", "1.30", "1.31", "DG-GKE-005"),
    ("google_cloud_run_v2_service", "ingress", "INGRESS_TRAFFIC_INTERNAL_ONLY", "INGRESS_TRAFFIC_ALL", "DG-GRUN-001"),
    ("google_cloud_run_v2_service", "template[0].containers[0].image", "a:1", "a:2", "DG-GRUN-002"),
    ("google_cloudfunctions_function", "environment_variables.LEVEL", "info", "debug", "DG-GRUN-003"),
    ("google_pubsub_subscription", "ack_deadline_seconds", 10, 600, "DG-GPS-001"),
    ("google_monitoring_alert_policy", "enabled", True, False, "DG-GMON-001"),
]  # fmt: skip


def nsg_rule(**more: Any) -> dict[str, Any]:
    plain = {"name": "ssh", "protocol": "Tcp", "source_port_range": "*", "destination_port_range": "22",
             "source_address_prefix": "*", "access": "Allow", "direction": "Inbound", "priority": 100}  # fmt: skip
    return plain | more


NSG, ACCOUNT, VAULT = "azurerm_network_security_group", "azurerm_storage_account", "azurerm_key_vault"
VM, AKS, APP = "azurerm_linux_virtual_machine", "azurerm_kubernetes_cluster", "azurerm_linux_web_app"
POSTGRES = "azurerm_postgresql_flexible_server"

AZURE: list[tuple[str, str, Any, Any, str]] = [
    (NSG, "security_rule[0].source_address_prefix", "10.0.0.0/8", "Internet", "DG-AZN-001"),
    (NSG, "security_rule[2]", None, nsg_rule(), "DG-AZN-002"),
    (NSG, "security_rule[0].access", "Deny", "Allow", "DG-AZN-003"),
    (NSG, "security_rule[0].access", "Allow", "Deny", "DG-AZN-004"),
    (NSG, "security_rule[2]", None, nsg_rule(access="Deny"), "DG-AZN-005"),
    (NSG, "security_rule[0].destination_port_range", "443", "*", "DG-AZN-006"),
    (NSG, "security_rule[2]", None, nsg_rule(source_address_prefix="10.1.0.0/16"), "DG-AZN-007"),
    (NSG, "security_rule[0]", nsg_rule(), None, "DG-AZN-008"),
    ("azurerm_firewall", "threat_intel_mode", "Deny", "Off", "DG-AZN-009"),
    ("azurerm_mssql_firewall_rule", "end_ip_address", "192.0.2.9", "255.255.255.255", "DG-AZN-010"),
    ("azurerm_mssql_firewall_rule", "end_ip_address", "192.0.2.9", "192.0.2.99", "DG-AZN-011"),
    ("azurerm_subnet", "service_endpoints", ["Microsoft.Sql"], [], "DG-AZN-012"),
    ("azurerm_network_interface", "ip_configuration[0].public_ip_address_id", None, "/subscriptions/…", "DG-AZN-013"),
    ("azurerm_route_table", "route[0].next_hop_in_ip_address", "10.0.0.1", "10.0.0.9", "DG-AZN-014"),
    ("azurerm_virtual_network", "address_space", ["10.0.0.0/16"], ["10.0.0.0/15"], "DG-AZN-015"),
    ("azurerm_lb_rule", "backend_port", 80, 81, "DG-AZN-016"),
    ("azurerm_private_dns_a_record", "records", ["10.0.0.1"], ["10.0.0.2"], "DG-AZN-017"),
    (NSG, "security_rule[0]", nsg_rule(access="Deny"), None, "DG-AZN-018"),
    (NSG, "security_rule[0].priority", 100, 4000, "DG-AZN-019"),
    ("azurerm_mssql_server", "public_network_access_enabled", False, True, "DG-AZP-001"),
    (ACCOUNT, "network_rules[0].default_action", "Deny", "Allow", "DG-AZP-002"),
    (ACCOUNT, "network_rules[0].default_action", "Allow", "Deny", "DG-AZP-003"),
    (VAULT, "network_acls[0]", {"default_action": "Deny"}, None, "DG-AZP-004"),
    (ACCOUNT, "network_rules[0].ip_rules", [], ["203.0.113.9"], "DG-AZP-005"),
    (ACCOUNT, "min_tls_version", "TLS1_2", "TLS1_0", "DG-AZP-006"),
    (APP, "https_only", True, False, "DG-AZP-007"),
    ("azurerm_redis_cache", "non_ssl_port_enabled", False, True, "DG-AZP-008"),
    ("azurerm_container_registry", "admin_enabled", False, True, "DG-AZP-009"),
    (VM, "disable_password_authentication", True, False, "DG-AZP-010"),
    (APP, "identity[0].identity_ids", ["a"], ["b"], "DG-AZP-011"),
    (ACCOUNT, "allow_nested_items_to_be_public", False, True, "DG-AZS-001"),
    ("azurerm_storage_container", "container_access_type", "private", "blob", "DG-AZS-002"),
    (ACCOUNT, "blob_properties[0].delete_retention_policy[0].days", 30, 1, "DG-AZS-003"),
    (ACCOUNT, "account_replication_type", "GRS", "LRS", "DG-AZS-004"),
    (VAULT, "purge_protection_enabled", True, False, "DG-AZS-005"),
    (VAULT, "access_policy[1]", None, {"object_id": "x", "secret_permissions": ["Get"]}, "DG-AZS-006"),
    ("azurerm_key_vault_secret", "expiration_date", "2027-01-01T00:00:00Z", None, "DG-AZS-007"),
    ("azurerm_role_definition", "permissions[0].actions", ["Microsoft.Compute/*/read"], ["*"], "DG-AZR-001"),
    ("azurerm_role_definition", "permissions[0].actions", ["a/read"], ["a/read", "a/write"], "DG-AZR-002"),
    ("azurerm_role_assignment", "role_definition_name", "Reader", "Owner", "DG-AZR-003"),
    ("azurerm_management_lock", "lock_level", "CanNotDelete", "ReadOnly", "DG-AZR-004"),
    (VM, "size", "Standard_B2s", "Standard_D8s_v5", "DG-AZC-001"),
    (VM, "custom_data", "a", "b", "DG-AZC-002"),
    (VM, "admin_ssh_key[0].public_key", "a", "b", "DG-AZC-003"),
    (VM, "encryption_at_host_enabled", True, False, "DG-AZC-004"),
    (VM, "os_disk[0].caching", "ReadWrite", "None", "DG-AZC-005"),
    (AKS, "default_node_pool[0].node_count", 3, 1, "DG-AZC-006"),
    (AKS, "default_node_pool[0].max_count", 3, 9, "DG-AZC-007"),
    (AKS, "azure_policy_enabled", True, False, "DG-AZC-008"),
    (AKS, "api_server_access_profile[0].authorized_ip_ranges", ["192.0.2.0/24"], None, "DG-AZC-009"),
    (AKS, "kubernetes_version", "1.30", "1.31", "DG-AZC-010"),
    (APP, "app_settings.LEVEL", "info", "debug", "DG-AZC-011"),
    (APP, "site_config[0].ftps_state", "Disabled", "AllAllowed", "DG-AZC-012"),
    (POSTGRES, "backup_retention_days", 30, 7, "DG-AZD-001"),
    (POSTGRES, "version", "16", "15", "DG-AZD-002"),
    ("azurerm_mssql_database", "transparent_data_encryption_enabled", True, False, "DG-AZD-003"),
    ("azurerm_servicebus_queue", "max_delivery_count", 10, 1, "DG-AZM-001"),
    ("azurerm_monitor_diagnostic_setting", "enabled_log[0]", {"category": "AuditEvent"}, None, "DG-AZL-001"),
    ("azurerm_monitor_metric_alert", "severity", 1, 4, "DG-AZL-002"),
    ("azurerm_log_analytics_workspace", "retention_in_days", 90, 30, "DG-AZL-003"),
]

WHOLE = [
    ("azurerm_virtual_machine_extension", DriftKind.UNMANAGED, "DG-AZU-001"),
    ("azurerm_public_ip", DriftKind.UNMANAGED, "DG-AZU-002"),
]

OPEN = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}


def policy(*actions: str, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"} | more
    return {"Version": "2012-10-17", "Statement": [statement]}


#: Changes in CloudFormation's names, and rules that are written in Terraform's.
CLOUDFORMATION: list[tuple[str, str, Any, Any, str]] = [
    ("AWS::EC2::SecurityGroup", "SecurityGroupIngress[1]", None, OPEN, "DG-SG-002"),
    ("AWS::EC2::SecurityGroup", "SecurityGroupIngress[0].CidrIp", "10.0.0.0/8", "0.0.0.0/0", "DG-SG-001"),
    ("AWS::EC2::SecurityGroup", "SecurityGroupIngress", None, [{"IpProtocol": "-1", "CidrIp": "::/0"}], "DG-SG-001"),
    ("AWS::EC2::SecurityGroupIngress", "CidrIp", "10.0.0.0/8", "0.0.0.0/0", "DG-SG-001"),
    ("AWS::S3::Bucket", "PublicAccessBlockConfiguration.BlockPublicAcls", True, False, "DG-S3-001"),
    ("AWS::S3::Bucket", "PublicAccessBlockConfiguration", {"BlockPublicAcls": True}, None, "DG-S3-001"),
    ("AWS::S3::Bucket", "AccessControl", "Private", "PublicRead", "DG-S3-002"),
    ("AWS::S3::BucketPolicy", "PolicyDocument", policy("s3:*"), policy("s3:*", Principal="*"), "DG-S3-003"),
    ("AWS::S3::Bucket", "BucketEncryption", {"ServerSideEncryptionConfiguration": [{"A": 1}]}, None, "DG-S3-004"),
    ("AWS::S3::Bucket", "VersioningConfiguration.Status", "Enabled", "Suspended", "DG-S3-005"),
    ("AWS::IAM::Role", "ManagedPolicyArns", [], ["arn:aws:iam::aws:policy/AdministratorAccess"], "DG-IAM-001"),
    ("AWS::IAM::Role", "Policies[0].PolicyDocument", policy("s3:Get*"), policy("*"), "DG-IAM-002"),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument", policy("sts:AssumeRole", Principal={"AWS": "a"}),
     policy("sts:AssumeRole", Principal={"AWS": ["a", "b"]}), "DG-IAM-003"),
    ("AWS::IAM::ManagedPolicy", "Roles", ["a"], ["a", "b"], "DG-IAM-011"),
    ("AWS::RDS::DBInstance", "PubliclyAccessible", False, True, "DG-DB-001"),
    ("AWS::RDS::DBInstance", "DBInstanceClass", "db.t4g.small", "db.m7g.large", "DG-CMP-001"),
    ("AWS::RDS::DBInstance", "MultiAZ", True, False, "DG-DB-005"),
    ("AWS::DynamoDB::Table", "ProvisionedThroughput.ReadCapacityUnits", 5, 50, "DG-DDB-002"),
    ("AWS::KMS::Key", "KeyPolicy", policy("kms:Get"), policy("kms:*"), "DG-KMS-001"),
    ("AWS::SQS::Queue", "VisibilityTimeout", 30, 900, "DG-MSG-004"),
    ("AWS::CloudTrail::Trail", "IsLogging", True, False, "DG-LOG-003"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerAttributes[1].Value", "120", "300", "DG-LB-004"),
    ("AWS::ECS::TaskDefinition", "ContainerDefinitions[0].Image", "a:1", "a:2", "DG-ANY-018"),
    ("AWS::Cognito::UserPool", "MfaConfiguration", "ON", "OFF", "DG-ANY-023"),
    ("AWS::S3::Bucket", "Tags[0].Value", "a", "b", "DG-ANY-001"),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "path", "declared", "actual", "rule"), [*GOOGLE, *AZURE, *CLOUDFORMATION])
def test_a_rule_applies(type_: str, path: str, declared: Any, actual: Any, rule: str) -> None:
    assert rule in rules_of(modified(type_, path, declared, actual))


@pytest.mark.parametrize(("type_", "kind", "rule"), WHOLE)
def test_a_rule_for_whole_resources_applies(type_: str, kind: DriftKind, rule: str) -> None:
    assert rule in rules_of(difference(type_, kind))


def test_every_rule_is_shown_to_apply() -> None:
    assert {rule.id for rule in rules_in("google")} == {case[-1] for case in GOOGLE}
    assert {rule.id for rule in rules_in("azure")} == {case[-1] for case in [*AZURE, *WHOLE]}


OPENINGS = {"DG-AZN-001", "DG-AZN-002", "DG-AZN-003"}


@pytest.mark.parametrize(
    "rule",
    [nsg_rule(access="Deny"), nsg_rule(direction="Outbound"), nsg_rule(source_address_prefix="10.0.0.0/8")],
)
def test_a_rule_that_refuses_or_goes_out_or_names_its_source_opens_nothing_to_the_world(rule: dict[str, Any]) -> None:
    assert not OPENINGS & set(rules_of(modified(NSG, "security_rule[2]", None, rule)))


def test_labels_and_tags_are_no_network_and_no_message() -> None:
    for type_, path in [
        ("google_pubsub_topic", "labels.team"),
        (SQL, "settings[0].user_labels.team"),
        ("azurerm_virtual_network", "tags.team"),
        ("AWS::EC2::SecurityGroup", "Tags[0].Value"),
    ]:
        assert rules_of(modified(type_, path, "a", "b")) == ["DG-ANY-001"], type_


def test_stores_of_data_and_safeguards_are_missed_under_every_name() -> None:
    for type_ in ("AWS::RDS::DBInstance", SQL, ACCOUNT, "apps/v1/StatefulSet"):
        assert "DG-MISS-001" in rules_of(difference(type_, DriftKind.MISSING)), type_
    for type_ in ("AWS::IAM::Role", FIREWALL, NSG, "rbac.authorization.k8s.io/v1/Role"):
        assert rules_of(difference(type_, DriftKind.MISSING)) == ["DG-MISS-002"], type_


def test_hidden_values_are_judged_by_their_path_alone() -> None:
    hidden = Change("app_settings.DSN", "(sensitive)", "(sensitive)", sensitive=True)

    assert rules_of(difference(APP, DriftKind.MODIFIED, hidden)) == ["DG-AZC-011"]
