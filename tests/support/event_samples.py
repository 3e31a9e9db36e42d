"""A few records of every kind of event source that can be recorded, as each provider writes them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from engine.collectors.base import Context, Found
from engine.collectors.registry import KINDS
from tests.support import (
    azure_log,
    azure_monitor_server,
    config_items,
    gcp_audit,
    gcp_monitoring_server,
    jira_server,
    kubernetes_audit,
    servicenow_server,
    trail,
)

Json = dict[str, Any]


class Sample(Struct, frozen=True, kw_only=True):
    """Records of one kind, each telling of something of its own.

    wrap: what makes a file's document of records, None where a file holds one record a line. finds: how many events
    and series the records tell of. needs: the fields without which the first record tells nothing.
    """

    kind: str
    records: tuple[Json, ...]
    wrap: Callable[[list[Any]], Any] | None
    finds: int
    needs: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """Where a bundle keeps it."""
        return KINDS[self.kind].folder

    def file(self, records: list[Any] | None = None) -> bytes:
        """A file's content; of other records than the sample's own, if they are given."""
        given = list(self.records) if records is None else records
        if self.wrap is None:
            return b"".join(json.dumps(record).encode() + b"\n" for record in given)
        return json.dumps(self.wrap(given)).encode()

    def read(self, folder: Path, context: Context) -> Iterator[Found]:
        """What the collector of the kind makes of a folder."""
        kind = KINDS[self.kind]
        settings: Any = kind.settings()
        return kind.build(settings(name=self.kind, kind=self.kind, path=str(folder))).collect(context)


def _named(field: str) -> Callable[[list[Any]], Any]:
    return lambda records: {field: records}


def _calls() -> tuple[Json, ...]:
    answer = {"dBInstanceIdentifier": "orders", "dBInstanceArn": "arn:aws:rds:eu-west-1:123456789012:db:orders"}
    return (
        trail.record(request={"dBInstanceIdentifier": "orders", "backupRetentionPeriod": 1}, responseElements=answer),
        trail.record(
            "AuthorizeSecurityGroupIngress",
            {"groupId": "sg-0a1b2c3d", "ipPermissions": {"items": [{"fromPort": 22, "toPort": 22}]}},
            eventID="2",
            eventSource="ec2.amazonaws.com",
            errorCode="UnauthorizedOperation",
            errorMessage="You are not authorized to perform this operation.",
            resources=[{"ARN": "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0a1b2c3d"}],
        ),
        trail.record("DescribeInstances", eventID="3", readOnly=True, sessionCredentialFromConsole="true"),
    )


def _google() -> tuple[Json, ...]:
    operation = {"id": "operation-1", "producer": "compute.googleapis.com", "first": True, "last": True}
    delta = {"bindingDeltas": [{"action": "ADD", "role": "roles/owner", "member": "user:eve@shop.example"}]}
    return (
        gcp_audit.entry(
            1,
            request={"name": "web", "sourceRanges": ["0.0.0.0/0"]},
            response={"targetLink": f"https://www.googleapis.com/compute/v1/{gcp_audit.FIREWALL}"},
            authorizationInfo=[{"permission": "compute.firewalls.update", "granted": True}],
            operation=operation,
        ),
        gcp_audit.entry(2, "SetIamPolicy", "projects/shop-prod", serviceData={"policyDelta": delta}),
        gcp_audit.entry(3, status={"code": 7, "message": "Permission denied"}),
    )


def _cluster() -> tuple[Json, ...]:
    return (
        kubernetes_audit.record(body={"spec": {"replicas": 9}}, response={"kind": "Deployment", "metadata": {}}),
        kubernetes_audit.record("delete", place="shop/api", at="2026-03-14T09:01:00Z", code=403),
        kubernetes_audit.record("create", "v1/configmaps", "shop/settings", {"data": {"level": "debug"}}),
    )


def _azure() -> tuple[Json, ...]:
    write = "Microsoft.Compute/virtualMachines/write"
    moved = {"properties.hardwareProfile.vmSize": ("Standard_B2s", "Standard_D8s_v5")}
    return (
        azure_log.entry("14 09:30", write, body={"properties": {"hardwareProfile": {"vmSize": "Standard_D8s_v5"}}}),
        azure_log.entry("14 09:40", write, azure_log.NSG, status="Failed", properties={"statusCode": "Forbidden"}),
        azure_log.exported(azure_log.entry("14 09:50", "Microsoft.KeyVault/vaults/delete", azure_log.VAULT)),
        azure_log.change("14 10:30", azure_log.MACHINE, moved),
    )


def _issues() -> tuple[Json, ...]:
    note = {"author": jira_server.user("Omar Diaz"), "body": "Rolled back the deploy of shop-web."}
    comments = {"comments": [{**note, "created": "2026-03-14T09:00:00.000+0000"}], "total": 1}
    return (
        jira_server.issue("OPS-1", "Checkout is down", "2026-03-14T08:00:00.000+0000", comment=comments),
        jira_server.issue(
            "OPS-2",
            "Raise the limit",
            "2026-03-14T08:30:00.000+0000",
            issuetype={"name": "Change"},
            description=jira_server.document("Service shop-web, tonight."),
            labels=["shop-web"],
            components=[{"name": "checkout"}],
        ),
    )


def _records() -> tuple[Json, ...]:
    return (
        servicenow_server.record("INC0010001", "Checkout is down", "2026-03-14 08:00:00", work_notes="Looking."),
        servicenow_server.record(
            "CHG0010002",
            "Resize shop-web",
            "2026-03-14 08:30:00",
            sys_class_name="change_request",
            start_date="2026-03-14 22:00:00",
            end_date="2026-03-14 23:00:00",
            cmdb_ci=servicenow_server.both("1" * 32, "shop-web"),
        ),
    )


def _history() -> tuple[Json, ...]:
    ssh, web = config_items.rule(22, "0.0.0.0/0"), config_items.rule(443, "10.0.0.0/8")
    return (
        config_items.group("2026-03-14T07:00:00.000Z", web),
        config_items.group("2026-03-14T08:00:00.000Z", web, ssh),
        config_items.group("2026-03-14T09:00:00.000Z", status="ResourceDeleted", configuration=None),
    )


def _prometheus() -> tuple[Json, ...]:
    def alert(service: str, **more: Any) -> Json:
        return {
            "labels": {"alertname": "CheckoutErrors", "service": service, "severity": "critical"},
            "annotations": {"summary": "one in ten requests fails", "description": "See the dashboard."},
            "state": "firing",
            **more,
        }

    return (
        alert("checkout", activeAt="2026-03-14T08:00:00Z", value="1e-01"),
        alert(
            "search",
            startsAt="2026-03-14T08:00:00Z",
            endsAt="2026-03-14T09:00:00Z",
            updatedAt="2026-03-14T09:00:01Z",
            generatorURL="http://prometheus:9090/graph?g0.expr=up",
            status={"state": "active", "silencedBy": []},
        ),
    )


def _matrix() -> tuple[Json, ...]:
    samples = [[1773475200, "1"], [1773475260, "2.5"], [1773475320, "NaN"]]
    return tuple(
        {"metric": {"__name__": "errors", "service": service}, "values": samples} for service in ("web", "api")
    )


def _alarms() -> tuple[Json, ...]:
    return tuple(
        {
            "AlarmName": name,
            "AlarmArn": f"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:{name}",
            "AlarmDescription": "Customers cannot pay.",
            "StateValue": "ALARM",
            "StateReason": "Threshold crossed",
            "StateUpdatedTimestamp": "2026-03-14T08:00:00Z",
            "StateTransitionedTimestamp": "2026-03-14T08:00:00Z",
            "MetricName": "HTTPCode_Target_5XX_Count",
            "Namespace": "AWS/ApplicationELB",
            "Dimensions": [{"Name": "LoadBalancer", "Value": "app/shop-front/50dc6c495c0c9188"}],
        }
        for name in ("checkout-5xx", "search-5xx")
    )


_GOOGLE_POINTS = {"2026-03-14T08:00:00Z": 1.0, "2026-03-14T08:01:00Z": 2.0}
_AZURE_POINTS: dict[str, float | None] = {"2026-03-14T08:00:00Z": 1.0, "2026-03-14T08:01:00Z": None}

SAMPLES = (
    Sample(
        kind="cloudtrail",
        records=_calls(),
        wrap=_named("Records"),
        finds=3,
        needs=("eventID", "eventTime", "eventName"),
    ),
    Sample(
        kind="gcp_audit_logs",
        records=_google(),
        wrap=None,
        finds=3,
        needs=("insertId", "timestamp", "protoPayload.methodName"),
    ),
    Sample(kind="kubernetes_audit", records=_cluster(), wrap=None, finds=3, needs=("auditID", "verb")),
    Sample(
        kind="azure_activity",
        records=_azure(),
        wrap=_named("value"),
        finds=4,
        needs=("operationName", "eventTimestamp"),
    ),
    Sample(kind="aws_config_history", records=_history(), wrap=_named("configurationItems"), finds=2),
    Sample(kind="jira", records=_issues(), wrap=_named("issues"), finds=2, needs=("key", "fields", "fields.created")),
    Sample(kind="servicenow", records=_records(), wrap=_named("result"), finds=2),
    Sample(
        kind="prometheus",
        records=_prometheus(),
        wrap=_named("data"),
        finds=2,
        needs=("labels", "labels.alertname", "activeAt"),
    ),
    Sample(
        kind="prometheus",
        records=_matrix(),
        wrap=lambda records: {"status": "success", "data": {"resultType": "matrix", "result": records}},
        finds=2,
    ),
    Sample(kind="cloudwatch", records=_alarms(), wrap=_named("MetricAlarms"), finds=2, needs=("AlarmName",)),
    Sample(
        kind="cloudwatch",
        records=tuple(
            {"Id": id_, "Label": f"{id_} CPUUtilization", "Timestamps": ["2026-03-14T08:00:00Z"], "Values": [5.0]}
            for id_ in ("m1", "m2")
        ),
        wrap=_named("MetricDataResults"),
        finds=2,
    ),
    Sample(
        kind="gcp_monitoring",
        records=tuple(gcp_monitoring_server.alert(n, f"2026-03-14T0{n}:00:00Z") for n in (1, 2)),
        wrap=_named("alerts"),
        finds=2,
    ),
    Sample(
        kind="gcp_monitoring",
        records=tuple(gcp_monitoring_server.series(service, _GOOGLE_POINTS) for service in ("web", "api")),
        wrap=_named("timeSeries"),
        finds=2,
    ),
    Sample(
        kind="azure_monitor",
        records=tuple(azure_monitor_server.alert(n, f"2026-03-14T0{n}:00:00Z") for n in (1, 2)),
        wrap=_named("value"),
        finds=2,
    ),
    Sample(
        kind="azure_monitor",
        records=tuple(azure_monitor_server.metric(_AZURE_POINTS, name)["value"][0] for name in ("Http5xx", "Requests")),
        wrap=_named("value"),
        finds=2,
    ),
)
