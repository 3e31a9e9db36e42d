"""A live Jira, Cloud or Data Center, read through its search."""

import math
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.collectors.events.jira.records import is_issue, read_issue
from engine.collectors.events.jira.settings import Settings
from engine.collectors.events.tickets.dates import instant
from engine.collectors.events.tickets.reading import Reading
from engine.collectors.rest_client import Address, Client, RefusedError
from engine.errors import SourceError
from engine.model import Event

_PAGE = 100
_FIELDS = "*all,-attachment,-worklog,-votes,-watches,-thumbnail"
_ORDER = re.compile(r"\border\s+by\b[^'\"]*$", re.IGNORECASE)
#: How much earlier than asked for is searched, for clocks that differ.
_MARGIN = timedelta(minutes=10)


def read_live(settings: Settings, context: Context) -> Iterator[Event]:
    """Yields the issues that were updated since the last read, page by page.

    Raises SourceError when Jira refuses or cannot be reached.
    """
    since = context.since or datetime.now(UTC) - timedelta(days=settings.days)
    reading = Reading(settings.name, context)
    with closing(_client(settings, context)) as client:
        try:
            for answer in _pages(client, _query(settings.jql, since)):
                yield from _events(answer, client.host, reading, settings, context)
        except CancelledError:
            return
        except RefusedError as error:
            raise SourceError(_sentence(settings, error.status)) from error


def try_access(settings: Settings, context: Context) -> Access:
    """As whom Jira is read, and the newest issue that the search finds.

    Raises SourceError when Jira refuses or cannot be reached.
    """
    what = f"issues of {settings.jql!r}" if settings.jql else "all issues that the account may see"
    query = _query(settings.jql, datetime.now(UTC) - timedelta(days=settings.days), "updated DESC")
    with closing(_client(settings, context)) as client:
        try:
            identity, issues = _me(client), next(_pages(client, query, 1)).get("issues") or []
        except CancelledError:
            return Access()
        except RefusedError as error:
            if error.status == 403:
                return Access(lacks=(Lack(what, "the permission Browse Projects"),))
            raise SourceError(_sentence(settings, error.status)) from error
    times = (instant(issue["fields"].get("updated")) for issue in issues if isinstance(issue, dict) and is_issue(issue))
    return Access(identity=identity, may=(what,), newest=next(times, None))


def _client(settings: Settings, context: Context) -> Client:
    return Client("Jira", settings.name, Address(settings.url, settings.token, settings.user), context)


def _events(
    answer: dict[str, Any], host: str, reading: Reading, settings: Settings, context: Context
) -> Iterator[Event]:
    for issue in answer.get("issues") or ():
        if isinstance(issue, dict) and is_issue(issue):
            read = partial(read_issue, issue, answer.get("names"), settings)
            yield from reading.take(host, issue["key"], read)
        else:
            context.skip(host, "an answer of the search holds something that is no issue")


def _me(client: Client) -> str:
    """Whom the credentials belong to; empty where Jira is read without any."""
    try:
        me = client.get("/rest/api/2/myself", {}).body
    except RefusedError:
        return ""
    return str(me.get("emailAddress") or me.get("displayName") or "") if isinstance(me, dict) else ""


def _query(jql: str | None, since: datetime, order: str = "created ASC, key ASC") -> str:
    """The user's search, bounded in time. Times in a search are meant in the zone of the user's profile: so it is told
    how many minutes ago, which means the same everywhere. By creation, so that no page shifts while others work."""
    minutes = max(1, math.ceil((datetime.now(UTC) - since + _MARGIN) / timedelta(minutes=1)))
    wanted = _ORDER.sub("", jql or "").strip()
    return f'{f"({wanted}) AND " if wanted else ""}updated >= "-{minutes}m" ORDER BY {order}'


def _pages(client: Client, jql: str, size: int = _PAGE) -> Iterator[dict[str, Any]]:
    query = {"jql": jql, "maxResults": str(size), "fields": _FIELDS, "expand": "names"}
    pages = _cloud_pages if _is_cloud(client) else _server_pages
    return pages(client, query)


def _is_cloud(client: Client) -> bool:
    try:
        info = client.get("/rest/api/2/serverInfo", {}).body
    except RefusedError:
        return False
    return isinstance(info, dict) and info.get("deploymentType") == "Cloud"


def _cloud_pages(client: Client, query: dict[str, str]) -> Iterator[dict[str, Any]]:
    token: str | None = None
    while True:
        answer = _object(
            client.get("/rest/api/3/search/jql", {**query, **({"nextPageToken": token} if token else {})}).body
        )
        yield answer
        token = answer.get("nextPageToken")
        if not token or answer.get("isLast"):
            return


def _server_pages(client: Client, query: dict[str, str]) -> Iterator[dict[str, Any]]:
    start = 0
    while True:
        answer = _object(client.get("/rest/api/2/search", {**query, "startAt": str(start)}).body)
        yield answer
        # The server may give fewer than asked for.
        start += len(answer.get("issues") or ())
        if not answer.get("issues") or start >= int(answer.get("total") or 0):
            return


def _object(body: Any) -> dict[str, Any]:
    return body if isinstance(body, dict) else {}


def _sentence(settings: Settings, status: int) -> str:
    name = settings.name
    if status == 400:
        return f"Jira does not accept `jql` of source {name!r}; try it in Jira's own search"
    if status == 403:
        return (
            f"Jira does not let the account of source {name!r} search; grant it Browse Projects, or check for a captcha"
        )
    if status == 404:
        return f"there is no Jira at `url` of source {name!r}; check it, and the path that Jira runs under"
    return f"Jira refused the search of source {name!r} ({status}); check `url` and `jql`"
