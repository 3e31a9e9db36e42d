"""Streams, workflows and subscriptions."""

import json
from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_ROLE = f"arn:aws:iam::{ACCOUNT}:role/service"


def _stream(client: Client, name: str, _made: Made) -> Attributes:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=2, StreamModeDetails={"StreamMode": "PROVISIONED"})
    kinesis.add_tags_to_stream(StreamName=name, Tags=TEAM)
    arn = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"
    return {
        "id": arn,
        "arn": arn,
        "name": name,
        "shard_count": 2,
        "retention_period": 24,
        "shard_level_metrics": [],
        "encryption_type": "NONE",
        "kms_key_id": "",
        "enforce_consumer_deletion": False,
        "stream_mode_details": [{"stream_mode": "PROVISIONED"}],
        "timeouts": None,
        **tags(TEAM),
    }


def _delivery_stream(client: Client, name: str, _made: Made) -> Attributes:
    bucket = f"arn:aws:s3:::{name}-archive"
    arn = client("firehose").create_delivery_stream(
        DeliveryStreamName=name,
        DeliveryStreamType="DirectPut",
        ExtendedS3DestinationConfiguration={
            "RoleARN": _ROLE,
            "BucketARN": bucket,
            "Prefix": "raw/",
            "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300},
            "CompressionFormat": "GZIP",
        },
        Tags=pairs(),
    )["DeliveryStreamARN"]
    logging = [{"enabled": False, "log_group_name": "", "log_stream_name": ""}]
    return {
        "id": arn,
        "arn": arn,
        "name": name,
        "destination": "extended_s3",
        "destination_id": "destinationId-000000000001",
        "version_id": "1",
        "extended_s3_configuration": [
            {
                "role_arn": _ROLE,
                "bucket_arn": bucket,
                "prefix": "raw/",
                "error_output_prefix": "",
                "buffering_size": 5,
                "buffering_interval": 300,
                "compression_format": "GZIP",
                "custom_time_zone": "UTC",
                "file_extension": "",
                "kms_key_arn": "",
                "s3_backup_mode": "Disabled",
                "cloudwatch_logging_options": logging,
                **unset("data_format_conversion_configuration dynamic_partitioning_configuration", []),
                **unset("processing_configuration s3_backup_configuration", []),
            }
        ],
        "server_side_encryption": [{"enabled": False, "key_arn": "", "key_type": "AWS_OWNED_CMK"}],
        **unset("elasticsearch_configuration http_endpoint_configuration iceberg_configuration", []),
        **unset("kinesis_source_configuration msk_source_configuration opensearch_configuration", []),
        **unset("opensearchserverless_configuration redshift_configuration snowflake_configuration", []),
        "splunk_configuration": [],
        "timeouts": None,
        **tags(TEAM),
    }


def _redirect(client: Client, state: Attributes) -> None:
    client("firehose").update_destination(
        DeliveryStreamName=state["name"],
        CurrentDeliveryStreamVersionId="1",
        DestinationId="destinationId-000000000001",
        ExtendedS3DestinationUpdate={"Prefix": "other/", "CompressionFormat": "Snappy"},
    )


_DEFINITION: dict[str, Any] = {"StartAt": "Pack", "States": {"Pack": {"Type": "Pass", "End": True}}}


def _state_machine(client: Client, name: str, _made: Made) -> Attributes:
    arn = client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(_DEFINITION), roleArn=_ROLE, tags=pairs("key", "value")
    )["stateMachineArn"]
    return {
        "id": arn,
        "arn": arn,
        "name": name,
        "name_prefix": "",
        "definition": json.dumps(_DEFINITION),
        "role_arn": _ROLE,
        "type": "STANDARD",
        "status": "ACTIVE",
        "creation_date": "2026-01-15T10:15:00Z",
        "description": "",
        "publish": False,
        "revision_id": "",
        "state_machine_version_arn": arn,
        "version_description": None,
        "encryption_configuration": [],
        "logging_configuration": [{"include_execution_data": False, "level": "OFF", "log_destination": ""}],
        "tracing_configuration": [{"enabled": False}],
        "timeouts": None,
        **tags(TEAM),
    }


