"""What Cloud Monitoring's time series and alerts say."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from engine.collectors.base import Context
from engine.collectors.events.monitoring.about import priority_of
from engine.collectors.events.monitoring.alerts import Alert
from engine.collectors.events.monitoring.series import SeriesBook, instant
from engine.model import Series

_PROJECT = "project_id"
_UNSAID = "SEVERITY_UNSPECIFIED"
_SERVICE = "monitoring.googleapis.com"


class _Labelled(Struct, frozen=True):
    """A metric or a monitored resource."""

    type: str = ""
    labels: dict[str, str] = {}


class _Metadata(Struct, frozen=True, rename="camel"):
    user_labels: dict[str, str] = {}


class _Series(Struct, frozen=True, rename="camel"):
    metric: _Labelled = _Labelled()
    resource: _Labelled = _Labelled()
    metadata: _Metadata = _Metadata()
    unit: str = ""
    points: list[Any] = []


class _Documentation(Struct, frozen=True):
    content: str = ""
    subject: str = ""


class _Policy(Struct, frozen=True, rename="camel"):
    display_name: str = ""
    severity: str = ""
    documentation: _Documentation = _Documentation()
    user_labels: dict[str, str] = {}


class _Alert(Struct, frozen=True, rename="camel"):
    """An alert as the API lists it."""

    name: str
    open_time: str
    close_time: str | None = None
    policy: _Policy = _Policy()
    resource: _Labelled = _Labelled()
    metadata: _Metadata = _Metadata()
    metric: _Labelled = _Labelled()


class _Incident(Struct, frozen=True):
    """An alert as it is sent to a webhook, with times in seconds since 1970."""

    incident_id: str
    started_at: int
    ended_at: int | None = None
    policy_name: str = ""
    condition_name: str = ""
    summary: str = ""
    severity: str | None = None
    scoping_project_id: str = ""
    documentation: _Documentation | None = None
    resource: _Labelled = _Labelled()
    metric: _Labelled = _Labelled()


class Answers:
    """Takes answers in any order. `now`: when they were asked for, None where nobody knows."""

    def __init__(self, source: str, context: Context, now: datetime | None = None) -> None:
        self._context = context
        self._now = now
        self._book = SeriesBook(source)
        self._alerts: dict[str, Alert] = {}

    def take(self, answer: Mapping[str, Any], where: str) -> None:
        """One answer. What cannot be used is skipped, and reported as being in `where`."""
        takers = {"timeSeries": self._take_series, "alerts": self._take_alert, "incident": self._take_incident}
        known = [name for name in takers if name in answer]
        for name in known:
            found = answer[name]
            for item in found if isinstance(found, list) else [found]:
                try:
                    takers[name](item, where)
                except (msgspec.ValidationError, ValueError) as error:
                    self._context.skip(where, f"an entry cannot be read ({error})")
        # A page may be empty, and then holds nothing but how it went.
        if not known and answer.keys() - {"unit", "nextPageToken", "totalSize", "executionErrors", "unreachable"}:
            self._context.skip(where, "neither alerts nor metrics; is it an answer of Cloud Monitoring?")

    def alerts(self) -> Iterator[Alert]:
        """Every alert, as it was last told of."""
        yield from self._alerts.values()

    def series(self) -> Iterator[Series]:
        """Every metric."""
        yield from self._book.found()

    def _take_series(self, item: Any, where: str) -> None:
        found = msgspec.convert(item, _Series)
        if not found.metric.type:
            raise ValueError("it names no metric")
        samples = []
        for point in found.points:
            try:
                sample = _sample(point)
            except (AttributeError, KeyError, TypeError, ValueError):
                self._context.skip(where, "a point has no time or no value that could be read")
                continue
            if sample is not None:
                samples.append(sample)
        scope = found.resource.labels.get(_PROJECT, "")
        labels = _labels(found.resource, found.metric, found.metadata)
        self._book.add(found.metric.type, labels, samples, unit=found.unit, scope=scope)

    def _take_alert(self, item: Any, where: str) -> None:
        found = msgspec.convert(item, _Alert)
        policy = found.policy
        name = policy.display_name or found.name
        texts = {"summary": policy.documentation.subject, "description": policy.documentation.content}
        alert = Alert(
            name=name,
            labels=_labels(found.resource, found.metric, found.metadata),
            began=_time(found.open_time),
            ended=instant(found.close_time),
            seen=self._now,
            priority=_priority(name, policy.severity, texts),
            annotations=texts,
            scope=found.resource.labels.get(_PROJECT, ""),
            service=_SERVICE,
            original=item,
        )
        self._keep(found.name, alert, where)

    def _take_incident(self, item: Any, where: str) -> None:
        found = msgspec.convert(item, _Incident)
        name = found.policy_name or found.condition_name or found.incident_id
        texts = {"summary": found.summary, "description": found.documentation.content if found.documentation else ""}
        alert = Alert(
            name=name,
            labels=_labels(found.resource, found.metric, _Metadata()),
            began=_time(found.started_at),
            ended=instant(found.ended_at or None),
            seen=self._now,
            priority=_priority(name, found.severity or "", texts),
            annotations=texts,
            scope=found.resource.labels.get(_PROJECT, "") or found.scoping_project_id,
            service=_SERVICE,
            original=item,
        )
        self._keep(found.incident_id, alert, where)

    def _keep(self, identity: str, alert: Alert, where: str) -> None:
        """Of several reports of one alert, the one that tells of its end counts."""
        known = self._alerts.get(identity)
        if known is not None and (known.ended is not None or alert.ended is None):
            self._context.repeated()
        else:
            self._alerts[identity] = alert


def _time(value: Any) -> datetime:
    at = instant(value)
    if at is None:
        raise ValueError("it does not say when it began")
    return at


def _priority(name: str, severity: str, texts: Mapping[str, str]) -> str:
    return priority_of(name, {} if severity == _UNSAID else {"severity": severity}, texts)


def _labels(resource: _Labelled, metric: _Labelled, metadata: _Metadata) -> dict[str, str]:
    """All labels, without the project, which is the scope."""
    found = metadata.user_labels | resource.labels | metric.labels
    return {name: value for name, value in found.items() if name != _PROJECT}


def _sample(point: Mapping[str, Any]) -> tuple[datetime, float] | None:
    """The time and the number of a point; None for a text and for a distribution without a mean."""
    at = instant(point["interval"]["endTime"])
    if at is None:
        raise ValueError("no time")
    (kind, value), *_ = point["value"].items()
    if kind == "stringValue":
        return None
    if kind == "distributionValue":
        return (at, float(value["mean"])) if "mean" in value else None
    return at, float(value)
