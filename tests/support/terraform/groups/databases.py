"""Databases and caches: RDS, DocumentDB, Neptune, Redshift, ElastiCache, OpenSearch."""

from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.groups.places import default_vpc, subnets
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_PASSWORD = "not-a-real-password"


def _retag(service: str, operation: str, parameter: str, attribute: str = "arn") -> Any:
    def act(client: Client, state: Attributes) -> None:
        given = {
            parameter: state[attribute],
            "Tags": [{"Key": "Team", "Value": "other"}, {"Key": "Cost", "Value": "7"}],
        }
        getattr(client(service), operation)(**given)

    return act, {"tags.Team": ("shop", "other"), "tags.Cost": (None, "7")}


def _subnet_group(client: Client, name: str, _made: Made) -> Attributes:
    zones = subnets(client)
    found = client("rds").create_db_subnet_group(
        DBSubnetGroupName=name, DBSubnetGroupDescription="private", SubnetIds=zones, Tags=pairs()
    )["DBSubnetGroup"]
    return {
        "id": name,
        "arn": found["DBSubnetGroupArn"],
        "name": name,
        "name_prefix": "",
        "description": "private",
        "subnet_ids": zones,
        "supported_network_types": ["IPV4"],
        "vpc_id": default_vpc(client),
        **tags(TEAM),
    }


def _parameter_group(client: Client, name: str, _made: Made) -> Attributes:
    rds = client("rds")
    found = rds.create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily="postgres16", Description="tuned", Tags=pairs()
    )["DBParameterGroup"]
    _set_parameter(client, name, "200")
    return {
        "id": name,
        "arn": found["DBParameterGroupArn"],
        "name": name,
        "name_prefix": "",
        "family": "postgres16",
        "description": "tuned",
        "parameter": [{"apply_method": "pending-reboot", "name": "max_connections", "value": "200"}],
        "skip_destroy": False,
        **tags(TEAM),
    }


def _set_parameter(client: Client, group: str, value: str) -> None:
    parameter = {"ParameterName": "max_connections", "ParameterValue": value, "ApplyMethod": "pending-reboot"}
    client("rds").modify_db_parameter_group(DBParameterGroupName=group, Parameters=[parameter])


def _clustered(name: str, engine: str, found: Attributes) -> Attributes:
    """What clusters of all engines have in common."""
    return {
        "id": name,
        "arn": found["DBClusterArn"],
        "cluster_identifier": name,
        "cluster_identifier_prefix": "",
        "cluster_members": [],
        "cluster_resource_id": found["DbClusterResourceId"],
        "engine": engine,
        "engine_version": found["EngineVersion"],
        "availability_zones": found["AvailabilityZones"],
        "backup_retention_period": 7,
        "deletion_protection": False,
        "endpoint": found["Endpoint"],
        "reader_endpoint": found["ReaderEndpoint"],
        "hosted_zone_id": found["HostedZoneId"],
        "port": found["Port"],
        "preferred_backup_window": "02:00-03:00",
        "preferred_maintenance_window": "sun:04:00-sun:05:00",
        "storage_encrypted": True,
        "storage_type": "",
        "apply_immediately": None,
        "allow_major_version_upgrade": None,
        "final_snapshot_identifier": None,
        "snapshot_identifier": None,
        "skip_final_snapshot": True,
        "global_cluster_identifier": "",
        "vpc_security_group_ids": [group["VpcSecurityGroupId"] for group in found["VpcSecurityGroups"]],
        "timeouts": None,
        **tags(TEAM),
    }


def _create_cluster(client: Client, service: str, engine: str, name: str, **more: Any) -> Attributes:
    found: Attributes = client(service).create_db_cluster(
        DBClusterIdentifier=name,
        Engine=engine,
        BackupRetentionPeriod=7,
        PreferredBackupWindow="02:00-03:00",
        PreferredMaintenanceWindow="sun:04:00-sun:05:00",
        StorageEncrypted=True,
        Tags=pairs(),
        **more,
    )["DBCluster"]
    return found