_OTHER_DEFINITION: dict[str, Any] = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 5, "End": True}}}


_OTHER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/other"


def _subscription(client: Client, name: str, _made: Made) -> Attributes:
    sns = client("sns")
    topic = sns.create_topic(Name="deliveries")["TopicArn"]
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    arn = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue,
        Attributes={"RawMessageDelivery": "true"},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return {
        "id": arn,
        "arn": arn,
        "topic_arn": topic,
        "protocol": "sqs",
        "endpoint": queue,
        "raw_message_delivery": True,
        "owner_id": ACCOUNT,
        "pending_confirmation": False,
        "confirmation_was_authenticated": True,
        "confirmation_timeout_in_minutes": 1,
        "endpoint_auto_confirms": False,
        **unset("delivery_policy filter_policy filter_policy_scope redrive_policy replay_policy"),
        "subscription_role_arn": "",
    }


def _set_subscription(client: Client, state: Attributes, **attribute: str) -> None:
    [(name, value)] = attribute.items()
    client("sns").set_subscription_attributes(SubscriptionArn=state["arn"], AttributeName=name, AttributeValue=value)


CASES = [
    Case(
        "aws_kinesis_stream",
        _stream,
        (
            (
                lambda client, state: client("kinesis").increase_stream_retention_period(
                    StreamName=state["name"], RetentionPeriodHours=72
                ),
                {"retention_period": (24, 72)},
            ),
            (
                lambda client, state: client("kinesis").enable_enhanced_monitoring(
                    StreamName=state["name"], ShardLevelMetrics=["IncomingBytes"]
                ),
                {"shard_level_metrics": ([], ["IncomingBytes"])},
            ),
            (
                lambda client, state: client("kinesis").add_tags_to_stream(
                    StreamName=state["name"], Tags={"Team": "other"}
                ),
                {"tags.Team": ("shop", "other")},
            ),
        ),
        lambda client, state: client("kinesis").delete_stream(StreamName=state["name"]),
    ),
    Case(
        "aws_kinesis_firehose_delivery_stream",
        _delivery_stream,
        (
            (
                _redirect,
                {
                    "extended_s3_configuration[0].prefix": ("raw/", "other/"),
                    "extended_s3_configuration[0].compression_format": ("GZIP", "Snappy"),
                },
            ),
        ),
        lambda client, state: client("firehose").delete_delivery_stream(DeliveryStreamName=state["name"]),
    ),
    Case(
        "aws_sfn_state_machine",
        _state_machine,
        (
            (
                lambda client, state: client("stepfunctions").update_state_machine(
                    stateMachineArn=state["arn"], definition=json.dumps(_OTHER_DEFINITION), roleArn=_OTHER_ROLE
                ),
                {
                    "definition.StartAt": ("Pack", "Wait"),
                    "definition.States.Pack": (_DEFINITION["States"]["Pack"], None),
                    "definition.States.Wait": (None, _OTHER_DEFINITION["States"]["Wait"]),
                    "role_arn": (_ROLE, _OTHER_ROLE),
                },
            ),
        ),
        lambda client, state: client("stepfunctions").delete_state_machine(stateMachineArn=state["arn"]),
    ),
    Case(
        "aws_sns_topic_subscription",
        _subscription,
        (
            (
                lambda client, state: _set_subscription(client, state, RawMessageDelivery="false"),
                {"raw_message_delivery": (True, False)},
            ),
            (
                lambda client, state: _set_subscription(client, state, FilterPolicy='{"kind": ["paid"]}'),
                {"filter_policy": ("", {"kind": ["paid"]})},
            ),
        ),
        lambda client, state: client("sns").unsubscribe(SubscriptionArn=state["arn"]),
    ),
]
