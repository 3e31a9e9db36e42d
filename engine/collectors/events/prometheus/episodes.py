"""One alert is known from several answers: its series, the lists of Prometheus and of Alertmanager. This tells which
reports are of the same episode, and makes one of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import IntEnum
from functools import reduce
from typing import Any

from msgspec import Struct, structs

from engine.collectors.events.monitoring.about import NO_TROUBLE, identity_of, priority_of
from engine.collectors.events.monitoring.alerts import Alert

NAME = "alertname"
PENDING, FIRING = "pending", "firing"


class Told(IntEnum):
    """By whom a report is, the one whose labels and times are the alert's own first."""

    LIST = 0  # Prometheus' list of alerts, or of rules with theirs
    STATE = 1  # ALERTS_FOR_STATE: since when the condition holds, but not whether the alert fires
    SERIES = 2  # ALERTS
    MANAGER = 3  # Alertmanager, whose labels are more than the alert's own


class Report(Struct, frozen=True, kw_only=True):
    """What one answer tells of an alert. slack: how inexactly its times are known."""

    told: Told
    labels: Mapping[str, str]
    began: datetime
    ended: datetime | None = None
    seen: datetime | None = None
    slack: timedelta = timedelta(seconds=1)
    state: str = FIRING  # Alertmanager's own words too; empty where unknown
    annotations: Mapping[str, str] = {}
    original: Any = None

    @property
    def identity(self) -> dict[str, str]:
        return identity_of(self.labels)


def episodes(reports: Iterable[Report]) -> Iterator[Alert]:
    """The alerts that the reports tell of, each once: pending and firing are one, and so are copies of a server.

    What only was pending, and is no more, told nobody of anything and is left out. Where nothing tells whether an alert
    fires that is known by since when its condition holds, it is taken to.
    """
    reports = list(reports)
    if all(report.told is Told.STATE for report in reports):
        reports = [structs.replace(report, state=FIRING) for report in reports]
    by_labels: dict[str, dict[frozenset[tuple[str, str]], list[Report]]] = defaultdict(lambda: defaultdict(list))
    managed: list[Report] = []
    for report in sorted(reports, key=lambda report: (report.told, report.began)):
        if report.told is Told.MANAGER:
            managed.append(report)
        else:
            by_labels[report.labels[NAME]][frozenset(report.identity.items())].append(report)
    for report in managed:
        known = by_labels[report.labels[NAME]]
        known[_own_labels(report, known)].append(report)
    for known in by_labels.values():
        for found in known.values():
            yield from filter(None, map(_alert, _joined(found)))


def _own_labels(report: Report, known: Mapping[frozenset[tuple[str, str]], list[Report]]) -> frozenset[tuple[str, str]]:
    """The labels by which Prometheus knows the alert that Alertmanager reports with further ones, if it does."""
    labels = frozenset(report.identity.items())
    fitting = (own for own, found in known.items() if own <= labels and any(_is_same(other, report) for other in found))
    return max(fitting, key=len, default=labels)


def _joined(reports: list[Report]) -> list[list[Report]]:
    """Groups of reports of the same labels whose times overlap."""
    groups: list[list[Report]] = []
    for report in sorted(reports, key=lambda report: report.began):
        # Of open ones and long ones the last group need not be the one.
        group = next((group for group in groups if any(_is_same(other, report) for other in group)), None)
        if group is None:
            groups.append([report])
        else:
            group.append(report)
    return groups


def _is_same(one: Report, other: Report) -> bool:
    """Whether two reports of one alert overlap in time, or touch: nearly, where different answers tell of it."""
    slack = timedelta() if one.told is other.told else max(one.slack, other.slack)
    return _reaches(one, other.began, slack) and _reaches(other, one.began, slack)


def _reaches(report: Report, at: datetime, slack: timedelta) -> bool:
    return report.ended is None or at <= report.ended + slack


def _alert(group: list[Report]) -> Alert | None:
    states = {report.state for report in group if report.state}
    firing = states - {PENDING}
    ended = _end(group)
    if not firing and (ended is not None or PENDING not in states):
        return None
    told = sorted(group, key=lambda report: report.told)
    base = told[0]
    annotations = reduce(lambda known, report: {**report.annotations, **known}, told, dict[str, str]())
    return Alert(
        name=base.labels[NAME],
        labels=base.identity,
        began=min(report.began for report in group),
        ended=ended,
        seen=max((report.seen for report in group if report.seen), default=None),
        status=_status(firing, ended),
        priority=priority_of(base.labels[NAME], base.labels, annotations) if firing else NO_TROUBLE,
        annotations=annotations,
        original=next((report.original for report in told if report.original), None),
    )


def _status(firing: set[str], ended: datetime | None) -> str:
    if ended is not None:
        return "resolved"
    return next(iter(sorted(firing - {FIRING}, reverse=True)), FIRING) if firing else PENDING


def _end(group: list[Report]) -> datetime | None:
    """When it was over: what says that it lasts goes before what saw it last, unless that was later."""
    ends = [report.ended for report in group if report.ended]
    lasting = [report for report in group if report.ended is None]
    if not ends or any(report.seen is None or report.seen >= max(ends) for report in lasting):
        return None if lasting else max(ends)
    return max(ends)
