"""Streams, workflows, events and subscriptions."""

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


def _event_bus(client: Client, name: str, _made: Made) -> Attributes:
    arn = client("events").create_event_bus(Name=name, Description="all orders", Tags=pairs())["EventBusArn"]
    return {
        "id": name,
        "arn": arn,
        "name": name,
        "description": "all orders",
        "event_source_name": None,
        "kms_key_identifier": "",
        "dead_letter_config": [],
        "log_config": [],
        **tags(TEAM),
    }


def _event_rule(client: Client, name: str, made: Made) -> Attributes:
    bus = made["aws_cloudwatch_event_bus"]["name"]
    pattern = json.dumps({"source": ["shop"]})
    arn = client("events").put_rule(
        Name=f"{name}-paid", EventBusName=bus, EventPattern=pattern, Description="paid", Tags=pairs()
    )["RuleArn"]
    return {
        "id": f"{bus}/{name}-paid",
        "arn": arn,
        "name": f"{name}-paid",
        "name_prefix": "",
        "event_bus_name": bus,
        "event_pattern": pattern,
        "schedule_expression": "",
        "description": "paid",
        "role_arn": "",
        "is_enabled": True,
        "state": "ENABLED",
        "force_destroy": False,
        **tags(TEAM),
    }


def _change_rule(client: Client, state: Attributes) -> None:
    client("events").put_rule(
        Name=state["name"],
        EventBusName=state["event_bus_name"],
        EventPattern=json.dumps({"source": ["other"]}),
        Description="all",
    )


def _event_target(client: Client, name: str, made: Made) -> Attributes:
    rule = made["aws_cloudwatch_event_rule"]
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    client("events").put_targets(
        Rule=rule["name"],
        EventBusName=rule["event_bus_name"],
        Targets=[{"Id": "queue", "Arn": queue, "InputPath": "$"}],
    )
    return {
        "id": f"{rule['event_bus_name']}-{rule['name']}-queue",
        "arn": queue,
        "rule": rule["name"],
        "event_bus_name": rule["event_bus_name"],
        "target_id": "queue",
        "input": "",
        "input_path": "$",
        "role_arn": "",
        "force_destroy": False,
        **unset("appsync_target batch_target dead_letter_config ecs_target http_target input_transformer", []),
        **unset("kinesis_target redshift_target retry_policy run_command_targets sagemaker_pipeline_target", []),
        "sqs_target": [],
    }


def _retarget(client: Client, state: Attributes, **target: Any) -> None:
    client("events").put_targets(
        Rule=state["rule"], EventBusName=state["event_bus_name"], Targets=[{"Id": "queue", **target}]
    )


_FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:nightly"


def _schedule(client: Client, name: str, _made: Made) -> Attributes:
    arn = client("scheduler").create_schedule(
        Name=name,
        GroupName="default",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": _FUNCTION, "RoleArn": _ROLE},
    )["ScheduleArn"]
    return {
        "id": f"default/{name}",
        "arn": arn,
        "name": name,
        "name_prefix": "",
        "group_name": "default",
        "description": "",
        "schedule_expression": "rate(1 hour)",
        "schedule_expression_timezone": "UTC",
        "start_date": "",
        "end_date": "",
        "state": "ENABLED",
        "kms_key_arn": "",
        "action_after_completion": "NONE",
        "flexible_time_window": [{"maximum_window_in_minutes": 0, "mode": "OFF"}],
        "target": [
            {
                "arn": _FUNCTION,
                "role_arn": _ROLE,
                "input": "",
                "retry_policy": [{"maximum_event_age_in_seconds": 86400, "maximum_retry_attempts": 185}],
                **unset("dead_letter_config ecs_parameters eventbridge_parameters kinesis_parameters", []),
                **unset("sagemaker_pipeline_parameters sqs_parameters", []),
            }
        ],
    }


def _reschedule(client: Client, state: Attributes) -> None:
    client("scheduler").update_schedule(
        Name=state["name"],
        GroupName="default",
        ScheduleExpression="rate(5 minutes)",
        State="DISABLED",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": _FUNCTION, "RoleArn": _ROLE},
    )


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
        "aws_cloudwatch_event_bus",
        _event_bus,
        (
            (
                lambda client, state: client("events").tag_resource(
                    ResourceARN=state["arn"], Tags=[{"Key": "Team", "Value": "other"}, {"Key": "Cost", "Value": "7"}]
                ),
                {"tags.Team": ("shop", "other"), "tags.Cost": (None, "7")},
            ),
        ),
        lambda client, state: client("events").delete_event_bus(Name=state["name"]),
    ),
    Case(
        "aws_cloudwatch_event_rule",
        _event_rule,
        (
            (
                _change_rule,
                {
                    "event_pattern.source": (["shop"], ["other"]),
                    "description": ("paid", "all"),
                },
            ),
            (
                lambda client, state: client("events").disable_rule(
                    Name=state["name"], EventBusName=state["event_bus_name"]
                ),
                {"is_enabled": (True, False), "state": ("ENABLED", "DISABLED")},
            ),
        ),
        lambda client, state: client("events").delete_rule(Name=state["name"], EventBusName=state["event_bus_name"]),
    ),
    Case(
        "aws_cloudwatch_event_target",
        _event_target,
        (
            (
                lambda client, state: _retarget(client, state, Arn=f"{state['arn']}-2", Input='{"a": 1}'),
                {
                    "arn": (f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders", f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders-2"),
                    "input_path": ("$", None),
                    "input": ("", {"a": 1}),
                },
            ),
        ),
        lambda client, state: client("events").remove_targets(
            Rule=state["rule"], EventBusName=state["event_bus_name"], Ids=["queue"]
        ),
        lost=False,
        stray=False,
    ),
    Case(
        "aws_scheduler_schedule",
        _schedule,
        (
            (
                _reschedule,
                {"schedule_expression": ("rate(1 hour)", "rate(5 minutes)"), "state": ("ENABLED", "DISABLED")},
            ),
        ),
        lambda client, state: client("scheduler").delete_schedule(Name=state["name"], GroupName="default"),
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
