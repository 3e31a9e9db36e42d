"""What the answers of CloudWatch say, told apart by their shape."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from engine.collectors.actual.aws_config import parse_time
from engine.collectors.base import Context
from engine.collectors.events.cloudwatch.alarms import Alarms, labels_of
from engine.collectors.events.monitoring.alerts import Alert
from engine.collectors.events.monitoring.series import SeriesBook
from engine.model import Series
from engine.redact import redact_prose

_NOT_STATISTICS = frozenset({"Timestamp", "Unit", "ExtendedStatistics", "SampleCount"})
#: What tells a name in a label from a plain word.
_OF_NAME = re.compile(r"[\d/:_-]")


class Answers:
    """Takes answers in any order and says what they tell together."""

    def __init__(self, source: str, context: Context) -> None:
        self._context = context
        self._book = SeriesBook(source)
        self._alarms = Alarms()
        #: What each id was asked for, where the request was recorded beside its answer.
        self._asked: dict[str, Mapping[str, Any]] = {}
        self._results: list[tuple[Mapping[str, Any], str, str]] = []

    def take(self, answer: Mapping[str, Any], where: str, scope: str = "") -> None:
        """One answer. What cannot be used is skipped, and reported as being in `where`."""
        takers: dict[str, Callable[[Any], None]] = {
            "MetricAlarms": lambda found: self._each(found, self._alarms.describe, where),
            "CompositeAlarms": lambda found: self._each(found, self._alarms.describe, where),
            "AlarmHistoryItems": lambda found: self._each(found, self._alarms.recall, where),
            "MetricDataQueries": lambda found: self._each(found, self._ask, where),
            "MetricDataResults": lambda found: self._results.extend((one, where, scope) for one in found),
        }
        known = [name for name in takers if isinstance(answer.get(name), list)]
        for name in known:
            takers[name](answer[name])
        if isinstance(answer.get("Datapoints"), list):
            self._take_points(answer, where, scope)
        elif not known:
            self._context.skip(where, "neither alarms nor metrics; is it an answer of CloudWatch?")

    def alerts(self, seen: datetime | None = None) -> Iterator[Alert]:
        """Every time in which an alarm alarmed."""
        yield from self._alarms.alerts(seen)

    def series(self) -> Iterator[Series]:
        """Every metric."""
        for result, where, scope in self._results:
            try:
                self._take_result(result, where, scope)
            except (KeyError, TypeError, ValueError):
                self._context.skip(where, "a metric's result cannot be read")
        yield from self._book.found()

    def _each(self, found: list[Any], take: Callable[[Any], None], where: str) -> None:
        for item in found:
            try:
                take(item)
            except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
                self._context.skip(where, f"an entry cannot be read ({error})")

    def _ask(self, query: Any) -> None:
        self._asked[str(query["Id"])] = query.get("MetricStat", {})

    def _take_result(self, result: Mapping[str, Any], where: str, scope: str) -> None:
        """The samples of one metric. Of one that is incomplete, the rest is in another answer."""
        identity, label = str(result["Id"]), str(result.get("Label") or result["Id"])
        status = result.get("StatusCode", "Complete")
        if status in ("InternalError", "Forbidden"):
            self._context.skip(where, f"CloudWatch could not give the metric {label} ({status})")
        pairs = list(zip(result.get("Timestamps") or (), result.get("Values") or (), strict=False))
        samples = list(self._samples(pairs, where))
        stat = self._asked.get(identity, {})
        metric = stat.get("Metric")
        if metric is None:
            self._book.add(label, {"id": identity}, samples, scope=scope, about=_names_in(label))
            return
        labels = labels_of(metric.get("Dimensions") or ()) | {"stat": str(stat.get("Stat", ""))}
        unit = str(stat.get("Unit") or "")
        self._book.add(f"{metric['Namespace']}/{metric['MetricName']}", labels, samples, unit=unit, scope=scope)

    def _take_points(self, answer: Mapping[str, Any], where: str, scope: str) -> None:
        """The answer of `get-metric-statistics`, which does not say of what: the file's name has to tell it."""
        name, stem = str(answer.get("Label") or "metric"), where.partition(".")[0]
        points = [point for point in answer["Datapoints"] if isinstance(point, dict)]
        if lost := len(answer["Datapoints"]) - len(points):
            self._context.skip(where, "a sample cannot be read", lost)
        statistics = sorted({key for point in points for key in point} - _NOT_STATISTICS)
        unit = next((str(point["Unit"]) for point in points if point.get("Unit") not in (None, "None")), "")
        for statistic in statistics:
            pairs = [(point.get("Timestamp"), point[statistic]) for point in points if statistic in point]
            labels = {"stat": statistic, "answer": stem}
            samples = list(self._samples(pairs, where))
            self._book.add(name, labels, samples, unit=unit, scope=scope, about=_names_in(stem))

    def _samples(self, pairs: list[tuple[Any, Any]], where: str) -> Iterator[tuple[datetime, float]]:
        for at, value in pairs:
            moment = parse_time(at)
            if moment is None or not isinstance(value, int | float):
                self._context.skip(where, "a sample cannot be read")
            else:
                yield moment, float(value)


def _names_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in redact_prose(text).split() if _OF_NAME.search(word)))
