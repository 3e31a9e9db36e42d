"""What the sources of alerts and metrics share: what labels are about, and how a bundle's folders are read."""

import json
import threading
from pathlib import Path

import pytest

from engine.collectors.events.monitoring.about import names_in, priority_of
from engine.collectors.gathering import gather
from engine.config import bundle_config
from engine.model import RECORDED_CHANGE, EventKind, SourceStatus
from tests.support.azure_monitor_server import alert as azure_alert
from tests.support.config_items import delivered, group, rule
from tests.support.gcp_monitoring_server import alert as google_alert
from tests.support.gcp_monitoring_server import series as google_series

ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:refunds"
SITE = "/subscriptions/0/resourceGroups/shop/providers/Microsoft.Web/sites/shop-web"


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ({"service": "checkout", "severity": "page", "env": "prod"}, ("checkout",)),
        ({"exported_app": "orders", "label_app_kubernetes_io_name": "orders"}, ("orders",)),
        ({"Service-Name": "orders"}, ("orders",)),
        ({"pod": "checkout-7d9c5f7b8-x2x9z"}, ("checkout-7d9c5f7b8-x2x9z", "checkout")),
        ({"pod": "agent-x2x9z"}, ("agent-x2x9z", "agent")),
        ({"pod": "orders-db-0"}, ("orders-db-0", "orders-db")),
        ({"pod": "web-proxy"}, ("web-proxy",)),
        ({"instance": "10.0.3.7:9100", "job": "node-exporter"}, ("10.0.3.7:9100", "10.0.3.7")),
        ({"job": "shop/checkout"}, ("shop/checkout", "shop", "checkout")),
        ({"LoadBalancer": "app/front/50dc6c495c0c9188"}, ("app/front/50dc6c495c0c9188", "front")),
        ({"StateMachineArn": ARN}, (ARN, "refunds")),
        ({"resource": SITE}, (SITE, "shop-web")),
        ({"database_id": "shop-prod:orders-db"}, ("shop-prod:orders-db", "orders-db")),
        ({"cluster": "prod-eu", "service": "checkout"}, ("checkout",)),
        ({"cluster": "prod-eu"}, ("prod-eu",)),
        ({"le": "0.5", "team": "shop"}, ()),
    ],
)
def test_what_labels_are_about(labels: dict[str, str], names: tuple[str, ...]) -> None:
    assert names_in(labels) == names


@pytest.mark.parametrize(
    ("alert", "text", "priority"),
    [
        ("Watchdog", "", "none"),
        ("watch-dog-eu", "", "none"),
        ("PipelineAlive", "This alert should always be firing.", "none"),
        ("DeadMansSnitch", "", "none"),
        ("TargetTracking-service/prod/web-AlarmHigh-1c2d", "", "none"),
        ("WatchdogTimeoutOnNode", "", "page"),
        ("HeartbeatMissing", "", "page"),
        ("AlwaysOnReplicaDown", "", "page"),
        ("CheckoutErrors", "always check the dashboard", "page"),
    ],
)
def test_what_fires_by_design_tells_of_no_trouble(alert: str, text: str, priority: str) -> None:
    assert priority_of(alert, {"severity": "page"}, {"description": text}) == priority


def test_a_bundle_of_every_kind(tmp_path: Path) -> None:
    at, later = "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z"
    alarm = {"AlarmName": "front-5xx", "StateValue": "ALARM", "StateUpdatedTimestamp": at}
    firing = {"labels": {"alertname": "X"}, "annotations": {}, "state": "firing", "activeAt": at, "value": "1"}
    contents = {
        "prometheus": json.dumps({"status": "success", "data": {"alerts": [firing]}}).encode(),
        "cloudwatch": json.dumps({"MetricAlarms": [alarm]}).encode(),
        "gcp-monitoring": json.dumps(
            {"alerts": [google_alert(1, at)], "timeSeries": [google_series("web", {at: 1.0, later: 2.0})]}
        ).encode(),
        "azure-monitor": json.dumps({"value": [azure_alert(1, at)]}).encode(),
        "aws-config-history": delivered(group(at, rule(443, "10.0.0.0/8")), group(later, rule(443, "0.0.0.0/0"))),
    }
    for folder, content in contents.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "answer.json").write_bytes(content)
    gathered = gather(bundle_config(tmp_path), tell=lambda *_: None, cancelled=threading.Event())
    assert {health.status for health in gathered.health} == {SourceStatus.OK}
    assert sum(event.kind is EventKind.ALERT for event in gathered.events) == 4
    assert [event.operation for event in gathered.events if event.kind is EventKind.AUDIT] == [RECORDED_CHANGE]
    assert [series.values for series in gathered.series] == [(1.0, 2.0)]
