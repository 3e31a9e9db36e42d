"""Reads the activity log of each subscription, and from Resource Graph the changes that it recorded.

What began shortly before is read once more each time: an operation is told of when it is over, or when so much time
has gone by that its end will not be logged.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Raw, Struct

from engine.collectors.azure_account import Account, DeniedError, RefusedError, Service
from engine.collectors.azure_graph import PERMISSION, Graph, TruncatedError
from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.collectors.events.azure_activity.entries import to_entry
from engine.collectors.events.azure_activity.records import Records
from engine.collectors.events.azure_activity.settings import Settings
from engine.errors import SourceError
from engine.model import Event

#: What reading takes, in the words in which it is granted.
_NEEDS = "the role Reader on it (Microsoft.Insights/eventtypes/values/read)"
#: Well within the Resource Manager's quota, which all of a caller's tools share: 25 reads a second, 250 at once.
_LOG = Service("the activity log", _NEEDS, rate=10.0, burst=50.0)
_VERSION = "2015-04-01"
#: What Azure keeps, but for an hour: it refuses to be asked for more.
_LOG_DAYS, _CHANGES_DAYS = timedelta(days=90, hours=-1), timedelta(days=14)
#: In this time an operation ends, or its end is not logged.
_UNDER_WAY = timedelta(hours=2)


class _Page(Struct, frozen=True, rename="camel"):
    value: list[Raw]
    next_link: str | None = None


def read_live(settings: Settings, context: Context) -> Iterator[Event]:
    """Yields what was recorded since `context.since`, or in the last `days`.

    A subscription that refuses is reported and the rest goes on. Raises SourceError when none can be read, or the
    credentials run out on the way; what was read until then is yielded.
    """
    now = datetime.now(UTC)
    since = (context.since or now - timedelta(days=settings.days)) - _UNDER_WAY
    found = Records(settings.name, context)
    failure: SourceError | None = None
    try:
        _gather(found, max(since, now - _LOG_DAYS), max(since, now - _CHANGES_DAYS), settings, context)
    except SourceError as error:
        failure = error
    except CancelledError:
        return
    yield from found.events(unfinished_until=now - _UNDER_WAY)
    if failure:
        raise failure


def try_access(settings: Settings, context: Context) -> Access:
    """Which subscriptions' logs can be read, as whom, and how new they are.

    Raises SourceError when Azure cannot be asked, or refuses everything.
    """
    log, graph = Account(settings, _LOG, context), Graph(settings, context)
    since = datetime.now(UTC) - timedelta(days=1)
    may: list[str] = []
    lacks: list[Lack] = []
    newest: list[datetime] = []
    refusals: list[str] = []
    for subscription in _subscriptions(settings, graph):
        try:
            page = next(_pages(log, subscription, since))
        except DeniedError as error:
            refusals.append(str(error))
            lacks.append(Lack(f"activity log of subscription {subscription}", _NEEDS))
        except RefusedError as error:
            refusals.append(str(error))
        else:
            may.append(f"activity log of subscription {subscription}")
            newest += [to_entry(bytes(raw)).at for raw in page[:1]]
    if refusals and not may:
        raise SourceError(f"source {settings.name!r}: {refusals[0]}")
    try:
        list(graph.rows(_query(datetime.now(UTC)), settings.subscriptions))
        may.append("changes that Resource Graph recorded")
    except (RefusedError, TruncatedError):
        lacks.append(Lack("changes that Resource Graph recorded", PERMISSION))
    return Access(identity=graph.identity, may=tuple(may), lacks=tuple(lacks), newest=max(newest, default=None))


def _gather(found: Records, log_since: datetime, changes_since: datetime, settings: Settings, context: Context) -> None:
    log, graph = Account(settings, _LOG, context), Graph(settings, context)
    subscriptions = _subscriptions(settings, graph)
    refusals = []
    for subscription in subscriptions:
        try:
            for page in _pages(log, subscription, log_since):
                for raw in page:
                    found.add(bytes(raw), f"subscription {subscription}")
        except RefusedError as error:
            refusals.append(str(error))
            context.skip(f"subscription {subscription}", str(error), records=0)
    try:
        for row in graph.rows(_query(changes_since), subscriptions):
            found.add(msgspec.json.encode(row), "Resource Graph's changes")
    except (RefusedError, TruncatedError) as error:
        context.skip("Resource Graph's changes", str(error), records=0)
    if len(refusals) == len(subscriptions) and found.is_empty:
        raise SourceError(f"source {settings.name!r}: {refusals[0]}")


def _subscriptions(settings: Settings, graph: Graph) -> list[str]:
    return [text.lower() for text in settings.subscriptions] or list(graph.subscriptions())


def _pages(log: Account, subscription: str, since: datetime) -> Iterator[list[Raw]]:
    """The pages of one subscription's log, newest first."""
    address = f"/subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values"
    span = f"eventTimestamp ge '{_moment(since)}' and eventTimestamp le '{_moment(datetime.now(UTC))}'"
    page = _decoded(log.get(address, {"api-version": _VERSION, "$filter": span}))
    followed: set[str] = set()
    yield page.value
    while page.next_link and page.next_link not in followed:
        followed.add(page.next_link)
        page = _decoded(log.get(page.next_link))
        yield page.value


def _decoded(body: bytes) -> _Page:
    try:
        return msgspec.json.decode(body, type=_Page)
    except msgspec.DecodeError as error:
        raise RefusedError("the activity log answers with something else than entries; check `endpoint`") from error


def _query(since: datetime) -> str:
    recent = f"todatetime(properties.changeAttributes.timestamp) >= datetime({_moment(since)})"
    return f"resourcechanges | where {recent} | project id, subscriptionId, properties | order by id asc"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
