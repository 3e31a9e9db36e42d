"""CloudWatch of a live account over loopback, by the real SDK."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from engine.collectors.base import Context, Lack
from engine.collectors.events.cloudwatch import Settings, Source
from engine.collectors.events.cloudwatch.settings import Query
from engine.errors import SourceError
from engine.model import Event, Series
from tests.support.aws_gate import Gate, Refusal, open_gate
from tests.support.moto_server import moto_endpoint, moto_server  # noqa: F401 - fixtures

REGION = "eu-west-1"
NOW = datetime.now(UTC)
CPU = Query("AWS/ECS", "CPUUtilization", {"ServiceName": "*"})


def history(_: dict[str, Any]) -> dict[str, Any]:
    """The entries of an alarm that is over, newest first."""
    steps = [(30, "Alarm updated from ALARM to OK"), (90, "Alarm updated from OK to ALARM")]
    items = [
        {"AlarmName": "orders-cpu", "Timestamp": (NOW - timedelta(minutes=minutes)).timestamp(),
         "HistoryItemType": "StateUpdate", "HistorySummary": summary}
        for minutes, summary in steps
    ]  # fmt: skip
    return {"AlarmHistoryItems": items}


@pytest.fixture
def gate(moto_endpoint: str) -> Iterator[Gate]:  # noqa: F811
    client = boto3.client("cloudwatch", region_name=REGION, endpoint_url=moto_endpoint)
    for service in ("checkout", "orders"):
        dimensions = [{"Name": "ServiceName", "Value": service}]
        data = [
            {"MetricName": "CPUUtilization", "Dimensions": dimensions, "Value": minutes,
             "Timestamp": NOW - timedelta(minutes=minutes)}
            for minutes in range(5, 120, 5)
        ]  # fmt: skip
        client.put_metric_data(Namespace="AWS/ECS", MetricData=data)
        client.put_metric_alarm(
            AlarmName=f"{service}-cpu", MetricName="CPUUtilization", Namespace="AWS/ECS", Dimensions=dimensions,
            Period=60, EvaluationPeriods=1, Threshold=90, Statistic="Average",
            ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip
    client.set_alarm_state(AlarmName="checkout-cpu", StateValue="ALARM", StateReason="for the test")
    with open_gate(moto_endpoint) as gate:
        gate.served["GraniteServiceVersion20100801.DescribeAlarmHistory"] = history
        yield gate


def source(gate: Gate, **settings: Any) -> Source:
    given = {"regions": [REGION], "endpoint_url": gate.url, "days": 1, **settings}
    return Source(Settings(name="cloudwatch", kind="cloudwatch", **given))


def read(gate: Gate, context: Context | None = None, **settings: Any) -> tuple[dict[str, Event], list[Series]]:
    found = list(source(gate, **settings).collect(context or Context()))
    events = {item.operation: item for item in found if isinstance(item, Event)}
    return events, [item for item in found if isinstance(item, Series)]


def test_alarms_and_metrics(gate: Gate) -> None:
    events, series = read(gate, queries=[CPU])
    assert events["checkout-cpu"].ended_at is None
    assert events["checkout-cpu"].touches == ("checkout",)
    over = events["orders-cpu"]
    assert (over.ended_at or NOW) - over.at == timedelta(hours=1)
    assert over.scope == f"123456789012/{REGION}"
    assert {item.touches for item in series} == {("checkout",), ("orders",)}
    assert all(len(item.times) > 20 and item.scope == over.scope for item in series)


def test_only_what_is_new_is_told(gate: Gate) -> None:
    events, series = read(gate, Context(since=NOW - timedelta(minutes=20)), queries=[CPU])
    assert list(events) == ["checkout-cpu"]
    assert all(len(item.times) <= 5 for item in series)


def test_what_is_refused_is_said_and_the_rest_is_read(gate: Gate) -> None:
    gate.refusals.append(Refusal("monitoring", "GetMetricData", "AccessDenied"))
    context = Context()
    events, series = read(gate, context, queries=[CPU])
    assert (len(events), series) == (2, [])
    assert context.problems == [
        f"{REGION}: not allowed to call cloudwatch:GetMetricData; grant cloudwatch:GetMetricData"
    ]


def test_an_account_that_refuses_everything(gate: Gate) -> None:
    gate.refusals.append(Refusal("monitoring", "", "AccessDenied"))
    with pytest.raises(SourceError, match="CloudWatch cannot be read for source 'cloudwatch': not allowed to call"):
        read(gate, queries=[CPU])


def test_doctor_is_told_what_may_be_read(gate: Gate) -> None:
    gate.refusals.append(Refusal("monitoring", "DescribeAlarmHistory", "AccessDenied"))
    access = source(gate, queries=[CPU]).access(Context())
    assert access is not None
    assert access.may == (f"alarms of {REGION}", f"metrics of {REGION}")
    assert access.lacks == (Lack(f"history of alarms of {REGION}", "cloudwatch:DescribeAlarmHistory"),)
