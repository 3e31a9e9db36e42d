"""Prometheus and Alertmanager over HTTP: what fires, what fired, and the metrics that the settings ask for."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.collectors.events.monitoring.alerts import events_of
from engine.collectors.events.prometheus.answers import Answers
from engine.collectors.events.prometheus.settings import Settings
from engine.collectors.rest_client import Address, Client, RefusedError
from engine.errors import SourceError
from engine.model import Event, Series

#: Samples of a series that Prometheus gives in one answer.
_MOST = 11_000
_ALERTS = ("ALERTS", "ALERTS_FOR_STATE")
_LISTS = ("/api/v1/alerts", "/api/v1/rules")
_MANAGED = "/api/v2/alerts"


class _Server:
    """Prometheus and Alertmanager, as far as the settings name them. What one refuses is reported, not raised."""

    def __init__(self, settings: Settings, context: Context) -> None:
        if not settings.url and not settings.alertmanager:
            raise SourceError(f"source {settings.name!r} needs `path`, `url` or `alertmanager`")
        if settings.step < 1 or settings.days < 1:
            raise SourceError(f"`step` and `days` of source {settings.name!r} must be 1 or more")
        self._context = context
        self._prometheus = _client("Prometheus", settings.url, settings, context)
        self._manager = _client("Alertmanager", settings.alertmanager, settings, context)
        self.refused: list[str] = []
        self.answered = 0

    def close(self) -> None:
        """Gives the connections back."""
        for client in filter(None, (self._prometheus, self._manager)):
            client.close()

    def lists(self) -> Iterator[dict[str, Any]]:
        """The answers that list alerts."""
        for path in _LISTS if self._prometheus else ():
            yield from self._ask(self._prometheus, path, {}, path)
        if self._manager:
            yield from self._ask(self._manager, _MANAGED, {}, _MANAGED)

    def query(self, query: str, start: datetime, end: datetime, step: int) -> Iterator[dict[str, Any]]:
        """The answers to a query over a time, in as many pieces as the server's limit takes."""
        piece = timedelta(seconds=step * (_MOST - 1))
        while self._prometheus and start <= end:
            asked = {
                "query": query,
                "start": f"{start.timestamp():.0f}",
                "end": f"{min(end, start + piece).timestamp():.0f}",
                "step": str(step),
            }
            yield from self._ask(self._prometheus, "/api/v1/query_range", asked, query)
            start += piece + timedelta(seconds=step)

    def _ask(self, client: Client | None, path: str, asked: dict[str, str], what: str) -> Iterator[dict[str, Any]]:
        if client is None:
            return
        try:
            body = client.get(path, asked).body
        except RefusedError as error:
            self.refused.append(f"{what}: {_reason(error.status)}")
            self._context.skip(what, _reason(error.status), records=0)
            return
        self.answered += 1
        yield body if isinstance(body, dict) else {"data": body}


def read_live(settings: Settings, context: Context) -> Iterator[Event | Series]:
    """Yields the alerts that fired, or were over, since `context.since`, and the metrics since then.

    Alerts are looked for as far back as `days` in any case: one that lasts began earlier. What a server refuses does
    not stop the rest. Raises SourceError when a server cannot be reached, or everything is refused.
    """
    now = datetime.now(UTC)
    answers = Answers(settings.name, context, now)
    with closing(_Server(settings, context)) as server:
        try:
            _ask_all(server, answers, settings, now, context.since)
        except CancelledError:
            return
    if server.refused and not server.answered:
        raise SourceError(f"nothing of source {settings.name!r} can be read: {server.refused[0]}")
    yield from events_of(answers.alerts(), settings.name, context.since)
    yield from answers.series()


def _ask_all(server: _Server, answers: Answers, settings: Settings, now: datetime, since: datetime | None) -> None:
    first = now - timedelta(days=settings.days)
    for answer in server.lists():
        answers.take(answer, "alerts", "")
    for query in _ALERTS:
        for answer in server.query(query, _on_grid(first, settings.step), now, settings.step):
            answers.take(answer, query, query)
    for name, query in _queries(settings):
        for answer in server.query(query, _on_grid(since or first, settings.step), now, settings.step):
            answers.take(answer, query, name or query, own_name=bool(name))


def try_access(settings: Settings, context: Context) -> Access:
    """Asks for each list of alerts, and for the last minutes of each query.

    Raises SourceError when a server cannot be reached, or everything is refused.
    """
    now = datetime.now(UTC)
    may, lacks = list[str](), list[Lack]()
    with closing(_Server(settings, context)) as server:
        wanted = [("alerts", server.lists())]
        wanted += [
            (f"the metric {name or query}", server.query(query, now - timedelta(minutes=5), now, 60))
            for name, query in _queries(settings)
        ]
        try:
            for what, answers in wanted:
                refused = len(server.refused)
                list(answers)
                lacks += [Lack(what, told) for told in server.refused[refused:]]
                may += [what] if len(server.refused) == refused else []
        except CancelledError:
            return Access()
    if not may:
        raise SourceError(f"source {settings.name!r} may read nothing: {server.refused[0]}")
    return Access(may=tuple(may), lacks=tuple(lacks))


def _client(tool: str, url: str | None, settings: Settings, context: Context) -> Client | None:
    if not url:
        return None
    return Client(tool, settings.name, Address(url, settings.token, settings.user), context)


def _queries(settings: Settings) -> list[tuple[str, str]]:
    """The queries, each with the name that the user gave it."""
    if isinstance(settings.queries, dict):
        return list(settings.queries.items())
    return [("", query) for query in settings.queries]


def _on_grid(at: datetime, step: int) -> datetime:
    """A moment at a whole number of steps, so that every read asks for the same ones."""
    return datetime.fromtimestamp(at.timestamp() // step * step, UTC)


def _reason(status: int) -> str:
    if status in (401, 403):
        return "not allowed; grant the token of the source reading metrics and alerts"
    if status == 404:
        return "there is no such thing at the server; check the address, and the path that it runs under"
    if status in (400, 422):
        return f"the server does not accept the query ({status}); try it in Prometheus' own page"
    return f"the server refuses it ({status})"
