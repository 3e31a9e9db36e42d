"""Relational databases."""

from dataclasses import dataclass
from typing import Any

from driftguard_tui.demo.kit import code_of, hex_of, iso_millis, pairs
from driftguard_tui.demo.things.base import Recorded
from driftguard_tui.demo.things.network import Subnet


@dataclass(frozen=True, kw_only=True)
class Database(Recorded):
    """An RDS instance. `password` is only in the state: AWS never answers it."""

    terraform_type = "aws_db_instance"
    native = "AWS::RDS::DBInstance"
    arguments = (
        "identifier", "engine", "engine_version", "instance_class", "allocated_storage",
        "max_allocated_storage", "storage_type", "storage_encrypted", "kms_key_id", "db_name", "username", "password",
        "db_subnet_group_name", "vpc_security_group_ids", "parameter_group_name", "multi_az",
        "backup_retention_period", "deletion_protection", "performance_insights_enabled", "tags",
    )  # fmt: skip
    schema_version = 2

    name: str
    subnets: tuple[Subnet, ...]
    subnet_group: str
    groups: tuple[str, ...]
    kms_key: str
    password: str
    database: str
    instance_class: str = "db.m6g.large"
    storage: int = 100
    max_storage: int = 500
    engine_version: str = "15.6"
    multi_az: bool = True
    backup_days: int = 14
    deletion_protection: bool = True
    public: bool = False
    parameter_group: str = "lp-postgres15"
    log_exports: tuple[str, ...] = ()
    monitoring_interval: int = 0
    minor_upgrades: bool = True
    storage_type: str = "gp3"
    iops: int = 3000

    @property
    def resource_id(self) -> str:
        return "db-" + code_of("db", self.home, self.name, length=26)

    @property
    def sensitive(self) -> tuple[str, ...]:
        return ("password",)

    @property
    def endpoint(self) -> str:
        cluster = hex_of("endpoint", self.home, length=12)
        return f"{self.name}.c{cluster}.{self.home.region}.rds.amazonaws.com"

    def attributes(self) -> dict[str, Any]:
        return {
            "address": self.endpoint,
            "allocated_storage": self.storage,
            "allow_major_version_upgrade": None,
            "apply_immediately": None,
            "arn": self.home.arn("rds", f"db:{self.name}"),
            "auto_minor_version_upgrade": self.minor_upgrades,
            "availability_zone": self.subnets[0].zone,
            "backup_retention_period": self.backup_days,
            "backup_target": "region",
            "backup_window": "02:10-02:40",
            "blue_green_update": [],
            "ca_cert_identifier": "rds-ca-rsa2048-g1",
            "character_set_name": "",
            "copy_tags_to_snapshot": True,
            "custom_iam_instance_profile": "",
            "customer_owned_ip_enabled": False,
            "db_name": self.database,
            "db_subnet_group_name": self.subnet_group,
            "dedicated_log_volume": False,
            "delete_automated_backups": True,
            "deletion_protection": self.deletion_protection,
            "domain": "",
            "domain_iam_role_name": "",
            "enabled_cloudwatch_logs_exports": list(self.log_exports),
            "endpoint": f"{self.endpoint}:5432",
            "engine": "postgres",
            "engine_version": self.engine_version,
            "engine_version_actual": self.engine_version,
            "final_snapshot_identifier": f"{self.name}-final",
            "hosted_zone_id": "Z29XKXDKYMONMX",
            "iam_database_authentication_enabled": False,
            "id": self.resource_id,
            "identifier": self.name,
            "identifier_prefix": "",
            "instance_class": self.instance_class,
            "iops": self.iops,
            "kms_key_id": self.kms_key,
            "latest_restorable_time": "2026-03-05T23:54:12Z",
            "license_model": "postgresql-license",
            "listener_endpoint": [],
            "maintenance_window": "sun:03:30-sun:04:30",
            "manage_master_user_password": None,
            "master_user_secret": [],
            "max_allocated_storage": self.max_storage,
            "monitoring_interval": self.monitoring_interval,
            "monitoring_role_arn": "",
            "multi_az": self.multi_az,
            "network_type": "IPV4",
            "option_group_name": "default:postgres-15",
            "parameter_group_name": self.parameter_group,
            "password": self.password,
            "performance_insights_enabled": True,
            "performance_insights_kms_key_id": self.kms_key,
            "performance_insights_retention_period": 7,
            "port": 5432,
            "publicly_accessible": self.public,
            "replica_mode": "",
            "replicas": [],
            "replicate_source_db": "",
            "resource_id": self.resource_id,
            "restore_to_point_in_time": [],
            "s3_import": [],
            "skip_final_snapshot": False,
            "snapshot_identifier": None,
            "status": "available",
            "storage_encrypted": True,
            "storage_throughput": 125,
            "storage_type": self.storage_type,
            **self.tag_attributes(),
            "timeouts": None,
            "timezone": "",
            "username": "lpadmin",
            "vpc_security_group_ids": list(self.groups),
        }

    def config_item(self) -> dict[str, Any]:
        pending = (
            "dBInstanceClass", "allocatedStorage", "masterUserPassword", "port", "backupRetentionPeriod",
            "multiAZ", "engineVersion", "licenseModel", "iops", "dBInstanceIdentifier", "storageType",
        )  # fmt: skip
        return self.recorded_item(
            self.resource_id,
            self.name,
            {
                "dBInstanceIdentifier": self.name,
                "dBInstanceClass": self.instance_class,
                "engine": "postgres",
                "dBInstanceStatus": "available",
                "masterUsername": "lpadmin",
                "dBName": self.database,
                "endpoint": {"address": self.endpoint, "port": 5432, "hostedZoneId": "Z29XKXDKYMONMX"},
                "allocatedStorage": self.storage,
                "instanceCreateTime": iso_millis(self.created),
                "preferredBackupWindow": "02:10-02:40",
                "backupRetentionPeriod": self.backup_days,
                "dBSecurityGroups": [],
                "vpcSecurityGroups": [{"vpcSecurityGroupId": group, "status": "active"} for group in self.groups],
                "dBParameterGroups": [
                    {"dBParameterGroupName": self.parameter_group, "parameterApplyStatus": "in-sync"}
                ],
                "availabilityZone": self.subnets[0].zone,
                "dBSubnetGroup": {
                    "dBSubnetGroupName": self.subnet_group,
                    "dBSubnetGroupDescription": "Managed by Terraform",
                    "vpcId": self.subnets[0].vpc.vpc_id,
                    "subnetGroupStatus": "Complete",
                    "subnets": [
                        {
                            "subnetIdentifier": subnet.subnet_id,
                            "subnetAvailabilityZone": {"name": subnet.zone},
                            "subnetStatus": "Active",
                        }
                        for subnet in self.subnets
                    ],
                    "dBSubnetGroupArn": None,
                },
                "preferredMaintenanceWindow": "sun:03:30-sun:04:30",
                "pendingModifiedValues": dict.fromkeys(pending),
                "latestRestorableTime": "2026-03-16T07:24:40.000Z",
                "multiAZ": self.multi_az,
                "engineVersion": self.engine_version,
                "autoMinorVersionUpgrade": self.minor_upgrades,
                "readReplicaSourceDBInstanceIdentifier": None,
                "readReplicaDBInstanceIdentifiers": [],
                "licenseModel": "postgresql-license",
                "iops": self.iops,
                "optionGroupMemberships": [{"optionGroupName": "default:postgres-15", "status": "in-sync"}],
                "characterSetName": None,
                "secondaryAvailabilityZone": self.subnets[1].zone if self.multi_az else None,
                "publiclyAccessible": self.public,
                "statusInfos": [],
                "storageType": self.storage_type,
                "storageThroughput": 125,
                "tdeCredentialArn": None,
                "dbInstancePort": 0,
                "dBClusterIdentifier": None,
                "storageEncrypted": True,
                "kmsKeyId": self.kms_key,
                "dbiResourceId": self.resource_id,
                "cACertificateIdentifier": "rds-ca-rsa2048-g1",
                "domainMemberships": [],
                "copyTagsToSnapshot": True,
                "monitoringInterval": self.monitoring_interval,
                "enhancedMonitoringResourceArn": None,
                "monitoringRoleArn": None,
                "promotionTier": None,
                "dBInstanceArn": self.arn,
                "timezone": None,
                "iAMDatabaseAuthenticationEnabled": False,
                "performanceInsightsEnabled": True,
                "performanceInsightsKMSKeyId": self.kms_key,
                "performanceInsightsRetentionPeriod": 7,
                "enabledCloudwatchLogsExports": list(self.log_exports),
                "processorFeatures": [],
                "deletionProtection": self.deletion_protection,
                "associatedRoles": [],
                "maxAllocatedStorage": self.max_storage,
                "customerOwnedIpEnabled": False,
                "networkType": "IPV4",
                "tagList": pairs(self.shown_tags),
            },
            {"Tags": pairs(self.shown_tags)},
            zone=self.subnets[0].zone,
        )
