"""Alarms, dashboards and filters."""

import json
from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"


def _alarm_settings(name: str, **more: Any) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "AlarmDescription": "too slow",
        "Namespace": "AWS/ELB",
        "MetricName": "Latency",
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": 3,
        "Threshold": 0.5,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "missing",
        "ActionsEnabled": True,
        "AlarmActions": [_TOPIC],
        "Dimensions": [{"Name": "LoadBalancerName", "Value": "web"}],
        **more,
    }


def _alarm(client: Client, name: str, _made: Made) -> Attributes:
    client("cloudwatch").put_metric_alarm(**_alarm_settings(name), Tags=pairs())
    return {
        "id": name,
        "arn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}",
        "alarm_name": name,
        "alarm_description": "too slow",
        "namespace": "AWS/ELB",
        "metric_name": "Latency",
        "statistic": "Average",
        "period": 60,
        "evaluation_periods": 3,
        "datapoints_to_alarm": 0,
        "threshold": 0.5,
        "threshold_metric_id": "",
        "comparison_operator": "GreaterThanThreshold",
        "treat_missing_data": "missing",
        "actions_enabled": True,
        "alarm_actions": [_TOPIC],
        "ok_actions": [],
        "insufficient_data_actions": [],
        "dimensions": {"LoadBalancerName": "web"},
        "evaluate_low_sample_count_percentiles": "",
        "extended_statistic": "",
        "metric_query": [],
        "unit": "",
        **tags(TEAM),
    }


def _dashboard_body(title: str) -> str:
    widget = {"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": title}}
    return json.dumps({"widgets": [widget]})


def _dashboard(client: Client, name: str, _made: Made) -> Attributes:
    client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=_dashboard_body("shop"))
    return {
        "id": name,
        "dashboard_arn": f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{name}",
        "dashboard_name": name,
        "dashboard_body": _dashboard_body("shop"),
    }


def _filter_settings(name: str, pattern: str, value: str) -> dict[str, Any]:
    return {
        "logGroupName": f"/shop/{name}",
        "filterName": f"{name}-errors",
        "filterPattern": pattern,
        "metricTransformations": [{"metricName": "Errors", "metricNamespace": "Shop", "metricValue": value}],
    }


def _metric_filter(client: Client, name: str, _made: Made) -> Attributes:
    client("logs").create_log_group(logGroupName=f"/shop/{name}")
    client("logs").put_metric_filter(**_filter_settings(name, "ERROR", "1"))
    return {
        "id": f"{name}-errors",
        "name": f"{name}-errors",
        "log_group_name": f"/shop/{name}",
        "pattern": "ERROR",
        "metric_transformation": [
            {
                "default_value": "",
                "dimensions": {},
                "name": "Errors",
                "namespace": "Shop",
                "unit": "None",
                "value": "1",
            }
        ],
    }


CASES = [
    Case(
        "aws_cloudwatch_metric_alarm",
        _alarm,
        (
            (
                lambda client, state: client("cloudwatch").put_metric_alarm(
                    **_alarm_settings(state["alarm_name"], Threshold=99.0, AlarmActions=[]), Tags=pairs()
                ),
                {"threshold": (0.5, 99), "alarm_actions": ([_TOPIC], [])},
            ),
            (
                lambda client, state: client("cloudwatch").disable_alarm_actions(AlarmNames=[state["alarm_name"]]),
                {"actions_enabled": (True, False)},
            ),
        ),
        lambda client, state: client("cloudwatch").delete_alarms(AlarmNames=[state["alarm_name"]]),
    ),
    Case(
        "aws_cloudwatch_dashboard",
        _dashboard,
        (
            (
                lambda client, state: client("cloudwatch").put_dashboard(
                    DashboardName=state["id"], DashboardBody=_dashboard_body("nothing")
                ),
                {"dashboard_body.widgets[0].properties.markdown": ("shop", "nothing")},
            ),
        ),
        lambda client, state: client("cloudwatch").delete_dashboards(DashboardNames=[state["id"]]),
    ),
    Case(
        "aws_cloudwatch_log_metric_filter",
        _metric_filter,
        (
            (
                lambda client, _state: client("logs").put_metric_filter(**_filter_settings("orders", "FATAL", "5")),
                {"pattern": ("ERROR", "FATAL"), "metric_transformation[0].value": ("1", "5")},
            ),
        ),
        lambda client, state: client("logs").delete_metric_filter(
            logGroupName=state["log_group_name"], filterName=state["name"]
        ),
    ),
]
