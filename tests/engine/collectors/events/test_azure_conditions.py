"""What the activity log tells beside calls: alerts with their end, bad health, threats, Azure's own incidents."""

import json
from pathlib import Path
from typing import Any

from engine.collectors.base import Context
from engine.collectors.events.azure_activity import Settings, Source
from engine.model import Event, EventKind
from tests.support.azure_log import GROUP, MACHINE, Json, entry, exported
from tests.support.cases import moment

RULE = f"{GROUP}/providers/microsoft.insights/metricAlerts/cpu-high"


def read(tmp_path: Path, *entries: Json) -> list[Event]:
    (tmp_path / "log.json").write_text(json.dumps(entries))
    return list(Source(Settings(name="log", kind="azure_activity", path=str(tmp_path))).collect(Context()))


def condition(at: str, category: str, operation: str, resource: str = MACHINE, **more: Any) -> Json:
    return entry(at, operation, resource, {}, category={"value": category}, caller="", **more)


def alert(at: str, state: str) -> Json:
    return condition(
        at,
        "Alert",
        f"Microsoft.Insights/metricAlerts/{state}/action",
        RULE,
        status=state,
        properties={"RuleName": "cpu-high", "ResourceId": MACHINE, "Severity": "1"},
    )


def test_an_alert_lasts_from_activated_to_resolved(tmp_path: Path) -> None:
    first, second = read(
        tmp_path, alert("14 09:00", "Activated"), alert("14 09:20", "Resolved"), alert("15 09:00", "Activated")
    )
    assert first.kind is EventKind.ALERT
    assert first.at.replace(second=0, microsecond=0) == moment("14 09:00")
    assert first.ended_at is not None
    assert first.ended_at.replace(second=0, microsecond=0) == moment("14 09:20")
    assert MACHINE.lower() in first.touches
    assert "web-1" in first.touches
    assert json.loads(first.request)["title"] == "cpu-high"
    assert second.ended_at is None


def test_bad_health_of_a_resource_is_an_alert(tmp_path: Path) -> None:
    def health(at: str, state: str, now: str) -> Json:
        return condition(
            at,
            "ResourceHealth",
            f"Microsoft.Resourcehealth/healthevent/{state}/action",
            status=state,
            properties={"title": "Rebooted by user", "currentHealthStatus": now, "cause": "UserInitiated"},
        )

    [event] = read(
        tmp_path,
        health("14 09:00", "Activated", "Unavailable"),
        health("14 09:01", "Updated", "Unavailable"),
        health("14 09:05", "Resolved", "Available"),
    )
    assert (event.kind, event.operation) == (EventKind.ALERT, "Rebooted by user")
    assert event.ended_at is not None


def test_what_azure_says_of_itself_is_its_last_word(tmp_path: Path) -> None:
    def told(at: str, stage: str, incident_type: str = "Incident", tracking: str = "A1-B2") -> Json:
        return condition(
            at,
            "ServiceHealth",
            "Microsoft.ServiceHealth/incident/action",
            f"/subscriptions/{GROUP.split('/')[2]}",
            status="Active",
            properties={
                "title": "Network Infrastructure - West Europe",
                "incidentType": incident_type,
                "trackingId": tracking,
                "stage": stage,
                "communication": "We are looking into it.",
                "impactStartTime": "2026-03-14T08:30:00Z",
                "impactMitigationTime": "2026-03-14T11:00:00Z",
                "impactedServices": json.dumps([{"ServiceName": "Virtual Network", "ImpactedRegions": []}]),
            },
        )

    events = read(
        tmp_path,
        told("14 09:00", "Active"),
        told("14 12:00", "Resolved"),
        told("14 13:00", "Planned", "Maintenance", "C3"),
    )
    incident, maintenance = events
    assert (incident.kind, incident.at) == (EventKind.INCIDENT, moment("14 08:30"))
    assert incident.ended_at == moment("14 11:00")
    assert incident.recorded_at == moment("14 12:01")
    assert "Virtual Network" in incident.touches
    assert json.loads(incident.request)["status"] == "Resolved"
    assert maintenance.kind is EventKind.DEPLOY
    assert json.loads(maintenance.request)["planned_start"] == "2026-03-14T08:30:00Z"


def test_a_threat_is_an_alert(tmp_path: Path) -> None:
    [event] = read(
        tmp_path,
        condition(
            "14 09:00",
            "Security",
            "Microsoft.Security/locations/alerts/activate/action",
            f"{GROUP}/providers/Microsoft.Security/locations/westeurope/alerts/a1",
            event="Suspicious double extension file executed",
            status="Active",
            properties={"compromisedHost": "web-1", "severity": "Medium", "actionTaken": "Detected"},
        ),
    )
    assert (event.kind, event.operation) == (EventKind.ALERT, "Suspicious double extension file executed")
    assert "web-1" in event.touches
    assert json.loads(event.request)["priority"] == "Medium"


def test_an_exported_condition_is_one_as_well(tmp_path: Path) -> None:
    unavailable = condition(
        "14 09:00",
        "ResourceHealth",
        "Microsoft.Resourcehealth/healthevent/Activated/action",
        status="Active",
        properties={"title": "Virtual Machine health status changed to unavailable", "healthStatus": "Unavailable"},
    )
    for record in (exported(unavailable, nested=True), {**exported(unavailable), "category": "ResourceHealth"}):
        record["properties"]["eventCategory"] = "ResourceHealth"
        [event] = read(tmp_path, record)
        assert (event.kind, event.operation) == (
            EventKind.ALERT,
            "Virtual Machine health status changed to unavailable",
        )


def test_a_recommendation_is_no_alert(tmp_path: Path) -> None:
    operation = "Microsoft.Advisor/generateRecommendations/action"
    [event] = read(tmp_path, condition("14 09:00", "Recommendation", operation, status="Active"))
    assert (event.kind, event.writes) == (EventKind.AUDIT, False)
