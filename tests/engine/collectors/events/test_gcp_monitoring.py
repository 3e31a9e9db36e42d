"""Cloud Monitoring: alerts and metrics, recorded and live over loopback."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.collectors.base import Context, Lack
from engine.collectors.events.gcp_monitoring import Settings, Source
from engine.collectors.events.gcp_monitoring.settings import Query
from engine.errors import SourceError
from engine.model import Event, EventKind, Series, ticket_of
from tests.support.gcp_monitoring_server import Monitoring, alert, series
from tests.support.rest_server import Impatient, Reply, running

T0, T1 = "2026-03-02T10:00:00Z", "2026-03-02T11:30:00.123456789Z"
REQUESTS = Query('metric.type = "run.googleapis.com/request_count"')


def both(found: list[Any]) -> tuple[list[Event], list[Series]]:
    return [item for item in found if isinstance(item, Event)], [item for item in found if isinstance(item, Series)]


def read(folder: Path, *answers: Any, context: Context | None = None) -> tuple[list[Event], list[Series]]:
    for number, answer in enumerate(answers):
        raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        (folder / f"{number}.json").write_bytes(raw)
    source = Source(Settings(name="monitoring", kind="gcp_monitoring", path=str(folder)))
    return both(list(source.collect(context or Context())))


class TestRecorded:
    def test_an_alert(self, tmp_path: Path) -> None:
        (event,), _ = read(tmp_path, {"alerts": [alert(1, T0, T1)], "totalSize": 1})
        assert (event.kind, event.scope) == (EventKind.ALERT, "shop-prod")
        assert event.at == datetime(2026, 3, 2, 10, tzinfo=UTC)
        assert event.ended_at == datetime(2026, 3, 2, 11, 30, 0, 123456, tzinfo=UTC)
        assert event.touches == ("shop-prod:orders-db", "orders-db")
        ticket = ticket_of(event)
        assert (ticket.title, ticket.priority, ticket.text) == (
            "Orders database busy", "CRITICAL", "Look at the slow queries."
        )  # fmt: skip

    def test_what_a_webhook_was_sent(self, tmp_path: Path) -> None:
        incident = {
            "incident_id": "0.abc", "scoping_project_id": "shop-prod", "state": "closed",
            "started_at": 1772445600, "ended_at": 1772449200, "policy_name": "Checkout fails",
            "summary": "More than 5 % fail.", "resource": {"type": "k8s_pod", "labels": {"pod_name": "checkout-0"}},
        }  # fmt: skip
        opened = {**incident, "state": "open", "ended_at": None}
        (event,), _ = read(tmp_path, {"version": "1.2", "incident": opened}, {"version": "1.2", "incident": incident})
        assert event.ended_at is not None
        assert event.touches == ("checkout-0", "checkout")
        assert event.summary == "Checkout fails: More than 5 % fail."

    def test_values_of_every_type(self, tmp_path: Path) -> None:
        one = series("checkout", {T0: 1.0})
        at = one["points"][0]["interval"]
        values = [
            {"int64Value": "12"}, {"boolValue": True}, {"distributionValue": {"count": "4", "mean": 2.5}},
            {"distributionValue": {"count": "0"}}, {"stringValue": "x"}, {"doubleValue": "NaN"},
        ]  # fmt: skip
        answers = [
            {"timeSeries": [{**one, "metric": {"type": f"m{number}"}, "points": [{"interval": at, "value": value}]}]}
            for number, value in enumerate(values)
        ]
        context = Context()
        _, found = read(tmp_path, *answers, {"timeSeries": [one], "unit": "1"}, {}, context=context)
        assert [(item.name, item.values) for item in found] == [
            ("m0", (12.0,)), ("m1", (1.0,)), ("m2", (2.5,)), ("run.googleapis.com/request_count", (1.0,))
        ]  # fmt: skip
        assert found[-1].touches == ("checkout",)
        assert found[-1].scope == "shop-prod"
        assert context.skipped == 0

    def test_pages_and_points_in_any_order_make_one_series(self, tmp_path: Path) -> None:
        later, earlier = series("checkout", {T1: 3.0, T0: 2.0}), series("checkout", {"2026-03-02T09:00:00Z": 1.0})
        _, (found,) = read(tmp_path, {"timeSeries": [later]}, [earlier])
        assert found.values == (1.0, 2.0, 3.0)

    def test_what_is_damaged_is_counted_and_the_rest_is_used(self, tmp_path: Path) -> None:
        context = Context()
        bad = series("checkout", {T0: 1.0})
        bad["points"] += [{"value": {"doubleValue": 1}}, {"interval": {"endTime": T1}, "value": {}}, 7]
        alerts = [alert(1, T0), alert(1, T0), alert(2, "soon"), {"state": "OPEN"}, "text"]
        cut = json.dumps({"alerts": [alert(3, T0)]}).encode()[:-3]
        events, found = read(tmp_path, {"timeSeries": [bad, 5]}, {"alerts": alerts}, cut, {"x": 1}, context=context)
        assert (len(events), [item.values for item in found]) == (1, [(1.0,)])
        # Three points, a series, four alerts, and two answers that are none.
        assert context.skipped == 10


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def service() -> Iterator[Monitoring]:
    found = [series(name, {ago(minutes): 1.0 for minutes in range(1, 600, 5)}) for name in ("a-svc", "b-svc", "c-svc")]
    alerts = [alert(0, ago(30)), alert(1, ago(400), ago(300)), alert(2, ago(500), ago(450))]
    with running(Monitoring(found, alerts)) as server:
        yield server


class TestLive:
    def source(self, service: Monitoring, **settings: Any) -> Source:
        given = {"projects": ["shop-prod"], "endpoint": service.url, "queries": [REQUESTS], "days": 1, **settings}
        return Source(Settings(name="monitoring", kind="gcp_monitoring", **given))

    def read(
        self, service: Monitoring, context: Context | None = None, **settings: Any
    ) -> tuple[list[Event], list[Series]]:
        return both(list(self.source(service, **settings).collect(context or Context())))

    def test_every_page_is_read(self, service: Monitoring) -> None:
        events, found = self.read(service)
        assert [event.ended_at is None for event in events] == [True, False, False]
        assert [item.touches for item in found] == [("a-svc",), ("b-svc",), ("c-svc",)]
        assert all(len(item.times) == 120 for item in found)

    def test_how_series_are_put_together_is_passed_on(self, service: Monitoring) -> None:
        query = Query(REQUESTS.filter, "ALIGN_RATE", 60, "REDUCE_SUM", ["resource.labels.service_name"])
        self.read(service, queries=[query])
        asked = service.requests[-1].query
        assert asked["aggregation.perSeriesAligner"] == "ALIGN_RATE"
        assert asked["aggregation.alignmentPeriod"] == "60s"
        assert asked["aggregation.groupByFields"] == "resource.labels.service_name"

    def test_only_what_is_new_is_told(self, service: Monitoring) -> None:
        events, found = self.read(service, Context(since=datetime.now(UTC) - timedelta(minutes=20)))
        assert [event.ended_at for event in events] == [None]
        assert all(len(item.times) == 4 for item in found)

    def test_what_is_refused_is_said_and_the_rest_is_read(self, service: Monitoring) -> None:
        service.denied = {"alerts"}
        context = Context()
        events, found = self.read(service, context)
        assert (events, len(found)) == ([], 3)
        assert context.problems == ["alerts of shop-prod: not allowed; grant monitoring.alerts.list"]

    def test_a_busy_service_is_asked_again(self, service: Monitoring) -> None:
        service.faults = [Reply({}, status=429), Reply({}, status=503), Reply(breaks=True, body={"alerts": []})]
        assert len(self.read(service, Impatient())[0]) == 3

    def test_what_cannot_be_read_is_one_sentence(self, service: Monitoring) -> None:
        with pytest.raises(SourceError, match="does not accept `projects` or `queries` of source 'monitoring'"):
            self.read(service, queries=[Query("nonsense")])
        with pytest.raises(SourceError, match="set `projects` of source 'monitoring'"):
            self.read(service, projects=[])
        service.denied = {"alerts", "timeSeries"}
        with pytest.raises(SourceError, match="nothing of source 'monitoring' can be read: alerts of shop-prod"):
            self.read(service)

    def test_doctor_is_told_what_may_be_read(self, service: Monitoring) -> None:
        service.denied = {"alerts"}
        access = self.source(service).access(Context())
        assert access is not None
        assert access.may == ("metrics of shop-prod",)
        assert access.lacks == (Lack("alerts of shop-prod", "monitoring.alerts.list"),)
