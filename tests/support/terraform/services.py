"""Terraform's attributes of queues, topics, tables, keys, databases and log groups."""

from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, Describe, tags


def _queue(client: Client, identity: str) -> Attributes:
    sqs = client("sqs")
    queue = sqs.get_queue_attributes(QueueUrl=identity, AttributeNames=["All"])["Attributes"]
    return {
        "id": identity,
        "url": identity,
        "arn": queue["QueueArn"],
        "name": identity.rpartition("/")[2],
        "name_prefix": "",
        "visibility_timeout_seconds": int(queue["VisibilityTimeout"]),
        "message_retention_seconds": int(queue["MessageRetentionPeriod"]),
        "max_message_size": int(queue["MaximumMessageSize"]),
        "delay_seconds": int(queue["DelaySeconds"]),
        "receive_wait_time_seconds": int(queue["ReceiveMessageWaitTimeSeconds"]),
        "sqs_managed_sse_enabled": queue["SqsManagedSseEnabled"] == "true",
        "kms_master_key_id": "",
        "kms_data_key_reuse_period_seconds": 300,
        "fifo_queue": False,
        "content_based_deduplication": False,
        "deduplication_scope": "",
        "fifo_throughput_limit": "",
        "policy": "",
        "redrive_policy": "",
        "redrive_allow_policy": "",
        "timeouts": None,
        **tags(sqs.list_queue_tags(QueueUrl=identity)["Tags"]),
    }


def _topic(client: Client, identity: str) -> Attributes:
    sns = client("sns")
    topic = sns.get_topic_attributes(TopicArn=identity)["Attributes"]
    feedback = {
        f"{service}_{when}_feedback_role_arn": ""
        for service in ("application", "firehose", "http", "lambda", "sqs")
        for when in ("success", "failure")
    }
    return {
        "id": identity,
        "arn": identity,
        "name": identity.rpartition(":")[2],
        "name_prefix": "",
        "display_name": topic["DisplayName"],
        "policy": topic["Policy"],
        "delivery_policy": "",
        "kms_master_key_id": "",
        "fifo_topic": False,
        "content_based_deduplication": False,
        "signature_version": 0,
        "tracing_config": "",
        "owner": ACCOUNT,
        **feedback,
        **tags(sns.list_tags_for_resource(ResourceArn=identity)["Tags"]),
    }


def _table(client: Client, identity: str) -> Attributes:
    dynamodb = client("dynamodb")
    table = dynamodb.describe_table(TableName=identity)["Table"]
    backups = dynamodb.describe_continuous_backups(TableName=identity)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    ttl = dynamodb.describe_time_to_live(TableName=identity)["TimeToLiveDescription"]
    return {
        "id": identity,
        "arn": table["TableArn"],
        "name": identity,
        "billing_mode": table["BillingModeSummary"]["BillingMode"],
        "read_capacity": 0,
        "write_capacity": 0,
        "hash_key": table["KeySchema"][0]["AttributeName"],
        "range_key": None,
        "attribute": [
            {"name": item["AttributeName"], "type": item["AttributeType"]} for item in table["AttributeDefinitions"]
        ],
        "table_class": "STANDARD",
        "deletion_protection_enabled": table["DeletionProtectionEnabled"],
        "point_in_time_recovery": [{"enabled": recovery == "ENABLED", "recovery_period_in_days": 0}],
        "ttl": [{"attribute_name": ttl.get("AttributeName", ""), "enabled": ttl["TimeToLiveStatus"] == "ENABLED"}],
        "server_side_encryption": [],
        "global_secondary_index": [],
        "local_secondary_index": [],
        "replica": [],
        "stream_enabled": False,
        "stream_view_type": "",
        "stream_arn": "",
        "timeouts": None,
        **tags(dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]),
    }


