"""Google resources as Terraform's state has them and as the asset inventory has them, agreeing; and one change each.

Written for these tests after the documentation of both; no account was read.
"""

from typing import Any

from msgspec import Struct

API = "https://www.googleapis.com/compute/v1/projects/shop"


class Sample(Struct, frozen=True):
    """`data` agrees with `attributes`. Setting `data` at `changed` (steps into it) to `to` shows as `path` alone.

    asset: the asset's type and the path in its name.
    """

    type: str
    attributes: dict[str, Any]
    asset: tuple[str, str]
    data: dict[str, Any]
    changed: tuple[str | int, ...]
    to: Any
    path: str


def sample(
    resource_type: str,
    asset: tuple[str, str],
    attributes: dict[str, Any],
    data: dict[str, Any],
    change: tuple[tuple[str | int, ...], Any, str],
) -> Sample:
    """A sample whose state holds the asset's path as its id."""
    named = {"id": asset[1], "name": asset[1].rpartition("/")[2], "project": "shop", **attributes}
    return Sample(resource_type, named, asset, data, *change)


def compute(
    resource_type: str,
    kind: str,
    where: str,
    attributes: dict[str, Any],
    data: dict[str, Any],
    change: tuple[tuple[str | int, ...], Any, str],
) -> Sample:
    """A sample of Compute Engine."""
    path = f"projects/shop/{where}/web"
    link = f"https://www.googleapis.com/compute/v1/{path}"
    return sample(
        resource_type,
        (f"compute.googleapis.com/{kind}", path),
        {"self_link": link, **attributes},
        {"name": "web", "selfLink": link, **data},
        change,
    )


ZONE, REGION = "zones/europe-west3-b", "regions/europe-west3"
NETWORK = f"{API}/global/networks/main"

