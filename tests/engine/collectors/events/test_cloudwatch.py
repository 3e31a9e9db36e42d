"""Recorded answers of CloudWatch: when alarms alarmed, and what was measured."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.collectors.base import Context
from engine.collectors.events.cloudwatch import Settings, Source
from engine.model import Event, EventKind, Series, ticket_of

T0 = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def clock(minutes: float) -> str:
    """As the command line writes it."""
    return (T0 + timedelta(minutes=minutes)).isoformat()


def alarm(state: str = "ALARM", since: float = 0, **more: Any) -> dict[str, Any]:
    return {
        "AlarmName": "checkout-5xx",
        "AlarmArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout-5xx",
        "AlarmDescription": "Customers cannot pay.",
        "AlarmActions": ["arn:aws:sns:eu-west-1:123456789012:on-call"],
        "StateValue": state,
        "StateReason": "Threshold Crossed: 1 datapoint [61.0] was greater than the threshold (5.0).",
        "StateUpdatedTimestamp": clock(since),
        "StateTransitionedTimestamp": clock(since),
        "MetricName": "HTTPCode_Target_5XX_Count",
        "Namespace": "AWS/ApplicationELB",
        "Dimensions": [{"Name": "LoadBalancer", "Value": "app/shop-front/50dc6c495c0c9188"}],
        **more,
    }


def moved(minutes: float, before: str, after: str, name: str = "checkout-5xx") -> dict[str, Any]:
    data = {"version": "1.0", "oldState": {"stateValue": before}, "newState": {"stateValue": after}}
    return {
        "AlarmName": name,
        "AlarmType": "MetricAlarm",
        "Timestamp": clock(minutes),
        "HistoryItemType": "StateUpdate",
        "HistorySummary": f"Alarm updated from {before} to {after}",
        "HistoryData": json.dumps(data),
    }


def read(folder: Path, context: Context | None = None, **answers: Any) -> tuple[list[Event], list[Series]]:
    for name, answer in answers.items():
        raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        (folder / f"{name}.json").write_bytes(raw)
    source = Source(Settings(name="cloudwatch", kind="cloudwatch", path=str(folder)))
    found = list(source.collect(context or Context()))
    return [item for item in found if isinstance(item, Event)], [item for item in found if isinstance(item, Series)]


def spans(events: list[Event]) -> list[tuple[float, float | None]]:
    minute = timedelta(minutes=1)
    return [((event.at - T0) / minute, (event.ended_at - T0) / minute if event.ended_at else None) for event in events]


def test_an_alarm_that_alarms_is_an_alert(tmp_path: Path) -> None:
    (event,), _ = read(tmp_path, alarms={"MetricAlarms": [alarm()], "CompositeAlarms": []})
    assert (event.kind, event.at, event.ended_at) == (EventKind.ALERT, T0, None)
    assert event.touches == ("app/shop-front/50dc6c495c0c9188", "shop-front")
    assert (event.scope, event.service) == ("123456789012/eu-west-1", "AWS/ApplicationELB")
    assert event.summary == "checkout-5xx: Customers cannot pay."
    assert (ticket_of(event).status, ticket_of(event).title) == ("firing", "checkout-5xx")


def test_the_history_tells_when_it_was_over(tmp_path: Path) -> None:
    steps = [moved(40, "INSUFFICIENT_DATA", "ALARM"), moved(30, "ALARM", "OK"), moved(0, "OK", "ALARM")]
    steps.append(moved(35, "OK", "INSUFFICIENT_DATA"))
    action = {**moved(1, "", ""), "HistoryItemType": "Action", "HistorySummary": "Successfully executed action"}
    events, _ = read(
        tmp_path, history={"AlarmHistoryItems": [*steps, action]}, alarms={"MetricAlarms": [alarm(since=40)]}
    )
    assert spans(events) == [(0, 30), (40, None)]
    assert {event.touches for event in events} == {("app/shop-front/50dc6c495c0c9188", "shop-front")}


def test_alarms_over_several_metrics_and_over_other_alarms(tmp_path: Path) -> None:
    dimensions = [{"Name": "ClusterName", "Value": "prod"}, {"Name": "ServiceName", "Value": "orders"}]
    stat = {"Metric": {"Namespace": "AWS/ECS", "MetricName": "CPU", "Dimensions": dimensions}, "Period": 60}
    math = alarm(Metrics=[{"Id": "m1", "MetricStat": stat}, {"Id": "e1", "Expression": "m1*2"}], Dimensions=[])
    both = {"AlarmName": "shop-down", "AlarmRule": "ALARM(checkout-5xx)", "StateValue": "ALARM",
            "StateUpdatedTimestamp": clock(5)}  # fmt: skip
    events, _ = read(tmp_path, alarms={"MetricAlarms": [math], "CompositeAlarms": [both]})
    assert [event.touches for event in events] == [("orders",), ()]


@pytest.mark.parametrize(
    "more",
    [
        {"AlarmActions": ["arn:aws:autoscaling:eu-west-1:123456789012:scalingPolicy:1:autoScalingGroupName/web"]},
        {"AlarmName": "TargetTracking-service/prod/orders-AlarmLow-0c2b9f0a", "AlarmActions": []},
    ],
)
def test_what_scales_tells_of_no_trouble(tmp_path: Path, more: dict[str, Any]) -> None:
    (event,), _ = read(tmp_path, alarms={"MetricAlarms": [alarm(**more)]})
    assert ticket_of(event).priority == "none"


def test_metric_data_with_its_request(tmp_path: Path) -> None:
    dimensions = [{"Name": "FunctionName", "Value": "resize"}]
    metric = {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": dimensions}
    request = {"MetricDataQueries": [{"Id": "m1", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}]}

    def result(status: str, *samples: tuple[float, float]) -> dict[str, Any]:
        times, values = [clock(at) for at, _ in samples], [value for _, value in samples]
        found = {"Id": "m1", "Label": "Errors", "Timestamps": times, "Values": values, "StatusCode": status}
        return {"MetricDataResults": [found], "Messages": []}

    first, second = result("PartialData", (3, 4.0), (2, 3.0)), result("Complete", (2, 3.0), (1, 2.0))
    _, (series,) = read(tmp_path, b=second, a=first, z=request)
    assert series.key == "cloudwatch:AWS/Lambda/Errors{FunctionName=resize,stat=Sum}"
    assert series.values == (2.0, 3.0, 4.0)
    assert series.touches == ("resize",)


def test_metric_data_alone_is_known_by_its_label(tmp_path: Path) -> None:
    found = {"Id": "q1", "Label": "i-0123456789abcdef0 CPUUtilization", "Timestamps": [clock(1)], "Values": [97]}
    _, (series,) = read(tmp_path, data={"MetricDataResults": [found]})
    assert (series.name, series.touches) == ("i-0123456789abcdef0 CPUUtilization", ("i-0123456789abcdef0",))


def test_statistics(tmp_path: Path) -> None:
    points = [
        {"Timestamp": clock(at), "Average": value, "Maximum": value + 1, "Unit": "Percent"}
        for at, value in ((5, 2.0), (0, 1.0))
    ]
    (tmp_path / "cpu-orders-db.json").write_text(json.dumps({"Label": "CPUUtilization", "Datapoints": points}))
    _, series = read(tmp_path)
    assert [(item.labels["stat"], item.values) for item in series] == [("Average", (1, 2)), ("Maximum", (2, 3))]
    assert {(item.unit, item.touches) for item in series} == {("Percent", ("cpu-orders-db",))}


def test_what_is_damaged_is_counted_and_the_rest_is_used(tmp_path: Path) -> None:
    context = Context()
    broken = {"MetricDataResults": [
        {"Id": "m1", "Label": "x", "Timestamps": [clock(1), "soon"], "Values": [1, 2], "StatusCode": "Complete"},
        {"Label": "no id"}, {"Id": "m2", "Values": [], "Timestamps": [], "StatusCode": "Forbidden"}, 5,
    ]}  # fmt: skip
    alarms = {"MetricAlarms": [alarm(), {"StateValue": "ALARM"}, "text"]}
    history = {"AlarmHistoryItems": [moved(5, "ALARM", "OK"), {**moved(6, "OK", "ALARM"), "HistoryData": "{"}]}
    cut = json.dumps(alarms).encode()[:-4]
    events, series = read(tmp_path, context, a=broken, b=alarms, c=history, d=cut, e={"Records": []})
    assert spans(events) == [(0, 5)]
    assert [item.values for item in series] == [(1.0,)]
    # Of the metrics four, of the alarms two, of the history one, and two answers that are none.
    assert context.skipped == 9
