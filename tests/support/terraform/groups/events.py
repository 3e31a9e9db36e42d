"""Events and schedules."""

import json
from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_ROLE = f"arn:aws:iam::{ACCOUNT}:role/service"


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


CASES = [
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
]
