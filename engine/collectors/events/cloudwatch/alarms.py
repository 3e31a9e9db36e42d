"""Alarms of CloudWatch: from their present state and the history of their states to the times in which they alarmed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.collectors.actual.aws_config import parse_time
from engine.collectors.events.monitoring.about import NO_TROUBLE, priority_of
from engine.collectors.events.monitoring.alerts import Alert

_ALARM = "ALARM"
_STATE_UPDATE = "StateUpdate"
#: Actions of alarms that are there to scale something up and down. Nothing is wrong while they alarm.
_SCALING = ":autoscaling:"


class Dimension(Struct, frozen=True, rename="pascal"):
    name: str
    value: str


class Metric(Struct, frozen=True, rename="pascal"):
    metric_name: str = ""
    namespace: str = ""
    dimensions: tuple[Dimension, ...] = ()


class _Stat(Struct, frozen=True, rename="pascal"):
    metric: Metric = Metric()


class _Part(Struct, frozen=True, rename="pascal"):
    metric_stat: _Stat | None = None


class Alarm(Struct, frozen=True, rename="pascal"):
    """An alarm as it is described. One over several metrics, or over other alarms, has no metric of its own."""

    alarm_name: str
    alarm_arn: str = ""
    alarm_description: str | None = None
    state_value: str = ""
    state_reason: str | None = None
    state_updated_timestamp: Any = None
    state_transitioned_timestamp: Any = None
    metric_name: str | None = None
    namespace: str | None = None
    dimensions: tuple[Dimension, ...] | None = None
    metrics: tuple[_Part, ...] | None = None
    alarm_actions: tuple[str, ...] | None = None

    @property
    def labels(self) -> dict[str, str]:
        """The dimensions of all its metrics."""
        parts = [part.metric_stat.metric.dimensions for part in self.metrics or () if part.metric_stat]
        return {one.name: one.value for dimensions in (self.dimensions or (), *parts) for one in dimensions}

    @property
    def since(self) -> datetime | None:
        """Since when it is in its state."""
        return parse_time(self.state_transitioned_timestamp) or parse_time(self.state_updated_timestamp)

    @property
    def only_scales(self) -> bool:
        """Whether all it does is to scale something."""
        actions = self.alarm_actions or ()
        return bool(actions) and all(_SCALING in action for action in actions)


class HistoryItem(Struct, frozen=True, rename="pascal"):
    """One entry of the history of an alarm."""

    alarm_name: str
    timestamp: Any
    history_item_type: str = _STATE_UPDATE
    history_summary: str = ""
    history_data: str | None = None


class _State(Struct, frozen=True, rename="camel"):
    state_value: str = ""
    state_reason: str = ""


class _Data(Struct, frozen=True, rename="camel"):
    old_state: _State = field(default_factory=_State)
    new_state: _State = field(default_factory=_State)


class _Step(Struct, frozen=True, order=True):
    at: datetime
    to: str
    reason: str = ""


class Alarms:
    """Collects alarms and entries of their history, in any order."""

    def __init__(self) -> None:
        self._known: dict[str, Alarm] = {}
        self._steps: dict[str, set[_Step]] = defaultdict(set)

    def describe(self, alarm: Any) -> None:
        """An alarm as it is now. Raises msgspec.ValidationError when it is none."""
        found = msgspec.convert(alarm, Alarm)
        self._known[found.alarm_name] = found
        if found.since is not None and found.state_value:
            self._steps[found.alarm_name].add(_Step(found.since, found.state_value, found.state_reason or ""))

    def recall(self, item: Any) -> None:
        """An entry of a history; those that are of no state change are left out.

        Raises ValueError, or msgspec.DecodeError, when it cannot be read.
        """
        found = msgspec.convert(item, HistoryItem)
        if found.history_item_type != _STATE_UPDATE:
            return
        at = parse_time(found.timestamp)
        data = msgspec.json.decode(found.history_data, type=_Data) if found.history_data else _Data()
        to = data.new_state.state_value or found.history_summary.rpartition(" to ")[2].strip()
        if at is None or not to:
            raise ValueError("it does not say when it came to which state")
        self._steps[found.alarm_name].add(_Step(at, to, data.new_state.state_reason))

    def alerts(self, seen: datetime | None = None) -> Iterator[Alert]:
        """Every time in which an alarm alarmed. `seen` is when the alarms were asked for."""
        for name, steps in self._steps.items():
            alarm = self._known.get(name, Alarm(name))
            for began, reason, ended in _spans(sorted(steps)):
                yield _alert(alarm, began, reason, ended, seen)


def _spans(steps: Iterable[_Step]) -> Iterator[tuple[datetime, str, datetime | None]]:
    """From when to when it alarmed, and why. The present state tells the last step of the history once more."""
    began: _Step | None = None
    for step in steps:
        if step.to == _ALARM:
            began = began or step
        elif began is not None:
            yield began.at, began.reason, step.at
            began = None
    if began is not None:
        yield began.at, began.reason, None


def _alert(alarm: Alarm, began: datetime, reason: str, ended: datetime | None, seen: datetime | None) -> Alert:
    texts = {"summary": alarm.alarm_description or "", "description": reason}
    return Alert(
        name=alarm.alarm_name,
        labels=alarm.labels,
        began=began,
        ended=ended,
        seen=seen,
        priority=NO_TROUBLE if alarm.only_scales else priority_of(alarm.alarm_name, {}, texts),
        annotations=texts,
        scope=scope_of(alarm.alarm_arn),
        service=alarm.namespace or "",
        original=alarm if alarm.alarm_arn else None,
    )


def scope_of(arn: str) -> str:
    """`account/region` of an ARN; empty where it has none."""
    parts = arn.split(":")
    return f"{parts[4]}/{parts[3]}" if len(parts) > 5 and parts[4] else ""


def labels_of(dimensions: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Dimensions by their names."""
    return {str(one["Name"]): str(one["Value"]) for one in dimensions}