SAMPLES = [
    compute(
        "google_compute_firewall",
        "Firewall",
        "global/firewalls",
        {
            "allow": [{"protocol": "tcp", "ports": ["443", "80"]}],
            "deny": [],
            "description": "",
            "disabled": False,
            "direction": "INGRESS",
            "network": NETWORK,
            "priority": 1000,
            "source_ranges": ["10.0.0.0/8", "10.1.0.0/16"],
            "source_tags": None,
            "target_tags": ["web"],
            "log_config": [],
            "enable_logging": None,
        },
        {
            "allowed": [{"IPProtocol": "tcp", "ports": ["80", "443"]}],
            "direction": "INGRESS",
            "network": NETWORK,
            "priority": 1000,
            "sourceRanges": ["10.1.0.0/16", "10.0.0.0/8"],
            "targetTags": ["web"],
            "logConfig": {"enable": False},
        },
        (("sourceRanges",), ["0.0.0.0/0"], "source_ranges"),
    ),
    compute(
        "google_compute_instance",
        "Instance",
        f"{ZONE}/instances",
        {
            "machine_type": "e2-medium",
            "can_ip_forward": False,
            "deletion_protection": False,
            "tags": ["b", "a"],
            "labels": {"team": "web"},
            "effective_labels": {"team": "web", "goog-terraform-provisioned": "true"},
            "metadata": {"enable-oslogin": "TRUE"},
            "metadata_startup_script": "apt update",
            "hostname": "",
            "boot_disk": [
                {
                    "auto_delete": True,
                    "device_name": "d0",
                    "mode": "READ_WRITE",
                    "kms_key_self_link": "",
                    "source": f"{API}/{ZONE}/disks/web",
                    "initialize_params": [{"size": 10}],
                }
            ],
            "network_interface": [{"network": NETWORK, "network_ip": "10.0.0.2", "nic_type": "", "access_config": []}],
            "scheduling": [{"automatic_restart": True, "on_host_maintenance": "MIGRATE", "preemptible": False}],
            "service_account": [{"email": "web@shop.iam.gserviceaccount.com", "scopes": ["cloud-platform"]}],
            "attached_disk": [],
            "guest_accelerator": [],
            "enable_display": False,
        },
        {
            "machineType": f"{API}/{ZONE}/machineTypes/e2-medium",
            "canIpForward": False,
            "tags": {"items": ["a", "b"]},
            "labels": {"team": "web", "goog-terraform-provisioned": "true", "goog-ops": "x"},
            "metadata": {
                "items": [{"key": "enable-oslogin", "value": "TRUE"}, {"key": "startup-script", "value": "apt update"}]
            },
            "disks": [
                {
                    "boot": True,
                    "autoDelete": True,
                    "deviceName": "d0",
                    "mode": "READ_WRITE",
                    "source": f"{API}/{ZONE}/disks/web",
                    "type": "PERSISTENT",
                }
            ],
            "networkInterfaces": [{"network": NETWORK, "networkIP": "10.0.0.2", "name": "nic0", "fingerprint": "x="}],
            "scheduling": {"automaticRestart": True, "onHostMaintenance": "MIGRATE", "provisioningModel": "STANDARD"},
            "serviceAccounts": [
                {
                    "email": "web@shop.iam.gserviceaccount.com",
                    "scopes": ["https://www.googleapis.com/auth/cloud-platform"],
                }
            ],
        },
        (("machineType",), f"{API}/{ZONE}/machineTypes/e2-standard-8", "machine_type"),
    ),
    compute(
        "google_compute_disk",
        "Disk",
        f"{ZONE}/disks",
        {"size": 100, "type": "pd-ssd", "labels": {"team": "web"}, "description": ""},
        {"sizeGb": "100", "type": f"{API}/{ZONE}/diskTypes/pd-ssd", "labels": {"team": "web"}},
        (("sizeGb",), "200", "size"),
    ),
    compute(
        "google_compute_network",
        "Network",
        "global/networks",
        {"auto_create_subnetworks": False, "mtu": 0, "routing_mode": "REGIONAL", "description": ""},
        {"autoCreateSubnetworks": False, "mtu": 1460, "routingConfig": {"routingMode": "REGIONAL"}},
        (("routingConfig", "routingMode"), "GLOBAL", "routing_mode"),
    ),
    compute(
        "google_compute_subnetwork",
        "Subnetwork",
        f"{REGION}/subnetworks",
        {
            "ip_cidr_range": "10.2.0.0/16",
            "network": NETWORK,
            "private_ip_google_access": True,
            "log_config": [],
            "secondary_ip_range": [{"range_name": "pods", "ip_cidr_range": "10.3.0.0/16"}],
            "purpose": "PRIVATE",
        },
        {
            "ipCidrRange": "10.2.0.0/16",
            "network": NETWORK,
            "privateIpGoogleAccess": True,
            "purpose": "PRIVATE",
            "secondaryIpRanges": [{"rangeName": "pods", "ipCidrRange": "10.3.0.0/16"}],
            "logConfig": {"enable": False},
        },
        (("privateIpGoogleAccess",), False, "private_ip_google_access"),
    ),
    compute(
        "google_compute_address",
        "Address",
        f"{REGION}/addresses",
        {"address": "203.0.113.7", "address_type": "EXTERNAL", "network_tier": "PREMIUM", "labels": None},
        {"address": "203.0.113.7", "addressType": "EXTERNAL", "networkTier": "PREMIUM", "status": "IN_USE"},
        (("labels",), {"made": "by-hand"}, "labels"),
    ),
    compute(
        "google_compute_global_address",
        "GlobalAddress",
        "global/addresses",
        {"address": "203.0.113.8", "address_type": "EXTERNAL", "description": "front"},
        {"address": "203.0.113.8", "addressType": "EXTERNAL", "description": "front"},
        (("description",), "moved", "description"),
    ),
    compute(
        "google_compute_forwarding_rule",
        "ForwardingRule",
        f"{REGION}/forwardingRules",
        {
            "ip_protocol": "TCP",
            "port_range": "443-443",
            "load_balancing_scheme": "EXTERNAL",
            "target": f"{API}/{REGION}/targetPools/web",
        },
        {
            "IPProtocol": "TCP",
            "portRange": "443-443",
            "loadBalancingScheme": "EXTERNAL",
            "target": f"{API}/{REGION}/targetPools/web",
        },
        (("target",), f"{API}/{REGION}/targetPools/other", "target"),
    ),
    compute(
        "google_compute_instance_template",
        "InstanceTemplate",
        "global/instanceTemplates",
        {"machine_type": "e2-small", "tags": ["web"], "can_ip_forward": False},
        {"properties": {"machineType": "e2-small", "tags": {"items": ["web"]}}},
        (("properties", "tags", "items"), ["web", "open"], "tags"),
    ),
    compute(
        "google_compute_instance_group_manager",
        "InstanceGroupManager",
        f"{ZONE}/instanceGroupManagers",
        {"base_instance_name": "web", "target_size": 3, "named_port": [{"name": "http", "port": 80}]},
        {"baseInstanceName": "web", "targetSize": 3, "namedPorts": [{"name": "http", "port": 80}]},
        (("targetSize",), 9, "target_size"),
    ),
    compute(
        "google_compute_health_check",
        "HealthCheck",
        "global/healthChecks",
        {"check_interval_sec": 5, "timeout_sec": 5, "http_health_check": [{"port": 80, "request_path": "/up"}]},
        {"checkIntervalSec": 5, "timeoutSec": 5, "type": "HTTP", "httpHealthCheck": {"port": 80, "requestPath": "/up"}},
        (("httpHealthCheck", "requestPath"), "/", "http_health_check[0].request_path"),
    ),
    compute(
        "google_compute_backend_service",
        "BackendService",
        "global/backendServices",
        {
            "protocol": "HTTP",
            "timeout_sec": 30,
            "connection_draining_timeout_sec": 300,
            "health_checks": [f"{API}/global/healthChecks/web"],
        },
        {
            "protocol": "HTTP",
            "timeoutSec": 30,
            "connectionDraining": {"drainingTimeoutSec": 300},
            "healthChecks": [f"{API}/global/healthChecks/web"],
        },
        (("timeoutSec",), 5, "timeout_sec"),
    ),
    compute(
        "google_compute_url_map",
        "UrlMap",
        "global/urlMaps",
        {"default_service": f"{API}/global/backendServices/web", "host_rule": [], "path_matcher": []},
        {"defaultService": f"{API}/global/backendServices/web"},
        (("defaultService",), f"{API}/global/backendServices/old", "default_service"),
    ),
    compute(
        "google_compute_router",
        "Router",
        f"{REGION}/routers",
        {"network": NETWORK, "bgp": [{"asn": 64512, "advertise_mode": "DEFAULT"}], "description": ""},
        {"network": NETWORK, "bgp": {"asn": 64512, "advertiseMode": "DEFAULT"}},
        (("bgp", "asn"), 64999, "bgp[0].asn"),
    ),
    compute(
        "google_compute_route",
        "Route",
        "global/routes",
        {
            "dest_range": "10.9.0.0/16",
            "priority": 100,
            "network": NETWORK,
            "next_hop_ip": "10.0.0.9",
            "tags": ["b", "a"],
        },
        {"destRange": "10.9.0.0/16", "priority": 100, "network": NETWORK, "nextHopIp": "10.0.0.9", "tags": ["a", "b"]},
        (("nextHopIp",), "10.0.0.66", "next_hop_ip"),
    ),
    compute(
        "google_compute_ssl_policy",
        "SslPolicy",
        "global/sslPolicies",
        {"min_tls_version": "TLS_1_2", "profile": "MODERN", "custom_features": []},
        {"minTlsVersion": "TLS_1_2", "profile": "MODERN"},
        (("minTlsVersion",), "TLS_1_0", "min_tls_version"),
    ),
    compute(
        "google_compute_managed_ssl_certificate",
        "SslCertificate",
        "global/sslCertificates",
        {"managed": [{"domains": ["shop.example"]}], "type": "MANAGED"},
        {"managed": {"domains": ["shop.example"], "status": "ACTIVE"}, "type": "MANAGED"},
        (("managed", "domains"), ["other.example"], "managed[0].domains"),
    ),
    compute(
        "google_compute_vpn_tunnel",
        "VpnTunnel",
        f"{REGION}/vpnTunnels",
        {"ike_version": 2, "peer_ip": "198.51.100.1", "shared_secret": "known to few"},
        {"ikeVersion": 2, "peerIp": "198.51.100.1", "sharedSecret": "*************"},
        (("peerIp",), "198.51.100.66", "peer_ip"),
    ),
    compute(
        "google_compute_ha_vpn_gateway",
        "VpnGateway",
        f"{REGION}/vpnGateways",
        {"network": NETWORK, "stack_type": "IPV4_ONLY", "labels": {"team": "net"}},
        {"network": NETWORK, "stackType": "IPV4_ONLY", "labels": {"team": "net"}},
        (("labels", "team"), "other", "labels.team"),
    ),
    compute(
        "google_compute_target_https_proxy",
        "TargetHttpsProxy",
        "global/targetHttpsProxies",
        {"url_map": f"{API}/global/urlMaps/web", "ssl_certificates": [f"{API}/global/sslCertificates/web"]},
        {"urlMap": f"{API}/global/urlMaps/web", "sslCertificates": [f"{API}/global/sslCertificates/web"]},
        (("sslCertificates",), [f"{API}/global/sslCertificates/old"], "ssl_certificates"),
    ),
    sample(
        "google_storage_bucket",
        ("storage.googleapis.com/Bucket", "shop-assets"),
        {
            "id": "shop-assets",
            "name": "shop-assets",
            "location": "EU",
            "storage_class": "STANDARD",
            "self_link": "https://www.googleapis.com/storage/v1/b/shop-assets",
            "public_access_prevention": "inherited",
            "uniform_bucket_level_access": True,
            "labels": {"team": "web"},
            "versioning": [{"enabled": True}],
            "lifecycle_rule": [
                {
                    "action": [{"type": "Delete", "storage_class": ""}],
                    "condition": [{"age": 30, "with_state": "ANY", "matches_storage_class": []}],
                }
            ],
            "force_destroy": False,
            "requester_pays": False,
            "rpo": "DEFAULT",
            "encryption": [],
            "logging": [],
            "soft_delete_policy": [{"retention_duration_seconds": 604800, "effective_time": "2026-01-01T00:00:00Z"}],
        },
        {
            "name": "shop-assets",
            "location": "EU",
            "storageClass": "STANDARD",
            "projectNumber": "4711",
            "selfLink": "https://www.googleapis.com/storage/v1/b/shop-assets",
            "labels": {"team": "web"},
            "iamConfiguration": {"publicAccessPrevention": "inherited", "uniformBucketLevelAccess": {"enabled": True}},
            "versioning": {"enabled": True},
            "encryption": {},
            "logging": {},
            "rpo": "DEFAULT",
            "lifecycle": {"rule": [{"action": {"type": "Delete"}, "condition": {"age": 30}}]},
            "softDeletePolicy": {"retentionDurationSeconds": "604800", "effectiveTime": "2026-01-01T00:00:00Z"},
        },
        (("iamConfiguration", "uniformBucketLevelAccess", "enabled"), False, "uniform_bucket_level_access"),
    ),
    sample(
        "google_sql_database_instance",
        ("sqladmin.googleapis.com/Instance", "projects/shop/instances/orders"),
        {
            "id": "orders",
            "database_version": "POSTGRES_15",
            "deletion_protection": True,
            "root_password": None,
            "settings": [
                {
                    "tier": "db-custom-2-7680",
                    "disk_size": 50,
                    "disk_autoresize": True,
                    "availability_type": "REGIONAL",
                    "disk_type": "PD_SSD",
                    "user_labels": {"team": "web"},
                    "version": 12,
                    "backup_configuration": [
                        {
                            "enabled": True,
                            "start_time": "02:00",
                            "location": "",
                            "point_in_time_recovery_enabled": False,
                            "transaction_log_retention_days": 7,
                        }
                    ],
                    "ip_configuration": [
                        {
                            "ipv4_enabled": True,
                            "authorized_networks": [
                                {"name": "office", "value": "198.51.100.0/24", "expiration_time": ""}
                            ],
                        }
                    ],
                }
            ],
        },
        {
            "name": "orders",
            "project": "shop",
            "databaseVersion": "POSTGRES_15",
            "settings": {
                "tier": "db-custom-2-7680",
                "dataDiskSizeGb": "50",
                "storageAutoResize": True,
                "dataDiskType": "PD_SSD",
                "availabilityType": "REGIONAL",
                "userLabels": {"team": "web"},
                "settingsVersion": "14",
                "backupConfiguration": {"enabled": True, "startTime": "02:00", "transactionLogRetentionDays": 7},
                "ipConfiguration": {
                    "ipv4Enabled": True,
                    "authorizedNetworks": [{"kind": "sql#aclEntry", "name": "office", "value": "198.51.100.0/24"}],
                },
            },
        },
        (("settings", "backupConfiguration", "enabled"), False, "settings[0].backup_configuration[0].enabled"),
    ),
    sample(
        "google_container_cluster",
        ("container.googleapis.com/Cluster", f"projects/shop/{ZONE}/clusters/main"),
        {
            "id": "projects/shop/locations/europe-west3-b/clusters/main",
            "network": "projects/shop/global/networks/main",
            "enable_legacy_abac": False,
            "resource_labels": {"team": "web"},
            "node_version": "1.30.1",
            "master_authorized_networks_config": [
                {"cidr_blocks": [{"cidr_block": "10.0.0.0/8", "display_name": "in"}]}
            ],
            "release_channel": [{"channel": "REGULAR"}],
            "node_config": [{"machine_type": "e2-medium"}],
        },
        {
            "name": "main",
            "network": "main",
            "resourceLabels": {"team": "web"},
            "currentNodeVersion": "1.30.2",
            "masterAuthorizedNetworksConfig": {
                "enabled": True,
                "cidrBlocks": [{"cidrBlock": "10.0.0.0/8", "displayName": "in"}],
            },
            "releaseChannel": {"channel": "REGULAR"},
            "nodeConfig": {"machineType": "e2-small"},
        },
        (
            ("masterAuthorizedNetworksConfig", "cidrBlocks", 0, "cidrBlock"),
            "0.0.0.0/0",
            "master_authorized_networks_config[0].cidr_blocks[0].cidr_block",
        ),
    ),
    sample(
        "google_container_node_pool",
        ("container.googleapis.com/NodePool", f"projects/shop/{REGION}/clusters/main/nodePools/web"),
        {
            "id": "projects/shop/locations/europe-west3/clusters/main/nodePools/web",
            "version": "1.30.1",
            "autoscaling": [{"min_node_count": 1, "max_node_count": 5}],
            "node_config": [{"machine_type": "e2-medium", "disk_size_gb": 100, "spot": False, "tags": ["web"]}],
        },
        {
            "name": "web",
            "version": "1.30.2",
            "autoscaling": {"enabled": True, "minNodeCount": 1, "maxNodeCount": 5},
            "config": {"machineType": "e2-medium", "diskSizeGb": 100, "tags": ["web"]},
        },
        (("autoscaling", "maxNodeCount"), 50, "autoscaling[0].max_node_count"),
    ),
    sample(
        "google_service_account",
        ("iam.googleapis.com/ServiceAccount", "projects/shop/serviceAccounts/11722"),
        {
            "id": "projects/shop/serviceAccounts/web@shop.iam.gserviceaccount.com",
            "name": "projects/shop/serviceAccounts/web@shop.iam.gserviceaccount.com",
            "email": "web@shop.iam.gserviceaccount.com",
            "display_name": "Web",
            "description": "",
            "disabled": False,
        },
        {
            "name": "projects/shop/serviceAccounts/web@shop.iam.gserviceaccount.com",
            "displayName": "Web",
            "email": "web@shop.iam.gserviceaccount.com",
            "uniqueId": "11722",
        },
        (("disabled",), True, "disabled"),
    ),
    sample(
        "google_project_iam_custom_role",
        ("iam.googleapis.com/Role", "projects/shop/roles/reader"),
        {"permissions": ["storage.objects.get", "storage.objects.list"], "stage": "GA", "title": "Reader"},
        {
            "name": "projects/shop/roles/reader",
            "stage": "GA",
            "title": "Reader",
            "includedPermissions": ["storage.objects.list", "storage.objects.get"],
        },
        (("includedPermissions",), ["storage.objects.get", "storage.objects.delete"], "permissions"),
    ),
    sample(
        "google_pubsub_topic",
        ("pubsub.googleapis.com/Topic", "projects/shop/topics/orders"),
        {"labels": {"team": "web"}, "message_retention_duration": "86400s", "kms_key_name": ""},
        {"name": "projects/shop/topics/orders", "labels": {"team": "web"}, "messageRetentionDuration": "86400s"},
        (("messageRetentionDuration",), "600s", "message_retention_duration"),
    ),
    sample(
        "google_pubsub_subscription",
        ("pubsub.googleapis.com/Subscription", "projects/shop/subscriptions/orders"),
        {
            "topic": "projects/shop/topics/orders",
            "ack_deadline_seconds": 10,
            "retain_acked_messages": False,
            "retry_policy": [{"minimum_backoff": "10s", "maximum_backoff": "600s"}],
        },
        {
            "name": "projects/shop/subscriptions/orders",
            "topic": "projects/shop/topics/orders",
            "ackDeadlineSeconds": 10,
            "retryPolicy": {"minimumBackoff": "10.000s", "maximumBackoff": "600s"},
        },
        (("ackDeadlineSeconds",), 600, "ack_deadline_seconds"),
    ),
    sample(
        "google_kms_crypto_key",
        ("cloudkms.googleapis.com/CryptoKey", "projects/shop/locations/eu/keyRings/main/cryptoKeys/orders"),
        {"purpose": "ENCRYPT_DECRYPT", "rotation_period": "7776000s", "labels": None},
        {
            "name": "projects/shop/locations/eu/keyRings/main/cryptoKeys/orders",
            "purpose": "ENCRYPT_DECRYPT",
            "rotationPeriod": "7776000s",
            "nextRotationTime": "2026-06-01T00:00:00Z",
        },
        (("rotationPeriod",), "31536000s", "rotation_period"),
    ),
    sample(
        "google_dns_managed_zone",
        ("dns.googleapis.com/ManagedZone", "projects/shop/managedZones/shop"),
        {"dns_name": "shop.example.", "visibility": "public", "description": "Managed", "dnssec_config": []},
        {"name": "shop", "dnsName": "shop.example.", "visibility": "public", "description": "Managed"},
        (("dnsName",), "other.example.", "dns_name"),
    ),
    sample(
        "google_bigquery_dataset",
        ("bigquery.googleapis.com/Dataset", "projects/shop/datasets/sales"),
        {"default_table_expiration_ms": 3600000, "friendly_name": "Sales", "description": "", "labels": {"team": "bi"}},
        {"id": "shop:sales", "friendlyName": "Sales", "defaultTableExpirationMs": "3600000", "labels": {"team": "bi"}},
        (("defaultTableExpirationMs",), "60000", "default_table_expiration_ms"),
    ),
    sample(
        "google_cloudfunctions_function",
        ("cloudfunctions.googleapis.com/CloudFunction", "projects/shop/locations/europe-west3/functions/resize"),
        {"available_memory_mb": 256, "timeout": 60, "runtime": "python312", "entry_point": "main", "max_instances": 0},
        {
            "name": "projects/shop/locations/europe-west3/functions/resize",
            "availableMemoryMb": 256,
            "timeout": "60s",
            "runtime": "python312",
            "entryPoint": "main",
            "maxInstances": 3000,
        },
        (("timeout",), "540s", "timeout"),
    ),
    sample(
        "google_cloud_run_service",
        ("run.googleapis.com/Service", "projects/shop/locations/europe-west3/services/web"),
        {
            "id": "locations/europe-west3/namespaces/shop/services/web",
            "template": [{"spec": [{"containers": [{"image": "eu.gcr.io/shop/web:1"}], "timeout_seconds": 300}]}],
            "traffic": [{"percent": 100, "latest_revision": True, "revision_name": ""}],
        },
        {
            "apiVersion": "serving.knative.dev/v1",
            "kind": "Service",
            "metadata": {"name": "web"},
            "spec": {
                "template": {"spec": {"containers": [{"image": "eu.gcr.io/shop/web:1"}], "timeoutSeconds": 300}},
                "traffic": [{"percent": 100, "latestRevision": True}],
            },
        },
        (
            ("spec", "template", "spec", "containers", 0, "image"),
            "eu.gcr.io/shop/web:hotfix",
            "template[0].spec[0].containers[0].image",
        ),
    ),
    sample(
        "google_secret_manager_secret",
        ("secretmanager.googleapis.com/Secret", "projects/4711/secrets/token"),
        {"id": "projects/shop/secrets/token", "name": "projects/4711/secrets/token", "labels": {"team": "web"}},
        {"name": "projects/4711/secrets/token", "labels": {"team": "web"}},
        (("labels", "team"), "x", "labels.team"),
    ),
    sample(
        "google_logging_project_sink",
        ("logging.googleapis.com/LogSink", "projects/4711/sinks/audit"),
        {
            "id": "projects/shop/sinks/audit",
            "destination": "storage.googleapis.com/shop-logs",
            "disabled": False,
            "filter": "severity>=ERROR",
        },
        {"name": "audit", "destination": "storage.googleapis.com/shop-logs", "filter": "severity>=ERROR"},
        (("disabled",), True, "disabled"),
    ),
    sample(
        "google_logging_metric",
        ("logging.googleapis.com/LogMetric", "projects/4711/metrics/errors"),
        {"id": "errors", "filter": "severity>=ERROR", "description": ""},
        {"name": "errors", "filter": "severity>=ERROR"},
        (("filter",), "severity>=CRITICAL", "filter"),
    ),
    sample(
        "google_monitoring_alert_policy",
        ("monitoring.googleapis.com/AlertPolicy", "projects/shop/alertPolicies/17"),
        {
            "display_name": "Errors",
            "combiner": "OR",
            "enabled": True,
            "conditions": [
                {"display_name": "many", "condition_threshold": [{"duration": "60s", "threshold_value": 5}]}
            ],
        },
        {
            "name": "projects/shop/alertPolicies/17",
            "displayName": "Errors",
            "combiner": "OR",
            "enabled": True,
            "conditions": [{"displayName": "many", "conditionThreshold": {"duration": "60s", "thresholdValue": 5}}],
        },
        (("enabled",), False, "enabled"),
    ),
    sample(
        "google_redis_instance",
        ("redis.googleapis.com/Instance", "projects/shop/locations/europe-west3/instances/cache"),
        {"memory_size_gb": 1, "tier": "BASIC", "auth_enabled": True, "redis_version": "REDIS_7_0"},
        {
            "name": "projects/shop/locations/europe-west3/instances/cache",
            "memorySizeGb": 1,
            "tier": "BASIC",
            "authEnabled": True,
            "redisVersion": "REDIS_7_0",
        },
        (("authEnabled",), False, "auth_enabled"),
    ),
    sample(
        "google_spanner_instance",
        ("spanner.googleapis.com/Instance", "projects/shop/instances/ledger"),
        {"id": "shop/ledger", "display_name": "Ledger", "num_nodes": 1, "config": "regional-europe-west3"},
        {
            "name": "projects/shop/instances/ledger",
            "displayName": "Ledger",
            "nodeCount": 1,
            "config": "projects/shop/instanceConfigs/regional-europe-west3",
        },
        (("nodeCount",), 3, "num_nodes"),
    ),
]