def _aurora(client: Client, name: str, _made: Made) -> Attributes:
    login = {"MasterUsername": "shop", "MasterUserPassword": _PASSWORD}
    found = _create_cluster(
        client, "rds", "aurora-postgresql", f"{name}-sql", DatabaseName="shop", EngineVersion="16.3", **login
    )
    return {
        **_clustered(f"{name}-sql", "aurora-postgresql", found),
        "allocated_storage": found["AllocatedStorage"],
        "backtrack_window": 0,
        "copy_tags_to_snapshot": False,
        "database_name": "shop",
        "db_cluster_parameter_group_name": found["DBClusterParameterGroup"],
        "db_subnet_group_name": found["DBSubnetGroup"],
        "delete_automated_backups": True,
        "enable_http_endpoint": False,
        "enabled_cloudwatch_logs_exports": [],
        "engine_mode": "provisioned",
        "engine_version_actual": found["EngineVersion"],
        "iam_database_authentication_enabled": False,
        "iam_roles": [],
        "iops": 0,
        "kms_key_id": found.get("KmsKeyId", ""),
        "master_username": "shop",
        "master_password": _PASSWORD,
        "network_type": "IPV4",
        "performance_insights_enabled": False,
        **unset("db_cluster_instance_class db_system_id domain domain_iam_role_name replication_source_identifier"),
        **unset("master_user_secret restore_to_point_in_time s3_import scaling_configuration", []),
        **unset("serverlessv2_scaling_configuration", []),
        **unset("manage_master_user_password master_user_secret_kms_key_id source_region", None),
    }


def _graph(client: Client, name: str, _made: Made) -> Attributes:
    found = _create_cluster(client, "neptune", "neptune", f"{name}-graph")
    return {
        **_clustered(f"{name}-graph", "neptune", found),
        "copy_tags_to_snapshot": False,
        "enable_cloudwatch_logs_exports": [],
        "iam_database_authentication_enabled": False,
        "iam_roles": [],
        "kms_key_arn": found.get("KmsKeyId", ""),
        "neptune_cluster_parameter_group_name": found["DBClusterParameterGroup"],
        "neptune_instance_parameter_group_name": None,
        "neptune_subnet_group_name": found["DBSubnetGroup"],
        "replication_source_identifier": "",
        "serverless_v2_scaling_configuration": [],
    }


def _modify(service: str, **settings: Any) -> Any:
    def act(client: Client, state: Attributes) -> None:
        client(service).modify_db_cluster(DBClusterIdentifier=state["id"], **settings)

    return act


def _delete(service: str) -> Any:
    def act(client: Client, state: Attributes) -> None:
        client(service).delete_db_cluster(DBClusterIdentifier=state["id"], SkipFinalSnapshot=True)

    return act


def _redshift_subnets(client: Client, name: str, _made: Made) -> Attributes:
    zones = subnets(client)
    client("redshift").create_cluster_subnet_group(
        ClusterSubnetGroupName=name, Description="private", SubnetIds=zones, Tags=pairs()
    )
    return {
        "id": name,
        "arn": f"arn:aws:redshift:{REGION}:{ACCOUNT}:subnetgroup:{name}",
        "name": name,
        "description": "private",
        "subnet_ids": zones,
        **tags(TEAM),
    }


