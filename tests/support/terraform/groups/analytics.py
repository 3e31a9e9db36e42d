"""Data at work: Glue, Athena."""

from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
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
]
