"""Caches and search."""

from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.groups.places import default_vpc, subnets
from tests.support.terraform.shapes import Attributes, Client, tags


def _retag(service: str, operation: str, parameter: str, attribute: str = "arn") -> Any:
    def act(client: Client, state: Attributes) -> None:
        given = {
            parameter: state[attribute],
            "Tags": [{"Key": "Team", "Value": "other"}, {"Key": "Cost", "Value": "7"}],
        }
        getattr(client(service), operation)(**given)

    return act, {"tags.Team": ("shop", "other"), "tags.Cost": (None, "7")}


def _cache_subnets(client: Client, name: str, _made: Made) -> Attributes:
    zones = subnets(client)
    found = client("elasticache").create_cache_subnet_group(
        CacheSubnetGroupName=name, CacheSubnetGroupDescription="private", SubnetIds=zones, Tags=pairs()
    )["CacheSubnetGroup"]
    return {
        "id": name,
        "arn": found["ARN"],
        "name": name,
        "description": "private",
        "subnet_ids": zones,
        "vpc_id": default_vpc(client),
        **tags(TEAM),
    }


def _cache(client: Client, name: str, _made: Made) -> Attributes:
    found = client("elasticache").create_cache_cluster(
        CacheClusterId=f"{name}-cache",
        Engine="memcached",
        EngineVersion="1.6.22",
        CacheNodeType="cache.t3.micro",
        NumCacheNodes=2,
        Port=11211,
        PreferredMaintenanceWindow="sun:04:00-sun:05:00",
        Tags=pairs(),
    )["CacheCluster"]
    return {
        "id": f"{name}-cache",
        "arn": found["ARN"],
        "cluster_id": f"{name}-cache",
        "engine": "memcached",
        "engine_version": "1.6.22",
        "engine_version_actual": "1.6.22",
        "node_type": "cache.t3.micro",
        "num_cache_nodes": 2,
        "port": 11211,
        "apply_immediately": None,
        "auto_minor_version_upgrade": "true",
        "availability_zone": found.get("PreferredAvailabilityZone", ""),
        "az_mode": "single-az",
        "cache_nodes": [],
        "cluster_address": "",
        "configuration_endpoint": "",
        "final_snapshot_identifier": None,
        "ip_discovery": "ipv4",
        "log_delivery_configuration": [],
        "maintenance_window": "sun:04:00-sun:05:00",
        "network_type": "ipv4",
        "notification_topic_arn": None,
        "outpost_mode": None,
        "parameter_group_name": "default.memcached1.6",
        "preferred_availability_zones": None,
        "replication_group_id": "",
        "security_group_ids": [],
        "snapshot_retention_limit": 0,
        "snapshot_window": "",
        "subnet_group_name": "default",
        "transit_encryption_enabled": False,
        "timeouts": None,
        **unset("preferred_outpost_arn snapshot_arns snapshot_name", None),
        **tags(TEAM),
    }


def _replicas(client: Client, name: str, _made: Made) -> Attributes:
    found = client("elasticache").create_replication_group(
        ReplicationGroupId=f"{name}-redis",
        ReplicationGroupDescription="sessions",
        Engine="redis",
        EngineVersion="7.1",
        CacheNodeType="cache.t3.small",
        NumCacheClusters=2,
        AutomaticFailoverEnabled=True,
        MultiAZEnabled=True,
        AtRestEncryptionEnabled=True,
        TransitEncryptionEnabled=True,
        SnapshotRetentionLimit=5,
        SnapshotWindow="02:00-03:00",
        Tags=pairs(),
    )["ReplicationGroup"]
    return {
        "id": f"{name}-redis",
        "arn": found["ARN"],
        "replication_group_id": f"{name}-redis",
        "description": "sessions",
        "engine": "redis",
        "engine_version": "7.1",
        "engine_version_actual": "7.1.0",
        "node_type": "cache.t3.small",
        "num_cache_clusters": 2,
        "num_node_groups": 1,
        "replicas_per_node_group": 1,
        "at_rest_encryption_enabled": "true",
        "transit_encryption_enabled": True,
        "transit_encryption_mode": "required",
        "auth_token": None,
        "auth_token_update_strategy": None,
        "auto_minor_version_upgrade": "true",
        "automatic_failover_enabled": True,
        "multi_az_enabled": True,
        "cluster_enabled": False,
        "cluster_mode": "disabled",
        "configuration_endpoint_address": "",
        "primary_endpoint_address": "",
        "reader_endpoint_address": "",
        "data_tiering_enabled": False,
        "global_replication_group_id": "",
        "ip_discovery": "ipv4",
        "network_type": "ipv4",
        "kms_key_id": "",
        "maintenance_window": "sun:04:00-sun:05:00",
        "member_clusters": [f"{name}-redis-001", f"{name}-redis-002"],
        "notification_topic_arn": None,
        "parameter_group_name": "default.redis7",
        "port": 6379,
        "security_group_ids": [],
        "security_group_names": [],
        "snapshot_retention_limit": 5,
        "snapshot_window": "02:00-03:00",
        "subnet_group_name": "default",
        "log_delivery_configuration": [],
        "node_group_configuration": [],
        "user_group_ids": [],
        "timeouts": None,
        **unset("apply_immediately final_snapshot_identifier preferred_cache_cluster_azs snapshot_arns", None),
        "snapshot_name": None,
        **tags(TEAM),
    }