def _key(client: Client, identity: str) -> Attributes:
    kms = client("kms")
    key = kms.describe_key(KeyId=identity)["KeyMetadata"]
    return {
        "id": identity,
        "key_id": identity,
        "arn": key["Arn"],
        "description": key["Description"],
        "is_enabled": key["Enabled"],
        "enable_key_rotation": kms.get_key_rotation_status(KeyId=identity)["KeyRotationEnabled"],
        "rotation_period_in_days": 365,
        "key_usage": "ENCRYPT_DECRYPT",
        "customer_master_key_spec": key["CustomerMasterKeySpec"],
        "multi_region": False,
        "policy": kms.get_key_policy(KeyId=identity, PolicyName="default")["Policy"],
        "deletion_window_in_days": 30,
        "bypass_policy_lockout_safety_check": False,
        "custom_key_store_id": "",
        "xks_key_id": "",
        "timeouts": None,
        **tags(kms.list_resource_tags(KeyId=identity)["Tags"]),
    }


def _database(client: Client, identity: str) -> Attributes:
    [database] = client("rds").describe_db_instances(DBInstanceIdentifier=identity)["DBInstances"]
    return {
        "id": database["DbiResourceId"],
        "arn": database["DBInstanceArn"],
        "identifier": identity,
        "identifier_prefix": "",
        "resource_id": database["DbiResourceId"],
        "engine": database["Engine"],
        "engine_version": database["EngineVersion"],
        "engine_version_actual": database["EngineVersion"],
        "instance_class": database["DBInstanceClass"],
        "allocated_storage": database["AllocatedStorage"],
        "max_allocated_storage": 0,
        "storage_type": database["StorageType"],
        "storage_encrypted": database["StorageEncrypted"],
        "kms_key_id": database["KmsKeyId"],
        "iops": 0,
        "username": database["MasterUsername"],
        "password": "not-a-real-password",
        "port": database["Endpoint"]["Port"],
        "multi_az": database["MultiAZ"],
        "publicly_accessible": False,
        "availability_zone": database["AvailabilityZone"],
        "backup_retention_period": database["BackupRetentionPeriod"],
        "backup_window": database["PreferredBackupWindow"],
        "maintenance_window": database["PreferredMaintenanceWindow"],
        "deletion_protection": database["DeletionProtection"],
        "auto_minor_version_upgrade": database["AutoMinorVersionUpgrade"],
        "copy_tags_to_snapshot": False,
        "iam_database_authentication_enabled": False,
        "monitoring_interval": 0,
        "performance_insights_enabled": False,
        "parameter_group_name": database["DBParameterGroups"][0]["DBParameterGroupName"],
        "option_group_name": database["OptionGroupMemberships"][0]["OptionGroupName"],
        "ca_cert_identifier": database["CACertificateIdentifier"],
        "enabled_cloudwatch_logs_exports": [],
        "vpc_security_group_ids": [item["VpcSecurityGroupId"] for item in database["VpcSecurityGroups"]],
        "license_model": database["LicenseModel"],
        "skip_final_snapshot": True,
        "apply_immediately": False,
        "timeouts": None,
        **tags(database["TagList"]),
    }


def _log_group(client: Client, identity: str) -> Attributes:
    logs = client("logs")
    [group] = logs.describe_log_groups(logGroupNamePrefix=identity)["logGroups"]
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{identity}"
    return {
        "id": identity,
        "arn": arn,
        "name": identity,
        "name_prefix": "",
        "retention_in_days": group["retentionInDays"],
        "kms_key_id": "",
        "log_group_class": "STANDARD",
        "skip_destroy": False,
        **tags(logs.list_tags_for_resource(resourceArn=arn)["tags"]),
    }


DESCRIBE: dict[str, Describe] = {
    "aws_cloudwatch_log_group": _log_group,
    "aws_db_instance": _database,
    "aws_dynamodb_table": _table,
    "aws_kms_key": _key,
    "aws_sns_topic": _topic,
    "aws_sqs_queue": _queue,
}
