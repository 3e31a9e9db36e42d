"""What Azure Monitor's metrics and alerts say."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from engine.collectors.base import Context
from engine.collectors.events.azure_activity.entries import subscription_of
from engine.collectors.events.azure_activity.operations import touched
from engine.collectors.events.monitoring.about import priority_of
from engine.collectors.events.monitoring.alerts import Alert
from engine.collectors.events.monitoring.series import SeriesBook, instant
from engine.model import Series

_METRICS = "/providers/microsoft.insights/metrics/"
_AGGREGATIONS = ("average", "total", "maximum", "minimum", "count")
#: What Azure's own pages call a severity whose number does not say that nothing is wrong.
_WORDS = {"Sev3": "informational"}


class _Name(Struct, frozen=True):
    value: str = ""


class _Dimension(Struct, frozen=True):
    name: _Name = _Name()
    value: str = ""


class _Series(Struct, frozen=True):
    metadatavalues: list[_Dimension] = []
    data: list[Any] = []


class _Metric(Struct, frozen=True, rename="camel"):
    id: str
    name: _Name
    unit: str = ""
    timeseries: list[_Series] = []
    error_code: str = "Success"


class _Essentials(Struct, frozen=True, rename="camel"):
    """What all alerts have: as the API lists them, and as they are sent on, which spells some fields otherwise."""

    alert_rule: str = ""
    severity: str = ""
    monitor_condition: str = ""
    alert_state: str = ""
    description: str | None = None
    target_resource: str | None = None
    target_resource_name: str | None = None
    alert_target_ids: list[str] = msgspec.field(name="alertTargetIDs", default_factory=list)
    configuration_items: list[str] = []
    start_date_time: str | None = None
    fired_date_time: str | None = None
    monitor_condition_resolved_date_time: str | None = None
    resolved_date_time: str | None = None
    last_modified_date_time: str | None = None
    alert_id: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """The ids of what it is about."""
        return tuple(filter(None, (self.target_resource, *self.alert_target_ids)))


class Answers:
    """Takes answers in any order. `now`: when they were asked for, None where nobody knows."""

    def __init__(self, source: str, context: Context, now: datetime | None = None) -> None:
        self._context = context
        self._now = now
        self._book = SeriesBook(source)
        self._alerts: dict[str, Alert] = {}

    def take(self, answer: Mapping[str, Any], where: str) -> None:
        """One answer, or one item of it. What cannot be used is skipped, and reported as being in `where`."""
        found = next((answer[name] for name in ("value", "values") if isinstance(answer.get(name), list)), None)
        for item in [answer] if found is None else found:
            # The answer for many resources holds one for each.
            if isinstance(item, dict) and found is not None and isinstance(item.get("value"), list):
                self.take(item, where)
                continue
            try:
                self._take_item(item, where)
            except (msgspec.ValidationError, ValueError) as error:
                self._context.skip(where, f"an entry cannot be read ({error})")

    def alerts(self) -> Iterator[Alert]:
        """Every alert, as it was last told of."""
        yield from self._alerts.values()

    def series(self) -> Iterator[Series]:
        """Every metric."""
        yield from self._book.found()

    def _take_item(self, item: Any, where: str) -> None:
        if not isinstance(item, dict):
            raise ValueError("it is no object")
        holder: Any = item.get("properties") or item.get("data")
        if isinstance(holder, dict) and "essentials" in holder:
            essentials = msgspec.convert(holder["essentials"], _Essentials)
            self._take_alert(str(item.get("id") or essentials.alert_id), essentials, item, where)
        elif "timeseries" in item:
            self._take_metric(msgspec.convert(item, _Metric), where)
        else:
            raise ValueError("neither an alert nor a metric")

    def _take_metric(self, metric: _Metric, where: str) -> None:
        resource = metric.id[: metric.id.lower().find(_METRICS)] if _METRICS in metric.id.lower() else ""
        if metric.error_code != "Success":
            self._context.skip(where, f"Azure could not give the metric {metric.name.value} ({metric.error_code})")
        about = _about(resource)
        for one in metric.timeseries:
            labels = {dimension.name.value: dimension.value for dimension in one.metadatavalues}
            samples: dict[str, list[tuple[datetime, float]]] = {}
            for point in one.data:
                at = instant(point.get("timeStamp")) if isinstance(point, dict) else None
                if at is None:
                    self._context.skip(where, "a sample has no time")
                    continue
                # A time without a value is one in which nothing was measured.
                for name in _AGGREGATIONS:
                    if isinstance(value := point.get(name), int | float):
                        samples.setdefault(name, []).append((at, float(value)))
            for name, values in samples.items():
                told = labels | {"aggregation": name, "resource": resource.lower()}
                scope = subscription_of(resource)
                self._book.add(metric.name.value, told, values, unit=metric.unit, scope=scope, about=about)

    def _take_alert(self, identity: str, told: _Essentials, original: Any, where: str) -> None:
        began = instant(told.start_date_time) or instant(told.fired_date_time)
        if began is None:
            raise ValueError("it does not say when it began")
        rule = told.alert_rule.rstrip("/").rpartition("/")[2]
        ended = instant(told.monitor_condition_resolved_date_time) or instant(told.resolved_date_time)
        if ended is None and told.monitor_condition == "Resolved":
            ended = instant(told.last_modified_date_time)
        texts = {"summary": told.description or ""}
        target = next(iter(told.targets), "")
        alert = Alert(
            name=rule or identity,
            labels={"target": target.lower()} if target else {},
            began=began,
            ended=ended,
            seen=instant(told.last_modified_date_time) or self._now,
            status="" if told.alert_state in ("", "New") or ended else told.alert_state.lower(),
            priority=priority_of(rule, {"severity": _WORDS.get(told.severity, told.severity)}, texts),
            annotations=texts,
            about=tuple(name for resource in told.targets for name in _about(resource))
            or tuple(told.configuration_items),
            scope=subscription_of(target or identity),
            service="microsoft.insights",
            original=original,
        )
        known = self._alerts.get(identity)
        if known is not None and (known.ended is not None or ended is None):
            self._context.repeated()
        else:
            self._alerts[identity] = alert


def _about(resource: str) -> tuple[str, ...]:
    """What a resource may be called: its id, those of what it is a part of, and its name."""
    return (*touched(resource), resource.rstrip("/").rpartition("/")[2]) if resource else ()
