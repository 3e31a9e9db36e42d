"""Azure Monitor: alerts and metrics, recorded and live over loopback."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.collectors.base import Context
from engine.collectors.events.azure_monitor import Settings, Source
from engine.collectors.events.azure_monitor.settings import Query
from engine.errors import SourceError
from engine.model import Event, EventKind, Series, ticket_of
from tests.support.azure_monitor_server import SITE, SUBSCRIPTION, TOKEN, Monitor, alert, metric
from tests.support.rest_server import Impatient, Reply, running

T0, T1 = "2026-03-02T10:00:00.1234567Z", "2026-03-02T11:30:00Z"


def both(found: list[Any]) -> tuple[list[Event], list[Series]]:
    return [item for item in found if isinstance(item, Event)], [item for item in found if isinstance(item, Series)]


def read(folder: Path, *answers: Any, context: Context | None = None) -> tuple[list[Event], list[Series]]:
    for number, answer in enumerate(answers):
        raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        (folder / f"{number}.json").write_bytes(raw)
    source = Source(Settings(name="monitor", kind="azure_monitor", path=str(folder)))
    return both(list(source.collect(context or Context())))


class TestRecorded:
    def test_an_alert(self, tmp_path: Path) -> None:
        (event,), _ = read(tmp_path, {"value": [alert(1, T0, T1)]})
        assert (event.kind, event.operation, event.scope) == (EventKind.ALERT, "5xx", SUBSCRIPTION)
        assert event.at == datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=UTC)
        assert event.ended_at == datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
        assert event.touches == (SITE.lower(), "shop-web")
        assert event.summary == "5xx: Customers see errors."
        assert (ticket_of(event).priority, ticket_of(event).status) == ("Sev1", "resolved")

    @pytest.mark.parametrize(("severity", "priority"), [("Sev0", "Sev0"), ("Sev3", "informational"), ("Sev4", "Sev4")])
    def test_what_is_only_informational_says_so(self, tmp_path: Path, severity: str, priority: str) -> None:
        (event,), _ = read(tmp_path, {"value": [alert(1, T0, severity=severity, alertState="Acknowledged")]})
        assert (ticket_of(event).priority, ticket_of(event).status) == (priority, "acknowledged")

    def test_what_was_sent_on_in_the_common_schema(self, tmp_path: Path) -> None:
        essentials = {
            "alertId": "/subscriptions/x/providers/Microsoft.AlertsManagement/alerts/7", "alertRule": "5xx",
            "severity": "Sev2", "monitorCondition": "Fired", "alertTargetIDs": [SITE.lower()],
            "configurationItems": ["shop-web"], "firedDateTime": T0, "description": "",
        }  # fmt: skip
        fired = {"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": essentials, "alertContext": {}}}
        over = {"data": {"essentials": {**essentials, "monitorCondition": "Resolved", "resolvedDateTime": T1}}}
        (event,), _ = read(tmp_path, fired, over)
        assert event.ended_at == datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
        assert event.touches == (SITE.lower(), "shop-web")

    def test_metrics(self, tmp_path: Path) -> None:
        first, second = metric({T1: 3.0, "2026-03-02T11:00:00Z": None}), metric({T0: 1.0})
        _, (found,) = read(tmp_path, first, {"values": [{"resourceid": SITE, **second}]})
        assert (found.name, found.values, found.unit) == ("Http5xx", (1.0, 3.0), "Count")
        assert found.labels == {"instance": "web-1", "aggregation": "total", "resource": SITE.lower()}
        assert found.touches == ("web-1", SITE.lower(), "shop-web")

    def test_what_is_damaged_is_counted_and_the_rest_is_used(self, tmp_path: Path) -> None:
        context = Context()
        bad = metric({T0: 1.0, "soon": 2.0})
        bad["value"] += [{"timeseries": 5}, "text"]
        alerts = [alert(1, T0), alert(1, T0), alert(2, "soon"), {"properties": {"essentials": []}}]
        cut = json.dumps({"value": alerts}).encode()[:-3]
        events, found = read(tmp_path, bad, {"value": alerts}, cut, {"x": 1}, context=context)
        assert (len(events), [item.values for item in found]) == (1, [(1.0,)])
        # A sample, two metrics, three alerts, and two answers that are none.
        assert context.skipped == 8


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def service() -> Iterator[Monitor]:
    alerts = [alert(0, ago(30)), alert(1, ago(400), ago(300)), alert(2, ago(500), ago(450))]
    with running(Monitor({ago(minutes): 1.0 for minutes in range(1, 600, 5)}, alerts)) as server:
        yield server


class TestLive:
    def source(self, service: Monitor, **settings: Any) -> Source:
        query = Query(SITE, ["Http5xx"], "Total")
        given = {"endpoint": service.url, "token": "env:TOKEN", "queries": [query], "days": 1, **settings}
        return Source(Settings(name="monitor", kind="azure_monitor", **given))

    def context(self, kind: type[Context] = Context, **given: Any) -> Context:
        return kind(resolve_secret=lambda reference: TOKEN, **given)

    def read(
        self, service: Monitor, context: Context | None = None, **settings: Any
    ) -> tuple[list[Event], list[Series]]:
        return both(list(self.source(service, **settings).collect(context or self.context())))

    def test_alerts_of_every_page_and_metrics(self, service: Monitor) -> None:
        events, (found,) = self.read(service)
        assert [event.ended_at is None for event in events] == [True, False, False]
        assert len(found.times) == 120
        assert service.requests[0].query["timeRange"] == "1d"

    def test_only_what_is_new_is_told(self, service: Monitor) -> None:
        events, (found,) = self.read(service, self.context(since=datetime.now(UTC) - timedelta(minutes=40)))
        assert [event.ended_at for event in events] == [None]
        assert len(found.times) == 8

    def test_what_is_refused_is_said_and_the_rest_is_read(self, service: Monitor) -> None:
        service.denied = {"alerts"}
        context = self.context()
        events, found = self.read(service, context)
        assert (events, len(found)) == ([], 1)
        assert "grant the role Monitoring Reader" in context.problems[0]

    def test_a_busy_service_is_asked_again(self, service: Monitor) -> None:
        service.faults = [Reply({}, status=429, headers={"Retry-After": "1"}), Reply({}, status=503)]
        assert len(self.read(service, self.context(Impatient))[0]) == 3

    def test_what_cannot_be_read_is_one_sentence(self, service: Monitor) -> None:
        service.denied = {"alerts", "metrics"}
        with pytest.raises(SourceError, match="nothing of source 'monitor' can be read: alerts of"):
            self.read(service)
        with pytest.raises(SourceError, match="credentials of source 'monitor' have expired"):
            self.read(service, Context(resolve_secret=lambda reference: "old"))

    def test_doctor_is_told_what_may_be_read(self, service: Monitor) -> None:
        service.denied = {"metrics"}
        access = self.source(service).access(self.context())
        assert access is not None
        assert access.may == (f"alerts of {SUBSCRIPTION}",)
        assert [lack.what for lack in access.lacks] == ["metrics of shop-web"]
