"""Cloud Monitoring over REST, project by project: alerts, and the metrics that are asked for."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import google.auth.transport.requests
import requests
from google.api_core import exceptions
from msgspec import Struct

from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.collectors.events.gcp_monitoring.answers import Answers
from engine.collectors.events.gcp_monitoring.settings import Query, Settings
from engine.collectors.events.monitoring.alerts import events_of
from engine.collectors.events.monitoring.series import instant
from engine.collectors.google_account import Api, Connection, RefusedError
from engine.collectors.pacing import Pace
from engine.errors import SourceError
from engine.model import Event, Series

#: Requests a second: a part of the 6,000 a minute that a project is given.
_RATE = 20.0
_POINTS, _ALERTS = 10_000, 500
_SERIES_PERMISSION, _ALERTS_PERMISSION = "monitoring.timeSeries.list", "monitoring.alerts.list"
_API = Api(
    called="Cloud Monitoring",
    service="monitoring.googleapis.com",
    host="monitoring.googleapis.com",
    settings="`projects` or `queries`",
)


class _Page(Struct):
    """An answer in the form in which the SDK's clients give theirs."""

    pages: list[dict[str, Any]]


class _Monitoring:
    """Cloud Monitoring as the source's settings reach it.

    Raises SourceError when nothing is asked for, or there are no credentials.
    """

    def __init__(self, settings: Settings, context: Context) -> None:
        if not settings.projects:
            raise SourceError(f"nothing says whose metrics to read; set `projects` of source {settings.name!r}")
        self.projects = [name.removeprefix("projects/") for name in settings.projects]
        self._connection = Connection(_API, settings, context)
        self._pace = Pace(_RATE)
        scheme = "http" if self._connection.is_plain else "https"
        self._base = f"{scheme}://{self._connection.host}/v3/projects"
        session: Any = google.auth.transport.requests.AuthorizedSession
        self._session: requests.Session = session(self._connection.credentials)

    @property
    def identity(self) -> str:
        return self._connection.identity

    def close(self) -> None:
        """Gives the connections back."""
        self._session.close()

    def alerts(self, project: str, since: datetime) -> Iterator[dict[str, Any]]:
        """The pages of a project's alerts, the latest first, down to those that began before a moment."""
        asked = {"pageSize": _ALERTS, "orderBy": "open_time desc"}
        for page in self._pages(f"{project}/alerts", asked, _ALERTS_PERMISSION):
            yield page
            opened = [instant(alert.get("openTime")) for alert in page.get("alerts", ()) if isinstance(alert, dict)]
            if any(at is not None and at < since for at in opened):
                return

    def metrics(self, project: str, query: Query, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
        """The pages of a query's answer."""
        asked: dict[str, Any] = {
            "filter": query.filter,
            "interval.startTime": _text(since),
            "interval.endTime": _text(until),
            "pageSize": _POINTS,
        }
        if query.aligner:
            asked |= {"aggregation.perSeriesAligner": query.aligner, "aggregation.alignmentPeriod": f"{query.period}s"}
        if query.reducer:
            asked |= {"aggregation.crossSeriesReducer": query.reducer, "aggregation.groupByFields": query.group_by}
        yield from self._pages(f"{project}/timeSeries", asked, _SERIES_PERMISSION)

    def _pages(self, path: str, asked: Mapping[str, Any], permission: str) -> Iterator[dict[str, Any]]:
        request = {"url": f"{self._base}/{path}", "params": dict(asked)}
        while True:
            page = self._connection.send(self._pace, self._get, request, permission)
            yield page
            token = page.get("nextPageToken")
            if not token:
                return
            request["params"] = {**asked, "pageToken": token}

    def _get(self, *, request: Mapping[str, Any], retry: None, timeout: float) -> _Page:
        """One answer. Repeating it where that helps is the connection's business, so that `retry` is nothing here."""
        response = self._session.get(request["url"], params=request["params"], timeout=timeout, allow_redirects=False)
        if response.status_code != requests.codes.ok:
            raise exceptions.from_http_response(response)  # type: ignore[no-untyped-call]
        try:
            body = response.json()
        except requests.exceptions.JSONDecodeError as error:
            raise exceptions.ServiceUnavailable("what came is no answer") from error  # type: ignore[no-untyped-call]
        return _Page([body if isinstance(body, dict) else {}])


def read_live(settings: Settings, context: Context) -> Iterator[Event | Series]:
    """Yields the alerts that began or were over since `context.since`, and the metrics since then.

    What is refused is reported, and the rest goes on. Raises SourceError when nothing can be read.
    """
    now = datetime.now(UTC)
    first = now - timedelta(days=settings.days)
    since = context.since or first
    answers = Answers(settings.name, context, now)
    refused, answered = list[str](), 0
    with closing(_Monitoring(settings, context)) as monitoring:
        asked = [(f"alerts of {project}", monitoring.alerts(project, first)) for project in monitoring.projects]
        asked += [
            (f"metrics of {project}", monitoring.metrics(project, query, since, now))
            for project in monitoring.projects
            for query in settings.queries
        ]
        for what, pages in asked:
            try:
                for page in pages:
                    answers.take(page, what)
                answered += 1
            except CancelledError:
                return
            except RefusedError as error:
                refused.append(f"{what}: {error}")
                context.skip(what, str(error), records=0)
    if not answered:
        raise SourceError(f"nothing of source {settings.name!r} can be read: {refused[0]}")
    yield from events_of(answers.alerts(), settings.name, since)
    yield from answers.series()


def try_access(settings: Settings, context: Context) -> Access:
    """What may be read of each project, by one small request for each thing.

    Raises SourceError when the service cannot be asked, or refuses everything.
    """
    now = datetime.now(UTC)
    may, lacks = list[str](), list[Lack]()
    with closing(_Monitoring(settings, context)) as monitoring:
        identity = monitoring.identity
        for project in monitoring.projects:
            asked = [("alerts", _ALERTS_PERMISSION, monitoring.alerts(project, now))]
            for query in settings.queries[:1]:
                pages = monitoring.metrics(project, query, now - timedelta(minutes=10), now)
                asked.append(("metrics", _SERIES_PERMISSION, pages))
            for what, permission, pages in asked:
                try:
                    next(pages)
                    may.append(f"{what} of {project}")
                except CancelledError:
                    return Access(identity=identity)
                except RefusedError:
                    lacks.append(Lack(f"{what} of {project}", permission))
    if not may:
        raise SourceError(f"source {settings.name!r} may read nothing; grant {lacks[0].needs} on {lacks[0].what}")
    return Access(identity=identity, may=tuple(may), lacks=tuple(lacks))


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
