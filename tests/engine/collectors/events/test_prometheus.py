"""Recorded answers of Prometheus and Alertmanager: which alerts fired from when to when, and what was measured."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.base import Context
from engine.collectors.events.prometheus import Settings, Source
from engine.collectors.events.prometheus.answers import Answers
from engine.model import Event, Series, ticket_of

T0 = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LABELS = {"alertname": "CheckoutErrors", "service": "checkout", "severity": "critical"}


def at(minutes: float) -> float:
    return (T0 + timedelta(minutes=minutes)).timestamp()


def clock(minutes: float) -> str:
    return (T0 + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def matrix(*series: tuple[dict[str, str], list[tuple[float, str]]]) -> dict[str, Any]:
    result = [{"metric": metric, "values": [list(pair) for pair in values]} for metric, values in series]
    return {"status": "success", "data": {"resultType": "matrix", "result": result}}


def fired(first: int, last: int, labels: dict[str, str] = LABELS, state: str = "firing") -> Any:
    return {"__name__": "ALERTS", "alertstate": state, **labels}, [(at(m), "1") for m in range(first, last + 1)]


def until(minutes: int) -> Any:
    """A metric that shows up to when the answer reaches."""
    return {"__name__": "up", "job": "shop/checkout"}, [(at(m), "1") for m in range(0, minutes + 1, 10)]


def listed(active: float, state: str = "firing", labels: dict[str, str] = LABELS) -> dict[str, Any]:
    annotations = {"summary": "one in ten requests fails", "description": "See the dashboard."}
    return {"labels": labels, "annotations": annotations, "state": state, "activeAt": clock(active), "value": "1e-01"}


def alerts(*found: dict[str, Any]) -> dict[str, Any]:
    return {"status": "success", "data": {"alerts": list(found)}}


def managed(starts: float, ends: float, updated: float, state: str = "active", **labels: str) -> dict[str, Any]:
    return {
        "labels": {**LABELS, **labels},
        "annotations": {"summary": "one in ten requests fails"},
        "startsAt": clock(starts),
        "endsAt": clock(ends),
        "updatedAt": clock(updated),
        "fingerprint": "6a4e52d1f4b1c6f0",
        "receivers": [{"name": "on-call"}],
        "status": {"state": state, "silencedBy": [], "inhibitedBy": []},
    }


def read(folder: Path, *answers: Any, context: Context | None = None) -> list[Event | Series]:
    for number, answer in enumerate(answers):
        raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        (folder / f"query_range_{number}.json").write_bytes(raw)
    source = Source(Settings(name="prometheus", kind="prometheus", path=str(folder)))
    return list(source.collect(context or Context()))  # type: ignore[arg-type]


def events(found: list[Event | Series]) -> list[Event]:
    return [item for item in found if isinstance(item, Event)]


def spans(found: list[Event | Series]) -> list[tuple[float, float | None]]:
    """From which minute to which each alert fired."""
    return [(_minute(event.at), _minute(event.ended_at) if event.ended_at else None) for event in events(found)]


def _minute(moment: datetime) -> float:
    return (moment - T0) / timedelta(minutes=1)


def test_an_alert_says_what_it_is_about(tmp_path: Path) -> None:
    (event,) = events(read(tmp_path, alerts(listed(5))))
    assert (event.at, event.ended_at) == (T0 + timedelta(minutes=5), None)
    assert event.touches == ("checkout",)
    assert event.summary == "CheckoutErrors: one in ten requests fails"
    ticket = ticket_of(event)
    assert (ticket.title, ticket.priority, ticket.status) == ("CheckoutErrors", "critical", "firing")
    assert ticket.text == "one in ten requests fails\n\nSee the dashboard."


def test_a_gap_ends_an_alert_and_the_end_of_the_data_does_not(tmp_path: Path) -> None:
    metric, first = fired(0, 10)
    second = [(at(m), "1") for m in range(30, 41)]
    assert spans(read(tmp_path, matrix((metric, first + second), until(40)))) == [(0, 11), (30, None)]


def test_the_end_of_the_data_is_that_of_all_answers(tmp_path: Path) -> None:
    assert spans(read(tmp_path, matrix(fired(0, 10)), matrix(until(60)))) == [(0, 11)]


def test_samples_in_any_order_and_twice(tmp_path: Path) -> None:
    metric, values = fired(0, 10)
    assert spans(read(tmp_path, matrix((metric, [*reversed(values), *values[:3]]), until(60)))) == [(0, 11)]


def test_an_alert_begins_when_its_condition_does(tmp_path: Path) -> None:
    since = {"__name__": "ALERTS_FOR_STATE", **LABELS}, [(at(m), str(at(2.5))) for m in range(3, 21)]
    assert spans(read(tmp_path, matrix(fired(8, 20), since, until(60)))) == [(2.5, 21)]
    assert spans(read(tmp_path, matrix(since, until(60)))) == [(2.5, 21)]


def test_what_only_was_pending_is_no_alert(tmp_path: Path) -> None:
    pending, firing = fired(0, 4, state="pending"), fired(5, 20)
    other = {**LABELS, "service": "orders"}
    brief = fired(0, 3, other, "pending")
    since = {"__name__": "ALERTS_FOR_STATE", **other}, [(at(m), str(at(0))) for m in range(4)]
    assert spans(read(tmp_path, matrix(pending, firing, brief, since, until(60)))) == [(0, 21)]


def test_what_is_pending_now_tells_of_no_trouble_yet(tmp_path: Path) -> None:
    (event,) = events(read(tmp_path, alerts(listed(5, "pending"))))
    assert (ticket_of(event).status, ticket_of(event).priority) == ("pending", "none")


@pytest.mark.parametrize("order", [1, -1])
def test_one_alert_in_several_answers_is_one_event(tmp_path: Path, order: int) -> None:
    rules = {
        "status": "success",
        "data": {
            "groups": [{"name": "checkout", "rules": [
                {"type": "alerting", "name": "CheckoutErrors", "alerts": [listed(5)], "lastEvaluation": clock(40)},
                {"type": "recording", "name": "checkout:errors"},
            ]}],
        },
    }  # fmt: skip
    # Alertmanager adds labels of its own, and hears of the alert when the rule has waited.
    manager = [managed(10, 44, 40, cluster="prod-eu", replica="a")]
    answers = [alerts(listed(5)), matrix(fired(10, 40)), manager, rules]
    found = events(read(tmp_path, *answers[::order]))
    assert [(event.at, event.ended_at) for event in found] == [(T0 + timedelta(minutes=5), None)]
    assert ticket_of(found[0]).status == "firing"
    lone = tmp_path / "lone"
    lone.mkdir()
    assert [event.id for event in events(read(lone, alerts(listed(5))))] == [found[0].id]


def test_copies_of_a_server_report_one_alert(tmp_path: Path) -> None:
    one, two = ({**LABELS, "prometheus_replica": name} for name in "ab")
    assert spans(read(tmp_path, matrix(fired(5, 20, one), fired(6, 21, two), until(60)))) == [(5, 22)]


def test_alerts_of_other_labels_are_others(tmp_path: Path) -> None:
    pod = {**LABELS, "pod": "checkout-7d9c5f7b8-x2x9z"}
    found = events(read(tmp_path, matrix(fired(5, 20), fired(5, 20, pod), until(60))))
    assert len({event.id for event in found}) == 2
    assert {event.touches for event in found} == {("checkout",), ("checkout-7d9c5f7b8-x2x9z", "checkout")}


def test_the_end_of_a_managed_alert_that_fires_is_none(tmp_path: Path) -> None:
    firing, over = managed(0, 44, 40), managed(0, 30, 30, service="orders")
    assert spans(read(tmp_path, [firing, over])) == [(0, None), (0, 30)]


def test_a_muted_alert_says_so(tmp_path: Path) -> None:
    (event,) = events(read(tmp_path, [managed(0, 44, 40, state="suppressed")]))
    assert ticket_of(event).status == "suppressed"


def test_what_alertmanager_sends_to_a_webhook(tmp_path: Path) -> None:
    sent = {**managed(0, 30, 31), "status": "resolved"}
    del sent["updatedAt"]
    assert spans(read(tmp_path, {"version": "4", "status": "resolved", "alerts": [sent]})) == [(0, 30)]


@pytest.mark.parametrize(
    ("labels", "priority"),
    [
        ({"alertname": "Watchdog", "severity": "critical"}, "none"),
        ({"alertname": "InfoInhibitor", "severity": "none"}, "none"),
        ({"alertname": "DeadMansSwitch"}, "none"),
        ({"alertname": "NodeClockSkew", "severity": "info"}, "info"),
        ({"alertname": "HeartRateService", "priority": "P1"}, "P1"),
    ],
)
def test_what_fires_always_tells_of_no_trouble(tmp_path: Path, labels: dict[str, str], priority: str) -> None:
    (event,) = events(read(tmp_path, alerts(listed(5, labels=labels))))
    assert ticket_of(event).priority == priority


def test_labels_name_services_and_resources(tmp_path: Path) -> None:
    labels = {
        "alertname": "X", "exported_service": "orders", "job": "node-exporter", "instance": "10.0.3.7:9100",
        "pod": "orders-db-0", "cluster": "prod-eu", "team": "shop", "container": "main",
    }  # fmt: skip
    (event,) = events(read(tmp_path, alerts(listed(5, labels=labels))))
    assert event.touches == ("orders", "10.0.3.7:9100", "10.0.3.7", "orders-db-0", "orders-db")


def test_metrics_become_series(tmp_path: Path) -> None:
    metric = {"service": "checkout", "code": "500"}
    vector = {"resultType": "vector", "result": [{"metric": {**metric}, "value": [at(30), "4"]}]}
    first = matrix((metric, [(at(20), "3"), (at(10), "2"), (at(0), "NaN"), (at(5), "+Inf")]))
    (tmp_path / "query_errors.json").write_text(json.dumps({"status": "success", "data": vector}))
    (tmp_path / "query_range_errors.json.gz").write_bytes(gzip.compress(json.dumps(first).encode()))
    (series,) = read(tmp_path)
    assert isinstance(series, Series)
    assert series.key == "prometheus:errors{code=500,service=checkout}"
    assert (series.values, series.touches) == ((2.0, 3.0, 4.0), ("checkout",))


def test_what_is_damaged_is_counted_and_the_rest_is_used(tmp_path: Path) -> None:
    context = Context()
    bad = matrix(({"__name__": "up"}, [(at(0), "1"), (at(1), "one")]))
    bad["data"]["result"][0]["values"] += [["x", "1"]]
    bad["data"]["result"] += [{"metric": {"__name__": "lost"}}, {"values": [[at(0), "1"]]}]
    broken: list[Any] = [listed(5), listed(5), {"labels": {"severity": "page"}}, {**listed(5), "activeAt": "soon"}, 7]
    refused = {"status": "error", "errorType": "timeout", "error": "query timed out"}
    cut = json.dumps(alerts(listed(9))).encode()[:-9]
    found = read(tmp_path, bad, alerts(*broken), refused, cut, b"[1]", b'{"kind": "List"}', context=context)
    assert spans(found) == [(5, None)]
    assert [item.values for item in found if isinstance(item, Series)] == [(1.0,)]
    # Of the samples two, of the series two, of the alerts four, and four answers that are none.
    assert context.skipped == 12


def test_secrets_in_what_is_written_are_masked(tmp_path: Path) -> None:
    alert = listed(5)
    alert["annotations"]["description"] = "curl https://ops:hunter2secret@prom.example/api"
    (event,) = events(read(tmp_path, alerts(alert)))
    assert "hunter2secret" not in event.request + event.original + event.summary


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_an_alert_fires_exactly_while_its_samples_are_there(shown: list[bool]) -> None:
    answers = Answers("prometheus", Context())
    values = [(at(minute), "1") for minute, there in enumerate(shown) if there]
    # Two samples at the beginning tell the step; a long-lived metric tells the end.
    head = [(at(-10), "1"), (at(-9), "1")]
    metric, _ = fired(0, 0)
    answers.take(matrix((metric, head + values), until(len(shown) * 10)), "x", "x")
    covered = [
        minute
        for minute, _ in enumerate(shown)
        for alert in answers.alerts()
        if alert.began <= T0 + timedelta(minutes=minute)
        and alert.ended
        and T0 + timedelta(minutes=minute) < alert.ended
    ]
    assert covered == [minute for minute, there in enumerate(shown) if there]
