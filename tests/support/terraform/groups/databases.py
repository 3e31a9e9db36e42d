"""Databases: RDS, Neptune, Redshift."""

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
]
