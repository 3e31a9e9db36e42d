"""CloudWatch of a live account, region by region: alarms with the history of their states, and metrics."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from engine.collectors.aws_account import FAILURES, Account, failure, is_denied
from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.collectors.events.cloudwatch.answers import Answers
from engine.collectors.events.cloudwatch.settings import Query, Settings
from engine.collectors.events.monitoring.alerts import events_of
from engine.errors import SourceError
from engine.model import Event, Series
from engine.providers.reads import load_reads

#: Metrics of one request; the service's own limit.
_AT_ONCE = 500
_ALL_TYPES = ["MetricAlarm", "CompositeAlarm"]
_ALARMS, _HISTORY, _DATA = "cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmHistory", "cloudwatch:GetMetricData"

Pages = Iterable[dict[str, Any]]


class _Region:
    """CloudWatch in one region."""

    def __init__(self, account: Account, name: str, settings: Settings) -> None:
        self.scope = f"{account.number}/{name}"
        self.name = name
        self._client = account.client("cloudwatch", name)
        self._queries = settings.queries

    def alarms(self) -> Pages:
        """The alarms as they are."""
        pages: Pages = self._client.get_paginator("describe_alarms").paginate(AlarmTypes=_ALL_TYPES)
        return pages

    def history(self, since: datetime) -> Pages:
        """The changes of their states."""
        pages: Pages = self._client.get_paginator("describe_alarm_history").paginate(
            AlarmTypes=_ALL_TYPES, HistoryItemType="StateUpdate", StartDate=since
        )
        return pages

    def metrics(self, since: datetime, until: datetime) -> Pages:
        """The samples of the metrics that are asked for, each answer with what it was asked."""
        wanted = self._wanted()
        number = 0
        while batch := list(islice(wanted, _AT_ONCE)):
            queries = [{"Id": f"m{number + place}", "MetricStat": stat} for place, stat in enumerate(batch)]
            number += len(batch)
            pages = self._client.get_paginator("get_metric_data")
            for page in pages.paginate(MetricDataQueries=queries, StartTime=since, EndTime=until):
                yield {"MetricDataQueries": queries, **page}

    def _wanted(self) -> Iterator[dict[str, Any]]:
        for query in self._queries:
            for dimensions in self._dimensions(query):
                metric = {"Namespace": query.namespace, "MetricName": query.metric, "Dimensions": dimensions}
                yield {"Metric": metric, "Period": query.period, "Stat": query.stat}

    def _dimensions(self, query: Query) -> Iterator[list[dict[str, str]]]:
        given = [{"Name": name, "Value": value} for name, value in query.dimensions.items()]
        if "*" not in query.dimensions.values():
            yield given
            return
        filters = [{"Name": one["Name"]} if one["Value"] == "*" else one for one in given]
        pages = self._client.get_paginator("list_metrics")
        for page in pages.paginate(Namespace=query.namespace, MetricName=query.metric, Dimensions=filters):
            for metric in page.get("Metrics", ()):
                if len(metric["Dimensions"]) == len(given):
                    yield metric["Dimensions"]


def read_live(settings: Settings, context: Context) -> Iterator[Event | Series]:
    """Yields the alarms that alarmed, or were over, since `context.since`, and the metrics since then.

    What is refused is reported, and the rest goes on. Raises SourceError when nothing answers.
    """
    account = Account(settings, load_reads("aws", context.knowledge), context)
    now = datetime.now(UTC)
    first = now - timedelta(days=settings.days)
    refused, answered = list[str](), 0
    for name in account.regions:
        region = _Region(account, name, settings)
        answers = Answers(settings.name, context)
        # The history is read from the first day on: what is over by now began earlier.
        asked: list[tuple[str, Pages]] = [(_ALARMS, region.alarms()), (_HISTORY, region.history(first))]
        asked.append((_DATA, region.metrics(context.since or first, now)))
        for operation, pages in asked:
            try:
                for page in pages:
                    answers.take(page, name, region.scope)
                answered += 1
            except CancelledError:
                return
            except FAILURES as error:
                account.check_expiry(error)
                refused.append(failure(operation, error, operation))
                context.skip(name, refused[-1], records=0)
        yield from events_of(answers.alerts(now), settings.name, context.since)
        yield from answers.series()
    if not answered:
        raise SourceError(f"CloudWatch cannot be read for source {settings.name!r}: {refused[0]}")


def try_access(settings: Settings, context: Context) -> Access:
    """Asks each region for its first alarms, and for the last hour of the metrics.

    Raises SourceError when no region can be asked, for another reason than a missing permission.
    """
    account = Account(settings, load_reads("aws", context.knowledge), context)
    now = datetime.now(UTC)
    may, lacks, problem = [], [], ""
    for name in account.regions:
        region = _Region(account, name, settings)
        asked: list[tuple[str, str, Pages]] = [
            ("alarms", _ALARMS, region.alarms()),
            ("history of alarms", _HISTORY, region.history(now - timedelta(hours=1))),
        ]
        if settings.queries:
            asked.append(("metrics", _DATA, region.metrics(now - timedelta(hours=1), now)))
        for what, operation, pages in asked:
            try:
                next(iter(pages), None)
                may.append(f"{what} of {name}")
            except CancelledError:
                return Access(identity=account.arn)
            except FAILURES as error:
                if is_denied(error):
                    lacks.append(Lack(f"{what} of {name}", operation))
                else:
                    problem = failure(operation, error, operation)
    if problem and not may:
        raise SourceError(f"CloudWatch cannot be read for source {settings.name!r}: {problem}")
    return Access(identity=account.arn, may=tuple(may), lacks=tuple(lacks))