def _search(client: Client, name: str, _made: Made) -> Attributes:
    found = client("opensearch").create_domain(
        DomainName=name,
        EngineVersion="OpenSearch_2.11",
        ClusterConfig={"InstanceType": "r6g.large.search", "InstanceCount": 2, "ZoneAwarenessEnabled": False},
        EBSOptions={"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 100, "Iops": 3000, "Throughput": 125},
        EncryptionAtRestOptions={"Enabled": True},
        NodeToNodeEncryptionOptions={"Enabled": True},
        DomainEndpointOptions={"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"},
        TagList=pairs(),
    )["DomainStatus"]
    return {
        "id": found["ARN"],
        "arn": found["ARN"],
        "domain_name": name,
        "domain_id": found["DomainId"],
        "engine_version": "OpenSearch_2.11",
        "access_policies": "",
        "advanced_options": {},
        "cluster_config": [
            {
                "cold_storage_options": [{"enabled": False}],
                "dedicated_master_count": 0,
                "dedicated_master_enabled": False,
                "dedicated_master_type": "",
                "instance_count": 2,
                "instance_type": "r6g.large.search",
                "multi_az_with_standby_enabled": False,
                "node_options": [],
                "warm_count": 0,
                "warm_enabled": False,
                "warm_type": "",
                "zone_awareness_config": [],
                "zone_awareness_enabled": False,
            }
        ],
        "domain_endpoint_options": [
            {
                "custom_endpoint": "",
                "custom_endpoint_certificate_arn": "",
                "custom_endpoint_enabled": False,
                "enforce_https": True,
                "tls_security_policy": "Policy-Min-TLS-1-2-2019-07",
            }
        ],
        "ebs_options": [
            {"ebs_enabled": True, "iops": 3000, "throughput": 125, "volume_size": 100, "volume_type": "gp3"}
        ],
        "encrypt_at_rest": [{"enabled": True, "kms_key_id": ""}],
        "node_to_node_encryption": [{"enabled": True}],
        "endpoint": "",
        "endpoint_v2": "",
        "dashboard_endpoint": "",
        "dashboard_endpoint_v2": "",
        "domain_endpoint_v2_hosted_zone_id": "",
        "ip_address_type": "",
        "snapshot_options": [],
        "vpc_options": [],
        **unset("advanced_security_options auto_tune_options cognito_options log_publishing_options", []),
        **unset("off_peak_window_options software_update_options", []),
        "timeouts": None,
        **tags(TEAM),
    }


CASES = [
    Case(
        "aws_elasticache_subnet_group",
        _cache_subnets,
        (_retag("elasticache", "add_tags_to_resource", "ResourceName"),),
        # The fake cannot delete one, and goes on telling of caches that are being deleted.
        lost=False,
    ),
    Case(
        "aws_elasticache_cluster",
        _cache,
        (_retag("elasticache", "add_tags_to_resource", "ResourceName"),),
        lost=False,
    ),
    Case(
        "aws_elasticache_replication_group",
        _replicas,
        (_retag("elasticache", "add_tags_to_resource", "ResourceName"),),
        lost=False,
    ),
    Case(
        "aws_opensearch_domain",
        _search,
        (
            (
                lambda client, state: client("opensearch").update_domain_config(
                    DomainName=state["domain_name"],
                    ClusterConfig={
                        "InstanceType": "r6g.large.search",
                        "InstanceCount": 6,
                        "ZoneAwarenessEnabled": False,
                    },
                    DomainEndpointOptions={
                        "EnforceHTTPS": False,
                        "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07",
                    },
                ),
                {
                    "cluster_config[0].instance_count": (2, 6),
                    "domain_endpoint_options[0].enforce_https": (True, False),
                },
            ),
        ),
        lambda client, state: client("opensearch").delete_domain(DomainName=state["domain_name"]),
    ),
]
