"""AWS Config of a live account: the history of each resource that changed lately, and of those that are gone."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from engine.collectors.actual.aws_config import parse_time
from engine.collectors.aws_account import FAILURES, Account, failure, is_denied
from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.collectors.events.aws_config_history.items import History
from engine.collectors.events.aws_config_history.settings import Settings
from engine.errors import SourceError
from engine.model import Event
from engine.providers.reads import load_reads

_SELECT, _HISTORY, _LIST = (
    "config:SelectResourceConfig",
    "config:GetResourceConfigHistory",
    "config:ListDiscoveredResources",
)

Place = tuple[str, str]


class _Region:
    """AWS Config in one region."""

    def __init__(self, account: Account, name: str, settings: Settings, context: Context) -> None:
        self._account = account
        self._client = account.client("config", name)
        self._types = settings.types
        self._context = context
        self.name = name

    def changed(self, since: datetime) -> Iterator[Place]:
        """Type and id of each resource that was recorded anew since then."""
        where = f"configurationItemCaptureTime >= '{since:%Y-%m-%dT%H:%M:%SZ}'"
        if self._types:
            listed = ", ".join(f"'{name}'" for name in self._types)
            where += f" AND resourceType IN ({listed})"
        expression = f"SELECT resourceType, resourceId WHERE {where}"
        for page in self._client.get_paginator("select_resource_config").paginate(Expression=expression):
            for text in page.get("Results", ()):
                found = msgspec.json.decode(text)
                yield found["resourceType"], found["resourceId"]

    def deleted(self, since: datetime) -> Iterator[Place]:
        """Type and id of each resource that was deleted since then."""
        for type_ in self._types or self._known_types():
            wanted = {"resourceType": type_, "includeDeletedResources": True}
            for page in _pages(self._client.list_discovered_resources, wanted):
                for found in page.get("resourceIdentifiers", ()):
                    if (gone := found.get("resourceDeletionTime")) and gone >= since and found.get("resourceId"):
                        yield type_, found["resourceId"]

    def history(self, place: Place, since: datetime) -> Iterator[dict[str, Any]]:
        """The items of a resource since then, and the one before, to compare the first with."""
        pages = self._client.get_paginator("get_resource_config_history")
        for page in pages.paginate(resourceType=place[0], resourceId=place[1], chronologicalOrder="Reverse"):
            for item in page.get("configurationItems", ()):
                yield item
                at = parse_time(item.get("configurationItemCaptureTime"))
                if at is not None and at < since:
                    return

    def whole_history(self, place: Place, since: datetime) -> list[dict[str, Any]]:
        """The same in one piece, asked for again where an answer was broken off."""
        return self._account.again(lambda: list(self.history(place, since)))

    def report(self, operation: str, error: Exception) -> str:
        """Reports a request that failed, and gives the sentence. Raises SourceError when every further one would."""
        self._account.check_expiry(error)
        sentence = failure(operation, error, operation)
        self._context.skip(self.name, sentence, records=0)
        return sentence

    def _known_types(self) -> list[str]:
        pages = _pages(self._client.get_discovered_resource_counts, {})
        return [found["resourceType"] for page in pages for found in page.get("resourceCounts", ())]


def _pages(call: Callable[..., dict[str, Any]], wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The pages of an operation for which the SDK has no pages."""
    token: str | None = None
    while True:
        page = call(**wanted, **({"nextToken": token} if token else {}))
        yield page
        token = page.get("nextToken")
        if not token:
            return


def read_live(settings: Settings, context: Context) -> Iterator[Event]:
    """Yields what moved since `context.since`, region by region. What is refused is reported, and the rest goes on.

    Raises SourceError when no region answers.
    """
    account = Account(settings, load_reads("aws", context.knowledge), context)
    since = context.since or datetime.now(UTC) - timedelta(days=settings.days)
    answered, refused = 0, list[str]()
    try:
        for name in account.regions:
            region = _Region(account, name, settings, context)
            try:
                places = account.again(partial(_changed, region, since))
            except FAILURES as error:
                refused.append(region.report(_SELECT, error))
                continue
            answered += 1
            yield from _events(region, places, since, settings, context)
    except CancelledError:
        return
    if not answered:
        raise SourceError(f"AWS Config cannot be read for source {settings.name!r}: {refused[0]}")


def try_access(settings: Settings, context: Context) -> Access:
    """Asks each region what changed in the last hour, and for the history of one of those.

    Raises SourceError when no region can be asked, for another reason than a missing permission.
    """
    account = Account(settings, load_reads("aws", context.knowledge), context)
    may, lacks, problem = [], [], ""
    for name in account.regions:
        region, operation = _Region(account, name, settings, context), _SELECT
        since = datetime.now(UTC) - timedelta(hours=1)
        try:
            place = next(region.changed(since), None)
            operation = _HISTORY
            if place is not None:
                next(region.history(place, since), None)
            may.append(f"history of {name}")
        except FAILURES as error:
            if is_denied(error):
                lacks.append(Lack(f"history of {name}", operation))
            else:
                problem = failure(operation, error, operation)
        except CancelledError:
            break
    if problem and not may:
        raise SourceError(f"AWS Config cannot be read for source {settings.name!r}: {problem}")
    return Access(identity=account.arn, may=tuple(may), lacks=tuple(lacks))


def _changed(region: _Region, since: datetime) -> list[Place]:
    return list(region.changed(since))


def _events(
    region: _Region, places: list[Place], since: datetime, settings: Settings, context: Context
) -> Iterator[Event]:
    """What moved since then of resources that changed, and of those that are gone."""
    wanted = dict.fromkeys(places)
    try:
        wanted |= dict.fromkeys(region.deleted(since) if settings.deleted else ())
    except FAILURES as error:
        region.report(_LIST, error)
    history = History(settings.name, context)
    for place in wanted:
        try:
            for item in region.whole_history(place, since):
                history.add(msgspec.to_builtins(item), region.name)
        except FAILURES as error:
            region.report(_HISTORY, error)
            if is_denied(error):
                break
    yield from (event for event in history.events() if event.at >= since)
