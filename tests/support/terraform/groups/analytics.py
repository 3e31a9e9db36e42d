"""Data at work: Glue, Athena, EMR, brokers and streams of Kafka."""

from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.groups.places import default_group, subnets
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_ROLE = f"arn:aws:iam::{ACCOUNT}:role/service"


def _database(client: Client, name: str, _made: Made) -> Attributes:
    client("glue").create_database(
        DatabaseInput={
            "Name": name,
            "Description": "sales",
            "LocationUri": "s3://shop-lake/sales",
            "Parameters": {"owner": "shop"},
        }
    )
    return {
        "id": f"{ACCOUNT}:{name}",
        "arn": f"arn:aws:glue:{REGION}:{ACCOUNT}:database/{name}",
        "catalog_id": ACCOUNT,
        "name": name,
        "description": "sales",
        "location_uri": "s3://shop-lake/sales",
        "parameters": {"owner": "shop"},
        "create_table_default_permission": [],
        "federated_database": [],
        "target_database": [],
        "tags": None,
        "tags_all": {},
    }


def _columns(*names: str) -> list[dict[str, str]]:
    return [{"Name": name, "Type": "string"} for name in names]


def _table_input(name: str, **more: Any) -> dict[str, Any]:
    return {
        "Name": f"{name}_lines",
        "TableType": "EXTERNAL_TABLE",
        "Owner": "shop",
        "Parameters": {"classification": "parquet"},
        "Retention": 0,
        "PartitionKeys": _columns("day"),
        "StorageDescriptor": {
            "Columns": _columns("item", "price"),
            "Location": f"s3://shop-lake/{name}",
            "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
        },
        **more,
    }


def _table(client: Client, name: str, made: Made) -> Attributes:
    database, table = made["aws_glue_catalog_database"]["name"], _table_input(name)
    client("glue").create_table(DatabaseName=database, TableInput=table)
    stored = table["StorageDescriptor"]

    def columns(found: list[dict[str, str]]) -> list[Attributes]:
        return [{"comment": "", "name": item["Name"], "parameters": {}, "type": item["Type"]} for item in found]

    return {
        "id": f"{ACCOUNT}:{database}:{table['Name']}",
        "arn": f"arn:aws:glue:{REGION}:{ACCOUNT}:table/{database}/{table['Name']}",
        "catalog_id": ACCOUNT,
        "database_name": database,
        "name": table["Name"],
        "description": "",
        "owner": "shop",
        "parameters": {"classification": "parquet"},
        "retention": 0,
        "table_type": "EXTERNAL_TABLE",
        "partition_keys": [{"comment": "", "name": "day", "parameters": {}, "type": "string"}],
        "partition_index": [],
        "open_table_format_input": [],
        "target_table": [],
        "view_expanded_text": "",
        "view_original_text": "",
        "storage_descriptor": [
            {
                "additional_locations": [],
                "bucket_columns": [],
                "columns": columns(stored["Columns"]),
                "compressed": False,
                "input_format": stored["InputFormat"],
                "location": stored["Location"],
                "number_of_buckets": 0,
                "output_format": stored["OutputFormat"],
                "parameters": {},
                "schema_reference": [],
                "ser_de_info": [
                    {
                        "name": "",
                        "parameters": {},
                        "serialization_library": stored["SerdeInfo"]["SerializationLibrary"],
                    }
                ],
                "skewed_info": [],
                "sort_columns": [],
                "stored_as_sub_directories": False,
            }
        ],
    }


def _create_job(client: Client, name: str, description: str, script: str) -> None:
    client("glue").create_job(
        Name=name,
        Description=description,
        Role=_ROLE,
        Command={"Name": "glueetl", "ScriptLocation": script, "PythonVersion": "3"},
        DefaultArguments={"--job-language": "python"},
        MaxRetries=1,
        Timeout=60,
        GlueVersion="4.0",
        NumberOfWorkers=2,
        WorkerType="G.1X",
        ExecutionProperty={"MaxConcurrentRuns": 1},
        Tags=TEAM,
    )