def _warehouse(client: Client, name: str, _made: Made) -> Attributes:
    found = client("redshift").create_cluster(
        ClusterIdentifier=name,
        NodeType="ra3.xlplus",
        ClusterType="multi-node",
        NumberOfNodes=2,
        DBName="shop",
        MasterUsername="shop",
        MasterUserPassword=_PASSWORD,
        AutomatedSnapshotRetentionPeriod=7,
        PreferredMaintenanceWindow="sun:04:00-sun:05:00",
        PubliclyAccessible=False,
        Encrypted=True,
        Tags=pairs(),
    )["Cluster"]
    return {
        "id": name,
        "arn": f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:{name}",
        "cluster_identifier": name,
        "cluster_type": "multi-node",
        "node_type": "ra3.xlplus",
        "number_of_nodes": 2,
        "database_name": "shop",
        "master_username": "shop",
        "master_password": _PASSWORD,
        "allow_version_upgrade": True,
        "apply_immediately": False,
        "aqua_configuration_status": "auto",
        "automated_snapshot_retention_period": 7,
        "availability_zone": found["AvailabilityZone"],
        "availability_zone_relocation_enabled": False,
        "cluster_namespace_arn": f"arn:aws:redshift:{REGION}:{ACCOUNT}:namespace:{name}",
        "cluster_nodes": [],
        "cluster_parameter_group_name": "default.redshift-1.0",
        "cluster_public_key": "",
        "cluster_revision_number": "",
        "cluster_subnet_group_name": "",
        "cluster_version": "1.0",
        "default_iam_role_arn": "",
        "dns_name": found["Endpoint"]["Address"],
        "elastic_ip": None,
        "encrypted": "true",
        "endpoint": found["Endpoint"]["Address"],
        "enhanced_vpc_routing": False,
        "final_snapshot_identifier": None,
        "iam_roles": [],
        "kms_key_id": "",
        # The fake does not tell the track.
        "maintenance_track_name": "",
        "manual_snapshot_retention_period": -1,
        "multi_az": False,
        "owner_account": None,
        "port": found["Endpoint"]["Port"],
        "preferred_maintenance_window": "sun:04:00-sun:05:00",
        "publicly_accessible": False,
        "skip_final_snapshot": True,
        "vpc_security_group_ids": [],
        **unset("logging snapshot_copy", []),
        **unset("manage_master_password snapshot_identifier snapshot_arn", None),
        "timeouts": None,
        **tags(TEAM),
    }


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


_EXPOSE = {"DeletionProtection": True, "BackupRetentionPeriod": 1}
_EXPOSED = {"deletion_protection": (False, True), "backup_retention_period": (7, 1)}

CASES = [
    Case(
        "aws_db_subnet_group",
        _subnet_group,
        (_retag("rds", "add_tags_to_resource", "ResourceName"),),
        lambda client, state: client("rds").delete_db_subnet_group(DBSubnetGroupName=state["name"]),
    ),
    Case(
        "aws_db_parameter_group",
        _parameter_group,
        (
            (
                lambda client, state: _set_parameter(client, state["name"], "900"),
                {"parameter[0].value": ("200", "900")},
            ),
            _retag("rds", "add_tags_to_resource", "ResourceName"),
        ),
        lambda client, state: client("rds").delete_db_parameter_group(DBParameterGroupName=state["name"]),
    ),
    Case(
        "aws_rds_cluster",
        _aurora,
        ((_modify("rds", **_EXPOSE), _EXPOSED), _retag("rds", "add_tags_to_resource", "ResourceName")),
        _delete("rds"),
    ),
    Case(
        "aws_neptune_cluster",
        _graph,
        ((_modify("neptune", **_EXPOSE), _EXPOSED), _retag("rds", "add_tags_to_resource", "ResourceName")),
        _delete("neptune"),
    ),
    Case(
        "aws_redshift_subnet_group",
        _redshift_subnets,
        (_retag("redshift", "create_tags", "ResourceName"),),
        lambda client, state: client("redshift").delete_cluster_subnet_group(ClusterSubnetGroupName=state["name"]),
    ),
    Case(
        "aws_redshift_cluster",
        _warehouse,
        (
            (
                lambda client, state: client("redshift").modify_cluster(
                    ClusterIdentifier=state["id"], NumberOfNodes=4, AutomatedSnapshotRetentionPeriod=1
                ),
                {"number_of_nodes": (2, 4), "automated_snapshot_retention_period": (7, 1)},
            ),
        ),
        lambda client, state: client("redshift").delete_cluster(
            ClusterIdentifier=state["id"], SkipFinalClusterSnapshot=True
        ),
    ),
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
