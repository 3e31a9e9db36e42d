"""Prometheus: alerts that fire now, alerts that fired as series, and a metric of each service."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import sin
from typing import TYPE_CHECKING

from ml.scenarios.chance import Chance
from ml.scenarios.render.kit import encode, iso
from ml.scenarios.stage import DAYS
from ml.scenarios.story import Alarm
from ml.scenarios.thing import Values

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario

_STEP, _METRIC_STEP = 300, 900


def files(scenario: "Scenario") -> Iterator[tuple[str, bytes]]:
    """The answers of three queries."""
    if "prometheus" in scenario.withheld:
        return
    alerts = [alarm for alarm in scenario.alarms if alarm.fires]
    now = [alarm for alarm in alerts if alarm.ended is None]
    if scenario.organisation.recording.alertmanager:
        yield "prometheus/alertmanager.json", encode([_managed(alarm, scenario) for alarm in now], indent=1)
    else:
        firing = [_firing(alarm, scenario) for alarm in now]
        yield "prometheus/alerts.json", encode({"status": "success", "data": {"alerts": firing}}, indent=1)
    fired = [_series(alarm, scenario) for alarm in alerts]
    yield "prometheus/query_range_alerts.json", _matrix(fired)
    chance = Chance(f"metrics-{scenario.seed}")
    services = scenario.organisation.services
    yield "prometheus/query_range_errors.json", _matrix([_errors(name, scenario, chance) for name in services])


def _firing(alarm: Alarm, scenario: "Scenario") -> Values:
    """An alert as Prometheus tells it."""
    return {
        "labels": _labels(alarm, scenario),
        "annotations": {"summary": alarm.summary},
        "state": "firing",
        "activeAt": iso(alarm.began, digits=3),
        "value": "1e+00",
    }


def _managed(alarm: Alarm, scenario: "Scenario") -> Values:
    """An alert as Alertmanager tells it."""
    labels = _labels(alarm, scenario)
    return {
        "labels": labels,
        "annotations": {"summary": alarm.summary},
        "startsAt": iso(alarm.began, digits=3),
        "endsAt": iso(scenario.end + timedelta(minutes=4), digits=3),
        "updatedAt": iso(scenario.end, digits=3),
        "fingerprint": Chance(str(sorted(labels.items()))).hex(16),
        "generatorURL": "",
        "receivers": [{"name": "ops"}],
        "status": {"state": "active", "inhibitedBy": [], "silencedBy": []},
    }


def _matrix(result: list[Values]) -> bytes:
    return encode({"status": "success", "data": {"resultType": "matrix", "result": result}})


def _labels(alarm: Alarm, scenario: "Scenario") -> Values:
    return {"alertname": alarm.name, "service": alarm.service, "severity": alarm.severity,
            "env": scenario.organisation.environment}  # fmt: skip


def _series(alarm: Alarm, scenario: "Scenario") -> Values:
    first = _aligned(alarm.began)
    last = int((alarm.ended or scenario.end).timestamp())
    metric = {"__name__": "ALERTS", "alertstate": "firing", **_labels(alarm, scenario)}
    return {"metric": metric, "values": [[at, "1"] for at in range(first, max(last, first) + 1, _STEP)]}


def _errors(service: str, scenario: "Scenario", chance: Chance) -> Values:
    """The share of failed requests: a daily wave, and more while there is trouble that is felt."""
    end = int(scenario.end.timestamp())
    alarms = [alarm for alarm in scenario.alarms if alarm.service == service and alarm.is_felt]
    values = []
    for at in range(end - DAYS * 86_400, end, _METRIC_STEP):
        bad = any(a.began.timestamp() <= at <= (a.ended or scenario.end).timestamp() for a in alarms)
        level = 0.004 + 0.002 * sin(at / 86_400 * 6.2832) + 0.001 * chance.share() + (0.09 if bad else 0.0)
        values.append([at, f"{level:.5f}"])
    return {"metric": {"__name__": "service:request_error_ratio", "service": service}, "values": values}


def _aligned(at: datetime) -> int:
    return -(-int(at.timestamp()) // 60) * 60