def _replace_job(client: Client, state: Attributes) -> None:
    """The fake cannot change a job."""
    client("glue").delete_job(JobName=state["name"])
    _create_job(client, state["name"], "hourly", "s3://elsewhere/job.py")


def _job(client: Client, name: str, _made: Made) -> Attributes:
    _create_job(client, name, "nightly", "s3://shop-lake/job.py")
    return {
        "id": name,
        "arn": f"arn:aws:glue:{REGION}:{ACCOUNT}:job/{name}",
        "name": name,
        "description": "nightly",
        "role_arn": _ROLE,
        "command": [
            {"name": "glueetl", "python_version": "3", "runtime": "", "script_location": "s3://shop-lake/job.py"}
        ],
        "connections": [],
        "default_arguments": {"--job-language": "python"},
        "non_overridable_arguments": {},
        "execution_class": "",
        "execution_property": [{"max_concurrent_runs": 1}],
        "glue_version": "4.0",
        "job_mode": "SCRIPT",
        "job_run_queuing_enabled": False,
        "maintenance_window": "",
        "max_capacity": 2,
        "max_retries": 1,
        "notification_property": [],
        "number_of_workers": 2,
        "security_configuration": "",
        "source_control_details": [],
        "timeout": 60,
        "worker_type": "G.1X",
        **tags(TEAM),
    }


def _create_crawler(client: Client, name: str, database: str, path: str, schedule: str) -> None:
    client("glue").create_crawler(
        Name=name,
        Role="service",
        DatabaseName=database,
        Description="raw sales",
        Targets={"S3Targets": [{"Path": path, "Exclusions": []}]},
        Schedule=schedule,
        TablePrefix="raw_",
        SchemaChangePolicy={"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DEPRECATE_IN_DATABASE"},
        RecrawlPolicy={"RecrawlBehavior": "CRAWL_EVERYTHING"},
        LineageConfiguration={"CrawlerLineageSettings": "DISABLE"},
        Tags=TEAM,
    )


def _replace_crawler(client: Client, state: Attributes) -> None:
    """The fake cannot change a crawler."""
    client("glue").delete_crawler(Name=state["name"])
    _create_crawler(client, state["name"], state["database_name"], "s3://elsewhere/raw", "cron(0 * * * ? *)")


def _crawler(client: Client, name: str, made: Made) -> Attributes:
    database = made["aws_glue_catalog_database"]["name"]
    _create_crawler(client, name, database, "s3://shop-lake/raw", "cron(0 3 * * ? *)")
    return {
        "id": name,
        "arn": f"arn:aws:glue:{REGION}:{ACCOUNT}:crawler/{name}",
        "name": name,
        "role": "service",
        "database_name": database,
        "description": "raw sales",
        "classifiers": [],
        "configuration": "",
        "lake_formation_configuration": [],
        "lineage_configuration": [{"crawler_lineage_settings": "DISABLE"}],
        "recrawl_policy": [{"recrawl_behavior": "CRAWL_EVERYTHING"}],
        "s3_target": [
            {
                "connection_name": "",
                "dlq_event_queue_arn": "",
                "event_queue_arn": "",
                "exclusions": [],
                "path": "s3://shop-lake/raw",
                "sample_size": 0,
            }
        ],
        "schedule": "cron(0 3 * * ? *)",
        "schema_change_policy": [{"delete_behavior": "DEPRECATE_IN_DATABASE", "update_behavior": "UPDATE_IN_DATABASE"}],
        "security_configuration": "",
        "table_prefix": "raw_",
        **unset("catalog_target delta_target dynamodb_target hudi_target iceberg_target jdbc_target", []),
        "mongodb_target": [],
        **tags(TEAM),
    }


