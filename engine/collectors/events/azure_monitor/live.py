"""Azure Monitor over the Resource Manager: alerts of each subscription, and the metrics that are asked for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from engine.collectors.azure_account import Account, DeniedError, RefusedError, Service
from engine.collectors.azure_graph import Graph
from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.collectors.events.azure_monitor.answers import Answers
from engine.collectors.events.azure_monitor.settings import Query, Settings
from engine.collectors.events.monitoring.alerts import events_of
from engine.errors import SourceError
from engine.model import Event, Series

_NEEDS = "the role Monitoring Reader on it (Microsoft.AlertsManagement/alerts/read, Microsoft.Insights/metrics/read)"
#: Well within the Resource Manager's quota, which all of a caller's tools share: 25 reads a second, 250 at once.
_MONITOR = Service("Azure Monitor", _NEEDS, rate=10.0, burst=50.0)
_ALERTS_VERSION, _METRICS_VERSION = "2019-03-01", "2018-01-01"
#: The service knows these spans of time, in days, and no others.
_SPANS = {1: "1d", 7: "7d", 30: "30d"}


class _Monitor:
    """Azure Monitor as the source's settings reach it. Building it sends nothing."""

    def __init__(self, settings: Settings, context: Context) -> None:
        self._settings = settings
        self._context = context
        self._account = Account(settings, _MONITOR, context)

    @property
    def identity(self) -> str:
        return self._account.identity

    def subscriptions(self) -> list[str]:
        """Those whose alerts are read: of the settings, else of the queries' resources, else all that can be seen."""
        given = self._settings.subscriptions or [_subscription(query) for query in self._settings.queries]
        return list(dict.fromkeys(text.lower() for text in given)) or list(
            Graph(self._settings, self._context).subscriptions()
        )

    def alerts(self, subscription: str, days: int) -> Iterator[dict[str, Any]]:
        """The pages of a subscription's alerts of the last days, resolved ones as well."""
        span = next((text for most, text in _SPANS.items() if days <= most), "30d")
        path = f"/subscriptions/{subscription}/providers/Microsoft.AlertsManagement/alerts"
        page = self._get(path, {"api-version": _ALERTS_VERSION, "timeRange": span, "pageCount": "250"})
        followed: set[str] = set()
        yield page
        while (link := page.get("nextLink")) and link not in followed:
            followed.add(link)
            page = self._get(str(link), {})
            yield page

    def metrics(self, query: Query, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
        """The answer to a query."""
        asked = {
            "api-version": _METRICS_VERSION,
            "metricnames": ",".join(query.metrics),
            "timespan": f"{since:%Y-%m-%dT%H:%M:%SZ}/{until:%Y-%m-%dT%H:%M:%SZ}",
            "interval": query.interval,
            "aggregation": query.aggregation,
        }
        asked |= {"$filter": query.filter} if query.filter else {}
        asked |= {"metricnamespace": query.namespace} if query.namespace else {}
        yield self._get(f"/{query.resource.strip('/')}/providers/Microsoft.Insights/metrics", asked)

    def _get(self, address: str, asked: dict[str, str]) -> dict[str, Any]:
        try:
            return msgspec.json.decode(self._account.get(address, asked), type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise RefusedError("Azure Monitor answers with something else; check `endpoint`") from error


def read_live(settings: Settings, context: Context) -> Iterator[Event | Series]:
    """Yields the alerts that began or moved since `context.since`, and the metrics since then.

    What is refused is reported, and the rest goes on. Raises SourceError when nothing can be read.
    """
    monitor = _Monitor(settings, context)
    now = datetime.now(UTC)
    since = context.since or now - timedelta(days=settings.days)
    answers = Answers(settings.name, context, now)
    refused, answered = list[str](), 0
    try:
        asked = [(f"alerts of {one}", monitor.alerts(one, settings.days)) for one in monitor.subscriptions()]
        asked += [(f"metrics of {_name(query)}", monitor.metrics(query, since, now)) for query in settings.queries]
        for what, pages in asked:
            try:
                for page in pages:
                    answers.take(page, what)
                answered += 1
            except RefusedError as error:
                refused.append(f"{what}: {error}")
                context.skip(what, str(error), records=0)
    except CancelledError:
        return
    if refused and not answered:
        raise SourceError(f"nothing of source {settings.name!r} can be read: {refused[0]}")
    yield from events_of(answers.alerts(), settings.name, since)
    yield from answers.series()


def try_access(settings: Settings, context: Context) -> Access:
    """What may be read, by one small request for each thing.

    Raises SourceError when Azure cannot be asked, or refuses everything.
    """
    monitor = _Monitor(settings, context)
    now = datetime.now(UTC)
    may, lacks, problem = [], [], ""
    try:
        asked = [(f"alerts of {one}", monitor.alerts(one, 1)) for one in monitor.subscriptions()]
        hour = now - timedelta(hours=1)
        asked += [(f"metrics of {_name(query)}", monitor.metrics(query, hour, now)) for query in settings.queries]
        for what, pages in asked:
            try:
                next(pages)
                may.append(what)
            except DeniedError:
                lacks.append(Lack(what, _NEEDS))
            except RefusedError as error:
                problem = f"{what}: {error}"
    except CancelledError:
        return Access()
    if not may:
        raise SourceError(f"source {settings.name!r} may read nothing; {problem or f'grant {_NEEDS}'}")
    return Access(identity=monitor.identity, may=tuple(may), lacks=tuple(lacks))


def _name(query: Query) -> str:
    return query.resource.rstrip("/").rpartition("/")[2]


def _subscription(query: Query) -> str:
    return query.resource.strip("/").split("/")[1] if "/" in query.resource.strip("/") else query.resource
