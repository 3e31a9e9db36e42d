"""Live sources of events on loopback, one of each kind, which tests fill and which can refuse."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from tests.support import (
    azure_log,
    azure_monitor_server,
    gcp_audit,
    gcp_monitoring_server,
    jira_server,
    prometheus_server,
    servicenow_server,
    trail,
)
from tests.support.aws_gate import Refusal, open_gate
from tests.support.azure_graph_server import graph_server
from tests.support.gcp_logging_server import FakeLogging, serve
from tests.support.rest_server import Reply, running

TOKEN = prometheus_server.TOKEN
_SUBSCRIPTION = "0a1b2c3d-0000-4000-8000-00000000000a"


def ago(minutes: float) -> datetime:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).replace(microsecond=0)


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


class Live(ABC):
    """A provider that tells of what `happened`, and `refuses` when told to."""

    kind: ClassVar[str]

    def __init__(self, stack: ExitStack, upstream: str) -> None:
        self.settings: dict[str, Any] = {}
        self._start(stack, upstream)

    @abstractmethod
    def _start(self, stack: ExitStack, upstream: str) -> None:
        """Starts the server and says with which settings it is read. `upstream` is a fake AWS."""

    @abstractmethod
    def happened(self, number: int, minutes_ago: float) -> None:
        """One more thing happened, and was recorded then."""

    @abstractmethod
    def refuse(self, refuses: bool) -> None:
        """Answers no request any more, or does again."""


class Tickets(Live):
    """A tool whose records are written again."""

    @abstractmethod
    def written(self, number: int, title: str) -> None:
        """The ticket of that place was given another title a minute ago."""


class _Jira(Tickets):
    kind = "jira"

    def _start(self, stack: ExitStack, upstream: str) -> None:
        self.server = stack.enter_context(running(jira_server.Jira([])))
        self.settings = {"url": self.server.url, "token": "env:LIVE_TOKEN"}

    def happened(self, number: int, minutes_ago: float) -> None:
        self.server.issues.append(jira_server.issue(f"OPS-{number}", "It is down", self._text(minutes_ago)))

    def written(self, number: int, title: str) -> None:
        fields = self.server.issues[number]["fields"]
        fields |= {"summary": title, "updated": self._text(1)}

    def _text(self, minutes_ago: float) -> str:
        return f"{ago(minutes_ago):%Y-%m-%dT%H:%M:%S.000+0000}"

    def refuse(self, refuses: bool) -> None:
        self.server.faults = [Reply({}, 401)] * 5 if refuses else []


class _ServiceNow(Tickets):
    kind = "servicenow"

    def _start(self, stack: ExitStack, upstream: str) -> None:
        self.server = stack.enter_context(running(servicenow_server.ServiceNow({"incident": []})))
        self.settings = {"url": self.server.url, "table": ["incident"], "token": "env:LIVE_TOKEN"}

    def happened(self, number: int, minutes_ago: float) -> None:
        at = f"{ago(minutes_ago):%Y-%m-%d %H:%M:%S}"
        record = servicenow_server.record(f"INC{number}", "It is down", at, sys_id=f"{number:032x}")
        self.server.tables["incident"].append(record)

    def written(self, number: int, title: str) -> None:
        at = f"{ago(1):%Y-%m-%d %H:%M:%S}"
        self.server.tables["incident"][number] |= {"short_description": title, "sys_updated_on": at}

    def refuse(self, refuses: bool) -> None:
        self.server.faults = [Reply({}, 401)] * 5 if refuses else []


class _Prometheus(Live):
    kind = "prometheus"

    def _start(self, stack: ExitStack, upstream: str) -> None:
        self.server = stack.enter_context(running(prometheus_server.Prometheus([])))
        self.settings = {"url": self.server.url, "token": "env:LIVE_TOKEN", "days": 7}

    def happened(self, number: int, minutes_ago: float) -> None:
        labels = {"alertname": "Errors", "service": f"service-{number}"}
        at = int(ago(minutes_ago).timestamp()) // 60 * 60
        samples = {at - minute * 60: 1.0 for minute in range(5)}
        self.server.series.append(({"__name__": "ALERTS", "alertstate": "firing", **labels}, samples))

    def refuse(self, refuses: bool) -> None:
        self.server.faults = [Reply({}, 401)] * 9 if refuses else []


class _CloudMonitoring(Live):
    kind = "gcp_monitoring"

    def _start(self, stack: ExitStack, upstream: str) -> None:
        self.server = stack.enter_context(running(gcp_monitoring_server.Monitoring([], [])))
        self.settings = {"projects": ["shop-prod"], "endpoint": self.server.url, "days": 7}

    def happened(self, number: int, minutes_ago: float) -> None:
        opened, closed = _text(ago(minutes_ago + 5)), _text(ago(minutes_ago))
        self.server.alerts.append(gcp_monitoring_server.alert(number, opened, closed))

    def refuse(self, refuses: bool) -> None:
        self.server.denied = {"alerts"} if refuses else set()


class _AzureMonitor(Live):
    kind = "azure_monitor"

    def _start(self, stack: ExitStack, upstream: str) -> None:
        self.server = stack.enter_context(running(azure_monitor_server.Monitor({}, [])))
        subscriptions = [azure_monitor_server.SUBSCRIPTION]
        self.settings = {
            "endpoint": self.server.url, "token": "env:LIVE_TOKEN", "subscriptions": subscriptions, "days": 7,
        }  # fmt: skip

    def happened(self, number: int, minutes_ago: float) -> None:
        began, ended = _text(ago(minutes_ago + 5)), _text(ago(minutes_ago))
        self.server.alerts.append(azure_monitor_server.alert(number, began, ended))

    def refuse(self, refuses: bool) -> None:
        self.server.denied = {"alerts"} if refuses else set()


class _AzureActivity(Live):
    kind = "azure_activity"

    def _start(self, stack: ExitStack, upstream: str) -> None:
        held = {
            "id": f"/subscriptions/{_SUBSCRIPTION}", "name": "shop", "type": "microsoft.resources/subscriptions",
            "subscriptionId": _SUBSCRIPTION,
        }  # fmt: skip
        self.server = stack.enter_context(graph_server(resourcecontainers=[held], resourcechanges=[]))
        self.server.log = {_SUBSCRIPTION: []}
        self.settings = {"endpoint": self.server.url, "token": "env:LIVE_TOKEN"}

    def happened(self, number: int, minutes_ago: float) -> None:
        entry = azure_log.entry("14 09:00", "Microsoft.Compute/virtualMachines/write")
        at = _text(ago(minutes_ago))
        self.server.log[_SUBSCRIPTION].insert(0, {**entry, "eventTimestamp": at, "submissionTimestamp": at})
        self.server.log[_SUBSCRIPTION].sort(key=lambda entry: str(entry["eventTimestamp"]), reverse=True)

    def refuse(self, refuses: bool) -> None:
        self.server.tokens = set() if refuses else {TOKEN}


class _GoogleAudit(Live):
    kind = "gcp_audit_logs"

    def _start(self, stack: ExitStack, upstream: str) -> None:
        self.server = FakeLogging({"projects/shop-prod": []})
        self.settings = {"projects": ["shop-prod"], "endpoint": stack.enter_context(serve(self.server))}

    def happened(self, number: int, minutes_ago: float) -> None:
        self.server.entries["projects/shop-prod"].append(gcp_audit.entry(number, at=_text(ago(minutes_ago))))

    def refuse(self, refuses: bool) -> None:
        self.server.denied = {"projects/shop-prod"} if refuses else set()


class _Aws(Live):
    service: ClassVar[str]

    def _start(self, stack: ExitStack, upstream: str) -> None:
        self.server = stack.enter_context(open_gate(upstream))
        self.records: list[dict[str, Any]] = []
        self.settings = {"regions": ["us-east-1"], "endpoint_url": self.server.url}

    def refuse(self, refuses: bool) -> None:
        self.server.refusals = [Refusal(self.service, "", "AccessDeniedException")] if refuses else []


class _CloudTrail(_Aws):
    kind = "cloudtrail"
    service = "cloudtrail"

    def _start(self, stack: ExitStack, upstream: str) -> None:
        super()._start(stack, upstream)
        target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
        self.server.served[target] = self._lookup

    def happened(self, number: int, minutes_ago: float) -> None:
        self.records.append(trail.record(eventID=str(number), eventTime=_text(ago(minutes_ago))))

    def _lookup(self, request: dict[str, Any]) -> dict[str, Any]:
        since = datetime.fromtimestamp(request["StartTime"], UTC)
        found = [record for record in self.records if datetime.fromisoformat(record["eventTime"]) >= since]
        return {"Events": [{"EventId": item["eventID"], "CloudTrailEvent": json.dumps(item)} for item in found]}


KINDS: tuple[type[Live], ...] = (
    _Jira, _ServiceNow, _Prometheus, _CloudMonitoring, _AzureMonitor, _AzureActivity, _GoogleAudit, _CloudTrail,
)  # fmt: skip


@contextmanager
def serving(kind: type[Live], upstream: str) -> Iterator[Live]:
    """The provider of a kind while it answers."""
    with ExitStack() as stack:
        yield kind(stack, upstream)