def _create_workgroup(client: Client, name: str, description: str, cutoff: int) -> None:
    client("athena").create_work_group(
        Name=name,
        Description=description,
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "PublishCloudWatchMetricsEnabled": True,
            "BytesScannedCutoffPerQuery": cutoff,
            "ResultConfiguration": {"OutputLocation": "s3://shop-lake/results/"},
        },
        Tags=pairs(),
    )


def _replace_workgroup(client: Client, state: Attributes) -> None:
    """The fake cannot change a workgroup."""
    client("athena").delete_work_group(WorkGroup=state["name"])
    _create_workgroup(client, state["name"], "anything", 99999999999)


def _workgroup(client: Client, name: str, _made: Made) -> Attributes:
    _create_workgroup(client, name, "reports", 1073741824)
    return {
        "id": name,
        "arn": f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/{name}",
        "name": name,
        "description": "reports",
        "state": "ENABLED",
        "force_destroy": False,
        "configuration": [
            {
                "bytes_scanned_cutoff_per_query": 1073741824,
                "enforce_workgroup_configuration": True,
                "engine_version": [
                    {"effective_engine_version": "Athena engine version 3", "selected_engine_version": "AUTO"}
                ],
                "execution_role": "",
                "identity_center_configuration": [],
                "publish_cloudwatch_metrics_enabled": True,
                "requester_pays_enabled": False,
                "result_configuration": [
                    {
                        "acl_configuration": [],
                        "encryption_configuration": [],
                        "expected_bucket_owner": "",
                        "output_location": "s3://shop-lake/results/",
                    }
                ],
            }
        ],
        **tags(TEAM),
    }


def _broker(client: Client, name: str, _made: Made) -> Attributes:
    zones, group = subnets(client, 1), default_group(client)
    found = client("mq").create_broker(
        BrokerName=name,
        EngineType="ACTIVEMQ",
        EngineVersion="5.18",
        DeploymentMode="SINGLE_INSTANCE",
        HostInstanceType="mq.m5.large",
        PubliclyAccessible=False,
        AutoMinorVersionUpgrade=True,
        SecurityGroups=[group],
        SubnetIds=zones,
        Users=[{"Username": "shop", "Password": "not-a-real-password", "ConsoleAccess": False, "Groups": []}],
        Logs={"General": True, "Audit": False},
        Tags=TEAM,
    )
    told = client("mq").describe_broker(BrokerId=found["BrokerId"])
    configuration = (told.get("Configurations") or {}).get("Current")
    return {
        "id": found["BrokerId"],
        "arn": found["BrokerArn"],
        "broker_name": name,
        "engine_type": "ActiveMQ",
        "engine_version": "5.18",
        "deployment_mode": "SINGLE_INSTANCE",
        "host_instance_type": "mq.m5.large",
        "storage_type": "efs",
        "apply_immediately": False,
        "authentication_strategy": "simple",
        "auto_minor_version_upgrade": True,
        "configuration": [{"id": configuration["Id"], "revision": configuration["Revision"]}] if configuration else [],
        "data_replication_mode": "NONE",
        "data_replication_primary_broker_arn": "",
        "encryption_options": [{"kms_key_id": "", "use_aws_owned_key": True}],
        "instances": [],
        "ldap_server_metadata": [],
        "logs": [{"audit": "false", "general": True}],
        "maintenance_window_start_time": [{"day_of_week": "SUNDAY", "time_of_day": "00:00", "time_zone": "UTC"}],
        "pending_data_replication_mode": "",
        "publicly_accessible": False,
        "security_groups": [group],
        "subnet_ids": zones,
        "user": [
            {
                "console_access": False,
                "groups": [],
                "password": "not-a-real-password",
                "replication_user": False,
                "username": "shop",
            }
        ],
        "timeouts": None,
        **tags(TEAM),
    }


def _kafka(client: Client, name: str, _made: Made) -> Attributes:
    zones, group = subnets(client), default_group(client)
    arn = client("kafka").create_cluster(
        ClusterName=name,
        KafkaVersion="3.6.0",
        NumberOfBrokerNodes=2,
        BrokerNodeGroupInfo={
            "ClientSubnets": zones,
            "InstanceType": "kafka.m5.large",
            "SecurityGroups": [group],
            "BrokerAZDistribution": "DEFAULT",
            "StorageInfo": {"EbsStorageInfo": {"VolumeSize": 100}},
        },
        EnhancedMonitoring="DEFAULT",
        Tags=TEAM,
    )["ClusterArn"]
    return {
        "id": arn,
        "arn": arn,
        "cluster_name": name,
        "cluster_uuid": arn.rpartition("/")[2],
        "kafka_version": "3.6.0",
        "number_of_broker_nodes": 2,
        "enhanced_monitoring": "DEFAULT",
        "storage_mode": "LOCAL",
        "current_version": "K3AEGXETSR30VB",
        "broker_node_group_info": [
            {
                "az_distribution": "DEFAULT",
                "client_subnets": zones,
                "connectivity_info": [],
                "instance_type": "kafka.m5.large",
                "security_groups": [group],
                "storage_info": [{"ebs_storage_info": [{"provisioned_throughput": [], "volume_size": 100}]}],
            }
        ],
        **unset("bootstrap_brokers bootstrap_brokers_tls zookeeper_connect_string"),
        **unset("client_authentication configuration_info encryption_info logging_info open_monitoring", []),
        "timeouts": None,
        **tags(TEAM),
    }


def _hadoop(client: Client, name: str, _made: Made) -> Attributes:
    [zone] = subnets(client, 1)
    found = client("emr").run_job_flow(
        Name=name,
        ReleaseLabel="emr-7.0.0",
        Applications=[{"Name": "Spark"}],
        Instances={
            "MasterInstanceType": "m5.xlarge",
            "SlaveInstanceType": "m5.xlarge",
            "InstanceCount": 3,
            "Ec2SubnetId": zone,
            "KeepJobFlowAliveWhenNoSteps": True,
            "TerminationProtected": False,
        },
        JobFlowRole="EMR_EC2_DefaultRole",
        ServiceRole="EMR_DefaultRole",
        VisibleToAllUsers=True,
        Tags=pairs(),
    )
    return {
        "id": found["JobFlowId"],
        "arn": f"arn:aws:elasticmapreduce:{REGION}:{ACCOUNT}:cluster/{found['JobFlowId']}",
        "name": name,
        "release_label": "emr-7.0.0",
        "applications": ["Spark"],
        "service_role": "EMR_DefaultRole",
        "cluster_state": "WAITING",
        "termination_protection": False,
        "keep_job_flow_alive_when_no_steps": True,
        "visible_to_all_users": True,
        "unhealthy_node_replacement": False,
        "ec2_attributes": [
            {
                "instance_profile": "EMR_EC2_DefaultRole",
                "subnet_id": zone,
                "subnet_ids": [zone],
                **unset("additional_master_security_groups additional_slave_security_groups"),
                **unset("emr_managed_master_security_group emr_managed_slave_security_group key_name"),
                "service_access_security_group": "",
            }
        ],
        "ebs_root_volume_size": 0,
        "scale_down_behavior": "TERMINATE_AT_TASK_COMPLETION",
        "step_concurrency_level": 1,
        "log_uri": "",
        "log_encryption_kms_key_id": "",
        "master_public_dns": "",
        **unset("additional_info autoscaling_role configurations configurations_json custom_ami_id", None),
        **unset("security_configuration placement_group_config os_release_label", None),
        **unset("auto_termination_policy bootstrap_action core_instance_fleet kerberos_attributes", []),
        "master_instance_fleet": [],
        "step": [],
        **tags(TEAM),
    }


CASES = [
    Case(
        "aws_glue_catalog_database",
        _database,
        (
            (
                lambda client, state: client("glue").update_database(
                    Name=state["name"],
                    DatabaseInput={
                        "Name": state["name"],
                        "Description": "other",
                        "LocationUri": "s3://elsewhere/sales",
                        "Parameters": {"owner": "shop"},
                    },
                ),
                {
                    "description": ("sales", "other"),
                    "location_uri": ("s3://shop-lake/sales", "s3://elsewhere/sales"),
                },
            ),
        ),
        lambda client, state: client("glue").delete_database(Name=state["name"]),
    ),
    Case(
        "aws_glue_catalog_table",
        _table,
        (
            (
                lambda client, state: client("glue").update_table(
                    DatabaseName=state["database_name"],
                    TableInput=_table_input("orders", Owner="other", Parameters={"classification": "csv"}),
                ),
                {"owner": ("shop", "other"), "parameters.classification": ("parquet", "csv")},
            ),
        ),
        lambda client, state: client("glue").delete_table(DatabaseName=state["database_name"], Name=state["name"]),
    ),
    Case(
        "aws_glue_job",
        _job,
        (
            (
                _replace_job,
                {
                    "description": ("nightly", "hourly"),
                    "command[0].script_location": ("s3://shop-lake/job.py", "s3://elsewhere/job.py"),
                },
            ),
        ),
        lambda client, state: client("glue").delete_job(JobName=state["name"]),
    ),
    Case(
        "aws_glue_crawler",
        _crawler,
        (
            (
                _replace_crawler,
                {
                    "schedule": ("cron(0 3 * * ? *)", "cron(0 * * * ? *)"),
                    "s3_target[0].path": ("s3://shop-lake/raw", "s3://elsewhere/raw"),
                },
            ),
        ),
        lambda client, state: client("glue").delete_crawler(Name=state["name"]),
    ),
    Case(
        "aws_athena_workgroup",
        _workgroup,
        (
            (
                _replace_workgroup,
                {
                    "description": ("reports", "anything"),
                    "configuration[0].bytes_scanned_cutoff_per_query": (1073741824, 99999999999),
                },
            ),
        ),
        lambda client, state: client("athena").delete_work_group(WorkGroup=state["name"]),
    ),
    Case(
        "aws_mq_broker",
        _broker,
        (
            (
                lambda client, state: client("mq").update_broker(
                    BrokerId=state["id"], AutoMinorVersionUpgrade=False, Logs={"General": False, "Audit": False}
                ),
                {"auto_minor_version_upgrade": (True, False), "logs[0].general": (True, False)},
            ),
            (
                lambda client, state: client("mq").create_tags(ResourceArn=state["arn"], Tags={"Team": "other"}),
                {"tags.Team": ("shop", "other")},
            ),
        ),
        lambda client, state: client("mq").delete_broker(BrokerId=state["id"]),
    ),
    Case(
        "aws_msk_cluster",
        _kafka,
        (
            (
                lambda client, state: client("kafka").tag_resource(
                    ResourceArn=state["arn"], Tags={"Team": "other", "Cost": "7"}
                ),
                {"tags.Team": ("shop", "other"), "tags.Cost": (None, "7")},
            ),
        ),
        lambda client, state: client("kafka").delete_cluster(ClusterArn=state["arn"]),
    ),
    Case(
        "aws_emr_cluster",
        _hadoop,
        (
            (
                lambda client, state: client("emr").set_termination_protection(
                    JobFlowIds=[state["id"]], TerminationProtected=True
                ),
                {"termination_protection": (False, True)},
            ),
            (
                lambda client, state: client("emr").set_visible_to_all_users(
                    JobFlowIds=[state["id"]], VisibleToAllUsers=False
                ),
                {"visible_to_all_users": (True, False)},
            ),
        ),
        lambda client, state: client("emr").terminate_job_flows(JobFlowIds=[state["id"]]),
    ),
]
